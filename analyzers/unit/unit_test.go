package unit_test

import (
	"bytes"
	"encoding/json"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/analyzers/unit"
)

// The test binary is the vet tool of its own tests.
func TestMain(m *testing.M) {
	if unit.IsVetTool(os.Args[1:]) {
		unit.Main(os.Args[1:])
	}
	os.Exit(m.Run())
}

const insecure = `package p

import "crypto/tls"

func Dial(addr string) (*tls.Conn, error) {
	return tls.Dial("tcp", addr, &tls.Config{
		InsecureSkipVerify: true,
		ServerName:         "pay.example.org",
		MinVersion:         tls.VersionTLS13,
	})
}
`

const secure = `package p

import "crypto/tls"

func Dial(addr string) (*tls.Conn, error) {
	return tls.Dial("tcp", addr, &tls.Config{
		ServerName: "pay.example.org",
		MinVersion: tls.VersionTLS13,
	})
}
`

const goMod = "module pay.example/m\n\ngo 1.24\n"

// module writes a module; the files' names are slash paths.
func module(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	put(t, dir, "go.mod", goMod)
	put(t, dir, ".git/HEAD", "ref: refs/heads/main\n") // the search for a configuration ends here
	for name, text := range files {
		put(t, dir, name, text)
	}
	return dir
}

func put(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// goCommand runs the go command in a folder: vet and fix with this binary as
// their tool.
func goCommand(t *testing.T, dir string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	switch args[0] {
	case "vet", "fix":
		args = append([]string{args[0], "-" + args[0] + "tool=" + exe}, args[1:]...)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=", "GOWORK=", "GOTOOLCHAIN=local", "GO111MODULE=", "TLSLINT_CONFIG=")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func want(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s has no %q:\n%s", what, part, text)
		}
	}
}

func TestVetReportsFindings(t *testing.T) {
	dir := module(t, map[string]string{"p.go": insecure, "clean/c.go": "package clean\n\nfunc F() {}\n"})
	_, stderr, code := goCommand(t, dir, "vet", "./...")
	if code == 0 {
		t.Error("exit code 0 in spite of a finding")
	}
	want(t, "stderr", stderr, "p.go:7:3: TLS101: ", "(fix: ")
	if n := strings.Count(stderr, "TLS1"); n != 1 {
		t.Errorf("%d findings, want 1:\n%s", n, stderr)
	}
}

func TestVetIsQuietWithoutFindings(t *testing.T) {
	dir := module(t, map[string]string{
		"p.go":           secure,
		"p_test.go":      "package p\n\nimport \"testing\"\n\nfunc Test(t *testing.T) {}\n",
		"ext_test.go":    "package p_test\n\nimport \"testing\"\n\nfunc TestExt(t *testing.T) {}\n",
		"cmd/x/main.go":  "package main\n\nimport \"pay.example/m\"\n\nfunc main() { p.Dial(\"\") }\n",
		"plain/plain.go": "package plain\n",
	})
	stdout, stderr, code := goCommand(t, dir, "vet", "./...")
	if code != 0 || stdout != "" || stderr != "" {
		t.Errorf("code %d\nstdout: %s\nstderr: %s", code, stdout, stderr)
	}
}

func TestVetWithTypeErrorsElsewhere(t *testing.T) {
	dir := module(t, map[string]string{"p.go": insecure, "broken/b.go": "package broken\n\nvar X int = \"no\"\n\nfunc f() { undefined() }\n"})
	_, stderr, code := goCommand(t, dir, "vet", "./...")
	if code == 0 {
		t.Error("exit code 0")
	}
	want(t, "stderr", stderr, "p.go:7:3: TLS101")
}

func TestVetWithTypeErrorsInThePackage(t *testing.T) {
	dir := module(t, map[string]string{"p.go": insecure + "\nvar X int = \"no\"\n"})
	_, stderr, code := goCommand(t, dir, "vet", "./...")
	if code == 0 {
		t.Error("exit code 0")
	}
	want(t, "stderr", stderr, "p.go:7:3: TLS101")
}

