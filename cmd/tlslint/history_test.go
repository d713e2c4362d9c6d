package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/cli"
)

// history is a repository that a test writes commit by commit.
type history struct {
	t    *testing.T
	root string
}

func newHistory(t *testing.T) *history {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	root := t.TempDir()
	t.Chdir(root)
	for _, name := range []string{"CI", "NO_COLOR", "TLSLINT_CONFIG", "COLUMNS"} {
		t.Setenv(name, "")
	}
	for _, kv := range []string{
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_CEILING_DIRECTORIES=" + filepath.Dir(root),
		"GIT_AUTHOR_NAME=tester", "GIT_AUTHOR_EMAIL=tester@example.com",
		"GIT_COMMITTER_NAME=tester", "GIT_COMMITTER_EMAIL=tester@example.com",
	} {
		name, value, _ := strings.Cut(kv, "=")
		t.Setenv(name, value)
	}
	h := &history{t, root}
	h.git("init", "-q", "-b", "main")
	h.git("commit", "-q", "--allow-empty", "-m", "nothing")
	return h
}

func (h *history) git(args ...string) string {
	h.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = h.root
	out, err := cmd.CombinedOutput()
	if err != nil {
		h.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func (h *history) path(name string) string { return filepath.Join(h.root, filepath.FromSlash(name)) }

func (h *history) write(name, text string) {
	h.t.Helper()
	if err := os.MkdirAll(filepath.Dir(h.path(name)), 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(h.path(name), []byte(text), 0o644); err != nil {
		h.t.Fatal(err)
	}
}

func (h *history) read(name string) string {
	h.t.Helper()
	data, err := os.ReadFile(h.path(name))
	if err != nil {
		h.t.Fatal(err)
	}
	return string(data)
}

// edit replaces texts, each of which must stand in the file: old, new, old, new...
func (h *history) edit(name string, pairs ...string) {
	h.t.Helper()
	text := h.read(name)
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			h.t.Fatalf("%s does not hold %q:\n%s", name, pairs[i], text)
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	h.write(name, text)
}

// cut takes the text from one mark up to another out of a file and returns it.
func (h *history) cut(name, from, to string) string {
	h.t.Helper()
	text := h.read(name)
	i := strings.Index(text, from)
	j := -1
	if i >= 0 {
		j = strings.Index(text[i:], to)
	}
	if j < 0 {
		h.t.Fatalf("%s does not hold %q and %q behind it", name, from, to)
	}
	h.write(name, text[:i]+text[i+j:])
	return text[i : i+j]
}

func (h *history) remove(name string) {
	h.t.Helper()
	if err := os.Remove(h.path(name)); err != nil {
		h.t.Fatal(err)
	}
}

func (h *history) commit(message string) {
	h.t.Helper()
	h.git("add", "-A")
	h.git("commit", "-q", "-m", message)
}

// run runs one command line.
func run(args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = cli.Main(args, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

// found runs a command line with -f json and returns what it shows, as
// "path:line RULE".
func (h *history) found(args ...string) []string {
	h.t.Helper()
	code, out, errs := run(append(args, "-v", "-f", "json")...)
	if code != 0 && code != 1 {
		h.t.Fatalf("tlslint %s: exit code %d: %s", strings.Join(args, " "), code, errs)
	}
	var result struct {
		Findings []struct {
			Rule, Path string
			Shown      bool
			Span       struct{ Start struct{ Line int } }
		}
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		h.t.Fatal(err)
	}
	list := []string{}
	for _, f := range result.Findings {
		if f.Shown {
			list = append(list, fmt.Sprintf("%s:%d %s", f.Path, f.Span.Start.Line, f.Rule))
		}
	}
	return list
}

// step is one commit: what changes, and which findings are new with it.
type step struct {
	what string
	do   func(h *history)
	want []string
}

// play commits every step and compares what is new. The rows are the table of
// the documentation.
func play(t *testing.T, steps []step) (rows []string) {
	h := newHistory(t)
	for i, s := range steps {
		s.do(h)
		h.commit(s.what)
		got := h.found("--new-from-rev", "HEAD~1")
		result := "as expected"
		if !slices.Equal(got, s.want) && len(got)+len(s.want) > 0 {
			result = "WRONG: " + strings.Join(got, ", ")
			t.Errorf("commit %d (%s): new %q, want %q", i+1, s.what, got, s.want)
		}
		want := "none"
		if len(s.want) > 0 {
			want = "`" + strings.ReplaceAll(strings.Join(s.want, "`, `"), "\n", `\n`) + "`"
		}
		rows = append(rows, fmt.Sprintf("| %d | %s | %s | %s |\n", i+1, s.what, want, result))
	}
	return rows
}

// document compares the table of a history with the one in the documentation;
// TLSLINT_UPDATE=1 writes it there.
func document(t *testing.T, page, name string, rows []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := []byte("<!-- "+name+" -->\n"), []byte("<!-- end of "+name+" -->\n")
	before, rest, ok := bytes.Cut(text, begin)
	have, after, ok2 := bytes.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the table %s", page, name)
	}
	table := "| commit | what changes | new findings | result |\n|---|---|---|---|\n" + strings.Join(rows, "")
	if os.Getenv("TLSLINT_UPDATE") != "" {
		out := slices.Concat(before, begin, []byte(table), end, after)
		if err := os.WriteFile(page, out, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(have) != table {
		t.Errorf("%s does not have the table of this history: TLSLINT_UPDATE=1 go test ./cmd/tlslint -run %s", page, t.Name())
	}
}

func TestWithoutGit(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("PATH", t.TempDir())
	for _, args := range [][]string{{"--new-from-rev", "HEAD"}, {"fix", "--new-from-merge-base", "main"}, {"--staged"}} {
		code, out, errs := run(args...)
		if code != 2 || out != "" || !strings.HasSuffix(errs, "git is not on the PATH: install it, or leave the flag out\n") {
			t.Errorf("%q: code %d, %q, %q", args, code, out, errs)
		}
	}
}
