package report

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/tlslint/tlslint/finding"
)

const (
	defaultWidth = 120 // columns, when the terminal's are not known
	minWidth     = 40  // narrower than this, lines are left to the terminal
	maxHosts     = 3   // hosts of a finding that are named unasked
)

// writeText writes what a person reads: a finding is its message, its place,
// the source with carets below, and what to do about it.
func writeText(b *bytes.Buffer, r *Result, o Options) error {
	t := textWriter{b: b, src: r.sources(), rules: r.ruleIndex(), o: o, width: defaultWidth}
	if o.Width > 0 {
		t.width = max(o.Width, minWidth)
	}
	for i, f := range r.shownFindings() {
		if i > 0 {
			b.WriteByte('\n')
		}
		t.finding(f)
	}
	return nil
}

type textWriter struct {
	b     *bytes.Buffer
	src   *sources
	rules map[string]Rule
	o     Options
	width int
}

func (t *textWriter) paint(style, text string) string { return paint(t.o.Color, style, text) }

func (t *textWriter) finding(f *finding.Finding) {
	rule, style := t.rules[f.Rule], levelStyle[f.Severity.Level()]
	at := t.src.locate(f.Path, f.Span)
	fmt.Fprintf(t.b, "%s: %s\n", t.paint(style, fmt.Sprintf("%s[%s]", f.Severity.Level(), visible(f.Rule, ""))),
		t.paint(styleBold, visible(f.Message, "")))
	fmt.Fprintf(t.b, "  %s %s:%d:%d", t.paint(styleBlue, "-->"), visible(f.Path, ""), at.startLine, at.startByte)
	if f.Symbol != "" {
		fmt.Fprintf(t.b, "  (%s)", visible(declaration(f.Symbol), ""))
	}
	if rule.CWE != "" {
		fmt.Fprintf(t.b, "      %s", visible(rule.CWE, ""))
	}
	t.b.WriteByte('\n')
	t.snippet(at, style, visible(rule.Why, ""))
	for _, rel := range f.Related {
		p := t.src.locate(rel.Path, rel.Span)
		t.field("note", fmt.Sprintf("%s:%d:%d %s", visible(rel.Path, ""), p.startLine, p.startByte, visible(rel.Message, "")))
	}
	t.when(f)
	t.hosts(f)
	t.details(f)
	t.fixes(f)
	t.field("more", "tlslint rules "+visible(f.Rule, ""))
}

// declaration is the symbol around a finding with its kind: variables and
// constants bring theirs, what brings none is a function.
func declaration(symbol string) string {
	if strings.Contains(symbol, " ") {
		return symbol
	}
	return "func " + symbol
}

// field writes "  name: text" on one line.
func (t *textWriter) field(name, text string) {
	fmt.Fprintf(t.b, "  %s: %s\n", name, text)
}

// paragraph is field for a long text: it is wrapped and hangs below itself.
func (t *textWriter) paragraph(name, text string) {
	var parts []string
	for line := range strings.Lines(text) {
		parts = append(parts, visible(strings.TrimRight(line, "\r\n"), "\t"))
	}
	indent := len("  " + name + ": ")
	for i, line := range wrap(strings.Join(parts, "\n"), max(t.width-indent, minWidth/2)) {
		if i == 0 {
			t.field(name, line)
		} else {
			fmt.Fprintf(t.b, "%*s%s\n", indent, "", line)
		}
	}
}

// when says who decides, where the weakness is not simply there.
func (t *textWriter) when(f *finding.Finding) {
	options := visible(strings.Join(f.Options, ", "), "")
	if options == "" {
		options = "an option"
	}
	switch f.Exposure {
	case finding.Optional:
		t.field("when", "only if "+options+" asks for it")
	case finding.Default:
		t.field("when", "by default, unless "+options+" says otherwise")
	}
}

func (t *textWriter) hosts(f *finding.Finding) {
	if len(f.Hosts) == 0 {
		return
	}
	named := f.Hosts
	if t.o.Verbose < 1 && len(named) > maxHosts {
		named = named[:maxHosts]
	}
	var parts []string
	for _, h := range named {
		text := visible(hostPort(h), "")
		if h.Line > 0 {
			text += fmt.Sprintf(" (line %d)", h.Line)
		}
		parts = append(parts, text)
	}
	if rest := len(f.Hosts) - len(named); rest > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", rest))
	}
	t.field("host", strings.Join(parts, ", "))
}

