package probe

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"
)

// The tests of this file hold the package to its safety rules, one each; what the
// command line has to do for a rule is tested there.

// counter is a server that counts connections and keeps what it is sent.
type counter struct {
	mu    sync.Mutex
	conns int
	sent  [][]byte
}

func (c *counter) serve(conn net.Conn) {
	b := make([]byte, 64<<10)
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	n, _ := conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conns++
	c.sent = append(c.sent, b[:n])
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conns
}

func (c *counter) all() [][]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.sent)
}

// Rule 1: nothing private is reached unless the caller says so, and the environment
// says nothing.
func TestSafetyRule1(t *testing.T) {
	c := new(counter)
	port := serve(t, "127.0.0.1:0", c.serve)
	for _, proxy := range []string{"HTTPS_PROXY", "https_proxy", "ALL_PROXY"} {
		t.Setenv(proxy, fmt.Sprintf("http://127.0.0.1:%d", port))
	}
	for _, host := range []string{"127.0.0.1", "localhost", labHost, "::ffff:127.0.0.1"} {
		r := Probe(t.Context(), Target{Host: host, Port: port}, Options{Trust: labCA().store, Resolver: labNames{labHost: {"127.0.0.1"}}})
		if r.Diagnosis.Verdict() != AddressForbidden {
			t.Errorf("%s: %s", host, dump(r))
		}
	}
	r := Probe(t.Context(), Target{Host: "public.test", Connect: fmt.Sprintf("127.0.0.1:%d", port)}, Options{Trust: labCA().store})
	if r.Diagnosis.Verdict() != AddressForbidden {
		t.Error(dump(r))
	}
	if n := c.count(); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

// rebinding answers the first look-up with one address and later ones with another.
type rebinding struct {
	n            atomic.Int64
	first, later string
}

func (r *rebinding) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	if r.n.Add(1) == 1 {
		return []netip.Addr{netip.MustParseAddr(r.first)}, nil
	}
	return []netip.Addr{netip.MustParseAddr(r.later)}, nil
}

// Rule 2: a name is looked up once, every address is checked, and the one that was
// checked is dialled.
func TestSafetyRule2(t *testing.T) {
	ca := labCA()
	port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{ca.leaf(labHost, true, newECDSA())}}))
	names := &rebinding{first: "127.0.0.1", later: "127.0.0.9"}
	r := probeLab(t, port, func(_ *Target, o *Options) { o.Resolver = names })
	if n := names.n.Load(); n != 1 {
		t.Errorf("%d look-ups", n)
	}
	for _, a := range r.Attempts {
		if a.Address.Addr().String() != "127.0.0.1" {
			t.Errorf("connected to %s", a.Address)
		}
	}
	r = probeLab(t, port, func(_ *Target, o *Options) { o.Resolver = labNames{labHost: {"127.0.0.1", "169.254.169.254"}} })
	if r.Diagnosis.Verdict() != AddressForbidden {
		t.Error(dump(r))
	}
}

// Rule 3: a host out of a repository is probed on the usual ports only.
func TestSafetyRule3(t *testing.T) {
	for port, want := range map[int]bool{443: true, 8443: true, 465: true, 993: true, 995: true, 636: true, 25: true, 587: true, 143: true, 110: true, 389: true, 5432: true, 3306: true, 5222: true, 22: false, 21: false, 80: false, 6379: false, 9200: false, 0: false, -1: false, 65536: false} {
		if err := (&guard{untrusted: true}).port(port); (err == nil) != want {
			t.Errorf("%d: %v", port, err)
		}
	}
	c := new(counter)
	port := serve(t, "127.0.0.1:0", c.serve)
	r := probeLab(t, port, func(target *Target, _ *Options) { target.Untrusted = true })
	if r.Diagnosis.Verdict() != AddressForbidden || c.count() != 0 {
		t.Error(dump(r))
	}
}

// Rule 4: the addresses in a server's certificate are followed only when asked for,
// and under the same rules.
func TestSafetyRule4(t *testing.T) {
	ca := labCA()
	c := new(counter)
	at := serve(t, "127.0.0.1:0", c.serve)
	template := &x509.Certificate{
		SerialNumber: ca.root.SerialNumber, Subject: pkix.Name{CommonName: labHost}, DNSNames: []string{labHost},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IssuingCertificateURL: []string{fmt.Sprintf("http://127.0.0.1:%d/ca.der", at)},
		OCSPServer:            []string{fmt.Sprintf("http://127.0.0.1:%d/ocsp", at)},
	}
	key := newECDSA()
	der, err := x509.CreateCertificate(rand.Reader, template, ca.middle, key.Public(), ca.middleKey)
	if err != nil {
		t.Fatal(err)
	}
	port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}))
	probeLab(t, port, nil)
	if n := c.count(); n != 0 {
		t.Errorf("%d fetches that nobody asked for", n)
	}
	for _, f := range fetchIssuers(t.Context(), new(guard), [][]byte{der}) {
		if f.Err == "" {
			t.Errorf("fetched %s", f.URL)
		}
	}
	if n := c.count(); n != 0 {
		t.Errorf("%d fetches from a private address", n)
	}
	roots := len(ca.store.Roots)
	probeLab(t, port, func(_ *Target, o *Options) { o.AIA = true })
	if c.count() == 0 {
		t.Error("nothing was fetched on request")
	}
	if len(ca.store.Roots) != roots {
		t.Error("what was fetched is trusted")
	}
}

