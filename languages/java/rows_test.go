package java_test

import (
	"testing"

	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/java"
	"github.com/tlslint/tlslint/pattern"
)

// TestRows runs every row on its own examples: they are what the documentation shows.
func TestRows(t *testing.T) {
	lang := languages.Named(java.Java{}.Name())
	file, err := lang.Rows()
	if err != nil {
		t.Fatal(err)
	}
	examples, err := lang.Examples()
	if err != nil {
		t.Fatal(err)
	}
	tests, err := scan.TestRows(t.Context(), file.Rows, pattern.File{}, examples)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, row := range file.Rows {
		known[row.ID] = true
		t.Run(row.ID, func(t *testing.T) {
			got, ok := tests[row.ID]
			if !ok {
				t.Fatal("the row has no examples")
			}
			for _, f := range got.Failures {
				t.Error(f)
			}
		})
	}
	for _, ex := range examples {
		if !known[ex.ID] {
			t.Errorf("examples of %q, which is no row", ex.ID)
		}
		if len(ex.Fixed) > len(ex.Insecure) {
			t.Errorf("%s has more fixed than insecure examples", ex.ID)
		}
	}
}
