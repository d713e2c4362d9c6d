package probe

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// cert is a certificate (RFC 5280, 4.1) read laxly: whatever is DER at all and has
// the outline of a certificate is kept, and what is wrong with a field is written
// down in bad instead of refusing the whole.
type cert struct {
	Raw, TBS         []byte
	Version          int // 1 to 3
	Serial           []byte
	Issuer, Subject  []byte // the names, in DER
	NotBefore        time.Time
	NotAfter         time.Time
	SPKI             []byte
	Extensions       []extension
	innerAlg, sigAlg []byte // AlgorithmIdentifier, whole
	signature        []byte
	timeFault        [2]bool // notBefore, notAfter are not in the form of RFC 5280
	sum              [32]byte

	canonIssuer, canonSubject string
	pub                       *publicKey
	x                         *extensions

	bad []fieldFault
}

// extension is one X.509 extension.
type extension struct {
	OID      string
	Critical bool
	Value    []byte
}

// fieldFault says what is wrong with which field.
type fieldFault struct {
	Field, Fault string
	// Fatal is set when OpenSSL does not even read a certificate with it.
	Fatal bool
}

func (f fieldFault) String() string { return f.Field + ": " + f.Fault }

// SerialHex is the serial number in hexadecimal, with a minus sign when negative.
func (c *cert) SerialHex() string {
	n := new(big.Int).SetBytes(c.Serial)
	if len(c.Serial) > 0 && c.Serial[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(c.Serial))))
	}
	return n.Text(16)
}

func (c *cert) fault(field, format string, args ...any) {
	c.bad = append(c.bad, fieldFault{Field: field, Fault: fmt.Sprintf(format, args...)})
}

func (c *cert) fatal(field, format string, args ...any) {
	c.bad = append(c.bad, fieldFault{field, fmt.Sprintf(format, args...), true})
}

// ext is the first extension of that kind, nil for none.
func (c *cert) ext(oid string) *extension {
	for i := range c.Extensions {
		if c.Extensions[i].OID == oid {
			return &c.Extensions[i]
		}
	}
	return nil
}

// same reports whether two are the same certificate, byte for byte.
func (c *cert) same(d *cert) bool { return c.sum == d.sum }

var errNotDER = errors.New("is not a certificate in DER")

// maxCert is the largest certificate that is looked at, in bytes.
const maxCert = 1 << 20

// parse reads a certificate laxly. An error means that not even the outline of a
// certificate is there; it names the field at which reading ended.
func parse(der []byte) (*cert, error) {
	if len(der) > maxCert {
		return nil, fmt.Errorf("is larger than %d bytes", maxCert)
	}
	c := &cert{Raw: der, sum: sha256.Sum256(der), Version: 1}
	in := cryptobyte.String(der)
	var outer, tbs, tbsBody cryptobyte.String
	if !in.ReadASN1(&outer, cbasn1.SEQUENCE) {
		return nil, errNotDER
	}
	if !in.Empty() {
		c.fault("certificate", "%d bytes follow its end", len(in))
	}
	if !outer.ReadASN1Element(&tbs, cbasn1.SEQUENCE) {
		return nil, fmt.Errorf("%w: tbsCertificate cannot be read", errNotDER)
	}
	c.TBS = tbs
	tbs.ReadASN1(&tbsBody, cbasn1.SEQUENCE)
	if !outer.ReadASN1Element((*cryptobyte.String)(&c.sigAlg), cbasn1.SEQUENCE) {
		return nil, fmt.Errorf("%w: signatureAlgorithm cannot be read", errNotDER)
	}
	var bits cryptobyte.String
	if !outer.ReadASN1(&bits, cbasn1.BIT_STRING) || len(bits) == 0 {
		return nil, fmt.Errorf("%w: signatureValue cannot be read", errNotDER)
	}
	if bits[0] != 0 {
		c.fault("signatureValue", "has unused bits")
	}
	c.signature = bits[1:]
	if !outer.Empty() {
		c.fault("certificate", "holds more than three parts")
	}
	return c, c.readTBS(tbsBody)
}

