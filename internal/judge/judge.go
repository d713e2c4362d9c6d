// Package judge turns pattern matches into findings: who decides that
// verification is off, how loud that is and why, and which repairs fit.
//
// Lowered nodes and a set of rows come in; findings with exposure, effective
// severity and fixes go out. The definitions are those of docs/severity.md.
package judge

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
	"github.com/tlslint/tlslint/rules"
)

// Options are what a run decides about its findings.
type Options struct {
	// Rel turns a node's path into the path that a finding prints.
	Rel func(path string) string
	// Source returns a file's bytes by the node's path.
	Source func(path string) []byte
	// Tests is "note", "same" or "off": how loud test, example and documentation
	// code is.
	Tests string
	// TestPath says why a path is only test code, "" when it is not.
	TestPath func(rel string) string
	// Severity overrides a rule's severity; 0 keeps it. May be nil.
	Severity func(rule, rel string) finding.Severity
	// Lang makes the edits; nil = findings without fixes.
	Lang languages.Language
	Vars languages.Vars
	// SafeOnly keeps safe fixes alone, as go vet -fix needs it.
	SafeOnly bool
}

// Judged is a finding and the node that it stands on.
type Judged struct {
	Finding *finding.Finding
	Node    *ir.Node
}

// Findings judges the nodes of one unit. The result is sorted by position, one
// finding a span: the most specific row wins.
func Findings(nodes []*ir.Node, set *pattern.Set, o Options) []Judged {
	type spanKey struct {
		path string
		span ir.Span
	}
	best := map[spanKey]pattern.Hit{}
	var order []spanKey
	for _, n := range nodes {
		// Two switches of one call are two findings, each on its own argument.
		for _, h := range set.Match(n) {
			key := spanKey{n.Path, h.Span}
			if old, ok := best[key]; !ok {
				order = append(order, key)
			} else if !moreSpecific(h, old) {
				continue
			}
			best[key] = h
		}
	}
	hits := make([]pattern.Hit, 0, len(order))
	for _, key := range order {
		hits = append(hits, best[key])
	}
	undecided := bothBranches(hits)
	var out []Judged
	for i, h := range hits {
		if f := build(h, hits, undecided[i], o); f != nil {
			out = append(out, Judged{f, h.Node})
		}
	}
	slices.SortStableFunc(out, Compare)
	return out
}

func moreSpecific(a, b pattern.Hit) bool {
	if a.Wild != b.Wild {
		return b.Wild
	}
	// An entry or a member that is the argument of a known call is that argument.
	if a.Node.Kind != b.Node.Kind && (a.Node.Kind == ir.Call || b.Node.Kind == ir.Call) {
		return a.Node.Kind == ir.Call
	}
	return len(a.Row.When) > len(b.Row.When)
}

// maxGuards bounds the conditions of a node that are compared with those of others.
const maxGuards = 64

// bothBranches finds conditions that decide nothing because both of their sides
// are insecure: for every hit, the conditions to leave out.
func bothBranches(hits []pattern.Hit) []map[string]bool {
	type side struct {
		path, rule, cond string
		branch           bool
	}
	on := map[side][]int{}
	for i, h := range hits {
		// What somebody must still ask for is no insecure side.
		if len(h.Node.Guards) <= maxGuards && h.Exposure != finding.Optional {
			for _, g := range h.Node.Guards {
				k := side{h.Node.Path, h.Row.Rule, g.Cond, g.Branch}
				on[k] = append(on[k], i)
			}
		}
	}
	out := make([]map[string]bool, len(hits))
	for i, h := range hits {
		if len(h.Node.Guards) > maxGuards {
			continue
		}
		for _, g := range h.Node.Guards {
			others := on[side{h.Node.Path, h.Row.Rule, g.Cond, !g.Branch}]
			if !slices.ContainsFunc(others, func(j int) bool { return opposite(g, h.Node.Guards, hits[j].Node.Guards) }) {
				continue
			}
			if out[i] == nil {
				out[i] = map[string]bool{}
			}
			out[i][g.Cond] = true
		}
	}
	return out
}

