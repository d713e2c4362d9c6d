package metamorph

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
)

var pythonArguments = []Transform{
	python("keywords-in-dict-literal", Same, func(s *script) bool {
		return s.spread(true, false, func(_ *syntax.Node, kws []*syntax.Node) string { return s.literal(kws) })
	}),
	python("keyword-in-dict-literal", Same, func(s *script) bool {
		return s.spread(false, false, func(_ *syntax.Node, kws []*syntax.Node) string { return s.literal(kws) })
	}),
	python("keywords-in-dict-call", Same, func(s *script) bool {
		return s.spread(true, false, func(_ *syntax.Node, kws []*syntax.Node) string { return "dict(" + s.list(kws) + ")" })
	}),
	python("keywords-in-variable", Same, func(s *script) bool {
		return s.spread(true, true, func(stmt *syntax.Node, kws []*syntax.Node) string {
			s.before(stmt, "meta_opts = "+s.literal(kws))
			return "meta_opts"
		})
	}),
	python("keywords-in-dict-call-variable", Same, func(s *script) bool {
		return s.spread(true, true, func(stmt *syntax.Node, kws []*syntax.Node) string {
			s.before(stmt, "meta_opts = dict("+s.list(kws)+")")
			return "meta_opts"
		})
	}),
	python("keywords-in-constant", Same, func(s *script) bool {
		return s.spread(true, false, func(_ *syntax.Node, kws []*syntax.Node) string {
			for _, k := range kws {
				if !k.Child("value").Is("true", "false", "none", "integer", "string") || holds(k, "interpolation") {
					return ""
				}
			}
			s.insert(s.head(), "META_OPTS = "+s.literal(kws)+"\n")
			return "META_OPTS"
		})
	}),
	python("keyword-by-entry", Same, func(s *script) bool { return s.entered("meta_opts[%k] = %v") }),
	python("keyword-by-update", Same, func(s *script) bool { return s.entered("meta_opts.update(%n=%v)") }),
	python("keyword-by-update-with-dict", Same, func(s *script) bool { return s.entered("meta_opts.update({%k: %v})") }),
	python("keyword-by-setdefault", Same, func(s *script) bool { return s.entered("meta_opts.setdefault(%k, %v)") }),
	python("keyword-by-entry-in-condition", Same, func(s *script) bool {
		s.imports("sys")
		return s.entered("if sys.version_info >= (3, 6):\n\tmeta_opts[%k] = %v", "true", "false")
	}),
	python("keywords-reversed", Same, (*script).reverseKeywords),
	python("one-argument-a-line", Same, func(s *script) bool { return s.argumentLines(",") }),
	python("comments-between-arguments", Same, func(s *script) bool { return s.argumentLines(",  # verify=None, see the notes") }),
	python("spaces-in-arguments", Same, (*script).spaceArguments),
	python("partial-in-variable", Same, (*script).partial),
}