func (c *cert) readTBS(s cryptobyte.String) error {
	fail := func(field string) error { return fmt.Errorf("%w: %s cannot be read", errNotDER, field) }
	var v cryptobyte.String
	var has bool
	if !s.ReadOptionalASN1(&v, &has, cbasn1.Tag(0).ContextSpecific().Constructed()) {
		return fail("version")
	}
	if has {
		var n int64
		if !v.ReadASN1Integer(&n) || n < 0 || n > 2 {
			c.fault("version", "is none of 1, 2 and 3")
		} else {
			c.Version = int(n) + 1
		}
	}
	var serial cryptobyte.String
	if !s.ReadASN1(&serial, cbasn1.INTEGER) || len(serial) == 0 {
		return fail("serialNumber")
	}
	c.Serial = serial
	if serial[0]&0x80 != 0 {
		c.fault("serialNumber", "is negative (RFC 5280, 4.1.2.2)")
	}
	if len(serial) > 1 && (serial[0] == 0 && serial[1]&0x80 == 0 || serial[0] == 0xff && serial[1]&0x80 != 0) {
		c.fatal("serialNumber", "is padded: not DER")
	}
	if !s.ReadASN1Element((*cryptobyte.String)(&c.innerAlg), cbasn1.SEQUENCE) {
		return fail("signature")
	}
	if !bytes.Equal(c.innerAlg, c.sigAlg) {
		c.fault("signatureAlgorithm", "differs from the signature field inside (RFC 5280, 4.1.1.2)")
	}
	if !s.ReadASN1Element((*cryptobyte.String)(&c.Issuer), cbasn1.SEQUENCE) {
		return fail("issuer")
	}
	var validity cryptobyte.String
	if !s.ReadASN1(&validity, cbasn1.SEQUENCE) {
		return fail("validity")
	}
	for i, t := range []*time.Time{&c.NotBefore, &c.NotAfter} {
		field := [...]string{"notBefore", "notAfter"}[i]
		var text cryptobyte.String
		var tag cbasn1.Tag
		if !validity.ReadAnyASN1(&text, &tag) {
			return fail(field)
		}
		if err := readTime(t, tag, string(text)); err != nil {
			c.timeFault[i] = true
			c.fault(field, "%v", err)
		}
	}
	if !s.ReadASN1Element((*cryptobyte.String)(&c.Subject), cbasn1.SEQUENCE) {
		return fail("subject")
	}
	if !s.ReadASN1Element((*cryptobyte.String)(&c.SPKI), cbasn1.SEQUENCE) {
		return fail("subjectPublicKeyInfo")
	}
	for _, n := range []uint8{1, 2} { // issuerUniqueID and subjectUniqueID
		if !s.SkipOptionalASN1(cbasn1.Tag(n).ContextSpecific()) {
			return fail("uniqueID")
		}
	}
	var wrapped, list cryptobyte.String
	if !s.ReadOptionalASN1(&wrapped, &has, cbasn1.Tag(3).ContextSpecific().Constructed()) {
		return fail("extensions")
	}
	if has {
		if c.Version != 3 {
			c.fault("version", "is %d, but there are extensions (RFC 5280, 4.1.2.1)", c.Version)
		}
		if !wrapped.ReadASN1(&list, cbasn1.SEQUENCE) {
			return fail("extensions")
		}
		for !list.Empty() {
			var one, value cryptobyte.String
			var oid cryptobyte.String
			e := extension{}
			if !list.ReadASN1(&one, cbasn1.SEQUENCE) || !one.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
				return fail("extensions")
			}
			e.OID = dotted(oid)
			if one.PeekASN1Tag(cbasn1.BOOLEAN) {
				var b cryptobyte.String
				if !one.ReadASN1(&b, cbasn1.BOOLEAN) || len(b) != 1 {
					return fail("extension " + extensionName(e.OID))
				}
				e.Critical = b[0] != 0
				switch b[0] {
				case 0:
					c.fault("extension "+extensionName(e.OID), "writes critical=FALSE, which DER leaves out")
				case 0xff:
				default:
					c.fault("extension "+extensionName(e.OID), "writes a boolean that is not DER")
				}
			}
			if !one.ReadASN1(&value, cbasn1.OCTET_STRING) {
				return fail("extension " + extensionName(e.OID))
			}
			e.Value = value
			if c.ext(e.OID) != nil {
				c.fault("extension "+extensionName(e.OID), "is there twice (RFC 5280, 4.2)")
			}
			c.Extensions = append(c.Extensions, e)
		}
	}
	var err error
	if c.canonIssuer, err = canonical(c.Issuer); err != nil {
		c.fatal("issuer", "%v", err)
	}
	if c.canonSubject, err = canonical(c.Subject); err != nil {
		c.fatal("subject", "%v", err)
	}
	c.pub = readKey(c)
	c.x = readExtensions(c)
	return nil
}

