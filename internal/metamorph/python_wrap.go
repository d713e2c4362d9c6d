package metamorph

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
)

var pythonWraps = []Transform{
	around("if-true", "if True:", ""),
	around("else-of-false", "if False:\n\tpass\nelse:", ""),
	around("try-finally", "try:", "finally:\n\tpass"),
	around("try-except", "try:", "except ValueError:\n\traise"),
	around("try-except-pass", "try:", "except Exception:\n\tpass"),
	around("except-of-try", "try:\n\traise ValueError(\"again\")\nexcept ValueError:", ""),
	around("else-of-try", "try:\n\tlen(\"a\")\nexcept ValueError:\n\traise\nelse:", ""),
	around("finally-of-try", "try:\n\tlen(\"a\")\nfinally:", ""),
	around("with-suppress", "with contextlib.suppress(ValueError):", "", "contextlib"),
	around("with-lock", "with threading.Lock() as meta_lock:", "", "threading"),
	around("loop-once", "for meta_item in range(1):", ""),
	around("loop", "for meta_item in sys.argv:", "", "sys"),
	around("loop-until-break", "while True:", "\tbreak"),
	around("if-length", "if len(sys.argv) > 0:", "", "sys"),
	around("if-version", "if sys.version_info >= (2, 7, 9):", "", "sys"),
	around("if-platform", "if sys.platform != \"plan9\":", "", "sys"),
	around("if-exists", "if os.path.exists(\"/etc/hosts\"):", "", "os"),
	around("if-found", "if hasattr(sys, \"path\") and sys.path is not None:", "", "sys"),
	python("nested-function", Same, (*script).nestedFunction),
	moduleIn("module-if-true", "if True:", 1, ""),
	moduleIn("module-in-main", "if __name__ == \"__main__\":", 1, ""),
	moduleIn("module-in-function", "def meta_main():", 1, "\n\nmeta_main()"),
	moduleIn("module-in-main-function", "def main():", 1, "\n\nif __name__ == \"__main__\":\n\tmain()"),
	moduleIn("module-in-closure", "def meta_outer():\n\tdef meta_inner():", 2, "\n\treturn meta_inner\n\n\nmeta_outer()()"),
	moduleIn("module-in-method", "class MetaApp:\n\tdef run(self):", 2, "\n\nMetaApp().run()"),
	moduleIn("module-in-class-method", "class MetaApp(object):\n\t@classmethod\n\tdef run(cls):", 2, "\n\nMetaApp.run()"),
	moduleIn("module-in-coroutine", "async def meta_main():", 1, "\n\nasyncio.run(meta_main())", "asyncio"),
	moduleIn("module-in-thread", "def meta_main():", 1, "\n\nthreading.Thread(target=meta_main).start()", "threading"),
	python("objects-in-self", Same, (*script).inSelf),
	python("objects-in-class", Same, (*script).inClassAttributes),
	python("object-or-parameter", Same, (*script).givenObject),
	python("object-in-with", Same, (*script).objectInWith),
	python("object-in-global", Same, (*script).objectInGlobal),
}

// around puts the statement of a sink into another one.
func around(name, header, footer string, modules ...string) Transform {
	return python(name, Same, func(s *script) bool {
		for _, sink := range s.sinkNodes() {
			if first, last := s.scopeOfGuard(sink); first != nil {
				s.nest(first, last, 1, header, footer)
				s.imports(modules...)
				return true
			}
		}
		return false
	})
}

// scopeOfGuard are the statements that go together under a condition for a sink:
// its own, and where that gives names a value, what follows.
func (s *script) scopeOfGuard(sink *syntax.Node) (first, last *syntax.Node) {
	stmt := s.statement(sink)
	if stmt == nil || inClass(stmt) || crosses(sink, stmt, "function_definition", "class_definition") || stmt.Is("function_definition", "class_definition", "decorated_definition", "import_statement", "import_from_statement") || len(s.names()) == 0 {
		return nil, nil
	}
	first, last = stmt, stmt
	if s.binds(stmt) {
		list := stmt.Up.Kids
		last = list[len(list)-1]
	}
	for _, n := range stmt.Up.Kids {
		if n.Start >= first.Start && n.End <= last.End && (!s.alone(n) && !n.Is("comment") || holds(n, "break_statement", "continue_statement", "wildcard_import", "global_statement", "nonlocal_statement")) {
			return nil, nil
		}
	}
	return first, last
}

// binds reports whether a statement gives names of its scope a value.
func (s *script) binds(stmt *syntax.Node) bool {
	return slices.ContainsFunc(s.names(), func(v *name) bool {
		return v.role != "" && v.home == scopeOf(stmt) && v.id.Within(stmt)
	})
}

