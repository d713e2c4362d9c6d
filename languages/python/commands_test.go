package python_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	_ "github.com/tlslint/tlslint/languages/python"
	"github.com/tlslint/tlslint/pattern"
)

// commandRows are the rows for command lines alone.
func commandRows(t testing.TB) *pattern.Set {
	t.Helper()
	file, err := languages.Named("python").Rows()
	if err != nil {
		t.Fatal(err)
	}
	file.Rows = slices.DeleteFunc(file.Rows, func(r *pattern.Row) bool { return !strings.HasPrefix(r.ID, "cmd-") })
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// commandHits lowers a source and returns what the rows match.
func commandHits(t testing.TB, set *pattern.Set, src string) []pattern.Hit {
	t.Helper()
	out, err := languages.Named("python").Lower(context.Background(), languages.Input{Files: []languages.File{{Path: "a.py", Data: []byte(src)}}, Set: set})
	if err != nil {
		t.Fatal(err)
	}
	var all []pattern.Hit
	for _, n := range out.Nodes {
		if n.Kind == ir.Command || n.Kind == ir.Env {
			all = append(all, set.Match(n)...)
		}
	}
	return all
}

func TestCommands(t *testing.T) {
	set := commandRows(t)
	tests := []struct{ name, src, want string }{
		{"attribute", `class A:
    def __init__(self):
        self.cmd = ["curl", "-s"]
        self.cmd += ["-k", url]
        run(self.cmd)
`, `curl:-k "-k"`},
		{"spread", "BASE = [\"curl\", \"-k\"]\nrun([*BASE, url])\n", `curl:-k "-k"`},
		{"conditional element", "import subprocess\nsubprocess.run([\"curl\", \"-k\" if lax else \"-s\", url])\n", `curl:-k "-k"`},
		{"conditional list", "run([\"curl\", url] + ([\"-k\"] if insecure else []))\n", `curl:-k "-k"`},
		{"insert", "cmd = [\"curl\", url]\ncmd.insert(1, \"-k\")\nrun(cmd)\n", `curl:-k "-k"`},
		{"another list of that name", "cmd = [\"curl\", url]\nrun(cmd)\ncmd = [\"ls\"]\ncmd.append(\"-k\")\nrun(cmd)\n", ``},
		{"tuple", "run((\"curl\", \"-k\", url))\n", `curl:-k "-k"`},
		{"split", "run(\"curl -k https://a.corp.example\".split())\n", `curl:-k -k`},
		{"join", "import os\nos.system(\" \".join([\"curl\", \"-k\", url]))\n", `curl:-k "-k"`},
		{"escapes", "import os\nos.system(\"curl -H \\\"A: b\\\" -k\\n\")\n", `curl:-k -k`},
		{"quoted", "import os\nos.system(\"curl '-k' x\")\n", `curl:-k -k`},
		{"doubled braces", "import os\nos.system(f\"curl -d '{{}}' -k {url}\")\n", `curl:-k -k`},
		{"constant in an f-string", "import os\nCURL = \"curl -sk\"\nos.system(f\"{CURL} {url}\")\n", `curl:-k -sk`},
		{"tool by default", "def f(curl=\"curl\"):\n    run([curl, \"-k\"])\n", `curl:-k "-k"`},
		{"tool looked up", "import shutil\ncurl = shutil.which(\"curl\")\nrun([curl, \"-k\"])\n", `curl:-k "-k"`},
		{"unknown tool", "run([tool, \"-k\"])\nos.system(f\"{tool} -k\")\n", ``},
		{"unknown word", "run([\"curl\", \"-H\", x, flag])\n", ``},
		{"value in a hole", "import os\nos.system(\"git -c http.sslVerify=%s fetch\" % v)\n", ``},
		{"words of a tool that holds another", "run([\"ssh-keygen\", \"curl\", \"-k\"])\n", ``},
		{"a text that is only printed", "print(\"curl -k x\")\nlog.info(\"curl -k x\")\nhelp = \"curl -k x\"\n", ``},
		{"a parser's options", "p.add_argument(\"curl\", \"-k\")\n", ``},
		{"script of a list", "run([\"bash\", \"-lc\", \"set -e; wget --no-check-certificate u\"])\n", `wget:--no-check-certificate --no-check-certificate`},
		{"keyword", "BashOperator(task_id=\"x\", bash_command=\"curl -k {{ var }}\")\n", `curl:-k -k`},
		{"list of texts", "image.run_commands([\"apt-get update\", \"curl -k u\"])\n", `curl:-k -k`},
		{"session", "session.run(\"pip\", \"install\", \"--trusted-host\", h, \"x\")\n", `pip:--trusted-host "--trusted-host", h`},
		{"once", "import subprocess\nsubprocess.run(\"GIT_SSL_NO_VERIFY=1 git fetch\", shell=True)\n", `GIT_SSL_NO_VERIFY GIT_SSL_NO_VERIFY=1`},
		{"run twice", "import subprocess\ncmd = \"curl -k u\"\nsubprocess.call(cmd, shell=True)\nsubprocess.call(cmd, shell=True)\n", `curl:-k -k`},
		{"imported from sh", "from sh import curl\ncurl(\"-k\", url)\n", `curl:-k "-k"`},
	}
	for _, tt := range tests {
		var got []string
		for _, h := range commandHits(t, set, tt.src) {
			got = append(got, fmt.Sprintf("%s %s", h.Node.Name, tt.src[h.Span.Start:h.Span.End]))
		}
		if s := strings.Join(got, "; "); s != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, s, tt.want)
		}
	}
}

