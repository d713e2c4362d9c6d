package report

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlslint/tlslint/finding"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const (
	goSource = `package pay

import "crypto/tls"

func NewClient(opts Options) *tls.Config {
	if opts.Insecure {
		return &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10}
	}
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection: func(tls.ConnectionState) error {
			// accept whatever comes

			return nil
		},
	}
}
`
	pySource = "# Zahlungsprüfung 💶\r\n" +
		"import requests\r\n" +
		"r = requests.get(\"https://zahlung.example/ä€😀\", verify=False)  # 全て\r\n" +
		"s = requests.Session()\r\n" +
		"s.verify = False\r\n"
	shSource = "#!/bin/sh\ncurl -k https://a.example"
)

// files is a tree in memory.
type files map[string]string

func (m files) source(path string) []byte {
	if text, ok := m[path]; ok {
		return []byte(text)
	}
	return nil
}

// span finds the nth (from 0) occurrence of text in the file at path.
func (m files) span(t testing.TB, path, text string, nth int) finding.Span {
	t.Helper()
	start := 0
	for {
		i := strings.Index(m[path][start:], text)
		if i < 0 {
			t.Fatalf("%s has no %q", path, text)
		}
		start += i
		if nth == 0 {
			return finding.Span{Start: m.position(path, start), End: m.position(path, start+len(text))}
		}
		nth--
		start++
	}
}

func (m files) position(path string, offset int) finding.Position {
	before := m[path][:offset]
	return finding.Position{
		Offset: offset,
		Line:   strings.Count(before, "\n") + 1,
		Column: offset - strings.LastIndex(before, "\n"),
	}
}

func (m files) edit(t testing.TB, path, old, replacement string, nth int) finding.Edit {
	s := m.span(t, path, old, nth)
	return finding.Edit{Path: path, Start: s.Start.Offset, End: s.End.Offset, New: replacement}
}

var testRules = []Rule{
	{
		ID: "TLS103", Name: "accept-all-verifier", Title: "Verifier accepts everything", CWE: "CWE-295",
		Severity: finding.High, Short: "A verifier accepts every certificate.",
		Why: "the check runs and always says yes",
	},
	{
		ID: "TLS101", Name: "certificate-verification-off", Title: "Certificate verification is off", CWE: "CWE-295",
		Severity: finding.High, Short: "The client accepts any certificate.",
		Full:     "The client encrypts, and does not know for whom.",
		Markdown: "# TLS101\n\nThe client accepts any certificate.\n", HelpURI: "https://tlslint.example/rules/TLS101",
		Why: "anyone on the path can read and change this traffic",
	},
	{
		ID: "TLS201", Name: "obsolete-protocol", Title: "Obsolete protocol", CWE: "CWE-327, CWE-757",
		Severity: finding.Medium, Short: "A version below TLS 1.2 is allowed.",
		Why: "TLS 1.0 and 1.1 are broken (RFC 8996)",
	},
}

