package probe

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"math/big"

	// The digests of signatures.
	_ "crypto/md5"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// publicKey is a key as far as it is understood. Keys that crypto/x509 refuses are
// read too: what others accept must be explained.
type publicKey struct {
	kind     string // "RSA", "RSA-PSS", "ECDSA", "DSA", "Ed25519", "Ed448", or the number of the algorithm
	bits     int
	curve    string
	explicit bool // the curve is written out instead of named
	ok       bool // OpenSSL can decode it

	n, e    *big.Int // RSA
	ec      *curve
	x, y    *big.Int
	p, q, g *big.Int // DSA
	ed      []byte
}

func (k *publicKey) String() string {
	switch {
	case k.curve != "":
		return k.kind + " " + k.curve
	case k.bits > 0:
		return fmt.Sprintf("%s %d", k.kind, k.bits)
	}
	return k.kind
}

// security is the strength of a key in bits (NIST SP 800-57, part 1, and OpenSSL).
func (k *publicKey) security() int {
	switch k.kind {
	case "RSA", "RSA-PSS", "DSA":
		s := 0
		for _, step := range [][2]int{{512, 56}, {768, 68}, {1024, 80}, {1536, 96}, {2048, 112}, {3072, 128}, {4096, 152}, {7680, 192}, {15360, 256}} {
			if k.bits >= step[0] {
				s = step[1]
			}
		}
		if k.kind == "DSA" && k.q != nil {
			s = min(s, k.q.BitLen()/2)
		}
		return s
	case "ECDSA":
		if k.bits >= 512 {
			return 256
		}
		return k.bits / 2
	case "Ed25519":
		return 128
	case "Ed448":
		return 224
	}
	return 0
}

// curve is a curve y² = x³ + ax + b over the field of p elements.
type curve struct {
	name          string
	p, a, b, x, y *big.Int
	n             *big.Int
	bits          int
}

func hexInt(s string) *big.Int {
	n, ok := new(big.Int).SetString(s, 16)
	if !ok {
		panic("not hexadecimal: " + s)
	}
	return n
}

