package probe

import (
	"bytes"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"software.sslmate.com/src/go-pkcs12"
)

// contents is what a file or an answer with certificates holds.
type contents struct {
	// form is "pem", "der", "pkcs7", "pkcs12", "jks", or "" for none of them.
	form  string
	certs [][]byte
	// plain is how many of the certificates stand in the PEM form that all clients
	// read; the others are OpenSSL's TRUSTED CERTIFICATE or inside a PKCS#7.
	plain int
	// keys and distrusted are how many private keys, and certificates that are
	// marked as not to be trusted for servers, were passed over.
	keys, distrusted int
	// broken says what is wrong with a block that cannot be used, "" for none.
	broken string
	// mark is set when the text begins with a byte order mark: Go does not see a block
	// on the first line then, OpenSSL does.
	mark bool
}

// The byte order marks of UTF-8 and UTF-16.
var utf8Mark, utf16LE, utf16BE = []byte("\xef\xbb\xbf"), []byte("\xff\xfe"), []byte("\xfe\xff")

// readContents reads a file of this machine: certificates in PEM, DER or PKCS#7, or
// a keystore of Java or in PKCS#12. Keystores are opened with the password that Java
// gives to cacerts, "changeit", or without one.
func readContents(data []byte) contents {
	switch {
	case len(data) >= 4 && (binary.BigEndian.Uint32(data) == jksMagic || binary.BigEndian.Uint32(data) == jceksMagic):
		return readKeystore(data)
	case isPKCS12(data):
		return readPKCS12(data)
	}
	return readCertificates(data)
}

// readCertificates reads certificates in PEM, DER or PKCS#7, whichever it is. What
// came from the network goes through it: a PKCS#12 can demand any amount of work.
func readCertificates(data []byte) contents {
	switch {
	case bytes.Contains(data, []byte("-----BEGIN ")):
		return readPEM(data)
	case len(data) > 0 && data[0] == 0x30:
		return readDER(data)
	case bytes.HasPrefix(data, utf16LE), bytes.HasPrefix(data, utf16BE):
		return contents{broken: "is text in UTF-16, which TLS libraries do not read: save it as UTF-8 or ASCII"}
	case bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(bytes.TrimPrefix(data, utf8Mark))), []byte("<")):
		return contents{broken: "is a page of HTML or XML, not a certificate"}
	}
	return contents{broken: "is no certificate in PEM or DER"}
}

func readPEM(data []byte) contents {
	c := contents{form: "pem", mark: bytes.HasPrefix(data, utf8Mark)}
	for rest := bytes.TrimPrefix(data, utf8Mark); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		switch {
		case block.Type == "CERTIFICATE" || block.Type == "X509 CERTIFICATE":
			if c.add(block.Bytes) {
				c.plain++
			}
		case block.Type == "TRUSTED CERTIFICATE":
			der, ok := trustedCertificate(block.Bytes)
			if der != nil && !ok {
				c.distrusted++
			} else {
				c.add(der)
			}
		case block.Type == "PKCS7" || block.Type == "CMS":
			certs, err := parsePKCS7(block.Bytes)
			if err != nil {
				c.broken = err.Error()
			}
			c.certs = append(c.certs, certs...)
			c.form = "pkcs7"
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			c.keys++
		}
	}
	if len(c.certs) == 0 && c.keys == 0 && c.distrusted == 0 && c.broken == "" {
		c.broken = "has lines of PEM, but no certificate that can be read between them"
	}
	return c
}

// add takes a certificate and reports whether it is one.
func (c *contents) add(der []byte) bool {
	if _, err := parse(der); err != nil {
		c.broken = "holds a block that " + Clean(err.Error())
		return false
	}
	c.certs = append(c.certs, der)
	return true
}

func readDER(data []byte) contents {
	if _, err := parse(data); err == nil {
		return contents{form: "der", certs: [][]byte{data}}
	}
	if certs, err := parsePKCS7(data); err == nil {
		return contents{form: "pkcs7", certs: certs}
	}
	if privateKey(data) {
		return contents{form: "der", keys: 1}
	}
	return contents{broken: "is no certificate in PEM or DER"}
}

