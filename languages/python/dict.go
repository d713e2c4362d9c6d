package python

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// dict is a dictionary that this file builds: what each key holds where it is
// used. open says that more may be in it.
type dict struct {
	entries map[string]entry
	order   []string
	open    bool
}

// entry is a value and the place of the whole entry: a pair, a keyword argument,
// the statement that writes it.
type entry struct {
	value ir.Value
	at    *syntax.Node
}

func newDict() *dict { return &dict{entries: map[string]entry{}} }

func (d *dict) set(key string, e entry) {
	if _, ok := d.entries[key]; !ok {
		d.order = append(d.order, key)
	}
	d.entries[key] = e
}

func (d *dict) drop(key string) {
	delete(d.entries, key)
	d.order = slices.DeleteFunc(d.order, func(k string) bool { return k == key })
}

func (d *dict) merge(o *dict) {
	if o == nil {
		d.open = true
		return
	}
	for _, k := range o.order {
		d.set(k, o.entries[k])
	}
	d.open = d.open || o.open
}

// dictOf is the dictionary that an expression gives at a use, nil when it is none
// that can be seen.
func (m *module) dictOf(n, use *syntax.Node) *dict {
	n = unwrap(n)
	if n == nil {
		return nil
	}
	if m.busy[question{n, askDict}] || m.depth > 40 || m.proj.steps > maxSteps {
		m.proj.cuts++
		return nil
	}
	m.proj.steps++
	m.busy[question{n, askDict}] = true
	m.depth++
	defer func() { m.depth--; delete(m.busy, question{n, askDict}) }()
	switch n.Kind {
	case "dictionary":
		return m.dictLiteral(n, use)
	case "call":
		return m.dictCall(n, use)
	case "identifier":
		return m.dictNamed(n, use)
	case "binary_operator":
		if m.text(n.Child("operator")) == "|" {
			d := newDict()
			d.merge(m.dictOf(n.Child("left"), use))
			d.merge(m.dictOf(n.Child("right"), use))
			return d
		}
	case "boolean_operator":
		d := m.dictOf(n.Child("right"), use)
		if d != nil && m.text(n.Child("operator")) == "or" {
			d.open = d.open || !n.Child("left").Is("none")
		}
		return d
	case "attribute":
		if class := m.classOf(n.Child("object")); class != nil {
			if bs := m.attributes(class, m.text(n.Child("attribute"))); len(bs) == 1 && bs[0].value != nil {
				return m.dictOf(bs[0].value, use)
			}
		}
	}
	return nil
}

// key is the text of a key, or the canonical name of the symbol that it is.
func (m *module) key(n *syntax.Node) string {
	if s, ok := m.literal(n); ok {
		return s
	}
	if n.Is("attribute", "identifier") {
		if s := m.name(n); s != "" {
			return s
		}
		// A constant, by the way it is written.
		if text := m.text(last(n)); strings.ToUpper(text) == text {
			if v := m.eval(n); v.Known && v.Const.Kind == ir.String {
				return v.Const.Str
			}
		}
	}
	return ""
}

// matters reports whether rows are about a key.
func (m *module) matters(key string) bool {
	return key != "" && m.set.Anchors()[key[strings.LastIndexByte(key, '.')+1:]]
}

func (m *module) dictLiteral(n, use *syntax.Node) *dict {
	d := newDict()
	for _, k := range n.Kids {
		switch k.Kind {
		case "pair":
			if key := m.key(k.Child("key")); key != "" {
				d.set(key, entry{m.value(k.Child("value")), k})
			} else {
				d.open = true
			}
		case "dictionary_splat":
			d.merge(m.dictOf(k.Kids[0], use))
		}
	}
	return d
}

func (m *module) dictCall(n, use *syntax.Node) *dict {
	fn, args := n.Child("function"), n.Child("arguments")
	if !args.Is("argument_list") {
		return nil
	}
	switch {
	case m.name(fn) == "dict":
		d := newDict()
		for _, p := range m.positional(args) {
			d.merge(m.dictOf(p, use))
		}
		m.keywordsOf(args, d, use)
		return d
	case fn.Is("attribute") && m.text(fn.Child("attribute")) == "copy":
		d := newDict()
		d.merge(m.dictOf(fn.Child("object"), use))
		return d
	case m.name(fn) == "copy.copy" || m.name(fn) == "copy.deepcopy":
		if pos := m.positional(args); len(pos) == 1 {
			return m.dictOf(pos[0], use)
		}
	}
	return nil
}

