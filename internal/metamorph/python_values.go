package metamorph

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
)

var pythonValues = []Transform{
	python("value-in-local", Same, func(s *script) bool {
		return s.values(func(x *syntax.Node, i string) string {
			stmt := s.statement(x)
			if stmt == nil || inClass(stmt) {
				return ""
			}
			s.before(stmt, "meta_local"+i+" = "+s.flat(x))
			return "meta_local" + i
		})
	}),
	python("value-in-constant", Same, func(s *script) bool {
		return s.valuesAtHead("META_VALUE%[2]s = %[1]s\n", "META_VALUE%s")
	}),
	python("value-in-class", Same, func(s *script) bool {
		return s.valuesAtHead("\n\nclass MetaDefaults%[2]s:\n    VALUE = %[1]s\n\n\n", "MetaDefaults%s.VALUE")
	}),
	python("value-in-dict", Same, func(s *script) bool {
		return s.valuesAtHead("META_TABLE%[2]s = {\"value\": %[1]s}\n", `META_TABLE%s["value"]`)
	}),
	python("value-from-function", Same, func(s *script) bool {
		return s.valuesAtHead("\n\ndef meta_value%[2]s():\n    return %[1]s\n\n\n", "meta_value%s()")
	}),
	python("value-by-walrus", Same, func(s *script) bool {
		return s.values(func(x *syntax.Node, i string) string {
			if inCommand(x) {
				return ""
			}
			for n := x; n != nil; n = scopeOf(n) {
				if n.Is("class_definition", "lambda") || strings.HasSuffix(n.Kind, "comprehension") || n.Is("generator_expression") {
					return ""
				}
			}
			return "(meta_local" + i + " := " + s.text(x) + ")"
		})
	}),
	python("parentheses-around-values", Same, func(s *script) bool {
		return s.values(func(x *syntax.Node, _ string) string { return "(" + s.text(x) + ")" })
	}),
	python("value-on-next-line", Same, func(s *script) bool {
		return s.values(func(x *syntax.Node, _ string) string { return "(  # as agreed\n        " + s.text(x) + "\n    )" })
	}),
	python("value-by-equal-branches", Same, func(s *script) bool {
		return s.values(func(x *syntax.Node, _ string) string {
			last := s.text(x)[strings.LastIndexByte(s.text(x), '.')+1:]
			if x.Is("string", "concatenated_string") || x.Is("attribute", "identifier") && strings.ToUpper(last) != last {
				return "" // an address or a function would be found twice
			}
			return "(" + s.text(x) + " if len(\"a\") else " + s.text(x) + ")"
		})
	}),
	python("value-by-constant-condition", Same, func(s *script) bool {
		return s.values(func(x *syntax.Node, _ string) string {
			if inCommand(x) {
				return ""
			}
			return "(" + s.text(x) + " if True else None)"
		})
	}),
	python("negated-opposite", Same, func(s *script) bool {
		return s.booleans(map[bool]string{true: "not False", false: "not True"})
	}),
	python("boolean-of-number", Same, func(s *script) bool {
		return s.booleans(map[bool]string{true: "bool(1)", false: "bool(0)"})
	}),
	python("boolean-by-comparison", Same, func(s *script) bool {
		return s.booleans(map[bool]string{true: "1 == 1", false: "1 == 0"})
	}),
	python("strings-side-by-side", Same, func(s *script) bool { return s.halves("%s %s") }),
	python("strings-side-by-side-on-lines", Same, func(s *script) bool { return s.halves("(\n        %s\n        %s\n    )") }),
	python("strings-added", Same, func(s *script) bool { return s.halves("(%s + %s)") }),
	python("string-f", Same, func(s *script) bool { return s.prefixed("f") }),
	python("string-r", Same, func(s *script) bool { return s.prefixed("r") }),
	python("string-u", Same, func(s *script) bool { return s.prefixed("u") }),
	python("string-triple-quoted", Same, func(s *script) bool {
		return s.strings(func(content string) string { return `"""` + content + `"""` })
	}),
	python("annotated-assignments", Same, (*script).annotateAssignments),
	python("annotated-parameters", Same, (*script).annotateParameters),
}

