package faultlab

import (
	"crypto/tls"
	"crypto/x509/pkix"
	"encoding/pem"
	"net"
	"strconv"
	"time"

	"github.com/tlslint/tlslint/probe"
)

// trust are the faults of the path from the leaf to a trust anchor.
var trust = []Row{
	{1, "all-good", "Nothing is wrong.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			return l.sends(host, []*Cert{l.leaf(ca, host), ca}, root)
		},
		Expect{Class: probe.OK, Liability: probe.Nobody, Codes: codes(0, 0), Clients: everybody(true)})},

	{2, "intermediate-missing", "The server sends its own certificate without the intermediate, and the certificate names an address where the intermediate is.", only(
		func(l *Lab) *Setup {
			return l.incomplete(nil)
		},
		Expect{Class: probe.IncompleteChain, Weight: probe.Failure, Liability: probe.Server, Codes: codes(20, 21),
			Subject: host, Says: "Lab Issuing CA", Action: "fullchain|intermediate|whole chain",
			Not:     classes(probe.PrivateCA, probe.IssuerUnknown, probe.BrokenAIA),
			Clients: everybody(false)})},

	{3, "issuer-unknown", "The server sends its own certificate only, and nothing shows whether an intermediate is missing or the CA is a private one.", []Case{
		{"no-address", "The certificate names no address of its issuer.", func(l *Lab) *Setup {
			root, ca := l.family()
			return l.sends(host, []*Cert{l.leaf(ca, host)}, root)
		}, issuerUnknown},
		{"address-404", "Nothing is at the address that the certificate names.", func(l *Lab) *Setup {
			root, ca := l.family()
			s := l.sends(host, []*Cert{l.leaf(ca, host, aia(l.web(nil)+"/ca.crt"))}, root)
			s.Options.AIA = true
			return s
		}, issuerUnknown},
	}},

	{4, "issuer-address-broken", "The address that the certificate names for its issuer does not give the issuer's certificate as it should.", []Case{
		{"wrong-certificate", "Another CA's certificate is there.", func(l *Lab) *Setup {
			return l.incomplete(func(*Cert) []byte { return l.root("Some Other CA").DER })
		}, brokenAIA},
		{"html", "A web page is there.", func(l *Lab) *Setup {
			return l.incomplete(func(*Cert) []byte { return []byte("<!DOCTYPE html><title>Moved</title>") })
		}, brokenAIA},
		{"pkcs7", "A PKCS#7 bundle is there, which is allowed.", func(l *Lab) *Setup {
			return l.incomplete(func(ca *Cert) []byte { return pkcs7(ca) })
		}, completed},
		{"pem", "PEM is there, where DER is asked for.", func(l *Lab) *Setup {
			return l.incomplete(func(ca *Cert) []byte {
				return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.DER})
			})
		}, completed},
	}},

	{5, "private-ca", "The server sends its certificate and the intermediate of a CA that the client does not know.", only(
		func(l *Lab) *Setup {
			_, ca := l.family()
			return l.sends(host, []*Cert{l.leaf(ca, host), ca}, l.root("Another Root CA"))
		},
		Expect{Class: probe.PrivateCA, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(20, 20),
			Subject: "Lab Issuing CA", Depth: 1, Says: "Lab Root CA", Action: "root", Innocent: probe.Server,
			Not: accusing, Clients: everybody(false)})},

	{6, "private-ca-root-sent", "The server sends its whole chain, and the root is a CA that the client does not know.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			return l.sends(host, []*Cert{l.leaf(ca, host), ca, root}, l.root("Another Root CA"))
		},
		Expect{Class: probe.PrivateCA, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(19, 19),
			Subject: "Lab Root CA", Depth: 2, Action: "fingerprint|SHA-256", Innocent: probe.Server,
			Not: accusing, Clients: everybody(false)})},

	{7, "private-ca-intermediate-missing", "The server sends its own certificate only, and the CA is one that the client does not know.", only(
		func(l *Lab) *Setup {
			s := l.incomplete(nil)
			s.Options.Trust = store("lab", l.root("Another Root CA"))
			return s
		},
		Expect{Class: probe.IncompleteChain, Weight: probe.Failure, Liability: probe.Server, Codes: codes(20, 21),
			Also: classes(probe.PrivateCA), Says: "Lab Issuing CA", Not: classes(probe.IssuerUnknown),
			Clients: everybody(false)})},

	{8, "self-signed", "The server's certificate is signed by itself.", only(
		func(l *Lab) *Setup {
			return l.sends(host, []*Cert{l.leaf(nil, host)}, l.root("Another Root CA"))
		},
		Expect{Class: probe.SelfSigned, Weight: probe.Failure, Liability: probe.Server, Codes: codes(18, 18),
			Subject: host, Not: classes(probe.PrivateCA, probe.IncompleteChain), Clients: everybody(false)})},

	{10, "store-too-old", "The root is a public one, and newer than the client's trust store.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			s := l.sends(public, []*Cert{l.leaf(ca, public), ca}, l.root("Another Root CA"))
			s.Options.Others = []*probe.Store{store("mozilla", root)}
			return s
		},
		Expect{Class: probe.OutdatedStore, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(20, 20),
			Says: "Mozilla", Action: "ca-certificates|certifi|update", Innocent: probe.Server, Not: classes(append(accusing, probe.PrivateCA)...),
			Clients: everybody(false)})},

	{11, "root-distrusted", "The client trusts a root that Mozilla's store no longer has.", only(
		func(l *Lab) *Setup {
			root, ca := l.family()
			s := l.sends(public, []*Cert{l.leaf(ca, public), ca}, root)
			s.Options.Trust.Name = "system"
			s.Options.Others = []*probe.Store{store("mozilla", l.root("Another Root CA"))}
			return s
		},
		Expect{Class: probe.DistrustedRoot, Weight: probe.Warning, Codes: codes(0, 0),
			Subject: "Lab Root CA", Depth: 2, Says: "Mozilla", Clients: everybody(true)})},

	{12, "intermediate-trusted", "The client's trust store holds the intermediate, but not the root.", only(
		func(l *Lab) *Setup {
			_, ca := l.family()
			return l.sends(host, []*Cert{l.leaf(ca, host), ca}, ca)
		},
		Expect{Class: probe.PartialChain, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(2, 2),
			Subject: "Lab Issuing CA", Depth: 1, Action: "root", Innocent: probe.Server, Not: classes(append(accusing, probe.PrivateCA)...),
			Clients: everybody(true, probe.OpenSSL, probe.Python, probe.Node)})},

	{15, "root-expired", "The root in the client's trust store has expired.", only(
		func(l *Lab) *Setup {
			root := l.root("Lab Root CA", valid(-3650*day, -3*day-time.Hour))
			ca := l.ca(root, "Lab Issuing CA")
			return l.sends(host, []*Cert{l.leaf(ca, host), ca}, root)
		},
		Expect{Class: probe.ExpiredRoot, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(10, 10),
			Subject: "Lab Root CA", Depth: 2, Action: "store|root", Innocent: probe.Server, Not: classes(probe.Expired),
			Clients: everybody(false, probe.Java)})},

	{18, "cross-signed", "The new root is trusted; the server also sends it as signed by an old root, which has expired.", only(
		func(l *Lab) *Setup {
			s, newRoot, old := l.crossSigned()
			s.Options.Trust = store("lab", newRoot, old)
			return s
		},
		Expect{Class: probe.CrossSigned, Weight: probe.Note, Codes: codes(0, 0),
			Says: "Old Root CA", Not: classes(probe.Expired, probe.ExpiredRoot), Clients: everybody(true)})},

	{19, "only-the-old-root", "The client knows only the old root, which has expired, and not the new one that replaces it.", only(
		func(l *Lab) *Setup {
			s, newRoot, old := l.crossSigned()
			s.Options.Trust = store("lab", old)
			s.Options.Others = []*probe.Store{store("mozilla", newRoot)}
			return s
		},
		Expect{Class: probe.ExpiredRoot, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(10, 10),
			Subject: "Old Root CA", Depth: 3, Action: "update|new", Innocent: probe.Server, Not: accusing,
			Clients: everybody(false, probe.Java)})},

	{56, "intercepted", "A proxy between client and server answers with certificates of its own CA, which the system trusts and this client does not.", []Case{
		{"root-not-sent", "It does not send its root.", func(l *Lab) *Setup { return l.zscaler(false) }, intercepted(20, 20)},
		{"root-sent", "It sends its root.", func(l *Lab) *Setup { return l.zscaler(true) }, intercepted(19, 19)},
		{"unknown-product", "It is of no known make; a host that has nothing to do with this one is answered by the same CA.", func(l *Lab) *Setup {
			ca := l.ca(l.root("ACME Inspection Root"), "ACME Inspection CA")
			return l.everywhere(func(name string) []*Cert { return []*Cert{l.leaf(ca, name), ca} })
		}, func() Expect {
			e := intercepted(20, 20)
			e.Says = "www.example.org"
			return e
		}()},
	}},

	{64, "development-ca", "The certificate comes from a development tool's CA, which this client does not know.", []Case{
		{"mkcert", "It is mkcert.", func(l *Lab) *Setup {
			ca := l.root("mkcert dev@laptop (Dev)", subject(pkix.Name{
				Organization: []string{"mkcert development CA"}, OrganizationalUnit: []string{"dev@laptop (Dev)"},
				CommonName: "mkcert dev@laptop (Dev)"}))
			return l.sends(host, []*Cert{l.leaf(ca, host, subject(pkix.Name{
				Organization: []string{"mkcert development certificate"}, OrganizationalUnit: []string{"dev@laptop (Dev)"}}))},
				l.root("Another Root CA"))
		}, developmentCA(20, 21, "mkcert -CAROOT|mkcert")},
		{"caddy", "It is Caddy.", func(l *Lab) *Setup {
			root := l.root("Caddy Local Authority - 2026 ECC Root")
			ca := l.ca(root, "Caddy Local Authority - ECC Intermediate")
			return l.sends(host, []*Cert{l.leaf(ca, host, subject(pkix.Name{})), ca}, l.root("Another Root CA"))
		}, developmentCA(20, 20, "caddy")},
		{"kubernetes", "It is Kubernetes.", func(l *Lab) *Setup {
			ca := l.root("kubernetes")
			return l.sends(host, []*Cert{l.leaf(ca, host, subject(pkix.Name{CommonName: "kube-apiserver"}))}, l.root("Another Root CA"))
		}, developmentCA(20, 21, "kube|/etc/kubernetes/pki")},
		{"step-ca", "It is step-ca.", func(l *Lab) *Setup {
			root := l.root("Smallstep Root CA", subject(pkix.Name{Organization: []string{"Smallstep"}, CommonName: "Smallstep Root CA"}))
			ca := l.ca(root, "Smallstep Intermediate CA", subject(pkix.Name{Organization: []string{"Smallstep"}, CommonName: "Smallstep Intermediate CA"}))
			return l.sends(host, []*Cert{l.leaf(ca, host), ca}, l.root("Another Root CA"))
		}, developmentCA(20, 20, "step")},
	}},
}

