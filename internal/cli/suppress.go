package cli

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/internal/suppress"
	"github.com/tlslint/tlslint/languages"
)

// suppress applies the comments and tables that silence findings, and adds the
// findings about them.
func (r *run) suppress(res *scan.Result) {
	policy := suppress.PolicyOf(r.configs.top.Suppressions)
	policy.NoSuppressions = r.f.noSuppressions
	policy.Enabled = func(id string) bool { return r.configs.selected(id, id, "") }
	lines := map[*finding.Finding][4]int{}
	for _, j := range res.Judged {
		lines[j.Finding] = j.Node.Lines
	}
	anchors := func(f *finding.Finding) suppress.Anchor {
		l := lines[f]
		return suppress.Anchor{Start: l[0], End: l[1], StmtStart: l[2], StmtEnd: l[3]}
	}
	var directives []suppress.Directive
	for path, comments := range res.Comments {
		directives = append(directives, suppress.Directives(path, res.Sources[path], spans(path, res.Sources[path], comments))...)
	}
	slices.SortStableFunc(directives, func(a, b suppress.Directive) int {
		if c := strings.Compare(a.Path, b.Path); c != 0 {
			return c
		}
		return a.Span.Start.Offset - b.Span.Start.Offset
	})
	fs := res.Findings()
	meta := suppress.Apply(fs, anchors, directives, policy, r.day)
	meta = append(meta, suppress.ApplyTable(fs, r.configs.top.Suppress, policy, r.day)...)
	for _, f := range meta {
		if own := r.configs.severity(f.Rule, f.Path); own != 0 {
			f.Base, f.Severity = own, own
		}
		if why := r.configs.testPath(f.Path); why != "" && r.scan.Tests != "same" {
			f.Lower(finding.Low, "test: "+why)
		}
		if r.configs.selected(f.Rule, f.Pattern, f.Path) {
			res.Judged = append(res.Judged, judge.Judged{Finding: f})
		}
	}
	if len(meta) > 0 {
		slices.SortStableFunc(res.Judged, judge.Compare)
	}
}

func spans(path string, src []byte, comments []languages.Comment) []suppress.Comment {
	out := make([]suppress.Comment, 0, len(comments))
	lines := judge.LinesOf(src)
	for _, c := range comments {
		out = append(out, suppress.Comment{Text: c.Text, Path: path, Span: lines.Span(c.Start, c.End), GroupEnd: c.GroupEnd})
	}
	return out
}
