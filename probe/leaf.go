package probe

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

// mismatch explains a name that the certificate is not for.
func (d *diagnosing) mismatch(c *cert, e code) {
	if d.has(LeafNotFirst) {
		return
	}
	name := Clean(d.in.Name)
	if e == errAddress {
		f := d.about(AddressMismatch, Failure, 0, Server, "the certificate is not for the address %s", name).coded(e).proof("it is for %s", orNone(c))
		f.act("connect by a name of the certificate (%s), or have it issued with the address as an iPAddress entry", orNone(c))
		for _, n := range c.dnsNames() {
			if n == d.in.Name {
				f.Message = fmt.Sprintf("the certificate has the address %s as a dNSName, which does not count for addresses (RFC 6125)", name)
			}
		}
		return
	}
	f := d.about(NameMismatch, Failure, 0, Server, "the certificate is not for %s", name).coded(e).proof("it is for %s", orNone(c))
	f.act("have it issued with that name, or correct the address if one of its names was meant")
	lower := lowerASCII(strings.TrimSuffix(d.in.Name, "."))
	names := c.dnsNames()
	if len(names) == 0 {
		names = []string{value(c.Subject, oidCommonName)}
	}
	for _, n := range names {
		n = lowerASCII(n)
		suffix, wild := strings.CutPrefix(n, "*.")
		switch {
		case strings.HasSuffix(d.in.Name, ".") && matchesPattern(n, lower, false):
			f.act("leave out the dot at the end of the name: %q", Clean(lower))
			return
		case wild && lower == suffix:
			f.Message += fmt.Sprintf("; %q does not include %s itself (RFC 6125, 6.4.3)", Clean(n), Clean(suffix))
			f.act("have it issued with %s as a further name", Clean(suffix))
			return
		case wild && strings.HasSuffix(lower, "."+suffix):
			f.Message += fmt.Sprintf("; a wildcard stands for one label: %q does not include it (RFC 6125, 6.4.3)", Clean(n))
			return
		case "www."+lower == n, lower == "www."+n:
			f.act("use %s, or have the certificate issued with both names", Clean(n))
			return
		case strings.Contains(n, "*") && !wild:
			f.Message += fmt.Sprintf("; the wildcard in %q is not one that counts (RFC 6125, 6.4.3)", Clean(n))
			return
		}
	}
	if near := nearest(lower, names); near != "" {
		f.act("use %s if that was meant, or have the certificate issued with %s", Clean(near), name)
	}
}

// nearest is the name that ends most like the wanted one.
func nearest(want string, names []string) string {
	best, most := "", 1
	w := strings.Split(want, ".")
	for _, n := range names {
		l := strings.Split(lowerASCII(n), ".")
		k := 0
		for k < len(w) && k < len(l) && w[len(w)-1-k] == l[len(l)-1-k] {
			k++
		}
		if k > most && !strings.Contains(n, "*") {
			best, most = n, k
		}
	}
	return best
}

// leaf is what is told about the leaf that no error of OpenSSL tells.
func (d *diagnosing) leaf() {
	c := d.sent[0]
	if d.in.Name != "" && len(c.dnsNames()) == 0 && net.ParseIP(d.in.Name) == nil && c.matches(d.in.Name, false) == 0 {
		d.about(CommonNameOnly, Warning, 0, Server, "the certificate has its name in the subject only: Go and browsers refuse it, OpenSSL and Java accept it").
			proof("no subjectAltName (RFC 6125, 6.4.4); CN=%s", shortName(c.Subject)).
			act("have it issued with %s as a subjectAltName", Clean(d.in.Name))
	}
	if d.in.Name != "" && c.matches(d.in.Name, false) == 0 && c.matches(d.in.Name, true) != 0 {
		f := d.about(NameMismatch, Failure, 0, Server, "the certificate is for %s by a wildcard inside a label only, which not every client takes for a match", Clean(d.in.Name))
		f.proof("it is for %s; RFC 6125, 6.4.3 lets clients refuse wildcards that are not a whole label, and browsers, curl, Python and Go do; OpenSSL, Node and Java do not", orNone(c))
		f.act("have it issued with %s, or with a wildcard that is a whole label", Clean(d.in.Name))
	}
	days := int(c.NotAfter.Sub(c.NotBefore).Hours() / 24)
	public := d.public()
	if public && days > 398 {
		d.about(LongValidity, Note, 0, Issuer, "the certificate is valid for %d days: browsers refuse public ones of more than 398", days).
			proof("valid from %s to %s", date(c.NotBefore), date(c.NotAfter)).act("renew it for a shorter time")
	}
	if public && mustHaveSCTs(c) {
		if n := countSCTs(c, d.in.SCTs, d.in.Staple); n < 2 {
			d.about(FewSCTs, Note, 0, Issuer, "the certificate is logged in %s: Chrome and Safari ask for 2 or more", plural(n, "transparency log")).
				proof("%s in the certificate, the handshake and the staple", plural(n, "SCT")).act("have it issued by a CA that logs it")
		}
	}
	var revoked *revocation
	if len(d.in.Staple) > 0 {
		issuer := d.issuerOfLeaf()
		if issuer != nil {
			r, err := readStaple(d.in.Staple, c.Raw, issuer.Raw, d.now)
			if err == nil {
				revoked = r
			}
		}
	}
	if revoked != nil && revoked.Status == "revoked" {
		reason := ""
		if revoked.Reason != "" {
			reason = " (" + Clean(revoked.Reason) + ")"
		}
		d.about(Revoked, Failure, 0, Server, "the certificate was revoked on %s%s: browsers refuse it, OpenSSL does not look", date(revoked.RevokedAt), reason).
			proof("the OCSP response that the server staples itself, made %s", revoked.ProducedAt.UTC().Format(time.RFC3339)).
			act("replace certificate and key now: what was revoked may be in other hands")
	}
	if revoked != nil && revoked.Stale {
		d.about(MustStaple, Note, 0, Server, "the OCSP response that the server staples is out of date").
			proof("made %s", revoked.ProducedAt.UTC().Format(time.RFC3339)).act("have the server fetch it anew")
	}
	if mustStaple(c) && len(d.in.Staple) == 0 {
		d.about(MustStaple, Note, 0, Server, "the certificate demands a stapled OCSP response, and the server sends none: Firefox refuses it").
			proof("extension tlsfeature: status_request (RFC 7633)").act("turn OCSP stapling on, or have it issued without that demand")
	}
}

