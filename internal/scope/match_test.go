package scope

import (
	"strings"
	"testing"
)

func TestSimilar(t *testing.T) {
	one := "package a\n\nfunc one() {\n\treturn\n}\n\nfunc two() {\n\treturn\n}\n"
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{one, one, true},
		{one, strings.ReplaceAll(one, "\n", "\r\n"), true},
		{one, strings.ReplaceAll(one, "\t", "    ") + "func three() {}\n", true},
		{one, "package b\n\nvar x = []int{1, 2, 3}\n\nfunc main() {\n\tprintln(x[0], x[1], x[2])\n}\n", false},
		{one, "", false},
		{"", "", false},
	} {
		if got := similar(newText([]byte(tt.a)), newText([]byte(tt.b))); got >= 50 != tt.want {
			t.Errorf("%q and %q: %d %%", tt.a, tt.b, got)
		}
	}
}

func TestChangedLines(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{"a\nb\nc\n", "a\nb\nc\n", "..."},
		{"a\nb\nc\n", "a\r\nb\r\nc\r\n", "..."},
		{"a\nb\nc\n", "a\nx\nb\nc", ".+.."},
		{"a\nb\nc\n", "a\n b\nc\n", ".+."},
		{"", "a\nb\n", "++"},
		{"a\n", "", ""},
	} {
		got := ""
		for _, is := range changedLines([]byte(tt.old), []byte(tt.new))[1:] {
			got += map[bool]string{false: ".", true: "+"}[is]
		}
		if got != tt.want {
			t.Errorf("%q to %q: %s, want %s", tt.old, tt.new, got, tt.want)
		}
	}
}

func TestCalledBy(t *testing.T) {
	for p, want := range map[string]string{
		"app/settings.py": "settings", "app/__init__.py": "app", "__init__.py": "__init__", "a.test.js": "a", "x": "x",
	} {
		if got := calledBy(p); got != want {
			t.Errorf("%s: %s, want %s", p, got, want)
		}
	}
}

func TestHasWord(t *testing.T) {
	words := map[string]bool{"settings": true, "über": true}
	for text, want := range map[string]bool{
		"from .settings import X": true, "import settings2": false, "(über)": true, "": false, "resettings": false, "x settings": true,
	} {
		if got := hasWord([]byte(text), words); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestWithin(t *testing.T) {
	for _, tt := range []struct {
		p, dir string
		want   bool
	}{
		{"a/b", "a", true}, {"a", "a", true}, {"ab", "a", false}, {"a", ".", true}, {"a", "", true}, {"a", "a/b", false},
	} {
		if got := within(tt.p, tt.dir); got != tt.want {
			t.Errorf("%q in %q: %v", tt.p, tt.dir, got)
		}
	}
}
