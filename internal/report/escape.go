package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable tells whether a terminal shows r as itself and does nothing else.
// Controls, bidirectional overrides, zero-width and unassigned characters do
// not qualify: they move the cursor, reorder the line or hide in it.
func printable(r rune) bool {
	return unicode.IsPrint(r) || unicode.Is(unicode.Zs, r)
}

// visibleRune decodes the first character of s and returns how to print it
// without side effects, and the number of bytes it takes in s.
func visibleRune(s string) (text string, size int) {
	r, size := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && size <= 1, r < 0x80 && !printable(r):
		return fmt.Sprintf(`\x%02x`, s[0]), 1
	case printable(r):
		return s[:size], size
	case r <= 0xffff:
		return fmt.Sprintf(`\u%04x`, r), size
	default:
		return fmt.Sprintf(`\U%08x`, r), size
	}
}

// visible returns s with everything that is not printable written out, as
// \x1b or \u202e. Characters in keep stay what they are.
func visible(s, keep string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r == utf8.RuneError || !printable(r) }) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		if strings.IndexByte(keep, s[0]) >= 0 {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		text, size := visibleRune(s)
		b.WriteString(text)
		s = s[size:]
	}
	return b.String()
}

// width is the number of terminal columns that r takes. East Asian wide
// characters and pictographs take two, combining marks none.
func width(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r < 0x1100:
		return 1
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
		r >= 0x3000 && r <= 0x303e, r >= 0xff01 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6,
		r >= 0x1f300 && r <= 0x1faff:
		if r >= 0xff61 && r <= 0xffdc { // half-width Katakana and Hangul
			return 1
		}
		return 2
	default:
		return 1
	}
}

// textWidth is the number of terminal columns that s takes.
func textWidth(s string) int {
	n := 0
	for _, r := range s {
		n += width(r)
	}
	return n
}

// wrap breaks text into lines of at most columns, at spaces. Newlines in text
// stay line breaks; a word that is too long gets a line of its own.
func wrap(text string, columns int) []string {
	var lines []string
	for _, paragraph := range strings.Split(strings.TrimSpace(text), "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			switch {
			case line == "":
				line = word
			case textWidth(line)+1+textWidth(word) <= columns:
				line += " " + word
			default:
				lines = append(lines, line)
				line = word
			}
		}
		lines = append(lines, line)
	}
	return lines
}
