package yaml

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

func dump(sb *strings.Builder, v *value) {
	if v == nil {
		sb.WriteString("<nil>")
		return
	}
	switch v.kind {
	case mapping:
		sb.WriteString("{")
		for i, p := range v.pairs {
			if i > 0 {
				sb.WriteString(", ")
			}
			sb.WriteString(p.key.text + ": ")
			dump(sb, p.val)
		}
		sb.WriteString("}")
	case sequence:
		sb.WriteString("[")
		for i, it := range v.items {
			if i > 0 {
				sb.WriteString(", ")
			}
			dump(sb, it.val)
		}
		sb.WriteString("]")
	case alias:
		sb.WriteString("*" + v.name)
	default:
		if v.style == 0 {
			sb.WriteString("~")
			return
		}
		sb.WriteString("<" + v.text + ">")
	}
}

func TestParse(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"a: b", "{a: <b>}"},
		{"a:\n  b: c # x\n  d: 'e # f'\n", "{a: {b: <c>, d: <e # f>}}"},
		{"a:\n- b\n- c: d\n  e: f\ng: h\n", "{a: [<b>, {c: <d>, e: <f>}], g: <h>}"},
		{"a: {b: c, \"d\": [e, f], g}", "{a: {b: <c>, d: [<e>, <f>], g: ~}}"},
		{"a: |\n  x: y\n    z\n\n  w\nb: c", "{a: <x: y\n  z\n\nw\n>, b: <c>}"},
		{"a: >-\n  x\n  y\n\n  z\nb: c", "{a: <x y\nz>, b: <c>}"},
		{"a: &x\n  b: c\nd:\n  <<: *x\n  e: f", "{a: {b: <c>}, d: {<<: *x, e: <f>}}"},
		{"a: plain\n  goes on\nb: c", "{a: <plain goes on>, b: <c>}"},
		{"a: \"x\\\"y\\n\"\n", "{a: <x\"y\n>}"},
		{"a: 'it''s'\n", "{a: <it's>}"},
		{"- - a\n  - b\n- c", "[[<a>, <b>], <c>]"},
		{"a: https://x/y#z\nb: c:d", "{a: <https://x/y#z>, b: <c:d>}"},
		{":sources:\n- a\n", "{:sources: [<a>]}"},
		{"a:\n  b: c\n {{ x }}\n  d: e\n", "{a: {b: <c>, d: <e>}}"},
		{"a:\n{{- if .V }}\n  b: true\n{{- else }}\n  b: false\n{{- end }}\nc: d\n", "{a: {b: <true>, b: <false>}, c: <d>}"},
		{"{{ .k }}: v\n", "{" + strings.Repeat("\x01", 8) + ": <v>}"},
		{"a: [b, c\nd: e\n", "{a: [<b>, <c>], d: <e>}"},
		{"a: \"open\nb: c\n", "{a: <open>, b: <c>}"},
		{"a: b\r\nc:\r\n  - d\r\n", "{a: <b>, c: [<d>]}"},
		{"a: [\n  {b: c},\n]\n", "{a: [{b: <c>}]}"},
		{"{\"a\": {\"b\": true}}", "{a: {b: <true>}}"},
		{"a:\nb:\n  - \n  - c", "{a: ~, b: [~, <c>]}"},
		{"a: !!str 5\nb: !ref x", "{a: <5>, b: <x>}"},
		{"- name: x\n  run: |\n    a\n    b\n- c: d", "[{name: <x>, run: <a\nb\n>}, {c: <d>}]"},
	} {
		tr := parse([]byte(c.src))
		var sb strings.Builder
		for i, d := range tr.docs {
			if i > 0 {
				sb.WriteString(" --- ")
			}
			dump(&sb, d)
		}
		if sb.String() != c.want {
			t.Errorf("%q:\n got %s\nwant %s", c.src, sb.String(), c.want)
		}
		check(t, tr)
	}
}

// check holds a tree to what it says of its places.
func check(t *testing.T, tr *tree) {
	t.Helper()
	for _, d := range tr.docs {
		d.walk(func(v *value) {
			if v.start < 0 || v.start > v.end || v.end > len(tr.src) {
				t.Fatalf("span %d..%d of %d bytes", v.start, v.end, len(tr.src))
			}
			for _, p := range v.pieces {
				if v.text[p.text:p.text+p.size] != string(tr.masked[p.src:p.src+p.size]) {
					t.Fatalf("piece %v: %q is not %q", p, v.text[p.text:p.text+p.size], tr.masked[p.src:p.src+p.size])
				}
			}
			for _, p := range v.pairs {
				if p.start > p.end || p.end > len(tr.src) || p.key.start < p.start {
					t.Fatalf("pair %d..%d key %d", p.start, p.end, p.key.start)
				}
			}
		})
	}
}

func TestFiles(t *testing.T) {
	list := os.Getenv("YAML_FILES")
	if list == "" {
		t.Skip("YAML_FILES names no list of files")
	}
	f, err := os.Open(list)
	if err != nil {
		t.Fatal(err)
	}
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		b, err := os.ReadFile(sc.Text())
		if err != nil || len(b) > 1<<20 {
			continue
		}
		tr := parse(b)
		check(t, tr)
		if tr.errors > 0 {
			t.Logf("%s: %d errors", sc.Text(), tr.errors)
		}
	}
}