// Rule 5: nothing is sent but a ClientHello, with the name of the host only.
func TestSafetyRule5(t *testing.T) {
	for _, test := range []struct{ host, server, sni string }{
		{labHost, "", labHost},
		{"HOST.test.", "", labHost},
		{"127.0.0.1", "", ""},
		{"127.0.0.1", "other.test", "other.test"},
		{labHost, "user:secret@host/path?query", ""},
	} {
		c := new(counter)
		port := serve(t, "127.0.0.1:0", c.serve)
		probeLab(t, port, func(target *Target, _ *Options) { target.Host, target.ServerName = test.host, test.server })
		sent := c.all()
		for _, b := range sent {
			first := string(b) == "\x00\x00\x00\x08\x04\xd2\x16\x2f" || string(b) == string(ldapStartTLS)
			if !first && (len(b) < 6 || b[0] != recordHandshake || b[5] != 1) {
				t.Errorf("%s: sent %q", test.host, b)
			}
			if strings.Contains(string(b), "secret") || strings.Contains(string(b), "HTTP") {
				t.Errorf("%s: sent %q", test.host, b)
			}
		}
		if got := strings.Contains(string(sent[0]), labHost) || strings.Contains(string(sent[0]), "other.test"); got != (test.sni != "") {
			t.Errorf("%s: the name was sent: %v", test.host, got)
		}
	}
	hostname, _ := os.Hostname()
	if strings.Contains(ehloName, hostname) || !strings.HasSuffix(ehloName, ".invalid") {
		t.Errorf("EHLO %s", ehloName)
	}
}

// Rule 6: time, bytes and connections are bounded.
func TestSafetyRule6(t *testing.T) {
	if defaultDial != 3*time.Second || defaultHandshake != 5*time.Second || defaultTotal != 10*time.Second || maxRead != 256<<10 || maxAddresses != 8 {
		t.Error("the limits are others")
	}
	var addresses []string
	for i := range 20 {
		addresses = append(addresses, fmt.Sprintf("127.0.1.%d", i+1))
	}
	r := probeLab(t, closedPort(), func(_ *Target, o *Options) { o.Resolver = labNames{labHost: addresses} })
	if len(r.Attempts) != maxAddresses {
		t.Errorf("%d attempts", len(r.Attempts))
	}
	var sent atomic.Int64
	port := serve(t, "127.0.0.1:0", func(c net.Conn) {
		record := append([]byte{recordHandshake, 3, 3, 0x10, 0, 11, 3, 0xff, 0xff}, make([]byte, 4092)...)
		for range 1 << 10 {
			n, err := c.Write(record)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	if r := probeLab(t, port, nil); r.Diagnosis.Verdict() == OK || len(r.Attempts) > 4 {
		t.Error(dump(r))
	}
	c := new(counter)
	port = serve(t, "127.0.0.1:0", c.serve)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r := Probe(ctx, Target{Host: labHost, Port: port}, Options{Private: true, Trust: labCA().store, Resolver: labNames{labHost: {"127.0.0.1"}}}); r.Diagnosis.Verdict() != Timeout || c.count() > 0 {
		t.Error(dump(r))
	}
}

// Rule 7: the environment's proxy is used only on request, and its credentials are
// told nowhere.
func TestSafetyRule7(t *testing.T) {
	p := &labProxy{answer: "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"}
	port := serve(t, "127.0.0.1:0", p.serve)
	t.Setenv("HTTPS_PROXY", fmt.Sprintf("http://me:s3cret@127.0.0.1:%d", port))
	t.Setenv("https_proxy", "")
	t.Setenv("NO_PROXY", "")
	t.Setenv("no_proxy", "")
	probeLab(t, closedPort(), nil)
	p.mu.Lock()
	if len(p.asked) != 0 {
		t.Error("the environment's proxy was used")
	}
	p.mu.Unlock()
	r := probeLab(t, 443, func(_ *Target, o *Options) { o.Proxy, o.Audit = "env", true })
	all, err := json.Marshal(r)
	if err != nil || strings.Contains(string(all), "s3cret") {
		t.Errorf("%s, %v", all, err)
	}
	if r.Proxy != fmt.Sprintf("http://127.0.0.1:%d", port) || r.Diagnosis.Verdict() != ProxyRefused {
		t.Error(dump(r))
	}
}

// inertResult fails when a text of a result is not what Clean would have left.
func inertResult(t *testing.T, r *Result) {
	t.Helper()
	all, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			for _, c := range v {
				if c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0 || c >= 0x202a && c <= 0x202e || c == 0x2028 || c == 0x200b || c == utf8.RuneError {
					t.Errorf("%q", v)
					return
				}
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	var v any
	if err := json.Unmarshal(all, &v); err != nil {
		t.Fatal(err)
	}
	walk(v)
}

// Rule 8: every text from the wire is made inert.
func TestSafetyRule8(t *testing.T) {
	const nasty = "\x1b[2J\x07\r\nVerify return code: 0 (ok)\u202e\u200b\u2028\x7f\u009b\xff"
	for _, talk := range []func(net.Conn){
		answer("HTTP/1.1 400 " + nasty),
		answer("220 " + nasty),
		answer(nasty),
		answer("SSH-" + nasty),
	} {
		port := serve(t, "127.0.0.1:0", talk)
		inertResult(t, probeLab(t, port, nil))
		inertResult(t, probeLab(t, port, func(target *Target, _ *Options) { target.STARTTLS = "smtp" }))
		inertResult(t, probeLab(t, 443, func(_ *Target, o *Options) { o.Proxy = fmt.Sprintf("127.0.0.1:%d", port) }))
	}
	ca, caKey := issue(nil, nil, "CA "+nasty[:len(nasty)-1], true, newECDSA())
	leaf, key := issue(ca, caKey, "leaf "+nasty[:len(nasty)-1], true, newECDSA())
	pool := x509.NewCertPool()
	pool.AddCert(ca)
	port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{
		Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Raw, ca.Raw}, PrivateKey: key}},
		ClientAuth:   tls.RequireAndVerifyClientCert, ClientCAs: pool,
	}))
	r := probeLab(t, port, nil)
	if len(r.Attempts[0].AcceptedCAs) == 0 {
		t.Error(dump(r))
	}
	inertResult(t, r)
	inertResult(t, Probe(t.Context(), Target{Host: nasty, STARTTLS: nasty, Connect: nasty, ServerName: nasty}, Options{Trust: labCA().store}))
}

