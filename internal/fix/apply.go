package fix

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"

	"github.com/tlslint/tlslint/finding"
)

// FileEdits are the edits of one file.
type FileEdits struct {
	Path  string // an OS path
	Edits []finding.Edit
}

// Apply returns a copy of src with the edits made. The order in which edits are
// given matters only between insertions at one offset, which come out in that
// order; an insertion at the first byte of a replaced range comes out before the
// replacement. Edit.Path is not looked at. An edit outside of src or edits that
// overlap are an error, and then nothing is returned.
func Apply(src []byte, edits []finding.Edit) ([]byte, error) {
	sorted := inOrder(edits)
	if err := check(sorted); err != nil {
		return nil, err
	}
	size := len(src)
	for _, e := range sorted {
		if e.End > len(src) {
			return nil, fmt.Errorf("edit of bytes %d to %d ends after the file's %d bytes", e.Start, e.End, len(src))
		}
		size += len(e.New) - (e.End - e.Start)
	}
	out := make([]byte, 0, size)
	last := 0
	for _, e := range sorted {
		out = append(out, src[last:e.Start]...)
		out = append(out, e.New...)
		last = e.End
	}
	return append(out, src[last:]...), nil
}

// Files collects the edits of the chosen fixes by file, sorted by path and
// offset. Edits that several fixes share are in there once. Paths of edits are
// relative to root unless they are absolute.
func Files(root string, chosen []Chosen) []FileEdits {
	byPath := map[string][]finding.Edit{}
	seen := map[finding.Edit]bool{}
	for _, c := range chosen {
		// Only what another fix has brought is left out: a fix that inserts the
		// same text twice at one offset means it.
		for _, e := range c.Fix.Edits {
			if !seen[e] {
				byPath[e.Path] = append(byPath[e.Path], e)
			}
		}
		for _, e := range c.Fix.Edits {
			seen[e] = true
		}
	}
	files := make([]FileEdits, 0, len(byPath))
	for path, edits := range byPath {
		files = append(files, FileEdits{Path: osPath(root, path), Edits: inOrder(edits)})
	}
	slices.SortFunc(files, func(a, b FileEdits) int { return cmp.Compare(a.Path, b.Path) })
	return files
}

func osPath(root, slash string) string {
	p := filepath.FromSlash(slash)
	if filepath.IsAbs(p) {
		return p
	}
	return filepath.Join(root, p)
}

// inOrder returns a copy sorted by offset, insertions before the range that
// begins where they stand.
func inOrder(edits []finding.Edit) []finding.Edit {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b finding.Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return sorted
}

// Check reports why the edits of one fix cannot all be made: two of one file
// overlap and differ, or one is no range.
func Check(edits []finding.Edit) error {
	byPath := map[string][]finding.Edit{}
	for _, e := range edits {
		if !slices.Contains(byPath[e.Path], e) {
			byPath[e.Path] = append(byPath[e.Path], e)
		}
	}
	for _, edits := range byPath {
		if err := check(inOrder(edits)); err != nil {
			return err
		}
	}
	return nil
}

// check reports the first edit of one file's sorted edits that cannot be made
// in any file.
func check(sorted []finding.Edit) error {
	for i, e := range sorted {
		if e.Start < 0 || e.End < e.Start {
			return fmt.Errorf("edit of bytes %d to %d is not a range", e.Start, e.End)
		}
		if i == 0 {
			continue
		}
		if before := sorted[i-1]; e.Start < before.End {
			return fmt.Errorf("edit of bytes %d to %d overlaps the one of bytes %d to %d", e.Start, e.End, before.Start, before.End)
		}
	}
	return nil
}
