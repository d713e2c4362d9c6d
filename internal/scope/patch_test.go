package scope

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// gitDiff is the patch between two sets of files, as git writes it.
func gitDiff(t *testing.T, before, after map[string]string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	root := t.TempDir()
	run := func(args ...string) []byte {
		t.Helper()
		cmd := exec.Command("git", args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
			"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("git %s: %v", strings.Join(args, " "), err)
		}
		return out
	}
	put := func(files map[string]string) {
		t.Helper()
		run("rm", "-rq", "--ignore-unmatch", ".")
		for name, text := range files {
			p := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		run("add", "-A")
		run("commit", "-q", "--allow-empty", "-m", "x")
	}
	run("init", "-q")
	put(before)
	put(after)
	return run(append([]string{"diff", "HEAD~1", "HEAD"}, args...)...)
}

func reader(files map[string]string) func(string) ([]byte, bool) {
	return func(p string) ([]byte, bool) {
		text, ok := files[p]
		return []byte(text), ok
	}
}

func all(string) bool { return true }

func TestUnpatch(t *testing.T) {
	long := ""
	for i := range 60 {
		long += strings.Repeat("x", i) + "\n"
	}
	tests := []struct {
		name          string
		before, after map[string]string
		changes       string
	}{
		{"edited", map[string]string{"a": long, "b": "b\n"}, map[string]string{"a": "first\n" + strings.Replace(long, "xxxx\n", "other\n", 1) + "last\n", "b": "b\n"}, "a>a"},
		{"added and deleted", map[string]string{"a": "one\n", "keep": ""}, map[string]string{"b": "two\nthree\n", "keep": ""}, "a>, >b"},
		{"renamed", map[string]string{"a": long}, map[string]string{"d/b": long + "more\n"}, "a>d/b"},
		{"renamed as it is", map[string]string{"a": long}, map[string]string{"d/b": long}, "a>d/b"},
		{"no line end", map[string]string{"a": "one\ntwo"}, map[string]string{"a": "one\ntwo\nthree"}, "a>a"},
		{"line end added", map[string]string{"a": "one"}, map[string]string{"a": "one\n"}, "a>a"},
		{"emptied", map[string]string{"a": "one\ntwo\n"}, map[string]string{"a": ""}, "a>a"},
		{"filled", map[string]string{"a": ""}, map[string]string{"a": "one\ntwo\n"}, "a>a"},
		{"odd names", map[string]string{"a b": "one\n", "ü": "1\n", "tab\tq\"": "1\n"}, map[string]string{"a b": "two\n", "ü": "2\n", "tab\tq\"": "2\n"}, "a b>a b, tab\tq\">tab\tq\", ü>ü"},
		{"binary", map[string]string{"a": "\x00one", "b": "1\n"}, map[string]string{"a": "\x00two", "b": "2\n"}, "a>a, b>b"},
	}
	for _, tt := range tests {
		for _, flags := range [][]string{nil, {"-U0"}, {"--binary"}, {"--no-renames"}} {
			patch := gitDiff(t, tt.before, tt.after, flags...)
			p, err := unpatch(patch, reader(tt.after), all)
			if err != nil {
				t.Errorf("%s %v: %v\n%s", tt.name, flags, err, patch)
				continue
			}
			var list []string
			for _, c := range p.changes {
				list = append(list, c.Old+">"+c.New)
			}
			if got := strings.Join(list, ", "); got != tt.changes && flags == nil {
				t.Errorf("%s: changes %s, want %s", tt.name, got, tt.changes)
			}
			for name, text := range tt.before {
				data, touched := p.before[name]
				if touched && string(data) != text && !strings.Contains(text, "\x00") {
					t.Errorf("%s %v: %s was %q, want %q", tt.name, flags, name, data, text)
				}
				if !touched && text != tt.after[name] {
					t.Errorf("%s %v: %s is not taken back", tt.name, flags, name)
				}
			}
		}
	}
}

func TestUnpatchLineEnds(t *testing.T) {
	patch := gitDiff(t, map[string]string{"a": "1\n2\n3\n4\n5\n"}, map[string]string{"a": "1\n2\n3\nnew\n4\n5\n"})
	p, err := unpatch(patch, reader(map[string]string{"a": "1\r\n2\r\n3\r\nnew\r\n4\r\n5\r\n"}), all)
	if err != nil || strings.ReplaceAll(string(p.before["a"]), "\r", "") != "1\n2\n3\n4\n5\n" {
		t.Errorf("%q, %v", p.before["a"], err)
	}
}

// A patch may be older than the file: its lines are looked for.
func TestUnpatchElsewhere(t *testing.T) {
	patch := gitDiff(t, map[string]string{"a": "1\n2\n3\n4\n5\n"}, map[string]string{"a": "1\n2\n3\nnew\n4\n5\n"})
	p, err := unpatch(patch, reader(map[string]string{"a": "0\n0\n1\n2\n3\nnew\n4\n5\n6\n"}), all)
	if err != nil || string(p.before["a"]) != "0\n0\n1\n2\n3\n4\n5\n6\n" {
		t.Errorf("%q, %v", p.before["a"], err)
	}
}

// A mailbox has several patches, which may change one file in turn.
func TestUnpatchMailbox(t *testing.T) {
	one, two, three := map[string]string{"a": "1\n"}, map[string]string{"a": "1\n2\n", "c": "c\n"}, map[string]string{"b": "1\n2\n3\n"}
	mail := "From 0123 Mon Sep 17 00:00:00 2001\nSubject: [PATCH 1/2] one\n\n---\n a | 1 +\n\n" + string(gitDiff(t, one, two)) + "-- \n2.39.5\n\n" +
		"From 4567 Mon Sep 17 00:00:00 2001\nSubject: [PATCH 2/2] two\n\n---\n\n" + string(gitDiff(t, two, three)) + "-- \n2.39.5\n\n"
	p, err := unpatch([]byte(mail), reader(three), all)
	if err != nil {
		t.Fatal(err)
	}
	if string(p.before["a"]) != "1\n" || p.before["b"] != nil || p.before["c"] != nil {
		t.Errorf("%q", p.before)
	}
}

func TestPatchesThatDoNotFit(t *testing.T) {
	before, after := map[string]string{"a": "1\n2\n"}, map[string]string{"a": "1\n2\n3\n"}
	patch := string(gitDiff(t, before, after))
	gone := string(gitDiff(t, before, map[string]string{"b": "0\n"}))
	tests := []struct {
		name, patch string
		now         map[string]string
		want        string
	}{
		{"not applied", patch, before, "a:1 is not as the patch leaves it"},
		{"missing", patch, nil, "a is not there"},
		{"not deleted", gone, map[string]string{"a": "1\n2\n", "b": "0\n"}, "a is still there"},
		{"a text", "hello\n", nil, "it is not a patch: git diff makes one"},
		{"a merge", "diff --cc a\n--- a/a\n+++ b/a\n@@@ -1,1 -1,1 +1,1 @@@\n--1\n++2\n", nil, "it is the combined diff of a merge"},
		{"cut", patch[:len(patch)-4], after, "it cannot be read: "},
		{"leads out", strings.ReplaceAll(patch, "/a", "/../../a"), after, "leads out of the tree"},
		{"absolute", "--- /etc/a\n+++ /etc/a\n@@ -1 +1 @@\n-1\n+2\n", after, "leads out of the tree"},
	}
	for _, tt := range tests {
		_, err := unpatch([]byte(tt.patch), reader(tt.now), all)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.want)
		}
	}
	if p, err := unpatch(nil, reader(nil), all); err != nil || len(p.changes) > 0 {
		t.Errorf("an empty patch: %v, %v", p, err)
	}
	// A plain diff, as diff -u writes it.
	p, err := unpatch([]byte("--- a/x.go\t2024-01-01\n+++ b/x.go\t2024-01-02\n@@ -1 +1 @@\n-1\n+2\n"), reader(map[string]string{"x.go": "2\n"}), all)
	if err != nil || string(p.before["x.go"]) != "1\n" {
		t.Errorf("%v, %v", p, err)
	}
}

func FuzzUnpatch(f *testing.F) {
	f.Add([]byte("diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1,2 +1,3 @@\n 1\n 2\n+3\n"), []byte("1\n2\n3\n"))
	f.Add([]byte("diff --git a/a b/b\nsimilarity index 50%\nrename from a\nrename to b\n@@ -1 +1 @@\n-1\n+2\n"), []byte("2\n"))
	f.Add([]byte("--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+1\n"), []byte("1\n"))
	f.Fuzz(func(t *testing.T, patch, now []byte) {
		p, err := unpatch(patch, func(string) ([]byte, bool) { return now, true }, all)
		if err != nil {
			if strings.Contains(err.Error(), "\n") && !strings.Contains(string(patch), "\n") {
				t.Errorf("an error of several lines: %q", err)
			}
			return
		}
		for name := range p.before {
			if !filepath.IsLocal(name) {
				t.Errorf("%q leads out of the tree", name)
			}
		}
	})
}