// sinkCalls are the calls that the sinks are, or are arguments of.
func (s *script) sinkCalls() []*syntax.Node {
	var out []*syntax.Node
	for _, n := range s.sinkNodes() {
		c := n
		if n.Up.Is("argument_list") {
			c = n.Up.Up
		}
		if c.Is("call") && c.Child("arguments").Is("argument_list") && !c.Up.Is("decorator") && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

// parts are the arguments of a call by kind; ok is false where comments stand
// between them.
func parts(call *syntax.Node) (positional, keywords, spreads []*syntax.Node, ok bool) {
	for _, a := range call.Child("arguments").Kids {
		switch a.Kind {
		case "comment", "ERROR":
			return nil, nil, nil, false
		case "keyword_argument":
			keywords = append(keywords, a)
		case "dictionary_splat":
			spreads = append(spreads, a)
		default:
			positional = append(positional, a)
		}
	}
	return positional, keywords, spreads, true
}

// list is source text of nodes with commas between them.
func (s *script) list(nodes []*syntax.Node, more ...string) string {
	var out []string
	for _, n := range nodes {
		out = append(out, s.text(n))
	}
	return strings.Join(append(out, more...), ", ")
}

// literal is a dictionary with keyword arguments.
func (s *script) literal(kws []*syntax.Node) string {
	var out []string
	for _, k := range kws {
		out = append(out, `"`+s.text(k.Child("name"))+`": `+s.text(k.Child("value")))
	}
	return "{" + strings.Join(out, ", ") + "}"
}

// builtin is a callee that is no function of a library.
func (s *script) builtin(call *syntax.Node) bool {
	return slices.Contains([]string{"dict", "setattr", "getattr", "super", "print", "functools.partial", "partial"}, s.text(call.Child("function")))
}

// hoistable reports whether an expression may be evaluated right before its
// statement.
func (s *script) hoistable(n, stmt *syntax.Node) bool {
	if stmt == nil || inClass(stmt) || stmt.Is("while_statement", "function_definition", "decorated_definition", "class_definition") {
		return false
	}
	if crosses(n, stmt, "lambda", "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression", "conditional_expression", "boolean_operator", "while_statement", "elif_clause", "else_clause", "except_clause", "case_clause", "function_definition", "class_definition") {
		return false
	}
	if holds(n, "named_expression", "yield") {
		return false
	}
	for _, v := range s.names() {
		if v.role == "assign" && v.id.Within(stmt) && !v.id.Within(n) && v.id.Above("as_pattern_target", "for_statement", "named_expression") != nil {
			for _, u := range s.uses(v) {
				if u.id.Within(n) {
					return false
				}
			}
		}
	}
	return len(s.names()) > 0
}

// spread gives the keyword arguments of a call at a sink, all or the one that the
// sink is, as the dictionary that f writes; "" gives up.
func (s *script) spread(all, hoist bool, f func(stmt *syntax.Node, kws []*syntax.Node) string) bool {
	for _, sink := range s.sinkNodes() {
		if !sink.Is("keyword_argument") || !sink.Up.Is("argument_list") {
			continue
		}
		call := sink.Up.Up
		if !call.Is("call") || s.builtin(call) || call.Up.Is("decorator") {
			continue
		}
		positional, kws, spreads, ok := parts(call)
		stmt := s.statement(call)
		if !ok || hoist && !s.hoistable(call, stmt) {
			continue
		}
		var moved, kept []*syntax.Node
		for _, k := range kws {
			if all || k == sink {
				moved = append(moved, k)
			} else {
				kept = append(kept, k)
			}
		}
		text := f(stmt, moved)
		if text == "" {
			continue
		}
		s.replace(call.Child("arguments"), "("+s.list(slices.Concat(positional, kept, spreads), "**"+text)+")")
		return true
	}
	return false
}

// entered puts the keyword argument of a sink into a dictionary by a statement;
// in it %n is its name, %k its name as a text, %v its value. Where kinds are
// given, the value is of one of them: without any other it may be as insecure.
func (s *script) entered(format string, kinds ...string) bool {
	return s.spread(false, true, func(stmt *syntax.Node, kws []*syntax.Node) string {
		if len(kinds) > 0 && !kws[0].Child("value").Is(kinds...) {
			return ""
		}
		name := s.text(kws[0].Child("name"))
		line := strings.NewReplacer("%n", name, "%k", `"`+name+`"`, "%v", s.flat(kws[0].Child("value")), "\n\t", "\n"+s.indent(stmt)+"    ").Replace(format)
		s.before(stmt, "meta_opts = {}")
		s.before(stmt, line)
		return "meta_opts"
	})
}

func (s *script) reverseKeywords() bool {
	for _, call := range s.sinkCalls() {
		_, kws, spreads, ok := parts(call)
		if !ok || len(spreads) > 0 || len(kws) < 2 {
			continue
		}
		for i, k := range kws {
			s.replace(k, s.text(kws[len(kws)-1-i]))
		}
		return true
	}
	return false
}

// argumentLines gives every argument of a call a line, with text behind it.
func (s *script) argumentLines(behind string) bool {
	for _, call := range s.sinkCalls() {
		args := call.Child("arguments")
		stmt := s.statement(call)
		if _, _, _, ok := parts(call); !ok || len(args.Kids) == 0 || stmt == nil || crosses(call, stmt, "interpolation") {
			continue
		}
		indent := "\n" + s.indent(stmt)
		var out strings.Builder
		for _, a := range args.Kids {
			out.WriteString(indent + "    " + s.text(a) + behind)
		}
		s.replace(args, "("+out.String()+indent+")")
		return true
	}
	return false
}

// spaceArguments writes calls as nobody's formatter does.
func (s *script) spaceArguments() bool {
	for _, call := range s.sinkCalls() {
		positional, kws, spreads, ok := parts(call)
		if !ok || len(spreads) > 0 || len(positional)+len(kws) == 0 {
			continue
		}
		out := []string{}
		for _, a := range positional {
			out = append(out, s.text(a))
		}
		for _, k := range kws {
			out = append(out, s.text(k.Child("name"))+" = "+s.text(k.Child("value")))
		}
		s.replace(call.Child("arguments"), " ( "+strings.Join(out, " , ")+" )")
		return true
	}
	return false
}

// partial binds the keyword arguments of a call before it is called.
func (s *script) partial() bool {
	for _, call := range s.sinkCalls() {
		positional, kws, spreads, ok := parts(call)
		stmt := s.statement(call)
		if !ok || len(kws)+len(spreads) == 0 || s.builtin(call) || !s.hoistable(call, stmt) {
			continue
		}
		s.imports("functools")
		s.before(stmt, "meta_call = functools.partial("+s.text(call.Child("function"))+", "+s.list(slices.Concat(kws, spreads))+")")
		s.replace(call, "meta_call("+s.list(positional)+")")
		return true
	}
	return false
}

var pythonDictionaries = []Transform{
	python("dict-by-call", Same, func(s *script) bool {
		return s.dictionary(false, func(d, _ *syntax.Node) string {
			var out []string
			for _, p := range d.Kids {
				key := keyName.FindStringSubmatch(s.text(p.Child("key")))
				if key == nil {
					return ""
				}
				out = append(out, key[1]+key[2]+"="+s.text(p.Child("value")))
			}
			return "dict(" + strings.Join(out, ", ") + ")"
		})
	}),
	python("dict-by-literal", Same, func(s *script) bool {
		for _, call := range s.sinkCalls() {
			if positional, kws, spreads, ok := parts(call); ok && s.text(call.Child("function")) == "dict" && len(positional)+len(spreads) == 0 {
				s.replace(call, s.literal(kws))
				return true
			}
		}
		return false
	}),
	python("dict-in-variable", Same, func(s *script) bool {
		return s.dictionary(true, func(d, stmt *syntax.Node) string {
			s.before(stmt, "meta_dict = "+s.text(d))
			return "meta_dict"
		})
	}),
	python("dict-spread", Same, func(s *script) bool {
		return s.dictionary(true, func(d, stmt *syntax.Node) string {
			s.before(stmt, "meta_dict = "+s.text(d))
			return "{**meta_dict}"
		})
	}),
	python("dict-copied", Same, func(s *script) bool {
		return s.dictionary(true, func(d, stmt *syntax.Node) string {
			s.before(stmt, "meta_dict = "+s.text(d))
			return "dict(meta_dict)"
		})
	}),
	python("dict-merged", Same, func(s *script) bool {
		return s.dictionary(false, func(d, _ *syntax.Node) string { return "({} | " + s.text(d) + ")" })
	}),
	python("dict-by-entries", Same, func(s *script) bool {
		return s.dictionary(true, func(d, stmt *syntax.Node) string {
			s.before(stmt, "meta_dict = {}")
			for _, p := range d.Kids {
				s.before(stmt, "meta_dict["+s.text(p.Child("key"))+"] = "+s.flat(p.Child("value")))
			}
			return "meta_dict"
		})
	}),
	python("dict-by-update", Same, func(s *script) bool {
		return s.dictionary(true, func(d, stmt *syntax.Node) string {
			s.before(stmt, "meta_dict = {}")
			s.before(stmt, "meta_dict.update("+s.text(d)+")")
			return "meta_dict"
		})
	}),
	python("dict-reversed", Same, func(s *script) bool {
		return s.dictionary(false, func(d, _ *syntax.Node) string {
			kids := slices.Clone(d.Kids)
			slices.Reverse(kids)
			return "{" + s.list(kids) + "}"
		})
	}),
	python("one-entry-a-line", Same, func(s *script) bool {
		return s.dictionary(false, func(d, _ *syntax.Node) string {
			var out strings.Builder
			for _, p := range d.Kids {
				out.WriteString("\n        " + s.text(p) + ",  # what the service wants")
			}
			return "{" + out.String() + "\n    }"
		})
	}),
	python("entry-by-update", Same, func(s *script) bool {
		return s.entry(func(obj, key, value string) string { return obj + ".update({" + key + ": " + value + "})" })
	}),
	python("entry-by-update-keyword", Same, func(s *script) bool {
		return s.entry(func(obj, key, value string) string {
			if m := keyName.FindStringSubmatch(key); m != nil {
				return obj + ".update(" + m[1] + m[2] + "=" + value + ")"
			}
			return ""
		})
	}),
}

// keyName is a key that may be a keyword.
var keyName = regexp.MustCompile(`^(?:"([a-zA-Z_]\w*)"|'([a-zA-Z_]\w*)')$`)

// dictionary rewrites the dictionary that a sink is an entry of.
func (s *script) dictionary(hoist bool, f func(d, stmt *syntax.Node) string) bool {
	for _, sink := range s.sinkNodes() {
		d := sink.Up
		if !sink.Is("pair") || !d.Is("dictionary") || slices.ContainsFunc(d.Kids, func(k *syntax.Node) bool { return !k.Is("pair") }) {
			continue
		}
		stmt := s.statement(d)
		if hoist && !s.hoistable(d, stmt) {
			continue
		}
		if text := f(d, stmt); text != "" {
			s.replace(d, text)
			return true
		}
	}
	return false
}

// entry rewrites a statement that writes an entry.
func (s *script) entry(f func(obj, key, value string) string) bool {
	for _, sink := range s.sinkNodes() {
		left, right := sink.Child("left"), sink.Child("right")
		if !sink.Is("assignment") || !left.Is("subscript") || right == nil || right.Is("assignment") || !sink.Up.Is("expression_statement") || len(left.Kids) != 2 {
			continue
		}
		if text := f(s.text(left.Child("value")), s.text(left.Child("subscript")), s.text(right)); text != "" {
			s.replace(sink, text)
			return true
		}
	}
	return false
}
