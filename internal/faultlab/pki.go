package faultlab

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net"
	"sync"
	"time"
)

const day = 24 * time.Hour

// Cert is a certificate of the lab together with its private key.
type Cert struct {
	DER []byte
	Key crypto.Signer

	subject []byte // DER of the subject
	keyID   []byte // of the public key; issued certificates point at it
}

// spec is what is asked for in a certificate: a template for what crypto/x509 can
// make, and changes to the result for what it refuses to make.
type spec struct {
	now       time.Time
	template  x509.Certificate
	key       crypto.Signer
	algorithm algorithm
	changes   []func(*tbs)
	// signer signs instead of the issuer's key when it is not nil.
	signer crypto.Signer
}

type option func(*spec)

// RSA keys are made once a process: they are slow, and no row depends on whose they
// are.
var rsaKeys = map[int]func() *rsa.PrivateKey{
	1024: sync.OnceValue(func() *rsa.PrivateKey { return newRSA(1024) }),
	2048: sync.OnceValue(func() *rsa.PrivateKey { return newRSA(2048) }),
}

func newRSA(bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	must(err)
	return key
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	return key
}

// must ends the program: what the lab makes does not depend on input.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// root makes a self-signed CA, valid from ten years ago to ten years from now.
func (l *Lab) root(name string, options ...option) *Cert {
	return l.certificate(nil, name, append([]option{isCA, valid(-3650*day, 3650*day)}, options...))
}

// ca makes an intermediate, valid from one year ago to five years from now.
func (l *Lab) ca(issuer *Cert, name string, options ...option) *Cert {
	return l.certificate(issuer, name, append([]option{isCA, valid(-365*day, 1825*day)}, options...))
}

// leaf makes a server's certificate for a DNS name or an IP address, valid from 30
// days ago to 60 days from now. A nil issuer makes it self-signed.
func (l *Lab) leaf(issuer *Cert, name string, options ...option) *Cert {
	return l.certificate(issuer, name, append([]option{sans(name), func(s *spec) {
		s.template.KeyUsage = x509.KeyUsageDigitalSignature
		s.template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	}}, options...))
}

func (l *Lab) certificate(issuer *Cert, name string, options []option) *Cert {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	must(err)
	s := spec{now: l.Now, algorithm: byKey, template: x509.Certificate{
		SerialNumber:          serial.SetBit(serial, 120, 1),
		Subject:               pkix.Name{CommonName: name},
		BasicConstraintsValid: true,
	}}
	valid(-30*day, 60*day+time.Hour)(&s)
	for _, o := range options {
		o(&s)
	}
	if s.key == nil {
		s.key = newKey()
	}
	return s.build(issuer)
}

// build lets crypto/x509 make the certificate, changes it, and signs it again.
func (s *spec) build(issuer *Cert) *Cert {
	made := &Cert{Key: s.key, keyID: s.template.SubjectKeyId}
	if made.keyID == nil {
		made.keyID = keyID(s.key)
	}
	s.template.SubjectKeyId = made.keyID
	// The issuer may be a certificate that crypto/x509 cannot parse, so that only the
	// parts that count are handed over.
	parent, signer := &s.template, s.key
	if issuer != nil {
		parent = &x509.Certificate{RawSubject: issuer.subject, SubjectKeyId: issuer.keyID}
		signer = issuer.Key
	}
	if s.signer != nil {
		signer = s.signer
	}
	der, err := x509.CreateCertificate(rand.Reader, &s.template, parent, s.key.Public(), signer)
	must(err)
	t := parseTBS(der)
	for _, change := range s.changes {
		change(t)
	}
	made.subject = t.subject
	made.DER = t.sign(signer, s.algorithm)
	return made
}

func isCA(s *spec) {
	s.template.IsCA = true
	s.template.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
}

// valid sets the validity, relative to the time of the lab.
func valid(from, to time.Duration) option {
	return func(s *spec) {
		s.template.NotBefore, s.template.NotAfter = s.now.Add(from), s.now.Add(to)
	}
}

// sans sets the subject alternative names, IP addresses among them.
func sans(names ...string) option {
	return func(s *spec) {
		s.template.DNSNames, s.template.IPAddresses = nil, nil
		for _, name := range names {
			if ip := net.ParseIP(name); ip != nil {
				s.template.IPAddresses = append(s.template.IPAddresses, ip)
			} else {
				s.template.DNSNames = append(s.template.DNSNames, name)
			}
		}
	}
}

// dnsNames sets DNS names that crypto/x509 would not write.
func dnsNames(names ...string) option {
	return func(s *spec) {
		var all []asn1.RawValue
		for _, name := range names {
			all = append(all, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 2, Bytes: []byte(name)})
		}
		s.template.DNSNames = nil
		s.template.ExtraExtensions = append(s.template.ExtraExtensions, pkix.Extension{Id: oidSAN, Value: marshal(all)})
	}
}

func subject(name pkix.Name) option { return func(s *spec) { s.template.Subject = name } }
func withKey(key crypto.Signer) option {
	return func(s *spec) { s.key = key }
}
func signedBy(key crypto.Signer) option { return func(s *spec) { s.signer = key } }
func withAlgorithm(a algorithm) option  { return func(s *spec) { s.algorithm = a } }
func aia(urls ...string) option {
	return func(s *spec) { s.template.IssuingCertificateURL = urls }
}
func ocspAt(url string) option { return func(s *spec) { s.template.OCSPServer = []string{url} } }
func usage(u x509.KeyUsage) option {
	return func(s *spec) { s.template.KeyUsage = u }
}
func purposes(p ...x509.ExtKeyUsage) option {
	return func(s *spec) { s.template.ExtKeyUsage = p }
}
func pathLength(n int) option {
	return func(s *spec) { s.template.MaxPathLen, s.template.MaxPathLenZero = n, n == 0 }
}
func extension(id asn1.ObjectIdentifier, critical bool, value []byte) option {
	return func(s *spec) {
		s.template.ExtraExtensions = append(s.template.ExtraExtensions, pkix.Extension{Id: id, Critical: critical, Value: value})
	}
}
func changed(f func(*tbs)) option {
	return func(s *spec) { s.changes = append(s.changes, f) }
}

// without leaves an extension out.
func without(id asn1.ObjectIdentifier) option {
	return changed(func(t *tbs) {
		kept := t.extensions[:0]
		for _, e := range t.extensions {
			if !e.Id.Equal(id) {
				kept = append(kept, e)
			}
		}
		t.extensions = kept
	})
}

// chain is what a server sends: the certificates in the order given, and the key of
// the first.
func chain(certs ...*Cert) tls.Certificate {
	c := tls.Certificate{PrivateKey: certs[0].Key}
	for _, cert := range certs {
		c.Certificate = append(c.Certificate, cert.DER)
	}
	return c
}
