package scope

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/tlslint/tlslint/internal/files"
	"github.com/tlslint/tlslint/internal/git"
	"github.com/tlslint/tlslint/internal/scan"
)

// tree is one state of the files: by slash path, where their contents are.
type tree map[string]source

// source is a file's content: an object of git's, bytes, or a file on disk.
type source struct {
	blob string
	data []byte
	disk string
}

func treeOf(list []git.File) tree {
	t := tree{}
	for _, f := range list {
		t[f.Path] = source{blob: f.Blob}
	}
	return t
}

func (t tree) paths() []string { return slices.Sorted(maps.Keys(t)) }

// baseTree is the state that the run is compared with.
func (s *Scope) baseTree(ctx context.Context) (tree, error) {
	if s.commit != "" {
		list, err := s.repo.Tree(ctx, s.commit)
		return treeOf(list), err
	}
	list, _, err := files.List(ctx, []string{s.top}, files.Options{Root: s.top})
	if err != nil {
		return nil, err
	}
	t := tree{}
	for _, f := range list {
		t[f.Rel] = source{disk: f.Path}
	}
	for p, data := range s.before {
		if data == nil {
			delete(t, p)
		} else {
			t[p] = source{data: data}
		}
	}
	return t, nil
}

// contents hands the bytes of files to do, in no fixed order. A file above limit
// comes as nil, one that is not in the clone with an error.
func (s *Scope) contents(ctx context.Context, t tree, paths []string, limit int64, do func(p string, data []byte, err error) error) error {
	var blobs, of []string
	for _, p := range paths {
		switch from := t[p]; {
		case from.blob != "":
			blobs, of = append(blobs, from.blob), append(of, p)
		case from.disk != "":
			data, skip := files.Read(files.File{Path: from.disk, Rel: p}, limit)
			if skip != nil {
				data = nil
			}
			if err := do(p, data, nil); err != nil {
				return err
			}
		default:
			if err := do(p, from.data, nil); err != nil {
				return err
			}
		}
	}
	if len(blobs) == 0 {
		return nil
	}
	return s.repo.Blobs(ctx, blobs, limit, func(i int, data []byte, err error) error {
		if errors.Is(err, git.ErrMissing) {
			err = s.repo.Missing(ctx, of[i])
		}
		return do(of[i], data, err)
	})
}

// maxContext is the largest file that is written because it stands beside or above
// a unit: module files, settings and the like are far smaller.
const maxContext = 1 << 20

// write writes those files of a tree to a folder that the units of the change
// consist of, and what stands beside and above them: a language may look there.
// Folders in which nothing has changed are links to those of the work tree.
func (s *Scope) write(ctx context.Context, name string, t tree) (dir string, err error) {
	dir = filepath.Join(s.temp, name)
	if err := os.MkdirAll(s.folder(dir), 0o700); err != nil {
		return "", err
	}
	dirs := map[string]bool{".": true}
	note := func(p string) {
		for at := path.Dir(p); !dirs[at]; at = path.Dir(at) {
			dirs[at] = true
		}
	}
	for p := range t {
		if s.inUnit(p) {
			note(p)
		}
	}
	for _, p := range s.touched {
		note(p)
	}
	var units, beside []string
	links := map[string]bool{}
	for p := range t {
		switch at := path.Dir(p); {
		case s.inUnit(p):
			units = append(units, p)
		case dirs[at] || s.opt.Whole:
			beside = append(beside, p)
		default:
			for !dirs[path.Dir(at)] {
				at = path.Dir(at)
			}
			links[at] = true
		}
	}
	slices.Sort(units)
	slices.Sort(beside)
	put := func(p string, data []byte, err error) error {
		if err != nil || data == nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		return os.WriteFile(to, data, 0o600)
	}
	if err := s.contents(ctx, t, units, scan.MaxBytes, put); err != nil {
		return "", err
	}
	err = s.contents(ctx, t, beside, maxContext, func(p string, data []byte, err error) error {
		if err != nil {
			return nil // it is not looked at for its own sake
		}
		return put(p, data, nil)
	})
	if err != nil {
		return "", err
	}
	for at := range links {
		to := filepath.Join(dir, filepath.FromSlash(at))
		// Where there are no links, a language sees a little less.
		if os.MkdirAll(filepath.Dir(to), 0o700) == nil {
			_ = os.Symlink(s.path(at), to)
		}
	}
	return dir, s.writeIgnored(ctx, dir, t, dirs)
}

