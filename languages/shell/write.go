package shell

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/ir"
)

// special lowers what builtin commands hold: the text of an alias or a trap, the
// script that a heredoc gives to a shell, the file that echo writes.
func (l *lowerer) special(c *command, words []word) {
	if len(words) == 0 {
		return
	}
	switch name := words[0].text(); name {
	case "alias":
		for _, w := range words[1:] {
			if i := strings.IndexByte(w.text(), '='); i > 0 {
				l.nested(w.cut(i+1, len(w.b)), c)
			}
		}
		return
	case "trap":
		if len(words) > 2 {
			l.nested(words[1], c)
		}
		return
	case "sed":
		l.sed(c, words)
		return
	case "openssl":
		l.trustOnFirstUse(c, words)
		return
	case "tee":
		if text, ok := l.heredoc(c); ok {
			for _, w := range words[1:] {
				if !strings.HasPrefix(w.text(), "-") {
					l.file(w.text(), text, c)
				}
			}
		}
		return
	case "echo", "printf", "cat":
		if text, ok := l.content(name, c, words); ok {
			l.flows(text, c)
		}
	}
	if doc, ok := l.heredoc(c); ok && readsScript(words) {
		l.nested(doc, c)
	}
}

// cut is a part of a word.
func (w *word) cut(from, to int) word {
	return word{b: w.b[from:to], src: w.src[from:to], off: w.off[from:to], by: w.by[from:to]}
}

// heredoc is the text that a command reads.
func (l *lowerer) heredoc(c *command) (word, bool) {
	for _, r := range c.redirs {
		if r.Hdoc == nil && (r.Op != syntax.WordHdoc || r.Word == nil) {
			continue
		}
		e := &expander{l: l, src: c.src, base: c.base, scope: c.scope, order: c.order, pick: pick{use: -1}, budget: 256 << 10, open: true}
		switch {
		case r.Hdoc == nil:
			e.parts(r.Word.Parts, false)
		case quotedDelimiter(r.Word):
			from, to := offset(r.Hdoc.Pos(), c.src, c.base), offset(r.Hdoc.End(), c.src, c.base)
			for i := from; i < to; i++ {
				e.put(c.src.text.S[i], c.src, i, nil)
			}
		default:
			e.parts(r.Hdoc.Parts, true)
		}
		return e.cur, len(e.cur.b) > 0
	}
	return word{}, false
}

func quotedDelimiter(w *syntax.Word) bool {
	return w != nil && (len(w.Parts) != 1 || !isLit(w.Parts[0]) || strings.Contains(w.Lit(), `\`))
}

// readsScript reports whether a command runs what it reads as shell.
func readsScript(words []word) bool {
	texts := make([]string, len(words))
	for i := range words {
		texts[i] = words[i].text()
	}
	for _, p := range argv.Parse(texts) {
		if p.Script >= 0 && !p.Joined {
			return false
		}
	}
	for i, t := range texts {
		switch path.Base(t) {
		case "sh", "bash", "dash", "ash", "zsh", "ksh":
			return !slices.ContainsFunc(texts[i+1:], func(t string) bool { return !strings.HasPrefix(t, "-") && t != argv.Unknown })
		case "ssh":
			operands := 0
			for _, t := range texts[i+1:] {
				if !strings.HasPrefix(t, "-") {
					operands++
				}
			}
			return operands <= 2
		}
	}
	return false
}

// content is the text that echo, printf or cat writes.
func (l *lowerer) content(name string, c *command, words []word) (word, bool) {
	switch name {
	case "cat":
		if len(words) > 1 && words[1].text() != "-" {
			return word{}, false
		}
		return l.heredoc(c)
	case "printf":
		words = words[1:]
		if len(words) > 0 && words[0].text() == "--" {
			words = words[1:]
		}
		if len(words) == 0 {
			return word{}, false
		}
		return printed(words), true
	}
	var out word
	words = words[1:]
	escapes := false
	for len(words) > 0 && (words[0].text() == "-e" || words[0].text() == "-n" || words[0].text() == "-ne" || words[0].text() == "-en" || words[0].text() == "-E") {
		escapes = escapes || strings.Contains(words[0].text(), "e")
		words = words[1:]
	}
	for i, w := range words {
		if i > 0 {
			out.add(' ', nil, 0, nil)
		}
		if escapes {
			w = unescaped(w)
		}
		for j := range w.b {
			out.add(w.b[j], w.src[j], w.off[j], w.by[j])
		}
	}
	return out, len(out.b) > 0
}

// unescaped takes \n and its like for what they stand for.
func unescaped(w word) word {
	var out word
	for i := 0; i < len(w.b); i++ {
		if w.b[i] == '\\' && i+1 < len(w.b) {
			if j := strings.IndexByte(`nt\"`, w.b[i+1]); j >= 0 {
				out.add("\n\t\\\""[j], w.src[i], w.off[i], w.by[i])
				i++
				continue
			}
		}
		out.add(w.b[i], w.src[i], w.off[i], w.by[i])
	}
	return out
}

