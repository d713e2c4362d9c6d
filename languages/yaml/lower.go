package yaml

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/dsn"
	"github.com/tlslint/tlslint/internal/hosts"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/shell"
	"github.com/tlslint/tlslint/pattern"
)

// file is one file being lowered. Values of texts that are documents themselves
// (a configuration in a ConfigMap) belong to trees of their own; every place is
// turned into one of the file before it leaves.
type file struct {
	*index
	path   string
	root   *tree
	kinds  kinds
	reader reader
	blocks []block
	out    []*ir.Node
	seen   map[seenKey]bool
	inners map[*tree]*value // trees of texts: the scalar that they are
	// scripts is the file as the shell sees it; its lines are found once.
	scripts *shell.Document
	// declared are the variables of a playbook by the place of their value.
	declared map[ir.Span]*pair
	// What many entries of one mapping ask is found once.
	beside  map[*value]map[string]*ir.Value
	conds   map[*value][]*pair
	hostsOf map[*value][]*pair
}

type seenKey struct {
	kind ir.Kind
	name string
	span ir.Span
}

// place is what an edit must know of a node.
type place struct {
	f *file
	// pair or item is what goes when the switch goes.
	pair *pair
	item *item
	val  *value
	text bool // a connection string
	// words says that the item is a word of a command line.
	words bool
}

// lowerFile lowers a file; other reads a file beside it, nil where there is none.
func lowerFile(ix *index, path, rel string, src []byte, other func(path string) []byte) (*file, []*ir.Node) {
	f := &file{index: ix, path: path, root: parse(src), seen: map[seenKey]bool{}, inners: map[*tree]*value{}, declared: map[ir.Span]*pair{}}
	f.beside, f.conds, f.hostsOf = map[*value]map[string]*ir.Value{}, map[*value][]*pair{}, map[*value][]*pair{}
	f.kinds = kinds{rel: rel, known: map[kindOf]bool{}}
	f.blocks = blocks(f.root.actions)
	f.reader = reader{path: path, results: map[string]bool{}, defaults: map[string]ir.Const{}}
	f.reader.variables = around(path, rel, other)
	for _, d := range f.root.docs {
		f.declare(d)
	}
	for _, d := range f.root.docs {
		f.document(d, 0)
	}
	return f, f.out
}

// declare collects what names in the expressions of a document stand for: results
// of tasks, and the defaults of inputs.
func (f *file) declare(d *value) {
	d.walk(func(v *value) {
		for _, p := range v.pairs {
			switch p.key.text {
			case "register":
				if t := p.val.scalarText(); t != "" {
					f.reader.results[t] = true
				}
			case "vars":
				for _, x := range p.val.pairs {
					if x.val.kind == scalar && known(f.raw(x.val)) {
						c := constant(x.val.text, x.val.style, f.placeOf(x.val))
						f.reader.variables[x.key.text], f.declared[c.At.Span] = c, x
					}
				}
			case "parameters":
				// Azure: [{name: …, default: …}].
				for _, it := range p.val.items {
					if def := it.val.get("default"); def != nil && def.kind == scalar {
						f.reader.defaults[it.val.get("name").scalarText()] = constant(def.text, def.style, f.placeOf(def))
					}
				}
			case "inputs":
				if p.val.kind != mapping {
					continue
				}
				for _, in := range p.val.pairs {
					if def := in.val.get("default"); def != nil && def.kind == scalar {
						f.reader.defaults[in.key.text] = constant(def.text, def.style, f.placeOf(def))
					} else if in.val.kind == mapping {
						f.reader.defaults[in.key.text] = ir.Const{Kind: ir.Null}
					}
				}
			}
		}
	})
}

// maxInner is how deep texts within texts are read.
const maxInner = 3

func (f *file) document(d *value, depth int) {
	for _, k := range f.inert {
		if f.kinds.is(d, k) {
			return
		}
	}
	d.walk(func(v *value) {
		switch v.kind {
		case mapping:
			f.named(v)
			for _, p := range v.pairs {
				f.pair(p)
			}
			f.absent(v)
			f.commands(v)
		case sequence:
			for _, it := range v.items {
				if it.val.kind == scalar {
					f.assignment(it)
				}
			}
		case scalar:
			f.connection(v)
			f.inner(v, depth)
		}
	})
}

