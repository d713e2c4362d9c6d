package tls105_test

import (
	"testing"

	"github.com/tlslint/tlslint/analyzers/pass/passtest"
	"github.com/tlslint/tlslint/analyzers/tls105"
)

func Test(t *testing.T) { passtest.Run(t, tls105.Analyzer) }
