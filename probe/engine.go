package probe

import (
	"bytes"
	"time"
)

// code is a verification error of OpenSSL (x509_vfy.h).
type code int

// The errors that are told.
const (
	errUnspecified       code = 1
	errNoIssuer          code = 2
	errSignature         code = 7
	errNotYetValid       code = 9
	errExpired           code = 10
	errNotBefore         code = 13
	errNotAfter          code = 14
	errSelfSigned        code = 18
	errSelfSignedInChain code = 19
	errNoLocalIssuer     code = 20
	errLeafSignature     code = 21
	errTooLong           code = 22
	errPathLength        code = 25
	errPurpose           code = 26
	errNoCertSign        code = 32
	errCritical          code = 34
	errProxy             code = 40
	errPermitted         code = 47
	errExcluded          code = 48
	errSubtreeMinMax     code = 49
	errConstraintType    code = 51
	errConstraintSyntax  code = 52
	errNameSyntax        code = 53
	errHostname          code = 62
	errAddress           code = 64
	errLeafKey           code = 66
	errCAKey             code = 67
	errDigest            code = 68
	errSigAlgMismatch    code = 76
	errSigAlgDiffer      code = 78
	errInvalidCA         code = 79
	errPathLenNotCA      code = 80
	errPathLenCertSign   code = 81
	errCertSignNotCA     code = 82
	errIssuerEmpty       code = 83
	errSubjectEmpty      code = 84
	errNoAuthorityKeyID  code = 85
	errNoSubjectKeyID    code = 86
	errNamesEmpty        code = 87
	errNamesNotCritical  code = 88
	errBasicNotCritical  code = 89
	errAuthorityCritical code = 90
	errSubjectIDCritical code = 91
	errCANoKeyUsage      code = 92
	errNeedsVersion3     code = 93
	errExplicitCurve     code = 94
)

// texts are OpenSSL 3's own words (X509_verify_cert_error_string).
var texts = map[code]string{
	0:                    "ok",
	errUnspecified:       "unspecified certificate verification error",
	errNoIssuer:          "unable to get issuer certificate",
	errSignature:         "certificate signature failure",
	errNotYetValid:       "certificate is not yet valid",
	errExpired:           "certificate has expired",
	errNotBefore:         "format error in certificate's notBefore field",
	errNotAfter:          "format error in certificate's notAfter field",
	errSelfSigned:        "self-signed certificate",
	errSelfSignedInChain: "self-signed certificate in certificate chain",
	errNoLocalIssuer:     "unable to get local issuer certificate",
	errLeafSignature:     "unable to verify the first certificate",
	errTooLong:           "certificate chain too long",
	errPathLength:        "path length constraint exceeded",
	errPurpose:           "unsuitable certificate purpose",
	errNoCertSign:        "key usage does not include certificate signing",
	errCritical:          "unhandled critical extension",
	errProxy:             "proxy certificates not allowed, please set the appropriate flag",
	errPermitted:         "permitted subtree violation",
	errExcluded:          "excluded subtree violation",
	errSubtreeMinMax:     "name constraints minimum and maximum not supported",
	errConstraintType:    "unsupported name constraint type",
	errConstraintSyntax:  "unsupported or invalid name constraint syntax",
	errNameSyntax:        "unsupported or invalid name syntax",
	errHostname:          "hostname mismatch",
	errAddress:           "IP address mismatch",
	errLeafKey:           "EE certificate key too weak",
	errCAKey:             "CA certificate key too weak",
	errDigest:            "CA signature digest algorithm too weak",
	errSigAlgMismatch:    "subject signature algorithm and issuer public key algorithm mismatch",
	errSigAlgDiffer:      "cert info signature and signature algorithm mismatch",
	errInvalidCA:         "invalid CA certificate",
	errPathLenNotCA:      "Path length invalid for non-CA cert",
	errPathLenCertSign:   "Path length given without key usage keyCertSign",
	errCertSignNotCA:     "Key usage keyCertSign invalid for non-CA cert",
	errIssuerEmpty:       "Issuer name empty",
	errSubjectEmpty:      "Subject name empty",
	errNoAuthorityKeyID:  "Missing Authority Key Identifier",
	errNoSubjectKeyID:    "Missing Subject Key Identifier",
	errNamesEmpty:        "Empty Subject Alternative Name extension",
	errNamesNotCritical:  "Subject empty and Subject Alt Name extension not critical",
	errBasicNotCritical:  "Basic Constraints of CA cert not marked critical",
	errAuthorityCritical: "Authority Key Identifier marked critical",
	errSubjectIDCritical: "Subject Key Identifier marked critical",
	errCANoKeyUsage:      "CA cert does not include key usage extension",
	errNeedsVersion3:     "Using cert extension requires at least X509v3",
	errExplicitCurve:     "Certificate public key has explicit ECC parameters",
}

