package fix_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
)

func at(path string, offset int, fixes ...finding.Fix) *finding.Finding {
	return &finding.Finding{
		Rule: "TLS101", Path: path, Fixes: fixes, Message: fmt.Sprintf("%s:%d", path, offset),
		Span: finding.Span{Start: finding.Position{Offset: offset}, End: finding.Position{Offset: offset + 1}},
	}
}

func safe(edits ...finding.Edit) finding.Fix {
	return finding.Fix{Class: finding.Safe, Style: finding.StyleEnv, Edits: edits}
}

func in(path string, start, end int, text string) finding.Edit {
	return finding.Edit{Path: path, Start: start, End: end, New: text}
}

func TestSelectPicksTheFixThatFits(t *testing.T) {
	e := in("a.py", 0, 1, "x")
	env := finding.Fix{Class: finding.Safe, Style: finding.StyleEnv, Title: "env", Edits: []finding.Edit{e}}
	bundle := finding.Fix{Class: finding.Unsafe, Style: finding.StyleBundle, Title: "bundle", Edits: []finding.Edit{e}}
	remove := finding.Fix{Class: finding.Safe, Style: finding.StyleRemove, Title: "remove", Edits: []finding.Edit{e}}
	recipe := finding.Fix{Class: finding.Display, Title: "recipe", Recipe: "ask somebody"}
	recipeWithEdits := finding.Fix{Class: finding.Display, Title: "odd", Recipe: "do it by hand", Edits: []finding.Edit{e}}
	empty := finding.Fix{Class: finding.Safe, Style: finding.StyleEnv, Title: "empty"}
	strange := finding.Fix{Class: "", Title: "no class", Edits: []finding.Edit{e}}
	for _, tc := range []struct {
		name   string
		fixes  []finding.Fix
		want   fix.Options
		title  string
		reason fix.Reason
	}{
		{name: "wanted style first", fixes: []finding.Fix{remove, env}, want: fix.Options{Style: finding.StyleEnv}, title: "env"},
		{name: "first of the others", fixes: []finding.Fix{remove, env}, want: fix.Options{Style: finding.StyleBundle}, title: "remove"},
		{name: "no style wanted", fixes: []finding.Fix{remove, env}, title: "remove"},
		{name: "unsafe not asked for", fixes: []finding.Fix{bundle}, want: fix.Options{Style: finding.StyleBundle}, title: "bundle", reason: fix.NeedsUnsafe},
		{name: "unsafe asked for", fixes: []finding.Fix{env, bundle}, want: fix.Options{Style: finding.StyleBundle, Unsafe: true}, title: "bundle"},
		{name: "unsafe style wanted, safe one taken", fixes: []finding.Fix{bundle, env}, want: fix.Options{Style: finding.StyleBundle}, title: "env"},
		{name: "recipe", fixes: []finding.Fix{recipe}, want: fix.Options{Unsafe: true}, title: "recipe", reason: fix.DisplayOnly},
		{name: "a recipe's edits are not made", fixes: []finding.Fix{recipeWithEdits}, want: fix.Options{Unsafe: true}, title: "odd", reason: fix.DisplayOnly},
		{name: "no edits", fixes: []finding.Fix{empty}, reason: fix.NoFix},
		{name: "empty one passed over", fixes: []finding.Fix{empty, env}, title: "env"},
		{name: "no class", fixes: []finding.Fix{strange}, want: fix.Options{Unsafe: true}, reason: fix.NoFix},
		{name: "none", reason: fix.NoFix},
	} {
		t.Run(tc.name, func(t *testing.T) {
			chosen, skipped := fix.Select([]*finding.Finding{at("a.py", 0, tc.fixes...)}, tc.want)
			if tc.reason == "" {
				if len(chosen) != 1 || len(skipped) != 0 || chosen[0].Fix.Title != tc.title {
					t.Fatalf("chosen %+v, skipped %+v; want %s", chosen, skipped, tc.title)
				}
				return
			}
			if len(chosen) != 0 || len(skipped) != 1 || skipped[0].Reason != tc.reason {
				t.Fatalf("chosen %+v, skipped %+v; want reason %q", chosen, skipped, tc.reason)
			}
			if got := skipped[0].Fix; (got == nil) != (tc.title == "") || got != nil && got.Title != tc.title {
				t.Fatalf("skipped fix %+v, want %q", got, tc.title)
			}
		})
	}
}

func TestSelectLeavesSuppressedAlone(t *testing.T) {
	f := at("a.py", 0, safe(in("a.py", 0, 1, "x")))
	f.Suppressed = &finding.Suppression{Kind: "inline", Reason: "appliance"}
	chosen, skipped := fix.Select([]*finding.Finding{f}, fix.Options{})
	if len(chosen) != 0 || len(skipped) != 1 || skipped[0].Reason != fix.Suppressed {
		t.Fatalf("chosen %v, skipped %v", chosen, skipped)
	}
}