// offsets turns a place of a tree into one of the file; ok is false when it is not
// one stretch of it.
func (f *file) offsets(t *tree, start, end int) (ir.Span, bool) {
	for range maxInner + 1 {
		host := f.inners[t]
		if host == nil {
			return ir.Span{Start: start, End: end}, true
		}
		s, ok := host.span(start, end)
		if !ok {
			// Over several lines: both ends for themselves.
			from, ok1 := host.span(start, start)
			to, ok2 := host.span(end, end)
			if !ok1 || !ok2 || from.start > to.end {
				return ir.Span{}, false
			}
			s = span{from.start, to.end}
		}
		start, end, t = s.start, s.end, host.tree
	}
	return ir.Span{}, false
}

// inside is where the text of a scalar stands in its tree, without its quotes. One
// that is not closed has no second quote.
func (v *value) inside() (start, end int) {
	start, end = v.start, v.end
	if v.style != '"' && v.style != '\'' || start == end {
		return start, end
	}
	start++
	if end > start && v.tree.masked[end-1] == v.style {
		end--
	}
	return start, end
}

// placeOf is where the text of a scalar stands, without its quotes.
func (f *file) placeOf(v *value) ir.Place {
	start, end := v.inside()
	s, ok := f.offsets(v.tree, start, end)
	if !ok {
		return ir.Place{}
	}
	return ir.Place{Path: f.path, Span: s}
}

// step is a collection on the way from an entry to the root, and how many segments
// of the entry's path are below it.
type step struct {
	at   *value
	segs int
}

// pathOf is the key path of a pair from the root of the file, and the collections
// that it leads through, the nearest first.
func (f *file) pathOf(p *pair) (segs []string, steps []step) {
	push := func(part []string) {
		for i := len(part) - 1; i >= 0; i-- {
			segs = append(segs, part[i])
		}
	}
	push(segments(p.key.text))
	at := p.owner
	for range 4 * maxDepth {
		steps = append(steps, step{at, len(segs)})
		switch {
		case at.up != nil:
			push(segments(at.up.key.text))
			at = at.up.owner
		case at.in != nil:
			push([]string{"[]"})
			at = at.in.owner
		default:
			host := f.inners[at.tree]
			if host == nil {
				slices.Reverse(segs)
				return segs, steps
			}
			if host.up != nil {
				push(segments(host.up.key.text))
				at = host.up.owner
			} else if host.in != nil {
				push([]string{"[]"})
				at = host.in.owner
			} else {
				slices.Reverse(segs)
				return segs, steps
			}
		}
	}
	slices.Reverse(segs)
	return segs, steps
}

// matching are the sinks that a pair is.
func (f *file) matching(p *pair) (names []string, path string) {
	own := segments(p.key.text)
	sinks := f.byLast[relax(own[len(own)-1])]
	ending := ""
	if len(sinks) == 0 {
		if f.set.Has(ir.Env, p.key.text) {
			return nil, "" // a variable with rows of its own
		}
		// A name with the name of a part before it: redisTlsSkipVerify.
		if sinks, ending = f.byEnding(own[len(own)-1]); len(sinks) == 0 {
			return nil, ""
		}
	}
	segs, steps := f.pathOf(p)
	if ending != "" {
		segs = slices.Clone(segs)
		segs[len(segs)-1] = ending
	}
	var weak []string
	for _, s := range sinks {
		for _, st := range steps {
			whole := st.at.up == nil && st.at.in == nil
			if !whole && !s.doc.Anywhere || !matchSegs(s.segs, segs[len(segs)-st.segs:], s.doc.Relaxed) || !f.kinds.is(st.at, s.doc) {
				continue
			}
			if len(s.doc.all)+len(s.doc.any) == 0 {
				weak = append(weak, s.name)
			} else {
				names = append(names, s.name)
			}
			break
		}
	}
	if len(names) == 0 {
		names = weak // a name alone counts where no document says what it means
	}
	return names, strings.ReplaceAll(strings.Join(segs, "."), ".[]", "[]")
}

