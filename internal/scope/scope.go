// Package scope is the gate for changes: which findings of a run are new.
//
// A revision or a patch comes in; the files that it concerns go to the scan, and
// of the findings of the scan those go out that the base has not. The base is
// written to a folder of its own and scanned in the same way. docs/new-findings.md
// has the rules by which a finding counts as one that was there before.
package scope

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/files"
	"github.com/tlslint/tlslint/internal/git"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
)

// Options is what a run is compared with. At most one of Rev, MergeBase and
// PatchName is set.
type Options struct {
	// Dir is the absolute folder in which the run starts.
	Dir string
	// Rev is the revision to compare with, MergeBase one whose merge base with
	// HEAD is.
	Rev, MergeBase string
	// PatchName is what to call the patch, and Patch its bytes.
	PatchName string
	Patch     []byte
	// Staged looks at the index in place of the work tree, and only at the files
	// in which it differs from HEAD.
	Staged bool
	// Mode is "findings", "lines" or "files".
	Mode string
	// Whole writes every file of a tree to disk and not only those that the
	// change concerns: the go command may be asked about them.
	Whole bool
}

// Scope is a change. It holds folders on disk: Close removes them.
type Scope struct {
	opt     Options
	repo    *git.Repo // nil for a patch outside of a repository
	top     string
	prefix  string
	against bool              // there is a base
	commit  string            // of the base, "" for a patch
	before  map[string][]byte // of a patch
	// from is the path in the base of every file that differs, "" where it has
	// none; gone are the files that only the base has.
	from  map[string]string
	gone  map[string]bool
	units map[unit]bool
	// touched are all paths that differ, those of the work tree from the index too.
	touched []string
	temp    string
	// index is the folder that holds the index, "" for the work tree.
	index string
	args  []string // what the command line asks for, as paths from top

	base      map[string][]*site // by path; nil until the base was scanned
	indexed   tree               // what is in the index
	carried   []*site            // base findings that went to other files, or nowhere
	settled   bool               // carried is known
	Unscanned []string           // files of the base that could not be analysed, and why
}

type unit struct{ language, name string }

// unitOf is the unit that a file belongs to; false when no language reads it.
func unitOf(p string) (unit, bool) {
	l := languages.For(p)
	if p == "" || l == nil {
		return unit{}, false
	}
	return unit{l.Name(), l.Unit(p)}, true
}

// New finds out what has changed. The error is one line that says how to mend it.
func New(ctx context.Context, opt Options) (_ *Scope, err error) {
	s := &Scope{opt: opt, from: map[string]string{}, gone: map[string]bool{}, units: map[unit]bool{}}
	s.against = opt.Rev != "" || opt.MergeBase != "" || opt.PatchName != ""
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	s.repo, err = git.Open(ctx, opt.Dir)
	switch {
	case err == nil:
		s.top, s.prefix = s.repo.Top, s.repo.Prefix
	case opt.PatchName == "" || ctx.Err() != nil:
		return nil, err
	default:
		if s.top, err = filepath.EvalSymlinks(opt.Dir); err != nil {
			return nil, err
		}
	}
	if s.temp, err = os.MkdirTemp("", "tlslint-*"); err == nil {
		s.temp, err = filepath.EvalSymlinks(s.temp)
	}
	if err != nil {
		return nil, fmt.Errorf("no temporary folder for the base: %w", err)
	}
	var changes []git.Change
	switch {
	case opt.PatchName != "":
		changes, err = s.patch()
	default:
		changes, err = s.changes(ctx)
	}
	if err != nil {
		return nil, err
	}
	s.note(changes)
	if opt.Staged {
		unstaged, err := s.repo.Changes(ctx, s.commit, false)
		if err != nil {
			return nil, err
		}
		s.touch(unstaged)
	}
	if s.against && opt.Mode == "findings" {
		if err := s.widen(ctx); err != nil {
			return nil, err
		}
	}
	if opt.Staged {
		err = s.writeIndex(ctx)
	}
	return s, err
}

// Close removes what was written.
func (s *Scope) Close() {
	if s != nil && s.temp != "" {
		_ = os.RemoveAll(s.temp)
	}
}

