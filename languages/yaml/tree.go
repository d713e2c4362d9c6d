package yaml

import (
	"bytes"
	"sort"
	"strings"
)

// kind says what a node of the tree is.
type kind uint8

const (
	scalar kind = iota + 1
	mapping
	sequence
	alias
)

// tree is one file as it was read. Offsets count bytes of src.
type tree struct {
	src []byte
	// masked is src with the actions of templates overwritten, byte for byte, so
	// that what is left is YAML.
	masked   []byte
	lines    []int // where each line starts
	docs     []*value
	anchors  map[string]*value
	comments []span
	actions  []action
	// errors counts the places that are no YAML; the parser goes on behind them.
	errors int
}

// span is the half-open byte range [start, end).
type span struct{ start, end int }

// value is a node: a scalar, a mapping, a sequence or an alias.
type value struct {
	kind kind
	// style is how it is written: 'p' plain, '"', '\'', '|' or '>' for scalars, '{'
	// or '[' for flow collections, 'b' for block ones, 0 for what is left out.
	style byte
	// start and end are the node itself, without its anchor and tag, with quotes.
	start, end int
	text       string
	tag        string
	name       string // of an alias
	// pieces map text to the source: what is not in one of them was made by escapes.
	pieces []piece
	pairs  []*pair
	items  []*item
	// up is the pair or item that the value stands in, nil for a document.
	up *pair
	in *item
	// parent is the collection around it.
	parent *value
	tree   *tree
}

// pair is one entry of a mapping, item one of a sequence; start is where its key,
// its dash or its value in a flow sequence begins.
type pair struct {
	key, val   *value
	start, end int
	owner      *value
}

type item struct {
	val        *value
	start, end int
	owner      *value
}

// piece says that size bytes of a text from offset text stand in the source at src.
type piece struct{ text, src, size int }

// span returns where a part of a scalar's text stands; ok is false when it is not
// one stretch of the source.
func (v *value) span(start, end int) (s span, ok bool) {
	i := sort.Search(len(v.pieces), func(i int) bool { return v.pieces[i].text > start })
	// An empty part between two pieces is the end of the first.
	for j := max(i-2, 0); j < i; j++ {
		if p := v.pieces[j]; p.text <= start && end <= p.text+p.size {
			return span{p.src + start - p.text, p.src + end - p.text}, true
		}
	}
	return s, false
}

// get is the value of a key, merged keys included; nil when there is none.
func (v *value) get(key string) *value {
	if v == nil {
		return nil
	}
	return v.lookup(key, 4)
}

func (v *value) lookup(key string, depth int) *value {
	v = v.resolved()
	if v == nil || v.kind != mapping {
		return nil
	}
	for _, p := range v.pairs {
		if p.key.text == key {
			return p.val.resolved()
		}
	}
	if depth == 0 {
		return nil
	}
	for _, p := range v.pairs {
		if p.key.text != "<<" {
			continue
		}
		from := p.val.resolved()
		if from != nil && from.kind == sequence {
			for _, it := range from.items {
				if found := it.val.lookup(key, depth-1); found != nil {
					return found
				}
			}
			continue
		}
		if found := from.lookup(key, depth-1); found != nil {
			return found
		}
	}
	return nil
}

// resolved follows an alias to what it stands for; nil where nothing is.
func (v *value) resolved() *value {
	for range 8 {
		if v == nil || v.kind != alias {
			return v
		}
		v = v.tree.anchors[v.name]
	}
	return nil
}

// scalarText is the text of a scalar, "" for anything else.
func (v *value) scalarText() string {
	if v = v.resolved(); v == nil || v.kind != scalar {
		return ""
	}
	return v.text
}

// lineOf is the index of the line that an offset stands in.
func (t *tree) lineOf(offset int) int {
	return sort.Search(len(t.lines), func(i int) bool { return t.lines[i] > offset }) - 1
}

// lineEnd is where a line ends, without its break.
func (t *tree) lineEnd(line int) int {
	end := len(t.src)
	if line+1 < len(t.lines) {
		end = t.lines[line+1] - 1
	}
	if end > t.lines[line] && t.src[end-1] == '\r' {
		end--
	}
	return end
}

