package dockerfile_test

import (
	"testing"

	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
	_ "github.com/tlslint/tlslint/languages/dockerfile"
	"github.com/tlslint/tlslint/pattern"
)

// TestRows runs every row on its own examples: they are what the documentation
// shows.
func TestRows(t *testing.T) {
	lang := languages.Named("dockerfile")
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
		got, ok := tests[row.ID]
		if !ok {
			t.Errorf("%s: the row has no examples", row.ID)
		}
		for _, f := range got.Failures {
			t.Errorf("%s: %s", row.ID, f)
		}
	}
	for _, ex := range examples {
		if !known[ex.ID] {
			t.Errorf("examples of %q, which is no row", ex.ID)
		}
	}
}
