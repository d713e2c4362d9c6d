package python

import (
	"bytes"
	"slices"
)

// logical is one logical line: a simple statement, or the head of a compound one.
type logical struct {
	start, end int // from its first token up to the end of its last line
	tokens     int // the first of them; the next line's are behind them
	word       int32
	fn         int // the function in whose body it stands, -1 for none
	opens      bool
	method     bool // stands directly in the body of a class
	anchored   bool
	text       bool // nothing but text
	value      int  // where the value of an assignment begins that may be blanked
	// inner and close are what is between the brackets of a value that is nothing
	// but a list, a dictionary or a tuple; close is 0 if it is something else.
	inner, close int
}

// token is an identifier or a keyword.
type token struct {
	id    int32
	flags uint8
}

const (
	isAttr = 1 << iota // behind a dot
	ofSelf             // behind "self." and its like
	stored             // something is assigned to it, or into it
)

// function is an outermost function: head is its first line with decorators, def
// the line with its name, first and last are those of its body.
type function struct {
	head, def, first, last int
	method                 bool
}

// The words that the reader knows have fixed numbers.
var knownWords = []string{"", "def", "class", "async", "import", "from", "as", "in", "for", "with", "del", "global", "self", "cls", "klass", "this", "return", "yield", "if", "elif", "while", "lambda", "@"}

const (
	wordDef = int32(iota + 1)
	wordClass
	wordAsync
	wordImport
	wordFrom
	wordAs
	wordIn
	wordFor
	wordWith
	wordDel
	wordGlobal
	wordSelf
	wordCls
	wordKlass
	wordThis
	wordReturn
	wordYield
	wordIf
	wordElif
	wordWhile
	wordLambda
	wordDecorator
)

// outline is what a quick look at a file finds.
type outline struct {
	src       []byte
	lines     []logical
	tokens    []token
	functions []function
	words     []word
	table     []int32 // numbers of words, by hash
}

// word is a word by where it stands first; those that the reader knows stand
// nowhere.
type word struct {
	hash       uint32
	start, end int
}

const (
	charOther = iota
	charWord
	charSpace
	charQuote
	charOpen
	charClose
	charBad
)

var charClass = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9':
			t[c] = charWord
		case c == ' ' || c == '\t' || c == '\f':
			t[c] = charSpace
		case c == '"' || c == '\'':
			t[c] = charQuote
		case c == '(' || c == '[' || c == '{':
			t[c] = charOpen
		case c == ')' || c == ']' || c == '}':
			t[c] = charClose
		case c < ' ' && c != '\n' && c != '\r' || c >= 0x7f || c == '$' || c == '?':
			t[c] = charBad
		}
	}
	return t
}()

// block is an indented block: its column, and the function that it belongs to.
type block struct {
	col, fn int
	class   bool
}

// read finds the lines, names and functions of a file; false when anything about
// it is not as it should be.
func (o *outline) read() bool {
	o.table = make([]int32, 1024)
	o.words = make([]word, 1, 512) // 0 is none
	for _, w := range knownWords[1:] {
		o.id(hashOf(w), 0, 0)
	}
	o.tokens = make([]token, 0, len(o.src)/10)
	o.lines = make([]logical, 0, len(o.src)/50)
	src, i := o.src, 0
	if bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		i = 3
	}
	blocks := []block{{fn: -1}}
	decorated := -1
	var indent byte
	for i < len(src) {
		from := i
		for i < len(src) && charClass[src[i]] == charSpace {
			i++
		}
		if i == len(src) {
			break
		}
		if n := newline(src, i); n > 0 {
			i += n
			continue
		}
		if src[i] == '#' {
			i = lineEnd(src, i)
			continue
		}
		for _, c := range src[from:i] {
			// One kind of white space to a file: columns are counted in bytes.
			if c == '\f' || indent != 0 && c != indent {
				return false
			}
			indent = c
		}
		col := i - from
		top := &blocks[len(blocks)-1]
		if len(o.lines) > 0 && o.lines[len(o.lines)-1].opens {
			if col <= top.col {
				return false
			}
			head := &o.lines[len(o.lines)-1]
			b := block{col: col, fn: top.fn, class: head.word == wordClass}
			if b.fn < 0 && head.word == wordDef {
				b.fn = len(o.functions)
				f := function{head: len(o.lines) - 1, def: len(o.lines) - 1, first: len(o.lines), method: head.method}
				if decorated >= 0 {
					f.head = decorated
				}
				o.functions = append(o.functions, f)
			}
			blocks = append(blocks, b)
		} else if col > top.col {
			return false
		}
		for col < blocks[len(blocks)-1].col {
			blocks = blocks[:len(blocks)-1]
		}
		top = &blocks[len(blocks)-1]
		if col != top.col {
			return false
		}
		if len(o.lines) > 0 && o.lines[len(o.lines)-1].word != wordDecorator {
			decorated = -1
		}
		o.lines = append(o.lines, logical{start: i, tokens: len(o.tokens), fn: top.fn, method: top.class})
		l := &o.lines[len(o.lines)-1]
		var ok bool
		if i, ok = o.statement(l); !ok {
			return false
		}
		if l.word == wordDecorator && decorated < 0 {
			decorated = len(o.lines) - 1
		}
		if l.fn >= 0 {
			o.functions[l.fn].last = len(o.lines) - 1
		}
	}
	return len(o.lines) == 0 || !o.lines[len(o.lines)-1].opens
}

