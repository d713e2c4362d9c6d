package metamorph

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
)

var pythonRenames = []Transform{
	python("rename-locals", Same, func(s *script) bool {
		return s.rename(func(home *syntax.Node, _ string) bool { return home.Is("function_definition") })
	}),
	python("rename-module-variables", Same, func(s *script) bool {
		// A name in capitals, or that nobody here reads, may be a setting.
		return s.rename(func(home *syntax.Node, text string) bool { return home.Is("module") && strings.ToUpper(text) != text })
	}),
	python("import-alias", Same, (*script).aliasImports),
	python("from-import-to-import", Same, (*script).importModules),
	python("import-to-from-import", Same, (*script).importMembers),
	python("import-in-function", Same, (*script).importInFunctions),
	python("import-in-try", Same, func(s *script) bool {
		for _, k := range s.tree.Root.Kids {
			if k.Is("import_statement", "import_from_statement") && s.alone(k) {
				s.nest(k, k, 1, "try:", "except ImportError:\n\traise")
			}
		}
		return len(s.edits) > 0
	}),
	python("import-star", Same, (*script).importStar),
}

// name is an identifier that stands for a variable.
type name struct {
	id *syntax.Node
	// home is the scope that it belongs to, nil for one that no scope binds.
	home *syntax.Node
	// role is how it is bound here: assign, param, def, import; "" where it is read.
	role string
}

// scopeOf is the scope that n stands in; the head of a function or class stands
// in the scope around it.
func scopeOf(n *syntax.Node) *syntax.Node {
	for child, p := n, n.Up; p != nil; child, p = p, p.Up {
		switch p.Kind {
		case "function_definition", "lambda", "class_definition":
			if child.Field == "body" {
				return p
			}
		case "module", "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression":
			return p
		}
	}
	return nil
}

// role is how an identifier binds its name, and in which scope; ok is false for
// one that is no variable.
func role(n *syntax.Node) (role string, home *syntax.Node, ok bool) {
	up := n.Up
	switch up.Kind {
	case "attribute":
		return "", nil, n.Field == "object"
	case "keyword_argument":
		return "", nil, n.Field != "name"
	case "dotted_name", "aliased_import", "global_statement", "nonlocal_statement":
		return "", nil, false // the caller's
	case "function_definition", "class_definition":
		if n.Field == "name" {
			return "def", scopeOf(up), true
		}
	case "parameters", "lambda_parameters":
		return "param", up.Up, true
	case "default_parameter", "typed_default_parameter":
		if n.Field == "name" {
			return "param", up.Up.Up, true
		}
	case "typed_parameter":
		if n.Field == "" {
			return "param", up.Up.Up, true
		}
	case "list_splat_pattern", "dictionary_splat_pattern":
		if p := up.Above("parameters", "lambda_parameters"); p != nil && up.Above("assignment") == nil {
			return "param", p.Up, true
		}
	case "named_expression":
		if n.Field == "name" {
			home = scopeOf(n)
			for home.Is("list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression") {
				home = scopeOf(home)
			}
			return "assign", home, true
		}
	case "as_pattern_target", "delete_statement":
		return "assign", scopeOf(n), true
	}
	// A target may be nested in tuples.
	for p := n; p.Up != nil; p = p.Up {
		if p.Field == "left" && p.Up.Is("assignment", "augmented_assignment", "for_statement", "for_in_clause") || p.Up.Is("as_pattern_target") {
			return "assign", scopeOf(n), true
		}
		if !p.Up.Is("pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "tuple", "list") {
			break
		}
	}
	return "", nil, true
}

// names are the variables of the file, each with the scope that it belongs to;
// nil where that cannot be told.
func (s *script) names() []*name {
	if s.bound != nil {
		return s.bound
	}
	if s.mentions("locals(", "globals(", "vars(", "eval(", "exec(", "exec ", "__all__") || holds(s.tree.Root, "match_statement", "exec_statement") {
		return nil
	}
	type key struct {
		scope *syntax.Node
		text  string
	}
	homes, elsewhere := map[key]bool{}, map[key]string{}
	var out []*name
	add := func(id, home *syntax.Node, role string) {
		out = append(out, &name{id, home, role})
		if role != "" {
			homes[key{home, s.text(id)}] = true
		}
	}
	s.tree.Root.Walk(func(n *syntax.Node) bool {
		switch n.Kind {
		case "global_statement", "nonlocal_statement":
			for _, id := range n.Kids {
				elsewhere[key{scopeOf(n), s.text(id)}] = n.Kind
				out = append(out, &name{id: id})
			}
			return false
		case "import_statement", "import_from_statement", "future_import_statement":
			for _, k := range n.Children("name") {
				id := k.Child("alias")
				if id == nil && len(k.Kids) > 0 {
					id = k.Kids[0]
				}
				if id != nil {
					add(id, scopeOf(n), "import")
				}
			}
			return false
		case "identifier":
			if r, home, ok := role(n); ok {
				add(n, home, r)
			}
		}
		return true
	})
	for _, n := range out {
		text := s.text(n.id)
		if n.role == "def" || n.role == "param" {
			continue
		}
		at := n.home
		if at == nil {
			at = scopeOf(n.id)
		}
		how := elsewhere[key{at, text}]
		if n.role != "" && how == "" {
			continue
		}
		if how == "global_statement" {
			n.home = s.tree.Root
			homes[key{n.home, text}] = true
			continue
		}
		if how != "" {
			at = scopeOf(at)
		}
		for first := how == ""; at != nil; at, first = scopeOf(at), false {
			if homes[key{at, text}] && (first || !at.Is("class_definition")) {
				break
			}
		}
		n.home = at
	}
	s.bound = out
	return out
}

