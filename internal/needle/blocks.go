package needle

import "encoding/binary"

const (
	blockLen = 3
	// maxWindow bounds the window, and with it the number of blocks that each
	// needle puts into the table: wider steps save less than those blocks cost.
	maxWindow = 10
	// buckets is how many a table entry of one byte can name; 0 means none.
	buckets = 255
)

// blocks searches for any number of needles in one pass.
//
// The algorithm is a relative of Wu and Manber's: text is looked at in blocks,
// and a table says whether a block can be part of a needle at all. Two things
// differ from the textbook. A block is three bytes instead of two, because in
// program text nearly every pair of letters is part of some needle. And the
// step between two blocks is fixed instead of read from the table: when a step
// depends on the last look-up, each look-up waits for the one before, and that
// waiting, not the number of steps, is the cost (the benchmarks measure both).
//
// Why a fixed step misses nothing: from every needle a window of the same
// length m is chosen. A window holds m-2 blocks at consecutive offsets, so one
// of them starts at a multiple of m-2 wherever the needle stands.
type blocks struct {
	needles []Needle             // those of the Set
	count   int                  // how many of them are searched here
	step    int                  // distance in bytes between the blocks looked at, >= 1
	table   [1 << 16]uint8       // hash of a block -> its bucket
	bucket  [buckets + 1][]entry // bucket 0 stays empty
}

// entry says that a block is part of a needle.
type entry struct {
	block  uint32 // its bytes, little endian
	needle int32
	offset int32 // of the block in the needle
}

// newBlocks prepares the search for the numbered needles, at least one, each of
// blockLen bytes or more.
func newBlocks(needles []Needle, numbers []int) *blocks {
	window := maxWindow
	for _, i := range numbers {
		window = min(window, len(needles[i].Text))
	}
	b := &blocks{needles: needles, count: len(numbers), step: window - blockLen + 1}
	used := 0
	for _, i := range numbers {
		n := needles[i]
		start := rarestWindow(n.Text, window)
		for off := start; off < start+b.step; off++ {
			for _, text := range spellings(Needle{n.Text[off : off+blockLen], n.Fold}) {
				block := blockAt(text, 0)
				at := &b.table[hash(block)]
				if *at == 0 { // blocks with equal hashes share a bucket
					*at = uint8(1 + used%buckets)
					used++
				}
				b.bucket[*at] = append(b.bucket[*at], entry{block, int32(i), int32(off)})
			}
		}
	}
	return b
}

// hash maps the low three bytes of a word to 16 bits. The fourth is shifted
// out, so that a block can be read with one load of four bytes.
func hash(word uint32) uint32 { return (word << 8) * 0x9E3779B1 >> 16 }

func blockAt(src []byte, at int) uint32 {
	return uint32(src[at]) | uint32(src[at+1])<<8 | uint32(src[at+2])<<16
}

// find adds the needles that occur in src, none of which is in hits yet.
func (b *blocks) find(src []byte, hits *Hits) {
	var (
		table = &b.table
		step  = b.step
		four  = 4 * step
		all   = hits.count + b.count
		rest  = src
	)
	// Four blocks a round: their look-ups do not depend on each other, and most
	// rounds end at the one comparison.
	for len(rest) >= four+4 {
		t0 := table[hash(binary.LittleEndian.Uint32(rest))]
		t1 := table[hash(binary.LittleEndian.Uint32(rest[step:]))]
		t2 := table[hash(binary.LittleEndian.Uint32(rest[2*step:]))]
		t3 := table[hash(binary.LittleEndian.Uint32(rest[3*step:]))]
		if t0|t1|t2|t3 != 0 {
			at := len(src) - len(rest)
			for i, bucket := range [4]uint8{t0, t1, t2, t3} {
				if bucket != 0 && b.verify(src, at+i*step, bucket, hits) == all {
					return
				}
			}
		}
		rest = rest[four:]
	}
	for at := len(src) - len(rest); at+blockLen <= len(src); at += step {
		bucket := table[hash(blockAt(src, at))]
		if bucket != 0 && b.verify(src, at, bucket, hits) == all {
			return
		}
	}
}

// verify looks for the needles of a bucket around the block at src[at:], and
// returns how many needles have been seen by now.
func (b *blocks) verify(src []byte, at int, bucket uint8, hits *Hits) int {
	block := blockAt(src, at)
	for _, e := range b.bucket[bucket] {
		if e.block != block || hits.Has(int(e.needle)) {
			continue
		}
		n := &b.needles[e.needle]
		start := at - int(e.offset)
		if start < 0 || len(n.Text) > len(src)-start {
			continue
		}
		if matches(src[start:start+len(n.Text)], n) {
			hits.set(int(e.needle))
		}
	}
	return hits.count
}

// byFrequency lists the bytes that are common in program text, most common
// first. Only the rough order matters, and only to speed.
const byFrequency = " etrnaioslcpdufmgh._(),\"bvyxk=0w-/1*:;{}TSECRIANPFDLO[]2MB3zq'UVj4HG"

// weight is how common each byte is, on a scale of its own.
var weight = func() (w [256]float64) {
	for i := range w {
		w[i] = 1
	}
	for i := range len(byFrequency) {
		w[byFrequency[i]] = 1 + 200/float64(i+2)
	}
	return w
}()

// rarestWindow returns the offset of the window of n bytes in text, n >=
// blockLen, whose blocks are least common in program text. It is what keeps
// "requests" from being looked up at every "est".
func rarestWindow(text string, n int) int {
	best, bestCost := 0, 0.0
	for start := 0; start+n <= len(text); start++ {
		cost := 0.0
		for off := start; off+blockLen <= start+n; off++ {
			cost += weight[text[off]] * weight[text[off+1]] * weight[text[off+2]]
		}
		if start == 0 || cost < bestCost {
			best, bestCost = start, cost
		}
	}
	return best
}
