package metamorph

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/languages/treesitter"
)

// JavaScript rewrites JavaScript.
type JavaScript struct{}

// Name implements Language.
func (JavaScript) Name() string { return "javascript" }

// Parses implements Language.
func (JavaScript) Parses(src []byte) error {
	tree, err := treesitter.JavaScript.Parse(src)
	if err != nil {
		return err
	}
	if tree.Errors == 0 {
		return nil
	}
	at := len(src)
	tree.Root.Walk(func(n *syntax.Node) bool {
		if n.Is("ERROR") {
			at = min(at, n.Start)
		}
		return true
	})
	return fmt.Errorf("line %d: syntax error", 1+bytes.Count(src[:at], []byte("\n")))
}

// Transforms implements Language.
func (JavaScript) Transforms() []Transform { return javaScriptTransforms }

// jsScript is a parsed snippet and the edits to make in it.
type jsScript struct {
	src   []byte
	sinks []Span
	tree  *syntax.Tree
	edits []jsEdit
}

type jsEdit struct {
	start, end int
	text       string
}

func javaScript(name string, effect Effect, f func(*jsScript) bool) Transform {
	return Transform{name, effect, func(src []byte, sinks []Span) ([]byte, bool) {
		tree, err := treesitter.JavaScript.Parse(src)
		if err != nil {
			return nil, false
		}
		s := &jsScript{src: slices.Clone(src), sinks: sinks, tree: tree}
		ok := f(s) && s.apply()
		return s.src, ok
	}}
}

func (s *jsScript) put(start, end int, text string) {
	s.edits = append(s.edits, jsEdit{start, end, text})
}

func (s *jsScript) text(n *syntax.Node) string { return s.tree.Text(n) }

// apply makes the edits; it fails where they overlap.
func (s *jsScript) apply() bool {
	slices.SortStableFunc(s.edits, func(a, b jsEdit) int { return a.start - b.start })
	var out []byte
	at := 0
	for _, e := range s.edits {
		if e.start < at {
			return false
		}
		out = append(append(out, s.src[at:e.start]...), e.text...)
		at = e.end
	}
	s.src = append(out, s.src[at:]...)
	return true
}

// each calls f for the nodes of some kinds; it reports whether anything changed.
func (s *jsScript) each(f func(*syntax.Node), kinds ...string) bool {
	before := len(s.edits)
	s.tree.Root.Walk(func(n *syntax.Node) bool {
		if n.Is(kinds...) {
			f(n)
		}
		return true
	})
	return len(s.edits) > before
}

// body is where the program begins behind what it imports.
func (s *jsScript) body() int {
	at := 0
	for _, n := range s.tree.Root.Kids {
		if n.Is("import_statement") || n.Is("lexical_declaration") && strings.HasPrefix(s.text(n), "const ") && strings.Contains(s.text(n), "= require(") && !strings.Contains(s.text(n), "({") {
			at = n.End
			continue
		}
		break
	}
	return at
}

// wrap puts text around the body; what only stands at the top keeps it from that.
func (s *jsScript) wrap(head, tail string) bool {
	at := s.body()
	for _, n := range s.tree.Root.Kids {
		if n.Start >= at && (n.Is("export_statement", "import_statement") || strings.Contains(s.text(n), "await") || strings.Contains(s.text(n), "exports")) {
			return false
		}
	}
	if strings.TrimSpace(string(s.src[at:])) == "" {
		return false
	}
	s.put(at, at, "\n"+head+"\n")
	s.put(len(s.src), len(s.src), tail+"\n")
	return true
}

// pair is the entry of an object that the first finding stands on.
func (s *jsScript) pair(kinds ...string) *syntax.Node {
	for _, sink := range s.sinks {
		n := s.tree.Root.At(sink.Start, sink.End)
		if n.Is("pair") && n.Start == sink.Start && n.End == sink.End && (len(kinds) == 0 || n.Child("value").Is(kinds...)) {
			return n
		}
	}
	return nil
}

