package probe

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// diagnosing is the state of one diagnosis.
type diagnosing struct {
	in      Input
	now     time.Time
	sent    []*cert // what can be read of what was sent
	at      []int   // where in the message it stood
	broken  map[int]error
	extra   []*cert
	extraIs map[[32]byte]Found
	roots   []*cert
	depth   int
	cache   signatureCache
	v       *verification // OpenSSL's course, as the client has it
	d       *Diagnosis
}

// OpenSSLLevel is the security level that verdicts of OpenSSL are given for: that of
// Debian, Ubuntu and, from 3.2, of OpenSSL itself.
const OpenSSLLevel = 2

// Diagnose says everything that is wrong with a chain, and whose fault each is. It
// uses no network, and never fails: a chain that cannot be read is a finding.
func Diagnose(in Input) *Diagnosis {
	d := &diagnosing{
		in: in, now: in.Time.UTC().Truncate(time.Second), broken: map[int]error{}, extraIs: map[[32]byte]Found{}, roots: in.Store.anchors(), depth: standardDepth,
		cache: signatureCache{}, d: &Diagnosis{Clients: map[Client]Verdict{}, Path: []Certificate{}, Findings: []Finding{}},
	}
	if in.Time.IsZero() {
		d.now = time.Now().UTC().Truncate(time.Second)
	}
	if in.MaxDepth != nil {
		d.depth = *in.MaxDepth
	}
	d.read()
	if len(in.Chain) == 0 || d.broken[0] != nil {
		d.noLeaf()
		return d.d
	}
	d.v = d.run(d.in.Name, d.sent, d.roots, profile{level: OpenSSLLevel})
	coded := d.v
	if in.Level != OpenSSLLevel {
		coded = d.run(d.in.Name, d.sent, d.roots, profile{level: in.Level})
	}
	first, last := coded.first(), coded.last()
	d.d.Code, d.d.Text, d.d.Depth = int(first.Code), first.Code.String(), first.Depth
	d.d.SClientCode, d.d.SClientText = int(last.Code), last.Code.String()
	d.d.Trusted = d.v.trusted
	d.path()

	d.leafNotFirst()
	d.trust()
	d.errors(d.v)
	d.leaf()
	d.malformed()
	d.message()
	d.clock()
	d.clients()
	d.strict()
	d.rank()
	return d.d
}

func (d *diagnosing) read() {
	for i, der := range d.in.Chain {
		c, err := parse(der)
		if err != nil {
			d.broken[i] = err
			continue
		}
		d.sent, d.at = append(d.sent, c), append(d.at, i)
	}
	add := func(f Found) {
		if c, err := parse(f.DER); err == nil && !contains(d.extra, c) {
			d.extra = append(d.extra, c)
			d.extraIs[c.sum] = f
		}
	}
	for _, f := range d.in.Extra {
		add(f)
	}
	for _, f := range d.in.AIA {
		for _, der := range f.DER {
			add(Found{DER: der, From: "aia", URL: f.URL})
		}
	}
}

// run verifies as OpenSSL would with a profile.
func (d *diagnosing) run(name string, sent, roots []*cert, p profile) *verification {
	p.depth, p.purpose = d.depth, d.in.Name != ""
	v := &verification{profile: p, now: d.now, name: name, roots: roots, sent: sent, cache: d.cache}
	v.verify()
	return v
}

// withExtra is what was sent, and what is known besides.
func (d *diagnosing) withExtra() []*cert {
	return append(slices.Clone(d.sent), d.extra...)
}

func (d *diagnosing) add(f Finding) *Finding {
	d.d.Findings = append(d.d.Findings, f)
	return &d.d.Findings[len(d.d.Findings)-1]
}

// about is a finding about a certificate of the path.
func (d *diagnosing) about(class Class, w Weight, depth int, who Liability, format string, args ...any) *Finding {
	f := Finding{Class: class, Weight: w, Depth: depth, Liability: who, Message: fmt.Sprintf(format, args...)}
	if depth >= 0 && depth < len(d.v.chain) {
		f.Subject = nameText(d.v.chain[depth].Subject)
	}
	return d.add(f)
}

func (f *Finding) coded(c code) *Finding {
	f.Code, f.Text = int(c), c.String()
	return f
}

func (f *Finding) proof(format string, args ...any) *Finding {
	f.Proof = fmt.Sprintf(format, args...)
	return f
}

func (f *Finding) act(format string, args ...any) *Finding {
	f.Action = fmt.Sprintf(format, args...)
	return f
}

func (f *Finding) until(format string, args ...any) *Finding {
	f.Meanwhile = fmt.Sprintf(format, args...)
	return f
}

func (d *diagnosing) has(classes ...Class) bool {
	return slices.ContainsFunc(d.d.Findings, func(f Finding) bool { return slices.Contains(classes, f.Class) })
}

// path writes down the path that was built.
func (d *diagnosing) path() {
	for i, c := range d.v.chain {
		from := "server"
		if i >= d.v.untrusted {
			from = "store"
		}
		d.d.Path = append(d.d.Path, c.describe(from))
	}
}

