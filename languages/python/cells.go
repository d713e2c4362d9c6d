package python

import (
	"bytes"
	"errors"
	"slices"
	"sort"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/treesitter"
	"github.com/tlslint/tlslint/pattern"
)

// inCell is the Syntax of a node of a notebook: the node as it was lowered, in
// offsets of the source, and its values by those that stand in the file.
type inCell struct {
	nb     *notebook
	node   *ir.Node
	values map[*ir.Value]*ir.Value
}

// lowerNotebook lowers the code of a notebook as one module.
func lowerNotebook(f languages.File, in languages.Input, out *languages.Output) {
	fail := func(err error) {
		out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.Path, Reason: err.Error()})
	}
	nb, err := readNotebook(f.Path, f.Data)
	if err != nil {
		fail(err)
		return
	}
	if nb == nil {
		return
	}
	tree, err := treesitter.Python.Parse(nb.src)
	if err != nil {
		fail(err)
		return
	}
	out.Parsed++
	t := &translation{nb: nb, lines: judge.LinesOf(f.Data), values: map[*ir.Value]*ir.Value{}, back: map[*ir.Value]*ir.Value{}}
	t.comments = comments(tree, f.Path)
	m := newProject(in.Set, in.Overlay).begin(f.Path, tree)
	for _, n := range m.lower() {
		out.Nodes = append(out.Nodes, t.node(n))
	}
	for _, c := range t.comments {
		out.Comments = append(out.Comments, t.comment(c))
	}
}

// checkNotebook reports an error that an edited notebook has and the old had not.
func checkNotebook(path string, old, edited []byte) error {
	var errs [2]int
	for i, data := range [][]byte{old, edited} {
		nb, err := readNotebook(path, data)
		if err != nil {
			return err
		}
		if nb == nil {
			return errors.New("the notebook is not Python")
		}
		tree, err := treesitter.Python.Parse(nb.src)
		if err != nil {
			return err
		}
		errs[i] = tree.Errors
	}
	if errs[1] > errs[0] {
		return errors.New("the edited notebook does not parse")
	}
	return nil
}

// translation moves what was lowered from the source to the file. Lowered values
// share their parts: nothing of them is changed in place.
type translation struct {
	nb       *notebook
	lines    judge.Lines // of the file
	comments []languages.Comment
	values   map[*ir.Value]*ir.Value
	back     map[*ir.Value]*ir.Value
}

// at is where a span of the source stands in the file.
func (nb *notebook) at(s ir.Span) ir.Span {
	n := len(nb.src)
	if s.IsZero() || n == 0 || s.Start < 0 || s.Start > s.End || s.End > n {
		return ir.Span{}
	}
	from := int(nb.to[n-1])
	if s.Start < n {
		from = int(nb.from[s.Start])
	}
	if s.Start == s.End {
		return ir.Span{Start: from, End: from}
	}
	return ir.Span{Start: from, End: int(nb.to[s.End-1])}
}

// source is the span of the source that stands at one of the file.
func (nb *notebook) source(s ir.Span) ir.Span {
	start := sort.Search(len(nb.from), func(i int) bool { return int(nb.from[i]) >= s.Start })
	end := sort.Search(len(nb.to), func(i int) bool { return int(nb.to[i]) > s.End })
	return ir.Span{Start: start, End: max(start, end)}
}

func (t *translation) place(p ir.Place) ir.Place {
	if p.Path == t.nb.path {
		p.Span = t.nb.at(p.Span)
	}
	return p
}

func (t *translation) constant(c ir.Const) ir.Const {
	return t.nb.moved(c, t.place)
}

// moved is a constant with every place of it moved.
func (nb *notebook) moved(c ir.Const, move func(ir.Place) ir.Place) ir.Const {
	path := c.At.Path
	c.At = move(c.At)
	c.Elems = slices.Clone(c.Elems)
	for i := range c.Elems {
		e := &c.Elems[i]
		e.Span = move(ir.Place{Path: path, Span: e.Span}).Span
		e.Const = nb.moved(e.Const, move)
	}
	return c
}

func (t *translation) value(v *ir.Value) *ir.Value {
	if v == nil {
		return nil
	}
	if out, ok := t.values[v]; ok {
		return out
	}
	out := *v
	t.values[v], t.back[&out] = &out, v
	out.Const = t.constant(v.Const)
	if v.Default != nil {
		c := t.constant(*v.Default)
		out.Default = &c
	}
	out.May = slices.Clone(v.May)
	for i, c := range v.May {
		out.May[i] = t.constant(c)
	}
	out.Span, out.Pair = t.nb.at(v.Span), t.nb.at(v.Pair)
	return &out
}

