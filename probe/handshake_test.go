package probe

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
)

// record gives everything that a server sends in a handshake with a client of ours,
// and the secret of its handshake records.
func recordFlight(t testing.TB, c *tls.Config) (seen, secret []byte) {
	client, server := net.Pipe()
	defer client.Close()
	go func() {
		defer server.Close()
		s := tls.Server(server, c)
		s.Handshake()
		io.Copy(io.Discard, server)
	}()
	w := &wire{Conn: client}
	a := Attempt{SNI: labHost, Alert: -1}
	if err := look(t.Context(), w, nil, false, &a); err != nil {
		t.Fatal(err)
	}
	return w.seen, w.secret()
}

func TestReadFlight(t *testing.T) {
	ca := labCA()
	good := ca.leaf(labHost, true, newECDSA())
	good.OCSPStaple = []byte("staple")
	for name, version := range map[string]uint16{"1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13} {
		t.Run(name, func(t *testing.T) {
			seen, secret := recordFlight(t, &tls.Config{Certificates: []tls.Certificate{good}, MaxVersion: version, ClientAuth: tls.RequestClientCert})
			f := readFlight(seen, secret)
			if f.version != version || f.cipher == 0 || !f.request || len(f.chain) != 2 || !bytes.Equal(f.chain[1], ca.middle.Raw) || f.alert != -1 {
				t.Errorf("%+v", f)
			}
			if version == tls.VersionTLS12 && (string(f.staple) != "staple" || !f.done) {
				t.Errorf("%+v", f)
			}
			// However it is cut, nothing is read that was not sent.
			for n := range seen {
				if cut := readFlight(seen[:n], secret); len(cut.chain) > 0 && !bytes.Equal(cut.chain[0], good.Certificate[0]) {
					t.Fatalf("another certificate after %d bytes", n)
				}
			}
			if wrong := readFlight(seen, bytes.Repeat([]byte{1}, len(secret))); version == tls.VersionTLS13 && wrong.chain != nil {
				t.Error("decrypted with a wrong key")
			}
		})
	}
}

func FuzzReadFlight(f *testing.F) {
	ca := labCA()
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		seen, secret := recordFlight(f, &tls.Config{Certificates: []tls.Certificate{ca.leaf(labHost, true, newECDSA())}, MaxVersion: version})
		f.Add(seen, secret)
	}
	f.Add([]byte(alertRecord(40)), []byte(nil))
	f.Fuzz(func(t *testing.T, seen, secret []byte) {
		got := readFlight(seen, secret)
		size := 0
		for _, der := range got.chain {
			size += len(der)
		}
		if size > len(seen) {
			t.Errorf("%d bytes of certificates out of %d", size, len(seen))
		}
	})
}

