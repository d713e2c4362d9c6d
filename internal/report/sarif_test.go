package report

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/tlslint/tlslint/finding"
)

// sarifSchemaDoc returns OASIS's schema, which the go-sarif module carries as a
// constant. Its own Validate is of no use here: it checks its own structs, whose
// empty values ("language", "newlineSequences") the schema refuses. So the bytes
// that we write are checked against the schema itself.
func sarifSchemaDoc(t testing.TB) *jsonschema.Schema {
	t.Helper()
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Skipf("the go command cannot find go-sarif: %v", err)
	}
	path := filepath.Join(strings.TrimSpace(string(dir)), "schema.go")
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING && len(lit.Value) > len(text) {
			text = lit.Value
		}
		return true
	})
	text, err = strconv.Unquote(text)
	if err != nil {
		t.Fatal(err)
	}
	return compileSchema(t, sarifSchema, []byte(text))
}

func parseSARIF(t testing.TB, text string) sarifRun {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(text), &log); err != nil {
		t.Fatal(err)
	}
	if log.Version != "2.1.0" || len(log.Runs) != 1 {
		t.Fatalf("version %q, %d runs", log.Version, len(log.Runs))
	}
	return log.Runs[0]
}

func sampleRun(t testing.TB) (*Result, sarifRun) {
	r := sample(t)
	return r, parseSARIF(t, render(t, "sarif", r, Options{}))
}

func TestSARIFFollowsTheSchema(t *testing.T) {
	schema := sarifSchemaDoc(t)
	nasty, _ := hostile(t)
	for name, r := range map[string]*Result{"sample": sample(t), "empty": {Tool: Tool{Name: "tlslint"}}, "hostile": nasty} {
		t.Run(name, func(t *testing.T) {
			text := render(t, "sarif", r, Options{})
			validate(t, schema, text)
			report, err := sarif.FromString(text, sarif.WithStrictValidation())
			if err != nil {
				t.Fatal(err)
			}
			if n := len(parseSARIF(t, text).Results); len(report.Runs[0].Results) != n {
				t.Errorf("go-sarif reads %d results, want %d", len(report.Runs[0].Results), n)
			}
		})
	}
}

func TestSARIFRules(t *testing.T) {
	_, run := sampleRun(t)
	var ids []string
	for _, rule := range run.Tool.Driver.Rules {
		ids = append(ids, rule.ID)
		if rule.ShortDescription.Text == "" || rule.FullDescription.Text == "" || rule.Help.Text == "" || rule.Help.Markdown == "" {
			t.Errorf("%s lacks a text", rule.ID)
		}
	}
	if want := []string{"TLS101", "TLS103", "TLS201"}; !slices.Equal(ids, want) {
		t.Fatalf("rules %q, want %q", ids, want)
	}
	for _, result := range run.Results {
		if ids[result.RuleIndex] != result.RuleID {
			t.Errorf("result of %s points at %s", result.RuleID, ids[result.RuleIndex])
		}
	}
	p := run.Tool.Driver.Rules[2].Properties
	if !slices.Equal(p.Tags, []string{"security", "external/cwe/cwe-327", "external/cwe/cwe-757"}) ||
		p.SecuritySeverity != "5.5" || p.ProblemSeverity != "warning" || p.Precision != "high" {
		t.Errorf("properties of TLS201: %+v", p)
	}
	var taxa []string
	for _, taxon := range run.Taxonomies[0].Taxa {
		taxa = append(taxa, taxon.ID)
	}
	for _, rule := range run.Tool.Driver.Rules {
		for _, rel := range rule.Relationships {
			if taxa[rel.Target.Index] != rel.Target.ID {
				t.Errorf("%s: CWE %s points at %s", rule.ID, rel.Target.ID, taxa[rel.Target.Index])
			}
		}
	}
}

func TestSARIFHasShownAndSuppressed(t *testing.T) {
	r, run := sampleRun(t)
	var want []string
	for _, f := range r.Findings {
		if f.Suppressed != nil || r.shown(f) {
			want = append(want, f.Fingerprint)
		}
	}
	var got []string
	for _, result := range run.Results {
		got = append(got, result.PartialFingerprints["tlslint/v1"])
	}
	if !slices.Equal(got, want) {
		t.Errorf("results %q, want %q", got, want)
	}
	suppressed := run.Results[len(run.Results)-1].Suppressions
	if len(suppressed) != 1 || suppressed[0].Kind != "inSource" || suppressed[0].Status != "accepted" ||
		suppressed[0].Justification != "appliance, SEC-812" || suppressed[0].Properties.Until != "2027-03-31" {
		t.Errorf("suppressions %+v", suppressed)
	}
}

