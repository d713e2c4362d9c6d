package metamorph

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/languages/treesitter"
)

// Java rewrites Java.
type Java struct{}

// Name implements Language.
func (Java) Name() string { return "java" }

// Parses implements Language.
func (Java) Parses(src []byte) error {
	tree, err := treesitter.Java.Parse(src)
	if err != nil {
		return err
	}
	if tree.Errors == 0 {
		return nil
	}
	at := len(src)
	tree.Root.Walk(func(n *syntax.Node) bool {
		if n.Is("ERROR") || n.Start == n.End && len(n.Kids) == 0 && n.Up != nil {
			at = min(at, n.Start)
		}
		return true
	})
	return fmt.Errorf("line %d: syntax error", 1+bytes.Count(src[:at], []byte("\n")))
}

// Transforms implements Language.
func (Java) Transforms() []Transform {
	return []Transform{
		java("windows-line-ends", Same, func(s *javaText) bool {
			s.whole = bytes.ReplaceAll(s.src, []byte("\n"), []byte("\r\n"))
			return true
		}),
		java("comments-between", Same, (*javaText).comments),
		java("arguments-on-lines", Same, (*javaText).lines),
		java("rename-variables", Same, (*javaText).rename),
		java("wildcard-imports", Same, (*javaText).wildcards),
		java("full-names", Same, (*javaText).fullNames),
		java("nested-class", Same, (*javaText).nest),
		java("package", Same, (*javaText).pack),
		java("brackets", Same, (*javaText).brackets),
		java("boxed-boolean", Same, func(s *javaText) bool {
			return s.literals("true false", func(n *syntax.Node) string { return "Boolean." + strings.ToUpper(s.text(n)) })
		}),
		java("value-from-variable", Same, (*javaText).variable),
		java("value-from-constant", Same, (*javaText).constant),
		java("sum-of-texts", Same, (*javaText).sums),
		java("block-lambda", Same, (*javaText).blockLambda),
		java("try", Same, func(s *javaText) bool {
			return s.around("try { ", " } finally { System.gc(); }")
		}),
		java("if-property", Optional, func(s *javaText) bool {
			return s.around(`if (Boolean.getBoolean("app.lenient")) { `, " }")
		}),
		java("if-not-property", Optional, func(s *javaText) bool {
			return s.around(`if (!Boolean.parseBoolean(System.getProperty("app.strict", "true"))) { `, " }")
		}),
		java("else-of-property", Optional, func(s *javaText) bool {
			return s.around(`if (System.getProperty("app.strict", "yes").equals("yes")) { System.gc(); } else { `, " }")
		}),
		java("if-environment", Optional, func(s *javaText) bool {
			return s.around(`if ("1".equals(System.getenv("APP_LENIENT"))) { `, " }")
		}),
		java("if-field", Optional, (*javaText).field),
	}
}

// javaText is a parsed snippet and the edits to make in it.
type javaText struct {
	src   []byte
	sinks []Span
	root  *syntax.Node
	edits []edit
	whole []byte
}

func java(name string, effect Effect, f func(*javaText) bool) Transform {
	return Transform{name, effect, func(src []byte, sinks []Span) ([]byte, bool) {
		tree, err := treesitter.Java.Parse(src)
		if err != nil {
			return nil, false
		}
		s := &javaText{src: src, sinks: sinks, root: tree.Root}
		if !f(s) {
			return nil, false
		}
		if s.whole != nil {
			return s.whole, true
		}
		slices.SortStableFunc(s.edits, func(a, b edit) int { return a.start - b.start })
		var out []byte
		at := 0
		for _, e := range s.edits {
			if e.start < at {
				return nil, false
			}
			out = append(append(out, src[at:e.start]...), e.text...)
			at = e.end
		}
		return append(out, src[at:]...), len(s.edits) > 0
	}}
}

func (s *javaText) text(n *syntax.Node) string { return string(s.src[n.Start:n.End]) }

