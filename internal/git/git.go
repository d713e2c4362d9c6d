// Package git asks git about one work tree: which files differ from a revision,
// what stood in them there, and what stands in the index.
//
// A folder and revisions come in; paths, object names and bytes go out. Only
// plumbing commands run, and none of them may run anything of the repository:
// no hook, filter, text conversion, monitor or transport. An error is one line
// that ends with the command that mends it, where there is one.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Repo is a work tree.
type Repo struct {
	// Top is the absolute path of its first folder.
	Top string
	// Prefix is the slash path from Top to the folder that it was opened by, ""
	// or ending in a slash.
	Prefix string
	// Shallow says that the history was cut when it was cloned.
	Shallow bool

	git    string
	env    []string
	config []string
}

// safeConfig switches off what a repository's own configuration could make git
// run.
var safeConfig = []string{
	"-c", "core.fsmonitor=false",
	"-c", "core.untrackedCache=false",
	"-c", "core.hooksPath=" + os.DevNull,
	"-c", "core.quotePath=false",
	"-c", "protocol.allow=never",
}

// Open finds the work tree that dir is in.
func Open(ctx context.Context, dir string) (*Repo, error) {
	git, err := exec.LookPath("git") // refuses one in the current directory
	if err != nil {
		return nil, errors.New("git is not on the PATH: install it, or leave the flag out")
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	r := &Repo{Top: real, git: git, config: safeConfig}
	if r.env, err = r.environ(ctx, real); err != nil {
		return nil, err
	}
	out, err := r.run(ctx, "rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-prefix")
	if err != nil {
		return nil, openError(err, dir)
	}
	// The prefix is a path and may hold line breaks of its own; it comes last.
	inside, rest, _ := strings.Cut(string(out), "\n")
	shallow, prefix, _ := strings.Cut(rest, "\n")
	if inside != "true" {
		return nil, fmt.Errorf("%s is not in the work tree of a git repository", dir)
	}
	r.Shallow = shallow == "true"
	r.Prefix = strings.TrimSuffix(prefix, "\n")
	top, err := r.run(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, openError(err, dir)
	}
	r.Top = filepath.FromSlash(strings.TrimSuffix(string(top), "\n"))
	return r, r.disarm(ctx)
}

func openError(err error, dir string) error {
	switch text := err.Error(); {
	case strings.Contains(text, "not a git repository"):
		return fmt.Errorf("%s is not in a git repository: run it where the history is, or leave the flag out", dir)
	case strings.Contains(text, "dubious ownership"):
		return fmt.Errorf("git distrusts the owner of this repository: git config --global --add safe.directory '%s'", worktree(dir))
	}
	return err
}

// worktree is the nearest folder at or above dir with a .git entry, else dir.
func worktree(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

// location are the variables by which a caller, such as a hook, points git at
// one repository.
var location = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX",
	"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE",
	"GIT_IMPLICIT_WORK_TREE",
}

// environ is the environment for git. A hook of this repository names the index
// that is being committed (GIT_INDEX_FILE is another one under commit -a), and
// that is the one that counts. Where the variables point at another repository,
// the folder decides; where the folder knows none, they do.
func (r *Repo) environ(ctx context.Context, dir string) ([]string, error) {
	fixed := []string{
		"GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=",
		"GIT_NO_REPLACE_OBJECTS=1", "GIT_LITERAL_PATHSPECS=1", "LC_ALL=C", "LANGUAGE=C",
	}
	var plain, objects, all []string
	for _, v := range os.Environ() {
		switch name, _, _ := strings.Cut(v, "="); {
		case name == "GIT_EXTERNAL_DIFF":
			continue
		case !slices.Contains(location, name):
			plain = append(plain, v)
		case name == "GIT_INDEX_FILE" || strings.Contains(name, "OBJECT_DIRECTOR"):
			objects = append(objects, v)
		}
		all = append(all, v)
	}
	if len(plain) == len(all) {
		return append(plain, fixed...), nil
	}
	gitDir := func(env []string) string {
		probe := &Repo{Top: dir, git: r.git, env: append(slices.Clone(env), fixed...), config: r.config}
		out, err := probe.run(ctx, "rev-parse", "--absolute-git-dir")
		if err != nil {
			return ""
		}
		return string(out)
	}
	env := plain
	switch here, named := gitDir(plain), gitDir(all); {
	case here == "":
		env = all
	case here == named:
		env = append(plain, objects...)
	}
	return append(env, fixed...), ctx.Err()
}

// disarm switches off the filter drivers that the configuration defines: a
// comparison with the work tree would run them.
func (r *Repo) disarm(ctx context.Context) error {
	out, err := r.run(ctx, "config", "-z", "--name-only", "--get-regexp", `^filter\..*\.(clean|smudge|process|required)$`)
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) && exit.ExitCode() == 1 {
			return nil // there are none
		}
		return err
	}
	seen := map[string]bool{}
	config := slices.Clone(r.config)
	for key := range strings.SplitSeq(string(out), "\x00") {
		i := strings.LastIndexByte(key, '.')
		if i < 0 || seen[key[:i]] {
			continue
		}
		driver := key[:i]
		if strings.Contains(driver, "=") {
			return fmt.Errorf("the git configuration defines %q, which cannot be switched off: rename that filter", driver)
		}
		seen[driver] = true
		config = append(config, "-c", driver+".clean=", "-c", driver+".smudge=", "-c", driver+".process=", "-c", driver+".required=false")
	}
	r.config = config
	return nil
}

// runError is what git said when it failed.
type runError struct {
	said string
	err  error
}

func (e *runError) Error() string {
	if e.said == "" {
		return "git: " + e.err.Error()
	}
	return "git: " + e.said
}

func (e *runError) Unwrap() error { return e.err }

// command is a git command in the first folder of the work tree.
func (r *Repo) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.git, append(slices.Clone(r.config), args...)...)
	cmd.Dir = r.Top
	cmd.Env = r.env
	cmd.WaitDelay = time.Second
	return cmd
}

func (r *Repo) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := r.command(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	return out, r.failure(ctx, stderr.String(), err)
}

// failure makes one line of what git said.
func (r *Repo) failure(ctx context.Context, stderr string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if strings.Contains(stderr, "promisor remote") {
		return fmt.Errorf("old contents are not in this partial clone: git fetch --refetch --no-filter %s", r.remote(ctx))
	}
	said := ""
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "fatal: "); ok {
			said = text
			break
		}
		if said == "" {
			said = strings.TrimPrefix(line, "error: ")
		}
	}
	return &runError{said: said, err: err}
}
