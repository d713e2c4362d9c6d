package python

import (
	"bytes"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/tlslint/tlslint/internal/search"
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/languages/treesitter"
	"github.com/tlslint/tlslint/pattern"
)

// Parsing costs far more than anything else that is done with a file, and most
// functions of most files have nothing to do with what rows look for. prune
// blanks the bodies of those before the file is parsed.

// noPruning turns it off, for tests.
var noPruning bool

const (
	// minPruned is the size of a file below which parsing all of it costs nothing.
	minPruned = 3 << 10
	// minWiped is the size of a body or value below which it stays.
	minWiped = 48
	// minTable is the size of a literal above which nobody asks for what is in it,
	// unless an anchor is.
	minTable = 2 << 10
	// maxCallback is the size up to which the functions of a module may be callbacks
	// that another file passes on.
	maxCallback = 1 << 10
	// maxRounds is how often a function is gone through; then all of it counts.
	maxRounds = 32
)

// finders are those of the last run's rows.
var finders struct {
	sync.Mutex
	set  *pattern.Set
	find *search.Search
}

// finderOf compiles the needles of a set once. nil stands for needles that cannot be
// compiled: then every file matters as a whole.
func finderOf(set *pattern.Set) *search.Search {
	finders.Lock()
	defer finders.Unlock()
	if finders.set != set {
		find, err := search.Compile(set)
		if err != nil {
			find = nil
		}
		finders.set, finders.find = set, find
	}
	return finders.find
}

// places are where the anchors stand of rows that have their context in the
// file too, in no order.
func places(find *search.Search, src []byte, at func(int)) (any bool) {
	var lower []byte
	for _, n := range find.Anchors(src) {
		any = true
		text, want := src, n.Text
		if n.Fold {
			if lower == nil {
				lower = bytes.Clone(src)
				for i, c := range lower {
					if 'A' <= c && c <= 'Z' {
						lower[i] = c + 'a' - 'A'
					}
				}
			}
			text, want = lower, strings.ToLower(n.Text)
		}
		for i := 0; ; {
			n := bytes.Index(text[i:], []byte(want))
			if n < 0 {
				break
			}
			i += n + len(want)
			if whole(src, i-len(want), i) {
				at(i - len(want))
			}
		}
	}
	return any
}

// whole reports whether what begins or ends with a letter or digit is not part of
// a longer word.
func whole(src []byte, start, end int) bool {
	if charClass[src[start]] == charWord && start > 0 && charClass[src[start-1]] == charWord && (start < 2 || src[start-2] != '\\') {
		return false
	}
	return end == len(src) || charClass[src[end-1]] != charWord || charClass[src[end]] != charWord
}

// prune returns source of the same length and with the same lines as src, in
// which the bodies of functions and the values of variables are blanked that
// cannot matter to the rows of a set. Whatever is unusual about src keeps it as
// it is.
func prune(src []byte, set *pattern.Set) []byte {
	if noPruning || len(src) < minPruned {
		return src
	}
	f := finderOf(set)
	if f == nil {
		return src
	}
	p := &pruner{outline: outline{src: src}, set: set, find: f, least: minWiped}
	return p.prune()
}

func (p *pruner) prune() []byte {
	if !p.read() {
		return p.src
	}
	searched, found := p.anchor()
	switch {
	case !searched:
		return p.src
	case !found && !bytes.Contains(p.src, []byte("tlslint:")):
		// It only looked as if there was something.
		return wipe(bytes.Clone(p.src), 0, len(p.src))
	}
	p.mark()
	return p.blank()
}

// parsePruned parses what may matter of a file. The text of the tree is that of
// the whole file.
func parsePruned(src []byte, set *pattern.Set) (*syntax.Tree, error) {
	tree, err := treesitter.Python.Parse(prune(src, set))
	if err == nil {
		tree.Source = src
	}
	return tree, err
}

// parseOther parses what may matter of a module that is only looked into: what it
// binds, and what its functions decide as callbacks.
func parseOther(src []byte, set *pattern.Set) (*syntax.Tree, error) {
	tree, err := treesitter.Python.Parse(pruneOther(src, set))
	if err == nil {
		tree.Source = src
	}
	return tree, err
}

func pruneOther(src []byte, set *pattern.Set) []byte {
	if noPruning || len(src) < minPruned {
		return src
	}
	p := &pruner{outline: outline{src: src}, set: set, least: minWiped}
	return p.pruneOther()
}

func (p *pruner) pruneOther() []byte {
	if !p.read() {
		return p.src
	}
	p.begin()
	p.names()
	for i := range p.lines {
		switch l := &p.lines[i]; l.word {
		case wordImport, wordFrom, wordDef, wordClass, wordDecorator:
		default:
			if l.fn < 0 && !l.table() {
				p.use(p.of(i, i))
			}
		}
	}
	for i, f := range p.functions {
		p.keep[i] = !f.method && p.lines[f.last].end-p.lines[f.first].start <= maxCallback
	}
	p.define(3)
	return p.blank()
}

// table reports whether a line is a large literal without anchors.
func (l *logical) table() bool {
	return l.value > 0 && l.close > 0 && !l.anchored && l.close-l.inner > minTable
}

// pruner decides what of a file may matter.
type pruner struct {
	outline
	set   *pattern.Set
	find  *search.Search
	least int    // the size of a body or value below which it stays
	keep  []bool // by function
	// what is known of a word, by its number
	word []uint16
	// of the function at hand: the stamps of the words that its lines need, and
	// that hold what they make
	needs, holds []int32
	stamp        int32
	matter       []bool
	taken        []bool // by line of the module: its words are used
}

