package rules

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
)

// base is what is promised about every rule: nothing else may change silently,
// as gates and dashboards depend on it.
var base = []struct {
	id, name string
	severity finding.Severity
	cwe      string
	category string
}{
	{"TLS101", "certificate-verification-off", finding.High, "CWE-295", "cert-verification"},
	{"TLS102", "hostname-verification-off", finding.High, "CWE-297", "hostname-verification"},
	{"TLS103", "accept-all-verifier", finding.High, "CWE-295", "cert-verification"},
	{"TLS104", "encrypted-but-unauthenticated", finding.Medium, "CWE-295", "cert-verification"},
	{"TLS105", "process-wide-switch", finding.High, "CWE-295", "cert-verification"},
	{"TLS106", "verifier-bypassed", finding.High, "CWE-295", "cert-verification"},
	{"TLS201", "obsolete-protocol", finding.Medium, "CWE-327", "protocol-version"},
	{"TLS202", "weak-cipher", finding.Medium, "CWE-327", "cipher"},
	{"TLS203", "weakened-defaults", finding.Medium, "CWE-757", "cipher"},
	{"TLS301", "tls-off", finding.Medium, "CWE-319", "plaintext"},
	{"TLS401", "warnings-hidden", finding.Low, "CWE-223", "warnings-hidden"},
	{"TLS501", "private-key-in-repository", finding.High, "CWE-321", "certificate-files"},
	{"TLS502", "certificate-expired", finding.Medium, "CWE-324", "certificate-files"},
	{"TLS503", "broken-chain-file", finding.Medium, "CWE-296", "certificate-files"},
	{"TLS901", "unused-suppression", finding.Medium, "", "suppression"},
	{"TLS902", "suppression-without-reason", finding.Low, "", "suppression"},
	{"TLS903", "expired-suppression", finding.High, "", "suppression"},
	{"TLS904", "suppression-added", finding.Low, "", "suppression"},
	{"TLS905", "foreign-suppression-without-reason", finding.Low, "", "suppression"},
}

func TestAllRulesAreThere(t *testing.T) {
	all := All()
	if len(all) != len(base) {
		t.Errorf("%d rules, want %d", len(all), len(base))
	}
	for i, want := range base {
		r, ok := Get(want.id)
		if !ok {
			t.Errorf("no rule %s", want.id)
			continue
		}
		if r.Name != want.name || r.Severity != want.severity || r.CWE != want.cwe || r.Category != want.category {
			t.Errorf("%s is %s, %s, %s, %s; want %v", r.ID, r.Name, r.Severity, r.CWE, r.Category, want)
		}
		if i < len(all) && all[i].ID != want.id {
			t.Errorf("rule %d is %s, want %s: not sorted", i, all[i].ID, want.id)
		}
	}
	for _, id := range []string{"", "TLS10", "TLS1011", "tls101", "TLS999"} {
		if r, ok := Get(id); ok {
			t.Errorf("Get(%q) found %s", id, r.ID)
		}
	}
}

func TestMetadata(t *testing.T) {
	cwe := regexp.MustCompile(`^CWE-[1-9][0-9]*$`)
	number := regexp.MustCompile(`^[1-9][0-9]*(\.[1-9][0-9]*){2,3}$`)
	names := map[string]bool{}
	for _, r := range All() {
		if names[r.Name] {
			t.Errorf("%s: name %s is taken", r.ID, r.Name)
		}
		names[r.Name] = true
		if meta := strings.HasPrefix(r.ID, "TLS9"); !cwe.MatchString(r.CWE) && !meta {
			t.Errorf("%s: CWE %q", r.ID, r.CWE)
		}
		for what, text := range map[string]string{"title": r.Title, "why": r.Why} {
			if text == "" || strings.HasSuffix(text, ".") || strings.ContainsAny(text, "\n\t") || len(text) > 110 {
				t.Errorf("%s: %s %q is not one short sentence without a full stop", r.ID, what, text)
			}
		}
		for _, n := range slices.Concat(r.ASVS5, r.ASVS4, r.PCI) {
			if !number.MatchString(n) {
				t.Errorf("%s: requirement %q", r.ID, n)
			}
		}
		if want := "https://github.com/tlslint/tlslint/blob/main/rules/" + r.ID + ".md"; r.URL() != want {
			t.Errorf("URL %s, want %s", r.URL(), want)
		}
	}
}

func TestDocumentsHaveAllSections(t *testing.T) {
	for _, r := range All() {
		t.Run(r.ID, func(t *testing.T) {
			if want := "# " + r.ID + " " + r.Name + "\n"; !strings.HasPrefix(r.Body, want) {
				t.Errorf("does not begin with %q", want)
			}
			var headings []string
			for _, b := range blocks(r.Body) {
				if name, ok := strings.CutPrefix(b.first(), "## "); ok && b.kind == heading {
					headings = append(headings, name)
				}
			}
			if !slices.Equal(headings, Sections) {
				t.Errorf("sections %q, want %q", headings, Sections)
			}
			for _, name := range Sections {
				if r.Section(name) == "" {
					t.Errorf("section %s is empty", name)
				}
			}
		})
	}
}