func TestCommandHosts(t *testing.T) {
	set := commandRows(t)
	for src, want := range map[string]string{
		`run(["curl", "-k", "https://a.corp.example:8443/x"])`:                 "a.corp.example:8443",
		`run(["curl", "-k", f"https://a.corp.example/{x}"])`:                   "a.corp.example:",
		`run(["curl", "-k", f"https://{host}/x"])`:                             "",
		`os.system("pip install --trusted-host pypi.corp.example x")`:          "pypi.corp.example:",
		`run(["redis-cli", "--tls", "--insecure", "-h", "c.corp.example"])`:    "c.corp.example:",
		`run(["oc", "--insecure-skip-tls-verify", "--server=https://k:6443"])`: "k:6443",
	} {
		var got []string
		for _, h := range commandHits(t, set, "import os\n"+src+"\n") {
			for _, host := range h.Node.Hosts {
				got = append(got, host.Name+":"+host.Port)
			}
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: hosts %q, want %q", src, s, want)
		}
	}
}

// repaired applies the first edit that the row of a hit has.
func repaired(t testing.TB, src string, h pattern.Hit) (string, bool) {
	t.Helper()
	for _, f := range h.Row.Fix {
		if f.Class == finding.Display {
			continue
		}
		edits, ok := languages.Named("python").Edit([]languages.Op{{Hit: h, Fix: f}}, languages.Vars{})
		if !ok {
			return "", false
		}
		out, err := fix.Apply([]byte(src), edits)
		if err != nil {
			t.Fatalf("%q: %v", src, err)
		}
		return string(out), true
	}
	return "", false
}