const (
	usedName    = 1 << iota // kept code uses it as a name
	usedSelf                // ... as an attribute of its own object
	usedAttr                // ... as an attribute of another
	flowsName               // holds what anchored code makes
	flowsSelf               // ... as an attribute
	caller                  // a function whose callers matter
	anchors                 // stands for what rows look for
	className               // a class of this file
	ownName                 // a name of the module
	imported                // "from x import" brings it
	fromLibrary             // ... of a library that rows know
	shared                  // anchored code uses what an import brings: a fix must know who else does
)

// lineAt is the index of the line that holds an offset, -1 for none.
func (p *pruner) lineAt(at int) int {
	i := sort.Search(len(p.lines), func(i int) bool { return p.lines[i].end > at })
	if i == len(p.lines) || p.lines[i].start > at {
		return -1
	}
	return i
}

// of are the tokens of the lines first to last.
func (p *pruner) of(first, last int) []token {
	end := len(p.tokens)
	if last+1 < len(p.lines) {
		end = p.lines[last+1].tokens
	}
	return p.tokens[p.lines[first].tokens:end]
}

// anchor marks the lines in which anchors stand. searched says that the search finds
// anchors with their contexts, found that some stand in code.
func (p *pruner) anchor() (searched, found bool) {
	searched = places(p.find, p.src, func(at int) {
		if i := p.lineAt(at); i >= 0 && !p.lines[i].text {
			p.lines[i].anchored, found = true, true
		}
	})
	if !found {
		return searched, false
	}
	p.begin()
	p.names()
	p.library()
	// What the module calls by a name of its own is an anchor as well.
	for range 2 {
		for i := range p.lines {
			l := &p.lines[i]
			if l.fn >= 0 {
				continue
			}
			ts := p.of(i, i)
			for _, t := range ts {
				if t.flags&isAttr == 0 && t.flags&stored == 0 && p.word[t.id]&anchors != 0 {
					l.anchored = true
				}
			}
			if !l.anchored {
				continue
			}
			for j, t := range ts {
				switch l.word {
				case wordImport, wordFrom:
					if j > 0 && ts[j-1].id == wordAs {
						p.word[t.id] |= anchors
					}
				case wordClass:
					if j == 1 {
						p.word[t.id] |= anchors
					}
				default:
					if t.flags&stored != 0 && t.flags&ofSelf == 0 {
						p.word[t.id] |= anchors
					}
				}
			}
		}
	}
	for i := range p.lines {
		l := &p.lines[i]
		if l.fn >= 0 && !l.anchored {
			l.anchored = slices.ContainsFunc(p.of(i, i), func(t token) bool { return t.flags&isAttr == 0 && p.word[t.id]&anchors != 0 })
		}
		if l.anchored && l.fn >= 0 {
			p.keep[l.fn] = true
		}
	}
	for i, f := range p.functions {
		for j := f.head; j <= f.def && !p.keep[i]; j++ {
			p.keep[i] = p.lines[j].anchored
		}
	}
	return true, true
}

// begin makes room for what is found out.
func (p *pruner) begin() {
	p.word = make([]uint16, len(p.words))
	p.keep = make([]bool, len(p.functions))
	p.needs, p.holds = make([]int32, len(p.words)), make([]int32, len(p.words))
	p.taken = make([]bool, len(p.lines))
}

// names notes the classes and variables of the module.
func (p *pruner) names() {
	for i := range p.lines {
		l := &p.lines[i]
		if l.fn >= 0 {
			continue
		}
		flags := uint16(imported)
		if l.word == wordFrom && p.known(l) {
			flags |= fromLibrary
		}
		for j, t := range p.of(i, i) {
			if l.word == wordClass && j == 1 {
				p.word[t.id] |= className
			}
			if t.flags&(stored|isAttr) == stored {
				p.word[t.id] |= ownName
			}
			if l.word == wordFrom && j > 1 && t.flags&isAttr == 0 {
				p.word[t.id] |= flags
			}
		}
	}
}

// wipe blanks a part of source.
func wipe(src []byte, start, end int) []byte {
	for i := start; i < end; i++ {
		if c := src[i]; c != '\n' && c != '\r' {
			src[i] = ' '
		}
	}
	return src
}

// blank returns the source without what is not kept.
func (p *pruner) blank() []byte {
	var out []byte
	cut := func(start, end int, stand byte) {
		if end-start < max(p.least, 1) {
			return
		}
		if out == nil {
			out = bytes.Clone(p.src)
		}
		wipe(out, start, end)[start] = stand
	}
	for i, f := range p.functions {
		if p.keep[i] {
			continue
		}
		cut(p.lines[f.first].start, p.lines[f.last].end, '0')
		for j := f.head; j < f.def; j++ {
			cut(p.lines[j].start+1, p.lines[j].end, '0')
		}
	}
	const used = usedName | usedSelf | usedAttr | flowsName
	for i := range p.lines {
		l := &p.lines[i]
		if l.fn >= 0 || l.anchored || l.value <= 0 || l.end-l.value < p.least || l.word == wordDef || l.word == wordClass {
			continue
		}
		if l.table() {
			cut(l.inner, l.close, ' ')
		} else if !slices.ContainsFunc(p.of(i, i), func(t token) bool { return t.flags&stored != 0 && p.word[t.id]&used != 0 }) {
			cut(l.value, l.end, '0')
		}
	}
	if out == nil {
		return p.src
	}
	return out
}
