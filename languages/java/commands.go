package java

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/internal/hosts"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// commandRunners are words of a file that runs commands; without one of them its
// short options are not looked for.
var commandRunners = []string{"ProcessBuilder", ".exec(", "CommandLine", "ProcessExecutor", "execute(", "runCommand", "executeCommand", "withCommand", "execInContainer"}

// runs is a method that runs what it is given, or a class that is a command.
var runs = lazyregexp.New(`(?i)^(exec|execute|command|run\w*|shell|sh|bash|withCommand|execInContainer|executeCommand|parse|start\w*|ssh\w*|processBuilder|commandLine|processExecutor|setCommand|addArgument|addArguments|sudo|spawn)$`)

const maxWords = 256

// cmdWord is one word of a command: an argument of its own, or a part of a text.
type cmdWord struct {
	text string
	from []int // the place of every byte and of the end, nil when it is computed
	// whole is the place of the word with its quotes, of a word of a text.
	whole []int
	item  *syntax.Node
	at    *syntax.Node
}

func (w cmdWord) span() (ir.Span, bool) {
	if w.item != nil {
		return ir.Span{Start: w.item.Start, End: w.item.End}, true
	}
	if n := len(w.whole); n == 0 || w.whole[n-1]-w.whole[0] != n-1 {
		return ir.Span{Start: w.at.Start, End: w.at.End}, false
	}
	return ir.Span{Start: w.whole[0], End: w.whole[len(w.whole)-1]}, true
}

// commands lowers the command that a call runs.
func (l *lowerer) commands(c *syntax.Node) {
	m := l.m
	word := m.text(c.Child("name"))
	if c.Is("object_creation_expression") {
		word = simpleName(m.text(c.Child("type")))
	}
	as := args(c)
	if len(as) == 0 {
		return
	}
	list := word == "asList" || word == "of"
	if !runs.MatchString(word) && !list {
		return
	}
	if list && c.Up.Is("argument_list") && runs.MatchString(m.callWord(c.Up.Up)) {
		return // looked at from there
	}
	if len(as) == 1 {
		a := unwrap(as[0])
		if d := m.variable(a); d != nil && d.init != nil {
			if writes, ok := m.writesOf(d); ok && len(writes) == 0 && unwrap(d.init).Is("array_creation_expression", "array_initializer", "method_invocation", "object_creation_expression", "string_literal", "binary_expression") {
				a = unwrap(d.init)
			}
		}
		switch {
		case a.Is("array_creation_expression", "array_initializer"):
			if init := a.Child("value"); init != nil {
				a = init
			}
			for _, k := range a.Kids {
				if k.Is("array_initializer") {
					a = k
				}
			}
			l.words(c, m.items(a.Kids))
			return
		case a.Is("method_invocation") && (m.text(a.Child("name")) == "asList" || m.text(a.Child("name")) == "of"):
			l.words(c, m.items(args(a)))
			return
		case a.Is("object_creation_expression") && len(args(a)) == 1 && args(a)[0].Is("method_invocation"):
			l.words(c, m.items(args(args(a)[0])))
			return
		}
		if !list {
			// A text: split as a shell, or as Runtime.exec does.
			text, from := m.flat(a)
			if word != "exec" && word != "parse" && word != "command" && !strings.ContainsAny(text, " ") {
				return
			}
			l.shell(a, text, from)
		}
		return
	}
	l.words(c, m.items(as))
}

func (m *module) callWord(c *syntax.Node) string {
	if c.Is("object_creation_expression") {
		return simpleName(m.text(c.Child("type")))
	}
	return m.text(c.Child("name"))
}

// items are words that stand in a list.
func (m *module) items(nodes []*syntax.Node) []cmdWord {
	var out []cmdWord
	for _, n := range nodes {
		if n.Is("line_comment", "block_comment") {
			continue
		}
		text, from := m.flat(n)
		if strings.ContainsRune(text, hole) && len(text) == 1 {
			text = argv.Unknown
		}
		out = append(out, cmdWord{text: text, from: from, item: n, at: n})
	}
	return out
}

// shell lowers the commands of a shell text.
func (l *lowerer) shell(at *syntax.Node, text string, from []int) {
	if len(text) > 1<<14 || !strings.ContainsAny(text, " =") {
		return
	}
	part := func(start, end int) []int {
		if start < 0 || end >= len(from) || start > end {
			return nil
		}
		return from[start : end+1]
	}
	for _, s := range argv.Shell(text) {
		var words []cmdWord
		for _, w := range s.Words {
			word := cmdWord{text: w.Text, whole: part(w.Start, w.End), at: at}
			if w.Plain >= 0 {
				word.from = part(w.Plain, w.Plain+len(w.Text))
			}
			words = append(words, word)
		}
		for _, c := range argv.Parse(s.Texts()) {
			l.command(at, c, words)
		}
		for _, a := range s.Assign {
			l.commandEnv(at, a.Name, a.Value.Text, part(a.Start, a.End), a.Command)
		}
	}
}

