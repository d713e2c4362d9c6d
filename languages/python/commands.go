package python

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/internal/hosts"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// runs is a method or function that runs what it is given, by its name.
var runs = lazyregexp.New(`(?i)(^|_)(run|call|exec|execute|system|popen|shell|sudo|local|cmd|command|commands|output|getoutput|getstatusoutput|getstatus|spawn|sh|bash|script|ssh|remote)$|^(run|exec|execute|shell|sudo|cmd|sh|ssh|check|system|spawn|create_subprocess)_|(Operator|Command|Cmd|Shell|Exec|Run)$|^(run|exec)[A-Z]`)

// says are callees that only talk about a command.
var says = lazyregexp.New(`(?i)^(print|debug|info|warn|warning|error|critical|exception|log|add_argument|add_option|append|join|format|echo|secho)$`)

// commandKeyword is an argument that holds a command.
var commandKeyword = lazyregexp.New(`(?i)^(args|cmd|cmds|command|commands|bash_command|shell_command|script|scripts|inline|entrypoint|arguments|cmdline|command_line|user_data|startup_script|run_cmd)$`)

var pipMain = lazyregexp.New(`^pip(\._internal(\.main|\.cli\.main)?)?\.main$`)

// commandRunners are words of a file that runs commands; without one of them its
// short options are not looked for.
var commandRunners = []string{
	"subprocess", ".system", "popen", "getoutput", "run_command", "exec_command", "pexpect", "execl", "execv", "spawnl", "spawnv", "import system", "import popen", "create_subprocess",
	"import sh", "from sh ", "fabric", "invoke", "plumbum", "BashOperator", "SSHOperator", "exec_run", "run(", "execute(", "call(", "cmd", "shell=", "shell(", "sudo(",
}

// commands lowers the commands that a call runs.
func (l *lowerer) commands(c *syntax.Node) {
	m := l.reader()
	list := c.Child("arguments")
	if !list.Is("argument_list") {
		return
	}
	fn := c.Child("function")
	word := m.text(last(fn))
	pos := m.positional(list)
	name := ""
	if word == "main" && l.libs["pip"] || word == "split" && l.libs["shlex"] || l.libs["sh"] {
		name = m.name(fn) // it alone says what is run
	}
	switch tool, isSh := strings.CutPrefix(name, "sh."); {
	case isSh && argv.Begins(tool):
		l.words(append([]cmdWord{m.named(tool, c)}, m.wordsOfAll(pos)...))
		return
	case pipMain.MatchString(name), word == "pipmain":
		l.words(append([]cmdWord{m.named("pip", c)}, m.wordsOfAll(pos)...))
		return
	case name == "shlex.split" && len(pos) > 0:
		l.runs(pos[0])
		return
	case strings.HasPrefix(word, "spawnl") && len(pos) > 1:
		pos = pos[1:] // the mode
	case says.MatchString(word) || !runs.MatchString(word) && !keywordCommand(m, list):
		return
	}
	if len(pos) > 1 && !unwrap(pos[0]).Is("list", "tuple") {
		// run("curl", "-k", url), spawn("curl", ["-k", url])
		if lead := m.element(pos[0], pos[0]); len(lead) > 0 && argv.Begins(lead[0].text()) {
			l.words(m.wordsOfAll(pos))
		}
	}
	for _, a := range list.Kids {
		switch {
		case a.Is("comment"):
		case a.Is("keyword_argument"):
			if commandKeyword.MatchString(m.text(a.Child("name"))) {
				l.runs(a.Child("value"))
			}
		default:
			l.runs(a)
		}
	}
}

func keywordCommand(m *cmdReader, list *syntax.Node) bool {
	return slices.ContainsFunc(list.Kids, func(a *syntax.Node) bool {
		return a.Is("keyword_argument") && commandKeyword.MatchString(m.text(a.Child("name")))
	})
}

// runs lowers what is run: a text, or a list of texts. Lists of words are found
// by themselves.
func (l *lowerer) runs(n *syntax.Node) {
	m := l.reader()
	n = unwrap(n)
	if n.Is("list", "tuple") {
		for _, k := range n.Kids {
			if unwrap(k).Is("string", "concatenated_string", "binary_operator", "call") {
				l.shell(m.fragment(k), k)
			}
		}
		return
	}
	if n.Is("identifier", "attribute", "call") {
		l.words(m.wordsOf(n))
	}
	if m.textual(n) {
		l.shell(m.fragment(n), n)
	}
}

// commandLists lowers every list that begins with a command, wherever it goes.
func (l *lowerer) commandLists() {
	m := l.reader()
	l.m.root().Walk(func(n *syntax.Node) bool {
		if !n.Is("list", "tuple") || len(n.Kids) == 0 {
			return true
		}
		m.steps = 0
		top := n
		for top.Up.Is("binary_operator", "parenthesized_expression") && (top.Up.Is("parenthesized_expression") || m.text(top.Up.Child("operator")) == "+") {
			top = top.Up
		}
		if top != n && leftmost(top) != n && unwrap(leftmost(top)).Is("list", "tuple") {
			return true // looked at from the left
		}
		lead := m.leadOf(leftmost(top))
		if !argv.Begins(lead) {
			return true
		}
		words := m.wordsOf(top)
		l.words(append(words, m.later(top)...))
		return true
	})
}

// shell lowers the commands of a shell text.
func (l *lowerer) shell(f fragment, at *syntax.Node) {
	if !strings.ContainsAny(string(f.text), " =") {
		return
	}
	for _, s := range argv.Shell(string(f.text)) {
		for _, a := range s.Assign {
			v := f.part(a.Value.Start, a.Value.End)
			if a.Value.Plain >= 0 {
				v = f.part(a.Value.Plain, a.Value.Plain+len(a.Value.Text))
			}
			l.commandEnv(a.Name, a.Value.Text, v, f.part(a.Start, a.End), at, a.Command)
		}
		words := shellWords(s, &f, at)
		for _, c := range argv.Parse(s.Texts()) {
			l.command(c, words)
		}
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
			w := words[c.Script]
			l.shell(w.frag, w.at)
		}
	}
}

// command lowers the options of a command that rows know.
func (l *lowerer) command(c argv.Command, words []cmdWord) {
	for _, i := range c.Env {
		name, value, _ := strings.Cut(words[i].text(), "=")
		f := words[i].frag
		v := f.part(min(len(name)+1, len(f.text)), len(f.text))
		l.commandEnv(name, value, v, f, words[i].at, true)
		if w := words[i]; w.item != nil && len(l.out) > 0 && l.out[len(l.out)-1].Kind == ir.Env {
			l.out[len(l.out)-1].Args = []ir.Arg{{Name: argItem, Span: w.span()}}
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
			continue // run twice, or joined from a list
		}
		n.Args = removable(o, words)
		n.Value = l.optionValue(o, words)
		for i, w := range words {
			text, _, hole := strings.Cut(w.text(), argv.Unknown)
			scheme := strings.Index(text, "://")
			if hole && (scheme < 0 || !strings.ContainsAny(text[scheme+3:], "/?")) {
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
		n.Strict = false
	}
}

// hostOption are options behind which a host follows.
var hostOption = map[string]bool{"--host": true, "-h": true, "--hostname": true, "--server": true, "--address": true}

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
	if in := whole.at(); in != nil {
		at = in
	}
	l.add(n, at, &node{at: at})
	n.Strict = false
}
