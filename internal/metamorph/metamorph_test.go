package metamorph_test

import (
	"fmt"
	"hash/fnv"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/analyzers"
	"github.com/tlslint/tlslint/analyzers/lowering"
	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/metamorph"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
	_ "github.com/tlslint/tlslint/languages/golang"
	_ "github.com/tlslint/tlslint/languages/java"
	_ "github.com/tlslint/tlslint/languages/javascript"
	_ "github.com/tlslint/tlslint/languages/python"
	_ "github.com/tlslint/tlslint/languages/shell"
	"github.com/tlslint/tlslint/languages/treesitter"
	_ "github.com/tlslint/tlslint/languages/yaml"
	"github.com/tlslint/tlslint/pattern"
)

// generators rewrite the examples of the languages that have one.
func generators(t *testing.T) map[string]metamorph.Language {
	set, err := analyzers.Set()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]metamorph.Language{
		"go": metamorph.Go{Importer: lowering.StubImporter(set)}, "yaml": metamorph.YAML{}, "shell": metamorph.Shell{},
	}
	if treesitter.Available() {
		out["python"] = metamorph.Python{}
		out["java"] = metamorph.Java{}
		out["javascript"] = metamorph.JavaScript{}
	}
	return out
}

// exceptions are variants whose findings may differ, each with the reason.
var exceptions = []struct {
	transform *regexp.Regexp
	row       string
	why       string
}{
	{regexp.MustCompile(`^(entry-by|keyword-by-entry-in-condition)`), "python-impyla-verify-cert", noDefault},
	{regexp.MustCompile(`^(entry-by|keyword-by-entry-in-condition)`), "python-influxdb-verify-ssl", noDefault},
	{regexp.MustCompile(`^(entry-by|keyword-by-entry-in-condition)`), "python-splunk-verify", noDefault},
	{regexp.MustCompile(`value|variable|boolean|opposite|default|argument`), "python-homeassistant-verify-ssl", "a value is one of its needles: the function alone stands in every other file of that program"},
	{regexp.MustCompile(`^object-|^setattr$`), "python-ssl-context-without-roots", madeElsewhere},
	{regexp.MustCompile(`^object-`), "python-ssl-context-no-hostname", madeElsewhere},
	{regexp.MustCompile(`^object-from-function$`), "python-env-git-ssl-no-verify", "an environment that a function returns is not followed into its callers"},
	{regexp.MustCompile(`^(anchored|by-alias|comment-on-the-line|quoted-key|tagged)$`), "shell-condarc-ssl-verify", "what a script writes is read line by line"},
	{regexp.MustCompile(`^(anchored|by-alias|quoted-key|tagged)$`), "shell-kubeconfig-insecure", "what a script writes is read line by line"},
	{regexp.MustCompile(`^nested-function$`), "cmd-curl-insecure", "what a nested function appends to a list is not followed"},
	{regexp.MustCompile(`^(value|variable)-by-`), "python-pymysql-fake-flag", "the key turns verification off, whatever its value"},
}

const madeElsewhere = "what is set on an object where it is not made is not held against its making"

const noDefault = "without the argument the library verifies as little"

// exception is the index of the one that a variant has, -1 for none.
func exception(v *snippet) int {
	for i, e := range exceptions {
		if e.row == v.row && e.transform.MatchString(v.transform) {
			return i
		}
	}
	return -1
}

// snippet is an example and, in a variant, what was done to it.
type snippet struct {
	row       string
	kind      string
	index     int
	transform string
	effect    metamorph.Effect
	file      string
	src       []byte
	original  *snippet
	found     []*finding.Finding
}

func (s *snippet) String() string { return fmt.Sprintf("%s %s[%d]", s.row, s.kind, s.index) }

// scanAll runs once over all snippets, each in a folder of its own.
func scanAll(t *testing.T, snippets []*snippet) {
	t.Helper()
	dir := t.TempDir()
	at := map[string]*snippet{}
	for i, s := range snippets {
		folder := fmt.Sprint("s", i)
		path := filepath.Join(dir, folder, s.file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, s.src, 0o644); err != nil {
			t.Fatal(err)
		}
		at[folder] = s
	}
	res, err := scan.Run(t.Context(), scan.Options{Root: dir, NoGitignore: true, Tests: "same"})
	if err != nil {
		t.Fatal(err)
	}
	for _, skip := range res.Skipped {
		t.Errorf("not checked: %s: %s", skip.Path, skip.Reason)
	}
	for _, f := range res.Findings() {
		folder, _, _ := strings.Cut(f.Path, "/")
		at[folder].found = append(at[folder].found, f)
	}
}

// examples are the snippets of all rows of a language.
func examples(t *testing.T, lang languages.Language) []*snippet {
	t.Helper()
	list, err := lang.Examples()
	if err != nil {
		t.Fatal(err)
	}
	if name := os.Getenv("TLSLINT_EXAMPLES"); name != "" {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if list, err = pattern.ParseExamples(name, data); err != nil {
			t.Fatal(err)
		}
	}
	var out []*snippet
	for _, ex := range list {
		if ex.File != "" && filepath.Ext(ex.File) != filepath.Ext(lang.FileName()) {
			continue
		}
		add := func(kind string, texts []string) {
			for i, text := range texts {
				if strings.TrimSpace(text) != "" {
					out = append(out, &snippet{row: ex.ID, kind: kind, index: i, file: lang.FileName(), src: []byte(strings.TrimLeft(text, "\n"))})
				}
			}
		}
		add("insecure", ex.Insecure)
		add("safe", ex.Safe)
		add("fixed", ex.Fixed)
	}
	return out
}

