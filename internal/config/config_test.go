package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// plain forgets where values came from, so that configurations compare by value.
func plain(c *Config) *Config {
	c.origins, c.files = nil, nil
	return c
}

func mustParse(t *testing.T, src string) *Config {
	t.Helper()
	c, err := Parse("tlslint.toml", []byte(src))
	if err != nil {
		t.Fatalf("%v\n%s", err, err.(*Error).Detail)
	}
	return c
}

// withExamples takes the sign off the commented-out examples of the example file.
func withExamples() string {
	return regexp.MustCompile(`(?m)^#(\S)`).ReplaceAllString(string(Example()), "$1")
}

func TestExampleIsTheDefault(t *testing.T) {
	c := mustParse(t, string(Example()))
	if err := c.Validate(nil); err != nil {
		t.Error(err)
	}
	if got, want := plain(c), Default(); !reflect.DeepEqual(got, want) {
		t.Errorf("the example is not the default:\ngot  %+v\nwant %+v", got, want)
	}
}

func TestExampleMentionsEveryKey(t *testing.T) {
	c := mustParse(t, withExamples())
	if err := c.Validate(nil); err != nil {
		t.Error(err)
	}
	index := regexp.MustCompile(`\[\d+\]`)
	mentioned := map[string]bool{}
	for path := range c.origins {
		mentioned[index.ReplaceAllString(path, "")] = true
	}
	// The free key of a table stands for all of them.
	for path := range mentioned {
		path = strings.Replace(path, `lint.per-file."examples/**"`, "lint.per-file.*", 1)
		mentioned[strings.Replace(path, "lint.rules.TLS201", "lint.rules.*", 1)] = true
	}
	for _, path := range leaves(reflect.TypeFor[Config](), "") {
		if !mentioned[path] {
			t.Errorf("config.toml.example does not mention %s", path)
		}
	}
}

func leaves(t reflect.Type, path string) []string {
	switch {
	case t == reflect.TypeFor[map[string]any]():
		return []string{path}
	case t.Kind() == reflect.Struct:
		var all []string
		for _, f := range fields(t) {
			all = append(all, leaves(t.Field(f.index).Type, strings.TrimPrefix(path+"."+f.key, "."))...)
		}
		return all
	case t.Kind() == reflect.Map:
		return leaves(t.Elem(), path+".*")
	case t.Kind() == reflect.Slice:
		return leaves(t.Elem(), path)
	default:
		return []string{path}
	}
}

func TestExampleExplainsEveryKey(t *testing.T) {
	lines := strings.Split(string(Example()), "\n")
	key := regexp.MustCompile(`^#?[a-z-]+ = `)
	inRows := false
	for i, line := range lines {
		inRows = inRows || line == "#[[pattern]]" // rows are explained as a whole
		if key.MatchString(line) && !inRows && !strings.HasPrefix(lines[i-1], "# ") {
			t.Errorf("line %d has no comment above it: %s", i+1, line)
		}
	}
}

func TestEveryKeyHasADescription(t *testing.T) {
	var visit func(reflect.Type)
	visit = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Struct:
			for _, f := range fields(typ) {
				if f.doc == "" {
					t.Errorf("%s.%s has no doc tag", typ, f.key)
				}
				for _, is := range []string{f.is, f.keyIs} {
					if is != "" && checks[is] == nil {
						t.Errorf("%s.%s names the check %q, which does not exist", typ, f.key, is)
					}
				}
				visit(typ.Field(f.index).Type)
			}
		case reflect.Map, reflect.Slice:
			visit(typ.Elem())
		}
	}
	visit(reflect.TypeFor[Config]())
}

func TestParseEveryTable(t *testing.T) {
	c := mustParse(t, withExamples())
	if got := c.Lint.PerFile["examples/**"]; got.Severity != "low" || !reflect.DeepEqual(got.Ignore, []string{"TLS201"}) {
		t.Errorf("per-file: %+v", got)
	}
	if len(c.Hosts) != 1 || c.Hosts[0].Match != "*.corp.example" || c.Hosts[0].Env[0] != "PAY_URL" {
		t.Errorf("host: %+v", c.Hosts)
	}
	want := Suppress{
		Rule: "TLS101", Path: "vendor/appliance/**", Host: "appliance.corp.example",
		Reason: "the appliance has no CA support, SEC-812", Until: "2027-03-31", Owner: "@pay",
		File: "tlslint.toml",
	}
	got := c.Suppress[0]
	if got.Line == 0 {
		t.Error("a suppression does not know its line")
	}
	got.Line = 0
	if got != want {
		t.Errorf("suppress: %+v", got)
	}
	if len(c.Pattern) != 1 || c.Pattern[0]["id"] != "acme-http-verify" || len(c.Doc) != 1 {
		t.Errorf("rows: %v %v", c.Pattern, c.Doc)
	}
	if string(c.Patterns) != withExamples() || c.PatternsFile != "tlslint.toml" {
		t.Error("the bytes of the file with patterns are not kept")
	}
}

