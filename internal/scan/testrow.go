package scan

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
// insecure[i], clean and not broken. own is the file that the row stands in,
// empty for a built-in row.
func TestRow(ctx context.Context, row *pattern.Row, own pattern.File, ex pattern.Example) (RowTest, error) {
	ex.ID = row.ID
	tests, err := TestRows(ctx, []*pattern.Row{row}, own, []pattern.Example{ex})
	if err != nil {
		return RowTest{}, err
	}
	return tests[row.ID], nil
}

// TestRows is TestRow for many rows, in one run over all of their snippets. The
// examples belong to the rows by id; a row without examples is not in the result.
func TestRows(ctx context.Context, rows []*pattern.Row, own pattern.File, examples []pattern.Example) (map[string]RowTest, error) {
	dir, err := os.MkdirTemp("", "tlslint-rows-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	t := rowTester{ctx: ctx, dir: dir, own: own}
	byID := map[string]*pattern.Row{}
	for _, r := range rows {
		byID[r.ID] = r
	}
	for _, ex := range examples {
		if row := byID[ex.ID]; row != nil {
			if err := t.add(row, ex); err != nil {
				return nil, err
			}
		}
	}
	if err := t.run(); err != nil {
		return nil, err
	}
	out := map[string]RowTest{}
	for i := range t.snippets {
		s := &t.snippets[i]
		r := out[s.row.ID]
		r.Snippets++
		if why, err := t.judge(s); err != nil {
			return nil, err
		} else if why != "" {
			r.Failures = append(r.Failures, fmt.Sprintf("%s[%d] %s", s.kind, s.index, why))
		}
		out[s.row.ID] = r
	}
	return out, nil
}

type rowTester struct {
	ctx      context.Context
	dir      string
	own      pattern.File
	snippets []snippet
}

// snippet is one example in its folder. want is what fixing it must give, "" for
// anything.
type snippet struct {
	row   *pattern.Row
	lang  languages.Language
	kind  string // insecure, safe or fixed
	index int
	rel   string
	src   []byte
	want  string
	found []*finding.Finding
}

// add writes the snippets of a row. The fixed ones are written too: they must be
// as clean as the safe ones.
func (t *rowTester) add(row *pattern.Row, ex pattern.Example) error {
	lang := languages.Named(row.Lang)
	if lang == nil {
		return fmt.Errorf("lang %q is not in this build", row.Lang)
	}
	file := ex.File
	if file == "" {
		file = lang.FileName()
	}
	for _, group := range []struct {
		kind  string
		texts []string
	}{{"insecure", ex.Insecure}, {"safe", ex.Safe}, {"fixed", ex.Fixed}} {
		for i, text := range group.texts {
			if group.kind == "fixed" && strings.TrimSpace(text) == "" {
				continue // no machine rewrite
			}
			s := snippet{row: row, lang: lang, kind: group.kind, index: i, src: []byte(strings.TrimLeft(text, "\n"))}
			s.rel = fmt.Sprintf("s%d/%s", len(t.snippets), file)
			if group.kind == "insecure" && i < len(ex.Fixed) {
				s.want = strings.TrimLeft(ex.Fixed[i], "\n")
			}
			path := filepath.Join(t.dir, filepath.FromSlash(s.rel))
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(path, s.src, 0o644); err != nil {
				return err
			}
			t.snippets = append(t.snippets, s)
		}
	}
	return nil
}

func (t *rowTester) run() error {
	res, err := Run(t.ctx, Options{Root: t.dir, NoGitignore: true, Own: t.own, Tests: "same", Vars: languages.Vars{CABundle: "/etc/ssl/corp-ca.pem"}})
	if err != nil {
		return err
	}
	at := map[string]*snippet{}
	for i := range t.snippets {
		folder, _, _ := strings.Cut(t.snippets[i].rel, "/")
		at[folder] = &t.snippets[i]
	}
	all := res.Findings()
	finding.FingerprintAll(all)
	for _, f := range all {
		folder, _, _ := strings.Cut(f.Path, "/")
		if s := at[folder]; s != nil {
			s.found = append(s.found, f)
		}
	}
	return nil
}

// judge says in what a snippet fails, "" when it does not.
func (t *rowTester) judge(s *snippet) (string, error) {
	if s.kind != "insecure" {
		for _, f := range s.found {
			if f.Severity > finding.Low && f.Confidence > finding.ConfidenceLow {
				return fmt.Sprintf("is found by %s at line %d: %s", f.Pattern, f.Span.Start.Line, f.Message), nil
			}
		}
		return "", nil
	}
	i := slices.IndexFunc(s.found, func(f *finding.Finding) bool { return f.Pattern == s.row.ID })
	if i < 0 {
		var others []string
		for _, f := range s.found {
			others = append(others, f.Pattern)
		}
		return fmt.Sprintf("is not found by it (found by: %s)", strings.Join(others, ", ")), nil
	}
	if strings.TrimSpace(s.want) == "" {
		return "", nil
	}
	return t.fixed(s, s.found[i])
}

// fixed compares what the first edit of a finding makes of its snippet with what
// the example says.
func (t *rowTester) fixed(s *snippet, f *finding.Finding) (string, error) {
	got := s.src
	for _, x := range f.Fixes {
		if len(x.Edits) == 0 {
			continue
		}
		var err error
		if got, err = fix.Apply(s.src, x.Edits); err != nil {
			return "", err
		}
		if err := s.lang.Check(t.ctx, filepath.Join(t.dir, filepath.FromSlash(s.rel)), s.src, got, nil); err != nil {
			return fmt.Sprintf("is broken by its fix: %v", err), nil
		}
		break
	}
	if strings.TrimRight(string(got), "\n") != strings.TrimRight(s.want, "\n") {
		return "is fixed otherwise:\n" + string(fix.Diff("snippet", []byte(s.want), got)), nil
	}
	return "", nil
}
