package python

import (
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
	names map[string][]string
	old   *syntax.Node // the symbol that is replaced
	// dropped are names of imports that nothing uses any more.
	dropped []*syntax.Node
}

// Edit makes the edits of operations on one object. ok is false when one of them
// cannot be right there.
func Edit(ops []languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	var e *editor
	for _, op := range ops {
		syn, _ := op.Hit.Node.Syntax.(*node)
		if syn == nil {
			return nil, false
		}
		if e == nil {
			e = &editor{m: syn.m, vars: vars, names: map[string][]string{}}
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
	e.tidy()
	if !e.imports() {
		return nil, false
	}
	return e.edits, true
}

func (e *editor) do(syn *node, fix pattern.Fix) bool {
	at := e.target(syn)
	e.old = e.symbolAt(syn)
	switch fix.Op() {
	case "value":
		text, ok := e.template(fix.Value, at)
		return ok && e.value(text, at)
	case "symbol":
		return e.fits(syn) && e.value(e.symbol(fix.Symbol, at), at)
	case "replace":
		text, ok := e.template(fix.Replace, at)
		return ok && e.replace(syn, at, text)
	case "add":
		text, ok := e.template(fix.Add, at)
		return ok && e.add(syn, text)
	case "drop":
		if fix.Drop == "call" || fix.Drop == "statement" {
			at = syn.at
		}
		return e.drop(syn, at, fix.Drop)
	}
	return false
}

// symbolAt is the symbol whose place a fix takes, nil when it is none.
func (e *editor) symbolAt(syn *node) *syntax.Node {
	n := syn.at
	if e.hit.Node.Kind != ir.Ref {
		s := e.hit.Bad.At
		if s.Path != e.m.path || s.Span.IsZero() {
			return nil
		}
		n = e.m.root().At(s.Span.Start, s.Span.End)
		for n.Up != nil && n.Up.Is("attribute") && n.End < s.Span.End {
			n = n.Up
		}
	}
	if n.Is("attribute", "identifier") {
		return n
	}
	return nil
}

// fits reports whether the arguments of a call whose callee is replaced mean the
// same for what replaces it: those that name a trust store do.
func (e *editor) fits(syn *node) bool {
	at := syn.at
	if e.hit.Node.Kind != ir.Ref || !at.Up.Is("call") || at.Field != "function" {
		return true
	}
	for _, a := range at.Up.Child("arguments").Kids {
		switch e.m.text(a.Child("name")) {
		case "cafile", "capath", "cadata", "purpose":
		default:
			if !a.Is("comment") {
				return false
			}
		}
	}
	return true
}

// target is the pair, keyword argument, statement or call that the hit is about.
func (e *editor) target(syn *node) *syntax.Node {
	h := e.hit
	if h.Node.Kind == ir.Call && h.Value != nil {
		for i := range h.Node.Args {
			if a := &h.Node.Args[i]; a.Value == h.Value && a.Name != "" {
				if at := syn.pairs[a.Name]; at != nil {
					return at
				}
			}
		}
	}
	return syn.at
}

func (e *editor) put(start, end int, text string) {
	e.edits = append(e.edits, finding.Edit{Path: e.m.path, Start: start, End: end, New: text})
}

var templateName = lazyregexp.New(`\{(ca_env|ca_bundle|host|old|sym:[^}]+)\}`)

// template fills in a fix's text; a host that is not in scope makes it unusable.
func (e *editor) template(text string, at *syntax.Node) (string, bool) {
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
			// What stands there now: "{old} or True".
			if v := e.hit.Value; v != nil && !v.Span.IsZero() {
				return string(e.m.src[v.Span.Start:v.Span.End])
			}
			ok = false
			return ""
		default:
			return e.symbol(strings.TrimPrefix(name, "sym:"), at)
		}
	})
	return out, ok
}

// value writes a text where the deciding literal stands.
func (e *editor) value(text string, at *syntax.Node) bool {
	h := e.hit
	if h.Value == nil {
		return false
	}
	place := h.Bad.At
	if place.Span.IsZero() {
		place = ir.Place{Path: e.m.path, Span: h.Value.Span}
	}
	if place.Span.IsZero() && h.Node.Kind == ir.Ref {
		place.Span = e.m.span(at)
	}
	if place.Path != e.m.path || place.Span.IsZero() || place.Span.End > len(e.m.src) {
		return false
	}
	if h.Node.Kind != ir.Text && e.shared(place.Span, at) {
		// Others read the same constant: only the place itself may change.
		place.Span = h.Value.Span
	}
	old := string(e.m.src[place.Span.Start:place.Span.End])
	if h.Node.Kind != ir.Text {
		text = requote(text, old)
		if e.swapImport(place.Span, text) {
			return true
		}
	}
	e.put(place.Span.Start, place.Span.End, text)
	return true
}

