// Package python lets tlslint read Python 2 and 3.
//
// Source files come in; ir nodes go out. Names are resolved through imports,
// aliases, local bindings, attributes of classes and modules of the same
// program, so that a row says requests.Session().verify and means it. Nothing of
// the scanned program is run.
package python

import (
	"context"
	_ "embed"
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/commands"
	"github.com/tlslint/tlslint/languages/connections"
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/languages/treesitter"
	"github.com/tlslint/tlslint/pattern"
)

func init() { languages.Register(&Python{}) }

//go:embed patterns.toml
var patterns []byte

//go:embed examples.toml
var examples []byte

// Python is the language. It is safe for concurrent use.
type Python struct{ projects projects }

// Name implements languages.Language.
func (*Python) Name() string { return "python" }

// Handles implements languages.Language: source, stubs and scripts of SCons and
// Bazel's kind are not told apart by name.
func (*Python) Handles(p string) bool {
	switch path.Ext(p) {
	case ".py", ".pyw", ".pyi", ".ipynb":
		return true
	}
	return false
}

// Unit implements languages.Language: a file is looked at alone, its imports are
// followed on demand.
func (*Python) Unit(p string) string { return p }

// Rows implements languages.Language.
func (*Python) Rows() (pattern.File, error) {
	file, err := pattern.Parse("languages/python/patterns.toml", "python", patterns)
	if err != nil {
		return file, err
	}
	shared, err := commands.Rows("python", commandRunners...)
	if err != nil {
		return file, err
	}
	dialects, err := connections.Dialects("python")
	file.Rows = slices.Concat(file.Rows, shared.Rows, dialects.Rows)
	return file, err
}

// Examples implements languages.Language.
func (*Python) Examples() ([]pattern.Example, error) {
	own, err := pattern.ParseExamples("languages/python/examples.toml", examples)
	if err != nil {
		return nil, err
	}
	shared, err := commands.Examples("python")
	if err != nil {
		return nil, err
	}
	dialects, err := connections.Dialects("python")
	if err != nil {
		return nil, err
	}
	snippets, err := connections.Examples("", func(dsn string) (string, bool) {
		return "url = r\"" + dsn + "\"\nframe = spark.read.jdbc(url, \"t\")\n", true
	})
	for _, ex := range snippets {
		if slices.ContainsFunc(dialects.Rows, func(r *pattern.Row) bool { return r.ID == ex.ID }) {
			shared = append(shared, ex)
		}
	}
	return append(own, shared...), err
}

// FileName implements languages.Language.
func (*Python) FileName() string { return "app.py" }

// Lower implements languages.Language.
func (p *Python) Lower(ctx context.Context, in languages.Input) (out languages.Output, err error) {
	for _, f := range in.Files {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if isNotebook(f.Path) {
			lowerNotebook(f, in, &out)
			continue
		}
		tree, err := parsePruned(f.Data, in.Set)
		if err != nil {
			out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.Path, Reason: err.Error()})
			continue
		}
		out.Parsed++
		out.Comments = append(out.Comments, comments(tree, f.Path)...)
		proj := p.projects.take(in.Set, in.Overlay)
		m := proj.begin(f.Path, tree)
		out.Nodes = append(out.Nodes, m.lower()...)
		p.projects.give(proj, m)
	}
	return out, nil
}

// Edit implements languages.Language.
func (*Python) Edit(ops []languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	if len(ops) > 0 {
		if c := notebookOf(ops[0].Hit.Node); c != nil {
			return c.edit(ops, vars)
		}
	}
	return Edit(ops, vars)
}

// Flip implements languages.Language.
func (*Python) Flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) {
	if c := notebookOf(hit.Node); c != nil {
		return c.flip(hit, at)
	}
	return Flip(hit, at)
}

// Check implements languages.Language: an edit must bring no new syntax error.
func (*Python) Check(_ context.Context, p string, old, edited []byte, _ map[string][]byte) error {
	if isNotebook(p) {
		return checkNotebook(p, old, edited)
	}
	before, err := treesitter.Python.Parse(old)
	if err != nil {
		return err
	}
	after, err := treesitter.Python.Parse(edited)
	if err != nil {
		return err
	}
	if after.Errors > before.Errors {
		return errors.New("the edited file does not parse")
	}
	return nil
}

// comments are the comments of a file.
func comments(tree *syntax.Tree, name string) []languages.Comment {
	var out []languages.Comment
	src := tree.Source
	line, counted := 1, 0
	at := func(offset int) int {
		line += strings.Count(string(src[counted:offset]), "\n")
		counted = offset
		return line
	}
	group := 0 // where the group of comment-only lines begins in out
	lastLine := 0
	var groups []int // where the group of each of out begins
	tree.Root.Walk(func(n *syntax.Node) bool {
		if !n.Is("comment") {
			return true
		}
		end := n.End
		for end > n.Start && (src[end-1] == '\r' || src[end-1] == '\n') {
			end--
		}
		c := languages.Comment{Path: name, Text: string(src[n.Start:end]), Start: n.Start, End: end}
		l := at(n.Start)
		if alone(src, n.Start) {
			if l != lastLine+1 || group == len(out) {
				group = len(out)
			}
			c.GroupEnd, lastLine = l, l
		} else {
			group, lastLine = len(out)+1, 0
		}
		out, groups = append(out, c), append(groups, group)
		return true
	})
	for i := len(out) - 2; i >= 0; i-- {
		if out[i].GroupEnd > 0 && groups[i] == groups[i+1] {
			out[i].GroupEnd = out[i+1].GroupEnd
		}
	}
	return out
}

// alone reports whether nothing but white space stands before an offset on its
// line.
func alone(src []byte, offset int) bool {
	for i := offset - 1; i >= 0 && src[i] != '\n'; i-- {
		if src[i] != ' ' && src[i] != '\t' && !(i < 3 && src[i] >= 0x80) {
			return false
		}
	}
	return true
}
