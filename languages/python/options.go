package python

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// namespace is what programs call the result of parsing their command line.
var namespace = lazyregexp.New(`(?i)^(args|arguments|opts|options|ns|namespace|parsed|parsed_args|cli_args|params|flags|self\.args|self\.opts|self\.options|cls\.args)$`)

// flag is the value of an option of the command line, as argparse or optparse
// stores it.
func (m *module) flag(obj *syntax.Node, attr string) (ir.Value, bool) {
	calls := m.flags[attr]
	if len(calls) == 0 {
		return ir.Value{}, false
	}
	if text := m.text(obj); !namespace.MatchString(text) && !strings.Contains(m.name(obj), "parse_") {
		return ir.Value{}, false
	}
	call := calls[0]
	args := call.Child("arguments")
	out := option("flag", "--"+strings.ReplaceAll(attr, "_", "-"), nil)
	def := m.keyword(args, "default")
	action := ""
	if a := m.keyword(args, "action"); a != nil {
		action, _ = m.literal(a)
		if action == "" {
			action = m.text(a)
		}
	}
	switch {
	case action == "store_true":
		out.Default, out.May, out.Closed = m.constant(call, false), []ir.Const{m.boolean(call, true)}, true
	case action == "store_false":
		out.Default, out.May, out.Closed = m.constant(call, true), []ir.Const{m.boolean(call, false)}, true
	case strings.HasSuffix(action, "BooleanOptionalAction"):
		out.May, out.Closed = []ir.Const{m.boolean(call, true), m.boolean(call, false)}, true
	case action == "store_const":
		if c := m.keyword(args, "const"); c != nil {
			out.May = consts(m.eval(c))
		}
		out.Closed = true
	}
	if def != nil {
		v := m.eval(def)
		out.Default = defaultOf(v)
		out.Options = join(out.Options, v.Options)
	} else if out.Default == nil {
		out.Default = &ir.Const{Kind: ir.Null, At: m.place(call)}
	}
	return out, true
}

func (m *module) constant(at *syntax.Node, b bool) *ir.Const {
	c := ir.Const{Kind: ir.Bool, Bool: b, At: ir.Place{Path: m.path, Span: m.span(at)}}
	return &c
}

// decorated is the value of a parameter that click fills from the command line.
func (m *module) decorated(fn *syntax.Node, param string) (ir.Value, bool) {
	for _, d := range decorators(fn) {
		if len(d.Kids) == 0 || !d.Kids[0].Is("call") {
			continue
		}
		call := d.Kids[0]
		f := m.text(call.Child("function"))
		if !strings.HasSuffix(f, "option") && !strings.HasSuffix(f, "Option") {
			continue
		}
		args := call.Child("arguments")
		name, negative := "", ""
		for _, p := range m.positional(args) {
			s, ok := m.literal(p)
			if !ok {
				continue
			}
			yes, no, _ := strings.Cut(s, "/")
			if !strings.HasPrefix(yes, "-") {
				name = yes
				break
			}
			if strings.HasPrefix(yes, "--") || name == "" {
				name, negative = strings.TrimLeft(strings.TrimSpace(yes), "-"), no
			}
		}
		if strings.ReplaceAll(name, "-", "_") != param {
			continue
		}
		out := option("flag", "--"+strings.ReplaceAll(name, "_", "-"), nil)
		flag := negative != ""
		if x := m.keyword(args, "is_flag"); x.Is("true") {
			flag = true
		}
		if flag {
			out.May, out.Closed = []ir.Const{m.boolean(call, true), m.boolean(call, false)}, true
			out.Default = m.constant(call, false)
		}
		if def := m.keyword(args, "default"); def != nil {
			v := m.eval(def)
			out.Default = defaultOf(v)
			out.Options = join(out.Options, v.Options)
		} else if out.Default == nil {
			out.Default = &ir.Const{Kind: ir.Null, At: m.place(call)}
		}
		return out, true
	}
	return ir.Value{}, false
}

var (
	// toBool is a function that reads text as a boolean.
	toBool = lazyregexp.New(`(?i)(^|[._])(strtobool|str2bool|str_to_bool|string_to_bool|to_bool|tobool|as_?bool|parse_bool|is_true|boolean|bool|get_bool|str_bool|cast_bool|truthy)$`)
	// getter is a method that reads one entry of a configuration.
	getter = lazyregexp.New(`^(get|pop|getboolean|getbool|get_bool|get_boolean|getint|get_value|get_option|get_config|getattr|read|value|bool|setdefault|as_bool|get_setting|get_param|get_env|getenv)$`)
	change = map[string]bool{"lower": true, "upper": true, "strip": true, "casefold": true, "lstrip": true, "rstrip": true, "title": true, "capitalize": true}
)

