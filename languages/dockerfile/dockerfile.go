// Package dockerfile lets tlslint read Dockerfiles and Containerfiles.
//
// A file comes in as instructions with exact places: continued lines, comments
// between them, here-documents and the escape directive are understood. RUN, CMD,
// ENTRYPOINT and HEALTHCHECK go to the shell language, in their shell and their
// JSON form; ENV and ARG are variables.
package dockerfile

import (
	"bytes"
	"context"
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/shell"
	"github.com/tlslint/tlslint/pattern"
)

func init() { languages.Register(Dockerfile{}) }

// Dockerfile is the language.
type Dockerfile struct{}

// Name implements languages.Language.
func (Dockerfile) Name() string { return "dockerfile" }

// Handles implements languages.Language.
func (Dockerfile) Handles(p string) bool {
	base := strings.ToLower(path.Base(p))
	for _, name := range []string{"dockerfile", "containerfile"} {
		if base == name || strings.HasPrefix(base, name+".") && !notes(path.Ext(base)) || strings.HasPrefix(base, name+"-") && path.Ext(base) == "" || strings.HasSuffix(base, "."+name) {
			return true
		}
	}
	return false
}

// notes reports whether a file is about a Dockerfile.
func notes(ext string) bool {
	switch ext {
	case ".md", ".txt", ".rst", ".py", ".go", ".js", ".ts", ".rb", ".sh", ".yml", ".yaml", ".json", ".dockerignore":
		return true
	}
	return false
}

// Unit implements languages.Language: a file is looked at alone.
func (Dockerfile) Unit(p string) string { return p }

// Rows implements languages.Language: those of shell text.
func (Dockerfile) Rows() (pattern.File, error) { return shell.Rows("dockerfile") }

// Examples implements languages.Language: those of shell text, as an image runs it.
func (Dockerfile) Examples() ([]pattern.Example, error) {
	return shell.Examples(func(file, text string) (string, bool) {
		switch {
		case file != "":
			return "FROM debian:12\nCOPY <<'EOF' /etc/" + file + "\n" + text + "\nEOF\n", true
		case strings.Contains(text, "\n"):
			return "FROM debian:12\nRUN <<EOF\n" + text + "\nEOF\n", true
		}
		return "FROM debian:12\nRUN " + text + "\n", true
	})
}

// FileName implements languages.Language.
func (Dockerfile) FileName() string { return "Dockerfile" }

// maxSource is the longest file that is read, in bytes.
const maxSource = 1 << 20

// Lower implements languages.Language.
func (Dockerfile) Lower(ctx context.Context, in languages.Input) (out languages.Output, err error) {
	for _, f := range in.Files {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if len(f.Data) > maxSource {
			out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.Path, Reason: "too long: more than 1 MB"})
			continue
		}
		out.Parsed++
		src := string(f.Data)
		list, comments := read(src)
		l := &lowerer{doc: &shell.Document{Path: f.Path, Source: f.Data, Set: in.Set}, src: src, sh: true, lines: lineStarts(f.Data)}
		for _, x := range list {
			l.instruction(x)
		}
		out.Nodes = append(out.Nodes, l.out...)
		out.Comments = append(out.Comments, l.comments(f.Path, comments)...)
	}
	return out, nil
}

type lowerer struct {
	doc   *shell.Document
	src   string
	stage string
	// sh says that RUN's text goes to a shell of the kind that we read.
	sh    bool
	vars  []shell.Var
	lines []int
	out   []*ir.Node
}