var issuerUnknown = Expect{Class: probe.IssuerUnknown, Weight: probe.Failure, Liability: probe.CannotTell, Codes: codes(20, 21),
	Subject: host, Says: "Lab Issuing CA", Innocent: probe.Server, Not: classes(probe.IncompleteChain, probe.PrivateCA), Clients: everybody(false)}

// brokenAIA leaves open whether an intermediate is missing: only the address is
// proved to be wrong.
var brokenAIA = Expect{Class: probe.BrokenAIA, Liability: probe.Issuer, Codes: codes(20, 21), Weight: probe.Warning,
	Also: classes(probe.IssuerUnknown), Not: classes(probe.IncompleteChain), Clients: everybody(false)}

var completed = Expect{Class: probe.IncompleteChain, Weight: probe.Failure, Liability: probe.Server, Codes: codes(20, 21),
	Says: "Lab Issuing CA", Not: classes(probe.IssuerUnknown, probe.PrivateCA), Clients: everybody(false)}

func intercepted(first, sclient int) Expect {
	return Expect{Class: probe.Intercepted, Weight: probe.Failure, Liability: probe.Network, Codes: codes(first, sclient),
		Says: "Zscaler", Action: "REQUESTS_CA_BUNDLE|NODE_EXTRA_CA_CERTS", Innocent: probe.Server, Not: accusing, Clients: everybody(false)}
}