func TestVetOfTestVariants(t *testing.T) {
	client := strings.Replace(insecure, "Dial(", "dialTest(", 1)
	dir := module(t, map[string]string{
		"p.go":      insecure,
		"p_test.go": "package p\n\nimport \"testing\"\n\nfunc Test(t *testing.T) {}\n",
		"q_test.go": strings.Replace(client, "package p\n", "package p_test\n", 1),
	})
	_, stderr, code := goCommand(t, dir, "vet", "./...")
	if code == 0 || strings.Count(stderr, "TLS101") != 1 {
		t.Errorf("code %d, want one finding: those in tests are notes\n%s", code, stderr)
	}
	_, stderr, _ = goCommand(t, dir, "vet", "-tlslintlower.tests=same", "./...")
	want(t, "stderr", stderr, "p.go:7:3: TLS101", "q_test.go:7:3: TLS101")
	_, stderr, _ = goCommand(t, dir, "vet", "-tlslintlower.severity=low", "./...")
	want(t, "stderr", stderr, "p.go:7:3: TLS101", "q_test.go:7:3: TLS101")
}

func TestVetAnalyzerFlags(t *testing.T) {
	dir := module(t, map[string]string{"p.go": insecure})
	for _, tc := range []struct {
		flag  string
		found bool
	}{{"-tls101", true}, {"-tls101=false", false}, {"-tls201", false}, {"-tls201=false", true}, {"-tlslintlower.severity=critical", false}} {
		if _, stderr, code := goCommand(t, dir, "vet", tc.flag, "./..."); (code != 0) != tc.found {
			t.Errorf("%s: code %d\n%s", tc.flag, code, stderr)
		}
	}
	_, stderr, code := goCommand(t, dir, "vet", "-tlslintlower.severity=loud", "./...")
	if code == 0 {
		t.Error("a bad flag is not an error")
	}
	want(t, "stderr", stderr, "want low, medium, high or critical")
}

func TestVetContext(t *testing.T) {
	dir := module(t, map[string]string{"p.go": insecure})
	_, stderr, _ := goCommand(t, dir, "vet", "-c=0", "./...")
	want(t, "stderr", stderr, "7\t\t\tInsecureSkipVerify: true,")
}

func TestVetJSON(t *testing.T) {
	dir := module(t, map[string]string{"p.go": insecure})
	stdout, stderr, code := goCommand(t, dir, "vet", "-json", "./...")
	if code != 0 {
		t.Errorf("code %d, want 0: %s", code, stderr)
	}
	var tree map[string]map[string][]struct {
		Category, Posn, End, Message, URL string
		Fixes                             []struct {
			Message string
			Edits   []struct {
				Filename   string
				Start, End int
				New        string
			}
		} `json:"suggested_fixes"`
	}
	text := stdout[strings.IndexByte(stdout, '{'):]
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		t.Fatalf("%v\n%s", err, stdout)
	}
	ds := tree["pay.example/m"]["tls101"]
	if len(ds) != 1 {
		t.Fatalf("%d diagnostics, want 1:\n%s", len(ds), stdout)
	}
	d := ds[0]
	if d.Category != "TLS101" || !strings.HasSuffix(d.Posn, "p.go:7:3") || !strings.HasSuffix(d.End, "p.go:7:27") || !strings.Contains(d.URL, "TLS101") {
		t.Errorf("got %+v", d)
	}
	if len(d.Fixes) != 1 || len(d.Fixes[0].Edits) == 0 || filepath.Base(d.Fixes[0].Edits[0].Filename) != "p.go" {
		t.Errorf("got fixes %+v, want one for p.go", d.Fixes)
	}
}