// shared reports whether the deciding literal is a constant that something else
// than this switch reads too.
func (e *editor) shared(s ir.Span, at *syntax.Node) bool {
	lit := e.m.root().At(s.Start, s.End)
	a := lit.Above("assignment")
	if a == nil || lit.Field != "right" || a == at || lit.Within(at) {
		return false
	}
	left := a.Child("left")
	if !left.Is("identifier") {
		return false
	}
	return len(e.m.uses[e.m.text(left)]) > 1
}

// requote writes a string literal with the quotes of the text that it replaces.
func requote(text, old string) string {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' || strings.Contains(text[1:len(text)-1], `"`) {
		return text
	}
	if strings.HasPrefix(old, "'") && !strings.HasPrefix(old, "'''") && !strings.Contains(text, "'") {
		return "'" + text[1:len(text)-1] + "'"
	}
	return text
}

// swapImport changes the import instead of its only use: the symbol that is
// written there came from "from module import name".
func (e *editor) swapImport(s ir.Span, text string) bool {
	n := e.m.root().At(s.Start, s.End)
	if !n.Is("identifier") || n.Start != s.Start || n.End != s.End {
		return false
	}
	for i, name := range e.names["="] {
		mod, sym, _ := strings.Cut(name, "|")
		sc := e.m.lookup(n, e.m.text(n))
		if sc == nil || text != sym {
			continue
		}
		bs := sc.binds[e.m.text(n)]
		if len(bs) != 1 || bs[0].kind != bindImport || !strings.HasPrefix(bs[0].target, mod+".") || len(e.m.uses[e.m.text(n)]) != 1 {
			continue
		}
		id := bs[0].id
		aliased := id.Up.Is("aliased_import")
		if aliased {
			id = id.Up.Child("name")
		}
		e.names["="] = slices.Delete(e.names["="], i, i+1)
		e.names[mod] = slices.DeleteFunc(e.names[mod], func(x string) bool { return x == sym })
		e.put(id.Start, id.End, sym)
		if !aliased {
			e.put(s.Start, s.End, text)
		}
		return true
	}
	return false
}

// symbol spells a canonical name by the file's imports; what is missing is
// imported.
func (e *editor) symbol(name string, at *syntax.Node) string {
	mod, sym, ok := moduleOf(name)
	if !ok {
		return name
	}
	if e.old.Is("attribute") {
		// What is spelled gevent.ssl.X stays below gevent.ssl.
		for o := e.old.Child("object"); o != nil; o = o.Child("object") {
			if e.m.name(o) == mod {
				return e.m.text(o) + "." + sym
			}
		}
	}
	var from *binding
	for s := e.m.scopeOf(at); s != nil; s = s.up {
		for local, bs := range s.binds {
			for _, b := range bs {
				if b.kind != bindImport || b.id.Start > at.Start && s.node != e.m.root() {
					continue
				}
				switch target := e.m.set.Canonical(b.target); {
				case target == name:
					return local
				case target == mod && local != "*":
					return local + "." + sym
				case strings.HasPrefix(name, target+".") && strings.HasPrefix(target, mod+"."):
					return local + strings.TrimPrefix(name, target)
				case strings.HasPrefix(mod, target+".") && local != "*" && b.stmt.Is("import_statement") && local == target:
					// import a.b.c binds a.
					if strings.Contains(e.m.text(b.stmt), mod) {
						return name
					}
				case strings.HasPrefix(b.target, mod+".") && !strings.HasPrefix(b.target, "./") && b.stmt.Is("import_from_statement") && squeeze(e.m.text(b.stmt.Child("module_name"))) == mod:
					from = b
				}
			}
		}
	}
	if from != nil && !strings.Contains(sym, ".") {
		e.names[mod] = append(e.names[mod], sym)
		e.names["="] = append(e.names["="], mod+"|"+sym)
		return sym
	}
	e.need = append(e.need, mod)
	return name
}

