package tls203_test

import (
	"testing"

	"github.com/tlslint/tlslint/analyzers/pass/passtest"
	"github.com/tlslint/tlslint/analyzers/tls203"
)

func Test(t *testing.T) { passtest.Run(t, tls203.Analyzer) }
