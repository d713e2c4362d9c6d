package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
	"github.com/tlslint/tlslint/rules"
)

func newRules(s streams) *cobra.Command {
	var format string
	var patterns, coverage bool
	cmd := &cobra.Command{
		Use: "rules [ID]", Short: "the weakness classes and the patterns that find them",
		Example: `  tlslint rules
  tlslint rules TLS101
  tlslint rules go-tls-skip-verify
  tlslint rules -f json`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if !slices.Contains([]string{"text", "md", "json"}, format) {
				return usageError("unknown format %q: want text, md or json", format)
			}
			if coverage {
				if len(args) > 0 || format != "md" {
					return usageError("--coverage lists everything: tlslint rules --coverage -f md")
				}
				return writeCoverage(s.out)
			}
			if patterns {
				if len(args) > 0 || format != "md" {
					return usageError("--patterns lists all of them: tlslint rules --patterns -f md")
				}
				return writePatterns(s.out)
			}
			if len(args) == 1 {
				return printRule(s.out, args[0], format)
			}
			return listRules(s.out, format)
		},
	}
	cmd.Flags().StringVarP(&format, "format", "f", "text", "text, md or json")
	cmd.Flags().BoolVar(&patterns, "patterns", false, "list every pattern (with -f md)")
	cmd.Flags().BoolVar(&coverage, "coverage", false, "list what is found in which library (with -f md)")
	cmd.AddCommand(newRulesTest(s))
	return cmd
}

// ruleJSON and patternJSON are what "rules -f json" prints.
type ruleJSON struct {
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Title    string        `json:"title"`
	CWE      string        `json:"cwe,omitempty"`
	Severity string        `json:"severity"`
	Category string        `json:"category"`
	URL      string        `json:"url"`
	Body     string        `json:"body,omitempty"`
	Patterns []patternJSON `json:"patterns"`
}

type patternJSON struct {
	ID       string   `json:"id"`
	Lang     string   `json:"lang"`
	Library  string   `json:"library"`
	Title    string   `json:"title"`
	CAEnv    []string `json:"ca_env,omitempty"`
	Insecure []string `json:"insecure,omitempty"`
	Safe     []string `json:"safe,omitempty"`
	Fixed    []string `json:"fixed,omitempty"`
}

func builtinRows() ([]*pattern.Row, error) {
	var out []*pattern.Row
	for _, l := range languages.All() {
		file, err := l.Rows()
		if err != nil {
			return nil, err
		}
		out = append(out, file.Rows...)
	}
	return out, nil
}

