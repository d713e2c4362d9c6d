package probe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how many characters of a text from the wire are kept.
const maxText = 300

// Clean makes a text from the wire inert: control characters, separators of
// lines, characters that turn the direction of writing or have no width, and bytes
// that are no UTF-8 become escapes such as \x1b, and what is longer than 300
// characters is cut.
func Clean(s string) string {
	var b strings.Builder
	n := 0
	for i, r := range s {
		if n++; n > maxText {
			b.WriteString("…")
			break
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				escape(&b, rune(s[i]))
				continue
			}
		}
		if unicode.IsGraphic(r) && !hidden(r) {
			b.WriteRune(r)
		} else {
			escape(&b, r)
		}
	}
	return b.String()
}

// hidden reports whether a character that counts as graphic cannot be seen.
func hidden(r rune) bool {
	return r != ' ' && unicode.In(r, unicode.Zs) || unicode.In(r, unicode.Cf, unicode.Variation_Selector) ||
		r == '\u3164' || r == '\u115f' || r == '\u1160' || r == '\uffa0' || r == '\u2800'
}

func escape(b *strings.Builder, r rune) {
	const digits = "0123456789abcdef"
	width, mark := 2, byte('x')
	switch {
	case r > 0xffff:
		width, mark = 8, 'U'
	case r > 0xff:
		width, mark = 4, 'u'
	}
	b.WriteByte('\\')
	b.WriteByte(mark)
	for i := width - 1; i >= 0; i-- {
		b.WriteByte(digits[(r>>(4*i))&15])
	}
}
