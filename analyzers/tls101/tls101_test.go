package tls101_test

import (
	"testing"

	"github.com/tlslint/tlslint/analyzers/pass/passtest"
	"github.com/tlslint/tlslint/analyzers/tls101"
)

func Test(t *testing.T) { passtest.Run(t, tls101.Analyzer) }