func lineStarts(src []byte) []int {
	out := []int{0}
	for i, b := range src {
		if b == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}

func (l *lowerer) line(offset int) int {
	i, exact := slices.BinarySearch(l.lines, offset)
	if exact {
		return i + 1
	}
	return i
}

// stmt are the lines of an instruction.
func (l *lowerer) stmt(in instruction) [2]int {
	return [2]int{l.line(in.start), l.line(max(in.start, in.end-1))}
}

var (
	flagWord = regexp.MustCompile(`^--[a-z-]+(=("[^"]*"|'[^']*'|\S*))?(\s|\\\n)+`)
	asStage  = regexp.MustCompile(`(?i)\sAS\s+(\S+)`)
	shells   = regexp.MustCompile(`(^|/)(sh|bash|ash|dash|zsh|ksh)$`)
)

func (l *lowerer) instruction(in instruction) {
	switch in.name {
	case "FROM":
		l.vars, l.sh, l.stage = nil, true, ""
		if m := asStage.FindStringSubmatch(in.text.S); m != nil {
			l.stage = m[1]
		}
	case "SHELL":
		if words, _, ok := jsonWords(in.text); ok && len(words) > 0 {
			l.sh = shells.MatchString(words[0].S)
		}
	case "RUN":
		in.text = withoutFlags(in.text)
		l.runs(in)
	case "CMD", "ENTRYPOINT":
		l.runs(in)
	case "HEALTHCHECK":
		in.text = withoutFlags(in.text)
		if rest, ok := strings.CutPrefix(in.text.S, "CMD"); ok && rest != "" && rest[0] <= ' ' || strings.HasPrefix(rest, "[") {
			in.text = cut(in.text, skipBlanks(in.text.S, 3), len(in.text.S))
			l.runs(in)
		}
	case "COPY", "ADD":
		l.copies(in)
	case "ENV", "ARG":
		l.variables(in)
	}
}

func withoutFlags(t shell.Text) shell.Text {
	for {
		m := flagWord.FindString(t.S)
		if m == "" {
			return t
		}
		t = cut(t, skipBlanks(t.S, len(m)), len(t.S))
	}
}

// runs lowers what a container runs.
func (l *lowerer) runs(in instruction) {
	if words, items, ok := jsonWords(in.text); ok {
		l.out = append(l.out, shell.LowerWords(shell.Argv{
			Doc: l.jsonDoc(), Words: words, Items: items, Vars: l.vars, Symbol: l.stage, Stmt: l.stmt(in),
			Remove: func(first, last int) ([]shell.Replacement, bool) { return removeItems(items, first, last) },
		})...)
		return
	}
	if !l.sh {
		return
	}
	text := in.text
	for i, h := range in.heredocs {
		if i == 0 && strings.HasPrefix(strings.TrimSpace(text.S), "<<") {
			l.body(in, h)
			return
		}
	}
	if len(in.heredocs) > 0 {
		// The shell reads the documents itself.
		end := in.end
		last := in.heredocs[0].start
		text = clone(text)
		text.Add("\n", text.Span(len(text.S), len(text.S)).Start, last)
		text.Add(l.src[last:end], last, end)
	}
	l.script(text, in)
}

func clone(t shell.Text) shell.Text {
	t.From, t.To = slices.Clone(t.From), slices.Clone(t.To)
	return t
}

func (l *lowerer) script(text shell.Text, in instruction) {
	l.out = append(l.out, shell.Lower(shell.Script{Doc: l.doc, Text: text, Vars: l.vars, Symbol: l.stage, Stmt: l.lineStmt(in)})...)
}

// lineStmt: in a here-document every command has lines of its own.
func (l *lowerer) lineStmt(in instruction) [2]int {
	if len(in.heredocs) > 0 {
		return [2]int{}
	}
	return l.stmt(in)
}

var interpreter = regexp.MustCompile(`^#!\s*(/usr/bin/env\s+)?\S*?(sh|bash|ash|dash|zsh|ksh)(\s|$)`)

// body lowers a here-document that RUN runs as a script.
func (l *lowerer) body(in instruction, h heredoc) {
	text := l.src[h.start:h.end]
	if strings.HasPrefix(text, "#!") && !interpreter.MatchString(text) {
		return
	}
	// "RUN <<EOF sh" and its like name who reads it.
	rest := strings.TrimSpace(in.text.S)
	if i := strings.IndexAny(rest, " \t"); i > 0 {
		if who := strings.Fields(rest[i:]); len(who) > 0 && !shells.MatchString(who[0]) && !strings.HasPrefix(who[0], "<<") && !strings.HasPrefix(who[0], ">") {
			return
		}
	}
	l.script(shell.Verbatim(text, h.start), in)
}

// copies lowers the files that here-documents hold.
func (l *lowerer) copies(in instruction) {
	words := strings.Fields(in.text.S)
	if len(in.heredocs) != 1 || len(words) < 2 {
		return
	}
	name := words[len(words)-1]
	if strings.HasSuffix(name, "/") {
		name += in.heredocs[0].name
	}
	h := in.heredocs[0]
	l.out = append(l.out, shell.LowerFile(name, shell.Script{Doc: l.doc, Text: shell.Verbatim(l.src[h.start:h.end], h.start), Vars: l.vars, Symbol: l.stage})...)
}

// variables lowers ENV and ARG.
func (l *lowerer) variables(in instruction) {
	list := pairs(in.text, in.name == "ARG")
	for i, p := range list {
		if !p.has {
			continue
		}
		s := shell.Setting{
			Doc: l.doc, Name: p.name, Value: p.value, Span: in.text.Span(p.from, p.to), Symbol: l.stage, Vars: l.vars, Stmt: l.stmt(in),
			Remove: func() ([]shell.Replacement, bool) { return removePair(in, list, i) },
		}
		if in.name == "ARG" {
			s.Option = &ir.Option{Kind: "build argument", Name: p.name}
		}
		if strings.ContainsRune(p.value.S, '$') {
			s.Value = l.expanded(p.value)
		}
		l.out = append(l.out, shell.LowerSetting(s)...)
	}
	for _, p := range list {
		if p.has {
			v := shell.Var{Name: p.name, Value: p.value}
			if in.name == "ARG" {
				v.Option = &ir.Option{Kind: "build argument", Name: p.name}
			}
			l.vars = append(l.vars, v)
		} else if in.name == "ARG" {
			l.vars = slices.DeleteFunc(slices.Clone(l.vars), func(v shell.Var) bool { return v.Name == p.name && v.Option != nil })
		}
	}
}

var reference = regexp.MustCompile(`^\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?$`)

// expanded is the value of a variable that only names another one.
func (l *lowerer) expanded(t shell.Text) shell.Text {
	m := reference.FindStringSubmatch(t.S)
	if m == nil {
		return t
	}
	for i := len(l.vars) - 1; i >= 0; i-- {
		if l.vars[i].Name == m[1] {
			return l.vars[i].Value
		}
	}
	return t
}

// removePair takes one variable out; the last one takes its instruction along.
func removePair(in instruction, list []pair, i int) ([]shell.Replacement, bool) {
	p := list[i]
	if len(list) == 1 {
		return []shell.Replacement{{Span: ir.Span{Start: in.start, End: in.end}}}, true
	}
	s := ir.Span{Start: in.text.Span(p.from, p.to).Start, End: in.text.Span(p.from, p.to).End}
	if i+1 < len(list) {
		s.End = in.text.Span(list[i+1].from, list[i+1].to).Start
	} else {
		s.Start = in.text.Span(list[i-1].from, list[i-1].to).End
	}
	return []shell.Replacement{{Span: s}}, true
}

// jsonDoc is the document inside of a JSON string.
func (l *lowerer) jsonDoc() *shell.Document {
	return l.doc.Quoting(func(s string) (string, bool) {
		return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s), true
	})
}