// negations are words that turn round what follows them in a name.
var negations = map[string]bool{"no": true, "not": true, "non": true, "disable": true, "disabled": true, "skip": true, "ignore": true, "without": true, "forbid": true, "deny": true, "prevent": true, "block": true, "reject": true, "never": true, "un": true, "dont": true}

// byEnding are the sinks that mean one thing everywhere whose name a name ends in.
func (f *file) byEnding(key string) ([]*sink, string) {
	words := pattern.Words(key)
	for len(words) > 2 && len(words) < 12 {
		if negations[words[0]] {
			return nil, ""
		}
		words = words[1:]
		var out []*sink
		for _, s := range f.byLast[strings.Join(words, "")] {
			if len(s.doc.all)+len(s.doc.any) == 0 && s.segs[0] == "**" {
				out = append(out, s)
			}
		}
		if len(out) > 0 {
			return out, out[0].segs[len(out[0].segs)-1]
		}
	}
	return nil, ""
}

// pair lowers an entry of a mapping.
func (f *file) pair(p *pair) {
	v := p.val.resolved()
	if v == nil || p.key.text == "" {
		return
	}
	f.entry(p)
	f.variable(p, v)
	f.settings(p, v)
	f.flagMap(p, v)
}

func (f *file) entry(p *pair) {
	v := p.val.resolved()
	if v.kind == mapping || v.kind == sequence && !flat(v) {
		return
	}
	names, path := f.matching(p)
	if len(names) == 0 {
		return
	}
	doc, _, _ := strings.Cut(names[0], ":")
	n := &ir.Node{Kind: ir.Entry, Name: doc + ":" + path, Alt: names, Resolved: true}
	n.Value = f.value(p.val)
	if f.repeats(p, n.Value, names) {
		return
	}
	n.Siblings = f.siblings(p.owner)
	f.hosts(n, p)
	f.add(n, p, p.start, p.end, &place{f: f, pair: p, val: p.val})
}

// repeats reports whether an entry only hands on a variable of this file that is such
// an entry itself: one decision is said once, where it is taken.
func (f *file) repeats(p *pair, v *ir.Value, names []string) bool {
	if v.Known || v.Default == nil {
		return false
	}
	q := f.declared[v.Default.At.Span]
	if q == nil || q == p || q.key.text != p.key.text {
		return false
	}
	at, _ := f.matching(q)
	return len(at) > 0 && at[0] == names[0]
}

// flat reports whether a sequence holds scalars alone.
func flat(v *value) bool {
	return !slices.ContainsFunc(v.items, func(it *item) bool { return it.val.resolved() == nil || it.val.resolved().kind != scalar })
}

// add keeps a node that stands at [start, end) of the tree of p's mapping.
func (f *file) add(n *ir.Node, p *pair, start, end int, at *place) {
	t := at.val.tree
	s, ok := f.offsets(t, start, end)
	if !ok {
		if s, ok = f.offsets(t, start, start); !ok {
			return
		}
		s.End = f.root.lineEnd(f.root.lineOf(s.Start))
	}
	f.addAt(n, p, s, at)
}

func (f *file) addAt(n *ir.Node, p *pair, s ir.Span, at *place) {
	key := seenKey{n.Kind, n.Name, s}
	if f.seen[key] {
		return
	}
	f.seen[key] = true
	n.Path, n.Span, n.Syntax = f.path, s, at
	n.Fold = n.Fold || n.Kind == ir.Entry
	first, last := f.root.lineOf(s.Start)+1, f.root.lineOf(max(s.End-1, s.Start))+1
	n.Lines = [4]int{first, last, first, last}
	n.Guards = f.guards(p, s)
	if p != nil {
		segs, _ := f.pathOf(p)
		n.Symbol = strings.ReplaceAll(strings.Join(segs[:len(segs)-1], "."), ".[]", "[]")
	}
	f.out = append(f.out, n)
}

