package shell

import (
	"errors"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

const (
	// maxScript is the longest script that is read, in bytes.
	maxScript = 1 << 20
	// maxOpen bounds how deep a script may nest: the parser recurses, and a stack
	// that is used up cannot be recovered from. Every level opens something.
	maxOpen = 20000
	// maxResume bounds how often reading begins anew behind an error.
	maxResume = 24
)

var (
	errLong = errors.New("too long: more than 1 MB of shell")
	errDeep = errors.New("nested too deeply")
)

// source is text that bytes of words belong to.
type source struct {
	text    Text
	dialect Dialect
	// argv says that it is no shell text, but an item of a list or a variable of
	// the document.
	argv bool
	// depth counts the scripts around it; nested says that it stands between the
	// quotes of one.
	depth  int
	nested bool
}

// chunk is a run of statements that was read without an error; offsets of its
// nodes count from base in the source's text.
type chunk struct {
	stmts []*syntax.Stmt
	base  int
}

// parse reads a script. What stands behind an error is read anew from the next
// line on; faults counts the errors.
func parse(text string, d Dialect) (chunks []chunk, faults int, err error) {
	if len(text) > maxScript {
		return nil, 0, errLong
	}
	if tooDeep(text) {
		return nil, 0, errDeep
	}
	variant := syntax.LangBash
	switch d {
	case Korn:
		variant = syntax.LangMirBSDKorn
	case Zsh:
		variant = syntax.LangZsh
	}
	base, budget := 0, 4*len(text)+4096
	for try := 0; try <= maxResume && base < len(text) && budget > 0; try++ {
		part := text[base:]
		budget -= len(part)
		p := syntax.NewParser(syntax.Variant(variant), syntax.KeepComments(true))
		c := chunk{base: base}
		var fault error
		for s, err := range p.StmtsSeq(strings.NewReader(part)) {
			if err != nil {
				fault = err
			} else if s != nil {
				c.stmts = append(c.stmts, s)
			}
		}
		chunks = append(chunks, c)
		if fault == nil {
			break
		}
		faults++
		// The next line behind the error; an open quote is reported where it begins.
		at := 0
		var pe syntax.ParseError
		var le syntax.LangError
		switch {
		case errors.As(fault, &pe):
			at = int(pe.Pos.Offset())
		case errors.As(fault, &le):
			at = int(le.Pos.Offset())
		}
		if n := len(c.stmts); n > 0 {
			at = max(at, int(c.stmts[n-1].End().Offset()))
		}
		at = min(max(at, 0), len(part))
		i := strings.IndexByte(part[at:], '\n')
		if i < 0 {
			break
		}
		base += at + i + 1
	}
	return chunks, faults, nil
}

// tooDeep reports whether a script opens so much that it might nest too deeply.
// Long scripts open much and close it again: there the depth itself is looked at.
func tooDeep(text string) bool {
	open := 0
	for _, w := range [...]string{"(", "{", "`", "if ", "if\n", "if\t", "do ", "do\n", "case ", "! ", "[[", "<(", "${", "\"$", "then", "while", "until", "time "} {
		open += strings.Count(text, w)
	}
	if open <= maxOpen {
		return false
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '(', '{', '`':
			depth++
		case ')', '}':
			depth = max(depth-1, 0)
		case '\n':
			// A line that begins at the margin is at the top of most scripts.
			if i+1 < len(text) && (text[i+1] >= 'A' && text[i+1] <= 'z' || text[i+1] == '#') {
				depth = 0
			}
		}
		if depth > maxOpen/10 {
			return true
		}
	}
	return strings.Count(text, "! ! ! ") > maxOpen/10 || strings.Count(text, "if if if") > maxOpen/10 || strings.Count(text, "while while") > maxOpen/10 || strings.Count(text, "time time") > maxOpen/10
}

// Faults counts the errors of a script, for documents that check an edit.
func Faults(text string) int {
	_, n, err := parse(text, Bash)
	if err != nil {
		return 0
	}
	return n
}
