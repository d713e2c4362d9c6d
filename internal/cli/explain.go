package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tlslint/tlslint/internal/files"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/rules"
)

var fileLine = regexp.MustCompile(`^(.+?):([0-9]+)(?::[0-9]+)?$`)

func newExplain(s streams) *cobra.Command {
	f := &flags{types: "stub"}
	cmd := &cobra.Command{
		Use: "explain TLS101|PATTERN|FILE:LINE", Short: "a rule; or why a line is, or is not, a finding",
		Example: `  tlslint explain TLS101
  tlslint explain internal/pay/client.go:42`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if m := fileLine.FindStringSubmatch(args[0]); m != nil {
				line, err := strconv.Atoi(m[2])
				if err != nil || line < 1 {
					return usageError("%s: want FILE:LINE with a line from 1 up", args[0])
				}
				return explainLine(cmd, s, f, m[1], line)
			}
			return printRule(s.out, args[0], "text")
		},
	}
	addConfigFlags(cmd.Flags(), f)
	cmd.Flags().StringVar(&f.types, "types", "stub", "types of Go packages: stub or full")
	return cmd
}

// explainLine walks the pipeline for one line: needles, lowering, who decides,
// guards, rows, and what came of it.
func explainLine(cmd *cobra.Command, s streams, f *flags, file string, line int) error {
	if _, err := os.Stat(file); err != nil {
		return &exitError{code: 2, err: fmt.Errorf("%s: %w", file, unwrapPath(err))}
	}
	r, err := newRun(cmd, []string{file}, f, s)
	if err != nil {
		return err
	}
	res, err := r.check(cmd.Context())
	if err != nil {
		return failure(err)
	}
	w := s.out
	abs, err := filepath.Abs(file)
	if err != nil {
		return failure(err)
	}
	rel := res.Rel(abs)
	// What is no regular file, such as a pipe, is not opened.
	data, skip := files.Read(files.File{Path: abs, Rel: rel, Named: true}, scan.MaxBytes)
	if skip != nil {
		return &exitError{code: 2, err: fmt.Errorf("%s: not analysed: %s", file, skip.Reason)}
	}
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if line > len(lines) {
		return usageError("%s has %s", file, plural(len(lines), "line", "lines"))
	}
	fmt.Fprintf(w, "%s:%d\n  %s\n\n", escape(rel), line, escape(strings.TrimSpace(lines[line-1])))
	for _, skip := range res.Skipped {
		fmt.Fprintf(w, "not analysed: %s\n", escape(skip.Reason))
	}
	lang := languages.For(rel)
	if lang == nil {
		fmt.Fprintf(w, "no language reads this file: %s\n", filepath.Ext(file))
		return nil
	}
	explainNeedles(w, lang, res, string(data), lines[line-1])
	found := false
	for _, j := range res.Judged {
		if on(j.Finding.Span.Start.Line, j.Finding.Span.End.Line, line) && j.Finding.Path == rel {
			explainFinding(w, j)
			found = true
		}
	}
	for _, n := range res.Nodes {
		if !on(n.Lines[0], n.Lines[1], line) || res.Rel(n.Path) != rel || slices.ContainsFunc(res.Judged, func(j judge.Judged) bool { return j.Node == n }) {
			continue
		}
		found = true
		fmt.Fprintf(w, "lowered to a %s of %s: no finding\n", n.Kind, n.Name)
		explainValue(w, n)
		explainNoHit(w, n, res.Sets[lang.Name()])
	}
	if !found {
		fmt.Fprintln(w, "nothing on this line is a switch that a pattern knows: no finding")
	}
	return nil
}

func on(first, last, line int) bool { return first <= line && line <= last }