// curves are the named curves that certificates are met with: SEC 2 and RFC 5639.
var curves = map[string]*curve{
	"1.2.840.10045.3.1.1": short("P-192", "fffffffffffffffffffffffffffffffeffffffffffffffff", "fffffffffffffffffffffffffffffffefffffffffffffffc", "64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1",
		"188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012", "07192b95ffc8da78631011ed6b24cdd573f977a11e794811", "ffffffffffffffffffffffff99def836146bc9b1b4d22831"),
	"1.3.132.0.33": short("P-224", "ffffffffffffffffffffffffffffffff000000000000000000000001", "fffffffffffffffffffffffffffffffefffffffffffffffffffffffe", "b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4",
		"b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21", "bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34", "ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d"),
	"1.2.840.10045.3.1.7": short("P-256", "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc", "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
		"6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296", "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5", "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
	"1.3.132.0.34": short("P-384", "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff", "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc", "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
		"aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7", "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f", "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
	"1.3.132.0.35": short("P-521", "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc", "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
		"00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66", "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650", "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"),
	"1.3.132.0.10": short("secp256k1", "fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2f", "0", "7",
		"79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798", "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8", "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"),
	"1.3.36.3.3.2.8.1.1.7": short("brainpoolP256r1", "a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377", "7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9", "26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6",
		"8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262", "547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997", "a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7"),
	"1.3.36.3.3.2.8.1.1.11": short("brainpoolP384r1", "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53", "7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826", "04a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11",
		"1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1e", "8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315", "8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565"),
}

func short(name, p, a, b, x, y, n string) *curve {
	c := &curve{name: name, p: hexInt(p), a: hexInt(a), b: hexInt(b), x: hexInt(x), y: hexInt(y), n: hexInt(n)}
	c.bits = c.n.BitLen()
	return c
}

// keyKinds are the algorithms of keys (RFC 3279, 4055, 5480, 8410).
var keyKinds = map[string]string{
	"1.2.840.113549.1.1.1": "RSA", "1.2.840.113549.1.1.10": "RSA-PSS", "1.2.840.10045.2.1": "ECDSA", "1.2.840.10040.4.1": "DSA",
	"1.3.101.112": "Ed25519", "1.3.101.113": "Ed448",
}

// readKey reads the key of a certificate and writes down what is wrong with it.
func readKey(c *cert) *publicKey {
	k := &publicKey{}
	in := cryptobyte.String(c.SPKI)
	var seq, alg, oid, params, bits cryptobyte.String
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1(&alg, cbasn1.SEQUENCE) || !alg.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
		c.fatal("subjectPublicKeyInfo", "cannot be read")
		return k
	}
	params = alg
	number := dotted(oid)
	if k.kind = keyKinds[number]; k.kind == "" {
		k.kind = number
	}
	if !seq.ReadASN1(&bits, cbasn1.BIT_STRING) || len(bits) < 1 {
		c.fatal("subjectPublicKeyInfo", "holds no key")
		return k
	}
	body := bits[1:]
	switch k.kind {
	case "RSA", "RSA-PSS":
		var rsaKey cryptobyte.String
		k.n, k.e = new(big.Int), new(big.Int)
		k.ok = body.ReadASN1(&rsaKey, cbasn1.SEQUENCE) && rsaKey.ReadASN1Integer(k.n) && rsaKey.ReadASN1Integer(k.e) && k.n.Sign() > 0 && k.e.Sign() > 0
		k.bits = k.n.BitLen()
		if k.bits > 16384 { // OpenSSL's own limit
			k.ok = false
		}
	case "ECDSA":
		k.readEC(params, body)
	case "DSA":
		var d cryptobyte.String
		k.p, k.q, k.g, k.y = new(big.Int), new(big.Int), new(big.Int), new(big.Int)
		k.ok = params.ReadASN1(&d, cbasn1.SEQUENCE) && d.ReadASN1Integer(k.p) && d.ReadASN1Integer(k.q) && d.ReadASN1Integer(k.g) && body.ReadASN1Integer(k.y) && k.p.Sign() > 0 && k.q.Sign() > 0
		k.bits = k.p.BitLen()
		if k.bits > 10000 {
			k.ok = false
		}
	case "Ed25519":
		k.ed, k.ok = body, len(body) == ed25519.PublicKeySize
	case "Ed448":
		k.ok = len(body) == 57
	}
	if !k.ok {
		c.fault("subjectPublicKeyInfo", "holds a key (%s) that cannot be used", k)
	} else if _, err := x509.ParsePKIXPublicKey(c.SPKI); err != nil && k.kind != "Ed448" && k.kind != "RSA-PSS" {
		c.fault("subjectPublicKeyInfo", "holds a key (%s) that not every client can use", k)
	}
	return k
}

func (k *publicKey) readEC(params cryptobyte.String, body []byte) {
	var oid cryptobyte.String
	if params.PeekASN1Tag(cbasn1.OBJECT_IDENTIFIER) {
		params.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER)
		if k.ec = curves[dotted(oid)]; k.ec == nil {
			k.curve = dotted(oid)
			return
		}
	} else {
		k.explicit = true
		if k.ec = explicitCurve(params); k.ec == nil {
			k.curve = "explicit parameters"
			return
		}
	}
	k.curve, k.bits = k.ec.name, k.ec.bits
	size := (k.ec.p.BitLen() + 7) / 8
	switch {
	case len(body) == 1+2*size && body[0] == 4:
		k.x, k.y = new(big.Int).SetBytes(body[1:1+size]), new(big.Int).SetBytes(body[1+size:])
	case len(body) == 1+size && (body[0] == 2 || body[0] == 3):
		k.x = new(big.Int).SetBytes(body[1:])
		// A root can be looked for forever when the field is none.
		if k.x.Cmp(k.ec.p) >= 0 || k.explicit && !k.ec.p.ProbablyPrime(10) {
			return
		}
		if k.y = new(big.Int).ModSqrt(k.ec.right(k.x), k.ec.p); k.y == nil {
			return
		}
		if k.y.Bit(0) != uint(body[0]&1) {
			k.y.Sub(k.ec.p, k.y)
		}
	default:
		return
	}
	k.ok = k.x.Cmp(k.ec.p) < 0 && k.y.Cmp(k.ec.p) < 0 && k.ec.right(k.x).Cmp(new(big.Int).Mod(new(big.Int).Mul(k.y, k.y), k.ec.p)) == 0
}

