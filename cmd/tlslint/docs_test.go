package main

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/cli"
)

var update = flag.Bool("update", false, "rewrite docs/patterns.md")

// docs/patterns.md is what the command prints.
func TestPatternsPage(t *testing.T) { generated(t, "patterns") }

// TestCoveragePage: docs/coverage.md is what the rows say.
func TestCoveragePage(t *testing.T) { generated(t, "coverage") }

func generated(t *testing.T, name string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := cli.Main([]string{"rules", "--" + name, "-f", "md"}, strings.NewReader(""), &out, &errs); code != 0 {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	page := "../../docs/" + name + ".md"
	if *update {
		if err := os.WriteFile(page, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, out.Bytes()) {
		t.Errorf("%s is not what `tlslint rules --%s -f md` prints: go test ./cmd/tlslint -run Page -update", page, name)
	}
}
