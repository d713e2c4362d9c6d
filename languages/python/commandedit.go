package python

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// The arguments of a command's node are the words that say the option; their
// names say how a word is taken out. No arguments: no edit can be right.
const (
	argItem   = "item"   // an element of a list
	argText   = "text"   // a word inside a text
	argLetter = "letter" // a letter of a word
)

// removable are the places that go when an option goes.
func removable(o argv.Option, words []cmdWord) []ir.Arg {
	if o.Letter > 0 {
		f := words[o.First].frag
		if s, ok := f.span(); ok && o.Flag {
			return []ir.Arg{{Name: argLetter, Span: ir.Span{Start: f.from[o.Letter], End: f.to[o.Letter]}}, {Name: argText, Span: s}}
		}
		return nil
	}
	var out []ir.Arg
	for _, w := range words[o.First:o.Last] {
		if w.item != nil {
			if !w.item.Up.Is("list", "tuple", "argument_list", "set") {
				return nil
			}
			out = append(out, ir.Arg{Name: argItem, Span: w.span()})
			continue
		}
		s, ok := w.frag.span()
		if !ok {
			return nil
		}
		out = append(out, ir.Arg{Name: argText, Span: s})
	}
	return out
}

// dropOption removes an option from the command that it belongs to.
func (e *editor) dropOption(_ *node) bool {
	args := e.hit.Node.Args
	if len(args) == 0 {
		return false
	}
	switch args[0].Name {
	case argLetter:
		e.put(args[0].Span.Start, args[0].Span.End, "")
		return true
	case argText:
		return e.dropText(ir.Span{Start: args[0].Span.Start, End: args[len(args)-1].Span.End})
	case argItem:
		var items []*syntax.Node
		for _, a := range args {
			n := e.m.root().At(a.Span.Start, a.Span.End)
			for n.Up != nil && !n.Up.Is("list", "tuple", "argument_list", "set") {
				n = n.Up
			}
			if n.Up == nil || a.Name != argItem {
				return false
			}
			items = append(items, n)
		}
		return e.dropItems(items)
	}
	return false
}

// dropItems removes neighbours of a list; a statement that only added them goes.
func (e *editor) dropItems(items []*syntax.Node) bool {
	list := items[0].Up
	kids := slices.DeleteFunc(slices.Clone(list.Kids), func(k *syntax.Node) bool { return k.Is("comment") })
	first := slices.Index(kids, items[0])
	if first < 0 || first+len(items) > len(kids) || !slices.Equal(kids[first:first+len(items)], items) {
		return e.dropApart(items)
	}
	if len(items) == len(kids) {
		stmt := statement(list)
		if stmt.Is("expression_statement") && len(stmt.Kids) == 1 {
			switch x := stmt.Kids[0]; {
			case x.Is("augmented_assignment") && x.Child("right") == list,
				x.Is("call") && (x.Child("arguments") == list || list.Up.Is("argument_list") && list.Up.Up == x) && onlyAdds(e.m.text(last(x.Child("function")))):
				return e.dropStatement(stmt)
			}
		}
		if b := list.Up; b.Is("binary_operator") && b.Child("right") == list {
			e.put(b.Child("left").End, b.End, "")
			return true
		}
		e.put(items[0].Start, items[len(items)-1].End, "")
		return true
	}
	if len(items) == 1 {
		return e.dropItem(items[0])
	}
	if next := first + len(items); next < len(kids) {
		e.put(items[0].Start, kids[next].Start, "")
	} else {
		e.put(kids[first-1].End, items[len(items)-1].End, "")
	}
	return true
}

func onlyAdds(method string) bool { return method == "append" || method == "extend" }

// dropApart removes words that were added one by one, each with its statement.
func (e *editor) dropApart(items []*syntax.Node) bool {
	for _, n := range items {
		if len(n.Up.Kids) != 1 || !e.dropItems([]*syntax.Node{n}) {
			return false
		}
	}
	return true
}

// dropText removes words of a text with the blanks before them.
func (e *editor) dropText(s ir.Span) bool {
	src := e.m.src
	str := e.m.root().At(s.Start, s.End)
	for str != nil && !str.Is("string") {
		str = str.Up
	}
	if str == nil || len(str.Kids) < 2 {
		return false
	}
	open, closing := str.Kids[0].End, str.Kids[len(str.Kids)-1].Start
	start, end := s.Start, s.End
	if start > open && end < closing && src[start-1] == src[end] && (src[end] == '"' || src[end] == '\'') {
		start, end = start-1, end+1 // the quotes of the shell
	}
	back, ahead := start, end
	for back > open && (src[back-1] == ' ' || src[back-1] == '\t') {
		back--
	}
	for ahead < closing && (src[ahead] == ' ' || src[ahead] == '\t') {
		ahead++
	}
	switch {
	case back == open && ahead == closing:
		return e.dropString(str)
	case back > open && src[back-1] == '\n' && ahead < closing && src[ahead] == '\\':
		// A line of its own that goes on.
		if i := strings.IndexByte(string(src[ahead:closing]), '\n'); i >= 0 && i <= 3 {
			e.put(back, ahead+i+1, "")
			return true
		}
	case back == open && start == open, src[back-1] == '\n':
		e.put(start, ahead, "")
		return true
	}
	if back == start && ahead > end {
		e.put(start, ahead, "")
		return true
	}
	e.put(back, end, "")
	return true
}

// dropString removes a string of which nothing is left.
func (e *editor) dropString(str *syntax.Node) bool {
	up := str.Up
	switch {
	case up.Is("concatenated_string") && len(up.Kids) > 1:
		i := slices.Index(up.Kids, str)
		if i > 0 {
			e.put(up.Kids[i-1].End, str.End, "")
		} else {
			e.put(str.Start, up.Kids[1].Start, "")
		}
		return true
	case up.Is("augmented_assignment") && up.Up.Is("expression_statement"):
		return e.dropStatement(up.Up)
	}
	e.put(str.Kids[0].End, str.Kids[len(str.Kids)-1].Start, "")
	return true
}
