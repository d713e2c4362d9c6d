package lowering

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
)

// flagVarFuncs put a flag's value behind their first argument: (&x, name, def, usage)
// or, with a shorthand or an environment name, further strings in between.
var flagVarFuncs = lazyregexp.New(`^(Bool|String|Int|Uint|Text)(\w*)Var(P|PF|F)?$`)

// flagFuncs return a pointer to a flag's value: (name, def, usage).
var flagFuncs = lazyregexp.New(`^(Bool|String|Int|Uint|Duration)(P|PF|F)?$`)

// readers read a setting by its name and return its value.
var readers = lazyregexp.New(`^(Must|Lookup|Get|Read|Load)?_?(Bool|String|Int|Env|Flag|Value|Config|Setting|Option|Str|EnvBool|BoolEnv|EnvOrDefault|EnvDefault)(T|OrDefault|WithDefault|Or|E|Var|Value)?$|^Get$`)

// localNames are functions and variables that ask whether the other side is this
// machine.
var localNames = lazyregexp.New(`(?i)loopback|localhost|is_?local|_local$|Local$`)

var pointerHelper = lazyregexp.New(`^(To|Ptr|Bool|String|Int|BoolPtr|StringPtr|PtrTo|ToPtr|Pointer|Of|Ref|NewBool|Val)$`)

// sameText returns its first argument's meaning unchanged.
var sameText = map[string]bool{
	"strings.ToLower": true, "strings.ToUpper": true, "strings.TrimSpace": true, "strings.Trim": true,
	"strings.TrimPrefix": true, "strings.TrimSuffix": true, "os.ExpandEnv": true, "fmt.Sprint": true,
}

// flagTarget recognises a call that registers a flag on &x and returns what the
// flag will hold.
func (u *Unit) flagTarget(call *ast.CallExpr, target ast.Expr) (ir.Value, bool) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || len(call.Args) < 3 || call.Args[0] != target || !flagVarFuncs.MatchString(sel.Sel.Name) {
		return ir.Value{}, false
	}
	return u.flagValue(call, call.Args[1:])
}

// flagValue reads (name, [shorthand,] default, usage): the default is the last
// argument that is a constant, or resolves to one, before the usage text.
func (u *Unit) flagValue(call *ast.CallExpr, args []ast.Expr) (ir.Value, bool) {
	if len(args) < 2 {
		return ir.Value{}, false
	}
	name := u.Info.Types[args[0]].Value
	label := u.text(args[0])
	if name != nil {
		label = "-" + strings.Trim(name.ExactString(), `"`)
	}
	v := option("flag", label, nil)
	sel, _ := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	pos := 1
	if sel != nil && (strings.HasSuffix(sel.Sel.Name, "P") || strings.HasSuffix(sel.Sel.Name, "PF")) {
		pos = 2
	}
	// A flag whose default is its own variable says nothing about the default.
	if pos < len(args) && !u.flags[call] {
		u.flags[call] = true
		defer delete(u.flags, call)
		e := &evaluator{u: u, busy: map[types.Object]bool{}}
		if d := e.value(args[pos]); d.Known && d.Const.Kind != ir.Unknown {
			c := d.Const
			v.Default = &c
		} else if d.Default != nil {
			v.Default = d.Default
		}
	}
	return v, true
}