// sample is a result with something of everything.
func sample(t testing.TB) *Result {
	m := files{"internal/pay/client.go": goSource, "svc/app.py": pySource, "run.sh": shSource}
	const client, app = "internal/pay/client.go", "svc/app.py"
	dropSwitch := finding.Fix{
		Class: finding.Safe, Style: finding.StyleEnv,
		Title: "drop the switch; trust comes from SSL_CERT_FILE or the system store",
		Edits: []finding.Edit{m.edit(t, client, "\t\tInsecureSkipVerify: true,\n", "", 0)},
	}
	bundle := finding.Fix{
		Class: finding.Unsafe, Style: finding.StyleBundle, Title: "trust the bundle in CORP_CA_FILE",
		Edits: []finding.Edit{
			m.edit(t, client, "InsecureSkipVerify: true", "RootCAs: corpPool()", 1),
			m.edit(t, client, "import \"crypto/tls\"\n", "import (\n\t\"crypto/tls\"\n\t\"os\"\n)\n", 0),
		},
	}
	slices.Reverse(bundle.Edits)
	fs := []*finding.Finding{
		{
			Rule: "TLS101", Pattern: "go-tls-config", Library: "crypto/tls",
			Message: "certificate verification is off", Path: client,
			Span: m.span(t, client, "InsecureSkipVerify: true", 1), Symbol: "NewClient",
			Sink: "crypto/tls.Config.InsecureSkipVerify", NodeKind: "member", Tokens: "InsecureSkipVerify:true",
			Exposure: finding.Always, Base: finding.High, Severity: finding.High, Confidence: finding.ConfidenceHigh,
			CAEnv: []string{"SSL_CERT_FILE"},
			Hosts: []finding.Host{
				{Name: "pay.corp.example", Port: "443", How: "literal", Line: 17}, {Name: "b.example"},
				{Name: "::1", Port: "8443"}, {Name: "d.example"}, {Name: "e.example"},
			},
			Fixes: []finding.Fix{dropSwitch, bundle},
		},
		{
			Rule: "TLS101", Pattern: "go-tls-config", Library: "crypto/tls",
			Message: "certificate verification can be switched off", Path: client,
			Span: m.span(t, client, "InsecureSkipVerify: true", 0), Symbol: "NewClient",
			Exposure: finding.Optional, Base: finding.High, Severity: finding.Low, Confidence: finding.ConfidenceHigh,
			Because: []string{"optional: guarded by opts.Insecure"}, Options: []string{"opts.Insecure"},
			Fixes: []finding.Fix{{
				Class: finding.Display,
				Recipe: "keep the switch, warn whenever it is used, and add an option that names a CA bundle, " +
					"so that nobody needs the switch in order to talk to a server of their own",
			}},
		},
		{
			Rule: "TLS201", Pattern: "go-min-version", Library: "crypto/tls", Message: "TLS 1.0 is allowed", Path: client,
			Span: m.span(t, client, "MinVersion: tls.VersionTLS10", 0), Symbol: "NewClient",
			Exposure: finding.Always, Base: finding.Medium, Severity: finding.Medium, Confidence: finding.ConfidenceMedium,
			Fixes: []finding.Fix{{Class: finding.Safe, Title: "drop MinVersion; the default is TLS 1.2",
				Edits: []finding.Edit{m.edit(t, client, ", MinVersion: tls.VersionTLS10", "", 0)}}},
		},
		{
			Rule: "TLS103", Pattern: "go-verify-connection", Library: "crypto/tls", Message: "the verifier accepts everything", Path: client,
			Span: m.span(t, client, "func(tls.ConnectionState) error {\n\t\t\t// accept whatever comes\n\n\t\t\treturn nil\n\t\t}", 0), Symbol: "NewClient",
			Exposure: finding.Default, Options: []string{"PAY_VERIFY"},
			Base: finding.High, Severity: finding.High, Confidence: finding.ConfidenceMedium,
			Fixes: []finding.Fix{{Class: finding.Display, Recipe: "check the chain in the verifier:\ncall state.PeerCertificates[0].Verify"}},
		},
		{
			Rule: "TLS101", Pattern: "py-requests", Library: "requests",
			Message: "certificate verification is off", Path: app,
			Span:     m.span(t, app, "verify=False", 0),
			Exposure: finding.Always, Base: finding.High, Severity: finding.High, Confidence: finding.ConfidenceHigh,
			Hosts:   []finding.Host{{Name: "zahlung.example", How: "literal", Line: 3}},
			Related: []finding.Related{{Path: app, Span: m.span(t, app, "requests", 0), Message: "requests is imported here"}}, Way: true,
			Fixes: []finding.Fix{{Class: finding.Safe, Title: "drop verify=False",
				Edits: []finding.Edit{m.edit(t, app, ", verify=False", "", 0)}}},
		},
		{
			Rule: "TLS101", Pattern: "py-requests-session", Library: "requests",
			Message: "certificate verification is off", Path: app,
			Span:     m.span(t, app, "s.verify = False", 0),
			Exposure: finding.Always, Base: finding.High, Severity: finding.High, Confidence: finding.ConfidenceHigh,
			Suppressed: &finding.Suppression{Kind: "inline", Reason: "appliance, SEC-812", Until: "2027-03-31", Owner: "@pay", Path: app, Line: 5},
		},
		{
			Rule: "TLS101", Pattern: "curl-k", Library: "curl", Message: "certificate verification is off", Path: "gone.sh",
			Span:     finding.Span{Start: finding.Position{Offset: 15, Line: 2, Column: 6}, End: finding.Position{Offset: 17, Line: 2, Column: 8}},
			Exposure: finding.Always, Base: finding.High, Severity: finding.High, Confidence: finding.ConfidenceHigh,
		},
	}
	finding.Sort(fs)
	finding.FingerprintAll(fs)
	return &Result{
		Tool: Tool{Name: "tlslint", Version: "1.2.3", InfoURI: "https://tlslint.example"},
		Root: "/home/somebody/src/shop", Category: "backend",
		Rules: testRules, Findings: fs, Source: m.source,
		Shown:       func(f *finding.Finding) bool { return f.Severity >= finding.Medium },
		MinSeverity: finding.Medium,
		Files:       120, ExitCode: 1,
		Args:    []string{"check", "--root=/home/somebody/src/shop/x", "/home/somebody/src/shopping"},
		Skipped: []Skip{{"big.min.js", "larger than 1 MB", true}, {"vendor/x.go", "vendored", false}},
		Elapsed: 1234 * time.Millisecond,
	}
}

