package report

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/tlslint/tlslint/finding"
)

// writeDiff writes what fixing would change as one unified diff: of every
// finding that is shown the first fix with edits. A fix that overlaps an
// earlier one, or does not fit its file, is left out as a whole.
func writeDiff(b *bytes.Buffer, r *Result, o Options) error {
	plan := fixPlan{src: r.sources(), edits: map[string][]finding.Edit{}}
	for _, f := range r.shownFindings() {
		if fixes := editFixes(f); len(fixes) > 0 {
			plan.add(fixes[0])
		}
	}
	for _, path := range plan.paths {
		text, err := fileDiff(path, string(plan.src.file(path).data), plan.edits[path])
		if err != nil {
			return fmt.Errorf("%s: %w", visible(path, ""), err)
		}
		if o.Color {
			text = colorDiff(text)
		}
		b.WriteString(text)
	}
	return nil
}

// fixPlan collects the edits of fixes that go together.
type fixPlan struct {
	src   *sources
	paths []string // in the order of their first edit
	edits map[string][]finding.Edit
}

// add takes all edits of fix, or none.
func (p *fixPlan) add(fix finding.Fix) {
	var fresh []finding.Edit
	for _, e := range fix.Edits {
		file := p.src.file(e.Path)
		if file == nil || e.Start < 0 || e.End < e.Start || e.End > len(file.data) {
			return
		}
		known := false
		for _, old := range slices.Concat(p.edits[e.Path], fresh) {
			if old == e {
				known = true // two findings that add the same import, for one
			} else if old.Path == e.Path && overlap(old, e) {
				return
			}
		}
		if !known {
			fresh = append(fresh, e)
		}
	}
	for _, e := range fresh {
		if _, ok := p.edits[e.Path]; !ok {
			p.paths = append(p.paths, e.Path)
		}
		p.edits[e.Path] = append(p.edits[e.Path], e)
	}
}

// overlap tells whether the outcome depends on which of a and b comes first.
func overlap(a, b finding.Edit) bool {
	if a.Start == b.Start && a.End == b.End {
		return true
	}
	return a.Start < b.End && b.Start < a.End
}

// fileDiff returns the unified diff of one file, "" when nothing changes.
func fileDiff(path, before string, edits []finding.Edit) (string, error) {
	changes := make([]udiff.Edit, len(edits))
	for i, e := range edits {
		changes[i] = udiff.Edit{Start: e.Start, End: e.End, New: e.New}
	}
	after, err := udiff.Apply(before, changes)
	if err != nil {
		return "", err
	}
	// Comparing lines afterwards keeps lines out that an edit replaces by themselves.
	lines := udiff.Lines(before, after)
	return udiff.ToUnified(diffLabel("a/"+path), diffLabel("b/"+path), before, lines, udiff.DefaultContextLines)
}

// diffLabel writes a path as git does: in quotes and with octal escapes when it
// holds something that could end the line or the name, and with a tab behind it
// when it holds a space, so that patch does not look for a date there.
func diffLabel(path string) string {
	if strings.ContainsAny(path, `"\`) || visible(path, "") != path {
		var b strings.Builder
		b.WriteByte('"')
		for i := range len(path) {
			switch c := path[i]; {
			case c == '"' || c == '\\':
				b.WriteByte('\\')
				b.WriteByte(c)
			case c < ' ' || c >= 0x7f:
				fmt.Fprintf(&b, `\%03o`, c)
			default:
				b.WriteByte(c)
			}
		}
		b.WriteByte('"')
		return b.String()
	}
	if strings.Contains(path, " ") {
		return path + "\t"
	}
	return path
}

// colorDiff prepares a diff for a terminal. What is looked at is not applied,
// so control characters are written out here.
func colorDiff(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = visible(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), "\t")
		code := ""
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "):
			code = styleBold
		case strings.HasPrefix(line, "@@"):
			code = styleCyan
		case strings.HasPrefix(line, "-"):
			code = styleRed
		case strings.HasPrefix(line, "+"):
			code = styleGreen
		}
		b.WriteString(paint(true, code, line))
		b.WriteByte('\n')
	}
	return b.String()
}