// maxDepth bounds the nesting that is followed: what lies deeper is skipped.
const maxDepth = 200

// parser reads a file with whatever mistakes it has. The parsers of YAML that
// exist stop at the first mistake, and a Helm template is nothing but mistakes to
// them; here a line that fits nowhere is counted and skipped. Every step moves
// forward, so that the cost grows with the size.
type parser struct {
	*tree
	buf   []byte // masked
	pos   int
	depth int
}

// parse reads a file; it never fails.
func parse(src []byte) *tree {
	t := &tree{src: src, anchors: map[string]*value{}}
	t.masked, t.actions = mask(src)
	t.lines = append(t.lines, 0)
	for i, c := range src {
		if c == '\n' {
			t.lines = append(t.lines, i+1)
		}
	}
	p := &parser{tree: t, buf: t.masked}
	if bytes.HasPrefix(p.buf, []byte("\xef\xbb\xbf")) {
		p.pos = 3
	}
	for p.pos < len(p.buf) {
		before := p.pos
		p.document()
		if p.pos == before {
			p.errors++
			p.nextLine()
		}
	}
	return t
}

func (p *parser) document() {
	for p.blanks(); p.pos < len(p.buf); p.blanks() {
		if p.marker() {
			p.pos += 3
			continue
		}
		if p.buf[p.pos] == '%' && p.column() == 0 {
			p.nextLine()
			continue
		}
		break
	}
	if p.pos >= len(p.buf) {
		return
	}
	if v := p.node(-1, false); v != nil {
		p.docs = append(p.docs, v)
	}
	// What the root did not take fits nowhere.
	for p.blanks(); p.pos < len(p.buf) && !p.marker(); p.blanks() {
		start := p.pos
		v := p.node(-1, false)
		if v != nil && len(p.docs) > 0 {
			root := p.docs[len(p.docs)-1]
			if root.kind == mapping && v.kind == mapping {
				for _, x := range v.pairs {
					x.owner = root
					x.key.parent = root
					x.val.parent = root
				}
				root.pairs = append(root.pairs, v.pairs...)
			} else if v.kind == mapping {
				p.docs = append(p.docs, v)
			}
		}
		p.errors++
		if p.pos == start {
			p.nextLine()
		}
	}
}

// marker reports whether a line that separates documents begins here.
func (p *parser) marker() bool {
	rest := p.buf[p.pos:]
	return p.column() == 0 && (bytes.HasPrefix(rest, []byte("---")) || bytes.HasPrefix(rest, []byte("..."))) &&
		(len(rest) == 3 || isBlank(rest[3]) || rest[3] == '\n')
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' }

func (p *parser) at(offset int) byte {
	if i := p.pos + offset; i >= 0 && i < len(p.buf) {
		return p.buf[i]
	}
	return '\n'
}

// spaceAt reports whether a blank or the end of the line stands there.
func (p *parser) spaceAt(offset int) bool {
	c := p.at(offset)
	return isBlank(c) || c == '\n'
}

func (p *parser) column() int { return p.pos - p.lines[p.lineOf(p.pos)] }

func (p *parser) nextLine() {
	if i := bytes.IndexByte(p.buf[p.pos:], '\n'); i >= 0 {
		p.pos += i + 1
		return
	}
	p.pos = len(p.buf)
}

// blanks moves over white space, comments and line breaks.
func (p *parser) blanks() {
	for p.pos < len(p.buf) {
		switch c := p.buf[p.pos]; {
		case c == '\n' || isBlank(c):
			p.pos++
		case c == '#' && (p.pos == 0 || isBlank(p.buf[p.pos-1]) || p.buf[p.pos-1] == '\n'):
			start := p.pos
			p.nextLine()
			end := p.pos
			for end > start && (p.buf[end-1] == '\n' || p.buf[end-1] == '\r') {
				end--
			}
			p.comments = append(p.comments, span{start, end})
		default:
			return
		}
	}
}

// inline moves over blanks of the line and reports whether something else than a
// comment follows on it.
func (p *parser) inline() bool {
	for p.pos < len(p.buf) && isBlank(p.buf[p.pos]) {
		p.pos++
	}
	return p.pos < len(p.buf) && p.buf[p.pos] != '\n' && !(p.buf[p.pos] == '#' && p.pos > 0 && isBlank(p.buf[p.pos-1]))
}

func (p *parser) empty() *value {
	return &value{kind: scalar, start: p.pos, end: p.pos, tree: p.tree}
}

// node reads a node that is indented by more than indent columns, from where the
// parser stands: the first thing of it. sameLine says that it stands behind a key
// or a dash, where no mapping without a dash may begin.
func (p *parser) node(indent int, sameLine bool) *value {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		p.errors++
		v := p.empty()
		p.nextLine()
		return v
	}
	var name, tag string
	propertyAt := -1
	for p.pos < len(p.buf) {
		c := p.buf[p.pos]
		if (c != '&' && c != '!') || name != "" && c == '&' || tag != "" && c == '!' {
			break
		}
		if propertyAt < 0 {
			propertyAt = p.pos
		}
		start := p.pos + 1
		for p.pos < len(p.buf) && !isBlank(p.buf[p.pos]) && p.buf[p.pos] != '\n' {
			p.pos++
		}
		if c == '&' {
			name = string(p.buf[start:p.pos])
		} else {
			tag = string(p.buf[start:p.pos])
		}
		if !p.inline() {
			// What they belong to begins on a line of its own.
			p.blanks()
			if p.pos >= len(p.buf) || p.marker() || p.column() <= indent && !(p.at(0) == '-' && p.spaceAt(1) && p.column() == indent) {
				return p.empty()
			}
			sameLine = false
		}
	}
	v := p.content(indent, sameLine, propertyAt)
	v.tag = tag
	if name != "" {
		p.anchors[name] = v
	}
	return v
}

