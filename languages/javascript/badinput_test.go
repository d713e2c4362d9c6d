package javascript

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

func rowsOf(t testing.TB) *pattern.Set {
	t.Helper()
	file, err := (&JavaScript{}).Rows()
	if err != nil {
		t.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// lowered lowers and judges one file with the built-in rows. Every place must lie
// in the file, and every fix must be one that can be made.
func lowered(t testing.TB, set *pattern.Set, name string, data []byte) (languages.Output, []judge.Judged) {
	t.Helper()
	in := languages.Input{Set: set, Files: []languages.File{{Path: name, Rel: name, Data: data}}}
	out, err := (&JavaScript{}).Lower(t.Context(), in)
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
		Tests: "same", Lang: &JavaScript{}, Vars: languages.Vars{CABundle: "/etc/ca.pem"},
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
			if checks++; checks <= 3 {
				_ = (&JavaScript{}).Check(t.Context(), name, data, edited, nil)
			}
		}
	}
	return out, judged
}

const (
	insecure = "https.get({ host: h, rejectUnauthorized: false });\n"
	head     = "const https = require('https');\n"
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
	rep := strings.Repeat
	for _, tt := range []struct {
		name, in string
		found    int // at least
	}{
		{"empty", "", 0},
		{"only comments", "// rejectUnauthorized: false\n/* rejectUnauthorized: false */", 0},
		{"no line end", head + strings.TrimSpace(insecure), 1},
		{"a byte order mark", "\xef\xbb\xbf" + head + insecure, 1},
		{"line ends of Windows", strings.ReplaceAll(head+insecure, "\n", "\r\n"), 1},
		{"line ends of old", strings.ReplaceAll(head+insecure, "\n", "\r"), 1},
		{"NUL bytes", head + "x = '\x00';\n" + insecure, 1},
		{"bytes that are no UTF-8", head + "x = '\xff\xfe'; " + insecure, 1},
		{"a hash bang", "#!/usr/bin/env node\n" + head + insecure, 1},
		{"an open template", head + insecure + "x = `open ${\n", 1},
		{"an open comment", head + insecure + "/* open", 1},
		{"an error in the middle", head + insecure + "function f({ {\n x = = 3\n}\n" + insecure, 2},
		{"nested parentheses", head + insecure + "x = " + rep("(", 50_000) + "1" + rep(")", 50_000) + ";\n", 1},
		{"open brackets", head + insecure + "x = " + rep("[{(", 20_000), 0},
		{"nested arrows", head + insecure + "x = " + rep("() => ", 2000) + "1;\n", 1},
		{"nested functions", head + rep("function f() {\n", 150) + insecure + rep("}\n", 150) + insecure, 2},
		{"nested conditions", head + rep("if (x) {\n", 150) + insecure + rep("}\n", 150), 1},
		{"nested objects", head + "x = " + rep("{ a: ", 150) + "{ rejectUnauthorized: false }" + rep(" }", 150) + ";\n", 1},
		{"nested calls", head + rep("f(", 150) + "{ rejectUnauthorized: false }" + rep(")", 150) + ";\n", 1},
		{"deeper than is read", head + insecure + rep("f(", 5000) + "{ rejectUnauthorized: false }" + rep(")", 5000) + ";\n", 1},
		{"a long line", head + "x = '" + rep("a", 900_000) + "'; " + insecure, 1},
		{"a long chain of members", head + "x = a" + rep(".b", 10_000) + ";\n" + insecure, 1},
		{"a long chain of calls", head + "x = a" + rep(".get()", 10_000) + ";\n" + insecure, 1},
		{"many operands", head + "const v = x" + rep(" || x", 10_000) + ";\nhttps.get({ rejectUnauthorized: v });\n" + insecure, 1},
		{"many operands at the switch", head + "https.get({ rejectUnauthorized: x" + rep(" && x", 10_000) + " });\n" + insecure, 1},
		{"a sum of many texts", head + "const v = 'a'" + rep(" + 'a'", 10_000) + ";\nexec(v);\n" + insecure, 1},
		{"many entries", head + "https.get({ " + many(10_000, "k#: #, ") + "rejectUnauthorized: false });\n", 1},
		{"many spreads", head + "const a = { rejectUnauthorized: false };\nhttps.get({ " + rep("...a, ", 3000) + "});\n", 1},
		{"many assignments", head + "let v;\n" + many(5000, "v = #;\n") + "v = false;\nhttps.get({ rejectUnauthorized: v });\n" + insecure, 1},
		{"many assignments in branches", head + "let v = true;\n" + many(1000, "if (c#) v = true;\n") + "v = false;\nhttps.get({ rejectUnauthorized: v });\n" + insecure, 1},
		{"many writes", head + "const o = {};\n" + many(3000, "o.rejectUnauthorized = false;\nhttps.get(o);\n"), 1000},
		{"many uses", head + "const v = false;\n" + many(2000, "https.get({ rejectUnauthorized: v });\n"), 2000},
		{"many findings", head + rep(insecure, 2000), 2000},
		{"many branches", head + many(150, "if (x#) {\n"+insecure+"} else ") + "{}\n", 150},
		{"many early returns", head + "function f() {\n" + many(2000, "if (insecure#) return;\n"+insecure) + "}\n", 1000},
		{"many functions", head + many(300, "function f#(u, verify = true) {\n const o = { u };\n if (!verify) o.rejectUnauthorized = false;\n return https.get(o);\n}\n"), 300},
		{"many classes", head + many(1000, "class A# extends A {}\n") + insecure, 1},
		{"many fields", head + "class A { constructor() {\n" + many(3000, "this.x = #;\n") + "} f() { https.get({ rejectUnauthorized: this.x, ...this.x }); } }\n" + insecure, 1},
		{"a name that is itself", head + "let a = b, b = a;\nhttps.get({ rejectUnauthorized: a, ...a });\n" + insecure, 1},
		{"a function that returns itself", head + "const f = () => f();\nhttps.get({ rejectUnauthorized: f(), ...f() });\n" + insecure, 1},
		{"a class that is its own base", head + "class A extends A {}\nclass B extends C {}\nclass C extends B {}\nnew A().rejectUnauthorized = false;\n" + insecure, 1},
		{"an object in itself", head + "const d = { ...d, e: d };\nd.e = d; d.f = d.e.f;\nhttps.get(d);\n" + insecure, 1},
		{"names that fan out", head + "let x = false;\n" + many(40, "x = x || x || x;\n") + "https.get({ rejectUnauthorized: x });\n" + insecure, 1},
		{"objects that fan out", head + "let d0 = { rejectUnauthorized: false };\n" + many(12, "const e# = { ...d0, ...e#, ...d0 };\nd0 = { ...e#, ...e# };\n") + "https.get(d0);\n", 1},
		{"flows that fan out", head + "const a0 = { rejectUnauthorized: false };\n" + many(200, "const b# = a0; f(b#, { x: b# }, [a0, b#]);\n"), 1},
		{"functions that fan out", head + "const f0 = () => true;\n" + many(40, "function g#() { return f0() || g#() || f0(); }\n") + "https.get({ rejectUnauthorized: g9() });\n" + insecure, 1},
		{"modules that import themselves", "import a from './a';\nimport * as b from './a';\nexport * from './a';\nimport https from 'https';\nhttps.get({ rejectUnauthorized: a.b, x: b.a });\n" + insecure, 1},
		{"texts in texts", head + "exec(`" + rep("${`", 300) + "curl -k x" + rep("`}", 300) + "`);\n" + insecure, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, judged := lowered(t, set, "a.js", []byte(tt.in))
			if len(out.Unlowered) > 0 {
				t.Errorf("not lowered: %s", out.Unlowered[0].Reason)
			}
			if len(judged) < tt.found {
				t.Errorf("%d findings, want %d", len(judged), tt.found)
			}
		})
	}
}

