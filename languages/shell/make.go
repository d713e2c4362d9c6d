package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/ir"
)

// maxMakeValue bounds what a variable of make expands to, in bytes.
const maxMakeValue = 8 << 10

// makeReader reads a makefile: its variables, and the recipes with them expanded.
type makeReader struct {
	doc  *Document
	text string
	vars map[string]Text
	out  []*ir.Node
	size int
}

// lowerMake lowers the recipes of a makefile, and the variables that it exports.
func lowerMake(doc *Document, text string) ([]*ir.Node, error) {
	if len(text) > maxScript {
		return nil, errLong
	}
	m := &makeReader{doc: doc, text: text, vars: map[string]Text{}}
	type recipe struct {
		target string
		lines  [][2]int
	}
	type shown struct{ start, end int }
	var recipes []recipe
	var exports []shown
	target := ""
	for at := 0; at < len(text); {
		end := m.lineEnd(at)
		line := text[at:end]
		start := at
		at = min(end+1, len(text))
		if end >= len(text) {
			at = len(text)
		}
		if strings.HasPrefix(line, "\t") {
			if len(recipes) == 0 || recipes[len(recipes)-1].target != target {
				recipes = append(recipes, recipe{target: target})
			}
			r := &recipes[len(recipes)-1]
			r.lines = append(r.lines, [2]int{start + 1, end})
			continue
		}
		if strings.Contains(line, "$(shell ") && !strings.HasPrefix(strings.TrimSpace(line), "#") {
			recipes = append(recipes, recipe{target: "\x00", lines: [][2]int{{start, end}}})
		}
		trimmed := strings.TrimLeft(line, " ")
		indent := len(line) - len(trimmed)
		if trimmed == "" || trimmed[0] == '#' {
			continue
		}
		if rest, ok := strings.CutPrefix(trimmed, "export "); ok {
			off := start + indent + len("export ") + len(rest) - len(strings.TrimLeft(rest, " "))
			if strings.Contains(rest, "=") {
				exports = append(exports, shown{off, end})
			}
			trimmed, indent = strings.TrimLeft(rest, " "), off-start
		}
		if name, from, add, ok := makeAssign(trimmed); ok {
			v := Text{}
			if old, ok := m.vars[name]; add && ok {
				v = old
				if v.From == nil {
					v.spell()
				}
				_, to := v.at(len(v.S))
				v.Add(" ", to, to)
			}
			s := start + indent + from
			m.plain(&v, s, end)
			if len(v.S) <= maxMakeValue {
				m.vars[name] = v
			}
			continue
		}
		if i := strings.IndexByte(trimmed, ':'); i > 0 {
			target = strings.TrimSpace(trimmed[:i])
			if j := strings.IndexByte(trimmed, ';'); j > i {
				recipes = append(recipes, recipe{target: target, lines: [][2]int{{start + indent + j + 1, end}}})
			}
		}
	}
	for _, x := range exports {
		m.export(x.start, x.end)
	}
	for _, r := range recipes {
		var script Builder
		if r.target == "\x00" {
			m.calls(r.lines[0][0], r.lines[0][1])
			continue
		}
		for _, ln := range r.lines {
			a := ln[0]
			for a < ln[1] && strings.IndexByte("@-+ \t", text[a]) >= 0 {
				a++
			}
			a = m.quiet(a, ln[1])
			if n := script.Len(); n > 0 {
				script.Add("\n", script.to[n-1], min(a, len(text)))
			}
			m.expand(&script, a, ln[1], 0)
		}
		if m.size > 4*maxScript {
			break
		}
		m.size += script.Len()
		m.out = append(m.out, Lower(Script{Doc: doc, Text: script.Text(0), Symbol: r.target})...)
	}
	return m.out, nil
}

// quiet skips a variable that stands for @ at the beginning of a line: $(Q)curl.
func (m *makeReader) quiet(a, end int) int {
	if a+1 >= end || m.text[a] != '$' || m.text[a+1] != '(' && m.text[a+1] != '{' {
		return a
	}
	z := closing(m.text[:end], a+1)
	if z < 0 {
		return a
	}
	v, ok := m.vars[m.text[a+2:z]]
	next := z + 1
	switch {
	case ok && strings.Trim(v.S, "@-+ ") == "":
	case (!ok || strings.Contains(v.S, "$")) && syntax.ValidName(m.text[a+2:z]) && next < end && (m.text[next] >= 'a' && m.text[next] <= 'z'):
	default:
		return a
	}
	for next < end && strings.IndexByte("@-+ \t", m.text[next]) >= 0 {
		next++
	}
	return next
}

// calls lowers the commands that $(shell …) runs in a line.
func (m *makeReader) calls(from, to int) {
	const call = "$(shell "
	for from < to {
		i := strings.Index(m.text[from:to], call)
		if i < 0 {
			return
		}
		start := from + i
		end := closing(m.text[:to], start+1)
		if end < 0 {
			return
		}
		var script Builder
		m.expand(&script, start+len(call), end, 0)
		m.out = append(m.out, Lower(Script{Doc: m.doc, Text: script.Text(0)})...)
		from = end
	}
}

