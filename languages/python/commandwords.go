package python

import (
	"slices"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// cmdWord is one word of a command line.
type cmdWord struct {
	frag fragment
	// at is the expression that the word comes from, item the element of a list
	// or the argument that it is as a whole, nil for a word inside a text.
	at, item *syntax.Node
}

func (w cmdWord) text() string { return string(w.frag.text) }

// span is what a report underlines.
func (w cmdWord) span() ir.Span {
	if w.item != nil {
		return ir.Span{Start: w.item.Start, End: w.item.End}
	}
	if s, ok := w.frag.span(); ok {
		return s
	}
	if n := w.frag.at(); n != nil {
		return ir.Span{Start: n.Start, End: n.End}
	}
	return ir.Span{Start: w.at.Start, End: w.at.End}
}

// named is the word of a tool that is called by a name of its own.
func (m *cmdReader) named(tool string, at *syntax.Node) cmdWord {
	w := cmdWord{at: at}
	for i := range len(tool) {
		w.frag.put(tool[i], -1, -1, nil)
	}
	return w
}

// leadOf is the first word of a list.
func (m *cmdReader) leadOf(n *syntax.Node) string {
	var words []cmdWord
	if n.Is("list", "tuple") {
		for _, k := range n.Kids {
			if !k.Is("comment") {
				words = m.element(k, k)
				break
			}
		}
	} else {
		words = m.wordsOf(n)
	}
	if len(words) == 0 {
		return argv.Unknown
	}
	return words[0].text()
}

func leftmost(n *syntax.Node) *syntax.Node {
	for {
		switch {
		case n.Is("parenthesized_expression") && len(n.Kids) > 0:
			n = n.Kids[0]
		case n.Is("binary_operator") && n.Child("left") != nil:
			n = n.Child("left")
		default:
			return n
		}
	}
}

func (m *cmdReader) wordsOfAll(nodes []*syntax.Node) []cmdWord {
	var out []cmdWord
	for _, n := range nodes {
		if x := unwrap(n); x.Is("list", "tuple") {
			out = append(out, m.wordsOf(x)...)
		} else {
			out = append(out, m.element(n, n)...)
		}
	}
	return out
}

const maxWords = 512

// wordsOf are the words that an expression for a list gives.
func (m *cmdReader) wordsOf(n *syntax.Node) []cmdWord {
	n = unwrap(n)
	if n == nil || !m.enter() {
		return []cmdWord{unknownWord(n)}
	}
	defer m.leave()
	switch n.Kind {
	case "list", "tuple":
		var out []cmdWord
		for _, k := range n.Kids {
			if len(out) < maxWords && !k.Is("comment") {
				out = append(out, m.element(k, k)...)
			}
		}
		return out
	case "binary_operator":
		if m.text(n.Child("operator")) == "+" {
			return append(m.wordsOf(n.Child("left")), m.wordsOf(n.Child("right"))...)
		}
	case "conditional_expression":
		if len(n.Kids) == 3 {
			return append(m.wordsOf(n.Kids[0]), m.wordsOf(n.Kids[2])...)
		}
	case "identifier":
		_, bs := m.reaching(n, m.text(n))
		for i := len(bs) - 1; i >= 0; i-- {
			if b := bs[i]; b.kind == bindAssign && !b.augmented && b.index < 0 && m.isWords(b.value) {
				return append(m.wordsOf(b.value), m.later(b.value)...)
			}
		}
	case "attribute":
		if class := m.classOf(n.Child("object")); class != nil {
			for _, b := range m.attributes(class, m.text(n.Child("attribute"))) {
				if b.kind == bindAssign && b.index < 0 && m.isWords(b.value) {
					return m.wordsOf(b.value)
				}
			}
		}
	case "call":
		if words, ok := m.splitWords(n); ok {
			return words
		}
	}
	return []cmdWord{unknownWord(n)}
}

func unknownWord(at *syntax.Node) cmdWord {
	w := cmdWord{at: at}
	w.frag.hole()
	return w
}

func (m *module) isWords(n *syntax.Node) bool {
	return unwrap(n).Is("list", "tuple", "binary_operator", "call", "conditional_expression")
}

// splitWords are the words of shlex.split(text), text.split() and copies of lists.
func (m *cmdReader) splitWords(n *syntax.Node) ([]cmdWord, bool) {
	fn, pos := n.Child("function"), m.positional(n.Child("arguments"))
	switch word := m.text(last(fn)); {
	case word == "split" && len(pos) > 0 && m.name(fn) == "shlex.split":
		return m.textWords(pos[0])
	case word == "split" && fn.Is("attribute") && (len(pos) == 0 || m.text(pos[0]) == `" "` || m.text(pos[0]) == `' '`):
		return m.textWords(fn.Child("object"))
	case word == "copy" && fn.Is("attribute") && len(pos) == 0:
		return m.wordsOf(fn.Child("object")), true
	case (word == "list" || word == "tuple" || word == "copy" || word == "deepcopy") && len(pos) == 1:
		return m.wordsOf(pos[0]), true
	}
	return nil, false
}

func (m *cmdReader) textWords(n *syntax.Node) ([]cmdWord, bool) {
	f := m.fragment(n)
	all := argv.Shell(string(f.text))
	if len(all) == 0 {
		return nil, false
	}
	return shellWords(all[0], &f, n), true
}

// shellWords are the words of a command in a text.
func shellWords(s argv.Simple, f *fragment, at *syntax.Node) []cmdWord {
	out := make([]cmdWord, len(s.Words))
	for i, w := range s.Words {
		out[i] = cmdWord{at: at}
		switch {
		case w.Plain >= 0:
			out[i].frag = f.part(w.Plain, w.Plain+len(w.Text))
		default:
			// Quotes and escapes are mixed into it: it stands somewhere in the text.
			for j := range len(w.Text) {
				out[i].frag.put(w.Text[j], -1, -1, nil)
			}
		}
		if p := f.part(w.Start, w.End); p.at() != nil {
			out[i].at = p.at()
		}
	}
	return out
}

// element are the words that one element of a list gives.
func (m *cmdReader) element(n, item *syntax.Node) []cmdWord {
	n = unwrap(n)
	switch {
	case n.Is("list_splat") && len(n.Kids) == 1:
		return m.wordsOf(n.Kids[0])
	case n.Is("conditional_expression") && len(n.Kids) == 3:
		return append(m.element(n.Kids[0], n.Kids[0]), m.element(n.Kids[2], n.Kids[2])...)
	}
	w := cmdWord{at: n, item: item}
	if tool := m.toolOf(n); tool != "" {
		w.frag = m.named(tool, n).frag
	} else {
		w.frag = m.fragment(n)
	}
	return []cmdWord{w}
}

// toolOf is the command that an expression finds the path of.
func (m *cmdReader) toolOf(n *syntax.Node) string {
	if !m.enter() {
		return ""
	}
	defer m.leave()
	switch {
	case n.Is("attribute", "identifier") && m.text(last(n)) == "executable" && m.name(n) == "sys.executable":
		return "python"
	case n.Is("call"):
		if which.MatchString(m.text(last(n.Child("function")))) {
			if pos := m.positional(n.Child("arguments")); len(pos) > 0 {
				if s, ok := m.literal(pos[0]); ok {
					return s
				}
				return m.toolOf(unwrap(pos[0]))
			}
		}
	case n.Is("identifier"):
		_, bs := m.reaching(n, m.text(n))
		if len(bs) == 0 {
			return ""
		}
		switch b := bs[len(bs)-1]; {
		case b.kind == bindParam && b.value != nil:
			s, _ := m.literal(b.value)
			return s
		case b.kind == bindImport && b.target == "sys.executable":
			return "python"
		case b.kind == bindAssign && b.index < 0 && unwrap(b.value).Is("call", "attribute"):
			return m.toolOf(unwrap(b.value))
		}
	}
	return ""
}

var which = lazyregexp.New(`(?i)^(which|find_executable|get_bin_path|find_program|get_exe)$`)

// later are the words that are added to a list after it was made.
func (m *cmdReader) later(list *syntax.Node) []cmdWord {
	a := list.Up
	for a.Is("parenthesized_expression") {
		a = a.Up
	}
	if !a.Is("assignment") || a.Child("right") == nil {
		return nil
	}
	left := a.Child("left")
	if !left.Is("identifier", "attribute") {
		return nil
	}
	text := m.text(left)
	fn := left.Above("function_definition")
	end := len(m.src)
	type added struct {
		at    int
		words []cmdWord
	}
	var all []added
	add := func(at *syntax.Node, words []cmdWord) {
		if at.Start > a.End && at.Above("function_definition") == fn {
			all = append(all, added{at.Start, words})
		}
	}
	if left.Is("identifier") {
		s := m.lookup(left, text)
		if s == nil {
			return nil
		}
		for _, b := range s.binds[text] {
			switch {
			case b.id.Start <= a.Start:
			case b.augmented:
				add(b.stmt, m.wordsOf(b.value))
			case !b.stmt.Within(a) && b.stmt.Up.Up == a.Up.Up:
				end = min(end, b.id.Start)
			}
		}
	} else {
		for _, w := range m.module.writes {
			if w.augmented == "+=" && m.text(w.target) == text {
				add(w.stmt, m.wordsOf(w.value))
			}
		}
	}
	for _, c := range m.addedTo(text) {
		pos := m.positional(c.Child("arguments"))
		switch m.text(last(c.Child("function"))) {
		case "append":
			if len(pos) == 1 {
				add(c, m.element(pos[0], pos[0]))
			}
		case "insert":
			if len(pos) == 2 {
				add(c, m.element(pos[1], pos[1]))
			}
		case "extend":
			if len(pos) == 1 {
				add(c, m.wordsOf(pos[0]))
			}
		}
	}
	slices.SortStableFunc(all, func(x, y added) int { return x.at - y.at })
	var out []cmdWord
	for _, x := range all {
		if x.at < end {
			out = append(out, x.words...)
		}
	}
	return out
}

// addedTo are the calls that add to the list that this text stands for.
func (m *cmdReader) addedTo(list string) []*syntax.Node {
	if m.adds == nil {
		m.adds = map[string][]*syntax.Node{}
		for _, c := range m.calls {
			f := c.Child("function")
			if !f.Is("attribute") {
				continue
			}
			switch m.text(f.Child("attribute")) {
			case "append", "insert", "extend":
				to := m.text(f.Child("object"))
				m.adds[to] = append(m.adds[to], c)
			}
		}
	}
	return m.adds[list]
}
