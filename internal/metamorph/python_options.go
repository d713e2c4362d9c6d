package metamorph

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
)

var pythonOptions = []Transform{
	byParameter("if-parameter", "insecure", "False", "if insecure:", ""),
	byParameter("if-not-parameter", "verify", "True", "if not verify:", ""),
	byParameter("if-parameter-is-false", "verify", "True", "if verify is False:", ""),
	byParameter("else-of-parameter", "verify", "True", "if verify:\n\tpass\nelse:", ""),
	byParameter("if-parameter-and-more", "insecure", "False", "if insecure and len(\"a\") > 0:", ""),
	byParameter("if-mode", "mode", `"strict"`, `if mode == "insecure":`, ""),
	byParameter("if-mode-among", "mode", `"strict"`, `if mode in ("insecure", "lax"):`, ""),
	byParameter("elif-mode", "mode", `"strict"`, "if mode == \"strict\":\n\tpass\nelif mode == \"insecure\":", ""),
	byParameter("if-config-get", "config", "", `if config.get("insecure", False):`, ""),
	byParameter("if-config-entry", "config", "", `if config["tls"]["insecure"]:`, ""),
	byParameter("if-field", "options", "", "if options.insecure:", ""),
	byParameter("return-if-parameter", "verify", "True", "if verify:\n\treturn", "-"),
	byParameter("return-unless-parameter", "insecure", "False", "if not insecure:\n\treturn None", "-"),
	byParameter("raise-unless-parameter", "insecure", "False", "if not insecure:\n\traise RuntimeError(\"not asked for\")", "-"),
	byProgram("if-argparse", argparse, "if args.insecure:", "argparse"),
	byProgram("if-not-argparse", strings.Replace(argparse, `"--insecure", action="store_true"`, `"--no-verify", dest="verify", action="store_false"`, 1), "if not args.verify:", "argparse"),
	byProgram("if-argparse-default", strings.Replace(argparse, `action="store_true"`, `default=False, type=bool`, 1), "if args.insecure:", "argparse"),
	byProgram("if-environment", "", `if os.environ.get("APP_INSECURE") == "1":`, "os"),
	byProgram("if-environment-set", "", `if os.getenv("APP_INSECURE"):`, "os"),
	byProgram("if-environment-has", "", `if "APP_INSECURE" in os.environ:`, "os"),
	byProgram("if-environment-lower", "", `if os.getenv("APP_INSECURE", "false").lower() in ("1", "true", "yes"):`, "os"),
	byProgram("if-environment-constant", "INSECURE = os.environ.get(\"APP_INSECURE\", \"\") == \"yes\"\n", "if INSECURE:", "os"),
	byProgram("if-argument", "", `if "--insecure" in sys.argv:`, "sys"),
	byProgram("if-configparser", "config = configparser.ConfigParser()\nconfig.read(\"app.ini\")\n", `if config.getboolean("tls", "insecure", fallback=False):`, "configparser"),
	byProgram("if-django-setting", "from django.conf import settings\n", `if getattr(settings, "APP_INSECURE", False):`),
	byProgram("if-dataclass-field", "@dataclasses.dataclass\nclass MetaOptions:\n    insecure: bool = False\n\n\noptions = MetaOptions()\n", "if options.insecure:", "dataclasses"),
	python("if-click-option", Optional, func(s *script) bool {
		first, last := s.moduleCode()
		if first == nil || !s.free("insecure") {
			return false
		}
		s.nest(first, last, 1, "@click.command()\n@click.option(\"--insecure\", is_flag=True, default=False)\ndef meta_main(insecure):", "\n\nmeta_main()")
		s.imports("click")
		return s.step() && s.guardSink("if insecure:", "")
	}),
	python("if-attribute", Optional, func(s *script) bool {
		first, last := s.moduleCode()
		if first == nil || !s.free("insecure") {
			return false
		}
		s.nest(first, last, 2, "class MetaApp:\n\tdef __init__(self, insecure=False):\n\t\tself.insecure = insecure\n\n\tdef run(self):", "\n\nMetaApp().run()")
		return s.step() && s.guardSink("if self.insecure:", "")
	}),
	bySwitch("value-by-parameter", "insecure", "False", "insecure", "not insecure"),
	bySwitch("value-is-parameter", "verify", "True", "not verify", "verify"),
	bySwitch("value-by-branches", "insecure", "False", "(True if insecure else False)", "(False if insecure else True)"),
	bySwitch("value-by-keywords", "**meta_kwargs", "", `meta_kwargs.get("insecure", False)`, `meta_kwargs.get("verify", True)`),
	bySwitch("value-popped-from-keywords", "**meta_kwargs", "", `meta_kwargs.pop("insecure", False)`, `meta_kwargs.pop("verify", True)`),
	bySwitch("value-by-argparse", "", argparse, "args.insecure", "not args.insecure", "argparse"),
	bySwitch("value-by-environment", "", "", `os.environ.get("APP_INSECURE") == "1"`, `os.environ.get("APP_INSECURE") != "1"`, "os"),
	bySwitch("value-by-environment-lower", "", "", `(os.getenv("APP_INSECURE", "false").lower() == "true")`, `(os.getenv("APP_VERIFY", "true").lower() == "true")`, "os"),
	bySwitch("value-by-environment-number", "", "", `bool(int(os.environ.get("APP_INSECURE", "0")))`, `bool(int(os.environ.get("APP_VERIFY", "1")))`, "os"),
	python("entry-by-parameter", Optional, func(s *script) bool {
		return s.inFunction(func() bool {
			return s.entered("if insecure:\n\tmeta_opts[%k] = %v", "true", "false") && s.parameterOfEdit("insecure", "False")
		})
	}),
	python("entry-by-argparse", Optional, func(s *script) bool {
		if !s.free("args", "parser") || !s.entered("if args.insecure:\n\tmeta_opts[%k] = %v", "true", "false") {
			return false
		}
		s.insert(s.codeStart(), argparse)
		s.imports("argparse")
		return true
	}),
	python("variable-by-parameter", Optional, func(s *script) bool {
		return s.inFunction(func() bool { return s.variable("if insecure:") && s.parameterOfEdit("insecure", "False") })
	}),
	python("variable-by-environment", Optional, func(s *script) bool {
		s.imports("os")
		return s.variable(`if os.environ.get("APP_INSECURE"):`)
	}),
}