// moduleOf splits a canonical name into the module that has to be imported and
// the rest: classes begin with a capital letter, modules mostly do not.
func moduleOf(name string) (mod, sym string, ok bool) {
	parts := strings.Split(name, ".")
	if len(parts) < 2 {
		return "", name, false
	}
	i := len(parts) - 1
	for j := 1; j < len(parts) && !capital(parts[0]); j++ {
		if capital(parts[j]) && strings.ToUpper(parts[j]) != parts[j] {
			i = j
			break
		}
	}
	return strings.Join(parts[:i], "."), strings.Join(parts[i:], "."), true
}

func capital(s string) bool { return s != "" && s[0] >= 'A' && s[0] <= 'Z' }

// replace puts a text instead of a whole keyword argument, pair, symbol or callee.
func (e *editor) replace(syn *node, at *syntax.Node, text string) bool {
	if v := e.hit.Value; e.hit.Node.Kind == ir.Text && v != nil && !v.Pair.IsZero() {
		e.put(v.Pair.Start, v.Pair.End, text) // a parameter of a connection string
		return true
	}
	switch {
	case at.Is("keyword_argument") && wholeCall.MatchString(text) && at.Up.Up.Is("call"):
		e.put(at.Up.Up.Start, at.Up.Up.End, text)
	case at.Is("keyword_argument", "pair"):
		if at.Is("pair") {
			text = pairs(text, e.quoteLike(at))
		}
		e.put(at.Start, at.End, text)
	case at.Is("call"):
		if fn := at.Child("function"); !strings.HasSuffix(text, ")") {
			e.put(fn.Start, fn.End, text)
		} else {
			e.put(at.Start, at.End, text)
		}
	case at.Is("identifier", "attribute"):
		if strings.HasSuffix(text, ")") && at.Up.Is("call") && at.Field == "function" {
			at = at.Up
		}
		if e.swapImport(e.m.span(at), text) {
			return true
		}
		e.put(at.Start, at.End, text)
	case at.Is("assignment", "augmented_assignment"):
		if left := at.Child("left"); left.Is("subscript") && keywordArg.MatchString(text) {
			// One statement an entry.
			key := left.Child("subscript")
			quote := e.m.text(key)[:1]
			if quote != "'" {
				quote = `"`
			}
			var lines []string
			for _, p := range strings.Split(pairs(text, quote), ", "+quote) {
				k, v, _ := strings.Cut(strings.TrimPrefix(p, quote), quote+": ")
				lines = append(lines, e.m.text(left.Child("value"))+"["+quote+k+quote+"] = "+v)
			}
			text = strings.Join(lines, "\n"+e.indent(at.Start))
		}
		e.put(at.Start, at.End, text)
	default:
		return false
	}
	return true
}

// keywordArg is the beginning of a keyword argument.
var keywordArg = lazyregexp.New(`^\w+=[^=]`)

// wholeCall is a text that stands instead of a call rather than of an argument.
var wholeCall = lazyregexp.New(`^[\w.]+\(.*\)$`)

// pairs writes keyword arguments as the entries of a dictionary.
func pairs(text, quote string) string {
	var out []string
	depth, start := 0, 0
	for i := 0; i <= len(text); i++ {
		switch {
		case i < len(text) && strings.IndexByte("([{", text[i]) >= 0:
			depth++
		case i < len(text) && strings.IndexByte(")]}", text[i]) >= 0:
			depth--
		case i == len(text) || text[i] == ',' && depth == 0:
			k, v, ok := strings.Cut(strings.TrimSpace(text[start:i]), "=")
			if !ok || strings.ContainsAny(k, `("'`) {
				return text
			}
			out = append(out, quote+k+quote+": "+v)
			start = i + 1
		}
	}
	return strings.Join(out, ", ")
}

func (e *editor) quoteLike(pair *syntax.Node) string {
	if t := e.m.text(pair.Child("key")); t != "" && (t[0] == '\'' || t[0] == '"') {
		return t[:1]
	}
	return `"`
}

