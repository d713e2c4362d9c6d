package yaml

import (
	"bytes"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
)

// action is something of a template language that stands in a file: {{ … }} of
// Go templates, Jinja and GitHub expressions, {% … %} of Jinja, <% … %> of ERB.
type action struct {
	start, end int
	// verb is if, else, end, range, … for what controls, "" for what is put in.
	verb string
	// cond is what stands behind the verb.
	cond string
}

// hole is what overwrites an action that stands within a line: no byte of YAML's
// syntax, and the sign of package argv for what is known only later.
const hole = '\x01'

var brackets = []struct{ open, close string }{{"{{", "}}"}, {"{%", "%}"}, {"{#", "#}"}, {"<%", "%>"}}

// maxAction is how many bytes an action may have: a bracket that is not closed
// within is text.
const maxAction = 4096

var verbs = lazyregexp.New(`^(if|else if|elif|else|elsif|unless|end|endif|endfor|range|with|for|define|block|template)\b`)

// mask overwrites the actions of templates, byte for byte: one that fills its
// lines alone with blanks, any other with holes.
func mask(src []byte) ([]byte, []action) {
	if !bytes.Contains(src, []byte("{{")) && !bytes.Contains(src, []byte("{%")) && !bytes.Contains(src, []byte("<%")) {
		return src, nil
	}
	out := bytes.Clone(src)
	var actions []action
	// none is up to where a closing bracket of a kind is known not to stand.
	none := make([]int, len(brackets))
	for i := 0; i+1 < len(src); i++ {
		if src[i] != '{' && src[i] != '<' {
			continue
		}
		for k, b := range brackets {
			if src[i] != b.open[0] || src[i+1] != b.open[1] {
				continue
			}
			if b.open == "{#" && (i+2 >= len(src) || src[i+2] != ' ') {
				continue
			}
			limit := min(len(src), i+maxAction)
			from := max(i+2, none[k]-1)
			n := -1
			if from < limit {
				n = bytes.Index(src[from:limit], []byte(b.close))
			}
			if n < 0 {
				none[k] = limit
				continue
			}
			end := from + n + 2
			if b.open == "{{" && end < len(src) && src[end] == '}' && src[i+2] != '-' {
				// "}}}": the last two close.
				if strings.Count(string(src[i+2:end]), "{") > strings.Count(string(src[i+2:end-2]), "}") {
					end++
				}
			}
			a := action{start: i, end: end}
			inner := strings.TrimSpace(strings.Trim(string(src[i+2:end-2]), "-+=% \t\r\n"))
			if v := verbs.FindString(inner); v != "" && b.open != "{#" {
				a.verb = v
				a.cond = strings.TrimSpace(inner[len(v):])
			}
			start := i
			if start > 0 && src[start-1] == '$' && b.open == "{{" {
				start--
			}
			actions = append(actions, a)
			fill := byte(hole)
			if alone(src, start, end) {
				fill = ' '
			}
			for j := start; j < end; j++ {
				if out[j] != '\n' && out[j] != '\r' {
					out[j] = fill
				}
			}
			i = end - 1
			break
		}
	}
	return out, actions
}

// alone reports whether nothing else than actions stands on the lines of one.
func alone(src []byte, start, end int) bool {
	for i := start - 1; i >= 0 && src[i] != '\n'; i-- {
		if !isBlank(src[i]) {
			return false
		}
	}
	rest := src[end:min(len(src), end+maxAction)]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	} else if len(rest) == maxAction {
		return false // a line that long is no template's
	}
	rest = bytes.TrimSpace(rest)
	return len(rest) == 0 || rest[0] == '#' || bytes.HasPrefix(rest, []byte("{{")) && bytes.HasSuffix(rest, []byte("}}")) && !bytes.Contains(rest, []byte(": "))
}

// block is the lines between the actions of a condition, and what it says.
type block struct {
	start, end int
	cond       string
	negated    bool
	id         int
}

// blocks are the conditional parts of a file, in the order in which they end.
func blocks(actions []action) []block {
	type open struct {
		verb, cond string
		start      int
		negated    bool
		id         int
	}
	var stack []open
	var out []block
	closeTop := func(at int) open {
		top := stack[len(stack)-1]
		if top.cond != "" {
			out = append(out, block{start: top.start, end: at, cond: top.cond, negated: top.negated, id: top.id})
		}
		return top
	}
	for _, a := range actions {
		switch a.verb {
		case "if", "unless":
			stack = append(stack, open{"if", a.cond, a.end, a.verb == "unless", a.start})
		case "range", "with", "for", "define", "block":
			stack = append(stack, open{verb: a.verb, start: a.end, id: a.start})
		case "else", "else if", "elif", "elsif":
			if len(stack) == 0 {
				continue
			}
			top := closeTop(a.start)
			next := open{top.verb, top.cond, a.end, !top.negated, top.id}
			if a.verb != "else" || strings.HasPrefix(a.cond, "if ") {
				next = open{top.verb, strings.TrimPrefix(a.cond, "if "), a.end, false, a.start}
			}
			stack[len(stack)-1] = next
		case "end", "endif", "endfor":
			if len(stack) > 0 {
				closeTop(a.start)
				stack = stack[:len(stack)-1]
			}
		}
	}
	return out
}
