package yaml

import (
	"bytes"
	"sort"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/dsn"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// Edit implements shell.Editable: it makes the edits of one operation.
func (at *place) Edit(op languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	text := strings.NewReplacer("{ca_env}", vars.CAEnv, "{ca_bundle}", vars.CABundle).Replace(op.Fix.Value + op.Fix.Replace + op.Fix.Add)
	switch op.Fix.Op() {
	case "value":
		return at.value(op.Hit, text)
	case "replace":
		return at.replace(op.Hit, text)
	case "add":
		return at.add(text)
	case "drop":
		switch op.Fix.Drop {
		case "param":
			return at.dropParam(op.Hit)
		case "elements":
			return at.dropElements(op.Hit)
		}
		return at.drop()
	}
	return nil, false
}

func (at *place) put(s ir.Span, text string) ([]finding.Edit, bool) {
	if s.Start > s.End || s.End > len(at.f.root.src) {
		return nil, false
	}
	return []finding.Edit{{Path: at.f.path, Start: s.Start, End: s.End, New: text}}, true
}

// value writes text where the deciding literal stands.
func (at *place) value(h pattern.Hit, text string) ([]finding.Edit, bool) {
	s := h.Bad.At.Span
	if s.IsZero() && h.Value != nil {
		s = h.Value.Span
	}
	if s.IsZero() || s.Start == s.End && at.val.style == 0 {
		return nil, false
	}
	if at.text {
		return at.put(s, text)
	}
	if v := at.val.resolved(); v != nil && v.kind == sequence {
		return at.elements(h, v, text)
	}
	style := at.val.style
	if style == '|' || style == '>' {
		return nil, false
	}
	if style == 'p' && needsQuotes(text, at.val.inFlow()) {
		text = `"` + text + `"`
	}
	return at.put(s, text)
}

// needsQuotes reports whether a text would be something else without quotes.
func needsQuotes(text string, flow bool) bool {
	return text == "" || strings.ContainsAny(text[:1], "{}[]&*!|>'\"%@`#,?") || flow && strings.ContainsAny(text, ",[]{}") ||
		strings.Contains(text, ": ") || strings.Contains(text, " #") || strings.HasPrefix(text, "- ")
}

// inFlow reports whether a value stands between brackets.
func (v *value) inFlow() bool {
	for p := v.parent; p != nil; p = p.parent {
		if p.style == '{' || p.style == '[' {
			return true
		}
	}
	return false
}

// elements writes text, a list with commas, over the elements of a list: those that
// are bad go, and where none is left the text's come.
func (at *place) elements(h pattern.Hit, v *value, text string) ([]finding.Edit, bool) {
	var bad, good []*item
	for _, it := range v.items {
		x := it.val.resolved()
		if h.Row.Fails(ir.Const{Kind: ir.String, Str: x.text}, h.Node) {
			bad = append(bad, it)
		} else {
			good = append(good, it)
		}
	}
	if len(bad) == 0 {
		return nil, false
	}
	if len(good) > 0 {
		return at.dropItems(v, bad)
	}
	// The first elements take the new texts, further ones go.
	words := strings.Split(text, ",")
	var out []finding.Edit
	for i, it := range bad {
		s, ok := at.f.offsets(it.val.tree, it.val.start, it.val.end)
		if !ok {
			return nil, false
		}
		new := ""
		if i < len(words) {
			new = strings.TrimSpace(words[i])
			if i == len(bad)-1 && v.style == '[' {
				new = strings.Join(trimAll(words[i:]), ", ")
			}
			if q := it.val.style; q == '"' || q == '\'' {
				new = string(q) + strings.ReplaceAll(new, ", ", string(q)+", "+string(q)) + string(q)
			}
			e, ok := at.put(s, new)
			if !ok {
				return nil, false
			}
			out = append(out, e...)
			continue
		}
		e, ok := at.dropItems(v, bad[i:])
		if !ok {
			return nil, false
		}
		return append(out, e...), true
	}
	return out, true
}

func trimAll(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.TrimSpace(w)
	}
	return out
}

// dropElements removes the bad elements of a list, never all of them.
func (at *place) dropElements(h pattern.Hit) ([]finding.Edit, bool) {
	v := at.val.resolved()
	if v == nil || v.kind != sequence {
		return nil, false
	}
	var bad []*item
	for _, it := range v.items {
		if h.Row.Fails(ir.Const{Kind: ir.String, Str: it.val.resolved().text}, h.Node) {
			bad = append(bad, it)
		}
	}
	if len(bad) == 0 || len(bad) == len(v.items) {
		return nil, false
	}
	return at.dropItems(v, bad)
}

