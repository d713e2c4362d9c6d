// Package javascript lets tlslint read JavaScript and TypeScript: modules of both
// kinds, JSX and TSX, the script blocks of Vue, Svelte and Astro components, and
// the scripts of package.json.
//
// Source files come in; ir nodes go out. Names are resolved through imports and
// require, destructuring, classes and modules of the same program, so that a row
// says https.Agent.rejectUnauthorized and means it. Nothing of the scanned program
// is run.
package javascript

import (
	"context"
	_ "embed"
	"errors"
	"path"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/commands"
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/languages/treesitter"
	"github.com/tlslint/tlslint/pattern"
)

func init() { languages.Register(&JavaScript{}) }

//go:embed patterns.toml
var patterns []byte

//go:embed examples.toml
var examples []byte

// JavaScript is the language. It is safe for concurrent use.
type JavaScript struct{}

// Name implements languages.Language.
func (*JavaScript) Name() string { return "javascript" }

// Handles implements languages.Language.
func (*JavaScript) Handles(p string) bool { return handles(p) }

func handles(p string) bool {
	switch path.Ext(p) {
	case ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".vue", ".svelte", ".astro":
		return !strings.HasSuffix(p, ".d.ts") && !strings.HasSuffix(p, ".min.js")
	}
	return isPackage(p)
}

func isPackage(p string) bool { return path.Base(strings.ReplaceAll(p, `\`, "/")) == "package.json" }

// Unit implements languages.Language: a file is looked at alone, its imports are
// followed on demand.
func (*JavaScript) Unit(p string) string { return p }

// Rows implements languages.Language.
func (*JavaScript) Rows() (pattern.File, error) {
	file, err := pattern.Parse("languages/javascript/patterns.toml", "javascript", patterns)
	if err != nil {
		return file, err
	}
	shared, err := commands.Rows("javascript", commandRunners...)
	file.Rows = append(file.Rows, shared.Rows...)
	return file, err
}

// Examples implements languages.Language.
func (*JavaScript) Examples() ([]pattern.Example, error) {
	own, err := pattern.ParseExamples("languages/javascript/examples.toml", examples)
	if err != nil {
		return nil, err
	}
	shared, err := commands.Examples("javascript")
	return append(own, shared...), err
}

// FileName implements languages.Language.
func (*JavaScript) FileName() string { return "app.js" }

// Lower implements languages.Language.
func (*JavaScript) Lower(ctx context.Context, in languages.Input) (out languages.Output, err error) {
	for _, f := range in.Files {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if isPackage(f.Path) {
			if len(f.Data) > treesitter.MaxBytes {
				out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.Path, Reason: "too large to parse"})
				continue
			}
			out.Parsed++
			out.Nodes = append(out.Nodes, lowerPackage(f, in.Set)...)
			continue
		}
		tree, err := parse(f.Path, f.Data)
		if err != nil {
			out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.Path, Reason: err.Error()})
			continue
		}
		out.Parsed++
		out.Comments = append(out.Comments, comments(tree, f.Path)...)
		m := newModule(f.Path, tree, in.Set, newProject(in.Set, in.Overlay))
		out.Nodes = append(out.Nodes, m.lower()...)
	}
	return out, nil
}

// Check implements languages.Language: an edit must bring no new syntax error.
func (*JavaScript) Check(_ context.Context, p string, old, edited []byte, _ map[string][]byte) error {
	if isPackage(p) {
		return checkPackage(old, edited)
	}
	before, err := parse(p, old)
	if err != nil {
		return err
	}
	after, err := parse(p, edited)
	if err != nil {
		return err
	}
	if after.Errors > before.Errors {
		return errors.New("the edited file does not parse")
	}
	return nil
}

// Edit implements languages.Language.
func (*JavaScript) Edit(ops []languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	return edit(ops, vars)
}

// Flip implements languages.Language.
func (*JavaScript) Flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) { return flip(hit, at) }

// parse parses a file by its ending.
func parse(p string, data []byte) (*syntax.Tree, error) {
	tree, err := parseAs(p, data)
	if err == nil {
		tree.Source = data
	}
	return tree, err
}

func parseAs(p string, data []byte) (*syntax.Tree, error) {
	switch path.Ext(p) {
	case ".ts", ".mts", ".cts":
		return treesitter.TypeScript.Parse(data)
	case ".tsx":
		return treesitter.TSX.Parse(data)
	case ".vue", ".svelte", ".astro":
		if len(data) > treesitter.MaxBytes {
			return treesitter.TypeScript.Parse(data) // it says why not
		}
		text, typed := scripts(data, path.Ext(p))
		if typed {
			return treesitter.TypeScript.Parse(text)
		}
		return treesitter.JavaScript.Parse(text)
	}
	tree, err := treesitter.JavaScript.Parse(data)
	if err != nil || tree.Errors == 0 || !flow.Match(data) {
		return tree, err
	}
	// Types in a .js file: the grammar of TSX reads most of Flow's.
	if typed, err := treesitter.TSX.Parse(data); err == nil && typed.Errors < tree.Errors {
		return typed, nil
	}
	return tree, nil
}

// flow is what files with Flow's types say of themselves.
var flow = lazyregexp.New(`@flow\b|(?m)^(import|export) type\b`)

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
	groups := []int{}
	group, lastLine := 0, 0
	tree.Root.Walk(func(n *syntax.Node) bool {
		if !n.Is("comment", "hash_bang_line", "html_comment") {
			return true
		}
		if n.Start < counted || n.Is("hash_bang_line") {
			return true
		}
		end := n.End
		for end > n.Start && (src[end-1] == '\r' || src[end-1] == '\n') {
			end--
		}
		c := languages.Comment{Path: name, Text: string(src[n.Start:end]), Start: n.Start, End: end}
		first := at(n.Start)
		final := first + strings.Count(c.Text, "\n")
		if alone(src, n.Start) {
			if first != lastLine+1 || group == len(out) {
				group = len(out)
			}
			c.GroupEnd, lastLine = final, final
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