// hostPort joins a host's name and port as in a URL.
func hostPort(h finding.Host) string {
	switch {
	case h.Port == "":
		return h.Name
	case strings.Contains(h.Name, ":"):
		return "[" + h.Name + "]:" + h.Port
	default:
		return h.Name + ":" + h.Port
	}
}

// details writes what only a verbose run shows: why the finding is as loud as it is.
func (t *textWriter) details(f *finding.Finding) {
	if t.o.Verbose < 1 {
		return
	}
	for _, because := range f.Because {
		t.field("because", visible(because, ""))
	}
	if len(f.Options) > 0 {
		t.field("decided by", visible(strings.Join(f.Options, ", "), ""))
	}
	exposure := ""
	if f.Exposure != "" { // a finding about a suppression has none
		exposure = ", exposure " + visible(string(f.Exposure), "")
	}
	t.field("severity", fmt.Sprintf("%s (base %s)%s, confidence %s", f.Severity, f.Base, exposure, f.Confidence))
	pattern := visible(f.Pattern, "")
	if f.Library != "" {
		pattern += " (" + visible(f.Library, "") + ")"
	}
	t.field("pattern", pattern)
}

// fixes offers the first fix that can be applied, else tells what to do by
// hand. A verbose run lists all of them.
func (t *textWriter) fixes(f *finding.Finding) {
	edits, done := editFixes(f), 0
	for _, fix := range edits {
		done++
		label := string(fix.Class)
		if len(edits) > 1 {
			label += fmt.Sprintf(", %d of %d", done, len(edits))
		}
		t.field("fix ("+label+")", visible(fix.Title, "")+"      "+fixCommand(fix))
		if t.o.Verbose < 1 {
			return
		}
	}
	for _, fix := range f.Fixes {
		if len(fix.Edits) > 0 {
			continue
		}
		recipe := fix.Recipe
		if recipe == "" {
			recipe = fix.Title
		}
		t.paragraph("fix (by hand)", recipe)
		if t.o.Verbose < 1 {
			return
		}
	}
}

// fixCommand is the command that previews fix.
func fixCommand(fix finding.Fix) string {
	if fix.Class == finding.Unsafe {
		return "tlslint fix --unsafe-fixes --diff"
	}
	return "tlslint fix --diff"
}

// snippet prints the first and the last line of a place with carets below, and
// the consequence after the last of them. Without the file's bytes only the
// consequence is left to say.
func (t *textWriter) snippet(at place, style, why string) {
	if at.file == nil {
		if why != "" {
			t.field("why", why)
		}
		return
	}
	if at.startLine == at.endLine {
		t.marked(at.file, at.startLine, at.start, at.end, style, why)
		return
	}
	_, firstEnd := at.file.bounds(at.startLine)
	t.marked(at.file, at.startLine, at.start, firstEnd, style, "")
	if at.endLine-at.startLine > 1 {
		dots := fmt.Sprintf("%*s |", len(lineNumber(at.startLine)), "...")
		fmt.Fprintf(t.b, "%s\n", t.paint(styleBlue, dots))
	}
	last, _ := at.file.bounds(at.endLine)
	for last < at.end && isSpace(at.file.data[last]) {
		last++
	}
	t.marked(at.file, at.endLine, last, at.end, style, why)
}

// lineNumber is a line's number as the gutter has it.
func lineNumber(line int) string { return fmt.Sprintf("%5d", line) }

