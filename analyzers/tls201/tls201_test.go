package tls201_test

import (
	"testing"

	"github.com/tlslint/tlslint/analyzers/pass/passtest"
	"github.com/tlslint/tlslint/analyzers/tls201"
)

func Test(t *testing.T) { passtest.Run(t, tls201.Analyzer) }