func TestKeysUnderPatternAreNotOurs(t *testing.T) {
	c := mustParse(t, "[[pattern]]\nid = 'x-y'\nanything = [{ deep = { er = 1 } }]\n[[doc]]\nname = 'z'\nfoo = 2\n")
	if c.Patterns == nil {
		t.Error("no bytes kept")
	}
	if c := mustParse(t, "[lint]\nselect = []\n"); c.Patterns != nil {
		t.Error("bytes kept of a file without patterns")
	}
}

func TestErrorsShowThePlace(t *testing.T) {
	tests := []struct {
		name, src, want string
		detail          []string // each must stand in the detail
	}{
		{
			"misspelt key", "# c\n\n[lint]\nselct = ['TLS1']\n",
			`tlslint.toml:4:1: unknown key "lint.selct"`,
			[]string{"   4 | selct = ['TLS1']\n     | ^^^^^ ", `did you mean "select"?`},
		},
		{"swapped letters", "[otuput]\n", `tlslint.toml:1:2: unknown key "otuput"`, []string{`did you mean "output"?`}},
		{"underscore", "[lint]\nfail_on = 'low'\n", `tlslint.toml:2:1: unknown key "lint.fail_on"`, []string{`did you mean "fail-on"?`}},
		{"key of another table", "fail-on = 'low'\n", `tlslint.toml:1:1: unknown key "fail-on"`, []string{`did you mean "lint.fail-on"?`}},
		{"nothing near", "[diff]\nxylophone = 1\n", `tlslint.toml:2:1: unknown key "diff.xylophone"`, []string{"known here: mode"}},
		{"indented", "[lint]\n\t  selct = 1\n", `tlslint.toml:2:4: unknown key "lint.selct"`, []string{"\t  ^^^^^"}},
		{"dotted", "lint . selct = 1\n", `tlslint.toml:1:8: unknown key "lint.selct"`, []string{"     |        ^^^^^"}},
		{"quoted", "[lint]\n\"sel\\u0065c\" = 1\n", `tlslint.toml:2:1: unknown key "lint.selec"`, []string{`^^^^^^^^^^^`, `"select"`}},
		{"inline table", "fix = { style = 'env', unsaf = true }\n", `tlslint.toml:1:24: unknown key "fix.unsaf"`, []string{`"unsafe"`}},
		{
			"second of an array of tables", "[[host]]\nmatch = 'a'\n[[host]]\nmatch = 'b'\nonwer = 'x'\n",
			`tlslint.toml:5:1: unknown key "host[1].onwer"`,
			[]string{`"owner"`},
		},
		{"array of inline tables", "host = [\n  { match = 'a' }, # one\n  { mtch = 'b' },\n]\n", `tlslint.toml:3:5: unknown key "host[1].mtch"`, nil},
		{
			"below a quoted key with a dot", "[lint.per-file.\"a.b\"]\nignor = []\n",
			`tlslint.toml:2:1: unknown key "lint.per-file.\"a.b\".ignor"`, nil,
		},
		{
			"look-alikes in strings", "[lint]\nexclude = [\"\"\"\nselct = 1\n[x]\n\"\"\", '''\nselct''']\nselct = 1\n",
			`tlslint.toml:7:1: unknown key "lint.selct"`, nil,
		},
		{"CRLF", "[lint]\r\nselct = 1\r\n", `tlslint.toml:2:1: unknown key "lint.selct"`, []string{"selct = 1\n"}},
		{"mark of an editor", "\ufeffselct = 1\n", `tlslint.toml:1:1: unknown key "selct"`, []string{"   1 | selct"}},
		{"first in the file wins", "[lint]\nb = 1\na = 2\n", `tlslint.toml:2:1: unknown key "lint.b"`, nil},
		{"syntax", "[lint]\nselect = \n", "tlslint.toml:2:10: expected value", []string{"   2 | select"}},
		{"not closed", "[lint]\nselect = ['a'\n", "tlslint.toml:", nil},
		{"twice", "[lint]\nignore = []\nignore = []\n", "tlslint.toml:3:", []string{"   3 | ignore"}},
		{"type: string", "[lint]\nfail-on = 3\n", "tlslint.toml:2:11: lint.fail-on must be a string, not the whole number 3", []string{"^"}},
		{"type: list", "[lint]\nselect = 'TLS1'\n", "tlslint.toml:2:10: lint.select must be a list of strings, not a string", nil},
		{"type: element", "[lint]\nselect = ['TLS1',\n  2]\n", "tlslint.toml:3:3: lint.select[1] must be a string, not the whole number 2", nil},
		{"type: boolean", "[fix]\nunsafe = 'yes'\n", "tlslint.toml:2:10: fix.unsafe must be true or false, not a string", nil},
		{"type: table", "lint = 1\n", "tlslint.toml:1:8: lint must be a table, not the whole number 1", nil},
		{"type: tables", "[host]\nmatch = 'a'\n", "tlslint.toml:1:2: host must be a list of tables, [[host]], not a table", nil},
		{"type: number", "[probe]\nmax = 1.5\n", "tlslint.toml:2:7: probe.max must be a whole number, not a number with a fraction", nil},
		{"number too large", "[probe]\nmax = 99999999999\n", "tlslint.toml:2:7: probe.max must be a whole number", nil},
		{"a time is no day", "[[suppress]]\nrule='TLS101'\nuntil = 2027-01-01T00:00:00Z\n", "tlslint.toml:3:9: suppress[0].until must be a string, not a date", nil},
		{"duration", "[suppressions]\nmax-until = '6 months'\n", `tlslint.toml:2:13: suppressions.max-until: "6 months" is not a duration`, nil},
		{
			"probe.allow", "[probe]\nmax = 2\nallow = ['*']\n",
			"tlslint.toml:3:1: probe.allow cannot be set here",
			[]string{"--probe-allow"},
		},
		{"probe.enable", "probe.enable = true\n", "tlslint.toml:1:7: probe.enable cannot be set here", []string{"--probe"}},
		{"probe.private", "probe = { private = true }\n", "tlslint.toml:1:11: probe.private cannot be set here", []string{"--probe-private"}},
		{"nested lists", "x = " + strings.Repeat("[", 100000), "tlslint.toml:1:69: nested too deeply", nil},
		{"nested tables", "x = " + strings.Repeat("{a=", 100000), "tlslint.toml:1:", nil},
		{"dotted for ever", strings.Repeat("a.", 100000) + "a = 1", "tlslint.toml:1:128: nested too deeply", nil},
		{"escape sequences", "[lint]\n\"\\u001b[31m\" = 1 # \x1b[2J\n", "tlslint.toml:2:", nil},
		{"escaped in a key", "\"\\u001b[31m\" = 1\n", `tlslint.toml:1:1: unknown key "\"\\u001b[31m\""`, nil},
		{"too large", strings.Repeat("#\n", 1<<19) + "#", "tlslint.toml: larger than 1 MB", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse("tlslint.toml", []byte(test.src))
			checkError(t, err, test.want, test.detail)
		})
	}
}

