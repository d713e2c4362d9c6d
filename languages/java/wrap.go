package java

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/languages/wrappers"
)

// A method or constructor whose parameter throws a switch is a way to that switch.
// Which value throws it is found out by lowering the file again with the parameter
// set.

// maxParams bounds the parameters of a file that are tried.
const maxParams = 12

// wrapped says of nodes that a parameter decides what they are when it is given.
func (m *module) wrapped(nodes []*ir.Node) {
	wrappers.Finder[*decl]{
		Most: maxParams, Param: m.paramOf,
		Giver: func(n *ir.Node, o ir.Option) (*decl, bool) {
			syn, _ := n.Syntax.(*node)
			if syn == nil || syn.at == nil || o.Kind != "parameter" {
				return nil, false
			}
			d := m.lookup(syn.at, o.Name)
			return d, d != nil && d.kind == param && d.typ != nil && slices.Contains([]string{"boolean", "Boolean"}, simpleName(m.text(d.typ)))
		},
		Again: func(d *decl, c ir.Const, _ []*ir.Node) []*ir.Node { return m.assuming(d, c) },
	}.Fill(nodes)
}

// paramOf says how callers give a parameter. ok is false where they cannot be told:
// the method is one of a class without a name.
func (m *module) paramOf(d *decl) (p ir.Param, ok bool) {
	fn := d.stmt.Above("method_declaration", "constructor_declaration")
	if fn == nil || d.stmt.Is("spread_parameter") {
		return p, false
	}
	class := m.fullName(m.classAround(fn))
	if class == "" {
		return p, false
	}
	id := fn.Child("name")
	p = ir.Param{Name: d.name, Index: slices.Index(formals(fn), d.stmt), At: m.place(id)}
	if p.Index < 0 {
		return p, false
	}
	if fn.Is("constructor_declaration") {
		p.Func, p.Title = class, simpleName(class)+"()"
	} else {
		// Of the class itself, or of an object of it.
		p.Func, p.Title = class+"{,()}."+m.text(id), simpleName(class)+"."+m.text(id)+"()"
	}
	return p, true
}

// fullName is the name of a class with its package and the classes around it, "" for
// one without a name.
func (m *module) fullName(c *class) string {
	if c == nil || c.name == "" {
		return ""
	}
	if c.outer != nil {
		if outer := m.fullName(c.outer); outer != "" {
			return outer + "." + c.name
		}
		return ""
	}
	if m.pkg == "" {
		return c.name
	}
	return m.pkg + "." + c.name
}

// ours is the name with its package of what is named by its class in this file.
func (m *module) ours(name string) string {
	rest, ok := strings.CutPrefix(name, "./")
	if !ok {
		return name
	}
	class, _, _ := strings.Cut(strings.Replace(rest, "()", ".", 1), ".")
	full := m.fullName(m.classes[class])
	if full == "" {
		return name
	}
	return full + rest[len(class):]
}

// assuming lowers the file again with a parameter set.
func (m *module) assuming(d *decl, c ir.Const) []*ir.Node {
	values, types, verdicts, conds, guarded := m.values, m.types, m.verdicts, m.conds, m.guarded
	defer func() {
		m.values, m.types, m.verdicts, m.conds, m.guarded, m.assumed = values, types, verdicts, conds, guarded, nil
	}()
	m.values, m.types, m.verdicts = map[*syntax.Node]*ir.Value{}, map[*syntax.Node]*string{}, map[*syntax.Node]*decision{}
	m.conds, m.guarded = map[*syntax.Node][]condition{}, map[*syntax.Node][]ir.Guard{}
	m.assumed = map[*decl]ir.Const{d: c}
	return m.nodes()
}
