package files

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func wantGo(path string) bool { return strings.HasSuffix(path, ".go") }

// Arguments mean the same whether git or a walk lists the files.
func TestListArguments(t *testing.T) {
	all := []string{"a.go", "b/c.go", "b/d/e.go", "b/d/f.txt", ".hidden/g.go", ".env", "x y/ü.go"}
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"none", nil, ".env .hidden/g.go a.go b/c.go b/d/e.go b/d/f.txt x y/ü.go"},
		{"dot", []string{"."}, ".env .hidden/g.go a.go b/c.go b/d/e.go b/d/f.txt x y/ü.go"},
		{"go pattern", []string{"./..."}, ".env .hidden/g.go a.go b/c.go b/d/e.go b/d/f.txt x y/ü.go"},
		{"bare go pattern", []string{"..."}, ".env .hidden/g.go a.go b/c.go b/d/e.go b/d/f.txt x y/ü.go"},
		{"directory", []string{"b"}, "b/c.go b/d/e.go b/d/f.txt"},
		{"directory with a slash", []string{"./b/d/"}, "b/d/e.go b/d/f.txt"},
		{"directory as go pattern", []string{"b/d/..."}, "b/d/e.go b/d/f.txt"},
		{"file", []string{"b/d/f.txt"}, "!b/d/f.txt"},
		{"file with detours", []string{"./b/../a.go"}, "!a.go"},
		{"twice", []string{"b", "b/d", "b/c.go", "./b/c.go"}, "!b/c.go b/d/e.go b/d/f.txt"},
		{"sorted", []string{"b/d/f.txt", "a.go", "b/c.go"}, "!a.go !b/c.go !b/d/f.txt"},
	}
	for _, where := range []string{"git", "walk"} {
		dir := tree(t, all...)
		if where == "git" {
			dir = repo(t, all...)
		}
		for _, tt := range tests {
			t.Run(where+"/"+tt.name, func(t *testing.T) {
				wantList(t, tt.want, Options{Root: dir}, tt.args...)
			})
		}
		t.Run(where+"/absolute", func(t *testing.T) {
			wantList(t, "!a.go b/c.go b/d/e.go b/d/f.txt", Options{Root: dir}, filepath.Join(dir, "a.go"), filepath.Join(dir, "b"))
		})
		t.Run(where+"/outside the root", func(t *testing.T) {
			opt := Options{Root: filepath.Join(dir, "b", "d")}
			wantList(t, "!../../a.go ../c.go e.go f.txt", opt, "..", "../../a.go")
		})
		t.Run(where+"/wanted only", func(t *testing.T) {
			wantList(t, ".hidden/g.go a.go b/c.go b/d/e.go x y/ü.go", Options{Root: dir, Want: wantGo})
		})
		t.Run(where+"/excluded", func(t *testing.T) {
			for glob, want := range map[string]string{
				"b":           ".env .hidden/g.go a.go x y/ü.go",
				"./b/d/":      ".env .hidden/g.go a.go b/c.go x y/ü.go",
				"**/*.go":     ".env b/d/f.txt",
				"*.go":        ".env .hidden/g.go b/c.go b/d/e.go b/d/f.txt x y/ü.go",
				"**/d":        ".env .hidden/g.go a.go b/c.go x y/ü.go",
				"b/**":        ".env .hidden/g.go a.go x y/ü.go",
				"{b,.hidden}": ".env a.go x y/ü.go",
			} {
				wantList(t, want, Options{Root: dir, Exclude: []string{glob}})
			}
			wantList(t, "", Options{Root: dir, Exclude: []string{"b/d"}}, "b/d", "b/d/e.go")
		})
	}
}

func TestListPathsCanBeOpened(t *testing.T) {
	for _, dir := range []string{tree(t, "a.go", "b/c.go"), repo(t, "a.go", "b/c.go")} {
		files, _, err := List(t.Context(), []string{"b", "a.go"}, Options{Root: dir})
		must(t, err)
		for _, f := range files {
			if !filepath.IsAbs(f.Path) {
				t.Errorf("%s is not absolute", f.Path)
			}
			if text, skip := Read(f, 0); string(text) != f.Rel || skip != nil {
				t.Errorf("Read(%+v) = %q, %+v", f, text, skip)
			}
		}
	}
}

