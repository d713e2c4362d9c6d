package search

import (
	"testing"

	"github.com/tlslint/tlslint/internal/needle"
	"github.com/tlslint/tlslint/pattern"
)

// TestCaseAlone: anchors that differ in case alone, some of which ignore it, each
// find their files.
func TestCaseAlone(t *testing.T) {
	file, err := pattern.Parse("test.toml", "x", []byte(`
[[doc]]
name = "any"
relaxed = true
[[doc]]
name = "task"
all = [ { key = "yum" } ]
[[pattern]]
id = "a"
rule = "TLS101"
title = "a"
at = [ { doc = "task", key = "sslverify" } ]
bad = ["false"]
context = ["yum"]
[[pattern]]
id = "b"
rule = "TLS101"
title = "b"
at = [ { doc = "any", key = "**.ssl_verify" }, { dsn = "mysql", param = "{SslMode,sslmode,SSLMode}" } ]
bad = ["false"]
`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Compile(set)
	if err != nil {
		t.Fatal(err)
	}
	var hits needle.Hits
	for text, want := range map[string]bool{
		"sslVerify: false": true, "SSL_VERIFY": true, "ssl-verify": true, "x?sslmode=a": true, "x?SSLMODE=a": true, "verify": false, "ssl": false,
	} {
		bits := s.Find([]byte(text), &hits)
		if got := bits != nil && s.Anchored(bits) && s.Matters(bits, nil); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
}