func TestSARIFSuppressionKinds(t *testing.T) {
	for kind, want := range map[string]string{"inline": "inSource", "file": "inSource", "foreign": "inSource", "table": "external"} {
		if got := suppression(finding.Suppression{Kind: kind}); got.Kind != want || got.Status != "accepted" {
			t.Errorf("%s: %+v, want %s", kind, got, want)
		}
	}
}

// at16 returns what a region covers when lines and UTF-16 columns are counted
// as a viewer does.
func at16(text string, r sarifRegion) string {
	lines := strings.SplitAfter(text, "\n")
	offset := func(line, column int) int {
		units := utf16.Encode([]rune(lines[line-1]))
		return len(strings.Join(lines[:line-1], "")) + len(string(utf16.Decode(units[:column-1])))
	}
	return text[offset(r.StartLine, r.StartColumn):offset(r.EndLine, r.EndColumn)]
}

func TestSARIFRegionsCoverTheSnippet(t *testing.T) {
	r, run := sampleRun(t)
	if run.ColumnKind != "utf16CodeUnits" {
		t.Errorf("column kind %q", run.ColumnKind)
	}
	checked := 0
	for _, result := range run.Results {
		if len(result.Locations) != 1 {
			t.Fatalf("%d locations", len(result.Locations))
		}
		loc := result.Locations[0].PhysicalLocation
		region := loc.Region
		if region.StartLine == 0 || region.StartColumn == 0 || region.EndLine == 0 || region.EndColumn == 0 {
			t.Errorf("a line or column is missing: %+v", region)
		}
		src := r.Source(loc.ArtifactLocation.URI)
		if src == nil {
			continue
		}
		checked++
		if got := at16(string(src), *region); got != region.Snippet.Text {
			t.Errorf("lines and columns cover %q, the snippet is %q", got, region.Snippet.Text)
		}
		if got := string(src[*region.ByteOffset:][:*region.ByteLength]); got != region.Snippet.Text {
			t.Errorf("the bytes are %q, the snippet is %q", got, region.Snippet.Text)
		}
	}
	if checked != 5 {
		t.Errorf("checked %d results, want 5", checked)
	}
}

func TestSARIFFixes(t *testing.T) {
	r, run := sampleRun(t)
	i := slices.IndexFunc(run.Results, func(x sarifResult) bool { return len(x.Fixes) == 2 })
	if i < 0 {
		t.Fatal("no result with two fixes")
	}
	change := run.Results[i].Fixes[0].ArtifactChanges[0]
	text := string(r.Source(change.ArtifactLocation.URI))
	if got := at16(text, change.Replacements[0].DeletedRegion); got != "\t\tInsecureSkipVerify: true,\n" {
		t.Errorf("deletes %q", got)
	}
	if change.Replacements[0].InsertedContent != nil {
		t.Errorf("inserts %+v", change.Replacements[0].InsertedContent)
	}
	if n := len(run.Results[i].Fixes[1].ArtifactChanges[0].Replacements); n != 2 {
		t.Errorf("the second fix has %d replacements, want 2", n)
	}
}

func TestSARIFFixesThatDoNotFitAreLeftOut(t *testing.T) {
	r := fixing(files{"f": "abc"},
		fixOf(finding.Edit{Path: "f", Start: 1, End: 9}), fixOf(finding.Edit{Path: "f", Start: 2, End: 1}),
		fixOf(finding.Edit{Path: "gone", Start: 1, End: 2, New: "x"}))
	run := parseSARIF(t, render(t, "sarif", r, Options{}))
	for i, want := range []int{0, 0, 1} {
		if got := len(run.Results[i].Fixes); got != want {
			t.Errorf("result %d has %d fixes, want %d", i, got, want)
		}
	}
}

func TestSARIFLineHash(t *testing.T) {
	r, run := sampleRun(t)
	for _, result := range run.Results {
		loc := result.Locations[0].PhysicalLocation
		want := ""
		if src := r.Source(loc.ArtifactLocation.URI); src != nil {
			want = plainHashes(string(src))[loc.Region.StartLine-1]
		}
		if got := result.PartialFingerprints["primaryLocationLineHash"]; got != want {
			t.Errorf("%s:%d: %q, want %q", loc.ArtifactLocation.URI, loc.Region.StartLine, got, want)
		}
	}
}

