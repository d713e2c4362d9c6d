// Package passtest tests a rule analyzer on the sources in testdata/src: those
// in the folder of the analyzer's name and below. Their want comments say what
// is reported, their .golden files what the fixes make of them.
package passtest

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"
)

// Run tests the analyzer with full types. It must be called from a package
// directly below the folder of the analyzers.
func Run(t *testing.T, a *analysis.Analyzer) {
	t.Helper()
	testdata, err := filepath.Abs(filepath.Join("..", "..", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(testdata, "src", a.Name)); err != nil {
		t.Fatal(err)
	}
	analysistest.RunWithSuggestedFixes(t, testdata, a, a.Name+"/...")
}
