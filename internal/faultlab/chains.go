package faultlab

import (
	"crypto/tls"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/tlslint/tlslint/probe"
)

// chains are the faults of what a server sends.
var chains = []Row{
	{35, "intermediate-rekeyed", "The server sends an intermediate of the right name with another key than the one that signed its certificate.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			old := l.ca(root, "Lab Issuing CA")
			return l.sends(host, []*Cert{l.leaf(ca, host), old}, root)
		},
		Expect{Class: probe.WrongIssuerKey, Weight: probe.Failure, Liability: probe.Server, Codes: codes(20, 21),
			Says: "Lab Issuing CA", Not: classes(probe.IncompleteChain, probe.PrivateCA, probe.IssuerUnknown),
			Clients: everybody(false)})},

	{36, "bad-signature", "The signature of the certificate does not verify with the key of the issuer that it points at.", only(
		func(l *Lab) *Setup { return l.usual(signedBy(newKey())) },
		Expect{Class: probe.BadSignature, Weight: probe.Failure, Codes: codes(7, 7),
			Subject: host, Not: accusing, Clients: everybody(false)})},

	{37, "key-mismatch", "The server's private key is not that of its certificate.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			s, c := l.setup(host, 0, root), config(l.leaf(ca, host), ca)
			c.Certificates[0].PrivateKey = newKey()
			return l.run(s, c)
		},
		Expect{Class: probe.KeyMismatch, Weight: probe.Failure, Liability: probe.Server, Codes: codes(0, 0),
			Action: "key", Not: accusing, Clients: everybody(false)})},

	{38, "wrong-order", "The server sends its chain in the wrong order.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			sub := l.ca(ca, "Lab Department CA")
			return l.sends(host, []*Cert{l.leaf(sub, host), ca, sub}, root)
		},
		Expect{Class: probe.ChainOrder, Weight: probe.Note, Liability: probe.Server, Codes: codes(0, 0),
			Clients: everybody(true)})},

	{39, "leaf-not-first", "The server sends an intermediate before its own certificate.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			leaf := l.leaf(ca, host)
			s, c := l.setup(host, 0, root), config(ca, leaf)
			c.Certificates[0].PrivateKey = leaf.Key
			return l.run(s, c)
		},
		Expect{Class: probe.LeafNotFirst, Weight: probe.Failure, Liability: probe.Server, Codes: codes(26, 62),
			Action: "order|first", Not: accusing, Clients: everybody(false)})},

	{40, "extra-certificates", "The server sends certificates that are of no use: its root, one twice, and a stranger.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			return l.sends(host, []*Cert{l.leaf(ca, host), ca, ca, root, l.root("Stranger CA")}, root)
		},
		Expect{Class: probe.ExtraCertificate, Weight: probe.Note, Codes: codes(0, 0), Clients: everybody(true)})},

	{53, "backends-differ", "One of several backends does not send the intermediate.", []Case{
		{"one-address", "They take turns at one address.", func(l *Lab) *Setup {
			root, ca := l.family()
			leaf := l.leaf(ca, host)
			var n atomic.Int64
			return l.run(l.setup(host, 0, root), &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
				if n.Add(1)%2 == 0 {
					return config(leaf), nil
				}
				return config(leaf, ca), nil
			}}).cannotCompare()
		}, backends("")},
		{"two-addresses", "Each has an address of its own.", func(l *Lab) *Setup {
			return l.twins("127.0.0.2", "this machine has no 127.0.0.2", func(root, ca, leaf *Cert) (a, b []*Cert) {
				return []*Cert{leaf, ca}, []*Cert{leaf}
			})
		}, backends("127.0.0.2")},
	}},

	{54, "ipv6-differs", "The server answers with an expired certificate over IPv6, and with a good one over IPv4.", only(
		func(l *Lab) *Setup {
			return l.twins("::1", "this machine has no IPv6", func(root, ca, leaf *Cert) (a, b []*Cert) {
				return []*Cert{leaf, ca}, []*Cert{l.leaf(ca, host, valid(-90*day, -3*day-time.Hour)), ca}
			})
		},
		Expect{Class: probe.BackendsDiffer, Weight: probe.Failure, Liability: probe.Server, Says: "::1",
			Also: classes(probe.Expired), Not: accusing})},

	{55, "key-types-differ", "The server has an ECDSA and an RSA certificate, and the RSA one has expired.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			good := chain(l.leaf(ca, host), ca)
			expired := chain(l.leaf(ca, host, withKey(rsaKeys[2048]()), valid(-90*day, -3*day-time.Hour)), ca)
			return l.run(l.setup(host, 0, root), &tls.Config{GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
				if h.SupportsCertificate(&good) == nil {
					return &good, nil
				}
				return &expired, nil
			}}).cannotCompare()
		},
		Expect{Class: probe.BackendsDiffer, Weight: probe.Failure, Liability: probe.Server, Says: "RSA",
			Also: classes(probe.Expired), Not: accusing})},
}

func backends(says string) Expect {
	return Expect{Class: probe.BackendsDiffer, Weight: probe.Failure, Liability: probe.Server, Says: says,
		Also: classes(probe.IncompleteChain), Not: classes(probe.PrivateCA)}
}

// twins are two servers of one name: at 127.0.0.1 and, on the same port, at a second
// loopback address.
func (l *Lab) twins(second, skip string, sent func(root, ca, leaf *Cert) (a, b []*Cert)) *Setup {
	root, ca := l.family()
	first, other := sent(root, ca, l.leaf(ca, host))
	// The port is free at the first address; another may have it at the second.
	for range 20 {
		at := l.serve(config(first...))
		ln, err := l.listen(second, at)
		if err != nil {
			continue
		}
		l.accept(ln, talkTLS(config(other...)))
		l.addresses[host] = []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr(second)}
		return l.setup(host, at, root)
	}
	return &Setup{Skip: skip}
}