func (c code) String() string { return texts[c] }

// profile is how a client has OpenSSL verify.
type profile struct {
	strict  bool // X509_V_FLAG_X509_STRICT
	partial bool // X509_V_FLAG_PARTIAL_CHAIN
	level   int  // the security level, 0 to 5
	depth   int  // the most intermediates
	// purpose is whether certificates must be for TLS servers.
	purpose bool
	// fullWildcards is X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS.
	fullWildcards bool
}

// standardDepth is OpenSSL's limit when none is set.
const standardDepth = 100

// verifyError is one error on the way.
type verifyError struct {
	Code  code
	Depth int
	// by is the depth of the certificate that carries the constraint that is broken,
	// -1 for none.
	by int
}

// verification is the course of one verification that goes on after an error, as
// s_client does it.
type verification struct {
	profile
	now       time.Time
	name      string
	roots     []*cert
	sent      []*cert // all that the server sent, the leaf first
	chain     []*cert
	untrusted int // so many of chain came from the server
	trusted   bool
	errs      []verifyError
	cache     signatureCache
}

// signatureCache remembers what was verified: the same chain is judged for many
// clients and stores.
type signatureCache map[[2][32]byte][2]bool

func (s signatureCache) verify(subject, issuer *cert) (ok, checked bool) {
	key := [2][32]byte{subject.sum, issuer.sum}
	if r, has := s[key]; has {
		return r[0], r[1]
	}
	ok, checked = subject.signedBy(issuer.pub)
	s[key] = [2]bool{ok, checked}
	return ok, checked
}

func (v *verification) fail(c code, depth int) { v.failBy(c, depth, -1) }

func (v *verification) failBy(c code, depth, by int) {
	v.errs = append(v.errs, verifyError{c, depth, by})
}

// first is what stops a client, last what s_client prints.
func (v *verification) first() verifyError {
	if len(v.errs) == 0 {
		return verifyError{by: -1}
	}
	return v.errs[0]
}

func (v *verification) last() verifyError {
	if len(v.errs) == 0 {
		return verifyError{by: -1}
	}
	return v.errs[len(v.errs)-1]
}

// verify verifies in the order of OpenSSL 3: the strength of the leaf's key, the
// path, extensions, strength, names, signatures and times, constraints of names.
func (v *verification) verify() {
	leaf := v.sent[0]
	v.chain, v.untrusted = []*cert{leaf}, 1
	if !v.strong(leaf) {
		v.fail(errLeafKey, 0)
	}
	v.build()
	v.checkExtensions()
	v.checkLevel()
	v.checkName()
	if !leaf.pub.ok { // OpenSSL ends here with an error of its own
		if len(v.errs) == 0 {
			v.fail(errUnspecified, 0)
		}
		return
	}
	v.checkSignatures()
	v.checkConstraints()
}

// selfSigned reports whether a certificate is made by its own key, as far as names
// and identifiers tell (EXFLAG_SS).
func (c *cert) selfSigned() bool {
	return c.selfIssued() && c.identifiedBy(c) && c.keyFits(c)
}

// standsAlone is selfSigned for certificates that can be used at all.
func (c *cert) standsAlone() bool { return c.pub.ok && !c.x.invalid && c.selfSigned() }

// identifiedBy reports whether the identifier of the authority's key, if there is
// one, is that of the issuer (X509_check_akid).
func (c *cert) identifiedBy(issuer *cert) bool {
	a := &c.x.authority
	if !a.has {
		return true
	}
	if a.key != nil && issuer.x.hasSubjectKeyID && !bytes.Equal(a.key, issuer.x.subjectKeyID) {
		return false
	}
	if a.serial != nil && !bytes.Equal(a.serial, issuer.Serial) {
		return false
	}
	return a.issuer == "" || a.issuer == issuer.canonIssuer
}

// keyFits reports whether the signature of c is of the kind that issuer's key makes.
func (c *cert) keyFits(issuer *cert) bool {
	s, known := c.signatureOf()
	return known && issuer.pub.ok && s.fits(issuer.pub)
}

// issuedBy reports whether issuer seems to have issued c (ossl_x509_likely_issued).
func (c *cert) issuedBy(issuer *cert) bool {
	return c.canonIssuer == issuer.canonSubject && !issuer.x.invalid && !c.x.invalid && c.identifiedBy(issuer) && c.keyFits(issuer)
}

