package probe

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	mathrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// generated is a chain made at random, with everything in it that goes wrong in the
// world, and some things that never do.
type generated struct {
	sent, roots [][]byte
	name        string
	at          time.Time
	faults      []string
}

// generator makes chains.
type generator struct {
	r    *mathrand.Rand
	keys []crypto.Signer
	out  *generated
}

func (g *generator) chance(percent int) bool { return g.r.IntN(100) < percent }

func (g *generator) fault(percent int, format string, args ...any) bool {
	if !g.chance(percent) {
		return false
	}
	g.out.faults = append(g.out.faults, fmt.Sprintf(format, args...))
	return true
}

func pick[T any](g *generator, list ...T) T { return list[g.r.IntN(len(list))] }

var hostNames = []string{"shop.example", "www.shop.example", "a.b.shop.example", "other.test", "192.0.2.7", "2001:db8::7", "xn--bcher-kva.shop.example", "shop.example."}

var patterns = []string{"shop.example", "*.shop.example", "www.shop.example", "w*.shop.example", "*w.shop.example", "*.b.shop.example", "*.example", "*", "a.*.example", "SHOP.example", "*.*.example", "other.test", "", "xn--*.shop.example", "x.-y.example", "_a.shop.example"}

func (g *generator) template(label string, ca bool) *x509.Certificate {
	t := &x509.Certificate{
		SerialNumber: big.NewInt(int64(g.r.Uint32()) + 1), NotBefore: g.out.at.Add(-240 * time.Hour), NotAfter: g.out.at.Add(240 * time.Hour),
		Subject: pkix.Name{CommonName: label, Organization: []string{"Org"}},
	}
	if g.fault(4, "%s expired", label) {
		t.NotAfter = g.out.at.Add(-time.Hour)
	} else if g.fault(3, "%s not yet valid", label) {
		t.NotBefore = g.out.at.Add(time.Hour)
	}
	t.BasicConstraintsValid, t.IsCA = true, ca
	if ca {
		t.KeyUsage, t.MaxPathLen = x509.KeyUsageCertSign|x509.KeyUsageCRLSign, -1
		if g.fault(4, "%s no basicConstraints", label) {
			t.BasicConstraintsValid, t.IsCA = false, false
		} else if g.fault(3, "%s is not a CA", label) {
			t.IsCA = false
		} else if g.fault(12, "%s has a path length", label) {
			t.MaxPathLen = g.r.IntN(2)
			t.MaxPathLenZero = t.MaxPathLen == 0
		}
		if g.fault(3, "%s no certSign", label) {
			t.KeyUsage = x509.KeyUsageDigitalSignature
		} else if g.fault(4, "%s no keyUsage", label) {
			t.KeyUsage = 0
		}
		if g.fault(5, "%s EKU", label) {
			t.ExtKeyUsage = []x509.ExtKeyUsage{pick(g, x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageAny)}
		}
		if g.fault(12, "%s constraints", label) {
			t.PermittedDNSDomainsCritical = g.chance(50)
			list := []string{pick(g, "example", "shop.example", "test", ".shop.example", "www.shop.example")}
			_, block, _ := net.ParseCIDR(pick(g, "192.0.2.0/24", "198.51.100.0/24", "2001:db8::/32"))
			switch g.r.IntN(5) {
			case 0:
				t.PermittedDNSDomains = list
			case 1:
				t.ExcludedDNSDomains = list
			case 2:
				t.PermittedIPRanges = []*net.IPNet{block}
			case 3:
				t.ExcludedIPRanges = []*net.IPNet{block}
			case 4:
				t.PermittedDNSDomains, t.ExcludedIPRanges = list, []*net.IPNet{block}
			}
		}
	} else {
		t.KeyUsage = x509.KeyUsageDigitalSignature
		t.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		if g.fault(5, "leaf EKU") {
			t.ExtKeyUsage = []x509.ExtKeyUsage{pick(g, x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageAny, x509.ExtKeyUsageCodeSigning)}
		}
		if g.fault(4, "leaf keyUsage") {
			t.KeyUsage = pick(g, x509.KeyUsageCertSign, x509.KeyUsageCRLSign, x509.KeyUsageKeyAgreement, x509.KeyUsage(0))
		}
		if g.fault(4, "leaf is a CA") {
			t.IsCA = true
		}
		for range g.r.IntN(4) {
			if p := pick(g, patterns...); p != "" {
				t.DNSNames = append(t.DNSNames, p)
			}
		}
		if g.chance(20) {
			t.IPAddresses = append(t.IPAddresses, net.ParseIP(pick(g, "192.0.2.7", "198.51.100.1", "2001:db8::7")))
		}
		if g.chance(50) {
			t.DNSNames = append(t.DNSNames, "shop.example", "*.shop.example")
		}
		if g.fault(15, "leaf CN") {
			t.Subject.CommonName = pick(g, patterns...)
		}
	}
	if g.fault(3, "%s critical extension", label) {
		t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{Id: pick(g, asn1.ObjectIdentifier{1, 2, 3, 4}, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 1}, asn1.ObjectIdentifier{2, 5, 29, 54}), Critical: true, Value: []byte{2, 1, 0}})
	}
	if g.fault(2, "%s broken extension", label) {
		t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{Id: pick(g, asn1.ObjectIdentifier{2, 5, 29, 15}, asn1.ObjectIdentifier{2, 5, 29, 19}, asn1.ObjectIdentifier{2, 5, 29, 17}, asn1.ObjectIdentifier{2, 5, 29, 14}), Value: pick(g, []byte{4, 1}, []byte{}, []byte{5, 0}, []byte{3, 1, 0}, []byte{0x30, 0})})
	}
	return t
}

