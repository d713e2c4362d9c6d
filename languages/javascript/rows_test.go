package javascript_test

import (
	"testing"

	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
	_ "github.com/tlslint/tlslint/languages/javascript"
	"github.com/tlslint/tlslint/pattern"
)

// TestRows runs every built-in row on its own examples: they are what the
// documentation shows.
func TestRows(t *testing.T) {
	lang := languages.Named("javascript")
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
		if len(ex.Insecure) == 0 || len(ex.Fixed) > len(ex.Insecure) {
			t.Errorf("%s: %d insecure and %d fixed examples", ex.ID, len(ex.Insecure), len(ex.Fixed))
		}
	}
}
