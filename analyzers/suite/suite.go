// Package suite lists the Go analyzers, for drivers that run all of them.
//
// Left out are the rules that no Go code can break: TLS501 to TLS503 are about
// certificate files, TLS9nn about suppressions.
package suite

import (
	"golang.org/x/tools/go/analysis"

	"github.com/tlslint/tlslint/analyzers/tls101"
	"github.com/tlslint/tlslint/analyzers/tls102"
	"github.com/tlslint/tlslint/analyzers/tls103"
	"github.com/tlslint/tlslint/analyzers/tls104"
	"github.com/tlslint/tlslint/analyzers/tls105"
	"github.com/tlslint/tlslint/analyzers/tls106"
	"github.com/tlslint/tlslint/analyzers/tls201"
	"github.com/tlslint/tlslint/analyzers/tls202"
	"github.com/tlslint/tlslint/analyzers/tls203"
	"github.com/tlslint/tlslint/analyzers/tls301"
	"github.com/tlslint/tlslint/analyzers/tls401"
)

// Analyzers returns a new slice with the analyzer of every rule for Go, in the
// order of their names.
func Analyzers() []*analysis.Analyzer {
	return []*analysis.Analyzer{
		tls101.Analyzer,
		tls102.Analyzer,
		tls103.Analyzer,
		tls104.Analyzer,
		tls105.Analyzer,
		tls106.Analyzer,
		tls201.Analyzer,
		tls202.Analyzer,
		tls203.Analyzer,
		tls301.Analyzer,
		tls401.Analyzer,
	}
}
