package shell

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// piece is a part of a source's text.
type piece struct {
	src  *source
	a, z int
}

func (p piece) span() ir.Span { return p.src.text.Span(p.a, p.z) }

// place is where an option stands: what the editor needs to know of a command.
type place struct {
	doc      *Document
	opt      argv.Option
	words    []word
	tool     int
	operands []int
	value    piece
	hasValue bool
}

// envPlace is where a variable is set.
type envPlace struct {
	doc        *Document
	src        *source
	start, end int // NAME=value in src
	export     *export
	prefix     bool  // it is set for one command
	word       *word // a word of env
	value      piece
	hasValue   bool
	// span and remove are those of a Setting.
	span   ir.Span
	remove func() ([]Replacement, bool)
	// option is the option of a command that starts a container with the variable.
	option *place
	// elsewhere says that the value comes from another assignment.
	elsewhere bool
}

// place is the offset in the file of a word's first known byte.
func (w *word) place() (int, bool) {
	for i, s := range w.src {
		if s != nil {
			from, _ := s.text.at(w.off[i])
			return from, true
		}
	}
	return 0, false
}

// part is where the bytes [from, to) stand, if they stand side by side in one text.
func (w *word) part(from, to int) (piece, bool) {
	if from < 0 || from > to || to > len(w.b) {
		return piece{}, false
	}
	if from == to {
		if from > 0 && w.src[from-1] != nil {
			return piece{w.src[from-1], w.off[from-1] + 1, w.off[from-1] + 1}, true
		}
		return piece{}, false
	}
	p := piece{src: w.src[from], a: w.off[from], z: w.off[from] + 1}
	if p.src == nil {
		return p, false
	}
	for i := from + 1; i < to; i++ {
		if w.src[i] != p.src || w.off[i] != p.z {
			return p, false
		}
		p.z++
	}
	return p, true
}

// spanOf is what words cover that stand side by side, else the first one's place.
func spanOf(words []word) (ir.Span, bool) {
	var out ir.Span
	found := false
	for i := range words {
		s, ok := words[i].fileSpan()
		switch {
		case !ok:
		case !found:
			out, found = s, true
		case s.Start >= out.End && words[i].home == words[0].home && words[i].list == words[0].list:
			out.End = s.End
		}
	}
	return out, found
}

func (w *word) fileSpan() (ir.Span, bool) {
	if w.item > 0 {
		return w.span, true
	}
	if w.home != nil {
		return w.home.text.Span(w.a, w.z), true
	}
	from, ok := w.place()
	if !ok {
		return ir.Span{}, false
	}
	s := ir.Span{Start: from, End: from}
	for i, src := range w.src {
		if src != nil {
			if _, to := src.text.at(w.off[i]); to > s.End {
				s.End = to
			}
		}
	}
	// What comes from several places is named by the first.
	if p, ok := w.part(0, len(w.b)); ok {
		s = p.span()
	}
	return s, true
}

// editor makes the edits of one fix.
type editor struct {
	doc   *Document
	hit   pattern.Hit
	vars  languages.Vars
	edits []finding.Edit
}

// Edit makes the edits of operations on nodes that this package lowered; ok is
// false where they cannot be right.
func Edit(ops []languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	var out []finding.Edit
	for _, op := range ops {
		e := &editor{hit: op.Hit, vars: vars}
		var ok bool
		switch pl := op.Hit.Node.Syntax.(type) {
		case *place:
			e.doc = pl.doc
			ok = e.command(pl, op.Fix)
		case *envPlace:
			e.doc = pl.doc
			ok = e.env(pl, op.Fix)
		case *textPlace:
			e.doc = pl.doc
			ok = e.text(pl, op.Fix)
		case Editable:
			var more []finding.Edit
			if more, ok = pl.Edit(op, vars); ok {
				e.edits = more
			}
		}
		if !ok {
			return nil, false
		}
		out = append(out, e.edits...)
	}
	slices.SortStableFunc(out, func(a, b finding.Edit) int { return a.Start - b.Start })
	return out, true
}