func TestCommandFixes(t *testing.T) {
	set := commandRows(t)
	tests := []struct{ src, want string }{
		{`run(["curl", "-k"])`, `run(["curl"])`},
		{`run(("pip", "install", "x", "--trusted-host", "h",))`, `run(("pip", "install", "x",))`},
		{"run([\n    \"pip\",\n    \"install\",\n    \"--trusted-host\",\n    \"h\",\n    \"x\",\n])", "run([\n    \"pip\",\n    \"install\",\n    \"x\",\n])"},
		{`os.system("curl -k")`, `os.system("curl")`},
		{`os.system('curl -H "A: b" "-k" u')`, `os.system('curl -H "A: b" u')`},
		{`os.system("curl -H \"A: b\" -k u")`, `os.system("curl -H \"A: b\" u")`},
		{`os.system("curl " + "-k " + url)`, `os.system("curl " + "" + url)`},
		{`os.system("GIT_SSL_NO_VERIFY=1 git fetch")`, `os.system("git fetch")`},
		{`os.system("curl -sk%s" % u)`, ``},
		{`os.system("pip install --trusted-host %s x" % h)`, ``},
		{`os.system(f"pip install --trusted-host {h} x")`, `os.system(f"pip install x")`},
		{`run(["git", "-c", "http.sslVerify=false", "fetch"])`, `run(["git", "fetch"])`},
		{`run(["git", "config", "http.sslVerify", "false"])`, `run(["git", "config", "http.sslVerify", "true"])`},
		{`os.system("git config --global http.sslVerify 'false'")`, `os.system("git config --global http.sslVerify 'true'")`},
	}
	for _, tt := range tests {
		src := "import os\n" + tt.src + "\n"
		all := commandHits(t, set, src)
		if len(all) != 1 {
			t.Errorf("%s: %d hits", tt.src, len(all))
			continue
		}
		got, _ := repaired(t, src, all[0])
		if got = strings.TrimSpace(strings.TrimPrefix(got, "import os\n")); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.src, got, tt.want)
		}
	}
}

// TestCommandsOfThemselves: names that stand for each other come to an end.
func TestCommandsOfThemselves(t *testing.T) {
	set := commandRows(t)
	var wide strings.Builder
	for i := range 20 {
		fmt.Fprintf(&wide, "a%d = f\"%s\"\nb%d = [%s]\n", i, strings.Repeat(fmt.Sprintf("{a%d}", i+1), 20), i, strings.Repeat(fmt.Sprintf("*b%d, ", i+1), 20))
	}
	for _, src := range []string{
		"while x:\n    cmd = \" \".join([cmd, \"-k\"])\n    run([cmd, cmd])\n",
		"def f():\n    a = [*b, \"curl\"]\n    b = [*a, \"-k\"]\n    run(a + b)\n",
		"while x:\n    a = which(a)\n    run([a])\n",
		"for i in x:\n    c = c + d\n    d = d + c\n    run(c, shell=True)\n",
		wide.String() + "run(a0)\nrun(b0)\nrun([\"curl\", *b0, a0])\n",
	} {
		if n := len(commandHits(t, set, src)); n > 0 {
			t.Errorf("%d hits in %q", n, src)
		}
	}
}

// FuzzCommands puts text where a command stands: every span lies in the file, and
// a repaired file parses.
func FuzzCommands(f *testing.F) {
	f.Add("curl -k \\\n https://a", "-k")
	f.Add("GIT_SSL_NO_VERIFY=1 git -c http.sslVerify=0 fetch", "pip")
	f.Add("sh -c 'curl -fsSk {x} %s'", "--trusted-host")
	f.Add("pip install --trusted-host {{a}} \\x41", "x")
	set := commandRows(f)
	f.Fuzz(func(t *testing.T, text, word string) {
		src := "import os\nos.system(f'''" + text + " ''' % a)\nrun([\"curl\", \"" + word + "\", \"-k\"])\n"
		lang := languages.Named("python")
		if lang.Check(context.Background(), "a.py", []byte("x\n"), []byte(src), nil) != nil {
			return // it is no Python to begin with
		}
		for _, h := range commandHits(t, set, src) {
			if h.Span.Start < 0 || h.Span.End > len(src) || h.Span.Start > h.Span.End {
				t.Fatalf("%q: %s stands at %v", src, h.Node.Name, h.Span)
			}
			if out, ok := repaired(t, src, h); ok {
				if err := lang.Check(context.Background(), "a.py", []byte(src), []byte(out), nil); err != nil {
					t.Fatalf("%q\nbecomes %q: %v", src, out, err)
				}
			}
		}
	})
}
