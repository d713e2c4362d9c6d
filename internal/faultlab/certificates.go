package faultlab

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/tlslint/tlslint/probe"
)

// certificates are the faults of what a certificate says.
var certificates = []Row{
	{13, "leaf-expired", "The server's certificate has expired.", only(
		func(l *Lab) *Setup { return l.usual(valid(-90*day, -3*day-time.Hour)) },
		Expect{Class: probe.Expired, Weight: probe.Failure, Liability: probe.Server, Codes: codes(10, 10),
			Subject: host, Action: "renew", Says: "3 days", Clients: everybody(false)})},

	{14, "intermediate-expired", "The intermediate that the server sends has expired; its CA has a new one.", only(
		func(l *Lab) *Setup {
			root := l.root("Lab Root CA")
			renewed := l.ca(root, "Lab Issuing CA")
			expired := l.ca(root, "Lab Issuing CA", withKey(renewed.Key), valid(-1825*day, -3*day-time.Hour))
			url := l.web(map[string][]byte{"/ca.crt": renewed.DER}) + "/ca.crt"
			s := l.sends(host, []*Cert{l.leaf(expired, host, aia(url)), expired}, root)
			s.Options.AIA = true
			return s
		},
		Expect{Class: probe.Expired, Weight: probe.Failure, Liability: probe.Server, Codes: codes(10, 10),
			Subject: "Lab Issuing CA", Depth: 1, Action: "new", Clients: everybody(false)})},

	{16, "not-yet-valid", "The server's certificate is not valid yet.", only(
		func(l *Lab) *Setup { return l.usual(valid(3*day+time.Hour, 90*day)) },
		Expect{Class: probe.NotYetValid, Weight: probe.Failure, Liability: probe.Server, Codes: codes(9, 9),
			Subject: host, Says: "clock", Clients: everybody(false)})},

	{17, "client-clock-wrong", "The clock of the client is years off.", []Case{
		{"behind", "It shows a time before any of the certificates was made.", func(l *Lab) *Setup { return l.clock(-4000 * day) },
			wrongClock(9, 9)},
		{"ahead", "It shows a time after all of the certificates have expired.", func(l *Lab) *Setup { return l.clock(4000 * day) },
			wrongClock(10, 10)},
	}},

	{20, "name-mismatch", "The certificate is for other names than the one that was asked for.", only(
		func(l *Lab) *Setup { return l.usual(sans("www.shop.test", "mail.shop.test")) },
		Expect{Class: probe.NameMismatch, Weight: probe.Failure, Liability: probe.Server, Codes: codes(62, 62),
			Subject: host, Says: "www.shop.test", Clients: everybody(false)})},

	{21, "wildcard", "The certificate has a wildcard that does not cover the name.", []Case{
		{"one-label-too-deep", "The wildcard is *.shop.test, the name api.eu.shop.test.", func(l *Lab) *Setup {
			return l.named("api.eu.shop.test", sans("*.shop.test"))
		}, mismatch("*.shop.test")},
		{"apex", "The wildcard is *.shop.test, the name shop.test.", func(l *Lab) *Setup {
			return l.named("shop.test", sans("*.shop.test"))
		}, mismatch("*.shop.test")},
		{"partial", "The wildcard is ba*.shop.test, the name bar.shop.test.", func(l *Lab) *Setup {
			return l.named("bar.shop.test", sans("ba*.shop.test"))
		}, Expect{Class: probe.NameMismatch, Weight: anyWeight, Liability: probe.Server, Codes: codes(0, 0), Says: "ba*.shop.test",
			Clients: everybody(false, probe.OpenSSL, probe.Node, probe.Java)}},
	}},

	{22, "address-mismatch", "The client connects to an IP address that the certificate does not name.", []Case{
		{"names-only", "The certificate has DNS names only.", func(l *Lab) *Setup {
			return l.named("127.0.0.1", sans(host))
		}, addressMismatch},
		{"address-as-name", "The address stands in the certificate as if it were a DNS name.", func(l *Lab) *Setup {
			return l.named("127.0.0.1", sans(), dnsNames("127.0.0.1"))
		}, addressMismatch},
	}},

	{23, "unusual-names", "The name is international, ends with a dot, or has an underscore.", []Case{
		{"international", "The name has letters that DNS does not know, and the certificate names another spelling.", func(l *Lab) *Setup {
			return l.named("bücher.test", sans("buecher.test"))
		}, mismatch("xn--bcher-kva.test")},
		{"raw-letters", "The certificate has the name in UTF-8, where its ASCII form must stand.", func(l *Lab) *Setup {
			return l.named("bücher.test", sans(), dnsNames("bücher.test"))
		}, mismatch("xn--bcher-kva.test")},
		{"dot-in-certificate", "The name in the certificate ends with a dot.", func(l *Lab) *Setup {
			return l.named(host, sans(), dnsNames(host+"."))
		}, func() Expect {
			e := mismatch("shop.test.")
			e.Clients = everybody(false, probe.Curl, probe.Node)
			return e
		}()},
	}},

	{24, "common-name-only", "The certificate has its name in the subject only, and no subject alternative names.", only(
		func(l *Lab) *Setup { return l.usual(sans()) },
		Expect{Class: probe.CommonNameOnly, Weight: probe.Warning, Liability: probe.Server, Codes: codes(0, 0),
			Subject: host, Says: "Go", Clients: everybody(true, probe.Go)})},

	{27, "weak-signature", "The certificate is signed with an algorithm that is no longer safe.", []Case{
		{"sha1", "It is SHA-1.", func(l *Lab) *Setup { return l.digest(sha1RSA) }, weakSignature("SHA-1|SHA1", true)},
		{"md5", "It is MD5.", func(l *Lab) *Setup { return l.digest(md5RSA) }, weakSignature("MD5", false)},
	}},

	{28, "weak-key", "The key of the certificate is RSA with 1024 bits.", only(
		func(l *Lab) *Setup { return l.usual(withKey(rsaKeys[1024]())) },
		Expect{Class: probe.WeakKey, Weight: probe.Failure, Liability: probe.Server, Codes: codes(66, 66),
			Subject: host, Says: "1024", Clients: everybody(false, probe.Node, probe.Java, probe.Go)})},

	{29, "client-certificate-as-server", "The certificate is one for clients, not for servers.", only(
		func(l *Lab) *Setup { return l.usual(purposes(x509.ExtKeyUsageClientAuth)) },
		Expect{Class: probe.WrongPurpose, Weight: probe.Failure, Liability: probe.Server, Codes: codes(26, 26),
			Subject: host, Clients: everybody(false)})},

	{30, "intermediate-purpose", "The intermediate may issue certificates for clients only.", only(
		func(l *Lab) *Setup { return l.under(purposes(x509.ExtKeyUsageClientAuth)) },
		Expect{Class: probe.WrongPurpose, Weight: probe.Failure, Liability: probe.Issuer, Codes: codes(26, 26),
			Subject: "Lab Issuing CA", Depth: 1, Clients: everybody(false, probe.Java)})},

	{31, "signer-not-a-ca", "A certificate that is not one of a CA has signed the server's.", []Case{
		{"not-a-ca", "The signer's basic constraints say that it is no CA.", func(l *Lab) *Setup {
			return l.under(func(s *spec) { s.template.IsCA, s.template.KeyUsage = false, 0 })
		}, notACA(79, 26)},
		{"a-servers-certificate", "The signer's certificate is another server's.", func(l *Lab) *Setup {
			return l.under(func(s *spec) {
				s.template.IsCA, s.template.KeyUsage = false, x509.KeyUsageDigitalSignature
				s.template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
			})
		}, notACA(79, 32)},
		{"may-not-sign", "The signer is a CA whose key usage does not include signing certificates.", func(l *Lab) *Setup {
			return l.under(usage(x509.KeyUsageDigitalSignature))
		}, notACA(79, 32)},
	}},

	{32, "path-length", "There are more CAs below an intermediate than it permits.", only(
		func(l *Lab) *Setup {
			root, ca := l.family(pathLength(0))
			sub := l.ca(ca, "Lab Department CA")
			return l.sends(host, []*Cert{l.leaf(sub, host), sub, ca}, root)
		},
		Expect{Class: probe.PathLength, Weight: probe.Failure, Liability: probe.Issuer, Codes: codes(25, 25),
			Subject: "Lab Issuing CA", Depth: 2, Clients: everybody(false)})},

	{33, "name-constraint", "A CA may not issue certificates for this name.", []Case{
		{"not-permitted", "The name is not below what the CA is permitted.", func(l *Lab) *Setup {
			return l.under(func(s *spec) {
				s.template.PermittedDNSDomainsCritical, s.template.PermittedDNSDomains = true, []string{"other.test"}
			})
		}, nameConstraint(47, "other.test")},
		{"excluded", "The name is below what the CA is denied.", func(l *Lab) *Setup {
			return l.under(func(s *spec) {
				s.template.PermittedDNSDomainsCritical, s.template.ExcludedDNSDomains = true, []string{host}
			})
		}, nameConstraint(48, host)},
	}},

	{34, "critical-extension", "The certificate has a critical extension that no client knows.", only(
		func(l *Lab) *Setup {
			return l.usual(extension(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}, true, marshal("lab")))
		},
		Expect{Class: probe.CriticalExtension, Weight: probe.Failure, Liability: probe.Issuer, Codes: codes(34, 34),
			Subject: host, Says: "1.3.6.1.4.1.99999.1", Clients: everybody(false)})},

	{41, "revoked", "The certificate was revoked.", []Case{
		{"stapled", "The server itself says so in its stapled OCSP response.", func(l *Lab) *Setup {
			root, ca := l.family()
			leaf := l.leaf(ca, host)
			s, c := l.setup(host, 0, root), config(leaf, ca)
			c.Certificates[0].OCSPStaple = l.revoke(leaf, ca)
			return l.run(s, c)
		}, revoked},
		{"asked", "The CA says so when its OCSP responder is asked.", func(l *Lab) *Setup {
			root, ca := l.family()
			var leaf *Cert
			l.webFor(func(url string) map[string][]byte {
				leaf = l.leaf(ca, host, ocspAt(url+"/ocsp"))
				return map[string][]byte{"/ocsp": l.revoke(leaf, ca)}
			})
			s := l.sends(host, []*Cert{leaf, ca}, root)
			s.Options.OCSP = true
			return s
		}, revoked},
	}},

	{42, "must-staple", "The certificate asks for a stapled OCSP response, and the server sends none.", only(
		func(l *Lab) *Setup {
			// status_request is feature 5 (RFC 7633).
			return l.usual(extension(oidTLSFeature, false, marshal([]int{5})))
		},
		Expect{Class: probe.MustStaple, Weight: anyWeight, Codes: codes(0, 0), Clients: everybody(true)})},

	{43, "long-validity", "A certificate of a public CA is valid for 825 days.", only(
		func(l *Lab) *Setup {
			s := l.named(public, valid(-30*day, 795*day))
			s.Options.Others = []*probe.Store{{Name: "mozilla", Roots: s.Options.Trust.Roots}}
			return s
		},
		Expect{Class: probe.LongValidity, Weight: anyWeight, Codes: codes(0, 0), Clients: everybody(true)})},

	{59, "malformed", "The certificate breaks the rules of its format.", []Case{
		{"negative-serial", "Its serial number is negative; it is self-signed.", func(l *Lab) *Setup {
			return l.sends(host, []*Cert{l.leaf(nil, host, negativeSerial)}, l.root("Another Root CA"))
		}, Expect{Class: probe.Malformed, Weight: probe.Failure, Liability: probe.Server, Codes: codes(18, 18),
			Subject: host, Says: "serial", Also: classes(probe.SelfSigned), Clients: everybody(false)}},
		{"negative-serial-trusted", "Its serial number is negative; everything else is right.", func(l *Lab) *Setup {
			return l.usual(negativeSerial)
		}, Expect{Class: probe.Malformed, Weight: anyWeight, Liability: probe.Server, Codes: codes(0, 0),
			Subject: host, Says: "serial", Clients: everybody(true, probe.Go)}},
		{"duplicate-extension", "It has the subject alternative names twice.", func(l *Lab) *Setup {
			return l.usual(changed(func(t *tbs) {
				for _, e := range t.extensions {
					if e.Id.Equal(oidSAN) {
						t.extensions = append(t.extensions, e)
						return
					}
				}
			}))
		}, Expect{Class: probe.Malformed, Weight: anyWeight, Liability: probe.Server,
			Subject: host, Clients: map[probe.Client]bool{probe.Go: false}}},
	}},

	{60, "strict-profile", "The CA leaves out what Python 3.13 and later insist on.", []Case{
		{"no-authority-key-identifier", "The server's certificate has no authority key identifier.", func(l *Lab) *Setup {
			return l.usual(without(oidAKI))
		}, strict(host, 0, "authority key identifier")},
		{"no-subject-key-identifier", "The intermediate has no subject key identifier.", func(l *Lab) *Setup {
			return l.under(without(oidSKI))
		}, strict("Lab Issuing CA", 1, "subject key identifier")},
		{"constraints-not-critical", "The basic constraints of the intermediate are not critical.", func(l *Lab) *Setup {
			return l.under(changed(func(t *tbs) {
				for i, e := range t.extensions {
					if e.Id.Equal(oidBasicConstraints) {
						t.extensions[i].Critical = false
					}
				}
			}))
		}, strict("Lab Issuing CA", 1, "basic constraints|basicConstraints")},
	}},

	{61, "hostile", "The certificates are made to upset whoever prints or reads them.", []Case{
		{"texts", "Names have escape sequences, line breaks and characters that turn the direction of writing.", func(l *Lab) *Setup {
			const evil = "\x1b[2J\a\r\nVerify return code: 0 (ok)\u202e::error::"
			ca := l.ca(l.root("Evil"+evil), "Evil Issuing CA"+evil)
			return l.sends(host, []*Cert{l.leaf(ca, host, subject(pkix.Name{CommonName: host + evil}), sans(), dnsNames(host, "a\x1b[2J\r\n.test")), ca},
				l.root("Another Root CA"))
		}, Expect{Class: probe.PrivateCA, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(20, 20),
			Not: accusing, Clients: everybody(false)}},
		{"5000-names", "It has 5,000 names, and the one that was asked for is not among them.", func(l *Lab) *Setup {
			var names []string
			for i := range 5000 {
				names = append(names, fmt.Sprintf("host%05d.test", i))
			}
			return l.usual(sans(names...))
		}, Expect{Class: probe.NameMismatch, Weight: probe.Failure, Liability: probe.Server, Codes: codes(62, 62),
			Also: classes(probe.TooLarge), Clients: everybody(false)}},
		{"100-certificates", "The chain has 100 certificates.", func(l *Lab) *Setup {
			root := l.root("Lab Root CA")
			cas := []*Cert{root}
			for i := range 98 {
				cas = append(cas, l.ca(cas[i], fmt.Sprintf("Lab CA %d", i)))
			}
			sent := []*Cert{l.leaf(cas[98], host)}
			for i := 98; i >= 0; i-- {
				sent = append(sent, cas[i])
			}
			return l.sends(host, sent, l.root("Another Root CA"))
		}, Expect{Class: probe.PrivateCA, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(19, 19),
			Clients: everybody(false)}},
	}},

	{62, "everything", "The certificate has expired, is for another name, and its CA is not trusted.", only(
		func(l *Lab) *Setup {
			_, ca := l.family()
			leaf := l.leaf(ca, host, sans("other.test"), valid(-90*day, -3*day-time.Hour))
			return l.sends(host, []*Cert{leaf, ca}, l.root("Another Root CA"))
		},
		Expect{Class: probe.Expired, Weight: probe.Failure, Liability: probe.Server, Codes: codes(20, 10),
			Also: classes(probe.NameMismatch, probe.PrivateCA), Not: accusing, Clients: everybody(false)})},
}