func TestVetFix(t *testing.T) {
	two := strings.Replace(insecure, "tls.VersionTLS13", "tls.VersionTLS10", 1)
	unformatted := "package q\n\nimport \"crypto/tls\"\n\nvar C = &tls.Config{ServerName:\"x\",InsecureSkipVerify:true}\n"
	dir := module(t, map[string]string{"p.go": insecure, "two/p.go": two, "q/q.go": unformatted,
		"p_test.go": "package p\n\nimport \"testing\"\n\nfunc Test(t *testing.T) {}\n"})
	stdout, stderr, code := goCommand(t, dir, "vet", "-fix", "./...")
	if code != 0 {
		t.Fatalf("code %d\n%s%s", code, stdout, stderr)
	}
	if got := read(t, dir, "p.go"); got != secure {
		t.Errorf("got\n%s", got)
	}
	got := read(t, dir, "two/p.go")
	if strings.Contains(got, "InsecureSkipVerify") || strings.Contains(got, "VersionTLS10") {
		t.Errorf("two switches on one object are not both repaired:\n%s", got)
	}
	for _, name := range []string{"p.go", "two/p.go"} {
		text := read(t, dir, name)
		if clean, err := format.Source([]byte(text)); err != nil || string(clean) != text {
			t.Errorf("%s is not formatted:\n%s", name, text)
		}
	}
	if got := read(t, dir, "q/q.go"); got != strings.Replace(unformatted, ",InsecureSkipVerify:true", "", 1) {
		t.Errorf("a file that was not formatted got\n%s", got)
	}
	if _, stderr, code := goCommand(t, dir, "build", "./..."); code != 0 {
		t.Errorf("does not build:\n%s", stderr)
	}
	if _, stderr, code := goCommand(t, dir, "vet", "./..."); code != 0 {
		t.Errorf("findings are left:\n%s", stderr)
	}
}

func TestFixDiff(t *testing.T) {
	for _, args := range [][]string{{"fix", "-diff", "./..."}, {"vet", "-fix", "-diff", "./..."}} {
		dir := module(t, map[string]string{"sub/p.go": insecure})
		stdout, stderr, code := goCommand(t, dir, args...)
		if code == 0 {
			t.Errorf("%v: code 0 for a diff that is not empty\n%s", args, stderr)
		}
		want(t, "stdout", stdout, "--- a/sub/p.go", "+++ b/sub/p.go", "-\t\tInsecureSkipVerify: true,")
		if read(t, dir, "sub/p.go") != insecure {
			t.Errorf("%v changed the file", args)
		}
		put(t, dir, "sub/p.go", secure)
		if stdout, stderr, code := goCommand(t, dir, args...); code != 0 || stdout != "" {
			t.Errorf("%v of clean code: code %d\n%s%s", args, code, stdout, stderr)
		}
	}
}

func TestFixApplies(t *testing.T) {
	dir := module(t, map[string]string{"p.go": insecure})
	if stdout, stderr, code := goCommand(t, dir, "fix", "./..."); code != 0 {
		t.Fatalf("code %d\n%s%s", code, stdout, stderr)
	}
	if got := read(t, dir, "p.go"); got != secure {
		t.Errorf("got\n%s", got)
	}
}

func TestVetOfVendoredDependency(t *testing.T) {
	dir := module(t, map[string]string{
		"go.mod": goMod + "\nrequire dep.example/d v1.0.0\n",
		"p.go": `package p

import (
	"crypto/tls"

	"dep.example/d"
)

func F() *tls.Config {
	c := d.Config()
	c.InsecureSkipVerify = true
	return c
}
`,
		"vendor/modules.txt":        "# dep.example/d v1.0.0\n## explicit; go 1.24\ndep.example/d\n",
		"vendor/dep.example/d/d.go": "package d\n\nimport \"crypto/tls\"\n\n// Config has a finding of its own, in a dependency.\nfunc Config() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }\n",
	})
	_, stderr, code := goCommand(t, dir, "vet", "./...")
	if code == 0 {
		t.Error("exit code 0")
	}
	want(t, "stderr", stderr, "p.go:11:2: TLS101")
	if strings.Contains(stderr, "vendor") {
		t.Errorf("a dependency is reported:\n%s", stderr)
	}
}

