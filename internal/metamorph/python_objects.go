package metamorph

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
)

var pythonObjects = []Transform{
	python("setattr", Same, func(s *script) bool {
		return s.attribute(func(_, obj, attr, value *syntax.Node) string {
			return "setattr(" + s.text(obj) + `, "` + s.text(attr) + `", ` + s.text(value) + ")"
		})
	}),
	python("assignment-in-tuple", Same, func(s *script) bool {
		return s.attribute(func(_, obj, attr, value *syntax.Node) string {
			return s.text(obj) + "." + s.text(attr) + ", meta_other = " + s.text(value) + ", 1"
		})
	}),
	python("assignments-in-tuple", Same, (*script).joinAssignments),
	python("assignment-chained", Same, func(s *script) bool {
		return s.attribute(func(_, obj, attr, value *syntax.Node) string {
			return "meta_other = " + s.text(obj) + "." + s.text(attr) + " = " + s.text(value)
		})
	}),
	python("object-alias", Same, func(s *script) bool {
		return s.attribute(func(stmt, obj, attr, value *syntax.Node) string {
			root := obj
			for root.Is("attribute") {
				root = root.Child("object")
			}
			v := s.nameOf(root)
			if stmt == nil || inClass(stmt) || v == nil || s.importOf(v) != nil || s.text(obj) == "self" || s.text(obj) == "cls" {
				return ""
			}
			s.before(stmt, "meta_same = "+s.flat(obj))
			return "meta_same." + s.text(attr) + " = " + s.text(value)
		})
	}),
	python("assignment-continued", Same, func(s *script) bool {
		return s.attribute(func(_, obj, attr, value *syntax.Node) string {
			return s.text(obj) + "." + s.text(attr) + " = \\\n        " + s.text(value)
		})
	}),
	python("call-continued", Same, func(s *script) bool {
		return s.callee(func(_, fn *syntax.Node) string {
			if !fn.Is("attribute") {
				return ""
			}
			return s.text(fn.Child("object")) + " \\\n        ." + s.text(fn.Child("attribute"))
		})
	}),
	python("parentheses-around-objects", Same, func(s *script) bool {
		s.walk(func(n *syntax.Node) {
			v := s.nameOf(n)
			if n.Field == "object" && v != nil && !n.Up.Up.Is("decorator") && n.Above("decorator", "type") == nil {
				s.replace(n, "("+s.text(n)+")")
			}
		}, "identifier")
		return len(s.edits) > 0
	}),
	python("parentheses-around-callee", Same, func(s *script) bool {
		return s.callee(func(call, fn *syntax.Node) string {
			if fn.Is("identifier", "attribute") && named(call) {
				return "(" + s.text(fn) + ")"
			}
			return ""
		})
	}),
	python("parentheses-around-call", Same, func(s *script) bool {
		for _, call := range s.sinkCalls() {
			if call.Up.Is("assignment", "return_statement", "keyword_argument", "attribute", "argument_list", "pair", "await") && call.Field != "function" {
				s.replace(call, "(\n        "+s.text(call)+"\n    )")
				return true
			}
		}
		return false
	}),
	python("getattr", Same, func(s *script) bool {
		return s.callee(func(call, fn *syntax.Node) string {
			if !fn.Is("attribute") || !named(call) {
				return ""
			}
			return "getattr(" + s.text(fn.Child("object")) + `, "` + s.text(fn.Child("attribute")) + `")`
		})
	}),
	python("callee-in-variable", Same, func(s *script) bool {
		return s.callee(func(call, fn *syntax.Node) string {
			stmt := s.statement(call)
			if !s.hoistable(call, stmt) || !fn.Is("identifier", "attribute") {
				return ""
			}
			s.before(stmt, "meta_call = "+s.flat(fn))
			return "meta_call"
		})
	}),
	python("chain-in-two-statements", Same, func(s *script) bool {
		return s.callee(func(call, fn *syntax.Node) string {
			stmt := s.statement(call)
			if obj := fn.Child("object"); fn.Is("attribute") && obj.Is("call") && s.hoistable(call, stmt) {
				s.before(stmt, "meta_object = "+s.flat(obj))
				return "meta_object." + s.text(fn.Child("attribute"))
			}
			return ""
		})
	}),
	python("result-in-variable", Same, func(s *script) bool {
		for _, call := range s.sinkCalls() {
			stmt := s.statement(call)
			if s.hoistable(call, stmt) && !call.Up.Is("expression_statement", "with_item", "as_pattern", "await") && s.text(call.Child("function")) != "dict" {
				s.before(stmt, "meta_result = "+s.flat(call))
				s.replace(call, "meta_result")
				return true
			}
		}
		return false
	}),
	python("assignment-of-call-chained", Same, func(s *script) bool {
		return s.made(func(left, call *syntax.Node) string { return s.text(left) + " = meta_other = " + s.text(call) })
	}),
	python("assignment-of-call-chained-before", Same, func(s *script) bool {
		return s.made(func(left, call *syntax.Node) string { return "meta_other = " + s.text(left) + " = " + s.text(call) })
	}),
	python("assignment-by-walrus", Same, func(s *script) bool {
		return s.made(func(left, call *syntax.Node) string {
			if !left.Is("identifier") || scopeOf(left).Is("class_definition") {
				return ""
			}
			return "(" + s.text(left) + " := " + s.text(call) + ")"
		})
	}),
	python("object-from-function", Same, (*script).factories),
	python("object-or-given", Same, func(s *script) bool {
		return s.made(func(left, call *syntax.Node) string { return s.text(left) + " = None or " + s.text(call) })
	}),
	python("object-inlined", Same, (*script).inline),
	python("call-printed", Same, func(s *script) bool {
		return s.calls(func(call *syntax.Node) string { return "print(" + s.text(call) + ")" })
	}),
	python("call-in-comprehension", Same, func(s *script) bool {
		return s.calls(func(call *syntax.Node) string {
			if strings.Contains(s.text(call), "super()") {
				return ""
			}
			return "[" + s.text(call) + " for meta_item in range(1)]"
		})
	}),
	python("call-assigned", Same, func(s *script) bool {
		return s.calls(func(call *syntax.Node) string { return "_ = " + s.text(call) })
	}),
}