// mustHaveSCTs reports whether browsers ask for transparency logs.
func mustHaveSCTs(c *cert) bool {
	return c.NotBefore.After(time.Date(2018, 4, 30, 0, 0, 0, 0, time.UTC))
}

// public reports whether the path ends at one of Mozilla's roots.
func (d *diagnosing) public() bool {
	if s := d.in.Store; s != nil && s.Name == MozillaName {
		return d.v.trusted
	}
	mozilla := d.other(MozillaName)
	if mozilla == nil {
		return false
	}
	_, ok := d.trustedBy(mozilla, d.withExtra())
	return ok
}

// issuerOfLeaf is the certificate that issued the leaf, wherever it was found.
func (d *diagnosing) issuerOfLeaf() *cert {
	if len(d.v.chain) > 1 {
		return d.v.chain[1]
	}
	for _, c := range append(d.withExtra(), d.roots...) {
		if d.sent[0].issuedBy(c) {
			return c
		}
	}
	return nil
}

// malformed tells of certificates that some clients cannot read at all.
func (d *diagnosing) malformed() {
	for i, err := range d.broken {
		f := Finding{Class: Malformed, Weight: Failure, Depth: -1, Liability: Server, Message: fmt.Sprintf("certificate %d of %d that the server sends cannot be read: it %s", i+1, len(d.in.Chain), Clean(err.Error()))}
		f.Proof, f.Action = "it is not DER", "take it out of the chain file, or replace it with what the CA delivered"
		d.add(f)
	}
	for i, c := range d.sent {
		_, err := x509.ParseCertificate(c.Raw)
		if err == nil {
			continue
		}
		depth := slices.IndexFunc(d.v.chain, func(x *cert) bool { return x.same(c) })
		if d.seen(Malformed, depth) && depth >= 0 {
			continue
		}
		what := "the server's certificate"
		if i > 0 {
			what = fmt.Sprintf("the certificate %q that the server sends", c.title())
		}
		f := d.about(Malformed, Failure, depth, Server, "%s breaks a rule (%s): Go clients cannot connect at all, others may", what, c.broken())
		f.proof("Go's parser: %s", Clean(err.Error())).act("have it issued again without the fault")
		if depth < 0 {
			f.Subject = nameText(c.Subject)
		}
	}
}

// javaMessage is the largest handshake message that Java reads, in bytes
// (jdk.tls.maxHandshakeMessageSize).
const javaMessage = 32768

// messageSize is the size of the handshake message with the certificates, in bytes
// (RFC 5246, 7.4.2).
func (d *diagnosing) messageSize() int {
	size := 7
	for _, der := range d.in.Chain {
		size += len(der) + 3
	}
	return size
}

// message is what is told about what was sent, apart from what is in it.
func (d *diagnosing) message() {
	size := d.messageSize()
	if size > javaMessage {
		d.about(TooLarge, Warning, -1, Server, "the certificates take %d bytes: Java refuses more than %d", size, javaMessage).
			proof("%s", plural(len(d.in.Chain), "certificate")).act("serve fewer names or fewer certificates")
	}
	if d.has(LeafNotFirst) {
		return
	}
	used := map[[32]byte]bool{}
	last, wrong := -1, false
	for _, p := range d.v.chain {
		for i, c := range d.sent {
			if c.same(p) && !used[c.sum] {
				used[c.sum] = true
				wrong = wrong || i < last
				last = i
			}
		}
	}
	if wrong {
		d.about(ChainOrder, Note, -1, Server, "the certificates are not sent in the order of the chain: current clients sort them, old ones may fail").
			proof("RFC 5246, 7.4.2; RFC 8446 (4.4.2) lets clients expect any order").act("put the certificates in order: the server's own, then each one's issuer")
	}
	seen := map[[32]byte]bool{}
	var extra []string
	for i, c := range d.sent {
		switch {
		case seen[c.sum]:
			extra = append(extra, fmt.Sprintf("%q twice", c.title()))
		case i > 0 && c.standsAlone() && used[c.sum] && d.v.trusted:
			extra = append(extra, fmt.Sprintf("the root %q", c.title()))
		case i > 0 && !used[c.sum]:
			extra = append(extra, fmt.Sprintf("%q", c.title()))
		}
		seen[c.sum] = true
	}
	if len(extra) > 0 {
		if len(extra) > 5 {
			extra = append(extra[:5], fmt.Sprintf("and %d more", len(extra)-5))
		}
		d.about(ExtraCertificate, Note, -1, Server, "certificates are sent that no client needs: %s", strings.Join(extra, ", ")).
			proof("%s sent, %s used", plural(len(d.sent), "certificate"), strconv.Itoa(len(used))).act("leave them out: it saves every handshake their size")
	}
}