// marked prints one line of source and the carets below the bytes [from, to).
func (t *textWriter) marked(file *sourceFile, line, from, to int, style, why string) {
	number := lineNumber(line)
	columns := t.width - len(number) - len(" | ")
	e := cutLine(file, line, from, to, columns)
	gutter := t.paint(styleBlue, number+" |")
	empty := t.paint(styleBlue, strings.Repeat(" ", len(number))+" |")
	fmt.Fprintf(t.b, "%s\n", strings.TrimRight(gutter+" "+e.text, " "))
	carets := strings.Repeat("^", e.carets)
	pad := strings.Repeat(" ", e.lead)
	// A file or a pipe has no edge that a long line could hit.
	if why == "" || t.o.Width == 0 || e.lead+e.carets+1+textWidth(why) <= columns {
		fmt.Fprintf(t.b, "%s %s%s\n", empty, pad, t.paint(style, strings.TrimRight(carets+" "+why, " ")))
		return
	}
	fmt.Fprintf(t.b, "%s %s%s\n", empty, pad, t.paint(style, carets))
	if e.lead > columns/2 {
		pad = ""
	}
	for _, part := range wrap(why, columns-len(pad)) {
		fmt.Fprintf(t.b, "%s %s%s\n", empty, pad, t.paint(style, part))
	}
}

// excerpt is a line as it is printed, and where its carets go.
type excerpt struct {
	text         string
	lead, carets int // columns
}

const (
	tabColumns = 4
	ellipsis   = "…"
)

// cell is one character of a line as the terminal shows it.
type cell struct {
	text    string
	columns int
	offset  int // of its first byte
}

// cutLine prepares a line for the given number of columns. A longer line is cut
// around the bytes [from, to), or around their beginning when they alone are
// too long. At least one caret is set, as an empty span is a place too.
func cutLine(file *sourceFile, line, from, to, columns int) excerpt {
	start, end := file.bounds(line)
	from = min(max(from, start), end)
	to = min(max(to, from), end)
	// A minified file is one line: look only at as much as could be printed.
	reach := 4 * columns
	lo, hi := max(start, from-reach), min(end, from+2*reach)
	for range utf8.UTFMax - 1 {
		if lo > start && !utf8.RuneStart(file.data[lo]) {
			lo--
		}
		if hi < end && !utf8.RuneStart(file.data[hi]) {
			hi--
		}
	}
	cells := lineCells(file.data, lo, hi)
	first, last := len(cells), len(cells)
	total := 0
	for i, c := range cells {
		if c.offset <= from {
			first = i
		}
		if c.offset >= to && last == len(cells) {
			last = i
		}
		total += c.columns
	}
	if from == end {
		first = len(cells)
	}
	last = max(last, first)
	left, right := 0, len(cells)
	if total > columns {
		left, right = window(cells, first, last, columns-2*textWidth(ellipsis))
	}
	var e excerpt
	var b strings.Builder
	if left > 0 || lo > start {
		b.WriteString(ellipsis)
		e.lead = textWidth(ellipsis)
	}
	for i := left; i < right; i++ {
		b.WriteString(cells[i].text)
		if i < first {
			e.lead += cells[i].columns
		} else if i < last {
			e.carets += cells[i].columns
		}
	}
	if right < len(cells) || hi < end {
		b.WriteString(ellipsis)
	}
	e.text = b.String()
	e.carets = max(e.carets, 1)
	return e
}

// lineCells splits data[lo:hi] into what the terminal shows for each character.
func lineCells(data []byte, lo, hi int) []cell {
	var cells []cell
	for i := lo; i < hi; {
		if data[i] == '\t' {
			cells = append(cells, cell{strings.Repeat(" ", tabColumns), tabColumns, i})
			i++
			continue
		}
		text, size := visibleRune(string(data[i:min(i+4, hi)]))
		cells = append(cells, cell{text, textWidth(text), i})
		i += size
	}
	return cells
}

// window chooses the cells [left, right) to print, at most columns wide: some
// of what stands before first, as much as fits of [first, last), and then what
// follows.
func window(cells []cell, first, last, columns int) (left, right int) {
	left, right = first, first
	room := columns
	for right < last && cells[right].columns <= room {
		room -= cells[right].columns
		right++
	}
	// Up to a third for what stands before, or all that what follows leaves.
	before := room
	if columns/3 < before {
		after := 0
		for i := right; i < len(cells) && after < before-columns/3; i++ {
			after += cells[i].columns
		}
		before -= after
	}
	for left > 0 && cells[left-1].columns <= before {
		left--
		before -= cells[left].columns
		room -= cells[left].columns
	}
	for right < len(cells) && cells[right].columns <= room {
		room -= cells[right].columns
		right++
	}
	return left, right
}
