package yaml

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/shell"
	"github.com/tlslint/tlslint/pattern"
)

var (
	// scriptName are keys whose texts are run by a shell.
	scriptName = lazyregexp.New(`(?i)^(run|scripts?|(before|after|pre|post)_?(script|install|deploy|build|test|run|start|stop|commands?|flight)|install|deploy|after_(success|failure)|commands?|cmds?|bash|sh|shell|raw|entrypoint|runcmd|bootcmd|test|entry|exec|cmdline|user_?data|inline|inlinescript|init_?script|preStart|postStart|preStop|setup|build|hooks?|win_shell|win_command|healthcheck|check|args)$`)
	// wordsName are keys whose lists are the words of one command.
	wordsName = lazyregexp.New(`(?i)^(command|commands|args|arguments|entrypoint|cmd|test|exec|argv|runcmd|bootcmd|shell|healthcheck)$|args$`)
	argsKey   = lazyregexp.New(`(?i)args$|arguments$|^(command|entrypoint|flags|cmd|options|extraflags|params)$`)
	envName   = lazyregexp.New(`(?i)^(env|environment|variables|vars)$`)
)

func scriptKey(key string) bool { return scriptName.MatchString(last(key)) }

// isScript reports whether a text is shell.
func isScript(v *value) bool {
	return v.up != nil && (scriptKey(v.up.key.text) || strings.HasSuffix(v.up.key.text, ".sh")) || strings.HasPrefix(v.text, "#!")
}

// commands lowers what the entries of a mapping run: texts for a shell, lists of
// words, and words that are split over a command and its arguments.
func (f *file) commands(m *value) {
	var lead, rest *value // command and args of a container
	for _, p := range m.pairs {
		v := p.val.resolved()
		if v == nil || v != p.val {
			continue
		}
		key := p.key.text
		switch v.kind {
		case scalar:
			if (isScript(v) && last(key) != "args") && !otherShell(m, p) {
				f.script(v, p)
			}
		case sequence:
			if !scriptKey(key) && !wordsName.MatchString(key) {
				f.beginsCommand(v, p)
				continue
			}
			f.list(v, p)
			switch key {
			case "command", "entrypoint":
				if lead == nil || key == "entrypoint" {
					lead, rest = v, lead
				} else {
					rest = v
				}
			case "args":
				rest = v
			}
		}
	}
	if lead != nil && rest != nil && lead != rest && flat(lead) && flat(rest) {
		f.words(append(slices.Clone(lead.items), rest.items...), m.pairs[0])
	}
}

// otherShell reports whether a step's text is for something else than a shell.
func otherShell(m *value, p *pair) bool {
	sh := m.get("shell").scalarText()
	if p.key.text == "shell" {
		return sh == "bash" || sh == "sh"
	}
	return strings.HasPrefix(sh, "python") || strings.HasPrefix(sh, "node") || sh == "cmd" || strings.HasPrefix(m.get("uses").scalarText(), "actions/github-script")
}

// list lowers a list: the words of one command, or one command an item.
func (f *file) list(v *value, p *pair) {
	for _, it := range v.items {
		x := it.val
		switch x.kind {
		case sequence:
			f.list(x, p) // runcmd: [[curl, -k], …]
		case scalar:
			f.flag(it)
		}
	}
	if !flat(v) || len(v.items) == 0 {
		return
	}
	first := v.items[0].val
	if wordsName.MatchString(p.key.text) && f.words(v.items, p) {
		return
	}
	if strings.HasPrefix(first.text, "-") && wordsName.MatchString(p.key.text) {
		return // options of a program that is named elsewhere
	}
	for _, it := range v.items {
		if it.val.kind == scalar && scriptKey(p.key.text) {
			f.script(it.val, p)
		}
	}
}

// beginsCommand lowers a list that begins with a command wherever it stands.
func (f *file) beginsCommand(v *value, p *pair) {
	if argsKey.MatchString(p.key.text) {
		for _, it := range v.items {
			if it.val.kind == scalar {
				f.flag(it)
			}
		}
		return
	}
	if len(v.items) > 1 && flat(v) && argv.Begins(v.items[0].val.scalarText()) && !strings.Contains(v.items[0].val.text, " ") {
		f.words(v.items, p)
	}
}

// words lowers the words of a command; it reports whether they are one.
func (f *file) words(items []*item, p *pair) bool {
	if len(items) > 0 && (items[0].val.text == "CMD" || items[0].val.text == "CMD-SHELL") {
		if items[0].val.text == "CMD-SHELL" && len(items) > 1 {
			f.script(items[1].val, p)
			return true
		}
		items = items[1:]
	}
	if len(items) < 2 || !argv.Begins(items[0].val.scalarText()) || strings.ContainsAny(strings.TrimSpace(items[0].val.scalarText()), " \t") {
		return false
	}
	a := shell.Argv{Doc: f.document2(items[len(items)-1].val), Symbol: f.symbol(p)}
	for _, it := range items {
		v := it.val.resolved()
		text, ok := f.text(v)
		if !ok {
			return false
		}
		a.Words = append(a.Words, text)
		s, ok := f.offsets(v.tree, v.start, v.end)
		if !ok {
			return false
		}
		a.Items = append(a.Items, s)
	}
	a.Guards = f.guards(p, a.Items[0])
	at := &place{f: f, val: items[0].val}
	a.Remove = func(first, last int) ([]shell.Replacement, bool) {
		if first < 1 || last > len(items) || first >= last {
			return nil, false
		}
		owner := items[first].owner
		if items[last-1].owner != owner {
			return nil, false
		}
		edits, ok := at.dropItems(owner, items[first:last])
		var out []shell.Replacement
		for _, e := range edits {
			out = append(out, shell.Replacement{Span: ir.Span{Start: e.Start, End: e.End}, New: e.New})
		}
		return out, ok
	}
	f.keep(shell.LowerWords(a), items[0].val)
	return true
}