// uses are the identifiers of the variable of a name, its bindings among them.
func (s *script) uses(of *name) []*name {
	var out []*name
	for _, n := range s.names() {
		if n.home == of.home && s.text(n.id) == s.text(of.id) {
			out = append(out, n)
		}
	}
	return out
}

// nameOf is the variable that an identifier stands for.
func (s *script) nameOf(id *syntax.Node) *name {
	for _, n := range s.names() {
		if n.id == id {
			return n
		}
	}
	return nil
}

// rename gives variables that are only ever assigned to another name.
func (s *script) rename(which func(home *syntax.Node, text string) bool) bool {
	done := map[*name]bool{}
	for _, n := range s.names() {
		text := s.text(n.id)
		if done[n] || n.home == nil || text == "_" || strings.HasPrefix(text, "__") || !which(n.home, text) {
			continue
		}
		uses := s.uses(n)
		read, others := false, false
		for _, u := range uses {
			done[u] = true
			read = read || u.role == ""
			others = others || u.role != "" && u.role != "assign"
		}
		if !read || others || !s.free(text+"_renamed") {
			continue
		}
		for _, u := range uses {
			s.replace(u.id, text+"_renamed")
		}
	}
	return len(s.edits) > 0
}

// imported is one name that an import statement binds for good.
type imported struct {
	stmt, node     *syntax.Node // node is the dotted name or "x as y" in the statement
	module, member string       // member is "" for "import module"
	local          string
	uses           []*name // without the binding itself
}

// importedNames are the names that the file imports and binds in no other way.
func (s *script) importedNames() []imported {
	var out []imported
	for _, n := range s.names() {
		if n.role != "import" || n.id.Above("future_import_statement") != nil {
			continue
		}
		i := imported{stmt: n.id.Above("import_statement", "import_from_statement"), local: s.text(n.id)}
		for i.node = n.id; i.node.Up != i.stmt; {
			i.node = i.node.Up
		}
		what := i.node
		if what.Is("aliased_import") {
			what = what.Child("name")
		}
		i.module = s.text(what)
		if from := i.stmt.Child("module_name"); from != nil {
			i.module, i.member = s.text(from), i.module
		}
		once := true
		for _, u := range s.uses(n) {
			once = once && (u == n || u.role == "")
			if u != n {
				i.uses = append(i.uses, u)
			}
		}
		if once && !s.inStrings(i.local) {
			out = append(out, i)
		}
	}
	return out
}

// inStrings reports whether a text may speak of a name: a type hint, a patch.
func (s *script) inStrings(local string) bool {
	word := regexp.MustCompile(`(^|[^\w])` + regexp.QuoteMeta(local) + `($|[.\]])`)
	found := false
	s.walk(func(n *syntax.Node) { found = found || word.MatchString(s.text(n)) }, "string_content")
	return found
}

// chain is the attribute a.b.c that begins with an identifier.
func (s *script) chain(id *syntax.Node, dotted string) *syntax.Node {
	n := id
	for range strings.Count(dotted, ".") {
		if n.Field != "object" {
			return nil
		}
		n = n.Up
	}
	if strings.Join(strings.Fields(s.text(n)), "") != dotted {
		return nil
	}
	return n
}

func (s *script) aliasImports() bool {
	for i, imp := range s.importedNames() {
		alias := "meta" + strconv.Itoa(i)
		dotted := imp.local
		if imp.member == "" && !imp.node.Is("aliased_import") {
			dotted = imp.module
		}
		var at []*syntax.Node
		for _, u := range imp.uses {
			at = append(at, s.chain(u.id, dotted))
		}
		if len(at) == 0 || slices.Contains(at, nil) {
			continue
		}
		what := imp.module
		if imp.member != "" {
			what = imp.member
		}
		s.replace(imp.node, what+" as "+alias)
		for _, n := range at {
			s.replace(n, alias)
		}
	}
	return len(s.edits) > 0
}

