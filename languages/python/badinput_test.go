package python

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// lowered lowers and judges one file with the built-in rows. Every place must lie
// in the file, and every fix must be one that can be made.
func lowered(t testing.TB, set *pattern.Set, name string, data []byte) (languages.Output, []judge.Judged) {
	t.Helper()
	in := languages.Input{Set: set, Files: []languages.File{{Path: name, Rel: name, Data: data}}}
	out, err := (&Python{}).Lower(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	within := func(what string, s ir.Span) {
		if s.Start < 0 || s.Start > s.End || s.End > len(data) {
			t.Errorf("%s at %d to %d of %d bytes", what, s.Start, s.End, len(data))
		}
	}
	constant := func(c ir.Const) {
		if c.At.Path == name {
			within("a constant", c.At.Span)
		}
	}
	value := func(v *ir.Value) {
		if v == nil {
			return
		}
		within("a value", v.Span)
		within("a pair", v.Pair)
		constant(v.Const)
		if v.Default != nil {
			constant(*v.Default)
		}
		for _, c := range v.May {
			constant(c)
		}
	}
	for _, n := range out.Nodes {
		within("a node", n.Span)
		value(n.Value)
		for _, a := range n.Args {
			within("an argument", a.Span)
			value(a.Value)
		}
		for _, v := range n.Siblings {
			value(v)
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
		Tests: "same", Lang: &Python{}, Vars: languages.Vars{CABundle: "/etc/ca.pem"},
	})
	checks := 0
	for _, j := range judged {
		f := j.Finding
		within(f.Rule, ir.Span{Start: f.Span.Start.Offset, End: f.Span.End.Offset})
		for _, x := range f.Fixes {
			if len(x.Edits) == 0 {
				continue
			}
			edited, err := fix.Apply(data, x.Edits)
			if err != nil {
				t.Errorf("%s: %v", f.Pattern, err)
				continue
			}
			if checks++; checks <= 20 {
				_ = (&Python{}).Check(t.Context(), name, data, edited, nil)
			}
		}
	}
	return out, judged
}

const (
	insecure = "requests.get(u, verify=False)\n"
	head     = "import requests\n"
)

// many is a text made n times, each with its number.
func many(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// TestBadInput: source that is broken, odd or made to be hard is checked as far as
// it can be read. BenchmarkSize shows that the time grows with the size.
func TestBadInput(t *testing.T) {
	set := rowsOf(t)
	for _, tt := range []struct {
		name, in string
		found    int // at least
	}{
		{"empty", "", 0},
		{"only comments", "# requests.get(u, verify=False)\n", 0},
		{"no line end", head + strings.TrimSpace(insecure), 1},
		{"a backslash at the end", head + strings.TrimSpace(insecure) + " \\", 1},
		{"a backslash and a line end at the end", head + strings.TrimSpace(insecure) + "\\\n", 1},
		{"form feeds", "\f" + head + "\f\n\f" + insecure, 1},
		{"line ends of old", strings.ReplaceAll(head+insecure, "\n", "\r"), 1},
		{"NUL bytes", head + "x = '\x00'\n" + insecure + "\x00\n" + insecure, 2},
		{"bytes that are no UTF-8", head + "x = '\xff\xfe'; " + insecure, 1},
		{"an open string", head + "x = 'open\n" + insecure, 1},
		{"an open string of lines", head + insecure + "x = \"\"\"open\n", 1},
		{"an error in the middle", head + insecure + "def f(:\n    x = = 3\n\nclass\n\n" + insecure, 2},
		{"nested parentheses", head + "x = " + strings.Repeat("(", 100_000) + "1" + strings.Repeat(")", 100_000) + "\n" + insecure, 1},
		{"open brackets", head + insecure + "x = " + strings.Repeat("[{(", 30_000) + "\n", 1},
		{"nested lambdas", head + "x = " + strings.Repeat("lambda: ", 2000) + "1\n" + insecure, 1},
		{"nested functions", head + nested(90, "def f():") + insecure, 1},
		{"nested conditions", head + nested(90, "if x:") + insecure, 1},
		{"nested calls", head + strings.Repeat("requests.get(", 100) + strings.Repeat(", verify=False)", 100) + "\n", 100},
		{"calls nested deeper than is read", head + strings.Repeat("requests.get(", 1000) + strings.Repeat(", verify=False)", 1000) + "\n", 150},
		{"a long line", head + "x = '" + strings.Repeat("a", 900_000) + "'; " + insecure, 1},
		{"a long chain of attributes", head + "x = a" + strings.Repeat(".b", 10_000) + "\n" + insecure, 1},
		{"a long chain of calls", head + "x = a" + strings.Repeat(".b()", 10_000) + "\n" + insecure, 1},
		{"many operands", head + "v = x" + strings.Repeat(" or x", 10_000) + "\nrequests.get(u, verify=v)\n" + insecure, 1},
		{"many operands at the switch", head + "requests.get(u, verify=x" + strings.Repeat(" or x", 10_000) + ")\n" + insecure, 1},
		{"a sum of many texts", head + "v = 'a'" + strings.Repeat(" + 'a'", 10_000) + "\nrequests.get(u, verify=v)\n" + insecure, 1},
		{"many entries", head + "d = {" + many(10_000, "'k#': #, ") + "'verify': False}\nrequests.get(u, **d)\n", 1},
		{"many assignments", head + many(5000, "v = #\n") + "v = False\nrequests.get(u, verify=v)\n" + insecure, 1},
		{"many assignments in branches", head + "v = True\n" + many(1000, "if c#:\n    v = True\n") + "v = False\nrequests.get(u, verify=v)\n" + insecure, 1},
		{"many uses", head + "v = False\n" + many(2000, "requests.get(u#, verify=v)\n"), 2000},
		{"many findings", head + strings.Repeat(insecure, 2000), 2000},
		{"many branches", head + "if a:\n    pass\n" + many(300, "elif x#:\n    "+insecure), 300},
		{"many functions", head + many(300, "def f#(u, verify=True):\n    o = {'t': #}\n    if not verify:\n        o['verify'] = False\n    return requests.get(u, **o)\n"), 300},
		{"many classes", head + "class A(requests.Session): pass\n" + many(1000, "class A#(A): pass\n") + "A3().verify = False\n", 1},
		{"many decorators", head + strings.Repeat("@a\n", 3000) + "def f():\n    " + insecure, 1},
		{"many stars", strings.Repeat("from requests import *\n", 1000) + "get(u, verify=False)\n", 1},
		{"a name that is itself", head + "a = b\nb = a\nrequests.get(u, verify=a)\n" + insecure, 1},
		{"a function that returns itself", head + "def f(): return f()\nrequests.get(u, verify=f())\n" + insecure, 1},
		{"a class that is its own base", head + "class A(A): pass\nclass B(C): pass\nclass C(B): pass\nA().verify = False\nB().verify = A.x\n" + insecure, 1},
		{"a dictionary in itself", head + "d = {**d, 'v': d}\nd = dict(d, **d)\nd['d'] = d\nrequests.get(u, **d)\n" + insecure, 1},
		{"names that fan out", head + "x = False\n" + many(40, "x = x or x or x\n") + "requests.get(u, verify=x)\n" + insecure, 1},
		{"few names that fan out", head + "x = False\n" + many(12, "x = x or x or x\n") + "requests.get(u, verify=x)\n", 1},
		{"functions that fan out", head + "def f(): return True\n" + many(40, "def g#(): return f() or f() or f()\n") + "requests.get(u, verify=g9())\n" + insecure, 1},
		{"dictionaries that fan out", head + "d = {'verify': False}\n" + many(8, "d = dict(d, **d)\n") + "requests.get(u, **d)\n", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, judged := lowered(t, set, "a.py", []byte(tt.in))
			if len(out.Unlowered) > 0 {
				t.Errorf("not lowered: %s", out.Unlowered[0].Reason)
			}
			if len(judged) < tt.found || tt.found == 0 && len(judged) > 0 {
				t.Errorf("%d findings, want %d", len(judged), tt.found)
			}
		})
	}
}

// nested is a line within itself, n deep, and the indentation of what is in it.
func nested(n int, line string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + line + "\n")
	}
	return b.String() + strings.Repeat(" ", n)
}

