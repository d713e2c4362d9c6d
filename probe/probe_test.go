package probe

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// labNames resolves names to loopback addresses, and nothing else.
type labNames map[string][]string

func (l labNames) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	all, ok := l[host]
	if !ok {
		return nil, &net.DNSError{Err: "no such host", Name: host, Server: "192.0.2.53", IsNotFound: true}
	}
	var out []netip.Addr
	for _, a := range all {
		out = append(out, netip.MustParseAddr(a))
	}
	return out, nil
}

// authority is a small CA of the tests.
type authority struct {
	root, middle       *x509.Certificate
	rootKey, middleKey crypto.Signer
	store              *Store
}

var labCA = sync.OnceValue(func() *authority {
	a := new(authority)
	a.root, a.rootKey = issue(nil, nil, "Lab Root", true, newECDSA())
	a.middle, a.middleKey = issue(a.root, a.rootKey, "Lab Intermediate", true, newECDSA())
	a.store = &Store{Name: "lab", Roots: []Root{{DER: a.root.Raw}}}
	return a
})

func newECDSA() crypto.Signer {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
}

var newRSA = sync.OnceValue(func() crypto.Signer {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

var labSerial atomic.Int64

func issue(parent *x509.Certificate, by crypto.Signer, name string, ca bool, key crypto.Signer) (*x509.Certificate, crypto.Signer) {
	t := &x509.Certificate{
		SerialNumber: big.NewInt(1000 + labSerial.Add(1)), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true, IsCA: ca,
	}
	if ca {
		t.KeyUsage = x509.KeyUsageCertSign
	} else {
		t.DNSNames, t.ExtKeyUsage = []string{name}, []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}
	if parent == nil {
		parent, by = t, key
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, key.Public(), by)
	if err != nil {
		panic(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return c, key
}

// leaf is a certificate of the test CA for a name, with or without the intermediate.
func (a *authority) leaf(name string, complete bool, key crypto.Signer) tls.Certificate {
	c, _ := issue(a.middle, a.middleKey, name, false, key)
	out := tls.Certificate{Certificate: [][]byte{c.Raw}, PrivateKey: key}
	if complete {
		out.Certificate = append(out.Certificate, a.middle.Raw)
	}
	return out
}

// serve answers connections to a loopback address with talk and gives the port.
func serve(t *testing.T, address string, talk func(net.Conn)) int {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Skip(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	var conns []net.Conn
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns = append(conns, c)
			mu.Unlock()
			wg.Go(func() {
				defer c.Close()
				talk(c)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for _, c := range conns {
			c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().(*net.TCPAddr).Port
}

// speakTLS is a TLS server that reads one request.
func speakTLS(c *tls.Config) func(net.Conn) {
	return func(conn net.Conn) {
		s := tls.Server(conn, c)
		if s.Handshake() != nil {
			conn.(interface{ CloseWrite() error }).CloseWrite()
		}
		io.Copy(io.Discard, conn)
	}
}

// answer waits for a ClientHello and answers it with a text.
func answer(text string) func(net.Conn) {
	return func(c net.Conn) {
		c.Read(make([]byte, 8192))
		io.WriteString(c, text)
		c.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, c)
	}
}

func alertRecord(n byte) string { return string([]byte{recordAlert, 3, 3, 0, 2, 2, n}) }

const labHost = "host.test"

// probeLab probes the lab's host on a port.
func probeLab(t *testing.T, port int, change func(*Target, *Options)) *Result {
	t.Helper()
	target := Target{Host: labHost, Port: port}
	o := Options{
		Private: true, Trust: labCA().store, Resolver: labNames{labHost: {"127.0.0.1"}},
		Handshake: 2 * time.Second,
	}
	if change != nil {
		change(&target, &o)
	}
	return Probe(t.Context(), target, o)
}

func has(r *Result, c Class) *Finding {
	for i := range r.Diagnosis.Findings {
		if r.Diagnosis.Findings[i].Class == c {
			return &r.Diagnosis.Findings[i]
		}
	}
	return nil
}

// connectionClasses are those that may be told when no certificate was seen.
var connectionClasses = []Class{
	NeedsSNI, NameUnrecognized, ClientCertificate, OldProtocol, NoSharedCipher, ALPNRefused, HandshakeFailed,
	PlainHTTP, OtherProtocol, NotTLS, Closed, Reset, Timeout, Refused, Unreachable, NameNotFound, ResolverFailed,
	ProxyRefused, STARTTLSRefused, AddressForbidden, TooLarge,
}

func TestConnectionFaults(t *testing.T) {
	ca := labCA()
	good := ca.leaf(labHost, true, newECDSA())
	tlsOf := func(change func(*tls.Config)) func(net.Conn) {
		c := &tls.Config{Certificates: []tls.Certificate{good}}
		change(c)
		return speakTLS(c)
	}
	for _, test := range []struct {
		name      string
		talk      func(net.Conn)
		change    func(*Target, *Options)
		class     Class
		liability Liability
		says      string // in the message, proof or action
		chain     bool   // a certificate comes
	}{
		{name: "http", talk: answer("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"), class: PlainHTTP, liability: ClientSide, says: "HTTP/1.1 400"},
		{name: "html", talk: answer("<html>\r\n<head><title>400"), class: PlainHTTP, liability: ClientSide, says: "plain HTTP"},
		{name: "smtp", talk: answer("220 mail.test ESMTP ready\r\n"), class: OtherProtocol, liability: ClientSide, says: "--starttls smtp"},
		{name: "ftp", talk: answer("220 FTP server ready\r\n"), class: OtherProtocol, liability: ClientSide, says: "--starttls ftp"},
		{name: "imap", talk: answer("* OK IMAP4rev1\r\n"), class: OtherProtocol, liability: ClientSide, says: "--starttls imap"},
		{name: "pop3", talk: answer("+OK ready\r\n"), class: OtherProtocol, liability: ClientSide, says: "--starttls pop3"},
		{name: "ssh", talk: answer("SSH-2.0-OpenSSH_9.2\r\n"), class: OtherProtocol, liability: ClientSide, says: "SSH"},
		{name: "mysql", talk: answer("J\x00\x00\x00\x0a8.0.36\x00abcdefghijklmnopqrstuvwxyz"), class: OtherProtocol, liability: ClientSide, says: "--starttls mysql"},
		{name: "silent postgres", talk: func(c net.Conn) {
			b := make([]byte, 8)
			if _, err := io.ReadFull(c, b); err == nil && b[5] == 0xd2 {
				io.WriteString(c, "S")
			}
		}, class: OtherProtocol, liability: ClientSide, says: "--starttls postgres"},
		{name: "garbage", talk: answer("\x01\x02\x03\x04 what"), class: NotTLS, liability: CannotTell, says: `\x01\x02`},
		{name: "end", talk: func(c net.Conn) { c.Read(make([]byte, 8192)) }, class: Closed, liability: CannotTell, says: "without a word"},
		{name: "reset", talk: func(c net.Conn) { c.Read(make([]byte, 1)); c.(*net.TCPConn).SetLinger(0) }, class: Reset, liability: CannotTell, says: "resets"},
		{
			name: "hang", talk: func(c net.Conn) { io.Copy(io.Discard, c) }, class: Timeout, liability: CannotTell, says: "not done within 200ms",
			change: func(_ *Target, o *Options) { o.Handshake = 200 * time.Millisecond },
		},
		{
			name: "endless handshake", class: HandshakeFailed, liability: CannotTell, says: "fails",
			talk: func(c net.Conn) {
				record := append([]byte{recordHandshake, 3, 3, 0x10, 0}, bytes.Repeat([]byte{0}, 4096)...)
				for range 100 {
					if _, err := c.Write(record); err != nil {
						return
					}
				}
			},
		},
		{name: "alert 40", talk: answer(alertRecord(40)), class: NoSharedCipher, liability: CannotTell, says: "handshake_failure (40)"},
		{name: "alert 70", talk: answer(alertRecord(70)), class: OldProtocol, liability: CannotTell, says: "protocol_version (70)"},
		{name: "alert 80", talk: answer(alertRecord(80)), class: NameUnrecognized, liability: Server, says: "internal_error (80)"},
		{name: "alert 112", talk: answer(alertRecord(112)), class: NameUnrecognized, liability: Server, says: labHost},
		{
			name: "alert without a name", talk: answer(alertRecord(112)), class: NeedsSNI, liability: ClientSide, says: "by the name",
			change: func(t *Target, _ *Options) { t.Host = "127.0.0.1" },
		},
		{
			name: "name not served", class: NameUnrecognized, liability: Server, says: "Without a name it sends",
			talk: tlsOf(func(c *tls.Config) {
				c.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
					if h.ServerName != "" {
						return nil, fmt.Errorf("no such name")
					}
					return nil, nil
				}
			}),
		},
		{
			name: "ALPN", class: ALPNRefused, liability: Server, says: "h2",
			talk:   tlsOf(func(c *tls.Config) { c.NextProtos = []string{"imap"} }),
			change: func(_ *Target, o *Options) { o.ALPN = []string{"h2"} },
		},
		{
			name: "TLS 1.0", class: OldProtocol, liability: Server, says: "TLS 1.0 at most",
			talk: tlsOf(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 }),
		},
		{
			name: "TLS 1.1", class: OldProtocol, liability: Server, says: "TLS 1.1 at most",
			talk: tlsOf(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }),
		},
		{
			name: "static RSA", class: NoSharedCipher, liability: Server, says: "TLS_RSA_WITH_AES_128_GCM_SHA256",
			talk: tlsOf(func(c *tls.Config) {
				c.Certificates = []tls.Certificate{ca.leaf(labHost, true, newRSA())}
				c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}
			}),
		},
		{
			name: "no shared cipher", class: NoSharedCipher, liability: CannotTell, says: "refused every suite",
			talk: tlsOf(func(c *tls.Config) {
				c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
			}),
		},
		{
			name: "client certificate 1.3", class: ClientCertificate, liability: ClientSide, says: "Lab Root", chain: true,
			talk: tlsOf(func(c *tls.Config) {
				c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
				c.ClientCAs.AddCert(ca.root)
			}),
		},
		{
			name: "client certificate 1.2", class: ClientCertificate, liability: ClientSide, says: "Lab Root", chain: true,
			talk: tlsOf(func(c *tls.Config) {
				c.MaxVersion, c.ClientAuth, c.ClientCAs = tls.VersionTLS12, tls.RequireAndVerifyClientCert, x509.NewCertPool()
				c.ClientCAs.AddCert(ca.root)
			}),
		},
		{
			name: "key mismatch 1.3", class: KeyMismatch, liability: Server, says: "private key", chain: true,
			talk: tlsOf(func(c *tls.Config) {
				c.Certificates = []tls.Certificate{{Certificate: good.Certificate, PrivateKey: newECDSA()}}
			}),
		},
		{
			name: "key mismatch 1.2", class: KeyMismatch, liability: Server, says: "private key", chain: true,
			talk: tlsOf(func(c *tls.Config) {
				c.MaxVersion = tls.VersionTLS12
				c.Certificates = []tls.Certificate{{Certificate: good.Certificate, PrivateKey: newECDSA()}}
			}),
		},
		{
			name: "dns", class: NameNotFound, liability: Network, says: "does not exist",
			change: func(t *Target, _ *Options) { t.Host = "gone.test" },
		},
		{
			name: "refused", class: Refused, liability: Network, says: "refuses the connection",
			change: func(t *Target, _ *Options) { t.Port = closedPort() },
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			port := 443
			if test.talk != nil {
				port = serve(t, "127.0.0.1:0", test.talk)
			}
			r := probeLab(t, port, test.change)
			if got := r.Diagnosis.Verdict(); got != test.class {
				t.Fatalf("verdict %q, want %q\n%s", got, test.class, dump(r))
			}
			f := r.Diagnosis.Findings[0]
			if f.Liability != test.liability {
				t.Errorf("liability %q, want %q", f.Liability, test.liability)
			}
			if text := f.Message + f.Proof + f.Action; !strings.Contains(text, test.says) {
				t.Errorf("%q is not said in %q", test.says, text)
			}
			if strings.Contains(f.Message+f.Proof+f.Action, "{") {
				t.Errorf("a blank is left in %+v", f)
			}
			if !test.chain && test.class != OldProtocol && test.class != NoSharedCipher {
				for _, f := range r.Diagnosis.Findings {
					if !slices.Contains(connectionClasses, f.Class) {
						t.Errorf("%q is told without a certificate", f.Class)
					}
				}
			}
			for c, v := range r.Diagnosis.Clients {
				if !v.OK && v.Says == "" {
					t.Errorf("%s is silent", c)
				}
			}
		})
	}
}

// closedPort is a port on which nothing listens.
func closedPort() int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func dump(r *Result) string {
	var b strings.Builder
	for _, a := range r.Attempts {
		fmt.Fprintf(&b, "attempt %s %s sni=%q stage=%s fault=%s alert=%d version=%x chain=%d err=%s first=%q\n", a.Why, a.Address, a.SNI, a.Stage, a.Fault, a.Alert, a.Version, len(a.Chain), a.Err, a.First)
	}
	for _, f := range r.Diagnosis.Findings {
		fmt.Fprintf(&b, "%s %s %s: %s | %s | %s\n", f.Weight, f.Class, f.Liability, f.Message, f.Proof, f.Action)
	}
	return b.String()
}

func TestGoodHost(t *testing.T) {
	ca := labCA()
	port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{ca.leaf(labHost, true, newECDSA())}}))
	r := probeLab(t, port, func(_ *Target, o *Options) { o.Others = []*Store{{Name: "empty"}} })
	if r.Diagnosis.Verdict() != OK || !r.Diagnosis.Trusted {
		t.Fatal(dump(r))
	}
	for c, v := range r.Diagnosis.Clients {
		if !v.OK {
			t.Errorf("%s: %s", c, v.Says)
		}
	}
	if len(r.Stores) != 1 || r.Stores[0].OK || r.Stores[0].Store != "empty" {
		t.Errorf("stores %+v", r.Stores)
	}
	if a := r.Attempts[0]; a.SNI != labHost || a.Version != tls.VersionTLS13 || a.Cipher == "" || len(a.Chain) != 2 {
		t.Errorf("attempt %+v", a)
	}
	if len(r.Diagnosis.Findings) > 0 && r.Diagnosis.Findings[0].Weight > Note {
		t.Error(dump(r))
	}
}