func checkError(t *testing.T, err error, want string, detail []string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an *Error", err)
	}
	if !strings.HasPrefix(e.Error(), want) || strings.Contains(e.Error(), "\n") {
		t.Errorf("got  %q\nwant %q", e.Error(), want)
	}
	for _, d := range detail {
		if !strings.Contains(e.Detail, d) {
			t.Errorf("%q does not stand in the detail:\n%s", d, e.Detail)
		}
	}
	if strings.ContainsFunc(e.Detail, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }) {
		t.Errorf("control characters in the detail: %q", e.Detail)
	}
	if lines := strings.Split(e.Detail, "\n"); len(lines) > 3 || len(e.Detail) > 1000 {
		t.Errorf("the detail does not fit a screen:\n%s", e.Detail)
	}
}

func TestValidate(t *testing.T) {
	known := func(id string) bool { return id == "TLS101" || id == "TLS201" || id == "go-skip-verify" }
	tests := []struct{ name, src, want string }{
		{"nothing", "", ""},
		{"good", "[lint]\nselect = ['TLS101', 'TLS2', 'TLS', 'go-skip-verify']\n[lint.rules.TLS101]\nseverity = 'low'\n", ""},
		{"word", "[lint]\nfail-on = 'hgh'\n", `tlslint.toml:2:11: lint.fail-on is "hgh": want low, medium, high or critical`},
		{"empty word", "[lint]\nfail-on = ''\n", `tlslint.toml:2:11: lint.fail-on is "": want low`},
		{"word that may be empty", "[lint.rules.TLS201]\nseverity = ''\n", ""},
		{"word in a list", "[output]\nformat = ['text',\n'jsn']\n", `tlslint.toml:3:1: output.format[1] is "jsn"`},
		{"a file is a flag's business", "[output]\nformat = ['json=out.json']\n", `tlslint.toml:2:11: output.format[0] is "json=out.json"`},
		{"unknown rule", "[lint]\nignore = ['TLS101', 'TLS999']\n", `tlslint.toml:2:21: lint.ignore[1]: no rule or pattern "TLS999"`},
		{"unknown prefix", "[lint]\nselect = ['TLS8']\n", `tlslint.toml:2:11: lint.select[0]: no rule begins with "TLS8"`},
		{"not an id", "[lint]\nselect = ['tls101']\n", `tlslint.toml:2:11: lint.select[0]: "tls101" is not a rule id`},
		{"rule of a table", "[lint.rules.TLS1]\nseverity = 'low'\n", `tlslint.toml:1:13: lint.rules.TLS1: "TLS1" is the beginning of many rule ids`},
		{"glob", "[lint]\nexclude = ['a[']\n", `tlslint.toml:2:12: lint.exclude[0]: "a[" is not a glob`},
		{"backslashes", "[lint]\nexclude = ['a\\b']\n", `tlslint.toml:2:12: lint.exclude[0]: "a\\b": globs are written`},
		{"glob of per-file", "[lint.per-file.'{a']\nignore = []\n", `tlslint.toml:1:16: lint.per-file."{a": "{a" is not a glob`},
		{"empty element", "[lint]\nexclude = ['']\n", `tlslint.toml:2:12: lint.exclude[0] is empty`},
		{"date", "[[suppress]]\nrule = 'TLS101'\nuntil = '2027-02-30'\n", `tlslint.toml:3:9: suppress[0].until: "2027-02-30" is not a date`},
		{"date without quotes", "[[suppress]]\nrule = 'TLS101'\nuntil = 2027-02-28\n", ""},
		{"suppression without a rule", "[[suppress]]\npath = 'x'\n", "tlslint.toml:1:3: suppress[0].rule is missing"},
		{"suppression with an empty rule", "[[suppress]]\nrule = ''\n", "tlslint.toml:2:8: suppress[0].rule is empty"},
		{"suppression of a prefix", "[[suppress]]\nrule = 'TLS1'\n", `tlslint.toml:2:8: suppress[0].rule: "TLS1" is the beginning`},
		{"host without a name", "[[host]]\nowner = 'x'\n", "tlslint.toml:1:3: host[0] needs match or env"},
		{"host with a scheme", "[[host]]\nmatch = 'https://a'\n", `tlslint.toml:2:9: host[0].match: "https://a" is not a host`},
		{"a name that would be code", "[fix]\nca-env = 'X\") or evil(\"'\n", `tlslint.toml:2:10: fix.ca-env: "X\") or evil(\"" is not the name`},
		{"a path that would be code", "[fix]\nca-bundle = \"a\\nb\"\n", `tlslint.toml:2:13: fix.ca-bundle: "a\nb" holds a control character`},
		{"baseline outside", "[baseline]\nfile = '../x.json'\n", `tlslint.toml:2:8: baseline.file: "../x.json" leaves the folder`},
		{"baseline at the root", "[baseline]\nfile = '/etc/passwd'\n", `tlslint.toml:2:8: baseline.file:`},
		{"history in git's folder", "[report]\nhistory = '.git/hooks/pre-commit'\n", `tlslint.toml:2:11: report.history:`},
		{"number", "[probe]\nmax = -1\n", "tlslint.toml:2:7: probe.max is -1: want 0 to 1000"},
		{"time", "[probe]\ntimeout = '1h'\n", `tlslint.toml:2:11: probe.timeout is "1h0m0s": want 1ms to 2m`},
		{"no time", "[probe]\ntimeout = ''\n", `tlslint.toml:2:11: probe.timeout is ""`},
		{"pattern without id", "[[pattern]]\nrule = 'TLS101'\n", "tlslint.toml:1:3: pattern[0] needs an id"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := mustParse(t, test.src).Validate(known)
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			checkError(t, err, test.want, nil)
		})
	}
}

