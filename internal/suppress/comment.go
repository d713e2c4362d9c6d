// Package suppress decides which findings a person has already answered for.
//
// The comments of a file come in (every language gives its own) and become
// directives: ours, and those of other tools. Directives, the [[suppress]]
// tables of the configuration and findings come in; the findings go out marked,
// lowered or with the note that their suppression has expired, together with
// findings about the suppressions themselves (TLS901 to TLS905).
package suppress

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
)

// Comment is one comment of a source file.
type Comment struct {
	// Text is the comment as it stands in the file, with its signs.
	Text string
	Span finding.Span
	// Path is the file's path as findings have it.
	Path string
	// GroupEnd is the 1-based last line of the group of comment-only lines that
	// this comment is in; 0 when code stands on one of its lines. Group sets it.
	GroupEnd int
}

// Directives finds every directive in the comments of one file. The comments
// need Text and Span; the result is in the order of the file.
func Directives(path string, src []byte, comments []Comment) []Directive {
	comments = slices.Clone(comments)
	Group(comments, src)
	var all []Directive
	for _, c := range comments {
		c.Path = path
		all = append(all, Parse(c)...)
	}
	return all
}

// Group sorts the comments of one file by offset and sets the GroupEnd of each:
// a group is a run of consecutive lines that hold nothing but comments.
func Group(comments []Comment, src []byte) {
	slices.SortStableFunc(comments, func(a, b Comment) int {
		return cmp.Compare(a.Span.Start.Offset, b.Span.Start.Offset)
	})
	alone := aloneOnLines(comments, src)
	for i := 0; i < len(comments); {
		if !alone[i] {
			comments[i].GroupEnd = 0
			i++
			continue
		}
		j := i + 1
		for j < len(comments) && alone[j] && comments[j].Span.Start.Line <= comments[j-1].lastLine()+1 {
			j++
		}
		end := comments[j-1].lastLine()
		for ; i < j; i++ {
			comments[i].GroupEnd = end
		}
	}
}

// aloneOnLines says of each comment whether its lines hold nothing but comments.
func aloneOnLines(comments []Comment, src []byte) []bool {
	code := map[int]bool{} // lines of comments on which code stands too
	for i, c := range comments {
		start := clamp(c.Span.Start.Offset, src)
		from := bytes.LastIndexByte(src[:start], '\n') + 1
		if i > 0 {
			from = max(from, min(comments[i-1].end(src), start))
		}
		if !blank(src[from:start]) {
			code[c.Span.Start.Line] = true
		}
		end := c.end(src)
		to := len(src)
		if n := bytes.IndexByte(src[end:], '\n'); n >= 0 {
			to = end + n
		}
		if i+1 < len(comments) {
			to = min(to, max(end, clamp(comments[i+1].Span.Start.Offset, src)))
		}
		if !blank(src[end:to]) {
			code[c.lastLine()] = true
		}
	}
	alone := make([]bool, len(comments))
	for i, c := range comments {
		alone[i] = !code[c.Span.Start.Line] && !code[c.lastLine()]
	}
	return alone
}

// Some grammars count the line break to a line comment; its last line is the
// one before all the same.
func (c Comment) trimmed() string { return strings.TrimRight(c.Text, "\r\n") }

func (c Comment) lastLine() int { return c.Span.Start.Line + strings.Count(c.trimmed(), "\n") }

// end is the offset behind the comment. The span decides, not the text: a
// parser may have taken carriage returns out of the text.
func (c Comment) end(src []byte) int {
	start, end := clamp(c.Span.Start.Offset, src), clamp(c.Span.End.Offset, src)
	if end < start {
		return start
	}
	return start + len(bytes.TrimRight(src[start:end], "\r\n"))
}

func clamp(offset int, src []byte) int { return min(max(offset, 0), len(src)) }

func blank(b []byte) bool { return len(bytes.TrimSpace(b)) == 0 }

// Style says how comments look in a format that has no lexer of its own.
type Style struct {
	// Line are the signs that begin a comment up to the end of the line.
	Line []string
	// Open and Close enclose a comment over lines; both "" if there is none.
	Open, Close string
	// Quotes are the bytes that enclose a string within a line.
	Quotes string
}

// The styles of the data formats.
var (
	Hash   = Style{Line: []string{"#"}, Quotes: `"'`}
	Slash  = Style{Line: []string{"//"}, Open: "/*", Close: "*/", Quotes: `"'`}
	Both   = Style{Line: []string{"#", "//"}, Open: "/*", Close: "*/", Quotes: `"`}
	INI    = Style{Line: []string{"#", ";"}, Quotes: `"`}
	Dash   = Style{Line: []string{"--"}, Open: "/*", Close: "*/", Quotes: `"'`}
	Markup = Style{Open: "<!--", Close: "-->"}
)

// Comments finds the comments of a file in a simple style. A sign counts at the
// beginning of a line and behind white space or punctuation, so that neither a
// URL nor a fragment is a comment, and not within a string. A quote that the
// line does not close is an apostrophe.
func Comments(src []byte, style Style) []Comment {
	l := lexer{src: src, style: style, line: 1}
	for l.i < len(src) {
		l.step()
	}
	return l.comments
}

type lexer struct {
	src      []byte
	style    Style
	i        int
	line     int
	start    int // offset of the line
	comments []Comment
}

func (l *lexer) step() {
	c := l.src[l.i]
	switch {
	case c == '\n':
		l.i++
		l.line++
		l.start = l.i
	case l.style.Open != "" && bytes.HasPrefix(l.src[l.i:], []byte(l.style.Open)):
		end := len(l.src)
		inside := l.i + len(l.style.Open)
		if n := bytes.Index(l.src[inside:], []byte(l.style.Close)); n >= 0 {
			end = inside + n + len(l.style.Close)
		}
		l.add(end)
	case l.lineSign():
		l.add(l.lineEnd())
	case strings.IndexByte(l.style.Quotes, c) >= 0:
		l.i = l.quoted(c)
	default:
		l.i++
	}
}

func (l *lexer) lineSign() bool {
	if l.i > l.start && strings.IndexByte(" \t,;(){}[]\"'", l.src[l.i-1]) < 0 {
		return false
	}
	for _, sign := range l.style.Line {
		if bytes.HasPrefix(l.src[l.i:], []byte(sign)) {
			return true
		}
	}
	return false
}

// lineEnd is the offset of the line's end, in front of its line break.
func (l *lexer) lineEnd() int {
	end := len(l.src)
	if n := bytes.IndexByte(l.src[l.i:], '\n'); n >= 0 {
		end = l.i + n
	}
	if end > l.i && l.src[end-1] == '\r' {
		end--
	}
	return end
}

// quoted is the offset behind the string that begins here, or behind the quote
// if the line does not close it.
func (l *lexer) quoted(quote byte) int {
	for i, end := l.i+1, l.lineEnd(); i < end; i++ {
		switch {
		case l.src[i] == '\\' && quote == '"':
			i++
		case l.src[i] == quote:
			return i + 1
		}
	}
	return l.i + 1
}

func (l *lexer) add(end int) {
	text := l.src[l.i:end]
	from := finding.Position{Offset: l.i, Line: l.line, Column: l.i - l.start + 1}
	l.line += bytes.Count(text, []byte("\n"))
	if n := bytes.LastIndexByte(text, '\n'); n >= 0 {
		l.start = l.i + n + 1
	}
	l.i = end
	to := finding.Position{Offset: end, Line: l.line, Column: end - l.start + 1}
	l.comments = append(l.comments, Comment{Text: string(text), Span: finding.Span{Start: from, End: to}})
}