func TestUnparsableCertificate(t *testing.T) {
	ca := labCA()
	good := ca.leaf(labHost, true, newECDSA())
	// A negative serial number: crypto/x509 refuses it.
	bad := tls.Certificate{Certificate: [][]byte{negativeSerial(good.Certificate[0]), good.Certificate[1]}, PrivateKey: good.PrivateKey}
	if _, err := x509.ParseCertificate(bad.Certificate[0]); err == nil {
		t.Fatal("the certificate can be parsed")
	}
	for name, max := range map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{bad}, MinVersion: max, MaxVersion: max}))
			r := probeLab(t, port, nil)
			a := r.Attempts[0]
			if !a.Raw || len(a.Chain) != 2 || !bytes.Equal(a.Chain[0], bad.Certificate[0]) {
				t.Fatal(dump(r))
			}
			if has(r, Malformed) == nil {
				t.Error(dump(r))
			}
		})
	}
}

// negativeSerial turns the sign of a serial number over, which breaks the signature.
func negativeSerial(der []byte) []byte {
	out := bytes.Clone(der)
	i := bytes.Index(out, []byte{0x02, 0x02}) // the serial numbers of the tests have two bytes
	out[i+2] |= 0x80
	return out
}

func TestBackendsDiffer(t *testing.T) {
	ca := labCA()
	key := newECDSA()
	good, bad := ca.leaf(labHost, true, key), ca.leaf(labHost, false, key)

	t.Run("round robin", func(t *testing.T) {
		var n atomic.Int64
		port := serve(t, "127.0.0.1:0", func(c net.Conn) {
			use := good
			if n.Add(1)%2 == 0 {
				use = bad
			}
			speakTLS(&tls.Config{Certificates: []tls.Certificate{use}})(c)
		})
		r := probeLab(t, port, nil)
		if r.Diagnosis.Verdict() != BackendsDiffer {
			t.Fatal(dump(r))
		}
		if f := r.Diagnosis.Findings[0]; !strings.Contains(f.Message, "good 3/6") || f.Liability != Server {
			t.Error(f.Message)
		}
		if r.Diagnosis.Code != 20 {
			t.Errorf("code %d is not that of the worst", r.Diagnosis.Code)
		}
	})

	t.Run("two addresses", func(t *testing.T) {
		port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{good}}))
		serve(t, fmt.Sprintf("127.0.0.2:%d", port), speakTLS(&tls.Config{Certificates: []tls.Certificate{bad}}))
		r := probeLab(t, port, func(_ *Target, o *Options) { o.Resolver = labNames{labHost: {"127.0.0.1", "127.0.0.2"}} })
		if f := r.Diagnosis.Findings[0]; f.Class != BackendsDiffer || !strings.Contains(f.Message, "127.0.0.2") {
			t.Error(dump(r))
		}
	})

	t.Run("one address down", func(t *testing.T) {
		port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{good}}))
		r := probeLab(t, port, func(_ *Target, o *Options) { o.Resolver = labNames{labHost: {"127.0.0.3", "127.0.0.1"}} })
		f := has(r, Refused)
		if r.Diagnosis.Failed() || f == nil || f.Weight != Warning {
			t.Error(dump(r))
		}
	})

	t.Run("two keys", func(t *testing.T) {
		rsaBad := ca.leaf(labHost, false, newRSA())
		port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{good, rsaBad}}))
		r := probeLab(t, port, nil)
		if f := r.Diagnosis.Findings[0]; f.Class != BackendsDiffer || !strings.Contains(f.Message, "RSA") {
			t.Error(dump(r))
		}
	})
}

