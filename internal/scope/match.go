package scope

import (
	"bytes"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/ir"
)

// site is a finding and the code that it stands in.
type site struct {
	finding  *finding.Finding
	node     *ir.Node
	path     string // from the first folder of the work tree
	text     *text  // nil for what stands in no file that was read
	from, to int    // the finding's own tokens
	first    int    // the tokens of the statement around it: [first, last)
	last     int
	used     bool // a base finding that some finding continues
}

// sites are the findings of a result, by file.
func sites(res *scan.Result, path func(rel string) string) map[string][]*site {
	texts := map[string]*text{}
	out := map[string][]*site{}
	for _, j := range res.Judged {
		rel := j.Finding.Path
		t, known := texts[rel]
		if src, ok := res.Sources[rel]; !known && ok {
			t = newText(src)
			texts[rel] = t
		}
		s := newSite(j, t)
		s.path = path(rel)
		out[s.path] = append(out[s.path], s)
	}
	return out
}

func newSite(j judge.Judged, t *text) *site {
	s := &site{finding: j.Finding, node: j.Node, text: t}
	if t == nil {
		return s
	}
	span := j.Finding.Span
	s.from, s.to = t.tokens(span.Start.Offset, span.End.Offset)
	first, last := span.Start.Line, span.End.Line
	if j.Node != nil && j.Node.Lines[2] > 0 {
		first, last = min(first, j.Node.Lines[2]), max(last, j.Node.Lines[3])
	}
	s.first, s.last = t.lines(first, last)
	return s
}

// same reports whether two findings have one fingerprint, paths aside.
func same(a, b *finding.Finding) bool {
	return alike(a, b) && a.Symbol == b.Symbol && a.NodeKind == b.NodeKind && a.Tokens == b.Tokens
}

// alike reports whether two findings are about the same thing.
func alike(a, b *finding.Finding) bool { return a.Rule == b.Rule && a.Sink == b.Sink }

// pair is a file now, its findings, and those of the same file in the base.
type pair struct {
	old, new []*site
	toOld    []int // token -> token of the base, -1 for what was added
}

func newPair(old, new []*site) *pair {
	p := &pair{old: old, new: new}
	if len(old) > 0 && len(new) > 0 && old[0].text != nil && new[0].text != nil {
		p.toOld = align(old[0].text, new[0].text)
	}
	return p
}

// match finds for each finding the base finding that it continues. What is most
// alike is matched first, so that of several findings with the same words each
// finds its own: the order of the ways decides which one is left over and new.
func (p *pair) match(found func(n, b *site)) {
	p.try(found, p.untouched, p.inPlace, p.nearby, p.moved, p.edited, p.displaced)
}

// matchRenamed is match for what is left when findings have been looked for in
// other files, under their own name.
func (p *pair) matchRenamed(found func(n, b *site)) { p.try(found, p.renamed) }

func (p *pair) try(found func(n, b *site), ways ...func(n, b *site) bool) {
	for _, fits := range ways {
		for _, quieter := range []bool{false, true} {
			p.pass(fits, quieter, found)
		}
	}
}

// pass gives every open finding the first base finding that fits. A base finding
// that was quieter is only taken when no other fits.
func (p *pair) pass(fits func(n, b *site) bool, quieter bool, found func(n, b *site)) {
	for i, n := range p.new {
		if n == nil {
			continue
		}
		for _, b := range p.old {
			if !b.used && (quieter || b.finding.Severity >= n.finding.Severity) && fits(n, b) {
				b.used = true
				found(n, b)
				p.new[i] = nil
				break
			}
		}
	}
}

// untouched: the same fingerprint, the same statement, between the same lines.
func (p *pair) untouched(n, b *site) bool {
	if p.toOld == nil { // it is about a file that was not read
		return same(n.finding, b.finding) && n.finding.Message == b.finding.Message
	}
	return same(n.finding, b.finding) && sameStatement(n, b) && neighbours(n, b) == 2 && !p.inserted(n, b)
}

// inPlace: the same fingerprint and statement, where the mapping says.
func (p *pair) inPlace(n, b *site) bool {
	return p.toOld != nil && same(n.finding, b.finding) && sameStatement(n, b) && p.stayed(n, b)
}

