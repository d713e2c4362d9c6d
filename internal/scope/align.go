package scope

import (
	"hash/maphash"
	"slices"
	"sort"
)

// text is a file as words and signs: white space does not count, and neither does
// a comma before a closing bracket, so that a file keeps its tokens when it is
// formatted, indented or given other line ends.
type text struct {
	src    []byte
	start  []int // offset of every token
	end    []int
	hash   []uint64
	lineOf []int // 1-based
}

var seed = maphash.MakeSeed()

func hashOf(b []byte) uint64 { return maphash.Bytes(seed, b) }

func newText(src []byte) *text {
	t := &text{src: src}
	line := 1
	for i := 0; i < len(src); {
		c := src[i]
		if c == '\n' {
			line++
		}
		if c <= ' ' || c == ',' && closes(src[i+1:]) {
			i++
			continue
		}
		j := i + 1
		if word(c) {
			for j < len(src) && word(src[j]) {
				j++
			}
		}
		t.start = append(t.start, i)
		t.end = append(t.end, j)
		t.hash = append(t.hash, hashOf(src[i:j]))
		t.lineOf = append(t.lineOf, line)
		i = j
	}
	return t
}

// closes reports whether a text goes on with a closing bracket.
func closes(rest []byte) bool {
	for _, c := range rest {
		if c > ' ' {
			return c == ')' || c == ']' || c == '}'
		}
	}
	return false
}

