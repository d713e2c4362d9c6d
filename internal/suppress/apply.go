package suppress

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/config"
)

// Anchor are the lines, 1-based and inclusive, that a finding belongs to: of its
// syntax node and of the statement or element around it. A line of 0 is unknown.
type Anchor struct {
	Start, End         int
	StmtStart, StmtEnd int
}

// Policy is what a suppression must say and what others' are worth.
type Policy struct {
	RequireReason bool
	RequireUntil  bool
	// MaxUntil is how far ahead a last day may lie; 0 means any.
	MaxUntil time.Duration
	// Foreign is "honour", "report" or "ignore"; "" means report.
	Foreign string
	// NoSuppressions shows everything as if nobody had suppressed anything.
	NoSuppressions bool
	// Enabled says whether a rule or pattern was looked for in this run; nil
	// means all were. A suppression of what was not looked for is not unused.
	Enabled func(id string) bool
}

// PolicyOf takes the policy out of a configuration.
func PolicyOf(s config.Suppressions) Policy {
	return Policy{
		RequireReason: s.RequireReason,
		RequireUntil:  s.RequireUntil,
		MaxUntil:      time.Duration(s.MaxUntil),
		Foreign:       s.Foreign,
	}
}

// The rules about suppressions.
const (
	Unused         = "TLS901"
	Incomplete     = "TLS902" // no reason, no last day, malformed
	Expired        = "TLS903"
	NewInChange    = "TLS904"
	ForeignSilence = "TLS905" // another tool's, without a reason
)

// PatternID is the Pattern of every finding about a suppression.
const PatternID = "tlslint-suppression"

// Apply marks the findings that directives in the source answer for and returns
// what there is to say about the directives. The findings must be all of the
// files that the directives are from, or a directive will look unused. anchors
// gives the lines of a finding; nil, or a zero Anchor, means its own span's. The
// days of until= are compared in the time zone of now.
func Apply(findings []*finding.Finding, anchors func(*finding.Finding) Anchor, directives []Directive, policy Policy, now time.Time) []*finding.Finding {
	if policy.NoSuppressions {
		return nil
	}
	own, foreign := map[string][]*entry{}, map[string][]*entry{}
	var all []*entry
	for _, d := range directives {
		e := newEntry(d, now)
		all = append(all, e)
		switch {
		case d.Malformed != "":
		case d.Foreign == "":
			own[d.Path] = append(own[d.Path], e)
		case policy.Foreign != "ignore":
			foreign[d.Path] = append(foreign[d.Path], e)
		}
	}
	for _, f := range findings {
		a := anchorOf(f, anchors)
		binding := func(entries []*entry) []*entry {
			var bound []*entry
			for _, e := range entries {
				if e.binds(a) {
					bound = append(bound, e)
				}
			}
			return bound
		}
		if silence(f, binding(own[f.Path])); f.Suppressed == nil {
			hearForeign(f, binding(foreign[f.Path]), policy)
		}
	}
	var meta []*finding.Finding
	for _, e := range all {
		meta = append(meta, e.verdict(policy, now)...)
	}
	return meta
}

// ApplyTable does the same for the [[suppress]] tables of the configuration.
// Run it behind Apply: it leaves findings alone that are suppressed already. An
// entry that matches nothing is not reported: it may be about other files.
func ApplyTable(findings []*finding.Finding, table []config.Suppress, policy Policy, now time.Time) []*finding.Finding {
	if policy.NoSuppressions {
		return nil
	}
	entries := make([]*entry, len(table))
	for i, row := range table {
		line := finding.Position{Line: row.Line, Column: 1}
		entries[i] = newEntry(Directive{
			Rules: []string{row.Rule}, Until: row.Until, Owner: row.Owner, Reason: row.Reason,
			Path: row.File, Span: finding.Span{Start: line, End: line},
		}, now)
		entries[i].kind = "table"
	}
	for _, f := range findings {
		if f.Suppressed != nil {
			continue
		}
		var bound []*entry
		for i, row := range table {
			if matches(row, f) {
				bound = append(bound, entries[i])
			}
		}
		silence(f, bound)
	}
	var meta []*finding.Finding
	for _, e := range entries {
		if len(e.used) > 0 || e.outlived {
			meta = append(meta, e.verdict(policy, now)...)
		}
	}
	return meta
}