// nearby: the same fingerprint and statement, beside the same line.
func (p *pair) nearby(n, b *site) bool {
	return p.toOld != nil && same(n.finding, b.finding) && sameStatement(n, b) && neighbours(n, b) > 0 && !p.inserted(n, b)
}

// moved: the same fingerprint and statement, elsewhere in the function. Where no
// function is named, the statement must say more than the finding.
func (p *pair) moved(n, b *site) bool {
	return p.toOld != nil && same(n.finding, b.finding) && sameStatement(n, b) && !p.inserted(n, b) &&
		(n.finding.Symbol != "" || (n.last-n.first)-(n.to-n.from) >= telling)
}

// telling is how many tokens beside a finding's own tell its statement from others.
const telling = 4

// edited: the same fingerprint where the mapping says, or in the statement that
// it says; that is another one otherwise.
func (p *pair) edited(n, b *site) bool {
	if p.toOld == nil || !same(n.finding, b.finding) {
		return false
	}
	rest := (n.last - n.first) - (n.to - n.from)
	kept := p.shared(n.first, n.last, b.first, b.last) - p.shared(n.from, n.to, b.first, b.last)
	return p.stayed(n, b) || rest >= telling && kept*2 >= rest
}

// displaced: the same fingerprint in one function, but the mapping gives its code
// to a finding in another one, which is still open: two functions look alike.
func (p *pair) displaced(n, b *site) bool {
	return p.toOld != nil && n.finding.Symbol != "" && same(n.finding, b.finding) &&
		slices.ContainsFunc(p.new, func(o *site) bool {
			return o != nil && o != n && o.finding.Symbol != n.finding.Symbol && alike(o.finding, b.finding) && p.stayed(o, b)
		})
}

// stayed reports whether a finding's tokens are, for the most part, those of a
// base finding.
func (p *pair) stayed(n, b *site) bool {
	return p.shared(n.from, n.to, b.from, b.to)*2 >= n.to-n.from
}

// inserted reports whether a finding's own tokens are new in a statement that is
// not. It asks within one function: where functions changed places the mapping
// may have taken one for the other.
func (p *pair) inserted(n, b *site) bool {
	if p.toOld[n.regionStart()] != b.regionStart() {
		return false
	}
	own := p.kept(n.from, n.to)
	rest := (n.last - n.first) - (n.to - n.from)
	return own*2 < n.to-n.from && rest > 0 && (p.kept(n.first, n.last)-own)*2 >= rest
}

// renamed: the code that makes the finding is the code that made one before; a
// name around it, or a name in it that decides nothing, is another.
func (p *pair) renamed(n, b *site) bool {
	if p.toOld == nil || !alike(n.finding, b.finding) || !p.sameCode(n, b) {
		return false
	}
	return n.finding.Symbol == b.finding.Symbol || nameChanged(n, b) && p.sameFunction(n, b)
}

// nameChanged reports whether the words that two symbols do not share went, and
// came: a function whose name is still there has not been renamed.
func nameChanged(n, b *site) bool {
	was, is := names(b.finding.Symbol), names(n.finding.Symbol)
	for _, name := range was {
		if !slices.Contains(is, name) && n.text.count(name) >= b.text.count(name) {
			return false
		}
	}
	for _, name := range is {
		if !slices.Contains(was, name) && n.text.count(name) <= b.text.count(name) {
			return false
		}
	}
	return true
}

// names are the words of a symbol.
func names(symbol string) []string {
	return strings.FieldsFunc(symbol, func(r rune) bool { return r < 0x80 && !word(byte(r)) })
}

// sameCode reports whether what makes the finding is unchanged: the name of the
// switch and its value, or, where there is no value or it is a function, two
// thirds of it.
func (p *pair) sameCode(n, b *site) bool {
	name := n.finding.Sink[strings.LastIndexAny(n.finding.Sink, ".:/")+1:]
	for i := n.from; i < n.to; i++ {
		if n.text.word(i) == name && !p.lands(i, b.from, b.to) {
			return false
		}
	}
	if v := valueOf(n.node); v != nil {
		from, to := n.text.tokens(v.Start, v.End)
		return to > from && p.shared(from, to, b.from, b.to) == to-from
	}
	return n.to > n.from && p.shared(n.from, n.to, b.from, b.to)*3 >= (n.to-n.from)*2
}

