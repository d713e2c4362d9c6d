package report

import (
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
)

// comparedSample is the sample of which only the first shown finding is new.
func comparedSample(t testing.TB) *Result {
	r := sample(t)
	first := r.shownFindings()[0]
	visible := r.Shown
	r.New = func(f *finding.Finding) bool { return f == first }
	r.Shown = func(f *finding.Finding) bool {
		return f == first && (visible == nil || visible(f))
	}
	r.Visible = func(f *finding.Finding) bool {
		return f.Suppressed == nil && (visible == nil && f.Severity >= r.MinSeverity || visible != nil && visible(f))
	}
	return r
}

func TestComparedWithABase(t *testing.T) {
	all := len(sample(t).shownFindings())
	r := comparedSample(t)
	validate(t, jsonSchema(t), render(t, "json", r, Options{}))
	if text := render(t, "json", r, Options{}); strings.Count(text, `"baseline_state": "new"`) != 1 || !strings.Contains(text, `"baseline_state": "unchanged"`) {
		t.Errorf("JSON does not say what is new:\n%s", text)
	}
	for verbose, want := range []int{1, all} {
		text := render(t, "sarif", r, Options{Verbose: verbose})
		validate(t, sarifSchemaDoc(t), text)
		states := map[string]int{}
		for _, result := range parseSARIF(t, text).Results {
			if len(result.Suppressions) == 0 {
				states[result.BaselineState]++
			}
		}
		if states["new"] != 1 || states["new"]+states["unchanged"] != want {
			t.Errorf("-v %d: %v, want %d results", verbose, states, want)
		}
	}
	var b strings.Builder
	Summary(&b, r, Options{})
	if !strings.Contains(b.String(), " findings (1 new), 1 ") {
		t.Errorf("the summary does not count: %s", b.String())
	}
	if text := render(t, "concise", r, Options{Verbose: 1}); strings.Count(text, "\n") != 1 {
		t.Errorf("old findings are printed:\n%s", text)
	}
}