// opposite reports whether b stands on the other side of g and shares every
// other condition of a.
func opposite(g ir.Guard, a, b []ir.Guard) bool {
	found := false
	for _, o := range b {
		if o.Cond == g.Cond {
			found = o.Branch != g.Branch
			continue
		}
		if !slices.ContainsFunc(a, func(x ir.Guard) bool { return x.Cond == o.Cond && x.Branch == o.Branch }) {
			return false
		}
	}
	return found
}

func build(h pattern.Hit, all []pattern.Hit, undecided map[string]bool, o Options) *finding.Finding {
	n, row := h.Node, h.Row
	rel := o.Rel(n.Path)
	src := o.Source(n.Path)
	rule, _ := rules.Get(row.Rule)
	message := row.Title
	if h.Bad.Why != "" {
		message += ": " + h.Bad.Why
	}
	f := &finding.Finding{
		Rule: row.Rule, Pattern: row.ID, Library: row.Library, Message: message, Path: rel,
		Symbol: n.Symbol, Sink: n.Name, NodeKind: n.Kind.String(), CAEnv: row.CA.Env,
		Span: span(src, h.Span), Tokens: tokens(src, h.Span), Base: rule.Severity, Confidence: finding.ConfidenceHigh,
		Exposure: h.Exposure,
	}
	if s, err := finding.ParseSeverity(row.Severity); err == nil {
		f.Base = s
	}
	if o.Severity != nil {
		if s := o.Severity(row.Rule, rel); s != 0 {
			f.Base = s
		}
	}
	if way := row.Learned; way != nil {
		f.Pattern, f.Related, f.Way = way.Pattern, way.Way, true
		var steps []string
		for _, r := range way.Way {
			steps = append(steps, fmt.Sprintf("%s (%s:%d)", r.Message, r.Path, r.Span.Start.Line))
		}
		f.Message += ", via " + strings.Join(steps, " -> ")
	}
	f.Severity = f.Base
	confidence(f, h)
	exposure(f, h, undecided)
	for _, host := range n.Hosts {
		line, _ := lineCol(src, host.Offset)
		f.Hosts = append(f.Hosts, finding.Host{Name: host.Name, Port: host.Port, How: host.How, Line: line})
	}
	if len(n.Hosts) > 0 && pattern.HostKind(n.Hosts) == "local" {
		f.Lower(finding.Low, "local: talks to "+n.Hosts[0].Name+" only")
	}
	for _, g := range n.Guards {
		if g.Local {
			f.Lower(finding.Low, "local: only if "+g.Text)
		}
	}
	if n.Inspects && auth(row.Rule) {
		f.Lower(finding.Low, "inspects: the function reads the peer's certificates itself")
	}
	why := n.TestCode
	if o.TestPath != nil && why == "" {
		why = o.TestPath(rel)
	}
	if why != "" {
		switch o.Tests {
		case "same":
		case "off":
			return nil
		default:
			f.Lower(finding.Low, "test: "+why)
		}
	}
	if f.Confidence == finding.ConfidenceLow {
		f.Lower(finding.Medium, "confidence low: "+lowReason(h))
	}
	f.Fixes = fixes(f, h, all, o)
	return f
}

func confidence(f *finding.Finding, h pattern.Hit) {
	if c, err := finding.ParseConfidence(h.Row.Confidence); err == nil {
		f.Confidence = c
	}
	most := func(c finding.Confidence) { f.Confidence = min(f.Confidence, c) }
	if h.Row.Verified == "memory" {
		most(finding.ConfidenceMedium)
	}
	switch {
	case h.Wild && h.Row.Confidence == "" || h.Unsure || !h.Node.Resolved && !h.Node.Likely:
		most(finding.ConfidenceLow)
	case h.Node.Likely:
		most(finding.ConfidenceMedium)
	}
	for _, g := range h.Node.Guards {
		if g.Unsure {
			most(finding.ConfidenceMedium)
		}
	}
}

