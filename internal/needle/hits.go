package needle

// Hits says which needles of a set occur in a file. The zero value is empty and
// ready for use. One Hits can serve any number of files without allocating, but
// only one goroutine at a time.
type Hits struct {
	words []uint64
	count int
}

// Reset empties the set and makes room for needles 0 to n-1.
func (h *Hits) Reset(n int) {
	words := (n + 63) / 64
	if cap(h.words) < words {
		h.words = make([]uint64, words)
	}
	h.words = h.words[:words]
	clear(h.words)
	h.count = 0
}

// Has reports whether needle i occurs. It is false for any i out of range, so
// the -1 of [Set.Index] may be passed.
func (h *Hits) Has(i int) bool {
	word := uint(i) / 64
	return word < uint(len(h.words)) && h.words[word]>>(uint(i)%64)&1 != 0
}

// Any reports whether at least one needle occurs.
func (h *Hits) Any() bool { return h.count > 0 }

// Count is the number of needles that occur.
func (h *Hits) Count() int { return h.count }

// set adds a needle; it must be below the n of Reset.
func (h *Hits) set(i int) {
	if !h.Has(i) {
		h.words[i/64] |= 1 << (i % 64)
		h.count++
	}
}
