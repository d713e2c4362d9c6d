package git

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"strings"
)

// Commit is the object name of the commit that a revision names.
func (r *Repo) Commit(ctx context.Context, rev string) (string, error) {
	if rev == "" || strings.HasPrefix(rev, "-") || strings.ContainsAny(rev, "\n\x00") {
		return "", fmt.Errorf("%q is not a revision", rev)
	}
	if strings.Contains(rev, "..") && !strings.Contains(rev, ":") {
		return "", fmt.Errorf("%q is a range: name the one revision to compare with", rev)
	}
	out, err := r.run(ctx, "rev-parse", "--verify", "--quiet", rev+"^{commit}")
	if err == nil {
		if commit := strings.TrimSpace(string(out)); commit != "" {
			return commit, r.hasTree(ctx, rev, commit)
		}
	}
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	return "", r.absent(ctx, rev)
}

// hasTree makes sure that the files of a commit are there: the boundary of a
// partial clone has the commit alone.
func (r *Repo) hasTree(ctx context.Context, rev, commit string) error {
	if _, err := r.run(ctx, "rev-parse", "--verify", "--quiet", commit+"^{tree}"); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("the files of %s are not in this clone: git fetch --refetch --no-filter %s", rev, r.remote(ctx))
	}
	return nil
}

// MergeBase is the commit at which HEAD and a revision parted.
func (r *Repo) MergeBase(ctx context.Context, ref string) (string, error) {
	other, err := r.Commit(ctx, ref)
	if err != nil {
		return "", err
	}
	head, err := r.Commit(ctx, "HEAD")
	if err != nil {
		return "", err
	}
	out, err := r.run(ctx, "merge-base", other, head)
	if err == nil {
		base := strings.TrimSpace(string(out))
		return base, r.hasTree(ctx, "the merge base", base)
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		return "", err
	}
	if r.Shallow {
		return "", fmt.Errorf("%s and HEAD have no common commit in this shallow clone: git fetch --unshallow, or %s", ref, r.deepen(ctx, ref, 100))
	}
	return "", fmt.Errorf("%s and HEAD have no common commit: --new-from-rev %s compares with it as it is", ref, ref)
}

// HeadOrEmpty is the commit of HEAD, or the empty tree where nothing is
// committed yet.
func (r *Repo) HeadOrEmpty(ctx context.Context) (string, error) {
	if out, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "HEAD^{commit}"); err == nil {
		return strings.TrimSpace(string(out)), nil
	}
	if out, err := r.run(ctx, "rev-parse", "--verify", "--quiet", "HEAD"); err == nil && len(out) > 0 {
		return "", errors.New("HEAD is not a commit of this clone: git fetch " + r.remote(ctx))
	}
	out, err := r.run(ctx, "hash-object", "-t", "tree", "--stdin")
	return strings.TrimSpace(string(out)), err
}

var (
	objectName = regexp.MustCompile(`^[0-9a-f]{7,64}$`)
	branchName = regexp.MustCompile(`^[A-Za-z0-9._/+@-]+$`)
	release    = regexp.MustCompile(`^v?[0-9]+\.[0-9]`)
	ancestor   = regexp.MustCompile(`^(.*?)((?:~[0-9]*|\^[0-9]*)+)$`)
)

// absent says that a revision is not there, and which command gets it.
func (r *Repo) absent(ctx context.Context, rev string) error {
	known := func(name string) bool {
		_, err := r.run(ctx, "rev-parse", "--verify", "--quiet", name+"^{commit}")
		return err == nil
	}
	if m := ancestor.FindStringSubmatch(rev); m != nil && known(m[1]) {
		if r.Shallow {
			return fmt.Errorf("%s is beyond this shallow clone: git fetch --unshallow, or %s", rev, r.deepen(ctx, m[1], 100))
		}
		return fmt.Errorf("there is no commit %s: %s has fewer before it", rev, m[1])
	}
	if rev == "HEAD" {
		return errors.New("HEAD: nothing is committed yet")
	}
	remotes := r.remotes(ctx)
	if len(remotes) == 0 {
		return fmt.Errorf("there is no revision %s, and no remote to fetch it from: git branch --all --list shows what there is", rev)
	}
	if objectName.MatchString(rev) {
		return fmt.Errorf("there is no commit %s in this clone: git fetch %s %s", rev, remotes[0], rev)
	}
	name := strings.TrimPrefix(strings.TrimPrefix(rev, "refs/"), "remotes/")
	for _, remote := range remotes {
		if branch, ok := strings.CutPrefix(name, remote+"/"); ok && branch != "" && branchName.MatchString(branch) {
			return fmt.Errorf("there is no revision %s in this clone: git fetch %s %s:refs/remotes/%s/%s", rev, remote, branch, remote, branch)
		}
	}
	for _, remote := range remotes {
		if known("refs/remotes/" + remote + "/" + rev) {
			return fmt.Errorf("there is no revision %s in this clone, but there is %s/%s", rev, remote, rev)
		}
	}
	if tag, ok := strings.CutPrefix(rev, "refs/tags/"); (ok || release.MatchString(rev)) && branchName.MatchString(tag) {
		return fmt.Errorf("there is no tag %s in this clone: git fetch %s tag %s", tag, remotes[0], tag)
	}
	if branch := strings.TrimPrefix(rev, "refs/heads/"); branchName.MatchString(branch) {
		return fmt.Errorf("there is no revision %s in this clone: git fetch %s %s:refs/heads/%s", rev, remotes[0], branch, branch)
	}
	return fmt.Errorf("there is no revision %s in this clone: git fetch %s", rev, remotes[0])
}

// deepen is the command that gets n more commits of the history of a revision.
func (r *Repo) deepen(ctx context.Context, rev string, n int) string {
	remote := r.remote(ctx)
	branch := strings.TrimPrefix(strings.TrimPrefix(rev, "refs/remotes/"), "refs/heads/")
	branch = strings.TrimPrefix(branch, remote+"/")
	if rev == "HEAD" {
		out, err := r.run(ctx, "symbolic-ref", "--quiet", "--short", "HEAD")
		if branch = strings.TrimSpace(string(out)); err != nil {
			branch = ""
		}
	}
	if !branchName.MatchString(branch) || objectName.MatchString(branch) {
		branch = ""
	}
	return strings.TrimSpace(fmt.Sprintf("git fetch --deepen=%d %s %s", n, remote, branch))
}

func (r *Repo) remote(ctx context.Context) string {
	if remotes := r.remotes(ctx); len(remotes) > 0 {
		return remotes[0]
	}
	return "origin"
}

// remotes are the names of the remotes, origin first.
func (r *Repo) remotes(ctx context.Context) []string {
	out, err := r.run(ctx, "config", "-z", "--name-only", "--get-regexp", `^remote\..*\.url$`)
	if err != nil {
		return nil
	}
	var names []string
	for key := range strings.SplitSeq(string(out), "\x00") {
		name := strings.TrimSuffix(strings.TrimPrefix(key, "remote."), ".url")
		switch {
		case !branchName.MatchString(name) || strings.HasPrefix(name, "-"):
		case name == "origin":
			names = append([]string{name}, names...)
		default:
			names = append(names, name)
		}
	}
	return names
}