func word(c byte) bool {
	return c == '_' || c >= 0x80 || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// tokens are the tokens [from, to) that touch the bytes [start, end).
func (t *text) tokens(start, end int) (from, to int) {
	from = sort.Search(len(t.end), func(i int) bool { return t.end[i] > start })
	to = sort.SearchInts(t.start, end)
	return from, max(from, to)
}

// lines are the tokens [from, to) of the lines first to last.
func (t *text) lines(first, last int) (from, to int) {
	return sort.SearchInts(t.lineOf, first), sort.SearchInts(t.lineOf, last+1)
}

func (t *text) word(i int) string { return string(t.src[t.start[i]:t.end[i]]) }

// count is how often a word stands in a text.
func (t *text) count(word string) (n int) {
	hash := hashOf([]byte(word))
	for _, h := range t.hash {
		if h == hash {
			n++
		}
	}
	return n
}

// sameTokens reports whether two runs of tokens are the same.
func sameTokens(a *text, from, to int, b *text, bFrom, bTo int) bool {
	return slices.Equal(a.hash[from:to], b.hash[bFrom:bTo])
}

// align maps every token of new to the token of old that it continues, -1 for
// what was added. The mapping is in order: what moved counts as added.
func align(old, new *text) []int {
	x := &aligner{old: old.hash, new: new.hash, out: make([]int, len(new.hash))}
	for i := range x.out {
		x.out[i] = -1
	}
	x.align(0, len(x.old), 0, len(x.new), true)
	return x.out
}

type aligner struct {
	old, new []uint64
	out      []int
}

// align maps new[c:d] to old[a:b]. A region that differs too much is cut at
// passages that both sides have once; what still does, counts as rewritten.
func (x *aligner) align(a, b, c, d int, cut bool) {
	for a < b && c < d && x.old[a] == x.new[c] {
		x.out[c] = a
		a, c = a+1, c+1
	}
	for a < b && c < d && x.old[b-1] == x.new[d-1] {
		b, d = b-1, d-1
		x.out[d] = b
	}
	if a == b || c == d || x.shortest(a, b, c, d) || !cut {
		return
	}
	for _, p := range append(x.anchors(a, b, c, d), [2]int{b, d}) {
		x.align(a, p[0], c, p[1], false)
		a, c = p[0], p[1]
	}
}

// maxEdits bounds how many added and removed tokens a region may have to be
// compared exactly: memory grows with its square.
const maxEdits = 1000

// shortest maps a region along a shortest path of edits (Myers, "An O(ND)
// difference algorithm", 1986). It reports false when there are too many.
func (x *aligner) shortest(a, b, c, d int) bool {
	n, m := b-a, d-c
	limit := min(n+m, maxEdits)
	reach := make([]int32, 2*limit+3) // the furthest i on every diagonal
	mid := limit + 1
	var trace [][]int32
	for e := 0; e <= limit; e++ {
		for k := -e; k <= e; k += 2 {
			var i int
			if k == -e || k != e && reach[mid+k-1] < reach[mid+k+1] {
				i = int(reach[mid+k+1])
			} else {
				i = int(reach[mid+k-1]) + 1
			}
			for j := i - k; i < n && j < m && x.old[a+i] == x.new[c+j]; j++ {
				i++
			}
			reach[mid+k] = int32(i)
			if k == n-m && i >= n {
				x.walk(trace, n, m, a, c)
				return true
			}
		}
		trace = append(trace, slices.Clone(reach[mid-e:mid+e+1]))
	}
	return false
}

// walk follows the path back from (n, m) and maps the tokens on its diagonals.
func (x *aligner) walk(trace [][]int32, n, m, a, c int) {
	i, j := n, m
	for e := len(trace); e > 0; e-- {
		before := trace[e-1]
		at := func(k int) int { // the furthest i on a diagonal, one edit earlier
			if k < -(e-1) || k > e-1 {
				return -1
			}
			return int(before[k+e-1])
		}
		k := i - j
		prev := k - 1
		if k == -e || k != e && at(k-1) < at(k+1) {
			prev = k + 1
		}
		pi := at(prev)
		for i > pi && j > pi-prev {
			i, j = i-1, j-1
			x.out[c+j] = a + i
		}
		i, j = pi, pi-prev
	}
	for i > 0 && j > 0 {
		i, j = i-1, j-1
		x.out[c+j] = a + i
	}
}

// passage is how many tokens an anchor must have in a row.
const passage = 10

// anchors are the starts of passages that stand once in both sides, as pairs of
// token numbers, those in the longest run that keeps its order.
func (x *aligner) anchors(a, b, c, d int) [][2]int {
	old, new := passages(x.old[a:b]), passages(x.new[c:d])
	var pairs [][2]int
	for h, j := range new {
		if i, ok := old[h]; ok && i >= 0 && j >= 0 {
			pairs = append(pairs, [2]int{a + i, c + j})
		}
	}
	slices.SortFunc(pairs, func(p, q [2]int) int { return p[1] - q[1] })
	return longestRun(pairs)
}

// passages maps the hash of every run of tokens to where it starts, -1 for one
// that stands there more than once.
func passages(tokens []uint64) map[uint64]int {
	const prime = 0x100000001b3
	out := make(map[uint64]int)
	var h, drop uint64 = 0, 1
	for range passage {
		drop *= prime
	}
	for i, t := range tokens {
		h = h*prime + t
		if i >= passage {
			h -= tokens[i-passage] * drop
		}
		if i < passage-1 {
			continue
		}
		if _, twice := out[h]; twice {
			out[h] = -1
		} else {
			out[h] = i - passage + 1
		}
	}
	return out
}

// longestRun keeps the longest run of pairs, sorted by their second number, in
// which the first number grows too.
func longestRun(pairs [][2]int) [][2]int {
	var tails []int // index of the pair that ends the best run of each length
	before := make([]int, len(pairs))
	for i, p := range pairs {
		n := sort.Search(len(tails), func(n int) bool { return pairs[tails[n]][0] >= p[0] })
		before[i] = -1
		if n > 0 {
			before[i] = tails[n-1]
		}
		if n == len(tails) {
			tails = append(tails, i)
		} else {
			tails[n] = i
		}
	}
	out := make([][2]int, len(tails))
	at := -1
	if len(tails) > 0 {
		at = tails[len(tails)-1]
	}
	for n := len(out) - 1; n >= 0; n-- {
		out[n] = pairs[at]
		at = before[at]
	}
	return out
}