// script lowers a text that a shell runs.
func (f *file) script(v *value, p *pair) {
	if len(v.text) < 4 || !strings.ContainsAny(v.text, " =") {
		return
	}
	text, ok := f.text(v)
	if !ok {
		return
	}
	place := f.placeOf(v)
	s := shell.Script{Doc: f.document2(v), Text: text, Symbol: f.symbol(p), Guards: f.guards(p, place.Span)}
	if v.style != '|' && v.style != '>' {
		line := f.root.lineOf(place.Span.Start) + 1
		s.Stmt = [2]int{line, f.root.lineOf(place.Span.End) + 1}
	}
	s.Vars = f.variablesAround(p)
	f.keep(shell.Lower(s), v)
}

// keep adds the nodes of a script, each knowing the text that it stands in.
func (f *file) keep(nodes []*ir.Node, v *value) {
	for _, n := range nodes {
		key := seenKey{n.Kind, n.Name, n.Span}
		if f.seen[key] {
			continue
		}
		f.seen[key] = true
		if n.Path == "" {
			n.Path = f.path
		}
		n.Syntax = &scriptPlace{inner: n.Syntax, at: &place{f: f, val: v, item: v.in, pair: v.up}}
		f.out = append(f.out, n)
	}
}

func (f *file) symbol(p *pair) string {
	segs, _ := f.pathOf(p)
	return strings.ReplaceAll(strings.Join(segs, "."), ".[]", "[]")
}

// text is a scalar's text and where each byte of it stands.
func (f *file) text(v *value) (t shell.Text, ok bool) {
	if v == nil {
		return t, false
	}
	at, end := 0, -1
	for _, p := range v.pieces {
		s, ok := f.offsets(v.tree, p.src, p.src+p.size)
		if !ok {
			return t, false
		}
		if p.text > at {
			if end < 0 {
				end = s.Start
			}
			t.Add(v.text[at:p.text], end, s.Start)
		}
		if p.size > 0 {
			t.Add(v.text[p.text:p.text+p.size], s.Start, s.End)
		}
		at, end = p.text+p.size, s.End
	}
	if at < len(v.text) {
		if end < 0 {
			return t, false
		}
		t.Add(v.text[at:], end, end)
	}
	return t, true
}

// document2 is the file for the shell's editor: it says how text is written within
// a scalar.
func (f *file) document2(v *value) *shell.Document {
	style := v.style
	if f.scripts == nil {
		f.scripts = &shell.Document{Path: f.path, Source: f.root.src, Set: f.set}
	}
	return f.scripts.Quoting(func(text string) (string, bool) {
		switch style {
		case '"':
			return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text), !strings.Contains(text, "\n")
		case '\'':
			return strings.ReplaceAll(text, "'", "''"), !strings.Contains(text, "\n")
		case 'p':
			return text, !strings.Contains(text, ": ") && !strings.Contains(text, " #") && !strings.Contains(text, "\n")
		}
		return text, !strings.Contains(text, "\n")
	})
}

// maxVars is how many variables of the document a script is told of.
const maxVars = 64

// variablesAround are the variables that jobs and steps around a script set.
func (f *file) variablesAround(p *pair) []shell.Var {
	var out []shell.Var
	_, steps := f.pathOf(p)
	for i := len(steps) - 1; i >= 0 && len(out) < maxVars; i-- {
		m := steps[i].at
		if m.kind != mapping {
			continue
		}
		for _, q := range m.pairs {
			env := q.val.resolved()
			if !envName.MatchString(q.key.text) || env == nil || env.kind != mapping {
				continue
			}
			for _, x := range env.pairs[:min(len(env.pairs), maxVars)] {
				v := x.val.resolved()
				if v == nil || v.kind != scalar || !known(f.raw(v)) || v.text == "" {
					continue
				}
				if text, ok := f.text(v); ok {
					out = append(out, shell.Var{Name: x.key.text, Value: text})
				}
			}
		}
	}
	return out
}

// scriptPlace is a place in a script, and the scalar that holds the script.
type scriptPlace struct {
	inner any
	at    *place
}

// Edit implements shell.Editable: an item of which nothing would be left goes.
func (sp *scriptPlace) Edit(op languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	n := *op.Hit.Node
	n.Syntax = sp.inner
	op.Hit.Node = &n
	edits, ok := shell.Edit([]languages.Op{op}, vars)
	if !ok || len(edits) == 0 {
		return nil, false
	}
	v := sp.at.val
	if v.style == 0 {
		return edits, true
	}
	left := []byte{}
	content := sp.at.f.placeOf(v).Span
	from := content.Start
	for _, e := range edits {
		if e.Start < content.Start || e.End > content.End {
			return edits, true
		}
		left = append(append(left, sp.at.f.root.src[from:e.Start]...), e.New...)
		from = max(from, e.End)
	}
	left = append(left, sp.at.f.root.src[from:content.End]...)
	switch {
	case strings.TrimSpace(string(left)) == "", (v.style == '|' || v.style == '>') && !strings.Contains(strings.TrimSpace(string(left)), "\n"):
		return sp.at.drop()
	}
	return edits, true
}

// flip turns the default of an option in a script round.
func (sp *scriptPlace) flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) {
	n := *hit.Node
	n.Syntax = sp.inner
	hit.Node = &n
	return shell.Flip(hit, at)
}
