package java

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/pattern"
)

// editor collects the edits of one fix. They are all in one file.
type editor struct {
	m     *module
	hit   pattern.Hit
	vars  languages.Vars
	edits []finding.Edit
	need  []string // classes that the new text names
	depth int
}

// edit makes the edits of operations on one object. ok is false when one of them
// cannot be right there.
func edit(ops []languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	var e *editor
	for _, op := range ops {
		syn, _ := op.Hit.Node.Syntax.(*node)
		if syn == nil {
			return nil, false
		}
		if e == nil {
			e = &editor{m: syn.m, vars: vars}
		}
		if syn.m != e.m {
			return nil, false
		}
		e.hit = op.Hit
		e.need = append(e.need, op.Fix.Imports...)
		if !e.do(syn, op.Fix) {
			return nil, false
		}
	}
	if e == nil || len(e.edits) == 0 {
		return nil, false
	}
	e.merge()
	e.leftOver()
	e.imports()
	e.merge()
	return e.edits, true
}

func (e *editor) do(syn *node, fix pattern.Fix) bool {
	at := syn.at
	switch fix.Op() {
	case "value":
		text, ok := e.template(fix.Value, at)
		return ok && e.value(text, at)
	case "symbol":
		return e.value(e.symbol(fix.Symbol, at), at)
	case "replace":
		text, ok := e.template(fix.Replace, at)
		return ok && e.replace(at, text)
	case "add":
		text, ok := e.template(fix.Add, at)
		return ok && e.add(at, text)
	case "drop":
		switch fix.Drop {
		case "call", "statement":
			return e.dropCall(at, false)
		case "member", "line":
			return e.dropCall(at, false)
		case "use":
			return e.dropUse(e.used(syn))
		case "arg":
			return e.dropArgument()
		case "param":
			return e.dropParam()
		case "elements":
			return e.dropElements()
		case "option":
			return e.dropOption()
		case "swallow":
			return e.throwOn(syn)
		}
	}
	return false
}

func (e *editor) put(start, end int, text string) {
	e.edits = append(e.edits, finding.Edit{Path: e.m.path, Start: start, End: end, New: text})
}

