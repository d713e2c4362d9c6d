// Package search decides which files are worth parsing.
//
// The rows of a set come in as needles; for the bytes of a file the needles that
// stand in it go out, and the answer whether some row has its anchor in the file
// and its context beside it.
package search

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/needle"
	"github.com/tlslint/tlslint/pattern"
)

// Search is the compiled needles of a set. It is immutable and safe for
// concurrent use.
type Search struct {
	needles *needle.Set
	rows    []conjunction
}

// conjunction is an anchor and the contexts of which one must stand near it.
type conjunction struct {
	anchor   int
	contexts []int
	needle   needle.Needle // the anchor itself
}

// Bits says which needles stand in a file, by index; nil means none.
type Bits []bool

// Compile compiles the needles of a set. further are anchors that matter
// without any context.
func Compile(set *pattern.Set, further ...string) (*Search, error) {
	s := &Search{}
	var list []needle.Needle
	index := map[needle.Needle]int{}
	number := func(text string, fold bool) int {
		n := needle.Needle{Text: text, Fold: fold}
		i, ok := index[n]
		if !ok {
			i = len(list)
			index[n] = i
			list = append(list, n)
		}
		return i
	}
	seen := map[string]bool{}
	for _, n := range set.Needles() {
		key := fmt.Sprint(n.Fold, "\x00", n.Anchor, "\x00", strings.Join(n.Contexts, "\x00"))
		if seen[key] {
			continue
		}
		seen[key] = true
		c := conjunction{anchor: number(n.Anchor, n.Fold), needle: needle.Needle{Text: n.Anchor, Fold: n.Fold}}
		for _, text := range n.Contexts {
			c.contexts = append(c.contexts, number(text, false))
		}
		s.rows = append(s.rows, c)
	}
	for _, text := range further {
		s.rows = append(s.rows, conjunction{anchor: number(text, false), needle: needle.Needle{Text: text}})
	}
	var err error
	if s.needles, err = needle.Compile(list); err != nil {
		return nil, err
	}
	// Two that differ in case alone may be one to the search.
	for i := range s.rows {
		c := &s.rows[i]
		c.anchor = s.needles.IndexOf(list[c.anchor])
		for j, k := range c.contexts {
			c.contexts[j] = s.needles.IndexOf(list[k])
		}
	}
	return s, nil
}

// Find searches the bytes of a file. hits is scratch space of the caller.
func (s *Search) Find(data []byte, hits *needle.Hits) Bits {
	s.needles.Find(data, hits)
	if !hits.Any() {
		return nil
	}
	bits := make(Bits, s.needles.Len())
	for i := range bits {
		bits[i] = hits.Has(i)
	}
	return bits
}

// Anchors are the anchors in the bytes of a file whose context stands in the file
// too, each once.
func (s *Search) Anchors(data []byte) []needle.Needle {
	var hits needle.Hits
	s.needles.Find(data, &hits)
	var out []needle.Needle
	seen := map[needle.Needle]bool{}
	for _, c := range s.rows {
		if hits.Has(c.anchor) && !seen[c.needle] && (len(c.contexts) == 0 || slices.ContainsFunc(c.contexts, hits.Has)) {
			seen[c.needle] = true
			out = append(out, c.needle)
		}
	}
	return out
}

// Anchored reports whether any anchor stands in a file.
func (s *Search) Anchored(b Bits) bool {
	return b != nil && slices.ContainsFunc(s.rows, func(c conjunction) bool { return b[c.anchor] })
}

// Matters reports whether some row has its anchor in the file and a context in
// the file or beside it.
func (s *Search) Matters(file, beside Bits) bool {
	return file != nil && slices.ContainsFunc(s.rows, func(c conjunction) bool {
		return file[c.anchor] && (len(c.contexts) == 0 ||
			slices.ContainsFunc(c.contexts, func(i int) bool { return file[i] || beside != nil && beside[i] }))
	})
}

// Or joins what stands in two files of one unit.
func Or(a, b Bits) Bits {
	if a == nil {
		return slices.Clone(b)
	}
	for i, set := range b {
		a[i] = a[i] || set
	}
	return a
}
