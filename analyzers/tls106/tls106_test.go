package tls106_test

import (
	"testing"

	"github.com/tlslint/tlslint/analyzers/pass/passtest"
	"github.com/tlslint/tlslint/analyzers/tls106"
)

func Test(t *testing.T) { passtest.Run(t, tls106.Analyzer) }
