package yaml

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
)

// constant is what a plain or quoted scalar says. Quoted text stays text.
func constant(text string, style byte, at ir.Place) ir.Const {
	c := ir.Const{Kind: ir.String, Str: text, At: at}
	if style != 'p' {
		if style == 0 {
			c.Kind = ir.Null
		}
		return c
	}
	switch text {
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		return ir.Const{Kind: ir.Bool, Bool: true, Str: text, At: at}
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
		return ir.Const{Kind: ir.Bool, Str: text, At: at}
	case "null", "Null", "NULL", "~", "":
		return ir.Const{Kind: ir.Null, At: at}
	}
	if n, err := strconv.ParseInt(text, 0, 64); err == nil && len(text) < 12 {
		return ir.Const{Kind: ir.Int, Int: n, Str: text, At: at}
	}
	return c
}

var (
	shellVar  = lazyregexp.New(`^\$\{([A-Za-z_][\w.]*)(?::?([-?+=:])([^{}]*))?\}$`)
	bareVar   = lazyregexp.New(`^\$([A-Za-z_]\w*)$|^\$\(([A-Za-z_][\w.]*)\)$|^%\(([A-Za-z_]\w*)\)s$`)
	springVar = lazyregexp.New(`^\$\{([A-Za-z_][\w.-]*):([^{}]*)\}$`)
	phpVar    = lazyregexp.New(`^%env\((?:[a-z]+:)*(?:default:[^:]*:)?([A-Z_][A-Z0-9_]*)\)%$`)
	erbFetch  = lazyregexp.New(`^<%=?\s*ENV(?:\.fetch\(\s*["']([A-Z_][A-Z0-9_]*)["']\s*(?:,\s*["']([^"']*)["'])?\s*\)|\[\s*["']([A-Z_][A-Z0-9_]*)["']\s*\])(?:\s*\|\|\s*["']([^"']*)["'])?\s*-?%>$`)
	wholeExpr = lazyregexp.New(`^(\$?\{\{-?)\s*((?s:.*?))\s*-?\}\}$`)
	choice    = lazyregexp.New(`^(.+?)\s*&&\s*('[^']*'|true|false|[0-9]+)\s*\|\|\s*('[^']*'|true|false|[0-9]+)$`)
	ternary   = lazyregexp.New(`^('[^']*'|"[^"]*"|true|false|[0-9]+)\s+if\s+(.+?)\s+else\s+('[^']*'|"[^"]*"|true|false|[0-9]+)$`)
	withElse  = lazyregexp.New(`\|\s*default\s*[( ]\s*("[^"]*"|'[^']*'|[\w.-]+)|^default\s+("[^"]*"|'[^']*'|[\w.-]+)\s`)
	helmTern  = lazyregexp.New(`^ternary\s+("[^"]*"|[\w.]+)\s+("[^"]*"|[\w.]+)\s+(.+)$`)
	negation  = lazyregexp.New(`^(?:not\s+|!\s*)\(?(.*?)\)?$`)
	names     = lazyregexp.New(`\$?\.?[A-Za-z_][\w-]*(?:\.\w[\w-]*|\[[^\]]*\])*`)
	quotes    = lazyregexp.New(`'[^']*'|"[^"]*"`)
)

// words of template languages that are no names.
var notNames = map[string]bool{
	"and": true, "or": true, "not": true, "if": true, "else": true, "in": true, "is": true, "defined": true, "undefined": true, "true": true, "false": true,
	"True": true, "False": true, "none": true, "None": true, "null": true, "nil": true, "default": true, "bool": true, "eq": true, "ne": true, "empty": true,
	"lower": true, "upper": true, "string": true, "int": true, "length": true, "len": true, "trim": true, "quote": true, "toString": true, "ternary": true,
	"match": true, "search": true, "succeeded": true, "failed": true, "changed": true, "skipped": true, "success": true, "failure": true, "always": true,
	"cancelled": true, "contains": true, "startsWith": true, "variables": true, "gt": true, "lt": true, "ge": true, "le": true, "omit": true, "coalesce": true,
	"hasKey": true, "index": true, "tpl": true, "include": true, "required": true, "toJson": true, "toYaml": true, "version": true, "version_compare": true, "dig": true,
}

// predefined are variables that say where a pipeline runs, not what somebody wants.
var predefined = lazyregexp.New(`^(CI|GITHUB|GITLAB|CIRCLE|TRAVIS|BUILD|SYSTEM|AGENT|BITBUCKET|DRONE|BUILDKITE)_|^(CI|Build|System|Agent)$`)