func TestProblemsAreAllOfThemInOrder(t *testing.T) {
	c := mustParse(t, "[output]\ncolor = 'red'\n[lint]\nfail-on = 'x'\nseverity = 'y'\n")
	var lines []int
	for _, e := range c.Problems(nil) {
		lines = append(lines, e.Line)
	}
	if fmt.Sprint(lines) != "[2 4 5]" {
		t.Errorf("lines %v", lines)
	}
}

// TestLongLines: a mistake in every word of one long line must neither take
// for ever nor fill the screen.
func TestLongLines(t *testing.T) {
	c := mustParse(t, "[lint]\nexclude = ["+strings.Repeat("'[é',", 20000)+"]\n")
	all := c.Problems(nil)
	if len(all) != 20000 {
		t.Errorf("%d problems", len(all))
	}
	for _, i := range []int{0, 1, 10000, 19999} {
		checkError(t, all[i], fmt.Sprintf("tlslint.toml:2:%d: lint.exclude[%d]:", 12+6*i, i), []string{"^^^^"})
	}
}

func TestDefaultIsValid(t *testing.T) {
	if err := Default().Validate(nil); err != nil {
		t.Error(err)
	}
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	write(t, root, map[string]string{
		"tlslint.toml":          "",
		"repo/.git":             "gitdir: elsewhere", // a work tree's .git is a file
		"repo/a/tlslint.toml":   "",
		"repo/a/.tlslint.toml":  "",
		"repo/a/b/c/x":          "",
		"repo/h/.tlslint.toml":  "",
		"repo/h/i/x":            "",
		"repo/d/tlslint.toml/x": "", // a folder of that name is no configuration
		"plain/e/x":             "",
	})
	tests := []struct{ start, stop, want string }{
		{"repo/a/b/c", "", "repo/a/tlslint.toml"},
		{"repo/a", "", "repo/a/tlslint.toml"},
		{"repo/h/i", "", "repo/h/.tlslint.toml"},
		{"repo/d", "", ""}, // the work tree ends in front of the outer file
		{"plain/e", "", "tlslint.toml"},
		{"plain/e", "plain", ""},
		{"repo/a/b/c", "repo/a/b", ""},
		{"repo/a/b/c", "repo/a", "repo/a/tlslint.toml"},
	}
	for _, test := range tests {
		stop := test.stop
		if stop != "" {
			stop = filepath.Join(root, stop)
		}
		got, err := Find(filepath.Join(root, test.start), stop)
		if err != nil {
			t.Fatal(err)
		}
		want := test.want
		if want != "" {
			want = filepath.Join(root, filepath.FromSlash(want))
		}
		if got != want {
			t.Errorf("Find(%s, %s) = %q, want %q", test.start, test.stop, got, want)
		}
	}
}