// nestedFunction lets a function of the function make the call.
func (s *script) nestedFunction() bool {
	for _, sink := range s.sinkNodes() {
		first, last := s.scopeOfGuard(sink)
		if first == nil || function(first) == nil || holds(first, "return_statement", "await", "yield") || strings.Contains(s.text(first), "super()") || strings.Contains(s.text(function(first)), "async ") {
			continue
		}
		if first != last {
			continue // later statements need its names
		}
		s.nest(first, last, 1, "def meta_inner():", "meta_inner()")
		return true
	}
	return false
}

// moduleIn puts the code of a module, apart from imports and definitions around
// it, into something else.
func moduleIn(name, header string, depth int, footer string, modules ...string) Transform {
	return python(name, Same, func(s *script) bool {
		if s.mentions("asyncio.run", "run_until_complete") && slices.Contains(modules, "asyncio") || !s.free("main") && strings.Contains(header, " main") {
			return false
		}
		first, last := s.moduleCode()
		if first == nil {
			return false
		}
		s.nest(first, last, depth, header, footer)
		s.imports(modules...)
		return true
	})
}

// moduleCode is what a script does when it is run, from the first statement to
// the last; nil where its variables matter elsewhere, or may.
func (s *script) moduleCode() (first, last *syntax.Node) {
	first, last = s.code()
	if first == nil || len(s.names()) == 0 || holds(s.tree.Root, "wildcard_import", "global_statement", "ERROR") {
		return nil, nil
	}
	inside := func(n *syntax.Node) bool { return n.Start >= first.Start && n.End <= last.End }
	for _, k := range s.tree.Root.Kids {
		if inside(k) && !s.alone(k) && !k.Is("comment") {
			return nil, nil
		}
	}
	for _, v := range s.names() {
		if v.home != s.tree.Root || v.role == "" || !inside(v.id) {
			continue
		}
		read := v.role != "assign"
		for _, u := range s.uses(v) {
			if !inside(u.id) {
				return nil, nil
			}
			read = read || u.role == ""
		}
		text := s.text(v.id)
		if text != "_" && (!read || strings.ToUpper(text) == text) {
			return nil, nil // somebody else's setting
		}
	}
	return first, last
}

// attributes turns the variables of a script into attributes of an object; false
// where one of them is no plain variable.
func (s *script) attributes(owner string, first, last *syntax.Node) bool {
	found := false
	for _, v := range s.names() {
		if v.home != s.tree.Root || v.id.Start < first.Start || v.id.End > last.End {
			continue
		}
		plain := true
		for _, u := range s.uses(v) {
			target := u.id.Field == "left" && u.id.Up.Is("assignment") && u.id.Up.Child("type") == nil
			plain = plain && (u.role == "" || u.role == "assign" && target) && u.id.Above("interpolation", "delete_statement", "keyword_separator") == nil
			if c := scopeOf(u.id); u.role == "" && c != s.tree.Root && c.Is("class_definition", "function_definition", "lambda") {
				plain = false
			}
		}
		if s.importOf(v) != nil {
			continue
		}
		if !plain {
			return false
		}
		found = true
		s.replace(v.id, owner+"."+s.text(v.id))
	}
	return found
}

// inSelf makes a class of a script: the constructor makes what the first
// statement makes, a method does the rest.
func (s *script) inSelf() bool {
	first, last := s.moduleCode()
	if first == nil || first == last || !s.attributes("self", first, last) || !s.step() {
		return false
	}
	first, last = s.code()
	list := s.tree.Root.Kids
	rest := list[slices.Index(list, first)+1]
	if rest.Is("comment") || rest.Start > last.Start {
		return false
	}
	s.nest(first, first, 2, "class MetaApp:\n\tdef __init__(self, name):\n\t\tself.name = name", "")
	s.nest(rest, last, 2, "\n\tdef run(self):", "\n\nMetaApp(\"pay\").run()")
	return true
}

// inClassAttributes keeps the variables of a script in a class that has nothing
// else.
func (s *script) inClassAttributes() bool {
	first, last := s.moduleCode()
	if first == nil || !s.attributes("MetaState", first, last) {
		return false
	}
	s.before(first, "class MetaState:\n    pass\n\n")
	return true
}

// code are the first and the last statement of a module that are neither imports
// nor definitions.
func (s *script) code() (first, last *syntax.Node) {
	for _, k := range s.tree.Root.Kids {
		if k.Is("comment", "import_statement", "import_from_statement", "future_import_statement", "function_definition", "class_definition", "decorated_definition") || k.Is("expression_statement") && k.Kids[0].Is("string") {
			continue
		}
		if first == nil {
			first = k
		}
		last = k
	}
	return first, last
}

