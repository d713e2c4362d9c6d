package shell

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

func rowSet(t testing.TB) *pattern.Set {
	t.Helper()
	file, err := Rows("shell")
	if err != nil {
		t.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// lowered lowers and judges one file. Every place must lie in the file, and every
// fix must be one that can be made.
func lowered(t testing.TB, set *pattern.Set, name string, data []byte) (languages.Output, int) {
	t.Helper()
	in := languages.Input{Set: set, Files: []languages.File{{Path: name, Rel: name, Data: data}}}
	out, err := Shell{}.Lower(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	within := func(what string, s ir.Span) {
		if s.Start < 0 || s.Start > s.End || s.End > len(data) {
			t.Fatalf("%s at %d to %d of %d bytes", what, s.Start, s.End, len(data))
		}
	}
	for _, n := range out.Nodes {
		within(n.Name, n.Span)
		if n.Value != nil {
			within("a value", n.Value.Span)
			within("a constant", n.Value.Const.At.Span)
		}
		for _, h := range n.Hosts {
			within("a host", ir.Span{Start: h.Offset, End: h.Offset})
		}
	}
	for _, c := range out.Comments {
		within("a comment", ir.Span{Start: c.Start, End: c.End})
	}
	judged := judge.Findings(out.Nodes, set, judge.Options{
		Rel: func(p string) string { return p }, Source: func(string) []byte { return data },
		Tests: "same", Lang: Shell{}, Vars: languages.Vars{CABundle: "/etc/ca.pem"},
	})
	for i, j := range judged {
		for _, x := range j.Finding.Fixes {
			edited, err := fix.Apply(data, x.Edits)
			if err != nil {
				t.Fatalf("%s: %v", j.Finding.Pattern, err)
			}
			if len(x.Edits) > 0 && i < 20 {
				_ = Shell{}.Check(t.Context(), name, data, edited, nil)
			}
		}
	}
	return out, len(judged)
}

const bad = "curl -k https://a.corp\n"

func TestBadInput(t *testing.T) {
	set := rowSet(t)
	tests := []struct {
		name, src string
		want      int // findings, -1 = any
	}{
		{"empty", "", 0},
		{"bom", "\xef\xbb\xbf#!/bin/sh\n" + bad, 1},
		{"carriage returns", "curl \\\r\n  -k \\\r\n  https://a.corp\r\n" + "true\r\n", 1},
		{"no line end", strings.TrimSpace(bad), 1},
		{"bytes", "\x80\xff\n" + bad, 1},
		{"nul far behind", bad + strings.Repeat("#", 9000) + "\n\x00", 1},
		{"open quote", bad + "echo 'never closed\n" + bad, -1},
		{"open heredoc", bad + "cat <<E\n" + bad, -1},
		{"stray words", bad + "fi\ndone\n}\nesac\n)\n" + bad, 2},
		{"templates", "{{ if .x }}\n" + bad + "{{ end }}\ncurl -k {{ .url }}\n", 2},
		{"jinja", "{% if x %}\n" + bad + "{% endif %}\ncurl -k {{ url }}\n", 2},
		{"itself", "X=$X\nX=\"$X $Y\"\nY=\"$Y $X\"\ncurl $X $Y\n" + bad, 1},
		{"recursion", "f() { f \"$@\"; g \"$@\"; }\ng() { f \"$@\"; curl \"$@\"; }\nf -k https://a.corp\n", -1},
		{"alias of itself", "alias curl='curl -k'\ncurl https://a.corp\n", 1},
		{"eval in eval", strings.Repeat("eval ", 50) + bad, -1},
		{"sh -c in sh -c", strings.Repeat("sh -c \"", 20) + "curl -k u" + strings.Repeat("\"", 20) + "\n" + bad, -1},
	}
	for _, tt := range tests {
		if _, got := lowered(t, set, "a.sh", []byte(tt.src)); tt.want >= 0 && got != tt.want {
			t.Errorf("%s: %d findings, want %d", tt.name, got, tt.want)
		}
		for _, name := range []string{"Makefile", ".env", ".curlrc", ".gitconfig", "apt.conf"} {
			lowered(t, set, name, []byte(tt.src))
		}
	}
}

// TestHard: source that was made to be hard is read in time that grows with its
// size, or it is said that it was not read.
func TestHard(t *testing.T) {
	set := rowSet(t)
	n := 5000
	tests := map[string]string{
		"brackets":        strings.Repeat("(", 300000),
		"substitutions":   strings.Repeat("$(", 300000),
		"quoted":          strings.Repeat("\"$(", 100000),
		"braces":          strings.Repeat("{ ", 300000),
		"ifs":             strings.Repeat("if ", 200000),
		"cases":           strings.Repeat("case x in a) ", 50000),
		"negations":       strings.Repeat("! ", 200000),
		"expansions":      strings.Repeat("${a:-", 150000),
		"arithmetic":      "((" + strings.Repeat("(", 200000),
		"pipes":           strings.Repeat("a|", 100000) + "b",
		"ands":            strings.Repeat("a&&", 100000) + "b",
		"hidden brackets": strings.Repeat("( ')' | ", 60000),
		"functions":       strings.Repeat("f() { ", 50000),
		"many commands":   strings.Repeat(bad, n),
		"one variable":    strings.Repeat("X=\"$X -s\"\ncurl $X u\n", n/10),
		"many variables":  many(n/10, "X#=\"$X0 -k\"\n") + many(n/10, "curl $X# u\n"),
		"conditions":      many(n/20, "[ \"$A#\" ] && X=-s\n") + strings.Repeat("curl $X u\n", n/20),
		"chained":         many(n/20, "[ \"$A#\" ] && B=$A1\nA#=$B\n") + strings.Repeat("[ \"$B\" ] && curl -k u\n", n/20),
		"exits":           strings.Repeat("[ \"$A\" = x ] && exit\n", n/10) + bad,
		"calls":           many(200, "f#() { curl \"$@\"; f0 \"$@\"; f1 \"$@\"; }\n") + many(200, "f# -k u\n"),
		"array":           "A=(" + strings.Repeat("-k ", n) + ")\n" + strings.Repeat("curl \"${A[@]}\" u\n", 50),
		"doubling":        "A0=xxxxxxxxxx\n" + many(40, "A=\"$A$A\"\nA#=$A\n") + "curl $A u\n",
		"long word":       "curl -" + strings.Repeat("k", 200000),
		"errors":          strings.Repeat(")\n"+bad, 5000),
		"heredocs":        strings.Repeat("cat <<E\n", 2000),
	}
	for name, src := range tests {
		start := time.Now()
		lowered(t, set, "a.sh", []byte(src))
		lowered(t, set, "Makefile", []byte("all:\n\t"+src))
		if d := time.Since(start); d > 15*time.Second {
			t.Errorf("%s: %s for %d bytes", name, d, len(src))
		} else if d > 3*time.Second {
			t.Logf("%s: %s for %d bytes", name, d, len(src))
		}
	}
	for name, src := range map[string]string{
		"defined by itself": "A = $(A)\nB = $(C)\nC = $(B)\nall:\n\tcurl -k $(A) $(B)\n",
		"doubling":          "A0 = xxxxxxxx\n" + many(40, "A# = $(A)$(A)\nA = $(A#)\n") + "all:\n\tcurl $(A)\n",
		"calls":             "X := " + strings.Repeat("$(shell ", 10000) + "\n",
	} {
		start := time.Now()
		lowered(t, set, "Makefile", []byte(src))
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("make, %s: %s", name, d)
		}
	}
}

func many(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// TestTruncated: a file that ends anywhere is read as far as it goes.
func TestTruncated(t *testing.T) {
	set := rowSet(t)
	data, err := os.ReadFile("testdata/long.sh")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 101 {
		lowered(t, set, "a.sh", data[:len(data)*i/100])
		lowered(t, set, "Makefile", data[:len(data)*i/100])
		lowered(t, set, ".env", data[:len(data)*i/100])
	}
	if _, n := lowered(t, set, "a.sh", data); n < 30 {
		t.Errorf("the whole file: %d findings", n)
	}
}

func FuzzShell(f *testing.F) {
	set := rowSet(f)
	f.Add([]byte("A=(-k)\ncurl \"${A[@]}\" ${X:--k} <<E\n$(wget -q)\nE\n"), uint8(0))
	f.Add([]byte("if [ \"$1\" = -k ]; then export GIT_SSL_NO_VERIFY=1; fi\nssh h 'curl -k \"u\"'"), uint8(0))
	f.Add([]byte("X = $(shell curl -k u)\nall:\n\t@curl $(X) \\\n\t-k $$Y\n"), uint8(1))
	f.Add([]byte("export A=\"b\" # c\nPGSSLMODE='require'\n"), uint8(2))
	f.Add([]byte("[http \"x\"]\n sslVerify = \"false\" # x\n"), uint8(3))
	f.Add([]byte("insecure\n-k\n"), uint8(4))
	f.Add([]byte("Acquire::https::x::Verify-Host \"false\";"), uint8(5))
	names := []string{"a.sh", "Makefile", ".env", ".gitconfig", ".curlrc", "apt.conf", "a.zsh", "a.ksh", "a.bats"}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		if len(data) < 4096 {
			lowered(t, set, names[int(kind)%len(names)], data)
		}
	})
}