// importModules turns "from x import Y" into "import x".
func (s *script) importModules() bool {
	byStatement := map[*syntax.Node][]imported{}
	for _, imp := range s.importedNames() {
		byStatement[imp.stmt] = append(byStatement[imp.stmt], imp)
	}
	for stmt, list := range byStatement {
		module := s.text(stmt.Child("module_name"))
		root, _, _ := strings.Cut(module, ".")
		if root == "" || len(list) != len(stmt.Children("name")) || stmt.Up != s.tree.Root || !s.onlyImported(root) {
			continue
		}
		fit := true
		for _, imp := range list {
			// What is no class and never called may be a module, which importing its
			// package does not bring.
			class := strings.ToLower(imp.member[:1]) != imp.member[:1] || imp.member[0] == '_'
			for _, u := range imp.uses {
				call := u.id.Field == "function" && u.id.Up.Is("call") || u.id.Up.Is("decorator")
				fit = fit && (class || call)
			}
		}
		if !fit {
			continue
		}
		s.replace(stmt, "import "+module)
		for _, imp := range list {
			for _, u := range imp.uses {
				s.replace(u.id, module+"."+imp.member)
			}
		}
	}
	return len(s.edits) > 0
}

// onlyImported reports whether a name is bound by nothing but imports of that
// module.
func (s *script) onlyImported(root string) bool {
	for _, n := range s.names() {
		if s.text(n.id) != root || n.role == "" {
			continue
		}
		if n.role != "import" || n.id.Above("import_statement") == nil || n.id.Above("aliased_import") != nil {
			return false
		}
	}
	return true
}

// reserved are names that a function of a module may have and a file needs.
var reserved = []string{"open", "compile", "print", "input", "set", "dict", "list", "type", "exec", "bool", "int", "str", "getattr", "setattr", "all", "any", "True", "False", "None"}

// importMembers turns "import x" into "from x import y".
func (s *script) importMembers() bool {
	for _, imp := range s.importedNames() {
		dotted := imp.local
		if imp.member != "" || imp.stmt.Up == nil || len(imp.stmt.Children("name")) != 1 || len(imp.uses) == 0 {
			continue
		}
		if !imp.node.Is("aliased_import") {
			dotted = imp.module
		}
		var at []*syntax.Node
		var members []string
		for _, u := range imp.uses {
			n := s.chain(u.id, dotted)
			if n == nil || n.Field != "object" {
				members = nil
				break
			}
			n = n.Up
			member := s.text(n.Child("attribute"))
			written := n.Field == "left" || n.Up.Is("delete_statement", "pattern_list", "tuple_pattern", "as_pattern_target") || n.Up.Is("attribute", "subscript") && n.Up.Field == "left"
			if written || slices.Contains(reserved, member) || !s.free(member) {
				members = nil
				break
			}
			if !slices.Contains(members, member) {
				members = append(members, member)
			}
			at = append(at, n)
		}
		if len(members) == 0 {
			continue
		}
		s.replace(imp.stmt, "from "+imp.module+" import "+strings.Join(members, ", "))
		for _, n := range at {
			s.replace(n, s.text(n.Child("attribute")))
		}
	}
	return len(s.edits) > 0
}

// importInFunctions moves imports that only functions use into these.
func (s *script) importInFunctions() bool {
	for _, imp := range s.importedNames() {
		if imp.stmt.Up != s.tree.Root || len(imp.stmt.Children("name")) != 1 || len(imp.uses) == 0 || !s.alone(imp.stmt) {
			continue
		}
		var fns []*syntax.Node
		for _, u := range imp.uses {
			var outer *syntax.Node
			for f := function(u.id); f != nil; f = function(f) {
				outer = f
			}
			if outer == nil || !s.alone(outer.Child("body").Kids[0]) || u.id.Above("type") != nil {
				fns = nil
				break
			}
			if !slices.Contains(fns, outer) {
				fns = append(fns, outer)
			}
		}
		for _, f := range fns {
			first := f.Child("body").Kids[0]
			if holds(first, "string") && first.Is("expression_statement") && first.Kids[0].Is("string") {
				s.after(first, s.text(imp.stmt))
			} else {
				s.before(first, s.text(imp.stmt))
			}
		}
		if len(fns) > 0 {
			s.replace(imp.stmt, "")
		}
	}
	return len(s.edits) > 0
}

// importStar imports everything from a module that is known to hide nothing.
func (s *script) importStar() bool {
	for _, k := range s.tree.Root.Kids {
		if !k.Is("import_from_statement") || !slices.Contains([]string{"ssl", "requests", "socket", "OpenSSL.SSL", "pycurl"}, s.text(k.Child("module_name"))) {
			continue
		}
		names := k.Children("name")
		if len(names) == 0 || slices.ContainsFunc(names, func(n *syntax.Node) bool { return n.Is("aliased_import") || s.text(n)[0] == '_' }) {
			continue
		}
		s.replace(k, "from "+s.text(k.Child("module_name"))+" import *")
		return true
	}
	return false
}
