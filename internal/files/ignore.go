package files

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// maxIgnoreFile is the size in bytes above which a .gitignore is not believed.
const maxIgnoreFile = 8 << 20

// ignores are the rules of one .gitignore file, and of those further out. The
// rules count from that file's directory; the innermost file that has a rule
// for a path decides, and in it the last one. nil has no rules.
//
// See gitignore(5) for the rules. Left out: `?` stands for a character, not for
// a byte, and the user's own core.excludesFile is not read.
type ignores struct {
	outer *ignores
	base  string // directory, ending in a separator
	rules []ignoreRule
}

// enter adds the rules of a directory's own .gitignore, if it has one.
func (ig *ignores) enter(dir string) *ignores { return ig.read(dir, ".gitignore") }

// read adds the rules of a file in dir, which count from dir.
func (ig *ignores) read(dir, name string) *ignores {
	text, skip := Read(File{Path: filepath.Join(dir, name)}, maxIgnoreFile)
	if skip != nil {
		return ig
	}
	rules := parseIgnores(string(text))
	if len(rules) == 0 {
		return ig
	}
	base := dir
	if !os.IsPathSeparator(base[len(base)-1]) {
		base += string(filepath.Separator)
	}
	return &ignores{outer: ig, base: base, rules: rules}
}

// outerIgnores returns the rules from outside dir that hold in it: those of its
// parents up to the top of the work tree. There are none outside a work tree,
// nor in a directory that is ignored itself: who asks for it wants to see it.
func outerIgnores(dir string) *ignores {
	path := []string{dir} // from dir up to the top
	for !exists(filepath.Join(path[len(path)-1], ".git")) {
		up := filepath.Dir(path[len(path)-1])
		if up == path[len(path)-1] {
			return nil
		}
		path = append(path, up)
	}
	slices.Reverse(path)
	ig := (*ignores)(nil).read(path[0], filepath.Join(".git", "info", "exclude"))
	for i, inner := range path[1:] {
		ig = ig.enter(path[i])
		if ig.match(inner, true) {
			return nil
		}
	}
	return ig
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// match reports whether a path is ignored. It must be below the directories of
// all rules, and not be in an ignored directory: nothing can bring it back then.
func (ig *ignores) match(path string, isDir bool) bool {
	for ; ig != nil; ig = ig.outer {
		rel := filepath.ToSlash(path[len(ig.base):])
		name := rel[strings.LastIndexByte(rel, '/')+1:]
		for i := len(ig.rules) - 1; i >= 0; i-- {
			if r := &ig.rules[i]; r.match(rel, name, isDir) {
				return !r.negate
			}
		}
	}
	return false
}

// ignoreRule is one line of a .gitignore file.
type ignoreRule struct {
	negate   bool // the line began with "!"
	dirOnly  bool // it ended with "/"
	nameOnly bool // it has no other "/": it is about the last part of a path

	kind ruleKind
	text string
}

type ruleKind int

const (
	literal  ruleKind = iota // text is the path or name itself
	suffix                   // text is the end of a name
	wildcard                 // text is a doublestar glob
)

func (r *ignoreRule) match(rel, name string, isDir bool) bool {
	if r.dirOnly && !isDir {
		return false
	}
	if r.nameOnly {
		rel = name
	}
	switch r.kind {
	case literal:
		return rel == r.text
	case suffix:
		return strings.HasSuffix(rel, r.text)
	}
	return doublestar.MatchUnvalidated(r.text, rel)
}

// parseIgnores reads a .gitignore file. Lines that git cannot match with
// anything, such as one with an open bracket, give no rule.
func parseIgnores(text string) (rules []ignoreRule) {
	text = strings.TrimPrefix(text, "\ufeff")
	for line := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		line = trimSpaces(strings.TrimSuffix(line, "\r"))
		if r, ok := parseRule(line); ok {
			rules = append(rules, r)
		}
	}
	return rules
}

// trimSpaces removes spaces at the end of a line, up to one after a backslash.
func trimSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			continue
		case '\\':
			i++
		}
		end = min(i+1, len(line))
	}
	return line[:end]
}

func parseRule(line string) (r ignoreRule, ok bool) {
	line, r.negate = strings.CutPrefix(line, "!")
	line, r.dirOnly = strings.CutSuffix(line, "/")
	r.nameOnly = !strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if line == "" || strings.HasSuffix(line, "/") { // no path ends in a slash
		return r, false
	}
	const special = `*?[\`
	switch {
	case !strings.ContainsAny(line, special):
		r.kind, r.text = literal, line
	case r.nameOnly && line[0] == '*' && !strings.ContainsAny(line[1:], special):
		r.kind, r.text = suffix, line[1:]
	default:
		r.kind = wildcard
		r.text, ok = doublestarGlob(line)
		return r, ok
	}
	return r, true
}

// doublestarGlob translates git's wildcards into doublestar's. ok is false when
// the pattern is one that matches nothing.
func doublestarGlob(pattern string) (glob string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(pattern); {
		switch c := pattern[i]; c {
		case '\\':
			if i+1 == len(pattern) {
				return "", false
			}
			b.WriteByte(c)
			b.WriteByte(pattern[i+1])
			i += 2
		case '[':
			class, n, ok := translateClass(pattern[i:])
			if !ok {
				return "", false
			}
			b.WriteString(class)
			i += n
		case '*':
			n := len(pattern[i:]) - len(strings.TrimLeft(pattern[i:], "*"))
			b.WriteString(translateStars(pattern, i, i+n))
			i += n
		case '{', '}':
			b.WriteByte('\\') // an alternative to doublestar, a character to git
			fallthrough
		default:
			b.WriteByte(c)
			i++
		}
	}
	return b.String(), doublestar.ValidatePattern(b.String())
}

// translateStars translates the stars pattern[start:end]. Two or more are
// special only where they are a whole part of a path.
func translateStars(pattern string, start, end int) string {
	first := start == 0 || pattern[start-1] == '/'
	last := end == len(pattern)
	switch {
	case end-start == 1 || !first || !last && pattern[end] != '/':
		return "*"
	case last:
		return "**/*" // all that is inside, but not the directory itself
	}
	return "**"
}
