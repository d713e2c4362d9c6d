package javascript

import (
	"slices"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// dict is what an object holds where it is used. open says that it may hold more.
type dict struct {
	entries map[string]entry
	order   []string
	open    bool
}

// entry is one member: its value, the expression that gives it, the pair or
// assignment that writes it.
type entry struct {
	value ir.Value
	expr  *syntax.Node
	at    *syntax.Node
}

const maxEntries = 2000

func (d *dict) set(key string, e entry) {
	if _, ok := d.entries[key]; !ok {
		if len(d.order) >= maxEntries {
			d.open = true
			return
		}
		d.order = append(d.order, key)
	}
	d.entries[key] = e
}

func (d *dict) merge(o *dict) {
	if o == nil {
		d.open = true
		return
	}
	d.open = d.open || o.open
	for _, k := range o.order {
		d.set(k, o.entries[k])
	}
}

// dictOf is what the object that an expression gives holds where use stands; nil
// when it is not one that this module writes.
func (m *module) dictOf(n, use *syntax.Node) *dict {
	ask := question{n, askDict}
	if n == nil || m.busy[ask] || m.depth > maxDepth || m.proj.steps > maxSteps {
		m.proj.cuts++
		return nil
	}
	m.busy[ask] = true
	m.depth++
	m.proj.steps++
	defer func() { m.depth--; delete(m.busy, ask) }()
	switch n.Kind {
	case "object":
		d := &dict{entries: map[string]entry{}}
		m.proj.steps += len(n.Kids)
		for _, k := range n.Kids {
			switch {
			case k.Is("pair"):
				if key, ok := m.key(k.Child("key")); ok {
					d.set(key, entry{m.lazy(key, k.Child("value")), k.Child("value"), k})
				} else {
					d.open = true
				}
			case k.Is("shorthand_property_identifier"):
				d.set(m.text(k), entry{m.lazy(m.text(k), k), k, k})
			case k.Is("method_definition"):
				d.set(m.text(k.Child("name")), entry{m.lazy(m.text(k.Child("name")), k), k, k})
			case k.Is("spread_element") && len(k.Kids) > 0:
				d.merge(m.dictOf(k.Kids[0], use))
			}
		}
		return d
	case "identifier":
		s := m.lookup(n, m.text(n))
		if s == nil {
			return nil
		}
		bs := s.binds[m.text(n)]
		if len(bs) != 1 || len(bs[0].path) > 0 {
			return nil
		}
		switch b := bs[0]; {
		case b.kind == bindAssign && b.value != nil:
			return m.written(m.dictOf(b.value, use), m.text(n), use)
		case b.kind == bindImport:
			if mod, v := m.proj.resolve(m, b.source, b.imported, 0); v != nil {
				if lit := mod.literalOf(v); lit != nil {
					return mod.dictOf(lit, nil)
				}
			}
		case b.kind == bindParam && b.def != nil:
			if d := m.dictOf(b.def, use); d != nil {
				d.open = true
				if len(d.order) > 0 {
					return nil // what the caller gives replaces it
				}
			}
		}
	case "member_expression":
		key := m.memberKey(n)
		if n.Child("object").Is("this") {
			if class := m.thisClass(n.Child("object")); class != nil {
				if bs := m.fields[class][key]; len(bs) == 1 && bs[0].kind == bindAssign && bs[0].value != nil {
					return m.written(m.dictOf(bs[0].value, use), m.path2(n), use)
				}
			}
			return nil
		}
		if d := m.dictOf(n.Child("object"), use); d != nil {
			if e, ok := d.entries[key]; ok && e.expr != nil && e.expr != n {
				return m.dictOf(e.expr, use)
			}
		}
	case "binary_expression":
		switch m.text(n.Child("operator")) {
		case "||", "??":
			if d := m.dictOf(n.Child("right"), use); d != nil {
				d.open = true
				return d
			}
		}
		return nil
	case "call_expression":
		pos, open := args(n)
		switch m.text(last(n.Child("function"))) {
		case "assign", "merge", "extend", "defaultsDeep", "mergeDeep":
			d := &dict{entries: map[string]entry{}, open: open}
			for _, a := range pos {
				d.merge(m.dictOf(a, use))
			}
			return d
		case "freeze", "seal", "structuredClone", "cloneDeep":
			if len(pos) > 0 {
				return m.dictOf(pos[0], use)
			}
		}
	}
	return nil
}

// memberOf is dictOf where only one entry is asked for: the values of the others are
// not looked at.
func (m *module) memberOf(n, use *syntax.Node, key string) *dict {
	old := m.only
	m.only = key
	d := m.dictOf(n, use)
	m.only = old
	return d
}

// lazy is the value of an entry; objects are not looked into.
func (m *module) lazy(key string, n *syntax.Node) ir.Value {
	if m.only != "" && key != m.only {
		return nothing()
	}
	if n.Is("object") {
		return known(ir.Const{Kind: ir.List, At: m.place(n)})
	}
	old := m.only
	m.only = ""
	v := m.value(n)
	m.only = old
	return v
}

// written adds to what an object was made with what is written to it before use.
func (m *module) written(d *dict, name string, use *syntax.Node) *dict {
	if d == nil {
		return nil
	}
	for i, w := range m.writesOn[name] {
		if i > maxBindings {
			d.open = true
			break
		}
		t := m.writes[w]
		key := m.memberKey(t.target)
		if use != nil && (t.target.Start > use.Start && function(t.target) == function(use) || t.target == use) {
			continue
		}
		if key == "" {
			d.open = true
			continue
		}
		if use != nil && use.Within(t.stmt) {
			continue
		}
		if m.only != "" && key != m.only {
			d.set(key, entry{nothing(), t.value, t.stmt})
			continue
		}
		v := m.lazy(key, t.value)
		old := m.only
		m.only = ""
		conds, sure := m.between(t.stmt, use)
		m.only = old
		if !sure {
			before := known(ir.Const{Kind: ir.Null})
			if e, ok := d.entries[key]; ok {
				before = e.value
			}
			v = underAll(conds, v, before)
		}
		d.set(key, entry{v, t.value, t.stmt})
	}
	for _, c := range m.callsOf["assign"] {
		pos, _ := args(c)
		if len(pos) < 2 || m.path2(pos[0]) != name || use != nil && c.Start > use.Start {
			continue
		}
		for _, a := range pos[1:] {
			if !slices.Contains(pos[:1], a) {
				d.merge(m.dictOf(a, use))
			}
		}
	}
	return d
}
