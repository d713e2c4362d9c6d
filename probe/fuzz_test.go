package probe

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	mathrand "math/rand/v2"

	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
)

// chainsForFuzzing are chains with and without faults.
func chainsForFuzzing(f testing.TB, n int) (out []*generated) {
	f.Helper()
	g := &generator{r: mathrand.New(mathrand.NewPCG(7, 7))}
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	g.keys = append(g.keys, k)
	for len(out) < n {
		if c := g.make(); c != nil {
			out = append(out, c)
		}
	}
	return out
}

// inert reports whether a text can be printed as it is.
func inert(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) || unicode.Is(unicode.Cf, r) })
}

// checkInert fails when a diagnosis holds a text that could drive a terminal.
func checkInert(t *testing.T, d *Diagnosis) {
	t.Helper()
	for _, f := range d.Findings {
		for _, s := range []string{f.Subject, f.Message, f.Proof, f.Action, f.Meanwhile} {
			if !inert(s) {
				t.Errorf("%s: %q", f.Class, s)
			}
		}
	}
	for _, c := range d.Path {
		for _, s := range append([]string{c.Subject, c.Issuer, c.Key, c.Signature, c.Broken}, c.Names...) {
			if !inert(s) {
				t.Errorf("path: %q", s)
			}
		}
	}
	for c, v := range d.Clients {
		if !inert(v.Says) {
			t.Errorf("%s: %q", c, v.Says)
		}
	}
}

// FuzzParse reads any bytes as a certificate.
func FuzzParse(f *testing.F) {
	for _, c := range chainsForFuzzing(f, 20) {
		for _, der := range c.sent {
			f.Add(der)
		}
	}
	f.Fuzz(func(t *testing.T, der []byte) {
		d := Describe(der, "server")
		for _, s := range append([]string{d.Subject, d.Issuer, d.Key, d.Signature, d.Broken, d.Serial}, d.Names...) {
			if !inert(s) {
				t.Errorf("%q", s)
			}
		}
	})
}

// FuzzDiagnose diagnoses a chain of two certificates, a root and a name of any bytes.
func FuzzDiagnose(f *testing.F) {
	for _, c := range chainsForFuzzing(f, 20) {
		second := []byte{}
		if len(c.sent) > 1 {
			second = c.sent[1]
		}
		f.Add(c.sent[0], second, c.roots[len(c.roots)-1], c.name)
	}
	f.Fuzz(func(t *testing.T, leaf, second, root []byte, name string) {
		d := Diagnose(Input{
			Chain: [][]byte{leaf, second}, Store: &Store{Name: "fuzz", Roots: []Root{{DER: root}}}, Name: name,
			Time: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC), Extra: []Found{{DER: root, From: "x"}}, Staple: second,
		})
		checkInert(t, d)
		if _, err := json.Marshal(d); err != nil {
			t.Error(err)
		}
		if d.Code != 0 && !d.Failed() {
			t.Errorf("code %d and no failure: %v", d.Code, d.Findings)
		}
		if d.Trusted && len(d.Path) == 0 {
			t.Error("trusted without a path")
		}
	})
}

// BenchmarkDiagnose diagnoses a chain with 150 roots in the store.
func BenchmarkDiagnose(b *testing.B) {
	c := chainsForFuzzing(b, 1)[0]
	in := Input{Chain: c.sent, Name: c.name, Time: c.at, Store: &Store{}}
	for _, g := range chainsForFuzzing(b, 150) {
		in.Store.Roots = append(in.Store.Roots, Root{DER: g.roots[len(g.roots)-1]})
	}
	for b.Loop() {
		Diagnose(in)
	}
}
