package python

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/repair"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
)

// checked scans one file and repairs it; found are "line:column rule text".
func checked(t *testing.T, name string, data []byte) (found []string, fixed []byte, res *scan.Result) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
	o := scan.Options{Root: dir, NoGitignore: true, Tests: "same", Vars: languages.Vars{CABundle: "/etc/ca.pem"}}
	prepare := func(r *scan.Result) { finding.FingerprintAll(r.Findings()) }
	res, err := scan.Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	prepare(res)
	for _, f := range res.Findings() {
		at := f.Span.Start
		found = append(found, fmt.Sprintf("%d:%d %s %s", at.Line, at.Column, f.Rule, data[at.Offset:f.Span.End.Offset]))
	}
	done, err := repair.Run(t.Context(), o, res, fix.Options{Unsafe: true}, prepare)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range done.Refused {
		t.Errorf("the fix of %s was refused: %s", r.Finding.Rule, r.Reason)
	}
	fixed = data
	for _, f := range done.Files {
		fixed = f.New
	}
	return found, fixed, res
}

// inCells is a notebook whose cells are JSON values of source.
func inCells(sources ...string) string {
	var cells []string
	for _, s := range sources {
		cells = append(cells, "  {\n   \"cell_type\": \"code\",\n   \"execution_count\": null,\n   \"metadata\": {},\n   \"outputs\": [],\n   \"source\": "+s+"\n  }")
	}
	return "{\n \"cells\": [\n" + strings.Join(cells, ",\n") + "\n ],\n \"metadata\": {\n  \"kernelspec\": {\n   \"display_name\": \"Python 3\",\n   \"language\": \"python\",\n   \"name\": \"python3\"\n  }\n },\n \"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n"
}

// list is a JSON list of lines, as notebooks are saved.
func list(lines ...string) string {
	for i, l := range lines {
		if i < len(lines)-1 {
			l += "\n"
		}
		b, _ := json.Marshal(l)
		lines[i] = "    " + string(b)
	}
	return "[\n" + strings.Join(lines, ",\n") + "\n   ]"
}

// placed puts in front of every "rule text" where the text stands, one behind the
// other.
func placed(in string, wanted []string) []string {
	var out []string
	from := 0
	for _, w := range wanted {
		_, text, _ := strings.Cut(w, " ")
		at := from + strings.Index(in[from:], text)
		from = at + len(text)
		line := strings.LastIndexByte(in[:at], '\n') + 1
		out = append(out, fmt.Sprintf("%d:%d %s", 1+strings.Count(in[:line], "\n"), 1+at-line, w))
	}
	return out
}

