package python

import (
	"bytes"
	"slices"
	"strings"
)

// library keeps functions that import what rows know, or tests: what a file
// imports counts for all of it.
func (p *pruner) library() {
	for i := range p.lines {
		l := &p.lines[i]
		if l.fn < 0 || l.word != wordImport && l.word != wordFrom {
			continue
		}
		if p.known(l) {
			p.keep[l.fn] = true
		}
	}
	for at := 0; ; {
		n := bytes.Index(p.src[at:], []byte("tlslint:"))
		if n < 0 {
			break
		}
		at += n
		for i, f := range p.functions {
			if p.lines[f.head].start <= at && at < p.lines[f.last].end {
				p.keep[i] = true
			}
		}
		at++
	}
}

// known reports whether an import is of a library that rows know, or of one for
// tests.
func (p *pruner) known(l *logical) bool {
	words := strings.FieldsFunc(string(p.src[l.start:l.end]), func(r rune) bool { return r == ' ' || r == ',' })
	if len(words) < 2 {
		return false
	}
	first, _, _ := strings.Cut(words[1], ".")
	switch first {
	case "unittest", "pytest", "nose":
		return true
	}
	return p.set.Knows(first) || p.set.Knows(p.set.Canonical(words[1]))
}

// use notes what tokens name.
func (p *pruner) use(ts []token) {
	for _, t := range ts {
		switch {
		case t.id <= wordDecorator:
		case t.flags&ofSelf != 0:
			p.word[t.id] |= usedSelf
		case t.flags&isAttr != 0:
			p.word[t.id] |= usedAttr
		default:
			p.word[t.id] |= usedName
		}
	}
}

// mark decides which functions to keep.
func (p *pruner) mark() {
	for i, f := range p.functions {
		if p.keep[i] {
			p.follow(f, func(i int) bool { return p.lines[i].anchored }, true)
		}
	}
	for i, l := range p.lines {
		if l.fn < 0 && l.anchored {
			p.use(p.of(i, i))
			for _, t := range p.of(i, i) {
				if t.flags&(stored|isAttr) == stored {
					p.word[t.id] |= flowsName
				}
			}
		}
	}
	for i, l := range p.lines {
		if l.anchored && l.word != wordFrom {
			for _, t := range p.of(i, i) {
				if t.id > wordDecorator && t.flags&isAttr == 0 && p.word[t.id]&imported != 0 {
					p.word[t.id] |= shared
				}
			}
		}
	}
	p.define(3)
	p.callers()
	p.define(1)
}

// follow notes what the lines of a function that matter name, and where what they
// make ends up. A line matters when it is one of the given ones, when it gives a
// value to what those name, and when it uses what those make.
func (p *pruner) follow(f function, given func(line int) bool, flows bool) {
	p.stamp++
	now := p.stamp
	n := f.last - f.first + 1
	if cap(p.matter) < n {
		p.matter = make([]bool, n)
	}
	matter := p.matter[:n]
	clear(matter)
	last := 0
	for i := f.head; i < f.first; i++ {
		p.use(p.of(i, i))
	}
	for changed, round := true, 0; changed; round++ {
		changed = false
		for i := range matter {
			l := &p.lines[f.first+i]
			ts := p.of(f.first+i, f.first+i)
			if !matter[i] {
				is := given(f.first+i) || round > maxRounds
				for j, t := range ts {
					if is || t.id <= wordDecorator {
						continue
					}
					is = p.holds[t.id] == now || p.needs[t.id] == now && (t.flags&stored != 0 || j == 0)
				}
				is = is || i < last && (l.word == wordIf || l.word == wordElif || l.word == wordWhile)
				if !is {
					continue
				}
				matter[i], changed = true, true
				for _, t := range ts {
					p.needs[t.id] = now
				}
				last = max(last, i)
			}
			if !flows {
				continue
			}
			// What is made here is held by what it is assigned to, or by the object
			// that it is said to.
			hit, assigns := l.anchored || given(f.first+i), false
			for _, t := range ts {
				assigns = assigns || t.flags&stored != 0
				hit = hit || t.flags&stored == 0 && p.holds[t.id] == now
			}
			if !hit {
				continue
			}
			for j, t := range ts {
				if t.id > wordDecorator && p.holds[t.id] != now && (t.flags&stored != 0 || !assigns && l.anchored && j < 3) {
					p.holds[t.id], changed = now, true
				}
			}
		}
	}
	gives := false
	for i, is := range matter {
		if !is {
			continue
		}
		ts := p.of(f.first+i, f.first+i)
		p.use(ts)
		if !flows {
			continue
		}
		l := &p.lines[f.first+i]
		if l.word == wordReturn && (l.anchored || slices.ContainsFunc(ts, func(t token) bool { return p.holds[t.id] == now })) {
			gives = true
		}
		for _, t := range ts {
			if p.word[t.id]&fromLibrary != 0 {
				p.word[t.id] |= shared
			}
			switch {
			case t.flags&stored == 0 || p.holds[t.id] != now: // nothing is put there
			case t.flags&ofSelf != 0:
				p.word[t.id] |= flowsSelf
			case t.flags&isAttr == 0 && p.word[t.id]&ownName != 0:
				p.word[t.id] |= flowsName
			}
		}
	}
	if !flows {
		return
	}
	if t, ok := p.name(f); ok && (gives || p.asked(f, t)) {
		p.word[t.id] |= caller
	}
}