// leafNotFirst finds a server certificate behind that of a CA.
func (d *diagnosing) leafNotFirst() {
	first := d.sent[0]
	if len(d.sent) < 2 || d.in.Name == "" || first.matches(d.in.Name, false) == 0 {
		return
	}
	for i, c := range d.sent[1:] {
		if c.x.ca || c.matches(d.in.Name, false) != 0 {
			continue
		}
		d.add(Finding{
			Class: LeafNotFirst, Weight: Failure, Depth: 0, Subject: nameText(first.Subject), Code: d.d.Code, Text: d.d.Text, Liability: Server,
			Message: fmt.Sprintf("the server's own certificate is sent as number %d, behind %q", d.at[i+1]+1, first.title()),
			Proof:   fmt.Sprintf("the first certificate has to be the server's own (RFC 8446, 4.4.2); %s is in number %d", Clean(d.in.Name), d.at[i+1]+1),
			Action:  "put the server's own certificate first in the chain file",
		})
		sent := append([]*cert{c}, slices.DeleteFunc(slices.Clone(d.sent), func(x *cert) bool { return x == c })...)
		d.v = d.run(d.in.Name, sent, d.roots, profile{level: OpenSSLLevel})
		d.d.Trusted = d.v.trusted
		d.d.Path = d.d.Path[:0]
		d.path()
		return
	}
}

// clock finds a clock that is wrong: then every certificate seems too old, or too new.
func (d *diagnosing) clock() {
	built, other := d.in.Hints.Built, d.in.Hints.Now
	proof := ""
	switch {
	case !other.IsZero() && other.Sub(d.now).Abs() > 24*time.Hour:
		proof = fmt.Sprintf("other evidence says that it is %s", date(other))
	case !built.IsZero() && d.now.Before(built.Add(-24*time.Hour)):
		proof = fmt.Sprintf("this program was built on %s, which is later", date(built))
	case d.allOut():
		proof = "every certificate of the path, and every anchor of the store, is out of its time in the same direction"
	default:
		return
	}
	if !d.has(Expired, ExpiredRoot, NotYetValid) {
		return
	}
	f := d.about(WrongClock, Failure, -1, ClientSide, "the clock of this machine is wrong: it says %s", date(d.now)).proof("%s", proof)
	f.Code, f.Text = d.d.Code, d.d.Text
	f.act("set the clock (NTP); then check again")
	// What follows from the clock is nobody else's fault.
	for i := range d.d.Findings {
		if x := &d.d.Findings[i]; x.Class == Expired || x.Class == NotYetValid || x.Class == ExpiredRoot {
			x.Weight, x.Liability = Warning, ClientSide
			x.Message += "; or so it seems, by the clock of this machine"
			x.Action = "set the clock first"
		}
	}
}

func (d *diagnosing) allOut() bool {
	if len(d.v.chain) < 2 {
		return false
	}
	early, late := true, true
	for _, c := range append(slices.Clone(d.v.chain), d.roots...) {
		early = early && d.now.Before(c.NotBefore)
		late = late && d.now.After(c.NotAfter)
	}
	return early || late
}

// strict tells of certificates that only clients with the strict profile refuse.
func (d *diagnosing) strict() {
	plain := d.run("", d.v.sent, d.roots, profile{partial: true})
	if len(plain.errs) > 0 {
		return
	}
	v := d.run("", d.v.sent, d.roots, profile{partial: true, strict: true})
	for _, e := range v.errs {
		c := v.chain[e.Depth]
		if c.same(v.chain[len(v.chain)-1]) && e.Depth >= v.untrusted && bytes.Equal(c.Issuer, c.Subject) && e.Code == errNoAuthorityKeyID {
			continue
		}
		d.about(StrictProfile, Warning, e.Depth, Issuer, "Python 3.13 and later refuse the chain: %s (%q)", e.Code, c.title()).coded(e.Code).
			proof("RFC 5280 asks for it, and VERIFY_X509_STRICT is on by default since Python 3.13").
			act("the owner of the CA has to reissue that certificate with authorityKeyIdentifier, subjectKeyIdentifier and critical basicConstraints; taking the strict flag away mends one client only")
		return
	}
}