// merge sorts the edits and takes away what another one covers.
func (e *editor) merge() {
	slices.SortStableFunc(e.edits, func(a, b finding.Edit) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	var out []finding.Edit
	for _, x := range e.edits {
		if n := len(out); n > 0 && x.Start == x.End && x.Start == out[n-1].Start && out[n-1].New == "" {
			out[n-1].New = x.New // instead of what goes there
			continue
		}
		if n := len(out); n > 0 && x.End <= out[n-1].End && x.Start >= out[n-1].Start && out[n-1].Start < out[n-1].End && (x.New == "" || x.Start < out[n-1].End && out[n-1].New == "") {
			continue
		}
		out = append(out, x)
	}
	e.edits = out
}

var templateName = lazyregexp.New(`\{(ca_env|ca_bundle|recv|var|args|old|sym:[^}]+)\}`)

// template fills in a fix's text. {recv} is the variable that a statement calls
// something on, {old} the tested argument.
func (e *editor) template(text string, at *syntax.Node) (string, bool) {
	ok := true
	out := templateName.ReplaceAllStringFunc(text, func(name string) string {
		switch name = name[1 : len(name)-1]; name {
		case "ca_env":
			return e.vars.CAEnv
		case "ca_bundle":
			q := strconv.Quote(e.vars.CABundle)
			return q[1 : len(q)-1]
		case "recv":
			obj := at.Child("object")
			if at.Is("method_invocation") && at.Up.Is("expression_statement") && (obj.Is("identifier", "this") || obj.Is("field_access") && e.m.variable(obj) != nil) {
				return e.m.text(obj)
			}
			ok = false
		case "args":
			if list := at.Child("arguments"); list != nil && list.End-list.Start >= 2 {
				return string(e.m.src[list.Start+1 : list.End-1])
			}
			ok = false
		case "var":
			if d := e.m.heldBy(at); d != nil && d.kind == local {
				return d.name
			}
			ok = false
		case "old":
			if v := e.hit.Value; v != nil && !v.Span.IsZero() {
				return string(e.m.src[v.Span.Start:v.Span.End])
			}
			ok = false
		default:
			return e.symbol(strings.TrimPrefix(name, "sym:"), at)
		}
		return ""
	})
	return out, ok
}

// value writes a text where the deciding literal stands.
func (e *editor) value(text string, at *syntax.Node) bool {
	h := e.hit
	place := h.Bad.At
	if place.Span.IsZero() && h.Value != nil {
		place = ir.Place{Path: e.m.path, Span: h.Value.Span}
	}
	if place.Span.IsZero() && h.Node.Kind == ir.Ref {
		place = e.m.place(at)
	}
	if h.Node.Kind == ir.Ref || h.Node.Kind == ir.Call && h.Sink.Arg == nil {
		place = e.m.place(at)
	}
	if place.Path != e.m.path || place.Span.IsZero() || place.Span.End > len(e.m.src) {
		return false
	}
	if h.Node.Kind != ir.Text && h.Value != nil && !h.Value.Span.IsZero() && e.shared(place.Span) {
		place.Span = h.Value.Span // others read the same constant
	}
	if old := string(e.m.src[place.Span.Start:place.Span.End]); h.Node.Kind != ir.Text && h.Node.Kind != ir.Command {
		text = alike(text, old)
	}
	e.put(place.Span.Start, place.Span.End, text)
	return true
}

// alike spells a boolean as the text that it replaces does.
func alike(text, old string) string {
	flip := map[string]string{"true": "TRUE", "false": "FALSE"}
	switch {
	case flip[text] == "":
		return text
	case strings.HasPrefix(old, `"`):
		return `"` + text + `"`
	case strings.HasSuffix(old, "Boolean.TRUE"), strings.HasSuffix(old, "Boolean.FALSE"):
		return old[:strings.LastIndexByte(old, '.')+1] + flip[text]
	}
	return text
}

// add puts statements behind the one that a call stands in.
func (e *editor) add(at *syntax.Node, text string) bool {
	stmt := statement(at)
	if !stmt.Up.Is("block", "constructor_body") {
		return false
	}
	lines := ""
	for _, line := range strings.Split(text, "; ") {
		lines += "\n" + e.indent(stmt.Start) + strings.TrimSuffix(line, ";") + ";"
	}
	e.put(stmt.End, stmt.End, lines)
	return true
}

// shared reports whether the deciding literal is the value of a variable that is
// read in several places, or may be from elsewhere.
func (e *editor) shared(s ir.Span) bool {
	lit := e.m.tree.Root.At(s.Start, s.End)
	for lit.Up.Is("parenthesized_expression", "cast_expression", "array_initializer", "array_creation_expression") {
		lit = lit.Up
	}
	d := e.m.heldBy(lit)
	if d == nil {
		return false
	}
	uses, ok := e.m.usesOf(d)
	return !ok || len(uses) > 1 || d.kind == field && !hasModifier(e.m.modifiers(d.stmt), "private")
}

// symbol spells a canonical class, or a member of one, by the file's imports; what
// is missing is imported.
func (e *editor) symbol(name string, at *syntax.Node) string {
	parts := strings.Split(name, ".")
	i := slices.IndexFunc(parts, capital)
	if i <= 0 {
		return name
	}
	fqn, simple := strings.Join(parts[:i+1], "."), parts[i]
	rest := strings.Join(parts[i:], ".")
	if d := e.m.lookup(at, simple); d != nil {
		return name
	}
	if e.m.classes[simple] != nil {
		return name
	}
	if imp, ok := e.m.imports[simple]; ok {
		if imp.name == fqn {
			return rest
		}
		return name
	}
	if slices.Contains(e.m.wild, strings.Join(parts[:i], ".")) || e.m.pkg == strings.Join(parts[:i], ".") || strings.HasPrefix(fqn, "java.lang.") && i == 2 {
		return rest
	}
	e.need = append(e.need, fqn)
	return rest
}

// replace puts a text instead of a call, an argument or an entry.
func (e *editor) replace(at *syntax.Node, text string) bool {
	h := e.hit
	switch {
	case h.Node.Kind == ir.Member:
		e.put(h.Value.Pair.Start, h.Value.Pair.End, text)
	case h.Node.Kind == ir.Call && at.Is("method_invocation") && at.Child("object") != nil && !capital(text) && !strings.HasPrefix(text, "new "):
		e.put(at.Child("name").Start, at.End, text)
	case h.Node.Kind == ir.Call, h.Node.Kind == ir.Ref:
		e.put(at.Start, at.End, text)
	case h.Node.Kind == ir.Text && !h.Value.Pair.IsZero():
		e.put(h.Value.Pair.Start, h.Value.Pair.End, text)
	default:
		return false
	}
	return true
}

// dropCall removes a call: its statement, or its link of a chain. bare says that
// what is left may be a lone variable.
func (e *editor) dropCall(at *syntax.Node, bare bool) bool {
	if at.Is("object_creation_expression") || !at.Is("method_invocation") {
		return false
	}
	top := outermost(at)
	obj := at.Child("object")
	if top.Up.Is("expression_statement") {
		if obj.Is("method_invocation", "object_creation_expression") && !e.plain(obj) {
			e.put(obj.End, at.End, "")
			return true
		}
		return e.dropStatement(top.Up)
	}
	if obj == nil || e.m.variable(obj) == nil && e.m.symbol(obj) != "" && obj.Is("identifier", "field_access") {
		return false // X.m() in an expression: nothing would be left
	}
	if at.Up.Is("lambda_expression") && at.Field == "body" && !obj.Is("method_invocation", "object_creation_expression") && !bare {
		return false // b -> b is no statement
	}
	e.put(obj.End, at.End, "")
	return true
}

// plain reports whether a call only reads: System.getProperties(), x.config().
func (e *editor) plain(n *syntax.Node) bool {
	for n.Is("method_invocation") {
		if len(args(n)) > 0 {
			return false
		}
		n = n.Child("object")
	}
	return n == nil || n.Is("identifier", "field_access", "this")
}

// dropStatement removes a statement with its line; one that has to be there becomes
// an empty block.
func (e *editor) dropStatement(stmt *syntax.Node) bool {
	if !stmt.Up.Is("block", "constructor_body", "switch_block_statement_group", "class_body", "interface_body", "enum_body_declarations") {
		if stmt.Up.Is("if_statement", "for_statement", "while_statement", "enhanced_for_statement", "do_statement", "switch_rule") {
			e.put(stmt.Start, stmt.End, "{ }")
			return true
		}
		return false
	}
	src := e.m.src
	start, end := stmt.Start, stmt.End
	for start > 0 && (src[start-1] == ' ' || src[start-1] == '\t') {
		start--
	}
	first := start == 0 || src[start-1] == '\n'
	for end < len(src) && (src[end] == ' ' || src[end] == '\t') {
		end++
	}
	if end+1 < len(src) && src[end] == '/' && src[end+1] == '/' {
		if !first {
			e.put(stmt.Start, stmt.End, "")
			return true
		}
		for end < len(src) && src[end] != '\n' {
			end++
		}
	}
	last := end == len(src) || src[end] == '\n' || src[end] == '\r'
	switch {
	case first && last:
		if end < len(src) && src[end] == '\r' {
			end++
		}
		if end < len(src) && src[end] == '\n' {
			end++
		}
		// No two empty lines where one was on each side.
		if blankBefore(src, start) && end < len(src) {
			next := end
			for next < len(src) && (src[next] == ' ' || src[next] == '\t' || src[next] == '\r') {
				next++
			}
			switch {
			case next < len(src) && src[next] == '\n':
				end = next + 1
			case next < len(src) && src[next] == '}':
				// The last one of a block: the empty line before it goes.
				for start > 1 && (src[start-1] == '\n' || src[start-1] == '\r' || src[start-1] == ' ' || src[start-1] == '\t') {
					start--
				}
				for src[start] != '\n' {
					start++
				}
				start++
			}
		}
		e.put(start, end, "")
	case last:
		e.put(start, stmt.End, "")
	default:
		e.put(stmt.Start, end, "")
	}
	return true
}

// blankBefore reports whether the line before a line's start is empty.
func blankBefore(src []byte, start int) bool {
	i := start - 1
	if i < 0 || src[i] != '\n' {
		return true
	}
	if j := len(strings.TrimRight(string(src[max(0, start-80):start]), " \t\r\n")) + max(0, start-80); j > 0 && src[j-1] == '{' && strings.Count(string(src[j:start]), "\n") == 1 {
		return true // the first one of a block
	}
	for i--; i >= 0 && src[i] != '\n'; i-- {
		if src[i] != ' ' && src[i] != '\t' && src[i] != '\r' {
			return false
		}
	}
	return true
}

// used is the expression that a finding is about: what is handed to somebody.
func (e *editor) used(syn *node) *syntax.Node {
	h := e.hit
	if h.Node.Kind == ir.Call && h.Sink.Arg != nil && h.Value != nil {
		return e.m.tree.Root.At(h.Value.Span.Start, h.Value.Span.End)
	}
	if h.Node.Kind == ir.Func && syn.at.Is("method_declaration") {
		if c := e.m.classAround(syn.at); c != nil {
			return c.node
		}
	}
	return syn.at
}

// dropUse takes an object away from everybody who is given it: a verifier, a trust
// manager, a strategy. What the call that takes it becomes is an [[alias]] of
// "CALL.N.drop"; without one the call goes when nothing else is in it.
func (e *editor) dropUse(x *syntax.Node) bool {
	if e.depth++; e.depth > 8 || x == nil {
		return false
	}
	defer func() { e.depth-- }()
	m := e.m
	if x.Is("class_declaration") {
		return e.dropClass(x)
	}
	for x.Up.Is("parenthesized_expression", "cast_expression") || x.Up.Is("array_creation_expression") || x.Up.Is("array_initializer") {
		if x.Up.Is("array_initializer") && len(withoutComments(x.Up.Kids)) != 1 {
			return false
		}
		x = x.Up
	}
	if x.Up.Is("array_access") && x.Field == "array" {
		return e.dropUse(x.Up)
	}
	up := x.Up
	switch {
	case up.Is("argument_list"):
		i := slices.Index(args(up.Up), x)
		return i >= 0 && e.dropFrom(up.Up, i)
	case up.Is("variable_declarator") && x.Field == "value":
		d := m.heldBy(x)
		if d == nil || !e.ownOnly(d) || len(d.stmt.Children("declarator")) != 1 {
			return false
		}
		uses, ok := m.usesOf(d)
		if !ok || len(uses) == 0 {
			return false
		}
		for _, u := range uses {
			if e.gone(u.Start, u.End) {
				continue // two uses in one call
			}
			if !e.dropUse(u) {
				return false
			}
		}
		return e.dropStatement(d.stmt)
	case up.Is("return_statement"):
		return e.dropMaker(up)
	}
	return false
}

// dropMaker removes a method that does nothing but return the object, and takes the
// object away from all who call it.
func (e *editor) dropMaker(ret *syntax.Node) bool {
	m := e.m
	fn := method(ret)
	if !fn.Is("method_declaration") || ret.Up != fn.Child("body") || len(withoutComments(ret.Up.Kids)) != 1 || len(formals(fn)) > 0 || m.annotation(fn, "Override", "Bean", "Produces", "Provides") != nil {
		return false
	}
	name := m.text(fn.Child("name"))
	calls := m.methods[name]
	if len(calls) == 0 || len(calls) > 8 || !e.private(fn, name) {
		return false
	}
	for _, u := range m.uses[name] {
		if u != fn.Child("name") && !(u.Up.Is("method_invocation") && u.Field == "name") {
			return false // named in another way
		}
	}
	for _, c := range calls {
		if !strings.HasPrefix(m.callee(c), "./") || !e.dropUse(c) {
			return false
		}
	}
	return e.dropStatement(fn)
}

func withoutComments(kids []*syntax.Node) []*syntax.Node {
	return slices.DeleteFunc(slices.Clone(kids), func(k *syntax.Node) bool { return k.Is("line_comment", "block_comment") })
}

// dropFrom takes the object at a position of a call's arguments away.
func (e *editor) dropFrom(call *syntax.Node, i int) bool {
	m := e.m
	name := m.callee(call)
	as := args(call)
	how := ""
	if name != "" {
		how, _ = strings.CutPrefix(m.set.Canonical(name+"."+strconv.Itoa(i)+".drop"), "use.")
		if strings.Contains(how, ".") {
			how = "" // no alias of its own
		}
	}
	typ := m.paramType(call, i)
	if how == "" && typ == "" {
		method := m.text(call.Child("name"))
		if !m.set.HasWild(ir.Call, method) || !call.Is("method_invocation") || len(as) != 1 {
			return false // nobody said what becomes of it
		}
	}
	others := 0
	for k, a := range as {
		if k != i && !unwrap(a).Is("null_literal") {
			others++
		}
	}
	switch how {
	case "null":
		e.put(as[i].Start, as[i].End, "null")
		return true
	case "argument":
		return e.dropItem(as[i])
	case "call":
		for k, a := range as {
			if k != i && !e.withoutKeys(a) {
				return false
			}
		}
		return e.dropCall(call, true)
	}
	if others > 0 || !call.Is("method_invocation") {
		e.put(as[i].Start, as[i].End, "null")
		return true
	}
	return e.dropCall(call, true)
}

// withoutKeys reports whether a socket factory comes from a context of this file that
// was given no keys: one with a client's certificate must stay.
func (e *editor) withoutKeys(n *syntax.Node) bool {
	m := e.m
	n = unwrap(n)
	if d := m.variable(n); d != nil && d.init != nil {
		n = unwrap(d.init)
	}
	if !n.Is("method_invocation") || m.text(n.Child("name")) != "getSocketFactory" {
		return false
	}
	d := m.variable(n.Child("object"))
	if d == nil {
		return false
	}
	uses, ok := m.usesOf(d)
	given := 0
	for _, u := range uses {
		if u.Up.Is("method_invocation") && u.Field == "object" && m.text(u.Up.Child("name")) == "init" {
			as := args(u.Up)
			if len(as) != 3 || !as[0].Is("null_literal") {
				return false
			}
			given++
		}
	}
	return ok && given > 0
}

// dropClass removes a class of which nothing but this finding's uses is left.
func (e *editor) dropClass(c *syntax.Node) bool {
	m := e.m
	name := m.text(c.Child("name"))
	if !c.Up.Is("class_body", "block") || !e.private(c, name) {
		return false
	}
	count := 0
	for _, u := range m.uses[name] {
		if u == c.Child("name") || u.Within(c) {
			continue
		}
		x := u
		for x.Up.Is("generic_type", "scoped_type_identifier") {
			x = x.Up
		}
		switch {
		case x.Up.Is("object_creation_expression") && x.Field == "type":
			if !e.dropUse(x.Up) {
				return false
			}
			count++
		case x.Up.Is("local_variable_declaration", "field_declaration") && x.Field == "type":
			// Goes with its first value.
		default:
			return false
		}
	}
	return count > 0 && e.dropStatement(c)
}

// ownOnly reports whether nobody outside the file can use a variable.
func (e *editor) ownOnly(d *decl) bool {
	return d.kind == local || d.kind == field && e.private(d.stmt, d.name)
}

// private reports whether a member cannot be used from elsewhere: it is private, or
// visible to its package only, whose other files do not name it.
func (e *editor) private(n *syntax.Node, name string) bool {
	if n.Up.Is("block", "constructor_body") {
		return true
	}
	mods := e.m.modifiers(n)
	if hasModifier(mods, "private") {
		return true
	}
	if hasModifier(mods, "public") || hasModifier(mods, "protected") {
		return false
	}
	dir := filepath.Dir(e.m.path)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > maxPackage {
		return false
	}
	for _, f := range entries {
		p := filepath.Join(dir, f.Name())
		if filepath.Ext(p) != ".java" || p == e.m.path || !f.Type().IsRegular() {
			continue
		}
		data := e.m.overlay[p]
		if data == nil {
			if info, err := f.Info(); err != nil || info.Size() > 1<<20 {
				return false
			}
			if data, err = os.ReadFile(p); err != nil {
				return false
			}
		}
		if strings.Contains(string(data), name) {
			return false
		}
	}
	return true
}

// maxPackage bounds how many files of a package are asked for a name.
const maxPackage = 400

// dropArgument removes the tested argument.
func (e *editor) dropArgument() bool {
	if e.hit.Value == nil || e.hit.Value.Span.IsZero() {
		return false
	}
	n := e.m.tree.Root.At(e.hit.Value.Span.Start, e.hit.Value.Span.End)
	for n.Up != nil && !n.Up.Is("argument_list") {
		n = n.Up
	}
	return n.Up != nil && e.dropItem(n)
}

// dropItem removes one item of a list, with one of the commas beside it.
func (e *editor) dropItem(n *syntax.Node) bool {
	kids := withoutComments(n.Up.Kids)
	i := slices.Index(kids, n)
	switch {
	case i < 0:
		return false
	case i > 0:
		e.put(kids[i-1].End, n.End, "")
	case len(kids) > 1:
		e.put(n.Start, kids[1].Start, "")
	default:
		e.put(n.Start, n.End, "")
	}
	return true
}

// dropParam removes a parameter of a connection string.
func (e *editor) dropParam() bool {
	v := e.hit.Value
	if v == nil || v.Pair.IsZero() {
		return false
	}
	start, end, src := v.Pair.Start, v.Pair.End, e.m.src
	switch {
	case end < len(src) && (src[end] == '&' || src[end] == ';'):
		end++
	case start > 0 && (src[start-1] == '&' || src[start-1] == '?' || src[start-1] == ';'):
		start--
	default:
		return false
	}
	e.put(start, end, "")
	return true
}

// dropElements removes the elements of a list, or of a text of names separated by
// commas, that fail the row's test.
func (e *editor) dropElements() bool {
	bad := e.hit.Bad
	if bad.Kind != ir.List {
		return false
	}
	var going []*syntax.Node
	left := 0
	for _, el := range bad.Elems {
		if !e.hit.Row.Fails(ir.Const{Kind: ir.List, Elems: []ir.Elem{el}}, e.hit.Node) {
			left++
			continue
		}
		n := e.m.tree.Root.At(el.Span.Start, el.Span.End)
		for n != nil && n.Up != nil && !n.Up.Is("array_initializer", "argument_list") {
			n = n.Up
		}
		if n == nil || n.Up == nil {
			return false
		}
		going = append(going, n)
	}
	if left == 0 || len(going) == 0 {
		return false
	}
	kids := withoutComments(going[0].Up.Kids)
	for i := 0; i < len(kids); i++ {
		if !slices.Contains(going, kids[i]) {
			continue
		}
		j := i
		for j+1 < len(kids) && slices.Contains(going, kids[j+1]) {
			j++
		}
		if j+1 < len(kids) {
			e.put(kids[i].Start, kids[j+1].Start, "")
		} else {
			e.put(kids[i-1].End, kids[j].End, "")
		}
		i = j
	}
	return true
}

// dropOption removes an option from the command that it belongs to.
func (e *editor) dropOption() bool {
	as := e.hit.Node.Args
	if len(as) == 0 {
		// environment().put("NAME", "value")
		syn, _ := e.hit.Node.Syntax.(*node)
		return e.hit.Node.Kind == ir.Env && syn != nil && syn.at.Is("method_invocation") && len(args(syn.at)) == 2 && e.dropCall(syn.at, false)
	}
	src := e.m.src
	switch as[0].Name {
	case argLetter:
		e.put(as[0].Span.Start, as[0].Span.End, "")
		return true
	case argText:
		start, end := as[0].Span.Start, as[len(as)-1].Span.End
		if start > 0 && src[start-1] == ' ' {
			start--
		} else if end < len(src) && src[end] == ' ' {
			end++
		}
		e.put(start, end, "")
		return true
	}
	var items []*syntax.Node
	for _, a := range as {
		n := e.m.tree.Root.At(a.Span.Start, a.Span.End)
		for n.Up != nil && !n.Up.Is("argument_list", "array_initializer") {
			n = n.Up
		}
		if n.Up == nil || a.Name != argItem || len(items) > 0 && n.Up != items[0].Up {
			return false
		}
		items = append(items, n)
	}
	kids := withoutComments(items[0].Up.Kids)
	i := slices.Index(kids, items[0])
	if i < 1 || i+len(items) > len(kids) || !slices.Equal(kids[i:i+len(items)], items) {
		return false
	}
	e.put(kids[i-1].End, items[len(items)-1].End, "")
	return true
}

// throwOn makes the clause that ignores what the real check throws throw it on.
func (e *editor) throwOn(syn *node) bool {
	if syn.by == nil || syn.by.swallow == nil || !syn.at.Is("method_declaration") {
		return false
	}
	m, c := e.m, syn.by.swallow
	var name, typ string
	for _, k := range c.Kids {
		if k.Is("catch_formal_parameter") {
			name = m.text(k.Child("name"))
			for _, t := range k.Kids {
				if t.Is("catch_type") {
					typ = m.text(t)
				}
			}
		}
	}
	body := c.Child("body")
	if body == nil || name == "" || simpleName(typ) != "CertificateException" {
		return false // what else it catches may not be thrown on
	}
	if kids := withoutComments(body.Kids); len(kids) > 0 {
		last := kids[len(kids)-1]
		if last.Is("return_statement") {
			e.put(last.Start, last.End, "throw "+name+";")
		} else {
			e.put(last.End, last.End, "\n"+e.indent(last.Start)+"throw "+name+";")
		}
	} else {
		e.put(body.Start, body.End, "{\n"+e.indent(c.Up.Start)+"    throw "+name+";\n"+e.indent(c.Up.Start)+"}")
	}
	declares := false
	var at int
	for _, k := range syn.at.Kids {
		if k.Is("throws") {
			declares = true
		}
		if k.Field == "parameters" {
			at = k.End
		}
	}
	if !declares {
		e.put(at, at, " throws "+typ)
	}
	return true
}

func (e *editor) indent(offset int) string {
	start := strings.LastIndexByte(string(e.m.src[:offset]), '\n') + 1
	i := start
	for i < len(e.m.src) && (e.m.src[i] == ' ' || e.m.src[i] == '\t') {
		i++
	}
	return string(e.m.src[start:i])
}

// gone reports whether an edit removes a place.
func (e *editor) gone(start, end int) bool {
	return slices.ContainsFunc(e.edits, func(x finding.Edit) bool { return x.Start <= start && end <= x.End && x.Start < x.End })
}

// mentioned reports whether the new text names something.
func (e *editor) mentioned(name string) bool {
	return slices.ContainsFunc(e.edits, func(x finding.Edit) bool { return slices.Contains(words(x.New), name) })
}

var word = lazyregexp.New(`[A-Za-z_$][\w$]*`)

func words(text string) []string { return word.FindAllString(text, -1) }

// leftOver removes local variables whose only uses are gone and whose first value
// does nothing but make an object.
func (e *editor) leftOver() {
	m := e.m
	for range 4 {
		removed := false
		for _, x := range slices.Clone(e.edits) {
			for _, name := range words(string(m.src[x.Start:x.End])) {
				if len(m.uses[name]) > maxUses {
					continue
				}
				for _, u := range m.uses[name] {
					if u.Start < x.Start || u.End > x.End {
						continue
					}
					d := m.lookup(u, name)
					if d == nil || d.kind != local || e.gone(d.stmt.Start, d.stmt.End) || len(d.stmt.Children("declarator")) != 1 || !harmless(d.init) || e.mentioned(name) {
						continue
					}
					uses, ok := m.usesOf(d)
					if !ok || slices.ContainsFunc(uses, func(o *syntax.Node) bool { return !e.gone(o.Start, o.End) }) {
						continue
					}
					removed = e.dropStatement(d.stmt) || removed
				}
			}
		}
		e.merge()
		if !removed {
			return
		}
	}
}

// harmless reports whether an expression can be left out: it makes an object or
// names something.
func harmless(n *syntax.Node) bool {
	n = unwrap(n)
	return n.Is("lambda_expression", "method_reference", "identifier", "field_access", "string_literal", "true", "false", "null_literal", "array_creation_expression", "array_initializer", "object_creation_expression")
}

// imports takes imports away of which no use is left, and adds the missing ones.
func (e *editor) imports() {
	m := e.m
	var names []string
	for simple := range m.imports {
		names = append(names, simple)
	}
	slices.Sort(names)
	for _, simple := range names {
		uses := m.uses[simple]
		if len(uses) == 0 || e.mentioned(simple) {
			continue
		}
		left := slices.ContainsFunc(uses, func(u *syntax.Node) bool { return !e.gone(u.Start, u.End) })
		if !left {
			e.dropImport(m.imports[simple].node)
		}
	}
	e.lastImport()
	slices.Sort(e.need)
	for _, fqn := range slices.Compact(e.need) {
		e.addImport(fqn)
	}
}

// lastImport takes the empty line behind the imports along when none is left.
func (e *editor) lastImport() {
	last := -1
	if len(e.need) > 0 {
		return
	}
	for _, i := range e.m.imports {
		if !e.gone(i.node.Start, i.node.End) {
			return
		}
		last = max(last, i.node.End)
	}
	if last < 0 || len(e.m.wild) > 0 {
		return
	}
	k := slices.IndexFunc(e.edits, func(x finding.Edit) bool { return x.New == "" && x.Start < last && last <= x.End })
	if k < 0 {
		return
	}
	src, end := e.m.src, e.edits[k].End
	for next := end; next < len(src) && (src[next] == '\r' || src[next] == '\n'); next++ {
		if src[next] == '\n' {
			e.edits[k].End = next + 1
			break
		}
	}
}

// dropImport removes an import with its line.
func (e *editor) dropImport(n *syntax.Node) {
	src := e.m.src
	end := n.End
	for end < len(src) && (src[end] == ' ' || src[end] == '\t' || src[end] == '\r') {
		end++
	}
	if end < len(src) && src[end] == '\n' {
		end++
	} else {
		end = n.End
	}
	// The only import of its group takes the empty line behind it along.
	if blankBefore(src, n.Start) && end < len(src) && (src[end] == '\n' || src[end] == '\r') {
		for end < len(src) && src[end] != '\n' {
			end++
		}
		end++
	}
	e.put(n.Start, min(end, len(src)), "")
}

// addImport imports a class, in the order of the alphabet.
func (e *editor) addImport(fqn string) {
	line := "import " + fqn + ";"
	m := e.m
	if imp, ok := m.imports[simpleName(fqn)]; ok && imp.name == fqn {
		return
	}
	var all []importDecl
	for _, i := range m.imports {
		if strings.HasPrefix(m.text(i.node), "import static") {
			continue
		}
		if k := slices.IndexFunc(e.edits, func(x finding.Edit) bool { return x.Start <= i.node.Start && i.node.End <= x.End }); k >= 0 {
			if e.edits[k].New == "" && len(m.imports) == 1 {
				// The only one makes room for it.
				gone := string(m.src[e.edits[k].Start:e.edits[k].End])
				e.edits[k].New = line + strings.TrimPrefix(gone, strings.TrimRight(gone, "\r\n"))
				return
			}
			continue
		}
		all = append(all, i)
	}
	slices.SortFunc(all, func(a, b importDecl) int { return a.node.Start - b.node.Start })
	nl := "\n"
	if strings.Contains(string(m.src[:min(len(m.src), 400)]), "\r\n") {
		nl = "\r\n"
	}
	if len(all) > 0 {
		for _, i := range all {
			if i.name > fqn {
				e.put(i.node.Start, i.node.Start, line+nl)
				return
			}
		}
		end := all[len(all)-1].node.End
		e.put(end, end, nl+line)
		return
	}
	for _, k := range m.tree.Root.Kids {
		if k.Is("package_declaration") {
			e.put(k.End, k.End, nl+nl+line)
			return
		}
		if !k.Is("line_comment", "block_comment") {
			e.put(k.Start, k.Start, line+nl+nl)
			return
		}
	}
}

// flip turns the literal at a place into its opposite: a default is flipped.
func flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) {
	syn, _ := hit.Node.Syntax.(*node)
	if syn == nil || at.Path != syn.m.path || at.Span.IsZero() || at.Span.End > len(syn.m.src) {
		return nil, false
	}
	e := &editor{m: syn.m, hit: hit}
	old := string(e.m.src[at.Span.Start:at.Span.End])
	for _, pair := range [][2]string{{"true", "false"}, {"TRUE", "FALSE"}, {"True", "False"}} {
		for i := range 2 {
			from, to := pair[i], pair[1-i]
			switch old {
			case from, "Boolean." + from, `"` + from + `"`:
				e.put(at.Span.Start, at.Span.End, strings.Replace(old, from, to, 1))
				return e.edits, true
			}
		}
	}
	return nil, false
}