func TestListMissing(t *testing.T) {
	dir := tree(t, "a.go", "b/c.go")
	files, _, err := List(t.Context(), []string{"x.go", "a.go", "a.go/y", "no/...", "b", "a.go/...", ""}, Options{Root: dir})
	if got := names(files); got != "!a.go b/c.go" {
		t.Errorf("the other files are %s", got)
	}
	want := "x.go: no such file or directory\n" +
		"a.go/y: no such file or directory\n" +
		"no: no such file or directory\n" +
		"a.go: not a directory\n" +
		`"": no such file or directory`
	if err == nil || err.Error() != want {
		t.Errorf("error\n%v\nwant\n%s", err, want)
	}
}

func TestListInvalidGlob(t *testing.T) {
	_, _, err := List(t.Context(), nil, Options{Root: tree(t, "a"), Exclude: []string{"ok", "a[b"}})
	if err == nil || err.Error() != `exclude: invalid glob "a[b"` {
		t.Errorf("error %v", err)
	}
}

func TestListCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, dir := range []string{tree(t, "a"), repo(t, "a")} {
		if _, _, err := List(ctx, nil, Options{Root: dir}); !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
	}
}

func TestListNamedSkips(t *testing.T) {
	dir := tree(t, "a.go", "a.txt", "gen/b.go", "big.go")
	write(t, dir, "big.go", strings.Repeat("x", 100))
	files, skips := list(t, Options{Root: dir, Want: wantGo, Exclude: []string{"gen"}, MaxBytes: 50},
		"big.go", "a.go", "a.txt", "gen/b.go", "gen")
	if files != "!a.go" {
		t.Errorf("files %s", files)
	}
	want := []Skip{
		{Path: "a.txt", Reason: "not a kind of file that is checked"},
		{Path: "big.go", Reason: "too large (100 bytes)"},
		{Path: "gen", Reason: "excluded"},
		{Path: "gen/b.go", Reason: "excluded"},
	}
	if len(skips) != len(want) {
		t.Fatalf("skips %+v", skips)
	}
	for i := range want {
		if skips[i] != want[i] {
			t.Errorf("skip %+v, want %+v", skips[i], want[i])
		}
	}
}

func TestListNamedSize(t *testing.T) {
	dir := tree(t, "a.go")
	files, _, err := List(t.Context(), []string{"a.go"}, Options{Root: dir})
	must(t, err)
	if len(files) != 1 || files[0].Size != 4 {
		t.Errorf("files %+v", files)
	}
}

func TestGitStates(t *testing.T) {
	dir := repo(t, "tracked.go", "deleted.go", "gone/deleted.go", "sub/tracked.go", "ignored-but-tracked.log")
	write(t, dir, ".gitignore", "*.log\nbuild/\n")
	write(t, dir, "untracked.go", "x")
	write(t, dir, "sub/untracked.go", "x")
	write(t, dir, "ignored.log", "x")
	write(t, dir, "build/out.go", "x")
	write(t, dir, "vendor/tracked.go", "x")
	git(t, dir, "add", "vendor")
	must(t, os.RemoveAll(filepath.Join(dir, "gone")))

	const tracked = "ignored-but-tracked.log sub/tracked.go tracked.go vendor/tracked.go"
	wantList(t, "deleted.go "+tracked, Options{Root: dir, CI: true})
	wantList(t, ".gitignore deleted.go ignored-but-tracked.log sub/tracked.go sub/untracked.go tracked.go untracked.go vendor/tracked.go", Options{Root: dir})
	wantList(t, "sub/tracked.go", Options{Root: dir, CI: true}, "sub")
	wantList(t, "!ignored.log !untracked.go", Options{Root: dir, CI: true}, "ignored.log", "untracked.go")
	t.Run("no gitignore", func(t *testing.T) {
		wantList(t, ".gitignore build/out.go deleted.go ignored-but-tracked.log ignored.log sub/tracked.go sub/untracked.go tracked.go untracked.go", Options{Root: dir, NoGitignore: true})
	})
	t.Run("ignored directory that is named", func(t *testing.T) {
		wantList(t, "build/out.go", Options{Root: dir}, "build")
		withoutGit(t)
		wantList(t, "build/out.go", Options{Root: dir}, "build")
	})
	t.Run("deleted", func(t *testing.T) {
		must(t, os.Remove(filepath.Join(dir, "deleted.go")))
		files, skips, err := List(t.Context(), nil, Options{Root: dir, CI: true})
		must(t, err)
		for _, f := range files {
			text, skip := Read(f, 0)
			if skip != nil || (len(text) == 0) != (f.Rel == "deleted.go") {
				t.Errorf("Read(%s) = %q, %+v", f.Rel, text, skip)
			}
		}
		if len(skips) != 0 {
			t.Errorf("skips %+v", skips)
		}
	})
}

