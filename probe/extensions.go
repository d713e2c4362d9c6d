package probe

import (
	"encoding/asn1"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// The extensions and purposes that are looked at (RFC 5280, 4.2, and the ones named).
const (
	oidSubjectKeyID      = "2.5.29.14"
	oidKeyUsage          = "2.5.29.15"
	oidSubjectAltName    = "2.5.29.17"
	oidIssuerAltName     = "2.5.29.18"
	oidBasicConstraints  = "2.5.29.19"
	oidNameConstraints   = "2.5.29.30"
	oidCRLPoints         = "2.5.29.31"
	oidPolicies          = "2.5.29.32"
	oidPolicyMappings    = "2.5.29.33"
	oidAuthorityKeyID    = "2.5.29.35"
	oidPolicyConstraints = "2.5.29.36"
	oidExtKeyUsage       = "2.5.29.37"
	oidInhibitAnyPolicy  = "2.5.29.54"
	oidAuthorityInfo     = "1.3.6.1.5.5.7.1.1"
	oidTLSFeature        = "1.3.6.1.5.5.7.1.24" // RFC 7633
	oidOCSPNoCheck       = "1.3.6.1.5.5.7.48.1.5"
	oidIPBlocks          = "1.3.6.1.5.5.7.1.7"  // RFC 3779
	oidASNumbers         = "1.3.6.1.5.5.7.1.8"  // RFC 3779
	oidProxyCertInfo     = "1.3.6.1.5.5.7.1.14" // RFC 3820
	oidNetscapeType      = "2.16.840.1.113730.1.1"
	oidSCTs              = "1.3.6.1.4.1.11129.2.4.2" // RFC 6962

	oidServerAuth  = "1.3.6.1.5.5.7.3.1"
	oidAnyPurpose  = "2.5.29.37.0"
	oidCAIssuers   = "1.3.6.1.5.5.7.48.2"
	oidOCSP        = "1.3.6.1.5.5.7.48.1"
	oidUTF8Mailbox = "1.3.6.1.5.5.7.8.9" // RFC 8398
)

var extensionNames = map[string]string{
	oidSubjectKeyID: "subjectKeyIdentifier", oidKeyUsage: "keyUsage", oidSubjectAltName: "subjectAltName",
	oidIssuerAltName: "issuerAltName", oidBasicConstraints: "basicConstraints", oidNameConstraints: "nameConstraints",
	oidCRLPoints: "cRLDistributionPoints", oidPolicies: "certificatePolicies", oidPolicyMappings: "policyMappings",
	oidAuthorityKeyID: "authorityKeyIdentifier", oidPolicyConstraints: "policyConstraints", oidExtKeyUsage: "extKeyUsage",
	oidInhibitAnyPolicy: "inhibitAnyPolicy", oidAuthorityInfo: "authorityInfoAccess", oidTLSFeature: "tlsfeature",
	oidNetscapeType: "nsCertType", oidSCTs: "signedCertificateTimestampList", oidOCSPNoCheck: "ocspNoCheck",
	oidProxyCertInfo: "proxyCertInfo",
}

// extensionName is the name of an extension, or its number.
func extensionName(oid string) string {
	if n := extensionNames[oid]; n != "" {
		return n
	}
	return oid
}

// purposeNames are the extended key usages that people meet.
var purposeNames = map[string]string{
	oidServerAuth: "serverAuth", "1.3.6.1.5.5.7.3.2": "clientAuth", "1.3.6.1.5.5.7.3.3": "codeSigning",
	"1.3.6.1.5.5.7.3.4": "emailProtection", "1.3.6.1.5.5.7.3.8": "timeStamping", "1.3.6.1.5.5.7.3.9": "OCSPSigning",
	oidAnyPurpose: "anyExtendedKeyUsage", "1.3.6.1.4.1.311.10.3.3": "msSGC", "2.16.840.1.113730.4.1": "nsSGC",
}

// understood are the extensions that OpenSSL takes when they are marked critical
// (X509_supported_extension).
var understood = map[string]bool{
	oidNetscapeType: true, oidKeyUsage: true, oidSubjectAltName: true, oidBasicConstraints: true, oidPolicies: true,
	oidCRLPoints: true, oidExtKeyUsage: true, oidIPBlocks: true, oidASNumbers: true, oidOCSPNoCheck: true,
	oidPolicyConstraints: true, oidProxyCertInfo: true, oidNameConstraints: true, oidPolicyMappings: true, oidInhibitAnyPolicy: true,
}

// The bits of keyUsage (RFC 5280, 4.2.1.3).
const (
	kuDigitalSignature = 0
	kuKeyEncipherment  = 2
	kuKeyAgreement     = 4
	kuCertSign         = 5
	kuCRLSign          = 6
)

// generalName is a name of RFC 5280, 4.2.1.6.
type generalName struct {
	Kind int // the number of its tag: 1 rfc822Name, 2 dNSName, 4 directoryName, 6 URI, 7 iPAddress
	Data []byte
	OID  string // of an otherName
}

const (
	nameOther = 0
	nameEmail = 1
	nameDNS   = 2
	nameDir   = 4
	nameURI   = 6
	nameIP    = 7
)

// subtree is one entry of name constraints.
type subtree struct {
	generalName
	minmax bool // has a minimum or maximum, which nobody supports
}

// extensions are the meanings of a certificate's extensions.
type extensions struct {
	// invalid is set when OpenSSL holds the certificate for invalid: it finds no
	// issuers for it and takes it for nobody's issuer.
	invalid bool
	// critical is the first critical extension that is not understood.
	critical string

	hasBasic, basicCritical, ca bool
	pathLen                     int // -1 for none

	hasUsage bool
	usage    [9]bool

	hasPurposes bool
	purposes    []string

	hasNetscape bool
	netscape    byte

	subjectKeyID    []byte
	hasSubjectKeyID bool

	authority struct {
		has    bool
		key    []byte
		issuer string // canonical, "" for none
		serial []byte
	}

	hasNames      bool
	namesCritical bool
	names         []generalName

	permitted, excluded []subtree
	constrained         bool
	proxy               bool
	mustStaple          bool
	issuers, ocsp       []string
}

// readExtensions reads the extensions, and writes down what is wrong with them.
func readExtensions(c *cert) *extensions {
	x := &extensions{pathLen: -1}
	seen := map[string]bool{}
	for i := range c.Extensions {
		e := &c.Extensions[i]
		if e.Critical && x.critical == "" && !understood[e.OID] {
			x.critical = e.OID
		}
		read := readers[e.OID]
		if read == nil {
			continue
		}
		if seen[e.OID] {
			// Which of the two counts cannot be said; fault was told by parse.
			x.invalid = x.invalid || e.OID != oidAuthorityInfo && e.OID != oidTLSFeature
			continue
		}
		seen[e.OID] = true
		if why := read(x, e, cryptobyte.String(e.Value)); why != "" {
			c.fault("extension "+extensionName(e.OID), "%s", why)
			x.invalid = x.invalid || e.OID != oidAuthorityInfo && e.OID != oidTLSFeature
		}
	}
	if x.proxy && (x.ca || x.hasNames || c.ext(oidIssuerAltName) != nil) {
		x.invalid = true
	}
	return x
}

// readers read one extension each and say what is wrong with it.
var readers map[string]func(*extensions, *extension, cryptobyte.String) string

func init() {
	readers = map[string]func(*extensions, *extension, cryptobyte.String) string{
		oidBasicConstraints: (*extensions).readBasic,
		oidKeyUsage:         (*extensions).readUsage,
		oidExtKeyUsage:      (*extensions).readPurposes,
		oidNetscapeType:     (*extensions).readNetscape,
		oidSubjectKeyID:     (*extensions).readSubjectKeyID,
		oidAuthorityKeyID:   (*extensions).readAuthority,
		oidSubjectAltName:   (*extensions).readNames,
		oidNameConstraints:  (*extensions).readConstraints,
		oidCRLPoints:        (*extensions).readCRLPoints,
		oidAuthorityInfo:    (*extensions).readInfo,
		oidTLSFeature:       (*extensions).readFeature,
		oidProxyCertInfo:    (*extensions).readProxy,
	}
}

func (x *extensions) readBasic(e *extension, s cryptobyte.String) string {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !s.Empty() {
		return "cannot be read"
	}
	x.hasBasic, x.basicCritical = true, e.Critical
	if seq.PeekASN1Tag(cbasn1.BOOLEAN) {
		var b cryptobyte.String
		if !seq.ReadASN1(&b, cbasn1.BOOLEAN) || len(b) != 1 {
			return "cannot be read"
		}
		x.ca = b[0] != 0
	}
	if !seq.Empty() {
		var n int
		if !seq.ReadASN1Integer(&n) || !seq.Empty() {
			return "has a path length that cannot be read"
		}
		if n < 0 {
			return "has a negative path length"
		}
		x.pathLen = n
	}
	return ""
}

func readBits(s cryptobyte.String) (bits [9]bool, first byte, ok bool) {
	var b cryptobyte.String
	if !s.ReadASN1(&b, cbasn1.BIT_STRING) || !s.Empty() || len(b) == 0 || b[0] > 7 || len(b) == 1 && b[0] != 0 {
		return bits, 0, false
	}
	for i := range bits {
		if byteAt := 1 + i/8; byteAt < len(b) {
			bits[i] = b[byteAt]&(0x80>>(i%8)) != 0
		}
	}
	if len(b) > 1 {
		first = b[1]
	}
	return bits, first, true
}

func (x *extensions) readUsage(_ *extension, s cryptobyte.String) string {
	var ok bool
	if x.usage, _, ok = readBits(s); !ok {
		return "cannot be read"
	}
	x.hasUsage = true
	if x.usage == [9]bool{} {
		return "permits nothing (RFC 5280, 4.2.1.3)"
	}
	return ""
}

func (x *extensions) readPurposes(_ *extension, s cryptobyte.String) string {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !s.Empty() {
		return "cannot be read"
	}
	x.hasPurposes = true
	for !seq.Empty() {
		var oid cryptobyte.String
		if !seq.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
			return "cannot be read"
		}
		x.purposes = append(x.purposes, dotted(oid))
	}
	return ""
}

