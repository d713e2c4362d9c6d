package python

import (
	"strings"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// fragment is text that an expression makes, and where each byte of it stands in
// the source. What is only known at run time is a hole.
type fragment struct {
	text []byte
	from []int // -1 for what stands nowhere
	to   []int
	// in is the string that a byte belongs to, nil for a byte that must stay
	// because something else refers to it.
	in []*syntax.Node
}

func (f *fragment) put(b byte, from, to int, in *syntax.Node) {
	f.text, f.from, f.to, f.in = append(f.text, b), append(f.from, from), append(f.to, to), append(f.in, in)
}

func (f *fragment) hole() { f.put(argv.Hole, -1, -1, nil) }

// part is the bytes [a, b) of a fragment.
func (f *fragment) part(a, b int) fragment {
	return fragment{f.text[a:b], f.from[a:b], f.to[a:b], f.in[a:b]}
}

// span is where the fragment stands, if it stands in one piece inside of one
// string.
func (f *fragment) span() (s ir.Span, ok bool) {
	if len(f.text) == 0 {
		return s, false
	}
	for i := range f.text {
		if f.from[i] < 0 || f.in[i] == nil || f.in[i] != f.in[0] || i > 0 && f.from[i] != f.to[i-1] {
			return s, false
		}
	}
	return ir.Span{Start: f.from[0], End: f.to[len(f.to)-1]}, true
}

// at is the string that the first known byte of a fragment belongs to.
func (f *fragment) at() *syntax.Node {
	for _, n := range f.in {
		if n != nil {
			return n
		}
	}
	return nil
}

// cmdReader reads texts and lists of words. What it has read bounds what it still
// reads: source may be made so that every name stands for many others.
type cmdReader struct {
	*module
	steps, nesting int
	adds           map[string][]*syntax.Node // calls that add to a list, by its text
}

func (l *lowerer) reader() *cmdReader { return &cmdReader{module: l.m} }

const (
	maxCmdSteps   = 20_000
	maxCmdNesting = 24
)

// enter reports whether there is room for one more step inwards.
func (m *cmdReader) enter() bool {
	m.steps++
	if m.steps > maxCmdSteps || m.nesting > maxCmdNesting {
		return false
	}
	m.nesting++
	return true
}

func (m *cmdReader) leave() { m.nesting-- }

// fragment is the text that an expression makes.
func (m *cmdReader) fragment(n *syntax.Node) fragment {
	var f fragment
	m.write(&f, n)
	return f
}

const maxFragment = 1 << 16

func (m *cmdReader) write(f *fragment, n *syntax.Node) {
	n = unwrap(n)
	if n == nil || len(f.text) > maxFragment || !m.enter() {
		f.hole()
		return
	}
	defer m.leave()
	switch n.Kind {
	case "string":
		m.writeString(f, n)
		return
	case "concatenated_string":
		for _, k := range n.Kids {
			if !k.Is("comment") {
				m.write(f, k)
			}
		}
		return
	case "binary_operator":
		switch m.text(n.Child("operator")) {
		case "+":
			m.write(f, n.Child("left"))
			m.write(f, n.Child("right"))
			return
		case "%":
			var g fragment
			m.write(&g, n.Child("left"))
			f.formatted(g, percents)
			return
		}
	case "conditional_expression":
		if len(n.Kids) == 3 {
			// Either may come: both are looked at, each under its condition.
			m.write(f, n.Kids[0])
			f.put(' ', -1, -1, nil)
			m.write(f, n.Kids[2])
			return
		}
	case "call":
		if m.writeCall(f, n) {
			return
		}
	case "identifier":
		if m.writeName(f, n) {
			return
		}
	case "attribute":
		if class := m.classOf(n.Child("object")); class != nil {
			if bs := m.attributes(class, m.text(n.Child("attribute"))); len(bs) == 1 && bs[0].kind == bindAssign && bs[0].index < 0 && m.textual(bs[0].value) {
				m.write(f, bs[0].value)
				return
			}
		}
	}
	f.hole()
}

// textual reports whether an expression makes text that can be seen.
func (m *module) textual(n *syntax.Node) bool {
	n = unwrap(n)
	return n.Is("string", "concatenated_string", "binary_operator", "call", "conditional_expression", "identifier", "attribute")
}

// writeName follows a variable: what it was set to last, and what was added.
func (m *cmdReader) writeName(f *fragment, n *syntax.Node) bool {
	_, bs := m.reaching(n, m.text(n))
	start := -1
	for i, b := range bs {
		if b.kind == bindAssign && !b.augmented && b.index < 0 && m.textual(b.value) {
			start = i
		} else if !b.augmented {
			start = -1
		}
	}
	if start < 0 {
		return false
	}
	for _, b := range bs[start:] {
		m.write(f, b.value)
	}
	return true
}

func (m *cmdReader) writeCall(f *fragment, n *syntax.Node) bool {
	fn, pos := n.Child("function"), m.positional(n.Child("arguments"))
	word := m.text(last(fn))
	switch word {
	case "dedent", "cleandoc", "str", "ensure_str":
		if len(pos) > 0 {
			m.write(f, pos[0])
			return true
		}
	case "list2cmdline":
		if len(pos) > 0 {
			m.writeWords(f, pos[0], " ")
			return true
		}
	}
	if !fn.Is("attribute") {
		return false
	}
	obj := fn.Child("object")
	switch word {
	case "format":
		var g fragment
		m.write(&g, obj)
		f.formatted(g, braces)
		return true
	case "join":
		sep, ok := m.literal(obj)
		if !ok && m.text(obj) == "shlex" {
			sep, ok = " ", true
		}
		if ok && len(pos) == 1 && unwrap(pos[0]).Is("list", "tuple", "identifier", "binary_operator") {
			m.writeWords(f, pos[0], sep)
			return true
		}
	case "strip", "lstrip", "rstrip", "encode", "lower":
		m.write(f, obj)
		return true
	}
	return false
}

// writeWords joins the elements of a list.
func (m *cmdReader) writeWords(f *fragment, n *syntax.Node, sep string) {
	for i, w := range m.wordsOf(n) {
		if i > 0 {
			for j := range len(sep) {
				f.put(sep[j], -1, -1, nil)
			}
		}
		for j := range w.frag.text {
			// Inside a list the whole element is what can be taken out.
			f.put(w.frag.text[j], w.frag.from[j], w.frag.to[j], w.frag.in[j])
		}
	}
}

func (m *cmdReader) writeString(f *fragment, n *syntax.Node) {
	if len(n.Kids) == 0 {
		return
	}
	prefix := strings.ToLower(strings.TrimRight(m.text(n.Kids[0]), `"'`))
	raw, formatted := strings.Contains(prefix, "r"), strings.Contains(prefix, "f")
	for _, k := range n.Kids {
		switch k.Kind {
		case "string_content":
			for i := k.Start; i < k.End; {
				b, size := m.src[i], 1
				switch {
				case b == '\\' && !raw && i+1 < k.End:
					size = 2
					switch next := m.src[i+1]; next {
					case '\\', '"', '\'':
						b = next
					case 'n':
						b = '\n'
					case 't':
						b = '\t'
					case '\n':
						i += size
						continue
					default:
						b = argv.Hole
					}
				case formatted && i+1 < k.End && (b == '{' || b == '}') && m.src[i+1] == b:
					size = 2
				}
				f.put(b, i, i+size, n)
				i += size
			}
		case "interpolation":
			m.interpolated(f, k, n)
		}
	}
}

// interpolated writes what stands in braces: a constant, or a hole of the size of
// the braces.
func (m *cmdReader) interpolated(f *fragment, k, str *syntax.Node) {
	if len(k.Kids) == 1 {
		if x := unwrap(k.Kids[0]); x.Is("identifier", "attribute", "string", "conditional_expression", "call") {
			var g fragment
			m.write(&g, x)
			for i := range g.text {
				if g.text[i] != argv.Hole {
					f.text, f.from, f.to, f.in = append(f.text, g.text...), append(f.from, g.from...), append(f.to, g.to...), append(f.in, g.in...)
					return
				}
			}
			if len(g.text) == 0 {
				return
			}
		}
	}
	f.put(argv.Hole, k.Start, k.End, str)
}

// formatted adds a template; its placeholders are holes that must stay, because
// arguments belong to them.
func (f *fragment) formatted(g fragment, next func(string) (skip, size int)) {
	for i := 0; i < len(g.text); {
		skip, size := next(string(g.text[i:min(i+64, len(g.text))]))
		switch {
		case size == 0:
			f.put(g.text[i], g.from[i], g.to[i], g.in[i])
			i++
		case skip > 0: // doubled: one character
			f.put(g.text[i], g.from[i], g.to[i+size-1], g.in[i])
			i += size
		default:
			f.put(argv.Hole, g.from[i], g.to[i+size-1], nil)
			i += size
		}
	}
}

func percents(s string) (skip, size int) {
	if s[0] != '%' {
		return 0, 0
	}
	if strings.HasPrefix(s, "%%") {
		return 1, 2
	}
	return 0, len(placeholder.FindString(s))
}

// placeholder is what the operator % fills in.
var placeholder = lazyregexp.New(`^%(\([^)]*\))?[-+# 0-9.*]*[a-zA-Z]`)

func braces(s string) (skip, size int) {
	switch {
	case strings.HasPrefix(s, "{{"), strings.HasPrefix(s, "}}"):
		return 1, 2
	case s[0] == '{':
		if i := strings.IndexByte(s, '}'); i > 0 {
			return 0, i + 1
		}
	}
	return 0, 0
}