func (s *javaText) put(start, end int, text string) {
	s.edits = append(s.edits, edit{start, end, text})
}

// each calls f for every node of a kind.
func (s *javaText) each(kind string, f func(*syntax.Node)) {
	s.root.Walk(func(n *syntax.Node) bool {
		if n.Is(kind) {
			f(n)
		}
		return true
	})
}

func (s *javaText) comments() bool {
	s.each("argument_list", func(n *syntax.Node) {
		if len(n.Kids) > 0 {
			s.put(n.Start+1, n.Start+1, "/* first */ ")
		}
	})
	s.each("expression_statement", func(n *syntax.Node) { s.put(n.Start, n.Start, "// what follows\n") })
	return true
}

func (s *javaText) lines() bool {
	s.each("argument_list", func(n *syntax.Node) {
		for _, k := range n.Kids {
			s.put(k.Start, k.Start, "\n\t\t")
		}
	})
	return true
}

// rename gives every parameter and local variable another name.
func (s *javaText) rename() bool {
	names := map[string]bool{}
	s.root.Walk(func(n *syntax.Node) bool {
		switch {
		case n.Is("formal_parameter"):
			names[s.text(n.Child("name"))] = true
		case n.Is("inferred_parameters"):
			for _, k := range n.Kids {
				names[s.text(k)] = true
			}
		case n.Is("variable_declarator") && n.Up.Is("local_variable_declaration"):
			names[s.text(n.Child("name"))] = true
		}
		return true
	})
	s.each("identifier", func(n *syntax.Node) {
		if names[s.text(n)] && !(n.Up.Is("method_invocation") && n.Field == "name") && n.Field != "field" && !n.Up.Is("scoped_identifier", "method_declaration") {
			s.put(n.Start, n.End, s.text(n)+"Renamed")
		}
	})
	return len(names) > 0
}

func (s *javaText) wildcards() bool {
	s.each("import_declaration", func(n *syntax.Node) {
		text := s.text(n)
		if i := strings.LastIndexByte(text, '.'); !strings.Contains(text, "static") && i > 0 {
			s.put(n.Start, n.End, text[:i]+".*;")
		}
	})
	return true
}

// fullNames writes classes with their packages.
func (s *javaText) fullNames() bool {
	full := map[string]string{}
	s.each("import_declaration", func(n *syntax.Node) {
		name := strings.TrimSuffix(strings.TrimPrefix(s.text(n), "import "), ";")
		if !strings.HasPrefix(name, "static ") {
			full[name[strings.LastIndexByte(name, '.')+1:]] = name
			s.put(n.Start, n.End, "")
		}
	})
	s.root.Walk(func(n *syntax.Node) bool {
		if n.Is("import_declaration") {
			return false
		}
		name := ""
		if n.Is("identifier", "type_identifier") {
			name = full[s.text(n)]
		}
		if name != "" && n.Field != "name" && n.Field != "field" && !(n.Up.Is("scoped_type_identifier") && n.Up.Kids[0] != n) {
			s.put(n.Start, n.End, name)
		}
		return true
	})
	return len(full) > 0
}

// class is the first class of the file.
func (s *javaText) class() *syntax.Node {
	for _, k := range s.root.Kids {
		if k.Is("class_declaration") {
			return k
		}
	}
	return nil
}

func (s *javaText) nest() bool {
	c := s.class()
	if c == nil {
		return false
	}
	s.put(c.Start, c.Start, "class Around {\n    static ")
	s.put(c.End, c.End, "\n}")
	return true
}

func (s *javaText) pack() bool {
	s.put(0, 0, "package com.corp.net;\n\n")
	return true
}

func (s *javaText) brackets() bool {
	s.each("argument_list", func(n *syntax.Node) {
		for _, k := range n.Kids {
			if k.Is("true", "false", "string_literal", "identifier", "field_access") {
				s.put(k.Start, k.End, "("+s.text(k)+")")
			}
		}
	})
	return true
}

