package javascript

import (
	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// fragment is text that an expression makes, and where each byte of it stands in
// the source. What is only known at run time is a hole.
type fragment struct {
	text []byte
	from []int // -1 for what stands nowhere
	to   []int
	// in is the string that a byte belongs to, nil for a byte that must stay because
	// something else refers to it.
	in []*syntax.Node
}

func (f *fragment) put(b byte, from, to int, in *syntax.Node) {
	f.text, f.from, f.to, f.in = append(f.text, b), append(f.from, from), append(f.to, to), append(f.in, in)
}

func (f *fragment) hole() { f.put(argv.Hole, -1, -1, nil) }

// part is the bytes [a, b) of a fragment.
func (f *fragment) part(a, b int) fragment {
	a = min(max(a, 0), len(f.text))
	b = min(max(a, b), len(f.text))
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

const maxFragment = 1 << 16

// fragment is the text that an expression makes.
func (m *module) fragment(n *syntax.Node) fragment {
	var f fragment
	m.writeText(&f, n, 0)
	return f
}

func (m *module) writeText(f *fragment, n *syntax.Node, depth int) {
	m.proj.steps++
	if n == nil || len(f.text) > maxFragment || depth > maxDepth || m.proj.steps > maxSteps {
		f.hole()
		return
	}
	switch n.Kind {
	case "string", "template_string":
		for _, k := range n.Kids {
			switch k.Kind {
			case "string_fragment":
				for i := k.Start; i < k.End; i++ {
					f.put(m.src[i], i, i+1, n)
				}
			case "escape_sequence":
				for _, b := range []byte(unescape(m.text(k))) {
					f.put(b, k.Start, k.End, n)
				}
			case "template_substitution":
				if len(k.Kids) == 1 {
					at := len(f.text)
					m.writeText(f, k.Kids[0], depth+1)
					for i := at; i < len(f.text); i++ {
						f.in[i], f.from[i] = nil, -1 // it is somebody else's text
					}
				} else {
					f.hole()
				}
			}
		}
		return
	case "binary_expression":
		if m.text(n.Child("operator")) == "+" {
			m.writeText(f, n.Child("left"), depth+1)
			m.writeText(f, n.Child("right"), depth+1)
			return
		}
	case "ternary_expression":
		// Either may come: both are looked at, each under its condition.
		m.writeText(f, n.Child("consequence"), depth+1)
		f.put(' ', -1, -1, nil)
		m.writeText(f, n.Child("alternative"), depth+1)
		return
	case "call_expression":
		fn := n.Child("function")
		if fn.Is("member_expression") {
			switch m.text(fn.Child("property")) {
			case "join":
				if obj := fn.Child("object"); obj.Is("array") {
					for i, k := range obj.Kids {
						if i > 0 {
							f.put(' ', -1, -1, nil)
						}
						m.writeText(f, k, depth+1)
					}
					return
				}
			case "trim", "toString":
				m.writeText(f, fn.Child("object"), depth+1)
				return
			}
		}
	case "identifier":
		s := m.lookup(n, m.text(n))
		if s == nil {
			break
		}
		if bs := s.binds[m.text(n)]; len(bs) == 1 && bs[0].kind == bindAssign && len(bs[0].path) == 0 && bs[0].value.Is("string", "template_string", "binary_expression", "identifier") {
			m.writeText(f, bs[0].value, depth+1)
			return
		}
	}
	f.hole()
}