func (e *evaluator) call(x *ast.CallExpr) ir.Value {
	u := e.u
	if tv := u.Info.Types[x.Fun]; tv.IsType() && len(x.Args) == 1 {
		return e.value(x.Args[0])
	}
	if id, ok := ast.Unparen(x.Fun).(*ast.Ident); ok {
		if b, ok := u.Info.Uses[id].(*types.Builtin); ok {
			return e.builtin(b.Name(), x)
		}
	}
	name, _ := u.callee(x)
	last := name[strings.LastIndexByte(name, '.')+1:]
	sel, isSel := ast.Unparen(x.Fun).(*ast.SelectorExpr)
	qualified := isSel && u.pkgOf(sel.X) != nil && !isStd(name)
	if qualified && len(x.Args) == 1 && pointerHelper.MatchString(last) {
		// aws.Bool(true): a pointer to it means the value itself.
		if v := e.value(x.Args[0]); v.Known || len(v.Options) > 0 {
			return v
		}
	}
	if v, ok := e.reader(x, name, last); ok {
		return v
	}
	if localNames.MatchString(last) {
		// Off only towards this machine itself.
		return ir.Value{Closed: true}
	}
	key := e.settingName(x)
	if key != "" && saysSo.MatchString(key) {
		// Whoever answers, the name says which switch is asked for.
		return option("setting", key, zeroOf(orInvalid(u.Info.TypeOf(x))))
	}
	if fn := e.u.calledDecl(x); fn != nil {
		if v := e.enter(x, fn); v.Known || v.Closed || len(v.Options) > 0 || key == "" {
			return v
		}
		// A table of settings of the program's own.
		return option("setting", key, nil)
	}
	if len(x.Args) == 1 && pointerHelper.MatchString(last) {
		if v := e.value(x.Args[0]); v.Known || len(v.Options) > 0 {
			return v
		}
	}
	v := ir.Value{}
	if name != "" && !strings.HasPrefix(name, "?.") {
		sym := name + "()"
		v = known(ir.Const{Kind: ir.Symbol, Sym: sym})
		if fi := u.at(x); fi != nil {
			v.Const.At = fi.place(x)
		}
	}
	t := u.Info.TypeOf(x)
	if len(x.Args) == 0 && !isStd(name) && (t != nil && mayBeBool(t) || t == nil && saysSo.MatchString(last)) {
		// A getter of somebody's settings: c.SkipVerify().
		v.Const.Kind = ir.Unknown
		v.Options = []ir.Option{{Kind: "setting", Name: u.text(x)}}
	}
	return v
}

// settingName is the text by which a method asks for one setting: its only
// argument, written here.
func (e *evaluator) settingName(x *ast.CallExpr) string {
	if _, method := ast.Unparen(x.Fun).(*ast.SelectorExpr); !method || len(x.Args) != 1 {
		return ""
	}
	if tv := e.u.Info.Types[x.Args[0]]; tv.Value != nil {
		return constOf(tv.Value).Str
	}
	return ""
}

func orInvalid(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.Invalid]
	}
	return t
}

func (e *evaluator) builtin(name string, x *ast.CallExpr) ir.Value {
	switch name {
	case "new":
		if len(x.Args) != 1 {
			return ir.Value{}
		}
		if tv := e.u.Info.Types[x.Args[0]]; !tv.IsType() {
			return e.value(x.Args[0]) // new(true)
		} else if z := zeroOf(tv.Type); z != nil {
			return known(*z)
		}
		return ir.Value{}
	case "append":
		fi := e.u.at(x)
		if fi == nil || len(x.Args) == 0 {
			return ir.Value{}
		}
		c := ir.Const{Kind: ir.List, At: fi.place(x)}
		if base := e.value(x.Args[0]); base.Known && base.Const.Kind == ir.List {
			c.Elems = slices.Clone(base.Const.Elems)
		}
		for i, a := range x.Args[1:] {
			v := e.value(a)
			if x.Ellipsis.IsValid() && i == len(x.Args)-2 {
				c.Elems = append(c.Elems, v.Const.Elems...)
				continue
			}
			if v.Const.Kind == ir.Unknown {
				v = e.fieldOfRanged(a)
			}
			c.Elems = append(c.Elems, ir.Elem{Const: v.Const, Span: fi.span(a)})
		}
		return known(c)
	}
	return ir.Value{}
}

// fieldOfRanged resolves s.ID, where s ranges over what a library returned, to
// that library's function: the list's elements come from there.
func (e *evaluator) fieldOfRanged(x ast.Expr) ir.Value {
	if sel, ok := ast.Unparen(x).(*ast.SelectorExpr); ok {
		if id, ok := ast.Unparen(sel.X).(*ast.Ident); ok {
			return e.value(id)
		}
	}
	return ir.Value{}
}

