// Package finding holds what tlslint says about a program: findings, the spans
// they stand on, the fixes that repair them, and how loud each of them is.
//
// Judged pattern matches come in; plain data goes out. Everything after the
// match (suppressions, baselines, reports, fixes) sees only this package, and
// nothing here knows a syntax tree or an output format.
package finding

import (
	"cmp"
	"slices"
)

// Position is a place in a file. Offset is a 0-based byte offset; Line and
// Column are 1-based and Column counts bytes, as Go's and reviewdog's do.
type Position struct {
	Offset int `json:"offset"`
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Span is the half-open byte range [Start, End) of a file.
type Span struct {
	Start Position `json:"start"`
	End   Position `json:"end"`
}

// Exposure says who decides that verification is off.
type Exposure string

const (
	// Always: off whenever this code runs.
	Always Exposure = "always"
	// Default: off unless somebody switches verification on.
	Default Exposure = "default"
	// Optional: on unless a parameter, flag, setting or guarded branch switches it off.
	Optional Exposure = "optional"
)

// Finding is one weakness at one place.
type Finding struct {
	// Rule is the weakness class, TLSnnn exactly; Pattern the row that matched.
	Rule    string
	Pattern string
	Library string
	// Message is one sentence without a final full stop, ready to print.
	Message string
	// Path is the file's path with forward slashes, relative to the root of the run.
	Path string
	Span Span
	// Symbol is the enclosing function or declaration, "" at top level.
	Symbol string
	// Sink is the canonical name that matched, NodeKind the kind of IR node.
	Sink     string
	NodeKind string
	// Tokens are the finding's own tokens, white space removed; with Rule, Path,
	// Symbol, NodeKind and Sink they make the fingerprint.
	Tokens string

	Exposure   Exposure
	Base       Severity
	Severity   Severity // effective: the lowest of Base and of every lowering
	Confidence Confidence
	// Because has one entry for every lowering, "optional: guarded by opts.Insecure".
	Because []string
	// Options names what decides (a parameter, flag, variable or setting).
	Options []string
	// CAEnv names the variables that the library itself reads for its trust store.
	CAEnv []string
	Hosts []Host

	// Fixes are in order of preference; a display fix has no edits but a recipe.
	Fixes []Fix
	// Related are further places; Way says that they are the way from the finding to
	// the switch, in order.
	Related []Related
	Way     bool

	Fingerprint string
	// Suppressed is nil unless a comment, a table or a foreign directive silences the finding.
	Suppressed *Suppression
}

// Host is a server that the code near a finding talks to, and how it was found.
type Host struct {
	Name string
	Port string // "" when the code does not say
	How  string // "literal", "constant", ...
	Line int    // 1-based line of the text that names it, 0 when unknown
}

// Related is a further place that explains a finding.
type Related struct {
	Path    string
	Span    Span
	Message string
}

// Suppression says who silenced a finding, and until when.
type Suppression struct {
	// Kind is "inline", "file", "table" or "foreign".
	Kind   string
	Reason string
	Until  string // YYYY-MM-DD, inclusive; "" = for ever
	Owner  string
	Path   string
	Line   int
}

// Sort puts findings into the order in which every output prints them: path,
// offset, rule, pattern. The order does not depend on scheduling.
func Sort(fs []*Finding) {
	slices.SortStableFunc(fs, Compare)
}

// Compare is the order of Sort.
func Compare(a, b *Finding) int {
	return cmp.Or(
		cmp.Compare(a.Path, b.Path),
		cmp.Compare(a.Span.Start.Offset, b.Span.Start.Offset),
		cmp.Compare(a.Span.End.Offset, b.Span.End.Offset),
		cmp.Compare(a.Rule, b.Rule),
		cmp.Compare(a.Pattern, b.Pattern),
		cmp.Compare(a.Message, b.Message),
	)
}
