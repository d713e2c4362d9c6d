package shell

import (
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/internal/dsn"
	"github.com/tlslint/tlslint/internal/hosts"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/pattern"
)

type seenKey struct {
	name string
	span ir.Span
}

// lowerer lowers one script with everything that stands inside of it.
type lowerer struct {
	doc    *Document
	set    *pattern.Set
	outer  []ir.Guard
	symbol string
	stmt   [2]int

	order    int
	vars     map[string][]*assignment
	funcs    map[string]*function
	commands []*command
	exports  []*export
	bare     []*export // assignments that nobody exported where they stand
	exported bool

	asked, steps int
	faults       int
	err          error
	keepComments bool
	chunks       []chunk

	gitVars []gitVar
	seen    map[seenKey]bool
	scripts map[seenKey]bool
	out     []*ir.Node
	work    int
}

// maxWork bounds how many variants of commands are looked at in a script.
const maxWork = 200000

// run lowers what was collected. Scripts that are found in it are collected, too.
func (l *lowerer) run() {
	called := 0
	for i := 0; i < len(l.commands); i++ {
		for ; called < len(l.commands); called++ {
			c := l.commands[called]
			if fn := l.funcs[c.call.Args[0].Lit()]; fn != nil && c.scope.fn != fn {
				fn.calls = append(fn.calls, c.scope)
			}
		}
		l.command(l.commands[i])
	}
	exported := map[string]bool{}
	for _, e := range l.exports {
		exported[e.name] = true
		if e.assign != nil {
			l.export(e)
		}
	}
	for _, e := range l.bare {
		if l.exported || exported[e.name] {
			l.export(e)
		}
	}
	l.gitConfig()
}

// special are commands that are looked at although no row is about them.
var special = map[string]bool{"alias": true, "echo": true, "printf": true, "cat": true, "tee": true, "eval": true, "trap": true, "sed": true, "openssl": true}

// runners are names of commands and functions that run the command in their words.
var runners = regexp.MustCompile(`(?i)(^|[_.-])(run|retry|try|do|exec|execute|quiet|quietly|silent|silently|must|log_?cmd|cmd|sudo|as_?root|wrap|with|loud|eventually|attempt|poll|backoff|repeat|every)([_.-]|$)|^(run|retry|exec)`)