// outcome are names of what a task has registered, perhaps in another file.
var outcome = lazyregexp.New(`^[A-Za-z_]\w*(\[[^\]]*\])?\.(changed|failed|skipped|rc|stdout|stderr|stdout_lines|json|stat|results)(\.|\[|$)`)

// given are the scopes of names that somebody gives a value.
var given = map[string]bool{"inputs": true, "vars": true, "env": true, "parameters": true, "params": true, "Values": true, "variables": true}

// reader reads the expressions of one file.
type reader struct {
	path string
	// results are names that hold what happened, not what somebody wants.
	results map[string]bool
	// defaults are the values of inputs that the file declares.
	defaults map[string]ir.Const
	// variables are what names stand for while nobody says otherwise: those of a
	// playbook and its role, those of a chart behind "Values.".
	variables map[string]ir.Const
}

// options are the names in an expression that somebody decides.
func (r *reader) options(expr string) (out []ir.Option) {
	expr = quotes.ReplaceAllStringFunc(expr, func(q string) string {
		if strings.Contains(q, "{{") {
			return q[1 : len(q)-1]
		}
		return "''"
	})
	for _, name := range names.FindAllString(expr, -1) {
		first, _, _ := strings.Cut(strings.TrimLeft(name, "$."), ".")
		if i := strings.IndexByte(first, '['); i > 0 {
			first = first[:i]
		}
		kind := "variable"
		switch {
		case notNames[name] || r.results[first] || !given[first] && outcome.MatchString(name):
			continue
		case strings.HasPrefix(first, "ansible_") || first == "matrix" || first == "runner" || first == "steps" || first == "needs" || first == "job" || first == "item" || first == "inventory_hostname" || first == "Capabilities" || first == "Release" || first == "Chart" || first == "Template" || first == "Files":
			continue
		case first == "github" && !strings.HasPrefix(name, "github.event.inputs."):
			continue
		case first == "inputs" || strings.HasPrefix(name, "github.event.inputs.") || first == "parameters" || first == "params":
			kind = "input"
		case first == "Values":
			kind, name = "setting", strings.TrimLeft(name, "$.")
		case first == "secrets" || predefined.MatchString(first):
			continue
		case first == "env":
			kind = "environment variable"
		case first != "vars" && strings.HasPrefix(name, "."):
			kind = "setting"
		}
		o := ir.Option{Kind: kind, Name: name}
		if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// literal is the constant that a piece of an expression is; offset is where it
// stands in the file.
func (r *reader) literal(text string, offset int) *ir.Const {
	style := byte('p')
	if len(text) >= 2 && (text[0] == '\'' || text[0] == '"') {
		text, style = text[1:len(text)-1], '"'
		offset++
	} else if names.MatchString(text) && !notNames[text] && text != "yes" && text != "no" && text != "on" && text != "off" {
		return nil
	}
	c := constant(text, style, ir.Place{Path: r.path, Span: ir.Span{Start: offset, End: offset + len(text)}})
	return &c
}

// value reads a scalar that is put together when it is used: src is how it is
// written, without quotes, from offset in the file. Where the default is one of two
// words, the other one is what somebody may say instead.
func (r *reader) value(src string, offset int) *ir.Value {
	v := r.read(src, offset)
	if v.Default != nil && len(v.May) == 0 && len(v.Options) > 0 {
		text := v.Default.Str
		if v.Default.Kind == ir.Bool && text == "" {
			text = strconv.FormatBool(v.Default.Bool)
		}
		if other, ok := opposites[text]; ok {
			v.May = []ir.Const{constant(other, 'p', ir.Place{})}
		}
	}
	return v
}

func (r *reader) read(src string, offset int) *ir.Value {
	v := &ir.Value{}
	trimmed := strings.TrimSpace(src)
	offset += strings.Index(src, trimmed)
	src = trimmed
	variable := func(name string) { v.Options = []ir.Option{{Kind: "environment variable", Name: name}} }
	group := func(m []int, i int) (string, int) {
		if m[2*i] < 0 {
			return "", -1
		}
		return src[m[2*i]:m[2*i+1]], offset + m[2*i]
	}
	set := func(text string, at int) {
		if at >= 0 {
			c := constant(text, 'p', ir.Place{Path: r.path, Span: ir.Span{Start: at, End: at + len(text)}})
			v.Default = &c
		}
	}
	if m := shellVar.FindStringSubmatchIndex(src); m != nil {
		name, _ := group(m, 1)
		variable(name)
		op, _ := group(m, 2)
		text, at := group(m, 3)
		if op == "-" || op == "=" || op == ":" {
			set(text, at)
		}
		return v
	}
	if m := springVar.FindStringSubmatchIndex(src); m != nil {
		name, _ := group(m, 1)
		variable(name)
		set(group(m, 2))
		return v
	}
	if m := bareVar.FindStringSubmatch(src); m != nil {
		variable(m[1] + m[2] + m[3])
		return v
	}
	if m := phpVar.FindStringSubmatch(src); m != nil {
		variable(m[1])
		return v
	}
	if m := erbFetch.FindStringSubmatchIndex(src); m != nil {
		name, _ := group(m, 1)
		if name == "" {
			name, _ = group(m, 3)
		}
		variable(name)
		if text, at := group(m, 2); at >= 0 {
			set(text, at)
		} else {
			set(group(m, 4))
		}
		return v
	}
	m := wholeExpr.FindStringSubmatchIndex(src)
	if m == nil {
		return v
	}
	expr := src[m[4]:m[5]]
	r.expression(v, expr, offset+m[4], strings.HasPrefix(src, "$"))
	return v
}

func (r *reader) expression(v *ir.Value, expr string, offset int, github bool) {
	v.Options = r.options(expr)
	if m := choice.FindStringSubmatchIndex(expr); m != nil {
		then, other := r.literal(expr[m[4]:m[5]], offset+m[4]), r.literal(expr[m[6]:m[7]], offset+m[6])
		r.choose(v, expr[m[2]:m[3]], then, other, true)
		return
	}
	if m := ternary.FindStringSubmatchIndex(expr); m != nil {
		then, other := r.literal(expr[m[2]:m[3]], offset+m[2]), r.literal(expr[m[6]:m[7]], offset+m[6])
		r.choose(v, expr[m[4]:m[5]], then, other, false)
		return
	}
	if m := helmTern.FindStringSubmatchIndex(expr); m != nil {
		then, other := r.literal(expr[m[2]:m[3]], offset+m[2]), r.literal(expr[m[4]:m[5]], offset+m[4])
		r.choose(v, expr[m[6]:m[7]], then, other, false)
		return
	}
	inner := expr
	inverted := false
	if n := negation.FindStringSubmatch(expr); n != nil && !strings.Contains(expr, "|") {
		inner, inverted = n[1], true
	}
	if m := withElse.FindStringSubmatchIndex(expr); m != nil {
		from, to := m[2], m[3]
		if from < 0 {
			from, to = m[4], m[5]
		}
		if c := r.literal(expr[from:to], offset+from); c != nil {
			if strings.HasPrefix(expr, "not ") || strings.HasPrefix(expr, "!") {
				n := ir.Const{Kind: ir.Bool, Bool: c.Truth() == ir.No}
				c = &n
			}
			v.Default = c
		}
		return
	}
	if c, ok := r.variable(inner); ok {
		if inverted {
			c = ir.Const{Kind: ir.Bool, Bool: c.Truth() == ir.No}
		}
		v.Default = &c
		return
	}
	if c, ok := r.defaults[strings.TrimPrefix(strings.TrimPrefix(inner, "github.event."), "inputs.")]; ok && (strings.HasPrefix(inner, "inputs.") || strings.HasPrefix(inner, "github.event.inputs.")) {
		if inverted {
			c = ir.Const{Kind: ir.Bool, Bool: c.Truth() == ir.No}
		}
		v.Default = &c
		return
	}
	if len(v.Options) == 0 {
		if c := r.literal(expr, offset); c != nil && expr != "" {
			v.Known, v.Const = true, *c
		}
	}
}

// choose is a value of two: the condition says which.
func (r *reader) choose(v *ir.Value, cond string, then, other *ir.Const, unset bool) {
	v.Options = r.options(cond)
	v.Closed = true
	for _, c := range []*ir.Const{then, other} {
		if c != nil {
			v.May = append(v.May, *c)
		}
	}
	state := r.holds(cond)
	if state == ir.Maybe && unset {
		// What nobody has set is neither true nor equal to anything.
		state = ir.TriOf(strings.Contains(cond, "!"))
	}
	switch state {
	case ir.Yes:
		v.Default = then
	case ir.No:
		v.Default = other
	}
}

// holds says whether a condition holds while nobody sets its options.
func (r *reader) holds(cond string) ir.Tri {
	cond = strings.TrimSpace(cond)
	for len(cond) > 2 && cond[0] == '(' && cond[len(cond)-1] == ')' && balanced(cond[1:len(cond)-1]) {
		cond = strings.TrimSpace(cond[1 : len(cond)-1])
	}
	and, or := strings.Contains(cond, " and "), strings.Contains(cond, " or ")
	switch {
	case and && or || strings.Contains(cond, "&&") || strings.Contains(cond, "||") || (and || or) && strings.ContainsAny(cond, "('\""):
		return ir.Maybe
	case and:
		return r.all(strings.Split(cond, " and "), ir.No)
	case or:
		return r.all(strings.Split(cond, " or "), ir.Yes)
	}
	if m := isDefined.FindStringSubmatch(cond); m != nil {
		first, _, _ := strings.Cut(m[1], ".")
		if _, ok := r.variable(m[1]); ok || r.results[first] || strings.HasPrefix(m[1], "ansible_") {
			return ir.Maybe
		}
		return ir.TriOf(m[2] == "undefined" || m[2] == "not defined")
	}
	if n := negation.FindStringSubmatch(cond); n != nil && !strings.Contains(cond, "!=") {
		return r.holds(n[1]).Not()
	}
	if m := eqCall.FindStringSubmatch(cond); m != nil {
		op := " == "
		if m[1] == "ne" {
			op = " != "
		}
		cond = m[2] + op + m[3]
	}
	side := cond
	equal := ir.Yes
	var against string
	for _, op := range []string{"==", "!="} {
		if left, right, ok := strings.Cut(cond, op); ok {
			side, against = strings.TrimSpace(left), strings.Trim(strings.TrimSpace(right), `'"`)
			if op == "!=" {
				equal = ir.No
			}
			break
		}
	}
	c, ok := r.unset(side)
	if !ok {
		return ir.Maybe
	}
	if against == "" && side == cond {
		if c.Kind == ir.String && c.Str != "" && c.Truth() == ir.Maybe {
			return ir.Yes
		}
		return c.Truth()
	}
	text := c.Str
	if c.Kind == ir.Bool {
		text = strconv.FormatBool(c.Bool)
	}
	if same := strings.EqualFold(text, against); same == (equal == ir.Yes) {
		return ir.Yes
	}
	return ir.No
}

var isDefined = lazyregexp.New(`^([A-Za-z_][\w.]*)\s+is\s+(defined|undefined|not defined)$`)

// all joins conditions: one that is decisive decides, else they must all be the other.
func (r *reader) all(conds []string, decisive ir.Tri) ir.Tri {
	out := decisive.Not()
	for _, c := range conds {
		switch r.holds(c) {
		case decisive:
			return decisive
		case ir.Maybe:
			out = ir.Maybe
		}
	}
	return out
}

var eqCall = lazyregexp.New(`^(eq|ne)\(\s*([^,]+?)\s*,\s*([^,]+?)\s*\)$`)

func balanced(s string) bool {
	depth := 0
	for _, c := range s {
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return false
			}
		}
	}
	return depth == 0
}

