package scan_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"

	_ "github.com/tlslint/tlslint/languages/golang"
)

const insecure = "package p\n\nimport \"crypto/tls\"\n\nvar C = &tls.Config{InsecureSkipVerify: true}\n"

// tree writes files below a new folder and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func run(t *testing.T, o scan.Options) *scan.Result {
	t.Helper()
	o.NoGitignore = true
	res, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// places are the findings as "path:line rule".
func places(res *scan.Result) []string {
	var out []string
	for _, f := range res.Findings() {
		out = append(out, fmt.Sprintf("%s:%d %s", f.Path, f.Span.Start.Line, f.Rule))
	}
	return out
}

// acme is a team's own row with a context: "example.com/acme".
func acme(t *testing.T) pattern.File {
	t.Helper()
	file, err := pattern.Parse("own.toml", "go", []byte(`
[[pattern]]
id = "acme-quux"
rule = "TLS101"
library = "example.com/acme/rpc"
title = "acme/rpc does not verify"
at = [ { member = "example.com/acme/rpc.Options.QuuxVerify" } ]
bad = ["true"]
stub = "package rpc\n\ntype Options struct{ QuuxVerify bool }\n\nfunc New() *Options\n"
`))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOnlyFilesWithAnchorAndContextAreParsed(t *testing.T) {
	const anchor = "package p\n\nfunc f() { shared.QuuxVerify = true }\n"
	const context = "package p\n\nimport \"example.com/acme/rpc\"\n\nvar shared = rpc.New()\n"
	tests := []struct {
		name   string
		files  map[string]string
		paths  []string
		files_ int
		parsed int
		want   []string
	}{
		{"neither", map[string]string{"a.go": "package p\n"}, nil, 1, 0, nil},
		{"anchor without context", map[string]string{"a.go": anchor}, nil, 1, 0, nil},
		{"context without anchor", map[string]string{"a.go": context}, nil, 1, 0, nil},
		{"context in a sibling", map[string]string{"a.go": anchor, "b.go": context}, nil, 2, 1, []string{"a.go:3 TLS101"}},
		{"context in another folder", map[string]string{"a.go": anchor, "b/b.go": context}, nil, 2, 0, nil},
		{"both in one file", map[string]string{"a.go": context + "\nfunc f() { shared.QuuxVerify = true }\n"}, nil, 1, 1, []string{"a.go:7 TLS101"}},
		// The siblings of a named file are not searched, so its anchor is enough.
		{"named, context in a sibling", map[string]string{"a.go": anchor, "b.go": context}, []string{"a.go"}, 1, 1, []string{"a.go:3 TLS101"}},
		{"other files do not count", map[string]string{"a.go": anchor, "notes.txt": context}, nil, 1, 0, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := run(t, scan.Options{Root: tree(t, tt.files), Paths: tt.paths, Own: acme(t), Langs: []string{"go"}})
			if res.Files != tt.files_ || res.Parsed != tt.parsed {
				t.Errorf("%d files, %d parsed; want %d and %d", res.Files, res.Parsed, tt.files_, tt.parsed)
			}
			if got := places(res); !slices.Equal(got, tt.want) {
				t.Errorf("findings %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSuppressionsAreSeenWithoutAnythingToSuppress(t *testing.T) {
	res := run(t, scan.Options{Root: tree(t, map[string]string{"a.go": "package p\n\n//tlslint:ignore TLS101 -- gone\n"})})
	if res.Parsed != 1 || len(res.Comments["a.go"]) != 1 || res.Sources["a.go"] == nil {
		t.Errorf("parsed %d, comments %v: the comment is not there to be called unused", res.Parsed, res.Comments)
	}
}

func TestOnlySourcesThatMatterAreKept(t *testing.T) {
	res := run(t, scan.Options{Root: tree(t, map[string]string{
		"bad/a.go":  insecure,
		"good/b.go": strings.Replace(insecure, "true", "false", 1),
	})})
	if res.Sources["bad/a.go"] == nil || res.Sources["good/b.go"] != nil {
		t.Errorf("kept %d sources, want only that of bad/a.go", len(res.Sources))
	}
}

func TestTests(t *testing.T) {
	root := tree(t, map[string]string{"a_test.go": insecure})
	for level, want := range map[string]finding.Severity{"note": finding.Low, "": finding.Low, "same": finding.High, "off": 0} {
		res := run(t, scan.Options{Root: root, Tests: level})
		var got finding.Severity
		if len(res.Judged) > 0 {
			got = res.Judged[0].Finding.Severity
		}
		if got != want {
			t.Errorf("tests %q: severity %v, want %v", level, got, want)
		}
	}
}

func TestSelectAndSeverity(t *testing.T) {
	root := tree(t, map[string]string{"a/a.go": insecure, "b/b.go": insecure})
	res := run(t, scan.Options{
		Root:     root,
		Select:   func(rule, _, rel string) bool { return rule == "TLS101" && rel == "b/b.go" },
		Severity: func(rule, rel string) finding.Severity { return finding.Critical },
	})
	if got := places(res); !slices.Equal(got, []string{"b/b.go:5 TLS101"}) {
		t.Fatalf("findings %q", got)
	}
	if f := res.Findings()[0]; f.Severity != finding.Critical || f.Base != finding.Critical {
		t.Errorf("severity %v of %v, want critical", f.Severity, f.Base)
	}
}

func TestOverlayReplacesTheDisk(t *testing.T) {
	root := tree(t, map[string]string{"a.go": insecure})
	o := scan.Options{Root: root, Overlay: map[string][]byte{filepath.Join(root, "a.go"): []byte("package p\n")}}
	if res := run(t, o); len(res.Judged) != 0 {
		t.Errorf("found %q in what is no longer there", places(res))
	}
	o.Overlay[filepath.Join(root, "a.go")] = []byte{}
	if res := run(t, o); len(res.Judged) != 0 || res.Files != 1 {
		t.Errorf("an empty overlay is an empty file: %q", places(res))
	}
}

func TestStdinStandsForItsFile(t *testing.T) {
	root := tree(t, map[string]string{"b.go": insecure})
	name := filepath.Join(root, "new", "a.go")
	res := run(t, scan.Options{Root: root, Stdin: name, Overlay: map[string][]byte{name: []byte(insecure)}})
	if got := places(res); !slices.Equal(got, []string{"new/a.go:5 TLS101"}) {
		t.Errorf("findings %q: nothing but standard input counts", got)
	}
	name = filepath.Join(root, "a.cobol")
	res = run(t, scan.Options{Root: root, Stdin: name, Overlay: map[string][]byte{name: []byte(insecure)}})
	if len(res.Judged) != 0 || len(res.Skipped) != 1 || res.Skipped[0].Incomplete {
		t.Errorf("a file of no language: %q, skipped %v", places(res), res.Skipped)
	}
}

func TestWhatCannotBeReadIsIncomplete(t *testing.T) {
	res := run(t, scan.Options{Root: tree(t, map[string]string{
		"clauseless/a.go": "InsecureSkipVerify crypto/tls",
		"harmless/b.go":   "nothing that matters",
		"binary/c.go":     insecure + "\x00",
	})})
	var got []string
	for _, s := range res.Skipped {
		reason, _, _ := strings.Cut(s.Reason, ":")
		got = append(got, fmt.Sprint(s.Path, " ", reason, " ", s.Incomplete))
	}
	want := []string{"binary/c.go binary false", "clauseless/a.go not a Go file true"}
	if !slices.Equal(got, want) {
		t.Errorf("skipped %q, want %q", got, want)
	}
}

// many is a tree in which the order of workers would show.
func many(t *testing.T) string {
	files := map[string]string{}
	for i := range 60 {
		files[fmt.Sprintf("d%02d/a.go", i)] = insecure
		files[fmt.Sprintf("d%02d/b.go", i)] = "package p\n\nimport \"crypto/tls\"\n\nfunc f(insecure bool) *tls.Config {\n\treturn &tls.Config{InsecureSkipVerify: insecure, MinVersion: tls.VersionTLS10}\n}\n"
		files[fmt.Sprintf("d%02d/broken.go", i)] = "InsecureSkipVerify"
	}
	return tree(t, files)
}

func TestTheOrderOfWorkersDoesNotShow(t *testing.T) {
	root := many(t)
	first := run(t, scan.Options{Root: root, Jobs: 1})
	if len(first.Judged) != 180 || len(first.Skipped) != 60 {
		t.Fatalf("%d findings, %d skipped: want 180 and 60", len(first.Judged), len(first.Skipped))
	}
	for range 3 {
		next := run(t, scan.Options{Root: root, Jobs: 8})
		if !reflect.DeepEqual(first.Findings(), next.Findings()) || !slices.Equal(first.Skipped, next.Skipped) {
			t.Fatal("8 workers give another result than one")
		}
	}
}

func TestCancelledRunsEndAtOnce(t *testing.T) {
	root := many(t)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	late, stop := context.WithTimeout(context.Background(), time.Millisecond)
	defer stop()
	for name, ctx := range map[string]context.Context{"before": cancelled, "during": late} {
		done := make(chan error, 1)
		go func() {
			_, err := scan.Run(ctx, scan.Options{Root: root, NoGitignore: true})
			done <- err
		}()
		select {
		case err := <-done:
			if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: error %v, want that of the context", name, err)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%s: still running after a minute", name)
		}
	}
}

// broken is a language that does something else than lower: hostile source must
// not end the run, nor hold it up.
type broken struct {
	languages.Language
	name  string
	lower func()
}

func (b broken) Name() string              { return b.name }
func (b broken) Handles(p string) bool     { return strings.HasSuffix(p, "."+b.name) }
func (broken) Unit(p string) string        { return p }
func (broken) Rows() (pattern.File, error) { return pattern.File{}, nil }
func (b broken) Lower(context.Context, languages.Input) (out languages.Output, err error) {
	b.lower()
	return out, nil
}

func TestAPanicIsAFileThatWasNotAnalysed(t *testing.T) {
	languages.Register(broken{name: "panics", lower: func() { panic("index out of range") }})
	res := run(t, scan.Options{Root: tree(t, map[string]string{
		"a.panics": "tlslint:ignore", "b/b.go": insecure,
	}), Langs: []string{"go", "panics"}})
	if got := places(res); !slices.Equal(got, []string{"b/b.go:5 TLS101"}) {
		t.Errorf("findings %q", got)
	}
	want := scan.Skip{Path: "a.panics", Reason: "internal error: index out of range", Incomplete: true}
	if !slices.Equal(res.Skipped, []scan.Skip{want}) {
		t.Errorf("skipped %v, want %v", res.Skipped, want)
	}
}

func TestWhatHangsIsLeftBehind(t *testing.T) {
	forever := make(chan struct{})
	defer close(forever)
	started := make(chan struct{}, 2)
	languages.Register(broken{name: "hangs", lower: func() { started <- struct{}{}; <-forever }})
	root := tree(t, map[string]string{"a.hangs": "tlslint:ignore"})
	o := scan.Options{Root: root, Langs: []string{"hangs"}, NoGitignore: true}

	// Somebody presses Ctrl-C.
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-started; cancel() }()
	if _, err := scan.Run(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}

	// Nobody does.
	defer scan.SetUnitLimit(10 * time.Millisecond)()
	want := scan.Skip{Path: "a.hangs", Reason: "took longer than 10ms", Incomplete: true}
	if res := run(t, o); !slices.Equal(res.Skipped, []scan.Skip{want}) {
		t.Errorf("skipped %v, want %v", res.Skipped, want)
	}
}

func TestTestPath(t *testing.T) {
	tests := []struct{ path, want string }{
		{"main.go", ""},
		{"cmd/server/main.go", ""},
		{"client_test.go", "test file"},
		{"pay/client_test.go", "test file"},
		{"pay/test_client.py", "test file"},
		{"pay/client.test.ts", "test file"},
		{"pay/client.spec.ts", "test file"},
		{"pay/conftest.py", "test file"},
		{"pay/testutil.go", "test file"},
		{"pay/test_helpers.go", "test file"},
		{"pay/pay_testing.go", "test file"},
		{"cluster/smoke-test.sh", "test file"},
		{"hack/test-cmd.sh", "test file"},
		{"system/login.bats", "test file"},
		{"hack/contest.sh", ""},
		{"hack/testimony.sh", ""},
		{"pay/contest.go", ""},
		{"pay/latest.go", ""},
		{"pay/attestation.go", ""},
		{"pay/example_test.go", "test file"},
		{"pay/example_dial.go", "example"},
		{"pay/dial_example.go", "example"},
		{"roles/a/molecule/default/converge.yml", "test file"},
		{"molecule/default/tasks/a.yaml", "test file"},
		{"molecule/_helper.yml", "test file"},
		{"molecule/default/bond.py", ""},
		{"charts/a/ci/tls-values.yaml", "test file"},
		{"charts/a/values.yaml", ""},
		{"ci/deploy.yaml", ""},
		{"tests/main.go", "test folder tests"},
		{"Tests/main.go", "test folder Tests"},
		{"a/testdata/b/c.go", "test data testdata"},
		{"e2e/run.go", "test folder e2e"},
		{"pkg/testutils/dial.go", "test helper testutils"},
		{"examples/pay/main.go", "example examples"},
		{"_examples/main.go", "example _examples"},
		{"docs/snippet.go", "documentation docs"},
		{"contests/main.go", ""},
		{"protest/main.go", ""},
		// What lies above the root says nothing about the code.
		{"../test/main.go", ""},
		{"../../examples/a/main.go", ""},
		{"../client_test.go", "test file"},
		{"lab/main.go", "matches lab/**"},
		{"sub/lab/main.go", ""},
	}
	for _, tt := range tests {
		if got := scan.TestPath(tt.path, []string{"lab/**", "[bad"}); got != tt.want {
			t.Errorf("TestPath(%q) = %q, want %q", tt.path, got, tt.want)
		}
	}
}

func TestMatchGlob(t *testing.T) {
	tests := []struct {
		glob, path string
		want       bool
	}{
		{"*.go", "main.go", true},
		{"*.go", "a/b/main.go", true}, // no slash: the name alone
		{"a/*.go", "a/main.go", true},
		{"a/*.go", "a/b/main.go", false},
		{"a/**", "a/b/main.go", true},
		{"**/main.go", "main.go", true},
		{"[", "[", false},
	}
	for _, tt := range tests {
		if got := scan.MatchGlob(tt.glob, tt.path); got != tt.want {
			t.Errorf("MatchGlob(%q, %q) = %v, want %v", tt.glob, tt.path, got, tt.want)
		}
	}
}

func TestRowsAreTestedOnTheirExamples(t *testing.T) {
	own := acme(t)
	const head = "package p\n\nimport \"example.com/acme/rpc\"\n\n"
	on, off := head+"var o = rpc.Options{QuuxVerify: true}\n", head+"var o = rpc.Options{}\n"
	tests := []struct {
		name string
		ex   pattern.Example
		want []string // the beginnings of the failures
	}{
		{"right", pattern.Example{Insecure: []string{on}, Safe: []string{off}}, nil},
		{"not found", pattern.Example{Insecure: []string{off}}, []string{"insecure[0] is not found"}},
		{"found though safe", pattern.Example{Safe: []string{off, on}}, []string{"safe[1] is found by acme-quux at line 5"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, err := scan.TestRow(context.Background(), own.Rows[0], own, tt.ex)
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Failures) != len(tt.want) {
				t.Fatalf("failures %q, want %q", res.Failures, tt.want)
			}
			for i, f := range res.Failures {
				if !strings.HasPrefix(f, tt.want[i]) {
					t.Errorf("failure %q, want %q", f, tt.want[i])
				}
			}
		})
	}
}