func developmentCA(first, sclient int, where string) Expect {
	return Expect{Class: probe.DevelopmentCA, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(first, sclient),
		Action: where, Innocent: probe.Server, Not: accusing, Clients: everybody(false)}
}

// incomplete is a server that sends its leaf only, whose issuer can be fetched. at
// says what is published for the intermediate, nil for the certificate as it should
// be.
func (l *Lab) incomplete(at func(ca *Cert) []byte) *Setup {
	root, ca := l.family()
	if at == nil {
		at = func(ca *Cert) []byte { return ca.DER }
	}
	s := l.sends(host, []*Cert{l.leaf(ca, host, aia(l.web(map[string][]byte{"/ca.crt": at(ca)})+"/ca.crt"))}, root)
	s.Options.AIA = true
	return s
}

// crossSigned is a server whose root has a second certificate from an old root, which
// has expired; both are sent.
func (l *Lab) crossSigned() (s *Setup, newRoot, old *Cert) {
	old = l.root("Old Root CA", valid(-7300*day, -3*day-time.Hour))
	newRoot = l.root("New Root CA")
	cross := l.ca(old, "New Root CA", withKey(newRoot.Key), valid(-3650*day, 365*day))
	ca := l.ca(newRoot, "Lab Issuing CA")
	return l.sends(public, []*Cert{l.leaf(ca, public), ca, cross, old}), newRoot, old
}

