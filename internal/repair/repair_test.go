package repair

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/scan"

	_ "github.com/tlslint/tlslint/languages/golang"
)

func TestCompare(t *testing.T) {
	of := func(print string, e finding.Exposure, s finding.Severity) *finding.Finding {
		return &finding.Finding{Rule: "TLS101", Message: "m", Fingerprint: print, Exposure: e, Severity: s}
	}
	a0, a1 := of("a:0", finding.Always, finding.High), of("a:1", finding.Always, finding.High)
	b0 := of("b:0", finding.Always, finding.High)
	flag := of("a:0", finding.Default, finding.High)
	optional := of("a:0", finding.Optional, finding.Low)
	list := func(fs ...*finding.Finding) []*finding.Finding { return fs }
	tests := []struct {
		name                 string
		before, after, fixed []*finding.Finding
		want                 string
	}{
		{"gone", list(a0, b0), list(b0), list(a0), ""},
		{"still there", list(a0), list(a0), list(a0), "TLS101 is still there after the edit"},
		// The ordinal of the one that stays moves up.
		{"one of two equals", list(a0, a1), list(a0), list(a1), ""},
		{"both of two equals", list(a0, a1), nil, list(a0, a1), ""},
		{"neither of two equals", list(a0, a1), list(a0, a1), list(a1), "TLS101 is still there after the edit"},
		{"another one comes", list(a0), list(b0), list(a0), "the edit brings TLS101: m"},
		{"one more of the same", list(a0, b0), list(a0, a1), list(b0), "the edit brings TLS101: m"},
		{"a note comes", list(a0), list(of("c:0", finding.Always, finding.Low)), list(a0), ""},
		// A flipped default leaves the option behind.
		{"a flipped default", list(flag), list(optional), list(flag), ""},
		{"a default that stays", list(flag), list(flag), list(flag), "TLS101 is still there after the edit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := compare(tt.before, tt.after, tt.fixed); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("error %q, want %q", got, tt.want)
			}
		})
	}
}