// constants are the outermost constant expressions at the sinks.
func (s *script) constants() []*syntax.Node {
	var out []*syntax.Node
	var visit func(n *syntax.Node)
	visit = func(n *syntax.Node) {
		switch {
		case n == nil:
		case n.Is("keyword_argument", "pair", "default_parameter", "typed_default_parameter"):
			visit(n.Child("value"))
		case n.Is("assignment", "augmented_assignment"):
			visit(n.Child("right"))
		case n.Is("expression_list"):
			for _, k := range n.Kids {
				visit(k)
			}
		case n.Is("call"):
			if args := n.Child("arguments"); args.Is("argument_list") {
				for _, k := range args.Kids[min(nameArguments(s.text(n.Child("function"))), len(args.Kids)):] {
					visit(k)
				}
			}
		case s.constant(n) && !holds(n.Up, "ERROR"):
			for _, o := range out {
				if n.Within(o) {
					return
				}
			}
			out = append(out, n)
		}
	}
	for _, n := range s.sinkNodes() {
		if n.Up.Is("concatenated_string") {
			n = n.Up
		}
		if n.Field != "function" && n.Field != "object" && n.Field != "left" && n.Field != "key" && n.Field != "attribute" {
			visit(n)
		}
	}
	return out
}

// nameArguments is how many arguments of a function name an attribute or an entry, which
// nobody computes.
func nameArguments(fn string) int {
	switch {
	case fn == "setattr" || fn == "getattr":
		return 2
	case strings.HasSuffix(fn, ".setdefault") || strings.HasSuffix(fn, ".pop") || fn == "os.putenv":
		return 1
	}
	return 0
}

// constant reports whether an expression is a literal or an imported symbol.
func (s *script) constant(n *syntax.Node) bool {
	switch n.Kind {
	case "true", "false", "none", "integer", "float":
		return true
	case "string", "concatenated_string":
		return !holds(n, "interpolation")
	case "attribute", "identifier":
		root := n
		for root.Is("attribute") {
			root = root.Child("object")
		}
		if !root.Is("identifier") {
			return false
		}
		v := s.nameOf(root)
		if v == nil || v.role != "" || v.home != s.tree.Root {
			return false
		}
		stmt := s.importOf(v)
		return stmt.Is("import_from_statement") || stmt != nil && n.Is("attribute")
	}
	return false
}

// importOf is the one statement at the top of the module that imports a name.
func (s *script) importOf(v *name) *syntax.Node {
	var out *syntax.Node
	for _, u := range s.uses(v) {
		if u.role == "" {
			continue
		}
		stmt := u.id.Above("import_statement", "import_from_statement")
		if u.role != "import" || out != nil || stmt == nil || stmt.Up != s.tree.Root || !s.alone(stmt) {
			return nil
		}
		out = stmt
	}
	return out
}

// inCommand reports whether an expression may be a word of a command, which
// nobody has a function or a table give.
func inCommand(x *syntax.Node) bool {
	return x.Is("string", "concatenated_string") && !x.Up.Is("keyword_argument", "pair", "assignment", "default_parameter", "typed_default_parameter")
}

// values replaces the constants at the sinks; "" leaves one as it is.
func (s *script) values(f func(x *syntax.Node, i string) string) bool {
	changed := false
	for i, x := range s.constants() {
		if text := f(x, strconv.Itoa(i)); text != "" {
			s.replace(x, text)
			changed = true
		}
	}
	return changed
}

// valuesAtHead declares the constants behind the imports.
func (s *script) valuesAtHead(declare, use string) bool {
	return s.values(func(x *syntax.Node, i string) string {
		at := s.codeStart()
		if inCommand(x) && !strings.HasPrefix(declare, "META_VALUE") {
			return ""
		}
		if x.Is("attribute", "identifier") {
			root := x
			for root.Is("attribute") {
				root = root.Child("object")
			}
			stmt := s.importOf(s.nameOf(root))
			at = max(at, min(s.lineEnd(stmt.End)+1, len(s.src)))
		}
		if at > x.Start {
			return ""
		}
		s.insert(at, fmt.Sprintf(declare, s.flat(x), i))
		return fmt.Sprintf(use, i)
	})
}