func TestExtends(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"base.toml": `
[lint]
select = ["TLS1", "TLS2"]
fail-on = "low"
[lint.per-file."a"]
ignore = ["TLS101"]
severity = "low"
[lint.per-file."b"]
severity = "medium"
[[host]]
match = "old"
owner = "o"
[[pattern]]
id = "base-row"
`,
		"sub/tlslint.toml": `
extends = "../base.toml"
[lint]
select = ["TLS3"]
[lint.per-file."a"]
severity = "high"
[[host]]
match = "new"
`,
	})
	c, err := Load(filepath.Join(dir, "sub/tlslint.toml"))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Lint; got.FailOn != "low" || !reflect.DeepEqual(got.Select, []string{"TLS3"}) || got.Severity != "medium" {
		t.Errorf("lint: %+v", got)
	}
	want := map[string]PerFile{"a": {Ignore: []string{"TLS101"}, Severity: "high"}, "b": {Severity: "medium"}}
	if !reflect.DeepEqual(c.Lint.PerFile, want) {
		t.Errorf("per-file: %+v", c.Lint.PerFile)
	}
	if len(c.Hosts) != 1 || c.Hosts[0].Match != "new" || c.Hosts[0].Owner != "" {
		t.Errorf("hosts: %+v", c.Hosts)
	}
	if filepath.Base(c.PatternsFile) != "base.toml" || len(c.Pattern) != 1 {
		t.Errorf("patterns of the base are lost: %q", c.PatternsFile)
	}
	if files := c.Files(); len(files) != 2 || filepath.Base(files[0]) != "base.toml" {
		t.Errorf("files: %v", files)
	}
}