func (t *translation) node(n *ir.Node) *ir.Node {
	out := *n
	out.Syntax = &inCell{t.nb, n, t.back}
	out.Span = t.nb.at(n.Span)
	out.Value = t.value(n.Value)
	out.Args = slices.Clone(n.Args)
	for i := range out.Args {
		a := &out.Args[i]
		a.Value, a.Span, a.Keys = t.value(a.Value), t.nb.at(a.Span), t.valuesOf(a.Keys)
	}
	out.Siblings = t.valuesOf(n.Siblings)
	out.Hosts = slices.Clone(n.Hosts)
	for i := range out.Hosts {
		h := &out.Hosts[i]
		h.Offset = t.nb.at(ir.Span{Start: h.Offset, End: h.Offset}).Start
	}
	out.Lines = t.linesOf(n.Lines)
	return &out
}

func (t *translation) valuesOf(values map[string]*ir.Value) map[string]*ir.Value {
	if values == nil {
		return nil
	}
	out := make(map[string]*ir.Value, len(values))
	for k, v := range values {
		out[k] = t.value(v)
	}
	return out
}

// line is the line of the file in which a line of the source begins; 0 for one
// that there is not.
func (t *translation) line(line int) int {
	if line < 1 || line > len(t.nb.lines) || t.nb.lines[line-1] >= len(t.nb.src) {
		return 0
	}
	at := int(t.nb.from[t.nb.lines[line-1]])
	return t.lines.Span(at, at).Start.Line
}

// crowded reports whether a line of the source shares its line of the file with
// another one.
func (t *translation) crowded(line int) bool {
	at := t.line(line)
	return at != 0 && (t.line(line-1) == at || t.line(line+1) == at)
}

// silences is a comment that may be a suppression.
var silences = lazyregexp.New(`(?i)tlslint:|noqa|nosec|nosem|nosonar|codeql|lgtm|devskim`)

// linesOf are the lines of the file for those of a node. Where a line of the file
// holds several of the source, a comment there is about this node only if it
// is in the source.
func (t *translation) linesOf(lines [4]int) (out [4]int) {
	bound := !t.crowded(lines[0]) || slices.ContainsFunc(t.comments, func(c languages.Comment) bool {
		if !silences.MatchString(c.Text) {
			return false
		}
		if c.GroupEnd > 0 {
			return c.GroupEnd+1 == lines[0] || c.GroupEnd+1 == lines[2]
		}
		return slices.Contains(lines[:], t.nb.lineAt(c.Start))
	})
	for i, l := range lines {
		out[i] = -1
		if bound {
			out[i] = t.line(l)
		}
	}
	return out
}

// lineAt is the 1-based line of the source at an offset.
func (nb *notebook) lineAt(offset int) int {
	return sort.SearchInts(nb.lines, offset+1)
}

// comment moves a comment. One that has a line of the file for itself covers that
// line with the quotes of JSON, so that it counts as standing alone there.
func (t *translation) comment(c languages.Comment) languages.Comment {
	s := t.nb.at(ir.Span{Start: c.Start, End: c.End})
	if line := t.nb.lineAt(c.Start); c.GroupEnd > 0 {
		c.GroupEnd = t.line(c.GroupEnd)
		p := t.nb.partAt(c.Start)
		if p.list && !t.crowded(line) {
			s.Start = t.lines[t.line(line)-1]
			s.End = len(t.nb.file)
			if next := t.line(line); next < len(t.lines) {
				s.End = t.lines[next] - 1
			}
		} else {
			c.GroupEnd = 0
		}
	}
	c.Start, c.End = s.Start, s.End
	return c
}

// partAt is the text that holds an offset of the source; the line break behind a
// cell belongs to its last one.
func (nb *notebook) partAt(offset int) part {
	i := sort.Search(len(nb.parts), func(i int) bool { return nb.parts[i].start > offset })
	return nb.parts[max(i-1, 0)]
}

// notebookOf is where a node of a notebook comes from, nil for others.
func notebookOf(n *ir.Node) *inCell {
	c, _ := n.Syntax.(*inCell)
	return c
}

// hit is a match on the node as it was lowered.
func (c *inCell) hit(h pattern.Hit) pattern.Hit {
	h.Node = c.node
	if v := c.values[h.Value]; v != nil {
		h.Value = v
	}
	h.Bad = c.nb.moved(h.Bad, c.sourcePlace)
	h.Span = c.nb.source(h.Span)
	return h
}

func (c *inCell) sourcePlace(p ir.Place) ir.Place {
	if p.Path == c.nb.path && !p.Span.IsZero() {
		p.Span = c.nb.source(p.Span)
	}
	return p
}