func TestOldHello(t *testing.T) {
	ca := labCA()
	both := []tls.Certificate{ca.leaf(labHost, true, newECDSA()), ca.leaf(labHost, true, newRSA())}
	for _, test := range []struct {
		name    string
		config  *tls.Config
		key     keyType
		version uint16
		kind    x509.PublicKeyAlgorithm
	}{
		{"any", &tls.Config{Certificates: both[:1]}, anyKey, tls.VersionTLS12, x509.ECDSA},
		{"ECDSA", &tls.Config{Certificates: both}, ecdsaKey, tls.VersionTLS12, x509.ECDSA},
		{"RSA", &tls.Config{Certificates: both}, rsaKey, tls.VersionTLS12, x509.RSA},
		{"TLS 1.0", &tls.Config{Certificates: both[:1], MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}, anyKey, tls.VersionTLS10, x509.ECDSA},
	} {
		t.Run(test.name, func(t *testing.T) {
			var sni string
			test.config.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
				sni = h.ServerName
				return nil, nil
			}
			client, server := net.Pipe()
			done := make(chan struct{})
			go func() {
				defer close(done)
				tls.Server(server, test.config).Handshake()
			}()
			f, err := ask(t.Context(), &wire{Conn: client}, oldHello(labHost, test.key))
			client.Close()
			<-done
			if err != nil || f.version != test.version || len(f.chain) != 2 || sni != labHost {
				t.Fatalf("%+v, %v, SNI %q", f, err, sni)
			}
			if c, err := x509.ParseCertificate(f.chain[0]); err != nil || c.PublicKeyAlgorithm != test.kind {
				t.Errorf("%v, %v", c.PublicKeyAlgorithm, err)
			}
			if name := suiteName(f.cipher); !strings.HasPrefix(name, "TLS_") {
				t.Error(name)
			}
		})
	}
	// TLS 1.3 alone is refused with an alert, which is told.
	client, server := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		tls.Server(server, &tls.Config{Certificates: both, MinVersion: tls.VersionTLS13}).Handshake()
	}()
	f, err := ask(t.Context(), &wire{Conn: client}, oldHello("", anyKey))
	client.Close()
	<-done
	if err != nil || f.alert != alertProtocolVersion {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestWireIsBounded(t *testing.T) {
	w := &wire{Conn: endless{}}
	n, err := io.Copy(io.Discard, w)
	if n != maxRead || !errors.Is(err, errTooMuch) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// endless is a connection that never stops to send.
type endless struct{ net.Conn }

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestSniff(t *testing.T) {
	for _, test := range []struct {
		first    string
		port     int
		class    Class
		starttls string
	}{
		{"HTTP/1.0 400 Bad Request\r\n", 443, PlainHTTP, ""},
		{"<!DOCTYPE HTML PUBLIC", 443, PlainHTTP, ""},
		{"220 mx.test ESMTP\r\n", 25, OtherProtocol, "smtp"},
		{"220-ready\r\n", 2525, OtherProtocol, "smtp"},
		{"220 (vsFTPd 3.0.3)\r\n", 21, OtherProtocol, "ftp"},
		{"* OK ready\r\n", 1, OtherProtocol, "imap"},
		{"+OK ready\r\n", 1, OtherProtocol, "pop3"},
		{"-ERR unknown command\r\n", 6379, OtherProtocol, ""},
		{"SSH-2.0-x\r\n", 22, OtherProtocol, ""},
		{"E\x00\x00\x00\x30SFATAL\x00", 1, OtherProtocol, "postgres"},
		{"\x10\x00\x00\x00\xff\x10\x04Too many", 3306, OtherProtocol, "mysql"},
		{"<?xml version='1.0'?><stream:stream", 5222, OtherProtocol, "xmpp"},
		{"\x30\x24\x02\x01\x00\x78\x1f\x0a\x01\x02\x04\x00\x04\x008a161.3.6.1.4.1.1466.20036", 389, OtherProtocol, "ldap"},
		{"\x00\x01\x02", 1, NotTLS, ""},
		{"", 1, NotTLS, ""},
	} {
		got := sniff([]byte(test.first), test.port)
		if got.class != test.class || got.starttls != test.starttls {
			t.Errorf("%q: %+v", test.first, got)
		}
	}
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte("220 x\r\n"), 25)
	f.Add([]byte("J\x00\x00\x00\x0a8.0\x00"), 3306)
	f.Fuzz(func(t *testing.T, b []byte, port int) {
		if s := sniff(b, port); s.class == "" || s.starttls != "" && preambles[s.starttls].start == nil {
			t.Errorf("%q: %+v", b, s)
		}
	})
}

func TestSpecificTexts(t *testing.T) {
	a := &Attempt{Fault: PlainHTTP, Alert: -1}
	if v := connectionVerdicts(a, labHost, 443)[Curl]; v.OK || !strings.Contains(v.Says, "(35)") || !strings.Contains(v.Says, "wrong version number") {
		t.Error(v)
	}
	a = &Attempt{Fault: NoSharedCipher, Alert: 40}
	for c, want := range map[Client]string{
		OpenSSL: "0A000410", Python: "SSLV3_ALERT_HANDSHAKE_FAILURE", Java: "Received fatal alert: handshake_failure", Go: "remote error: tls: handshake failure",
	} {
		if v := connectionVerdicts(a, labHost, 443)[c]; !strings.Contains(v.Says, want) {
			t.Errorf("%s: %s", c, v.Says)
		}
	}
	if takesSuite(Go, "TLS_RSA_WITH_AES_128_CBC_SHA") || !takesSuite(OpenSSL, "TLS_RSA_WITH_AES_128_CBC_SHA") || takesSuite(Java, "TLS_RSA_WITH_RC4_128_MD5") {
		t.Error("suites of clients")
	}
}
