package python

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/internal/hosts"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/syntax"
)

// cmdWord is one word of a command line.
type cmdWord struct {
	frag fragment
	// at is the expression that the word comes from, item the element of a list
	// or the argument that it is as a whole, nil for a word inside a text.
	at, item *syntax.Node
}

func (w cmdWord) text() string { return string(w.frag.text) }

// span is what a report underlines.
func (w cmdWord) span() ir.Span {
	if w.item != nil {
		return ir.Span{Start: w.item.Start, End: w.item.End}
	}
	if s, ok := w.frag.span(); ok {
		return s
	}
	if n := w.frag.at(); n != nil {
		return ir.Span{Start: n.Start, End: n.End}
	}
	return ir.Span{Start: w.at.Start, End: w.at.End}
}

// runs is a method or function that runs what it is given, by its name.
var runs = regexp.MustCompile(`(?i)(^|_)(run|call|exec|execute|system|popen|shell|sudo|local|cmd|command|commands|output|getoutput|getstatusoutput|getstatus|spawn|sh|bash|script|ssh|remote)$|^(run|exec|execute|shell|sudo|cmd|sh|ssh|check|system|spawn|create_subprocess)_|(Operator|Command|Cmd|Shell|Exec|Run)$|^(run|exec)[A-Z]`)

// says are callees that only talk about a command.
var says = regexp.MustCompile(`(?i)^(print|debug|info|warn|warning|error|critical|exception|log|add_argument|add_option|append|join|format|echo|secho)$`)

// commandKeyword is an argument that holds a command.
var commandKeyword = regexp.MustCompile(`(?i)^(args|cmd|cmds|command|commands|bash_command|shell_command|script|scripts|inline|entrypoint|arguments|cmdline|command_line|user_data|startup_script|run_cmd)$`)

var pipMain = regexp.MustCompile(`^pip(\._internal(\.main|\.cli\.main)?)?\.main$`)

// commandRunners are words of a file that runs commands; without one of them its
// short options are not looked for.
var commandRunners = []string{
	"subprocess", "os.system", "popen", "getoutput", "run_command", "exec_command", "pexpect", "os.exec", "os.spawn", "create_subprocess",
	"import sh", "from sh ", "fabric", "invoke", "plumbum", "BashOperator", "SSHOperator", "exec_run", "shell=", "shell(", "sudo(", "cmd.run",
}