func TestVetCacheFollowsConfiguration(t *testing.T) {
	dir := module(t, map[string]string{"sub/p.go": insecure})
	vet := func(what string, found bool) {
		t.Helper()
		if _, stderr, code := goCommand(t, filepath.Join(dir, "sub"), "vet", "."); (code != 0) != found {
			t.Errorf("%s: code %d\n%s", what, code, stderr)
		}
	}
	vet("no configuration", true)
	put(t, dir, "tlslint.toml", "[lint]\nignore = [\"TLS101\"]\n")
	vet("TLS101 ignored", false)
	put(t, dir, "tlslint.toml", "[lint]\nignore = [\"TLS201\"]\n")
	vet("TLS201 ignored", true)
	put(t, dir, "tlslint.toml", "extends = \"base.toml\"\n")
	put(t, dir, "base.toml", "[lint]\nexclude = [\"sub/**\"]\n")
	vet("excluded by what is extended", false)
	put(t, dir, "base.toml", "[lint.per-file.\"sub/*.go\"]\nseverity = \"low\"\n")
	vet("severity capped", false)
	put(t, dir, "base.toml", "[lint.rules.TLS101]\nseverity = \"low\"\n")
	vet("severity of the rule lowered", false)
	put(t, dir, "base.toml", "[lint.tests]\npatterns = [\"sub/*\"]\n")
	vet("test code by a glob", false)
	put(t, dir, "base.toml", "")
	vet("nothing extended", true)
	put(t, dir, "tlslint.toml", "[lnt]\n")
	_, stderr, code := goCommand(t, dir, "vet", "./...")
	if code == 0 {
		t.Error("a broken configuration is not an error")
	}
	want(t, "stderr", stderr, "tlslint.toml", "lnt")
}

func TestVetConfigurationOfAnotherWorkspaceModule(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "go.work", "go 1.24\n\nuse ./m\n")
	put(t, dir, "m/go.mod", goMod)
	put(t, dir, "m/p.go", insecure)
	vet := func(what string, found bool) {
		t.Helper()
		if _, stderr, code := goCommand(t, dir, "vet", "./m/..."); (code != 0) != found {
			t.Errorf("%s: code %d\n%s", what, code, stderr)
		}
	}
	vet("no configuration", true)
	put(t, dir, "m/tlslint.toml", "[lint]\nignore = [\"TLS1\"]\n")
	vet("ignored by the module's configuration", false)
}

func TestOwnPatterns(t *testing.T) {
	dir := module(t, map[string]string{
		"p.go":     "package p\n\nimport \"pay.example/m/own\"\n\nfunc F() { own.Call(false) }\n",
		"own/o.go": "package own\n\nfunc Call(verify bool) {}\n",
	})
	if _, stderr, code := goCommand(t, dir, "vet", "./..."); code != 0 {
		t.Fatalf("code %d\n%s", code, stderr)
	}
	put(t, dir, "tlslint.toml", `[[pattern]]
id = "own-call"
rule = "TLS101"
lang = "go"
library = "own"
title = "own.Call does not verify the server's certificate"
at = [ { call = "pay.example/m/own.Call", arg = 0 } ]
bad = ["false"]
fix = [ { style = "env", class = "safe", value = "true" } ]
`)
	_, stderr, code := goCommand(t, dir, "vet", "./...")
	if code == 0 {
		t.Error("the team's own pattern finds nothing")
	}
	want(t, "stderr", stderr, "TLS101: own.Call")
}

func TestVetOfCgo(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip("no C compiler")
	}
	if os.Getenv("CGO_ENABLED") == "0" {
		t.Skip("cgo is off")
	}
	cgo := strings.Replace(insecure, `import "crypto/tls"`, "// int one(void) { return 1; }\nimport \"C\"\n\nimport \"crypto/tls\"\n\nvar one = C.one()", 1)
	dir := module(t, map[string]string{"p.go": cgo})
	_, stderr, code := goCommand(t, dir, "vet", "./...")
	if code == 0 {
		t.Error("exit code 0")
	}
	want(t, "stderr", stderr, "p.go:12:3: TLS101")
	if stdout, stderr, code := goCommand(t, dir, "vet", "-fix", "./..."); code != 0 {
		t.Errorf("-fix: code %d\n%s%s", code, stdout, stderr)
	}
	if got := read(t, dir, "p.go"); got != cgo {
		t.Errorf("edits of what cgo wrote reached the file:\n%s", got)
	}
}