// statement reads a logical line and returns where the next one begins.
func (o *outline) statement(l *logical) (next int, ok bool) {
	src, i := o.src, l.start
	var nesting []byte
	first := len(o.tokens)
	from := first // tokens behind the last assignment
	last := byte(0)
	for i < len(src) {
		c := src[i]
		switch charClass[c] {
		case charWord:
			start, hash := i, uint32(hashSeed)
			for i < len(src) && charClass[src[i]] == charWord {
				hash = (hash ^ uint32(src[i])) * hashPrime
				i++
			}
			if c >= '0' && c <= '9' {
				last = c
				continue
			}
			if i < len(src) && i-start <= 2 && charClass[src[i]] == charQuote {
				format := false
				for _, p := range src[start:i] {
					format = format || p|0x20 == 'f' || p|0x20 == 't'
				}
				if i = skipString(src, i, format); i < 0 {
					return 0, false
				}
				last = '"'
				continue
			}
			t := token{id: o.id(hash, start, i)}
			if last == '.' {
				t.flags = isAttr
				if n := len(o.tokens); n > first && src[start-1] == '.' {
					if p := o.tokens[n-1]; p.flags&isAttr == 0 && p.id >= wordSelf && p.id <= wordThis && endsWith(src[:start-1], knownWords[p.id]) {
						t.flags |= ofSelf
					}
				}
			}
			o.tokens = append(o.tokens, t)
			last = 'a'
			continue
		case charSpace:
			i++
			continue
		case charQuote:
			if i = skipString(src, i, false); i < 0 {
				return 0, false
			}
			last = '"'
			continue
		case charOpen:
			if len(nesting) == 0 {
				if l.inner = -1; last == '=' && l.value > 0 && len(bytes.TrimSpace(src[l.value:i])) == 0 {
					l.inner = i + 1
				}
			}
			nesting = append(nesting, c)
		case charClose:
			if len(nesting) == 0 || c-nesting[len(nesting)-1] > 2 { // () [] {}
				return 0, false
			}
			nesting = nesting[:len(nesting)-1]
			l.close = i
		case charBad:
			return 0, false
		default:
			switch c {
			case '#':
				for i < len(src) && src[i] != '\n' {
					i++
				}
				if i > 0 && i < len(src) && src[i-1] == '\r' {
					i--
				}
				continue
			case '\\':
				n := newline(src, i+1)
				if n == 0 {
					return 0, false
				}
				i += 1 + n
				continue
			case '\n', '\r':
				n := newline(src, i)
				if n == 0 {
					return 0, false
				}
				if len(nesting) > 0 {
					i += n
					continue
				}
				o.end(l, i, last)
				return i + n, true
			case ';':
				if len(nesting) == 0 {
					l.value = -1
				}
			case '!':
				if i+1 == len(src) || src[i+1] != '=' {
					return 0, false
				}
			case '=':
				if i == l.start {
					return 0, false
				}
				if i+1 < len(src) && src[i+1] == '=' {
					i++
				} else if src[i-1] == ':' && len(o.tokens) > first {
					o.tokens[len(o.tokens)-1].flags |= stored
				} else if len(nesting) == 0 && assigns(src[:i]) {
					if slices.ContainsFunc(o.tokens[first:], func(t token) bool { return t.id == wordLambda }) {
						l.value = -1 // it may be the default of a parameter
					}
					if l.value == 0 && (charClass[last] == charWord || last == ']') {
						l.value = i + 1
					}
					for ; from < len(o.tokens); from++ {
						o.tokens[from].flags |= stored
					}
				}
			}
		}
		if i == l.start && c == '@' {
			l.word = wordDecorator
		}
		last = c
		i++
	}
	if len(nesting) > 0 {
		return 0, false
	}
	o.end(l, len(src), last)
	return len(src), true
}

