package pass

import (
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/rules"
)

// NewRule makes the analyzer of one rule, named after it in lower case. The
// rule's document is its documentation. It panics if there is no such rule.
func NewRule(id string) *analysis.Analyzer {
	r, ok := rules.Get(id)
	if !ok {
		panic("no rule " + id)
	}
	return &analysis.Analyzer{
		Name:             strings.ToLower(id),
		Doc:              r.Title + "\n\n" + r.Section("What it does") + "\n\n" + r.URL(),
		URL:              r.URL(),
		Requires:         []*analysis.Analyzer{Analyzer},
		RunDespiteErrors: true,
		Run: func(p *analysis.Pass) (any, error) {
			result := p.ResultOf[Analyzer].(*Result)
			for _, d := range result.diagnostics(r) {
				p.Report(d)
			}
			return nil, nil
		},
	}
}

// diagnostics are the findings of one rule that are loud enough.
func (res *Result) diagnostics(r rules.Rule) []analysis.Diagnostic {
	var out []analysis.Diagnostic
	for _, f := range res.Findings {
		if f.Rule != r.ID || !res.loud(f) {
			continue
		}
		tok := res.files[f.Path]
		if tok == nil {
			continue
		}
		d := analysis.Diagnostic{
			Pos: pos(tok, f.Span.Start.Offset), End: pos(tok, f.Span.End.Offset),
			Category: f.Rule, URL: r.URL(), Message: message(f),
		}
		for _, rel := range f.Related {
			if t := res.files[rel.Path]; t != nil {
				d.Related = append(d.Related, analysis.RelatedInformation{
					Pos: pos(t, rel.Span.Start.Offset), End: pos(t, rel.Span.End.Offset), Message: rel.Message,
				})
			}
		}
		if fix, ok := res.suggested(f); ok {
			d.SuggestedFixes = []analysis.SuggestedFix{fix}
		}
		out = append(out, d)
	}
	return out
}

func pos(tok *token.File, offset int) token.Pos { return tok.Pos(min(max(offset, 0), tok.Size())) }

// message names the rule, because go vet prints neither category nor URL, and
// what to do, because it prints no fixes either.
func message(f *finding.Finding) string {
	text := f.Rule + ": " + f.Message
	for _, why := range f.Because {
		if strings.HasPrefix(why, "suppression expired") {
			text += "; " + why
		}
	}
	if len(f.Fixes) == 0 {
		return text
	}
	best := f.Fixes[0]
	if i := safe(f.Fixes); i >= 0 {
		best = f.Fixes[i]
	}
	switch best.Class {
	case finding.Safe:
		text += " (fix: " + best.Title + ")"
	case finding.Unsafe:
		text += " (fix that needs a look: " + best.Title + ")"
	default:
		text += " (by hand: " + best.Recipe + ")"
	}
	return strings.Join(strings.Fields(text), " ")
}

// safe is the index of the first safe fix with edits, -1 when there is none.
func safe(fixes []finding.Fix) int {
	for i, fix := range fixes {
		if fix.Class == finding.Safe && len(fix.Edits) > 0 {
			return i
		}
	}
	return -1
}

// suggested is the one fix that is offered: drivers apply the first one unasked
// and complain about others, so only a safe one will do.
func (res *Result) suggested(f *finding.Finding) (analysis.SuggestedFix, bool) {
	i := safe(f.Fixes)
	if i < 0 {
		return analysis.SuggestedFix{}, false
	}
	out := analysis.SuggestedFix{Message: f.Fixes[i].Title}
	for _, e := range f.Fixes[i].Edits {
		tok := res.files[e.Path]
		// Text that was generated from another file (cgo, yacc) is not what a
		// person edits.
		if tok == nil || e.End > tok.Size() || tok.Position(pos(tok, e.Start)).Filename != tok.Name() {
			return analysis.SuggestedFix{}, false
		}
		out.TextEdits = append(out.TextEdits, analysis.TextEdit{
			Pos: pos(tok, e.Start), End: pos(tok, e.End), NewText: []byte(e.New),
		})
	}
	return out, true
}
