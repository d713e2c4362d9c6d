package fix_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
)

func edit(start, end int, text string) finding.Edit {
	return finding.Edit{Path: "f", Start: start, End: end, New: text}
}

func TestApply(t *testing.T) {
	for _, tc := range []struct {
		name, src string
		edits     []finding.Edit
		want, err string
	}{
		{name: "nothing", src: "abc", want: "abc"},
		{name: "replace", src: "verify=False", edits: []finding.Edit{edit(7, 12, "True")}, want: "verify=True"},
		{name: "given out of order", src: "abcdef", edits: []finding.Edit{edit(4, 5, "E"), edit(0, 1, "A")}, want: "AbcdEf"},
		{name: "insertions at one offset keep their order", src: "ab", edits: []finding.Edit{edit(1, 1, "1"), edit(1, 1, "2")}, want: "a12b"},
		{name: "insertion before the range that begins there", src: "abc", edits: []finding.Edit{edit(1, 2, "X"), edit(1, 1, "<")}, want: "a<Xc"},
		{name: "insertion where a range ends", src: "abc", edits: []finding.Edit{edit(2, 2, ">"), edit(1, 2, "X")}, want: "aX>c"},
		{name: "adjacent ranges", src: "abcd", edits: []finding.Edit{edit(0, 2, ""), edit(2, 4, "x")}, want: "x"},
		{name: "at both ends", src: "abc", edits: []finding.Edit{edit(0, 0, "<"), edit(3, 3, ">")}, want: "<abc>"},
		{name: "empty file", src: "", edits: []finding.Edit{edit(0, 0, "x")}, want: "x"},
		{name: "overlap", src: "abcdef", edits: []finding.Edit{edit(0, 3, ""), edit(2, 4, "")}, err: "overlaps"},
		{name: "the same range twice", src: "abcdef", edits: []finding.Edit{edit(0, 3, "x"), edit(0, 3, "x")}, err: "overlaps"},
		{name: "insertion inside a range", src: "abcdef", edits: []finding.Edit{edit(0, 3, ""), edit(2, 2, "x")}, err: "overlaps"},
		{name: "behind the end", src: "abc", edits: []finding.Edit{edit(2, 4, "")}, err: "3 bytes"},
		{name: "negative", src: "abc", edits: []finding.Edit{edit(-1, 1, "")}, err: "not a range"},
		{name: "backwards", src: "abc", edits: []finding.Edit{edit(2, 1, "")}, err: "not a range"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			src := []byte(tc.src)
			got, err := fix.Apply(src, tc.edits)
			if string(src) != tc.src {
				t.Fatalf("the source was changed to %q", src)
			}
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) || got != nil {
					t.Fatalf("got %q, %v; want an error with %q and no result", got, err, tc.err)
				}
				return
			}
			if err != nil || string(got) != tc.want {
				t.Fatalf("got %q, %v; want %q", got, err, tc.want)
			}
		})
	}
}

// naive makes edits one at a time from the last to the first.
func naive(src string, edits []finding.Edit) string {
	for _, e := range slices.Backward(edits) {
		src = src[:e.Start] + e.New + src[e.End:]
	}
	return src
}

// someEdits returns edits of n bytes that can be made together, in order.
func someEdits(r *rand.Rand, n int) []finding.Edit {
	var edits []finding.Edit
	at := 0
	for at <= n && len(edits) < 8 {
		start := at + r.IntN(n-at+1)
		end := start + r.IntN(min(n-start, 5)+1)
		edits = append(edits, edit(start, end, strings.Repeat("é\r\n", r.IntN(3))))
		at = end + r.IntN(2) // a further edit may touch this one
		if start == end {
			at = end + 1
		}
	}
	return edits
}

func TestApplyEqualsOneEditAtATime(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		src := strings.Repeat("0123456789", r.IntN(5))
		edits := someEdits(r, len(src))
		want := naive(src, edits)
		shuffled := slices.Clone(edits)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		got, err := fix.Apply([]byte(src), shuffled)
		if err != nil || string(got) != want {
			t.Fatalf("%q with %v: got %q, %v; want %q", src, edits, got, err, want)
		}
	}
}

func FuzzApply(f *testing.F) {
	f.Add("verify=False", 7, 12, "True", 0, 0, "# ")
	f.Add("", 0, 0, "x", 0, 0, "x")
	f.Add("abc", 2, 1, "", -1, 9, "y")
	f.Fuzz(func(t *testing.T, src string, s1, e1 int, n1 string, s2, e2 int, n2 string) {
		edits := []finding.Edit{edit(s1, e1, n1), edit(s2, e2, n2)}
		got, err := fix.Apply([]byte(src), edits)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Fatalf("error of more than one line: %q", err)
			}
			return
		}
		if want := len(src) + len(n1) - (e1 - s1) + len(n2) - (e2 - s2); len(got) != want {
			t.Fatalf("%d bytes, want %d: a byte was lost or made", len(got), want)
		}
		if s2 < s1 || s2 == s1 && e2 < e1 {
			slices.Reverse(edits)
		}
		if want := naive(src, edits); string(got) != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}
