package pattern

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/ir"
)

// Needle is what must stand in a file (and beside it) before it is worth
// parsing for a sink: the anchor in the file itself, and one of the contexts,
// which may stand in another file of the same unit. No contexts: the anchor
// alone says enough.
type Needle struct {
	Row      *Row
	Anchor   string
	Contexts []string
	// Fold says that the anchor ignores case.
	Fold bool
}

// Needles derives the needles of every sink, without duplicates. Values are
// never needles: they are written in too many ways.
func (s *Set) Needles() []Needle {
	var out []Needle
	seen := map[string]bool{}
	for _, r := range s.Rows {
		for i := range r.At {
			k := &r.At[i]
			kind, pattern := k.key()
			for _, name := range Expand(pattern) {
				for _, anchor := range anchorsOf(k, kind, name) {
					n := Needle{Row: r, Anchor: anchor, Contexts: s.contexts(r, k, kind, name), Fold: kind == ir.Text}
					id := r.ID + "\x00" + n.Anchor + "\x00" + strings.Join(n.Contexts, "\x00")
					if n.Anchor != "" && !seen[id] {
						seen[id] = true
						out = append(out, n)
					}
				}
			}
		}
	}
	return out
}

func anchorsOf(k *Sink, kind ir.Kind, name string) []string {
	if k.Key != "" && kind == ir.Call {
		return []string{k.Key}
	}
	switch kind {
	case ir.Command:
		// A short option hides in clusters such as -fsSk: the command is the sign.
		cmd, opt, _ := strings.Cut(name, ":")
		if _, setting, ok := strings.Cut(opt, " "); ok {
			return []string{setting}
		}
		if !strings.HasPrefix(opt, "--") {
			return []string{cmd}
		}
		return []string{opt}
	case ir.Text:
		// In a connection string the sign follows at once, and case does not count.
		return []string{lastSegment(name) + "="}
	case ir.Func:
		return []string{lastSegment(k.Impl)}
	case ir.Entry:
		return []string{strings.TrimSuffix(lastSegment(k.Key), "[]")}
	case ir.Member:
		if slices.Contains(k.row.Bad, "absent") {
			// The member may be missing from the text: its owner must be there. Where
			// it may also be wrong, the owner's name may be missing from the text.
			owner, member := cutLast(name)
			if len(k.row.Bad) == 1 {
				return []string{lastSegment(owner)}
			}
			return []string{lastSegment(owner), member}
		}
	}
	return []string{lastSegment(name)}
}

func (s *Set) contexts(r *Row, k *Sink, kind ir.Kind, name string) []string {
	if r.Context != nil {
		return slices.DeleteFunc(slices.Clone(r.Context), func(c string) bool { return c == "" })
	}
	switch kind {
	case ir.Env:
		// "GODEBUG.tls10server": the setting is the anchor, the variable its context.
		if owner, last := cutLast(name); owner != "" && last != "" {
			return []string{owner}
		}
		return nil
	case ir.Command:
		if _, opt, _ := strings.Cut(name, ":"); strings.HasPrefix(opt, "-") && !strings.HasPrefix(opt, "--") && !strings.Contains(opt, " ") {
			return []string{" -", "\"-", "'-"}
		}
		return nil
	case ir.Text, ir.Entry:
		return nil
	}
	var out []string
	add := func(text string) {
		if text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	names := []string{name}
	if strings.HasPrefix(name, "*.") {
		names = nil
		for _, into := range k.Into {
			names = append(names, Expand(into)...)
		}
		if slices.Contains(names, "?") {
			return nil
		}
	}
	for _, n := range names {
		if variable, ok := strings.CutPrefix(n, "settings."); ok {
			variable, _, _ = strings.Cut(variable, ".")
			add(strings.TrimSuffix(variable, "*"))
			continue
		}
		add(libraryOf(n))
		for also, to := range s.alias {
			// What is rewritten to a leading part of the name brings its own library.
			if strings.HasPrefix(n, to) {
				add(libraryOf(also))
			}
		}
	}
	slices.Sort(out)
	return out
}

// libraryOf is the distinguishing part of a canonical name: the repository of a
// path ("github.com/redis/go-redis", "k8s.io/client-go"), else the first segment.
// It stops where a major version could stand in the text.
func libraryOf(name string) string {
	parts := strings.Split(name, "/")
	if len(parts) == 1 {
		first, _, _ := strings.Cut(name, ".")
		return strings.TrimSuffix(first, "()")
	}
	keep := 2
	switch parts[0] {
	case "github.com", "gitlab.com", "bitbucket.org":
		keep = 3
	}
	if len(parts) > keep {
		return strings.Join(parts[:keep], "/")
	}
	// The last kept part carries the symbol behind its first dot.
	last, _, _ := strings.Cut(parts[len(parts)-1], ".")
	return strings.Join(append(slices.Clone(parts[:len(parts)-1]), last), "/")
}