func readPKCS12(data []byte) contents {
	c := contents{form: "pkcs12"}
	for _, password := range []string{pkcs12.DefaultPassword, ""} {
		certs, err := pkcs12.DecodeTrustStore(data, password)
		if err != nil {
			continue
		}
		for _, cert := range certs {
			c.certs = append(c.certs, cert.Raw)
		}
		return c
	}
	c.broken = "is a PKCS#12 file that is no trust store, or has a password other than the usual one"
	return c
}

// privateKey reports whether DER is a private key: PKCS#8 (RFC 5208), PKCS#1 (RFC
// 8017, A.1.2) or SEC 1 (RFC 5915). Its content is not looked at.
func privateKey(der []byte) bool {
	in, body := cryptobyte.String(der), cryptobyte.String(nil)
	var version int64
	if !in.ReadASN1(&body, cbasn1.SEQUENCE) || !body.ReadASN1Integer(&version) || version < 0 || version > 1 {
		return false
	}
	return body.PeekASN1Tag(cbasn1.SEQUENCE) || body.PeekASN1Tag(cbasn1.INTEGER) || body.PeekASN1Tag(cbasn1.OCTET_STRING)
}

// trustedCertificate takes OpenSSL's form of a certificate with what it is trusted
// for (X509_CERT_AUX, openssl-x509(1), "Trust options") apart: the certificate, and
// whether it may be an anchor for servers. The certificate is nil when the form
// cannot be read.
func trustedCertificate(data []byte) (der []byte, ok bool) {
	in := cryptobyte.String(data)
	var cert, aux, trust, reject cryptobyte.String
	if !in.ReadASN1Element(&cert, cbasn1.SEQUENCE) {
		return nil, false
	}
	if in.Empty() {
		return cert, true
	}
	if !in.ReadASN1(&aux, cbasn1.SEQUENCE) {
		return nil, false
	}
	var hasTrust, hasReject bool
	if !aux.ReadOptionalASN1(&trust, &hasTrust, cbasn1.SEQUENCE) ||
		!aux.ReadOptionalASN1(&reject, &hasReject, cbasn1.Tag(0).ContextSpecific().Constructed()) {
		return nil, false
	}
	if hasReject && namesServers(reject) {
		return cert, false
	}
	return cert, !hasTrust || namesServers(trust)
}

func namesServers(oids cryptobyte.String) bool {
	for !oids.Empty() {
		var oid cryptobyte.String
		if !oids.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
			return false
		}
		if text := dotted(oid); text == oidServerAuth || text == oidAnyPurpose {
			return true
		}
	}
	return false
}

const oidSignedData = "1.2.840.113549.1.7.2"

// parsePKCS7 gives the certificates of a PKCS#7 or CMS SignedData (RFC 2315, RFC
// 5652, 5.1), the form in which CAs hand out chains ("certs-only", .p7b, .p7c). No
// signature in it is looked at. The error says what cannot be read.
func parsePKCS7(der []byte) ([][]byte, error) {
	in := cryptobyte.String(der)
	var info, oid, wrapped, data, certs cryptobyte.String
	if !in.ReadASN1(&info, cbasn1.SEQUENCE) || !info.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
		return nil, errors.New("is no PKCS#7")
	}
	if dotted(oid) != oidSignedData {
		return nil, errors.New("is a PKCS#7 of a kind that holds no certificates")
	}
	var has bool
	if !info.ReadASN1(&wrapped, cbasn1.Tag(0).ContextSpecific().Constructed()) || !wrapped.ReadASN1(&data, cbasn1.SEQUENCE) ||
		!data.SkipASN1(cbasn1.INTEGER) || !data.SkipASN1(cbasn1.SET) || !data.SkipASN1(cbasn1.SEQUENCE) ||
		!data.ReadOptionalASN1(&certs, &has, cbasn1.Tag(0).ContextSpecific().Constructed()) {
		return nil, errors.New("is a PKCS#7 that cannot be read as DER")
	}
	var out [][]byte
	for !certs.Empty() {
		var one cryptobyte.String
		var tag cbasn1.Tag
		if !certs.ReadAnyASN1Element(&one, &tag) {
			return nil, errors.New("is a PKCS#7 with a certificate that cannot be read")
		}
		// The other members of the choice are obsolete or attribute certificates.
		if _, err := parse(one); tag == cbasn1.SEQUENCE && err == nil {
			out = append(out, one)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("is a PKCS#7 without a certificate")
	}
	return out, nil
}