// words lowers the commands among words.
func (l *lowerer) words(call *syntax.Node, words []cmdWord) {
	if len(words) < 2 || len(words) > maxWords || !argv.Begins(words[0].text) {
		return
	}
	texts := make([]string, len(words))
	for i, w := range words {
		if texts[i] = w.text; texts[i] == "" {
			texts[i] = argv.Unknown
		}
	}
	for _, c := range argv.Parse(texts) {
		l.command(call, c, words)
		if c.Script >= 0 {
			w := words[c.Script]
			l.shell(w.at, w.text, w.from)
		}
	}
}

// The arguments of a command's node are the words that say the option; their names
// say how a word is taken out. No arguments: no edit can be right.
const (
	argItem   = "item"
	argText   = "text"
	argLetter = "letter"
)

func (l *lowerer) command(at *syntax.Node, c argv.Command, words []cmdWord) {
	m := l.m
	for _, i := range c.Env {
		name, value, _ := strings.Cut(words[i].text, "=")
		l.commandEnv(words[i].at, name, value, words[i].from, true)
		if w := words[i]; w.item != nil && len(l.out) > 0 && l.out[len(l.out)-1].Kind == ir.Env {
			s, _ := w.span()
			l.out[len(l.out)-1].Args = []ir.Arg{{Name: argItem, Span: s}}
		}
	}
	for _, o := range c.Options {
		name := c.Tool + ":" + o.Name
		if !m.set.HasExactly(ir.Command, name) {
			continue
		}
		n := &ir.Node{Kind: ir.Command, Name: name, Resolved: true, Fold: true}
		n.Span, _ = words[o.First].span()
		if last, ok := words[o.Last-1].span(); ok && last.End > n.Span.Start {
			n.Span.End = last.End
		}
		if slices.ContainsFunc(l.out, func(x *ir.Node) bool { return x.Kind == ir.Command && x.Name == name && x.Span == n.Span }) {
			continue
		}
		n.Args = removable(o, words)
		n.Value = &ir.Value{Known: true, Closed: true, Const: ir.Const{Kind: ir.Symbol, Sym: o.Name}}
		if !o.Flag {
			n.Value.Const = ir.Const{Kind: ir.String, Str: o.Value}
			if strings.Contains(o.Value, argv.Unknown) {
				n.Value.Const = ir.Const{}
			}
			w := words[o.At]
			if end := o.From + len(o.Value); end < len(w.from) && w.from[end]-w.from[o.From] == len(o.Value) {
				s := ir.Span{Start: w.from[o.From], End: w.from[end]}
				n.Value.Const.At, n.Value.Span = ir.Place{Path: m.path, Span: s}, s
			}
		}
		for i, w := range words {
			text, _, cut := strings.Cut(w.text, argv.Unknown)
			scheme := strings.Index(text, "://")
			if cut && (scheme < 0 || !strings.ContainsAny(text[scheme+3:], "/?")) {
				continue
			}
			switch {
			case i == o.At && o.Name == "--trusted-host", i > 0 && hostOption[words[i-1].text]:
				hosts.Add(n, text, true, "literal", w.at.Start)
			case scheme >= 0, slices.Contains(c.Operands, i):
				hosts.Add(n, text, false, "literal", w.at.Start)
			}
		}
		l.add(n, at, &node{at: at})
	}
}

// hostOption are options behind which a host follows.
var hostOption = map[string]bool{"--host": true, "-h": true, "--hostname": true, "--server": true, "--address": true}

func (l *lowerer) commandEnv(at *syntax.Node, name, value string, from []int, one bool) {
	m := l.m
	if !m.set.Has(ir.Env, name) {
		return
	}
	n := &ir.Node{Kind: ir.Env, Name: name, Resolved: true, Value: &ir.Value{Known: true, Closed: true}}
	if one {
		n.Role = "command"
	}
	if !strings.Contains(value, argv.Unknown) {
		n.Value.Const = ir.Const{Kind: ir.String, Str: value}
	}
	if len(from) > 0 {
		n.Span = ir.Span{Start: from[0], End: from[len(from)-1]}
		if one {
			n.Args = []ir.Arg{{Name: argText, Span: n.Span}}
		}
	}
	l.add(n, at, &node{at: at})
}

// removable are the places that go when an option goes.
func removable(o argv.Option, words []cmdWord) []ir.Arg {
	if o.Letter > 0 {
		w := words[o.First]
		if !o.Flag || o.Letter+1 >= len(w.from) || w.from[o.Letter+1]-w.from[o.Letter] != 1 {
			return nil
		}
		return []ir.Arg{{Name: argLetter, Span: ir.Span{Start: w.from[o.Letter], End: w.from[o.Letter+1]}}}
	}
	var out []ir.Arg
	for _, w := range words[o.First:o.Last] {
		s, ok := w.span()
		if !ok {
			return nil
		}
		name := argText
		if w.item != nil {
			name = argItem
		}
		out = append(out, ir.Arg{Name: name, Span: s})
	}
	return out
}
