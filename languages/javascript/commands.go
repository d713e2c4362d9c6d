package javascript

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/internal/hosts"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// runs is a function that runs what it is given, by its name.
var runs = lazyregexp.New(`(?i)^(exec|execSync|execFile|execFileSync|spawn|spawnSync|fork|execa|execaSync|execaCommand|execaCommandSync|command|commandSync|run|runCommand|runSync|sh|shell|system|\$|zx|cmd|execAsync|execPromise|exec\w*|spawn\w*|\w*(Exec|Command|Spawn))$`)

// says are callees that only talk about a command.
var says = lazyregexp.New(`(?i)^(log|info|warn|error|debug|trace|print|echo|write|describe|it|test|expect|equal|strictEqual|includes|match|addHelpText|join|replace|split|regexp)$`)

// commandRunners are words of a file that runs commands; without one of them its
// short options are not looked for.
var commandRunners = []string{"child_process", "execa", "execSync", "spawnSync", "spawn(", "execFile", "shelljs", `"zx"`, "'zx'", `"scripts"`, "Bun.$", "Deno.Command", "cross-spawn", "runCommand"}

// cmdWord is a word of a command and the element that it stands in, nil when it
// is a piece of a text.
type cmdWord struct {
	frag fragment
	item *syntax.Node
	at   *syntax.Node
}

func (w cmdWord) text() string { return string(w.frag.text) }

func (w cmdWord) span() ir.Span {
	if w.item != nil {
		return ir.Span{Start: w.item.Start, End: w.item.End}
	}
	s, _ := w.frag.span()
	return s
}

// commands lowers the commands that a call runs.
func (l *lowerer) commands(c *syntax.Node) {
	m := l.m
	fn := callee(c)
	word := m.text(last(fn))
	if !runs.MatchString(word) || says.MatchString(word) {
		return
	}
	if t := c.Child("arguments"); t.Is("template_string") { // $`curl -k ${url}`
		l.shell(m.fragment(t), t)
		return
	}
	pos, _ := args(c)
	if len(pos) == 0 {
		return
	}
	if len(pos) > 1 && (pos[1].Is("array") || pos[1].Is("identifier")) {
		// spawn("curl", ["-k", url])
		words := []cmdWord{{frag: m.fragment(pos[0]), item: pos[0], at: pos[0]}}
		if argv.Begins(words[0].text()) {
			l.words(append(words, m.elements(pos[1])...))
		}
		return
	}
	if pos[0].Is("array") {
		return // lists are found by themselves
	}
	l.shell(m.fragment(pos[0]), pos[0])
}

// commandList lowers a list that begins with a command, wherever it goes.
func (l *lowerer) commandList(n *syntax.Node) {
	if len(n.Kids) < 2 || !n.Kids[0].Is("string") {
		return
	}
	if first, ok := l.m.literal(n.Kids[0]); ok && argv.Begins(first) {
		l.words(l.m.elements(n))
	}
}

const maxWords = 400

// elements are the words of a list, with what is added to it later.
func (m *module) elements(n *syntax.Node) []cmdWord {
	if n.Is("identifier") {
		s := m.lookup(n, m.text(n))
		if s == nil {
			return nil
		}
		var out []cmdWord
		for _, b := range s.binds[m.text(n)] {
			if b.kind == bindAssign && len(b.path) == 0 && b.value.Is("array") {
				out = append(out, m.elements(b.value)...)
			}
		}
		for i, u := range m.usesOf(m.text(n), s) {
			if i > maxBindings {
				break
			}
			if u.Field == "object" && u.Up.Is("member_expression") && m.text(u.Up.Child("property")) == "push" && u.Up.Up.Is("call_expression") && u.Start < n.Start {
				pos, _ := args(u.Up.Up)
				for _, a := range pos {
					out = append(out, cmdWord{frag: m.fragment(a), item: a, at: a})
				}
			}
		}
		return out
	}
	var out []cmdWord
	for i, k := range n.Kids {
		if k.Is("comment") || i > maxWords {
			continue
		}
		if k.Is("spread_element") && len(k.Kids) > 0 {
			if x := k.Kids[0]; x.Is("ternary_expression") {
				for _, side := range []*syntax.Node{x.Child("consequence"), x.Child("alternative")} {
					if side.Is("array") {
						out = append(out, m.elements(side)...)
					}
				}
				continue
			} else if x.Is("array", "identifier") {
				out = append(out, m.elements(x)...)
				continue
			}
		}
		out = append(out, cmdWord{frag: m.fragment(k), item: k, at: k})
	}
	return out
}