// attribute rewrites a statement that assigns one value to an attribute.
func (s *script) attribute(f func(stmt, obj, attr, value *syntax.Node) string) bool {
	for _, sink := range s.sinkNodes() {
		left, right := sink.Child("left"), sink.Child("right")
		if !sink.Is("assignment") || !left.Is("attribute") || right == nil || right.Is("assignment", "expression_list") || sink.Child("type") != nil || !sink.Up.Is("expression_statement") {
			continue
		}
		if text := f(s.statement(sink), left.Child("object"), left.Child("attribute"), right); text != "" {
			s.replace(sink, text)
			return true
		}
	}
	return false
}

// joinAssignments makes one tuple assignment of two statements.
func (s *script) joinAssignments() bool {
	for _, sink := range s.sinkNodes() {
		stmt := s.statement(sink)
		if stmt == nil || stmt != sink.Up || !sink.Is("assignment") || !sink.Child("left").Is("attribute") {
			continue
		}
		list := stmt.Up.Kids
		i := slices.Index(list, stmt)
		if i+1 == len(list) || !list[i+1].Is("expression_statement") || !list[i+1].Kids[0].Is("assignment") || !s.alone(list[i+1]) {
			continue
		}
		next := list[i+1].Kids[0]
		one := func(n *syntax.Node) bool {
			right := n.Child("right")
			return n.Child("left").Is("attribute") && n.Child("type") == nil && right != nil && (right.Is("list") || s.constant(right))
		}
		if !one(sink) || !one(next) {
			continue
		}
		s.edits = append(s.edits, edit{stmt.Start, list[i+1].End, s.text(sink.Child("left")) + ", " + s.text(next.Child("left")) + " = " + s.text(sink.Child("right")) + ", " + s.text(next.Child("right"))})
		return true
	}
	return false
}