// explicitCurve reads a curve that is written out (RFC 3279, 2.3.5).
func explicitCurve(s cryptobyte.String) *curve {
	var seq, field, prime, coefficients, a, b, base cryptobyte.String
	var version int
	c := &curve{name: "explicit parameters", p: new(big.Int), n: new(big.Int)}
	if !s.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1Integer(&version) || !seq.ReadASN1(&field, cbasn1.SEQUENCE) ||
		!field.ReadASN1(&prime, cbasn1.OBJECT_IDENTIFIER) || dotted(prime) != "1.2.840.10045.1.1" || !field.ReadASN1Integer(c.p) ||
		!seq.ReadASN1(&coefficients, cbasn1.SEQUENCE) || !coefficients.ReadASN1(&a, cbasn1.OCTET_STRING) || !coefficients.ReadASN1(&b, cbasn1.OCTET_STRING) ||
		!seq.ReadASN1(&base, cbasn1.OCTET_STRING) || !seq.ReadASN1Integer(c.n) || c.p.BitLen() < 112 || c.p.BitLen() > 1024 || c.p.Bit(0) == 0 || c.n.Sign() <= 0 || c.n.BitLen() > 1030 || len(base) < 2 {
		return nil
	}
	c.a, c.b = new(big.Int).SetBytes(a), new(big.Int).SetBytes(b)
	half := (len(base) - 1) / 2
	if base[0] == 4 {
		c.x, c.y = new(big.Int).SetBytes(base[1:1+half]), new(big.Int).SetBytes(base[1+half:])
	} else {
		c.x = new(big.Int).SetBytes(base[1:])
		if !c.p.ProbablyPrime(10) {
			return nil
		}
		if c.y = new(big.Int).ModSqrt(c.right(c.x), c.p); c.y == nil {
			return nil
		}
		if c.y.Bit(0) != uint(base[0]&1) {
			c.y.Sub(c.p, c.y)
		}
	}
	c.bits = c.n.BitLen()
	return c
}

// right is x³ + ax + b.
func (c *curve) right(x *big.Int) *big.Int {
	r := new(big.Int).Mul(x, x)
	r.Add(r, c.a).Mul(r, x).Add(r, c.b)
	return r.Mod(r, c.p)
}

// add adds two points; nil is the point at infinity. Only public data goes in, so
// that its time may depend on them.
func (c *curve) add(ax, ay, bx, by *big.Int) (*big.Int, *big.Int) {
	if ax == nil {
		return bx, by
	}
	if bx == nil {
		return ax, ay
	}
	slope, under := new(big.Int), new(big.Int)
	if ax.Cmp(bx) == 0 {
		if sum := new(big.Int).Add(ay, by); sum.Mod(sum, c.p).Sign() == 0 {
			return nil, nil
		}
		slope.Mul(ax, ax).Mul(slope, big.NewInt(3)).Add(slope, c.a)
		under.Lsh(ay, 1)
	} else {
		slope.Sub(by, ay)
		under.Sub(bx, ax)
	}
	under.Mod(under, c.p)
	if under.ModInverse(under, c.p) == nil {
		return nil, nil
	}
	slope.Mul(slope, under).Mod(slope, c.p)
	x := new(big.Int).Mul(slope, slope)
	x.Sub(x, ax).Sub(x, bx).Mod(x, c.p)
	y := new(big.Int).Sub(ax, x)
	y.Mul(y, slope).Sub(y, ay).Mod(y, c.p)
	return x, y
}

func (c *curve) multiply(k, x, y *big.Int) (rx, ry *big.Int) {
	for i := k.BitLen() - 1; i >= 0; i-- {
		rx, ry = c.add(rx, ry, rx, ry)
		if k.Bit(i) == 1 {
			rx, ry = c.add(rx, ry, x, y)
		}
	}
	return rx, ry
}

// signatureKind is what a signature is made with.
type signatureKind struct {
	name string
	key  string // the kind of key
	hash crypto.Hash
}

// signatures are the algorithms of signatures (RFC 3279, 4055, 5758, 8410).
var signatures = map[string]signatureKind{
	"1.2.840.113549.1.1.4":    {"MD5-RSA", "RSA", crypto.MD5},
	"1.2.840.113549.1.1.5":    {"SHA1-RSA", "RSA", crypto.SHA1},
	"1.3.14.3.2.29":           {"SHA1-RSA", "RSA", crypto.SHA1},
	"1.2.840.113549.1.1.14":   {"SHA224-RSA", "RSA", crypto.SHA224},
	"1.2.840.113549.1.1.11":   {"SHA256-RSA", "RSA", crypto.SHA256},
	"1.2.840.113549.1.1.12":   {"SHA384-RSA", "RSA", crypto.SHA384},
	"1.2.840.113549.1.1.13":   {"SHA512-RSA", "RSA", crypto.SHA512},
	"1.2.840.113549.1.1.10":   {"RSA-PSS", "RSA", 0}, // the digest is in the parameters
	"1.2.840.113549.1.1.2":    {"MD2-RSA", "RSA", 0},
	"1.2.840.10045.4.1":       {"ECDSA-SHA1", "ECDSA", crypto.SHA1},
	"1.2.840.10045.4.3.1":     {"ECDSA-SHA224", "ECDSA", crypto.SHA224},
	"1.2.840.10045.4.3.2":     {"ECDSA-SHA256", "ECDSA", crypto.SHA256},
	"1.2.840.10045.4.3.3":     {"ECDSA-SHA384", "ECDSA", crypto.SHA384},
	"1.2.840.10045.4.3.4":     {"ECDSA-SHA512", "ECDSA", crypto.SHA512},
	"2.16.840.1.101.3.4.3.10": {"ECDSA-SHA3-256", "ECDSA", crypto.SHA3_256},
	"2.16.840.1.101.3.4.3.11": {"ECDSA-SHA3-384", "ECDSA", crypto.SHA3_384},
	"1.2.840.10040.4.3":       {"DSA-SHA1", "DSA", crypto.SHA1},
	"2.16.840.1.101.3.4.3.1":  {"DSA-SHA224", "DSA", crypto.SHA224},
	"2.16.840.1.101.3.4.3.2":  {"DSA-SHA256", "DSA", crypto.SHA256},
	"1.3.101.112":             {"Ed25519", "Ed25519", 0},
	"1.3.101.113":             {"Ed448", "Ed448", 0},
}