func TestDefaultHostWithoutSNI(t *testing.T) {
	ca := labCA()
	port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{
		ca.leaf("default.test", true, newECDSA()), ca.leaf(labHost, true, newECDSA()),
	}}))
	r := probeLab(t, port, nil)
	f := has(r, NeedsSNI)
	if r.Diagnosis.Verdict() != OK || f == nil || f.Weight != Note || f.Liability != ClientSide || !strings.Contains(f.Proof, "default.test") {
		t.Error(dump(r))
	}
}

func TestClientCertificateVerdicts(t *testing.T) {
	ca := labCA()
	c := &tls.Config{Certificates: []tls.Certificate{ca.leaf(labHost, true, newECDSA())}, ClientAuth: tls.RequireAnyClientCert}
	port := serve(t, "127.0.0.1:0", speakTLS(c))
	r := probeLab(t, port, nil)
	for client, ok := range map[Client]bool{OpenSSL: true, Node: true, Curl: false, Python: false, Java: false, Go: false} {
		if r.Diagnosis.Clients[client].OK != ok {
			t.Errorf("%s: %+v", client, r.Diagnosis.Clients[client])
		}
	}
	if !strings.Contains(r.Diagnosis.Clients[Curl].Says, "(56)") {
		t.Error(r.Diagnosis.Clients[Curl].Says)
	}
	if r.Diagnosis.Code != 0 {
		t.Error("a certificate was blamed")
	}
}

