package yaml

import (
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/tlslint/tlslint/pattern"
)

// index is what the rows of a set ask of documents, prepared once.
type index struct {
	set *pattern.Set
	// byLast are the sinks by the last segment of their key, spelled relaxedly.
	byLast map[string][]*sink
	docs   map[string]*docKind
	inert  []*docKind
	flags  bool
	// missing are the sinks whose absence is tested.
	missing []*sink
}

// sink is an entry that a row is about.
type sink struct {
	name string // as nodes have it: "doc:key"
	doc  *docKind
	segs []string
}

// docKind is a [[doc]] row with its keys cut into segments.
type docKind struct {
	pattern.Doc
	any, all, none []sign
}

type sign struct {
	paths []string
	keys  [][]string
	is    []string
}

// flagDoc is the document that lists of arguments are: of a program that only its
// image names.
const flagDoc = "flags"

func newIndex(set *pattern.Set) *index {
	ix := &index{set: set, byLast: map[string][]*sink{}, docs: map[string]*docKind{}}
	for _, d := range set.Docs {
		k := &docKind{Doc: d, any: signs(d.Any), all: signs(d.All), none: signs(d.None)}
		ix.docs[d.Name] = k
		if d.Inert {
			ix.inert = append(ix.inert, k)
		}
	}
	for _, r := range set.Rows {
		for _, k := range r.At {
			if k.Doc == "" {
				continue
			}
			for _, name := range pattern.Expand(k.Doc + ":" + k.Key) {
				doc, key, _ := strings.Cut(name, ":")
				if doc == flagDoc {
					ix.flags = true
					continue
				}
				if ix.docs[doc] == nil {
					continue
				}
				s := &sink{name: name, doc: ix.docs[doc], segs: segments(key)}
				last := relax(s.segs[len(s.segs)-1])
				ix.byLast[last] = append(ix.byLast[last], s)
				if slices.Contains(r.Bad, "absent") {
					ix.missing = append(ix.missing, s)
				}
			}
		}
	}
	return ix
}

func signs(tests []pattern.DocTest) (out []sign) {
	for _, t := range tests {
		s := sign{}
		if t.Path != "" {
			s.paths = pattern.Expand(t.Path)
		}
		for _, key := range pattern.Expand(t.Key) {
			if key != "" {
				s.keys = append(s.keys, segments(key))
			}
		}
		if t.Is != "" {
			s.is = pattern.Expand(t.Is)
		}
		out = append(out, s)
	}
	return out
}

// segments cuts a key path at its dots; "[]" is a segment of its own.
func segments(key string) (out []string) {
	for part := range strings.SplitSeq(key, ".") {
		lists := 0
		for strings.HasSuffix(part, "[]") {
			part = strings.TrimSuffix(part, "[]")
			lists++
		}
		if part != "" {
			out = append(out, part)
		}
		for range lists {
			out = append(out, "[]")
		}
	}
	if len(out) == 0 {
		out = []string{""}
	}
	return out
}

// relax is a key without what camelCase, kebab-case and snake_case differ in.
func relax(key string) string {
	key = strings.TrimPrefix(key, ":") // a symbol of Ruby
	if strings.IndexFunc(key, func(r rune) bool { return r == '-' || r == '_' || r >= 'A' && r <= 'Z' }) < 0 {
		return key
	}
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(key))
}

// matchSegs matches a path with a pattern.
func matchSegs(pat, path []string, relaxed bool) bool {
	for len(pat) > 0 {
		switch p := pat[0]; {
		case p == "**":
			for i := 0; i <= len(path); i++ {
				if matchSegs(pat[1:], path[i:], relaxed) {
					return true
				}
			}
			return false
		case len(path) == 0:
			return false
		case p == "[]" || path[0] == "[]":
			if p != path[0] {
				return false
			}
		case p != "*" && !sameKey(p, path[0], relaxed):
			return false
		}
		pat, path = pat[1:], path[1:]
	}
	return len(path) == 0
}

func sameKey(want, key string, relaxed bool) bool {
	if relaxed {
		return relax(want) == relax(key)
	}
	return strings.TrimPrefix(want, ":") == strings.TrimPrefix(key, ":")
}

// kinds answers which kinds of documents the values of one file are.
type kinds struct {
	rel   string
	known map[kindOf]bool
	// steps bound the search for signs: a file made of signs that almost fit must
	// not cost more than its size allows.
	steps int
}

type kindOf struct {
	v *value
	k *docKind
}

const maxSteps = 2_000_000

// is reports whether a value is a document of a kind.
func (c *kinds) is(v *value, k *docKind) bool {
	id := kindOf{v, k}
	got, ok := c.known[id]
	if !ok {
		got = c.test(v, k)
		c.known[id] = got
	}
	return got
}

func (c *kinds) test(v *value, k *docKind) bool {
	for _, s := range k.all {
		if !c.holds(v, s, k.Relaxed) {
			return false
		}
	}
	for _, s := range k.none {
		if c.holds(v, s, k.Relaxed) {
			return false
		}
	}
	for _, s := range k.any {
		if c.holds(v, s, k.Relaxed) {
			return true
		}
	}
	return len(k.any) == 0
}

func (c *kinds) holds(v *value, s sign, relaxed bool) bool {
	for _, glob := range s.paths {
		if ok, err := doublestar.Match(glob, c.rel); err == nil && ok {
			return true
		}
		// A glob of a folder's file also fits the end of a path.
		if ok, err := doublestar.Match("**/"+glob, c.rel); err == nil && ok {
			return true
		}
	}
	for _, key := range s.keys {
		if c.find(v, key, s.is, relaxed, 6) {
			return true
		}
	}
	return false
}

// find reports whether a value has a key, with one of the texts where there are any.
func (c *kinds) find(v *value, key, is []string, relaxed bool, merges int) bool {
	if c.steps++; c.steps > maxSteps {
		return false
	}
	v = v.resolved()
	if v == nil {
		return false
	}
	if len(key) == 0 {
		if len(is) == 0 {
			return true
		}
		text := v.scalarText()
		for _, want := range is {
			if text == want || strings.HasSuffix(want, "*") && strings.HasPrefix(text, strings.TrimSuffix(want, "*")) {
				return true
			}
		}
		return false
	}
	if key[0] == "**" && c.find(v, key[1:], is, relaxed, merges) {
		return true
	}
	for _, it := range v.items {
		switch {
		case key[0] == "[]" && c.find(it.val, key[1:], is, relaxed, merges), key[0] == "**" && c.find(it.val, key, is, relaxed, merges):
			return true
		}
	}
	if key[0] == "[]" {
		return false
	}
	for _, p := range v.pairs {
		if p.key.text == "<<" && merges > 0 {
			if c.find(p.val, key, is, relaxed, merges-1) {
				return true
			}
			continue
		}
		own := segments(p.key.text)
		switch {
		case key[0] == "**":
			if c.find(p.val, key, is, relaxed, merges) {
				return true
			}
		case len(own) <= len(key) && matchSegs(key[:len(own)], own, relaxed):
			if c.find(p.val, key[len(own):], is, relaxed, merges) {
				return true
			}
		case len(own) > len(key) && len(is) == 0 && matchSegs(key, own[:len(key)], relaxed):
			return true // the beginning of a dotted key
		}
	}
	return false
}
