package report

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
)

// fixing returns a result in which every fix belongs to a finding of its own.
func fixing(m files, fixes ...finding.Fix) *Result {
	r := &Result{Source: m.source}
	for _, fix := range fixes {
		r.Findings = append(r.Findings, &finding.Finding{Rule: "TLS101", Path: "f", Severity: finding.High, Fixes: []finding.Fix{fix}})
	}
	return r
}

func fixOf(edits ...finding.Edit) finding.Fix {
	return finding.Fix{Class: finding.Safe, Edits: edits}
}

func TestDiff(t *testing.T) {
	m := files{"f": "one\ntwo\nthree\n", "crlf": "a\r\nb\r\nc\r\n", "open": "a\nb", "g h\t\"": "x\n", "s p": "x\n"}
	for _, test := range []struct {
		name  string
		fixes []finding.Fix
		want  string
	}{
		{"nothing to do", nil, ""},
		{"display only", []finding.Fix{{Class: finding.Display, Recipe: "think"}}, ""},
		{"one edit", []finding.Fix{fixOf(finding.Edit{Path: "f", Start: 4, End: 7, New: "2"})},
			"--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n"},
		{"CRLF", []finding.Fix{fixOf(finding.Edit{Path: "crlf", Start: 3, End: 4, New: "B"})},
			"--- a/crlf\n+++ b/crlf\n@@ -1,3 +1,3 @@\n a\r\n-b\r\n+B\r\n c\r\n"},
		{"no line end", []finding.Fix{fixOf(finding.Edit{Path: "open", Start: 3, End: 3, New: "!"})},
			"--- a/open\n+++ b/open\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b!\n\\ No newline at end of file\n"},
		{"the first of two that overlap", []finding.Fix{
			fixOf(finding.Edit{Path: "f", Start: 0, End: 3, New: "1"}),
			fixOf(finding.Edit{Path: "f", Start: 2, End: 5, New: "x"})},
			"--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-one\n+1\n two\n three\n"},
		{"all edits of a fix or none", []finding.Fix{
			fixOf(finding.Edit{Path: "f", Start: 0, End: 3, New: "1"}),
			fixOf(finding.Edit{Path: "open", Start: 0, End: 1, New: "x"}, finding.Edit{Path: "f", Start: 0, End: 1, New: "x"})},
			"--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n-one\n+1\n two\n three\n"},
		{"an edit that two fixes share", []finding.Fix{
			fixOf(finding.Edit{Path: "f", Start: 0, End: 0, New: "import x\n"}, finding.Edit{Path: "f", Start: 4, End: 7, New: "2"}),
			fixOf(finding.Edit{Path: "f", Start: 0, End: 0, New: "import x\n"}, finding.Edit{Path: "f", Start: 8, End: 13, New: "3"})},
			"--- a/f\n+++ b/f\n@@ -1,3 +1,4 @@\n+import x\n one\n-two\n-three\n+2\n+3\n"},
		{"outside of the file", []finding.Fix{fixOf(finding.Edit{Path: "f", Start: 4, End: 99}), fixOf(finding.Edit{Path: "f", Start: -1, End: 1})}, ""},
		{"a file that is not known", []finding.Fix{fixOf(finding.Edit{Path: "gone", New: "x"})}, ""},
		{"a change that changes nothing", []finding.Fix{fixOf(finding.Edit{Path: "f", Start: 0, End: 3, New: "one"})}, ""},
		{"a name in quotes", []finding.Fix{fixOf(finding.Edit{Path: "g h\t\"", Start: 0, End: 1, New: "y"})},
			"--- \"a/g h\\011\\\"\"\n+++ \"b/g h\\011\\\"\"\n@@ -1 +1 @@\n-x\n+y\n"},
		{"a name with a space", []finding.Fix{fixOf(finding.Edit{Path: "s p", Start: 0, End: 1, New: "y"})},
			"--- a/s p\t\n+++ b/s p\t\n@@ -1 +1 @@\n-x\n+y\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := render(t, "diff", fixing(m, test.fixes...), Options{}); got != test.want {
				t.Errorf("got\n%q\nwant\n%q", got, test.want)
			}
		})
	}
}

// What is written is a patch that git takes, hostile names and bytes included.
func TestGitAppliesTheDiff(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("no git")
	}
	m := files{
		"plain": "a\nb\nc\n", "with space": "a\r\nb\r\n", "tab\t\"q\"": "x", "ü/ö": "\xff\x1b\n\nx\n",
		"bidi\u202e": "\x00a\nb\n", "empty": "",
	}
	want := files{
		"plain": "a\nB\nc\n", "with space": "a\r\nB\r\n", "tab\t\"q\"": "y", "ü/ö": "\xfe\x1b\n\nx\n",
		"bidi\u202e": "\x00A\nb\n", "empty": "new\n",
	}
	r := fixing(m,
		fixOf(m.edit(t, "plain", "b", "B", 0)), fixOf(m.edit(t, "with space", "b", "B", 0)),
		fixOf(m.edit(t, "tab\t\"q\"", "x", "y", 0)), fixOf(m.edit(t, "ü/ö", "\xff", "\xfe", 0)),
		fixOf(m.edit(t, "bidi\u202e", "a", "A", 0)), fixOf(finding.Edit{Path: "empty", New: "new\n"}))
	dir := t.TempDir()
	for name, text := range m {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(git, "apply", "--verbose", "-")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir), "GIT_CONFIG_GLOBAL=/dev/null")
	cmd.Stdin = strings.NewReader(render(t, "diff", r, Options{}))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git apply: %v\n%s", err, out)
	}
	for name, text := range want {
		got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != text {
			t.Errorf("%q is %q, want %q", name, got, text)
		}
	}
}