// hasWord reports whether a needle stands in a text as a word of its own: the
// search takes it anywhere, but a person wants to see the words.
func hasWord(text, needle string) bool {
	if bareNeedle(needle) != needle {
		return strings.Contains(text, needle) // the signs round it are its ends
	}
	word := func(i int) bool {
		return i >= 0 && i < len(text) && (text[i] == '_' || text[i] >= '0' && text[i] <= '9' || text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z')
	}
	for at := 0; ; {
		i := strings.Index(text[at:], needle)
		if i < 0 {
			return false
		}
		if i += at; !word(i-1) && !word(i+len(needle)) {
			return true
		}
		at = i + 1
	}
}

// bareNeedle is the name in a needle, without the signs that stand round it where
// it is used.
func bareNeedle(needle string) string { return strings.Trim(needle, " .=\"'?&;") }

func explainNeedles(w io.Writer, lang languages.Language, res *scan.Result, text, line string) {
	set := res.Sets[lang.Name()]
	if set == nil {
		return
	}
	here, ready := map[string]bool{}, map[string]bool{}
	for _, n := range set.Needles() {
		if !hasWord(text, n.Anchor) {
			continue
		}
		ok := len(n.Contexts) == 0 || slices.ContainsFunc(n.Contexts, func(c string) bool { return strings.Contains(text, c) })
		if hasWord(line, n.Anchor) {
			here[bareNeedle(n.Anchor)] = true
		}
		if ok {
			ready[bareNeedle(n.Anchor)] = true
		}
	}
	if len(ready) == 0 {
		fmt.Fprintf(w, "needles: none of the %s patterns' needles stands in this file: it is not parsed\n", lang.Name())
		return
	}
	fmt.Fprintf(w, "needles: %s in the file", strings.Join(sortedKeys(ready), ", "))
	if len(here) > 0 {
		fmt.Fprintf(w, "; %s on this line", strings.Join(sortedKeys(here), ", "))
	}
	fmt.Fprintln(w)
}

func sortedKeys(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func explainFinding(w io.Writer, j judge.Judged) {
	f := j.Finding
	rule, _ := rules.Get(f.Rule)
	fmt.Fprintf(w, "finding: %s %s, pattern %s\n", f.Rule, rule.Name, f.Pattern)
	fmt.Fprintf(w, "  %s\n", escape(f.Message))
	fmt.Fprintf(w, "lowered to: a %s of %s\n", j.Node.Kind, j.Node.Name)
	explainValue(w, j.Node)
	fmt.Fprintf(w, "exposure: %s\n", f.Exposure)
	fmt.Fprintf(w, "severity: %s (of %s), confidence %s\n", f.Severity, f.Base, f.Confidence)
	for _, b := range f.Because {
		fmt.Fprintf(w, "  because %s\n", escape(b))
	}
	if f.Suppressed != nil {
		fmt.Fprintf(w, "suppressed: %s, %s\n", f.Suppressed.Kind, escape(f.Suppressed.Reason))
	}
	for _, x := range f.Fixes {
		if x.Recipe != "" {
			fmt.Fprintf(w, "fix (by hand): %s\n", escape(x.Recipe))
		} else {
			fmt.Fprintf(w, "fix (%s): %s\n", x.Class, escape(x.Title))
		}
	}
	fmt.Fprintln(w)
}

func explainValue(w io.Writer, n *ir.Node) {
	if n.Value != nil {
		fmt.Fprintf(w, "value: %s\n", describeValue(n.Value))
	}
	for _, g := range n.Guards {
		if len(g.Options) == 0 {
			continue
		}
		runs := map[ir.Tri]string{ir.Yes: "runs by default", ir.No: "does not run by default", ir.Maybe: "the default is not known"}[g.Default]
		fmt.Fprintf(w, "guard: %s (%s)\n", escape(g.Text), runs)
	}
	if len(n.Into) > 0 {
		fmt.Fprintf(w, "flows into: %s\n", strings.Join(n.Into, ", "))
	}
	for _, h := range n.Hosts {
		fmt.Fprintf(w, "host: %s (%s)\n", escape(h.Name), h.How)
	}
}

func describeValue(v *ir.Value) string {
	var parts []string
	if v.Known {
		parts = append(parts, describeConst(v.Const))
	}
	if len(v.Options) > 0 {
		var names []string
		for _, o := range v.Options {
			names = append(names, o.String())
		}
		parts = append(parts, "decided by "+strings.Join(names, ", "))
	}
	if v.Default != nil {
		parts = append(parts, "default "+describeConst(*v.Default))
	}
	if len(parts) == 0 {
		return "not known"
	}
	return escape(strings.Join(parts, "; "))
}

func describeConst(c ir.Const) string {
	switch c.Kind {
	case ir.Bool:
		return strconv.FormatBool(c.Bool)
	case ir.Int:
		if c.Sym != "" {
			return c.Sym
		}
		return strconv.FormatInt(c.Int, 10)
	case ir.String:
		return strconv.Quote(c.Str)
	case ir.Null:
		return "nil"
	case ir.Absent:
		return "left out"
	case ir.List:
		return plural(len(c.Elems), "element", "elements")
	case ir.Function:
		return "a function that " + c.Verdict.String()
	case ir.Symbol:
		return c.Sym
	}
	return "not known"
}