// anyWeight leaves it open how much a finding matters.
const anyWeight probe.Weight = -1

// usual is a server with a complete chain below a trusted root, but for what the
// options do to the leaf.
func (l *Lab) usual(options ...option) *Setup { return l.named(host, options...) }

func (l *Lab) named(name string, options ...option) *Setup {
	root, ca := l.family()
	return l.sends(name, []*Cert{l.leaf(ca, asciiName(name), options...), ca}, root)
}

// asciiName is a name that may stand in a certificate.
func asciiName(name string) string {
	return strings.ReplaceAll(name, "bücher", "xn--bcher-kva")
}

// under is a server with a complete chain below a trusted root, but for what the
// options do to the intermediate.
func (l *Lab) under(options ...option) *Setup {
	root, ca := l.family(options...)
	return l.sends(host, []*Cert{l.leaf(ca, host), ca}, root)
}

// digest is a server whose certificate is signed by an RSA key with a weak hash.
func (l *Lab) digest(a algorithm) *Setup {
	root := l.root("Lab Root CA")
	ca := l.ca(root, "Lab Issuing CA", withKey(rsaKeys[2048]()))
	return l.sends(host, []*Cert{l.leaf(ca, host, withAlgorithm(a)), ca}, root)
}

// clock is a server without fault, looked at by a client whose clock is off. The
// stapled response shows what time it is.
func (l *Lab) clock(off time.Duration) *Setup {
	root, ca := l.family()
	leaf := l.leaf(ca, host)
	s, c := l.setup(host, 0, root), config(leaf, ca)
	c.Certificates[0].OCSPStaple = l.staple(leaf, ca, ocsp.Response{Status: ocsp.Good}, l.Now)
	s.ClientTime = l.Now.Add(off)
	s.Options.Now = func() time.Time { return s.ClientTime }
	return l.run(s, c)
}

