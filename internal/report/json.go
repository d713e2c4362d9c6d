package report

import (
	"bytes"

	"github.com/tlslint/tlslint/finding"
)

// jsonSchemaVersion changes when a reader of the old form would go wrong;
// fields that are added do not change it. docs/json.md describes the form.
const jsonSchemaVersion = "1"

type jsonReport struct {
	SchemaVersion string        `json:"schema_version"`
	Tool          jsonTool      `json:"tool"`
	Summary       jsonSummary   `json:"summary"`
	Findings      []jsonFinding `json:"findings"`
	Skipped       []jsonSkip    `json:"skipped"`
}

type jsonTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	URI     string `json:"uri"`
}

type jsonSummary struct {
	Findings   int            `json:"findings"`
	BySeverity jsonSeverities `json:"by_severity"`
	Hidden     int            `json:"hidden"`
	Suppressed int            `json:"suppressed"`
	Fixable    int            `json:"fixable"`
	Files      int            `json:"files"`
	Parsed     int            `json:"parsed"`
	Skipped    int            `json:"skipped"`
	Incomplete int            `json:"incomplete"`
	ExitCode   int            `json:"exit_code"`
}

type jsonSeverities struct {
	Critical int `json:"critical"`
	High     int `json:"high"`
	Medium   int `json:"medium"`
	Low      int `json:"low"`
}

type jsonFinding struct {
	Rule         string           `json:"rule"`
	Name         string           `json:"name"`
	CWE          string           `json:"cwe"`
	Message      string           `json:"message"`
	Severity     string           `json:"severity"`
	BaseSeverity string           `json:"base_severity"`
	Level        string           `json:"level"`
	Confidence   string           `json:"confidence"`
	Shown        bool             `json:"shown"`
	Path         string           `json:"path"`
	Span         finding.Span     `json:"span"`
	Symbol       string           `json:"symbol"`
	Pattern      string           `json:"pattern"`
	Library      string           `json:"library"`
	Sink         string           `json:"sink"`
	Exposure     string           `json:"exposure"`
	Options      []string         `json:"options"`
	Because      []string         `json:"because"`
	CAEnv        []string         `json:"ca_env"`
	Hosts        []jsonHost       `json:"hosts"`
	Related      []jsonRelated    `json:"related"`
	Fixes        []jsonFix        `json:"fixes"`
	Fingerprint  string           `json:"fingerprint"`
	State        string           `json:"baseline_state,omitempty"`
	Suppressed   *jsonSuppression `json:"suppressed,omitempty"`
}

type jsonHost struct {
	Name string `json:"name"`
	Port string `json:"port"`
	How  string `json:"how"`
	Line int    `json:"line"`
}

type jsonRelated struct {
	Path    string       `json:"path"`
	Span    finding.Span `json:"span"`
	Message string       `json:"message"`
}

type jsonFix struct {
	Class  string     `json:"class"`
	Style  string     `json:"style"`
	Title  string     `json:"title"`
	Recipe string     `json:"recipe"`
	Edits  []jsonEdit `json:"edits"`
}

type jsonEdit struct {
	Path    string `json:"path"`
	Start   int    `json:"start"`
	End     int    `json:"end"`
	NewText string `json:"new_text"`
}

type jsonSuppression struct {
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
	Until  string `json:"until"`
	Owner  string `json:"owner"`
	Path   string `json:"path"`
	Line   int    `json:"line"`
}

type jsonSkip struct {
	Path       string `json:"path"`
	Reason     string `json:"reason"`
	Incomplete bool   `json:"incomplete"`
}

// writeJSON writes one object with all findings, those that are not shown and
// those that are suppressed included.
func writeJSON(b *bytes.Buffer, r *Result, _ Options) error {
	c := r.count()
	out := jsonReport{
		SchemaVersion: jsonSchemaVersion,
		Tool:          jsonTool{r.Tool.Name, r.Tool.Version, r.Tool.InfoURI},
		Summary: jsonSummary{
			Findings: c.shown,
			BySeverity: jsonSeverities{
				Critical: c.bySeverity[finding.Critical], High: c.bySeverity[finding.High],
				Medium: c.bySeverity[finding.Medium], Low: c.bySeverity[finding.Low],
			},
			Hidden:     len(r.Findings) - c.shown - c.suppressed,
			Suppressed: c.suppressed, Fixable: c.fixable,
			Files: r.Files, Parsed: r.Parsed, Skipped: len(r.Skipped), Incomplete: c.incomplete,
			ExitCode: r.ExitCode,
		},
		Findings: []jsonFinding{},
		Skipped:  []jsonSkip{},
	}
	rules := r.ruleIndex()
	for _, f := range r.Findings {
		j := newJSONFinding(f, rules[f.Rule], r.shown(f))
		j.State = r.state(f)
		out.Findings = append(out.Findings, j)
	}
	for _, s := range r.Skipped {
		out.Skipped = append(out.Skipped, jsonSkip(s))
	}
	return encodeJSON(b, out)
}

func newJSONFinding(f *finding.Finding, rule Rule, shown bool) jsonFinding {
	out := jsonFinding{
		Rule: f.Rule, Name: rule.Name, CWE: rule.CWE, Message: f.Message,
		Severity: f.Severity.String(), BaseSeverity: f.Base.String(), Level: f.Severity.Level(),
		Confidence: f.Confidence.String(), Shown: shown,
		Path: f.Path, Span: f.Span, Symbol: f.Symbol,
		Pattern: f.Pattern, Library: f.Library, Sink: f.Sink, Exposure: string(f.Exposure),
		Options: list(f.Options), Because: list(f.Because), CAEnv: list(f.CAEnv),
		Hosts: []jsonHost{}, Related: []jsonRelated{}, Fixes: []jsonFix{},
		Fingerprint: f.Fingerprint,
	}
	for _, h := range f.Hosts {
		out.Hosts = append(out.Hosts, jsonHost(h))
	}
	for _, rel := range f.Related {
		out.Related = append(out.Related, jsonRelated(rel))
	}
	for _, fix := range f.Fixes {
		j := jsonFix{Class: string(fix.Class), Style: string(fix.Style), Title: fix.Title, Recipe: fix.Recipe, Edits: []jsonEdit{}}
		for _, e := range fix.Edits {
			j.Edits = append(j.Edits, jsonEdit{e.Path, e.Start, e.End, e.New})
		}
		out.Fixes = append(out.Fixes, j)
	}
	if s := f.Suppressed; s != nil {
		j := jsonSuppression(*s)
		out.Suppressed = &j
	}
	return out
}