// reader recognises calls that read an option: environment, flags, settings.
func (e *evaluator) reader(x *ast.CallExpr, name, last string) (ir.Value, bool) {
	u := e.u
	arg := func(i int) ir.Value {
		if i < len(x.Args) {
			return e.value(x.Args[i])
		}
		return ir.Value{}
	}
	text := func(i int) (string, bool) {
		v := arg(i)
		return v.Const.Str, v.Known && v.Const.Kind == ir.String
	}
	label := func(i int) string {
		if s, ok := text(i); ok {
			return s
		}
		if i < len(x.Args) {
			return u.text(x.Args[i])
		}
		return u.text(x)
	}
	switch name {
	case "os.Getenv", "os.LookupEnv", "syscall.Getenv":
		return option("environment variable", label(0), &ir.Const{Kind: ir.String}), true
	case "strconv.ParseBool":
		v := arg(0)
		if v.Default != nil {
			v.Default = &ir.Const{Kind: ir.Bool, Bool: v.Default.Truth() == ir.Yes}
		}
		if v.Known {
			v.Const = ir.Const{Kind: ir.Bool, Bool: v.Const.Truth() == ir.Yes}
		}
		v.May = nil
		return v, true
	case "strconv.Atoi", "strconv.ParseInt", "strconv.ParseUint":
		return ir.Value{Options: arg(0).Options}, true
	case "strings.EqualFold":
		if len(x.Args) == 2 {
			return e.equal(x.Args[0], x.Args[1]), true
		}
	case "strings.Contains", "strings.HasPrefix", "strings.HasSuffix":
		v := arg(0)
		if len(v.Options) == 0 {
			return ir.Value{}, true
		}
		d := boolConst(false, ir.Place{})
		return ir.Value{Options: v.Options, Default: &d}, true
	case "slices.Contains":
		return ir.Value{Options: arg(1).Options}, true
	}
	if sameText[name] {
		return arg(0), true
	}
	sel, isSel := ast.Unparen(x.Fun).(*ast.SelectorExpr)
	if isSel && flagFuncs.MatchString(sel.Sel.Name) && len(x.Args) >= 3 {
		if _, ok := text(0); ok {
			return u.flagValue(x, x.Args)
		}
	}
	if isSel && readers.MatchString(last) && len(x.Args) >= 1 && !u.inModule(name) {
		key, ok := text(0)
		if !ok {
			return ir.Value{}, false
		}
		kind := "setting"
		if def := u.settingDefault(key); def != nil {
			return option(kind, key, def), true
		}
		if len(x.Args) == 2 {
			if d := arg(1); d.Known && d.Const.Kind != ir.Unknown {
				c := d.Const
				return option(kind, key, &c), true
			}
		}
		if t := u.Info.TypeOf(x); strings.Contains(last, "Bool") || t != nil && isBool(t) {
			return option(kind, key, &ir.Const{Kind: ir.Bool}), true
		}
		return option(kind, key, &ir.Const{Kind: ir.String}), true
	}
	return ir.Value{}, false
}

// settingDefault finds x.SetDefault(key, constant), the Value of a declared
// BoolFlag, or a flag registered by that name in this package.
func (u *Unit) settingDefault(key string) *ir.Const {
	if def, ok := u.setting[key]; ok {
		return def
	}
	var def *ir.Const
	defer func() { u.setting[key] = def }()
	for _, d := range u.defaultsOf(key) {
		if d.flag == nil {
			def = u.constArg(d.value)
		} else if v, ok := u.flagValue(d.flag, d.flag.Args); ok {
			def = v.Default
		}
		if def != nil {
			break
		}
	}
	return def
}

// settingDefault is one place that gives a setting a default: the call that
// registers a flag, or else an expression.
type settingDefault struct {
	flag  *ast.CallExpr
	value ast.Expr
}

// defaultsOf lists what gives a setting its default, in source order.
func (u *Unit) defaultsOf(key string) []settingDefault {
	if u.defaults == nil {
		u.defaults = map[string][]settingDefault{}
		for _, f := range u.Files {
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					sel, ok := n.Fun.(*ast.SelectorExpr)
					if !ok || len(n.Args) < 2 {
						return true
					}
					if sel.Sel.Name == "SetDefault" {
						u.addDefault(n.Args[0], settingDefault{value: n.Args[1]})
					} else if flagFuncs.MatchString(sel.Sel.Name) {
						u.addDefault(n.Args[0], settingDefault{flag: n})
					}
				case *ast.CompositeLit:
					if name, value := namedValue(n); name != nil && value != nil {
						u.addDefault(name, settingDefault{value: value})
					}
				}
				return true
			})
		}
	}
	return u.defaults[key]
}

func (u *Unit) addDefault(name ast.Expr, d settingDefault) {
	if key, ok := u.constText(name); ok {
		u.defaults[key] = append(u.defaults[key], d)
	}
}

