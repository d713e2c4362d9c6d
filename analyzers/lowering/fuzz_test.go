package lowering_test

import (
	"bytes"
	"context"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/analyzers"
	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/golang"
	"github.com/tlslint/tlslint/pattern"
)

// Offsets count the bytes of the file, and the scanner takes carriage returns
// out of raw strings.
func TestRawStringsWithCarriageReturns(t *testing.T) {
	set := newSet(t, `
[[pattern]]
id = "plain"
rule = "TLS301"
title = "no TLS"
at = [ { dsn = "postgres", param = "sslmode" } ]
bad = ["=disable"]
fix = [ { class = "unsafe", value = "verify-full" } ]
`)
	const src = "package app\r\n\r\nvar dsn = `\r\nhost=db\r\nuser=app\r\nsslmode=disable\r\n`\r\n"
	got, ok := edit(t, set, src, pattern.Fix{Class: finding.Unsafe, Value: "verify-full"})
	if want := strings.Replace(src, "disable", "verify-full", 1); !ok || got != want {
		t.Errorf("edited to %q, want %q", got, want)
	}
}

// FuzzFile lowers arbitrary bytes as a Go file, with the built-in rows, and
// judges them. Nothing may panic, what is found stands inside the file, and a
// file that parses still parses after every repair that is offered.
func FuzzFile(f *testing.F) {
	examples, err := analyzers.Examples()
	if err != nil {
		f.Fatal(err)
	}
	for _, ex := range examples {
		if ex.File != "" && filepath.Ext(ex.File) != ".go" {
			continue
		}
		for _, text := range append(ex.Insecure, ex.Safe...) {
			f.Add([]byte(text))
		}
	}
	corpus, err := filepath.Glob("../../testdata/src/*/*/*.go")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range corpus {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		f.Add(bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")))
	}
	set, err := analyzers.Set()
	if err != nil {
		f.Fatal(err)
	}
	const path = "/nowhere/at/all/x.go"
	lang := &golang.Go{}
	f.Fuzz(func(t *testing.T, src []byte) {
		out, err := lang.Lower(context.Background(), languages.Input{
			Set: set, Types: "stub", Files: []languages.File{{Path: path, Rel: "x.go", Data: src}},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range out.Comments {
			if c.Start < 0 || c.End < c.Start || c.End > len(src) {
				t.Fatalf("comment %q spans %d to %d of %d bytes", c.Text, c.Start, c.End, len(src))
			}
		}
		parses := func(text []byte) bool {
			_, err := parser.ParseFile(token.NewFileSet(), "x.go", text, parser.SkipObjectResolution)
			return err == nil
		}
		clean := parses(src)
		for _, j := range judge.Findings(out.Nodes, set, judge.Options{
			Rel: func(string) string { return "x.go" }, Source: func(string) []byte { return src },
			Lang: lang, Vars: languages.Vars{CABundle: "/etc/ssl/ca.pem"},
		}) {
			at := j.Finding.Span
			if at.Start.Offset < 0 || at.End.Offset < at.Start.Offset || at.End.Offset > len(src) {
				t.Fatalf("%s spans %d to %d of %d bytes", j.Finding.Pattern, at.Start.Offset, at.End.Offset, len(src))
			}
			for _, fx := range j.Finding.Fixes {
				edited, err := fix.Apply(src, fx.Edits)
				if err != nil {
					t.Fatalf("%s: %q: %v", j.Finding.Pattern, fx.Title, err)
				}
				if clean && !parses(edited) {
					t.Fatalf("%s: %q breaks the file:\n%s", j.Finding.Pattern, fx.Title, edited)
				}
			}
		}
	})
}
