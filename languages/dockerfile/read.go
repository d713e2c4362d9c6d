package dockerfile

import (
	"encoding/json"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages/shell"
)

// instruction is one instruction with what it says.
type instruction struct {
	// name is in upper case: RUN. ONBUILD is taken away.
	name string
	// text is what follows the name, as a shell would read it: comments between
	// continued lines are gone, the escape character is a backslash.
	text shell.Text
	// start and end are the bytes of the file, with the line's end and the bodies of
	// its here-documents.
	start, end int
	heredocs   []heredoc
}

// heredoc is a document that an instruction carries.
type heredoc struct {
	name       string
	start, end int // of the body
	// quoted says that nothing in it is expanded.
	quoted bool
}

// comment is a comment line.
type comment struct{ start, end int }

// read splits a file into instructions (the Dockerfile reference).
func read(src string) (list []instruction, comments []comment) {
	escape := byte('\\')
	at := 0
	if strings.HasPrefix(src, "\xef\xbb\xbf") {
		at = 3
	}
	directives := true
	for at < len(src) {
		start, end, next := lineAt(src, at)
		line := src[start:end]
		trimmed := strings.TrimLeft(line, " \t")
		if trimmed == "" {
			at = next
			directives = directives && false
			continue
		}
		if trimmed[0] == '#' {
			if directives {
				if name, value, ok := strings.Cut(strings.TrimSpace(trimmed[1:]), "="); ok && !strings.ContainsAny(strings.TrimSpace(name), " \t") {
					if v := strings.TrimSpace(value); strings.EqualFold(strings.TrimSpace(name), "escape") && (v == "`" || v == `\`) {
						escape = v[0]
					}
				} else {
					directives = false
				}
			}
			comments = append(comments, comment{end - len(trimmed), end})
			at = next
			continue
		}
		directives = false
		var in instruction
		in, at = readOne(src, end-len(trimmed), escape, &comments)
		list = append(list, in)
	}
	return list, comments
}

// lineAt is the line at an offset: without its end, and where the next one begins.
func lineAt(src string, at int) (start, end, next int) {
	i := strings.IndexByte(src[at:], '\n')
	if i < 0 {
		return at, len(src), len(src)
	}
	end = at + i
	if end > at && src[end-1] == '\r' {
		return at, end - 1, at + i + 1
	}
	return at, end, at + i + 1
}

// readOne reads the instruction that begins at an offset.
func readOne(src string, at int, escape byte, comments *[]comment) (instruction, int) {
	in := instruction{start: at}
	var b shell.Builder
	first := true
	for at < len(src) {
		start, end, next := lineAt(src, at)
		line := src[start:end]
		trimmed := strings.TrimLeft(line, " \t")
		if !first && (trimmed == "" || trimmed[0] == '#') {
			// Between continued lines: a comment, or a line that should not be there.
			if trimmed != "" {
				*comments = append(*comments, comment{end - len(trimmed), end})
			}
			at = next
			in.end = at
			continue
		}
		first = false
		body := strings.TrimRight(line, " \t")
		at, in.end = next, next
		if body != "" && body[len(body)-1] == escape && next < len(src) {
			b.Add(body[:len(body)-1], start, start+len(body)-1)
			b.Add(`\`, start+len(body)-1, start+len(body))
			b.Add("\n", start+len(body), next)
			continue
		}
		if body != "" && body[len(body)-1] == escape {
			body = body[:len(body)-1] // the file ends behind it
		}
		b.Add(line[:len(body)], start, start+len(body))
		break
	}
	t := b.Text(in.start)
	i := 0
	for i < len(t.S) && t.S[i] > ' ' {
		i++
	}
	in.name = strings.ToUpper(t.S[:i])
	in.text = cut(t, skipBlanks(t.S, i), len(t.S))
	if in.name == "ONBUILD" {
		j := 0
		for j < len(in.text.S) && in.text.S[j] > ' ' {
			j++
		}
		in.name = strings.ToUpper(in.text.S[:j])
		in.text = cut(in.text, skipBlanks(in.text.S, j), len(in.text.S))
	}
	switch in.name {
	case "RUN", "COPY", "ADD":
		if !strings.HasPrefix(in.text.S, "[") {
			for _, h := range heredocsOf(in.text.S) {
				if at, in.end = h.find(src, at); at < 0 {
					return in, len(src)
				}
				in.heredocs = append(in.heredocs, h.heredoc)
			}
		}
	}
	return in, at
}

// skipBlanks is the offset of what follows blanks and continued line ends.
func skipBlanks(s string, i int) int {
	for i < len(s) {
		switch {
		case s[i] == ' ' || s[i] == '\t' || s[i] == '\n':
			i++
		case s[i] == '\\' && i+1 < len(s) && s[i+1] == '\n':
			i += 2
		default:
			return i
		}
	}
	return i
}

// cut is a part of a text.
func cut(t shell.Text, from, to int) shell.Text {
	if t.From == nil {
		return shell.Verbatim(t.S[from:to], t.Base+from)
	}
	return shell.Text{S: t.S[from:to], From: t.From[from:to], To: t.To[from:to], Base: t.Span(from, from).Start}
}

type opener struct {
	heredoc
	tabs bool
}

// heredocsOf are the here-documents that a line opens.
func heredocsOf(s string) []opener {
	var out []opener
	var quote byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '<' && i+2 < len(s) && s[i+1] == '<' && s[i+2] == '<':
			i += 2
		case c == '<' && i+2 < len(s) && s[i+1] == '<':
			j := i + 2
			var o opener
			if s[j] == '-' {
				o.tabs = true
				j++
			}
			if j < len(s) && (s[j] == '"' || s[j] == '\'') {
				o.quoted = true
				k := strings.IndexByte(s[j+1:], s[j])
				if k < 0 {
					continue
				}
				o.name, j = s[j+1:j+1+k], j+k+2
			} else {
				k := j
				for k < len(s) && (s[k] >= 'a' && s[k] <= 'z' || s[k] >= 'A' && s[k] <= 'Z' || s[k] >= '0' && s[k] <= '9' || s[k] == '_' || s[k] == '.') {
					k++
				}
				o.name, j = s[j:k], k
			}
			if o.name != "" && len(out) < 16 {
				out = append(out, o)
			}
			i = j - 1
		}
	}
	return out
}

// find reads the body at an offset; it returns where what follows begins, twice, -1
// where the file ends before the body does.
func (o *opener) find(src string, at int) (int, int) {
	o.start = at
	for at < len(src) {
		start, end, next := lineAt(src, at)
		line := src[start:end]
		if o.tabs {
			line = strings.TrimLeft(line, "\t")
		}
		if line == o.name {
			o.end = start
			return next, next
		}
		at = next
	}
	o.end = len(src)
	return -1, len(src)
}

// jsonWords reads ["a", "b"]; ok is false when the text is no list of strings.
func jsonWords(t shell.Text) (words []shell.Text, items []ir.Span, ok bool) {
	s := strings.TrimRight(t.S, " \t\r\n")
	if !strings.HasPrefix(s, "[") || !strings.HasSuffix(s, "]") {
		return nil, nil, false
	}
	var plain []string
	if json.Unmarshal([]byte(strings.NewReplacer("\\\n", " ").Replace(s)), &plain) != nil {
		return nil, nil, false
	}
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		w, end, ok := jsonString(t, s, i)
		if !ok || len(words) > 4096 {
			return nil, nil, false
		}
		words, items = append(words, w), append(items, t.Span(i, end))
		i = end - 1
	}
	return words, items, len(words) == len(plain)
}

// jsonString decodes the string at an offset.
func jsonString(t shell.Text, s string, at int) (w shell.Text, end int, ok bool) {
	var b shell.Builder
	add := func(text string, from, to int) {
		sp := t.Span(from, to)
		for i := range len(text) {
			b.Add(text[i:i+1], sp.Start, sp.End)
		}
	}
	for i := at + 1; i < len(s); {
		switch c := s[i]; c {
		case '"':
			return b.Text(t.Span(at+1, at+1).Start), i + 1, true
		case '\\':
			if i+1 >= len(s) {
				return w, 0, false
			}
			if s[i+1] == '\n' {
				i += 2
				continue
			}
			if s[i+1] == 'u' {
				r, n := unicodeEscape(s[i:])
				if n == 0 {
					return w, 0, false
				}
				add(string(r), i, i+n)
				i += n
				continue
			}
			j := strings.IndexByte(`"\/bfnrt`, s[i+1])
			if j < 0 {
				return w, 0, false
			}
			add("\"\\/\b\f\n\r\t"[j:j+1], i, i+2)
			i += 2
		default:
			add(s[i:i+1], i, i+1)
			i++
		}
	}
	return w, 0, false
}

func unicodeEscape(s string) (rune, int) {
	hex := func(s string) (rune, bool) {
		if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
			return 0, false
		}
		var r rune
		for _, c := range []byte(s[2:6]) {
			switch {
			case c >= '0' && c <= '9':
				r = r<<4 | rune(c-'0')
			case c >= 'a' && c <= 'f':
				r = r<<4 | rune(c-'a'+10)
			case c >= 'A' && c <= 'F':
				r = r<<4 | rune(c-'A'+10)
			default:
				return 0, false
			}
		}
		return r, true
	}
	r, ok := hex(s)
	if !ok {
		return 0, 0
	}
	if utf16.IsSurrogate(r) {
		if low, ok := hex(s[6:]); ok {
			if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
				return both, 12
			}
		}
		return utf8.RuneError, 6
	}
	return r, 6
}

// pair is a variable that ENV or ARG sets.
type pair struct {
	name string
	// value is without its quotes; from and to are the pair in the text.
	value    shell.Text
	from, to int
	has      bool
}

// pairs reads what follows ENV or ARG: NAME=value NAME="value", or NAME value.
func pairs(t shell.Text, arg bool) []pair {
	s := t.S
	i := skipBlanks(s, 0)
	eq, blank := strings.IndexByte(s[i:], '='), strings.IndexAny(s[i:], " \t\n")
	if !arg && blank >= 0 && (eq < 0 || blank < eq) {
		// The old form: all that follows is the value.
		p := pair{name: s[i : i+blank], from: i, to: len(strings.TrimRight(s, " \t\r\n")), has: true}
		v := skipBlanks(s, i+blank)
		if v >= p.to || strings.HasSuffix(p.name, `\`) {
			return nil
		}
		p.value = unquoted(t, v, p.to)
		return []pair{p}
	}
	var out []pair
	for i < len(s) && len(out) < 4096 {
		p := pair{from: i}
		var quote byte
		end := i
	scan:
		for end < len(s) {
			switch c := s[end]; {
			case c == '\\' && end+1 < len(s) && s[end+1] == '\n' && quote == 0 && atBlank(s, end+2):
				break scan
			case c == '\\' && end+1 < len(s) && quote != '\'':
				end++
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == ' ' || c == '\t' || c == '\n':
				break scan
			}
			end++
		}
		end = min(end, len(s))
		p.to = end
		name, _, ok := strings.Cut(s[i:end], "=")
		p.name = strings.Trim(name, `"'`)
		if p.has = ok; ok {
			p.value = unquoted(t, i+len(name)+1, end)
		}
		if p.name != "" {
			out = append(out, p)
		}
		next := skipBlanks(s, end)
		if next == i {
			break
		}
		i = next
	}
	return out
}

func atBlank(s string, i int) bool {
	return i >= len(s) || s[i] == ' ' || s[i] == '\t' || s[i] == '\n'
}

// unquoted is a value without quotes and escapes.
func unquoted(t shell.Text, from, to int) shell.Text {
	s := t.S
	if to-from >= 2 && (s[from] == '"' || s[from] == '\'') && s[to-1] == s[from] && !strings.ContainsAny(s[from+1:to-1], "\"'\\") {
		return cut(t, from+1, to-1)
	}
	if !strings.ContainsAny(s[from:to], "\"'\\") {
		return cut(t, from, to)
	}
	var out shell.Builder
	var quote byte
	for i := from; i < to; i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < to && quote != '\'':
			i++
			if s[i] == '\n' {
				continue
			}
			c = s[i]
		case quote != 0 && c == quote:
			quote = 0
			continue
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
			continue
		}
		sp := t.Span(i, i+1)
		out.Add(string([]byte{c}), sp.Start, sp.End)
	}
	return out.Text(t.Span(from, from).Start)
}