var revoked = Expect{Class: probe.Revoked, Weight: anyWeight, Liability: probe.Server, Codes: codes(0, 0),
	Subject: host, Says: "browser|openssl", Action: "replace|new certificate|reissue"}

// revoke is an OCSP response that says that leaf was revoked.
func (l *Lab) revoke(leaf, issuer *Cert) []byte {
	return l.staple(leaf, issuer, ocsp.Response{Status: ocsp.Revoked, RevokedAt: l.Now.Add(-2 * day), RevocationReason: ocsp.KeyCompromise}, l.Now)
}

// staple is an OCSP response about leaf, made at a time and good for a week.
func (l *Lab) staple(leaf, issuer *Cert, r ocsp.Response, at time.Time) []byte {
	cert, err := x509.ParseCertificate(leaf.DER)
	must(err)
	ca, err := x509.ParseCertificate(issuer.DER)
	must(err)
	r.SerialNumber, r.ThisUpdate, r.NextUpdate = cert.SerialNumber, at.Add(-time.Hour), at.Add(7*day)
	response, err := ocsp.CreateResponse(ca, ca, r, issuer.Key)
	must(err)
	return response
}

func negativeSerial(s *spec) {
	changed(func(t *tbs) { t.serial = []byte{2, 2, 0xff, 0x01} })(s)
}