// namedValue returns the fields Name and Value of a literal with keys.
func namedValue(lit *ast.CompositeLit) (name, value ast.Expr) {
	for _, el := range lit.Elts {
		kv, ok := el.(*ast.KeyValueExpr)
		if !ok {
			return nil, nil
		}
		if id, ok := kv.Key.(*ast.Ident); ok && id.Name == "Name" {
			name = kv.Value
		} else if ok && id.Name == "Value" {
			value = kv.Value
		}
	}
	return name, value
}

// constText is the text of a constant string.
func (u *Unit) constText(x ast.Expr) (string, bool) {
	v := u.Info.Types[x].Value
	if v == nil {
		return "", false
	}
	c := constOf(v)
	return c.Str, c.Kind == ir.String
}

func (u *Unit) constArg(x ast.Expr) *ir.Const {
	if v := u.Info.Types[x].Value; v != nil {
		c := constOf(v)
		return &c
	}
	return nil
}

// calledDecl finds the function of this unit that a call enters.
func (u *Unit) calledDecl(x *ast.CallExpr) *ast.FuncDecl {
	id := calledIdent(x)
	if id == nil {
		return nil
	}
	f, ok := u.Info.Uses[id].(*types.Func)
	if !ok {
		return nil
	}
	decl := u.funcDecl(f)
	if decl == nil || decl.Body == nil {
		return nil
	}
	return decl
}

// enter evaluates a call of a function of this unit: the values of its return
// statements, with its parameters bound to the arguments.
func (e *evaluator) enter(x *ast.CallExpr, decl *ast.FuncDecl) ir.Value {
	return e.enterResult(x, decl, 0)
}

func (e *evaluator) enterResult(x *ast.CallExpr, decl *ast.FuncDecl, index int) ir.Value {
	obj := e.u.Info.Defs[decl.Name]
	if obj == nil || e.busy[obj] {
		return ir.Value{}
	}
	e.busy[obj] = true
	defer delete(e.busy, obj)
	old := e.bind
	defer func() { e.bind = old }()
	bind := map[types.Object]ir.Value{}
	for k, v := range old {
		bind[k] = v
	}
	i := 0
	for _, field := range decl.Type.Params.List {
		for _, name := range field.Names {
			if _, variadic := field.Type.(*ast.Ellipsis); !variadic && i < len(x.Args) {
				bind[e.u.Info.Defs[name]] = e.value(x.Args[i])
			}
			i++
		}
	}
	e.bind = bind
	fi := e.u.at(decl)
	var out *ir.Value
	var returns []*ast.ReturnStmt
	ast.Inspect(decl.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			returns = append(returns, n)
		}
		return true
	})
	// From the last to the first: an earlier guarded return overrides what
	// stands behind it.
	for _, r := range slices.Backward(returns) {
		if index >= len(r.Results) {
			return ir.Value{}
		}
		p := e.pathTo(fi, r, decl)
		if p.never {
			continue
		}
		v := e.value(r.Results[index])
		if out == nil || !p.conditional {
			out = &v
			continue
		}
		opts, taken := p.decides()
		m := merge(*out, v, opts, taken)
		out = &m
	}
	if out == nil {
		return ir.Value{}
	}
	return *out
}

// tuple evaluates result index of a call that returns several.
func (e *evaluator) tuple(x ast.Expr, index int) ir.Value {
	if e.depth > maxDepth {
		return ir.Value{}
	}
	e.depth++
	defer func() { e.depth-- }()
	switch x := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		if fn := e.u.calledDecl(x); fn != nil {
			return e.enterResult(x, fn, index)
		}
		if index == 0 {
			return e.call(x)
		}
		if name, _ := e.u.callee(x); index == 1 && name == "os.LookupEnv" {
			// Whether the variable is there at all.
			v := e.call(x)
			d := boolConst(false, ir.Place{})
			v.Default = &d
			return v
		}
	case *ast.TypeAssertExpr:
		if index == 0 {
			return e.value(x.X)
		}
	case *ast.IndexExpr:
		if index == 0 {
			return e.index(x)
		}
	case *ast.UnaryExpr:
		if x.Op == token.ARROW {
			return ir.Value{}
		}
	}
	return ir.Value{}
}