func (s *Scope) inUnit(p string) bool {
	u, ok := unitOf(p)
	return ok && s.units[u]
}

// writeIgnored adds the files beside a unit that git ignores: what a generator
// left there has no history, and is taken to have been there.
func (s *Scope) writeIgnored(ctx context.Context, dir string, t tree, dirs map[string]bool) error {
	var found []string
	for at := range dirs {
		entries, err := os.ReadDir(s.path(at))
		if err != nil {
			continue // it is not there now
		}
		for _, e := range entries {
			p := path.Join(at, e.Name())
			_, in := t[p]
			_, changed := s.from[p]
			if !in && !changed && e.Type().IsRegular() && s.inUnit(p) {
				found = append(found, p)
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	known := map[string]bool{}
	if s.repo != nil {
		list, err := s.repo.Untracked(ctx)
		if err != nil {
			return err
		}
		for _, p := range list {
			known[p] = true
		}
		index, err := s.repo.Index(ctx)
		if err != nil {
			return err
		}
		for _, f := range index {
			known[f.Path] = true
		}
	}
	for _, p := range found {
		data, skip := files.Read(files.File{Path: s.path(p), Rel: p}, maxContext)
		if known[p] || skip != nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(p)), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// writeIndex puts the index in the place of the work tree. Where the two differ in
// line ends only, the file's own bytes are taken, so that a repair fits them.
func (s *Scope) writeIndex(ctx context.Context) error {
	list, err := s.repo.Index(ctx)
	if err != nil {
		return err
	}
	s.indexed = treeOf(list)
	if s.index, err = s.write(ctx, "index", s.indexed); err != nil {
		return err
	}
	for p := range s.from {
		staged := filepath.Join(s.index, filepath.FromSlash(p))
		data, err := os.ReadFile(staged)
		if err != nil || !s.inUnit(p) {
			continue
		}
		now, skip := files.Read(files.File{Path: s.path(p), Rel: p}, scan.MaxBytes)
		if skip == nil && len(now) != len(data) && sameContent(now, data) {
			if err := os.WriteFile(staged, now, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// folder is where the run starts in a written tree.
func (s *Scope) folder(dir string) string { return filepath.Join(dir, filepath.FromSlash(s.prefix)) }

// foldersOf are the folders of a written tree that hold files of a unit.
func (s *Scope) foldersOf(dir string, t tree) []string {
	seen := map[string]bool{}
	for p := range t {
		if s.inUnit(p) {
			seen[filepath.Join(dir, filepath.FromSlash(path.Dir(p)))] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// scanBase finds the findings of the base.
func (s *Scope) scanBase(ctx context.Context, run func(scan.Options) (*scan.Result, error), o scan.Options) error {
	t, err := s.baseTree(ctx)
	if err != nil {
		return err
	}
	s.base = map[string][]*site{}
	dir, err := s.write(ctx, "base", t)
	if err != nil {
		return err
	}
	o.Root, o.Paths = s.folder(dir), s.foldersOf(dir, t)
	if len(o.Paths) == 0 {
		return nil // nothing of it was there
	}
	o.NoGitignore, o.CI, o.Overlay, o.Stdin, o.Progress = true, false, nil, "", nil
	excluded := o.Excluded
	o.Excluded = func(rel string) bool {
		p := s.fromTop(rel)
		_, in := t[p]
		return !in || !s.inUnit(p) || excluded != nil && excluded(rel)
	}
	res, err := run(o)
	if err != nil {
		return err
	}
	for _, skip := range res.Skipped {
		if skip.Incomplete {
			s.Unscanned = append(s.Unscanned, fmt.Sprintf("%s: %s", skip.Path, skip.Reason))
		}
	}
	s.base = sites(res, s.fromTop)
	return nil
}

// Staged reports whether a finding's file is one of those that are staged.
func (s *Scope) Staged(rel string) bool {
	_, ok := s.from[s.fromTop(rel)]
	return ok
}

// Real is where a file of the run is in the work tree.
func (s *Scope) Real(rel string) string { return s.path(s.fromTop(rel)) }

// Indexed reports whether the run looks at the index in place of the work tree.
func (s *Scope) Indexed() bool { return s.index != "" }

// IndexDir is the folder that stands for the run's own when it looks at the index.
func (s *Scope) IndexDir() string { return s.folder(s.index) }