func (p *parser) content(indent int, sameLine bool, propertyAt int) *value {
	if p.pos >= len(p.buf) {
		return p.empty()
	}
	switch c := p.buf[p.pos]; {
	case c == '-' && p.spaceAt(1):
		return p.sequence(p.column())
	case c == '|' || c == '>':
		return p.blockScalar(indent)
	}
	if !sameLine && p.keyHere() {
		column := p.column()
		if propertyAt >= 0 && p.lineOf(propertyAt) == p.lineOf(p.pos) {
			column = propertyAt - p.lines[p.lineOf(propertyAt)] // &a key: the anchor is the key's
		}
		return p.mapping(column)
	}
	return p.flowNode(indent, false)
}

// keyHere reports whether a key of a mapping begins here.
func (p *parser) keyHere() bool {
	if p.at(0) == '?' && p.spaceAt(1) {
		return true
	}
	end := p.keyEnd()
	return end >= 0
}

// keyEnd is the offset of the colon behind the key that begins here, -1 if none does.
func (p *parser) keyEnd() int {
	i := p.pos
	switch c := p.at(0); c {
	case '"', '\'':
		for i++; i < len(p.buf) && p.buf[i] != '\n'; i++ {
			if p.buf[i] == '\\' && c == '"' {
				i++
			} else if p.buf[i] == c {
				if c == '\'' && i+1 < len(p.buf) && p.buf[i+1] == '\'' {
					i++
					continue
				}
				break
			}
		}
		if i >= len(p.buf) || p.buf[i] != c {
			return -1
		}
		for i++; i < len(p.buf) && isBlank(p.buf[i]); i++ {
		}
		if i < len(p.buf) && p.buf[i] == ':' && (i+1 >= len(p.buf) || isBlank(p.buf[i+1]) || p.buf[i+1] == '\n') {
			return i
		}
		return -1
	case '{', '[', '#', '|', '>', '%', '@', '`', ',', ']', '}':
		return -1
	}
	for ; i < len(p.buf) && p.buf[i] != '\n'; i++ {
		switch p.buf[i] {
		case ':':
			if i+1 >= len(p.buf) || isBlank(p.buf[i+1]) || p.buf[i+1] == '\n' {
				return i
			}
		case '#':
			if isBlank(p.buf[i-1]) {
				return -1
			}
		}
	}
	return -1
}

