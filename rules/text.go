package rules

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// Text renders the rule for a terminal that is width columns wide: headings
// bold, code indented, paragraphs and lists wrapped. A width of 0 or less wraps
// nothing; code and URLs are never broken. With color false no escape sequence
// is written and inline code keeps its quotes. The text ends in one line end.
func Text(r Rule, width int, color bool) string {
	p := printer{width: width, color: color}
	for _, b := range blocks(r.Body) {
		p.block(b)
		if b.kind == heading && strings.HasPrefix(b.lines[0], "# ") {
			p.flow(r.facts(), "", "")
			p.out.WriteByte('\n')
		}
	}
	return strings.TrimRight(p.out.String(), "\n") + "\n"
}

// facts is the metadata as one line: high, CWE-295, ASVS 5.0: 12.3.2, ...
func (r Rule) facts() string {
	parts := []string{"severity " + r.Severity.String()}
	if r.CWE != "" {
		parts = append(parts, r.CWE)
	}
	for _, m := range []struct {
		name    string
		numbers []string
	}{{"ASVS 5.0", r.ASVS5}, {"ASVS 4.0", r.ASVS4}, {"PCI DSS 4.0.1", r.PCI}} {
		if len(m.numbers) > 0 {
			parts = append(parts, m.name+": "+strings.Join(m.numbers, ", "))
		}
	}
	return strings.Join(parts, " | ")
}

type kind int

const (
	paragraph kind = iota
	heading
	item
	code
)

// block is a part of a document that is laid out as one: the lines of code, or
// the lines of one heading, paragraph or list item.
type block struct {
	kind  kind
	lines []string
}

// blocks splits the Markdown that rule documents use: headings with #, items
// with "- ", fences of ```, and paragraphs.
func blocks(markdown string) []block {
	var all []block
	var open *block // nil: the next line begins a block
	for line := range strings.SplitSeq(markdown, "\n") {
		fenced := strings.HasPrefix(line, "```")
		switch {
		case open != nil && open.kind == code:
			if fenced {
				open = nil
			} else {
				open.lines = append(open.lines, line)
			}
			continue
		case strings.TrimSpace(line) == "":
			open = nil
			continue
		}
		k := paragraph
		switch {
		case fenced:
			k, line = code, ""
		case strings.HasPrefix(line, "#"):
			k = heading
		case strings.HasPrefix(line, "- "):
			k, line = item, line[2:]
		case open != nil:
			open.lines = append(open.lines, strings.TrimSpace(line))
			continue
		}
		b := block{kind: k}
		if k != code {
			b.lines = []string{line}
		}
		all = append(all, b)
		open = &all[len(all)-1]
		if k == heading {
			open = nil
		}
	}
	return all
}

type printer struct {
	out   strings.Builder
	width int
	color bool
	last  kind
}

const (
	bold  = "\x1b[1m"
	faint = "\x1b[2m"
	cyan  = "\x1b[36m"
	reset = "\x1b[0m"
)

func (p *printer) block(b block) {
	if p.last == item && b.kind != item {
		p.out.WriteByte('\n')
	}
	p.last = b.kind
	switch b.kind {
	case heading:
		p.out.WriteString(p.paint(bold, strings.TrimLeft(b.lines[0], "# ")) + "\n")
	case code:
		for _, line := range b.lines {
			if line != "" {
				line = "    " + p.paint(faint, line)
			}
			p.out.WriteString(line + "\n")
		}
		p.out.WriteByte('\n')
	case item:
		p.flow(strings.Join(b.lines, " "), "  - ", "    ")
	default:
		p.flow(strings.Join(b.lines, " "), "", "")
		p.out.WriteByte('\n')
	}
}

func (p *printer) paint(with, text string) string {
	if !p.color {
		return text
	}
	return with + text + reset
}

// flow writes text wrapped, its first line after first and the others after rest.
func (p *printer) flow(text, first, rest string) {
	column := 0
	for i, word := range p.words(text) {
		n := visible(word)
		switch {
		case i == 0:
			p.out.WriteString(first)
			column = len(first)
		case p.width > 0 && column+1+n > p.width:
			p.out.WriteString("\n" + rest)
			column = len(rest)
		default:
			p.out.WriteByte(' ')
			column++
		}
		p.out.WriteString(word)
		column += n
	}
	p.out.WriteByte('\n')
}

var (
	link   = regexp.MustCompile(`\[([^\]]+)\]\(([^)\s]+)\)`)
	angle  = regexp.MustCompile(`<(https?://[^>\s]+)>`)
	escape = regexp.MustCompile("\x1b\\[[0-9]*m")
)

// glue stands for a space at which no line may end, until the words are split.
const glue = "\x00"

// words resolves inline markup and splits at white space. Short inline code
// stays one word, so that a command is not broken without need.
func (p *printer) words(text string) []string {
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		if i%2 == 0 {
			b.WriteString(p.prose(part))
		} else {
			b.WriteString(p.inlineCode(part))
		}
	}
	words := strings.Fields(b.String())
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], glue, " ")
	}
	return words
}

func (p *printer) prose(text string) string {
	text = link.ReplaceAllString(text, "$1 ($2)")
	text = angle.ReplaceAllString(text, "$1")
	parts := strings.Split(text, "**")
	for i := 1; i < len(parts); i += 2 {
		parts[i] = p.paintWords(bold, parts[i])
	}
	return strings.Join(parts, "")
}

// longestUnbroken is how many columns of inline code are kept on one line.
const longestUnbroken = 40

func (p *printer) inlineCode(text string) string {
	short := utf8.RuneCountInString(text) <= longestUnbroken
	switch {
	case !p.color:
		text = "`" + text + "`"
	case short:
		text = p.paint(cyan, text)
	default:
		text = p.paintWords(cyan, text)
	}
	if short {
		text = strings.ReplaceAll(text, " ", glue)
	}
	return text
}

// paintWords paints word by word: a line may end between them, and a pager that
// shows only the second line would have lost the colour.
func (p *printer) paintWords(with, text string) string {
	words := strings.Fields(text)
	for i := range words {
		words[i] = p.paint(with, words[i])
	}
	return strings.Join(words, " ")
}

func visible(word string) int { return utf8.RuneCountInString(escape.ReplaceAllString(word, "")) }
