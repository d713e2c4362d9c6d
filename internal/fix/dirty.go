package fix

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

// Dirty returns those of paths whose content differs from git's index, in the
// order given: work that only exists in the work tree and that a fix would mix
// with its own. Paths are relative to root or absolute. Staged and committed
// files are not dirty, nor are untracked ones, files outside of a repository, or
// any file when there is no git program. Files that differ from the index in
// line ends only (core.autocrlf) or in their time stamps are not dirty either.
// A symbolic link stands for its target. The index is not written.
//
// The error says why git could not tell (a repository of another owner, a
// damaged index, ctx cancelled).
func Dirty(ctx context.Context, root string, paths []string) (dirty []string, err error) {
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, nil
	}
	byTop := map[string][]tracked{}
	for _, p := range paths {
		abs, err := resolve(root, p)
		if err != nil {
			return nil, err
		}
		if top := worktree(filepath.Dir(abs)); top != "" {
			rel, err := filepath.Rel(top, abs)
			if err != nil {
				continue
			}
			byTop[top] = append(byTop[top], tracked{given: p, abs: abs, rel: filepath.ToSlash(rel)})
		}
	}
	home := ""
	if abs, err := resolve(root, "."); err == nil {
		home = worktree(abs)
	}
	found := map[string]bool{}
	for top, files := range byTop {
		g := repo{git: git, top: top, env: gitEnv(top == home)}
		if err := g.changed(ctx, files, found); err != nil {
			return nil, err
		}
	}
	for _, p := range paths {
		if found[p] {
			dirty = append(dirty, p)
		}
	}
	return dirty, nil
}

// tracked is a path as it was given, absolute with links resolved, and as git
// names it.
type tracked struct{ given, abs, rel string }

func resolve(root, path string) (string, error) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(root, path)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	if target, err := filepath.EvalSymlinks(abs); err == nil {
		return target, nil
	}
	// The file is gone; its folder may still be reached through a link.
	if dir, err := filepath.EvalSymlinks(filepath.Dir(abs)); err == nil {
		return filepath.Join(dir, filepath.Base(abs)), nil
	}
	return abs, nil
}

// worktree returns the nearest folder at or above dir with a .git entry (a
// folder, or a file in linked work trees and submodules), or "".
func worktree(dir string) string {
	for {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			return ""
		}
		dir = up
	}
}

// repo runs git in the top folder of one work tree.
type repo struct {
	git, top string
	env      []string
}

// perCall bounds the length of git's command line; Windows allows 32 KB.
const perCall = 100

func (g repo) changed(ctx context.Context, files []tracked, found map[string]bool) error {
	for chunk := range slices.Chunk(files, perCall) {
		args := []string{"--literal-pathspecs", "diff-files", "--name-only", "-z", "--"}
		for _, f := range chunk {
			args = append(args, f.rel)
		}
		out, err := g.run(ctx, args...)
		if errors.Is(err, errNoRepository) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("cannot tell uncommitted changes in %s: %w", g.top, err)
		}
		candidates := map[string]bool{}
		for name := range strings.SplitSeq(string(out), "\x00") {
			candidates[name] = true
		}
		for _, f := range chunk {
			if !candidates[f.rel] {
				continue
			}
			differs, err := g.differs(ctx, f)
			if err != nil {
				return err
			}
			if differs {
				found[f.given] = true
			}
		}
	}
	return ctx.Err()
}

// differs compares the file with its blob in the index: diff-files goes by size
// and time stamp and also names files that were only touched.
func (g repo) differs(ctx context.Context, f tracked) (bool, error) {
	now, err := os.ReadFile(f.abs)
	if err != nil {
		return true, nil // deleted or unreadable: certainly not what the index has
	}
	staged, err := g.run(ctx, "cat-file", "blob", ":0:"+f.rel)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if err != nil {
		return true, nil // no stage 0: in the middle of a merge
	}
	return !bytes.Equal(now, staged) && !bytes.Equal(unixLines(now), unixLines(staged)), nil
}

func unixLines(src []byte) []byte {
	return bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n"))
}

var errNoRepository = errors.New("not a git work tree")

func (g repo) run(ctx context.Context, args ...string) ([]byte, error) {
	// The repository under review must not get to run programs: its fsmonitor
	// and hooks are switched off.
	args = append([]string{"-c", "core.fsmonitor=false", "-c", "core.hooksPath=" + os.DevNull}, args...)
	cmd := exec.CommandContext(ctx, g.git, args...)
	cmd.Dir = g.top
	cmd.Env = g.env
	cmd.WaitDelay = time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err == nil {
		return out, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	said, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
	switch {
	case strings.Contains(said, "not a git repository"), strings.Contains(said, "must be run in a work tree"):
		return nil, errNoRepository
	case said != "":
		return nil, errors.New("git: " + strings.TrimPrefix(said, "fatal: "))
	default:
		return nil, fmt.Errorf("git %s: %w", args[4], err)
	}
}

// gitEnv is the environment for git. In a hook git names its own index
// (GIT_INDEX_FILE is another one under commit -a or commit FILE), and that is
// the one that counts; in other repositories (a submodule) the same variables
// would point at the wrong one.
func gitEnv(home bool) []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if !home && slices.Contains(repositoryVars, name) {
			continue
		}
		env = append(env, kv)
	}
	return append(env, "LC_ALL=C", "LANGUAGE=", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0")
}

// repositoryVars bind git to one repository: those of git rev-parse
// --local-env-vars but for configuration, where safe.directory may come from.
var repositoryVars = []string{
	"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR",
	"GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE",
	"GIT_IMPLICIT_WORK_TREE",
	"GIT_GRAFT_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE",
	"GIT_INTERNAL_SUPER_PREFIX",
}
