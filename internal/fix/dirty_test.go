package fix_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlslint/tlslint/internal/fix"
)

// gitRepo makes an empty repository that no configuration of the machine reaches.
func gitRepo(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git")
	}
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, name := range []string{"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"} {
		t.Setenv(name, "") // registers the restore
		os.Unsetenv(name)
	}
	dir := t.TempDir()
	git(t, dir, "init", "-q")
	return dir
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	args = append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"}, args...)
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v %s", args, err, out)
	}
}

func wantDirty(t *testing.T, root string, paths []string, want ...string) {
	t.Helper()
	got, err := fix.Dirty(t.Context(), root, paths)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("dirty %q, want %q", got, want)
	}
}

func TestDirty(t *testing.T) {
	dir := gitRepo(t)
	for _, name := range []string{"committed", "staged", "modified", "touched", "deleted", "changed after staging", "*", "[ab].py"} {
		put(t, filepath.Join(dir, name), "one\n", 0o644)
	}
	if err := os.Mkdir(filepath.Join(dir, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "sub", "näme\n"), "one\n", 0o644)
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-qm", "one")

	put(t, filepath.Join(dir, "staged"), "two\n", 0o644)
	put(t, filepath.Join(dir, "changed after staging"), "two\n", 0o644)
	git(t, dir, "add", "staged", "changed after staging")
	put(t, filepath.Join(dir, "changed after staging"), "three\n", 0o644)
	put(t, filepath.Join(dir, "modified"), "two\n", 0o644)
	put(t, filepath.Join(dir, "sub", "näme\n"), "two\n", 0o644)
	put(t, filepath.Join(dir, "untracked"), "x\n", 0o644)
	if err := os.Remove(filepath.Join(dir, "deleted")); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "touched"), later, later); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(filepath.Join(dir, ".git", "index"))
	if err != nil {
		t.Fatal(err)
	}

	all := []string{"untracked", "modified", "committed", "staged", "touched", "deleted", "changed after staging", "*", "[ab].py", filepath.Join("sub", "näme\n"), "no such file"}
	wantDirty(t, dir, all, "modified", "deleted", "changed after staging", filepath.Join("sub", "näme\n"))
	// Below the top, and by an absolute path.
	abs := filepath.Join(dir, "modified")
	wantDirty(t, filepath.Join(dir, "sub"), []string{"näme\n", filepath.Join("..", "staged"), abs}, "näme\n", abs)
	wantDirty(t, dir, nil)

	after, err := os.ReadFile(filepath.Join(dir, ".git", "index"))
	if err != nil || string(after) != string(before) {
		t.Fatalf("the index was written (%v)", err)
	}
}

func TestDirtyIgnoresLineEndsThatGitConverts(t *testing.T) {
	dir := gitRepo(t)
	git(t, dir, "config", "core.autocrlf", "true")
	put(t, filepath.Join(dir, "dos"), "one\r\ntwo\r\n", 0o644)
	put(t, filepath.Join(dir, "changed"), "one\r\ntwo\r\n", 0o644)
	git(t, dir, "add", ".")
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "dos"), later, later); err != nil {
		t.Fatal(err)
	}
	put(t, filepath.Join(dir, "changed"), "one\r\n2\r\n", 0o644)
	wantDirty(t, dir, []string{"dos", "changed"}, "changed")
}

func TestDirtyFollowsLinks(t *testing.T) {
	dir := gitRepo(t)
	put(t, filepath.Join(dir, "target"), "one\n", 0o644)
	if err := os.Symlink("target", filepath.Join(dir, "link")); err != nil {
		t.Skip(err)
	}
	git(t, dir, "add", ".")
	wantDirty(t, dir, []string{"link"})
	put(t, filepath.Join(dir, "target"), "two\n", 0o644)
	wantDirty(t, dir, []string{"link"}, "link")
}

func TestDirtyInARepositoryInsideAnother(t *testing.T) {
	outer := gitRepo(t)
	inner := filepath.Join(outer, "vendored")
	if err := os.Mkdir(inner, 0o755); err != nil {
		t.Fatal(err)
	}
	git(t, inner, "init", "-q")
	put(t, filepath.Join(inner, "f"), "one\n", 0o644)
	git(t, inner, "add", "f")
	git(t, inner, "commit", "-qm", "one")
	git(t, outer, "-c", "advice.addEmbeddedRepo=false", "add", "vendored") // a gitlink, as a submodule is
	put(t, filepath.Join(outer, "g"), "one\n", 0o644)
	git(t, outer, "add", "g")
	put(t, filepath.Join(inner, "f"), "two\n", 0o644)
	put(t, filepath.Join(outer, "g"), "two\n", 0o644)
	f := filepath.Join("vendored", "f")
	wantDirty(t, outer, []string{f, "g"}, f, "g")

	// A hook's index is the outer repository's: it knows g as it is now, and must
	// not be asked about the inner one.
	other := filepath.Join(t.TempDir(), "index")
	t.Setenv("GIT_INDEX_FILE", other)
	git(t, outer, "add", "g")
	wantDirty(t, outer, []string{f, "g"}, f)
}

func TestDirtyRunsNothingOfTheRepository(t *testing.T) {
	dir := gitRepo(t)
	put(t, filepath.Join(dir, "f"), "one\n", 0o644)
	git(t, dir, "add", "f")
	ran := filepath.Join(dir, "ran")
	script := filepath.Join(dir, "monitor")
	put(t, script, "#!/bin/sh\ntouch '"+ran+"'\n", 0o755)
	git(t, dir, "config", "core.fsmonitor", script)
	put(t, filepath.Join(dir, "f"), "two\n", 0o644)
	wantDirty(t, dir, []string{"f"}, "f")
	if _, err := os.Stat(ran); err == nil {
		t.Fatal("the repository's fsmonitor program ran")
	}
}

func TestDirtyWithoutARepository(t *testing.T) {
	dir := t.TempDir()
	put(t, filepath.Join(dir, "f"), "one\n", 0o644)
	wantDirty(t, dir, []string{"f"})
	// A .git that is none.
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(dir))
	wantDirty(t, dir, []string{"f"})
}

func TestDirtyWithoutGit(t *testing.T) {
	dir := gitRepo(t)
	put(t, filepath.Join(dir, "f"), "one\n", 0o644)
	git(t, dir, "add", "f")
	put(t, filepath.Join(dir, "f"), "two\n", 0o644)
	t.Setenv("PATH", t.TempDir())
	wantDirty(t, dir, []string{"f"})
}

func TestDirtySaysWhatGitSays(t *testing.T) {
	dir := gitRepo(t)
	put(t, filepath.Join(dir, "f"), "one\n", 0o644)
	git(t, dir, "add", "f")
	put(t, filepath.Join(dir, ".git", "index"), "not an index", 0o644)
	_, err := fix.Dirty(t.Context(), dir, []string{"f"})
	if err == nil || !strings.Contains(err.Error(), dir) || strings.Contains(err.Error(), "\n") {
		t.Fatalf("got %v, want one line with the folder", err)
	}
}

func TestDirtyStopsWhenCancelled(t *testing.T) {
	dir := gitRepo(t)
	put(t, filepath.Join(dir, "f"), "one\n", 0o644)
	git(t, dir, "add", "f")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := fix.Dirty(ctx, dir, []string{"f"}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
}