// changes asks git.
func (s *Scope) changes(ctx context.Context) (changes []git.Change, err error) {
	switch {
	case s.opt.MergeBase != "":
		s.commit, err = s.repo.MergeBase(ctx, s.opt.MergeBase)
	case s.opt.Rev != "":
		s.commit, err = s.repo.Commit(ctx, s.opt.Rev)
	default:
		s.commit, err = s.repo.HeadOrEmpty(ctx)
	}
	if err != nil {
		return nil, err
	}
	if changes, err = s.repo.Changes(ctx, s.commit, s.opt.Staged); err != nil || s.opt.Staged {
		return changes, err
	}
	// What git would only say after a refresh of its index: a file that was
	// touched is no change.
	changes = slices.DeleteFunc(changes, func(c git.Change) bool {
		return c.Old == c.New && c.NewBlob == "" && blobOf(s.path(c.New), c.OldBlob) == c.OldBlob
	})
	untracked, err := s.repo.Untracked(ctx)
	for _, p := range untracked {
		changes = append(changes, git.Change{New: p})
	}
	return changes, err
}

// blobOf is the object name of a file on disk, in the form of another one. "" for
// what no language reads or cannot be read.
func blobOf(name, like string) string {
	if languages.For(filepath.ToSlash(name)) == nil {
		return ""
	}
	data, skip := files.Read(files.File{Path: name, Named: true}, scan.MaxBytes)
	if skip != nil {
		return ""
	}
	var h hash.Hash = sha1.New()
	if len(like) == hex.EncodedLen(sha256.Size) {
		h = sha256.New()
	}
	fmt.Fprintf(h, "blob %d\x00", len(data))
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil))
}

