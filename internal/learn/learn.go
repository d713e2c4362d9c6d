// Package learn turns functions of the scanned code into rows.
//
// Findings with the nodes that they stand on come in; where a parameter of the
// function around one decides it, a row goes out that matches the calls of that
// function. What such a call gives is then judged like the switch itself.
package learn

import (
	"bytes"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/pattern"
)

// Rows are the rows that judged findings of one unit teach. set is what they were
// matched with; rel and source are those of judge.Options.
func Rows(judged []judge.Judged, set *pattern.Set, rel func(string) string, source func(string) []byte) []*pattern.Row {
	type way struct {
		param ir.Param
		row   *pattern.Row
	}
	bad := map[way][]string{}
	from := map[way]judge.Judged{}
	var order []way
	for _, j := range judged {
		if j.Finding.Exposure == finding.Always {
			continue
		}
		for _, th := range j.Node.Through {
			row := thrown(j, th, set)
			if row == nil {
				continue
			}
			k := way{th.Param, row}
			if from[k].Finding == nil {
				order = append(order, k)
				from[k] = j
			}
			if given := strconv.FormatBool(th.Given.Bool); len(bad[k]) == 0 || bad[k][0] != given {
				bad[k] = append(bad[k], given)
			}
		}
	}
	var out []*pattern.Row
	for _, k := range order {
		if len(bad[k]) != 1 {
			continue // insecure whatever is given: the function is the finding
		}
		r, err := pattern.Learn(k.row, k.param, bad[k], near(k.param, source), steps(k.param, k.row, from[k].Finding, rel, source))
		if err == nil {
			out = append(out, r)
		}
	}
	return out
}

// thrown is the row that matches a finding's node once a parameter is given, with
// nothing left that could decide otherwise; nil when there is none.
func thrown(j judge.Judged, th ir.Through, set *pattern.Set) *pattern.Row {
	for _, g := range th.Node.Guards {
		if len(g.Options) > 0 && g.Default != ir.Yes {
			return nil
		}
	}
	for _, h := range set.Match(th.Node) {
		id := h.Row.ID
		if h.Row.Learned != nil {
			id = h.Row.Learned.Pattern
		}
		if h.Exposure == finding.Always && id == j.Finding.Pattern {
			return h.Row
		}
	}
	return nil
}

// near are texts of which one stands in every file that can call a function: the
// name of the file that declares it, and there the declaration itself.
func near(p ir.Param, source func(string) []byte) []string {
	base := path.Base(filepath.ToSlash(p.At.Path))
	base = strings.TrimSuffix(base, path.Ext(base))
	src := source(p.At.Path)
	begin := bytes.LastIndexByte(src[:p.At.Span.Start], '\n') + 1
	out := []string{strings.TrimSpace(string(src[begin:p.At.Span.End]))}
	for _, name := range []string{base, path.Base(path.Dir(filepath.ToSlash(p.At.Path)))} {
		if name != "" && name != "." && name != "/" {
			out = append(out, name)
		}
	}
	return out
}

// steps are the places from a function to the switch.
func steps(p ir.Param, row *pattern.Row, f *finding.Finding, rel func(string) string, source func(string) []byte) []finding.Related {
	lines := judge.LinesOf(source(p.At.Path))
	out := []finding.Related{{Path: rel(p.At.Path), Span: lines.Span(p.At.Span.Start, p.At.Span.End), Message: p.Title}}
	if row.Learned != nil {
		return append(out, row.Learned.Way...)
	}
	return append(out, finding.Related{Path: f.Path, Span: f.Span, Message: f.Sink})
}