// shell lowers the commands of a shell text.
func (l *lowerer) shell(f fragment, at *syntax.Node) {
	text := string(f.text)
	if !strings.ContainsAny(text, " =") {
		return
	}
	for _, s := range argv.Shell(text) {
		l.simple(s, &f, at)
	}
}

func (l *lowerer) simple(s argv.Simple, f *fragment, at *syntax.Node) {
	for _, a := range s.Assign {
		v := f.part(a.Value.Start, a.Value.End)
		if a.Value.Plain >= 0 {
			v = f.part(a.Value.Plain, a.Value.Plain+len(a.Value.Text))
		}
		l.commandEnv(a.Name, a.Value.Text, v, f.part(a.Start, a.End), at, a.Command)
	}
	words := make([]cmdWord, len(s.Words))
	for i, w := range s.Words {
		start, end := w.Start, w.End
		if w.Plain >= 0 {
			start, end = w.Plain, w.Plain+len(w.Text)
		}
		words[i] = cmdWord{frag: f.part(start, end), at: at}
		if w.Plain < 0 {
			words[i].frag.text = []byte(w.Text)
			if len(w.Text) != end-start {
				words[i].frag = fragment{text: []byte(w.Text)}
			}
		}
	}
	for _, c := range argv.Parse(s.Texts()) {
		l.command(c, words)
	}
}

// words lowers the commands among words.
func (l *lowerer) words(words []cmdWord) {
	if len(words) < 2 || len(words) > maxWords {
		return
	}
	texts := make([]string, len(words))
	for i, w := range words {
		if texts[i] = w.text(); texts[i] == "" {
			texts[i] = argv.Unknown
		}
	}
	for _, c := range argv.Parse(texts) {
		l.command(c, words)
		if c.Script >= 0 {
			l.shell(words[c.Script].frag, words[c.Script].at)
		}
	}
}

// hostOption are options behind which a host follows.
var hostOption = map[string]bool{"--host": true, "-h": true, "--hostname": true, "--server": true, "--address": true}

// command lowers the options of a command that rows know.
func (l *lowerer) command(c argv.Command, words []cmdWord) {
	for _, i := range c.Env {
		name, value, _ := strings.Cut(words[i].text(), "=")
		f := words[i].frag
		had := len(l.out)
		l.commandEnv(name, value, f.part(len(name)+1, len(f.text)), f, words[i].at, true)
		if w := words[i]; w.item != nil && len(l.out) > had {
			l.out[had].Args = []ir.Arg{{Name: argItem, Span: w.span()}}
		}
	}
	for _, o := range c.Options {
		name := c.Tool + ":" + o.Name
		if !l.m.set.HasExactly(ir.Command, name) {
			continue
		}
		n := &ir.Node{Kind: ir.Command, Name: name, Resolved: true, Fold: true, Span: spanOf(words[o.First:o.Last])}
		if slices.ContainsFunc(l.out, func(x *ir.Node) bool {
			return x.Kind == ir.Command && x.Name == name && (x.Span.Contains(n.Span) || n.Span.Contains(x.Span))
		}) {
			continue // the same text, come to on another way
		}
		n.Args = removable(o, words)
		n.Value = l.optionValue(o, words)
		for i, w := range words {
			text, _, open := strings.Cut(w.text(), argv.Unknown)
			scheme := strings.Index(text, "://")
			if open && (scheme < 0 || !strings.ContainsAny(text[scheme+3:], "/?")) {
				continue
			}
			switch {
			case i == o.At && o.Name == "--trusted-host", i > 0 && hostOption[words[i-1].text()]:
				hosts.Add(n, text, true, "literal", w.span().Start)
			case scheme >= 0, slices.Contains(c.Operands, i):
				hosts.Add(n, text[strings.IndexByte(text[:max(scheme, 0)], '=')+1:], false, "literal", w.span().Start)
			}
		}
		at := words[o.First].at
		l.add(n, at, &node{at: at})
	}
}

