package shell

import (
	"path"
	"strings"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/internal/hosts"
	"github.com/tlslint/tlslint/ir"
)

// configKind says which tool reads a configuration file of that name.
func configKind(p string) string {
	base := path.Base(p)
	switch base {
	case ".curlrc", "_curlrc", "curlrc":
		return "curlrc"
	case ".wgetrc", "wgetrc":
		return "wgetrc"
	case ".npmrc", "npmrc", ".yarnrc":
		return "npmrc"
	case ".gitconfig", "gitconfig":
		return "gitconfig"
	case "pip.conf", "pip.ini":
		return "pipconf"
	case ".condarc", "condarc":
		return "condarc"
	case "ldap.conf", ".ldaprc", "ldaprc":
		return "ldapconf"
	case "yum.conf", "dnf.conf":
		return "yumconf"
	case "apt.conf":
		return "aptconf"
	case "config":
		if path.Base(path.Dir(p)) == "git" || path.Base(path.Dir(p)) == ".git" {
			return "gitconfig"
		}
	}
	dir := path.Base(path.Dir(p))
	switch {
	case dir == "apt.conf.d":
		return "aptconf"
	case path.Ext(base) == ".repo", dir == "yum.repos.d":
		return "yumconf"
	}
	return ""
}

// entry is a line of a configuration: a key with its value.
type entry struct {
	key        string
	value      string
	a, z       int // the line without its end
	from, to   int // the value
	hasValue   bool
	afterEqual bool
}

// config lowers a configuration.
func (l *lowerer) config(kind string, src *source, c *command) {
	list := entries(kind, src.text.S)
	for _, e := range list {
		name := kind + ":" + e.key
		if !l.set.HasExactly(ir.Entry, name) || strings.Contains(e.key, argv.Unknown) {
			continue
		}
		n := &ir.Node{Kind: ir.Entry, Name: name, Fold: true, Span: src.text.Span(e.a, e.z)}
		konst := ir.Const{Kind: ir.String, Str: e.value}
		if !e.hasValue {
			konst = ir.Const{Kind: ir.Symbol, Sym: e.key}
		}
		if strings.Contains(e.value, argv.Unknown) {
			konst = ir.Const{}
		}
		konst.At = ir.Place{Path: l.doc.Path, Span: src.text.Span(e.from, e.to)}
		n.Value = &ir.Value{Known: true, Closed: true, Const: konst, Span: konst.At.Span}
		n.Syntax = &linePlace{doc: l.doc, src: src, e: e, written: c != nil}
		for _, o := range list {
			if kind == "kubeconfig" && o.key == "server" {
				hosts.Add(n, o.value, false, "literal", src.text.Span(o.from, o.to).Start)
			}
		}
		l.add(n, c, nil)
	}
}

// entries reads the lines of a configuration.
func entries(kind, text string) []entry {
	var out []entry
	section := ""
	for at := 0; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		next := end + 1
		for end > at && (text[end-1] == '\r' || text[end-1] == ' ' || text[end-1] == '\t') {
			end--
		}
		start := at
		for start < end && (text[start] == ' ' || text[start] == '\t') {
			start++
		}
		line := text[start:end]
		at = next
		if line == "" || line[0] == '#' || line[0] == ';' || strings.HasPrefix(line, "//") && kind != "npmrc" {
			continue
		}
		if line[0] == '[' {
			if i := strings.IndexByte(line, ']'); i > 0 {
				section = strings.ToLower(line[1:i])
			}
			continue
		}
		e := entry{a: start, z: end, from: end, to: end}
		sep := strings.IndexAny(line, "= \t")
		switch kind {
		case "gitconfig", "pipconf", "yumconf":
			sep = strings.IndexByte(line, '=')
		case "condarc", "kubeconfig":
			sep = strings.IndexByte(line, ':')
		case "curlrc":
			sep = strings.IndexAny(line, "=: \t")
		}
		if sep < 0 {
			sep = len(line)
		}
		e.key = strings.TrimSpace(line[:sep])
		rest := sep
		for rest < len(line) && (line[rest] == ' ' || line[rest] == '\t' || line[rest] == '=' || line[rest] == ':' && (kind == "curlrc" || kind == "condarc" || kind == "kubeconfig")) {
			e.afterEqual = e.afterEqual || line[rest] != ' ' && line[rest] != '\t'
			rest++
		}
		e.hasValue = rest < len(line) || e.afterEqual
		e.from = start + rest
		switch kind {
		case "aptconf":
			v := strings.TrimRight(line[rest:], "; \t")
			e.to = e.from + len(v)
			e.key = aptKey(strings.ToLower(e.key))
		case "gitconfig":
			if i := strings.IndexAny(line[rest:], "#;"); i >= 0 {
				e.to = e.from + len(strings.TrimRight(line[rest:rest+i], " \t"))
			}
			base, _, _ := strings.Cut(section, " ")
			e.key = base + "." + strings.ToLower(e.key)
		case "npmrc":
			e.key = strings.TrimPrefix(e.key[strings.LastIndexByte(e.key, ':')+1:], "--")
		case "wgetrc":
			e.key = strings.ReplaceAll(strings.ToLower(e.key), "-", "_")
		case "kubeconfig":
			if i := strings.Index(line[rest:], " #"); i >= 0 {
				e.to = e.from + len(strings.TrimRight(line[rest:rest+i], " \t"))
			}
		case "curlrc":
			e.key = strings.TrimPrefix(e.key, "--")
			if i := strings.Index(line, " #"); i >= 0 && i >= rest {
				e.to = e.from + len(strings.TrimRight(line[rest:max(rest, i)], " \t"))
			}
		case "pipconf", "ldapconf", "yumconf", "condarc":
			e.key = strings.ToLower(strings.ReplaceAll(e.key, "-", "_"))
		}
		if e.to-e.from >= 2 && (text[e.from] == '"' || text[e.from] == '\'') && text[e.to-1] == text[e.from] {
			e.from, e.to = e.from+1, e.to-1
		}
		e.value = text[e.from:e.to]
		if len(out) < 4096 {
			out = append(out, e)
		}
	}
	return out
}

