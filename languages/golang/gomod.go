package golang

import (
	"bytes"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// modSyntax is a godebug line of a go.mod.
type modSyntax struct {
	path string
	src  []byte
	span ir.Span
}

// lowerMod lowers the godebug settings of a go.mod: defaults of every program
// that is built from the module.
func lowerMod(f languages.File, set *pattern.Set, out *languages.Output) {
	mod, err := modfile.Parse(f.Rel, f.Data, nil)
	if err != nil {
		// A go.mod that go itself cannot read: say so only where a setting is at stake.
		if bytes.Contains(f.Data, []byte("godebug")) {
			msg, _, _ := strings.Cut(err.Error(), "\n")
			out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.Path, Reason: "not a go.mod: " + msg})
		}
		return
	}
	for _, g := range mod.Godebug {
		if !set.Has(ir.Env, "GODEBUG."+g.Key) {
			continue
		}
		s := ir.Span{Start: g.Syntax.Start.Byte, End: g.Syntax.End.Byte}
		v := ir.Value{Known: true, Const: ir.Const{Kind: ir.String, Str: g.Value, At: ir.Place{Path: f.Path, Span: s}}, Span: s, Pair: s}
		line := g.Syntax.Start.Line
		out.Nodes = append(out.Nodes, &ir.Node{
			Kind: ir.Env, Name: "GODEBUG." + g.Key, Resolved: true, Path: f.Path, Span: s, Value: &v, Role: "directive",
			Lines: [4]int{line, line, line, line}, Syntax: &modSyntax{path: f.Path, src: f.Data, span: s},
		})
	}
}

// drop removes the setting's line.
func (m *modSyntax) drop(fix pattern.Fix) ([]finding.Edit, bool) {
	if fix.Op() != "drop" {
		return nil, false
	}
	from := bytes.LastIndexByte(m.src[:m.span.Start], '\n') + 1
	to := len(m.src)
	if i := bytes.IndexByte(m.src[m.span.End:], '\n'); i >= 0 {
		to = m.span.End + i + 1
	}
	return []finding.Edit{{Path: m.path, Start: from, End: to}}, true
}
