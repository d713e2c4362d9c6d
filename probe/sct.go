package probe

import (
	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"
)

// oidStapledSCTs is the extension of an OCSP response with SCTs (RFC 6962, 3.3).
const oidStapledSCTs = "1.3.6.1.4.1.11129.2.4.5"

// countSCTs counts the certificate transparency logs from which there is a promise
// to log the leaf (signed certificate timestamps of version 1, RFC 6962, 3.2): in
// the certificate itself, in the handshake, of which each element is one timestamp,
// and in the stapled OCSP response. Signatures are not verified, and what cannot be
// read does not count.
func countSCTs(leaf *cert, handshake [][]byte, staple []byte) int {
	logs := make(map[[32]byte]bool)
	if e := leaf.ext(oidSCTs); e != nil {
		sctList(e.Value, logs)
	}
	for _, sct := range handshake {
		readSCT(sct, logs)
	}
	if r, err := ocsp.ParseResponse(staple, nil); err == nil {
		for _, e := range r.Extensions {
			if e.Id.String() == oidStapledSCTs {
				sctList(e.Value, logs)
			}
		}
	}
	return len(logs)
}

// sctList reads a SignedCertificateTimestampList inside an OCTET STRING.
func sctList(der []byte, logs map[[32]byte]bool) {
	in := cryptobyte.String(der)
	var text, list cryptobyte.String
	if !in.ReadASN1(&text, cbasn1.OCTET_STRING) || !text.ReadUint16LengthPrefixed(&list) {
		return
	}
	for !list.Empty() {
		var sct cryptobyte.String
		if !list.ReadUint16LengthPrefixed(&sct) {
			return
		}
		readSCT(sct, logs)
	}
}

// readSCT notes the log of a timestamp that has all its parts.
func readSCT(sct []byte, logs map[[32]byte]bool) {
	in := cryptobyte.String(sct)
	var version uint8
	var id []byte
	var timestamp uint64
	var extensions, signature cryptobyte.String
	if in.ReadUint8(&version) && version == 0 && in.ReadBytes(&id, 32) && in.ReadUint64(&timestamp) &&
		in.ReadUint16LengthPrefixed(&extensions) && in.Skip(2) && in.ReadUint16LengthPrefixed(&signature) && in.Empty() {
		logs[[32]byte(id)] = true
	}
}

// mustStaple reports whether a certificate demands that the server staples an OCSP
// response: its TLS feature extension names status_request (RFC 7633).
func mustStaple(leaf *cert) bool { return leaf.x.mustStaple }
