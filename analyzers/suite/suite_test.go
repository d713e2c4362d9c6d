package suite_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"

	"github.com/tlslint/tlslint/analyzers/suite"
)

func TestAnalyzersAreValid(t *testing.T) {
	all := suite.Analyzers()
	if err := analysis.Validate(all); err != nil {
		t.Error(err)
	}
	for i, a := range all {
		if i > 0 && all[i-1].Name >= a.Name {
			t.Errorf("%s stands behind %s", a.Name, all[i-1].Name)
		}
	}
}

// Every folder with an analyzer of a rule is in the list, and the other way round.
func TestSuiteIsComplete(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	var folders, names []string
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), "tls") {
			folders = append(folders, e.Name())
		}
	}
	for _, a := range suite.Analyzers() {
		names = append(names, a.Name)
	}
	if got, want := strings.Join(names, " "), strings.Join(folders, " "); got != want {
		t.Errorf("the suite has %s, the folders are %s", got, want)
	}
}

// Linters and build systems compile the analyzers into programs of their own,
// where no C compiler can be taken for granted.
func TestNoCgo(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if and (or .CgoFiles .CFiles) (not .Standard)}}{{.ImportPath}}{{end}}", ".", "../unit").Output()
	if err != nil {
		t.Fatal(err)
	}
	if list := strings.TrimSpace(string(out)); list != "" {
		t.Errorf("packages with cgo: %s", list)
	}
}