// valid reports whether a certificate is valid at a time.
func (c *cert) valid(now time.Time) bool {
	return !c.timeFault[0] && !c.timeFault[1] && !now.Before(c.NotBefore) && now.Before(c.NotAfter)
}

// issuerOf picks the issuer of c: the first one that is valid, else the one that was
// valid longest.
func (v *verification) issuerOf(c *cert, among []*cert, usable func(*cert) bool) *cert {
	var best *cert
	for _, i := range among {
		if !c.issuedBy(i) || !usable(i) {
			continue
		}
		if i.valid(v.now) {
			return i
		}
		if best == nil || i.NotAfter.After(best.NotAfter) {
			best = i
		}
	}
	return best
}

// build looks for a path: at each step in the store first, then in what was sent.
func (v *verification) build() {
	pool := append([]*cert{}, v.sent...)
	limit := v.depth + 1
	fromServer := true
	for {
		curr := v.chain[len(v.chain)-1]
		var issuer *cert
		if len(v.chain) <= limit {
			issuer = v.issuerOf(curr, v.roots, func(*cert) bool { return true })
		}
		if issuer != nil {
			alone := curr.standsAlone()
			switch {
			case !alone:
				v.chain = append(v.chain, issuer)
				alone = issuer.standsAlone()
			case curr.same(issuer):
				v.untrusted--
			default: // a self-signed one that only looks like the anchor
				issuer = nil
			}
			if issuer != nil {
				fromServer = false
				if v.partial || issuer.standsAlone() {
					v.trusted = true
					return
				}
				if !alone {
					continue
				}
			}
		}
		if !fromServer {
			break
		}
		issuer = nil
		if !curr.standsAlone() && len(v.chain) <= limit {
			issuer = v.issuerOf(curr, pool, func(i *cert) bool {
				return curr.selfIssued() && len(v.chain) == 1 || !contains(v.chain, i)
			})
		}
		if issuer == nil {
			break
		}
		for i, c := range pool {
			if c == issuer {
				pool = append(pool[:i:i], pool[i+1:]...)
				break
			}
		}
		v.chain = append(v.chain, issuer)
		v.untrusted++
	}
	n := len(v.chain)
	if n <= limit && n == v.untrusted && v.partial && contains(v.roots, v.sent[0]) {
		v.untrusted, v.trusted = 0, true
		return
	}
	if n > limit {
		v.fail(errTooLong, n-1)
	}
	top := v.chain[n-1]
	switch {
	case top.standsAlone() && n == 1:
		v.fail(errSelfSigned, 0)
	case top.standsAlone():
		v.fail(errSelfSignedInChain, n-1)
	case v.untrusted < n:
		v.fail(errNoIssuer, n-1)
	default:
		v.fail(errNoLocalIssuer, n-1)
	}
}

func contains(list []*cert, c *cert) bool {
	for _, x := range list {
		if x.same(c) {
			return true
		}
	}
	return false
}

// checkExtensions checks each certificate by itself, and the lengths of paths.
func (v *verification) checkExtensions() {
	plen := 0
	for i, c := range v.chain {
		x := c.x
		if x.critical != "" {
			v.fail(errCritical, i)
		}
		if x.proxy {
			v.fail(errProxy, i)
		}
		ca := c.isCA()
		if i == 0 {
			if v.strict && ca > 1 {
				v.fail(errInvalidCA, i)
			}
		} else if ca == 0 || (i+1 < len(v.chain) || v.strict) && ca != 1 {
			v.fail(errInvalidCA, i)
		}
		if len(v.chain) > 1 {
			if !c.pub.ok && !c.pub.explicit {
				v.fail(errUnspecified, i)
			} else if c.pub.explicit {
				v.fail(errExplicitCurve, i)
			}
		}
		if v.strict && len(v.chain) > 1 {
			v.checkProfile(i, c)
		}
		// About an invalid certificate nothing is said.
		if v.purpose && (!x.invalid || v.strict) && c.serves(i > 0) != "" {
			v.fail(errPurpose, i)
		}
		if i > 1 && x.pathLen >= 0 && plen > x.pathLen {
			v.fail(errPathLength, i)
		}
		if i > 0 && !c.selfIssued() {
			plen++
		}
	}
}