// patch takes the patch back. Its paths count from the top of the work tree or,
// made with --relative, from the folder of the run.
func (s *Scope) patch() ([]git.Change, error) {
	want := func(p string) bool { return languages.For(p) != nil }
	from := func(prefix string) (*patched, error) {
		return unpatch(s.opt.Patch, func(p string) ([]byte, bool) {
			data, skip := files.Read(files.File{Path: s.path(prefix + p), Named: true}, scan.MaxBytes)
			return data, skip == nil
		}, want)
	}
	p, err := from("")
	if err != nil && s.prefix != "" {
		if q, err := from(s.prefix); err == nil {
			s.before = map[string][]byte{}
			for name, data := range q.before {
				s.before[s.prefix+name] = data
			}
			for i := range q.changes {
				c := &q.changes[i]
				for _, name := range []*string{&c.Old, &c.New} {
					if *name != "" {
						*name = s.prefix + *name
					}
				}
			}
			return q.changes, nil
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s does not fit the files here: %w", s.opt.PatchName, err)
	}
	s.before = p.before
	return p.changes, nil
}

func (s *Scope) touch(changes []git.Change) {
	for _, c := range changes {
		for _, p := range []string{c.Old, c.New} {
			if languages.For(p) != nil {
				s.touched = append(s.touched, p)
			}
		}
	}
}

// note files the changes away.
func (s *Scope) note(changes []git.Change) {
	s.touch(changes)
	for _, c := range changes {
		for _, p := range []string{c.Old, c.New} {
			if u, ok := unitOf(p); ok {
				s.units[u] = true
			}
		}
		if c.New != "" && (c.Old != "" || s.from[c.New] == "") {
			s.from[c.New] = c.Old
		}
		if c.Old != "" && c.New == "" {
			s.gone[c.Old] = true
		}
	}
	for p := range s.gone {
		// Taken out of the index and still there, or there again.
		if old, ok := s.from[p]; ok && old == "" {
			s.from[p] = p
			delete(s.gone, p)
		}
	}
}

// path is where a file of the work tree is.
func (s *Scope) path(p string) string { return filepath.Join(s.top, filepath.FromSlash(p)) }

// fromTop turns a path of a finding into one from the top of the work tree.
func (s *Scope) fromTop(rel string) string { return path.Join(s.prefix, rel) }

// Restrict lets a scan see only what the change concerns: the files that differ
// and those that are lowered together with them.
func (s *Scope) Restrict(o *scan.Options) error {
	paths, err := s.arguments(o.Paths)
	if err != nil {
		return err
	}
	if s.index != "" {
		o.Root, o.NoGitignore, o.CI = s.folder(s.index), true, false
		o.Paths = append(s.foldersOf(s.index, s.indexed), o.Root)
	} else {
		o.Paths = paths
	}
	excluded := o.Excluded
	o.Excluded = func(rel string) bool {
		p := s.fromTop(rel)
		u, ok := unitOf(p)
		return !ok || !s.units[u] || s.index != "" && !s.listed(p) || excluded != nil && excluded(rel)
	}
	return nil
}

// arguments checks that what the command line asks for is in this work tree, and
// leaves out named files that the change does not concern.
func (s *Scope) arguments(args []string) (paths []string, err error) {
	for _, arg := range args {
		name := strings.TrimSuffix(strings.TrimSuffix(filepath.ToSlash(arg), "..."), "/")
		switch {
		case name == "" && strings.HasPrefix(arg, "/"):
			name = "/"
		case name == "":
			name = "."
		}
		abs := filepath.FromSlash(name)
		if !filepath.IsAbs(abs) {
			abs = filepath.Join(s.opt.Dir, abs)
		}
		real, rerr := filepath.EvalSymlinks(abs)
		if rerr != nil { // the listing says so, or it is only in the index
			real = filepath.Join(s.path(s.prefix), filepath.FromSlash(name))
			if filepath.IsAbs(filepath.FromSlash(name)) {
				real = filepath.FromSlash(name)
			}
		}
		rel, err := filepath.Rel(s.top, real)
		if err != nil || !filepath.IsLocal(rel) {
			return nil, fmt.Errorf("%s is not in the work tree %s: run it there", arg, s.top)
		}
		if inner := s.inner(real); inner != "" {
			return nil, fmt.Errorf("%s is in another repository, %s: run it there", arg, inner)
		}
		p := filepath.ToSlash(rel)
		s.args = append(s.args, p)
		info, err := os.Stat(abs)
		if s.index != "" && err != nil && !slices.ContainsFunc(s.indexed.paths(), func(f string) bool { return within(f, p) }) {
			return nil, fmt.Errorf("%s: no such file or directory", arg)
		}
		if u, ok := unitOf(p); err == nil && info.Mode().IsRegular() && (!ok || !s.units[u]) {
			continue
		}
		paths = append(paths, arg)
	}
	if len(args) > 0 && len(paths) == 0 {
		// No file that was named has changed: "." with nothing in scope is nothing.
		s.units = map[unit]bool{}
	}
	return paths, nil
}

// inner is the folder of a repository inside this one that holds a path, "" when
// there is none.
func (s *Scope) inner(p string) string {
	if s.repo == nil {
		return ""
	}
	for ; len(p) > len(s.top); p = filepath.Dir(p) {
		if _, err := os.Lstat(filepath.Join(p, ".git")); err == nil {
			return p
		}
	}
	return ""
}

// listed reports whether the command line asks for a file.
func (s *Scope) listed(p string) bool {
	return len(s.args) == 0 && within(p, strings.TrimSuffix(s.prefix, "/")) ||
		slices.ContainsFunc(s.args, func(arg string) bool { return within(p, arg) })
}

// within reports whether a slash path is another one or below it.
func within(p, dir string) bool {
	return dir == "." || dir == "" || p == dir || strings.HasPrefix(p, dir+"/")
}

var errNoBase = errors.New("there is nothing to compare with")

// Old reports which findings are not new. It scans the base when it is needed;
// o are the options of the scan that was restricted, as they were before.
func (s *Scope) Old(ctx context.Context, res *scan.Result, base func(scan.Options) (*scan.Result, error), o scan.Options, visible func(*finding.Finding) bool) (map[*finding.Finding]bool, error) {
	if !s.against {
		return nil, errNoBase
	}
	old := map[*finding.Finding]bool{}
	if len(res.Judged) == 0 {
		return old, nil
	}
	if s.opt.Mode != "findings" {
		return old, s.byChange(ctx, res, old)
	}
	if s.base == nil {
		if err := s.scanBase(ctx, base, o); err != nil {
			return nil, err
		}
	}
	s.byFinding(res, visible, old)
	return old, nil
}