// Rule 9: a probe writes no file and changes no store.
func TestSafetyRule9(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	ca := labCA()
	port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{ca.leaf(labHost, true, newECDSA())}}))
	store := &Store{Name: "none"}
	r := probeLab(t, port, func(_ *Target, o *Options) { o.Trust = store })
	if r.Diagnosis.Verdict() == OK || len(store.Roots) != 0 {
		t.Error(dump(r))
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) != 0 {
		t.Errorf("%v, %v", files, err)
	}
}

// Rule 10: the one place that accepts any certificate is a function of its own, and
// no data is sent over its connection.
func TestSafetyRule10(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var places []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			ast.Inspect(d, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && id.Name == "InsecureSkipVerify" {
					fn, _ := d.(*ast.FuncDecl)
					places = append(places, name+" "+fn.Name.Name)
				}
				return true
			})
		}
	}
	if len(places) != 1 || places[0] != "handshake.go look" {
		t.Errorf("InsecureSkipVerify is in %v", places)
	}

	ca := labCA()
	config := &tls.Config{Certificates: []tls.Certificate{ca.leaf(labHost, true, newECDSA())}}
	var data atomic.Int64
	port := serve(t, "127.0.0.1:0", func(c net.Conn) {
		s := tls.Server(c, config)
		n, _ := io.Copy(io.Discard, s)
		data.Add(n)
	})
	if r := probeLab(t, port, nil); r.Diagnosis.Verdict() != OK || data.Load() != 0 {
		t.Errorf("%d bytes of data\n%s", data.Load(), dump(r))
	}
}

// Rule 11: whatever happens, there is a result, with what is needed to repeat it.
func TestSafetyRule11(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	ca := labCA()
	port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{ca.leaf(labHost, true, newECDSA())}}))
	r := probeLab(t, port, func(_ *Target, o *Options) { o.Now = func() time.Time { return now } })
	if !r.Time.Equal(now) || r.Resolver == "" || r.Store != "lab" || r.Attempts[0].Address.Port() != uint16(port) || r.Took <= 0 {
		t.Errorf("%+v", r)
	}
	for _, target := range []Target{
		{}, {Host: ".", Port: -1}, {Host: "\x00"}, {Host: labHost, STARTTLS: "x"}, {Host: labHost, Connect: ":::"}, {Host: labHost, Connect: "[::1]:x"},
	} {
		r := Probe(t.Context(), target, Options{Trust: ca.store, Resolver: labNames{}, Proxy: "://"})
		if r == nil || len(r.Diagnosis.Findings) == 0 || r.Diagnosis.Verdict() == OK {
			t.Errorf("%+v: %+v", target, r)
		}
		r = Probe(t.Context(), target, Options{Trust: ca.store, Resolver: labNames{}})
		if r == nil || len(r.Diagnosis.Findings) == 0 || r.Diagnosis.Verdict() == OK {
			t.Errorf("%+v: %+v", target, r)
		}
	}
}