// noLeaf is the diagnosis when there is nothing to verify.
func (d *diagnosing) noLeaf() {
	if err := d.broken[0]; err != nil {
		f := Finding{Class: Malformed, Weight: Failure, Liability: Server, Message: "the server's certificate cannot be read: it " + Clean(err.Error())}
		f.Proof = "the first certificate that was sent is no certificate in DER (RFC 5280, 4.1)"
		f.Action = "install a certificate that a CA issued, and check the file that the server is configured with"
		d.d.Path = append(d.d.Path, Describe(d.in.Chain[0], "server"))
		d.add(f)
		for _, c := range Clients {
			d.d.Clients[c] = Verdict{Says: unreadable[c]}
		}
	}
}

// unreadable is what clients say about a certificate that they cannot parse.
var unreadable = map[Client]string{
	OpenSSL: "error:0680007B: asn1 encoding routines::header too long", Curl: "curl: (35) TLS connect error", Python: "[SSL] asn1 encoding error",
	Python313: "[SSL] asn1 encoding error", Node: "ERR_SSL_ASN1_ENCODING_ERROR", Java: "CertificateException: Could not parse certificate", Go: "tls: failed to parse certificate from server",
}

// storeName is what the store is called in a sentence.
func storeName(s *Store) string {
	switch {
	case s == nil || s.Name == "":
		return "the trust store"
	case s.Path != "" && s.Path != s.Name:
		return fmt.Sprintf("the %s store (%s)", Clean(s.Name), Clean(s.Path))
	}
	return fmt.Sprintf("the %s store", Clean(s.Name))
}

// date is a day, in the form that cannot be mistaken.
func date(t time.Time) string { return t.UTC().Format("2006-01-02") }

// ago says how long ago, or in how long, something is.
func ago(now, t time.Time) string {
	hours := now.Sub(t).Hours()
	past := hours >= 0
	if !past {
		hours = -hours
	}
	text := fmt.Sprintf("%d days", int(hours/24))
	switch {
	case hours < 1:
		text = "less than an hour"
	case hours < 48:
		text = fmt.Sprintf("%d hours", int(hours))
	}
	if past {
		return text + " ago"
	}
	return "in " + text
}

// issuerHint says by which name and key a missing issuer is known.
func issuerHint(c *cert) string {
	text := fmt.Sprintf("%q", shortName(c.Issuer))
	if k := c.x.authority.key; len(k) > 0 && len(k) <= 32 {
		text += " (key identifier " + colons(k) + ")"
	}
	return text
}

func colons(b []byte) string {
	parts := make([]string, len(b))
	for i := range b {
		parts[i] = strings.ToUpper(hex.EncodeToString(b[i : i+1]))
	}
	return strings.Join(parts, ":")
}

// trust explains why no anchor was reached, or what is odd about the one that was.
func (d *diagnosing) trust() {
	top := d.v.chain[len(d.v.chain)-1]
	e := d.untrustedCode()
	if len(d.roots) == 0 {
		f := d.about(EmptyStore, Failure, -1, ClientSide, "%s holds no certificates: nothing can be verified with it", storeName(d.in.Store)).coded(e)
		f.proof("0 trust anchors were read; this says nothing about the server").act("install the CA certificates: RUN apk add --no-cache ca-certificates (Alpine), apt-get install ca-certificates (Debian), or COPY the bundle of the build stage into a distroless image")
		return
	}
	switch e {
	case 0:
		d.trusted()
	case errSelfSigned:
		d.selfSigned(top)
	case errNoIssuer:
		d.partial(top)
	default:
		d.untrusted(top, e)
	}
}

// untrustedCode is the error of trust among the errors.
func (d *diagnosing) untrustedCode() code {
	for _, x := range d.v.errs {
		switch x.Code {
		case errSelfSigned, errSelfSignedInChain, errNoLocalIssuer, errNoIssuer:
			return x.Code
		}
	}
	return 0
}