// aptKey takes the host out of "acquire::https::host::verify-peer" and its like.
func aptKey(key string) string {
	if !strings.HasPrefix(key, "acquire::https") {
		return key
	}
	for _, last := range []string{"verify-peer", "verify-host"} {
		if strings.Contains(key, "::"+last) {
			return last
		}
	}
	return key
}

// envLines lowers lines NAME=value, as dotenv, docker and systemd read them.
func (l *lowerer) envLines(src *source, c *command) {
	text := src.text.S
	for at := 0; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		next := end + 1
		for end > at && (text[end-1] == '\r' || text[end-1] == ' ' || text[end-1] == '\t') {
			end--
		}
		start := at
		for start < end && (text[start] == ' ' || text[start] == '\t') {
			start++
		}
		lineStart := start
		at = next
		if start >= end || text[start] == '#' {
			continue
		}
		line := text[start:end]
		if rest, ok := strings.CutPrefix(line, "export "); ok {
			start += len(line) - len(strings.TrimLeft(rest, " "))
			line = text[start:end]
		}
		name, _, ok := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !ok || name == "" || strings.ContainsAny(name, " \t\"'") {
			continue
		}
		from := start + strings.IndexByte(line, '=') + 1
		to := end
		for from < to && (text[from] == ' ' || text[from] == '\t') {
			from++
		}
		value := text[from:to]
		if len(value) > 0 && (value[0] == '"' || value[0] == '\'') {
			if i := strings.IndexByte(value[1:], value[0]); i >= 0 {
				from, to = from+1, from+1+i
			}
		} else if i := strings.Index(value, " #"); i >= 0 {
			to = from + len(strings.TrimRight(value[:i], " \t"))
		}
		value = text[from:to]
		l.envLine(name, value, src, entry{key: name, value: value, a: lineStart, z: end, from: from, to: to, hasValue: true}, c)
	}
}

func (l *lowerer) envLine(name, value string, src *source, e entry, c *command) {
	if tool := optionsOf[name]; tool != "" {
		var w word
		for i := e.from; i < e.to; i++ {
			w.add(src.text.S[i], src, i, nil)
		}
		l.optionWords(tool, w, c)
	}
	if maybeConnection(value) {
		var w word
		for i := e.from; i < e.to; i++ {
			w.add(src.text.S[i], src, i, nil)
		}
		l.connection(w, c)
	}
	if !l.setOf(name) {
		return
	}
	n := &ir.Node{Kind: ir.Env, Name: name, Span: src.text.Span(e.a, e.z)}
	konst := ir.Const{Kind: ir.String, Str: value, At: ir.Place{Path: l.doc.Path, Span: src.text.Span(e.from, e.to)}}
	if strings.Contains(value, argv.Unknown) || strings.Contains(value, "$") {
		konst.Kind = ir.Unknown
	}
	n.Value = &ir.Value{Known: true, Closed: true, Const: konst, Span: konst.At.Span}
	n.Syntax = &linePlace{doc: l.doc, src: src, e: e, written: c != nil}
	l.add(n, c, nil)
}