func TestSuppressions(t *testing.T) {
	with := func(comment string) string {
		return strings.Replace(insecure, "true,", "true, "+comment, 1)
	}
	for _, tc := range []struct {
		name, source, config string
		found                bool
		message              string
	}{
		{name: "inline", source: with("//tlslint:ignore TLS101 -- appliance")},
		{name: "above the statement", source: strings.Replace(insecure, "\treturn", "\t// tlslint:ignore TLS101 until=2999-12-31 -- appliance\n\treturn", 1)},
		{name: "another rule", source: with("//tlslint:ignore TLS201 -- no"), found: true},
		{name: "expired", source: with("//tlslint:ignore TLS101 until=2001-01-01 -- x"), found: true, message: "suppression expired"},
		{name: "file", source: "// tlslint:ignore-file TLS101 -- generated\n" + insecure},
		{name: "foreign lowers", source: with("//nolint:gosec // appliance")},
		{name: "nosec lowers", source: with("// #nosec G402")},
		{name: "foreign ignored", source: with("//nolint:gosec"), config: "[suppressions]\nforeign = \"ignore\"\n", found: true},
		{name: "table", source: insecure, config: "[[suppress]]\nrule = \"TLS101\"\npath = \"sub/*.go\"\nreason = \"x\"\n"},
		{name: "table for another file", source: insecure, config: "[[suppress]]\nrule = \"TLS101\"\npath = \"other/*.go\"\nreason = \"x\"\n", found: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			files := map[string]string{"sub/p.go": tc.source}
			if tc.config != "" {
				files["tlslint.toml"] = tc.config
			}
			_, stderr, code := goCommand(t, module(t, files), "vet", "./...")
			if (code != 0) != tc.found {
				t.Errorf("code %d\n%s", code, stderr)
			}
			want(t, "stderr", stderr, tc.message)
		})
	}
}

func TestGeneratedFilesAreLikeOthers(t *testing.T) {
	const header = "// Code generated by a test. DO NOT EDIT.\n\n"
	dir := module(t, map[string]string{"p.go": header + insecure})
	_, stderr, code := goCommand(t, dir, "vet", "./...")
	if code == 0 {
		t.Error("exit code 0")
	}
	want(t, "stderr", stderr, "p.go:9:3: TLS101")
	if stdout, stderr, code := goCommand(t, dir, "vet", "-fix", "./..."); code != 0 {
		t.Errorf("-fix: code %d\n%s%s", code, stdout, stderr)
	}
	if got := read(t, dir, "p.go"); got != header+secure {
		t.Errorf("got\n%s", got)
	}
}

// The default of a server follows the go line of the module.
func TestDefaultOfTheGoLine(t *testing.T) {
	server := `package m

import (
	"crypto/tls"
	"net/http"
)

func Serve() error {
	s := &http.Server{TLSConfig: &tls.Config{}}
	return s.ListenAndServeTLS("cert.pem", "key.pem")
}
`
	for version, found := range map[string]bool{"1.20": true, "1.22": false} {
		dir := module(t, map[string]string{"s.go": server, "go.mod": "module m\n\ngo " + version + "\n"})
		if _, stderr, code := goCommand(t, dir, "vet", "-tlslintlower.confidence=low", "./..."); (code != 0) != found {
			t.Errorf("go %s: code %d\n%s", version, code, stderr)
		}
	}
}

func TestIsVetTool(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "unit.cfg", "\n{\"ID\": \"p\"}")
	put(t, dir, "setup.cfg", "[metadata]\nname = x\n")
	unitCfg, setupCfg := filepath.Join(dir, "unit.cfg"), filepath.Join(dir, "setup.cfg")
	for _, tc := range []struct {
		args []string
		want bool
	}{
		{[]string{"-V=full"}, true},
		{[]string{"-flags"}, true},
		{[]string{unitCfg}, true},
		{[]string{"-json", "-tls101", unitCfg}, true},
		{[]string{filepath.Join(dir, "gone", "vet.cfg")}, true},
		{nil, false},
		{[]string{"check", unitCfg}, false},
		{[]string{setupCfg}, false},
		{[]string{"-v", setupCfg}, false},
		{[]string{filepath.Join(dir, "gone.cfg")}, false},
		{[]string{"version"}, false},
	} {
		if got := unit.IsVetTool(tc.args); got != tc.want {
			t.Errorf("%q: %v", tc.args, got)
		}
	}
}

func run(args ...string) (stdout, stderr string, code int) {
	var out, errs bytes.Buffer
	code = unit.Run(args, &out, &errs)
	return out.String(), errs.String(), code
}

