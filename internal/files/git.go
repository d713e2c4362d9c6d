package files

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// git adds the files of a directory in a git work tree: those that are tracked
// and, unless in CI, those that are neither tracked nor ignored. listed is
// false when git has nothing to say about dir: it is not installed, dir is not
// in a work tree, or git distrusts its owner. An error means that ctx ended.
func (l *lister) git(ctx context.Context, dir, dirRel string) (listed bool, err error) {
	// -t and -s give each tracked path its mode, which tells links and submodules
	// from files without looking at them.
	args := []string{"ls-files", "-z", "-t", "-s", "--cached"}
	if !l.opt.CI {
		args = append(args, "--others", "--exclude-standard")
	}
	out, warnings, err := runGit(ctx, dir, args...)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return false, nil
	}
	if len(out) == 0 && !l.opt.CI {
		// Who names an ignored directory wants it looked at.
		if _, _, err := runGit(ctx, dir, "check-ignore", "-q", "."); err == nil {
			return false, nil
		}
	}
	real := realDirs{top: dir, seen: map[string]bool{"": true}}
	for len(out) > 0 {
		var record []byte
		record, out, _ = bytes.Cut(out, []byte{0})
		path, tracked := parseRecord(string(record))
		// The index is data of the repository: a path in it may be anything.
		if path == "" || !filepath.IsLocal(filepath.FromSlash(path)) {
			continue
		}
		rel := l.relIn(dir, dirRel, path)
		if l.wanted(rel) && (!tracked || real.hold(path)) {
			l.files = append(l.files, File{Path: filepath.Join(dir, filepath.FromSlash(path)), Rel: rel})
		}
	}
	l.unreadableDirs(warnings, dir, dirRel)
	return true, nil
}

// parseRecord reads a record of `git ls-files -t -s`: "H 100644 HASH STAGE\tPATH"
// for a tracked path, "? PATH" for another. The path is "" for what is no
// regular file: links, submodules, and repositories inside this one ("dir/").
func parseRecord(record string) (path string, tracked bool) {
	if rest, untracked := strings.CutPrefix(record, "? "); untracked {
		if strings.HasSuffix(rest, "/") {
			return "", false
		}
		return rest, false
	}
	meta, path, ok := strings.Cut(record, "\t")
	fields := strings.Fields(meta)
	if !ok || len(fields) != 4 || !strings.HasPrefix(fields[1], "100") {
		return "", true
	}
	return path, true
}

// realDirs tells whether tracked paths are still where git put them. A
// directory that was deleted, or replaced by a link that leads elsewhere, no
// longer holds them.
type realDirs struct {
	top  string
	seen map[string]bool // slash path of a directory below top -> it is one
}

// hold reports whether all parents of a slash path are directories.
func (r realDirs) hold(path string) bool {
	dir := path[:max(strings.LastIndexByte(path, '/'), 0)]
	verdict, known := r.seen[dir]
	if !known {
		info, err := os.Lstat(filepath.Join(r.top, filepath.FromSlash(dir)))
		// An error other than absence is for Read to report.
		verdict = r.hold(dir) && (err == nil && info.IsDir() || err != nil && !isAbsent(err))
		r.seen[dir] = verdict
	}
	return verdict
}

// unreadableDirs finds git's warnings about directories that it could not read.
func (l *lister) unreadableDirs(warnings []byte, dir, dirRel string) {
	for line := range strings.Lines(string(warnings)) {
		rest, ok := strings.CutPrefix(line, "warning: could not open directory '")
		inner, why, ok2 := strings.Cut(rest, "': ")
		if ok && ok2 {
			l.skip(l.relIn(dir, dirRel, strings.TrimSuffix(inner, "/")), strings.ToLower(strings.TrimSpace(why)), true)
		}
	}
}

// gitConfig switches off what a repository's own configuration could make git
// run: monitors, hooks, transports.
var gitConfig = []string{
	"-c", "core.fsmonitor=false",
	"-c", "core.untrackedCache=false",
	"-c", "core.hooksPath=/dev/null",
	"-c", "protocol.allow=never",
}

// gitLocation are the variables by which a caller, such as a git hook, points
// git at one repository. Here the directory decides.
var gitLocation = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX",
	"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE",
	"GIT_IMPLICIT_WORK_TREE",
}

// runGit runs git in dir, in a way that is safe in a repository that nobody
// vouches for.
func runGit(ctx context.Context, dir string, args ...string) (stdout, stderr []byte, err error) {
	// LookPath refuses a git that it finds in the current directory.
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, nil, err
	}
	cmd := exec.CommandContext(ctx, git, append(append([]string{}, gitConfig...), args...)...)
	cmd.Dir = dir
	cmd.Env = gitEnv(os.Environ())
	cmd.WaitDelay = time.Second
	var out, warnings bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &warnings
	err = cmd.Run()
	return out.Bytes(), warnings.Bytes(), err
}

func gitEnv(environ []string) []string {
	env := make([]string, 0, len(environ)+6)
	for _, v := range environ {
		name, _, _ := strings.Cut(v, "=")
		if !slices.Contains(gitLocation, name) {
			env = append(env, v)
		}
	}
	return append(env,
		"GIT_OPTIONAL_LOCKS=0",
		"GIT_TERMINAL_PROMPT=0",
		// Overrides every protocol.NAME.allow of the repository: an index that
		// needs missing objects must not fetch them through a command of its own.
		"GIT_ALLOW_PROTOCOL=",
		"GIT_NO_LAZY_FETCH=1",
		"LC_ALL=C", // warnings are read
		"LANGUAGE=C",
	)
}