// Editable is what a document's own nodes carry in Syntax, so that one editor
// serves them and the nodes of this package.
type Editable interface {
	Edit(op languages.Op, vars languages.Vars) ([]finding.Edit, bool)
}

// Flip turns the text that is there while an option is not set into its opposite.
func Flip(hit pattern.Hit, _ ir.Place) ([]finding.Edit, bool) {
	e := &editor{hit: hit}
	var value piece
	has := false
	switch pl := hit.Node.Syntax.(type) {
	case *place:
		e.doc, value, has = pl.doc, pl.value, pl.hasValue
	case *envPlace:
		e.doc, value, has = pl.doc, pl.value, pl.hasValue
	}
	if has && value.a < value.z {
		if text, ok := opposite(value.src.text.S[value.a:value.z]); ok {
			ok = e.putPiece(value, text)
			return e.edits, ok
		}
	}
	for _, f := range hit.Row.Fix {
		if f.Class == finding.Display {
			continue
		}
		if edits, ok := Edit([]languages.Op{{Hit: hit, Fix: f}}, languages.Vars{}); ok {
			return edits, true
		}
	}
	return nil, false
}

// opposite is the other one of two words.
func opposite(s string) (string, bool) {
	for _, p := range [...][2]string{{"true", "false"}, {"True", "False"}, {"TRUE", "FALSE"}, {"1", "0"}, {"yes", "no"}, {"on", "off"}} {
		switch s {
		case p[0]:
			return p[1], true
		case p[1]:
			return p[0], true
		}
	}
	return "", false
}

func (e *editor) expand(text string) string {
	return strings.NewReplacer("{ca_env}", e.vars.CAEnv, "{ca_bundle}", e.vars.CABundle).Replace(text)
}

// put replaces a place of the file.
func (e *editor) put(s ir.Span, text string) bool {
	if text != "" && e.doc.Quote != nil {
		quoted, ok := e.doc.Quote(text)
		if !ok {
			return false
		}
		text = quoted
	}
	e.edits = append(e.edits, finding.Edit{Path: e.doc.Path, Start: s.Start, End: s.End, New: text})
	return true
}

// putPiece replaces a part of a source's text.
func (e *editor) putPiece(p piece, text string) bool {
	if p.src == nil || !p.src.text.whole(p.a, p.z) {
		return false
	}
	if p.src.nested && strings.ContainsAny(text, "'\"\\$`\n") {
		return false // it stands between quotes already
	}
	return e.put(p.span(), text)
}

func (e *editor) command(pl *place, f pattern.Fix) bool {
	switch f.Op() {
	case "value":
		text := e.expand(f.Value)
		if pl.hasValue && pl.value.a < pl.value.z && safeWord(text) {
			return e.putPiece(pl.value, text)
		}
	case "drop":
		switch f.Drop {
		case "option":
			return e.dropOption(pl)
		}
	case "replace":
		return e.replaceOption(pl, e.expand(f.Replace))
	}
	return false
}

// safeWord reports whether text needs no quotes in a shell.
func safeWord(s string) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=,+@%", r)) {
			return false
		}
	}
	return s != ""
}

