package fix

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

var utf8BOM = []byte("\xef\xbb\xbf")

// Style tells how a text file is written: bom, whether it begins with a UTF-8
// byte order mark; crlf, whether more of its lines end in CR LF than in LF alone.
func Style(src []byte) (bom, crlf bool) {
	pairs := bytes.Count(src, []byte("\r\n"))
	return bytes.HasPrefix(src, utf8BOM), pairs > bytes.Count(src, []byte("\n"))-pairs
}

// Adapt gives text, whose lines may end either way, the line ends of a CRLF file
// if crlf is true, and else returns it as it is.
func Adapt(text string, crlf bool) string {
	if !crlf {
		return text
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}

// Diff returns the change from old to new as a unified diff with three lines of
// context, "" if there is none. path is the slash path that stands behind a/ and
// b/. CR LF and a missing last line end are kept, so git apply takes the result.
func Diff(path string, old, new []byte) string {
	if bytes.Equal(old, new) {
		return ""
	}
	from, to := label("a/"+path), label("b/"+path)
	before, after := string(old), string(new)
	text, err := udiff.ToUnified(from, to, before, udiff.Lines(before, after), udiff.DefaultContextLines)
	if err != nil {
		// Only inconsistent edits are an error, and one edit of everything is not.
		whole := []udiff.Edit{{Start: 0, End: len(before), New: after}}
		text, err = udiff.ToUnified(from, to, before, whole, udiff.DefaultContextLines)
		if err != nil {
			return fmt.Sprintf("--- %s\n+++ %s\n", from, to)
		}
	}
	return text
}

// label writes a name as git does in a diff's header: quoted if a control
// character, quote or backslash is in it, and with a tab behind it if a space
// is, because patch takes a date for what follows a space.
func label(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f || r == '"' || r == '\\' }) {
		return quoteC(name)
	}
	if strings.Contains(name, " ") {
		return name + "\t"
	}
	return name
}

func quoteC(name string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c < ' ' || c == 0x7f:
			b.WriteByte('\\')
			octal := strconv.FormatInt(int64(c), 8)
			b.WriteString(strings.Repeat("0", 3-len(octal)) + octal)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