// removeItems takes items out of a list, with the comma of each.
func removeItems(items []ir.Span, first, last int) ([]shell.Replacement, bool) {
	switch {
	case first < 0 || last > len(items) || first >= last:
		return nil, false
	case last < len(items):
		return []shell.Replacement{{Span: ir.Span{Start: items[first].Start, End: items[last].Start}}}, true
	case first > 0:
		return []shell.Replacement{{Span: ir.Span{Start: items[first-1].End, End: items[last-1].End}}}, true
	}
	return []shell.Replacement{{Span: ir.Span{Start: items[0].Start, End: items[last-1].End}}}, true
}

// comments are the comment lines of a file.
func (l *lowerer) comments(name string, list []comment) []languages.Comment {
	out := make([]languages.Comment, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		c := list[i]
		line := l.line(c.start)
		out[i] = languages.Comment{Path: name, Text: l.src[c.start:c.end], Start: c.start, End: c.end, GroupEnd: line}
		if i+1 < len(list) && l.line(list[i+1].start) == line+1 {
			out[i].GroupEnd = out[i+1].GroupEnd
		}
	}
	return out
}

// Edit implements languages.Language.
func (Dockerfile) Edit(ops []languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	return shell.Edit(ops, vars)
}

// Flip implements languages.Language.
func (Dockerfile) Flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) {
	return shell.Flip(hit, at)
}

// Check implements languages.Language: an edit leaves no instruction without a body
// and no name that was none before.
func (Dockerfile) Check(_ context.Context, _ string, old, edited []byte, _ map[string][]byte) error {
	if bytes.Equal(old, edited) {
		return nil
	}
	before, _ := read(string(old))
	after, _ := read(string(edited))
	if faults(after) > faults(before) || len(after) > len(before) {
		return errors.New("the edited file does not parse")
	}
	return nil
}

// names are the instructions of the Dockerfile reference.
var names = map[string]bool{
	"FROM": true, "RUN": true, "CMD": true, "LABEL": true, "MAINTAINER": true, "EXPOSE": true, "ENV": true, "ADD": true, "COPY": true, "ENTRYPOINT": true,
	"VOLUME": true, "USER": true, "WORKDIR": true, "ARG": true, "ONBUILD": true, "STOPSIGNAL": true, "HEALTHCHECK": true, "SHELL": true,
}

// faults counts what no builder would take.
func faults(list []instruction) int {
	n := 0
	for _, in := range list {
		text := strings.TrimSpace(in.text.S)
		if !names[in.name] || text == "" {
			n++
			continue
		}
		if !strings.HasPrefix(text, "[") {
			switch in.name {
			case "RUN", "CMD", "ENTRYPOINT":
				n += shell.Faults(in.text.S)
			}
		}
	}
	return n
}