func TestExtendsErrors(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"a.toml":      "extends = 'b.toml'\n",
		"b.toml":      "# b\nextends = './a.toml'\n",
		"self.toml":   "extends = 'self.toml'\n",
		"secret":      "root:x:0:0\n",
		"broken.toml": "[lint]\nselct = 1\n",
		"dir.toml/x":  "",
	})
	tests := []struct{ src, want string }{
		{"extends = 'a.toml'", "b.toml:2:11: extends: cycle"},
		{"extends = 'self.toml'", "self.toml:1:11: extends: cycle"},
		{"extends = 'https://example.com/x.toml'", `t.toml:1:11: extends: "https://example.com/x.toml" looks like a URL`},
		{"extends = 'file:x.toml'", `t.toml:1:11: extends: "file:x.toml" looks like a URL`},
		{"extends = '//host/x.toml'", `t.toml:1:11: extends: "//host/x.toml" looks like a URL`},
		{"extends = 'git@host:x.toml'", `t.toml:1:11: extends: "git@host:x.toml" looks like a URL`},
		{"extends = '/etc/x.toml'", `t.toml:1:11: extends: "/etc/x.toml" is absolute`},
		{`extends = 'C:\x.toml'`, `t.toml:1:11: extends: "C:\\x.toml" is absolute`},
		{"extends = 'secret'", `t.toml:1:11: extends: "secret" is not a .toml file`},
		{"extends = 'missing.toml'", "t.toml:1:11: extends: cannot read"},
		{"extends = 'dir.toml'", "t.toml:1:11: extends: cannot read"},
		{"extends = 'broken.toml'", `broken.toml:2:1: unknown key "lint.selct"`},
		{"extends = 3", "t.toml:1:11: extends must be a string"},
	}
	for _, test := range tests {
		_, err := Parse(filepath.Join(dir, "t.toml"), []byte(test.src))
		if err == nil || !strings.Contains(err.Error(), string(filepath.Separator)+test.want) {
			t.Errorf("%s:\ngot  %v\nwant %s", test.src, err, test.want)
		}
	}
}

func TestParseWithReadsElsewhere(t *testing.T) {
	read := func(path string) ([]byte, error) {
		if filepath.ToSlash(path) == "dir/base.toml" {
			return []byte("[diff]\nmode = 'lines'\n"), nil
		}
		return nil, errors.New("no such blob\nand more")
	}
	c, err := ParseWith("dir/tlslint.toml", []byte("extends = 'base.toml'\n"), read)
	if err != nil || c.Diff.Mode != "lines" {
		t.Errorf("%v %+v", err, c)
	}
	_, err = ParseWith("tlslint.toml", []byte("extends = 'base.toml'\n"), read)
	checkError(t, err, "tlslint.toml:1:11: extends: cannot read base.toml: no such blob", nil)
}

func TestLoadRefusesWhatIsNoFile(t *testing.T) {
	_, err := Load(t.TempDir())
	if err == nil || !strings.HasSuffix(err.Error(), "not a regular file") {
		t.Errorf("got %v", err)
	}
	_, err = Load(filepath.Join(t.TempDir(), "x.toml"))
	if err == nil || !strings.HasSuffix(err.Error(), "x.toml: no such file or directory") {
		t.Errorf("got %v", err)
	}
}

func TestSet(t *testing.T) {
	tests := []struct {
		key, value string
		get        func(*Config) any
		want       any
	}{
		{"lint.fail-on", "low", func(c *Config) any { return c.Lint.FailOn }, "low"},
		{"lint.fail-on", `"low"`, func(c *Config) any { return c.Lint.FailOn }, "low"},
		{"lint.select", "TLS1, TLS201", func(c *Config) any { return c.Lint.Select }, []string{"TLS1", "TLS201"}},
		{"lint.select", `["TLS1"]`, func(c *Config) any { return c.Lint.Select }, []string{"TLS1"}},
		{"lint.select", "", func(c *Config) any { return c.Lint.Select }, []string(nil)},
		{"lint.rules.TLS201.min-version", "1.3", func(c *Config) any { return c.Lint.Rules["TLS201"].MinVersion }, "1.3"},
		{`lint.per-file."**/*.py".ignore`, "TLS101", func(c *Config) any { return c.Lint.PerFile["**/*.py"].Ignore }, []string{"TLS101"}},
		{"fix.unsafe", "true", func(c *Config) any { return c.Fix.Unsafe }, true},
		{"probe.max", "3", func(c *Config) any { return c.Probe.Max }, 3},
		{"probe.timeout", "3s", func(c *Config) any { return c.Probe.Timeout }, Duration(3 * time.Second)},
		{"host", "[{match = 'a'}]", func(c *Config) any { return c.Hosts[0].Match }, "a"},
		{"fix.ca-bundle", "a b#c", func(c *Config) any { return c.Fix.CABundle }, "a b#c"},
		{"fix.ca-bundle", "a\nunsafe = true", func(c *Config) any { return c.Fix.Unsafe }, false},
	}
	for _, test := range tests {
		c := Default()
		if err := c.Set(test.key, test.value); err != nil {
			t.Errorf("%s=%s: %v", test.key, test.value, err)
			continue
		}
		if got := test.get(c); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s=%s gives %#v, want %#v", test.key, test.value, got, test.want)
		}
	}
}