func TestSelectResolvesConflicts(t *testing.T) {
	imp := in("a.py", 0, 0, "import os\n")
	for _, tc := range []struct {
		name     string
		findings []*finding.Finding
		chosen   []string
		skipped  []string // message, reason and whose fix came first
		edits    map[string]int
	}{
		{
			name:     "same import merged",
			findings: []*finding.Finding{at("a.py", 10, safe(imp, in("a.py", 10, 15, "x"))), at("a.py", 30, safe(imp, in("a.py", 30, 35, "y")))},
			chosen:   []string{"a.py:10", "a.py:30"},
			edits:    map[string]int{"a.py": 3},
		},
		{
			name:     "same fix for two findings",
			findings: []*finding.Finding{at("a.py", 10, safe(in("a.py", 10, 40, "x"))), at("a.py", 30, safe(in("a.py", 10, 40, "x")))},
			chosen:   []string{"a.py:10", "a.py:30"},
			edits:    map[string]int{"a.py": 1},
		},
		{
			name:     "different insertions at one offset",
			findings: []*finding.Finding{at("a.py", 10, safe(imp)), at("a.py", 30, safe(in("a.py", 0, 0, "import ssl\n")))},
			chosen:   []string{"a.py:10"},
			skipped:  []string{"a.py:30 overlaps another fix a.py:10"},
			edits:    map[string]int{"a.py": 1},
		},
		{
			name:     "the first by position wins, whatever order they come in",
			findings: []*finding.Finding{at("a.py", 30, safe(in("a.py", 12, 35, "y"))), at("a.py", 10, safe(in("a.py", 10, 15, "x")))},
			chosen:   []string{"a.py:10"},
			skipped:  []string{"a.py:30 overlaps another fix a.py:10"},
			edits:    map[string]int{"a.py": 1},
		},
		{
			name:     "one range, two texts",
			findings: []*finding.Finding{at("a.py", 10, safe(in("a.py", 10, 15, "x"))), at("a.py", 11, safe(in("a.py", 10, 15, "y")))},
			chosen:   []string{"a.py:10"},
			skipped:  []string{"a.py:11 overlaps another fix a.py:10"},
			edits:    map[string]int{"a.py": 1},
		},
		{
			name:     "touching ranges are no conflict",
			findings: []*finding.Finding{at("a.py", 10, safe(in("a.py", 10, 15, "x"))), at("a.py", 15, safe(in("a.py", 15, 20, "y")))},
			chosen:   []string{"a.py:10", "a.py:15"},
			edits:    map[string]int{"a.py": 2},
		},
		{
			name: "all edits or none, across files",
			findings: []*finding.Finding{
				at("a.py", 10, safe(in("a.py", 10, 15, "x"))),
				at("b.py", 5, safe(in("b.py", 5, 6, "z"), in("a.py", 14, 16, "y"))),
				at("b.py", 5, safe(in("b.py", 5, 6, "w"))), // free: what b.py:5 wanted is not done
			},
			chosen:  []string{"a.py:10", "b.py:5"},
			skipped: []string{"b.py:5 overlaps another fix a.py:10"},
			edits:   map[string]int{"a.py": 1, "b.py": 1},
		},
		{
			name:     "a fix that overlaps itself",
			findings: []*finding.Finding{at("a.py", 10, safe(in("a.py", 10, 15, "x"), in("a.py", 12, 16, "y")))},
			skipped:  []string{"a.py:10 the fix contradicts itself"},
		},
		{
			name:     "a fix without a file",
			findings: []*finding.Finding{at("a.py", 10, safe(in("", 10, 15, "x")))},
			skipped:  []string{"a.py:10 the fix contradicts itself"},
		},
		{
			name:     "one fix inserts the same text twice",
			findings: []*finding.Finding{at("a.py", 10, safe(in("a.py", 10, 10, ")"), in("a.py", 10, 10, ")")))},
			chosen:   []string{"a.py:10"},
			edits:    map[string]int{"a.py": 2},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			chosen, skipped := fix.Select(tc.findings, fix.Options{})
			var gotChosen, gotSkipped []string
			for _, c := range chosen {
				gotChosen = append(gotChosen, c.Finding.Message)
			}
			for _, s := range skipped {
				line := s.Finding.Message + " " + string(s.Reason)
				if s.Other != nil {
					line += " " + s.Other.Message
				}
				gotSkipped = append(gotSkipped, line)
			}
			if !slices.Equal(gotChosen, tc.chosen) || !slices.Equal(gotSkipped, tc.skipped) {
				t.Fatalf("chosen %q, skipped %q; want %q, %q", gotChosen, gotSkipped, tc.chosen, tc.skipped)
			}
			edits := map[string]int{}
			for _, f := range fix.Files("", chosen) {
				edits[f.Path] = len(f.Edits)
				if _, err := fix.Apply([]byte(strings.Repeat("x", 50)), f.Edits); err != nil {
					t.Errorf("what was chosen cannot be applied: %v", err)
				}
			}
			for path, want := range tc.edits {
				if edits[path] != want {
					t.Errorf("%d edits of %s, want %d", edits[path], path, want)
				}
			}
			if len(edits) != len(tc.edits) {
				t.Errorf("edits of %v, want of %v", edits, tc.edits)
			}
		})
	}
}

func TestSelectKeepsTheCallersOrder(t *testing.T) {
	fs := []*finding.Finding{at("b.py", 1), at("a.py", 1)}
	fix.Select(fs, fix.Options{})
	if fs[0].Path != "b.py" {
		t.Fatal("Select sorted its caller's slice")
	}
}

func TestFilesJoinsTheRoot(t *testing.T) {
	root := t.TempDir()
	abs := filepath.Join(root, "other", "b.py")
	chosen := []fix.Chosen{{Fix: safe(in("x/a.py", 3, 4, ""), in(filepath.ToSlash(abs), 0, 1, ""), in("x/a.py", 0, 1, ""))}}
	files := fix.Files(root, chosen)
	if len(files) != 2 || files[0].Path != abs || files[1].Path != filepath.Join(root, "x", "a.py") {
		t.Fatalf("got %+v", files)
	}
	if e := files[1].Edits; len(e) != 2 || e[0].Start != 0 || e[1].Start != 3 {
		t.Fatalf("edits not sorted: %+v", e)
	}
}
