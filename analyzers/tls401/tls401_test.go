package tls401_test

import (
	"testing"

	"github.com/tlslint/tlslint/analyzers/pass/passtest"
	"github.com/tlslint/tlslint/analyzers/tls401"
)

func Test(t *testing.T) { passtest.Run(t, tls401.Analyzer) }
