package report

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// GitHub's code scanning tells alerts apart by a hash of the place they stand
// on. Its upload action computes the hash itself and warns when a SARIF file
// brings another value, so these numbers have to be its own
// (github/codeql-action, src/fingerprints.ts).
const (
	hashWindow = 100 // characters that one hash covers
	hashFactor = 37
	hashEnd    = 0xffff // stands for the end of the file
)

// lineHashes returns the hash of every line that GitHub sees, by 1-based line.
// A hash covers the hashWindow UTF-16 code units from the line's start on,
// spaces and tabs left out, every line end as one LF, the end of the file as
// hashEnd and then zeros. It is the polynomial of those units in hashFactor,
// modulo 2^64, in hexadecimal, and the number of times that it has occurred.
func lineHashes(data []byte) map[int]string {
	units, starts := hashUnits(data)
	var leading uint64 = 1 // the weight of the unit that leaves the window
	for range hashWindow {
		leading *= hashFactor
	}
	hashes := make(map[int]string, len(starts))
	seen := map[uint64]int{}
	var hash uint64
	next := 0
	for i := 0; next < len(starts); i++ {
		hash *= hashFactor
		if i < len(units) {
			hash += uint64(units[i])
		}
		if i >= hashWindow && i-hashWindow < len(units) {
			hash -= leading * uint64(units[i-hashWindow])
		}
		if i-hashWindow+1 == starts[next] {
			seen[hash]++
			next++
			hashes[next] = strconv.FormatUint(hash, 16) + ":" + strconv.Itoa(seen[hash])
		}
	}
	return hashes
}

// hashUnits returns the code units that are hashed and the index at which each
// line begins. A lone CR ends a line here, and a file that ends with a line end
// has one more, empty line.
func hashUnits(data []byte) (units []uint16, starts []int) {
	lineStart, afterCR := true, false
	add := func(unit uint16) {
		if lineStart {
			starts = append(starts, len(units))
		}
		lineStart = unit == '\n'
		units = append(units, unit)
	}
	for i := 0; i < len(data); {
		r, size := decodeReplacing(data[i:])
		i += size
		skip := r == ' ' || r == '\t' || r == '\n' && afterCR
		afterCR = r == '\r'
		switch {
		case skip:
		case r == '\r':
			add('\n')
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			add(uint16(high))
			add(uint16(low))
		default:
			add(uint16(r))
		}
	}
	add(hashEnd)
	return units, starts
}

// decodeReplacing decodes one character as browsers and Node do: the longest
// beginning of a sequence that never ends becomes one U+FFFD (Unicode 16.0,
// section 3.9.6), where Go would give one for each of its bytes.
func decodeReplacing(p []byte) (rune, int) {
	r, size := utf8.DecodeRune(p)
	if r != utf8.RuneError || size != 1 {
		return r, size
	}
	want, low, high := 0, byte(0x80), byte(0xbf)
	switch c := p[0]; {
	case c >= 0xc2 && c <= 0xdf:
		want = 2
	case c >= 0xe0 && c <= 0xef:
		want = 3
		if c == 0xe0 {
			low = 0xa0 // no overlong forms
		} else if c == 0xed {
			high = 0x9f // no surrogates
		}
	case c >= 0xf0 && c <= 0xf4:
		want = 4
		if c == 0xf0 {
			low = 0x90
		} else if c == 0xf4 {
			high = 0x8f // nothing above U+10FFFF
		}
	}
	n := 1
	for n < want && n < len(p) && p[n] >= low && p[n] <= high {
		low, high = 0x80, 0xbf
		n++
	}
	return utf8.RuneError, n
}
