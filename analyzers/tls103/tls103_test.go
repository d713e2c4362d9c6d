package tls103_test

import (
	"testing"

	"github.com/tlslint/tlslint/analyzers/pass/passtest"
	"github.com/tlslint/tlslint/analyzers/tls103"
)

func Test(t *testing.T) { passtest.Run(t, tls103.Analyzer) }