// readTime reads a time as RFC 5280, 4.1.2.5 wants it, and less strict forms as well
// as it can.
func readTime(t *time.Time, tag cbasn1.Tag, s string) error {
	layout, want := "20060102150405Z", cbasn1.GeneralizedTime
	switch tag {
	case cbasn1.UTCTime:
		layout, want = "060102150405Z", cbasn1.UTCTime
	case cbasn1.GeneralizedTime:
	default:
		return errors.New("is no time")
	}
	parsed, err := time.Parse(layout, s)
	if err != nil || len(s) != len(layout) {
		for _, l := range []string{"0601021504Z0700", "060102150405Z0700", "200601021504Z0700", "20060102150405Z0700", "20060102150405.999999999Z0700"} {
			if p, e := time.Parse(l, s); e == nil && strings.HasPrefix(l, layout[:4]) {
				*t = p.UTC()
			}
		}
		return fmt.Errorf("%q is not in the form that RFC 5280 asks for", Clean(s))
	}
	if want == cbasn1.UTCTime && parsed.Year() >= 2050 {
		parsed = parsed.AddDate(-100, 0, 0)
	}
	*t = parsed
	return nil
}

// dotted writes the content of an object identifier with numbers and points. What
// cannot be read is written in hexadecimal.
func dotted(content []byte) string {
	var b strings.Builder
	n, first := uint64(0), true
	for i, c := range content {
		if n > 1<<56 {
			return "hex:" + hex.EncodeToString(content)
		}
		n = n<<7 | uint64(c&0x7f)
		if c&0x80 != 0 {
			if i == len(content)-1 {
				return "hex:" + hex.EncodeToString(content)
			}
			continue
		}
		if first {
			a := min(n/40, 2)
			b.WriteString(strconv.FormatUint(a, 10) + "." + strconv.FormatUint(n-40*a, 10))
			first = false
		} else {
			b.WriteString("." + strconv.FormatUint(n, 10))
		}
		n = 0
	}
	return b.String()
}

// attribute is one attribute of a name.
type attribute struct {
	OID   string
	Tag   cbasn1.Tag
	Text  string // as UTF-8 where the type is one of characters, else the bytes
	Chars bool
	Set   int // which set of the name it is in
}

// attributes reads a name (RFC 5280, 4.1.2.4).
func attributes(name []byte) ([]attribute, error) {
	var out []attribute
	in := cryptobyte.String(name)
	var seq cryptobyte.String
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !in.Empty() {
		return nil, errors.New("is no name")
	}
	for set := 0; !seq.Empty(); set++ {
		var rdn cryptobyte.String
		if !seq.ReadASN1(&rdn, cbasn1.SET) || rdn.Empty() {
			return out, errors.New("has a part that cannot be read")
		}
		for !rdn.Empty() {
			var pair, oid, value cryptobyte.String
			a := attribute{Set: set}
			if !rdn.ReadASN1(&pair, cbasn1.SEQUENCE) || !pair.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) || !pair.ReadAnyASN1(&value, &a.Tag) || !pair.Empty() {
				return out, errors.New("has an attribute that cannot be read")
			}
			a.OID = dotted(oid)
			a.Text, a.Chars = characters(a.Tag, value)
			out = append(out, a)
		}
	}
	return out, nil
}

// The types of ASN.1 that hold characters and that cryptobyte has no name for.
const (
	tagNumeric   = cbasn1.Tag(18)
	tagTeletex   = cbasn1.Tag(20)
	tagVisible   = cbasn1.Tag(26)
	tagUniversal = cbasn1.Tag(28)
	tagBMP       = cbasn1.Tag(30)
)