// mapping reads the pairs that begin in a column.
func (p *parser) mapping(column int) *value {
	m := &value{kind: mapping, style: 'b', start: p.pos, tree: p.tree}
	m.end = m.start
	for p.pos < len(p.buf) {
		x := &pair{start: p.pos, owner: m}
		if p.at(0) == '?' && p.spaceAt(1) {
			p.pos++
			p.inline()
			x.key = p.flowNode(column, false)
			p.blanks()
			if p.at(0) != ':' {
				x.key.text = ""
				x.val = p.empty()
				goto done
			}
		} else {
			if c := p.at(0); c == '&' || c == '!' {
				for !p.spaceAt(0) {
					p.pos++
				}
				p.inline()
			}
			colon := p.keyEnd()
			if colon < 0 {
				p.errors++
				p.nextLine()
				goto next
			}
			x.key = p.key(colon)
			p.pos = colon
		}
		p.pos++
		x.val = p.valueOf(column)
	done:
		x.end = x.val.end
		if x.val.style == 0 {
			x.end = min(max(x.key.end+1, min(x.val.end, p.pos)), len(p.buf))
			x.val.start, x.val.end = x.end, x.end
		}
		x.key.parent, x.val.parent, x.val.up = m, m, x
		m.pairs = append(m.pairs, x)
		m.end = x.end
	next:
		p.blanks()
		if p.pos >= len(p.buf) || p.marker() {
			break
		}
		c := p.column()
		if c > column && p.keyHere() {
			p.errors++ // too far to the right: taken for a pair of this mapping
			continue
		}
		if c != column {
			if c > column {
				p.errors++
				p.nextLine()
				goto next
			}
			break
		}
		if p.at(0) == '-' && p.spaceAt(1) {
			break
		}
	}
	return m
}

func (p *parser) key(colon int) *value {
	k := &value{kind: scalar, style: 'p', start: p.pos, tree: p.tree}
	if c := p.at(0); c == '"' || c == '\'' {
		k = p.quoted(-1)
		p.pos = colon
		return k
	}
	k.end = colon
	for k.end > k.start && isBlank(p.buf[k.end-1]) {
		k.end--
	}
	k.text = string(p.buf[k.start:k.end])
	k.pieces = []piece{{0, k.start, len(k.text)}}
	return k
}

// valueOf reads what stands behind the colon of a pair in a column.
func (p *parser) valueOf(column int) *value {
	if p.inline() {
		return p.node(column, true)
	}
	at := p.pos
	p.blanks()
	if p.pos < len(p.buf) && !p.marker() {
		c := p.column()
		if c > column || c == column && p.at(0) == '-' && p.spaceAt(1) {
			return p.node(column, false)
		}
	}
	return &value{kind: scalar, start: at, end: at, tree: p.tree}
}

// sequence reads the items whose dashes stand in a column.
func (p *parser) sequence(column int) *value {
	s := &value{kind: sequence, style: 'b', start: p.pos, tree: p.tree}
	for p.pos < len(p.buf) && p.at(0) == '-' && p.spaceAt(1) {
		it := &item{start: p.pos, owner: s}
		p.pos++
		if p.inline() {
			it.val = p.node(column, false)
		} else {
			at := p.pos
			p.blanks()
			if p.pos < len(p.buf) && !p.marker() && p.column() > column {
				it.val = p.node(column, false)
			} else {
				it.val = &value{kind: scalar, start: at, end: at, tree: p.tree}
			}
		}
		it.end = max(it.val.end, it.start+1)
		it.val.parent, it.val.in = s, it
		s.items = append(s.items, it)
		s.end = it.end
		for p.blanks(); p.pos < len(p.buf) && !p.marker() && p.column() > column; p.blanks() {
			p.errors++
			if p.at(0) == '-' && p.spaceAt(1) {
				break // too far to the right: the next item
			}
			p.nextLine()
		}
		if p.pos >= len(p.buf) || p.marker() || p.column() < column {
			break
		}
	}
	return s
}

// flowNode reads a scalar, an alias or a collection in brackets.
func (p *parser) flowNode(indent int, flow bool) *value {
	switch c := p.at(0); c {
	case '{':
		return p.flowMapping(indent)
	case '[':
		return p.flowSequence(indent)
	case '"', '\'':
		return p.quoted(indent)
	case '*':
		v := &value{kind: alias, style: 'p', start: p.pos, tree: p.tree}
		for p.pos++; p.pos < len(p.buf) && !p.spaceAt(0) && !(flow && strings.IndexByte(",]}[{", p.at(0)) >= 0); p.pos++ {
		}
		v.end = p.pos
		v.name = string(p.buf[v.start+1 : v.end])
		return v
	}
	return p.plain(indent, flow)
}