// TestBadFiles: what is not checked is said.
func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Skip(err) // no such names here
		}
	}
	write("fits.py", head+insecure+"# "+strings.Repeat("x", 900_000)+"\n")
	write("large.py", head+insecure+"# "+strings.Repeat("x", 1_100_000)+"\n")
	write("clean.py", "# "+strings.Repeat("x", 1_100_000)+"\n")
	write("utf16.py", "\xff\xfei\x00m\x00")
	write("folder.py/a b\nc.py", head+insecure)
	write("cycle/a.py", head+"from b import V\nfrom . import b\nrequests.get(u, verify=V)\nrequests.get(u, verify=b.W)\n"+insecure)
	write("cycle/b.py", "from a import V\nfrom .a import V as W\nfrom b import *\n")
	res, err := scan.Run(t.Context(), scan.Options{Root: dir, NoGitignore: true, Tests: "same"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range res.Findings() {
		if f.Severity > finding.Low {
			got = append(got, f.Path)
		}
	}
	for _, s := range res.Skipped {
		got = append(got, fmt.Sprintf("%s: %s %t", s.Path, s.Reason, s.Incomplete))
	}
	want := []string{"cycle/a.py", "fits.py", "folder.py/a b\nc.py", "large.py: too large to parse (1100049 bytes) true", "utf16.py: UTF-16 text false"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzPython reads any bytes as source: nothing may panic, every place lies in the
// file, and every fix can be made.
func FuzzPython(f *testing.F) {
	examples, err := (&Python{}).Examples()
	if err != nil {
		f.Fatal(err)
	}
	for _, ex := range examples {
		for _, text := range ex.Insecure {
			f.Add([]byte(text))
		}
	}
	for _, s := range []string{
		"", "\xef\xbb\xbf" + head + insecure, strings.ReplaceAll(head+insecure, "\n", "\r\n"),
		head + "a = b\nb = a\ndef f(): return f()\nclass A(A): pass\nrequests.get(u, verify=f(a), **{'x': A()})\n",
		"from requests import *\nwith Session() as s:\n s.verify, x = False, (lambda *a, **k: k)\n",
		head + "async def f(a, /, b=False, *c: int, d=True, **e):\n  global g\n  for g in c: requests.get(u, verify=b if d else not e.get('v', 0), **e)\n  del g[1:2]\n",
		head + "try: pass\nexcept (A, B) as e: requests.get(u, verify=False)\nfinally: print >>x, `y`\nexec 'a' in b\nmatch x:\n  case {'a': b, **c} | [d, *e] if f: requests.get(u, verify=b)\n",
		head + "o = dict(verify=False)\no['x'] |= {**o, 'y': f'{o!r:>{w}}'}\no.update(verify=0)\nrequests.get(u, **o)\n",
	} {
		f.Add([]byte(s))
	}
	set := rowsOf(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		lowered(t, set, "a.py", data)
	})
}

// BenchmarkSize lowers a file and one of twice its size: the second must take about
// twice as long.
func BenchmarkSize(b *testing.B) {
	set := rowsOf(b)
	for _, shape := range []struct{ name, text string }{
		{"findings", insecure},
		{"assignments", "v = #\nrequests.get(u, verify=v)\n"},
		{"branches", "if x#:\n    return\n" + insecure},
		{"dictionaries", "d = {'verify': False}\nrequests.get(u#, **d)\n"},
		{"functions", "def f#(u, verify=True):\n    s = requests.Session()\n    s.verify = verify\n    return s.get(u)\nf#(1, verify=False)\n"},
	} {
		for _, n := range []int{1000, 2000} {
			data := []byte(head + many(n, shape.text))
			in := languages.Input{Set: set, Files: []languages.File{{Path: "a.py", Rel: "a.py", Data: data}}}
			b.Run(fmt.Sprintf("%s-%d", shape.name, n), func(b *testing.B) {
				for b.Loop() {
					if _, err := (&Python{}).Lower(b.Context(), in); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