// evalCall is the value of a call.
func (m *module) evalCall(n *syntax.Node) ir.Value {
	fn, args := n.Child("function"), n.Child("arguments")
	if !args.Is("argument_list") {
		return nothing()
	}
	pos := m.positional(args)
	name := m.name(fn)
	method := ""
	if fn.Is("attribute") {
		method = m.text(fn.Child("attribute"))
	}
	if change[method] && len(pos) == 0 {
		return each(m.eval(fn.Child("object")), func(c ir.Const) (ir.Const, bool) {
			switch method {
			case "upper":
				c.Str = strings.ToUpper(c.Str)
			case "lower", "casefold":
				c.Str = strings.ToLower(c.Str)
			case "title", "capitalize":
				if c.Str != "" {
					c.Str = strings.ToUpper(c.Str[:1]) + strings.ToLower(c.Str[1:])
				}
			default:
				c.Str = strings.TrimSpace(c.Str)
			}
			return c, c.Kind == ir.String || c.Kind == ir.Bool
		})
	}
	switch name {
	case "os.environ.get", "os.getenv", "os.environ.pop", "os.environ.setdefault":
		if len(pos) > 0 {
			key, _ := m.literal(pos[0])
			return m.read("environment variable", key, m.fallback(pos, args, &ir.Const{Kind: ir.Null, At: m.place(n)}))
		}
	case "bool", "int", "str":
		if len(pos) == 1 {
			return m.cast(name, m.eval(pos[0]), n)
		}
	case "getattr":
		if len(pos) > 1 {
			if attr, ok := m.literal(pos[1]); ok {
				if v, ok := m.flag(pos[0], attr); ok {
					return v
				}
				if name := m.name(n); name != "" && m.rooted(pos[0]) && !strings.Contains(name, "()") && len(pos) > 2 && pos[2].Is("none") {
					return nothing() // whether this version of a module has it
				}
				return m.read("setting", attr, m.fallback(pos[1:], args, nil))
			}
		}
		return nothing()
	case "typer.Option", "typer.Argument", "click.option":
		if len(pos) > 0 {
			v := m.eval(pos[0])
			return option("flag", flagName(m, pos[1:]), defaultOf(v))
		}
		return option("flag", flagName(m, pos), defaultOf(m.eval(m.keyword(args, "default"))))
	}
	if v, ok := m.callback(n, fn, pos); ok {
		return v
	}
	if toBool.MatchString(m.text(fn)) && len(pos) >= 1 && !fn.Is("attribute") || toBool.MatchString(name) && len(pos) == 1 {
		v := m.eval(pos[0])
		if s, ok := m.literal(pos[0]); ok && saysSo.MatchString(s) && !isBoolText(s) {
			return m.read("setting", s, m.fallback(pos, args, nil)) // env_bool("X", default)
		}
		return m.cast("strtobool", v, n)
	}
	if v, ok := m.configRead(n, fn, method, pos, args); ok {
		return v
	}
	if def := m.local(fn); def != nil {
		if name := m.name(n); name != "" {
			return m.symbol(n, name)
		}
		return m.result(def)
	}
	if name := m.name(n); name != "" && !strings.HasPrefix(name, "super") {
		return m.symbol(n, name)
	}
	return nothing()
}

func isBoolText(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "1", "0":
		return true
	}
	return false
}

func flagName(m *module, pos []*syntax.Node) string {
	for _, p := range pos {
		if s, ok := m.literal(p); ok && strings.HasPrefix(s, "--") {
			s, _, _ = strings.Cut(s, "/")
			return s
		}
	}
	return "option"
}

// callback is functools.partial and its like around a function: the function.
func (m *module) callback(n, fn *syntax.Node, pos []*syntax.Node) (ir.Value, bool) {
	if strings.HasSuffix(m.text(fn), "partial") && len(pos) > 0 {
		return m.eval(pos[0]), true
	}
	return ir.Value{}, false
}

// fallback is the value of the default of a read: the second argument, or a
// keyword.
func (m *module) fallback(pos []*syntax.Node, args *syntax.Node, absent *ir.Const) ir.Value {
	for _, k := range []string{"default", "fallback", "failobj", "fallback_value"} {
		if x := m.keyword(args, k); x != nil {
			return m.eval(x)
		}
	}
	if len(pos) > 1 {
		return m.eval(pos[len(pos)-1])
	}
	if absent != nil {
		return ir.Value{Known: true, Const: *absent}
	}
	return ir.Value{}
}

// read is the value of an entry of the environment or of a configuration.
func (m *module) read(kind, key string, def ir.Value) ir.Value {
	out := option(kind, key, defaultOf(def))
	out.Options = join(out.Options, def.Options)
	out.May = def.May
	if kind != "environment variable" && isPath.MatchString(key) {
		out.Closed = true
	}
	return out
}

