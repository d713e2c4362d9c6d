package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/pattern"
	"github.com/tlslint/tlslint/rules"
)

// writePatterns prints every built-in pattern by rule, as docs/patterns.md has it.
func writePatterns(w io.Writer) error {
	rows, err := builtinRows()
	if err != nil {
		return failure(err)
	}
	fmt.Fprintf(w, "# Patterns\n\n")
	fmt.Fprintf(w, "%d patterns. `tlslint rules PATTERN` shows one with its snippets and sources;\n", len(rows))
	fmt.Fprintf(w, "this page is what `tlslint rules --patterns -f md` prints.\n")
	for _, rule := range rules.All() {
		mine := slices.DeleteFunc(slices.Clone(rows), func(r *pattern.Row) bool { return r.Rule != rule.ID })
		if len(mine) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n## %s %s\n\n[%s](../rules/%s.md)\n\n", rule.ID, rule.Name, rule.Title, rule.ID)
		fmt.Fprintf(w, "| pattern | language | library | what it finds | trust store | repair |\n|---|---|---|---|---|---|\n")
		for _, r := range mine {
			fmt.Fprintf(w, "| `%s` | %s | %s | %s | %s | %s |\n", r.ID, r.Lang, cell(r.Library), cell(r.Title), cell(trust(r.CA)), repairs(r))
		}
	}
	return nil
}

// writeCoverage prints by language and library which weaknesses are found, and how
// the best repair of each is made, as docs/coverage.md has it.
func writeCoverage(w io.Writer) error {
	rows, err := builtinRows()
	if err != nil {
		return failure(err)
	}
	byLang := map[string]map[string]map[string][]*pattern.Row{} // language, library, rule
	used := map[string]map[string]bool{}                        // language, rule
	for _, r := range rows {
		if byLang[r.Lang] == nil {
			byLang[r.Lang], used[r.Lang] = map[string]map[string][]*pattern.Row{}, map[string]bool{}
		}
		if byLang[r.Lang][r.Library] == nil {
			byLang[r.Lang][r.Library] = map[string][]*pattern.Row{}
		}
		byLang[r.Lang][r.Library][r.Rule] = append(byLang[r.Lang][r.Library][r.Rule], r)
		used[r.Lang][r.Rule] = true
	}
	fmt.Fprintf(w, "# Coverage\n\n")
	fmt.Fprintf(w, "What is found in which library, and how it is repaired: **safe** edits are made by\n`tlslint fix`, **unsafe** ones with `--unsafe-fixes`, the rest is explained. A number says\nhow many patterns there are. This page is what `tlslint rules --coverage -f md` prints.\n\n")
	fmt.Fprintf(w, "| language | libraries | patterns | with an edit |\n|---|---|---|---|\n")
	for _, lang := range slices.Sorted(maps.Keys(byLang)) {
		n, edits := 0, 0
		for _, byRule := range byLang[lang] {
			for _, list := range byRule {
				for _, r := range list {
					n++
					if !strings.HasPrefix(best(r), "by hand") {
						edits++
					}
				}
			}
		}
		fmt.Fprintf(w, "| [%s](#%s) | %d | %d | %d |\n", lang, lang, len(byLang[lang]), n, edits)
	}
	for _, lang := range slices.Sorted(maps.Keys(byLang)) {
		columns := slices.Sorted(maps.Keys(used[lang]))
		fmt.Fprintf(w, "\n## %s\n\n| library | %s |\n|---%s|\n", lang, strings.Join(columns, " | "), strings.Repeat("|---", len(columns)))
		for _, library := range slices.Sorted(maps.Keys(byLang[lang])) {
			var cells []string
			for _, rule := range columns {
				cells = append(cells, summary(byLang[lang][library][rule]))
			}
			fmt.Fprintf(w, "| %s | %s |\n", cell(library), strings.Join(cells, " | "))
		}
	}
	return nil
}

// best is the best repair that a row has.
func best(r *pattern.Row) string {
	first, _, _ := strings.Cut(repairs(r), ", ")
	return first
}

// summary counts rows by their best repair.
func summary(rows []*pattern.Row) string {
	count := map[string]int{}
	for _, r := range rows {
		count[best(r)]++
	}
	var out []string
	for _, kind := range []string{"safe", "unsafe", "by hand"} {
		switch n := count[kind]; {
		case n == 1:
			out = append(out, kind)
		case n > 1:
			out = append(out, fmt.Sprintf("%d %s", n, kind))
		}
	}
	return strings.Join(out, ", ")
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

func trust(ca pattern.CA) string {
	parts := slices.Clone(ca.Env)
	for _, m := range []string{ca.Member, ca.Arg, ca.Opt, ca.Param} {
		if m != "" {
			parts = append(parts, m)
		}
	}
	return strings.Join(parts, ", ")
}

// repairs are the classes of the fixes that a row has, best first.
func repairs(r *pattern.Row) string {
	var out []string
	for _, f := range r.Fix {
		if c := string(f.Class); !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return "by hand"
	}
	return strings.ReplaceAll(strings.Join(out, ", "), "display", "by hand")
}
