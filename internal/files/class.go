package files

import (
	"strings"
	"unicode/utf8"
)

// posixClasses are what [:name:] stands for, as pairs of first and last byte.
var posixClasses = map[string]string{
	"alnum": "azAZ09", "alpha": "azAZ", "digit": "09", "lower": "az",
	"upper": "AZ", "xdigit": "09afAF", "blank": "  \t\t", "space": "  \t\r",
	"cntrl": "\x00\x1f\x7f\x7f", "print": " ~", "graph": "!~",
	"punct": "!/:@[`{~",
}

// charClass is the set of characters of a bracket expression.
type charClass struct {
	negate bool
	ascii  [utf8.RuneSelf]bool
	wide   strings.Builder // ranges of other characters, as doublestar writes them
}

// translateClass translates the bracket expression that pattern begins with
// into one that means the same to doublestar; n is its length in bytes. ok is
// false when it matches nothing: it has no end, or an unknown class.
func translateClass(pattern string) (glob string, n int, ok bool) {
	var c charClass
	i := 1
	if strings.HasPrefix(pattern[i:], "!") || strings.HasPrefix(pattern[i:], "^") {
		c.negate = true
		i++
	}
	prev := rune(-1) // what a "-" may continue
	for start := i; i < len(pattern); {
		rest := pattern[i:]
		switch {
		case rest[0] == ']' && i > start:
			glob, ok = c.glob()
			return glob, i + 1, ok
		case strings.HasPrefix(rest, "[:"):
			name, isClass := posixName(rest)
			if !isClass {
				break
			}
			ranges, known := posixClasses[name]
			if !known {
				return "", 0, false
			}
			for j := 0; j < len(ranges); j += 2 {
				c.add(rune(ranges[j]), rune(ranges[j+1]))
			}
			prev = -1
			i += len("[:") + len(name) + len(":]")
			continue
		case rest[0] == '-' && prev >= 0 && len(rest) > 1 && rest[1] != ']':
			last, size := decodeEscaped(rest[1:])
			c.add(prev, last)
			prev = -1
			i += 1 + size
			continue
		}
		char, size := decodeEscaped(rest)
		c.add(char, char)
		prev = char
		i += size
	}
	return "", 0, false
}

// posixName returns NAME if s begins with "[:NAME:]". Otherwise the bracket is
// a character like others.
func posixName(s string) (name string, ok bool) {
	end := strings.IndexByte(s, ']')
	if end < len("[::") || s[end-1] != ':' {
		return "", false
	}
	return s[len("[:") : end-1], true
}

// decodeEscaped returns the first character of s, or the one after a backslash.
func decodeEscaped(s string) (char rune, size int) {
	escape := 0
	if s[0] == '\\' && len(s) > 1 {
		escape = 1
	}
	char, size = utf8.DecodeRuneInString(s[escape:])
	return char, escape + size
}

func (c *charClass) add(first, last rune) {
	for r := first; r <= last && r < utf8.RuneSelf; r++ {
		c.ascii[r] = true
	}
	if last >= utf8.RuneSelf && first <= last {
		c.wide.WriteString(string(max(first, utf8.RuneSelf)) + "-" + string(last))
	}
}

// glob writes the class for doublestar, in which no class may match a slash.
func (c *charClass) glob() (glob string, ok bool) {
	var b strings.Builder
	b.WriteByte('[')
	if c.negate {
		b.WriteByte('^')
	}
	c.ascii['/'] = c.negate
	for r, in := range c.ascii {
		if in {
			b.WriteByte('\\')
			b.WriteByte(byte(r))
			ok = true
		}
	}
	b.WriteString(c.wide.String())
	b.WriteByte(']')
	return b.String(), ok || c.wide.Len() > 0
}
