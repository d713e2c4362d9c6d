package pattern

import (
	"slices"
	"strconv"
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
				contexts := s.contexts(r, k, kind, name)
				fold := kind == ir.Text || kind == ir.Entry && s.relaxed(k.Doc)
				anchors := s.anchorsOf(k, kind, name)
				if len(anchors) == 1 && anchors[0] == lastSegment(name) {
					anchors = append(anchors, s.alsoCalled(name)...)
				}
				for _, anchor := range anchors {
					n := Needle{Row: r, Anchor: anchor, Contexts: contexts, Fold: fold}
					id := r.ID + strconv.FormatBool(fold) + "\x00" + n.Anchor + "\x00" + strings.Join(n.Contexts, "\x00")
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

// relaxed reports whether the keys of a kind of document are spelled in many ways.
func (s *Set) relaxed(doc string) bool {
	return slices.ContainsFunc(s.Docs, func(d Doc) bool { return d.Name == doc && d.Relaxed })
}

// Words are the words of a key in camelCase, kebab-case or snake_case, in lower
// case: "insecureSkipTLSVerify" is insecure, skip, tls, verify.
func Words(key string) []string {
	var words []string
	lower := func(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }
	upper := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	start := 0
	for i := 1; i <= len(key); i++ {
		switch {
		case i == len(key), key[i] == '-' || key[i] == '_', upper(key[i]) && lower(key[i-1]),
			upper(key[i]) && upper(key[i-1]) && i+1 < len(key) && lower(key[i+1]):
			if word := strings.Trim(key[start:i], "-_"); word != "" {
				words = append(words, strings.ToLower(word))
			}
			start = i
		}
	}
	return words
}

// relaxedForms are the spellings of a key whose case does not count.
func relaxedForms(key string) []string {
	words := Words(key)
	out := []string{strings.Join(words, "")}
	if len(words) > 1 {
		out = append(out, strings.Join(words, "-"), strings.Join(words, "_"))
	}
	return out
}

// alsoCalled are the last segments of the further names of a thing, sorted.
func (s *Set) alsoCalled(name string) []string {
	var out []string
	for also, to := range s.alias {
		if last := lastSegment(also); to == name && last != lastSegment(name) && !slices.Contains(out, last) {
			out = append(out, last)
		}
	}
	slices.Sort(out)
	return out
}

// shortParam is the length up to which the name of a parameter is a word of its
// own in other places: "ssl=" is also a keyword argument.
const shortParam = 6

func (s *Set) anchorsOf(k *Sink, kind ir.Kind, name string) []string {
	if k.Key != "" && kind == ir.Call {
		return []string{k.Key}
	}
	switch kind {
	case ir.Call:
		if k.row.Learned != nil {
			return []string{lastSegment(name)}
		}
		if word := k.distinct(); word != "" {
			return []string{word}
		}
		if word := k.keyword(); word != "" {
			return spell(s.spelling.Argument, word)
		}
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
		param := lastSegment(name) + "="
		if len(param) <= shortParam+1 {
			return []string{"?" + param, "&" + param, ";" + param, " " + param, `"` + param, "'" + param}
		}
		return []string{param}
	case ir.Func:
		return []string{lastSegment(k.Impl)}
	case ir.Entry:
		if slices.Contains(k.row.Bad, "absent") && len(k.row.Context) > 0 {
			return k.row.Context // the entry is missing from the text
		}
		_, key, _ := strings.Cut(name, ":")
		_, last := cutLast(strings.TrimSuffix(key, "[]"))
		if s.relaxed(k.Doc) {
			return relaxedForms(last)
		}
		return []string{last}
	case ir.Member:
		if slices.Contains(k.row.Bad, "absent") {
			// The member may be missing from the text: its owner must be there. Where
			// it may also be wrong, the owner's name may be missing from the text.
			owner, member := cutLast(name)
			if len(k.row.Bad) == 1 {
				return []string{lastSegment(owner)}
			}
			return append([]string{lastSegment(owner)}, spell(s.spelling.Member, member)...)
		}
		if key, ok := strings.CutPrefix(name, "*."); ok {
			if last := lastSegment(key); last != key && strings.ToUpper(last) == last {
				return []string{last} // a symbol as the key
			}
			return spell(s.spelling.Entry, key)
		}
		if !strings.HasPrefix(name, "settings.") {
			return spell(s.spelling.Member, lastSegment(name))
		}
	}
	return []string{lastSegment(name)}
}

// distinct is the name of the option that a call must be about, "" when it is too
// short to say anything: c.setopt(pycurl.SSL_VERIFYPEER, 0).
func (k *Sink) distinct() string {
	for _, v := range k.Where {
		if word := lastSegment(v); len(k.Where) == 1 && len(word) > 5 {
			return word
		}
	}
	return ""
}

// keyword is the only way in which a call can say what the sink tests: a keyword
// argument that must be there; "" where a position or its absence counts too.
func (k *Sink) keyword() string {
	if len(k.args) != 1 || slices.Contains(k.row.Bad, "absent") {
		return ""
	}
	if _, err := strconv.Atoi(k.args[0]); err == nil {
		return ""
	}
	return k.args[0]
}

// spell writes a name in each of a language's ways.
func spell(ways []string, name string) []string {
	if len(ways) == 0 {
		return []string{name}
	}
	out := make([]string, len(ways))
	for i, w := range ways {
		out[i] = strings.ReplaceAll(w, "{}", name)
	}
	return out
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
