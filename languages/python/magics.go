package python

import (
	"bytes"

	"github.com/tlslint/tlslint/internal/lazyregexp"
)

var (
	// pythonCells are the cell magics behind which the cell is Python all the same.
	pythonCells = map[string]bool{
		"time": true, "timeit": true, "capture": true, "prun": true, "memit": true, "mprun": true, "lprun": true,
		"snakeviz": true, "pyinstrument": true, "scalene": true, "python": true, "python3": true, "debug": true,
	}
	cellMagic = lazyregexp.New(`^%%(\w*)`)
	// otherCell is a cell in another language, as Databricks writes it.
	otherCell = lazyregexp.New(`^%(sql|sh|scala|r|md|md-sandbox|fs)[ \t\r]*$`)
	// timed is a line magic in front of a statement.
	timed    = lazyregexp.New(`^%(time|timeit|prun|memit)([ \t]+-\w+([ \t]*\d+)?)*[ \t]+`)
	assigned = lazyregexp.New(`^[ \t]*[A-Za-z_][\w., \t\[\]'"]*=[ \t]*([!%])`)
	asks     = lazyregexp.New(`^[ \t]*(\?.*|[\w.%*]+\?\??)[ \t\r]*$`)
)

// blankMagics writes spaces over what IPython reads itself and Python would not:
// magics, commands of the shell, questions. The length stays, so do line breaks.
// Where Python needs something to stand, that is a 0. It returns the ranges that
// were written over.
func blankMagics(cell []byte) []blankedRange {
	b := blanker{cell: cell}
	for start, first := 0, true; start < len(cell); {
		end := start + lineLength(cell[start:])
		line := cell[start:end]
		if len(bytes.TrimSpace(line)) > 0 && !b.inside() {
			if first && b.wholeCell(line, start) {
				return b.out
			}
			first = false
			if done := b.statement(start, end); done > start {
				start = done
				continue
			}
		}
		b.lex(line)
		start = end
	}
	return b.out
}

// lineLength is the length of the first line with its line break.
func lineLength(text []byte) int {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	return len(text)
}

type blanker struct {
	cell []byte
	out  []blankedRange
	// What a line begins in: open brackets, a string and its quotes, a line that
	// the one before continues into.
	depth     int
	quote     string
	continued bool
}

// inside reports whether the next line goes on with a statement.
func (b *blanker) inside() bool { return b.depth > 0 || b.quote != "" || b.continued }

// blank writes with at the start of a range, and spaces behind it.
func (b *blanker) blank(start, end int, with string) {
	for i := start; i < end; i++ {
		switch c := b.cell[i]; {
		case i-start < len(with):
			b.cell[i] = with[i-start]
		case c != '\n' && c != '\r':
			b.cell[i] = ' '
		}
	}
	b.out = append(b.out, blankedRange{start, end})
}

// wholeCell blanks a cell that is not Python.
func (b *blanker) wholeCell(line []byte, start int) bool {
	name := cellMagic.FindSubmatch(line)
	if name != nil && !pythonCells[string(name[1])] || otherCell.Match(bytes.TrimRight(line, "\n")) {
		b.blank(0, len(b.cell), "")
		return true
	}
	return false
}

// statement blanks a magic at the beginning of a statement and returns where the
// next line begins; start when there is none.
func (b *blanker) statement(start, end int) int {
	line := b.cell[start:end]
	indent := len(line) - len(bytes.TrimLeft(line, " \t"))
	text := bytes.TrimRight(line[indent:], "\r\n")
	with := ""
	if indent > 0 {
		with = "0" // a block must not become empty
	}
	switch m := timed.FindIndex(text); {
	case m != nil && m[1] < len(text):
		b.blank(start+indent, start+indent+m[1], "0;")
		return start
	case text[0] == '%' || text[0] == '!', asks.Match(text):
		return b.rest(start+indent, end, with)
	}
	if m := assigned.FindSubmatchIndex(line); m != nil {
		return b.rest(start+m[2], end, "0")
	}
	return start
}

// rest blanks up to the end of a line and of those that it continues into.
func (b *blanker) rest(start, end int, with string) int {
	for end < len(b.cell) && bytes.HasSuffix(bytes.TrimRight(b.cell[start:end], "\r\n"), []byte(`\`)) {
		end += lineLength(b.cell[end:])
	}
	b.blank(start, end, with)
	return end
}

// lex follows brackets and strings through a line.
func (b *blanker) lex(line []byte) {
	b.continued = false
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case c == '\\':
			i++
			if i < len(line) && line[i] == '\r' {
				i++
			}
			b.continued = i < len(line) && line[i] == '\n'
		case b.quote != "":
			if bytes.HasPrefix(line[i:], []byte(b.quote)) {
				i += len(b.quote) - 1
				b.quote = ""
			} else if c == '\n' && len(b.quote) == 1 {
				b.quote = "" // it was not closed
			}
		case c == '#':
			return
		case c == '"' || c == '\'':
			b.quote = string(c)
			if triple := bytes.Repeat(line[i:i+1], 3); bytes.HasPrefix(line[i:], triple) {
				b.quote = string(triple)
				i += 2
			}
		case c == '(' || c == '[' || c == '{':
			b.depth++
		case c == ')' || c == ']' || c == '}':
			b.depth = max(b.depth-1, 0)
		}
	}
}