// add appends a keyword argument to the call, or a pair to the dictionary.
func (e *editor) add(syn *node, text string) bool {
	at := syn.at
	if at.Is("pair") {
		at = at.Up
	}
	var list *syntax.Node
	switch {
	case at.Is("call"):
		list = at.Child("arguments")
	case at.Is("keyword_argument"):
		list = at.Up
	case at.Is("identifier", "attribute") && at.Up.Is("call") && at.Field == "function":
		list = at.Up.Child("arguments")
	case at.Is("dictionary"):
		list = at
		text = pairs(text, e.quoteLike(syn.at))
	}
	if !list.Is("argument_list", "dictionary") {
		return false
	}
	lastArg := -1
	for i, k := range list.Kids {
		if !k.Is("comment") {
			lastArg = i
		}
	}
	closing := list.End - 1
	if lastArg < 0 {
		e.put(closing, closing, text)
		return true
	}
	end := list.Kids[lastArg].End
	between := string(e.m.src[end:closing])
	if i := strings.IndexByte(between, ','); i >= 0 {
		// A trailing comma: keep one argument a line where it is so.
		sep := " "
		if strings.Contains(between, "\n") {
			sep = "\n" + e.indent(list.Kids[lastArg].Start)
		}
		tail := ","
		if sep == " " {
			tail = ""
		}
		e.put(end+i+1, end+i+1, sep+text+tail)
		return true
	}
	e.put(end, end, ", "+text)
	return true
}

// indent is the white space at the start of the line of an offset.
func (e *editor) indent(offset int) string {
	start := strings.LastIndexByte(string(e.m.src[:offset]), '\n') + 1
	i := start
	for i < len(e.m.src) && (e.m.src[i] == ' ' || e.m.src[i] == '\t') {
		i++
	}
	return string(e.m.src[start:i])
}

// drop removes an argument, an entry, a statement, or elements of a list.
func (e *editor) drop(syn *node, at *syntax.Node, what string) bool {
	switch what {
	case "param":
		return e.dropParam()
	case "elements":
		return e.dropElement()
	case "option":
		return e.dropOption(syn)
	case "statement", "call", "member", "arg", "line":
		switch {
		case at.Is("keyword_argument", "pair"):
			return e.dropItem(at)
		case at.Is("call", "assignment", "augmented_assignment", "identifier", "attribute"):
			if (what == "call" || what == "arg") && at.Is("call") && what == "arg" && e.hit.Value != nil {
				return e.dropPositional(at)
			}
			stmt := statement(at)
			if !stmt.Is("expression_statement", "import_from_statement") || len(stmt.Kids) != 1 || stmt.Kids[0] != at && what != "statement" {
				return false
			}
			return e.dropStatement(stmt)
		}
	}
	return false
}

// dropPositional removes the last positional argument that the hit tested.
func (e *editor) dropPositional(call *syntax.Node) bool {
	for _, a := range call.Child("arguments").Kids {
		if e.m.span(a) == e.hit.Value.Span {
			return e.dropItem(a)
		}
	}
	return false
}

// dropItem removes one item of a list of items separated by commas.
func (e *editor) dropItem(at *syntax.Node) bool {
	src, list := e.m.src, at.Up
	i := slices.Index(list.Kids, at)
	if i < 0 {
		return false
	}
	start, end := at.Start, at.End
	next := end
	for next < len(src) && (src[next] == ' ' || src[next] == '\t' || src[next] == '\n' || src[next] == '\r' || src[next] == '\\') {
		next++
	}
	comma := next < len(src) && src[next] == ','
	if comma {
		end = next + 1
	}
	lineStart := start
	for lineStart > 0 && (src[lineStart-1] == ' ' || src[lineStart-1] == '\t') {
		lineStart--
	}
	alone := lineStart == 0 || src[lineStart-1] == '\n'
	rest := end
	for rest < len(src) && (src[rest] == ' ' || src[rest] == '\t') {
		rest++
	}
	if rest < len(src) && src[rest] == '#' && alone {
		// The comment behind it is about what goes.
		for rest < len(src) && src[rest] != '\n' && src[rest] != '\r' {
			rest++
		}
	}
	eol := rest == len(src) || src[rest] == '\n' || src[rest] == '\r'
	switch {
	case alone && eol && comma:
		// A line of its own.
		for rest < len(src) && src[rest] != '\n' {
			rest++
		}
		e.put(lineStart, min(rest+1, len(src)), "")
		return true
	case comma && !alone:
		if rest < len(src) && src[rest] != '\n' && src[rest] != '\r' {
			e.put(start, rest, "")
			return true
		}
		e.put(lineStart, end, "")
		return true
	case comma:
		e.put(start, rest, "")
		return true
	}
	// The last one: the comma before it goes too.
	prev := start
	for prev > 0 && (src[prev-1] == ' ' || src[prev-1] == '\t' || src[prev-1] == '\n' || src[prev-1] == '\r') {
		prev--
	}
	if prev > 0 && src[prev-1] == ',' {
		e.put(prev-1, end, "")
		return true
	}
	e.put(start, end, "")
	return true
}