// value is what a scalar or a list of scalars says, and who decides it.
func (f *file) value(v *value) *ir.Value {
	at := v
	v = v.resolved()
	if v == nil {
		return &ir.Value{}
	}
	place := f.placeOf(at)
	if v.kind == sequence {
		c := ir.Const{Kind: ir.List, At: place}
		for _, it := range v.items {
			x := it.val.resolved()
			c.Elems = append(c.Elems, ir.Elem{Const: constant(x.text, x.style, f.placeOf(x)), Span: f.placeOf(x).Span})
		}
		return &ir.Value{Known: true, Const: c, Span: place.Span}
	}
	if v.tag == "vault" || v.tag == "secret" || v.tag == "env_var" || v.tag == "Sub" || v.tag == "Ref" {
		return &ir.Value{Span: place.Span, Options: []ir.Option{{Kind: "setting", Name: v.text}}}
	}
	raw := f.raw(v)
	if known(raw) {
		c := constant(v.text, v.style, place)
		if c.Kind == ir.String && strings.Contains(c.Str, ",") {
			c = list(c, ",")
		} else if protocols.MatchString(c.Str) {
			c = list(c, " ")
		}
		return &ir.Value{Known: true, Const: c, Span: place.Span}
	}
	out := f.reader.value(raw, f.placeOf(v).Span.Start)
	out.Span = place.Span
	return out
}

// raw is the text of a scalar as it stands in the file.
func (f *file) raw(v *value) string {
	if v.style == '|' || v.style == '>' {
		return v.text
	}
	start, end := v.inside()
	return string(v.tree.src[start:end])
}

var dynamic = lazyregexp.New(`\x01|\{\{|\{%|<%|\$\{|\$\(|^\$[A-Za-z_]|%env\(|^%\([A-Za-z_]\w*\)s$`)

// known reports whether nothing in a text is put in when it is used.
func known(raw string) bool { return !dynamic.MatchString(raw) }

// protocols are versions with blanks between them.
var protocols = lazyregexp.New(`^(TLSv|SSLv)[0-9.]+( (TLSv|SSLv)[0-9.]+)+$`)

// list cuts a text at its commas or blanks, as many settings take their values.
func list(c ir.Const, sep string) ir.Const {
	out := ir.Const{Kind: ir.List, At: c.At, Str: c.Str}
	offset := 0
	for part := range strings.SplitSeq(c.Str, sep) {
		text := strings.TrimSpace(part)
		at := c.At
		at.Span.Start += offset + strings.Index(part, text)
		at.Span.End = at.Span.Start + len(text)
		out.Elems = append(out.Elems, ir.Elem{Const: ir.Const{Kind: ir.String, Str: text, At: at}, Span: at.Span})
		offset += len(part) + 1
	}
	return out
}

// siblings are the other entries of a mapping, merged ones included.
func (f *file) siblings(m *value) map[string]*ir.Value {
	if got, ok := f.beside[m]; ok {
		return got
	}
	out := map[string]*ir.Value{}
	f.beside[m] = out
	var collect func(m *value, depth int)
	collect = func(m *value, depth int) {
		m = m.resolved()
		if m == nil || m.kind != mapping || depth > 4 {
			return
		}
		for _, p := range m.pairs {
			if p.key.text == "<<" {
				if list := p.val.resolved(); list != nil && list.kind == sequence {
					for _, it := range list.items {
						collect(it.val, depth+1)
					}
				}
				collect(p.val, depth+1)
				continue
			}
			if out[p.key.text] != nil {
				continue
			}
			v := p.val.resolved()
			switch {
			case v == nil:
			case v.kind == scalar:
				out[p.key.text] = f.value(p.val)
			default:
				out[p.key.text] = &ir.Value{Known: true, Const: ir.Const{Kind: ir.Symbol}}
			}
		}
	}
	collect(m, 0)
	return out
}