func lowReason(h pattern.Hit) string {
	switch {
	case h.Unsure:
		return "the value is not known"
	case h.Wild && h.Row.Confidence == "" || !h.Node.Resolved:
		return "the type of the object is not known"
	case h.Bad.Kind == ir.Absent:
		return "insecure only by what is left out"
	}
	return "the pattern itself is not sure"
}

// rank orders exposures from the one that nobody can escape to the one that
// somebody has to ask for.
var rank = map[finding.Exposure]int{finding.Always: 0, finding.Default: 1, finding.Optional: 2}

func exposure(f *finding.Finding, h pattern.Hit, undecided map[string]bool) {
	soften := func(e finding.Exposure) {
		if rank[e] > rank[f.Exposure] {
			f.Exposure = e
		}
	}
	var why []string
	if h.Value != nil && f.Exposure != finding.Always {
		for _, opt := range h.Value.Options {
			f.Options = append(f.Options, opt.String())
		}
		if f.Exposure == finding.Optional && len(f.Options) > 0 {
			why = append(why, "decided by "+strings.Join(f.Options, ", "))
		} else if f.Exposure == finding.Optional {
			why = append(why, "the value is decided elsewhere")
		}
	}
	for _, g := range h.Node.Guards {
		if len(g.Options) == 0 || undecided[g.Cond] {
			continue
		}
		for _, opt := range g.Options {
			if s := opt.String(); !slices.Contains(f.Options, s) {
				f.Options = append(f.Options, s)
			}
		}
		if g.Default == ir.Yes {
			soften(finding.Default)
			continue
		}
		soften(finding.Optional)
		why = append(why, "guarded by "+g.Text)
	}
	if h.Node.SelfOption != "" {
		soften(finding.Optional)
		why = append(why, h.Node.SelfOption+" is itself the option")
	}
	if f.Exposure == finding.Optional {
		f.Lower(finding.Low, "optional: "+strings.Join(why, "; "))
	}
}

// Compare orders findings as every output prints them.
func Compare(a, b Judged) int { return finding.Compare(a.Finding, b.Finding) }

func span(src []byte, s ir.Span) finding.Span {
	pos := func(offset int) finding.Position {
		line, col := lineCol(src, offset)
		return finding.Position{Offset: offset, Line: line, Column: col}
	}
	return finding.Span{Start: pos(s.Start), End: pos(s.End)}
}

// lineCol is the 1-based line and byte column of an offset.
func lineCol(src []byte, offset int) (line, col int) {
	offset = min(max(offset, 0), len(src))
	line = 1 + bytes.Count(src[:offset], []byte("\n"))
	return line, offset - (bytes.LastIndexByte(src[:offset], '\n') + 1) + 1
}

// Lines are the offsets at which the lines of a file start: for files of which
// many places are asked.
type Lines []int

// LinesOf indexes a file.
func LinesOf(src []byte) Lines {
	lines := Lines{0}
	for i, b := range src {
		if b == '\n' {
			lines = append(lines, i+1)
		}
	}
	return lines
}

// Span turns byte offsets into lines and columns.
func (l Lines) Span(start, end int) finding.Span {
	pos := func(offset int) finding.Position {
		i, exact := slices.BinarySearch(l, offset)
		if !exact {
			i--
		}
		return finding.Position{Offset: offset, Line: i + 1, Column: offset - l[i] + 1}
	}
	return finding.Span{Start: pos(start), End: pos(end)}
}

// tokens is the text of a span without white space: reformatting keeps it.
func tokens(src []byte, s ir.Span) string {
	if s.End > len(src) || s.Start > s.End {
		return ""
	}
	return string(bytes.Join(bytes.Fields(src[s.Start:s.End]), nil))
}