// switches are the constants that are all that there is at a sink, rather than
// one of many arguments.
func (s *script) switches() []*syntax.Node {
	var out []*syntax.Node
	for _, x := range s.constants() {
		for _, n := range s.sinkNodes() {
			if x.Within(n) && !n.Is("call") {
				out = append(out, x)
				break
			}
		}
	}
	return out
}

// booleans writes the literals True and False at the sinks in other words.
func (s *script) booleans(words map[bool]string) bool {
	for _, x := range s.switches() {
		if x.Is("true", "false") {
			s.replace(x, words[x.Is("true")])
		}
	}
	return len(s.edits) > 0
}

// plain is a string on one line, without prefix, escapes and holes.
var plain = regexp.MustCompile(`^(?:"([^"'\\\n{}%]*)"|'([^"'\\\n{}%]*)')$`)

// strings replaces the plain strings among the constants at the sinks.
func (s *script) strings(f func(content string) string) bool {
	return s.values(func(x *syntax.Node, _ string) string {
		if m := plain.FindStringSubmatch(s.text(x)); m != nil && len(m[1]+m[2]) > 1 {
			return f(m[1] + m[2])
		}
		return ""
	})
}

// halves cuts strings in two, where people do.
func (s *script) halves(format string) bool {
	return s.strings(func(content string) string {
		at := 0
		for i, c := range content[:len(content)-1] {
			if strings.ContainsRune(" ?&;", c) && (at == 0 || i < len(content)/2) {
				at = i + 1
			}
		}
		if at == 0 {
			return ""
		}
		return fmt.Sprintf(format, `"`+content[:at]+`"`, `"`+content[at:]+`"`)
	})
}

func (s *script) prefixed(prefix string) bool {
	return s.strings(func(content string) string { return prefix + `"` + content + `"` })
}

// hints are the types of literals.
var hints = map[string]string{"true": "bool", "false": "bool", "integer": "int", "float": "float", "string": "str", "dictionary": "dict", "list": "list"}

// annotateAssignments says the type of what is assigned, where that declares
// nothing: a field of a class would mean something else.
func (s *script) annotateAssignments() bool {
	if holds(s.tree.Root, "global_statement", "nonlocal_statement", "print_statement") {
		return false
	}
	s.walk(func(n *syntax.Node) {
		left, right := n.Child("left"), n.Child("right")
		if !n.Up.Is("expression_statement") || n.Child("type") != nil || right == nil || right.Is("assignment", "expression_list", "yield") || scopeOf(n).Is("class_definition") {
			return
		}
		if left.Is("identifier", "attribute", "subscript") {
			hint := hints[right.Kind]
			if hint == "" {
				hint = `"object"`
			}
			s.insert(left.End, ": "+hint)
		}
	}, "assignment")
	return len(s.edits) > 0
}

// annotateParameters says the types of parameters. What a decorated function's
// hints mean is the decorator's business.
func (s *script) annotateParameters() bool {
	s.walk(func(n *syntax.Node) {
		if n.Up.Is("decorated_definition") || holds(s.tree.Root, "print_statement") {
			return
		}
		params := n.Child("parameters")
		if params == nil {
			return
		}
		for i, p := range params.Kids {
			if p.Is("identifier") && !(i == 0 && strings.Contains("self cls klass this", s.text(p))) {
				s.insert(p.End, `: "object"`)
			}
			if p.Is("default_parameter") {
				hint := hints[p.Child("value").Kind]
				if hint == "" {
					hint = `"object"`
				}
				s.insert(p.Child("name").End, ": "+hint)
			}
		}
	}, "function_definition")
	return len(s.edits) > 0
}
