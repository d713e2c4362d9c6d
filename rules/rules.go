// Package rules holds the weakness classes that tlslint reports: one Markdown
// document a rule, TLSnnn.md, which is its documentation and the source of
// everything else that is said about it.
//
// Nothing comes in: the documents are embedded. Rules with their metadata
// (title, severity, CWE, mappings to ASVS and PCI DSS) and their text go out, for
// the command line, the reports, SARIF and the language server alike.
//
// A document begins with its metadata as TOML between two lines of +++, then
// has the sections that Sections names, in that order.
package rules

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"github.com/tlslint/tlslint/finding"
)

//go:embed *.md
var documents embed.FS

// Sections are the second-level headings of every document, in order.
var Sections = []string{
	"What it does", "Why is this bad", "Example", "Use instead",
	"When it is acceptable", "Known limits", "References",
}

// Rule is a weakness class. Slices must not be changed: all callers share them.
type Rule struct {
	ID   string // TLSnnn
	Name string // kebab-case, unique
	// Title is a short sentence without a full stop, fit to be the message of a
	// finding whose pattern has none; Why is its consequence, in one line.
	Title, Why string
	// CWE is "CWE-" and a number; "" for the rules about suppressions (TLS9nn),
	// which are no weakness of the program.
	CWE      string
	Category string
	// Severity is the base severity, where a pattern does not have its own.
	Severity finding.Severity
	// ASVS5, ASVS4 and PCI are requirement numbers of OWASP ASVS 5.0, of ASVS 4.0
	// and of PCI DSS 4.0.1; empty where none fits.
	ASVS5, ASVS4, PCI []string
	// Body is the Markdown without the metadata; it begins with the top heading.
	Body string
}

// All returns the rules in the order of their IDs. The slice must not be changed.
func All() []Rule { return load() }

// Get returns the rule with the ID, which is compared as it is: "TLS101".
func Get(id string) (Rule, bool) {
	i, ok := slices.BinarySearchFunc(load(), id, func(r Rule, id string) int { return strings.Compare(r.ID, id) })
	if !ok {
		return Rule{}, false
	}
	return load()[i], true
}

// URL is where the rule's document can be read.
func (r Rule) URL() string {
	return "https://github.com/tlslint/tlslint/blob/main/rules/" + r.ID + ".md"
}

// Section returns the Markdown below the second-level heading name, without the
// heading and surrounding empty lines, or "" if there is no such section.
func (r Rule) Section(name string) string {
	var section []string
	inside, fenced := false, false
	for line := range strings.SplitSeq(r.Body, "\n") {
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		if heading, ok := strings.CutPrefix(line, "## "); ok && !fenced {
			if inside {
				break
			}
			inside = heading == name
			continue
		}
		if inside {
			section = append(section, line)
		}
	}
	return strings.Trim(strings.Join(section, "\n"), "\n")
}

// load reads the documents once, when the first rule is asked for. They are part
// of the program, so a broken one is a bug that a test finds, and a panic.
var load = sync.OnceValue(func() []Rule {
	rules, err := readAll()
	if err != nil {
		panic("rules: " + err.Error())
	}
	return rules
})

func readAll() ([]Rule, error) {
	files, err := documents.ReadDir(".")
	if err != nil {
		return nil, err
	}
	rules := make([]Rule, 0, len(files))
	for _, f := range files { // sorted by name, and the name is the ID
		text, err := documents.ReadFile(f.Name())
		if err != nil {
			return nil, err
		}
		// Git may have checked the documents out with CR LF before the build.
		r, err := parse(strings.ReplaceAll(string(text), "\r\n", "\n"))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
		if r.ID+".md" != f.Name() {
			return nil, fmt.Errorf("%s: holds rule %q", f.Name(), r.ID)
		}
		rules = append(rules, r)
	}
	return rules, nil
}

// metadata is the TOML at the head of a document.
type metadata struct {
	ID       string   `toml:"id"`
	Name     string   `toml:"name"`
	Title    string   `toml:"title"`
	Why      string   `toml:"why"`
	CWE      string   `toml:"cwe"`
	Severity string   `toml:"severity"`
	Category string   `toml:"category"`
	ASVS5    []string `toml:"asvs5"`
	ASVS4    []string `toml:"asvs4"`
	PCI      []string `toml:"pci"`
}

const fence = "+++\n"

func parse(text string) (Rule, error) {
	head, ok := strings.CutPrefix(text, fence)
	if !ok {
		return Rule{}, fmt.Errorf("does not begin with %q", "+++")
	}
	head, body, ok := strings.Cut(head, "\n"+fence)
	if !ok {
		return Rule{}, fmt.Errorf("no line %q ends the metadata", "+++")
	}
	var m metadata
	md, err := toml.Decode(head, &m)
	if err != nil {
		return Rule{}, err
	}
	if unknown := md.Undecoded(); len(unknown) > 0 {
		return Rule{}, fmt.Errorf("unknown key %s", unknown[0])
	}
	severity, err := finding.ParseSeverity(m.Severity)
	if err != nil {
		return Rule{}, err
	}
	return Rule{
		ID: m.ID, Name: m.Name, Title: m.Title, Why: m.Why,
		CWE: m.CWE, Category: m.Category, Severity: severity,
		ASVS5: m.ASVS5, ASVS4: m.ASVS4, PCI: m.PCI,
		Body: strings.TrimLeft(body, "\n"),
	}, nil
}
