package search_test

import (
	"testing"

	"github.com/tlslint/tlslint/internal/needle"
	"github.com/tlslint/tlslint/internal/search"
	"github.com/tlslint/tlslint/pattern"
)

// TestFoldedNeedles: parameters that differ in letter case only are one needle, and
// those behind them keep their numbers.
func TestFoldedNeedles(t *testing.T) {
	file, err := pattern.Parse("rows", "x", []byte(`
[[pattern]]
id = "a"
rule = "TLS101"
title = "a"
at = [ { dsn = "postgres", param = "sslmode" }, { dsn = "mysql", param = "sslMode" }, { dsn = "sqlserver", param = "trustServerCertificate" } ]
bad = ["true"]
`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := search.Compile(set, "tlslint:ignore")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		"x?SSLMODE=require": true, "x;TrustServerCertificate=true": true, "// tlslint:ignore": true, "nothing": false,
	} {
		var hits needle.Hits
		if got := s.Anchored(s.Find([]byte(text), &hits)); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