// dropParam removes a parameter of a connection string.
func (at *place) dropParam(h pattern.Hit) ([]finding.Edit, bool) {
	if h.Value == nil || h.Value.Pair.IsZero() {
		return nil, false
	}
	return at.put(dsn.Cut(at.f.root.src, h.Value.Pair), "")
}

// replace writes text in place of the whole entry.
func (at *place) replace(h pattern.Hit, text string) ([]finding.Edit, bool) {
	if at.text && h.Value != nil && !h.Value.Pair.IsZero() {
		return at.put(h.Value.Pair, text)
	}
	if at.pair == nil || at.pair.owner.style == 'w' {
		return nil, false
	}
	s, ok := at.f.offsets(at.val.tree, at.pair.start, at.pair.end)
	if !ok {
		return nil, false
	}
	if at.pair.owner.style == 'b' {
		text = strings.ReplaceAll(text, "\n", "\n"+at.f.indent(s.Start))
	} else if strings.Contains(text, "\n") {
		return nil, false
	}
	return at.put(s, text)
}

// add writes a further entry behind the one of the node.
func (at *place) add(text string) ([]finding.Edit, bool) {
	if at.pair == nil {
		return nil, false
	}
	s, ok := at.f.offsets(at.val.tree, at.pair.start, at.pair.end)
	if !ok {
		return nil, false
	}
	switch at.pair.owner.style {
	case 'b':
		end := at.f.root.lineEnd(at.f.root.lineOf(s.End))
		pad := "\n" + at.f.indent(s.Start)
		return at.put(ir.Span{Start: end, End: end}, pad+strings.ReplaceAll(text, "\n", pad))
	case '{':
		return at.put(ir.Span{Start: s.End, End: s.End}, ", "+text)
	}
	return nil, false
}

// indent is what stands before an offset on its line, dashes turned into blanks.
func (f *file) indent(offset int) string {
	line := f.root.src[f.root.lines[f.root.lineOf(offset)]:offset]
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(line))
}

// drop removes the entry or the item of the node.
func (at *place) drop() ([]finding.Edit, bool) {
	switch {
	case at.item != nil:
		return at.dropItems(at.item.owner, []*item{at.item})
	case at.pair != nil:
		return at.dropPair(at.pair)
	}
	return nil, false
}

// members are the entries of a mapping or the items of a sequence.
func (v *value) members() int { return len(v.pairs) + len(v.items) }

func (v *value) member(i int) (start, end int) {
	if v.kind == mapping {
		return v.pairs[i].start, v.pairs[i].end
	}
	return v.items[i].start, v.items[i].end
}

// indexOf is the member that begins at an offset, -1 if none does.
func (v *value) indexOf(start int) int {
	i := sort.Search(v.members(), func(i int) bool {
		s, _ := v.member(i)
		return s >= start
	})
	if i < v.members() {
		if s, _ := v.member(i); s == start {
			return i
		}
	}
	return -1
}

func (at *place) dropPair(p *pair) ([]finding.Edit, bool) {
	m := p.owner
	switch m.style {
	case 'w', 'i':
		return at.dropWord(p)
	case 'n':
		return nil, false
	}
	i := m.indexOf(p.start)
	return at.dropMembers(m, i, i+1)
}

func (at *place) dropItems(v *value, items []*item) ([]finding.Edit, bool) {
	if len(items) == len(v.items) {
		return at.dropMembers(v, 0, len(items))
	}
	var out []finding.Edit
	for i := 0; i < len(items); {
		from := v.indexOf(items[i].start)
		if from < 0 {
			return nil, false
		}
		to := from
		for i < len(items) && to < len(v.items) && v.items[to] == items[i] {
			i, to = i+1, to+1
		}
		if to == from {
			return nil, false
		}
		e, ok := at.dropMembers(v, from, to)
		if !ok {
			return nil, false
		}
		out = append(out, e...)
	}
	return out, true
}

// dropWord removes KEY=VALUE from a text.
func (at *place) dropWord(p *pair) ([]finding.Edit, bool) {
	s, ok := at.f.offsets(p.key.tree, p.start, p.end)
	if !ok {
		return nil, false
	}
	if p.owner.style == 'i' {
		return at.dropLines(s)
	}
	if s.Start > 0 && isBlank(at.f.root.src[s.Start-1]) {
		s.Start--
	}
	return at.put(s, "")
}