// keywordsOf adds keyword arguments, spreads among them, to a dictionary.
func (m *module) keywordsOf(args *syntax.Node, d *dict, use *syntax.Node) {
	for _, a := range args.Kids {
		switch a.Kind {
		case "keyword_argument":
			d.set(m.text(a.Child("name")), entry{m.value(a.Child("value")), a})
		case "dictionary_splat":
			d.merge(m.dictOf(a.Kids[0], use))
		}
	}
}

// dictNamed follows a variable: what it was made of, and what was written into it
// on the way to its use.
func (m *module) dictNamed(id, use *syntax.Node) *dict {
	name := m.text(id)
	s, bs := m.reaching(id, name)
	if len(bs) == 0 {
		return nil
	}
	m.proj.steps += len(bs) / 8 // looking through them costs as much
	var d *dict
	start := 0
	for i := len(bs) - 1; i > 0; i-- {
		// What a binding gives that everybody comes past hides those before it.
		if b := bs[i]; b.kind == bindAssign && b.index < 0 && !b.augmented {
			if _, sure := m.between(b.stmt, use, s); sure {
				bs = bs[i:]
				break
			}
		}
	}
	for _, b := range bs {
		switch {
		case b.kind == bindParam && b.stmt.Is("dictionary_splat_pattern"):
			d = newDict()
			d.open = true
		case b.kind == bindAssign && b.index < 0 && !b.augmented:
			next := m.dictOf(b.value, b.stmt)
			if _, sure := m.between(b.stmt, use, s); !sure && d != nil && next != nil {
				next.open = true
			}
			d = next
		case b.augmented && d != nil:
			d.merge(m.dictOf(b.value, b.stmt))
			continue
		default:
			d = nil
		}
		start = b.id.Start
	}
	if d == nil {
		return nil
	}
	for _, e := range m.events(name, s) {
		if e.at.Start < start || e.at.Start >= use.Start && m.scopeOf(use) == m.scopeOf(e.at) {
			continue
		}
		m.apply(d, e, use, s)
	}
	return d
}

// event is one change of a dictionary: an entry that is written, or a method.
type event struct {
	at    *syntax.Node // the statement
	write *write
	call  *syntax.Node
}

func (m *module) events(name string, s *scope) []event {
	var out []event
	for _, use := range m.usesIn(name, s) {
		switch p := use.Up; {
		case p.Is("subscript") && use.Field == "value":
			if i, ok := m.writtenAt[p]; ok {
				out = append(out, event{at: m.writes[i].stmt, write: &m.writes[i]})
			}
		case p.Is("attribute") && p.Up.Is("call") && p.Field == "function":
			out = append(out, event{at: p.Up, call: p.Up})
		}
	}
	return out
}

func (m *module) apply(d *dict, e event, use *syntax.Node, s *scope) {
	put := func(key string, v ir.Value, at *syntax.Node) {
		conds, sure := m.between(e.at, use, s)
		if !sure {
			old := known(ir.Const{Kind: ir.Absent})
			if o, ok := d.entries[key]; ok {
				old = o.value
			} else if d.open {
				old = nothing()
			}
			v = underAll(conds, v, old)
		}
		d.set(key, entry{v, at})
	}
	if e.write != nil {
		if key := m.key(e.write.target.Child("subscript")); key != "" && e.write.augmented == "" {
			put(key, m.value(e.write.value), e.write.stmt)
		}
		return
	}
	fn, args := e.call.Child("function"), e.call.Child("arguments")
	pos := m.positional(args)
	switch m.text(fn.Child("attribute")) {
	case "update":
		o := newDict()
		for _, p := range pos {
			o.merge(m.dictOf(p, e.at))
		}
		if args.Is("argument_list") {
			m.keywordsOf(args, o, e.at)
		}
		for _, k := range o.order {
			put(k, o.entries[k].value, o.entries[k].at)
		}
		d.open = d.open || o.open
	case "setdefault":
		if len(pos) < 2 {
			return
		}
		key := m.key(pos[0])
		if _, there := d.entries[key]; there || key == "" {
			return
		}
		v := m.value(pos[1])
		if d.open {
			// Whoever calls may have given another value.
			w := option("parameter", key, defaultOf(v))
			w.Options = join(w.Options, v.Options)
			w.Span = v.Span
			v = w
		}
		put(key, v, e.call)
	case "pop", "clear":
		if len(pos) > 0 {
			if _, sure := m.between(e.at, use, s); sure {
				d.drop(m.key(pos[0]))
			}
		}
	}
}