// matches: a host must cover every host of the finding, or a suppression for
// one server would hide that the same code trusts another one blindly.
func matches(row config.Suppress, f *finding.Finding) bool {
	if row.Path != "" && !glob(row.Path, f.Path) {
		return false
	}
	if row.Host == "" {
		return true
	}
	return len(f.Hosts) > 0 && !slices.ContainsFunc(f.Hosts, func(h finding.Host) bool {
		return !glob(strings.ToLower(row.Host), strings.ToLower(h.Name))
	})
}

// glob: a malformed pattern matches nothing; Config.Validate has reported it.
func glob(pattern, name string) bool {
	ok, err := doublestar.Match(pattern, name)
	return ok && err == nil
}

func anchorOf(f *finding.Finding, anchors func(*finding.Finding) Anchor) Anchor {
	var a Anchor
	if anchors != nil {
		a = anchors(f)
	}
	if a.Start == 0 {
		a.Start, a.End = f.Span.Start.Line, f.Span.End.Line
	}
	return a
}

// entry is a suppression at work.
type entry struct {
	Directive
	kind     string
	expired  string          // why it no longer holds, "" if it does
	used     map[string]bool // the Rules that have suppressed something
	outlived bool            // a finding is back because it has expired
	foreign  bool            // it has lowered or silenced something
}

func newEntry(d Directive, now time.Time) *entry {
	e := &entry{Directive: d, kind: "inline", used: map[string]bool{}, expired: expiry(d.Until, now)}
	if d.File {
		e.kind = "file"
	}
	return e
}

// binds says whether the directive stands where it is about the anchor.
func (e *entry) binds(a Anchor) bool {
	if e.File {
		return true
	}
	at := func(line int, places ...int) bool { return line > 0 && slices.Contains(places, line) }
	line := e.Span.Start.Line
	if e.GroupEnd == 0 {
		return at(line, a.Start, a.End, a.StmtStart, a.StmtEnd)
	}
	return !e.sameLine && at(e.GroupEnd+1, a.Start, a.StmtStart)
}

// names is the entry's own word for the finding, "" if it is not about it.
func (e *entry) names(f *finding.Finding) string {
	for _, id := range e.Rules {
		if id == f.Rule || id == f.Pattern {
			return id
		}
	}
	return ""
}

// silence lets our own suppressions act on a finding. One that holds wins over
// one that has expired: then nothing has come back.
func silence(f *finding.Finding, bound []*entry) {
	var expired []*entry
	for _, e := range bound {
		id := e.names(f)
		switch {
		case id == "":
		case e.expired != "":
			expired = append(expired, e)
		default:
			e.used[id] = true
			if f.Suppressed == nil {
				f.Suppressed = e.suppression()
			}
		}
	}
	if f.Suppressed != nil {
		return
	}
	for _, e := range expired {
		e.outlived = true
		f.Because = append(f.Because, e.expired)
	}
}

func (e *entry) suppression() *finding.Suppression {
	return &finding.Suppression{
		Kind: e.kind, Reason: e.Reason, Until: e.Until, Owner: e.Owner,
		Path: e.Path, Line: e.Span.Start.Line,
	}
}

// hearForeign lets the first of other tools' comments act, one with a reason
// before one without.
func hearForeign(f *finding.Finding, bound []*entry, policy Policy) {
	if len(bound) == 0 {
		return
	}
	e := bound[0]
	if i := slices.IndexFunc(bound, func(e *entry) bool { return e.Reason != "" }); i >= 0 {
		e = bound[i]
	}
	e.foreign = true
	if policy.Foreign == "honour" {
		f.Suppressed = e.suppression()
		f.Suppressed.Kind = "foreign"
		return
	}
	because := "foreign suppression: " + e.Directive.String()
	if e.Reason != "" {
		because += " (" + e.Reason + ")"
	}
	f.Lower(finding.Low, because)
}