// changes is a method of a list or dictionary that nobody calls in a roundabout
// way.
var changes = regexp.MustCompile(`\.(append|extend|insert|update|setdefault|pop|add)$`)

// named reports whether a call has an argument by name, as commands hardly have.
func named(call *syntax.Node) bool {
	_, kws, _, _ := parts(call)
	return len(kws) > 0 && !call.Child("arguments").Kids[0].Is("list", "concatenated_string")
}

// callee rewrites what is called at a sink.
func (s *script) callee(f func(call, fn *syntax.Node) string) bool {
	for _, call := range s.sinkCalls() {
		fn := call.Child("function")
		if s.builtin(call) || changes.MatchString(s.text(fn)) {
			continue
		}
		if text := f(call, fn); text != "" {
			s.replace(fn, text)
			return true
		}
	}
	return false
}

// calls rewrites statements that are only a call with a finding.
func (s *script) calls(f func(call *syntax.Node) string) bool {
	for _, call := range s.sinkCalls() {
		if !call.Up.Is("expression_statement") || scopeOf(call).Is("class_definition") || holds(call, "await", "yield", "named_expression") {
			continue
		}
		if text := f(call); text != "" {
			s.replace(call, text)
			return true
		}
	}
	return false
}

// made rewrites the statements that give a variable or an attribute the result of
// a call.
func (s *script) made(f func(left, call *syntax.Node) string) bool {
	s.walk(func(n *syntax.Node) {
		left, right := n.Child("left"), n.Child("right")
		if !n.Up.Is("expression_statement") || n.Child("type") != nil || !right.Is("call") || !left.Is("identifier", "attribute") || scopeOf(n).Is("class_definition") {
			return
		}
		if left.Is("identifier") && strings.ToUpper(s.text(left)) == s.text(left) {
			return // a setting
		}
		if text := f(left, right); text != "" {
			s.replace(n, text)
		}
	}, "assignment")
	return len(s.edits) > 0
}

// factories lets functions make what calls without variables of their own make.
func (s *script) factories() bool {
	i := 0
	changed := s.made(func(left, call *syntax.Node) string {
		fn := call.Child("function")
		if i > 0 || holds(call, "await", "yield", "named_expression", "lambda") || !fn.Is("attribute", "identifier") {
			return ""
		}
		var at *syntax.Node
		for _, v := range s.names() {
			if !v.id.Within(call) || v.home == nil {
				continue
			}
			stmt := s.importOf(v)
			if stmt == nil || stmt.Start > call.Start {
				return ""
			}
			if at == nil || stmt.Start > at.Start {
				at = stmt
			}
		}
		if at == nil {
			return ""
		}
		i++
		s.insert(min(s.lineEnd(at.End)+1, len(s.src)), "\n\ndef meta_make():\n    return "+s.text(call)+"\n\n\n")
		return s.text(left) + " = meta_make()"
	})
	return changed
}

// inline puts an object that is used once, in the next statement, there.
func (s *script) inline() bool {
	for _, v := range s.names() {
		as := v.id.Up
		if v.role != "assign" || !as.Is("assignment") || v.id.Field != "left" || as.Child("type") != nil || !as.Child("right").Is("call") || inClass(as) {
			continue
		}
		uses := s.uses(v)
		if len(uses) != 2 {
			continue
		}
		use := uses[1].id
		stmt, next := s.statement(as), s.statement(use)
		if stmt == nil || next == nil || stmt.Up != next.Up || stmt != as.Up || use.Field != "object" {
			continue
		}
		list := stmt.Up.Kids
		if i := slices.Index(list, stmt); i+1 == len(list) || list[i+1] != next || !s.hoistable(use, next) || next.Is("for_statement", "with_statement", "try_statement", "if_statement") {
			continue
		}
		s.replace(use, s.text(as.Child("right")))
		s.edits = append(s.edits, edit{s.lineStart(stmt.Start), min(s.lineEnd(stmt.End)+1, len(s.src)), ""})
		return true
	}
	return false
}