// dropOption takes an option out of its command.
func (e *editor) dropOption(pl *place) bool {
	o := pl.opt
	mine := pl.words[o.First:o.Last]
	if o.Inner {
		w := pl.words[o.At]
		p, ok := w.part(o.Begin, o.From+len(o.Value))
		switch {
		case !ok:
			return false
		case w.b[o.Begin] == ',':
			return e.putPiece(p, "")
		}
		return e.dropWords(p, false)
	}
	if o.Letter > 0 {
		if !o.Flag {
			return false
		}
		p, ok := mine[0].part(o.Letter, o.Letter+1)
		return ok && e.putPiece(p, "")
	}
	if list := mine[0].list; list != nil {
		if list.Remove == nil || slices.ContainsFunc(mine, func(w word) bool { return w.list != list }) {
			return false
		}
		edits, ok := list.Remove(mine[0].item-1, mine[len(mine)-1].item)
		for _, x := range edits {
			e.edits = append(e.edits, finding.Edit{Path: e.doc.Path, Start: x.Span.Start, End: x.Span.End, New: x.New})
		}
		return ok
	}
	for i := 0; i < len(mine); {
		// Neighbours in one text go in one piece.
		p, ok := mine[i].whole()
		if !ok {
			return false
		}
		j := i + 1
		for ; j < len(mine); j++ {
			q, ok := mine[j].whole()
			if !ok {
				return false
			}
			if q.src != p.src || q.a < p.z || strings.TrimLeft(unfold(p.src.text.S[p.z:q.a]), " \t") != "" {
				break
			}
			p.z = q.z
		}
		frail := slices.ContainsFunc(mine[i:j], func(w word) bool { return w.frail })
		if !e.dropWords(p, frail) {
			return false
		}
		i = j
	}
	return true
}

// unfold takes continued line ends out of blanks.
func unfold(s string) string {
	return strings.NewReplacer("\\\r\n", " ", "\\\n", " ").Replace(s)
}

// whole is where a word stands with its quotes, or what stands for it in a value.
func (w *word) whole() (piece, bool) {
	if w.home != nil {
		return piece{w.home, w.a, w.z}, true
	}
	return w.part(0, len(w.b))
}

// dropWords removes words with the blanks and continued lines before them.
func (e *editor) dropWords(p piece, frail bool) bool {
	text := p.src.text
	s := text.S
	a, z := p.a, p.z
	if frail && isWholeValue(s, a, z) {
		return false // an empty word would stay behind
	}
	first := a // where the blanks before begin
	for first > 0 && text.near(first) {
		if s[first-1] == ' ' || s[first-1] == '\t' {
			first--
		} else if s[first-1] == '\n' && first > 1 && s[first-2] == '\\' {
			first -= 2
		} else if s[first-1] == '\n' && first > 2 && s[first-2] == '\r' && s[first-3] == '\\' {
			first -= 3
		} else {
			break
		}
	}
	after := z
	for after < len(s) && (s[after] == ' ' || s[after] == '\t') && text.near(after) {
		after++
	}
	switch {
	case first == 0 || !text.near(first), strings.IndexByte("(\"'`\n;&|{=", s[first-1]) >= 0:
		// Nothing stands before it: the blanks behind it go.
		if first > 0 && s[first-1] == '\n' && text.near(first) {
			// At the margin of a list over several lines: the line goes.
			if after < len(s) && s[after] == '\n' && first == 0 {
				after++
			}
		}
		if after < len(s) && s[after] == '\n' && first > 0 && s[first-1] == '\n' {
			return e.putPiece(piece{p.src, first - 1, after}, "")
		}
		return e.putPiece(piece{p.src, a, after}, "")
	}
	if text.gap(first, a) && after+1 < len(s) && s[after] == '\\' && s[after+1] == '\n' {
		// A comment of the document stands before the word: up to the next one goes.
		next := after + 2
		for next < len(s) && (s[next] == ' ' || s[next] == '\t') {
			next++
		}
		if next < len(s) && !text.gap(a, next) {
			return e.putPiece(piece{p.src, a, next}, "")
		}
	}
	return e.putPiece(piece{p.src, first, z}, "")
}

// gap reports whether the file has something between two bytes of the text that the
// text has not, beside what stands before every line.
func (t Text) gap(a, z int) bool {
	for i := a + 1; i <= z && t.From != nil && i < len(t.From); i++ {
		if t.From[i]-t.To[i-1] > 0 {
			return true
		}
	}
	return false
}

