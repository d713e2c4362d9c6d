package files

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tree makes a directory that holds the given files; each holds its own name.
// A name that ends in "/" is an empty directory.
func tree(t testing.TB, names ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		write(t, dir, name, name)
	}
	return dir
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if strings.HasSuffix(name, "/") {
		must(t, os.MkdirAll(path, 0o777))
		return
	}
	must(t, os.MkdirAll(filepath.Dir(path), 0o777))
	must(t, os.WriteFile(path, []byte(text), 0o666))
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// git runs git as a user would, without that user's configuration.
func git(t testing.TB, dir string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	cmd := exec.Command("git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// repo is tree in a git work tree, with all files tracked.
func repo(t testing.TB, names ...string) string {
	t.Helper()
	dir := tree(t, names...)
	git(t, dir, "init", "-q")
	git(t, dir, "add", "-A", "-f")
	return dir
}

// withoutGit takes git from the PATH for one test.
func withoutGit(t *testing.T) { t.Setenv("PATH", t.TempDir()) }

// list returns what List finds, one string each: "rel", "!rel" if named.
func list(t *testing.T, opt Options, args ...string) (files string, skips []Skip) {
	t.Helper()
	got, skips, err := List(t.Context(), args, opt)
	if err != nil {
		t.Fatalf("List(%q): %v", args, err)
	}
	return names(got), skips
}

func names(files []File) string {
	var rels []string
	for _, f := range files {
		if f.Named {
			f.Rel = "!" + f.Rel
		}
		rels = append(rels, f.Rel)
	}
	return strings.Join(rels, " ")
}

func wantList(t *testing.T, want string, opt Options, args ...string) {
	t.Helper()
	if got, _ := list(t, opt, args...); got != want {
		t.Errorf("List(%q) with %+v\n got %s\nwant %s", args, opt, got, want)
	}
}