func TestClientCertificateAskedFor(t *testing.T) {
	ca := labCA()
	c := &tls.Config{Certificates: []tls.Certificate{ca.leaf(labHost, true, newECDSA())}, ClientAuth: tls.RequestClientCert}
	r := probeLab(t, serve(t, "127.0.0.1:0", speakTLS(c)), nil)
	if f := has(r, ClientCertificate); r.Diagnosis.Verdict() != OK || f == nil || f.Weight != Note {
		t.Error(dump(r))
	}
}

func TestCaptivePortal(t *testing.T) {
	anyName := &tls.Config{GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		c, key := issue(nil, nil, h.ServerName, false, newECDSA())
		return &tls.Certificate{Certificate: [][]byte{c.Raw}, PrivateKey: key}, nil
	}}
	one, key := issue(nil, nil, "login.portal.test", false, newECDSA())
	oneName := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{one.Raw}, PrivateKey: key}}}
	for name, c := range map[string]*tls.Config{"any name": anyName, "one certificate": oneName} {
		t.Run(name, func(t *testing.T) {
			port := serve(t, "127.0.0.1:0", speakTLS(c))
			r := probeLab(t, port, func(target *Target, o *Options) {
				target.Host = "www.example.com"
				o.Compare = fmt.Sprintf("www.example.org:%d", port)
				o.Resolver = labNames{"www.example.com": {"127.0.0.1"}, "www.example.org": {"127.0.0.1"}}
			})
			if r.Diagnosis.Verdict() != CaptivePortal {
				t.Fatal(dump(r))
			}
			for _, f := range r.Diagnosis.Findings {
				if f.Liability == Server {
					t.Errorf("the server is blamed: %+v", f)
				}
			}
		})
	}
}

func TestConnectAddress(t *testing.T) {
	ca := labCA()
	port := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{ca.leaf(labHost, true, newECDSA())}}))
	r := probeLab(t, 443, func(target *Target, o *Options) {
		target.Connect, o.Resolver = fmt.Sprintf("127.0.0.1:%d", port), labNames{}
	})
	if r.Diagnosis.Verdict() != OK || r.Port != 443 || r.ServerName != labHost {
		t.Error(dump(r))
	}
}

func TestTotalBoundsTheProbe(t *testing.T) {
	port := serve(t, "127.0.0.1:0", func(c net.Conn) { io.Copy(io.Discard, c) })
	r := probeLab(t, port, func(_ *Target, o *Options) { o.Total = 150 * time.Millisecond })
	if r.Diagnosis.Verdict() != Timeout {
		t.Error(dump(r))
	}
}