// dropStatement removes a statement with its line; the only one of a block
// becomes pass.
func (e *editor) dropStatement(stmt *syntax.Node) bool {
	src := e.m.src
	count := 0
	for _, k := range stmt.Up.Kids {
		if !k.Is("comment") {
			count++
		}
	}
	if stmt.Up.Is("block") && count == 1 {
		e.put(stmt.Start, stmt.End, "pass")
		return true
	}
	start, end := stmt.Start, stmt.End
	for start > 0 && (src[start-1] == ' ' || src[start-1] == '\t') {
		start--
	}
	first := start == 0 || src[start-1] == '\n'
	for end < len(src) && (src[end] == ' ' || src[end] == '\t') {
		end++
	}
	switch {
	case end < len(src) && src[end] == ';':
		end++
		for end < len(src) && (src[end] == ' ' || src[end] == '\t') {
			end++
		}
		e.put(stmt.Start, end, "")
		return true
	case !first:
		// Behind a semicolon on the same line.
		if start > 0 && src[start-1] == ';' {
			e.put(start-1, stmt.End, "")
			return true
		}
		return false
	}
	if end < len(src) && src[end] == '#' {
		for end < len(src) && src[end] != '\n' && src[end] != '\r' {
			end++
		}
	}
	if end < len(src) && src[end] == '\r' {
		end++
	}
	if end < len(src) && src[end] == '\n' {
		end++
	}
	if start == 0 || start > 1 && src[start-1] == '\n' && (src[start-2] == '\n' || start > 2 && src[start-2] == '\r' && src[start-3] == '\n') {
		// No two empty lines where one was on each side, and none at the head.
		for next := end; next < len(src) && (src[next] == '\r' || src[next] == '\n'); next++ {
			if src[next] == '\n' {
				end = next + 1
				if start > 0 {
					break
				}
			}
		}
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
	start, end := v.Pair.Start, v.Pair.End
	src := e.m.src
	switch {
	case end < len(src) && (src[end] == '&' || src[end] == ';' || src[end] == ' '):
		end++
	case start > 0 && (src[start-1] == '&' || src[start-1] == '?' || src[start-1] == ';' || src[start-1] == ' '):
		start--
	}
	e.put(start, end, "")
	return true
}

// dropElement removes the elements of a list that fail the row's test.
func (e *editor) dropElement() bool {
	bad := e.hit.Bad
	elems := []ir.Const{bad}
	if bad.Kind == ir.List {
		elems = nil
		for _, el := range bad.Elems {
			if e.hit.Row.Fails(el.Const, e.hit.Node) {
				elems = append(elems, el.Const)
			}
		}
	}
	for _, c := range elems {
		if c.At.Span.IsZero() || c.At.Path != e.m.path {
			return false
		}
		n := e.m.root().At(c.At.Span.Start, c.At.Span.End)
		for n != nil && n.Up != nil && !n.Up.Is("list", "tuple", "argument_list", "set") {
			n = n.Up
		}
		if n == nil || n.Up == nil || !e.dropItem(n) {
			return false
		}
	}
	return len(elems) > 0
}

// Flip turns the boolean literal at a place of the node's file into its opposite;
// for the option of a command line it is the default.
func Flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) {
	syn, _ := hit.Node.Syntax.(*node)
	if syn == nil || at.Path != syn.m.path || at.Span.IsZero() || at.Span.End > len(syn.m.src) {
		return nil, false
	}
	e := &editor{m: syn.m, hit: hit}
	switch string(e.m.src[at.Span.Start:at.Span.End]) {
	case "True":
		e.put(at.Span.Start, at.Span.End, "False")
	case "False":
		e.put(at.Span.Start, at.Span.End, "True")
	case `"0"`, `'0'`:
		e.put(at.Span.Start+1, at.Span.End-1, "1")
	case `"1"`, `'1'`:
		e.put(at.Span.Start+1, at.Span.End-1, "0")
	case `"false"`, `'false'`:
		e.put(at.Span.Start+1, at.Span.End-1, "true")
	case `"true"`, `'true'`:
		e.put(at.Span.Start+1, at.Span.End-1, "false")
	case `"False"`, `'False'`:
		e.put(at.Span.Start+1, at.Span.End-1, "True")
	case `"True"`, `'True'`:
		e.put(at.Span.Start+1, at.Span.End-1, "False")
	default:
		return nil, false
	}
	return e.edits, true
}