func (x *extensions) readNetscape(_ *extension, s cryptobyte.String) string {
	var ok bool
	if _, x.netscape, ok = readBits(s); !ok {
		return "cannot be read"
	}
	x.hasNetscape = true
	return ""
}

func (x *extensions) readSubjectKeyID(_ *extension, s cryptobyte.String) string {
	var id cryptobyte.String
	if !s.ReadASN1(&id, cbasn1.OCTET_STRING) || !s.Empty() {
		return "cannot be read"
	}
	x.subjectKeyID, x.hasSubjectKeyID = id, true
	return ""
}

func (x *extensions) readAuthority(_ *extension, s cryptobyte.String) string {
	var seq, key, issuer, serial cryptobyte.String
	var hasKey, hasIssuer, hasSerial bool
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !s.Empty() ||
		!seq.ReadOptionalASN1(&key, &hasKey, cbasn1.Tag(0).ContextSpecific()) ||
		!seq.ReadOptionalASN1(&issuer, &hasIssuer, cbasn1.Tag(1).ContextSpecific().Constructed()) ||
		!seq.ReadOptionalASN1(&serial, &hasSerial, cbasn1.Tag(2).ContextSpecific()) || !seq.Empty() {
		return "cannot be read"
	}
	a := &x.authority
	a.has = true
	if hasKey {
		a.key = append([]byte{}, key...)
	}
	if hasSerial {
		a.serial = append([]byte{}, serial...)
	}
	if hasIssuer {
		names, ok := generalNames(issuer)
		if !ok {
			return "cannot be read"
		}
		for _, n := range names {
			if n.Kind == nameDir {
				a.issuer, _ = canonical(n.Data)
				break
			}
		}
	}
	return ""
}

