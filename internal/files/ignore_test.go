package files

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ignoredBy lists what one .gitignore file takes out of a set of paths, by a
// walk without git.
func ignoredBy(t *testing.T, rules string, paths ...string) string {
	t.Helper()
	dir := tree(t, paths...)
	write(t, dir, ".gitignore", rules)
	left := strings.Split(walked(t, dir), "\n")
	var gone []string
	for _, p := range paths {
		if !slices.Contains(left, p) {
			gone = append(gone, p)
		}
	}
	return strings.Join(gone, " ")
}

// walked lists a directory without git, one path a line.
func walked(t *testing.T, dir string) string {
	t.Helper()
	l, err := newLister(Options{Root: dir})
	must(t, err)
	must(t, l.walk(t.Context(), dir, "."))
	var rels []string
	for _, f := range l.sortedFiles() {
		rels = append(rels, f.Rel)
	}
	return strings.Join(rels, "\n")
}

func TestGitignore(t *testing.T) {
	paths := []string{"a.log", "b.go", "build/x.go", "src/build/y.go", "src/a.log", "src/deep/er/z.go", "#hash", "!bang", "sp ", "t{x,y}", "[b]", "a-b", "a]b", "ü", "a/b"}
	for _, tt := range []struct{ name, rules, want string }{
		{"name at any depth", "a.log", "a.log src/a.log"},
		{"suffix", "*.log", "a.log src/a.log"},
		{"anchored", "/a.log", "a.log"},
		{"anchored by a slash inside", "src/a.log", "src/a.log"},
		{"directory only", "build/", "build/x.go src/build/y.go"},
		{"directory only is not a file", "b.go/", ""},
		{"directory without slash", "build", "build/x.go src/build/y.go"},
		{"negation", "*.log\n!src/a.log", "a.log"},
		{"last one decides", "!a.log\na.log", "a.log src/a.log"},
		{"no way back into a directory", "src/\n!src/a.log", "src/build/y.go src/a.log src/deep/er/z.go"},
		{"back into its contents", "/src/*\n!src/a.log", "src/build/y.go src/deep/er/z.go"},
		{"leading stars", "**/build", "build/x.go src/build/y.go"},
		{"middle stars", "src/**/z.go", "src/deep/er/z.go"},
		{"middle stars, no directory", "src/**/a.log", "src/a.log"},
		{"trailing stars", "src/deep/**", "src/deep/er/z.go"},
		{"stars inside a part", "src/d**p/er", "src/deep/er/z.go"},
		{"stars do not cross", "src/*/z.go", ""},
		{"question mark", "?.log", "a.log src/a.log"},
		{"class", "[ab].*", "a.log b.go src/a.log"},
		{"negated class", "[!a].*", "b.go build/x.go src/build/y.go src/deep/er/z.go"},
		{"class with a bracket", "a[]-]b", "a-b a]b"},
		{"class never matches a slash", "/a[./]b", ""},
		{"range over the slash", "/a[--0]b", "a-b"},
		{"posix class", "[[:alpha:]].log", "a.log src/a.log"},
		{"unknown posix class", "[[:nope:]].log", ""},
		{"class that is none", "[[:a]*", "a.log src/a.log [b] a-b a]b a/b"},
		{"wide characters in a class", "[à-ÿ]*", "ü"},
		{"open class", "[b", ""},
		{"escaped class", `\[b]`, "[b]"},
		{"braces are characters", "t{x,y}", "t{x,y}"},
		{"braces beside a star", "*{x,y}", "t{x,y}"},
		{"comment", "#hash\n", ""},
		{"escaped hash", `\#hash`, "#hash"},
		{"escaped bang", `\!bang`, "!bang"},
		{"trailing spaces", "a.log   ", "a.log src/a.log"},
		{"escaped space", `sp\ `, "sp "},
		{"windows lines", "a.log\r\nb.go\r\n", "a.log b.go src/a.log"},
		{"byte order mark", "\ufeffb.go\n", "b.go"},
		{"backslash at the end", `b.go\`, ""},
		{"two slashes at the end", "build//\nsrc/**//", ""},
		{"lone signs", "/\n!\n!/\n\n   \n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := ignoredBy(t, tt.rules, paths...); got != tt.want {
				t.Errorf("%q ignores %s; want %s", tt.rules, got, tt.want)
			}
		})
	}
}

func TestGitignoreNested(t *testing.T) {
	dir := tree(t, "a.log", "src/a.log", "src/b.log", "src/in/a.log", "src/in/c.go", "c.go")
	write(t, dir, ".gitignore", "*.log\n")
	write(t, dir, "src/.gitignore", "!a.log\n/c.go\n")
	write(t, dir, "src/in/.gitignore", "a.log\n")
	if got, want := walked(t, dir), ".gitignore\nc.go\nsrc/.gitignore\nsrc/a.log\nsrc/in/.gitignore\nsrc/in/c.go"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	// Outside a work tree, files above the named directory are nobody's business.
	if got := walked(t, filepath.Join(dir, "src", "in")); got != ".gitignore\nc.go" {
		t.Errorf("got %s", got)
	}
	// In one, they hold.
	write(t, dir, ".git/HEAD", "")
	write(t, dir, "src/in/b.log", "")
	if got := walked(t, filepath.Join(dir, "src", "in")); got != ".gitignore\nc.go" {
		t.Errorf("got %s", got)
	}
}

// A .gitignore that is no file of its own is not followed or waited for.
func TestGitignoreIsNoFile(t *testing.T) {
	dir := tree(t, "a.go", "x/.gitignore/b.go")
	outside := tree(t, "rules")
	write(t, outside, "rules", "*\n")
	if os.Symlink(filepath.Join(outside, "rules"), filepath.Join(dir, ".gitignore")) != nil {
		t.Skip("no links here")
	}
	if got := walked(t, dir); got != "a.go\nx/.gitignore/b.go" {
		t.Errorf("got %s", got)
	}
}

// Random rules in random places: the walk and git agree on every file.
func TestGitignoreAgainstGit(t *testing.T) {
	dir := repo(t)
	r := rand.New(rand.NewPCG(3, 4))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	piece := func() string {
		return pick("a", "b", "c", "ab", "*", "?", "[ab]", "[!a]", "[a-c]", "[^b-]", "[[:lower:]]", "[]a]", "[.-0]", "[", "]", "{a,b}", "a b", `\a`, `\*`, "-", ".")
	}
	rule := func() string {
		var b strings.Builder
		b.WriteString(pick("", "", "", "!", "/", "**/", "#", " "))
		for range 1 + r.IntN(4) {
			p := piece()
			if strings.HasSuffix(b.String(), "*") {
				// git up to 2.39 itself is unsure about "a**/b": it compares pointers
				// into different strings to learn whether the stars begin a part.
				p = "b"
			}
			b.WriteString(p)
			if r.IntN(3) == 0 {
				b.WriteString(pick("/", "/", "/**/"))
			}
		}
		b.WriteString(pick("", "", "", "/", "/**", " ", "\r"))
		return b.String()
	}
	name := func() string {
		return pick("a", "b", "c", "ab", "abc", "a b", "bca", "{a,b}", "*", "[", "a-", "]", ".", "a.b") + pick("", "", "x")
	}
	for round := range 60 {
		work := filepath.Join(dir, "w")
		must(t, os.RemoveAll(work))
		var all strings.Builder
		for range 30 {
			parts := make([]string, 1+r.IntN(4))
			for i := range parts {
				parts[i] = strings.Replace(name(), ".", "dot", 1)
			}
			path := filepath.Join(work, filepath.Join(parts...))
			if os.MkdirAll(filepath.Dir(path), 0o777) == nil {
				os.WriteFile(path, nil, 0o666) // a directory may have the name
			}
			if r.IntN(6) == 0 {
				var rules strings.Builder
				for range 1 + r.IntN(5) {
					fmt.Fprintln(&rules, rule())
				}
				where := filepath.Join(filepath.Dir(path), ".gitignore")
				if os.WriteFile(where, []byte(rules.String()), 0o666) == nil {
					fmt.Fprintf(&all, "%s:\n%s", where, rules.String())
				}
			}
		}
		if _, err := os.Stat(work); err != nil {
			continue
		}
		want := strings.Split(strings.TrimRight(git(t, work, "ls-files", "-z", "--others", "--exclude-per-directory=.gitignore"), "\x00"), "\x00")
		slices.Sort(want)
		if got := walked(t, work); got != strings.Join(want, "\n") {
			t.Fatalf("round %d\n%s\ngot  %q\nwant %q", round, all.String(), strings.Split(got, "\n"), want)
		}
	}
}

func FuzzGitignore(f *testing.F) {
	f.Add("*.log\n!a/**/b\n[[:alpha:]\\", "a/b.log")
	f.Add("[a-\n[!]\n[\\\n{a,\n**", "x")
	f.Fuzz(func(t *testing.T, rules, path string) {
		ig := &ignores{base: "/", rules: parseIgnores(rules)}
		ig.match("/"+path, false)
		ig.match("/"+path, true)
	})
}