// fixes builds the repairs that fit, in the order of the row.
func fixes(f *finding.Finding, h pattern.Hit, all []pattern.Hit, o Options) []finding.Fix {
	if o.Lang == nil {
		return nil
	}
	switch f.Exposure {
	case finding.Optional:
		if out := rowFixes(h, all, o, finding.Optional); len(out) > 0 && fromEnvironment(h.Value) {
			return out
		}
		return []finding.Fix{optionalRecipe(h)}
	case finding.Default:
		if out := rowFixes(h, all, o, finding.Default); len(out) > 0 && fromEnvironment(h.Value) {
			return out
		}
		return defaultFixes(h, o)
	}
	if h.Row.Learned != nil {
		return learnedFixes(h, o)
	}
	return rowFixes(h, all, o, "")
}

// learnedFixes turns round what a call gives to a function of the scanned code.
func learnedFixes(h pattern.Hit, o Options) []finding.Fix {
	edits, ok := o.Lang.Flip(h, h.Bad.At)
	if !ok || len(edits) == 0 {
		return []finding.Fix{{
			Class: finding.Display, Style: finding.StyleEnv, Title: "give the value that verifies",
			Recipe: "give the function the value with which it verifies, and its CA file where it takes one",
		}}
	}
	for i := range edits {
		edits[i].Path = o.Rel(edits[i].Path)
	}
	return []finding.Fix{{Class: finding.Safe, Style: finding.StyleEnv, Title: "give the value that verifies", Edits: edits}}
}

// fromEnvironment reports whether a value is a variable of the environment as it
// is read: text, not yet turned into a choice.
func fromEnvironment(v *ir.Value) bool {
	return v != nil && !v.Closed && len(v.May) == 0 && len(v.Options) == 1 && v.Options[0].Kind == "environment variable"
}

// rowFixes builds the repairs of the row that are for findings of an exposure.
func rowFixes(h pattern.Hit, all []pattern.Hit, o Options, exposure finding.Exposure) []finding.Fix {
	var out []finding.Fix
	taken := map[string]bool{}
	for _, spec := range h.Row.Fix {
		if spec.Exposure != exposure {
			continue
		}
		if o.SafeOnly && (spec.Class != finding.Safe || len(out) > 0) {
			continue
		}
		style := styleOf(spec)
		// The first that fits of every style and kind (edit or recipe) is taken.
		if taken[string(style)] || spec.Class == finding.Display && len(out) > 0 {
			continue
		}
		if !pattern.Allows(h.Node, spec.When, spec.Unless) || slices.Contains(spec.Needs, pattern.NeedsCAEnv) && !ownVariable(h, o) {
			continue
		}
		made := finding.Fix{Class: spec.Class, Style: style, Title: title(h, spec, o)}
		if spec.Class == finding.Display {
			made.Recipe = expand(spec.Recipe, h, spec, o)
		} else {
			if style == finding.StyleBundle && o.Vars.CABundle == "" {
				continue
			}
			edits, ok := o.Lang.Edit(together(h, spec, all), vars(h, spec, o))
			if !ok || len(edits) == 0 || fix.Check(edits) != nil {
				continue
			}
			for i := range edits {
				edits[i].Path = o.Rel(edits[i].Path)
			}
			made.Edits = edits
		}
		taken[string(style)] = true
		out = append(out, made)
	}
	return out
}

// styleOf is the style of a fix; the one that names none is in the default style.
func styleOf(spec pattern.Fix) finding.Style {
	if spec.Style == "" {
		return finding.StyleEnv
	}
	return spec.Style
}

// together are the operations of a fix: its own, and one for every other switch
// on the same object that must not be left as it is.
func together(h pattern.Hit, spec pattern.Fix, all []pattern.Hit) []languages.Op {
	ops := []languages.Op{{Hit: h, Fix: spec}}
	if len(spec.Also) == 0 {
		return ops
	}
	for _, other := range all {
		if other.Node == h.Node && other.Row == h.Row || other.Node.Object == "" || other.Node.Object != h.Node.Object ||
			other.Node.Path != h.Node.Path || !slices.Contains(spec.Also, other.Row.ID) {
			continue
		}
		for _, fix := range other.Row.Fix {
			if fix.Class == spec.Class && styleOf(fix) == styleOf(spec) && slices.Equal(fix.Needs, spec.Needs) && pattern.Allows(other.Node, fix.When, fix.Unless) {
				ops = append(ops, languages.Op{Hit: other, Fix: fix})
				break
			}
		}
	}
	return ops
}

