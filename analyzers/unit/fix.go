package unit

import (
	"bytes"
	"cmp"
	"go/format"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/tools/go/analysis"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
)

// maxPasses bounds how often a package is analysed again after edits: fixes
// that overlap need a pass each.
const maxPasses = 10

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// repair applies the safe fixes of a package and hands the files to whoever
// asked: the go command's archive, a diff, or the files themselves.
func (t *tool) repair(c *checker, sources map[string][]byte, found *outcome, out io.Writer) error {
	changed := map[string][]byte{}
	for name, data := range c.fixAll(sources, found) {
		if !bytes.Equal(data, sources[name]) {
			changed[name] = tidy(sources[name], data)
		}
	}
	switch {
	case t.diff:
		root := repositoryRoot(c.desc.Dir)
		for _, name := range sortedKeys(changed) {
			if _, err := io.WriteString(out, fix.Diff(below(root, name), sources[name], changed[name])); err != nil {
				return err
			}
		}
		return nil
	case c.desc.FixArchive != "":
		return writeArchive(c.desc.FixArchive, c.desc.ID, changed)
	}
	for _, name := range sortedKeys(changed) {
		if err := fix.Write(name, sources[name], changed[name]); err != nil {
			return err
		}
	}
	return nil
}

// fixAll applies fixes until none is left. The result compiles if the sources
// did: edits that bring a type error or another finding are not made.
func (c *checker) fixAll(sources map[string][]byte, found *outcome) map[string][]byte {
	for range maxPasses {
		chosen, _ := fix.Select(c.fixable(found), fix.Options{Style: finding.StyleEnv})
		if len(chosen) == 0 {
			break
		}
		next, after, ok := c.try(sources, found, chosen)
		// Fixes that do not go together may still go one after the other.
		for i := 0; !ok && len(chosen) > 1 && i < len(chosen); i++ {
			next, after, ok = c.try(sources, found, chosen[i:i+1])
		}
		if !ok {
			break
		}
		sources, found = next, after
	}
	return sources
}

// try makes the edits of some fixes and analyses the result.
func (c *checker) try(sources map[string][]byte, found *outcome, chosen []fix.Chosen) (map[string][]byte, *outcome, bool) {
	next := maps.Clone(sources)
	for _, f := range fix.Files("", chosen) {
		data, err := fix.Apply(sources[f.Path], f.Edits)
		if err != nil {
			return nil, nil, false
		}
		next[f.Path] = data
	}
	after, err := c.check(next)
	if err != nil || after.count() >= found.count() {
		return nil, nil, false
	}
	for text, n := range after.errors {
		if n > found.errors[text] {
			return nil, nil, false
		}
	}
	return next, after, true
}

// fixable are the diagnostics with a fix that stays within the package's own
// files: not in the cache of cgo's output, not behind an overlay.
func (c *checker) fixable(found *outcome) []*finding.Finding {
	var out []*finding.Finding
	for _, name := range sortedKeys(found.diagnostics) {
		for _, d := range found.diagnostics[name] {
			if f := c.fixOf(d); f != nil {
				out = append(out, f)
			}
		}
	}
	return out
}

func (c *checker) fixOf(d analysis.Diagnostic) *finding.Finding {
	tok := c.fset.File(d.Pos)
	if tok == nil || len(d.SuggestedFixes) == 0 {
		return nil
	}
	fx := finding.Fix{Class: finding.Safe, Style: finding.StyleEnv, Title: d.SuggestedFixes[0].Message}
	for _, e := range d.SuggestedFixes[0].TextEdits {
		file := c.fset.File(e.Pos)
		if file == nil || filepath.Dir(file.Name()) != filepath.Clean(c.desc.Dir) {
			return nil
		}
		fx.Edits = append(fx.Edits, finding.Edit{
			Path: file.Name(), Start: file.Offset(e.Pos), End: file.Offset(cmp.Or(e.End, e.Pos)), New: string(e.NewText),
		})
	}
	f := &finding.Finding{Rule: d.Category, Path: tok.Name(), Message: d.Message, Fixes: []finding.Fix{fx}}
	f.Span.Start.Offset, f.Span.End.Offset = tok.Offset(d.Pos), tok.Offset(cmp.Or(d.End, d.Pos))
	return f
}

// tidy formats a repaired file if the file was formatted before, and else keeps
// what its author wrote.
func tidy(before, after []byte) []byte {
	if clean, err := format.Source(before); err != nil || !bytes.Equal(clean, before) {
		return after
	}
	if clean, err := format.Source(after); err == nil {
		return clean
	}
	return after
}

// repositoryRoot is the folder that paths in a diff are relative to: the git
// work tree, so that git apply takes it, else the module.
func repositoryRoot(dir string) string {
	for at := dir; ; {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at
		}
		up := filepath.Dir(at)
		if up == at {
			return moduleRoot(dir)
		}
		at = up
	}
}

func below(root, name string) string {
	rel, err := filepath.Rel(root, name)
	if err != nil || !filepath.IsLocal(rel) {
		rel = filepath.Base(name)
	}
	return filepath.ToSlash(rel)
}