// printed is what printf writes: the format, with its words where %s stands.
func printed(words []word) word {
	format := unescaped(words[0])
	args := words[1:]
	var out word
	for {
		used := false
		for i := 0; i < len(format.b); i++ {
			if format.b[i] == '%' && i+1 < len(format.b) {
				i++
				switch {
				case format.b[i] == '%':
					out.add('%', format.src[i], format.off[i], format.by[i])
				case strings.IndexByte("sbqd", format.b[i]) >= 0 && len(args) > 0:
					for j := range args[0].b {
						out.add(args[0].b[j], args[0].src[j], args[0].off[j], args[0].by[j])
					}
					args, used = args[1:], true
				default:
					out.add(argv.Hole, nil, 0, nil)
				}
				continue
			}
			out.add(format.b[i], format.src[i], format.off[i], format.by[i])
		}
		if !used || len(args) == 0 || len(out.b) > maxWord {
			return out
		}
	}
}

// flows follows what a command writes: into a file, or into a shell.
func (l *lowerer) flows(text word, c *command) {
	for i := len(c.redirs) - 1; i >= 0; i-- {
		r := c.redirs[i]
		switch r.Op {
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
			if r.N == nil || r.N.Value == "1" {
				l.file(l.target(r.Word, c), text, c)
				return
			}
		}
	}
	if c.to == nil {
		return
	}
	e := &expander{l: l, src: c.to.src, base: c.to.base, scope: c.to.scope, order: c.to.order, pick: pick{use: -1}}
	words := e.expand(c.to.call.Args)
	for i := range words {
		if path.Base(words[i].text()) == "tee" {
			for _, w := range words[i+1:] {
				if !strings.HasPrefix(w.text(), "-") {
					l.file(w.text(), text, c)
				}
			}
			return
		}
	}
	if readsScript(words) {
		l.nested(text, c)
	}
}

// target is the name of a file that is written, with holes.
func (l *lowerer) target(w *syntax.Word, c *command) string {
	if w == nil {
		return ""
	}
	e := &expander{l: l, src: c.src, base: c.base, scope: c.scope, order: c.order, pick: pick{use: -1}}
	for _, x := range e.expand([]*syntax.Word{w}) {
		if s := x.text(); s != argv.Unknown {
			return s
		}
	}
	return strings.Trim(rawOf(w, c.src, c.base), `"'`)
}

// file lowers what is written into a file, by its name.
func (l *lowerer) file(name string, text word, c *command) {
	base := path.Base(name)
	src, ok := text.source()
	if !ok {
		return
	}
	switch {
	case scriptFile(name) || strings.HasPrefix(src.text.S, "#!") && shebang([]byte(src.text.S)) >= 0:
		l.nested(text, c)
	case envFile(name) || strings.HasSuffix(base, "GITHUB_ENV}") || base == "$GITHUB_ENV" || base == "$BASH_ENV" || base == "environment":
		l.envLines(src, c)
	default:
		if kind := configKind(name); kind != "" {
			l.config(kind, src, c)
		} else if strings.Contains(src.text.S, "kind: Config\n") && strings.Contains(src.text.S, "clusters:") {
			l.config("kubeconfig", src, c) // whatever the file is called
		}
	}
}

// httpsToHTTP is a substitution that takes the encryption out of addresses.
var httpsToHTTP = regexp.MustCompile(`(^|[;\s])s([/#|,@!])\^?\(?https(:(\\?/){0,2})?\)?[^/#|,@!]*[/#|,@!]http(:|[/#|,@!])`)

// sed: package repositories that are fetched over plain HTTP from now on.
func (l *lowerer) sed(c *command, words []word) {
	for i := range words[1:] {
		w := &words[1+i]
		if !httpsToHTTP.MatchString(w.text()) {
			continue
		}
		for _, f := range words[1:] {
			if t := f.text(); strings.Contains(t, "/apk/repositories") || strings.Contains(t, "/sources.list") || strings.Contains(t, "yum.repos.d") {
				l.said("sed:repositories-over-http", w, c)
				return
			}
		}
	}
}

// trustOnFirstUse: the certificate that a server shows becomes one that is trusted.
func (l *lowerer) trustOnFirstUse(c *command, words []word) {
	if len(words) < 2 || words[1].text() != "s_client" {
		return
	}
	for _, w := range words {
		if t := w.text(); t == "-verify_return_error" || t == "-CAfile" {
			return
		}
	}
	trusted := func(name string) bool {
		return containsAny(name, "/ca-certificates/", "/pki/ca-trust/source/", "/etc/ssl/certs", "/ca-trust/", "/trust-source/")
	}
	for to := c.to; to != nil; to = to.to {
		for _, r := range to.redirs {
			if (r.Op == syntax.RdrOut || r.Op == syntax.AppOut) && trusted(l.target(r.Word, to)) {
				l.said("openssl:trust-on-first-use", &words[1], c)
				return
			}
		}
		for _, w := range to.call.Args {
			if trusted(rawOf(w, to.src, to.base)) {
				l.said("openssl:trust-on-first-use", &words[1], c)
				return
			}
		}
	}
}

// said adds a command that is bad by being there.
func (l *lowerer) said(name string, w *word, c *command) {
	span, ok := w.fileSpan()
	if !ok || !l.set.HasExactly(ir.Command, name) {
		return
	}
	n := &ir.Node{Kind: ir.Command, Name: name, Span: span, Fold: true}
	n.Value = &ir.Value{Known: true, Closed: true, Const: ir.Const{Kind: ir.Symbol, Sym: name}}
	l.add(n, c, nil)
}