func render(t testing.TB, format string, r *Result, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, format, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update rewrites it); got:\n%s", path, got)
	}
}

func TestGolden(t *testing.T) {
	for _, test := range []struct {
		file, format string
		o            Options
	}{
		{"text.golden", "text", Options{}},
		{"text_verbose.golden", "text", Options{Verbose: 1}},
		{"text_color.golden", "text", Options{Color: true}},
		{"text_narrow.golden", "text", Options{Width: 60}},
		{"concise.golden", "concise", Options{}},
		{"github.golden", "github", Options{}},
		{"diff.golden", "diff", Options{}},
		{"diff_color.golden", "diff", Options{Color: true}},
		{"json.golden", "json", Options{}},
		{"sarif.golden", "sarif", Options{}},
	} {
		t.Run(test.file, func(t *testing.T) {
			golden(t, test.file, render(t, test.format, sample(t), test.o))
		})
	}
}

func TestFormats(t *testing.T) {
	want := []string{"concise", "diff", "github", "json", "sarif", "text"}
	if got := Formats(); !slices.Equal(got, want) {
		t.Errorf("Formats() = %q, want %q", got, want)
	}
	err := Write(&bytes.Buffer{}, "xml", &Result{}, Options{})
	if err == nil || err.Error() != `unknown format "xml": want concise, diff, github, json, sarif, text` {
		t.Errorf("Write with an unknown format: %v", err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteReturnsTheErrorOfTheWriter(t *testing.T) {
	for _, format := range Formats() {
		if err := Write(brokenWriter{}, format, sample(t), Options{}); err == nil || !strings.Contains(err.Error(), "disk full") {
			t.Errorf("%s: error %v, want disk full", format, err)
		}
	}
}

func TestOutputIsDeterministicAndKeepsTheRootSecret(t *testing.T) {
	for _, format := range Formats() {
		a := sample(t)
		first := render(t, format, a, Options{Verbose: 1})
		b := sample(t)
		b.Elapsed = 77 * time.Hour
		b.Rules = slices.Clone(b.Rules)
		slices.Reverse(b.Rules)
		if second := render(t, format, b, Options{Verbose: 1}); second != first {
			t.Errorf("%s: two runs differ", format)
		}
		if strings.Contains(first, a.Root+"/") {
			t.Errorf("%s names the root of the scan", format)
		}
	}
}

func TestEmptyResult(t *testing.T) {
	want := map[string]string{"text": "", "concise": "", "github": "", "diff": ""}
	for _, format := range Formats() {
		got := render(t, format, &Result{}, Options{})
		if w, ok := want[format]; ok && got != w {
			t.Errorf("%s: %q, want nothing", format, got)
		}
	}
}

// hostile is a finding whose every text tries to leave its place.
func hostile(t testing.TB) (*Result, string) {
	const nasty = "\x1b[2J\u202e\u2066::warning::%0A%,:\r\nx\x00\x07\u009b31m\u200b\xff\U000e0041"
	path := "a b/\x1b]0;\u202e\n::error::%,:\"x.py"
	m := files{path: "ok\n" + nasty + "\nbye"}
	span := m.span(t, path, "[2J", 0)
	f := &finding.Finding{
		Rule: "TLS101" + nasty, Pattern: nasty, Library: nasty, Message: nasty, Path: path, Span: span, Symbol: nasty, Sink: nasty,
		Exposure: finding.Optional, Base: finding.High, Severity: finding.High, Confidence: finding.ConfidenceLow,
		Because: []string{nasty}, Options: []string{nasty}, CAEnv: []string{nasty},
		Hosts:   []finding.Host{{Name: nasty, Port: nasty, How: nasty, Line: -3}},
		Related: []finding.Related{{Path: path, Span: span, Message: nasty}},
		Fixes: []finding.Fix{
			{Class: finding.Safe, Title: nasty, Edits: []finding.Edit{{Path: path, Start: span.Start.Offset, End: span.End.Offset, New: nasty}}},
			{Class: finding.Display, Recipe: nasty},
		},
	}
	silent := *f
	silent.Suppressed = &finding.Suppression{Kind: "foreign", Reason: nasty, Until: nasty, Owner: nasty, Path: path, Line: 2}
	return &Result{
		Tool: Tool{Name: "tlslint"}, Findings: []*finding.Finding{f, &silent}, Source: m.source,
		Skipped: []Skip{{Path: path, Reason: nasty}}, Args: []string{nasty}, Category: nasty,
	}, path
}

// dangerous are characters that no output may hold, besides line ends.
func dangerous(r rune) bool { return r != '\n' && !printable(r) }

func TestHostileTextNeverReachesTheTerminal(t *testing.T) {
	for _, format := range Formats() {
		if format == "diff" {
			continue // a patch has to match the file; see TestDiffForATerminal
		}
		for _, o := range []Options{{}, {Verbose: 2, Width: 50}} {
			r, _ := hostile(t)
			got := render(t, format, r, o)
			if i := strings.IndexFunc(got, dangerous); i >= 0 {
				t.Errorf("%s has %q", format, got[i:min(i+20, len(got))])
			}
		}
	}
	var b bytes.Buffer
	r, _ := hostile(t)
	Summary(&b, r, Options{Verbose: 1})
	if i := strings.IndexFunc(b.String(), dangerous); i >= 0 {
		t.Errorf("the summary has %q", b.String()[i:])
	}
}

func TestHostileTextStaysOnItsLine(t *testing.T) {
	for _, format := range []string{"concise", "github"} {
		r, _ := hostile(t)
		if got := render(t, format, r, Options{}); strings.Count(got, "\n") != 1 {
			t.Errorf("%s: one finding takes %d lines:\n%s", format, strings.Count(got, "\n"), got)
		}
	}
}

func TestDiffForATerminal(t *testing.T) {
	r, _ := hostile(t)
	colored := render(t, "diff", r, Options{Color: true})
	for _, style := range []string{"1", "31", "32", "36", "0"} {
		colored = strings.ReplaceAll(colored, "\x1b["+style+"m", "")
	}
	if i := strings.IndexFunc(colored, dangerous); i >= 0 {
		t.Errorf("a coloured diff has %q", colored[i:])
	}
}

func TestGitHubEscapes(t *testing.T) {
	f := &finding.Finding{Rule: "TLS101", Message: "50% off\r\n::error::x", Path: "a,b:c%.py", Severity: finding.Low,
		Span: finding.Span{Start: finding.Position{Line: 3, Column: 2}, End: finding.Position{Line: 4, Column: 1}}}
	r := &Result{Rules: []Rule{{ID: "TLS101", Name: "x"}}, Findings: []*finding.Finding{f}}
	want := "::notice file=a%2Cb%3Ac%25.py,line=3,endLine=4,title=TLS101 x::50%25 off%0D%0A::error::x\n"
	if got := render(t, "github", r, Options{}); got != want {
		t.Errorf("got  %swant %s", got, want)
	}
}

func TestFindingWithoutARuleOrAFile(t *testing.T) {
	r := &Result{Findings: []*finding.Finding{{Rule: "ABC1", Message: "m", Path: "x", Severity: finding.High}}}
	for _, format := range Formats() {
		render(t, format, r, Options{Verbose: 1}) // must not panic
	}
	if got := render(t, "concise", r, Options{}); got != "x:1:1: ABC1 m\n" {
		t.Errorf("concise: %q", got)
	}
}

func TestSuppressedIsNeverShown(t *testing.T) {
	r := &Result{
		Shown:    func(*finding.Finding) bool { return true },
		Findings: []*finding.Finding{{Rule: "TLS101", Path: "x", Severity: finding.High, Suppressed: &finding.Suppression{Kind: "table"}}},
	}
	for _, format := range []string{"text", "concise", "github", "diff"} {
		if got := render(t, format, r, Options{}); got != "" {
			t.Errorf("%s shows a suppressed finding: %q", format, got)
		}
	}
}