func TestVersion(t *testing.T) {
	t.Chdir(t.TempDir())
	first, stderr, code := run("-V=full")
	fields := strings.Fields(first)
	if code != 0 || len(fields) != 4 || fields[1] != "version" || fields[2] != "devel" || !strings.HasPrefix(fields[3], "buildID=") || strings.Contains(fields[3], "/") {
		t.Fatalf("got %q, %s", first, stderr)
	}
	if again, _, _ := run("-V=full"); again != first {
		t.Error("two calls, two build ids")
	}
	put(t, ".", "tlslint.toml", "")
	second, _, _ := run("-V=full")
	put(t, ".", ".tlslint-baseline.json", "[]")
	third, _, _ := run("-V=full")
	if first == second || second == third {
		t.Error("the build id does not follow configuration and baseline")
	}
	t.Setenv("TLSLINT_CONFIG", "tlslint.toml")
	if _, stderr, code := run("-V=full"); code == 0 || !strings.Contains(stderr, "absolute") {
		t.Errorf("a relative TLSLINT_CONFIG: code %d, %s", code, stderr)
	}
	if _, _, code := run("-V=short"); code == 0 {
		t.Error("-V=short is no error")
	}
}

func TestFlags(t *testing.T) {
	stdout, _, code := run("-flags")
	var list []struct {
		Name  string
		Bool  bool
		Usage string
	}
	if err := json.Unmarshal([]byte(stdout), &list); err != nil || code != 0 {
		t.Fatal(err, code)
	}
	got := map[string]bool{}
	for _, f := range list {
		got[f.Name] = f.Bool
		if f.Usage == "" {
			t.Errorf("-%s has no usage", f.Name)
		}
	}
	for name, isBool := range map[string]bool{"json": true, "diff": true, "tls101": true, "tlslintlower.severity": false, "tlslintlower.tests": false} {
		if b, ok := got[name]; !ok || b != isBool {
			t.Errorf("-%s: listed %v, boolean %v", name, ok, b)
		}
	}
}

func TestBadDescriptions(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "empty.cfg", "")
	put(t, dir, "nonsense.cfg", "{\"GoFiles\": 3}")
	put(t, dir, "missing.cfg", `{"ID": "p", "Dir": "`+filepath.ToSlash(dir)+`", "GoFiles": ["`+filepath.ToSlash(dir)+`/gone.go"]}`)
	for _, name := range []string{"empty.cfg", "nonsense.cfg", "missing.cfg", "gone.cfg"} {
		_, stderr, code := run(filepath.Join(dir, name))
		if code != 1 || strings.Count(stderr, "\n") != 1 || !strings.HasPrefix(stderr, "tlslint: ") {
			t.Errorf("%s: code %d, %q", name, code, stderr)
		}
	}
	if _, _, code := run("-nosuchflag", "x.cfg"); code != 1 {
		t.Error("an unknown flag is no error")
	}
	if _, _, code := run("a", "b"); code != 1 {
		t.Error("two arguments are no error")
	}
}