var (
	hostKey = lazyregexp.New(`(?i)^(host|hosts|hostname|server|servers|url|urls|uri|endpoint|endpoints|address|addr|addresses|addrs|api_?server|base_?uri|base_?url|url_?prefix|target|repo|issuer|resource|serverAddress|vaultAddress|auth_url|still_image_url|openshift_server_url|login_server|broker|brokers|hostport)$`)
	tlsPart = lazyregexp.New(`(?i)tls|ssl|config|jsonData|http|with|security|transport|client|metadata|auth|cluster`)
)

// hosts are the servers that the settings around an entry name. Where all of them
// are spoken to without TLS by their address, the entry says nothing.
func (f *file) hosts(n *ir.Node, p *pair) {
	at := p.owner
	for range 3 {
		plain, other := false, false
		for _, q := range f.pairsOf(f.hostsOf, at, func(q *pair) bool { return hostKey.MatchString(last(q.key.text)) }) {
			if q == p {
				continue
			}
			v := q.val.resolved()
			f.host(n, v)
			switch text := firstText(v); {
			case strings.HasPrefix(text, "http://"):
				plain = true
			case text != "":
				other = true
			}
		}
		if n.Dead = plain && !other; n.Dead {
			return
		}
		if at.up == nil || len(n.Hosts) > 0 || !tlsPart.MatchString(at.up.key.text) {
			return
		}
		at = at.up.owner
	}
}

func (f *file) host(n *ir.Node, v *value) {
	switch {
	case v == nil:
	case v.kind == scalar && v.text != "":
		if known(f.raw(v)) {
			hosts.Add(n, v.text, true, "literal", f.placeOf(v).Span.Start)
		} else {
			n.Hosts = append(n.Hosts, ir.Host{Name: "{}", How: "template"})
		}
	case v.kind == sequence:
		for _, it := range v.items[:min(len(v.items), 16)] {
			if x := it.val.resolved(); x != nil && x.kind == scalar {
				f.host(n, x)
			}
		}
	}
}

// manyPairs is how many entries of one mapping are looked at for one question.
const manyPairs = 16

// pairsOf are the first entries of a mapping that pass a test, kept in a table.
func (f *file) pairsOf(table map[*value][]*pair, m *value, test func(*pair) bool) []*pair {
	got, ok := table[m]
	if !ok {
		for _, p := range m.pairs {
			if len(got) < manyPairs && test(p) {
				got = append(got, p)
			}
		}
		table[m] = got
	}
	return got
}

// firstText is the text of a scalar, or of the first item of a list.
func firstText(v *value) string {
	if v != nil && v.kind == sequence && len(v.items) > 0 {
		v = v.items[0].val.resolved()
	}
	return v.scalarText()
}