// characters turns a string of ASN.1 into UTF-8.
func characters(tag cbasn1.Tag, b []byte) (string, bool) {
	switch tag {
	case cbasn1.UTF8String, cbasn1.PrintableString, cbasn1.IA5String, tagVisible, tagNumeric:
		return string(b), true
	case tagTeletex: // read as Latin-1, as everybody does
		r := make([]rune, len(b))
		for i, c := range b {
			r[i] = rune(c)
		}
		return string(r), true
	case tagBMP:
		if len(b)%2 != 0 {
			return string(b), false
		}
		u := make([]uint16, len(b)/2)
		for i := range u {
			u[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		}
		return string(utf16.Decode(u)), true
	case tagUniversal:
		if len(b)%4 != 0 {
			return string(b), false
		}
		r := make([]rune, len(b)/4)
		for i := range r {
			r[i] = rune(uint32(b[4*i])<<24 | uint32(b[4*i+1])<<16 | uint32(b[4*i+2])<<8 | uint32(b[4*i+3]))
		}
		return string(r), true
	}
	return string(b), false
}

// canonical makes a name comparable (RFC 5280, 7.1, as OpenSSL does it): letters of
// ASCII without case, white space at the ends dropped and inside made one space, the
// type of string left aside. The forms of names that are the beginning of another
// are the beginning of its form.
func canonical(name []byte) (string, error) {
	as, err := attributes(name)
	if err != nil {
		return "\xff" + string(name), err
	}
	var b strings.Builder
	for i, a := range as {
		if i == 0 || as[i-1].Set != a.Set {
			b.WriteString("\x00")
		} else {
			b.WriteString("\x01")
		}
		b.WriteString(a.OID)
		if a.Chars {
			b.WriteString("=" + strconv.Itoa(len(fold(a.Text))) + ":" + fold(a.Text))
		} else {
			b.WriteString("#" + strconv.Itoa(int(a.Tag)) + "," + strconv.Itoa(len(a.Text)) + ":" + a.Text)
		}
	}
	return b.String(), nil
}

// fold is the form of a string for comparisons.
func fold(s string) string {
	var b strings.Builder
	for i, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r >= '\t' && r <= '\r' }) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(lowerASCII(word))
	}
	return b.String()
}

func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// attributeNames are the short names of attributes (RFC 4514, 3, and OpenSSL).
var attributeNames = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
	"2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title", "2.5.4.17": "postalCode", "2.5.4.42": "GN",
	"2.5.4.15": "businessCategory", "2.5.4.97": "organizationIdentifier",
	"0.9.2342.19200300.100.1.25": "DC", "0.9.2342.19200300.100.1.1": "UID", "1.2.840.113549.1.9.1": "emailAddress",
	"1.3.6.1.4.1.311.60.2.1.3": "jurisdictionC", "1.3.6.1.4.1.311.60.2.1.2": "jurisdictionST", "1.3.6.1.4.1.311.60.2.1.1": "jurisdictionL",
}

const oidCommonName, oidEmail = "2.5.4.3", "1.2.840.113549.1.9.1"

// nameText writes a name for people, inert: "CN=x, O=y". An empty name is "".
func nameText(name []byte) string {
	as, err := attributes(name)
	var parts []string
	for _, a := range as {
		key := attributeNames[a.OID]
		if key == "" {
			key = a.OID
		}
		text := a.Text
		if !a.Chars {
			text = "#" + hex.EncodeToString([]byte(text))
		}
		parts = append(parts, key+"="+text)
	}
	if err != nil {
		parts = append(parts, "(unreadable)")
	}
	return Clean(strings.Join(parts, ", "))
}

// shortName is what people call the owner of a name: its common name, or what comes
// next to that.
func shortName(name []byte) string {
	as, _ := attributes(name)
	for _, oid := range []string{oidCommonName, "2.5.4.11", "2.5.4.10"} {
		for _, a := range as {
			if a.OID == oid && a.Chars && strings.TrimSpace(a.Text) != "" {
				return Clean(a.Text)
			}
		}
	}
	if text := nameText(name); text != "" {
		return text
	}
	return "(no name)"
}

// value is the first attribute of a kind in a name.
func value(name []byte, oid string) string {
	as, _ := attributes(name)
	for _, a := range as {
		if a.OID == oid {
			return a.Text
		}
	}
	return ""
}