// describe writes the description of a package of one file.
func describe(t testing.TB, source string, change func(map[string]any)) (cfg, dir string) {
	t.Helper()
	dir = t.TempDir()
	file := filepath.Join(dir, "p.go")
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	d := map[string]any{
		"ID": "p", "ImportPath": "p", "Dir": dir, "GoFiles": []string{file},
		"GoVersion": "go1.24", "VetxOutput": filepath.Join(dir, "vet.out"),
	}
	if change != nil {
		change(d)
	}
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	cfg = filepath.Join(dir, "vet.cfg")
	if err := os.WriteFile(cfg, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return cfg, dir
}

// Without any export data, as an old or foreign build system gives none, types
// come from the stubs.
func TestWithoutExportData(t *testing.T) {
	cfg, dir := describe(t, insecure, nil)
	_, stderr, code := run(cfg)
	if code != 1 {
		t.Errorf("code %d", code)
	}
	want(t, "stderr", stderr, "p.go:7:3: TLS101")
	if read(t, dir, "vet.out") == "" {
		t.Error("no facts file")
	}
}

func TestDamagedExportData(t *testing.T) {
	cfg, _ := describe(t, insecure, func(d map[string]any) {
		dir := d["Dir"].(string)
		put(t, dir, "tls.a", "go object linux amd64 go9.99 X\nnot export data")
		d["PackageFile"] = map[string]string{"crypto/tls": filepath.Join(dir, "tls.a")}
		d["ImportMap"] = map[string]string{"crypto/tls": "crypto/tls"}
	})
	_, stderr, code := run(cfg)
	if code != 1 {
		t.Errorf("code %d", code)
	}
	want(t, "stderr", stderr, "p.go:7:3: TLS101")
}

func TestVetxOnly(t *testing.T) {
	cfg, dir := describe(t, "this is not Go: InsecureSkipVerify crypto/tls", func(d map[string]any) { d["VetxOnly"] = true })
	if stdout, stderr, code := run(cfg); code != 0 || stdout+stderr != "" {
		t.Errorf("code %d, %s%s", code, stdout, stderr)
	}
	if read(t, dir, "vet.out") == "" {
		t.Error("no facts file")
	}
}

func TestWithoutNeedlesNothingIsParsed(t *testing.T) {
	cfg, dir := describe(t, "this is not Go", nil)
	if stdout, stderr, code := run(cfg); code != 0 || stdout+stderr != "" {
		t.Errorf("code %d, %s%s", code, stdout, stderr)
	}
	if read(t, dir, "vet.out") == "" {
		t.Error("no facts file")
	}
	if stdout, _, code := run("-json", cfg); code != 0 || stdout != "{}\n" {
		t.Errorf("-json: code %d, %q", code, stdout)
	}
}

func TestSyntaxError(t *testing.T) {
	broken := strings.Replace(insecure, "func Dial", "func func Dial", 1)
	cfg, _ := describe(t, broken, nil)
	_, stderr, code := run(cfg)
	if code != 1 {
		t.Errorf("code %d", code)
	}
	want(t, "stderr", stderr, "p.go:5:6: ")
	cfg, _ = describe(t, broken, func(d map[string]any) { d["SucceedOnTypecheckFailure"] = true })
	if _, stderr, code := run(cfg); code != 0 || stderr != "" {
		t.Errorf("SucceedOnTypecheckFailure: code %d, %s", code, stderr)
	}
}

func TestSucceedOnTypecheckFailure(t *testing.T) {
	cfg, _ := describe(t, insecure+"\nvar X int = \"no\"\n", func(d map[string]any) { d["SucceedOnTypecheckFailure"] = true })
	if _, stderr, code := run(cfg); code != 0 || stderr != "" {
		t.Errorf("code %d, %s", code, stderr)
	}
}

// Without an archive, as before Go 1.26, files are written.
func TestFixWritesFiles(t *testing.T) {
	cfg, dir := describe(t, insecure, nil)
	if _, stderr, code := run("-fix", cfg); code != 0 {
		t.Fatalf("code %d, %s", code, stderr)
	}
	if got := read(t, dir, "p.go"); got != secure {
		t.Errorf("got\n%s", got)
	}
}

func FuzzDescription(f *testing.F) {
	f.Add([]byte(`{"ID":"p","GoFiles":["p.go"],"VetxOnly":true}`))
	f.Add([]byte(`{"GoFiles":[""],"ImportMap":{"a":"b"},"PackageFile":{"b":"c"}}`))
	f.Add([]byte(`[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if bytes.Contains(data, []byte("VetxOutput")) || bytes.Contains(data, []byte("Stdout")) || bytes.Contains(data, []byte("\\u")) {
			t.Skip("would write files")
		}
		cfg := filepath.Join(t.TempDir(), "vet.cfg")
		if err := os.WriteFile(cfg, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, stderr, code := run(cfg); code != 0 && stderr == "" {
			t.Errorf("failed without a word: %q", data)
		}
	})
}

func BenchmarkVersion(b *testing.B) {
	for b.Loop() {
		run("-V=full")
	}
}

func BenchmarkUnitWithoutNeedles(b *testing.B) {
	cfg, _ := describe(b, "package p\n\nimport \"fmt\"\n\nfunc F() { fmt.Println() }\n", nil)
	for b.Loop() {
		run(cfg)
	}
}

// BenchmarkStart measures a whole process, as the go command starts one a package.
func BenchmarkStart(b *testing.B) {
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cfg, _ := describe(b, "package p\n\nfunc F() {}\n", nil)
	for _, args := range [][]string{{"-V=full"}, {cfg}} {
		b.Run(filepath.Base(args[0]), func(b *testing.B) {
			for b.Loop() {
				if err := exec.Command(exe, args...).Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