// TestTruncated cuts every example of a kind at every 1% of its length.
func TestTruncated(t *testing.T) {
	set := rowsOf(t)
	examples, err := (&JavaScript{}).Examples()
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, ex := range examples {
		all.WriteString(ex.Insecure[0])
	}
	for _, file := range []struct{ name, text string }{
		{"a.js", all.String()},
		{"a.ts", all.String()},
		{"a.vue", "<template><p/></template>\n<script setup lang=\"ts\">\n" + head + insecure + "</script>\n<script>\n" + insecure + "</script>\n<style>a{}</style>\n"},
		{"package.json", `{"name": "x", "scripts": {"a": "curl -k https://x.example.com/\u0041 && NODE_TLS_REJECT_UNAUTHORIZED=0 node \"a b\"", "b": "set NODE_TLS_REJECT_UNAUTHORIZED=0&&node ."}, "c": [1, {"scripts": {"d": "curl -k x"}}]}`},
	} {
		for i := range 101 {
			lowered(t, set, file.name, []byte(file.text[:len(file.text)*i/100]))
		}
	}
}

// FuzzJavaScript reads any bytes as source: nothing may panic, every place lies in
// the file, and every fix can be made.
func FuzzJavaScript(f *testing.F) {
	examples, err := (&JavaScript{}).Examples()
	if err != nil {
		f.Fatal(err)
	}
	for _, ex := range examples {
		for _, text := range ex.Insecure {
			f.Add([]byte(text), uint8(0))
			f.Add([]byte(text), uint8(1))
		}
	}
	for _, s := range []string{
		"", "\xef\xbb\xbf" + head + insecure, strings.ReplaceAll(head+insecure, "\n", "\r\n"),
		"let a = b, b = a; const f = () => f(); class A extends A { x = this.x; y() { return this.y() } }\nhttps.get({ rejectUnauthorized: a, ...f(), [a]: 1, async *g() {}, get h() { return 1 } });\n",
		"const { a: { b = c, ...d } = {}, e: [g, , h = 1] } = process.env, i = (j, k = j, ...l) => l;\nfor (const m of i) https.get({ rejectUnauthorized: m ?? b, checkServerIdentity: i });\n",
		"switch (a) { case 'b': x.rejectUnauthorized = !1; break; default: y ||= { rejectUnauthorized: !!z } }\nexport default class {}\nexport * as q from './q'; export { r as s } from './t';\n",
		"<script lang=ts>let a: B = { rejectUnauthorized: <any>false as C }</script><script>",
		`{"scripts":{"a":"curl -k \"x\" && X=1 Y=$(z) env NODE_TLS_REJECT_UNAUTHORIZED=0 a"}}`,
		"exec(`curl -k ${a + `b` + ['c', d].join(' ')}`); spawn('sh', ['-c', 'curl -fsSk x']); $`git -c http.sslVerify=false clone ${u}`;\n",
	} {
		for kind := range uint8(4) {
			f.Add([]byte(s), kind)
		}
	}
	set := rowsOf(f)
	names := []string{"a.js", "a.ts", "a.vue", "package.json"}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8) {
		if len(data) > 1<<13 {
			return
		}
		lowered(t, set, names[int(kind)%len(names)], data)
	})
}

