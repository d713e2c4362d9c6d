// Package java lets tlslint read Java up to 21.
//
// Source files come in; ir nodes go out. Names are resolved through imports, the
// declared types of variables, fields and parameters, and the results of the calls
// in a chain, so that a row says okhttp3.OkHttpClient.Builder().hostnameVerifier
// and means it; what trust managers and verifiers decide is read from their bodies.
// Nothing of the scanned program is compiled or run.
package java

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
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/languages/treesitter"
	"github.com/tlslint/tlslint/pattern"
)

func init() { languages.Register(Java{}) }

//go:embed patterns.toml
var patterns []byte

//go:embed examples.toml
var examples []byte

// Java is the language. It is safe for concurrent use.
type Java struct{}

// Name implements languages.Language.
func (Java) Name() string { return "java" }

// Handles implements languages.Language.
func (Java) Handles(p string) bool { return path.Ext(p) == ".java" }

// Unit implements languages.Language: a file is looked at alone. What its package
// may use of it is asked when something is to be deleted.
func (Java) Unit(p string) string { return p }

// Rows implements languages.Language.
func (Java) Rows() (pattern.File, error) {
	file, err := pattern.Parse("languages/java/patterns.toml", "java", patterns)
	if err != nil {
		return file, err
	}
	for _, row := range file.Rows {
		if row.Context == nil {
			row.Context = libraries(row, file.Aliases)
		}
	}
	shared, err := commands.Rows("java", commandRunners...)
	file.Rows = append(file.Rows, shared.Rows...)
	return file, err
}

// libraries are the leading parts of the packages that a row is about, of which one
// stands in every file that imports them: the first segment alone says nothing.
// nil where a sink names no class.
func libraries(row *pattern.Row, aliases []pattern.Alias) []string {
	var out []string
	add := func(name string) {
		if lib := library(name); lib != "" && !slices.Contains(out, lib) {
			out = append(out, lib)
		}
	}
	for _, k := range row.At {
		sink := k.Call + k.Ref + k.Impl
		if sink == "" || strings.HasPrefix(sink, "*.") {
			return nil
		}
		for _, name := range pattern.Expand(sink) {
			add(name)
			for _, a := range aliases {
				if strings.HasPrefix(name, a.Name) {
					for _, also := range a.Also {
						for _, x := range pattern.Expand(also) {
							add(x)
						}
					}
				}
			}
		}
	}
	return out
}

// library is the package of a name up to its second segment, or its third below the
// domains that many projects share.
func library(name string) string {
	parts := strings.Split(name, ".")
	keep := 2
	if len(parts) > 2 && (parts[1] == "apache" || parts[1] == "google" || parts[1] == "eclipse" || parts[1] == "github" || parts[1] == "net" || parts[1] == "springframework") {
		keep = 3
	}
	for i := range min(keep, len(parts)) {
		if capital(parts[i]) {
			keep = i
		}
	}
	return strings.Join(parts[:min(keep, len(parts))], ".")
}

// Examples implements languages.Language.
func (Java) Examples() ([]pattern.Example, error) {
	own, err := pattern.ParseExamples("languages/java/examples.toml", examples)
	if err != nil {
		return nil, err
	}
	shared, err := commands.Examples("java")
	return append(own, shared...), err
}

// FileName implements languages.Language.
func (Java) FileName() string { return "App.java" }

// Lower implements languages.Language.
func (Java) Lower(ctx context.Context, in languages.Input) (out languages.Output, err error) {
	for _, f := range in.Files {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		tree, err := treesitter.Java.Parse(f.Data)
		if err != nil {
			out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.Path, Reason: err.Error()})
			continue
		}
		out.Parsed++
		out.Comments = append(out.Comments, comments(tree, f.Path)...)
		m := newModule(f.Path, tree, in.Set)
		m.overlay = in.Overlay
		out.Nodes = append(out.Nodes, m.lower()...)
	}
	return out, nil
}

// Edit implements languages.Language.
func (Java) Edit(ops []languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	return edit(ops, vars)
}

// Flip implements languages.Language.
func (Java) Flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) { return flip(hit, at) }

// Check implements languages.Language: an edit must bring no new syntax error.
func (Java) Check(_ context.Context, _ string, old, edited []byte, _ map[string][]byte) error {
	before, err := treesitter.Java.Parse(old)
	if err != nil {
		return err
	}
	after, err := treesitter.Java.Parse(edited)
	if err != nil {
		return err
	}
	if after.Errors > before.Errors {
		return errors.New("the edited file does not parse")
	}
	return nil
}

// comments are the comments of a file; those that fill whole lines one below the
// other are a group.
func comments(tree *syntax.Tree, name string) []languages.Comment {
	var out []languages.Comment
	src := tree.Source
	line, counted := 1, 0
	at := func(offset int) int {
		line += strings.Count(string(src[counted:offset]), "\n")
		counted = offset
		return line
	}
	group, lastLine := 0, 0
	var groups []int
	tree.Root.Walk(func(n *syntax.Node) bool {
		if !n.Is("line_comment", "block_comment") {
			return true
		}
		c := languages.Comment{Path: name, Text: string(src[n.Start:n.End]), Start: n.Start, End: n.End}
		first := at(n.Start)
		if last := at(n.End); alone(src, n.Start, n.End) {
			if first != lastLine+1 || group == len(out) {
				group = len(out)
			}
			c.GroupEnd, lastLine = last, last
		} else {
			group, lastLine = len(out)+1, 0
		}
		out, groups = append(out, c), append(groups, group)
		return false
	})
	for i := len(out) - 2; i >= 0; i-- {
		if out[i].GroupEnd > 0 && groups[i] == groups[i+1] {
			out[i].GroupEnd = out[i+1].GroupEnd
		}
	}
	return out
}

// alone reports whether nothing but white space stands around a range on its lines.
func alone(src []byte, start, end int) bool {
	for i := start - 1; i >= 0 && src[i] != '\n'; i-- {
		if src[i] != ' ' && src[i] != '\t' {
			return false
		}
	}
	for i := end; i < len(src) && src[i] != '\n'; i++ {
		if src[i] != ' ' && src[i] != '\t' && src[i] != '\r' {
			return false
		}
	}
	return true
}