func (l *lowerer) optionValue(o argv.Option, words []cmdWord) *ir.Value {
	if o.Flag {
		return &ir.Value{Known: true, Closed: true, Const: ir.Const{Kind: ir.Symbol, Sym: o.Name}}
	}
	v := &ir.Value{Known: true, Closed: true, Const: ir.Const{Kind: ir.String, Str: o.Value}}
	if strings.Contains(o.Value, argv.Unknown) {
		v.Const = ir.Const{} // that the option is there may be enough
	}
	f := words[o.At].frag.part(o.From, o.From+len(o.Value))
	if s, ok := f.span(); ok {
		v.Const.At, v.Span = ir.Place{Path: l.m.path, Span: s}, s
	}
	return v
}

// spanOf is what words cover that stand side by side, else the first one's place.
func spanOf(words []cmdWord) ir.Span {
	s := words[0].span()
	for _, w := range words[1:] {
		if next := w.span(); next.Start >= s.End && (w.item != nil) == (words[0].item != nil) && (w.item == nil || w.item.Up == words[0].item.Up) {
			s.End = next.End
		}
	}
	return s
}

// commandEnv lowers a variable that is set for a command, or exported in a text.
func (l *lowerer) commandEnv(name, value string, v, whole fragment, at *syntax.Node, one bool) {
	if !l.m.set.Has(ir.Env, name) {
		return
	}
	n := &ir.Node{Kind: ir.Env, Name: name, Resolved: true}
	if one {
		n.Role = "command"
	}
	n.Value = &ir.Value{Known: true, Closed: true}
	if !strings.Contains(value, argv.Unknown) {
		n.Value.Const = ir.Const{Kind: ir.String, Str: value}
	}
	if s, ok := v.span(); ok {
		n.Value.Const.At, n.Value.Span = ir.Place{Path: l.m.path, Span: s}, s
	}
	if s, ok := whole.span(); ok {
		n.Span = s
		if one {
			n.Args = []ir.Arg{{Name: argText, Span: s}}
		}
	}
	l.add(n, at, &node{at: at})
}

// The arguments of a command's node are the words that say the option; their names
// say how a word is taken out. No arguments: no edit can be right.
const (
	argItem   = "item"   // an element of a list
	argText   = "text"   // a word inside a text
	argLetter = "letter" // a letter of a word
)

// removable are the places that go when an option goes.
func removable(o argv.Option, words []cmdWord) []ir.Arg {
	if o.Letter > 0 {
		f := words[o.First].frag
		if s, ok := f.span(); ok && o.Flag && o.Letter < len(f.from) {
			return []ir.Arg{{Name: argLetter, Span: ir.Span{Start: f.from[o.Letter], End: f.to[o.Letter]}}, {Name: argText, Span: s}}
		}
		return nil
	}
	var out []ir.Arg
	for _, w := range words[o.First:o.Last] {
		if w.item != nil {
			if !w.item.Up.Is("array", "arguments") {
				return nil
			}
			out = append(out, ir.Arg{Name: argItem, Span: w.span()})
			continue
		}
		s, ok := w.frag.span()
		if !ok {
			return nil
		}
		out = append(out, ir.Arg{Name: argText, Span: s})
	}
	return out
}