// checkProfile is what -x509_strict adds: the profile of RFC 5280.
func (v *verification) checkProfile(i int, c *cert) {
	x := c.x
	is := func(c code, wrong bool) {
		if wrong {
			v.fail(c, i)
		}
	}
	noSubject := emptyName(c.Subject)
	if x.pathLen >= 0 {
		is(errPathLenNotCA, !x.ca)
		is(errPathLenCertSign, !x.usage[kuCertSign])
	}
	is(errBasicNotCritical, x.ca && !x.basicCritical)
	if x.ca {
		is(errCANoKeyUsage, !x.hasUsage)
	} else {
		is(errCertSignNotCA, x.usage[kuCertSign])
	}
	is(errIssuerEmpty, emptyName(c.Issuer))
	is(errSubjectEmpty, noSubject && (x.ca || x.usage[kuCRLSign] || !x.hasNames))
	is(errNamesNotCritical, noSubject && x.hasNames && !x.namesCritical)
	is(errNamesEmpty, x.hasNames && len(x.names) == 0)
	is(errSigAlgDiffer, !bytes.Equal(c.innerAlg, c.sigAlg))
	is(errAuthorityCritical, critical(c, oidAuthorityKeyID))
	is(errSubjectIDCritical, critical(c, oidSubjectKeyID))
	if c.Version == 3 {
		is(errNoAuthorityKeyID, i+1 < len(v.chain) && x.authority.key == nil)
		is(errNoSubjectKeyID, x.ca && !x.hasSubjectKeyID)
	} else {
		is(errNeedsVersion3, len(c.Extensions) > 0)
	}
}

func critical(c *cert, oid string) bool {
	e := c.ext(oid)
	return e != nil && e.Critical
}

func emptyName(name []byte) bool {
	as, err := attributes(name)
	return err == nil && len(as) == 0
}

// strengths are the bits of work that the security levels 1 to 5 ask for.
var strengths = []int{0, 80, 112, 128, 192, 256}

func (v *verification) strong(c *cert) bool {
	return v.level <= 0 || c.pub.ok && c.pub.security() >= strengths[v.level]
}

func (v *verification) checkLevel() {
	if v.level <= 0 {
		return
	}
	for i, c := range v.chain {
		if i > 0 && !v.strong(c) {
			v.fail(errCAKey, i)
		}
		if i < len(v.chain)-1 {
			if s, known := c.signatureOf(); known && s.strength() < strengths[v.level] {
				v.fail(errDigest, i)
			}
		}
	}
}

func (v *verification) checkName() {
	if v.name == "" {
		return
	}
	if c := v.sent[0].matches(v.name, v.fullWildcards); c != 0 {
		v.fail(c, 0)
	}
}

// checkSignatures verifies from the top down, and the times with it.
func (v *verification) checkSignatures() {
	n := len(v.chain) - 1
	issuer := v.chain[n]
	subject := issuer
	if !issuer.issuedBy(issuer) && !v.partial {
		if n == 0 {
			v.fail(errLeafSignature, 0)
		} else {
			n--
			subject = v.chain[n]
		}
	}
	for ; n >= 0; n-- {
		if subject != issuer {
			if x := issuer.x; x.hasUsage && !x.usage[kuCertSign] {
				v.fail(errNoCertSign, n+1)
			}
			if !bytes.Equal(subject.innerAlg, subject.sigAlg) {
				v.fail(errSignature, n)
			} else if ok, checked := v.cache.verify(subject, issuer); checked && !ok {
				v.fail(errSignature, n)
			}
		}
		v.checkTime(subject, n)
		if n > 0 {
			issuer, subject = subject, v.chain[n-1]
		}
	}
}

func (v *verification) checkTime(c *cert, depth int) {
	if c.timeFault[0] {
		v.fail(errNotBefore, depth)
	} else if v.now.Before(c.NotBefore) {
		v.fail(errNotYetValid, depth)
	}
	if c.timeFault[1] {
		v.fail(errNotAfter, depth)
	} else if !v.now.Before(c.NotAfter) {
		v.fail(errExpired, depth)
	}
}

// checkConstraints checks the names of every certificate against the constraints of
// all above it.
func (v *verification) checkConstraints() {
	for i := len(v.chain) - 1; i >= 0; i-- {
		c := v.chain[i]
		if i != 0 && c.selfIssued() {
			continue
		}
		for j := len(v.chain) - 1; j > i; j-- {
			x := v.chain[j].x
			if !x.constrained {
				continue
			}
			why := constrain(c, x)
			if why == 0 && i == 0 && len(c.dnsNames()) == 0 {
				why = constrainCommonName(c, x)
			}
			if why != 0 {
				v.failBy(why, i, j)
			}
		}
	}
}