func (g *generator) make() *generated {
	g.out = &generated{at: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC), name: pick(g, hostNames...)}
	type entity struct {
		cert *x509.Certificate
		key  crypto.Signer
		der  []byte
	}
	issue := func(t *x509.Certificate, by *entity) *entity {
		e := &entity{key: pick(g, g.keys...)}
		parent, key := t, e.key
		if by != nil {
			clone := *by.cert
			parent, key = &clone, by.key
			if g.fault(4, "%s wrong key identifier", t.Subject.CommonName) {
				parent.SubjectKeyId = []byte{1, 2, 3}
			} else if g.fault(4, "%s no key identifier", t.Subject.CommonName) {
				parent.SubjectKeyId = nil
			}
			if g.fault(3, "%s wrong issuer name", t.Subject.CommonName) {
				parent.RawSubject = nil
				parent.Subject = pkix.Name{CommonName: "Nobody"}
			} else if g.fault(5, "%s issuer name in other letters", t.Subject.CommonName) {
				parent.RawSubject = nil
				parent.Subject = pkix.Name{CommonName: strings.ToUpper(by.cert.Subject.CommonName) + " ", Organization: by.cert.Subject.Organization}
			}
		}
		parent.PublicKey = key.Public()
		der, err := x509.CreateCertificate(rand.Reader, t, parent, e.key.Public(), key)
		if err != nil {
			return nil
		}
		if g.fault(3, "%s bad signature", t.Subject.CommonName) {
			der[len(der)-5] ^= 0x10
		}
		e.der = der
		if e.cert, err = x509.ParseCertificate(der); err != nil {
			e.cert = t
		}
		return e
	}
	root := issue(g.template("Root", true), nil)
	var chain [][]byte
	by := root
	for i := range g.r.IntN(4) {
		if by == nil {
			return nil
		}
		t := g.template(fmt.Sprintf("CA %d", i), true)
		if g.fault(4, "CA %d self-issued", i) {
			t.Subject = by.cert.Subject
		}
		if by = issue(t, by); by != nil {
			chain = append([][]byte{by.der}, chain...)
		}
	}
	if by == nil {
		return nil
	}
	if g.fault(6, "self-signed leaf") {
		by = nil
	}
	leaf := issue(g.template("Leaf", false), by)
	if leaf == nil {
		return nil
	}
	if len(chain) > 0 && g.fault(10, "an intermediate is missing") {
		i := g.r.IntN(len(chain))
		chain = append(chain[:i:i], chain[i+1:]...)
	}
	if len(chain) > 1 && g.fault(10, "wrong order") {
		g.r.Shuffle(len(chain), func(i, j int) { chain[i], chain[j] = chain[j], chain[i] })
	}
	if g.fault(12, "root sent") {
		chain = append(chain, root.der)
	}
	g.out.sent = append([][]byte{leaf.der}, chain...)
	stranger := issue(&x509.Certificate{SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: pick(g, "Stranger", "Root"), Organization: []string{"Org"}}, NotBefore: g.out.at.Add(-time.Hour * 99), NotAfter: g.out.at.Add(time.Hour), IsCA: true, BasicConstraintsValid: true}, nil)
	g.out.roots = [][]byte{stranger.der, root.der}
	switch {
	case g.fault(8, "root not in the store"):
		g.out.roots = g.out.roots[:1]
	case len(chain) > 0 && g.fault(6, "only an intermediate in the store"):
		g.out.roots = [][]byte{stranger.der, chain[g.r.IntN(len(chain))]}
	case g.fault(3, "the leaf in the store"):
		g.out.roots = [][]byte{stranger.der, leaf.der}
	}
	return g.out
}