// cast is bool(x), int(x) and their like.
func (m *module) cast(to string, v ir.Value, n *syntax.Node) ir.Value {
	out := each(v, func(c ir.Const) (ir.Const, bool) {
		switch to {
		case "str":
			return c, c.Kind == ir.String
		case "bool":
			t := truth(c)
			return ir.Const{Kind: ir.Bool, Bool: t == ir.Yes, At: c.At}, t != ir.Maybe
		}
		t := c.Truth()
		return ir.Const{Kind: ir.Bool, Bool: t == ir.Yes, At: c.At}, t != ir.Maybe
	})
	if !v.Known && len(v.Options) > 0 && to != "str" {
		out.May = []ir.Const{m.boolean(n, true), m.boolean(n, false)}
		out.Closed = true
	}
	return out
}

// configRead is the read of one entry of a configuration: x.get("key", default),
// config("KEY", default=...), env.bool("KEY", False).
func (m *module) configRead(n, fn *syntax.Node, method string, pos []*syntax.Node, args *syntax.Node) (ir.Value, bool) {
	if len(pos) == 0 {
		return ir.Value{}, false
	}
	key := ""
	keys := 0
	for _, p := range pos {
		s, ok := m.literal(p)
		if !ok {
			break
		}
		if keys < 2 && (keys == 0 || strings.HasPrefix(method, "getb") || strings.HasPrefix(method, "geti")) {
			key = s
			keys++
		}
	}
	if key == "" {
		return ir.Value{}, false
	}
	isGetter := method != "" && getter.MatchString(method)
	text := m.text(fn)
	isEnv := regexpEnv.MatchString(text)
	if !isGetter && !isEnv {
		return ir.Value{}, false
	}
	if method == "get" && m.name(n) != "" && m.set.Knows(strings.TrimSuffix(m.name(fn), ".get")) {
		return ir.Value{}, false // requests.get("...") and its like
	}
	if obj := fn.Child("object"); isGetter && obj.Is("identifier") {
		if v, ok := m.entry(obj, key, n); ok {
			if v.Known && v.Const.Kind == ir.Absent {
				return m.fallback(pos[keys-1:], args, &ir.Const{Kind: ir.Null, At: m.place(n)}), true
			}
			return v, true
		}
		if m.keywords(obj) {
			return m.read("parameter", key, m.fallback(pos[keys-1:], args, &ir.Const{Kind: ir.Null, At: m.place(n)})), true
		}
	}
	kind := "setting"
	if isEnv {
		kind = "environment variable"
	}
	v := m.read(kind, key, m.fallback(pos[keys-1:], args, nil))
	if strings.Contains(strings.ToLower(method), "bool") || m.keyword(args, "cast").Is("identifier") && m.text(m.keyword(args, "cast")) == "bool" {
		v = m.cast("strtobool", v, n)
	}
	return v, true
}

var regexpEnv = lazyregexp.New(`(?i)^(env|environ|decouple\.config|config|getenv|get_env|env_config|get_setting|get_config|conf)(\.(bool|str|int|get|get_bool|getboolean))?$`)

// keywords reports whether a name is the **kwargs of its function.
func (m *module) keywords(id *syntax.Node) bool {
	s := m.lookup(id, m.text(id))
	return s != nil && slices.ContainsFunc(s.binds[m.text(id)], func(b *binding) bool {
		return b.kind == bindParam && b.stmt.Is("dictionary_splat_pattern")
	})
}

// evalEntry is the value of x["key"].
func (m *module) evalEntry(n *syntax.Node) ir.Value {
	obj := n.Child("value")
	key, ok := m.literal(n.Child("subscript"))
	if !ok {
		return nothing()
	}
	if m.name(obj) == "os.environ" {
		return m.read("environment variable", key, ir.Value{})
	}
	if obj.Is("identifier") {
		if v, ok := m.entry(obj, key, n); ok && !(v.Known && v.Const.Kind == ir.Absent) {
			return v
		}
		if m.keywords(obj) {
			return m.read("parameter", key, ir.Value{})
		}
	}
	return m.read("setting", key, ir.Value{})
}

// entry is what a dictionary that this file builds holds under a key; ok is false
// when the dictionary comes from elsewhere.
func (m *module) entry(id *syntax.Node, key string, use *syntax.Node) (ir.Value, bool) {
	d := m.dictOf(id, use)
	if d == nil {
		return ir.Value{}, false
	}
	if e, ok := d.entries[key]; ok {
		return e.value, true
	}
	if d.open {
		return ir.Value{}, false
	}
	return known(ir.Const{Kind: ir.Absent}), true
}
