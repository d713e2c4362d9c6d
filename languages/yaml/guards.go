package yaml

import (
	"fmt"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
	"github.com/tlslint/tlslint/ir"
)

// conditionKeys are keys whose value says whether what stands beside them counts.
var conditionKeys = map[string]bool{"when": true, "if": true, "condition": true, "only_if": true}

// whens are values of "when" that say at which time, not whether.
var whens = map[string]bool{"always": true, "manual": true, "on_success": true, "on_failure": true, "delayed": true, "never": true, "on_fail": true, "all": true, "any": true}

// manyBlocks is how many conditions of a template are looked at.
const manyBlocks = 2000

// guards are the conditions around a node that somebody decides, outermost first:
// of templates, tasks, jobs and steps.
func (f *file) guards(p *pair, s ir.Span) []ir.Guard {
	var out []ir.Guard
	for _, b := range f.blocks[:min(len(f.blocks), manyBlocks)] {
		if b.start <= s.Start && s.End <= b.end {
			if g, ok := f.guard(b.cond, fmt.Sprintf("t%d", b.id), b.negated); ok && !feature(g) {
				out = append(out, g)
			}
		}
	}
	if p == nil {
		return out
	}
	var inner []ir.Guard
	_, steps := f.pathOf(p)
	for _, st := range steps {
		if st.at.kind != mapping {
			continue
		}
		for _, q := range f.pairsOf(f.conds, st.at, func(q *pair) bool { return conditionKeys[q.key.text] }) {
			for _, text := range conditions(q.val.resolved()) {
				if whens[text] {
					continue
				}
				if g, ok := f.guard(text, fmt.Sprintf("k%d.%s", q.start, text), false); ok {
					inner = append([]ir.Guard{g}, inner...)
				}
			}
		}
	}
	return append(out, inner...)
}

// conditions are the texts of a condition: all of a list must hold.
func conditions(v *value) (out []string) {
	switch {
	case v == nil:
	case v.kind == scalar && v.text != "":
		src := v.text
		if strings.ContainsRune(src, hole) {
			src = strings.Trim(string(v.tree.src[v.start:v.end]), `"'`)
		}
		out = append(out, src)
	case v.kind == sequence:
		for _, it := range v.items {
			if it.val.kind == scalar {
				out = append(out, conditions(it.val)...)
			}
		}
	}
	return out
}

// present asks whether something is there at all, which is nobody's decision about
// verification: as little as a nil or a length is one elsewhere.
var present = lazyregexp.New(`[A-Za-z_][\w.]*(?:\[[^\]]*\])*\s+is\s+(?:not\s+)?(?:defined|undefined|none|None)\b` +
	`|\(?[A-Za-z_][\w.]*(?:\s*\|\s*default\([^()]*\))?\s*\|\s*(?:length|count)\s*\)?\s*[<>=!]=?\s*\d+` +
	`|[A-Za-z_][\w.]*\s*[!=]=\s*(?:\[\]|\{\}|None|none|''|"")`)

// aboutTLS are names that say that what they hold decides about TLS.
var aboutTLS = lazyregexp.New(`(?i)tls|ssl|https|cert|verif|valid|secur|trust|(^|_)ca(_|$)`)

func (f *file) guard(text, id string, negated bool) (g ir.Guard, ok bool) {
	cond := strings.TrimSpace(text)
	if m := wholeExpr.FindStringSubmatch(cond); m != nil {
		cond = m[2]
	}
	g.Options = f.reader.options(present.ReplaceAllStringFunc(cond, func(atom string) string {
		if aboutTLS.MatchString(atom) {
			return atom
		}
		return "''"
	}))
	if len(g.Options) == 0 {
		return g, false
	}
	g.Default = f.reader.holds(cond)
	g.Cond, g.Branch, g.Text = id, !negated, cond
	if negated {
		g.Default, g.Text = g.Default.Not(), "not ("+cond+")"
	}
	return g, true
}

// feature reports whether a condition only asks whether a part of a chart is wanted
// at all: where it runs, nothing is left to decide.
func feature(g ir.Guard) bool {
	for _, o := range g.Options {
		switch name := last(o.Name); {
		case name == "enabled" || name == "create" || name == "enable" || name == "install" || name == "deploy":
		default:
			return false
		}
	}
	return true
}
