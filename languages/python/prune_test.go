package python

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/treesitter"
	"github.com/tlslint/tlslint/pattern"
)

func builtin(tb testing.TB) *pattern.Set {
	tb.Helper()
	file, err := (&Python{}).Rows()
	if err != nil {
		tb.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		tb.Fatal(err)
	}
	return set
}

// filler is code that has nothing to do with what rows look for.
func filler(n int) string {
	var sb strings.Builder
	for i := range n {
		fmt.Fprintf(&sb, `

def plain_%[1]d(numbers, scale=%[1]d):
    """Say what the numbers come to."""
    total = 0
    for n in numbers:  # every one
        if n %% 2:
            total += n * scale
        else:
            total -= (n + scale) // 3
    text = "a 'string' with (brackets" + 'and "quotes"'
    return {"total": total, "text": text, "items": [x for x in numbers if x]}


class Plain%[1]d(object):
    limit = %[1]d

    def __init__(self, items):
        self.items_%[1]d = list(items)
        self.count_%[1]d = len(self.items_%[1]d)

    @property
    def first_%[1]d(self):
        if not self.items_%[1]d:
            raise ValueError("nothing there to look at, and nobody to ask for more of it")
        return self.items_%[1]d[0]

    def grow_%[1]d(self, by):
        for step in range(by):
            self.items_%[1]d.append(step * self.limit)
            self.count_%[1]d += 1
        return self.count_%[1]d


TABLE_%[1]d = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": [10, 10, 10], "eleven": (11, 11), "twelve": "a dozen of them, as everybody has learnt at school",
}
`, i)
	}
	return sb.String()
}

// matched are the nodes of source that match rows, as text.
func matched(tb testing.TB, set *pattern.Set, src string) []string {
	tb.Helper()
	out, err := (&Python{}).Lower(tb.Context(), languages.Input{Set: set, Files: []languages.File{{Path: "app.py", Rel: "app.py", Data: []byte(src)}}})
	if err != nil {
		tb.Fatal(err)
	}
	var list []string
	for _, n := range out.Nodes {
		hits := set.Match(n)
		if len(hits) == 0 {
			continue
		}
		list = append(list, describe(tb, n, hits))
	}
	return list
}

func describe(tb testing.TB, n *ir.Node, hits []pattern.Hit) string {
	tb.Helper()
	c := *n
	c.Syntax = nil
	text, err := json.Marshal(c)
	if err != nil {
		tb.Fatal(err)
	}
	for _, h := range hits {
		text = fmt.Appendf(text, " %s %v %v", h.Row.ID, h.Exposure, h.Span)
	}
	return string(text)
}

func unpruned(f func()) {
	noPruning = true
	defer func() { noPruning = false }()
	f()
}

// TestPruningChangesNothing: what rows match is the same in a pruned file, with
// all that is known of it.
func TestPruningChangesNothing(t *testing.T) {
	set := builtin(t)
	examples, err := (&Python{}).Examples()
	if err != nil {
		t.Fatal(err)
	}
	more := filler(3)
	var sources []string
	for _, ex := range examples {
		for _, list := range [][]string{ex.Insecure, ex.Safe} {
			all := ""
			for _, s := range list {
				sources = append(sources, s+more)
				all += s + "\n"
			}
			sources = append(sources, all+more)
		}
	}
	pruned, nodes := 0, 0
	for _, src := range sources {
		if !bytes.Equal(prune([]byte(src), set), []byte(src)) {
			pruned++
		}
		var want []string
		unpruned(func() { want = matched(t, set, src) })
		nodes += len(want)
		if got := matched(t, set, src); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s\nwhole:  %s\npruned: %s\n%s", src[:len(src)-len(more)], strings.Join(want, "\n        "), strings.Join(got, "\n        "), prune([]byte(src), set))
		}
	}
	if nodes < len(examples) || pruned < len(sources)*8/10 {
		t.Errorf("%d of %d files were pruned; %d nodes", pruned, len(sources), nodes)
	}
}