// outside reports whether a line breaks out of a bracket or quote that is open:
// it is not indented as the inside must be and looks like a key.
func (p *parser) outside(indent int) bool {
	if indent < 0 || p.pos >= len(p.buf) {
		return p.pos < len(p.buf) && p.marker()
	}
	c := p.at(0)
	return p.column() <= indent && c != ']' && c != '}' && c != '"' && c != '\'' && c != ','
}

func (p *parser) enter() bool {
	p.depth++
	if p.depth > maxDepth {
		p.errors++
		p.depth--
		return false
	}
	return true
}

func (p *parser) flowMapping(indent int) *value {
	m := &value{kind: mapping, style: '{', start: p.pos, tree: p.tree}
	if !p.enter() {
		p.pos = len(p.buf)
		m.end = p.pos
		return m
	}
	defer func() { p.depth-- }()
	p.pos++
	for {
		p.blanks()
		if p.pos >= len(p.buf) || p.outside(indent) {
			p.errors++
			break
		}
		c := p.at(0)
		if c == '}' {
			p.pos++
			break
		}
		if c == ',' {
			p.pos++
			continue
		}
		if c == ']' {
			p.errors++
			p.pos++
			continue
		}
		x := &pair{start: p.pos, owner: m}
		x.key = p.flowKey(indent)
		p.blanks()
		if p.at(0) == ':' {
			p.pos++
			p.blanks()
			x.val = p.flowValue(indent)
		} else {
			x.val = &value{kind: scalar, start: x.key.end, end: x.key.end, tree: p.tree}
		}
		x.end = max(x.val.end, x.key.end)
		x.key.parent, x.val.parent, x.val.up = m, m, x
		m.pairs = append(m.pairs, x)
		if p.pos == x.start {
			p.errors++
			p.pos++
		}
	}
	m.end = p.pos
	return m
}

// flowKey reads a key between brackets: it ends at a colon.
func (p *parser) flowKey(indent int) *value {
	if c := p.at(0); c == '"' || c == '\'' || c == '{' || c == '[' {
		return p.flowNode(indent, true)
	}
	return p.plain(indent, true)
}

func (p *parser) flowValue(indent int) *value {
	var name, tag string
	for p.at(0) == '&' || p.at(0) == '!' {
		c, start := p.at(0), p.pos+1
		for p.pos < len(p.buf) && !p.spaceAt(0) && strings.IndexByte(",]}", p.at(0)) < 0 {
			p.pos++
		}
		if c == '&' {
			name = string(p.buf[start:p.pos])
		} else {
			tag = string(p.buf[start:p.pos])
		}
		p.blanks()
	}
	if c := p.at(0); p.pos >= len(p.buf) || c == ',' || c == '}' || c == ']' {
		return p.empty()
	}
	v := p.flowNode(indent, true)
	v.tag = tag
	if name != "" {
		p.anchors[name] = v
	}
	return v
}

func (p *parser) flowSequence(indent int) *value {
	s := &value{kind: sequence, style: '[', start: p.pos, tree: p.tree}
	if !p.enter() {
		p.pos = len(p.buf)
		s.end = p.pos
		return s
	}
	defer func() { p.depth-- }()
	p.pos++
	for {
		p.blanks()
		if p.pos >= len(p.buf) || p.outside(indent) {
			p.errors++
			break
		}
		c := p.at(0)
		if c == ']' {
			p.pos++
			break
		}
		if c == ',' {
			p.pos++
			continue
		}
		if c == '}' {
			p.errors++
			p.pos++
			continue
		}
		it := &item{start: p.pos, owner: s}
		v := p.flowValue(indent)
		p.blanks()
		if p.at(0) == ':' && v.kind == scalar {
			// A single pair in a sequence: [a: b].
			m := &value{kind: mapping, style: '{', start: it.start, tree: p.tree}
			x := &pair{start: it.start, key: v, owner: m}
			p.pos++
			p.blanks()
			x.val = p.flowValue(indent)
			x.end = x.val.end
			x.key.parent, x.val.parent, x.val.up = m, m, x
			m.pairs, m.end = []*pair{x}, x.end
			v = m
		}
		it.val, it.end = v, v.end
		it.val.parent, it.val.in = s, it
		s.items = append(s.items, it)
		if p.pos == it.start {
			p.errors++
			p.pos++
		}
	}
	s.end = p.pos
	return s
}