// near reports whether byte i follows byte i-1 in the file as it does in the text,
// but for what a document puts before a line.
func (t Text) near(i int) bool {
	if t.From == nil {
		return i > 0
	}
	if i <= 0 || i > len(t.From) {
		return false
	}
	if i == len(t.From) {
		return true
	}
	return t.From[i] == t.To[i-1] || t.From[i] > t.To[i-1] && t.S[i-1] == '\n'
}

// isWholeValue reports whether nothing but the words stands in a value.
func isWholeValue(s string, a, z int) bool {
	before := strings.TrimRight(s[:a], " \t\"'")
	after := strings.TrimLeft(s[z:], " \t\"'")
	return (before == "" || before[len(before)-1] == '=' || before[len(before)-1] == '-') && (after == "" || strings.IndexByte("\n;&|)}\r", after[0]) >= 0)
}

// replaceOption writes words in place of the option's, and of the subcommand where
// the text begins with "SUB ... ": "unset {key}" stands for "set KEY VALUE".
func (e *editor) replaceOption(pl *place, text string) bool {
	o := pl.opt
	first, last := o.First, o.Last
	if sub, rest, ok := strings.Cut(text, " {key}"); ok {
		// The verb before the key goes with it.
		if first-1 > pl.tool && (pl.words[first-1].text() == "set" || pl.words[first-1].text() == "add") {
			first--
		}
		if strings.HasPrefix(pl.words[first].text(), "-") && first+1 < last {
			key, _, _ := strings.Cut(pl.words[first+1].text(), "=")
			text = sub + " " + key + rest
		} else {
			key, _, _ := strings.Cut(pl.words[o.First].text(), "=")
			text = sub + " " + key + rest
		}
	}
	if pl.words[first].list != nil {
		return false
	}
	p, ok := pl.words[first].whole()
	if !ok {
		return false
	}
	q, ok := pl.words[last-1].whole()
	if !ok || p.src != q.src || q.z < p.a || strings.ContainsRune(text, argv.Hole) {
		return false
	}
	for _, word := range strings.Fields(text) {
		if !safeWord(word) {
			return false
		}
	}
	p.z = q.z
	return e.putPiece(p, text)
}

// env edits a variable.
func (e *editor) env(pl *envPlace, f pattern.Fix) bool {
	switch f.Op() {
	case "value":
		text := e.expand(f.Value)
		if !pl.hasValue || !safeWord(text) {
			return false
		}
		return e.putPiece(pl.value, text)
	case "drop":
		return e.dropEnv(pl)
	case "replace":
		// NAME=value OTHER=value: what stands for one assignment.
		text := e.expand(f.Replace)
		if pl.word != nil || pl.option != nil || pl.elsewhere || pl.export == nil || pl.export.assign == nil {
			return false
		}
		for _, w := range strings.Fields(text) {
			if !safeWord(w) {
				return false
			}
		}
		return e.putPiece(piece{pl.src, pl.start, pl.end}, text)
	}
	return false
}