// valueOf is where a node's value stands, nil when the node has none of its own
// or when it is a function.
func valueOf(n *ir.Node) *ir.Span {
	if n == nil || n.Value == nil || n.Value.Const.Kind == ir.Function || n.Value.Span.IsZero() || !n.Span.Contains(n.Value.Span) {
		return nil
	}
	return &n.Value.Span
}

// around is how many tokens before a statement count where no function is known.
const around = 12

// sameFunction reports whether two findings whose functions have different names
// stand in the same one nevertheless: four fifths of what stands between the name
// and the end of the statement are the same.
func (p *pair) sameFunction(n, b *site) bool {
	start, from := n.regionStart(), b.regionStart()
	return p.shared(start, n.last, from, b.last)*10 >= ((n.last-start)+(b.last-from))*4
}

// regionStart is the token at which the declaration around a finding is named.
func (s *site) regionStart() int {
	if words := names(s.finding.Symbol); len(words) > 0 {
		for i := min(s.first, s.last-1); i >= 0; i-- {
			if s.text.word(i) == words[len(words)-1] {
				return i
			}
		}
	}
	return max(0, s.first-around)
}

// kept counts the tokens [from, to) that were in the base.
func (p *pair) kept(from, to int) int { return p.shared(from, to, 0, len(p.old[0].text.hash)) }

// shared counts the tokens [from, to) that were the tokens [a, b) of the base.
func (p *pair) shared(from, to, a, b int) (n int) {
	for i := from; i < to; i++ {
		if p.lands(i, a, b) {
			n++
		}
	}
	return n
}

func (p *pair) lands(i, a, b int) bool { return p.toOld[i] >= a && p.toOld[i] < b }

func sameStatement(n, b *site) bool {
	return n.last > n.first && sameTokens(n.text, n.first, n.last, b.text, b.first, b.last)
}

// neighbours counts how many of the line before and the line behind a statement
// are the same in both places.
func neighbours(n, b *site) (count int) {
	for _, side := range []func(*site) (from, to int){(*site).before, (*site).behind} {
		from, to := side(n)
		was, end := side(b)
		if sameTokens(n.text, from, to, b.text, was, end) {
			count++
		}
	}
	return count
}

// before are the tokens of the last line before a statement that has any.
func (s *site) before() (from, to int) {
	if s.first == 0 {
		return 0, 0
	}
	line := s.text.lineOf[s.first-1]
	return s.text.lines(line, line)
}

// behind are the tokens of the first line behind a statement that has any.
func (s *site) behind() (from, to int) {
	if s.last == len(s.text.hash) {
		return s.last, s.last
	}
	line := s.text.lineOf[s.last]
	return s.text.lines(line, line)
}

// carried reports whether a finding came from another file together with the
// code around it.
func carried(n, b *site) bool {
	return n.text != nil && b.text != nil && n.path != b.path && n.finding.Symbol != "" &&
		same(n.finding, b.finding) && sameStatement(n, b) && neighbours(n, b) > 0
}

// similar is the share of bytes in lines that two files have in common, in percent
// of the longer one.
func similar(a, b *text) int {
	lines := func(t *text) (count map[string]int, size int) {
		count = map[string]int{}
		for line := range bytes.Lines(t.src) {
			line = bytes.TrimSpace(line)
			count[string(line)]++
			size += len(line)
		}
		return count, size
	}
	was, size := lines(a)
	is, length := lines(b)
	n := 0
	for line, count := range is {
		n += len(line) * min(count, was[line])
	}
	return n * 100 / max(size, length, 1)
}

// changedLines reports which lines of new are not in old, by 1-based number. Line
// ends do not count.
func changedLines(old, new []byte) []bool {
	a, b := lineHashes(old), lineHashes(new)
	out := make([]bool, len(b.hash)+1)
	for i, at := range align(a, b) {
		out[i+1] = at < 0
	}
	return out
}

func lineHashes(src []byte) *text {
	t := &text{}
	for line := range bytes.Lines(src) {
		line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		t.hash = append(t.hash, hashOf(line))
	}
	return t
}

// sameContent reports whether two files differ in line ends at most.
func sameContent(a, b []byte) bool {
	return bytes.Equal(a, b) || slices.Equal(lineHashes(a).hash, lineHashes(b).hash)
}
