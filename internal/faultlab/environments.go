package faultlab

import (
	"encoding/pem"
	"os"
	"path/filepath"

	"github.com/tlslint/tlslint/probe"
)

// environments are the faults of the machine that the client runs on.
var environments = []Row{
	{9, "store-empty", "The client has no trust anchors at all, as in a small container image.", []Case{
		{"no-roots", "The store has no certificates.", func(l *Lab) *Setup {
			_, ca := l.family()
			return l.sends(public, []*Cert{l.leaf(ca, public), ca})
		}, emptyStore},
		{"empty-file", "SSL_CERT_FILE names an empty file.", func(l *Lab) *Setup {
			_, ca := l.family()
			s := l.sends(public, []*Cert{l.leaf(ca, public), ca})
			s.Options.Trust = nil
			empty := filepath.Join(l.Dir, "certs")
			must(os.MkdirAll(empty, 0o700))
			s.Env = map[string]string{"SSL_CERT_FILE": l.file("empty.pem", nil), "SSL_CERT_DIR": empty}
			return s
		}, emptyStore},
	}},

	{63, "variable-wrong", "A variable of the environment names a file that cannot be used as a CA bundle.", []Case{
		{"missing-file", "REQUESTS_CA_BUNDLE names a file that is not there.", func(l *Lab) *Setup {
			return l.audited("REQUESTS_CA_BUNDLE", filepath.Join(l.Dir, "missing.pem"))
		}, brokenEnvironment("REQUESTS_CA_BUNDLE")},
		{"empty-file", "NODE_EXTRA_CA_CERTS names an empty file.", func(l *Lab) *Setup {
			return l.audited("NODE_EXTRA_CA_CERTS", l.file("empty.pem", nil))
		}, brokenEnvironment("NODE_EXTRA_CA_CERTS")},
		{"not-a-bundle", "CURL_CA_BUNDLE names a web page.", func(l *Lab) *Setup {
			return l.audited("CURL_CA_BUNDLE", l.file("page.pem", []byte("<!DOCTYPE html>\n<title>Not found</title>\n")))
		}, brokenEnvironment("CURL_CA_BUNDLE")},
		{"private-key", "SSL_CERT_FILE names a file with a private key.", func(l *Lab) *Setup {
			key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("no key that anybody uses")})
			return l.audited("SSL_CERT_FILE", l.file("key.pem", key))
		}, brokenEnvironment("SSL_CERT_FILE")},
	}},
}

var emptyStore = Expect{Class: probe.EmptyStore, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(20, 20),
	Action: "ca-certificates", Innocent: probe.Server, Not: append(accusing, probe.PrivateCA), Clients: everybody(false)}

func brokenEnvironment(variable string) Expect {
	return Expect{Class: probe.BrokenEnvironment, Weight: anyWeight, Liability: probe.ClientSide, Says: variable, Innocent: probe.Server, Not: accusing}
}

// audited is a server without fault, looked at from an environment with a variable.
func (l *Lab) audited(variable, value string) *Setup {
	s := l.usual()
	s.Env = map[string]string{variable: value}
	s.Options.Audit = true
	return s
}
