package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// work is a repository for a test.
type work struct {
	t    *testing.T
	root string
}

func newWork(t *testing.T, args ...string) *work {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, kv := range []string{
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_CEILING_DIRECTORIES=" + filepath.Dir(root),
		"GIT_AUTHOR_NAME=tester", "GIT_AUTHOR_EMAIL=tester@example.com",
		"GIT_COMMITTER_NAME=tester", "GIT_COMMITTER_EMAIL=tester@example.com",
	} {
		name, value, _ := strings.Cut(kv, "=")
		t.Setenv(name, value)
	}
	w := &work{t, root}
	w.git(append([]string{"init", "-q", "-b", "main"}, args...)...)
	return w
}

func (w *work) git(args ...string) string {
	w.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = w.root
	out, err := cmd.CombinedOutput()
	if err != nil {
		w.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

func (w *work) write(name, text string) {
	w.t.Helper()
	p := filepath.Join(w.root, name)
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		w.t.Fatal(err)
	}
}

func (w *work) commit() {
	w.t.Helper()
	w.git("add", "-A")
	w.git("commit", "-q", "-m", "x")
}

func (w *work) open() *Repo {
	w.t.Helper()
	r, err := Open(context.Background(), w.root)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// pairs are changes as "old>new".
func pairs(list []Change) []string {
	var out []string
	for _, c := range list {
		out = append(out, c.Old+">"+c.New)
	}
	slices.Sort(out)
	return out
}

func TestChanges(t *testing.T) {
	w := newWork(t)
	long := strings.Repeat("a line that is like no other\n", 20)
	for _, name := range []string{"same", "edited", "gone", "sub/old name", "mode", "tab\tand\nline", "über"} {
		w.write(name, long+name)
	}
	w.commit()
	w.write("edited", "other")
	w.git("rm", "-q", "gone")
	w.git("mv", "sub/old name", "sub/new name")
	w.git("update-index", "--chmod=+x", "mode")
	w.write("tab\tand\nline", "other")
	w.write("über", "other")
	w.write("added", "new")
	w.git("add", "added", "über")
	w.write("later", "intended")
	w.git("add", "-N", "later")
	w.write("untracked", "new")
	if err := os.Symlink("same", filepath.Join(w.root, "link")); err == nil {
		w.git("add", "link")
	}
	ctx, r := context.Background(), w.open()
	commit, err := r.Commit(ctx, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		index bool
		want  []string
	}{
		{false, []string{">added", ">later", "edited>edited", "gone>", "sub/old name>sub/new name", "tab\tand\nline>tab\tand\nline", "über>über"}},
		{true, []string{">added", "gone>", "sub/old name>sub/new name", "über>über"}},
	} {
		list, err := r.Changes(ctx, commit, tt.index)
		if err != nil {
			t.Fatal(err)
		}
		// The index may know the mode of a file that has no content to compare.
		got := slices.DeleteFunc(pairs(list), func(s string) bool { return s == "mode>mode" })
		slices.Sort(tt.want)
		if !slices.Equal(got, tt.want) {
			t.Errorf("index %v: %q, want %q", tt.index, got, tt.want)
		}
	}
	untracked, err := r.Untracked(ctx)
	if err != nil || !slices.Equal(untracked, []string{"untracked"}) {
		t.Errorf("untracked: %q, %v", untracked, err)
	}
}

func TestOpenInAFolder(t *testing.T) {
	w := newWork(t)
	w.write("a b/über\nc/x", "x")
	r, err := Open(context.Background(), filepath.Join(w.root, "a b", "über\nc"))
	if err != nil || r.Top != w.root || r.Prefix != "a b/über\nc/" {
		t.Errorf("%+v, %v", r, err)
	}
}

// A hook gets variables that bind git to a repository and an index.
func TestHookEnvironment(t *testing.T) {
	w := newWork(t)
	w.write("sub/a.txt", "one")
	w.commit()
	w.write("sub/a.txt", "two")
	w.write("sub/other.txt", "new")
	index := filepath.Join(w.root, ".git", "index-of-a-commit")
	t.Setenv("GIT_INDEX_FILE", index)
	w.git("read-tree", "HEAD")
	w.git("add", "sub/other.txt")
	t.Setenv("GIT_DIR", filepath.Join(w.root, ".git"))
	r, err := Open(context.Background(), filepath.Join(w.root, "sub"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Top != w.root || r.Prefix != "sub/" {
		t.Errorf("top %q, prefix %q", r.Top, r.Prefix)
	}
	list, err := r.Changes(context.Background(), "HEAD", true)
	if err != nil || !slices.Equal(pairs(list), []string{">sub/other.txt"}) {
		t.Errorf("%q, %v", pairs(list), err)
	}
	// Another repository is not the one that the variables mean.
	other := t.TempDir()
	cmd := exec.Command("git", "init", "-q", other)
	cmd.Env = append(os.Environ(), "GIT_DIR=", "GIT_INDEX_FILE=")
	cmd.Env = slices.DeleteFunc(cmd.Env, func(v string) bool {
		return strings.HasPrefix(v, "GIT_DIR=") || strings.HasPrefix(v, "GIT_INDEX_FILE=")
	})
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if r, err = Open(context.Background(), other); err != nil {
		t.Fatal(err)
	}
	if list, err := r.Index(context.Background()); err != nil || len(list) > 0 {
		t.Errorf("the other repository has %v, %v", list, err)
	}
}

// Nothing that a repository configures is run.
func TestNothingIsRun(t *testing.T) {
	w := newWork(t)
	long := strings.Repeat("a line that is like no other\n", 20)
	w.write("a.go", long)
	w.write("b.go", long+"b")
	w.commit()
	trap := filepath.Join(w.root, "trap")
	script := filepath.Join(w.root, "run")
	w.write("run", "#!/bin/sh\ntouch '"+trap+"'\ncat\n")
	if err := os.Chmod(script, 0o755); err != nil {
		t.Fatal(err)
	}
	w.write(".gitattributes", "*.go filter=evil diff=evil merge=evil\n")
	for key, value := range map[string]string{
		"filter.evil.clean": script, "filter.evil.smudge": script, "filter.evil.process": script, "filter.evil.required": "true",
		"filter.two.dots.clean": script, "diff.evil.textconv": script, "diff.evil.command": script, "diff.external": script,
		"core.fsmonitor": script, "core.hooksPath": w.root, "core.sshCommand": script, "core.pager": script,
		"core.gitProxy": script, "core.alternateRefsCommand": script, "diff.relative": "true", "diff.orderFile": "nowhere",
		"diff.noprefix": "true", "diff.ignoreSubmodules": "none", "remote.origin.url": "ext::" + script, "alias.diff-index": "!" + script,
		"uploadpack.packObjectsHook": script, "color.ui": "always", "core.quotePath": "true",
	} {
		w.git("config", key, value)
	}
	for _, hook := range []string{"post-index-change", "post-checkout", "pre-commit", "reference-transaction"} {
		w.write(".git/hooks/"+hook, "#!/bin/sh\ntouch '"+trap+"'\n")
		if err := os.Chmod(filepath.Join(w.root, ".git/hooks", hook), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	w.write("a.go", long+"more")
	if err := os.Rename(filepath.Join(w.root, "b.go"), filepath.Join(w.root, "c.go")); err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(trap)
	ctx, r := context.Background(), w.open()
	commit, err := r.Commit(ctx, "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.Changes(ctx, commit, false)
	if err != nil || !slices.Equal(pairs(list), []string{"a.go>a.go", "b.go>"}) {
		t.Errorf("%q, %v", pairs(list), err)
	}
	if _, err := r.Changes(ctx, commit, true); err != nil {
		t.Error(err)
	}
	if _, err := r.Untracked(ctx); err != nil {
		t.Error(err)
	}
	files, err := r.Tree(ctx, commit)
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	err = r.Blobs(ctx, []string{files[0].Blob}, 1<<20, func(_ int, data []byte, err error) error {
		if string(data) != long {
			t.Errorf("%q, %v", data, err)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if _, err := r.MergeBase(ctx, "HEAD"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(trap); err == nil {
		t.Error("something of the repository was run")
	}
	// A driver whose name cannot be written on a command line.
	w.git("config", "filter.a=b.clean", script)
	if _, err := Open(ctx, w.root); err == nil || !strings.Contains(err.Error(), "filter.a=b") {
		t.Errorf("error %v", err)
	}
}

func TestBlobs(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		w := newWork(t, "--object-format="+format)
		w.write("a", "one\n")
		w.write("b", "")
		w.write("c", strings.Repeat("x", 1000))
		w.commit()
		ctx, r := context.Background(), w.open()
		files, err := r.Tree(ctx, "HEAD")
		if err != nil || len(files) != 3 {
			t.Fatalf("%v, %v", files, err)
		}
		absent := strings.Repeat("1", len(files[0].Blob))
		names := []string{files[0].Blob, files[1].Blob, absent, files[2].Blob, files[0].Blob}
		var got []string
		err = r.Blobs(ctx, names, 100, func(i int, data []byte, err error) error {
			switch {
			case err != nil:
				got = append(got, err.Error())
			case data == nil:
				got = append(got, "nil")
			default:
				got = append(got, string(data))
			}
			return nil
		})
		if want := []string{"one\n", "", "not in this clone", "nil", "one\n"}; err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q, %v, want %q", format, got, err, want)
		}
		stop := errors.New("enough")
		if err := r.Blobs(ctx, names, 100, func(int, []byte, error) error { return stop }); err != stop {
			t.Errorf("error %v", err)
		}
	}
}

func TestMergeConflict(t *testing.T) {
	w := newWork(t)
	w.write("a.go", "one\n")
	w.commit()
	w.git("checkout", "-q", "-b", "topic")
	w.write("a.go", "two\n")
	w.commit()
	w.git("checkout", "-q", "main")
	w.write("a.go", "three\n")
	w.commit()
	cmd := exec.Command("git", "merge", "topic")
	cmd.Dir = w.root
	_ = cmd.Run() // it conflicts
	ctx, r := context.Background(), w.open()
	if _, err := r.Changes(ctx, "HEAD", true); err == nil || !strings.Contains(err.Error(), "a.go is not merged") {
		t.Errorf("error %v", err)
	}
	list, err := r.Changes(ctx, "HEAD", false)
	if err != nil || !slices.Equal(pairs(list), []string{"a.go>a.go"}) {
		t.Errorf("%q, %v", pairs(list), err)
	}
}

func TestParseRaw(t *testing.T) {
	const zero = "0000000000000000000000000000000000000000"
	out := ":100644 100644 1111111 " + zero + " M\x00a\x00" +
		":100644 100644 1111111 1111111 R100\x00b\x00c\x00" +
		":100644 100755 1111111 1111111 M\x00mode\x00" +
		":100644 120000 1111111 2222222 T\x00became a link\x00" +
		":160000 160000 1111111 2222222 M\x00submodule\x00" +
		":100644 000000 1111111 " + zero + " D\x00d\x00" +
		":000000 100644 " + zero + " 2222222 A\x00../out\x00"
	got, err := parseRaw([]byte(out), false)
	want := []Change{
		{Old: "a", New: "a", OldBlob: "1111111"},
		{Old: "b", New: "c", OldBlob: "1111111", NewBlob: "1111111"},
		{Old: "became a link", OldBlob: "1111111"},
		{Old: "d", OldBlob: "1111111"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := parseRaw([]byte("junk"), false); err == nil {
		t.Error("junk is read")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(":100644 100644 1 2 R100\x00b\x00c\x00"))
	f.Add([]byte("100644 1111 0\ta\x00100644 blob 1111\tb\x00"))
	f.Add([]byte("1111 blob 3\nabc\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, _ := parseRaw(data, false)
		for _, c := range list {
			if !local(c.Old) || !local(c.New) {
				t.Errorf("%+v leads out of the tree", c)
			}
		}
		for _, blob := range []int{1, 2} {
			for _, file := range parseList(data, blob) {
				if !local(file.Path) {
					t.Errorf("%q leads out of the tree", file.Path)
				}
			}
		}
		_, _ = readBlob(bufio.NewReader(bytes.NewReader(data)), "x", 1<<10)
	})
}

// An object that is damaged is an error of one line, and no endless wait.
func TestDamagedObject(t *testing.T) {
	w := newWork(t)
	w.write("a", strings.Repeat("some text that is compressed\n", 100))
	w.commit()
	ctx, r := context.Background(), w.open()
	files, err := r.Tree(ctx, "HEAD")
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	object := filepath.Join(w.root, ".git", "objects", files[0].Blob[:2], files[0].Blob[2:])
	if err := os.Chmod(object, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(object, []byte("x\x9cdamaged"), 0o644); err != nil {
		t.Fatal(err)
	}
	err = r.Blobs(ctx, []string{files[0].Blob, files[0].Blob}, 1<<20, func(_ int, _ []byte, err error) error { return err })
	if err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v", err)
	}
	t.Log(err)
	ended, stop := context.WithCancel(ctx)
	stop()
	if err := r.Blobs(ended, []string{files[0].Blob}, 1<<20, func(int, []byte, error) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
