package javascript

import (
	"bytes"

	"github.com/tlslint/tlslint/internal/lazyregexp"
)

var (
	scriptTag = lazyregexp.New(`(?i)<script\b([^>]*)>`)
	scriptEnd = lazyregexp.New(`(?i)</script\s*>`)
	typedTag  = lazyregexp.New(`(?i)\blang\s*=\s*["']?(ts|tsx|typescript)\b`)
)

// scripts blanks what of a component is no script, byte for byte, so that every
// offset stays. typed says that a block is TypeScript.
func scripts(data []byte, ext string) (text []byte, typed bool) {
	text = bytes.Repeat([]byte{' '}, len(data))
	for i, b := range data {
		if b == '\n' || b == '\r' {
			text[i] = b
		}
	}
	keep := func(from, to int) {
		copy(text[from:to], data[from:to])
		if to < len(text) {
			text[to] = ';' // one block does not go on in the next
		}
	}
	if ext == ".astro" && bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("---")) {
		from := bytes.Index(data, []byte("---")) + 3
		if end := bytes.Index(data[from:], []byte("\n---")); end >= 0 {
			keep(from, from+end+1)
			typed = true
		}
	}
	for at := 0; at < len(data); {
		tag := scriptTag.FindSubmatchIndex(data[at:])
		if tag == nil {
			break
		}
		from := at + tag[1]
		typed = typed || typedTag.Match(data[at+tag[2]:at+tag[3]])
		to, next := len(data), len(data)
		if end := scriptEnd.FindIndex(data[from:]); end != nil {
			to, next = from+end[0], from+end[1]
		}
		if bytes.HasSuffix(data[at+tag[2]:at+tag[3]], []byte("/")) {
			to, next = from, from
		}
		keep(from, to)
		at = next
	}
	return text, typed
}
