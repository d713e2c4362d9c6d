package shell

import (
	"sort"

	"github.com/tlslint/tlslint/ir"
)

// Text is decoded text, and where each of its bytes stands in a file. Byte i of S
// comes from the bytes [From[i], To[i]) of the file; without From and To, S stands
// in the file as it is, from Base on.
type Text struct {
	S        string
	Base     int
	From, To []int
}

// Verbatim is text that stands in a file as it is, from base on.
func Verbatim(s string, base int) Text { return Text{S: s, Base: base} }

// Add appends text that stands for the bytes [from, to) of the file: as it is
// where the lengths agree, else each of its bytes stands for all of them.
func (t *Text) Add(s string, from, to int) {
	if t.From == nil {
		if t.S == "" && to-from == len(s) {
			t.S, t.Base = s, from
			return
		}
		if to-from == len(s) && t.Base+len(t.S) == from {
			t.S += s
			return
		}
		t.spell()
	}
	same := to-from == len(s)
	for i := range len(s) {
		if same {
			t.From, t.To = append(t.From, from+i), append(t.To, from+i+1)
		} else {
			t.From, t.To = append(t.From, from), append(t.To, to)
		}
	}
	t.S += s
}

// Builder makes a text of many pieces.
type Builder struct {
	b        []byte
	from, to []int
}

// Add appends text that stands for the bytes [from, to) of the file, as Text.Add does.
func (b *Builder) Add(s string, from, to int) {
	same := to-from == len(s)
	for i := range len(s) {
		if same {
			b.from, b.to = append(b.from, from+i), append(b.to, from+i+1)
		} else {
			b.from, b.to = append(b.from, from), append(b.to, to)
		}
	}
	b.b = append(b.b, s...)
}

// Len is how many bytes were added.
func (b *Builder) Len() int { return len(b.b) }

// Text is what was added; base is its place while that is nothing.
func (b *Builder) Text(base int) Text {
	t := Text{S: string(b.b), From: b.from, To: b.to, Base: base}
	if t.From == nil {
		t.From, t.To = []int{}, []int{}
	}
	return t
}

// spell gives every byte a place of its own.
func (t *Text) spell() {
	t.From, t.To = make([]int, len(t.S)), make([]int, len(t.S))
	for i := range t.From {
		t.From[i], t.To[i] = t.Base+i, t.Base+i+1
	}
}

// at is the place of byte i; that of len(S) is empty.
func (t Text) at(i int) (from, to int) {
	if t.From == nil {
		i = min(max(i, 0), len(t.S))
		return t.Base + i, t.Base + min(i+1, len(t.S))
	}
	switch {
	case len(t.From) == 0:
		return t.Base, t.Base
	case i >= len(t.From):
		end := t.To[len(t.To)-1]
		return end, end
	}
	return t.From[i], t.To[i]
}

// Span is where the bytes [start, end) stand in the file.
func (t Text) Span(start, end int) ir.Span {
	from, _ := t.at(start)
	if end <= start {
		return ir.Span{Start: from, End: from}
	}
	_, to := t.at(end - 1)
	return ir.Span{Start: from, End: max(from, to)}
}

// whole reports whether the bytes [start, end) are one piece of the file, so that
// they can be taken out or replaced there. Behind a line's end there may be what a
// document puts before each line: indentation, a comment between the lines.
func (t Text) whole(start, end int) bool {
	if t.From == nil {
		return start <= end && end <= len(t.S)
	}
	if start > end || end > len(t.From) {
		return false
	}
	for i := start + 1; i < end; i++ {
		if t.From[i] == t.To[i-1] || t.From[i] > t.To[i-1] && t.S[i-1] == '\n' {
			continue
		}
		return false
	}
	return true
}

// next reports whether byte i stands directly behind byte i-1.
func (t Text) next(i int) bool {
	if t.From == nil {
		return i > 0 && i < len(t.S)
	}
	return i > 0 && i < len(t.From) && t.From[i] == t.To[i-1]
}

// lineIndex are the offsets at which the lines of a file start.
type lineIndex []int

func linesOf(src []byte) lineIndex {
	lines := lineIndex{0}
	for i, b := range src {
		if b == '\n' {
			lines = append(lines, i+1)
		}
	}
	return lines
}

// line is the 1-based line of an offset.
func (l lineIndex) line(offset int) int {
	return sort.SearchInts(l, offset+1)
}