var escapes = map[byte]string{
	'0': "\x00", 'a': "\a", 'b': "\b", 't': "\t", '\t': "\t", 'n': "\n", 'v': "\v", 'f': "\f", 'r': "\r",
	'e': "\x1b", ' ': " ", '"': `"`, '/': "/", '\\': `\`, 'N': "\u0085", '_': "\u00a0",
}

// quoted reads a scalar in quotes.
func (p *parser) quoted(indent int) *value {
	quote := p.at(0)
	v := &value{kind: scalar, style: quote, start: p.pos, tree: p.tree}
	var text []byte
	run := func(from, to int) {
		if from < to {
			v.pieces = append(v.pieces, piece{len(text), from, to - from})
			text = append(text, p.buf[from:to]...)
		}
	}
	i, from := p.pos+1, p.pos+1
	for {
		if i >= len(p.buf) {
			p.errors++
			run(from, len(p.buf))
			p.pos = len(p.buf)
			break
		}
		c := p.buf[i]
		if c == quote {
			if quote == '\'' && i+1 < len(p.buf) && p.buf[i+1] == '\'' {
				run(from, i+1)
				i += 2
				from = i
				continue
			}
			run(from, i)
			p.pos = i + 1
			break
		}
		if c == '\\' && quote == '"' && i+1 < len(p.buf) {
			run(from, i)
			next := p.buf[i+1]
			i += 2
			if next == '\n' || next == '\r' {
				for i < len(p.buf) && (isBlank(p.buf[i]) || p.buf[i] == '\n' && next == '\r') {
					i++
				}
			} else if s, ok := escapes[next]; ok {
				text = append(text, s...)
			} else {
				text = append(text, '?') // a number: what it stands for does not matter here
			}
			from = i
			continue
		}
		if c == '\n' {
			// Lines are joined by a blank, empty ones are kept.
			end := i
			for end > from && isBlank(p.buf[end-1]) {
				end--
			}
			run(from, end)
			breaks := 0
			for i < len(p.buf) && (isBlank(p.buf[i]) || p.buf[i] == '\n') {
				if p.buf[i] == '\n' {
					breaks++
				}
				i++
			}
			p.pos = i
			if i < len(p.buf) && (p.outside(indent) || p.marker()) {
				p.errors++
				from = i
				break
			}
			if breaks == 1 {
				text = append(text, ' ')
			}
			for ; breaks > 1; breaks-- {
				text = append(text, '\n')
			}
			from = i
			continue
		}
		i++
	}
	v.end = p.pos
	v.text = string(text)
	return v
}

// plain reads a scalar without quotes.
func (p *parser) plain(indent int, flow bool) *value {
	v := &value{kind: scalar, style: 'p', start: p.pos, tree: p.tree}
	var text []byte
	for {
		start := p.pos
		end := p.plainLine(flow)
		if end > start {
			v.pieces = append(v.pieces, piece{len(text), start, end - start})
			text = append(text, p.buf[start:end]...)
			v.end = end
		}
		// Further lines that are indented by more belong to it.
		here := p.pos
		if p.inline() || p.pos >= len(p.buf) || p.at(0) == '#' {
			p.pos = here
			break
		}
		breaks := 0
		for p.pos < len(p.buf) && (isBlank(p.at(0)) || p.at(0) == '\n') {
			if p.at(0) == '\n' {
				breaks++
			}
			p.pos++
		}
		if p.pos >= len(p.buf) || p.column() <= indent || p.at(0) == '#' || p.marker() ||
			!flow && (p.keyEnd() >= 0 || p.at(0) == '-' && p.spaceAt(1)) || flow && strings.IndexByte(",]}:{[", p.at(0)) >= 0 {
			p.pos = here
			break
		}
		if breaks == 1 {
			text = append(text, ' ')
		}
		for ; breaks > 1; breaks-- {
			text = append(text, '\n')
		}
	}
	v.text = string(text)
	v.end = max(v.end, v.start)
	return v
}

// plainLine moves over the part of a plain scalar on this line and returns where
// it ends.
func (p *parser) plainLine(flow bool) int {
	end := p.pos
	for ; p.pos < len(p.buf) && p.buf[p.pos] != '\n'; p.pos++ {
		c := p.buf[p.pos]
		switch {
		case isBlank(c):
			continue
		case c == '#' && p.pos > 0 && isBlank(p.buf[p.pos-1]):
			return end
		case flow && (c == ',' || c == ']' || c == '}' || c == '{' || c == '['):
			return end
		case flow && c == ':' && (p.spaceAt(1) || strings.IndexByte(",]}{[", p.at(1)) >= 0):
			return end
		}
		end = p.pos + 1
	}
	return end
}

// blockScalar reads the lines behind | or >.
func (p *parser) blockScalar(indent int) *value {
	v := &value{kind: scalar, style: p.at(0), start: p.pos, tree: p.tree}
	explicit, keep := 0, byte(0)
	for p.pos++; p.pos < len(p.buf) && p.buf[p.pos] != '\n'; p.pos++ {
		c := p.buf[p.pos]
		switch {
		case c >= '1' && c <= '9' && explicit == 0:
			explicit = int(c - '0')
		case c == '-' || c == '+':
			keep = c
		case c == '#' && isBlank(p.buf[p.pos-1]):
			p.blanks()
			p.pos--
		}
		if p.pos < 0 || p.pos >= len(p.buf) || p.buf[p.pos] == '\n' {
			break
		}
	}
	if p.pos < len(p.buf) {
		p.pos++
	}
	v.end = min(p.pos, len(p.buf))
	width := -1
	if explicit > 0 {
		width = max(indent, 0) + explicit
	}
	var text []byte
	folded := v.style == '>'
	newline := 0 // breaks since the last line with content
	first := true
	more := false // the last line was indented by more, or began with a blank
	for p.pos < len(p.buf) {
		start := p.pos
		end := len(p.buf)
		if i := bytes.IndexByte(p.buf[start:], '\n'); i >= 0 {
			end = start + i
		}
		line := p.buf[start:end]
		lead := len(line) - len(bytes.TrimLeft(line, " "))
		if len(bytes.TrimSpace(line)) == 0 {
			// Also where blanks beyond the indentation would be content: an action of a
			// template may have stood there.
			newline++
			p.pos = min(end+1, len(p.buf))
			continue
		}
		if width < 0 {
			if lead <= indent {
				break
			}
			width = lead
		}
		if lead < width {
			break
		}
		stop := end
		if stop > start && p.buf[stop-1] == '\r' {
			stop--
		}
		spaced := lead > width || p.buf[start+width] == '\t'
		switch {
		case first:
			for range newline {
				text = append(text, '\n')
			}
		case folded && newline == 1 && !spaced && !more:
			text = append(text, ' ')
		case folded && !spaced && !more:
			for range newline - 1 {
				text = append(text, '\n')
			}
		default:
			for range newline {
				text = append(text, '\n')
			}
		}
		first, more, newline = false, spaced, 1
		v.pieces = append(v.pieces, piece{len(text), start + width, stop - start - width})
		text = append(text, p.buf[start+width:stop]...)
		v.end = stop
		p.pos = min(end+1, len(p.buf))
	}
	if keep != '-' && len(text) > 0 {
		text = append(text, '\n')
	}
	v.text = string(text)
	return v
}

// walk calls f for every value, parents first.
func (v *value) walk(f func(*value)) {
	if v == nil {
		return
	}
	f(v)
	for _, p := range v.pairs {
		p.val.walk(f)
	}
	for _, it := range v.items {
		it.val.walk(f)
	}
}

// keyed is the name of the key whose value v is, "" when it is none's.
func (v *value) keyed() string {
	if v == nil || v.up == nil {
		return ""
	}
	return v.up.key.text
}