const argparse = "parser = argparse.ArgumentParser()\nparser.add_argument(\"--insecure\", action=\"store_true\")\nargs = parser.parse_args()\n"

// byParameter puts the statement of a sink under a condition on a parameter of
// the function around it; footer "-" means that the condition leaves it before.
func byParameter(transform, param, def, header, footer string) Transform {
	return python(transform, Optional, func(s *script) bool {
		return s.inFunction(func() bool {
			for _, sink := range s.sinkNodes() {
				fn := function(sink)
				first, last := s.scopeOfGuard(sink)
				if fn == nil || first == nil || !s.parameter(fn, param, def) {
					continue
				}
				if footer == "-" {
					s.before(first, strings.ReplaceAll(header, "\n\t", "\n"+s.indent(first)+"    "))
				} else {
					s.nest(first, last, 1, header, footer)
				}
				return true
			}
			return false
		})
	})
}

// inFunction makes a transformation about parameters, with the code of a script
// in a function where no function is around the sinks.
func (s *script) inFunction(f func() bool) bool {
	none := !slices.ContainsFunc(s.sinkNodes(), func(n *syntax.Node) bool { return function(n) != nil })
	if first, last := s.moduleCode(); none && first != nil {
		s.nest(first, last, 1, "def meta_main():", "\n\nmeta_main()")
		if !s.step() {
			return false
		}
	}
	return f()
}

// byProgram puts the statement of a sink under a condition on something that the
// program reads at its start.
func byProgram(name, setup, header string, modules ...string) Transform {
	return python(name, Optional, func(s *script) bool {
		if setup != "" && !s.free("args", "parser", "config", "settings", "options", "INSECURE") {
			return false
		}
		if !s.guardSink(header, "") {
			return false
		}
		if setup != "" {
			at := s.codeStart()
			s.edits = slices.Insert(s.edits, 0, edit{at, at, setup})
		}
		s.imports(modules...)
		return true
	})
}

// guardSink puts the statement of the first sink that has one under a condition.
func (s *script) guardSink(header, footer string) bool {
	for _, sink := range s.sinkNodes() {
		if first, last := s.scopeOfGuard(sink); first != nil {
			s.nest(first, last, 1, header, footer)
			return true
		}
	}
	return false
}

// codeStart is the offset behind the imports that a file begins with.
func (s *script) codeStart() int {
	at := s.head()
	for _, k := range s.tree.Root.Kids {
		if k.Start < at {
			continue
		}
		if !k.Is("import_statement", "import_from_statement") || !s.alone(k) {
			break
		}
		at = min(s.lineEnd(k.End)+1, len(s.src))
	}
	return at
}

// bySwitch lets a parameter, or with setup the program's surroundings, give the
// boolean at a sink: yes where it says True, no where it says False.
func bySwitch(name, param, def, yes, no string, modules ...string) Transform {
	return python(name, Optional, func(s *script) bool {
		set := func() bool {
			for _, x := range s.switches() {
				fn := function(x)
				if !x.Is("true", "false") || x.Above("default_parameter", "typed_default_parameter") != nil {
					continue
				}
				switch {
				case param == "":
					if def != "" && !s.free("args", "parser") || x.Above("class_definition") != nil && fn == nil {
						continue
					}
					s.insert(s.codeStart(), def)
				case fn == nil || x.Above("lambda") != nil:
					continue
				case strings.HasPrefix(param, "**"):
					if !s.keywords(fn, param) {
						continue
					}
				case !s.parameter(fn, param, def):
					continue
				}
				s.replace(x, map[bool]string{true: yes, false: no}[x.Is("true")])
				s.imports(modules...)
				return true
			}
			return false
		}
		if param == "" {
			return set()
		}
		return s.inFunction(set)
	})
}

// keywords gives a function a parameter that takes all further keywords.
func (s *script) keywords(fn *syntax.Node, param string) bool {
	params := fn.Child("parameters")
	if holds(params, "dictionary_splat_pattern", "comment") || fn.Up.Is("decorated_definition") || strings.HasPrefix(s.text(fn.Child("name")), "__") {
		return false
	}
	if len(params.Kids) == 0 {
		s.insert(params.Start+1, param)
	} else {
		s.insert(params.Kids[len(params.Kids)-1].End, ", "+param)
	}
	return true
}

// parameterOfEdit gives the function that was edited a parameter.
func (s *script) parameterOfEdit(param, def string) bool {
	at := s.edits[len(s.edits)-1].start
	fn := function(s.tree.Root.At(at, at))
	return fn != nil && s.parameter(fn, param, def)
}

// variable sets the boolean at a sink in a variable, under a condition.
func (s *script) variable(condition string) bool {
	for _, x := range s.switches() {
		stmt := s.statement(x)
		if !x.Is("true", "false") || stmt == nil || !s.hoistable(x, stmt) {
			continue
		}
		opposite := map[bool]string{true: "False", false: "True"}[x.Is("true")]
		s.before(stmt, "meta_flag = "+opposite)
		s.before(stmt, condition)
		s.before(stmt, "    meta_flag = "+s.text(x))
		s.replace(x, "meta_flag")
		return true
	}
	return false
}