// commands lowers the commands that a call runs.
func (l *lowerer) commands(c *syntax.Node, _ ...string) {
	m := l.reader()
	const done = "\x00command lists"
	if !l.libs[done] {
		l.libs[done] = true // the lists of a module are looked at once
		l.commandLists()
	}
	list := c.Child("arguments")
	if !list.Is("argument_list") {
		return
	}
	fn := c.Child("function")
	word := m.text(last(fn))
	pos := m.positional(list)
	name := ""
	if word == "main" || word == "split" || l.libs["sh"] {
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

// named is the word of a tool that is called by a name of its own.
func (m *cmdReader) named(tool string, at *syntax.Node) cmdWord {
	w := cmdWord{at: at}
	for i := range len(tool) {
		w.frag.put(tool[i], -1, -1, nil)
	}
	return w
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

// leadOf is the first word of a list.
func (m *cmdReader) leadOf(n *syntax.Node) string {
	var words []cmdWord
	if n.Is("list", "tuple") {
		for _, k := range n.Kids {
			if !k.Is("comment") {
				words = m.element(k, k)
				break
			}
		}
	} else {
		words = m.wordsOf(n)
	}
	if len(words) == 0 {
		return argv.Unknown
	}
	return words[0].text()
}

func leftmost(n *syntax.Node) *syntax.Node {
	for {
		switch {
		case n.Is("parenthesized_expression") && len(n.Kids) > 0:
			n = n.Kids[0]
		case n.Is("binary_operator") && n.Child("left") != nil:
			n = n.Child("left")
		default:
			return n
		}
	}
}

func (m *cmdReader) wordsOfAll(nodes []*syntax.Node) []cmdWord {
	var out []cmdWord
	for _, n := range nodes {
		if x := unwrap(n); x.Is("list", "tuple") {
			out = append(out, m.wordsOf(x)...)
		} else {
			out = append(out, m.element(n, n)...)
		}
	}
	return out
}

const maxWords = 512

// wordsOf are the words that an expression for a list gives.
func (m *cmdReader) wordsOf(n *syntax.Node) []cmdWord {
	n = unwrap(n)
	if n == nil || !m.enter() {
		return []cmdWord{unknownWord(n)}
	}
	defer m.leave()
	switch n.Kind {
	case "list", "tuple":
		var out []cmdWord
		for _, k := range n.Kids {
			if len(out) < maxWords && !k.Is("comment") {
				out = append(out, m.element(k, k)...)
			}
		}
		return out
	case "binary_operator":
		if m.text(n.Child("operator")) == "+" {
			return append(m.wordsOf(n.Child("left")), m.wordsOf(n.Child("right"))...)
		}
	case "conditional_expression":
		if len(n.Kids) == 3 {
			return append(m.wordsOf(n.Kids[0]), m.wordsOf(n.Kids[2])...)
		}
	case "identifier":
		_, bs := m.reaching(n, m.text(n))
		for i := len(bs) - 1; i >= 0; i-- {
			if b := bs[i]; b.kind == bindAssign && !b.augmented && b.index < 0 && m.isWords(b.value) {
				return append(m.wordsOf(b.value), m.later(b.value)...)
			}
		}
	case "attribute":
		if class := m.classOf(n.Child("object")); class != nil {
			for _, b := range m.attributes(class, m.text(n.Child("attribute"))) {
				if b.kind == bindAssign && b.index < 0 && m.isWords(b.value) {
					return m.wordsOf(b.value)
				}
			}
		}
	case "call":
		if words, ok := m.splitWords(n); ok {
			return words
		}
	}
	return []cmdWord{unknownWord(n)}
}

func unknownWord(at *syntax.Node) cmdWord {
	w := cmdWord{at: at}
	w.frag.hole()
	return w
}

func (m *module) isWords(n *syntax.Node) bool {
	return unwrap(n).Is("list", "tuple", "binary_operator", "call", "conditional_expression")
}

// splitWords are the words of shlex.split(text), text.split() and copies of lists.
func (m *cmdReader) splitWords(n *syntax.Node) ([]cmdWord, bool) {
	fn, pos := n.Child("function"), m.positional(n.Child("arguments"))
	name := m.name(fn)
	attr := ""
	if fn.Is("attribute") {
		attr = m.text(fn.Child("attribute"))
	}
	switch {
	case name == "shlex.split" && len(pos) > 0:
		return m.textWords(pos[0])
	case attr == "split" && (len(pos) == 0 || m.text(pos[0]) == `" "` || m.text(pos[0]) == `' '`):
		return m.textWords(fn.Child("object"))
	case attr == "copy":
		return m.wordsOf(fn.Child("object")), true
	case (name == "list" || name == "tuple" || name == "copy.copy" || name == "copy.deepcopy") && len(pos) == 1:
		return m.wordsOf(pos[0]), true
	}
	return nil, false
}

func (m *cmdReader) textWords(n *syntax.Node) ([]cmdWord, bool) {
	f := m.fragment(n)
	all := argv.Shell(string(f.text))
	if len(all) == 0 {
		return nil, false
	}
	return shellWords(all[0], &f, n), true
}

// shellWords are the words of a command in a text.
func shellWords(s argv.Simple, f *fragment, at *syntax.Node) []cmdWord {
	out := make([]cmdWord, len(s.Words))
	for i, w := range s.Words {
		out[i] = cmdWord{at: at}
		switch {
		case w.Plain >= 0:
			out[i].frag = f.part(w.Plain, w.Plain+len(w.Text))
		default:
			// Quotes and escapes are mixed into it: it stands somewhere in the text.
			for j := range len(w.Text) {
				out[i].frag.put(w.Text[j], -1, -1, nil)
			}
		}
		if p := f.part(w.Start, w.End); p.at() != nil {
			out[i].at = p.at()
		}
	}
	return out
}

// element are the words that one element of a list gives.
func (m *cmdReader) element(n, item *syntax.Node) []cmdWord {
	n = unwrap(n)
	switch {
	case n.Is("list_splat") && len(n.Kids) == 1:
		return m.wordsOf(n.Kids[0])
	case n.Is("conditional_expression") && len(n.Kids) == 3:
		return append(m.element(n.Kids[0], n.Kids[0]), m.element(n.Kids[2], n.Kids[2])...)
	}
	w := cmdWord{at: n, item: item}
	if tool := m.toolOf(n); tool != "" {
		w.frag = m.named(tool, n).frag
	} else {
		w.frag = m.fragment(n)
	}
	return []cmdWord{w}
}

// toolOf is the command that an expression finds the path of.
func (m *cmdReader) toolOf(n *syntax.Node) string {
	if !m.enter() {
		return ""
	}
	defer m.leave()
	switch {
	case n.Is("attribute", "identifier") && m.text(last(n)) == "executable" && m.name(n) == "sys.executable":
		return "python"
	case n.Is("call"):
		if which.MatchString(m.text(last(n.Child("function")))) {
			if pos := m.positional(n.Child("arguments")); len(pos) > 0 {
				if s, ok := m.literal(pos[0]); ok {
					return s
				}
				return m.toolOf(unwrap(pos[0]))
			}
		}
	case n.Is("identifier"):
		_, bs := m.reaching(n, m.text(n))
		if len(bs) == 0 {
			return ""
		}
		switch b := bs[len(bs)-1]; {
		case b.kind == bindParam && b.value != nil:
			s, _ := m.literal(b.value)
			return s
		case b.kind == bindAssign && b.index < 0 && unwrap(b.value).Is("call"):
			return m.toolOf(unwrap(b.value))
		}
	}
	return ""
}

var which = regexp.MustCompile(`(?i)^(which|find_executable|get_bin_path|find_program|get_exe)$`)

// later are the words that are added to a list after it was made.
func (m *cmdReader) later(list *syntax.Node) []cmdWord {
	a := list.Up
	for a.Is("parenthesized_expression") {
		a = a.Up
	}
	if !a.Is("assignment") || a.Child("right") == nil {
		return nil
	}
	left := a.Child("left")
	if !left.Is("identifier", "attribute") {
		return nil
	}
	text := m.text(left)
	fn := left.Above("function_definition")
	end := len(m.src)
	type added struct {
		at    int
		words []cmdWord
	}
	var all []added
	add := func(at *syntax.Node, words []cmdWord) {
		if at.Start > a.End && at.Above("function_definition") == fn {
			all = append(all, added{at.Start, words})
		}
	}
	if left.Is("identifier") {
		s := m.lookup(left, text)
		if s == nil {
			return nil
		}
		for _, b := range s.binds[text] {
			switch {
			case b.id.Start <= a.Start:
			case b.augmented:
				add(b.stmt, m.wordsOf(b.value))
			case !b.stmt.Within(a) && b.stmt.Up.Up == a.Up.Up:
				end = min(end, b.id.Start)
			}
		}
	} else {
		for _, w := range m.module.writes {
			if w.augmented == "+=" && m.text(w.target) == text {
				add(w.stmt, m.wordsOf(w.value))
			}
		}
	}
	for _, c := range m.addedTo(text) {
		pos := m.positional(c.Child("arguments"))
		switch m.text(last(c.Child("function"))) {
		case "append":
			if len(pos) == 1 {
				add(c, m.element(pos[0], pos[0]))
			}
		case "insert":
			if len(pos) == 2 {
				add(c, m.element(pos[1], pos[1]))
			}
		case "extend":
			if len(pos) == 1 {
				add(c, m.wordsOf(pos[0]))
			}
		}
	}
	slices.SortStableFunc(all, func(x, y added) int { return x.at - y.at })
	var out []cmdWord
	for _, x := range all {
		if x.at < end {
			out = append(out, x.words...)
		}
	}
	return out
}

// addedTo are the calls that add to the list that this text stands for.
func (m *cmdReader) addedTo(list string) []*syntax.Node {
	if m.adds == nil {
		m.adds = map[string][]*syntax.Node{}
		for _, c := range m.calls {
			f := c.Child("function")
			if !f.Is("attribute") {
				continue
			}
			switch m.text(f.Child("attribute")) {
			case "append", "insert", "extend":
				to := m.text(f.Child("object"))
				m.adds[to] = append(m.adds[to], c)
			}
		}
	}
	return m.adds[list]
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