func TestNotebook(t *testing.T) {
	tests := []struct {
		name, in string
		found    []string
		want     string // "" = as it was
	}{
		{
			"names flow from cell to cell",
			inCells(list("import requests", "s = requests.Session()"), list("s.verify = False", "s.get(u)")),
			[]string{"TLS101 s.verify = False"},
			inCells(list("import requests", "s = requests.Session()"), list("s.verify = True", "s.get(u)")),
		}, {
			"one string, escapes before it",
			inCells(`"import requests\nx = \"\u00e9\ud83d\ude00\"; requests.get(u, verify=False)"`),
			[]string{"TLS101 verify=False"},
			inCells(`"import requests\nx = \"\u00e9\ud83d\ude00\"; requests.get(u, verify=True)"`),
		}, {
			"escapes in a list",
			inCells(`["import requests\n", "a = '\u00e9' + '\ud83d\ude00' + 'é'; requests.get('\u0061', verify=False)\n"]`),
			[]string{"TLS101 verify=False"},
			inCells(`["import requests\n", "a = '\u00e9' + '\ud83d\ude00' + 'é'; requests.get('\u0061', verify=True)\n"]`),
		}, {
			"the switch itself is written in escapes",
			inCells(`["import requests\n", "requests.get(u, verify=F\u0061lse)"]`),
			[]string{`TLS101 verify=F\u0061lse`},
			inCells(`["import requests\n", "requests.get(u, verify=True)"]`),
		}, {
			"magics, commands and questions",
			inCells(list("%pip install \\", "  requests", "!curl -k https://a", "files = !ls", "requests?", "import requests",
				"if files:", "    !ls", "print('%s'", "  % files)", "%time requests.get(u, verify=False)"),
				list("%%bash", "curl -k 'https://a"), list("%%time", "requests.post(u, verify=False)")),
			[]string{"TLS101 verify=False", "TLS101 verify=False"},
			inCells(list("%pip install \\", "  requests", "!curl -k https://a", "files = !ls", "requests?", "import requests",
				"if files:", "    !ls", "print('%s'", "  % files)", "%time requests.get(u, verify=True)"),
				list("%%bash", "curl -k 'https://a"), list("%%time", "requests.post(u, verify=True)")),
		}, {
			"a line goes",
			inCells(list("import urllib3", "urllib3.disable_warnings()", "x = 1")),
			[]string{"TLS401 urllib3.disable_warnings()"},
			inCells(list("import urllib3", "x = 1")),
		}, {
			"the last line goes",
			inCells(list("import urllib3", "urllib3.disable_warnings()"), list("x = 1")),
			[]string{"TLS401 urllib3.disable_warnings()"},
			inCells(list("import urllib3"), list("x = 1")),
		}, {
			"the last line of one string goes",
			inCells(`"import urllib3\nurllib3.disable_warnings()"`, list("x = 1")),
			[]string{"TLS401 urllib3.disable_warnings()"},
			inCells(`"import urllib3"`, list("x = 1")),
		}, {
			"the only line of a cell goes",
			inCells(list("import urllib3"), list("urllib3.disable_warnings()")),
			[]string{"TLS401 urllib3.disable_warnings()"},
			inCells(list("import urllib3"), list("")),
		}, {
			"a call over lines",
			inCells(list("import requests", "requests.get(", "    u,", "    verify=False,", ")")),
			[]string{"TLS101 verify=False"},
			inCells(list("import requests", "requests.get(", "    u,", "    verify=True,", ")")),
		},
	}
	for _, tt := range tests {
		for form, change := range map[string]func(string) string{
			"lf":   func(s string) string { return s },
			"crlf": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
			"both": func(s string) string {
				return strings.ReplaceAll(strings.ReplaceAll(s, "\n", "\r\n"), `\n`, `\r\n`)
			},
		} {
			t.Run(tt.name+"/"+form, func(t *testing.T) {
				in, want := change(tt.in), change(tt.want)
				found, fixed, _ := checked(t, "a.ipynb", []byte(in))
				if at := placed(in, tt.found); !slices.Equal(found, at) {
					t.Errorf("found %q, want %q", found, at)
				}
				if string(fixed) != want {
					t.Errorf("fixed otherwise:\n%s", fix.Diff("a.ipynb", []byte(want), fixed))
				}
			})
		}
	}
}

// TestNotebookImport: what a fix imports is a text of its own.
func TestNotebookImport(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{
			"behind imports of the cell before",
			inCells(list("import os", "from x import c"), list("c.verify_mode = 0")),
			inCells(list("import os", "import ssl", "from x import c"), list("c.verify_mode = 0")),
		}, {
			"the imports are the last lines of a cell",
			inCells(list("# setup", "import os"), list("x = 1")),
			inCells(list("# setup", "import os", "import ssl"), list("x = 1")),
		}, {
			"one string",
			inCells(`"# setup\nimport os"`, list("x = 1")),
			inCells(`"# setup\nimport os\nimport ssl"`, list("x = 1")),
		}, {
			"the imports are all there is",
			inCells(list("import os")),
			inCells(list("import os", "import ssl")),
		}, {
			"no import yet",
			inCells(list("%%time", "# head", "x = 1")),
			inCells(list("%%time", "# head", "import ssl", "", "x = 1")),
		}, {
			"a cell of one text",
			inCells(`["x = 1"]`),
			inCells(`["import ssl\n","\n","x = 1"]`),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			nb, err := readNotebook("a.ipynb", []byte(tt.in))
			if err != nil {
				t.Fatal(err)
			}
			e := &editor{m: parsed(t, nb), names: map[string][]string{}, need: []string{"ssl"}}
			if !e.imports() {
				t.Fatal("no import")
			}
			edits, ok := nb.written(e.edits, true)
			if !ok {
				t.Fatal("no edit")
			}
			got, err := fix.Apply([]byte(tt.in), edits)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != tt.want {
				t.Errorf("edited otherwise:\n%s", fix.Diff("a.ipynb", []byte(tt.want), got))
			}
		})
	}
}
