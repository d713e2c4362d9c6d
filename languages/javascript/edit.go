package javascript

import (
	"path"
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
	need  []string // modules that the new text names
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
		if !e.do(syn, op.Fix) {
			return nil, false
		}
	}
	if e == nil || len(e.edits) == 0 {
		return nil, false
	}
	e.imports()
	return e.edits, true
}

func (e *editor) do(syn *node, fix pattern.Fix) bool {
	at := syn.at
	switch fix.Op() {
	case "value":
		text, ok := e.template(fix.Value)
		return ok && e.value(text, at)
	case "symbol":
		return e.value(e.symbol(fix.Symbol), at)
	case "replace":
		text, ok := e.template(fix.Replace)
		return ok && e.replace(at, text)
	case "add":
		text, ok := e.template(fix.Add)
		return ok && e.add(at, text)
	case "drop":
		if at.Is("string", "template_string") && e.hit.Node.Kind == ir.Env && fix.Drop != "option" {
			return false // it is a word of a command, and no statement
		}
		return e.drop(at, fix.Drop)
	}
	return false
}

func (e *editor) put(start, end int, text string) {
	e.edits = append(e.edits, finding.Edit{Path: e.m.path, Start: start, End: end, New: text})
}

var templateName = lazyregexp.New(`\{(ca_env|ca_bundle|host|old|sym:[^}]+)\}`)

// template fills in a fix's text; a host that is not in scope makes it unusable.
func (e *editor) template(text string) (string, bool) {
	ok := true
	out := templateName.ReplaceAllStringFunc(text, func(name string) string {
		switch name = name[1 : len(name)-1]; name {
		case "ca_env":
			return e.vars.CAEnv
		case "ca_bundle":
			q := strconv.Quote(e.vars.CABundle)
			return q[1 : len(q)-1]
		case "host":
			ok = ok && e.hit.Node.HostExpr != ""
			return e.hit.Node.HostExpr
		case "old":
			if v := e.hit.Value; v != nil && !v.Span.IsZero() {
				return string(e.m.src[v.Span.Start:v.Span.End])
			}
			ok = false
			return ""
		default:
			return e.symbol(strings.TrimPrefix(name, "sym:"))
		}
	})
	return requote(out, e.quote()), ok
}

// quote is the sign that the file writes most of its strings with.
func (e *editor) quote() string {
	if e.m.quoted != "" {
		return e.m.quoted
	}
	single, double := 0, 0
	e.m.root().Walk(func(n *syntax.Node) bool {
		if n.Is("string") && n.Start < len(e.m.src) {
			if e.m.src[n.Start] == '\'' {
				single++
			} else {
				double++
			}
		}
		return single+double < 200
	})
	e.m.quoted = `"`
	if single > double {
		e.m.quoted = "'"
	}
	return e.m.quoted
}

