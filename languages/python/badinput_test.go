package python

import (
	"testing"

	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// lowered lowers and judges one file with the built-in rows. Every place must lie
// in the file, and every fix must be one that can be made.
func lowered(t testing.TB, set *pattern.Set, name string, data []byte) (languages.Output, []judge.Judged) {
	t.Helper()
	in := languages.Input{Set: set, Files: []languages.File{{Path: name, Rel: name, Data: data}}}
	out, err := (&Python{}).Lower(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	within := func(what string, s ir.Span) {
		if s.Start < 0 || s.Start > s.End || s.End > len(data) {
			t.Errorf("%s at %d to %d of %d bytes", what, s.Start, s.End, len(data))
		}
	}
	constant := func(c ir.Const) {
		if c.At.Path == name {
			within("a constant", c.At.Span)
		}
	}
	value := func(v *ir.Value) {
		if v == nil {
			return
		}
		within("a value", v.Span)
		within("a pair", v.Pair)
		constant(v.Const)
		if v.Default != nil {
			constant(*v.Default)
		}
		for _, c := range v.May {
			constant(c)
		}
	}
	for _, n := range out.Nodes {
		within("a node", n.Span)
		value(n.Value)
		for _, a := range n.Args {
			within("an argument", a.Span)
			value(a.Value)
		}
		for _, v := range n.Siblings {
			value(v)
		}
		for _, h := range n.Hosts {
			within("a host", ir.Span{Start: h.Offset, End: h.Offset})
		}
	}
	for _, c := range out.Comments {
		within("a comment", ir.Span{Start: c.Start, End: c.End})
	}
	judged := judge.Findings(out.Nodes, set, judge.Options{
		Rel: func(p string) string { return p }, Source: func(string) []byte { return data },
		Tests: "same", Lang: &Python{}, Vars: languages.Vars{CABundle: "/etc/ca.pem"},
	})
	for _, j := range judged {
		f := j.Finding
		within(f.Rule, ir.Span{Start: f.Span.Start.Offset, End: f.Span.End.Offset})
		for _, x := range f.Fixes {
			if len(x.Edits) == 0 {
				continue
			}
			edited, err := fix.Apply(data, x.Edits)
			if err != nil {
				t.Errorf("%s: %v", f.Pattern, err)
				continue
			}
			_ = (&Python{}).Check(t.Context(), name, data, edited, nil)
		}
	}
	return out, judged
}