func endsWith(src []byte, word string) bool {
	return len(src) >= len(word) && string(src[len(src)-len(word):]) == word
}

// assigns reports whether the "=" behind before is one of an assignment.
func assigns(before []byte) bool {
	n := len(before)
	if n == 0 {
		return false
	}
	switch c := before[n-1]; c {
	case '!':
		return false
	case '<', '>':
		return n > 1 && before[n-2] == c
	}
	return true
}

// end closes a logical line.
func (o *outline) end(l *logical, at int, last byte) {
	l.end = at
	l.opens = last == ':'
	ts := o.tokens[l.tokens:]
	l.text = len(ts) == 0 && last == '"'
	if l.inner <= 0 || charClass[last] != charClose {
		l.close = 0
	}
	if l.word == wordDecorator || len(ts) == 0 {
		return
	}
	l.word = ts[0].id
	if l.word == wordAsync && len(ts) > 1 {
		l.word = ts[1].id
	}
	mark := false
	switch l.word {
	case wordDel, wordFor:
		mark = true
	case wordWith:
	default:
		return
	}
	for i := range ts {
		switch {
		case ts[i].id == wordAs && l.word == wordWith:
			mark = true
		case ts[i].id == wordIn && l.word == wordFor:
			return
		case mark:
			ts[i].flags |= stored
		}
	}
}

const (
	hashSeed  = 2166136261
	hashPrime = 16777619
)

func hashOf(s string) uint32 {
	hash := uint32(hashSeed)
	for i := range len(s) {
		hash = (hash ^ uint32(s[i])) * hashPrime
	}
	return hash
}

// id is the number of a word that stands in the source, or of a known one.
func (o *outline) id(hash uint32, start, end int) int32 {
	mask := uint32(len(o.table) - 1)
	slot := hash & mask
	for ; o.table[slot] != 0; slot = (slot + 1) & mask {
		id := o.table[slot]
		w := o.words[id]
		if w.hash != hash {
			continue
		}
		if w.end == 0 {
			if string(o.src[start:end]) == knownWords[id] {
				return id
			}
		} else if bytes.Equal(o.src[w.start:w.end], o.src[start:end]) {
			return id
		}
	}
	id := int32(len(o.words))
	o.words = append(o.words, word{hash, start, end})
	o.table[slot] = id
	if len(o.words)*2 > len(o.table) {
		o.grow()
	}
	return id
}

func (o *outline) grow() {
	o.table = make([]int32, 4*len(o.table))
	mask := uint32(len(o.table) - 1)
	for i, w := range o.words[1:] {
		slot := w.hash & mask
		for o.table[slot] != 0 {
			slot = (slot + 1) & mask
		}
		o.table[slot] = int32(i + 1)
	}
}

// newline is the length of the line end at i, 0 if there is none.
func newline(src []byte, i int) int {
	switch {
	case i < len(src) && src[i] == '\n':
		return 1
	case i+1 < len(src) && src[i] == '\r' && src[i+1] == '\n':
		return 2
	}
	return 0
}

// lineEnd is where the line behind i begins.
func lineEnd(src []byte, i int) int {
	if n := bytes.IndexByte(src[i:], '\n'); n >= 0 {
		return i + n + 1
	}
	return len(src)
}

// skipString returns the offset behind the string whose first quote is at i, -1
// when it does not end, or when a part that is filled in holds the quote itself.
func skipString(src []byte, i int, format bool) int {
	q := src[i]
	size := 1
	if i+2 < len(src) && src[i+1] == q && src[i+2] == q {
		size = 3
	} else if i+1 < len(src) && src[i+1] == q {
		return i + 2
	}
	depth := 0
	for i += size; i < len(src); i++ {
		switch c := src[i]; {
		case c == '\\':
			i++
			if i+1 < len(src) && src[i] == '\r' && src[i+1] == '\n' {
				i++
			}
		case c == q && (size == 1 || i+2 < len(src) && src[i+1] == q && src[i+2] == q):
			if depth > 0 {
				return -1
			}
			return i + size
		case c == '\n' && size == 1, c == 0:
			return -1
		case format && c == '{':
			depth++
		case format && c == '}' && depth > 0:
			depth--
		case format && depth > 0 && (c == '"' || c == '\''):
			// A string within: up to its end on this line.
			n := bytes.IndexAny(src[i+1:], string([]byte{c, '\n', '\\'}))
			if n < 0 || src[i+1+n] != c {
				return -1
			}
			i += n + 1
		}
	}
	return -1
}