// edit makes the edits of a fix in a notebook.
func (c *inCell) edit(ops []languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	ops = slices.Clone(ops)
	for i := range ops {
		own := notebookOf(ops[i].Hit.Node)
		if own == nil || own.nb != c.nb {
			return nil, false
		}
		ops[i].Hit = own.hit(ops[i].Hit)
	}
	return c.nb.written(Edit(ops, vars))
}

func (c *inCell) flip(h pattern.Hit, at ir.Place) ([]finding.Edit, bool) {
	return c.nb.written(Flip(c.hit(h), c.sourcePlace(at)))
}

// written turns edits of the source into edits of the file.
func (nb *notebook) written(edits []finding.Edit, ok bool) ([]finding.Edit, bool) {
	if !ok {
		return nil, false
	}
	out := make([]finding.Edit, len(edits))
	for i, e := range edits {
		if out[i], ok = nb.write(e); !ok {
			return nil, false
		}
	}
	return out, true
}

// write turns one edit of the source into one of the file; ok is false where the
// source is not what the file says, or where two cells would become one.
func (nb *notebook) write(e finding.Edit) (finding.Edit, bool) {
	n := len(nb.src)
	if e.Start < 0 || e.End > n || e.Start > e.End || len(nb.parts) == 0 || nb.isBlanked(e.Start, e.End) {
		return e, false
	}
	if e.Start == e.End {
		e = nb.behindImports(e)
	}
	first := nb.partAt(min(e.Start, n-1))
	last := first
	if e.End > e.Start {
		last = nb.partAt(e.End - 1)
	}
	if first.cell != last.cell || e.Start > first.end || nb.splits(e.Start) || nb.splits(e.End) {
		return e, false
	}
	s := ir.Span{Start: int(nb.from[min(e.Start, n-1)])}
	s.End = s.Start
	if end := min(e.End, last.end); end > e.Start {
		s.End = int(nb.to[end-1])
	}
	behindFirst := e.Start > 0 && nb.partAt(e.Start-1).cell == first.cell
	wholeLines := first.list && e.New == "" && e.Start == first.start && e.End > e.Start
	switch {
	case e.End > last.end && (e.New != "" || behindFirst && nb.src[e.Start-1] != '\n'):
		return e, false // the line break behind the cell is not in the file
	case e.End > last.end && behindFirst:
		s.Start = int(nb.from[len(bytes.TrimSuffix(nb.src[:e.Start-1], []byte("\r")))])
	case wholeLines && e.End == last.end && behindFirst:
		s.Start = nb.partAt(e.Start - 1).to
	case wholeLines && e.End < n:
		if next := nb.partAt(e.End); next.cell == first.cell && next.start == e.End {
			s.End = next.from // their texts go, too
		}
	}
	return finding.Edit{Path: e.Path, Start: s.Start, End: s.End, New: nb.json(e.New, first, s.End == last.to)}, true
}

// behindImports moves a new line from the start of a cell to the end of the one
// before when that is where the imports are. The source stays the same.
func (nb *notebook) behindImports(e finding.Edit) finding.Edit {
	if e.Start == 0 || !strings.HasSuffix(e.New, "\n") {
		return e
	}
	before := nb.partAt(e.Start - 1)
	if e.Start != before.end+1 {
		return e
	}
	line := string(nb.src[before.start:before.end])
	line = line[strings.LastIndexByte(strings.TrimRight(line, "\r\n"), '\n')+1:]
	if e.Start < len(nb.src) && !strings.HasPrefix(line, "import ") && !strings.HasPrefix(line, "from ") {
		return e
	}
	e.Start, e.End = e.Start-1, e.End-1
	e.New = "\n" + strings.TrimSuffix(e.New, "\n")
	return e
}

// splits reports whether an offset stands within what one escape says.
func (nb *notebook) splits(offset int) bool {
	return offset > 0 && offset < len(nb.src) && nb.from[offset] == nb.from[offset-1]
}

func (nb *notebook) isBlanked(start, end int) bool {
	return slices.ContainsFunc(nb.blanked, func(b blankedRange) bool { return b.start < end && start < b.end })
}

// json writes text as it stands within a string of JSON. In a list every line is
// a text of its own; closes says that the closing quote comes next.
func (nb *notebook) json(text string, p part, closes bool) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n':
			b.WriteString(`\n`)
			if p.list && !(closes && i == len(text)-1) {
				b.WriteString(`"` + p.sep + `"`)
			}
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == '"', c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ':
			const hex = "0123456789abcdef"
			b.WriteString(`\u00` + string(hex[c>>4]) + string(hex[c&15]))
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
