package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// encodeJSON writes v with two spaces of indentation. Besides what JSON must
// escape, it escapes every character that is not printable: a report that is
// looked at in a terminal cannot drive it, and stays the same value. Bytes that
// are not UTF-8 become U+FFFD.
func encodeJSON(b *bytes.Buffer, v any) error {
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	text := plain.Bytes()
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		// The encoder has dealt with everything below: only 0x7f is left of ASCII.
		case r < 0x7f || printable(r):
			b.Write(text[:size])
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
		text = text[size:]
	}
	return nil
}

// list returns s, or an empty slice for nil: consumers get [] and never null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
