package faultlab

import (
	"crypto/tls"
	"crypto/x509"
	"errors"

	"github.com/tlslint/tlslint/probe"
)

// handshakes are the faults of the handshake, apart from certificates.
var handshakes = []Row{
	{25, "needs-sni", "Which certificate the server sends depends on the name that the client asks for.", []Case{
		{"no-name-sent", "Without a name it sends another one.", func(l *Lab) *Setup {
			root, ca := l.family()
			right, wrong := config(l.leaf(ca, host), ca), config(l.leaf(ca, "default.test"), ca)
			return l.run(l.setup(host, 0, root), byName(wrong, map[string]*tls.Config{host: right}))
		}, Expect{Class: probe.NeedsSNI, Weight: probe.Note, Codes: codes(0, 0), Says: "default.test",
			Not: classes(probe.NameMismatch), Clients: everybody(true)}},
		{"other-name-served", "It does not know the name, and sends the certificate of another one.", func(l *Lab) *Setup {
			root, ca := l.family()
			wrong := config(l.leaf(ca, "default.test"), ca)
			return l.run(l.setup(host, 0, root), byName(wrong, nil))
		}, Expect{Class: probe.NameMismatch, Weight: probe.Failure, Liability: probe.Server, Codes: codes(62, 62),
			Says: "default.test", Clients: everybody(false)}},
	}},

	{26, "name-unrecognized", "The server does not serve the name and says so with an alert.", []Case{
		{"unrecognized_name", "The alert is unrecognized_name.", func(l *Lab) *Setup {
			root, ca := l.family()
			// A server without certificates says that it does not recognize the name.
			return l.run(l.setup(host, 0, root), byName(&tls.Config{}, map[string]*tls.Config{"": config(l.leaf(ca, "default.test"), ca)}))
		}, nameUnrecognized},
		{"internal_error", "The alert is internal_error.", func(l *Lab) *Setup {
			root, ca := l.family()
			return l.run(l.setup(host, 0, root), byName(nil, map[string]*tls.Config{"": config(l.leaf(ca, "default.test"), ca)}))
		}, nameUnrecognized},
	}},

	{44, "client-certificate", "The server goes on only with a client that has a certificate.", []Case{
		{"tls-1.2", "It speaks TLS 1.2.", func(l *Lab) *Setup { return l.mutual(tls.VersionTLS12) }, clientCertificate()},
		{"tls-1.3", "It speaks TLS 1.3, where the demand comes after the handshake.", func(l *Lab) *Setup { return l.mutual(tls.VersionTLS13) },
			clientCertificate(probe.OpenSSL, probe.Node)},
	}},

	{45, "old-protocol", "The server speaks TLS 1.0 only.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			c := config(l.leaf(ca, host), ca)
			c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 //tlslint:ignore TLS201 -- a server that is too old is the fault
			return l.run(l.setup(host, 0, root), c)
		},
		Expect{Class: probe.OldProtocol, Weight: probe.Failure, Liability: probe.Server, Says: "TLS 1.0|TLSv1.0",
			Action: "1.2", Not: accusing, Clients: everybody(false)})},

	{46, "no-shared-cipher", "The server accepts only cipher suites that clients no longer offer.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			c := config(l.leaf(ca, host, withKey(rsaKeys[2048]()), usage(x509.KeyUsageKeyEncipherment|x509.KeyUsageDigitalSignature)), ca)
			c.MaxVersion = tls.VersionTLS12
			c.CipherSuites = []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA} //tlslint:ignore TLS202 -- a server with a weak cipher is the fault
			return l.run(l.setup(host, 0, root), c)
		},
		Expect{Class: probe.NoSharedCipher, Weight: probe.Failure, Says: "TLS 1.", Not: accusing, Clients: everybody(false)})},

	{47, "alpn-refused", "The server speaks none of the protocols that the client offers by ALPN.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			c := config(l.leaf(ca, host), ca)
			c.NextProtos = []string{"lab/1"}
			s := l.run(l.setup(host, 0, root), c)
			s.Options.ALPN = []string{"h2", "http/1.1"}
			return s.cannotCompare()
		},
		Expect{Class: probe.ALPNRefused, Weight: probe.Failure, Liability: probe.Server, Says: "h2", Not: accusing})},
}

var nameUnrecognized = Expect{Class: probe.NameUnrecognized, Weight: probe.Failure, Liability: probe.Server, Says: host,
	Not: classes(append(accusing, probe.NameMismatch)...), Clients: everybody(false)}

// clientCertificate is refused; content are clients that do not notice.
func clientCertificate(content ...probe.Client) Expect {
	return Expect{Class: probe.ClientCertificate, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(0, 0),
		Says: "Lab Client CA", Action: "certificate", Innocent: probe.Server, Not: accusing, Clients: everybody(false, content...)}
}

// byName chooses the configuration by the name that the client sends; other is for
// names that are not there, nil for an internal error.
func byName(other *tls.Config, names map[string]*tls.Config) *tls.Config {
	return &tls.Config{GetConfigForClient: func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		if c, ok := names[h.ServerName]; ok {
			return c, nil
		}
		if other == nil {
			return nil, errors.New("no such name")
		}
		return other, nil
	}}
}

// mutual is a server that demands a certificate of a CA of its own.
func (l *Lab) mutual(version uint16) *Setup {
	root, ca := l.family()
	clients, err := x509.ParseCertificate(l.root("Lab Client CA").DER)
	must(err)
	c := config(l.leaf(ca, host), ca)
	c.MinVersion, c.MaxVersion = version, version
	c.ClientAuth, c.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
	c.ClientCAs.AddCert(clients)
	return l.run(l.setup(host, 0, root), c)
}