// generalNames reads names one after the other.
func generalNames(s cryptobyte.String) ([]generalName, bool) {
	var out []generalName
	for !s.Empty() {
		n, ok := readGeneralName(&s)
		if !ok {
			return out, false
		}
		out = append(out, n)
	}
	return out, true
}

func readGeneralName(s *cryptobyte.String) (generalName, bool) {
	var body cryptobyte.String
	var tag cbasn1.Tag
	if !s.ReadAnyASN1(&body, &tag) {
		return generalName{}, false
	}
	n := generalName{Kind: int(tag & 0x1f), Data: body}
	constructed := tag&0x20 != 0
	if tag&0xc0 != 0x80 || n.Kind > 8 {
		return n, false
	}
	switch n.Kind {
	case nameOther:
		var oid, wrapped cryptobyte.String
		if !constructed || !body.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) || !body.ReadASN1(&wrapped, cbasn1.Tag(0).ContextSpecific().Constructed()) {
			return n, false
		}
		n.OID, n.Data = dotted(oid), wrapped
	case nameDir:
		var name cryptobyte.String
		if !constructed || !body.ReadASN1Element(&name, cbasn1.SEQUENCE) {
			return n, false
		}
		if _, err := attributes(name); err != nil {
			return n, false
		}
		n.Data = name
	case nameEmail, nameDNS, nameURI, nameIP, 8:
		return n, !constructed
	}
	return n, true
}

func (x *extensions) readNames(e *extension, s cryptobyte.String) string {
	var seq cryptobyte.String
	var ok bool
	x.namesCritical = e.Critical
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !s.Empty() {
		return "cannot be read"
	}
	x.hasNames = true
	if x.names, ok = generalNames(seq); !ok {
		x.names = nil
		return "has a name that cannot be read"
	}
	return ""
}