func TestSetErrors(t *testing.T) {
	tests := []struct{ key, value, want string }{
		{"lint.selct", "x", `--config: unknown key "lint.selct"`},
		{"fix.unsafe", "yes", "--config: fix.unsafe must be true or false, not a string"},
		{"probe.allow", "*", "--config: probe.allow cannot be set here"},
		{"extends", "x.toml", "--config: extends can only stand in a file"},
		{"pattern", "[]", "--config: pattern can only stand in a file"},
		{"", "x", `--config: "" is not a dotted key`},
		{"a b", "x", `--config: "a b" is not a dotted key`},
		{"a = 1 #", "x", `--config: "a = 1 #" is not a dotted key`},
		{"a\nb", "x", `--config: "a\nb" is not a dotted key`},
		{strings.Repeat("a.", 1000) + "a", "x", "--config: "},
	}
	for _, test := range tests {
		err := Default().Set(test.key, test.value)
		checkError(t, err, test.want, nil)
	}
}

func TestSetWinsAndIsBlamed(t *testing.T) {
	c := mustParse(t, "[lint]\nfail-on = 'low'\n")
	if err := c.SetFrom("--fail-on", "lint.fail-on", "hgh"); err != nil {
		t.Fatal(err)
	}
	checkError(t, c.Validate(nil), `--fail-on: lint.fail-on is "hgh"`, []string{`did you mean "high"?`})
}

func TestShow(t *testing.T) {
	c := mustParse(t, withExamples()+"\n")
	if err := c.Set("fix.unsafe", "true"); err != nil {
		t.Fatal(err)
	}
	shown := Show(c)
	for _, want := range []string{
		"unsafe = true # --config\n",
		"fail-on = \"high\" # tlslint.toml:",
		"[lint.per-file.\"examples/**\"]\n",
		"[[suppress]]\n",
		"# 2 own patterns and documents: tlslint.toml",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not shown:\n%s", want, shown)
		}
	}
	again, err := Parse("shown.toml", []byte(shown))
	if err != nil {
		t.Fatalf("%v\n%s", err, shown)
	}
	plain(c)
	c.Pattern, c.Doc, c.Patterns, c.PatternsFile = nil, nil, nil, ""
	for _, s := range [][]Suppress{c.Suppress, again.Suppress} {
		s[0].File, s[0].Line = "", 0
	}
	if !reflect.DeepEqual(plain(again), c) {
		t.Errorf("what is shown is not what is in force:\n%s", shown)
	}
	if got := Show(Default()); !strings.Contains(got, "fail-on = \"high\" # default\n") {
		t.Errorf("defaults:\n%s", got)
	}
}

func TestSchema(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("tlslint.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("tlslint.json")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, src string
		ok        bool
	}{
		{"the example", string(Example()), true},
		{"the example with everything in it", strings.Replace(withExamples(), "2027-03-31", "'2027-03-31'", 1), true},
		{"unknown key", "[lint]\nselct = []\n", false},
		{"unknown word", "[lint]\nfail-on = 'hgh'\n", false},
		{"type", "[lint]\nselect = 'TLS1'\n", false},
		{"probe.allow", "[probe]\nallow = []\n", false},
		{"bounds", "[probe]\nmax = 1001\n", false},
		{"duration", "[probe]\ntimeout = 'soon'\n", false},
		{"rule table", "[lint.rules.TLS1]\nseverity = 'low'\n", false},
		{"suppression without rule", "[[suppress]]\npath = 'x'\n", false},
		{"environment", "[fix]\nca-env = 'a b'\n", false},
	}
	for _, test := range tests {
		var tree map[string]any
		if _, err := toml.Decode(test.src, &tree); err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if err := schema.Validate(jsonTypes(tree)); (err == nil) != test.ok {
			t.Errorf("%s: %v", test.name, err)
		}
	}
	for _, path := range leaves(reflect.TypeFor[Config](), "") {
		key := path[strings.LastIndexByte(path, '.')+1:]
		if !bytes.Contains(Schema(), []byte(`"`+key+`"`)) {
			t.Errorf("the schema does not mention %s", path)
		}
	}
}

