package tls202_test

import (
	"testing"

	"github.com/tlslint/tlslint/analyzers/pass/passtest"
	"github.com/tlslint/tlslint/analyzers/tls202"
)

func Test(t *testing.T) { passtest.Run(t, tls202.Analyzer) }
