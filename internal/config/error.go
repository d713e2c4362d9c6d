package config

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error is one mistake in a configuration.
type Error struct {
	// Path is the file's name, or the flag that the value came from.
	Path string
	// Line and Col are 1-based and Col counts bytes; 0 when there is no place.
	Line, Col int
	// Msg is one line without the place.
	Msg string
	// Detail is what more there is to show, "" or lines without a final newline:
	// the source line with a caret, and a hint.
	Detail string
}

// Error is the one-line form.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Path + ": " + e.Msg
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Col, e.Msg)
}

// place is a stretch of one line. Line and col are 1-based, col and length count bytes.
type place struct{ line, col, length int }

// errorAt makes an error that shows the source; hint may be "".
func (d *document) errorAt(p place, msg, hint string) *Error {
	e := &Error{Path: d.path, Line: p.line, Col: p.col, Msg: msg, Detail: hint}
	if p.line == 0 {
		return e
	}
	e.Detail = d.snippet(p)
	if hint != "" {
		e.Detail += " " + hint
	}
	return e
}

// widest is how many characters of a source line a snippet shows, so that the
// error of a file without line breaks still fits a screen.
const widest = 100

// snippet shows the line of p with a caret under it.
func (d *document) snippet(p place) string {
	d.index()
	n := min(p.line, len(d.starts))
	start, end := d.starts[n-1], d.end(n)
	from := min(start+p.col-1, end)
	to := min(from+max(p.length, 1), end)
	// Four bytes make a character at most. A file may be one line with a mistake
	// in each of its hundred thousand words, so only a window is ever looked at.
	before := printable(d.src[max(start, from-4*widest):from])
	marked := clip(printable(d.src[from:min(to, from+4*widest)]), widest/2)
	if runes := []rune(before); len(runes) > widest/2 {
		before = "..." + string(runes[len(runes)-widest/2:])
	}
	room := max(0, widest-utf8.RuneCountInString(before+marked))
	after := clip(printable(d.src[to:min(end, to+4*widest)]), room)
	gutter := fmt.Sprintf("%4d | ", p.line)
	caret := strings.Repeat("^", max(1, utf8.RuneCountInString(marked)))
	return gutter + before + marked + after + "\n" +
		strings.Repeat(" ", len(gutter)-2) + "| " + blanks(before) + caret
}

func clip(text string, runes int) string {
	if utf8.RuneCountInString(text) <= runes {
		return text
	}
	return string([]rune(text)[:runes]) + "..."
}

// printable replaces what could move the cursor of a terminal: the text comes
// from a file that somebody else wrote.
func printable[T string | []byte](text T) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || unicode.IsPrint(r) {
			return r
		}
		return utf8.RuneError
	}, string(text))
}

// blanks is white space as wide as text; tabs stay, so that it does not matter how wide they are.
func blanks(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, text)
}

// suggest finds the candidate that was probably meant, "" if none is near.
func suggest(word string, candidates []string) string {
	best, bestDistance := "", max(1, len(word)/3)+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours between two words. Long words are cut: nobody mistypes a key into
// a kilobyte, and the time is quadratic.
func distance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			n := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				n = min(n, rows[i-2][j-2]+1)
			}
			rows[i][j] = n
		}
	}
	return rows[len(a)][len(b)]
}