// jsonTypes turns what the TOML library makes into what a JSON decoder makes.
func jsonTypes(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = jsonTypes(v[k])
		}
		return v
	case []map[string]any:
		all := make([]any, len(v))
		for i := range v {
			all[i] = jsonTypes(v[i])
		}
		return all
	case []any:
		for i := range v {
			v[i] = jsonTypes(v[i])
		}
		return v
	default:
		return v
	}
}

func TestDuration(t *testing.T) {
	tests := []struct {
		text string
		want time.Duration
		ok   bool
	}{
		{"180d", 180 * day, true},
		{"2w", 14 * day, true},
		{"10s", 10 * time.Second, true},
		{"1h30m", 90 * time.Minute, true},
		{"0d", 0, true},
		{"-1d", 0, false},
		{"-1s", 0, false},
		{"1.5d", 0, false},
		{"99999999999d", 0, false},
		{"9999999h", 0, false},
		{"soon", 0, false},
		{"d", 0, false},
		{"", 0, false},
	}
	for _, test := range tests {
		got, err := ParseDuration(test.text)
		if got != test.want || (err == nil) != test.ok {
			t.Errorf("ParseDuration(%q) = %v, %v", test.text, got, err)
		}
		if err == nil {
			var back Duration
			if err := back.UnmarshalText([]byte(Duration(got).String())); err != nil || time.Duration(back) != got {
				t.Errorf("%q does not survive: %v %v", test.text, back, err)
			}
		}
	}
}

// TestEveryKeyHasAPlace holds the scanner against the library: whatever keys
// the library sees, the scanner knows where they stand.
func TestEveryKeyHasAPlace(t *testing.T) {
	for _, src := range []string{
		withExamples(),
		"a.b.c = 1\n[x.y]\nz.'q r'.\"s\\\"t\" = 2\n",
		"[[a]]\nb = 1\n[[a.c]]\nd = 1\n[[a.c]]\nd = 2\n[a.c.e]\nf = 1\n[[a]]\n[[a.c]]\nd = 3\n",
		"a = [[1, [2]], [{b = [{c = 1}]}]] # x\nb = 1979-05-27 07:32:00\nc = \"\"\"a\"\"\"\"\"\nd = 'x'\n",
		"t = { a = 1, # one\n  b = [ 1,\n ], }\n",
	} {
		doc, err := decode("t", []byte(src))
		if err != nil {
			t.Fatal(err)
		}
		checkPlaces(t, doc, doc.tree, "")
	}
}

func checkPlaces(t *testing.T, doc *document, v any, path string) {
	if path != "" {
		p, ok := doc.keys[path]
		if !ok {
			t.Errorf("no place for %s in %q", path, doc.src)
		}
		text := doc.line(p.line)[p.col-1:][:p.length]
		name := path[strings.LastIndexByte(path, '.')+1:]
		if !strings.HasSuffix(path, "]") && !strings.HasSuffix(path, `"`) && text != name {
			t.Errorf("%s stands at %q", path, text)
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			checkPlaces(t, doc, v[k], child(path, k))
		}
	case []map[string]any:
		for i := range v {
			checkPlaces(t, doc, v[i], element(path, i))
		}
	case []any:
		for i := range v {
			checkPlaces(t, doc, v[i], element(path, i))
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Example())
	f.Add([]byte(withExamples()))
	f.Add([]byte("extends = 'x.toml'\n[lint]\nselct = 1\n"))
	f.Add([]byte("a = \"\"\"\n\"\"\"\"\"\n'b\"' . \"c\\u00e9\" = [{x=1},\n#]\n]"))
	f.Add([]byte("\ufeff[[host]]\r\nmatch = 'a'\r\n[[host.x]]\r\n"))
	none := func(string) ([]byte, error) { return nil, os.ErrNotExist }
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseWith("t.toml", data, none)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Msg == "" || strings.Contains(err.Error(), "\n") {
				t.Fatalf("bad error %q for %q", err, data)
			}
			return
		}
		c.Problems(nil)
		if _, err := ParseWith("shown.toml", []byte(Show(c)), none); err != nil {
			t.Fatalf("%v:\n%s", err, Show(c))
		}
	})
}

func FuzzSet(f *testing.F) {
	f.Add("lint.select", "TLS1")
	f.Add(`lint.per-file."a b".ignore`, `["x"]`)
	f.Add("probe.timeout", "3s")
	f.Fuzz(func(t *testing.T, key, value string) {
		c := Default()
		if err := c.Set(key, value); err == nil {
			c.Problems(nil)
		}
	})
}
