package tls102_test

import (
	"testing"

	"github.com/tlslint/tlslint/analyzers/pass/passtest"
	"github.com/tlslint/tlslint/analyzers/tls102"
)

func Test(t *testing.T) { passtest.Run(t, tls102.Analyzer) }
