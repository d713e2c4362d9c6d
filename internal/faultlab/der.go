package faultlab

import (
	"bytes"
	"crypto"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
)

// Object identifiers of RFC 5280, RFC 7633 (TLS feature) and RFC 5652.
var (
	oidSKI              = asn1.ObjectIdentifier{2, 5, 29, 14}
	oidSAN              = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidBasicConstraints = asn1.ObjectIdentifier{2, 5, 29, 19}
	oidAKI              = asn1.ObjectIdentifier{2, 5, 29, 35}
	oidTLSFeature       = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}
	oidData             = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
)

// tbs is a certificate taken apart, so that its parts can be made wrong. Its fields
// are whole DER elements.
type tbs struct {
	version, serial, issuer, validity, subject, spki []byte
	extensions                                       []pkix.Extension
}

// parseTBS does not check what it reads, unlike crypto/x509.
func parseTBS(der []byte) *tbs {
	var cert struct {
		TBS struct {
			Version    asn1.RawValue
			Serial     asn1.RawValue
			Algorithm  asn1.RawValue
			Issuer     asn1.RawValue
			Validity   asn1.RawValue
			Subject    asn1.RawValue
			SPKI       asn1.RawValue
			Extensions []pkix.Extension `asn1:"explicit,tag:3,optional"`
		}
		Algorithm, Signature asn1.RawValue
	}
	_, err := asn1.Unmarshal(der, &cert)
	must(err)
	t := cert.TBS
	return &tbs{
		version: t.Version.FullBytes, serial: t.Serial.FullBytes, issuer: t.Issuer.FullBytes,
		validity: t.Validity.FullBytes, subject: t.Subject.FullBytes, spki: t.SPKI.FullBytes,
		extensions: t.Extensions,
	}
}

// algorithm is how a certificate is signed.
type algorithm int

const (
	byKey algorithm = iota // SHA-256 with the issuer's kind of key
	sha1RSA
	md5RSA
)

// identifier is the DER of the AlgorithmIdentifier.
func (a algorithm) identifier(key crypto.Signer) []byte {
	null := asn1.RawValue{FullBytes: []byte{5, 0}}
	id := pkix.AlgorithmIdentifier{Parameters: null}
	switch _, isRSA := key.(*rsa.PrivateKey); {
	case a == sha1RSA:
		id.Algorithm = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}
	case a == md5RSA:
		id.Algorithm = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 4}
	case isRSA:
		id.Algorithm = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}
	default:
		id = pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}}
	}
	return marshal(id)
}

func (a algorithm) digest(data []byte) (digest []byte, hash crypto.Hash) {
	switch a {
	case sha1RSA:
		sum := sha1.Sum(data)
		return sum[:], crypto.SHA1
	case md5RSA:
		sum := md5.Sum(data)
		return sum[:], crypto.MD5
	}
	sum := sha256.Sum256(data)
	return sum[:], crypto.SHA256
}

// sign puts the certificate together.
func (t *tbs) sign(key crypto.Signer, a algorithm) []byte {
	id := a.identifier(key)
	body := [][]byte{t.version, t.serial, id, t.issuer, t.validity, t.subject, t.spki}
	if len(t.extensions) > 0 {
		body = append(body, element(0xa3, marshal(t.extensions)))
	}
	unsigned := element(0x30, body...)
	digest, hash := a.digest(unsigned)
	signature, err := key.Sign(rand.Reader, digest, hash)
	must(err)
	return element(0x30, unsigned, id, marshal(asn1.BitString{Bytes: signature, BitLength: 8 * len(signature)}))
}

// element is a DER element around contents.
func element(tag byte, contents ...[]byte) []byte {
	body := bytes.Join(contents, nil)
	out := marshal(asn1.RawValue{Class: asn1.ClassUniversal, Tag: asn1.TagOctetString, Bytes: body})
	out[0] = tag
	return out
}

func marshal(v any) []byte {
	der, err := asn1.Marshal(v)
	must(err)
	return der
}

// keyID is the key identifier of RFC 5280, section 4.2.1.2, with SHA-256 for SHA-1.
func keyID(key crypto.Signer) []byte {
	spki, err := x509.MarshalPKIXPublicKey(key.Public())
	must(err)
	sum := sha256.Sum256(spki)
	return sum[:20]
}

// pkcs7 is a certs-only CMS message (RFC 5652, section 5), as CAs publish it.
func pkcs7(certs ...*Cert) []byte {
	var all [][]byte
	for _, c := range certs {
		all = append(all, c.DER)
	}
	signed := element(0x30,
		marshal(1),
		element(0x31),
		element(0x30, marshal(oidData)),
		element(0xa0, all...),
		element(0x31),
	)
	return element(0x30, marshal(oidSignedData), element(0xa0, signed))
}