func TestGitUnmerged(t *testing.T) {
	dir := repo(t, "a.go")
	git(t, dir, "commit", "-q", "-m", "1")
	git(t, dir, "checkout", "-q", "-b", "other")
	write(t, dir, "a.go", "other")
	git(t, dir, "commit", "-q", "-a", "-m", "2")
	git(t, dir, "checkout", "-q", "-")
	write(t, dir, "a.go", "this")
	git(t, dir, "commit", "-q", "-a", "-m", "3")
	cmd := exec.Command("git", "-c", "user.name=a", "-c", "user.email=a@example.org", "merge", "other")
	cmd.Dir = dir
	if cmd.Run() == nil {
		t.Fatal("the merge has no conflict")
	}
	wantList(t, "a.go", Options{Root: dir})
}

func TestGitInnerRepositories(t *testing.T) {
	dir := repo(t, "a.go")
	inner := repo(t, "b.go")
	git(t, inner, "commit", "-q", "-m", "1")
	git(t, dir, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "sub")
	must(t, os.CopyFS(filepath.Join(dir, "clone"), os.DirFS(inner)))
	wantList(t, ".gitmodules a.go", Options{Root: dir})
	wantList(t, "sub/b.go", Options{Root: dir}, "sub")
	wantList(t, "clone/b.go", Options{Root: dir}, "clone")
}

// A hook's environment names a repository; the directory counts.
func TestGitEnvironmentOfAHook(t *testing.T) {
	dir := repo(t, "a.go", "sub/b.go")
	other := repo(t, "other.go")
	t.Setenv("GIT_DIR", filepath.Join(other, ".git"))
	t.Setenv("GIT_INDEX_FILE", filepath.Join(other, ".git", "index"))
	t.Setenv("GIT_WORK_TREE", other)
	wantList(t, "sub/b.go", Options{Root: dir, CI: true}, "sub")
}

// Nothing that a repository's own configuration names is run.
func TestGitRunsNothing(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the traps are shell scripts")
	}
	dir := repo(t, "a.go", ".gitattributes")
	mark := filepath.Join(t.TempDir(), "ran")
	trap := filepath.Join(dir, "trap")
	must(t, os.WriteFile(trap, []byte("#!/bin/sh\ntouch '"+mark+"'\n"), 0o777))
	git(t, dir, "config", "core.fsmonitor", trap)
	git(t, dir, "update-index", "--fsmonitor", "--untracked-cache") // makes a listing ask the monitor
	os.Remove(mark)
	for _, name := range []string{"core.pager", "core.editor", "core.sshCommand", "core.askPass",
		"filter.x.clean", "filter.x.process", "diff.external", "pager.ls-files", "alias.ls-files", "credential.helper"} {
		git(t, dir, "config", name, trap)
	}
	write(t, dir, ".gitattributes", "* filter=x\n")
	must(t, os.MkdirAll(filepath.Join(dir, ".git", "hooks"), 0o777))
	for _, hook := range []string{"post-index-change", "fsmonitor-watchman", "pre-commit"} {
		must(t, os.WriteFile(filepath.Join(dir, ".git", "hooks", hook), []byte("#!/bin/sh\ntouch '"+mark+"'\n"), 0o777))
	}
	write(t, dir, "a.go", "changed")

	// A trap that cannot spring would prove nothing.
	git(t, dir, "ls-files", "--others", "--exclude-standard")
	if os.Remove(mark) != nil { // depends on the version of git
		t.Log("this git does not run the monitor by itself: the trap proves nothing here")
	}
	wantList(t, ".gitattributes a.go trap", Options{Root: dir})
	if _, err := os.Lstat(mark); err == nil {
		t.Error("something that the repository's configuration names was run")
	}

	must(t, os.WriteFile(filepath.Join(dir, "git"), []byte("#!/bin/sh\ntouch '"+mark+"'\n"), 0o777))
	t.Chdir(dir)
	t.Setenv("PATH", "."+string(filepath.ListSeparator)+os.Getenv("PATH"))
	list(t, Options{})
	if _, err := os.Lstat(mark); err == nil {
		t.Error("the repository's git was run")
	}
}