// asked reports whether the conditions around the calls of a function may say who
// wants it: see callerGuards.
func (p *pruner) asked(f function, name token) bool {
	l := &p.lines[f.def]
	_, text, _ := strings.Cut(string(p.src[l.start:l.end]), "def")
	text, _, _ = strings.Cut(strings.TrimSpace(text), "(")
	if throws.MatchString(text) {
		return true
	}
	if !strings.HasPrefix(text, "_") || strings.HasPrefix(text, "__") {
		return false
	}
	for _, f := range p.functions {
		if !slices.ContainsFunc(p.of(f.first, f.last), func(t token) bool { return t.id == name.id }) {
			continue
		}
		for i := f.first; i <= f.last; i++ {
			l := &p.lines[i]
			if (l.word == wordIf || l.word == wordElif) && saysKey.Match(p.src[l.start:l.end]) {
				return true
			}
		}
	}
	return false
}

// name is the name of a function.
func (p *pruner) name(f function) (token, bool) {
	for _, t := range p.of(f.def, f.def) {
		if t.id != wordDef && t.id != wordAsync {
			return t, true
		}
	}
	return token{}, false
}

// define keeps the functions that say what names mean which kept code uses.
func (p *pruner) define(rounds int) {
	for range rounds {
		classes := false
		for _, w := range p.word {
			classes = classes || w&className != 0 && w&usedName != 0
		}
		used := func(t token) bool {
			w := p.word[t.id]
			switch {
			case t.id <= wordDecorator || t.flags&stored == 0:
				return false
			case t.flags&ofSelf != 0:
				return w&usedSelf != 0 || classes && w&usedAttr != 0
			case t.flags&isAttr != 0:
				return false
			}
			return w&usedName != 0 && w&ownName != 0
		}
		before := slices.Clone(p.word)
		for i := range p.lines {
			l := &p.lines[i]
			if l.fn >= 0 || p.taken[i] || l.table() {
				continue
			}
			for _, t := range p.of(i, i) {
				if used(t) || t.flags&stored != 0 && l.method && p.word[t.id]&(usedSelf|usedAttr) != 0 {
					p.taken[i] = true
					p.use(p.of(i, i))
					break
				}
			}
		}
		for i, f := range p.functions {
			lines := p.defines(f, used, classes)
			if lines != nil {
				p.keep[i] = true
				p.follow(f, lines, false)
			}
		}
		if slices.Equal(before, p.word) {
			return
		}
	}
}

// defines reports whether a function says what a used name means, as the lines
// that do; nil when it does not.
func (p *pruner) defines(f function, used func(token) bool, classes bool) func(int) bool {
	called := false
	if t, ok := p.name(f); ok {
		w := p.word[t.id]
		called = f.method && (w&usedSelf != 0 || classes && w&usedAttr != 0) || !f.method && w&usedName != 0
	}
	says := called
	for i := f.first; i <= f.last && !says; i++ {
		says = p.says(i, used)
	}
	if !says {
		return nil
	}
	return func(i int) bool {
		word := p.lines[i].word
		return called && (word == wordReturn || word == wordYield) || p.says(i, used)
	}
}

// says reports whether a line of a function gives a used name a value that others
// see.
func (p *pruner) says(i int, used func(token) bool) bool {
	global := p.lines[i].word == wordGlobal
	return slices.ContainsFunc(p.of(i, i), func(t token) bool { return used(t) || global && p.word[t.id]&usedName != 0 })
}

// callers keeps the functions that use what anchored code makes.
func (p *pruner) callers() {
	for i, f := range p.functions {
		if p.keep[i] {
			continue
		}
		flows := func(t token) bool {
			w := p.word[t.id]
			switch {
			case t.flags&isAttr == 0:
				return w&(flowsName|caller|shared) != 0
			}
			return w&(flowsSelf|caller) != 0
		}
		if slices.ContainsFunc(p.of(f.first, f.last), flows) {
			p.keep[i] = true
			p.follow(f, func(i int) bool { return slices.ContainsFunc(p.of(i, i), flows) }, false)
		}
	}
}