// TestCorpus compares the findings in real code, every field of them. It needs
// TLSLINT_CORPUS=DIR, a folder with folders of Python code.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("TLSLINT_CORPUS")
	if dir == "" {
		t.Skip("TLSLINT_CORPUS is not set")
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	findings := func(root string) string {
		res, err := scan.Run(t.Context(), scan.Options{Paths: []string{root}, Root: root, Langs: []string{"python"}})
		if err != nil {
			t.Fatal(err)
		}
		var sb strings.Builder
		for _, f := range res.Findings() {
			text, err := json.Marshal(f)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&sb, "%s\n", text)
		}
		return sb.String()
	}
	for _, e := range list {
		if !e.IsDir() {
			continue
		}
		t.Run(e.Name(), func(t *testing.T) {
			root := filepath.Join(dir, e.Name())
			var want string
			unpruned(func() { want = findings(root) })
			got := findings(root)
			t.Logf("%d findings", strings.Count(got, "\n"))
			if got != want {
				for _, l := range strings.Split(want, "\n") {
					if !strings.Contains(got, l) {
						t.Errorf("lost: %s", l)
					}
				}
				for _, l := range strings.Split(got, "\n") {
					if !strings.Contains(want, l) {
						t.Errorf("new: %s", l)
					}
				}
			}
		})
	}
}

// FuzzPrune: a pruned file is as long as the file, with the same lines, and has no
// syntax errors where the file has none.
func FuzzPrune(f *testing.F) {
	set := builtin(f)
	for _, src := range []string{
		"import requests\n\ndef f(a,\n      b):\n    \"\"\"Text.\"\"\"\n    return a\n\ndef g(): return requests.get('u', verify=False)\n",
		"import requests\r\nclass A:\r\n\tasync def f(self):\r\n\t\tx = 1; y = 2\r\n\t\treturn x\r\n\r\n\t@property\r\n\tdef g(self) -> int:\r\n\t\trequests.get(self.u, verify=False)\r\n",
		"import requests\nX = {\n  'a': 1,\n}\nY: int = lambda a=1: a\na = b = [1, 2]\nrequests.get('u', verify=False)\n\x0c\ndef f():\n  if 1:\n    pass\n  # end\n\n  return f\"{X['a']!r:>{Y}}\" 'b' \\\n    'c'\n",
		"import ssl\ndef f():\n    print >>x, `y`\n    exec 'a' in b\n    if a <> b: x += 1\n    else: x = a == b\n    global q\n    return ssl._create_unverified_context()\n",
		"import requests\n@d(\n  1,\n)\ndef f():\n    match x:\n        case {'a': 1}:\n            pass\n    with a as b, (c := d): del e\ntry:\n    def g():\n        return rb'\\'' + '''\n a ' \"\n'''\nexcept E: pass\nrequests.get('u', verify=False)\nif x: y = 1\nelse:\n    z = (yield)\n",
		"=", "A,lambda A=0:[]\n0# verifY=00",
	} {
		f.Add([]byte(src))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		whole, err := treesitter.Python.Parse(src)
		if err != nil {
			return
		}
		find := finderOf(set)
		for i, out := range [][]byte{
			(&pruner{outline: outline{src: src}, set: set, find: find}).prune(),
			(&pruner{outline: outline{src: src}, set: set}).pruneOther(),
		} {
			if len(out) != len(src) {
				t.Fatalf("%d: %d bytes became %d", i, len(src), len(out))
			}
			for j, c := range src {
				if (c == '\n' || c == '\r') && out[j] != c {
					t.Fatalf("%d: line end at %d is gone:\n%q", i, j, out)
				}
			}
			if whole.Errors > 0 {
				continue
			}
			if tree, err := treesitter.Python.Parse(out); err != nil || tree.Errors > 0 {
				t.Fatalf("%d: the pruned file does not parse:\n%s\n----\n%s", i, src, out)
			}
		}
	})
}

// BenchmarkParse is a file of 40 KB, of which one function matters.
func BenchmarkParse(b *testing.B) {
	set := builtin(b)
	src := []byte("import requests\n\n\ndef fetch(url):\n    return requests.get(url, verify=False)\n" + filler(35))
	finderOf(set)
	b.Run("whole", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			if _, err := treesitter.Python.Parse(src); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("pruned", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			if _, err := parsePruned(src, set); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("prune", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			prune(src, set)
		}
	})
	b.Run("outline", func(b *testing.B) {
		b.SetBytes(int64(len(src)))
		for b.Loop() {
			(&outline{src: src}).read()
		}
	})
}