// The index is data: a path in it must not lead out of the directory.
func TestGitHostileIndex(t *testing.T) {
	for record, want := range map[string]string{
		"H 100644 0123 0\ta.go":     "a.go",
		"H 100755 0123 0\tb/a\tb":   "b/a\tb",
		"M 100644 0123 2\ta.go":     "a.go",
		"S 100644 0123 0\ta.go":     "a.go",
		"H 120000 0123 0\tlink":     "",
		"H 160000 0123 0\tsub":      "",
		"? a\tb":                    "a\tb",
		"? inner/":                  "",
		"? 120000 0123 0\tfoo":      "120000 0123 0\tfoo",
		"":                          "",
		"H 100644 0123 0":           "",
		"H 100644 0123 0\t":         "",
		"garbage\twith a tab in it": "",
	} {
		if got, _ := parseRecord(record); got != want {
			t.Errorf("parseRecord(%q) = %q, want %q", record, got, want)
		}
	}
}

// When git refuses, because it distrusts the owner or the repository is broken,
// the files are found without it.
func TestGitRefuses(t *testing.T) {
	dir := repo(t, "a.go", "b/c.go", "d.log")
	write(t, dir, ".gitignore", "*.log\n")
	write(t, dir, ".git/info/exclude", "info.go\n")
	write(t, dir, "info.go", "x")
	must(t, os.WriteFile(filepath.Join(dir, ".git", "index"), []byte("broken"), 0o666))
	wantList(t, ".gitignore a.go b/c.go", Options{Root: dir})
	wantList(t, "b/c.go", Options{Root: dir}, "b")

	if runtime.GOOS != "windows" && os.Getuid() == 0 {
		git(t, dir, "read-tree", "--empty")
		git(t, dir, "add", "-f", "d.log")
		must(t, os.Lchown(dir, 12345, 12345))
		must(t, os.Lchown(filepath.Join(dir, ".git"), 12345, 12345))
		wantList(t, ".gitignore a.go b/c.go", Options{Root: dir}) // not d.log, as git would say
	}
}

func TestWalkSkipsOtherPeoplesCode(t *testing.T) {
	dir := tree(t, "a.go", "vendor/b.go", "x/node_modules/c.js", ".hg/d.go", ".svn/e.go", ".git/config", "x/vendor.go")
	wantList(t, "a.go x/vendor.go", Options{Root: dir})
	wantList(t, "a.go vendor/b.go x/node_modules/c.js x/vendor.go", Options{Root: dir}, ".", "vendor", "x/node_modules")
}