var filters = lazyregexp.New(`^([$.\w-]+)\s*(?:\|\s*(?:bool|quote|toString|string|lower|trim|squote|int)\s*)*$`)

// variable is what a name stands for while nobody says otherwise.
func (r *reader) variable(expr string) (ir.Const, bool) {
	m := filters.FindStringSubmatch(strings.TrimSpace(expr))
	if m == nil {
		return ir.Const{}, false
	}
	c, ok := r.variables[strings.TrimPrefix(strings.TrimLeft(m[1], "$."), "vars.")]
	return c, ok
}

// unset is the value of a name while nobody sets it.
func (r *reader) unset(name string) (ir.Const, bool) {
	name = strings.TrimSpace(name)
	if m := wholeExpr.FindStringSubmatch(strings.Trim(name, `'"`)); m != nil {
		name = m[2]
	}
	if c, ok := r.variable(name); ok {
		return c, true
	}
	if m := withElse.FindStringSubmatch(name); m != nil {
		if c := r.literal(m[1]+m[2], 0); c != nil {
			return *c, true
		}
		return ir.Const{}, false
	}
	short := strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(name, "github.event."), "inputs."), "parameters.")
	if short != name {
		if c, ok := r.defaults[short]; ok {
			return c, true
		}
		return ir.Const{Kind: ir.Null}, true
	}
	if strings.HasPrefix(name, "vars.") {
		return ir.Const{Kind: ir.Null}, true
	}
	return ir.Const{}, false
}