func TestSARIFInvocation(t *testing.T) {
	r, run := sampleRun(t)
	inv := run.Invocations[0]
	if !inv.ExecutionSuccessful || inv.ExitCode != 1 || inv.StartTimeUTC != "" {
		t.Errorf("invocation %+v", inv)
	}
	if want := []string{"check", "--root=./x", "/home/somebody/src/shopping"}; !slices.Equal(inv.Arguments, want) {
		t.Errorf("arguments %q, want %q", inv.Arguments, want)
	}
	if len(inv.Notifications) != 2 || inv.Notifications[0].Level != "warning" || inv.Notifications[1].Level != "note" ||
		inv.Notifications[0].Message.Text != "not checked: larger than 1 MB" {
		t.Errorf("notifications %+v", inv.Notifications)
	}
	if run.AutomationDetails.ID != "tlslint/backend/" {
		t.Errorf("automation id %q", run.AutomationDetails.ID)
	}
	r.ExitCode, r.StartTime = 2, time.Date(2027, 1, 2, 3, 4, 5, 6, time.FixedZone("", 3600))
	inv = parseSARIF(t, render(t, "sarif", r, Options{})).Invocations[0]
	if inv.ExecutionSuccessful || inv.StartTimeUTC != "2027-01-02T02:04:05Z" {
		t.Errorf("invocation %+v", inv)
	}
}

func TestSARIFLimitKeepsTheMostSevere(t *testing.T) {
	var fs []*finding.Finding
	for i := range sarifMaxResults + 10 {
		f := &finding.Finding{Rule: "TLS101", Message: "m", Path: fmt.Sprintf("f%06d", i), Severity: finding.Medium}
		switch {
		case i%2 == 0:
			f.Severity = finding.High
		case i < 10:
			f.Severity = finding.Low
		case i < 20:
			f.Severity, f.Suppressed = finding.Critical, &finding.Suppression{Kind: "inline"}
		}
		fs = append(fs, f)
	}
	run := parseSARIF(t, render(t, "sarif", &Result{Findings: fs}, Options{}))
	if len(run.Results) != sarifMaxResults {
		t.Fatalf("%d results", len(run.Results))
	}
	for i, result := range run.Results {
		if len(result.Suppressions) > 0 || result.Level == "note" {
			t.Errorf("result %d should have been left out before others", i)
		}
		if i > 0 && run.Results[i-1].Locations[0].PhysicalLocation.ArtifactLocation.URI >= result.Locations[0].PhysicalLocation.ArtifactLocation.URI {
			t.Errorf("result %d is out of order", i)
		}
	}
	notes := run.Invocations[0].Notifications
	if len(notes) != 1 || notes[0].Descriptor.ID != "result-limit" ||
		notes[0].Message.Text != "10 results left out: a run may hold 25000. The most severe results are kept." {
		t.Errorf("notifications %+v", notes)
	}
}

func TestRelativeURI(t *testing.T) {
	for path, want := range map[string]string{
		"a/b.go":       "a/b.go",
		"a b/ü%.go":    "a%20b/%C3%BC%25.go",
		"c:/x?y#z":     "c%3A/x%3Fy%23z",
		"\x1b\n\u202e": "%1B%0A%E2%80%AE",
		"\xff":         "%FF",
	} {
		got := relativeURI(path)
		if got != want {
			t.Errorf("relativeURI(%q) = %s, want %s", path, got, want)
		}
		if back, err := url.PathUnescape(got); err != nil || back != path {
			t.Errorf("%s decodes to %q, %v", got, back, err)
		}
	}
}

func TestWithoutRoot(t *testing.T) {
	for _, test := range [][3]string{
		{"/r", "/r/a", "./a"}, {"/r", "/r", "."}, {"/r/", "--config=/r/a", "--config=./a"},
		{"/r", "/root", "/root"}, {"/r", "/x/r/a", "/x/r/a"}, {"/", "/a", "/a"}, {"", "a", "a"}, {`C:\r`, `C:\r\a`, `.\a`},
	} {
		if got := withoutRoot(test[1], test[0]); got != test[2] {
			t.Errorf("withoutRoot(%q, %q) = %q, want %q", test[1], test[0], got, test[2])
		}
	}
}

func TestCWENumbers(t *testing.T) {
	for text, want := range map[string]string{"CWE-295": "295", "CWE-296, CWE-295": "296 295", "cwe-079": "79", "": "", "none": ""} {
		if got := strings.Join(cweNumbers(text), " "); got != want {
			t.Errorf("cweNumbers(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestAutomationID(t *testing.T) {
	for category, want := range map[string]string{"": "tlslint/", "backend": "tlslint/backend/", "/a/b/": "tlslint/a/b/"} {
		if got := automationID(&Result{Tool: Tool{Name: "tlslint"}, Category: category}); got != want {
			t.Errorf("category %q: %q, want %q", category, got, want)
		}
	}
}