// BenchmarkSize lowers a file and one of twice its size: the second must take about
// twice as long.
func BenchmarkSize(b *testing.B) {
	set := rowsOf(b)
	for _, shape := range []struct{ name, text string }{
		{"findings", insecure},
		{"writes", "o#.rejectUnauthorized = false;\nhttps.get(o#);\n"},
		{"one-object", "o.rejectUnauthorized = false;\nhttps.get(o);\n"},
		{"assignments", "v = #;\nhttps.get({ rejectUnauthorized: v });\n"},
		{"branches", "if (insecure#) https.get({ rejectUnauthorized: false });\n"},
		{"functions", "function f#(u, verify = true) {\n  const o = { u };\n  if (!verify) o.rejectUnauthorized = false;\n  return https.get(o);\n}\nf#(1, false);\n"},
		{"commands", "execSync('curl -k https://x#.example.com');\nspawn('curl', ['-k', '#']);\n"},
	} {
		for _, n := range []int{1000, 2000} {
			data := []byte(head + "const o = {}; let v;\n" + many(n, shape.text))
			in := languages.Input{Set: set, Files: []languages.File{{Path: "a.js", Rel: "a.js", Data: data}}}
			b.Run(fmt.Sprintf("%s-%d", shape.name, n), func(b *testing.B) {
				for b.Loop() {
					if _, err := (&JavaScript{}).Lower(b.Context(), in); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