// isPKCS12 reports whether DER has the outline of a PFX (RFC 7292, 4): a version 3
// and a ContentInfo.
func isPKCS12(der []byte) bool {
	in, body := cryptobyte.String(der), cryptobyte.String(nil)
	var version int64
	return in.ReadASN1(&body, cbasn1.SEQUENCE) && body.ReadASN1Integer(&version) && version == 3 && body.PeekASN1Tag(cbasn1.SEQUENCE)
}

// The first words of Java's keystores: JKS, and JCEKS which is laid out alike.
const (
	jksMagic   = 0xfeedfeed
	jceksMagic = 0xcececece
)

// readKeystore reads the trusted certificates of a Java keystore as Java's
// sun.security.provider.JavaKeyStore writes it. They stand in it unencrypted, so no
// password is needed; the digest at its end, which is keyed with the password, is
// not checked. Private keys are counted and their chains left out: Java does not
// trust them. Reading ends at the first entry of a secret key.
func readKeystore(data []byte) contents {
	c := contents{form: "jks"}
	in := cryptobyte.String(data)
	var version, count uint32
	in.Skip(4)
	if !in.ReadUint32(&version) || version < 1 || version > 2 || !in.ReadUint32(&count) {
		c.broken = "is a Java keystore of an unknown version"
		return c
	}
	for i := range count {
		var kind uint32
		var alias []byte
		if !in.ReadUint32(&kind) || !readUTF(&in, &alias) || !in.Skip(8) {
			c.broken = fmt.Sprintf("is a Java keystore that ends in its entry %d of %d", i+1, count)
			return c
		}
		ok := true
		switch kind {
		case 1: // a private key and its chain
			var length, chain uint32
			ok = in.ReadUint32(&length) && skip(&in, length) && in.ReadUint32(&chain)
			for ; ok && chain > 0; chain-- {
				_, ok = readJavaCertificate(&in, version)
			}
			c.keys++
		case 2: // a trusted certificate
			var der []byte
			if der, ok = readJavaCertificate(&in, version); ok {
				c.add(der)
			}
		default:
			c.keys++
			return c
		}
		if !ok {
			c.broken = fmt.Sprintf("is a Java keystore that ends in its entry %d of %d", i+1, count)
			return c
		}
	}
	return c
}

// readUTF reads a text of java.io.DataOutput.writeUTF.
func readUTF(in *cryptobyte.String, out *[]byte) bool {
	return in.ReadUint16LengthPrefixed((*cryptobyte.String)(out))
}

func readJavaCertificate(in *cryptobyte.String, version uint32) (der []byte, ok bool) {
	var kind []byte
	if version == 2 && !readUTF(in, &kind) {
		return nil, false
	}
	var length uint32
	if !in.ReadUint32(&length) || uint64(length) > uint64(len(*in)) {
		return nil, false
	}
	return der, in.ReadBytes(&der, int(length))
}

func skip(in *cryptobyte.String, n uint32) bool {
	return uint64(n) <= uint64(len(*in)) && in.Skip(int(n))
}

// unusable says why contents are no bundle of trust anchors, "" when they are.
func (c contents) unusable() string {
	switch {
	case len(c.certs) > 0 && (c.form != "jks" || c.broken == ""):
		return ""
	case c.keys > 0 && c.form == "jks":
		return "is a Java keystore with keys, but without a trusted certificate"
	case c.keys > 0:
		return "is a private key, not a certificate"
	case c.distrusted > 0:
		return "holds only certificates that are marked as not trusted for servers"
	case c.broken != "":
		return c.broken
	case c.form == "jks" || c.form == "pkcs12":
		return "is a keystore without a trusted certificate"
	}
	return "holds no certificate"
}

// expiredAll reports whether every one of some certificates ended before a time, in
// seconds since 1970.
func expiredAll(certs [][]byte, now int64) bool {
	return len(certs) > 0 && !slices.ContainsFunc(certs, func(der []byte) bool {
		c, err := parse(der)
		return err == nil && c.NotAfter.Unix() >= now
	})
}