// literal is the boolean, text or number that the first finding is about.
func (s *jsScript) literal() *syntax.Node {
	for _, sink := range s.sinks {
		n := s.tree.Root.At(sink.Start, sink.End)
		v := n.Child("value")
		if n.Is("assignment_expression") {
			v = n.Child("right")
		}
		if v.Is("true", "false", "string", "number") && n.Start == sink.Start {
			return v
		}
	}
	return nil
}

// byValue writes an expression in place of the literal, and code in front.
func byValue(head, value string) func(*jsScript) bool {
	return func(s *jsScript) bool {
		v := s.literal()
		if v == nil {
			return false
		}
		fill := func(t string) string { return strings.ReplaceAll(t, "VALUE", s.text(v)) }
		if head != "" {
			at := s.body()
			s.put(at, at, "\n"+fill(head)+"\n")
		}
		s.put(v.Start, v.End, fill(value))
		return true
	}
}

var javaScriptTransforms = []Transform{
	javaScript("crlf", Same, func(s *jsScript) bool {
		s.src = bytes.ReplaceAll(s.src, []byte("\n"), []byte("\r\n"))
		return true
	}),
	javaScript("byte-order-mark", Same, func(s *jsScript) bool {
		s.put(0, 0, "\xef\xbb\xbf")
		return true
	}),
	javaScript("use-strict", Same, func(s *jsScript) bool {
		s.put(0, 0, "\"use strict\";\n// Prüft Zertifikate. 日本語\n")
		return true
	}),
	javaScript("comments-in-objects", Same, func(s *jsScript) bool {
		return s.each(func(n *syntax.Node) { s.put(n.Start, n.Start, "/* rejectUnauthorized: true */ ") }, "pair")
	}),
	javaScript("one-entry-a-line", Same, func(s *jsScript) bool {
		return s.each(func(n *syntax.Node) { s.put(n.Start, n.Start, "\n    ") }, "pair", "shorthand_property_identifier")
	}),
	javaScript("quotes-swapped", Same, func(s *jsScript) bool {
		return s.each(func(n *syntax.Node) {
			if t := s.text(n); len(t) > 1 && !strings.ContainsAny(t[1:len(t)-1], "'\"\\`") {
				q := "'"
				if t[0] == '\'' {
					q = `"`
				}
				s.put(n.Start, n.Start+1, q)
				s.put(n.End-1, n.End, q)
			}
		}, "string")
	}),
	javaScript("keys-quoted", Same, func(s *jsScript) bool {
		return s.each(func(n *syntax.Node) {
			if k := n.Child("key"); k.Is("property_identifier") {
				s.put(k.Start, k.End, `"`+s.text(k)+`"`)
			}
		}, "pair")
	}),
	javaScript("key-computed", Same, func(s *jsScript) bool {
		p := s.pair()
		if p == nil || !p.Child("key").Is("property_identifier") {
			return false
		}
		s.put(p.Child("key").Start, p.Child("key").End, `["`+s.text(p.Child("key"))+`"]`)
		return true
	}),
	javaScript("entry-by-spread", Same, func(s *jsScript) bool {
		p := s.pair()
		if p == nil {
			return false
		}
		s.put(p.Start, p.Start, "...{ ")
		s.put(p.End, p.End, " }")
		return true
	}),
	javaScript("entry-by-assign", Same, func(s *jsScript) bool {
		p := s.pair()
		if p == nil || !p.Up.Up.Is("arguments") {
			return false
		}
		s.put(p.Up.Start, p.Up.Start, "Object.assign({}, ")
		s.put(p.Up.End, p.Up.End, ")")
		return true
	}),
	javaScript("object-by-variable", Same, func(s *jsScript) bool {
		p := s.pair()
		if p == nil || !p.Up.Up.Is("arguments") || s.sinks[0].Start != p.Start {
			return false
		}
		stmt := p.Up
		for stmt.Up != nil && !stmt.Up.Is("program", "statement_block") {
			stmt = stmt.Up
			if stmt.Is("arrow_function", "function_expression", "class_body") {
				return false // its parameters would be out of reach
			}
		}
		if !stmt.Up.Is("program") {
			return false
		}
		s.put(stmt.Start, stmt.Start, "const zz = "+s.text(p.Up)+";\n")
		s.put(p.Up.Start, p.Up.End, "zz")
		return true
	}),
	javaScript("value-by-constant", Same, byValue("const zz = VALUE;", "zz")),
	javaScript("value-by-let", Same, byValue("let zz;\nzz = VALUE;", "zz")),
	javaScript("value-by-member", Same, byValue("const zz = { inner: VALUE };", "zz.inner")),
	javaScript("value-by-function", Same, byValue("const zz = () => VALUE;", "zz()")),
	javaScript("value-by-destructuring", Same, byValue("const { zz } = { zz: VALUE };", "zz")),
	javaScript("value-in-parentheses", Same, byValue("", "(VALUE)")),
	javaScript("opposite", Same, func(s *jsScript) bool {
		v := s.literal()
		if !v.Is("true", "false") {
			return false
		}
		s.put(v.Start, v.End, map[string]string{"true": "!false", "false": "!true"}[v.Kind])
		return true
	}),
	javaScript("in-function", Same, func(s *jsScript) bool { return s.wrap("function zz() {", "}\nzz();") }),
	javaScript("in-arrow", Same, func(s *jsScript) bool { return s.wrap("(() => {", "})();") }),
	javaScript("in-async", Same, func(s *jsScript) bool { return s.wrap("(async () => {", "})();") }),
	javaScript("in-method", Same, func(s *jsScript) bool { return s.wrap("class ZZ {\nrun() {", "}\n}\nnew ZZ().run();") }),
	javaScript("in-try", Same, func(s *jsScript) bool {
		return s.wrap("try {", "} catch (error) {\n  console.error(error);\n}")
	}),
	javaScript("in-callback", Same, func(s *jsScript) bool { return s.wrap("setTimeout(function () {", "}, 10);") }),
	javaScript("behind-platform", Same, func(s *jsScript) bool { return s.wrap("if (process.platform !== \"aix\") {", "}") }),
	javaScript("import", Same, func(s *jsScript) bool {
		for _, n := range s.tree.Root.Kids {
			if strings.Contains(s.text(n), "exports") {
				return false
			}
		}
		return s.each(func(n *syntax.Node) {
			v := n.Child("value")
			if !n.Up.Up.Is("program") || len(n.Up.Kids) != 2 || !v.Is("call_expression") || s.text(v.Child("function")) != "require" {
				return
			}
			name, from := n.Child("name"), s.text(v.Child("arguments"))
			text := strings.ReplaceAll(s.text(name), ": ", " as ")
			s.put(n.Up.Start, n.Up.End, "import "+text+" from "+strings.Trim(from, "()")+";")
		}, "variable_declarator")
	}),
	javaScript("renamed", Same, func(s *jsScript) bool {
		names := map[string]bool{}
		s.each(func(n *syntax.Node) {
			if id := n.Child("name"); id.Is("identifier") && strings.HasPrefix(s.text(n.Child("value")), "require(") {
				names[s.text(id)] = true
			}
		}, "variable_declarator")
		return s.each(func(n *syntax.Node) {
			if names[s.text(n)] {
				s.put(n.End, n.End, "1")
			}
		}, "identifier")
	}),
	javaScript("option-parameter", Optional, func(s *jsScript) bool {
		return s.wrap("function zz(insecure = false) {\nif (insecure) {", "}\n}\nmodule.exports = zz;")
	}),
	javaScript("option-field", Optional, func(s *jsScript) bool {
		return s.wrap("module.exports = (options) => {\nif (options.insecure) {", "}\n};")
	}),
	javaScript("option-environment", Optional, func(s *jsScript) bool {
		return s.wrap("if (process.env.ZZ_INSECURE === \"1\") {", "}")
	}),
	javaScript("option-left-early", Optional, func(s *jsScript) bool {
		return s.wrap("module.exports = ({ insecure }) => {\nif (!insecure) return;", "};")
	}),
	javaScript("option-flag", Optional, func(s *jsScript) bool {
		return s.wrap("if (process.argv.includes(\"--insecure\")) {", "}")
	}),
	javaScript("option-switch", Optional, func(s *jsScript) bool {
		return s.wrap("switch (process.env.STAGE) {\ncase \"lab\": {", "}\n}")
	}),
}