// many is how many snippets are too many to rewrite each in every way.
const many = 1000

// pick is which transformations a snippet of many gets: all where it is the first
// of its row, a third where it has findings, else one in eight, as there are few
// ways to go wrong with these. TLSLINT_METAMORPH=all takes all.
func (s *snippet) pick(transform string) bool {
	share := uint32(8)
	switch {
	case os.Getenv("TLSLINT_METAMORPH") == "all" || s.kind == "insecure" && s.index == 0:
		share = 1
	case len(s.found) > 0:
		share = 3
	}
	h := fnv.New32a()
	fmt.Fprint(h, s, transform)
	return h.Sum32()%share == 0
}

// TestRows rewrites the examples of every row in every way that the language's
// generator knows, and compares what is found with what is found in the example.
// TLSLINT_EXAMPLES names a file with further examples to use instead.
func TestRows(t *testing.T) {
	gens := generators(t)
	for _, lang := range languages.All() {
		gen := gens[lang.Name()]
		if gen == nil {
			continue
		}
		t.Run(lang.Name(), func(t *testing.T) {
			originals := examples(t, lang)
			scanAll(t, originals)
			t.Logf("%d snippets", len(originals))
			var variants []*snippet
			for _, s := range originals {
				var sinks []metamorph.Span
				for _, f := range s.found {
					sinks = append(sinks, metamorph.Span{Start: f.Span.Start.Offset, End: f.Span.End.Offset})
				}
				list, err := metamorph.Variants(gen, s.src, sinks, func(transform string) bool {
					return len(originals) < many || s.pick(transform)
				})
				if err != nil {
					t.Errorf("%s: %v", s, err)
					continue
				}
				for _, v := range list {
					variants = append(variants, &snippet{row: s.row, kind: s.kind, index: s.index, file: s.file, transform: v.Transform, effect: v.Effect, src: v.Source, original: s})
				}
			}
			compiled := compile(t, lang.Name(), variants)
			scanAll(t, variants)
			compiled()
			byTransform := map[string][]*snippet{}
			for _, v := range variants {
				byTransform[v.transform] = append(byTransform[v.transform], v)
			}
			used := map[int]bool{}
			for _, name := range slices.Sorted(maps.Keys(byTransform)) {
				t.Run(name, func(t *testing.T) {
					for _, v := range byTransform[name] {
						why := differs(v)
						if why == "" {
							continue
						}
						if i := exception(v); i >= 0 {
							used[i] = true
							continue
						}
						t.Errorf("%s: %s\n%s", v, why, v.src)
					}
					t.Logf("%d variants", len(byTransform[name]))
				})
			}
			rows := map[string]bool{}
			for _, s := range originals {
				rows[s.row] = true
			}
			for i, e := range exceptions {
				// Languages share the rows for commands, not the ways to rewrite them.
				mine := slices.ContainsFunc(gen.Transforms(), func(tr metamorph.Transform) bool { return e.transform.MatchString(tr.Name) })
				if rows[e.row] && mine && !used[i] && os.Getenv("TLSLINT_EXAMPLES") == "" && !t.Failed() {
					t.Errorf("the exception for %s of %s is not needed", e.transform, e.row)
				}
			}
			for _, tr := range gen.Transforms() {
				if len(originals) > 100 && len(byTransform[tr.Name]) == 0 {
					t.Errorf("%s applies to none of %d examples", tr.Name, len(originals))
				}
			}
		})
	}
}

// differs says in what the findings of a variant are not as they should be.
func differs(v *snippet) string {
	if v.effect == metamorph.Same {
		if got, want := signature(v.found, true), signature(v.original.found, true); got != want {
			return fmt.Sprintf("found %s, in the example %s", got, want)
		}
		return ""
	}
	if got, want := signature(v.found, false), signature(v.original.found, false); got != want {
		return fmt.Sprintf("found %s, in the example %s", got, want)
	}
	before, now := optional(v.original.found), optional(v.found)
	if before < len(v.original.found) && now <= before {
		return fmt.Sprintf("%d of %d findings are optional, in the example %d", now, len(v.found), before)
	}
	for _, f := range v.found {
		if f.Exposure == finding.Optional && f.Severity > finding.Low {
			return fmt.Sprintf("%s is optional but %s", f.Pattern, f.Severity)
		}
	}
	return ""
}

func optional(fs []*finding.Finding) int {
	n := 0
	for _, f := range fs {
		if f.Exposure == finding.Optional {
			n++
		}
	}
	return n
}

// signature is what of findings must survive: rule and pattern, and where asked
// for exposure and level.
func signature(fs []*finding.Finding, whole bool) string {
	var out []string
	for _, f := range fs {
		s := f.Rule + " " + f.Pattern
		if whole {
			s += fmt.Sprintf(" %s %s", f.Exposure, f.Severity)
		}
		out = append(out, s)
	}
	slices.Sort(out)
	if len(out) == 0 {
		return "nothing"
	}
	return strings.Join(out, ", ")
}
