package commands_test

import (
	"testing"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/languages/commands"
	"github.com/tlslint/tlslint/pattern"
)

func TestRows(t *testing.T) {
	file, err := commands.Rows("python", "subprocess")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range file.Rows {
		for _, k := range row.At {
			if k.Cmd == "" {
				continue
			}
			if len(row.Context) == 0 {
				t.Errorf("%s: every file with the option would be parsed", row.ID)
			}
			for _, tool := range pattern.Expand(k.Cmd) {
				if !argv.Begins(tool) {
					t.Errorf("%s: nothing is known of how %s reads its words", row.ID, tool)
				}
			}
		}
	}
}

func TestExamples(t *testing.T) {
	if ex, err := commands.Examples("python"); err != nil || len(ex) == 0 {
		t.Errorf("python: %d examples, error %v", len(ex), err)
	}
	if ex, err := commands.Examples("cobol"); err != nil || len(ex) != 0 {
		t.Errorf("a language without examples: %d, error %v", len(ex), err)
	}
}