// dropEnv takes a variable back: one that is set for a command is left out, one that
// is exported is unset, so that it is not inherited either.
func (e *editor) dropEnv(pl *envPlace) bool {
	if pl.option != nil {
		return e.dropOption(pl.option)
	}
	if pl.export == nil && pl.word == nil {
		if pl.remove == nil {
			return false
		}
		edits, ok := pl.remove()
		for _, x := range edits {
			e.edits = append(e.edits, finding.Edit{Path: e.doc.Path, Start: x.Span.Start, End: x.Span.End, New: x.New})
		}
		return ok
	}
	if pl.word != nil {
		w := *pl.word
		if w.list != nil {
			if w.list.Remove == nil {
				return false
			}
			edits, ok := w.list.Remove(w.item-1, w.item)
			for _, x := range edits {
				e.edits = append(e.edits, finding.Edit{Path: e.doc.Path, Start: x.Span.Start, End: x.Span.End, New: x.New})
			}
			return ok
		}
		p, ok := w.whole()
		return ok && e.dropWords(p, w.frail)
	}
	if pl.prefix || !pl.export.alone {
		s := pl.src.text.S
		z := pl.end
		for z < len(s) && (s[z] == ' ' || s[z] == '\t' || s[z] == '\\' && z+1 < len(s) && s[z+1] == '\n' || s[z] == '\n' && z > 0 && s[z-1] == '\\') {
			z++
		}
		if pl.prefix {
			return e.putPiece(piece{pl.src, pl.start, z}, "")
		}
		return e.dropWords(piece{pl.src, pl.start, pl.end}, false)
	}
	stmt := pl.export.stmt
	a, z := offset(stmt.Pos(), pl.src, pl.export.base), pl.end
	if a > pl.start {
		return false
	}
	return e.putPiece(piece{pl.src, a, z}, "unset "+pl.export.name)
}

// linePlace is a line of a configuration.
type linePlace struct {
	doc *Document
	src *source
	e   entry
	// written says that a command writes it: it cannot go without the command.
	written bool
}

// Edit implements Editable.
func (pl *linePlace) Edit(op languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	e := &editor{doc: pl.doc, hit: op.Hit, vars: vars}
	ok := false
	s := pl.src.text.S
	switch f := op.Fix; f.Op() {
	case "value":
		text := e.expand(f.Value)
		if !pl.e.hasValue || !safeWord(text) {
			return nil, false
		}
		if pl.e.from == pl.e.to && pl.e.from > 0 && s[pl.e.from-1] == '=' {
			if pl.e.from > 1 && s[pl.e.from-2] == ' ' {
				text = " " + text
			}
		}
		ok = e.putPiece(piece{pl.src, pl.e.from, pl.e.to}, text)
	case "drop":
		a, z := pl.e.a, pl.e.z
		if pl.written {
			// One line of several that a heredoc holds can go.
			if !strings.Contains(strings.Trim(s, "\n"), "\n") {
				return nil, false
			}
		}
		for a > 0 && s[a-1] != '\n' {
			a--
		}
		for z < len(s) && s[z] != '\n' {
			z++
		}
		if z < len(s) {
			z++
		} else if a > 0 {
			a--
		}
		ok = e.putPiece(piece{pl.src, a, z}, "")
	}
	return e.edits, ok
}

// textPlace is a parameter of a connection string.
type textPlace struct {
	doc         *Document
	w           word
	value, pair [2]int // in the word
}

// text edits a parameter of a connection string.
// safe reports whether a text can stand in the string as it is: an ampersand where
// there is one already, so that something quotes it.
func (pl *textPlace) safe(text string) bool {
	if strings.Contains(text, "&") && strings.Contains(pl.w.text(), "&") {
		text = strings.ReplaceAll(text, "&", "")
	}
	return safeWord(text)
}

func (e *editor) text(pl *textPlace, f pattern.Fix) bool {
	switch f.Op() {
	case "value":
		p, ok := pl.w.part(pl.value[0], pl.value[1])
		text := e.expand(f.Value)
		return ok && p.a < p.z && pl.safe(text) && e.putPiece(p, text)
	case "replace":
		p, ok := pl.w.part(pl.pair[0], pl.pair[1])
		text := e.expand(f.Replace)
		if !ok || !pl.safe(text) {
			return false
		}
		return e.putPiece(p, text)
	case "drop":
		start, end := pl.pair[0], pl.pair[1]
		text := pl.w.text()
		if end < len(text) && strings.IndexByte("&; ", text[end]) >= 0 {
			end++
		} else if start > 0 && strings.IndexByte("&?; ", text[start-1]) >= 0 {
			start--
		}
		p, ok := pl.w.part(start, end)
		return ok && e.putPiece(p, "")
	}
	return false
}