func wrongClock(first, sclient int) Expect {
	return Expect{Class: probe.WrongClock, Weight: probe.Failure, Liability: probe.ClientSide, Codes: codes(first, sclient),
		Action: "NTP|clock", Innocent: probe.Server, Not: accusing}
}

func mismatch(says string) Expect {
	return Expect{Class: probe.NameMismatch, Weight: probe.Failure, Liability: probe.Server, Codes: codes(62, 62),
		Says: says, Not: classes(probe.AddressMismatch), Clients: everybody(false)}
}

var addressMismatch = Expect{Class: probe.AddressMismatch, Weight: probe.Failure, Codes: codes(64, 64),
	Says: "127.0.0.1", Action: "name|IP", Not: classes(probe.NameMismatch), Clients: everybody(false)}

func weakSignature(says string, java bool) Expect {
	e := Expect{Class: probe.WeakSignature, Weight: probe.Failure, Liability: probe.Server, Codes: codes(68, 68),
		Subject: host, Says: says, Action: "reissue|new certificate|SHA-256", Not: accusing, Clients: everybody(false)}
	e.Clients[probe.Java] = java
	return e
}

func notACA(first, sclient int) Expect {
	return Expect{Class: probe.NotACA, Weight: probe.Failure, Liability: probe.Issuer, Codes: codes(first, sclient),
		Subject: "Lab Issuing CA", Depth: 1, Not: accusing, Clients: everybody(false)}
}

func nameConstraint(code int, says string) Expect {
	return Expect{Class: probe.NameConstraint, Weight: probe.Failure, Liability: probe.Issuer, Codes: codes(code, code),
		Says: says, Not: accusing, Clients: everybody(false)}
}

func strict(subject string, depth int, says string) Expect {
	return Expect{Class: probe.StrictProfile, Weight: probe.Warning, Liability: probe.Issuer, Codes: codes(0, 0),
		Subject: subject, Depth: depth, Says: says, Clients: everybody(true, probe.Python313)}
}
