package scope

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// lcs is the length of the longest common subsequence, the slow way.
func lcs(a, b []uint64) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

// ordered checks that a mapping keeps order and only maps equal tokens.
func ordered(t *testing.T, old, new *text, m []int) (mapped int) {
	t.Helper()
	last := -1
	for j, i := range m {
		if i < 0 {
			continue
		}
		if i <= last || old.hash[i] != new.hash[j] {
			t.Fatalf("token %d maps to %d after %d", j, i, last)
		}
		last = i
		mapped++
	}
	return mapped
}

func TestAlignIsShortest(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		var a, b []byte
		for range r.IntN(30) {
			a = append(a, "abc"[r.IntN(3)], ' ')
		}
		for range r.IntN(30) {
			b = append(b, "abc"[r.IntN(3)], ' ')
		}
		old, new := newText(a), newText(b)
		if got, want := ordered(t, old, new, align(old, new)), lcs(old.hash, new.hash); got != want {
			t.Fatalf("%q %q: %d tokens are kept, want %d", a, b, got, want)
		}
	}
}

func TestAlignOfLargeChanges(t *testing.T) {
	var old, new bytes.Buffer
	for i := range 3000 {
		line := fmt.Sprintf("call(%d, \"text %d\", other.%d)\n", i, i*7, i%13)
		old.WriteString(line)
		if i == 1500 {
			for j := range 2000 {
				fmt.Fprintf(&new, "fresh_%d := %d\n", j, j)
			}
		}
		new.WriteString(strings.ReplaceAll(line, "other", "another"))
	}
	a, b := newText(old.Bytes()), newText(new.Bytes())
	if kept := ordered(t, a, b, align(a, b)); kept < len(a.hash)*85/100 {
		t.Errorf("%d of %d tokens are kept", kept, len(a.hash))
	}
}

func TestTokens(t *testing.T) {
	text := newText([]byte("a := &tls.Config{\r\n\tInsecureSkipVerify: true,\r\n} // über\n"))
	var words []string
	for i := range text.hash {
		words = append(words, text.word(i))
	}
	if got, want := strings.Join(words, " "), "a : = & tls . Config { InsecureSkipVerify : true } / / über"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if from, to := text.lines(2, 2); from != 8 || to != 11 {
		t.Errorf("line 2 has the tokens %d to %d", from, to)
	}
	if from, to := text.tokens(20, 25); from != 8 || to != 9 {
		t.Errorf("bytes 20 to 25 have the tokens %d to %d", from, to)
	}
}

func FuzzAlign(f *testing.F) {
	f.Add([]byte("a b c d"), []byte("a c b d"))
	f.Add(bytes.Repeat([]byte("x y "), 2000), bytes.Repeat([]byte("y x z "), 2000))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		old, new := newText(a), newText(b)
		ordered(t, old, new, align(old, new))
	})
}