// zscaler is a proxy that answers for a public name, and for every other one, with
// certificates of its own.
func (l *Lab) zscaler(sendRoot bool) *Setup {
	name := func(cn string) option {
		return subject(pkix.Name{Country: []string{"US"}, Organization: []string{"Zscaler Inc."}, CommonName: cn})
	}
	root := l.root("Zscaler Root CA", name("Zscaler Root CA"))
	ca := l.ca(root, "Zscaler Intermediate Root CA (zscaler.net)", name("Zscaler Intermediate Root CA (zscaler.net)"))
	sent := []*Cert{l.leaf(ca, public, sans(public, "www.example.org")), ca}
	if sendRoot {
		sent = append(sent, root)
	}
	s := l.sends(public, sent, l.root("Another Root CA"))
	s.Options.Trust.Name = "certifi"
	s.Options.Others = []*probe.Store{store("system", root)}
	return s
}

// everywhere is something in the network that answers for all hosts, each with the
// chain that forName gives.
func (l *Lab) everywhere(forName func(name string) []*Cert) *Setup {
	s := l.setup(public, 0, l.root("Another Root CA"))
	l.run(s, &tls.Config{GetCertificate: func(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
		name := h.ServerName
		if name == "" {
			name = "none.test"
		}
		c := chain(forName(name)...)
		return &c, nil
	}})
	s.Options.Compare = net.JoinHostPort("www.example.org", strconv.Itoa(s.Target.Port))
	return s
}