func TestLinks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege")
	}
	outside := tree(t, "secret.go")
	for _, where := range []string{"git", "untracked", "walk"} {
		t.Run(where, func(t *testing.T) {
			dir := tree(t, "a.go", "b/c.go", "moved/d.go")
			must(t, os.Symlink(".", filepath.Join(dir, "loop")))
			must(t, os.Symlink("..", filepath.Join(dir, "b", "up")))
			must(t, os.Symlink(outside, filepath.Join(dir, "out")))
			must(t, os.Symlink("a.go", filepath.Join(dir, "link.go")))
			must(t, os.Symlink("self.go", filepath.Join(dir, "self.go")))
			must(t, os.Symlink("nowhere.go", filepath.Join(dir, "broken.go")))
			if where != "walk" {
				git(t, dir, "init", "-q")
			}
			if where == "git" {
				git(t, dir, "add", "-A")
			}
			// A tracked directory becomes a link: what git lists in it is elsewhere.
			write(t, outside, "d.go", "not yours")
			must(t, os.RemoveAll(filepath.Join(dir, "moved")))
			must(t, os.Symlink(outside, filepath.Join(dir, "moved")))

			files, _, err := List(t.Context(), nil, Options{Root: dir})
			must(t, err)
			var read []string
			for _, f := range files {
				text, skip := Read(f, 0)
				if skip == nil {
					read = append(read, f.Rel+"="+string(text))
				} else if skip.Reason != "symbolic link" || skip.Unreadable {
					t.Errorf("skip %+v", skip)
				}
			}
			if got := strings.Join(read, " "); got != "a.go=a.go b/c.go=b/c.go" {
				t.Errorf("read %s", got)
			}
			wantList(t, "!link.go", Options{Root: dir}, "link.go")
			if text, skip := Read(File{Path: filepath.Join(dir, "link.go"), Named: true}, 0); string(text) != "a.go" || skip != nil {
				t.Errorf("a named link was not followed: %q, %+v", text, skip)
			}
			wantList(t, "out/d.go out/secret.go", Options{Root: dir}, "out")
			if _, _, err := List(t.Context(), []string{"broken.go"}, Options{Root: dir}); err == nil {
				t.Error("a named link to nowhere is no error")
			}
			_, skips := list(t, Options{Root: dir}, "self.go")
			if len(skips) != 1 || !skips[0].Unreadable {
				t.Errorf("a named link to itself: %+v", skips)
			}
		})
	}
}

// A directory that cannot be read is said, and what is beside it is listed. A
// file in its place stands in for one without permission, which root always has.
func TestUnreadableDirectory(t *testing.T) {
	dir := tree(t, "a.go", "file")
	l, err := newLister(Options{Root: dir})
	must(t, err)
	must(t, l.walk(t.Context(), filepath.Join(dir, "file"), "file"))
	must(t, l.walk(t.Context(), dir, "."))
	if got := names(l.sortedFiles()); got != "a.go file" {
		t.Errorf("files %s", got)
	}
	if len(l.skips) != 1 || l.skips[0] != (Skip{Path: "file", Reason: "not a directory", Unreadable: true}) {
		t.Errorf("skips %+v", l.skips)
	}

	l.skips = nil
	l.unreadableDirs([]byte("warning: could not open directory 'b/it's/': Permission denied\nwarning: something else\n"), "/sub", "sub")
	if len(l.skips) != 1 || l.skips[0] != (Skip{Path: "sub/b/it's", Reason: "permission denied", Unreadable: true}) {
		t.Errorf("skips from git's warnings %+v", l.skips)
	}
}

func TestUnreadableDirectoryAsUser(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("permissions do not bind this user")
	}
	for _, dir := range []string{tree(t, "a.go", "shut/b.go"), func() string { d := repo(t, "a.go"); write(t, d, "shut/b.go", ""); return d }()} {
		must(t, os.Chmod(filepath.Join(dir, "shut"), 0))
		t.Cleanup(func() { os.Chmod(filepath.Join(dir, "shut"), 0o777) })
		files, skips := list(t, Options{Root: dir})
		if files != "a.go" || len(skips) != 1 || skips[0] != (Skip{Path: "shut", Reason: "permission denied", Unreadable: true}) {
			t.Errorf("files %s, skips %+v", files, skips)
		}
	}
}

func BenchmarkList10000(b *testing.B) {
	var names []string
	for i := range 10000 {
		names = append(names, "dir"+string(rune('a'+i%20))+"/sub"+string(rune('a'+i/20%25))+"/file"+strings.Repeat("x", i%7)+string(rune('a'+i/500))+".go")
	}
	dir := repo(b, names...)
	for _, bench := range []struct {
		name string
		opt  Options
	}{
		{"git", Options{Root: dir, Exclude: []string{"third_party/**", "**/testdata"}}},
		{"ci", Options{Root: dir, CI: true}},
		{"walk", Options{Root: dir, NoGitignore: true}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for b.Loop() {
				files, _, err := List(b.Context(), nil, bench.opt)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(len(files)), "files")
			}
		})
	}
}
