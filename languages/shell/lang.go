package shell

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"path"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/commands"
	"github.com/tlslint/tlslint/languages/connections"
	"github.com/tlslint/tlslint/pattern"
)

func init() { languages.Register(Shell{}) }

//go:embed patterns.toml
var patterns []byte

//go:embed examples.toml
var examples []byte

// Shell is the language: scripts, the recipes of make, files of variables, and the
// small configuration files that shell scripts write.
type Shell struct{}

// Name implements languages.Language.
func (Shell) Name() string { return "shell" }

// Handles implements languages.Language. A file without an ending may be a script:
// its first line decides when it is read.
func (Shell) Handles(p string) bool {
	if scriptFile(p) || makeFile(p) || envFile(p) || configKind(p) != "" {
		return true
	}
	base := path.Base(p)
	return !strings.Contains(base, ".") && !foreign(base)
}

// Unit implements languages.Language: a file is looked at alone.
func (Shell) Unit(p string) string { return p }

// Rows implements languages.Language.
func (Shell) Rows() (pattern.File, error) { return Rows("shell") }

// dashes are what stands before a short option wherever one is written.
var dashes = []string{" -", "\t-", "\"-", "'-", "(-", "=-", ":-", "+-", ",-", "\n-"}

// Rows returns the rows about command lines, variables and small configuration
// files for a language with shell text in its files.
func Rows(lang string) (pattern.File, error) {
	file, err := pattern.Parse("languages/shell/patterns.toml", lang, patterns)
	if err != nil {
		return file, err
	}
	shared, err := commands.Rows(lang, dashes...)
	if err != nil {
		return file, err
	}
	strings, err := connections.Rows(lang)
	file.Rows = append(append(file.Rows, shared.Rows...), strings.Rows...)
	return file, err
}

// Examples implements languages.Language.
func (Shell) Examples() ([]pattern.Example, error) {
	own, err := pattern.ParseExamples("languages/shell/examples.toml", examples)
	if err != nil {
		return nil, err
	}
	strings, err := connectionExamples(func(script string) (string, bool) { return script + "\n", true })
	return append(own, strings...), err
}

// connectionExamples are the snippets about connection strings, each exported by a
// script that wrap puts into a file.
func connectionExamples(wrap func(script string) (string, bool)) ([]pattern.Example, error) {
	return connections.Examples("", func(dsn string) (string, bool) { return wrap("export DATABASE_URL='" + dsn + "'") })
}

// Examples returns the snippets of the rows for a language whose files hold shell
// text: wrap puts a script, or the text of the configuration file of that name, into
// such a file; ok is false where it cannot.
func Examples(wrap func(file, text string) (source string, ok bool)) ([]pattern.Example, error) {
	all, err := pattern.ParseExamples("languages/shell/examples.toml", examples)
	if err != nil {
		return nil, err
	}
	var out []pattern.Example
	for _, ex := range all {
		x := pattern.Example{ID: ex.ID}
		for i, s := range ex.Insecure {
			in, ok := wrap(ex.File, strings.Trim(s, "\n"))
			if !ok {
				continue
			}
			x.Insecure = append(x.Insecure, in)
			fixed := ""
			if i < len(ex.Fixed) && strings.TrimSpace(ex.Fixed[i]) != "" {
				fixed, _ = wrap(ex.File, strings.Trim(ex.Fixed[i], "\n"))
			}
			x.Fixed = append(x.Fixed, fixed)
		}
		for _, s := range ex.Safe {
			if in, ok := wrap(ex.File, strings.Trim(s, "\n")); ok {
				x.Safe = append(x.Safe, in)
			}
		}
		if len(x.Insecure) > 0 {
			out = append(out, x)
		}
	}
	strings, err := connectionExamples(func(script string) (string, bool) { return wrap("", script) })
	return append(out, strings...), err
}

// FileName implements languages.Language.
func (Shell) FileName() string { return "script.sh" }

