package scan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// RowTest is what a row did on its examples.
type RowTest struct {
	Snippets int
	Failures []string
}

// TestRow runs a row on its examples, each alone in a folder of its own: every
// insecure snippet must be found by this row, no safe one by any rule of the
// same class above a note, and fixed[i] must be what the row's fix makes of
// insecure[i]. own is the file that the row stands in, empty for a built-in row.
func TestRow(ctx context.Context, row *pattern.Row, own pattern.File, ex pattern.Example) (RowTest, error) {
	var out RowTest
	lang := languages.Named(row.Lang)
	if lang == nil {
		return out, fmt.Errorf("lang %q is not in this build", row.Lang)
	}
	dir, err := os.MkdirTemp("", "tlslint-rows-*")
	if err != nil {
		return out, err
	}
	defer os.RemoveAll(dir)
	fail := func(format string, args ...any) { out.Failures = append(out.Failures, fmt.Sprintf(format, args...)) }
	file := ex.File
	if file == "" {
		file = lang.FileName()
	}
	run := func(text string) ([]*finding.Finding, []byte, error) {
		out.Snippets++
		src := []byte(strings.TrimLeft(text, "\n"))
		path := filepath.Join(dir, fmt.Sprint("s", out.Snippets), file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, nil, err
		}
		if err := os.WriteFile(path, src, 0o644); err != nil {
			return nil, nil, err
		}
		res, err := Run(ctx, Options{Root: filepath.Join(dir, fmt.Sprint("s", out.Snippets)), NoGitignore: true, Own: own, Tests: "same", Jobs: 1, Vars: languages.Vars{CABundle: "/etc/ssl/corp-ca.pem"}})
		if err != nil {
			return nil, nil, err
		}
		fs := res.Findings()
		finding.FingerprintAll(fs)
		return fs, src, nil
	}
	for i, text := range ex.Insecure {
		fs, src, err := run(text)
		if err != nil {
			return out, err
		}
		var mine *finding.Finding
		var others []string
		for _, f := range fs {
			if f.Pattern == row.ID && mine == nil {
				mine = f
			} else {
				others = append(others, f.Pattern)
			}
		}
		if mine == nil {
			fail("insecure[%d] is not found by it (found by: %s)", i, strings.Join(others, ", "))
			continue
		}
		if i >= len(ex.Fixed) || strings.TrimSpace(ex.Fixed[i]) == "" {
			continue
		}
		got := src
		for _, x := range mine.Fixes {
			if len(x.Edits) > 0 {
				if got, err = fix.Apply(src, x.Edits); err != nil {
					return out, err
				}
				break
			}
		}
		if want := strings.TrimLeft(ex.Fixed[i], "\n"); strings.TrimRight(string(got), "\n") != strings.TrimRight(want, "\n") {
			fail("fixed[%d] differs:\n%s", i, fix.Diff("snippet", []byte(want), got))
		}
	}
	for i, text := range ex.Safe {
		fs, _, err := run(text)
		if err != nil {
			return out, err
		}
		for _, f := range fs {
			if f.Severity > finding.Low && f.Confidence > finding.ConfidenceLow {
				fail("safe[%d] is found by %s at line %d: %s", i, f.Pattern, f.Span.Start.Line, f.Message)
			}
		}
	}
	return out, nil
}