// other is a store to compare with, by its name.
func (d *diagnosing) other(name string) *Store {
	for _, s := range d.in.Others {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// trustedBy reports whether a store trusts the chain with what is known besides, and
// the anchor.
func (d *diagnosing) trustedBy(s *Store, sent []*cert) (*cert, bool) {
	v := d.run("", sent, s.anchors(), profile{partial: true})
	if !v.trusted || len(v.chain) == 0 {
		return nil, false
	}
	anchor := v.chain[len(v.chain)-1]
	for i := range s.Roots {
		r := &s.Roots[i]
		if !r.NotAfterIssued.IsZero() && bytes.Equal(r.DER, anchor.Raw) && d.sent[0].NotBefore.After(r.NotAfterIssued) {
			return nil, false
		}
	}
	return anchor, true
}

// outdated finds a public root that the client's store lacks.
func (d *diagnosing) outdated(e code) bool {
	mozilla := d.other(MozillaName)
	if mozilla == nil || mozilla == d.in.Store {
		return false
	}
	root, ok := d.trustedBy(mozilla, d.withExtra())
	if !ok || contains(d.roots, root) {
		return false
	}
	f := d.about(OutdatedStore, Failure, len(d.v.chain)-1, ClientSide, "%s lacks the public root %q", storeName(d.in.Store), root.title()).coded(e)
	f.proof("Mozilla's list has that root (valid from %s), and the chain verifies with it", date(root.NotBefore))
	f.act("update the CA certificates of the client: the ca-certificates package, certifi, or the base image")
	return true
}

// MozillaName is the name of the store that holds Mozilla's roots.
const MozillaName = "mozilla"

// intercepted finds a proxy that answers in place of the server.
func (d *diagnosing) intercepted(issuer *cert, e code) bool {
	product, known := interceptor(nameText(issuer.Issuer))
	if !known {
		product, known = interceptor(nameText(issuer.Subject))
	}
	// A product's own pages have such certificates too: the host must be one that a
	// public CA could certify.
	if d.in.Hints.SameIssuer == "" && !(known && d.in.Hints.Public) {
		return false
	}
	who := shortName(issuer.Issuer)
	if product == "" {
		product = "a proxy"
	}
	f := d.about(Intercepted, Failure, len(d.v.chain)-1, Network, "the connection is intercepted by %s: it answers with a certificate of its own (%q)", Clean(product), who).coded(e)
	switch {
	case d.in.Hints.SameIssuer != "" && known:
		f.proof("the issuer is one that %s uses, and %s, which has nothing to do with this host, is answered by the same issuer", Clean(product), Clean(d.in.Hints.SameIssuer))
	case known:
		f.proof("the issuer is one that %s uses; the server itself was not seen", Clean(product))
	default:
		f.proof("%s, which has nothing to do with this host, is answered by the same issuer", Clean(d.in.Hints.SameIssuer))
	}
	f.act("%s; then name the file in REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS, SSL_CERT_FILE, CURL_CA_BUNDLE or the runtime's own setting", strings.TrimRight(exportInterceptor(product), "."))
	return true
}

// development recognises CAs that tools make on developers' machines.
func (d *diagnosing) development(top *cert, e code) bool {
	tool, where, ok := developmentCA(nameText(top.Subject), nameText(top.Issuer))
	if !ok {
		return false
	}
	f := d.about(DevelopmentCA, Failure, len(d.v.chain)-1, ClientSide, "the certificate was issued by a development CA: %s", Clean(tool)).coded(e)
	f.proof("the issuer is %q, as %s names its CA", shortName(top.Issuer), Clean(tool))
	f.act("give the client that CA's root: %s", Clean(where))
	return true
}

// placeholder finds certificates that servers make for themselves until they are
// given one.
func (d *diagnosing) placeholder(leaf *cert, e code) bool {
	what, need, ok := placeholder(nameText(leaf.Subject), nameText(leaf.Issuer))
	if !ok {
		return false
	}
	d.about(SelfSigned, Failure, 0, Server, "the server answers with a placeholder (%s): it has no certificate for this name", Clean(what)).coded(e).
		proof("the certificate is %q, issued by %q", leaf.title(), shortName(leaf.Issuer)).act("%s", Clean(need))
	return true
}

// service finds CAs of services that publish their roots.
func (d *diagnosing) service(top *cert, e code) bool {
	name, where, ok := serviceCA(nameText(top.Issuer))
	if !ok {
		return false
	}
	d.about(PrivateCA, Failure, len(d.v.chain)-1, ClientSide, "the certificate comes from the CA of %s, which %s does not hold", Clean(name), storeName(d.in.Store)).coded(e).
		proof("the issuer is %q", shortName(top.Issuer)).act("give the client that CA's root: %s", Clean(where))
	return true
}

func (d *diagnosing) selfSigned(leaf *cert) {
	if d.portal() {
		return
	}
	if d.intercepted(leaf, errSelfSigned) {
		return
	}
	if d.placeholder(leaf, errSelfSigned) {
		return
	}
	// Served for another name it is no development, but a server without its own.
	if (d.in.Name == "" || leaf.matches(d.in.Name, false) == 0) && d.development(leaf, errSelfSigned) {
		return
	}
	if leaf.canonSubject != "" {
		for _, r := range d.roots {
			if r.canonSubject == leaf.canonSubject && !r.same(leaf) {
				d.about(SelfSigned, Failure, 0, Server, "the certificate signed itself, and %s holds another one of the same name", storeName(d.in.Store)).coded(errSelfSigned).
					proof("issuer and subject are both %q, the certificates differ", leaf.title()).
					act("find out which of the two is current; then serve that one, or replace the copy in the store")
				return
			}
		}
	}
	f := d.about(SelfSigned, Failure, 0, Server, "the server's certificate signed itself: no CA vouches for it").coded(errSelfSigned)
	if d.in.Hints.Public && leaf.matches(d.in.Name, false) != 0 {
		// Neither a CA nor the name says that this is the server.
		f.Liability = CannotTell
		f.Message = "a certificate that signed itself, and for another name, was answered: by a server without its own, or by something in the network"
		f.proof("issuer and subject are both %q", leaf.title())
		f.act("try from another network: the same answer there makes it the server's, which then needs a certificate of a CA; another one makes it this network's")
		return
	}
	f.proof("issuer and subject are both %q", leaf.title()).
		act("serve a certificate of a CA that the clients trust, public or your own").
		until("for development only: name this certificate as the CA file, after comparing its SHA-256 with the server's own")
}

// portalWords are labels of the names that login pages of networks have.
var portalWords = []string{"hotspot", "captive", "captiveportal", "portal", "wifi", "wlan", "guest", "wispr", "login", "gateway"}

// portal finds a login page of the network.
func (d *diagnosing) portal() bool {
	leaf := d.sent[0]
	proof := ""
	if d.in.Hints.SameIssuer != "" {
		proof = fmt.Sprintf("%s, which has nothing to do with this host, is answered with a certificate of the same issuer", Clean(d.in.Hints.SameIssuer))
	} else if d.in.Hints.Public && d.in.Name != "" && leaf.matches(d.in.Name, false) != 0 {
		for _, n := range append(leaf.dnsNames(), value(leaf.Subject, oidCommonName)) {
			for _, label := range strings.FieldsFunc(lowerASCII(n), func(r rune) bool { return r == '.' || r == '-' || r == ' ' }) {
				if slices.Contains(portalWords, label) {
					proof = fmt.Sprintf("the certificate signed itself, and is for %q: that is the name of a login page, and not of this host", Clean(n))
				}
			}
		}
	}
	if proof == "" {
		return false
	}
	d.about(CaptivePortal, Failure, 0, Network, "the network answers itself: a captive portal or a gateway, not the server").coded(errSelfSigned).
		proof("%s", proof).act("log in to the network, or leave it, and try again")
	return true
}

// partial explains an anchor that is not self-signed.
func (d *diagnosing) partial(top *cert) {
	if d.loop(top, errNoIssuer) {
		return
	}
	f := d.about(PartialChain, Failure, len(d.v.chain)-1, ClientSide, "%s holds the intermediate %q, but not the root above it", storeName(d.in.Store), top.title()).coded(errNoIssuer)
	f.proof("the anchor was issued by %s, which is not in the store", issuerHint(top))
	if top.selfIssued() {
		f.Message = fmt.Sprintf("the anchor %q in %s is not signed by itself, as its identifiers say", top.title(), storeName(d.in.Store))
		f.Proof = "its authority key identifier does not fit itself"
	}
	f.act("add the root to the store. Until then curl, Go, Java and Python 3.13 accept the chain; OpenSSL, older Python and Node refuse it")
	d.outdated(errNoIssuer)
}

// loop finds certificates that name each other in a circle.
func (d *diagnosing) loop(top *cert, e code) bool {
	for _, c := range d.v.chain[:len(d.v.chain)-1] {
		if c != top && top.canonIssuer == c.canonSubject && top.issuedBy(c) && !top.selfIssued() {
			d.about(IssuerUnknown, Failure, len(d.v.chain)-1, Server, "the certificates of the chain issued each other in a circle, which ends at no root").coded(e).
				proof("%q names %q as its issuer, which stands below it", top.title(), c.title()).
				act("serve the chain that leads to a root")
			return true
		}
	}
	return false
}

// untrusted explains a path that ends before an anchor.
func (d *diagnosing) untrusted(top *cert, e code) {
	v := d.v
	depth := len(v.chain) - 1
	if e == errNoLocalIssuer && d.rejectedIssuer(top, depth) {
		return
	}
	if d.loop(top, e) {
		return
	}
	if e == errSelfSignedInChain && d.oldRoot(top) {
		return
	}
	known := d.completed(top, e)
	switch {
	case known:
	case d.intercepted(top, e), d.outdated(e), d.placeholder(d.sent[0], e), d.development(top, e), d.service(top, e):
	case e == errSelfSignedInChain:
		d.about(PrivateCA, Failure, depth, ClientSide, "the chain ends at the root %q, which %s does not hold: a private CA", top.title(), storeName(d.in.Store)).coded(e).
			proof("the server sent the whole chain, root included; the root's SHA-256 is %s", colons(top.sum[:])).
			act("give the client that root, after its SHA-256 fingerprint was compared with what the CA's owner says: what the server sends proves nothing about itself")
	case depth > 0:
		d.about(PrivateCA, Failure, depth, ClientSide, "the chain ends at a CA that %s does not hold: %q", storeName(d.in.Store), shortName(top.Issuer)).coded(e).
			proof("the server sent %s, and a root need not be sent", plural(v.untrusted-1, "intermediate")).
			act("ask the owner of the CA for the root %s and give it to the client", issuerHint(top))
	default:
		d.about(IssuerUnknown, Failure, depth, CannotTell, "the server sent its own certificate only, and the issuer is not known: either an intermediate is not sent, or the CA is private").coded(e).
			proof("wanted: %s%s", issuerHint(top), d.fetched(top)).
			act("ask the server's owner for the full chain (fullchain.pem), or the owner of the CA for its root; whichever holds %s", issuerHint(top))
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// fetched tells how the search for the issuer went.
func (d *diagnosing) fetched(c *cert) string {
	for _, f := range d.in.AIA {
		if f.For == c.sum && f.Err != "" {
			return fmt.Sprintf("; the address in the certificate (%s) did not help: %s", Clean(f.URL), f.Err)
		}
	}
	if len(c.issuerURLs()) == 0 {
		return "; the certificate names no address where it could be had"
	}
	if len(d.in.AIA) == 0 {
		return "; the address that the certificate names was not asked"
	}
	return ""
}

// rejectedIssuer explains an issuer that is there by its name but cannot be used:
// OpenSSL prints "unable to get local issuer certificate" then, too.
func (d *diagnosing) rejectedIssuer(top *cert, depth int) bool {
	if top.x.invalid {
		who, what := Server, "the server's certificate"
		if depth > 0 {
			who, what = Issuer, fmt.Sprintf("the CA certificate %q", top.title())
		}
		d.about(Malformed, Failure, depth, who, "%s is malformed (%s), so that no issuer is looked for", what, top.broken()).coded(errNoLocalIssuer).
			proof("%s", top.broken()).act("have the certificate issued again without the fault")
		return true
	}
	var near *cert
	where := ""
	for i, list := range [][]*cert{d.sent, d.roots} {
		for _, c := range list {
			if c.canonSubject == top.canonIssuer && c != top && !contains(d.v.chain, c) && near == nil {
				near, where = c, [...]string{"which the server sent", "in " + storeName(d.in.Store)}[i]
			}
		}
	}
	if near == nil {
		if emptyName(top.Issuer) {
			d.about(Malformed, Failure, depth, Issuer, "the certificate does not say who issued it (RFC 5280, 4.1.2.4)").coded(errNoLocalIssuer).
				proof("its issuer is an empty name").act("have the certificate issued again")
			return true
		}
		return false
	}
	switch {
	case near.x.invalid || !near.pub.ok:
		d.about(Malformed, Failure, depth, Issuer, "the issuer %q, %s, is malformed (%s) and cannot be used", near.title(), where, orKey(near)).coded(errNoLocalIssuer).
			proof("%s", orKey(near)).act("the CA has to reissue that certificate")
	case !top.identifiedBy(near):
		d.about(WrongIssuerKey, Failure, depth, d.sender(near), "the issuer %q, %s, is another one of the same name: its key is not the one that signed", near.title(), where).coded(errNoLocalIssuer).
			proof("wanted is the key %s, the key there is %s", identifier(top.x.authority.key), identifier(near.x.subjectKeyID)).
			act("%s", d.replace(near, "serve the intermediate that the CA delivered with this certificate, instead of the one from before or after the change of its key"))
	case !top.keyFits(near):
		s, _ := top.signatureOf()
		d.about(WrongIssuerKey, Failure, depth, d.sender(near), "the issuer %q, %s, is another one of the same name: its key (%s) cannot have made the signature (%s)", near.title(), where, near.pub, s.name).coded(errNoLocalIssuer).
			proof("the signature is %s, the key is %s", s.name, near.pub).
			act("%s", d.replace(near, "serve the intermediate that the CA delivered with this certificate"))
	default:
		return false
	}
	return true
}

func orKey(c *cert) string {
	if b := c.broken(); b != "" {
		return b
	}
	return "its key cannot be read"
}

func identifier(b []byte) string {
	if len(b) == 0 {
		return "without an identifier"
	}
	if len(b) > 32 {
		b = b[:32]
	}
	return colons(b)
}

// sender is who has to replace a certificate: the server when it sent it, else the
// client whose store it is in.
func (d *diagnosing) sender(c *cert) Liability {
	if contains(d.sent, c) {
		return Server
	}
	return ClientSide
}

func (d *diagnosing) replace(c *cert, server string) string {
	if contains(d.sent, c) {
		return server
	}
	return "put the CA's current root in the client's store"
}

// oldRoot explains an own root that the store holds in another edition.
func (d *diagnosing) oldRoot(top *cert) bool {
	for _, r := range d.roots {
		if r.canonSubject == top.canonSubject && !r.same(top) {
			d.about(WrongIssuerKey, Failure, len(d.v.chain)-1, ClientSide, "the server's root %q is another edition than the one in %s", top.title(), storeName(d.in.Store)).coded(errSelfSignedInChain).
				proof("same name, other certificate: SHA-256 %s was sent, %s is in the store", colons(top.sum[:8])+"…", colons(r.sum[:8])+"…").
				act("ask the owner of the CA which root is current, and give that one to the client")
			return true
		}
	}
	return false
}

// completed explains with certificates that the server did not send.
func (d *diagnosing) completed(top *cert, e code) bool {
	if len(d.extra) == 0 {
		d.brokenAIA(top)
		return false
	}
	all := d.withExtra()
	v := d.run("", all, d.roots, profile{})
	used := d.usedExtra(v)
	if len(used) == 0 {
		d.brokenAIA(top)
		return false
	}
	link := used[0]
	found := d.extraIs[link.sum]
	from := "from " + Clean(found.From)
	if found.URL != "" {
		from = "fetched from " + Clean(found.URL)
	}
	end := v.chain[len(v.chain)-1]
	if v.trusted {
		d.about(IncompleteChain, Failure, len(d.v.chain)-1, Server, "the server does not send the intermediate %q", link.title()).coded(e).
			proof("with it (%s) the chain verifies up to %q in %s", from, end.title(), storeName(d.in.Store)).
			act("serve the full chain (fullchain.pem): the certificate, then %s", names(used)).
			until("clients that fetch it themselves (browsers, Windows, macOS) work already; the others can be given a bundle with that intermediate (tlslint probe --write-bundle DIR)")
		return true
	}
	// The chain goes on, but not to this store.
	if d.intercepted(end, e) || d.development(end, e) {
		return true
	}
	sentAll := len(d.v.chain) > 1
	if link.standsAlone() { // what is missing is the root, which nobody has to send
		return false
	}
	if !sentAll {
		d.about(IncompleteChain, Failure, len(d.v.chain)-1, Server, "the server does not send the intermediate %q", link.title()).coded(e).
			proof("it was %s and its key signed the certificate", from).
			act("serve the full chain (fullchain.pem): the certificate, then %s", names(used))
	}
	if !d.outdated(e) {
		d.about(PrivateCA, Failure, len(d.v.chain)-1, ClientSide, "the chain ends at a CA that %s does not hold: %s", storeName(d.in.Store), rootHint(end)).coded(e).
			proof("with the missing intermediate the chain still ends outside the store").
			act("ask the owner of the CA for the root %s and give it to the client", rootHint(end))
	}
	return true
}

func rootHint(end *cert) string {
	if end.standsAlone() {
		return fmt.Sprintf("%q", end.title())
	}
	return issuerHint(end)
}

func names(list []*cert) string {
	var out []string
	for _, c := range list {
		if !c.standsAlone() {
			out = append(out, fmt.Sprintf("%q", c.title()))
		}
	}
	return strings.Join(out, ", ")
}

// usedExtra are the certificates of a path that were not sent, and that really made
// what is below them.
func (d *diagnosing) usedExtra(v *verification) (used []*cert) {
	for i, c := range v.chain {
		if i == 0 || i >= v.untrusted || contains(d.sent, c) {
			continue
		}
		if ok, checked := d.cache.verify(v.chain[i-1], c); checked && !ok {
			return nil
		}
		used = append(used, c)
	}
	return used
}

// brokenAIA tells of addresses that do not give the issuer.
func (d *diagnosing) brokenAIA(top *cert) {
	for _, f := range d.in.AIA {
		if f.For != top.sum || f.Err == "" || strings.HasPrefix(f.Err, notFetched) {
			continue
		}
		d.about(BrokenAIA, Warning, len(d.v.chain)-1, Issuer, "the address that the certificate gives for its issuer does not give it: %s", f.Err).
			proof("%s", Clean(f.URL)).
			act("tell the CA; clients that would mend the chain with it cannot")
	}
}

// trusted is what there is to say about a chain that verifies.
func (d *diagnosing) trusted() {
	v := d.v
	anchor := v.chain[len(v.chain)-1]
	product, known := interceptor(nameText(anchor.Subject))
	mozilla := d.other(MozillaName)
	if mozilla != nil && mozilla != d.in.Store {
		if _, ok := d.trustedBy(mozilla, d.withExtra()); !ok {
			switch {
			case known:
				d.about(Intercepted, Warning, len(v.chain)-1, Network, "the connection is intercepted by %s, whose root %s holds", Clean(product), storeName(d.in.Store)).
					proof("the root %q is one that %s uses", anchor.title(), Clean(product)).
					act("clients with roots of their own (Python's certifi, Node, Java) need the proxy's root too: REQUESTS_CA_BUNDLE, NODE_EXTRA_CA_CERTS, -Djavax.net.ssl.trustStore")
			case !d.in.Store.Chosen:
				d.about(DistrustedRoot, Warning, len(v.chain)-1, ClientSide, "%s trusts the root %q, Mozilla's list does not: it verifies here, and fails with Python's certifi and with Node", storeName(d.in.Store), anchor.title()).
					proof("the chain verifies with this store, and not with Mozilla's roots").
					act("if the CA is your own, give its root to those clients too; if it is public, the server needs a certificate of a CA that is still trusted")
			}
		}
	}
	d.crossSigned()
}

// crossSigned tells of a second way to another root.
func (d *diagnosing) crossSigned() {
	for _, c := range d.sent {
		if contains(d.v.chain, c) {
			continue
		}
		for i, p := range d.v.chain {
			if i > 0 && c.canonSubject == p.canonSubject && bytes.Equal(c.SPKI, p.SPKI) && c.canonIssuer != p.canonIssuer {
				d.about(CrossSigned, Note, i, Nobody, "%q is also sent cross-signed by %q, which is not needed", p.title(), shortName(c.Issuer)).
					proof("same name and key, two issuers").act("clients as old as OpenSSL 1.0.2 follow the other way, and fail when its root has expired; all others are content")
				return
			}
		}
	}
}

// errors turns the errors of a verification into findings, except those of trust.
func (d *diagnosing) errors(v *verification) {
	for _, e := range v.errs {
		d.explain(v, e)
	}
}

func (d *diagnosing) explain(v *verification, e verifyError) {
	c := v.chain[min(e.Depth, len(v.chain)-1)]
	own := e.Depth >= v.untrusted // the client's, not the server's
	who, whose := Issuer, fmt.Sprintf("the CA certificate %q", c.title())
	if e.Depth == 0 {
		who, whose = Server, "the server's certificate"
	}
	switch e.Code {
	case errExpired:
		d.expired(v, c, e.Depth, own)
	case errNotYetValid:
		f := d.about(NotYetValid, Failure, e.Depth, Server, "%s is not valid before %s (%s)", whose, c.NotBefore.UTC().Format(time.RFC3339), ago(d.now, c.NotBefore)).coded(e.Code)
		f.proof("valid from %s; the time of this check is %s", c.NotBefore.UTC().Format(time.RFC3339), d.now.Format(time.RFC3339))
		f.act("serve a certificate that is valid now; and check that the clock of the client is right")
		if own {
			f.Liability = ClientSide
		}
	case errNotBefore, errNotAfter:
		d.about(Malformed, Failure, e.Depth, who, "%s has a time that is not in the form of RFC 5280", whose).coded(e.Code).proof("%s", c.broken()).act("have it issued again")
	case errHostname, errAddress:
		d.mismatch(c, e.Code)
	case errLeafKey, errCAKey:
		if !c.pub.ok {
			d.about(Malformed, Failure, e.Depth, who, "%s has a key that cannot be used (%s)", whose, c.pub).coded(e.Code).proof("%s", c.broken()).act("have it issued again with a key of a usual kind")
			return
		}
		d.about(WeakKey, Failure, e.Depth, who, "%s has a key that is too weak: %s", whose, c.pub).coded(e.Code).
			proof("%s gives %d bits of security; clients at OpenSSL's security level %d ask for %d", c.pub, c.pub.security(), v.level, strengths[v.level]).
			act("have it issued again with RSA 2048 or ECDSA P-256")
	case errDigest:
		s, _ := c.signatureOf()
		d.about(WeakSignature, Failure, e.Depth, who, "%s is signed with %s, which can be forged", whose, s.name).coded(e.Code).
			proof("the signature algorithm is %s", s.name).act("have it issued again with SHA-256")
	case errPurpose:
		d.purpose(v, c, e.Depth, who, whose)
	case errInvalidCA, errNoCertSign:
		if d.seen(NotACA, e.Depth) {
			return
		}
		why := "its basicConstraints do not say CA"
		if c.x.hasUsage && !c.x.usage[kuCertSign] {
			why = "its keyUsage does not permit signing certificates"
		}
		if c.x.invalid {
			why = c.broken()
		}
		d.about(NotACA, Failure, e.Depth, Issuer, "%q signed a certificate but is no CA: %s", c.title(), why).coded(e.Code).
			proof("%s", why).act("treat it as hostile until the CA's owner explains it: whoever holds an ordinary certificate could sign like this")
	case errPathLength:
		d.about(PathLength, Failure, e.Depth, Issuer, "the CA %q permits %s below it, and there are more", c.title(), plural(max(c.x.pathLen, 0), "intermediate")).coded(e.Code).
			proof("basicConstraints: pathlen %d", c.x.pathLen).act("the CA has to issue from a higher place, or to be issued again with a larger path length")
	case errTooLong:
		d.about(ChainTooLong, Failure, e.Depth, Server, "the chain is longer than the %s that are permitted", plural(d.depth, "intermediate")).coded(e.Code).
			proof("%s", plural(len(v.chain), "certificate")).act("serve only the certificates between the leaf and the root")
	case errCritical:
		d.about(CriticalExtension, Failure, e.Depth, Issuer, "%s has a critical extension that clients do not know: %s", whose, extensionName(c.x.critical)).coded(e.Code).
			proof("extension %s, critical", c.x.critical).act("the CA has to issue it without, or not marked critical")
	case errProxy:
		d.about(WrongPurpose, Failure, e.Depth, Server, "%s is a proxy certificate (RFC 3820), which TLS clients refuse", whose).coded(e.Code).proof("extension proxyCertInfo").act("serve an ordinary server certificate")
	case errPermitted, errExcluded, errSubtreeMinMax, errConstraintType, errConstraintSyntax, errNameSyntax:
		d.constraint(v, e, c)
	case errSignature:
		d.signature(v, c, e.Depth)
	case errExplicitCurve:
		d.about(Malformed, Failure, e.Depth, who, "%s writes out its elliptic curve instead of naming it (RFC 5480, 2.1.1)", whose).coded(e.Code).
			proof("subjectPublicKeyInfo: explicit parameters").act("have it issued again with a named curve such as P-256")
	case errUnspecified:
		if e.by >= 0 {
			d.constraint(v, e, c)
			return
		}
		d.about(Malformed, Failure, e.Depth, who, "%s cannot be verified: %s", whose, orKey(c)).coded(e.Code).proof("%s", orKey(c)).act("have it issued again")
	}
}

func (d *diagnosing) seen(class Class, depth int) bool {
	return slices.ContainsFunc(d.d.Findings, func(f Finding) bool { return f.Class == class && f.Depth == depth })
}

func (d *diagnosing) expired(v *verification, c *cert, depth int, own bool) {
	when := fmt.Sprintf("expired on %s (%s)", date(c.NotAfter), ago(d.now, c.NotAfter))
	valid := fmt.Sprintf("valid until %s; the time of this check is %s", c.NotAfter.UTC().Format(time.RFC3339), d.now.Format(time.RFC3339))
	switch {
	case own:
		d.about(ExpiredRoot, Failure, depth, ClientSide, "the trust anchor %q in %s %s", c.title(), storeName(d.in.Store), when).coded(errExpired).
			proof("%s; the certificates of the server are not the cause", valid).
			act("update the client's CA certificates, so that they hold the CA's current root; Java accepts an expired root")
	case depth == 0:
		d.about(Expired, Failure, 0, Server, "the server's certificate %s", when).coded(errExpired).proof("%s", valid).
			act("renew it, and have the renewal run by itself")
	default:
		f := d.about(Expired, Failure, depth, Server, "the intermediate %q, which the server sends, %s", c.title(), when).coded(errExpired).proof("%s", valid)
		f.act("serve the CA's new intermediate")
		for _, x := range append(slices.Clone(d.extra), d.sent...) {
			if x != c && x.canonSubject == c.canonSubject && x.valid(d.now) {
				f.act("serve the CA's new intermediate %q (valid until %s, SHA-256 %s…)", x.title(), date(x.NotAfter), colons(x.sum[:8]))
			}
		}
	}
}

func (d *diagnosing) purpose(v *verification, c *cert, depth int, who Liability, whose string) {
	why := c.serves(depth > 0)
	switch why {
	case "basicConstraints":
		return // told as NotACA
	case "extKeyUsage":
		var uses []string
		for _, p := range c.x.purposes {
			if n := purposeNames[p]; n != "" {
				p = n
			}
			uses = append(uses, p)
		}
		if len(uses) == 0 {
			uses = []string{"nothing"}
		}
		d.about(WrongPurpose, Failure, depth, who, "%s is not for TLS servers: it is for %s", whose, Clean(strings.Join(uses, ", "))).coded(errPurpose).
			proof("extKeyUsage lacks serverAuth").act("serve a certificate that was issued for a TLS server")
	case "keyUsage":
		message := "%s may not be used in a handshake: its keyUsage has neither digitalSignature nor keyEncipherment nor keyAgreement"
		if c.isCA() != 0 {
			message = "%s is a CA's certificate: its keyUsage does not permit a handshake"
		}
		d.about(WrongPurpose, Failure, depth, who, message, whose).coded(errPurpose).proof("keyUsage").act("serve a certificate that was issued for a TLS server")
	default:
		if c.x.invalid {
			return
		}
		d.about(WrongPurpose, Failure, depth, who, "%s is not for TLS servers (%s)", whose, why).coded(errPurpose).proof("%s", why).act("serve a certificate that was issued for a TLS server")
	}
	if depth > 0 {
		d.d.Findings[len(d.d.Findings)-1].Action = "the CA has to issue that intermediate with serverAuth, or without extKeyUsage"
	}
}

func (d *diagnosing) signature(v *verification, c *cert, depth int) {
	if !bytes.Equal(c.innerAlg, c.sigAlg) {
		d.about(BadSignature, Failure, depth, Issuer, "%q names two different algorithms for its signature (RFC 5280, 4.1.1.2)", c.title()).coded(errSignature).
			proof("signature and signatureAlgorithm differ").act("have it issued again")
		return
	}
	issuer := v.chain[min(depth+1, len(v.chain)-1)]
	f := d.about(BadSignature, Failure, depth, Server, "the signature of %q does not verify with the key of its issuer %q", c.title(), issuer.title()).coded(errSignature)
	f.proof("names and key identifiers fit, the signature does not: either the certificate was changed, or the issuer's certificate is another one of the same name")
	f.act("serve the certificate and the intermediate as the CA delivered them, from the same order")
	if depth+1 >= v.untrusted {
		f.Liability = CannotTell
		f.act("compare the SHA-256 of %q in %s with what the CA publishes; then have the server's certificate issued again", issuer.title(), storeName(d.in.Store))
	}
}

func (d *diagnosing) constraint(v *verification, e verifyError, c *cert) {
	by := v.chain[max(e.by, 0)]
	list := func(trees []subtree) string {
		var out []string
		for i := range trees {
			if len(out) == 5 {
				out = append(out, fmt.Sprintf("and %d more", len(trees)-5))
				break
			}
			out = append(out, trees[i].text())
		}
		return strings.Join(out, ", ")
	}
	var text string
	switch e.Code {
	case errPermitted:
		text = fmt.Sprintf("permits only %s", list(by.x.permitted))
	case errExcluded:
		text = fmt.Sprintf("excludes %s", list(by.x.excluded))
	case errUnspecified:
		text = "has more constraints than clients compare"
	default:
		text = "has constraints that cannot be compared with it (" + e.Code.String() + ")"
	}
	d.about(NameConstraint, Failure, e.Depth, Issuer, "the CA %q %s, and a name of %q breaks that", by.title(), text, c.title()).coded(e.Code).
		proof("nameConstraints of %q; names: %s", by.title(), orNone(c)).
		act("the certificate has to come from a CA that may issue for that name")
}

func orNone(c *cert) string {
	list := c.nameTexts()
	if len(list) == 0 {
		return c.title()
	}
	if len(list) > 8 {
		list = append(list[:8:8], "…")
	}
	return strings.Join(list, ", ")
}

// sentence gives a text the form of a sentence: the writers of findings need not
// know what stands before or after it.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	first, _, _ := strings.Cut(s, " ")
	if first != "" && strings.Trim(first, "abcdefghijklmnopqrstuvwxyz',:;") == "" {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	if s != "" && !strings.HasSuffix(s, "…") && !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}

// rank orders findings: what explains the others first, then as OpenSSL comes to
// them, failures before warnings before notes.
func (d *diagnosing) rank() {
	if d.has(Intercepted, CaptivePortal) {
		// What was seen is not the server's.
		for i := range d.d.Findings {
			if f := &d.d.Findings[i]; f.Liability == Server || f.Liability == Issuer {
				f.Liability = Network
				f.Action = "nothing can be said about the server's own certificate before the connection reaches it"
			}
		}
	}
	rankFindings(d.d)
}

func rankFindings(d *Diagnosis) {
	for i := range d.Findings {
		f := &d.Findings[i]
		for _, text := range []*string{&f.Message, &f.Proof, &f.Action, &f.Meanwhile} {
			*text = sentence(*text)
		}
	}
	slices.SortStableFunc(d.Findings, func(a, b Finding) int {
		if a.Weight != b.Weight {
			return int(b.Weight - a.Weight)
		}
		return precedence[b.Class] - precedence[a.Class]
	})
}

// precedence lifts classes that explain others.
var precedence = map[Class]int{
	WrongClock: 9, EmptyStore: 8, BrokenEnvironment: 7, CaptivePortal: 6, Intercepted: 5, LeafNotFirst: 4, NeedsSNI: 4, Revoked: 3,
}