// dropLines removes the lines of a place.
func (at *place) dropLines(s ir.Span) ([]finding.Edit, bool) {
	t := at.f.root
	first, last := t.lineOf(s.Start), t.lineOf(max(s.End-1, s.Start))
	end := len(t.src)
	if last+1 < len(t.lines) {
		end = t.lines[last+1]
	}
	start := t.lines[first]
	if end == len(t.src) && start > 0 && (len(t.src) == 0 || t.src[len(t.src)-1] != '\n') {
		start-- // the last line has no end: that of the one before it goes
		if start > 0 && t.src[start-1] == '\r' {
			start--
		}
	}
	return at.put(ir.Span{Start: start, End: end}, "")
}

// dropMembers removes the members [from, to) of a collection. A collection of which
// nothing is left goes too, unless it is the whole document.
func (at *place) dropMembers(v *value, from, to int) ([]finding.Edit, bool) {
	count := v.members()
	if from < 0 || to > count || from >= to {
		return nil, false
	}
	if to-from == count {
		if at.f.hasActions(v) {
			return nil, false // a template may put more into it
		}
		switch {
		case v.up != nil && len(v.up.owner.pairs) == 1 && v.up.owner.up == nil && v.up.owner.in == nil:
			return at.empty(v) // the document's only key stays
		case v.up != nil && v.up.owner.style != 'w':
			return at.dropPair(v.up)
		case v.in != nil:
			return at.dropItems(v.in.owner, []*item{v.in})
		}
		return nil, false
	}
	t := v.tree
	start, _ := v.member(from)
	_, end := v.member(to - 1)
	if v.style == 'b' {
		s, ok1 := at.f.offsets(t, start, start)
		e, ok2 := at.f.offsets(t, end, end)
		if !ok1 || !ok2 {
			return nil, false
		}
		r := at.f.root
		line := r.src[r.lines[r.lineOf(s.Start)]:s.Start]
		if len(bytes.Trim(line, " \t")) == 0 {
			return at.dropLines(ir.Span{Start: s.Start, End: max(e.End, s.Start+1)})
		}
		// Behind a dash: the next member takes the place.
		if to == count {
			return nil, false
		}
		nextStart, _ := v.member(to)
		next, ok := at.f.offsets(t, nextStart, nextStart)
		if !ok {
			return nil, false
		}
		return at.put(ir.Span{Start: s.Start, End: next.Start}, "")
	}
	if to < count {
		end, _ = v.member(to)
	} else {
		_, start = v.member(from - 1)
	}
	s, ok := at.f.offsets(t, start, end)
	if !ok {
		return nil, false
	}
	return at.put(s, "")
}

// empty writes a collection without members.
func (at *place) empty(v *value) ([]finding.Edit, bool) {
	text := "{}"
	if v.kind == sequence {
		text = "[]"
	}
	start := v.start
	if v.style == 'b' {
		start, text = v.up.key.end+1, " "+text
	}
	s, ok := at.f.offsets(v.tree, start, v.end)
	if !ok || v.style == 'b' && len(bytes.TrimSpace(at.f.root.src[s.Start:v.start])) > 0 {
		return nil, false // an anchor or a comment stands between
	}
	return at.put(s, text)
}

// hasActions reports whether a template's actions stand within a collection.
func (f *file) hasActions(v *value) bool {
	if len(f.root.actions) == 0 {
		return false
	}
	start, end := v.start, v.end
	if v.up != nil {
		start = v.up.start
	}
	s, ok := f.offsets(v.tree, start, end)
	if !ok {
		return true
	}
	for _, a := range f.root.actions {
		if a.start < s.Start || !alone(f.root.src, a.start, a.end) {
			continue
		}
		// Behind the last member, as long as nothing else follows.
		if a.start < s.End || len(bytes.TrimSpace(f.root.masked[s.End:a.start])) == 0 && a.verb != "end" && a.verb != "else" && a.verb != "if" {
			return true
		}
	}
	return false
}

// opposites are words and what is written in place of them to say the opposite.
var opposites = map[string]string{
	"true": "false", "false": "true", "True": "False", "False": "True", "TRUE": "FALSE", "FALSE": "TRUE", "yes": "no", "no": "yes", "Yes": "No", "No": "Yes",
	"on": "off", "off": "on", "0": "1", "1": "0",
}

// flip turns the literal at a place round.
func flip(h pattern.Hit, where ir.Place) ([]finding.Edit, bool) {
	at, _ := h.Node.Syntax.(*place)
	if at == nil || where.Path != at.f.path || where.Span.IsZero() || where.Span.End > len(at.f.root.src) {
		return nil, false
	}
	text, ok := opposites[string(at.f.root.src[where.Span.Start:where.Span.End])]
	if !ok {
		return nil, false
	}
	return at.put(where.Span, text)
}