// lineEnd is the end of a logical line: a backslash joins it to the next one.
func (m *makeReader) lineEnd(at int) int {
	for i := at; i < len(m.text); i++ {
		if m.text[i] == '\n' {
			j := i
			if j > at && m.text[j-1] == '\r' {
				j--
			}
			if j > at && m.text[j-1] == '\\' {
				continue
			}
			return i
		}
	}
	return len(m.text)
}

// makeAssign reads NAME = value and its like; from is where the value begins.
func makeAssign(line string) (name string, from int, add, ok bool) {
	i := strings.IndexByte(line, '=')
	if i <= 0 {
		return "", 0, false, false
	}
	name = strings.TrimRight(line[:i], " \t:?+!")
	add = strings.HasSuffix(strings.TrimRight(line[:i], " \t"), "+")
	if name == "" || strings.ContainsAny(name, " \t:$(){}\"'") {
		// A variable of one target: "target: NAME = value".
		if j := strings.LastIndexAny(name, ": \t"); j >= 0 && !strings.ContainsAny(name[j+1:], "$(){}\"'") && strings.Contains(name[:j+1], ":") && !strings.Contains(name[:j], "=") {
			name = name[j+1:]
		} else {
			return "", 0, false, false
		}
	}
	from = i + 1
	for from < len(line) && (line[from] == ' ' || line[from] == '\t') {
		from++
	}
	return name, from, add, name != ""
}

// plain adds the text of a value as it stands, without a comment behind it.
func (m *makeReader) plain(t *Text, from, to int) {
	if i := strings.Index(m.text[from:to], " #"); i >= 0 {
		to = from + i
	}
	for to > from && (m.text[to-1] == ' ' || m.text[to-1] == '\t' || m.text[to-1] == '\r') {
		to--
	}
	t.Add(m.text[from:to], from, to)
}

// expand adds text with the variables of make in it replaced.
func (m *makeReader) expand(t *Builder, from, to, depth int) {
	m.expandText(t, Verbatim(m.text[from:to], from), depth)
}

func (m *makeReader) expandText(t *Builder, in Text, depth int) {
	s := in.S
	start := 0
	flush := func(end int) {
		if in.From == nil {
			t.Add(s[start:end], in.Base+start, in.Base+end)
			return
		}
		for i := start; i < end; i++ {
			f, to := in.at(i)
			t.Add(s[i:i+1], f, to)
		}
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '$' || i+1 >= len(s) {
			continue
		}
		f, _ := in.at(i)
		switch c := s[i+1]; {
		case c == '$':
			flush(i)
			_, to := in.at(i + 1)
			t.Add("$", f, to)
			i++
			start = i + 1
		case c == '(' || c == '{':
			end := closing(s, i+1)
			if end < 0 {
				continue
			}
			flush(i)
			name := s[i+2 : end]
			_, to := in.at(end)
			v, ok := m.vars[strings.TrimSpace(name)]
			shellCall := strings.HasPrefix(name, "shell ")
			switch {
			case ok && depth < 6 && t.Len() < maxScript:
				m.expandText(t, v, depth+1)
			case shellCall:
				t.Add("$(", f, f)
				var part Builder
				for j := i + 8; j < end; j++ {
					a, b := in.at(j)
					part.Add(s[j:j+1], a, b)
				}
				if depth < 6 {
					m.expandText(t, part.Text(f), depth+1)
				}
				t.Add(")", to, to)
			case syntax.ValidName(name):
				// From the environment or the command line: the shell asks likewise.
				t.Add("${"+name+"}", f, to)
			default:
				t.Add(string(argv.Hole), f, to)
			}
			i = end
			start = i + 1
		default:
			flush(i)
			_, to := in.at(i + 1)
			t.Add(string(argv.Hole), f, to)
			i++
			start = i + 1
		}
	}
	flush(len(s))
}

// closing is the index of the bracket that closes the one at i.
func closing(s string, i int) int {
	open, close := s[i], byte(')')
	if open == '{' {
		close = '}'
	}
	depth := 0
	for j := i; j < len(s) && j < i+4096; j++ {
		switch s[j] {
		case open:
			depth++
		case close:
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return -1
}

// export lowers NAME = value that make puts into the environment of its recipes.
func (m *makeReader) export(start, end int) {
	name, from, _, ok := makeAssign(m.text[start:end])
	if !ok {
		return
	}
	var v Text
	m.plain(&v, start+from, end)
	l := newLowerer(m.doc, nil, nil, "", [2]int{})
	e := entry{key: name, value: v.S, a: start, z: start + from + len(v.S), from: start + from, to: start + from + len(v.S), hasValue: true}
	l.envLine(name, v.S, &source{text: Verbatim(m.text, 0)}, e, nil)
	m.out = append(m.out, l.out...)
}