// repaired scans a folder and repairs what is found.
func repaired(t *testing.T, o scan.Options, want fix.Options) *Result {
	t.Helper()
	o.NoGitignore = true
	prepare := func(res *scan.Result) { finding.FingerprintAll(res.Findings()) }
	first, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	prepare(first)
	res, err := Run(context.Background(), o, first, want, prepare)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

const insecure = "package p\n\nimport \"crypto/tls\"\n\nvar C = &tls.Config{InsecureSkipVerify: true}\n"

func write(t *testing.T, root, name, text string) string {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNothingIsWritten(t *testing.T) {
	root := t.TempDir()
	path := write(t, root, "a.go", insecure)
	res := repaired(t, scan.Options{Root: root}, fix.Options{})
	want := strings.Replace(insecure, "InsecureSkipVerify: true", "", 1)
	if len(res.Files) != 1 || string(res.Files[0].New) != want || string(res.Files[0].Old) != insecure || len(res.Files[0].Fixed) != 1 {
		t.Fatalf("repaired %+v, want one file and\n%s", res.Files, want)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != insecure {
		t.Errorf("the file on disk has changed: %q, %v", now, err)
	}
}

// Standard input has the name of a file and other bytes than it.
func TestStandardInputIsNotReadFromDisk(t *testing.T) {
	root := t.TempDir()
	path := write(t, root, "a.go", "package other // on disk\n")
	for _, name := range []string{path, filepath.Join(root, "new.go")} {
		res := repaired(t, scan.Options{Root: root, Stdin: name, Overlay: map[string][]byte{name: []byte(insecure)}}, fix.Options{})
		if len(res.Files) != 1 || bytes.Contains(res.Files[0].New, []byte("true")) || !bytes.HasPrefix(res.Files[0].New, []byte("package p\n")) {
			t.Errorf("%s: repaired %+v, refused %v", filepath.Base(name), res.Files, res.Refused)
		}
	}
}

// Switches that overlap, that stand behind one another or are equal are all
// repaired, in as many passes as it takes.
func TestUntilNothingIsLeft(t *testing.T) {
	root := t.TempDir()
	write(t, root, "a.go", `package p

import "crypto/tls"

var A = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10}
var B = &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10}

func f(c *tls.Config) {
	c.InsecureSkipVerify = true
	c.MinVersion = tls.VersionTLS11
}
`)
	write(t, root, "b/b.go", insecure)
	res := repaired(t, scan.Options{Root: root}, fix.Options{})
	fixed := 0
	for _, f := range res.Files {
		fixed += len(f.Fixed)
		if err := os.WriteFile(f.Path, f.New, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if len(res.Files) != 2 || fixed != 7 || len(res.Refused) != 0 {
		t.Errorf("%d fixed in %d files, refused %v; want 7 in 2", fixed, len(res.Files), res.Refused)
	}
	if again := repaired(t, scan.Options{Root: root}, fix.Options{}); len(again.Files) != 0 {
		t.Errorf("the second repair changes %d files", len(again.Files))
	}
}

func TestHostsThatAreVerifiedFromNowOn(t *testing.T) {
	root := t.TempDir()
	write(t, root, "a.go", `package p

import "crypto/tls"

func f() {
	tls.Dial("tcp", "pay.corp.example:443", &tls.Config{InsecureSkipVerify: true})
	tls.Dial("tcp", "mail.corp.example:465", &tls.Config{InsecureSkipVerify: true})
	tls.Dial("tcp", "pay.corp.example:8443", &tls.Config{InsecureSkipVerify: true})
}
`)
	res := repaired(t, scan.Options{Root: root}, fix.Options{})
	if want := []string{"mail.corp.example", "pay.corp.example"}; !slices.Equal(res.Hosts, want) {
		t.Errorf("hosts %q, want %q", res.Hosts, want)
	}
}

func TestWrongFixesAreRefused(t *testing.T) {
	root := t.TempDir()
	write(t, root, "a.go", insecure)
	at := strings.Index(insecure, "true")
	edit := func(text string) []finding.Fix {
		return []finding.Fix{{Class: finding.Safe, Edits: []finding.Edit{{Path: "a.go", Start: at, End: at + 4, New: text}}}}
	}
	tests := []struct {
		name  string
		fixes []finding.Fix
		want  string
	}{
		{"does not parse", edit("}"), "the edited file does not parse"},
		{"does not compile", edit("undefined"), "the edited package would not compile: undefined: undefined"},
		{"changes nothing", edit("(true)"), ""},
		{"reaches into another file", []finding.Fix{{Class: finding.Safe, Edits: []finding.Edit{{Path: "b.go", New: "x"}}}}, "the fix reaches into"},
		{"ends behind the file", []finding.Fix{{Class: finding.Safe, Edits: []finding.Edit{{Path: "a.go", Start: 1, End: 9999}}}}, "ends after the file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := scan.Options{Root: root, NoGitignore: true}
			prepare := func(res *scan.Result) { finding.FingerprintAll(res.Findings()) }
			first, err := scan.Run(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			prepare(first)
			first.Findings()[0].Fixes = tt.fixes
			res, err := Run(context.Background(), o, first, fix.Options{}, prepare)
			if err != nil {
				t.Fatal(err)
			}
			if len(res.Files) != 0 || len(res.Refused) != 1 || !strings.Contains(res.Refused[0].Reason, tt.want) {
				t.Errorf("repaired %d files, refused %+v, want %q", len(res.Files), res.Refused, tt.want)
			}
		})
	}
}

func TestCancelledRepairsEnd(t *testing.T) {
	root := t.TempDir()
	write(t, root, "a.go", insecure)
	o := scan.Options{Root: root, NoGitignore: true}
	first, err := scan.Run(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Run(ctx, o, first, fix.Options{}, func(*scan.Result) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}
