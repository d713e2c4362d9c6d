package python

import (
	"strings"
	"testing"
	"time"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/languages/treesitter"
	"github.com/tlslint/tlslint/pattern"
)

func rowsOf(t testing.TB) *pattern.Set {
	t.Helper()
	file, err := (&Python{}).Rows()
	if err != nil {
		t.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func parsed(t testing.TB, nb *notebook) *module {
	t.Helper()
	tree, err := treesitter.Python.Parse(nb.src)
	if err != nil {
		t.Fatal(err)
	}
	set := rowsOf(t)
	return newModule(nb.path, tree, set, newProject(set, nil))
}

const bad = `"import requests; requests.get(u, verify=False)"`

// TestNotebookForms: whatever is a notebook is read, whatever is none is said.
func TestNotebookForms(t *testing.T) {
	cell := `{"cell_type":"code","source":` + bad + `}`
	for _, tt := range []struct {
		name, in string
		found    int
		reason   string
	}{
		{"one line", `{"cells":[` + cell + `]}`, 1, ""},
		{"byte order mark", "\ufeff" + `{"cells":[` + cell + `]}`, 1, ""},
		{"kernel first", `{"metadata":{"kernelspec":{"language":"python"}},"cells":[` + cell + `]}`, 1, ""},
		{"language of the kernel's own", `{"cells":[` + cell + `],"metadata":{"kernelspec":{"name":"python3"},"language_info":{"name":"python"}}}`, 1, ""},
		{"null metadata", `{"cells":[` + cell + `],"metadata":null}`, 1, ""},
		{"another language", `{"cells":[` + cell + `],"metadata":{"kernelspec":{"language":"R"}}}`, 0, ""},
		{"another language in its own words", `{"cells":[` + cell + `],"metadata":{"language_info":{"name":"julia"}}}`, 0, ""},
		{"a cell in another language", `{"cells":[{"cell_type":"code","metadata":{"vscode":{"languageId":"csharp"}},"source":` + bad + `}]}`, 0, ""},
		{"text", `{"cells":[{"cell_type":"markdown","source":` + bad + `}]}`, 0, ""},
		{"source first", `{"cells":[{"source":` + bad + `,"cell_type":"code"}]}`, 1, ""},
		{"version 3", `{"worksheets":[{"cells":[{"cell_type":"code","language":"python","input":[` + bad + `]}]}],"nbformat":3,"metadata":{"name":""}}`, 1, ""},
		{"empty texts", `{"cells":[{"cell_type":"code","source":[]},{"cell_type":"code","source":["","",` + bad + `,""]},{"cell_type":"code","source":""}]}`, 1, ""},
		{"lone surrogates", `{"cells":[{"cell_type":"code","source":["x='\ud800'; y='\ude00\ud800'\n",` + bad + `]}]}`, 1, ""},
		{"bytes that are no UTF-8", "{\"cells\":[{\"cell_type\":\"code\",\"source\":[\"x='caf\xe9'\\n\"," + bad + "]}]}", 1, ""},
		{"an open string in another cell", `{"cells":[{"cell_type":"code","source":"x = 'open"},` + cell + `]}`, 1, ""},
		{"an image of 20 MB", `{"cells":[{"cell_type":"code","source":` + bad + `,"outputs":[{"data":{"image/png":"` + strings.Repeat("iVBORw0K", 5<<19) + `"}}]}]}`, 1, ""},
		{"keys of outputs twice", `{"cells":[{"cell_type":"code","outputs":[{"a":1,"a":2}],"source":` + bad + `}]}`, 1, ""},

		{"cut off", `{"cells":[` + cell, 0, "not a notebook: the JSON ends too early"},
		{"cut off in a text", `{"cells":[{"cell_type":"code","source":"import requests; requests.get(u, verify=False`, 0, "not a notebook: the JSON ends too early"},
		{"not JSON", `import requests; requests.get(u, verify=False)`, 0, "not a notebook: invalid character 'i' looking for beginning of value"},
		{"text behind the end", `{"cells":[` + cell + `]} x`, 0, "not a notebook: text behind the end, at byte"},
		{"a list", `[` + bad + `]`, 0, "not a notebook: the notebook has the wrong type, at byte 1"},
		{"no cells", `{"x":` + bad + `}`, 0, "not a notebook: it has no cells"},
		{"cells of another type", `{"cells":` + bad + `}`, 0, "not a notebook: cells has the wrong type"},
		{"a cell of another type", `{"cells":[` + bad + `]}`, 0, "not a notebook: a cell has the wrong type"},
		{"a number among the lines", `{"cells":[{"cell_type":"code","source":[` + bad + `,1]}]}`, 0, "not a notebook: the source of a cell has the wrong type"},
		{"a list among the lines", `{"cells":[{"cell_type":"code","source":[` + bad + `,[]]}]}`, 0, "not a notebook: a line of a cell has the wrong type"},
		{"an object as source", `{"cells":[{"cell_type":"code","source":{"a":` + bad + `}}]}`, 0, "not a notebook: the source of a cell has the wrong type"},
		{"two sources", `{"cells":[{"cell_type":"code","source":"","source":` + bad + `}]}`, 0, `not a notebook: a cell has two keys "source"`},
		{"source and input", `{"cells":[{"cell_type":"code","input":"","source":` + bad + `}]}`, 0, "not a notebook: a cell with source and input"},
		{"deep", `{"cells":[` + cell + `],"x":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `}`, 0, "not a notebook: invalid character '[' exceeded max depth"},
		{"too much code", `{"cells":[` + cell + strings.Repeat(`,{"cell_type":"code","source":"`+strings.Repeat("x = 1\\n", 20_000)+`"}`, 10) + `]}`, 0, "too large to parse (more than 1048576 bytes of code)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			found, _, res := checked(t, "a.ipynb", []byte(tt.in))
			if len(found) != tt.found {
				t.Errorf("found %q, want %d", found, tt.found)
			}
			reason := ""
			for _, s := range res.Skipped {
				reason += s.Reason
			}
			if (reason == "") != (tt.reason == "") || !strings.HasPrefix(reason, tt.reason) || strings.Contains(reason, "\n") {
				t.Errorf("reason %q, want %q", reason, tt.reason)
			}
			if d := time.Since(start); d > 20*time.Second {
				t.Errorf("took %s", d)
			}
		})
	}
}

// FuzzNotebook reads any bytes as a notebook: every place must be one of the file,
// and an edit of the file must do to the source what it says.
func FuzzNotebook(f *testing.F) {
	for _, s := range []string{
		inCells(list("import requests", "s = requests.Session()"), list("s.verify = False", "s.get(u)")),
		inCells(`"import requests\nx = \"\u00e9\ud83d\ude00\"; requests.get(u, verify=False)"`),
		inCells(list("%%time", "import urllib3", "urllib3.disable_warnings()")),
		`{"worksheets":[{"cells":[{"cell_type":"code","input":["a\n",""]}]}]}`,
		`{"cells":[{"cell_type":"code","source":["!ls \\\r\n  x\r\n","x = !ls\n","?"]}]}`,
	} {
		f.Add([]byte(s), uint16(3), uint16(9), "a\nb\n")
		f.Add([]byte(s), uint16(16), uint16(0), "import \"x\"\t\\\n")
		f.Add([]byte(s), uint16(0), uint16(16), "")
	}
	set := rowsOf(f)
	f.Fuzz(func(t *testing.T, data []byte, at, length uint16, text string) {
		if len(data) > 1<<16 {
			return
		}
		lowered(t, set, "a.ipynb", data)
		nb, err := readNotebook("a.ipynb", data)
		if err != nil || nb == nil {
			return
		}
		for i := range nb.src {
			if nb.from[i] < 0 || nb.from[i] >= nb.to[i] || int(nb.to[i]) > len(data) || i > 0 && nb.from[i] < nb.from[i-1] {
				t.Fatalf("byte %d stands at %d to %d of %d", i, nb.from[i], nb.to[i], len(data))
			}
		}
		e := finding.Edit{Start: int(at) % (len(nb.src) + 1), New: text}
		e.End = min(e.Start+int(length), len(nb.src))
		w, ok := nb.write(e)
		if !ok || strings.HasSuffix(string(nb.src[:e.Start]), "\r\n") { // what is left of the line end goes, too
			return
		}
		edited, err := fix.Apply(data, []finding.Edit{w})
		if err != nil {
			t.Fatal(err)
		}
		after, err := readNotebook("a.ipynb", edited)
		if err != nil || after == nil {
			t.Fatalf("%v: %s", err, edited)
		}
		want, _ := fix.Apply(plain(t, nb), []finding.Edit{e})
		got := plain(t, after)
		if w.New == "" && nb.partAt(e.Start).start == e.Start && len(got) == len(want)+1 {
			want = append(want[:e.Start:e.Start], append([]byte("\n"), want[e.Start:]...)...) // an empty cell stays
		}
		if string(got) != strings.ToValidUTF8(string(want), "\ufffd") && string(got) != string(want) {
			t.Fatalf("source\n%q, want\n%q", got, want)
		}
	})
}

// plain is the source of a notebook with what was blanked.
func plain(t *testing.T, nb *notebook) []byte {
	var out []byte
	for i, p := range nb.parts {
		u := notebook{file: nb.file}
		u.decode(rawText{p.from, p.to})
		out = append(out, u.src...)
		if i == len(nb.parts)-1 || nb.parts[i+1].cell != p.cell {
			out = append(out, '\n')
		}
	}
	if len(out) != len(nb.src) {
		t.Fatalf("the source has %d bytes, its texts %d", len(nb.src), len(out))
	}
	return out
}
