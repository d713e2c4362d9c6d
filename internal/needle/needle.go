// Package needle searches text for many short strings at once.
//
// A set of strings, the needles, and the bytes of one file come in; which of
// the needles occur in it comes out, as a bitset. Where they occur and how
// often is of no interest here: the search only decides whether a file is worth
// parsing, so it has to cost about as much as reading the file.
//
// Needles of four bytes and more are found in one pass however many there are
// (see blocks). Shorter ones get a pass of their own, so that one of them does
// not slow down all the others.
package needle

import (
	"bytes"
	"fmt"
)

// Needle is one string to look for.
type Needle struct {
	Text string
	// Fold makes the letters a-z and A-Z of Text match in either case. All
	// other characters are compared byte by byte.
	Fold bool
}

const (
	// minLong is the length of the shortest needle that takes part in the fast
	// search: a shorter one would make it look at every byte.
	minLong = 4
	// fewSingles is up to how many strings below minLong are searched one by
	// one: until then the assembly behind bytes.Contains wins.
	fewSingles = 2
)

// Set is a compiled set of needles. It is immutable, so any number of
// goroutines may search with it at a time.
type Set struct {
	needles []Needle // in normal form, see normal
	index   map[Needle]int

	singles []single
	middle  *blocks // needles of three bytes, nil if none or few
	long    *blocks // needles of minLong bytes and more, nil if none
}

// single is a needle that is searched by itself.
type single struct {
	number    int
	spellings [][]byte
}

// Compile makes a set of the needles. Equal needles are counted once; the
// others are numbered 0, 1, ... in the order in which they first appear. An
// empty needle is an error, since it would occur in every file.
func Compile(needles []Needle) (*Set, error) {
	s := &Set{index: make(map[Needle]int, len(needles))}
	for i, n := range needles {
		if n.Text == "" {
			return nil, fmt.Errorf("needle %d of %d is empty", i+1, len(needles))
		}
		n = normal(n)
		if _, known := s.index[n]; !known {
			s.index[n] = len(s.needles)
			s.needles = append(s.needles, n)
		}
	}

	var tiny, middle, long []int
	for i, n := range s.needles {
		switch size := len(n.Text); {
		case size < blockLen:
			tiny = append(tiny, i)
		case size < minLong:
			middle = append(middle, i)
		default:
			long = append(long, i)
		}
	}
	s.addSingles(tiny)
	if count := s.countSpellings(middle); count <= fewSingles {
		s.addSingles(middle)
	} else {
		s.middle = newBlocks(s.needles, middle)
	}
	if len(long) > 0 {
		s.long = newBlocks(s.needles, long)
	}
	return s, nil
}

func (s *Set) countSpellings(numbers []int) (count int) {
	for _, i := range numbers {
		count += len(spellings(s.needles[i]))
	}
	return count
}

func (s *Set) addSingles(numbers []int) {
	for _, i := range numbers {
		s.singles = append(s.singles, single{i, spellings(s.needles[i])})
	}
}

// Len is the number of different needles.
func (s *Set) Len() int { return len(s.needles) }

// Index returns the number of the needle with that text, or -1. When a text is
// in the set both as it is and case-insensitively, the former's number.
func (s *Set) Index(text string) int {
	if i := s.IndexOf(Needle{Text: text}); i >= 0 {
		return i
	}
	return s.IndexOf(Needle{Text: text, Fold: true})
}

// IndexOf returns the number of a needle, or -1 when the set does not hold it.
func (s *Set) IndexOf(n Needle) int {
	if i, ok := s.index[normal(n)]; ok {
		return i
	}
	return -1
}

// Find sets hits to the needles that occur in src at least once; what hits held
// before is forgotten. It stops reading when every needle has been seen. It does
// not allocate once hits has served a set of that size.
func (s *Set) Find(src []byte, hits *Hits) {
	hits.Reset(len(s.needles))
	for i := range s.singles {
		for _, text := range s.singles[i].spellings {
			if bytes.Contains(src, text) {
				hits.set(s.singles[i].number)
				break
			}
		}
	}
	if s.middle != nil {
		s.middle.find(src, hits)
	}
	if s.long != nil {
		s.long.find(src, hits)
	}
}
