package tls104_test

import (
	"testing"

	"github.com/tlslint/tlslint/analyzers/pass/passtest"
	"github.com/tlslint/tlslint/analyzers/tls104"
)

func Test(t *testing.T) { passtest.Run(t, tls104.Analyzer) }
