package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/ir"
)

type option = ir.Option

// decider is why a byte is there: conditions under which it was assigned, or a
// variable that is not set.
type decider struct {
	up     *decider
	guards []ir.Guard
	// unset are the options that replace the text when they are set: ${X:-text}.
	unset []option
}

// word is a word of a command as the shell passes it on, and where its bytes come
// from. Bytes that only the run knows are argv.Hole.
type word struct {
	b   []byte
	src []*source
	off []int
	by  []*decider

	// The word as it is written, quotes included: from a to z in home. nil where
	// it is a part of something: a value that was split.
	home *source
	a, z int
	// frail says that the word stays when its text goes: "$X" is then empty.
	frail bool

	item int // 1-based index in list, 0 = none
	list *Argv
	span ir.Span // of an item
}

func (w *word) add(c byte, src *source, off int, by *decider) {
	w.b, w.src, w.off, w.by = append(w.b, c), append(w.src, src), append(w.off, off), append(w.by, by)
}

// chomp takes a carriage return at the end away.
func (w *word) chomp() {
	if n := len(w.b) - 1; n >= 0 && w.b[n] == '\r' {
		w.b, w.src, w.off, w.by = w.b[:n], w.src[:n], w.off[:n], w.by[:n]
	}
}

func (w *word) text() string {
	if len(w.b) == 0 {
		return ""
	}
	return string(w.b)
}

// pick chooses which value of which variable is looked at: the value number alt of
// the variable that is the use-th to be expanded. Everywhere else it is the first.
type pick struct{ use, alt int }

// expander expands the words of one command.
type expander struct {
	l     *lowerer
	src   *source
	base  int
	scope *scope
	order int
	pick  pick
	// alts is how many values each expanded variable may have.
	alts []int
	// args are what "$@" stands for inside of a function that is called.
	args  []word
	bound bool
	depth int

	out    []word
	cur    word
	open   bool // a word has begun
	budget int
}

// maxWord bounds what a word may expand to, in bytes.
const maxWord = 16 << 10

// expand expands words. alts are the numbers of values of the variables in it.
func (e *expander) expand(list []*syntax.Word) []word {
	e.budget = maxWord
	for _, w := range list {
		e.begin()
		n := len(e.out)
		e.parts(w.Parts, false)
		e.end()
		if len(e.out) == n+1 {
			x := &e.out[n]
			if x.home != nil {
				continue // an element of a list, with its own place
			}
			x.home, x.a, x.z = e.src, offset(w.Pos(), e.src, e.base), endOf(w, e.src, e.base)
			for i, src := range x.src {
				if src != nil && (src != e.src || x.off[i] < x.a || x.off[i] >= x.z || x.by[i] != nil) {
					x.home = nil // it comes from elsewhere, or is what a variable falls back to
					x.frail = quotedWhole(w)
					break
				}
			}
			if len(x.b) == 0 && !plainParts(w.Parts) {
				x.home, x.frail = nil, quotedWhole(w)
			}
		}
		if len(e.out) > maxWords || e.budget <= 0 {
			break
		}
	}
	return e.out
}

// endOf is where a node ends, before a carriage return.
func endOf(n syntax.Node, src *source, base int) int {
	z := offset(n.End(), src, base)
	if z > 0 && z < len(src.text.S) && src.text.S[z-1] == '\r' && src.text.S[z] == '\n' {
		z--
	}
	return z
}