// literals rewrites the literals that are arguments.
func (s *javaText) literals(kinds string, f func(*syntax.Node) string) bool {
	s.each("argument_list", func(n *syntax.Node) {
		for _, k := range n.Kids {
			if slices.Contains(strings.Fields(kinds), k.Kind) {
				if text := f(k); text != s.text(k) {
					s.put(k.Start, k.End, text)
				}
			}
		}
	})
	return true
}

// sums splits the texts that are put under a key; a key is searched for as a whole.
func (s *javaText) sums() bool {
	s.each("argument_list", func(n *syntax.Node) {
		if len(n.Kids) != 2 || !n.Kids[1].Is("string_literal") || !n.Up.Is("method_invocation") {
			return
		}
		if text := s.text(n.Kids[1]); len(text) > 4 && !strings.Contains(text, `\\`) {
			s.put(n.Kids[1].Start, n.Kids[1].End, text[:3]+`" + "`+text[3:])
		}
	})
	return true
}

// argument is the first literal argument of a statement, and the statement.
func (s *javaText) argument() (lit, stmt *syntax.Node, typ string) {
	s.each("argument_list", func(n *syntax.Node) {
		for _, k := range n.Kids {
			st := n
			for st != nil && !st.Is("expression_statement", "return_statement") {
				if st.Is("lambda_expression", "class_body") {
					st = nil
					break
				}
				st = st.Up
			}
			if lit != nil || st == nil || !st.Up.Is("block") {
				continue
			}
			switch {
			case k.Is("true", "false"):
				lit, stmt, typ = k, st, "boolean"
			case k.Is("string_literal"):
				lit, stmt, typ = k, st, "String"
			}
		}
	})
	return lit, stmt, typ
}

func (s *javaText) variable() bool {
	lit, stmt, typ := s.argument()
	if lit == nil {
		return false
	}
	s.put(stmt.Start, stmt.Start, typ+" given = "+s.text(lit)+";\n        ")
	s.put(lit.Start, lit.End, "given")
	return true
}

func (s *javaText) constant() bool {
	lit, stmt, typ := s.argument()
	c := s.class()
	if lit == nil || c == nil || !stmt.Within(c) {
		return false
	}
	at := c.Child("body").Start + 1
	s.put(at, at, "\n    private static final "+typ+" GIVEN = "+s.text(lit)+";\n")
	s.put(lit.Start, lit.End, "GIVEN")
	return true
}

func (s *javaText) blockLambda() bool {
	found := false
	s.each("lambda_expression", func(n *syntax.Node) {
		if b := n.Child("body"); b.Is("true", "false") {
			s.put(b.Start, b.End, "{ return "+s.text(b)+"; }")
			found = true
		}
	})
	return found
}

// statement is the expression statement around the only finding of a snippet.
func (s *javaText) statement() *syntax.Node {
	if len(s.sinks) != 1 {
		return nil
	}
	var out *syntax.Node
	for n := s.root.At(s.sinks[0].Start, s.sinks[0].End); n != nil; n = n.Up {
		if n.Is("expression_statement") && n.Up.Is("block") {
			out = n
		}
		if n.Is("class_declaration", "lambda_expression") {
			break
		}
	}
	return out
}

func (s *javaText) around(before, after string) bool {
	n := s.statement()
	if n == nil {
		return false
	}
	s.put(n.Start, n.Start, before)
	s.put(n.End, n.End, after)
	return true
}

// field guards the switch with a field that a setter fills.
func (s *javaText) field() bool {
	c := s.class()
	if c == nil || !s.around("if (lenient) { ", " }") {
		return false
	}
	at := c.Child("body").Start + 1
	s.put(at, at, "\n    private static boolean lenient;\n\n    public static void setLenient(boolean on) {\n        lenient = on;\n    }\n")
	return true
}