// givenObject lets callers of a function bring the object that it makes.
func (s *script) givenObject() bool {
	if first, last := s.moduleCode(); first != nil {
		s.nest(first, last, 1, "def meta_main():", "\n\nmeta_main()")
		if !s.step() {
			return false
		}
	}
	return s.made(func(left, call *syntax.Node) string {
		fn := function(left)
		if len(s.edits) > 0 || fn == nil || !s.parameter(fn, "meta_given", "None") {
			return ""
		}
		return s.text(left) + " = meta_given or " + s.text(call)
	})
}

// closable are calls whose result "with" takes.
var closable = []string{"requests.Session", "requests.session", "httpx.Client", "urllib3.PoolManager", "smtplib.SMTP", "imaplib.IMAP4_SSL", "ftplib.FTP_TLS", "socket.create_connection"}

// objectInWith uses an object in a with statement up to the end of its block.
func (s *script) objectInWith() bool {
	for _, v := range s.names() {
		as := v.id.Up
		stmt := as.Up
		if v.role != "assign" || !as.Is("assignment") || v.id.Field != "left" || !as.Child("right").Is("call") || !stmt.Is("expression_statement") || !s.alone(stmt) {
			continue
		}
		list := stmt.Up.Kids
		i := slices.Index(list, stmt)
		last := list[len(list)-1]
		inside := !slices.ContainsFunc(s.uses(v), func(u *name) bool {
			return u != v && (u.role != "" || u.id.Start < stmt.Start || u.id.End > last.End || scopeOf(u.id) != scopeOf(v.id))
		})
		whole := slices.ContainsFunc(list[i:], func(n *syntax.Node) bool { return !s.alone(n) && !n.Is("comment") })
		if i+1 == len(list) || !inside || whole || !slices.Contains(closable, s.text(as.Child("right").Child("function"))) {
			continue
		}
		s.replace(stmt, "with "+s.text(as.Child("right"))+" as "+s.text(v.id)+":")
		s.shift(s.lineEnd(stmt.End)+1, s.lineEnd(last.End), "    ")
		return true
	}
	return false
}

// objectInGlobal has a function make an object of the module.
func (s *script) objectInGlobal() bool {
	for _, v := range s.names() {
		as := v.id.Up
		stmt := as.Up
		if v.role != "assign" || v.home != s.tree.Root || !as.Is("assignment") || v.id.Field != "left" || as.Child("type") != nil || !as.Child("right").Is("call") || stmt.Up != s.tree.Root || !s.alone(stmt) {
			continue
		}
		once := true
		for _, u := range s.uses(v) {
			once = once && (u == v || u.role == "" && u.id.Start > stmt.Start)
		}
		text := s.text(v.id)
		if once && strings.ToUpper(text) != text {
			s.nest(stmt, stmt, 1, text+" = None\n\n\ndef meta_init():\n\tglobal "+text, "\n\nmeta_init()")
			return true
		}
	}
	return false
}

// parameter gives a function a further parameter, unless it is one whose
// parameters somebody else fills. Without a default, nobody may call it here.
func (s *script) parameter(fn *syntax.Node, param, def string) bool {
	name := s.text(fn.Child("name"))
	if fn.Up.Is("decorated_definition") || strings.HasPrefix(name, "__") && name != "__init__" || !s.free(param) {
		return false
	}
	text := param + "=" + def
	if def == "" {
		text = param
		if !s.uncalled(fn) {
			return false
		}
	}
	params := fn.Child("parameters")
	var last *syntax.Node
	for _, p := range params.Kids {
		if p.Is("comment", "ERROR") || def == "" && !p.Is("identifier", "typed_parameter") {
			return false
		}
		if p.Is("dictionary_splat_pattern") || p.Is("typed_parameter") && strings.HasPrefix(s.text(p), "**") {
			break
		}
		last = p
	}
	switch {
	case last != nil:
		s.insert(last.End, ", "+text)
	case len(params.Kids) > 0:
		s.insert(params.Start+1, text+", ")
	default:
		s.insert(params.Start+1, text)
	}
	return true
}

// uncalled reports whether nothing in the file calls a function, nor a class that
// it may override something of.
func (s *script) uncalled(fn *syntax.Node) bool {
	word := s.text(fn.Child("name"))
	if class := fn.Above("class_definition", "function_definition"); class.Is("class_definition") {
		if class.Child("superclasses") != nil {
			return false
		}
		if word == "__init__" {
			word = s.text(class.Child("name"))
		}
	}
	n := 0
	s.walk(func(id *syntax.Node) {
		if s.text(id) == word {
			n++
		}
	}, "identifier")
	return n == 1
}