// Lower implements languages.Language.
func (Shell) Lower(ctx context.Context, in languages.Input) (out languages.Output, err error) {
	for _, f := range in.Files {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		doc := &Document{Path: f.Path, Source: f.Data, Set: in.Set}
		if bytes.IndexByte(f.Data[:min(len(f.Data), 8192)], 0) >= 0 {
			continue // not text: an executable without an ending
		}
		l := newLowerer(doc, nil, nil, "", [2]int{})
		text := string(f.Data)
		p := f.Rel
		if p == "" {
			p = f.Path
		}
		switch {
		case makeFile(p):
			out.Parsed++
			nodes, err := lowerMake(doc, text)
			if err != nil {
				out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.Path, Reason: err.Error()})
				continue
			}
			out.Nodes = append(out.Nodes, nodes...)
			out.Comments = append(out.Comments, lineComments(f.Path, text, "#")...)
			continue
		case envFile(p) && !scriptFile(p):
			out.Parsed++
			l.envLines(&source{text: Verbatim(text, 0)}, nil)
			out.Nodes = append(out.Nodes, l.out...)
			out.Comments = append(out.Comments, lineComments(f.Path, text, "#")...)
			continue
		case configKind(p) != "":
			out.Parsed++
			l.config(configKind(p), &source{text: Verbatim(text, 0)}, nil)
			out.Nodes = append(out.Nodes, l.out...)
			out.Comments = append(out.Comments, lineComments(f.Path, text, "#", ";")...)
			continue
		case !scriptFile(p) && shebang(f.Data) < 0:
			continue
		}
		out.Parsed++
		l.keepComments = true
		src := &source{text: Verbatim(text, 0), dialect: dialectOf(p, f.Data)}
		l.script(src, nil)
		if l.err != nil {
			out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.Path, Reason: l.err.Error()})
			continue
		}
		l.run()
		out.Nodes = append(out.Nodes, l.out...)
		out.Comments = append(out.Comments, comments(f.Path, text, l.chunks)...)
	}
	return out, nil
}

// comments are the comments of a script.
func comments(name, text string, chunks []chunk) []languages.Comment {
	var out []languages.Comment
	for _, c := range chunks {
		add := func(x *syntax.Comment) {
			start := c.base + int(x.Hash.Offset())
			end := min(start+1+len(x.Text), len(text))
			if start < end && text[start] == '#' {
				out = append(out, languages.Comment{Path: name, Text: strings.TrimRight(text[start:end], "\r\n"), Start: start, End: end})
			}
		}
		last := c.base
		for _, s := range c.stmts {
			last = max(last, c.base+int(s.End().Offset()))
			syntax.Walk(s, func(n syntax.Node) bool {
				if x, ok := n.(*syntax.Comment); ok {
					add(x)
				}
				return true
			})
		}
		// The parser keeps no comments behind the last statement.
		last = min(last, len(text))
		for _, x := range lineComments(name, text[last:], "#") {
			x.Start, x.End = x.Start+last, x.End+last
			if len(out) == 0 || x.Start > out[len(out)-1].Start {
				out = append(out, x)
			}
		}
	}
	return grouped(out, text)
}

// lineComments are the lines that begin with a comment's sign.
func lineComments(name, text string, signs ...string) []languages.Comment {
	var out []languages.Comment
	for at := 0; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		line := strings.TrimLeft(text[at:end], " \t")
		start := end - len(line)
		line = strings.TrimRight(line, "\r")
		for _, s := range signs {
			if strings.HasPrefix(line, s) {
				out = append(out, languages.Comment{Path: name, Text: line, Start: start, End: start + len(line)})
				break
			}
		}
		at = end + 1
	}
	return grouped(out, text)
}

// grouped says for each comment which group of lines it belongs to.
func grouped(list []languages.Comment, text string) []languages.Comment {
	lines := linesOf([]byte(text))
	alone := func(c languages.Comment) bool {
		for i := c.Start - 1; i >= 0 && text[i] != '\n'; i-- {
			if text[i] != ' ' && text[i] != '\t' {
				return false
			}
		}
		return true
	}
	for i := len(list) - 1; i >= 0; i-- {
		list[i].GroupEnd = 0
		if !alone(list[i]) {
			continue
		}
		line := lines.line(list[i].Start)
		list[i].GroupEnd = line
		if i+1 < len(list) && list[i+1].GroupEnd > 0 && lines.line(list[i+1].Start) == line+1 {
			list[i].GroupEnd = list[i+1].GroupEnd
		}
	}
	return list
}

// Edit implements languages.Language.
func (Shell) Edit(ops []languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	return Edit(ops, vars)
}

// Flip implements languages.Language.
func (Shell) Flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) { return Flip(hit, at) }

// Check implements languages.Language: an edit must bring no new error.
func (Shell) Check(_ context.Context, p string, old, edited []byte, _ map[string][]byte) error {
	if makeFile(p) || envFile(p) || configKind(p) != "" {
		return nil
	}
	d := dialectOf(p, old)
	_, before, err := parse(string(old), d)
	if err != nil {
		return err
	}
	_, after, err := parse(string(edited), d)
	if err != nil {
		return err
	}
	if after > before {
		return errors.New("the edited script does not parse")
	}
	return nil
}