func (b block) first() string {
	if len(b.lines) == 0 {
		return ""
	}
	return b.lines[0]
}

// TestDocumentsAreWellFormed checks what a renderer, here or elsewhere, relies on.
func TestDocumentsAreWellFormed(t *testing.T) {
	fenceLine := regexp.MustCompile("^```([a-z]*)$")
	local := regexp.MustCompile(`\]\((TLS[0-9]{3})\.md\)`)
	for _, r := range All() {
		t.Run(r.ID, func(t *testing.T) {
			open, languages := false, map[string]bool{}
			for i, line := range strings.Split(r.Body, "\n") {
				if strings.TrimRight(line, " \t\r") != line {
					t.Errorf("line %d ends in white space: %q", i+1, line)
				}
				if m := fenceLine.FindStringSubmatch(line); m != nil {
					if open = !open; open != (m[1] != "") {
						t.Errorf("line %d: a fence must name its language, and only when it opens", i+1)
					}
					if open {
						languages[m[1]] = true
					}
					continue
				}
				if strings.HasPrefix(line, "```") {
					t.Errorf("line %d: strange fence %q", i+1, line)
				}
				if !open && strings.Count(line, "`")%2 != 0 && !continuesCode(r.Body, i) {
					t.Errorf("line %d: inline code is not closed: %q", i+1, line)
				}
			}
			if open {
				t.Error("a fence is not closed")
			}
			if !strings.Contains(r.Section("Example"), "```go\n") || len(languages) < 3 {
				t.Errorf("want examples in Go and two more languages, have %v", languages)
			}
			for _, m := range local.FindAllStringSubmatch(r.Body, -1) {
				if _, ok := Get(m[1]); !ok {
					t.Errorf("points to %s, which is no rule", m[1])
				}
			}
			for _, m := range angle.FindAllStringSubmatch(r.Body, -1) {
				if u, err := url.Parse(m[1]); err != nil || u.Scheme != "https" || u.Host == "" {
					t.Errorf("reference %q", m[1])
				}
			}
			if r.CWE != "" {
				number := strings.TrimPrefix(r.CWE, "CWE-")
				if !strings.Contains(r.Section("References"), "/definitions/"+number+".html") {
					t.Errorf("%s is not among the references", r.CWE)
				}
			}
		})
	}
}

// continuesCode reports whether inline code of line i runs over a line end: the
// paragraph as a whole then has an even number of quotes.
func continuesCode(body string, i int) bool {
	lines := strings.Split(body, "\n")
	from, to := i, i
	for from > 0 && lines[from-1] != "" {
		from--
	}
	for to < len(lines) && lines[to] != "" {
		to++
	}
	return strings.Count(strings.Join(lines[from:to], "\n"), "`")%2 == 0
}

func TestSection(t *testing.T) {
	r := Rule{Body: "# T x\n\nintro\n\n## One\n\na\n\n```md\n## Two\n```\n\nb\n\n## Two\n\nc\n\n## Two\n\nd\n"}
	for name, want := range map[string]string{
		"One": "a\n\n```md\n## Two\n```\n\nb", "Two": "c", "Three": "", "": "",
	} {
		if got := r.Section(name); got != want {
			t.Errorf("Section(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestParseRefusesBrokenDocuments(t *testing.T) {
	for _, tc := range []struct{ name, text, err string }{
		{"empty", "", "does not begin"},
		{"no metadata", "# T\n", "does not begin"},
		{"open metadata", "+++\nid = \"T\"\n", "ends the metadata"},
		{"not TOML", "+++\nid = \n+++\n", "expected value"},
		{"unknown key", "+++\nseverity = \"low\"\nnmae = \"x\"\n+++\n", "unknown key nmae"},
		{"unknown severity", "+++\nseverity = \"grave\"\n+++\n", "grave"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := parse(tc.text); err == nil || !strings.Contains(err.Error(), tc.err) {
				t.Fatalf("error %v, want one with %q", err, tc.err)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, r := range All() {
		text, err := documents.ReadFile(r.ID + ".md")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parse(text)
		if err != nil {
			return
		}
		if !strings.HasSuffix(text, r.Body) {
			t.Fatal("the body is not the end of the document")
		}
		for _, name := range Sections {
			if !strings.Contains(r.Body, r.Section(name)) {
				t.Fatalf("section %s is not part of the body", name)
			}
		}
	})
}

// BenchmarkReadAll is what a start of the program pays at most.
func BenchmarkReadAll(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readAll(); err != nil {
			b.Fatal(err)
		}
	}
}
