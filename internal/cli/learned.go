package cli

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/pattern"
)

// writeLearned prints the functions that a run learned as tables of tlslint.toml.
func writeLearned(w io.Writer, res *scan.Result) {
	count := 0
	for _, lang := range slices.Sorted(maps.Keys(res.Learned)) {
		seen := map[string]bool{}
		rows := slices.SortedFunc(slices.Values(res.Learned[lang]), func(a, b *pattern.Row) int {
			return strings.Compare(way(a), way(b))
		})
		for _, r := range rows {
			id := learnedID(r, res)
			if seen[id] {
				continue
			}
			seen[id] = true
			count++
			fmt.Fprintf(w, "# %s\n", way(r))
			fmt.Fprintf(w, "[[pattern]]\nid = %s\nlang = %s\nrule = %s\nlibrary = %s\ntitle = %s\n", quote(id), quote(lang), quote(r.Rule), quote(r.Library), quote(r.Title))
			fmt.Fprintf(w, "at = [ { call = %s, arg = %s } ]\nbad = [ %s ]\n\n", quote(calledAs(r, res)), argument(r), quote(r.Bad[0]))
		}
	}
	if count == 0 {
		fmt.Fprintln(w, "# nothing was learned: no parameter of a function throws a switch")
	}
}

// calledAs is the name by which the code calls a function: that of its module below
// the root of the run, where the function is known by its file.
func calledAs(r *pattern.Row, res *scan.Result) string {
	name := r.At[0].Call
	file, ok := strings.CutPrefix(name, "@")
	if !ok {
		return name
	}
	i := strings.LastIndexByte(file, '/') + 1
	dir := strings.TrimSuffix(res.Rel(file[:i]+"x"), "x")
	return strings.ReplaceAll(strings.TrimPrefix(dir, "../"), "/", ".") + file[i:]
}

func learnedID(r *pattern.Row, res *scan.Result) string {
	return strings.ToLower(strings.NewReplacer(".", "-", "/", "-", "_", "-").Replace(calledAs(r, res))) + "-" + r.Learned.Pattern
}

func way(r *pattern.Row) string {
	var steps []string
	for _, s := range r.Learned.Way {
		steps = append(steps, fmt.Sprintf("%s (%s:%d)", s.Message, s.Path, s.Span.Start.Line))
	}
	return strings.Join(steps, " -> ")
}

func argument(r *pattern.Row) string {
	list, _ := r.At[0].Arg.([]any)
	var out []string
	for _, a := range list {
		switch a := a.(type) {
		case string:
			out = append(out, quote(a))
		case int64:
			out = append(out, strconv.FormatInt(a, 10))
		}
	}
	return "[ " + strings.Join(out, ", ") + " ]"
}

// quote is a basic string of TOML.
func quote(s string) string { return strconv.QuoteToASCII(s) }
