package yaml_test

import (
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
	_ "github.com/tlslint/tlslint/languages/yaml"
	"github.com/tlslint/tlslint/pattern"
)

// TestRows runs the rows that YAML reads on their own examples. Rows that it
// shares with other languages have their examples there; those about command lines
// need none of their own.
func TestRows(t *testing.T) {
	lang := languages.Named("yaml")
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
				if strings.HasPrefix(row.ID, "yaml-") || row.At[0].DSN != "" {
					t.Fatal("the row has no examples")
				}
				t.Skip("no examples in YAML")
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
