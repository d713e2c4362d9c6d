package lowering_test

import "testing"

// TestVerdicts: what a verification callback decides, read from its body.
func TestVerdicts(t *testing.T) {
	peer := func(body string) string {
		return "var _ = &tls.Config{VerifyPeerCertificate: func(raw [][]byte, chains [][]*x509.Certificate) error {\n" + body + "\n}}\n"
	}
	conn := func(body string) string {
		return "var roots *x509.CertPool\nvar _ = &tls.Config{VerifyConnection: func(cs tls.ConnectionState) error {\n" + body + "\n}}\n"
	}
	const parse = "leaf, err := x509.ParseCertificate(raw[0]); if err != nil { return err }\n"
	runBehaviours(t, newSet(t, callbackRows()), []behaviour{
		{"accepts always", peer("return nil"), "accepts-always always"},
		{"parentheses", peer("return (nil)"), "accepts-always always"},
		{"unnamed parameters", "var _ = &tls.Config{VerifyPeerCertificate: func([][]byte, [][]*x509.Certificate) error { return nil }}", "accepts-always always"},
		{"logs only", peer("for range raw { log.Print(1) }; return nil"), "accepts-always always"},
		{"assigned", "func f(c *tls.Config) { c.VerifyConnection = func(tls.ConnectionState) error { return nil } }", "accepts-always always"},
		{"named function", "func ok([][]byte, [][]*x509.Certificate) error { return nil }\nvar _ = &tls.Config{VerifyPeerCertificate: ok}", "accepts-always always"},
		{"method value", "type v struct{}\nfunc (v) ok([][]byte, [][]*x509.Certificate) error { return nil }\nvar _ = &tls.Config{VerifyPeerCertificate: v{}.ok}", "accepts-always always"},
		{"through a variable", "var _ = &tls.Config{VerifyPeerCertificate: ok}\nvar ok = func([][]byte, [][]*x509.Certificate) error { return nil }", "accepts-always always"},
		{"through another function", peer("return ok(raw)") + "func ok([][]byte) error { return nil }", "accepts-always always"},
		{"delegates to a function that checks", peer("return pin(raw)") + "func pin(raw [][]byte) error { if len(raw) == 3 && string(raw[0]) != \"x\" { return errors.New(\"x\") }; return nil }", "delegates always"},
		{"expiry only", peer(parse + "if time.Now().After(leaf.NotAfter) { return errors.New(\"expired\") }\nreturn nil"), "expiry-only always"},
		{"expiry and start", peer(parse + "now := time.Now(); if now.After(leaf.NotAfter) || now.Before(leaf.NotBefore) { return errors.New(\"expired\") }\nreturn nil"), "expiry-only always"},
		{"shape only", peer("if len(raw) == 0 { return errors.New(\"none\") }; return nil"), "accepts-always always"},
		{"parses only", peer("_, err := x509.ParseCertificate(raw[0]); if err != nil { return err }; return nil"), "accepts-always always"},
		{"parses only, returned as it is", peer("_, err := x509.ParseCertificate(raw[0]); return err"), "accepts-always always"},
		{"peer certificates there", conn("if len(cs.PeerCertificates) == 0 { return errors.New(\"none\") }; return nil"), "accepts-always always"},
		{"chains only", peer("for _, chain := range chains { if chain[0].Subject.CommonName != \"x\" { return errors.New(\"x\") } }; return nil"), "verified-chains always"},
		{"verifies with a host", conn("_, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, DNSName: cs.ServerName}); return err"), "checks always"},
		{"verifies without a host", conn("_, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots}); return err"), "no-host always"},
		{"verifies without a host, options in a variable", conn("opts := x509.VerifyOptions{Roots: roots}; _, err := cs.PeerCertificates[0].Verify(opts); return err"), "no-host always"},
		{"verifies with a host, set later", conn("opts := x509.VerifyOptions{Roots: roots}; opts.DNSName = cs.ServerName; _, err := cs.PeerCertificates[0].Verify(opts); return err"), "checks always"},
		{"verifies with an empty host", conn("_, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, DNSName: \"\"}); return err"), "no-host always"},
		{"verifies the host apart", conn("_, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots}); if err != nil { return err }; return cs.PeerCertificates[0].VerifyHostname(cs.ServerName)"), "delegates always"},
		{"error in an init statement", conn("if _, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: cs.ServerName}); err != nil { return err }; return nil"), "checks always"},
		{"error ignored", conn("_, _ = cs.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: cs.ServerName}); return nil"), "accepts-always always"},
		{"error logged only", conn("if _, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: cs.ServerName}); err != nil { log.Print(err) }; return nil"), "accepts-always always"},
		{"pinned by the raw certificate", peer("if string(raw[0]) != \"pin\" { return errors.New(\"pin\") }; return nil"), "checks always"},
		{"pinned by the key", peer(parse + "if string(leaf.RawSubjectPublicKeyInfo) != \"pin\" { return errors.New(\"pin\") }; return nil"), "checks always"},
		{"pinned by the serial number", peer(parse + "if leaf.SerialNumber.String() != \"1\" { return errors.New(\"pin\") }; return nil"), "checks always"},
		{"pinned by a hash", peer("if hash(raw[0]) != \"pin\" { return errors.New(\"pin\") }; return nil") + "func hash(b []byte) string { return string(b) }", "checks always"},
		{"pinned, accepting in the branch", peer("for _, r := range raw { if string(r) == \"pin\" { return nil } }; return errors.New(\"no pin\")"), "checks always"},
		{"accepts under an option", "var debug = flag.Bool(\"debug\", false, \"\")\n" + conn("if *debug { return nil }; _, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: cs.ServerName}); return err"), "accepts-in-branch optional (flag -debug)"},
		{"accepts what the peer sends is no option", conn("if cs.ServerName == \"x\" { return nil }; _, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{DNSName: cs.ServerName}); return err"), "checks always"},
		{"always an error", peer("return errors.New(\"no\")"), "checks always"},
		{"named result", "var _ = &tls.Config{VerifyPeerCertificate: func(raw [][]byte, chains [][]*x509.Certificate) (err error) { _, err = x509.ParseCertificate(raw[0]); return }}", "checks always"},
		{"nil", "var _ = &tls.Config{VerifyPeerCertificate: nil}", ""},
		{"a clock that stands still", "var _ = &tls.Config{Time: func() time.Time { return time.Unix(0, 0) }}", "returns-constant always"},
		{"a zero clock", "var _ = &tls.Config{Time: func() time.Time { return time.Time{} }}", "returns-constant always"},
		{"a date", "var _ = &tls.Config{Time: func() time.Time { return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC) }}", "returns-constant always"},
		{"a clock", "var _ = &tls.Config{Time: time.Now}", "delegates always"},
		{"a computed clock", "var _ = &tls.Config{Time: func() time.Time { return time.Now().Add(time.Hour) }}", "delegates always"},
	})
}

// TestForeignVerifiers: a callback that another package makes delegates.
func TestForeignVerifiers(t *testing.T) {
	set := newSet(t, callbackRows())
	for name, src := range map[string]string{
		"function": `VerifyPeerCertificate: verify.Peer`,
		"factory":  `VerifyPeerCertificate: verify.NewVerifier("x")`,
		"in one":   `VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error { return verify.Peer(raw) }`,
	} {
		full := "package app\n\nimport (\n\t\"crypto/tls\"\n\t\"crypto/x509\"\n\t\"example.com/verify\"\n)\n\nvar _ *x509.Certificate\nvar _ = tls.Config{" + src + "}\n"
		if got := say(lower(t, set, full).findings()); got != "delegates always" && got != "" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}