var opensslError = regexp.MustCompile(`(?m)^error (\d+) at (\d+) depth lookup`)

// TestOpenSSL makes chains at random and compares with what openssl verify says.
func TestOpenSSL(t *testing.T) {
	tool, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("no openssl")
	}
	version, _ := exec.Command(tool, "version").Output()
	if !bytes.HasPrefix(version, []byte("OpenSSL 3.0.")) {
		t.Skipf("the engine follows OpenSSL 3.0, this is %s", version)
	}
	n := 150
	if v, err := strconv.Atoi(os.Getenv("TLSLINT_OPENSSL_CASES")); err == nil {
		n = v
	}
	if testing.Short() {
		n = 20
	}
	seed, _ := strconv.ParseUint(os.Getenv("TLSLINT_OPENSSL_SEED"), 10, 64)
	g := &generator{r: mathrand.New(mathrand.NewPCG(seed, 1))}
	for range 4 {
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		g.keys = append(g.keys, k)
	}
	_, ed, _ := ed25519.GenerateKey(rand.Reader)
	g.keys = append(g.keys, ed)
	dir := t.TempDir()
	write := func(name string, ders [][]byte) string {
		var b bytes.Buffer
		for _, der := range ders {
			pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: der})
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	made, agree := 0, 0
	for made < n {
		c := g.make()
		if c == nil {
			continue
		}
		made++
		leaf, sent, roots := write("leaf", c.sent[:1]), write("sent", c.sent), write("roots", c.roots)
		in := Input{Chain: c.sent, Store: &Store{}, Name: c.name, Time: c.at}
		for _, r := range c.roots {
			in.Store.Roots = append(in.Store.Roots, Root{DER: r})
		}
		d := &diagnosing{in: in, now: c.at, broken: map[int]error{}, extraIs: map[[32]byte]Found{}, depth: standardDepth, cache: signatureCache{}}
		d.read()
		for _, p := range []struct {
			flags []string
			profile
		}{
			{nil, profile{}}, {[]string{"-x509_strict"}, profile{strict: true}}, {[]string{"-partial_chain"}, profile{partial: true}},
		} {
			flag := "-verify_hostname"
			if net.ParseIP(c.name) != nil {
				flag = "-verify_ip"
			}
			args := append([]string{"verify", "-no-CApath", "-no-CAstore", "-CAfile", roots, "-untrusted", sent, "-purpose", "sslserver", "-attime", strconv.FormatInt(c.at.Unix(), 10), flag, c.name}, append(p.flags, leaf)...)
			out, _ := exec.Command(tool, args...).CombinedOutput()
			want, depth := 0, 0
			if m := opensslError.FindSubmatch(out); m != nil {
				want, _ = strconv.Atoi(string(m[1]))
				depth, _ = strconv.Atoi(string(m[2]))
			} else if !bytes.Contains(out, []byte(": OK")) {
				t.Logf("skipped: %s", out)
				continue
			}
			v := d.run(c.name, d.sent, in.Store.anchors(), p.profile)
			got := v.first()
			if int(got.Code) != want || want != 0 && got.Depth != depth {
				t.Errorf("seed %d case %d %v: %d at %d, OpenSSL %d at %d; name %s faults %v names %v\n%v", seed, made, p.flags, got.Code, got.Depth, want, depth, c.name, c.faults, d.sent[0].nameTexts(), v.errs)
			} else {
				agree++
			}
		}
	}
	t.Logf("%d chains, %d verdicts agree", made, agree)
}
