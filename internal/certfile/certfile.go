// Package certfile reads files of certificates: bytes come in; the certificates, in
// DER and in their order, and the names of everything else go out. Private keys are
// named and never kept.
package certfile

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cryptobyte_asn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// Skipped is something in a file that is no certificate.
type Skipped struct {
	Line int    // where it begins, from 1
	What string // as in "a private key"; it may hold text of the file
}

// MaxBytes is the size of the largest file that is worth reading.
const MaxBytes = 16 << 20

// Parse reads PEM, or one certificate in DER. An error says what the file is
// instead, or which block of it is broken.
func Parse(data []byte) (certs [][]byte, skipped []Skipped, err error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // editors on Windows put it there
	if bytes.Contains(data, begin) {
		return parsePEM(data)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, nil, errors.New("empty")
	}
	if what := otherDER(data); what != "" {
		return nil, nil, fmt.Errorf("no certificate in it: %s", what)
	}
	return [][]byte{data}, nil, nil
}

var begin = []byte("-----BEGIN ")

// parsePEM looks at every block for itself: [pem.Decode] alone steps over broken
// ones without a word.
func parsePEM(data []byte) (certs [][]byte, skipped []Skipped, err error) {
	starts := lineStarts(data)
	for i, start := range starts {
		end := len(data)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		line := 1 + bytes.Count(data[:start], []byte("\n"))
		block, _ := pem.Decode(data[start:end])
		if block == nil {
			return nil, nil, fmt.Errorf("line %d: a PEM block that is cut off or broken", line)
		}
		switch block.Type {
		case "CERTIFICATE", "X509 CERTIFICATE":
			certs = append(certs, block.Bytes)
		case "TRUSTED CERTIFICATE":
			// OpenSSL puts its own notes about trust behind the certificate.
			input := cryptobyte.String(block.Bytes)
			var cert cryptobyte.String
			if !input.ReadASN1Element(&cert, cryptobyte_asn1.SEQUENCE) {
				return nil, nil, fmt.Errorf("line %d: a trusted certificate that is broken", line)
			}
			certs = append(certs, cert)
		default:
			skipped = append(skipped, Skipped{line, blockName(block.Type)})
		}
	}
	if len(certs) == 0 {
		what := "no PEM block begins a line"
		if len(skipped) > 0 {
			what = skipped[0].What
		}
		return nil, nil, fmt.Errorf("no certificate in it: %s", what)
	}
	return certs, skipped, nil
}

// lineStarts are the offsets of the lines that begin a PEM block.
func lineStarts(data []byte) []int {
	var out []int
	for at := 0; ; {
		i := bytes.Index(data[at:], begin)
		if i < 0 {
			return out
		}
		at += i
		if at == 0 || data[at-1] == '\n' || data[at-1] == '\r' {
			out = append(out, at)
		}
		at += len(begin)
	}
}

func blockName(kind string) string {
	switch {
	case strings.HasSuffix(kind, "PRIVATE KEY"):
		return "a private key (" + kind + "), not read"
	case strings.HasSuffix(kind, "CERTIFICATE REQUEST"):
		return "a certificate request"
	case kind == "X509 CRL":
		return "a list of revoked certificates"
	case kind == "PKCS7" || kind == "CMS":
		return "a PKCS#7 file (openssl pkcs7 -print_certs makes PEM of it)"
	}
	return "a block of the type " + kind
}

// otherDER says what a file without PEM is if it is no certificate, "" if it may be
// one. A certificate is a SEQUENCE that begins with a SEQUENCE (RFC 5280, 4.1).
func otherDER(data []byte) string {
	input := cryptobyte.String(data)
	var body, oid cryptobyte.String
	if !input.ReadASN1(&body, cryptobyte_asn1.SEQUENCE) {
		if bytes.HasPrefix(data, []byte{0xfe, 0xed, 0xfe, 0xed}) {
			return "a Java key store (keytool -exportcert -rfc makes PEM of it)"
		}
		return "neither PEM nor DER"
	}
	switch {
	case body.PeekASN1Tag(cryptobyte_asn1.OBJECT_IDENTIFIER):
		if body.ReadASN1(&oid, cryptobyte_asn1.OBJECT_IDENTIFIER) && bytes.HasPrefix(oid, pkcs7) {
			return "a PKCS#7 file (openssl pkcs7 -inform der -print_certs makes PEM of it)"
		}
		return "DER of something else"
	case body.PeekASN1Tag(cryptobyte_asn1.INTEGER):
		var version int
		if body.ReadASN1Integer(&version) && version == 3 && body.PeekASN1Tag(cryptobyte_asn1.SEQUENCE) {
			return "a PKCS#12 file (openssl pkcs12 -nokeys makes PEM of it)"
		}
		return "a private key, or DER of something else"
	case !body.PeekASN1Tag(cryptobyte_asn1.SEQUENCE):
		return "DER of something else"
	}
	return ""
}

// pkcs7 is 1.2.840.113549.1.7, encoded (RFC 2315, 14).
var pkcs7 = []byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07}
