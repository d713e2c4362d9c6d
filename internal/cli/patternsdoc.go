package cli

import (
	"fmt"
	"io"
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