// plainParts reports whether nothing of a word comes from elsewhere: then the word
// itself can be taken out.
func plainParts(parts []syntax.WordPart) bool {
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit, *syntax.SglQuoted:
		case *syntax.DblQuoted:
			if !plainParts(p.Parts) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func quotedWhole(w *syntax.Word) bool {
	if len(w.Parts) != 1 {
		return true
	}
	q, ok := w.Parts[0].(*syntax.DblQuoted)
	if !ok {
		return false
	}
	for _, p := range q.Parts {
		if pe, ok := p.(*syntax.ParamExp); ok && isList(pe) {
			return false
		}
	}
	return true
}

// isList reports whether an expansion is one word for every element, also in quotes.
func isList(p *syntax.ParamExp) bool {
	if p.Param != nil && p.Param.Value == "@" {
		return true
	}
	if w, ok := p.Index.(*syntax.Word); ok {
		return w.Lit() == "@"
	}
	return false
}

func (e *expander) begin() { e.cur, e.open = word{}, false }

func (e *expander) end() {
	if e.open {
		e.out = append(e.out, e.cur)
	}
	e.cur, e.open = word{}, false
}

func (e *expander) put(c byte, src *source, off int, by *decider) {
	if e.budget--; e.budget > 0 {
		e.cur.add(c, src, off, by)
	}
	e.open = true
}

func (e *expander) hole() { e.put(argv.Hole, nil, 0, nil) }

// lit adds literal text between two offsets of the source, without its backslashes.
func (e *expander) lit(from, to int, quoted bool) {
	s := e.src.text.S
	for i := from; i < to; i++ {
		if s[i] == '\\' && i+1 < to && (!quoted || strings.IndexByte("$`\"\\\n", s[i+1]) >= 0) {
			i++
			if s[i] == '\n' {
				continue
			}
			if s[i] == '\r' && i+1 < to && s[i+1] == '\n' {
				i++
				continue
			}
		}
		if s[i] == '\r' && i+1 < len(s) && s[i+1] == '\n' && !quoted {
			continue // the end of a line, as Windows writes it
		}
		e.put(s[i], e.src, i, nil)
	}
	e.open = true
}

func (e *expander) parts(parts []syntax.WordPart, quoted bool) {
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			e.lit(offset(p.Pos(), e.src, e.base), offset(p.End(), e.src, e.base), quoted)
		case *syntax.SglQuoted:
			e.open = true
			if p.Dollar {
				if !strings.Contains(p.Value, `\`) {
					at := offset(p.Left, e.src, e.base) + 2
					for i := range len(p.Value) {
						e.put(p.Value[i], e.src, at+i, nil)
					}
				} else {
					e.hole()
				}
				continue
			}
			at := offset(p.Left, e.src, e.base) + 1
			for i := at; i < min(at+len(p.Value), len(e.src.text.S)); i++ {
				e.put(e.src.text.S[i], e.src, i, nil)
			}
		case *syntax.DblQuoted:
			if len(p.Parts) != 1 || !isListPart(p.Parts[0]) {
				e.open = true
			}
			e.parts(p.Parts, true)
		case *syntax.ParamExp:
			e.param(p, quoted)
		case *syntax.CmdSubst:
			if w := located(p.Stmts); w != nil {
				e.lit(offset(w.Pos(), e.src, e.base), offset(w.End(), e.src, e.base), quoted)
				continue
			}
			e.hole()
		default:
			e.hole()
		}
	}
}

func isListPart(p syntax.WordPart) bool {
	pe, ok := p.(*syntax.ParamExp)
	return ok && isList(pe)
}

// value adds the value of a variable; unquoted it falls into words.
func (e *expander) value(v word, quoted bool, by *decider) {
	for i, c := range v.b {
		if !quoted && (c == ' ' || c == '\t' || c == '\n') {
			if e.open {
				e.end()
			}
			continue
		}
		d := v.by[i]
		if by != nil {
			d = &decider{up: d, guards: by.guards, unset: by.unset}
		}
		e.put(c, v.src[i], v.off[i], d)
	}
}

// values adds a list of values, each a word of its own.
func (e *expander) values(list []word, quoted bool, by *decider) {
	for i, v := range list {
		if i > 0 && e.open {
			e.end()
		}
		if quoted {
			e.open = true
		}
		e.value(v, quoted, by)
		if e.open && e.cur.home == nil && v.home != nil && len(e.cur.b) == len(v.b) && (quoted || !strings.ContainsAny(string(v.b), " \t\n")) {
			e.cur.home, e.cur.a, e.cur.z = v.home, v.a, v.z
		}
	}
}

func (e *expander) param(p *syntax.ParamExp, quoted bool) {
	if p.Param == nil || p.Length || p.Excl || p.Width || p.IsSet || p.Slice != nil || p.Repl != nil || p.NestedParam != nil || p.Names != 0 {
		if p.Param != nil && p.Param.Value == "@" && p.Slice != nil && e.bound {
			e.values(e.args, quoted, nil) // "${@:2}": a prefix less
			return
		}
		e.hole()
		return
	}
	name := p.Param.Value
	if name == "@" || name == "*" {
		if p.Exp != nil && p.Exp.Word != nil && p.Exp.Op == syntax.AlternateUnset {
			e.hole()
			return
		}
		if e.bound {
			e.values(e.args, quoted, nil)
			return
		}
		if name == "*" || len(e.l.vars["@"]) == 0 || e.depth > 4 {
			e.hole()
			return
		}
		// set -- has written them.
		all := e.l.candidates(name, e.scope, e.order, e)
		if len(all) == 0 {
			e.hole()
			return
		}
		e.choose(all, true, quoted)
		return
	}
	if n, err := strconv.Atoi(name); err == nil && e.bound && n > 0 && p.Exp == nil {
		if n <= len(e.args) {
			e.value(e.args[n-1], quoted, nil)
		}
		return
	}
	if e.depth > 4 {
		e.hole()
		return
	}
	list := p.Index != nil
	var all []candidate
	if _, err := strconv.Atoi(name); err != nil {
		all = e.l.candidates(name, e.scope, e.order, e)
	}
	if p.Exp != nil {
		all = e.l.withDefault(all, p, e)
	}
	if len(all) == 0 {
		e.hole()
		return
	}
	e.choose(all, list, quoted)
}

// choose adds the value that the variant at hand is about.
func (e *expander) choose(all []candidate, list, quoted bool) {
	use := len(e.alts)
	e.alts = append(e.alts, len(all))
	c := all[0]
	if e.pick.use == use && e.pick.alt < len(all) {
		c = all[e.pick.alt]
	}
	if c.hole {
		e.hole()
		return
	}
	if list || c.list {
		if !list && len(c.words) > 0 {
			c.words = c.words[:1]
		}
		e.values(c.words, quoted, c.by)
		return
	}
	for _, w := range c.words {
		e.value(w, quoted, c.by)
	}
}

// candidate is a value that a variable may have where it is used.
type candidate struct {
	words []word
	list  bool
	hole  bool // nobody can tell
	by    *decider
	// empty says that it is no value at all: the variable may not be set.
	empty bool
}

// maxCandidates bounds the values that a variable is looked at with.
const maxCandidates = 12

// candidates are the values that a variable may have at a place: those written
// before it that no later write takes back, each with the conditions of its write.
func (l *lowerer) candidates(name string, sc *scope, order int, e *expander) []candidate {
	reach := l.reaching(name, sc, order)
	if len(reach) > maxCandidates {
		reach = reach[len(reach)-maxCandidates:]
	}
	var out []candidate
	for i, a := range reach {
		if a.busy {
			continue
		}
		if a.input {
			out = append(out, candidate{hole: true})
			continue
		}
		c := l.valueOf(a, e.depth+1)
		var guards []ir.Guard
		if a.order >= 0 {
			guards = l.guardsOf(a.scope)
		}
		if len(guards) > 0 {
			c.by = &decider{guards: guards}
		}
		switch {
		case a.option != nil:
			c.by = &decider{guards: guards, unset: []option{*a.option}}
		case a.fallback != nil && i == 0:
			c.by = &decider{guards: guards, unset: []option{{Kind: "environment variable", Name: name}}}
		case a.fallback != nil && len(out) > 0 && !out[0].empty && len(l.guardsOf(reach[0].scope)) == 0:
			continue // it is set already
		}
		// What is appended says something only together with what was there.
		if a.append && a.fallback == nil && i > 0 && len(guards) == 0 && len(out) > 0 && !out[len(out)-1].hole {
			last := &out[len(out)-1]
			if !last.list && !c.list && len(last.words) == 1 && len(c.words) == 1 && last.by == nil {
				joined := last.words[0]
				for j := range c.words[0].b {
					joined.add(c.words[0].b[j], c.words[0].src[j], c.words[0].off[j], c.words[0].by[j])
				}
				joined.home = nil
				last.words = []word{joined}
				continue
			}
			if last.list && c.list && last.by == nil {
				last.words = append(last.words[:len(last.words):len(last.words)], c.words...)
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// reaching are the writes that may be the last one before a place.
func (l *lowerer) reaching(name string, sc *scope, order int) []*assignment {
	var out []*assignment
	for _, a := range l.vars[name] {
		switch {
		case name == "@" && a.scope.fn != sc.fn:
			continue // a function has words of its own
		case a.order < order:
			if !a.append && !selfReference(a) && a.scope.within(sc) && a.scope.fn == sc.fn {
				out = out[:0]
			}
		case a.scope.fn != sc.fn || a.scope.inLoop(sc):
		default:
			continue
		}
		out = append(out, a)
	}
	return out
}

// selfReference reports whether a write keeps what was there: X="$X -k".
func selfReference(a *assignment) bool {
	for _, w := range a.words {
		if isArgs(w) {
			return true
		}
	}
	if a.assign == nil || a.assign.Value == nil {
		return false
	}
	if a.keeps != nil {
		return *a.keeps
	}
	found := false
	a.keeps = &found
	syntax.Walk(a.assign.Value, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil && p.Param.Value == a.name {
			found = true
		}
		return !found
	})
	return found
}

// valueOf is what an assignment writes.
func (l *lowerer) valueOf(a *assignment, depth int) candidate {
	switch {
	case a.words != nil || a.fallback != nil:
		if depth > 4 {
			return candidate{hole: true}
		}
		if a.holds == nil {
			c := l.readValue(a, depth)
			a.holds = &c
		}
		return *a.holds
	case a.assign == nil:
		return candidate{words: []word{a.raw}, list: a.name == "@"}
	}
	if a.assign.Index != nil || depth > 4 {
		return candidate{hole: true}
	}
	if a.holds == nil {
		c := l.readValue(a, depth)
		a.holds = &c
	}
	return *a.holds
}

func (l *lowerer) readValue(a *assignment, depth int) candidate {
	a.busy = true
	defer func() { a.busy = false }()
	inner := &expander{l: l, src: a.src, base: a.base, scope: a.scope, order: a.order, depth: depth, pick: pick{use: -1}}
	switch {
	case a.words != nil:
		return candidate{words: inner.expand(a.words), list: true}
	case a.fallback != nil:
		inner.budget, inner.open = maxWord, true
		inner.parts(a.fallback.Parts, true)
		return candidate{words: []word{inner.cur}, empty: len(inner.cur.b) == 0}
	}
	if arr := a.assign.Array; arr != nil {
		var list []*syntax.Word
		for _, el := range arr.Elems {
			if el.Value != nil && el.Index == nil {
				list = append(list, el.Value)
			}
		}
		return candidate{words: inner.expand(list), list: true}
	}
	inner.budget = maxWord
	if a.assign.Value == nil {
		return candidate{words: []word{{}}, empty: true}
	}
	inner.open = true
	inner.parts(a.assign.Value.Parts, true)
	w := inner.cur
	w.chomp()
	w.home = nil
	return candidate{words: []word{w}, empty: len(w.b) == 0}
}

// withDefault adds what ${X:-text}, ${X:=text} and ${X:+text} stand for.
func (l *lowerer) withDefault(all []candidate, p *syntax.ParamExp, e *expander) []candidate {
	switch p.Exp.Op {
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull, syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
	case syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
		return all
	default:
		return []candidate{{hole: true}}
	}
	inner := &expander{l: l, src: e.src, base: e.base, scope: e.scope, order: e.order, depth: e.depth + 1, pick: pick{use: -1}, args: e.args, bound: e.bound, budget: maxWord}
	if p.Exp.Word != nil {
		inner.open = true
		inner.parts(p.Exp.Word.Parts, true)
	}
	c := candidate{words: []word{inner.cur}}
	options, value, known := l.variable(p.Param.Value, e.scope, e.order)
	switch p.Exp.Op {
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		switch {
		case len(options) > 0:
			c.by = &decider{guards: []ir.Guard{{Options: options, Default: ir.TriOf(known && value != ""), Cond: "set:" + p.Param.Value, Branch: true, Text: p.Param.Value + " is set"}}}
		case known && value == "" && len(all) > 0:
			return nil
		}
		return []candidate{c}
	}
	if len(options) == 0 && known && value != "" {
		return all // it is always set
	}
	if len(options) > 0 {
		c.by = &decider{unset: options}
	}
	out := []candidate{c}
	for _, x := range all {
		if !x.empty {
			out = append(out, x)
		}
	}
	return out
}