// ownVariable reports whether the user named a variable that the library does
// not read by itself: only code can read it then.
func ownVariable(h pattern.Hit, o Options) bool {
	return o.Vars.CAEnv != "" && !slices.Contains(h.Row.CA.Env, o.Vars.CAEnv)
}

// vars are the values of a fix's templates. A variable that the library does not
// read is named only by a fix that reads it.
func vars(h pattern.Hit, spec pattern.Fix, o Options) languages.Vars {
	v := o.Vars
	if ownVariable(h, o) && !slices.Contains(spec.Needs, pattern.NeedsCAEnv) {
		v.CAEnv = ""
	}
	if v.CAEnv == "" && len(h.Row.CA.Env) > 0 {
		v.CAEnv = h.Row.CA.Env[0]
	}
	return v
}

func expand(text string, h pattern.Hit, spec pattern.Fix, o Options) string {
	v := vars(h, spec, o)
	return strings.NewReplacer("{ca_env}", v.CAEnv, "{ca_bundle}", v.CABundle, "{host}", h.Node.HostExpr).Replace(text)
}

// title says what a fix does, and which variable decides the trust from then on.
func title(h pattern.Hit, spec pattern.Fix, o Options) string {
	if spec.Title != "" {
		return expand(spec.Title, h, spec, o)
	}
	name := h.Node.Name[strings.LastIndexAny(h.Node.Name, ".:")+1:]
	var what string
	switch spec.Op() {
	case "drop":
		what = "drop " + name
		if spec.Drop == "elements" {
			what = "drop the weak elements of " + name
		}
	case "value":
		what = "set " + name + " to " + expand(spec.Value, h, spec, o)
	case "symbol":
		what = "use " + spec.Symbol[strings.LastIndexByte(spec.Symbol, '/')+1:]
	default:
		what = "write " + expand(spec.Add+spec.Replace, h, spec, o)
	}
	if v := vars(h, spec, o); v.CAEnv != "" && spec.Class == finding.Safe && auth(h.Row.Rule) {
		what += "; trust comes from " + v.CAEnv + " or the system store"
	}
	return what
}

// auth reports whether a rule is about who answers: only there does a trust
// store matter.
func auth(rule string) bool { return strings.HasPrefix(rule, "TLS10") }

func optionalRecipe(h pattern.Hit) finding.Fix {
	recipe := "keep the switch off by default and print a warning when it is used"
	if auth(h.Row.Rule) {
		recipe += "; offer a CA option beside it"
		if h.Row.CA.Member != "" {
			recipe += " (" + h.Row.CA.Member + ")"
		}
		recipe += ", so that nobody needs the switch"
	}
	return finding.Fix{Class: finding.Display, Style: finding.StyleEnv, Title: "keep the option, make it rare", Recipe: recipe}
}

func defaultFixes(h pattern.Hit, o Options) []finding.Fix {
	recipe := finding.Fix{
		Class: finding.Display, Style: finding.StyleEnv, Title: "make the secure side the default",
		Recipe: "turn the default round, so that verification is on unless somebody switches it off",
	}
	if o.SafeOnly {
		return nil
	}
	if h.Value == nil || h.Value.Default == nil {
		return []finding.Fix{recipe}
	}
	edits, ok := o.Lang.Flip(h, h.Value.Default.At)
	if !ok {
		return []finding.Fix{recipe}
	}
	for i := range edits {
		edits[i].Path = o.Rel(edits[i].Path)
	}
	what := "flip the default"
	if len(h.Value.Options) > 0 {
		what = fmt.Sprintf("flip the default of %s", h.Value.Options[0])
	}
	return []finding.Fix{{Class: finding.Unsafe, Style: finding.StyleEnv, Title: what, Edits: edits}}
}
