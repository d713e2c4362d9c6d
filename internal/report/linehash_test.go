package report

import (
	"fmt"
	"math/rand"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// plainHashes computes the hashes from the definition: for every line the sum
// over its window, written down without a rolling hash.
func plainHashes(text string) []string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	var all []string
	seen := map[string]int{}
	lines := strings.SplitAfter(text, "\n")
	for i := range lines {
		rest := strings.Join(lines[i:], "")
		rest = strings.NewReplacer(" ", "", "\t", "").Replace(rest)
		window := append(utf16.Encode([]rune(rest)), hashEnd)
		var sum uint64
		for k := range hashWindow {
			sum *= hashFactor
			if k < len(window) {
				sum += uint64(window[k])
			}
		}
		hash := strconv.FormatUint(sum, 16)
		seen[hash]++
		all = append(all, fmt.Sprintf("%s:%d", hash, seen[hash]))
	}
	return all
}

func TestLineHashes(t *testing.T) {
	tests := map[string]string{
		"empty":            "",
		"one line":         "a",
		"ends with LF":     "a\n",
		"CRLF":             "a\r\n\r\nb\r\n",
		"lone CR":          "a\rb\r\rc",
		"mixed":            "a\r\n\n\rb\n\r\n",
		"white space":      " \t a\tb \n\t\n  ",
		"repeated":         strings.Repeat("the same line again\n", 30),
		"long lines":       strings.Repeat(strings.Repeat("x", 250)+"\n", 4),
		"exactly a window": strings.Repeat("y", hashWindow-1) + "\n" + strings.Repeat("z", hashWindow),
		"beyond ASCII":     "prüfung ä€\n😀💶 全て\n",
		"the sample":       pySource,
	}
	random := rand.New(rand.NewSource(1))
	for i := range 50 {
		var b strings.Builder
		for range random.Intn(600) {
			b.WriteByte("ab \t\n\n{}"[random.Intn(8)])
		}
		tests["random "+strconv.Itoa(i)] = b.String()
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			want := plainHashes(text)
			got := lineHashes([]byte(text))
			if len(got) != len(want) {
				t.Fatalf("%d hashes, want %d", len(got), len(want))
			}
			for i, w := range want {
				if got[i+1] != w {
					t.Errorf("line %d: %s, want %s", i+1, got[i+1], w)
				}
			}
		})
	}
}

// The end of a file alone has this hash in every repository on GitHub.
func TestLineHashOfAnEmptyFile(t *testing.T) {
	if got := lineHashes(nil); len(got) != 1 || got[1] != "c129715d7a2bc9a3:1" {
		t.Errorf("got %v", got)
	}
}

// A CR, a space and an LF are two line ends: only the LF right after a CR is
// part of the same one.
func TestLineHashSpaceBetweenCRAndLF(t *testing.T) {
	if got := lineHashes([]byte("a\r \nb")); len(got) != 3 {
		t.Errorf("%d lines, want 3", len(got))
	}
}

func TestDecodeReplacing(t *testing.T) {
	for _, test := range []struct {
		in   string
		want []rune
	}{
		{"a\xffb", []rune{'a', 0xfffd, 'b'}},
		{"\xe4hnlich", []rune{0xfffd, 'h', 'n', 'l', 'i', 'c', 'h'}},
		{"\xe2\x82x", []rune{0xfffd, 'x'}},                         // a beginning is one character
		{"\xf0\x9f\x98", []rune{0xfffd}},                           // so it is at the end
		{"\xf0\x9f\x98\x80", []rune{0x1f600}},                      // and this is whole
		{"\xe0\x80\x80", []rune{0xfffd, 0xfffd, 0xfffd}},           // overlong
		{"\xed\xa0\x80", []rune{0xfffd, 0xfffd, 0xfffd}},           // a surrogate
		{"\xf4\x90\x80\x80", []rune{0xfffd, 0xfffd, 65533, 65533}}, // too large
		{"\xc0\x80", []rune{0xfffd, 0xfffd}},
		{"\xef\xbf\xbd", []rune{0xfffd}},
	} {
		var got []rune
		for i := 0; i < len(test.in); {
			r, size := decodeReplacing([]byte(test.in)[i:])
			got = append(got, r)
			i += size
		}
		if string(got) != string(test.want) {
			t.Errorf("%q: %x, want %x", test.in, got, test.want)
		}
	}
}

func FuzzLineHashes(f *testing.F) {
	f.Add("a\r\n b\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ToValidUTF8(text, "") != text {
			lineHashes([]byte(text)) // must not panic
			return
		}
		// The definition above treats a CR, white space and an LF as separate too.
		want := plainHashes(text)
		got := lineHashes([]byte(text))
		for i, w := range want {
			if got[i+1] != w {
				t.Fatalf("line %d of %q: %s, want %s", i+1, text, got[i+1], w)
			}
		}
	})
}
