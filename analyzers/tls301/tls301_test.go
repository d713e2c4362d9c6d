package tls301_test

import (
	"testing"

	"github.com/tlslint/tlslint/analyzers/pass/passtest"
	"github.com/tlslint/tlslint/analyzers/tls301"
)

func Test(t *testing.T) { passtest.Run(t, tls301.Analyzer) }