// requote writes the strings of a text with another sign.
func requote(text, quote string) string {
	if quote == `"` || strings.ContainsAny(text, `'\`) {
		return text
	}
	return strings.ReplaceAll(text, `"`, quote)
}

// value writes a text where the deciding literal stands.
func (e *editor) value(text string, at *syntax.Node) bool {
	h := e.hit
	if h.Value == nil || h.Bad.Kind == ir.Absent {
		return false
	}
	place := h.Bad.At
	if place.Span.IsZero() || place.Path != e.m.path || h.Node.Kind != ir.Text && e.shared(place.Span, at) {
		// What others read too must stay: only the place itself may change.
		place = ir.Place{Path: e.m.path, Span: h.Value.Span}
	}
	s := place.Span
	if s.IsZero() || s.End > len(e.m.src) {
		return false
	}
	if h.Node.Kind == ir.Text || h.Node.Kind == ir.Command {
		text = strings.Trim(text, `"'`)
	} else if n := e.m.root().At(s.Start, s.End); n.Is("shorthand_property_identifier") {
		text = e.m.text(n) + ": " + text
	} else if n.Is("method_definition") && n.Start == s.Start {
		text = e.m.text(n.Child("name")) + ": " + text
	}
	if h.Node.Kind == ir.Env && at.Is("string", "template_string") {
		text = strings.Trim(text, `"'`)
	}
	e.put(s.Start, s.End, text)
	return true
}

// shared reports whether a literal decides more than this switch: it belongs to a
// variable that something else reads, or to an object that others use too.
func (e *editor) shared(s ir.Span, at *syntax.Node) bool {
	lit := e.m.root().At(s.Start, s.End)
	if lit.Within(at) {
		return false
	}
	for p := lit; p != nil && p != e.m.root(); p = p.Up {
		if p.Is("variable_declarator", "assignment_expression") {
			id := p.Child("name")
			if id == nil {
				id = p.Child("left")
			}
			if !id.Is("identifier") {
				return true
			}
			sc := e.m.lookup(id, e.m.text(id))
			if sc == nil || len(e.m.usesOf(e.m.text(id), sc)) > 1 || len(sc.binds[e.m.text(id)]) > 1 {
				return true
			}
			_, out := e.m.exports[e.m.text(id)]
			return out
		}
		if p.Is("arguments", "return_statement") || isFunction(p) {
			return true
		}
	}
	return true
}

var identifierText = lazyregexp.New(`^[A-Za-z_$][\w$]*`)

// symbol spells a canonical name by the file's imports; what is missing is
// imported.
func (e *editor) symbol(name string) string {
	mod, sym, ok := strings.Cut(name, ".")
	if !ok {
		return name
	}
	text, ok := e.m.spelled[name]
	if !ok {
		text = e.spell(name, mod, sym)
		if e.m.spelled == nil {
			e.m.spelled = map[string]string{}
		}
		e.m.spelled[name] = text
	}
	if text != "" {
		return text
	}
	if !slices.Contains(e.need, mod) {
		e.need = append(e.need, mod)
	}
	return name
}

// spell is how the file can write the member of a module, "" when it has to import
// the module first.
func (e *editor) spell(name, mod, sym string) string {
	top := e.m.scopes[e.m.root()]
	names := make([]string, 0, len(top.binds))
	for local := range top.binds {
		names = append(names, local)
	}
	slices.Sort(names)
	for _, local := range names {
		for _, b := range top.binds[local] {
			if b.kind != bindImport && b.kind != bindAssign || b.kind == bindAssign && len(top.binds[local]) > 1 {
				continue
			}
			if b.kind == bindAssign && !b.stmt.Is("variable_declarator") {
				continue
			}
			switch e.m.nameOfBinding(b) {
			case mod:
				return local + "." + sym
			case name:
				return local
			}
		}
	}
	if len(top.binds[mod]) > 0 || len(e.m.uses[mod]) > 0 {
		return `require("` + mod + `").` + sym // the name is taken
	}
	return ""
}

// imports adds what the new text names, in the file's own style.
func (e *editor) imports() {
	if len(e.need) == 0 {
		return
	}
	m := e.m
	after, esm := m.imports()
	q, end := e.quote(), ";"
	if after != nil && !strings.HasSuffix(strings.TrimSpace(m.text(after)), ";") {
		end = ""
	}
	var lines []string
	for _, mod := range e.need {
		if esm {
			lines = append(lines, "import * as "+mod+" from "+q+mod+q+end)
		} else {
			lines = append(lines, "const "+mod+" = require("+q+mod+q+")"+end)
		}
	}
	text := strings.Join(lines, "\n")
	if after != nil {
		e.put(after.End, after.End, "\n"+e.indent(after.Start)+text)
		return
	}
	for _, s := range m.root().Kids {
		switch {
		case s.Is("hash_bang_line", "comment"):
		case s.Is("expression_statement") && len(s.Kids) > 0 && s.Kids[0].Is("string"):
			e.put(s.End, s.End, "\n"+text) // "use strict"
			return
		default:
			e.put(s.Start, s.Start, text+"\n"+e.indent(s.Start))
			return
		}
	}
}

// imports is the statement behind which a module is imported, nil when there is
// none, and whether the file writes import rather than require.
func (m *module) imports() (after *syntax.Node, esm bool) {
	if m.importing != nil {
		return m.importing.after, m.importing.esm
	}
	for _, s := range m.root().Kids {
		switch {
		case s.Is("import_statement"):
			after, esm = s, true
		case s.Is("lexical_declaration", "variable_declaration") && !esm && len(s.Kids) > 0 && strings.Contains(m.text(s), "require("):
			if d := s.Kids[len(s.Kids)-1]; d.Is("variable_declarator") && strings.Contains(m.text(d.Child("value")), "require(") && !isFunction(d.Child("value")) {
				after = s
			}
		case s.Is("export_statement"):
			esm = esm || after == nil
		}
	}
	switch path.Ext(m.path) {
	case ".mjs", ".ts", ".mts", ".tsx", ".vue", ".svelte", ".astro":
		esm = esm || after == nil
	}
	m.importing = &importSite{after, esm}
	return after, esm
}

// indent is the white space at the start of the line of an offset.
func (e *editor) indent(offset int) string {
	start := offset
	for start > 0 && e.m.src[start-1] != '\n' {
		start--
	}
	i := start
	for i < offset && (e.m.src[i] == ' ' || e.m.src[i] == '\t') {
		i++
	}
	return string(e.m.src[start:i])
}

// replace puts a text instead of a whole entry, assignment or call.
func (e *editor) replace(at *syntax.Node, text string) bool {
	switch {
	case at.Is("pair", "shorthand_property_identifier", "method_definition"):
		e.put(at.Start, at.End, text)
	case at.Is("object") && e.hit.Bad.Kind == ir.Absent:
		return e.add(at, text)
	case at.Is("assignment_expression"):
		left := at.Child("left")
		obj := e.m.text(left.Child("object"))
		var out []string
		for _, p := range split(text) {
			key, value, ok := strings.Cut(p, ":")
			if !ok || identifierText.FindString(key) != key {
				return false
			}
			out = append(out, obj+"."+key+" = "+strings.TrimSpace(value))
		}
		if len(out) > 1 && !at.Up.Is("expression_statement") {
			return false
		}
		e.put(at.Start, at.End, strings.Join(out, ";\n"+e.indent(at.Start)))
	case at.Is("field_definition", "public_field_definition"):
		return false
	case at.Is("call_expression", "new_expression"):
		fn := callee(at)
		switch {
		case strings.HasSuffix(text, ")"):
			e.put(fn.Start, at.End, text)
		case strings.HasPrefix(text, ".") && fn.Is("member_expression"):
			e.put(fn.Child("property").Start, fn.Child("property").End, text[1:])
		case fn.Is("identifier") && identifierText.FindString(text) == text:
			return e.renameImport(fn, text)
		default:
			e.put(fn.Start, fn.End, text)
		}
	case at.Is("identifier", "member_expression"):
		e.put(at.Start, at.End, text)
	default:
		return false
	}
	return true
}

// renameImport calls another function of the module that a name came from.
func (e *editor) renameImport(fn *syntax.Node, text string) bool {
	s := e.m.lookup(fn, e.m.text(fn))
	if s == nil || len(s.binds[e.m.text(fn)]) != 1 || len(e.m.usesOf(e.m.text(fn), s)) != 1 {
		return false
	}
	b := s.binds[e.m.text(fn)][0]
	switch {
	case b.kind == bindImport && b.imported == b.name, b.kind == bindAssign && len(b.path) == 1 && b.path[0] == b.name && b.id.Is("shorthand_property_identifier_pattern"):
		e.put(b.id.Start, b.id.End, text)
		e.put(fn.Start, fn.End, text)
		return true
	}
	return false
}

// split cuts a text at the commas that are in no brackets.
func split(text string) []string {
	var out []string
	depth, start := 0, 0
	for i := 0; i <= len(text); i++ {
		switch {
		case i == len(text) || text[i] == ',' && depth == 0:
			out = append(out, strings.TrimSpace(text[start:i]))
			start = i + 1
		case strings.IndexByte("([{", text[i]) >= 0:
			depth++
		case strings.IndexByte(")]}", text[i]) >= 0:
			depth--
		}
	}
	return out
}

// add appends an entry to the object that the hit is about.
func (e *editor) add(at *syntax.Node, text string) bool {
	obj := at
	switch {
	case at.Is("pair", "shorthand_property_identifier", "method_definition") && at.Up.Is("object"):
		obj = at.Up
	case at.Is("assignment_expression"):
		old := len(e.edits)
		if !at.Up.Is("expression_statement") || !e.replace(at, text) {
			return false
		}
		made := e.edits[old]
		e.edits = e.edits[:old]
		e.put(at.Up.End, at.Up.End, "\n"+e.indent(at.Start)+made.New+";")
		return true
	case !at.Is("object"):
		return false
	}
	var lastOf *syntax.Node
	for _, k := range obj.Kids {
		if !k.Is("comment") {
			lastOf = k
		}
	}
	if lastOf == nil {
		e.put(obj.Start, obj.End, "{ "+text+" }")
		return true
	}
	sep := ", "
	if e.m.lineAt(lastOf.Start) != e.m.lineAt(obj.Start) {
		sep = ",\n" + e.indent(lastOf.Start)
	}
	e.put(lastOf.End, lastOf.End, sep+text)
	return true
}

// drop removes an entry, a statement, a call of a chain, or elements of a list.
func (e *editor) drop(at *syntax.Node, what string) bool {
	switch what {
	case "param":
		return e.dropParam()
	case "elements":
		return e.dropElements(at)
	case "option":
		return e.dropOption()
	case "call":
		if fn := callee(at); isCall(at) && fn.Is("member_expression") {
			if at.Up.Is("expression_statement") && !isCall(fn.Child("object")) {
				return e.dropStatement(at.Up)
			}
			e.put(fn.Child("object").End, at.End, "")
			return true
		}
		return false
	}
	switch {
	case at.Is("pair", "shorthand_property_identifier", "method_definition"):
		return at.Up.Is("object") && e.dropItem(at)
	case at.Is("field_definition", "public_field_definition"):
		return false
	case at.Up.Is("expression_statement"):
		return e.dropStatement(at.Up)
	}
	return false
}

// dropItem removes one item of a list of items separated by commas.
func (e *editor) dropItem(at *syntax.Node) bool {
	src := e.m.src
	start, end := at.Start, at.End
	blank := func(b byte) bool { return b == ' ' || b == '\t' }
	space := func(b byte) bool { return blank(b) || b == '\n' || b == '\r' }
	next := end
	for next < len(src) && space(src[next]) {
		next++
	}
	comma := next < len(src) && src[next] == ','
	if comma {
		end = next + 1
	}
	lineStart := start
	for lineStart > 0 && blank(src[lineStart-1]) {
		lineStart--
	}
	alone := lineStart == 0 || src[lineStart-1] == '\n'
	rest := end
	for rest < len(src) && blank(src[rest]) {
		rest++
	}
	if alone && rest+1 < len(src) && src[rest] == '/' && src[rest+1] == '/' {
		// The comment behind it is about what goes.
		for rest < len(src) && src[rest] != '\n' && src[rest] != '\r' {
			rest++
		}
	}
	eol := rest == len(src) || src[rest] == '\n' || src[rest] == '\r'
	prev := start
	for prev > 0 && space(src[prev-1]) {
		prev--
	}
	switch {
	case alone && eol && comma:
		for rest < len(src) && src[rest] != '\n' {
			rest++
		}
		e.put(lineStart, min(rest+1, len(src)), "")
	case comma && !alone && !eol:
		e.put(start, rest, "")
	case comma && !alone:
		e.put(lineStart, end, "")
	case comma:
		e.put(start, rest, "")
	case prev > 0 && src[prev-1] == ',':
		e.put(prev-1, end, "") // the last one: the comma before it goes too
	case prev > 0 && (src[prev-1] == '{' || src[prev-1] == '[' || src[prev-1] == '(') && next < len(src) && (src[next] == '}' || src[next] == ']' || src[next] == ')'):
		e.put(prev, next, "")
	default:
		e.put(start, end, "")
	}
	return true
}

// dropStatement removes a statement with its line, if it stands in a block of its
// own.
func (e *editor) dropStatement(stmt *syntax.Node) bool {
	if !isBlock(stmt.Up) || stmt.Up.Is("class_body", "ERROR") {
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
	if end+1 < len(src) && src[end] == '/' && src[end+1] == '/' && first {
		for end < len(src) && src[end] != '\n' && src[end] != '\r' {
			end++
		}
	}
	if eol := end == len(src) || src[end] == '\n' || src[end] == '\r'; !first || !eol {
		e.put(stmt.Start, stmt.End, "")
		return true
	}
	if end < len(src) && src[end] == '\r' {
		end++
	}
	if end < len(src) {
		end++
	}
	e.put(start, end, "")
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
	case end < len(src) && (src[end] == '&' || src[end] == ';' || src[end] == ' '):
		end++
	case start > 0 && strings.IndexByte("&?; ", src[start-1]) >= 0:
		start--
	}
	e.put(start, end, "")
	return true
}

// dropElements removes the elements of a list that fail the row's test, or the
// argument that does.
func (e *editor) dropElements(at *syntax.Node) bool {
	bad := []ir.Const{e.hit.Bad}
	if e.hit.Bad.Kind == ir.List {
		bad = nil
		for _, el := range e.hit.Bad.Elems {
			if e.hit.Row.Fails(el.Const, e.hit.Node) {
				bad = append(bad, el.Const)
			}
		}
	}
	for _, c := range bad {
		if c.At.Span.IsZero() || c.At.Path != e.m.path {
			return false
		}
		n := e.m.root().At(c.At.Span.Start, c.At.Span.End)
		for n != nil && n.Up != nil && !n.Up.Is("array", "arguments") {
			if n.Up.Is("binary_expression") && e.m.text(n.Up.Child("operator")) == "|" {
				other := n.Up.Child("left")
				if other == n {
					other = n.Up.Child("right")
				}
				e.put(n.Up.Start, n.Up.End, e.m.text(other))
				return true
			}
			n = n.Up
		}
		if n == nil || n.Up == nil {
			return false
		}
		if n.Up.Is("arguments") && len(n.Up.Kids) == 1 {
			if !n.Up.Up.Up.Is("expression_statement") {
				return false
			}
			return e.dropStatement(n.Up.Up.Up)
		}
		if !e.dropItem(n) {
			return false
		}
	}
	return len(bad) > 0
}

// dropOption removes an option from the command that it belongs to.
func (e *editor) dropOption() bool {
	list := e.hit.Node.Args
	if len(list) == 0 {
		return false
	}
	switch list[0].Name {
	case argLetter:
		e.put(list[0].Span.Start, list[0].Span.End, "")
		return true
	case argText:
		return e.dropText(ir.Span{Start: list[0].Span.Start, End: list[len(list)-1].Span.End})
	case argItem:
		var items []*syntax.Node
		for _, a := range list {
			n := e.m.root().At(a.Span.Start, a.Span.End)
			for n.Up != nil && !n.Up.Is("array", "arguments") {
				n = n.Up
			}
			if n.Up == nil || a.Name != argItem {
				return false
			}
			items = append(items, n)
		}
		return e.dropItems(items)
	}
	return false
}

// dropItems removes neighbours of a list; a statement that only added them goes.
func (e *editor) dropItems(items []*syntax.Node) bool {
	list := items[0].Up
	kids := slices.DeleteFunc(slices.Clone(list.Kids), func(k *syntax.Node) bool { return k.Is("comment") })
	first := slices.Index(kids, items[0])
	if first < 0 || first+len(items) > len(kids) || !slices.Equal(kids[first:first+len(items)], items) {
		return false
	}
	switch next := first + len(items); {
	case len(items) == len(kids) && list.Is("arguments") && list.Up.Up.Is("expression_statement"):
		return e.dropStatement(list.Up.Up)
	case len(items) == len(kids):
		e.put(items[0].Start, items[len(items)-1].End, "")
	case len(items) == 1:
		return e.dropItem(items[0])
	case next < len(kids):
		e.put(items[0].Start, kids[next].Start, "")
	default:
		e.put(kids[first-1].End, items[len(items)-1].End, "")
	}
	return true
}

// dropText removes words of a text with the blanks before them.
func (e *editor) dropText(s ir.Span) bool {
	src := e.m.src
	str := e.m.root().At(s.Start, s.End)
	for str != nil && !str.Is("string", "template_string") {
		str = str.Up
	}
	if str == nil || str.End-str.Start < 2 {
		return false
	}
	open, closing := str.Start+1, str.End-1
	start, end := s.Start, s.End
	if start > open && end < closing && src[start-1] == src[end] && (src[end] == '"' || src[end] == '\'') {
		start, end = start-1, end+1 // the quotes of the shell
	}
	ahead := end
	for ahead < closing && (src[ahead] == ' ' || src[ahead] == '\t') {
		ahead++
	}
	back := start
	for back > open && (src[back-1] == ' ' || src[back-1] == '\t') {
		back--
	}
	if back == open && ahead == closing {
		return false // nothing would be left
	}
	if ahead > end {
		e.put(start, ahead, "")
	} else {
		e.put(back, end, "")
	}
	return true
}

// flip turns the literal at a place of the node's file into its opposite.
func flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) {
	syn, _ := hit.Node.Syntax.(*node)
	if syn == nil || at.Path != syn.m.path || at.Span.IsZero() || at.Span.End > len(syn.m.src) {
		return nil, false
	}
	m := syn.m
	e := &editor{m: m, hit: hit}
	n := m.root().At(at.Span.Start, at.Span.End)
	switch text := string(m.src[at.Span.Start:at.Span.End]); text {
	case "true":
		e.put(at.Span.Start, at.Span.End, "false")
	case "false":
		e.put(at.Span.Start, at.Span.End, "true")
	case `"0"`, `'0'`:
		e.put(at.Span.Start+1, at.Span.End-1, "1")
	case `"1"`, `'1'`:
		e.put(at.Span.Start+1, at.Span.End-1, "0")
	case `"false"`, `'false'`:
		e.put(at.Span.Start+1, at.Span.End-1, "true")
	case `"true"`, `'true'`:
		e.put(at.Span.Start+1, at.Span.End-1, "false")
	default:
		switch {
		case n.Is("unary_expression") && n.Up.Is("unary_expression") && m.text(n.Up.Child("operator")) == "!" && m.text(n.Child("operator")) == "!":
			// !!x is false when nobody gives x.
			e.put(n.Up.Start, n.Up.End, m.text(n.Child("argument"))+" !== false")
		case environmentOnly(hit.Value) && !hit.Value.Span.IsZero() && hit.Bad.Kind == ir.Bool:
			// NODE_ENV and its like say where the program runs, not what it may do.
			s := hit.Value.Span
			text := strconv.FormatBool(!hit.Bad.Bool)
			if k := m.root().At(s.Start, s.End); k.Is("shorthand_property_identifier") {
				text = m.text(k) + ": " + text
			}
			e.put(s.Start, s.End, text)
		default:
			return nil, false
		}
	}
	return e.edits, true
}

func environmentOnly(v *ir.Value) bool {
	return v != nil && len(v.Options) > 0 && !slices.ContainsFunc(v.Options, func(o ir.Option) bool { return o.Kind != "environment variable" })
}