var digests = map[string]crypto.Hash{
	"1.3.14.3.2.26": crypto.SHA1, "2.16.840.1.101.3.4.2.4": crypto.SHA224, "2.16.840.1.101.3.4.2.1": crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384, "2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

// signatureOf is the algorithm of a certificate's signature; ok is false for one that
// is not known.
func (c *cert) signatureOf() (signatureKind, bool) {
	in := cryptobyte.String(c.sigAlg)
	var seq, oid cryptobyte.String
	if !in.ReadASN1(&seq, cbasn1.SEQUENCE) || !seq.ReadASN1(&oid, cbasn1.OBJECT_IDENTIFIER) {
		return signatureKind{name: "unreadable"}, false
	}
	number := dotted(oid)
	s, ok := signatures[number]
	if !ok {
		return signatureKind{name: number}, false
	}
	if s.name == "RSA-PSS" {
		s.hash = crypto.SHA1 // the default of RFC 4055, 3.1
		var params, wrapped, alg, hash cryptobyte.String
		if seq.ReadASN1(&params, cbasn1.SEQUENCE) && params.PeekASN1Tag(cbasn1.Tag(0).ContextSpecific().Constructed()) &&
			params.ReadASN1(&wrapped, cbasn1.Tag(0).ContextSpecific().Constructed()) && wrapped.ReadASN1(&alg, cbasn1.SEQUENCE) && alg.ReadASN1(&hash, cbasn1.OBJECT_IDENTIFIER) {
			s.hash = digests[dotted(hash)]
		}
		s.name = fmt.Sprintf("%s-RSAPSS", digestName(s.hash))
	}
	return s, true
}

func digestName(h crypto.Hash) string {
	if h == 0 {
		return "unknown"
	}
	return string(bytes.ReplaceAll([]byte(h.String()), []byte("-"), nil))
}

// strength is how many bits of work a signature resists (OpenSSL's figures).
func (s signatureKind) strength() int {
	switch s.hash {
	case crypto.MD5:
		return 39
	case crypto.SHA1:
		return 63
	case 0:
		switch s.key {
		case "Ed25519":
			return 128
		case "Ed448":
			return 224
		}
		return 0
	}
	return s.hash.Size() * 4
}

// fits reports whether a key is of the kind that a signature needs.
func (s signatureKind) fits(k *publicKey) bool {
	return s.key == k.kind || s.key == "RSA" && k.kind == "RSA-PSS"
}

// signedBy verifies the signature of c with the key of by. checked is false when
// this program does not know the algorithm.
func (c *cert) signedBy(by *publicKey) (ok, checked bool) {
	s, known := c.signatureOf()
	if !known || by == nil || !by.ok || s.name == "MD2-RSA" || s.key == "Ed448" {
		return false, false
	}
	if !s.fits(by) {
		return false, true
	}
	if s.key == "Ed25519" {
		return ed25519.Verify(by.ed, c.TBS, c.signature), true
	}
	if !s.hash.Available() {
		return false, false
	}
	h := s.hash.New()
	h.Write(c.TBS)
	sum := h.Sum(nil)
	switch s.key {
	case "RSA":
		if len(c.signature) > 0 && by.n.BitLen() > 0 && bytes.HasSuffix([]byte(s.name), []byte("RSAPSS")) {
			if !by.e.IsInt64() || by.e.Int64() > 1<<31-1 {
				return false, false
			}
			key := &rsa.PublicKey{N: by.n, E: int(by.e.Int64())}
			return rsa.VerifyPSS(key, s.hash, sum, c.signature, nil) == nil, by.bits >= 1024
		}
		return pkcs1(by, s.hash, sum, c.signature), true
	case "ECDSA":
		var r, t big.Int
		if !readPair(c.signature, &r, &t) {
			return false, true
		}
		return by.ec.verify(by.x, by.y, sum, &r, &t), true
	case "DSA":
		var r, t big.Int
		if !readPair(c.signature, &r, &t) || r.Sign() <= 0 || t.Sign() <= 0 || r.Cmp(by.q) >= 0 || t.Cmp(by.q) >= 0 {
			return false, true
		}
		w := new(big.Int).ModInverse(&t, by.q)
		if w == nil {
			return false, true
		}
		z := leftmost(sum, by.q)
		u1 := new(big.Int).Mul(z, w)
		u2 := new(big.Int).Mul(&r, w)
		v := new(big.Int).Exp(by.g, u1.Mod(u1, by.q), by.p)
		v.Mul(v, new(big.Int).Exp(by.y, u2.Mod(u2, by.q), by.p)).Mod(v, by.p).Mod(v, by.q)
		return v.Cmp(&r) == 0, true
	}
	return false, false
}

func readPair(sig []byte, r, s *big.Int) bool {
	in := cryptobyte.String(sig)
	var seq cryptobyte.String
	return in.ReadASN1(&seq, cbasn1.SEQUENCE) && in.Empty() && seq.ReadASN1Integer(r) && seq.ReadASN1Integer(s) && seq.Empty()
}

// leftmost is the digest as a number of no more bits than the order (FIPS 186-5, 6.4).
func leftmost(sum []byte, order *big.Int) *big.Int {
	z := new(big.Int).SetBytes(sum)
	if extra := 8*len(sum) - order.BitLen(); extra > 0 {
		z.Rsh(z, uint(extra))
	}
	return z
}

// standard are the curves that Go knows, and is a hundred times faster with.
var standard = map[string]elliptic.Curve{"P-224": elliptic.P224(), "P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}

func (c *curve) verify(x, y *big.Int, sum []byte, r, s *big.Int) bool {
	if r.Sign() <= 0 || s.Sign() <= 0 || r.Cmp(c.n) >= 0 || s.Cmp(c.n) >= 0 {
		return false
	}
	if std := standard[c.name]; std != nil {
		size := (c.p.BitLen() + 7) / 8
		point := append([]byte{4}, x.FillBytes(make([]byte, size))...)
		key, err := ecdsa.ParseUncompressedPublicKey(std, append(point, y.FillBytes(make([]byte, size))...))
		return err == nil && ecdsa.Verify(key, sum, r, s)
	}
	w := new(big.Int).ModInverse(s, c.n)
	if w == nil {
		return false
	}
	u1 := leftmost(sum, c.n)
	u1.Mul(u1, w).Mod(u1, c.n)
	u2 := new(big.Int).Mul(r, w)
	u2.Mod(u2, c.n)
	ax, ay := c.multiply(u1, c.x, c.y)
	bx, by := c.multiply(u2, x, y)
	px, _ := c.add(ax, ay, bx, by)
	return px != nil && new(big.Int).Mod(px, c.n).Cmp(r) == 0
}

// digestInfo are the beginnings of a signed digest (RFC 8017, 9.2, notes).
var digestInfo = map[crypto.Hash][]byte{
	crypto.MD5:    {0x30, 0x20, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, 0x05, 0x05, 0x00, 0x04, 0x10},
	crypto.SHA1:   {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14},
	crypto.SHA224: {0x30, 0x2d, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04, 0x05, 0x00, 0x04, 0x1c},
	crypto.SHA256: {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20},
	crypto.SHA384: {0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30},
	crypto.SHA512: {0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40},
}

// pkcs1 verifies a signature of PKCS #1 v1.5 (RFC 8017, 8.2.2). crypto/rsa does so
// too, but refuses the short keys whose chains must be explained here.
func pkcs1(k *publicKey, hash crypto.Hash, sum, sig []byte) bool {
	size := (k.n.BitLen() + 7) / 8
	want := append(append([]byte{}, digestInfo[hash]...), sum...)
	if len(digestInfo[hash]) == 0 || len(sig) != size || size < len(want)+11 || k.e.BitLen() > 64 {
		return false
	}
	em := new(big.Int).Exp(new(big.Int).SetBytes(sig), k.e, k.n).FillBytes(make([]byte, size))
	pad := size - len(want)
	ok := em[0] == 0 && em[1] == 1 && em[pad-1] == 0 && bytes.Equal(em[pad:], want)
	for _, b := range em[2 : pad-1] {
		ok = ok && b == 0xff
	}
	return ok
}