func last(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// connection lowers a connection string.
func (f *file) connection(v *value) {
	if v.style == '|' || v.style == '>' || len(v.text) < 8 || !strings.Contains(v.text, "=") || prose(v.keyed()) {
		return
	}
	where := func(start, end int) (ir.Span, bool) {
		s, ok := v.span(start, end)
		if !ok {
			return ir.Span{}, false
		}
		return f.offsets(v.tree, s.start, s.end)
	}
	offset, text := 0, v.text
	if name, rest, ok := strings.Cut(text, "="); ok && v.in != nil && variableName.MatchString(name) {
		// An item NAME=value of a list of variables.
		offset, text = len(name)+1, rest
	}
	nodes := dsn.Nodes(text, f.path, func(start, end int) (ir.Span, bool) { return where(start+offset, end+offset) },
		func(name string) bool { return f.set.Has(ir.Text, name) })
	for _, n := range nodes {
		if v.up != nil {
			n.Into = []string{v.up.key.text}
		}
		f.addAt(n, v.up, n.Span, &place{f: f, pair: v.up, item: v.in, val: v, text: true})
	}
}

var variableName = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*$`)

// prose reports whether a key holds text for people.
func prose(key string) bool {
	switch strings.ToLower(key) {
	case "description", "summary", "title", "message", "help", "usage", "notes", "note", "doc", "docs", "documentation", "text", "comment", "changelog", "example", "examples", "readme", "body", "details", "release_notes", "releasenotes", "short_description", "longdescription", "tooltip", "hint":
		return true
	}
	return false
}

// inner lowers a text that is a document of its own: a configuration in a
// ConfigMap, a value of a chart that is handed on as it is.
func (f *file) inner(v *value, depth int) {
	text := strings.TrimSpace(v.text)
	block := v.style == '|' || v.style == '>'
	json := strings.HasPrefix(text, "{") && strings.Contains(text, `":`) || strings.HasPrefix(text, "[{")
	if depth >= maxInner || len(text) < 12 || !json && (!block || !configLike(v.keyed())) || prose(v.keyed()) || isScript(v) {
		return
	}
	t := parse([]byte(v.text))
	f.inners[t] = v
	if settingLines.MatchString(v.text) && !json {
		if m := settingsOf(t, v.text); m != nil {
			f.document(m, depth+1)
			return
		}
	}
	for _, d := range t.docs {
		if d.kind != scalar {
			f.document(d, depth+1)
		}
	}
}

var (
	configKey    = lazyregexp.New(`(?i)(\.(ya?ml|json|conf|cfg|toml|ini|properties|config|cnf)$|config(file|uration|map)?$|^config|values$|settings$|^contents?$|snippet|overrides?$|definition$|^data$|jcasc|^raw$|manifest|template$|policy$|yaml$|json$|toml$)`)
	settingLines = lazyregexp.New(`(?m)^[ \t]*[A-Za-z_][\w.-]*[ \t]*=[ \t]*\S`)
	settingLine  = lazyregexp.New(`^([ \t]*)([A-Za-z_][\w.-]*)([ \t]*=[ \t]*)(.*?)[ \t]*\r?$`)
)

func configLike(key string) bool { return configKey.MatchString(key) }

// settingsOf reads lines KEY = VALUE, as TOML and INI have them, nil when most
// lines are something else.
func settingsOf(t *tree, text string) *value {
	m := &value{kind: mapping, style: 'i', tree: t, end: len(text)}
	start, other := 0, 0
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		if g := settingLine.FindStringSubmatch(strings.TrimRight(line, "\r\n")); g != nil {
			keyAt := start + len(g[1])
			valAt := keyAt + len(g[2]) + len(g[3])
			k := &value{kind: scalar, style: 'p', start: keyAt, end: keyAt + len(g[2]), text: g[2], tree: t}
			x := &value{kind: scalar, style: 'p', start: valAt, end: valAt + len(g[4]), text: g[4], tree: t}
			x.pieces = []piece{{0, valAt, len(g[4])}}
			if n := len(g[4]); n > 1 && (g[4][0] == '"' || g[4][0] == '\'') && g[4][n-1] == g[4][0] {
				x.style, x.text, x.pieces = g[4][0], g[4][1:n-1], []piece{{0, valAt + 1, n - 2}}
			}
			p := &pair{key: k, val: x, start: keyAt, end: x.end, owner: m}
			k.parent, x.parent, x.up = m, m, p
			m.pairs = append(m.pairs, p)
		} else if trimmed != "" && trimmed[0] != '#' && trimmed[0] != ';' && trimmed[0] != '[' {
			other++
		}
		start += len(line)
	}
	if len(m.pairs) == 0 || other > len(m.pairs) {
		return nil
	}
	return m
}

// settings lowers KEY=VALUE words of a text: the old way to give a task of Ansible
// its parameters.
func (f *file) settings(p *pair, v *value) {
	if v.kind != scalar || v.style == '|' || v.style == '>' || !strings.Contains(v.text, "=") || len(v.text) > 4096 || !moduleKey.MatchString(p.key.text) || scriptKey(p.key.text) || strings.HasPrefix(strings.TrimSpace(v.text), "{") {
		return
	}
	if strings.Contains(v.text, "://") && !strings.ContainsAny(v.text, " ") {
		return
	}
	if _, ok := dsn.Parse(v.text); ok {
		return
	}
	m := &value{kind: mapping, style: 'w', tree: v.tree, start: v.start, end: v.end, up: p, parent: p.owner}
	for _, g := range keyValue.FindAllStringSubmatchIndex(v.text, 64) {
		key, ok1 := v.span(g[2], g[3])
		val, ok2 := v.span(g[4], g[5])
		if !ok1 || !ok2 {
			continue
		}
		k := &value{kind: scalar, style: 'p', start: key.start, end: key.end, text: v.text[g[2]:g[3]], tree: v.tree}
		text := v.text[g[4]:g[5]]
		x := &value{kind: scalar, style: 'p', start: val.start, end: val.end, text: strings.Trim(text, `'"`), tree: v.tree}
		if len(text) > 1 && text[0] == text[len(text)-1] && (text[0] == '"' || text[0] == '\'') {
			x.style = text[0]
		}
		x.pieces = []piece{{0, x.start, len(x.text)}}
		if x.style != 'p' {
			x.pieces[0].src++
		}
		q := &pair{key: k, val: x, start: k.start, end: x.end, owner: m}
		k.parent, x.parent, x.up = m, m, q
		m.pairs = append(m.pairs, q)
	}
	if len(m.pairs) == 0 {
		return
	}
	for _, q := range m.pairs {
		f.entry(q)
	}
}

var (
	moduleKey = lazyregexp.New(`^([a-z][a-z0-9]*(_[a-z0-9]+)*)(\.[a-z0-9_]+)*$`)
	keyValue  = lazyregexp.New(`(?:^|\s)([A-Za-z_]\w*)=("[^"]*"|'[^']*'|\{\{[^}]*\}\}|[^\s]*)`)
)

// named lowers {name: NAME, value: VALUE} as the entry and the variable that it is.
func (f *file) named(m *value) {
	if len(m.pairs) > 12 {
		return
	}
	var name, val *pair
	for _, p := range m.pairs {
		switch p.key.text {
		case "name", "key", "Name", "Key", "variable":
			name = p
		case "value", "Value":
			val = p
		}
	}
	if name == nil || val == nil || name.val.kind != scalar || name.val.text == "" {
		return
	}
	v := val.val.resolved()
	if v == nil || v.kind != scalar {
		return
	}
	at := &place{f: f, item: m.in, val: val.val}
	if m.in == nil {
		at.pair = m.up
	}
	if f.set.Has(ir.Env, name.val.text) {
		n := &ir.Node{Kind: ir.Env, Name: name.val.text, Resolved: true, Value: f.value(val.val)}
		start, end := min(name.start, val.start), max(name.end, val.end)
		f.add(n, val, start, end, at)
	}
	// As an entry of what holds the list.
	x := &pair{key: name.val, val: val.val, start: val.start, end: val.end}
	x.owner = &value{kind: mapping, style: 'n', tree: m.tree, start: m.start, end: m.end, pairs: []*pair{x}}
	if m.in != nil && m.in.owner.up != nil {
		x.owner.up = m.in.owner.up
	} else {
		x.owner.up, x.owner.in = m.up, m.in
	}
	if names, path := f.matching(x); len(names) > 0 {
		doc, _, _ := strings.Cut(names[0], ":")
		n := &ir.Node{Kind: ir.Entry, Name: doc + ":" + path, Alt: names, Resolved: true, Value: f.value(val.val)}
		f.add(n, val, val.start, val.end, at)
	}
}

// variable lowers a variable of the environment that a pair sets: by its name, as
// nothing else is called so.
func (f *file) variable(p *pair, v *value) {
	if !f.set.Has(ir.Env, p.key.text) {
		return
	}
	at := p.val
	if v.kind == mapping {
		// GitLab: {value: …, description: …}.
		if at = v.get("value"); at == nil || at.kind != scalar {
			return
		}
	} else if v.kind != scalar {
		return
	}
	switch p.owner.keyed() {
	case "inputs", "properties", "outputs", "secrets":
		return
	}
	n := &ir.Node{Kind: ir.Env, Name: p.key.text, Resolved: true, Value: f.value(at)}
	end := p.end
	if v.kind == mapping {
		end = p.key.end
	}
	f.add(n, p, p.start, end, &place{f: f, pair: p, val: at})
}

// assignment lowers an item NAME=VALUE of a list.
func (f *file) assignment(it *item) {
	v := it.val
	name, text, ok := strings.Cut(v.text, "=")
	if !ok || !f.set.Has(ir.Env, name) || it.owner.up != nil && (scriptKey(it.owner.up.key.text) || prose(it.owner.up.key.text)) {
		return
	}
	s, ok := v.span(len(name)+1, len(v.text))
	if !ok {
		return
	}
	x := &value{kind: scalar, style: 'p', start: s.start, end: s.end, text: text, tree: v.tree, pieces: []piece{{0, s.start, len(text)}}, parent: v.parent}
	if text == "" {
		x.style = 'e' // given, and empty
	}
	n := &ir.Node{Kind: ir.Env, Name: name, Resolved: true, Value: f.value(x)}
	f.add(n, it.owner.up, v.start, v.end, &place{f: f, item: it, val: x})
}

// absent lowers what a mapping ought to have and has not.
func (f *file) absent(m *value) {
	for _, s := range f.missing {
		if m.up == nil && m.in == nil && m.style != 'b' && m.style != '{' || !f.kinds.is(m, s.doc) || f.kinds.find(m, s.segs, nil, s.doc.Relaxed, 4) {
			continue
		}
		at := m.pairs[0]
		n := &ir.Node{Kind: ir.Entry, Name: s.name, Resolved: true, Siblings: f.siblings(m)}
		n.Value = &ir.Value{Known: true, Const: ir.Const{Kind: ir.Absent}}
		f.add(n, at, at.start, at.end, &place{f: f, val: m})
	}
}

// flagMap lowers {flag: value} below a key that collects arguments.
func (f *file) flagMap(p *pair, v *value) {
	if !f.flags || v.kind != scalar || !argsKey.MatchString(p.owner.keyed()) {
		return
	}
	name, ok := f.flagSink(p.key.text)
	if !ok {
		return
	}
	n := &ir.Node{Kind: ir.Entry, Name: name, Resolved: true, Value: f.value(p.val)}
	if v.style == 0 || v.text == "" {
		n.Value = &ir.Value{Known: true, Const: ir.Const{Kind: ir.Bool, Bool: true}}
	}
	f.add(n, p, p.start, p.end, &place{f: f, pair: p, val: p.val})
}

// flagSink is the sink of a flag: its own, or that of what its name ends in behind
// the name of a part, as in --redis-insecure-skip-tls-verify.
func (f *file) flagSink(name string) (string, bool) {
	name = strings.TrimLeft(name, "-")
	for range 6 {
		if sink := flagDoc + ":--" + name; f.set.HasExactly(ir.Entry, sink) {
			return sink, true
		}
		i := strings.IndexAny(name, "-.")
		if i < 0 || negations[name[:i]] || strings.Count(name[i+1:], "-") < 2 {
			return "", false
		}
		name = name[i+1:]
	}
	return "", false
}

// flag lowers a word of a list of arguments whose program is not known.
func (f *file) flag(it *item) {
	v := it.val
	name, text, given := strings.Cut(v.text, "=")
	if !f.flags || !strings.HasPrefix(name, "-") {
		return
	}
	sinkName, ok := f.flagSink(name)
	if !ok {
		return
	}
	n := &ir.Node{Kind: ir.Entry, Name: sinkName, Resolved: true}
	n.Value = &ir.Value{Known: true, Const: ir.Const{Kind: ir.Bool, Bool: true}}
	x := &value{kind: scalar, tree: v.tree, parent: v.parent}
	if given {
		s, ok := v.span(len(name)+1, len(v.text))
		if !ok {
			return
		}
		*x = value{kind: scalar, style: 'p', start: s.start, end: s.end, text: text, tree: v.tree, pieces: []piece{{0, s.start, len(text)}}, parent: v.parent}
		n.Value = f.value(x)
	}
	f.add(n, it.owner.up, v.start, v.end, &place{f: f, item: it, val: x, words: true})
}