func describe(r rules.Rule, rows []*pattern.Row, body bool) ruleJSON {
	out := ruleJSON{ID: r.ID, Name: r.Name, Title: r.Title, CWE: r.CWE, Severity: r.Severity.String(), Category: r.Category, URL: r.URL(), Patterns: []patternJSON{}}
	if body {
		out.Body = r.Body
	}
	for _, row := range rows {
		if row.Rule == r.ID {
			out.Patterns = append(out.Patterns, patternJSON{ID: row.ID, Lang: row.Lang, Library: row.Library, Title: row.Title, CAEnv: row.CA.Env})
		}
	}
	return out
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

func listRules(w io.Writer, format string) error {
	rows, err := builtinRows()
	if err != nil {
		return failure(err)
	}
	switch format {
	case "json":
		out := []ruleJSON{}
		for _, r := range rules.All() {
			out = append(out, describe(r, rows, false))
		}
		return writeJSON(w, out)
	case "md":
		fmt.Fprintf(w, "| rule | name | severity | CWE | patterns |\n|---|---|---|---|---|\n")
		for _, r := range rules.All() {
			fmt.Fprintf(w, "| [%s](%s) | %s | %s | %s | %d |\n", r.ID, r.URL(), r.Name, r.Severity, r.CWE, len(describe(r, rows, false).Patterns))
		}
		return nil
	}
	tw := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	for _, r := range rules.All() {
		n := len(describe(r, rows, false).Patterns)
		patterns := ""
		if n > 0 {
			patterns = plural(n, "pattern", "patterns")
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", r.ID, r.Severity, r.Name, r.CWE, patterns)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\ntlslint rules ID explains one of them.")
	return nil
}

func printRule(w io.Writer, id, format string) error {
	rows, err := builtinRows()
	if err != nil {
		return failure(err)
	}
	if r, ok := rules.Get(strings.ToUpper(id)); ok {
		switch format {
		case "json":
			return writeJSON(w, describe(r, rows, true))
		case "md":
			_, err := io.WriteString(w, r.Body)
			return err
		}
		if _, err := io.WriteString(w, rules.Text(r, width(), isTerminal(w) && os.Getenv("NO_COLOR") == "")); err != nil {
			return err
		}
		var ids []string
		for _, p := range describe(r, rows, false).Patterns {
			ids = append(ids, p.ID)
		}
		if len(ids) > 0 {
			fmt.Fprintf(w, "\nPatterns (tlslint rules PATTERN): %s\n", strings.Join(ids, ", "))
		}
		return nil
	}
	for _, row := range rows {
		if row.ID == id {
			return printPattern(w, row, format)
		}
	}
	return usageError("no rule or pattern %q: tlslint rules lists them", id)
}

func printPattern(w io.Writer, row *pattern.Row, format string) error {
	var ex pattern.Example
	if l := languages.Named(row.Lang); l != nil {
		examples, err := l.Examples()
		if err != nil {
			return failure(err)
		}
		for _, e := range examples {
			if e.ID == row.ID {
				ex = e
			}
		}
	}
	if format == "json" {
		return writeJSON(w, patternJSON{ID: row.ID, Lang: row.Lang, Library: row.Library, Title: row.Title, CAEnv: row.CA.Env, Insecure: ex.Insecure, Safe: ex.Safe, Fixed: ex.Fixed})
	}
	rule, _ := rules.Get(row.Rule)
	fmt.Fprintf(w, "# %s\n\n%s (%s %s).\n\n", row.ID, row.Title, row.Rule, rule.Name)
	fmt.Fprintf(w, "Library: %s. Language: %s.", row.Library, row.Lang)
	if row.Since != "" {
		fmt.Fprintf(w, " Since %s.", row.Since)
	}
	fmt.Fprintln(w)
	if len(row.CA.Env) > 0 {
		fmt.Fprintf(w, "Trust store by variable: %s.\n", strings.Join(row.CA.Env, ", "))
	}
	if m := row.CA.Member + row.CA.Arg + row.CA.Opt + row.CA.Param; m != "" {
		fmt.Fprintf(w, "Trust store in code: %s.\n", m)
	}
	if row.Source != "" {
		fmt.Fprintf(w, "Source: %s.\n", row.Source)
	}
	section := func(title string, snippets []string) {
		for _, text := range snippets {
			if strings.TrimSpace(text) != "" {
				fmt.Fprintf(w, "\n## %s\n\n```%s\n%s\n```\n", title, row.Lang, strings.Trim(text, "\n"))
			}
		}
	}
	section("Insecure", ex.Insecure)
	section("Fixed", ex.Fixed)
	section("Safe: not a finding", ex.Safe)
	return nil
}

func newRulesTest(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "test FILE.toml...", Short: "run a team's own patterns on their examples",
		Long: `Runs every [[pattern]] of the files on its own examples: each snippet of
"insecure" must be found by the pattern, none of "safe" may be, and the repair of
insecure[i] must equal fixed[i] where that is not empty.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			failed, total := 0, 0
			for _, name := range args {
				data, err := os.ReadFile(name)
				if err != nil {
					return &exitError{code: 2, err: fmt.Errorf("%s: %w", name, unwrapPath(err))}
				}
				file, err := pattern.Parse(name, "", data)
				if err != nil {
					return &exitError{code: 2, err: err}
				}
				if len(file.Rows) == 0 {
					return &exitError{code: 2, err: fmt.Errorf("%s: no [[pattern]] in it", name)}
				}
				for _, row := range file.Rows {
					ex := pattern.Example{ID: row.ID, Insecure: row.Insecure, Safe: row.Safe, Fixed: row.Fixed}
					res, err := scan.TestRow(cmd.Context(), row, file, ex)
					if err != nil {
						return &exitError{code: 2, err: fmt.Errorf("%s: pattern %s: %w", name, row.ID, err)}
					}
					total += res.Snippets
					if res.Snippets == 0 {
						fmt.Fprintf(s.out, "%s: %s: no examples\n", name, row.ID)
						failed++
					}
					for _, f := range res.Failures {
						failed++
						fmt.Fprintf(s.out, "%s: %s: %s\n", name, row.ID, escape(f))
					}
				}
			}
			if failed > 0 {
				fmt.Fprintf(s.err, "%s failed, %s tried\n", plural(failed, "check", "checks"), plural(total, "snippet", "snippets"))
				return exit(1)
			}
			fmt.Fprintf(s.out, "ok: %s\n", plural(total, "snippet", "snippets"))
			return nil
		},
	}
}