func (l *lowerer) command(c *command) {
	if l.work > maxWork {
		return
	}
	for _, a := range c.call.Assigns {
		if a.Name != nil {
			l.envOf(a, c)
		}
	}
	first := c.call.Args[0]
	name := first.Lit()
	plain := name != ""
	if plain && strings.Contains(name, `\`) {
		name = strings.ReplaceAll(name, `\`, "")
	}
	fn := l.funcs[name]
	if plain && !argv.Begins(name) && !special[name] && fn == nil && !runners.MatchString(name) {
		return
	}
	l.variants(c, func(words []word) {
		if len(words) > 0 && words[0].text() == argv.Unknown {
			if tool := l.toolOf(variableOf(first)); tool != "" {
				words[0].name(tool)
			}
		}
		l.special(c, words)
		l.words(words, c, 0)
	})
}

// variants expands the words of a command once with the first value of every
// variable, and once for every other value of one of them.
func (l *lowerer) variants(c *command, each func([]word)) {
	e := &expander{l: l, src: c.src, base: c.base, scope: c.scope, order: c.order, pick: pick{use: -1}}
	each(e.expand(c.call.Args))
	l.work++
	left := 48
	for use, n := range e.alts {
		for alt := 1; alt < n && left > 0 && l.work < maxWork; alt++ {
			left--
			l.work++
			x := &expander{l: l, src: c.src, base: c.base, scope: c.scope, order: c.order, pick: pick{use, alt}}
			each(x.expand(c.call.Args))
		}
	}
}

// maxOptions bounds the options of one command that are looked at, maxWords its words.
const (
	maxOptions = 256
	maxWords   = 1024
)

// words lowers the commands among words.
func (l *lowerer) words(words []word, c *command, depth int) {
	if len(words) == 0 || depth > 3 {
		return
	}
	words = words[:min(len(words), maxWords)]
	texts := make([]string, len(words))
	for i := range words {
		if texts[i] = words[i].text(); texts[i] == "" {
			texts[i] = argv.Unknown
		}
	}
	parsed := argv.Parse(texts)
	l.wrapperEnv(words, texts, c)
	if texts[0] == argv.Unknown && depth == 0 && c != nil && !says.MatchString(variableOf(c.call.Args[0])) {
		// "$SUDO curl", "$KUBE exec pod -- curl": what a variable runs.
		for i := 1; i < len(words); i++ {
			if argv.Begins(texts[i]) {
				l.words(words[i:], c, depth+1)
				return
			}
			if !strings.HasPrefix(texts[i], "-") {
				to := slices.Index(texts[i:], "--")
				if to < 0 {
					return
				}
				i += to
			}
		}
	}
	if len(parsed) == 0 {
		if fn := l.funcs[texts[0]]; fn != nil {
			l.inline(fn, words, c, depth)
		}
		if l.funcs[texts[0]] != nil && l.funcs[texts[0]].runsArgs() || l.funcs[texts[0]] == nil && runners.MatchString(texts[0]) {
			for i := 1; i < len(words); i++ {
				if argv.Begins(texts[i]) {
					l.words(words[i:], c, depth+1)
					break
				}
			}
		}
		return
	}
	l.connections(words, c)
	for _, p := range parsed {
		for _, i := range p.Env {
			l.wordEnv(words[i], c)
		}
		for i, o := range p.Options {
			if i >= maxOptions {
				break
			}
			l.option(p, o, words, c)
			if o.Name == "-e" || o.Name == "--env" || o.Name == "--build-arg" {
				l.containerEnv(p, o, words, c)
			}
		}
		if p.Script >= 0 {
			if p.Joined {
				l.nested(joinWords(words[p.Script:]), c)
			} else {
				l.nested(words[p.Script], c)
			}
		}
	}
}

// wrapperEnv lowers the variables that env and its like set, whatever they run.
func (l *lowerer) wrapperEnv(words []word, texts []string, c *command) {
	switch texts[0] {
	case "env", "sudo", "doas", "/usr/bin/env":
		for i := 1; i < len(words); i++ {
			name, _, ok := strings.Cut(texts[i], "=")
			switch {
			case strings.HasPrefix(texts[i], "-"), argv.Begins(texts[i]):
			case !ok || !syntax.ValidName(name):
				return
			default:
				l.wordEnv(words[i], c)
			}
		}
	}
}

// runsArgs reports whether a function runs the words that it is given.
func (fn *function) runsArgs() bool {
	return slices.ContainsFunc(fn.commands, func(c *command) bool {
		return slices.ContainsFunc(c.call.Args[:min(len(c.call.Args), 4)], func(w *syntax.Word) bool { return isArgs(w) }) &&
			(isArgs(c.call.Args[0]) || argv.Begins(c.call.Args[0].Lit()) || c.call.Args[0].Lit() == "eval" || c.call.Args[0].Lit() == "if")
	})
}

func isArgs(w *syntax.Word) bool {
	if len(w.Parts) != 1 {
		return false
	}
	p := w.Parts[0]
	if q, ok := p.(*syntax.DblQuoted); ok && len(q.Parts) == 1 {
		p = q.Parts[0]
	}
	pe, ok := p.(*syntax.ParamExp)
	return ok && pe.Param != nil && (pe.Param.Value == "@" || pe.Param.Value == "*")
}

// inline lowers the commands of a function with the words that a call gives it.
func (l *lowerer) inline(fn *function, words []word, c *command, depth int) {
	if c == nil || fn.busy || c.scope.fn == fn {
		return
	}
	fn.busy = true
	defer func() { fn.busy = false }()
	for _, in := range fn.commands {
		takes := false
		for _, w := range in.call.Args {
			takes = takes || readsArgs(w)
		}
		if !takes || l.work > maxWork {
			continue
		}
		l.work++
		shift := 0
		for _, at := range fn.shifts {
			if at < in.order {
				shift++
			}
		}
		e := &expander{l: l, src: in.src, base: in.base, scope: in.scope, order: in.order, pick: pick{use: -1}, bound: true, args: words[min(1+shift, len(words)):]}
		l.words(e.expand(in.call.Args), c, depth+1)
	}
}

func readsArgs(w *syntax.Word) bool {
	found := false
	syntax.Walk(w, func(n syntax.Node) bool {
		if p, ok := n.(*syntax.ParamExp); ok && p.Param != nil {
			v := p.Param.Value
			found = found || v == "@" || v == "*" || len(v) == 1 && v[0] >= '1' && v[0] <= '9'
		}
		_, sub := n.(*syntax.CmdSubst)
		return !found && !sub
	})
	return found
}

// joinWords puts words into one text, as ssh and eval do.
func joinWords(words []word) word {
	var out word
	for i, w := range words {
		if i > 0 {
			// The blank between two words of one text stands in the file.
			if prev := words[i-1]; prev.home != nil && prev.home == w.home && prev.z < w.a {
				out.add(' ', prev.home, prev.z, nil)
			} else {
				out.add(' ', nil, 0, nil)
			}
		}
		for j := range w.b {
			out.add(w.b[j], w.src[j], w.off[j], w.by[j])
		}
	}
	return out
}

// nested collects the script that a word holds.
func (l *lowerer) nested(w word, c *command) {
	var up *scope
	depth := 0
	var dialect Dialect
	if c != nil {
		up, depth, dialect = c.scope, c.src.depth, c.src.dialect
	}
	if guards := deciding(w.by); len(guards) > 0 || up == nil {
		up = &scope{up: up, guards: &guardList{join(l.guardsOf(up), guards)}}
		if c != nil {
			up.fn = c.scope.fn
		}
	}
	src, ok := w.source()
	if !ok || !containsAny(src.text.S, " ", "=") {
		return
	}
	key := seenKey{src.text.S, src.text.Span(0, len(src.text.S))}
	if l.scripts[key] {
		return
	}
	if l.scripts == nil {
		l.scripts = map[seenKey]bool{}
	}
	l.scripts[key] = true
	src.depth, src.dialect = depth+1, dialect
	l.script(src, up)
}

// source makes the text of a word a script of its own.
func (w *word) source() (*source, bool) {
	t := Text{S: w.text(), From: make([]int, len(w.b)), To: make([]int, len(w.b))}
	last, any := 0, false
	for i := range w.b {
		if w.src[i] == nil {
			t.From[i], t.To[i] = last, last
			continue
		}
		any = true
		t.From[i], t.To[i] = w.src[i].text.at(w.off[i])
		last = t.To[i]
	}
	nested := false
	for i := range w.b {
		if w.src[i] != nil {
			nested = !w.src[i].argv || w.src[i].nested
			break
		}
	}
	return &source{text: t, nested: nested}, any
}

// deciding are the guards of the bytes of words.
func deciding(by ...[]*decider) []ir.Guard {
	var out []ir.Guard
	var last *decider
	for _, list := range by {
		for _, d := range list {
			if d == last {
				continue
			}
			last = d
			for x := d; x != nil; x = x.up {
				out = join(out, x.guards)
			}
		}
	}
	return out
}

// unsetBy are the options that replace the bytes when they are set.
func unsetBy(by ...[]*decider) []ir.Option {
	var out []ir.Option
	var last *decider
	for _, list := range by {
		for _, d := range list {
			if d == last {
				continue
			}
			last = d
			for x := d; x != nil; x = x.up {
				out = union(out, x.unset)
			}
		}
	}
	return out
}

// option lowers an option that rows are about.
func (l *lowerer) option(p argv.Command, o argv.Option, words []word, c *command) {
	name := p.Tool + ":" + o.Name
	if !l.set.HasExactly(ir.Command, name) {
		return
	}
	mine := words[o.First:o.Last]
	span, ok := spanOf(mine)
	if !ok || !o.Flag && insecureFlag.MatchString(o.Name) && (ir.Const{Kind: ir.String, Str: o.Value}).Truth() == ir.No {
		return
	}
	n := &ir.Node{Kind: ir.Command, Name: name, Span: span, Fold: true}
	var by [][]*decider
	for _, w := range mine {
		by = append(by, w.by)
	}
	if o.Letter > 0 && o.Flag {
		by = [][]*decider{{mine[0].by[o.Letter]}}
	}
	pl := &place{doc: l.doc, opt: o, words: words, tool: p.First, operands: p.Operands}
	konst := ir.Const{Kind: ir.Symbol, Sym: o.Name, At: ir.Place{Path: l.doc.Path, Span: span}}
	if !o.Flag {
		konst = ir.Const{Kind: ir.String, Str: o.Value}
		if strings.Contains(o.Value, argv.Unknown) || words[o.At].text() == "" && o.Value == argv.Unknown {
			konst = ir.Const{}
		}
		pl.value, pl.hasValue = words[o.At].part(o.From, o.From+len(o.Value))
		if pl.hasValue {
			konst.At = ir.Place{Path: l.doc.Path, Span: pl.value.span()}
		}
	}
	n.Value = &ir.Value{Known: true, Closed: true, Const: konst, Span: konst.At.Span}
	if opts := unsetBy(by...); len(opts) > 0 {
		def := konst
		n.Value = &ir.Value{Closed: true, Default: &def, Options: opts, Span: konst.At.Span}
	}
	l.hosts(n, p, o, words)
	n.Syntax = pl
	l.add(n, c, deciding(by...))
}

// insecureFlag are options that switch something off by being there: with a value
// that says no they do not.
var insecureFlag = regexp.MustCompile(`(?i)^--?([a-z-]+-)?(insecure|skip|no|disable|ignore|trust|allow-(insecure|invalid)|tlsInsecure|tlsAllow|sslAllow)(-|$|[A-Z])`)

// hostOption are options behind which a host follows.
var hostOption = map[string]bool{"--host": true, "-h": true, "--hostname": true, "--server": true, "--address": true, "-H": true, "--bootstrap-server": true, "-connect": true}

// hostPort is a host that cannot be taken for a folder.
var hostPort = regexp.MustCompile(`^[A-Za-z0-9.-]+:[0-9]+$|^localhost$`)

// hosts finds the servers that a command names.
func (l *lowerer) hosts(n *ir.Node, p argv.Command, o argv.Option, words []word) {
	for i := p.First; i < min(len(words), p.First+maxOptions); i++ {
		at, ok := words[i].place()
		if !ok {
			continue
		}
		text, _, hole := strings.Cut(words[i].text(), argv.Unknown)
		scheme := strings.Index(text, "://")
		if host, _, ok := strings.Cut(text, "/"); ok && hole && scheme < 0 && hostPort.MatchString(host) {
			text, hole = host, false // localhost:5000/$image
		}
		if hole && (scheme < 0 || !strings.ContainsAny(text[scheme+3:], "/?:")) {
			continue
		}
		if hole && scheme >= 0 {
			if j := strings.IndexByte(text[scheme+3:], '/'); j < 0 {
				text = text[:scheme+3+strings.IndexAny(text[scheme+3:], "?:")]
			}
		}
		_, value, eq := strings.Cut(text, "=")
		flag, _, _ := strings.Cut(text, "=")
		switch {
		case i == o.At && o.Name == "--trusted-host", i > p.First && (hostOption[words[i-1].text()] || p.Tool == "sqlcmd" && words[i-1].text() == "-S"):
			hosts.Add(n, text, true, "literal", at)
		case eq && hostOption[flag]:
			hosts.Add(n, value, true, "literal", at)
		case scheme >= 0, slices.Contains(p.Operands, i):
			hosts.Add(n, text[strings.IndexByte(text[:max(scheme, 0)], '=')+1:], false, "literal", at)
		}
	}
}

// add completes a node and keeps it, once.
func (l *lowerer) add(n *ir.Node, c *command, guards []ir.Guard) {
	var sc *scope
	if c != nil {
		sc = c.scope
	}
	all := join(l.guardsOf(sc), guards)
	for i, g := range all {
		for _, o := range all[i+1:] {
			if o.Cond == g.Cond && o.Branch != g.Branch {
				return // both sides of one condition: it never runs
			}
		}
	}
	n.Path, n.Guards, n.Resolved, n.Symbol = l.doc.Path, all, true, l.symbol
	if sc != nil && sc.fn != nil {
		n.Symbol = sc.fn.name
	}
	key := seenKey{n.Name, n.Span}
	if l.seen[key] {
		for i, old := range l.out {
			// The way that fewer have to ask for is the one to report.
			if old.Name == n.Name && old.Span == n.Span && asks(n) < asks(old) {
				l.out[i] = n
				n.Lines = old.Lines
			}
		}
		return
	}
	l.seen[key] = true
	first, last := l.doc.lines.line(n.Span.Start), l.doc.lines.line(max(n.Span.Start, n.Span.End-1))
	n.Lines = [4]int{first, last, first, last}
	if l.stmt[0] > 0 {
		n.Lines[2], n.Lines[3] = l.stmt[0], l.stmt[1]
	} else if c != nil && c.stmt != nil && !c.src.nested && !c.src.argv {
		s, e := offset(c.stmt.Pos(), c.src, c.base), offset(c.stmt.End(), c.src, c.base)
		if s < e {
			sp := c.src.text.Span(s, e)
			a, b := l.doc.lines.line(sp.Start), l.doc.lines.line(max(sp.Start, sp.End-1))
			if a <= first && last <= b {
				n.Lines[2], n.Lines[3] = a, b
			}
		}
	}
	l.out = append(l.out, n)
}

// asks counts who must ask for something: 0 for what always runs.
func asks(n *ir.Node) int {
	k := 0
	for _, g := range n.Guards {
		if len(g.Options) > 0 {
			k++
		}
	}
	if n.Value != nil && !n.Value.Known {
		k++
	}
	return k
}

// envOf lowers a variable that is set for one command.
func (l *lowerer) envOf(a *syntax.Assign, c *command) {
	if a.Array != nil || a.Index != nil {
		return
	}
	l.assignEnv(a, &export{name: a.Name.Value, assign: a, src: c.src, base: c.base, scope: c.scope, order: c.order, stmt: c.stmt}, "command", c)
}

// export lowers a variable that is set for every command from now on.
func (l *lowerer) export(e *export) {
	if e.assign.Array != nil || e.assign.Index != nil || e.assign.Append {
		return
	}
	l.assignEnv(e.assign, e, "", &command{src: e.src, base: e.base, scope: e.scope, order: e.order, stmt: e.stmt})
}

// optionsOf are variables that hold options of a tool.
var optionsOf = map[string]string{
	"MAVEN_OPTS": "java", "JAVA_OPTS": "java", "JAVA_TOOL_OPTIONS": "java", "_JAVA_OPTIONS": "java", "JDK_JAVA_OPTIONS": "java", "GRADLE_OPTS": "java",
	"SBT_OPTS": "java", "CATALINA_OPTS": "java", "KAFKA_OPTS": "java", "ANT_OPTS": "java", "JVM_OPTS": "java", "MAVEN_ARGS": "mvn", "MAVEN_CLI_OPTS": "mvn",
	"NODE_OPTIONS": "node", "ARGOCD_OPTS": "argocd",
}

func (l *lowerer) assignEnv(a *syntax.Assign, e *export, role string, c *command) {
	name := e.name
	tool := optionsOf[name]
	git := strings.HasPrefix(name, "GIT_CONFIG_KEY_") || strings.HasPrefix(name, "GIT_CONFIG_VALUE_")
	if !l.setOf(name) && tool == "" && !git && !mayConnect(a, e) {
		return
	}
	start, end := offset(a.Pos(), e.src, e.base), endOf(a, e.src, e.base)
	each := func(w word) {
		w.a, w.z = end, end
		if a.Value != nil {
			w.a, w.z = offset(a.Value.Pos(), e.src, e.base), endOf(a.Value, e.src, e.base)
		}
		w.home = e.src
		if tool != "" {
			l.optionWords(tool, w, c)
		}
		if git {
			l.gitVars = append(l.gitVars, gitVar{name, w, c, role})
		}
		l.connection(w, c)
		if l.setOf(name) {
			l.env(name, w, role, &envPlace{src: e.src, start: start, end: end, export: e, prefix: role == "command"}, c)
		}
	}
	if a.Value == nil {
		each(word{})
		return
	}
	x := &expander{l: l, src: e.src, base: e.base, scope: e.scope, order: e.order, pick: pick{use: -1}}
	values := func(p pick) *expander {
		x := *x
		x.pick, x.budget, x.open = p, maxWord, true
		x.parts(a.Value.Parts, true)
		x.cur.chomp()
		each(x.cur)
		return &x
	}
	first := values(pick{use: -1})
	for use, n := range first.alts {
		for alt := 1; alt < min(n, 8); alt++ {
			values(pick{use, alt})
		}
	}
}

// env lowers a variable with its value.
func (l *lowerer) env(name string, w word, role string, at *envPlace, c *command) {
	n := &ir.Node{Kind: ir.Env, Name: name, Role: role}
	if n.Span = at.span; n.Span.IsZero() {
		n.Span = at.src.text.Span(at.start, at.end)
	}
	konst := ir.Const{Kind: ir.String, Str: w.text()}
	if strings.Contains(konst.Str, argv.Unknown) {
		konst = ir.Const{}
	}
	at.doc = l.doc
	v, ok := w.part(0, len(w.b))
	if !ok && len(w.b) == 0 {
		v, ok = piece{w.home, w.a, w.z}, w.home != nil
	}
	at.value, at.hasValue = v, ok
	if ok {
		konst.At = ir.Place{Path: l.doc.Path, Span: v.span()}
		if v.src == at.src && (v.a < at.start || v.z > at.end) || v.src != at.src {
			// The finding stands where the value that reaches it stands.
			at.elsewhere = true
		}
	}
	n.Value = &ir.Value{Known: true, Closed: true, Const: konst, Span: konst.At.Span}
	if opts := unsetBy(w.by); len(opts) > 0 {
		def := konst
		n.Value = &ir.Value{Closed: true, Default: &def, Options: opts, Span: konst.At.Span}
	} else if konst.Kind == ir.Unknown {
		// A variable handed on: whoever sets it decides.
		n.Value.Closed = true
	}
	n.Syntax = at
	l.hostsOfEnv(n, w, c)
	l.add(n, c, deciding(w.by))
}

// hostsOfEnv: a variable for one command is about the servers of that command.
func (l *lowerer) hostsOfEnv(n *ir.Node, w word, c *command) {
	if n.Role != "command" || c == nil || c.call == nil {
		if at, ok := w.place(); ok && strings.HasSuffix(n.Name, "HOST") {
			hosts.Add(n, w.text(), true, "literal", at)
		}
		return
	}
	e := &expander{l: l, src: c.src, base: c.base, scope: c.scope, order: c.order, pick: pick{use: -1}}
	words := e.expand(c.call.Args)
	for i := range words {
		at, ok := words[i].place()
		text := words[i].text()
		if !ok || strings.Contains(text, argv.Unknown) {
			continue
		}
		bare := i > 0 && hostOption[words[i-1].text()]
		if bare && strings.HasPrefix(text, "/") {
			n.Hosts = append(n.Hosts, ir.Host{Name: text, How: "literal", Offset: at}) // a socket
			continue
		}
		if bare || strings.Contains(text, "://") {
			hosts.Add(n, text, bare, "literal", at)
		}
	}
	if len(n.Hosts) == 0 && len(l.vars["PGHOST"]) == 0 && n.Name == "PGSSLMODE" && toSocket(c, words) {
		n.Hosts = append(n.Hosts, ir.Host{Name: "/var/run/postgresql", How: "default", Offset: n.Span.Start})
	}
}

// toSocket reports whether a client of PostgreSQL names no server: libpq takes the
// socket of this machine then.
func toSocket(c *command, words []word) bool {
	for _, a := range c.call.Assigns {
		if a.Name != nil && (a.Name.Value == "PGHOST" || a.Name.Value == "PGSERVICE" || a.Name.Value == "PGHOSTADDR") {
			return false
		}
	}
	texts := make([]string, len(words))
	for i := range words {
		texts[i] = words[i].text()
		if t := texts[i]; strings.Contains(t, argv.Unknown) || strings.Contains(t, "=") || strings.Contains(t, "://") || strings.HasPrefix(t, "-h") || t == "--host" {
			return false
		}
	}
	for _, p := range argv.Parse(texts) {
		return p.Tool == "psql"
	}
	return false
}

// wordEnv lowers NAME=value among the words of env and its like.
func (l *lowerer) wordEnv(w word, c *command) {
	name, value, ok := strings.Cut(w.text(), "=")
	if !ok || !l.setOf(name) {
		return
	}
	n := &ir.Node{Kind: ir.Env, Name: name, Role: "command"}
	span, ok := spanOf([]word{w})
	if !ok {
		return
	}
	n.Span = span
	pl := &envPlace{doc: l.doc, word: &w, prefix: true}
	konst := ir.Const{Kind: ir.String, Str: value}
	if strings.Contains(value, argv.Unknown) {
		konst = ir.Const{}
	}
	if v, ok := w.part(len(name)+1, len(w.b)); ok {
		pl.value, pl.hasValue = v, true
		konst.At = ir.Place{Path: l.doc.Path, Span: v.span()}
	}
	n.Value = &ir.Value{Known: true, Closed: true, Const: konst, Span: konst.At.Span}
	n.Syntax = pl
	l.add(n, c, deciding(w.by))
}

// containers are tools that start containers or build images.
var containers = map[string]bool{"docker": true, "podman": true, "nerdctl": true, "docker-compose": true, "buildah": true}

// containerEnv lowers a variable that a container is started with.
func (l *lowerer) containerEnv(p argv.Command, o argv.Option, words []word, c *command) {
	name, value, ok := strings.Cut(o.Value, "=")
	if !containers[p.Tool] || !ok || !l.setOf(name) {
		return
	}
	span, ok := spanOf(words[o.First:o.Last])
	if !ok {
		return
	}
	w := words[o.At]
	from := o.From + len(name) + 1
	n := &ir.Node{Kind: ir.Env, Name: name, Span: span}
	konst := ir.Const{Kind: ir.String, Str: value}
	if strings.Contains(value, argv.Unknown) {
		konst = ir.Const{}
	}
	pl := &envPlace{doc: l.doc, option: &place{doc: l.doc, opt: o, words: words, tool: p.First}}
	if v, ok := w.part(from, o.From+len(o.Value)); ok {
		pl.value, pl.hasValue = v, true
		konst.At = ir.Place{Path: l.doc.Path, Span: v.span()}
	}
	n.Value = &ir.Value{Known: true, Closed: true, Const: konst, Span: konst.At.Span}
	n.Syntax = pl
	l.add(n, c, deciding(w.by))
}

// optionWords lowers the options that a variable holds for a tool.
func (l *lowerer) optionWords(tool string, w word, c *command) {
	var words []word
	var t word
	for i := range len(tool) {
		t.add(tool[i], nil, 0, nil)
	}
	words = append(words, t)
	var cur word
	for i, b := range w.b {
		if b == ' ' || b == '\t' || b == '\n' {
			if len(cur.b) > 0 {
				words, cur = append(words, cur), word{}
			}
			continue
		}
		cur.add(b, w.src[i], w.off[i], w.by[i])
	}
	if len(cur.b) > 0 {
		words = append(words, cur)
	}
	l.words(words, c, 0)
}

// gitVar is one of GIT_CONFIG_KEY_n and GIT_CONFIG_VALUE_n.
type gitVar struct {
	name string
	w    word
	c    *command
	role string
}

// gitConfig pairs the variables that hold git's configuration (git-config(1)).
func (l *lowerer) gitConfig() {
	for _, k := range l.gitVars {
		n, ok := strings.CutPrefix(k.name, "GIT_CONFIG_KEY_")
		if !ok {
			continue
		}
		for _, v := range l.gitVars {
			if v.name != "GIT_CONFIG_VALUE_"+n || len(v.w.b) == 0 {
				continue
			}
			var git, config word
			for _, c := range []byte("git") {
				git.add(c, nil, 0, nil)
			}
			for _, c := range []byte("config") {
				config.add(c, nil, 0, nil)
			}
			l.words([]word{git, config, k.w, v.w}, v.c, 0)
			break
		}
	}
}

// mayConnect reports whether a value could be a connection string.
func mayConnect(a *syntax.Assign, e *export) bool {
	return a.Value != nil && maybeConnection(rawOf(a.Value, e.src, e.base))
}

// maybeConnection is a cheap sign that a text can be a connection string.
func maybeConnection(text string) bool {
	return containsAny(text, "://", "host=", "Host=", "Server=", "hostaddr=", "dbname=", ")/", ";")
}

// connections lowers the connection strings among words.
func (l *lowerer) connections(words []word, c *command) {
	for _, w := range words {
		if len(w.b) < 4096 && maybeConnection(w.text()) {
			l.connection(w, c)
		}
	}
}

// connection lowers the parameters of a connection string.
func (l *lowerer) connection(w word, c *command) {
	text := w.text()
	if len(text) > 4096 || !strings.Contains(text, "=") {
		return
	}
	shift := 0
	if strings.HasPrefix(text, "-") { // --dbname=postgresql://…
		i := strings.IndexByte(text, '=')
		if j := strings.Index(text, "://"); i < 0 || j >= 0 && j < i {
			return
		}
		shift = i + 1
	}
	d, ok := dsn.Parse(text[shift:])
	if !ok {
		return
	}
	for _, p := range d.Params {
		name := d.Driver + ":" + p.Name
		if !l.set.Has(ir.Text, strings.ToLower(name)) || strings.Contains(p.Name, argv.Unknown) {
			continue
		}
		pair, ok := w.part(shift+p.Start, shift+p.End)
		if !ok {
			continue
		}
		konst := ir.Const{Kind: ir.String, Str: p.Value}
		if strings.Contains(p.Value, argv.Unknown) || strings.Contains(p.Value, "$") {
			konst = ir.Const{}
		}
		if v, ok := w.part(shift+p.ValueStart, shift+p.ValueEnd); ok {
			konst.At = ir.Place{Path: l.doc.Path, Span: v.span()}
		}
		n := &ir.Node{Kind: ir.Text, Name: name, Driver: d.Library(), Fold: true, Span: pair.span()}
		n.Value = &ir.Value{Known: true, Closed: true, Const: konst, Span: konst.At.Span, Pair: n.Span}
		if opts := unsetBy(w.by); len(opts) > 0 {
			def := konst
			n.Value = &ir.Value{Closed: true, Default: &def, Options: opts, Span: konst.At.Span, Pair: n.Span}
		}
		n.Siblings = map[string]*ir.Value{}
		for _, q := range d.Params {
			n.Siblings[q.Name] = &ir.Value{Known: true, Const: ir.Const{Kind: ir.String, Str: q.Value}}
		}
		for _, h := range d.Hosts {
			if h.Name != "" && !strings.ContainsAny(h.Name, "\x01$") {
				n.Hosts = append(n.Hosts, ir.Host{Name: h.Name, Port: h.Port, How: "literal", Offset: n.Span.Start})
			}
		}
		n.Syntax = &textPlace{doc: l.doc, w: w, value: [2]int{shift + p.ValueStart, shift + p.ValueEnd}, pair: [2]int{shift + p.Start, shift + p.End}}
		l.add(n, c, deciding(w.by))
	}
}
