package learn_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"

	_ "github.com/tlslint/tlslint/languages/golang"
	_ "github.com/tlslint/tlslint/languages/java"
	_ "github.com/tlslint/tlslint/languages/javascript"
	_ "github.com/tlslint/tlslint/languages/python"
	"github.com/tlslint/tlslint/languages/treesitter"
)

// TestWrappers checks trees of files: a line that ends in "want" is a call of a
// wrapper that is a finding, one that ends in "base" a finding without a wrapper;
// no other line has one above a note.
func TestWrappers(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		lang := strings.TrimSuffix(filepath.Base(file), ".txt")
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		cases := strings.Split("\n"+string(data), "\n=== ")[1:]
		if languages.Named(lang) == nil || len(cases) < 25 {
			t.Fatalf("%s: %d cases", lang, len(cases))
		}
		if lang != "go" && !treesitter.Available() {
			t.Run(lang, func(t *testing.T) { t.Skip("this build has no grammar") })
			continue
		}
		for _, c := range cases {
			name, text, _ := strings.Cut(c, "\n")
			t.Run(lang+"/"+name, func(t *testing.T) { check(t, txtar.Parse([]byte(text+"\n"))) })
		}
	}
}

func check(t *testing.T, a *txtar.Archive) {
	dir := t.TempDir()
	var want []string
	for _, f := range a.Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(f.Data), "\n") {
			for _, word := range []string{"want", "base"} {
				if strings.HasSuffix(line, " "+word) {
					want = append(want, fmt.Sprintf("%s:%d %s", f.Name, i+1, word))
				}
			}
		}
	}
	res, err := scan.Run(t.Context(), scan.Options{Root: dir, NoGitignore: true, Tests: "same"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range res.Findings() {
		if f.Severity <= finding.Low || f.Exposure == finding.Default {
			continue
		}
		word := "base"
		if len(f.Related) > 0 {
			word = "want"
		}
		if s := fmt.Sprintf("%s:%d %s", f.Path, f.Span.Start.Line, word); !slices.Contains(got, s) {
			got = append(got, s)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("findings at %q, want %q", got, want)
	}
}
