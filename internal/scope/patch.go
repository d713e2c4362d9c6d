package scope

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"

	"github.com/tlslint/tlslint/internal/git"
)

// patched is what a patch says about one tree: the files that it changes, and
// their contents before it. A nil content is a file that was not there.
type patched struct {
	changes []git.Change
	before  map[string][]byte
}

// unpatch takes a patch back. read returns a file as it is now, by slash path,
// and false when there is none. want says which files matter: the others may be
// binary, and need not fit.
func unpatch(patch []byte, read func(path string) ([]byte, bool), want func(path string) bool) (*patched, error) {
	files, err := parsePatch(patch)
	if err != nil {
		return nil, err
	}
	p := &patched{before: map[string][]byte{}}
	now := func(path string) ([]byte, bool) {
		if data, ok := p.before[path]; ok {
			return data, data != nil
		}
		return read(path)
	}
	from := map[string]string{} // path now -> path before, "" for a new file
	// A mailbox may change a file more than once: the last change goes first.
	for _, f := range slices.Backward(files) {
		old, new := f.OldName, f.NewName
		if f.IsNew {
			old = ""
		}
		if f.IsDelete {
			new = ""
		}
		if f.IsCopy {
			old = "" // the original stays as it is
		}
		for _, path := range []string{old, new} {
			if path != "" && !filepath.IsLocal(filepath.FromSlash(path)) {
				return nil, fmt.Errorf("%s leads out of the tree", path)
			}
		}
		if !want(old) && !want(new) {
			continue
		}
		if err := p.take(f, old, new, now, from); err != nil {
			return nil, err
		}
	}
	for new, old := range from {
		p.changes = append(p.changes, git.Change{Old: old, New: new})
	}
	for path, data := range p.before {
		if data != nil && !slices.ContainsFunc(p.changes, func(c git.Change) bool { return c.Old == path }) {
			p.changes = append(p.changes, git.Change{Old: path})
		}
	}
	slices.SortFunc(p.changes, func(a, b git.Change) int { return strings.Compare(a.New+"\x00"+a.Old, b.New+"\x00"+b.Old) })
	return p, nil
}

// take takes one file of a patch back.
func (p *patched) take(f *gitdiff.File, old, new string, now func(string) ([]byte, bool), from map[string]string) error {
	var data []byte
	if new != "" {
		var ok bool
		if data, ok = now(new); !ok {
			return fmt.Errorf("%s is not there", new)
		}
	} else if _, ok := now(old); ok {
		return fmt.Errorf("%s is still there", old)
	}
	before := data
	if f.IsBinary {
		before = []byte{} // there is nothing to find in it
	} else {
		var err error
		if before, err = reverse(data, f.TextFragments, cmp.Or(new, old)); err != nil {
			return err
		}
	}
	if f.IsNew && len(before) > 0 && !f.IsBinary {
		return fmt.Errorf("%s is new in the patch, but longer than there", new)
	}
	if before == nil {
		before = []byte{}
	}
	_, restored := p.before[new] // a later part of the patch deletes it
	if old == "" {
		p.before[new] = nil
	} else {
		if old != new && new != "" {
			p.before[new] = nil
		}
		p.before[old] = before
	}
	// What came later in the patch started from here.
	later := false
	for path, earlier := range from {
		if earlier == new && new != "" {
			from[path], later = old, true
		}
	}
	if !later && !restored && new != "" {
		from[new] = old
	}
	return nil
}

// parsePatch reads a patch, or several in a mailbox.
func parsePatch(patch []byte) (files []*gitdiff.File, err error) {
	if len(bytes.TrimSpace(patch)) == 0 {
		return nil, nil
	}
	for line := range bytes.Lines(patch) {
		if bytes.HasPrefix(line, []byte("diff --cc ")) || bytes.HasPrefix(line, []byte("diff --combined ")) {
			return nil, errors.New("it is the combined diff of a merge: make it with git diff --first-parent or git show -m --first-parent")
		}
	}
	defer func() {
		if r := recover(); r != nil { // the parser is not ours
			files, err = nil, fmt.Errorf("it cannot be read: %v", r)
		}
	}()
	// The last line of a fragment may lack its line end in a mail or an editor.
	if patch[len(patch)-1] != '\n' {
		patch = append(slices.Clone(patch), '\n')
	}
	files, _, err = gitdiff.Parse(bytes.NewReader(patch))
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %s", strings.TrimPrefix(err.Error(), "gitdiff: "))
	}
	if len(files) == 0 {
		return nil, errors.New("it is not a patch: git diff makes one")
	}
	for _, f := range files {
		if f.OldOIDPrefix == "" && f.NewOIDPrefix == "" && !f.IsRename && !f.IsCopy && f.OldMode == 0 && f.NewMode == 0 {
			stripPrefixes(f)
		}
	}
	return files, nil
}

// stripPrefixes drops the a/ and b/ of a patch that git did not make.
func stripPrefixes(f *gitdiff.File) {
	for _, name := range []*string{&f.OldName, &f.NewName} {
		if rest, ok := strings.CutPrefix(*name, "a/"); ok {
			*name = rest
		} else if rest, ok := strings.CutPrefix(*name, "b/"); ok {
			*name = rest
		}
	}
}

// reverse takes the fragments of a patch out of a text. Line ends do not count
// when lines are compared. A fragment may stand elsewhere than it says, if its
// lines stand there.
func reverse(now []byte, fragments []*gitdiff.TextFragment, name string) ([]byte, error) {
	var lines [][]byte
	for line := range bytes.Lines(now) {
		lines = append(lines, line)
	}
	var out []byte
	done, shift := 0, 0
	for _, f := range fragments {
		var has []string
		for _, l := range f.Lines {
			if l.New() {
				has = append(has, l.Line)
			}
		}
		at := int(f.NewPosition) - 1
		if f.NewLines == 0 {
			at++ // git names the line before
		}
		at, ok := locate(lines, has, at+shift, done)
		if !ok {
			return nil, fmt.Errorf("%s:%d is not as the patch leaves it", name, f.NewPosition)
		}
		shift = at - int(f.NewPosition) + 1
		if f.NewLines == 0 {
			shift--
		}
		out = append(out, bytes.Join(lines[done:at], nil)...)
		for _, l := range f.Lines {
			if l.Old() {
				out = append(out, l.Line...)
			}
		}
		done = at + len(has)
	}
	return append(out, bytes.Join(lines[done:], nil)...), nil
}

// locate finds the place nearest to at, not before first, where the lines stand.
func locate(lines [][]byte, has []string, at, first int) (int, bool) {
	fits := func(at int) bool {
		if at < first || at+len(has) > len(lines) {
			return false
		}
		for i, want := range has {
			if strings.TrimRight(string(lines[at+i]), "\r\n") != strings.TrimRight(want, "\r\n") {
				return false
			}
		}
		return true
	}
	for off := 0; off <= len(lines); off++ {
		if fits(at + off) {
			return at + off, true
		}
		if off > 0 && len(has) > 0 && fits(at-off) {
			return at - off, true
		}
	}
	return 0, false
}