// verdict is what there is to say about the entry once all findings are seen.
func (e *entry) verdict(policy Policy, now time.Time) []*finding.Finding {
	required := func(yes bool) finding.Severity {
		if yes {
			return finding.Medium
		}
		return finding.Low
	}
	one := func(rule string, s finding.Severity, format string, args ...any) []*finding.Finding {
		return []*finding.Finding{e.meta(rule, s, fmt.Sprintf(format, args...))}
	}
	switch {
	case e.Malformed != "":
		return one(Incomplete, finding.Medium, "%s", e.Malformed)
	case e.Foreign != "" && e.foreign && e.Reason == "":
		return one(ForeignSilence, finding.Low, "%s gives no reason", e.Directive)
	case e.Foreign != "":
		return nil
	case e.outlived:
		return one(Expired, finding.High, "%s: %s", e.Directive, e.expired)
	}
	var all []*finding.Finding
	if idle := e.idle(policy); len(idle) > 0 {
		all = one(Unused, finding.Medium, "unused suppression: no finding of %s here", strings.Join(idle, ", "))
	}
	if len(e.used) == 0 {
		return all
	}
	if e.Reason == "" {
		all = append(all, e.meta(Incomplete, required(policy.RequireReason), "suppression gives no reason"))
	}
	switch {
	case e.Until == "" && policy.RequireUntil:
		all = append(all, e.meta(Incomplete, finding.Medium, "suppression names no last day (until=YYYY-MM-DD)"))
	case e.Until != "" && policy.MaxUntil > 0 && daysUntil(e.Until, now) > int(policy.MaxUntil/(24*time.Hour)):
		all = append(all, e.meta(Incomplete, finding.Medium,
			fmt.Sprintf("suppression lasts until %s: at most %s ahead is allowed", e.Until, config.Duration(policy.MaxUntil))))
	}
	return all
}

// idle are the rules that the entry names, that were looked for, and that it
// has not suppressed anything of.
func (e *entry) idle(policy Policy) []string {
	var idle []string
	for _, id := range e.Rules {
		if !e.used[id] && (policy.Enabled == nil || policy.Enabled(id)) {
			idle = append(idle, id)
		}
	}
	return idle
}

func (e *entry) meta(rule string, severity finding.Severity, message string) *finding.Finding {
	return &finding.Finding{
		Rule: rule, Pattern: PatternID, Message: message, Path: e.Path, Span: e.Span,
		Sink: "tlslint:ignore", NodeKind: "comment",
		Tokens: strings.Join(append([]string{e.Foreign, e.Until, e.Owner}, e.Rules...), " "),
		Base:   severity, Severity: severity, Confidence: finding.ConfidenceHigh,
	}
}

// expiry says why a last day no longer holds; "" if it does. The day itself
// still counts. A day that cannot be read holds nothing: a typing error must not
// make a suppression eternal.
func expiry(until string, now time.Time) string {
	if until == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, until); err != nil {
		return fmt.Sprintf("suppression expired: %q is not a day (YYYY-MM-DD)", until)
	}
	switch n := -daysUntil(until, now); {
	case n <= 0:
		return ""
	case n == 1:
		return "suppression expired 1 day ago"
	default:
		return fmt.Sprintf("suppression expired %d days ago", n)
	}
}

// daysUntil counts the days from today, in the time zone of now, to a day. The
// day must be well formed.
func daysUntil(until string, now time.Time) int {
	day, err := time.Parse(time.DateOnly, until)
	if err != nil {
		return 0
	}
	year, month, today := now.Date()
	// In UTC every day has 24 hours.
	return int(day.Sub(time.Date(year, month, today, 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
}