func (x *extensions) readConstraints(_ *extension, s cryptobyte.String) string {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !s.Empty() {
		return "cannot be read"
	}
	x.constrained = true
	for i, list := range []*[]subtree{&x.permitted, &x.excluded} {
		var trees cryptobyte.String
		var has bool
		if !seq.ReadOptionalASN1(&trees, &has, cbasn1.Tag(i).ContextSpecific().Constructed()) {
			return "cannot be read"
		}
		for !trees.Empty() {
			var one cryptobyte.String
			if !trees.ReadASN1(&one, cbasn1.SEQUENCE) {
				return "cannot be read"
			}
			n, ok := readGeneralName(&one)
			if !ok {
				return "has a name that cannot be read"
			}
			t := subtree{generalName: n}
			var minimum, maximum cryptobyte.String
			var hasMin, hasMax bool
			if !one.ReadOptionalASN1(&minimum, &hasMin, cbasn1.Tag(0).ContextSpecific()) || !one.ReadOptionalASN1(&maximum, &hasMax, cbasn1.Tag(1).ContextSpecific()) || !one.Empty() {
				return "cannot be read"
			}
			t.minmax = hasMax || hasMin && strings.Trim(string(minimum), "\x00") != ""
			*list = append(*list, t)
		}
	}
	if !seq.Empty() {
		return "cannot be read"
	}
	return ""
}

func (x *extensions) readCRLPoints(_ *extension, s cryptobyte.String) string {
	var list []asn1.RawValue
	if rest, err := asn1.Unmarshal(s, &list); err != nil || len(rest) > 0 {
		return "cannot be read"
	}
	return ""
}

func (x *extensions) readInfo(_ *extension, s cryptobyte.String) string {
	var seq cryptobyte.String
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !s.Empty() {
		return "cannot be read"
	}
	for !seq.Empty() {
		var one, oid cryptobyte.String
		if !seq.ReadASN1(&one, cbasn1.SEQUENCE) || !one.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
			return "cannot be read"
		}
		n, ok := readGeneralName(&one)
		if !ok {
			return "cannot be read"
		}
		if n.Kind != nameURI {
			continue
		}
		switch dotted(oid) {
		case oidCAIssuers:
			x.issuers = append(x.issuers, string(n.Data))
		case oidOCSP:
			x.ocsp = append(x.ocsp, string(n.Data))
		}
	}
	return ""
}

func (x *extensions) readFeature(_ *extension, s cryptobyte.String) string {
	var features []int
	if rest, err := asn1.Unmarshal(s, &features); err != nil || len(rest) > 0 {
		return "cannot be read"
	}
	for _, f := range features {
		x.mustStaple = x.mustStaple || f == 5 // status_request, RFC 7633
	}
	return ""
}

func (x *extensions) readProxy(*extension, cryptobyte.String) string {
	x.proxy = true
	return ""
}

// issuerURLs are the addresses at which the issuer's certificate is said to be.
func (c *cert) issuerURLs() []string { return c.x.issuers }

// ocspURLs are the addresses that are said to know whether it was revoked.
func (c *cert) ocspURLs() []string { return c.x.ocsp }

// dnsNames are the DNS names that the certificate is for.
func (c *cert) dnsNames() (out []string) {
	for _, n := range c.x.names {
		if n.Kind == nameDNS {
			out = append(out, string(n.Data))
		}
	}
	return out
}

// selfIssued reports whether subject and issuer are the same name.
func (c *cert) selfIssued() bool { return c.canonIssuer == c.canonSubject }

// isCA is OpenSSL's X509_check_ca: 0 for no CA, 1 for a CA, 3 for a self-signed one of
// version 1, 4 for one that only keyUsage makes a CA, 5 for Netscape's form.
func (c *cert) isCA() int {
	x := c.x
	switch {
	case x.invalid || x.hasUsage && !x.usage[kuCertSign]:
		return 0
	case x.hasBasic && x.ca:
		return 1
	case x.hasBasic:
		return 0
	case c.Version == 1 && c.selfSigned():
		return 3
	case x.hasUsage:
		return 4
	case x.hasNetscape && x.netscape&0x07 != 0:
		return 5
	}
	return 0
}

// serves reports whether the certificate may be used for a TLS server, or for a CA
// of such (OpenSSL's purpose sslserver): "" for yes, else what forbids it.
func (c *cert) serves(asCA bool) string {
	x := c.x
	if x.hasPurposes {
		ok := false
		for _, p := range x.purposes {
			ok = ok || p == oidServerAuth || purposeNames[p] == "msSGC" || purposeNames[p] == "nsSGC"
		}
		if !ok {
			return "extKeyUsage"
		}
	}
	if asCA {
		if ca := c.isCA(); ca == 0 || ca == 5 && x.netscape&0x04 == 0 {
			return "basicConstraints"
		}
		return ""
	}
	if x.hasNetscape && x.netscape&0x40 == 0 {
		return "nsCertType"
	}
	if x.hasUsage && !x.usage[kuDigitalSignature] && !x.usage[kuKeyEncipherment] && !x.usage[kuKeyAgreement] {
		return "keyUsage"
	}
	return ""
}
