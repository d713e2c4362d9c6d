package probe

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	// moreHandshakes are made with one address to see whether several servers stand
	// behind it, when one is answered within cheap.
	moreHandshakes = 5
	cheap          = 500 * time.Millisecond
	// followUp bounds a connection that only adds to what is known.
	followUp = 2 * time.Second
	// maxChains is how many different chains of one host are judged.
	maxChains = 4
	// inventedName is a name that no certificate is issued for (RFC 6761).
	inventedName = "no-such-host.invalid"
)

// Probe connects to a host and says why a client's verification of it fails, whose
// fault that is and what to do. It never fails itself: what goes wrong is part of the
// result.
//
// Nothing is sent but ClientHellos, the answers that a handshake needs, and the
// preamble of STARTTLS or of a proxy; no data goes over the connections. All
// addresses of the host are tried, at most 8, and the whole takes Options.Total at
// most. Addresses that the rules deny are not connected to.
func Probe(ctx context.Context, t Target, o Options) *Result {
	begun := time.Now()
	now := o.Now
	if now == nil {
		now = time.Now
	}
	if t.Port == 0 {
		t.Port = 443
		if p, ok := preambles[t.STARTTLS]; ok {
			t.Port = p.port
		}
	}
	p := &prober{
		t: t, o: o, now: now(),
		handshake: cmp.Or(o.Handshake, defaultHandshake),
		guard:     &guard{private: o.Private, untrusted: t.Untrusted, resolver: o.Resolver, dialTimeout: o.Dial},
		res: &Result{
			Host: Clean(t.Host), Port: t.Port, STARTTLS: Clean(t.STARTTLS), Resolver: resolverName(o.Resolver),
			Attempts: []Attempt{},
		},
	}
	p.res.Time = p.now
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(o.Total, defaultTotal))
	defer cancel()
	p.prepare()
	p.run(ctx)
	p.finish()
	p.res.Took = time.Since(begun)
	return p.res
}

type prober struct {
	t         Target
	o         Options
	now       time.Time
	handshake time.Duration
	guard     *guard
	route     *route
	store     *Store
	name      string // what certificates have to be for
	sni       string
	res       *Result
	findings  []Finding // of connections
	before    bool      // the lead attempt failed before a certificate came
	invented  bool      // the server makes a certificate for any name
	same      bool      // an unrelated host sends the same certificate
	issuer    string    // an unrelated host whose certificate has the same issuer
}

// prepare decides the names and the store.
func (p *prober) prepare() {
	p.store = p.o.Trust
	if p.store == nil {
		var err error
		if p.store, err = SystemStore(); err != nil || p.store == nil {
			p.store = &Store{Name: "system"}
		}
	}
	p.res.Store = p.store.Name
	p.name = cmp.Or(p.t.ServerName, p.t.Host)
	if ascii, err := asciiName(p.name); err == nil {
		if dnsName(ascii) {
			p.sni = ascii
		}
		if strings.ContainsFunc(p.name, func(r rune) bool { return r >= 0x80 }) {
			p.name = ascii
		}
	}
	p.res.ServerName = p.sni
	if p.o.Audit {
		p.res.Environment = Audit(os.Environ())
		for _, v := range p.res.Environment {
			if v.Fault != "" {
				p.findings = append(p.findings, Finding{
					Class: BrokenEnvironment, Weight: Warning, Depth: -1, Liability: ClientSide,
					Message: "The variable " + v.Name + " of this environment is " + v.Value + ", which cannot be used: " + v.Fault,
					Proof:   v.Effect,
					Action:  "Correct " + v.Name + ", or unset it.",
				})
			}
		}
	}
}

// run makes all connections and judges what they gave.
func (p *prober) run(ctx context.Context) {
	if err := p.guard.port(p.t.Port); err != nil {
		p.stop("dial", err)
		return
	}
	proxy, err := findProxy(p.o.Proxy, p.t.Host, p.t.Port, p.guard.dialTimeout)
	if err != nil {
		p.stop("proxy", &refusal{class: ProxyRefused, why: err.Error()})
		return
	}
	if proxy != nil {
		p.res.Proxy = proxy.name
	}
	p.route = &route{
		guard: p.guard, host: p.t.Host, port: p.t.Port, starttls: p.t.STARTTLS, domain: p.sni,
		proxy: proxy, byName: proxy != nil && !p.t.Untrusted && p.t.Connect == "", limit: p.handshake,
	}
	targets, err := p.targets(ctx)
	if err != nil {
		p.stop("dial", err)
		return
	}
	firsts := make([]plan, len(targets))
	for i, at := range targets {
		firsts[i] = plan{why: "address", at: at, sni: p.sni, patient: true, limit: p.handshake}
	}
	firsts[0].why = "first"
	p.make(ctx, firsts)

	lead := p.lead()
	if len(lead.Chain) > 0 {
		p.learnMore(ctx, lead)
		p.judge(ctx, lead)
		return
	}
	p.before = true
	p.res.Diagnosis.Depth = -1
	p.whyNot(ctx, lead)
}

// stop ends a probe that connected nowhere.
func (p *prober) stop(stage string, err error) {
	a := Attempt{Why: "first", Stage: stage, SNI: p.sni, Fault: netClass(err), Err: Clean(err.Error()), Alert: -1}
	var refused *refusal
	if errors.As(err, &refused) {
		a.Fault = refused.class
	}
	p.res.Attempts = append(p.res.Attempts, a)
	p.before = true
	p.res.Diagnosis.Depth = -1
	p.findings = append(p.findings, p.finding(&a))
	p.res.Diagnosis.Clients = connectionVerdicts(&a, p.t.Host, p.t.Port)
}

// targets are the addresses to connect to. Behind a proxy that decides by name there
// may be none that is known here; then one invalid address stands for the name.
func (p *prober) targets(ctx context.Context) ([]netip.AddrPort, error) {
	host, port := p.t.Host, p.t.Port
	if p.t.Connect != "" {
		host = strings.Trim(p.t.Connect, "[]")
		if h, s, err := net.SplitHostPort(p.t.Connect); err == nil {
			host = h
			if port, err = net.DefaultResolver.LookupPort(ctx, "tcp", s); err != nil {
				return nil, forbid("port "+s, "it is no port")
			}
			if err := p.guard.port(port); err != nil {
				return nil, err
			}
		}
	}
	addrs, err := p.guard.addresses(ctx, host)
	if err != nil {
		if c := netClass(err); p.route.byName && (c == NameNotFound || c == ResolverFailed || c == Timeout) {
			return make([]netip.AddrPort, 1), nil
		}
		if netClass(err) == Timeout {
			err = &refusal{class: ResolverFailed, why: err.Error()}
		}
		return nil, err
	}
	if p.route.byName {
		addrs = addrs[:1]
	}
	all := make([]netip.AddrPort, len(addrs))
	for i, a := range addrs {
		all[i] = netip.AddrPortFrom(a, uint16(port))
	}
	return all, nil
}

// plan is a connection to make.
type plan struct {
	why      string
	at       netip.AddrPort
	sni      string
	patient  bool
	limit    time.Duration
	old      bool    // ask with an old ClientHello instead of making a handshake
	key      keyType // for old
	starttls string  // only ask for TLS, with this protocol
}

// make makes connections at the same time and gives the attempts, which it appends
// to the result in the order of the plans.
func (p *prober) make(ctx context.Context, plans []plan) []Attempt {
	done := make([]Attempt, len(plans))
	var wg sync.WaitGroup
	for i, plan := range plans {
		wg.Go(func() { done[i] = p.attempt(ctx, plan) })
	}
	wg.Wait()
	p.res.Attempts = append(p.res.Attempts, done...)
	return done
}

func (p *prober) attempt(ctx context.Context, plan plan) (a Attempt) {
	begun := time.Now()
	a = Attempt{Address: plan.at, SNI: plan.sni, Why: plan.why, Alert: -1}
	defer func() { a.Took = time.Since(begun) }()
	route := *p.route
	route.limit = plan.limit
	if plan.starttls != "" {
		route.starttls = plan.starttls
	}
	conn := route.open(ctx, &a)
	if conn == nil {
		return a
	}
	defer conn.Close()
	switch {
	case plan.starttls != "":
	case plan.old:
		w := &wire{Conn: conn}
		a.Stage, a.MaxVersion = "handshake", 0x0303
		f, err := ask(ctx, w, oldHello(plan.sni, plan.key))
		a.Alert, a.Version, a.Chain, a.Raw, a.Staple = f.alert, f.version, f.chain, f.chain != nil, f.staple
		a.WantsClientCertificate = f.request
		if f.version != 0 {
			a.Cipher = suiteName(f.cipher)
		}
		if err == nil && f.alert >= 0 {
			a.Err, a.Fault = "the server sent the alert "+alertName(f.alert), alertClass(&a)
		} else if err != nil {
			explain(err, w.seen, f, p.t.Port, &a)
		}
	default:
		shake(ctx, conn, p.t.Port, p.o.ALPN, plan.patient, &a)
	}
	return a
}

// lead is the attempt that stands for the host: the first that got a certificate,
// else the one that came farthest.
func (p *prober) lead() *Attempt {
	stages := []string{"dial", "proxy", "starttls", "handshake", "read"}
	best := &p.res.Attempts[0]
	far := func(a *Attempt) int {
		if len(a.Chain) > 0 {
			return len(stages)
		}
		return slices.Index(stages, a.Stage)
	}
	for i := range p.res.Attempts {
		if a := &p.res.Attempts[i]; far(a) > far(best) {
			best = a
		}
	}
	lead := *best
	return &lead
}

// spare reports whether there is time left for more.
func spare(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() == nil && (!ok || time.Until(deadline) > d)
}

// learnMore makes the connections that only add to a certificate that has come.
func (p *prober) learnMore(ctx context.Context, lead *Attempt) {
	if p.route.proxy != nil || lead.Took > cheap {
		if !spare(ctx, 2*followUp) {
			return
		}
	} else if p.t.STARTTLS == "" && !p.t.Untrusted && spare(ctx, 2*followUp) {
		more := make([]plan, moreHandshakes)
		for i := range more {
			more[i] = plan{why: "again", at: lead.Address, sni: lead.SNI, limit: followUp}
		}
		p.make(ctx, more)
	}
	var plans []plan
	if lead.SNI != "" {
		plans = append(plans, plan{why: "no-sni", at: lead.Address, limit: followUp})
	}
	if c, err := parse(lead.Chain[0]); err == nil {
		switch key := Describe(c.Raw, "server").Key; {
		case strings.HasPrefix(key, "RSA"):
			plans = append(plans, plan{why: "keys", at: lead.Address, sni: lead.SNI, old: true, key: ecdsaKey, limit: followUp})
		case strings.HasPrefix(key, "EC"):
			plans = append(plans, plan{why: "keys", at: lead.Address, sni: lead.SNI, old: true, key: rsaKey, limit: followUp})
		}
	}
	for _, a := range p.make(ctx, plans) {
		if a.Why == "no-sni" {
			p.tellNoSNI(lead, &a)
		}
	}
}

// tellNoSNI notes what a client gets that does not name the host.
func (p *prober) tellNoSNI(lead, a *Attempt) {
	f := Finding{
		Class: NeedsSNI, Weight: Note, Depth: -1, Liability: ClientSide,
		Action: "Clients must send the name: connect by it, not by the address, and with a TLS library that is not older than about 2010.",
	}
	switch {
	case len(a.Chain) == 0 && a.Alert >= 0:
		f.Message = "A client that does not name the host (SNI) is refused by " + p.where(a) + "."
		f.Proof = "Without the name the server sent the TLS alert " + alertName(a.Alert) + "."
	case len(a.Chain) > 0 && !bytes.Equal(a.Chain[0], lead.Chain[0]):
		other := Describe(a.Chain[0], "server")
		f.Message = "A client that does not name the host (SNI) gets another certificate from " + p.where(a) + "."
		f.Proof = "With the name it is the one with SHA-256 " + shortSum(lead.Chain[0]) + ", without it that of " + other.Subject + ", " + shortSum(a.Chain[0]) + "."
	default:
		return
	}
	p.findings = append(p.findings, f)
}

func shortSum(der []byte) string {
	return fmt.Sprintf("%x", sha256.Sum256(der))[:16] + "…"
}

// whyNot looks into a connection that gave no certificate.
func (p *prober) whyNot(ctx context.Context, lead *Attempt) {
	silent := (lead.Fault == Closed || lead.Fault == Reset) && lead.Stage == "handshake"
	refused := lead.Stage == "handshake" && (lead.Alert >= 0 || lead.Fault == OldProtocol || lead.Fault == NoSharedCipher)
	var old *Attempt
	if (silent || refused) && lead.Fault != ALPNRefused && spare(ctx, followUp) {
		var plans []plan
		if lead.SNI != "" {
			plans = append(plans, plan{why: "no-sni", at: lead.Address, limit: followUp})
		}
		plans = append(plans, plan{why: "old", at: lead.Address, sni: lead.SNI, old: true, limit: followUp})
		done := p.make(ctx, plans)
		old = &done[len(done)-1]
		if lead.SNI != "" {
			p.tellRefusedName(lead, &done[0], old)
		}
	}
	if old != nil && lead.Fault != NameUnrecognized {
		p.refine(lead, old)
	}
	if silent && (lead.Fault == Closed || lead.Fault == Reset) && p.t.STARTTLS == "" && spare(ctx, followUp) {
		p.guess(ctx, lead)
	}
	f := p.finding(lead)
	switch {
	case lead.Fault == NameUnrecognized:
		p.proveName(lead, &f)
	case old != nil && (old.Version != 0 || lead.Fault == OldProtocol):
		p.tellOld(lead, old, &f)
	case old != nil && lead.Fault == NoSharedCipher:
		f.Proof += " It refused every suite since SSL 3.0 too."
	}
	p.findings = append(p.findings, f)
	p.res.Diagnosis.Clients = connectionVerdicts(lead, p.t.Host, p.t.Port)
	p.otherAddresses(lead)
	if old != nil && len(old.Chain) > 0 && lead.Fault != NameUnrecognized {
		if lead.Fault == NoSharedCipher {
			for c := range p.res.Diagnosis.Clients {
				if takesSuite(c, old.Cipher) {
					p.res.Diagnosis.Clients[c] = Verdict{OK: true}
				}
			}
		}
		clients := p.res.Diagnosis.Clients
		p.judge(ctx, old)
		for c, v := range clients {
			if !v.OK {
				p.res.Diagnosis.Clients[c] = v
			}
		}
	}
}

// tellRefusedName decides whether a handshake was refused because of the name.
func (p *prober) tellRefusedName(lead, bare, old *Attempt) {
	switch {
	case lead.Fault == NameUnrecognized:
	case len(bare.Chain) > 0 && len(old.Chain) == 0:
		lead.Fault = NameUnrecognized
	case lead.Alert == alertInternalError && len(old.Chain) == 0:
		lead.Fault = NameUnrecognized
	}
}

// proveName says what the refusal of a name rests on.
func (p *prober) proveName(lead *Attempt, f *Finding) {
	*f = Finding{
		Class: NameUnrecognized, Weight: Failure, Depth: -1, Liability: Server,
		Message: strings.NewReplacer("{at}", p.where(lead), "{name}", lead.SNI).Replace(faults[NameUnrecognized].message),
		Action:  strings.ReplaceAll(faults[NameUnrecognized].action, "{name}", lead.SNI),
	}
	if lead.Alert >= 0 {
		f.Proof = "With this name the server sent the TLS alert " + alertName(lead.Alert) + "."
	} else {
		f.Proof = "With this name the server ended the connection."
	}
	for _, a := range p.res.Attempts {
		if a.Why != "no-sni" {
			continue
		}
		switch {
		case len(a.Chain) > 0:
			f.Proof += " Without a name it sends the certificate of " + Describe(a.Chain[0], "server").Subject + "."
		case lead.Alert == alertInternalError:
			f.Proof += " Servers that choose the certificate by name, such as Caddy and those written in Go, answer like this to a name that they do not have."
		}
	}
}

// refine decides the class by what an old ClientHello was answered.
func (p *prober) refine(lead, old *Attempt) {
	switch {
	case old.Version != 0 && old.Version < 0x0303:
		lead.Fault = OldProtocol
	case old.Version == 0x0303 && lead.Alert < 0:
		lead.Fault = HandshakeFailed
	case old.Version == 0x0303 && lead.Fault == OldProtocol:
		lead.Fault = HandshakeFailed
	}
}

// guess asks a server that closed the connection without a word whether it speaks a
// protocol in which the client asks for TLS first.
func (p *prober) guess(ctx context.Context, lead *Attempt) {
	protocols := []string{"postgres", "ldap"}
	if u := usualProtocol(p.t.Port); u.starttls != "" {
		protocols = []string{u.starttls}
	} else if p.t.Untrusted {
		return
	}
	plans := make([]plan, len(protocols))
	for i, protocol := range protocols {
		plans[i] = plan{why: "starttls", at: lead.Address, starttls: protocol, limit: time.Second}
	}
	names := map[string]string{"postgres": "PostgreSQL", "ldap": "LDAP"}
	for i, a := range p.make(ctx, plans) {
		protocol := protocols[i]
		if a.Fault != "" && !(a.Fault == STARTTLSRefused && (a.First == "N" || strings.Contains(a.Err, "refused with LDAP"))) {
			continue
		}
		name := cmp.Or(names[protocol], usualProtocol(p.t.Port).protocol)
		lead.spoken = sniffed{OtherProtocol, name, protocol}
		lead.Fault = OtherProtocol
		lead.Err = "It closed the connection at a ClientHello and answered the request for TLS of " + name + "."
		return
	}
}

// otherAddresses tells the faults of addresses that did not come as far as others.
func (p *prober) otherAddresses(lead *Attempt) {
	for i := range p.res.Attempts {
		a := &p.res.Attempts[i]
		if a.Why != "first" && a.Why != "address" || a.Address == lead.Address || a.Fault == "" || len(a.Chain) > 0 {
			continue
		}
		f := p.finding(a)
		if len(lead.Chain) > 0 {
			f.Weight = Warning
			f.Message += " Another address of the host, " + p.where(lead) + ", answers."
			if noRoute(a.Err) {
				f.Weight, f.Liability = Note, ClientSide
				f.Action = "This machine has no IPv6, or no route for it; clients go on with the other address."
			}
		}
		p.findings = append(p.findings, f)
	}
}

// judged is one chain that the host sent.
type judged struct {
	attempt   *Attempt
	diagnosis *Diagnosis
	input     Input
}

// judge diagnoses all chains that were sent under the name, and takes the one with
// the worst verdict for the host.
func (p *prober) judge(ctx context.Context, lead *Attempt) {
	attempts := []*Attempt{lead}
	for i := range p.res.Attempts {
		if a := &p.res.Attempts[i]; len(a.Chain) > 0 && a.SNI == lead.SNI && a.Why != "old" && a.Why != "other-name" && a.Why != "compare" {
			attempts = append(attempts, a)
		}
	}
	chains := map[string]*judged{}
	var worst *judged
	for _, a := range attempts {
		key := chainKey(a.Chain)
		if chains[key] != nil || len(chains) >= maxChains {
			continue
		}
		j := p.diagnose(a)
		chains[key] = j
		if worst == nil || j.diagnosis.Failed() && !worst.diagnosis.Failed() {
			worst = j
		}
	}
	if worst.diagnosis.Verdict() != OK {
		// What one server of the host sends can complete what another one leaves out.
		var extra []Found
		for _, j := range chains {
			for _, der := range j.input.Chain[1:] {
				extra = append(extra, Found{DER: der, From: "another server of the host"})
			}
		}
		p.fetch(ctx, worst)
		p.lookAround(ctx, lead, worst)
		for _, j := range chains {
			j.input.AIA, j.input.Hints.SameIssuer = p.res.Fetches, p.issuer
			if len(chains) > 1 {
				j.input.Extra = extra
			}
			j.diagnosis = Diagnose(j.input)
		}
	}
	p.revocation(ctx, worst)
	p.res.Diagnosis = *worst.diagnosis
	p.captive(worst)
	p.compareBackends(lead, chains)
	for _, s := range p.o.Others {
		in := worst.input
		in.Store, in.Others = s, nil
		d := Diagnose(in)
		p.res.Stores = append(p.res.Stores, StoreVerdict{
			Store: Clean(s.Name), Path: Clean(s.Path), Roots: len(s.Roots), OK: d.Code == 0, Code: d.Code, Text: d.Text,
		})
	}
	if p.before {
		return
	}
	p.otherAddresses(lead)
	p.clientCertificate(lead)
	if lead.Fault != "" && lead.Fault != Malformed {
		p.findings = append(p.findings, p.finding(lead))
		for c, v := range connectionVerdicts(lead, p.t.Host, p.t.Port) {
			if p.res.Diagnosis.Clients[c].OK {
				p.res.Diagnosis.Clients[c] = v
			}
		}
	}
}

func chainKey(chain [][]byte) string {
	h := sha256.New()
	for _, der := range chain {
		sum := sha256.Sum256(der)
		h.Write(sum[:])
	}
	return string(h.Sum(nil))
}

// diagnose judges the chain of one attempt.
func (p *prober) diagnose(a *Attempt) *judged {
	in := Input{
		Chain: a.Chain, Store: p.store, Name: p.name, Time: p.now, Level: OpenSSLLevel, Others: p.o.Others,
		Staple: a.Staple, SCTs: a.SCTs, AIA: p.res.Fetches,
		Hints: Hints{Public: publicName(p.name), Built: built()},
	}
	if len(a.Staple) > 0 && len(a.Chain) > 1 {
		if r, err := readStaple(a.Staple, a.Chain[0], a.Chain[1], p.now); err == nil {
			in.Hints.Now = r.ProducedAt
		}
	}
	return &judged{a, Diagnose(in), in}
}

// fetch gets the certificates of issuers that a chain lacks.
func (p *prober) fetch(ctx context.Context, j *judged) {
	if !p.o.AIA || ctx.Err() != nil {
		return
	}
	p.res.Fetches = append(p.res.Fetches, fetchIssuers(ctx, p.guard, j.input.Chain)...)
}

// revocation asks the CA when the server does not bring its answer along.
func (p *prober) revocation(ctx context.Context, j *judged) {
	d := j.diagnosis
	if !p.o.OCSP || len(j.input.Staple) > 0 || len(d.Path) < 2 || ctx.Err() != nil {
		return
	}
	leaf, issuer := d.Path[0].DER, d.Path[1].DER
	response, err := fetchOCSP(ctx, p.guard, leaf, issuer)
	if err != nil {
		return
	}
	r, err := readStaple(response, leaf, issuer, p.now)
	if err != nil {
		return
	}
	// An answer that was fetched is no staple: where one is due, it is still missing.
	if c, err := parse(leaf); err == nil && (!mustStaple(c) || r.Status == "revoked") {
		j.input.Staple = response
		j.diagnosis = Diagnose(j.input)
	}
}

// lookAround looks for something that answers in place of the server.
func (p *prober) lookAround(ctx context.Context, lead *Attempt, j *judged) {
	if p.t.Untrusted || j.diagnosis.Trusted || !spare(ctx, followUp) {
		return
	}
	if p.o.Compare != "" {
		p.compare(ctx, j)
	}
	if j.input.Hints.Public && lead.SNI != "" && spare(ctx, followUp) {
		a := p.make(ctx, []plan{{why: "other-name", at: lead.Address, sni: inventedName, limit: followUp}})[0]
		if len(a.Chain) > 0 {
			p.invented = slices.ContainsFunc(Describe(a.Chain[0], "server").Names, func(n string) bool {
				return strings.EqualFold(n, inventedName)
			})
		}
	}
}

// compare connects to an unrelated host.
func (p *prober) compare(ctx context.Context, j *judged) {
	host, port := p.o.Compare, 443
	if h, s, err := net.SplitHostPort(p.o.Compare); err == nil {
		if n, err := net.DefaultResolver.LookupPort(ctx, "tcp", s); err == nil {
			host, port = h, n
		}
	}
	addrs, err := p.guard.addresses(ctx, host)
	if err != nil {
		return
	}
	sni, _ := asciiName(host)
	if !dnsName(sni) {
		sni = ""
	}
	other := *p
	other.t.Host, other.t.Port = host, port
	way := *p.route
	way.host, way.port, way.starttls, way.domain = host, port, "", sni
	other.route = &way
	a := other.attempt(ctx, plan{why: "compare", at: netip.AddrPortFrom(addrs[0], uint16(port)), sni: sni, limit: followUp})
	p.res.Attempts = append(p.res.Attempts, a)
	if len(a.Chain) == 0 {
		return
	}
	p.same = bytes.Equal(a.Chain[0], j.input.Chain[0])
	mine, err1 := parse(j.input.Chain[0])
	theirs, err2 := parse(a.Chain[0])
	if err1 == nil && err2 == nil && bytes.Equal(mine.Issuer, theirs.Issuer) {
		p.issuer = Clean(host)
	}
}

// captive tells of a network that answers for every host. What a chain seems to
// prove about the server is then no proof: another one sent it.
func (p *prober) captive(j *judged) {
	d := &p.res.Diagnosis
	known := slices.ContainsFunc(d.Findings, func(f Finding) bool { return f.Class == CaptivePortal })
	if !known && j.input.Hints.Public && d.Failed() && (p.invented || p.same && !d.Trusted) {
		proof := "The same certificate came from " + Clean(p.o.Compare) + ", which has nothing to do with this host."
		if p.invented {
			proof = "Asked for " + inventedName + ", a name that cannot exist, it sent a certificate for it."
		}
		if p.invented && p.issuer != "" && !p.same && slices.ContainsFunc(d.Findings, func(f Finding) bool { return f.Class == Intercepted }) {
			return // what answers is known by its own name already
		}
		p.findings = append(p.findings, Finding{
			Class: CaptivePortal, Weight: Failure, Depth: -1, Liability: Network,
			Message: "Not the server answers, but something in the network that answers for every host, such as the login page of a guest network.",
			Proof:   proof,
			Action:  "Log in to the network with a browser (any http:// address leads there), or leave it, and probe again.",
		})
		known = true
	}
	if !known {
		return
	}
	for i := range d.Findings {
		if f := &d.Findings[i]; f.Liability == Server {
			f.Liability, f.Action, f.Meanwhile = Network, "", ""
		}
	}
}

// clientCertificate notes that a client certificate is asked for, but not insisted on.
func (p *prober) clientCertificate(lead *Attempt) {
	if !lead.WantsClientCertificate || lead.Fault != "" {
		return
	}
	f := Finding{
		Class: ClientCertificate, Weight: Note, Depth: -1, Liability: Nobody,
		Message: "The server asks for a certificate of the client and goes on without.",
	}
	if len(lead.AcceptedCAs) > 0 {
		f.Proof = "It takes those issued by " + listed(lead.AcceptedCAs) + "."
	}
	p.findings = append(p.findings, f)
}

// compareBackends tells whether the addresses of a host, several connections to one
// of them, or chains for different keys get different verdicts.
func (p *prober) compareBackends(lead *Attempt, chains map[string]*judged) {
	type tally struct {
		at    string
		order []Class
		count map[Class]int
	}
	var tallies []*tally
	kinds := map[Class]*judged{}
	for i := range p.res.Attempts {
		a := &p.res.Attempts[i]
		var at string
		switch a.Why {
		case "first", "address", "again":
			at = p.where(a)
		case "keys":
			if len(a.Chain) == 0 {
				continue
			}
			at = "with " + Describe(a.Chain[0], "server").Key + " certificates"
		default:
			continue
		}
		if a.Stage == "dial" || a.Stage == "proxy" {
			continue
		}
		class := a.Fault
		if len(a.Chain) > 0 {
			j := chains[chainKey(a.Chain)]
			if j == nil {
				continue
			}
			if j.diagnosis.Failed() {
				class = j.diagnosis.Verdict()
			} else if class == "" || class == Malformed {
				class = OK
			}
			if kinds[class] == nil {
				kinds[class] = j
			}
		}
		n := slices.IndexFunc(tallies, func(t *tally) bool { return t.at == at })
		if n < 0 {
			n = len(tallies)
			tallies = append(tallies, &tally{at: at, count: map[Class]int{}})
		}
		t := tallies[n]
		if t.count[class]++; t.count[class] == 1 {
			t.order = append(t.order, class)
		}
	}
	all := map[Class]bool{}
	var parts []string
	for _, t := range tallies {
		total := 0
		for _, n := range t.count {
			total += n
		}
		slices.SortStableFunc(t.order, func(a, b Class) int { return cmp.Compare(b2i(a != OK), b2i(b != OK)) })
		var words []string
		for _, c := range t.order {
			all[c] = true
			word := string(c)
			if c == OK {
				word = "good"
			}
			words = append(words, fmt.Sprintf("%s %d/%d", word, t.count[c], total))
		}
		parts = append(parts, t.at+": "+strings.Join(words, ", "))
	}
	if len(all) < 2 {
		return
	}
	var sent []string
	for _, c := range []Class{OK} {
		if j := kinds[c]; j != nil {
			sent = append(sent, "good: "+subjects(j.input.Chain))
		}
	}
	for c, j := range kinds {
		if c != OK {
			sent = append(sent, string(c)+": "+subjects(j.input.Chain))
		}
	}
	slices.Sort(sent[min(1, len(sent)):])
	p.findings = append(p.findings, Finding{
		Class: BackendsDiffer, Weight: Failure, Depth: -1, Liability: Server,
		Message:   "Not every server of the host answers alike: " + strings.Join(parts, "; ") + ".",
		Proof:     "What was sent: " + strings.Join(sent, "; ") + ".",
		Action:    "Give all servers, addresses and certificates of the host the configuration of the good one.",
		Meanwhile: "A client that tries again may get through; what it says depends on which server it met.",
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// subjects names the certificates of a chain.
func subjects(chain [][]byte) string {
	var out []string
	for _, der := range chain[:min(len(chain), 5)] {
		out = append(out, Describe(der, "server").Subject)
	}
	noun := " certificates ("
	if len(chain) == 1 {
		noun = " certificate ("
	}
	return strconv.Itoa(len(chain)) + noun + strings.Join(out, " < ") + ")"
}

// finish ranks what connections and chains say.
func (p *prober) finish() {
	d := &p.res.Diagnosis
	rank := func(f *Finding, connection bool) int {
		r := 10 * int(Failure-f.Weight)
		switch {
		case f.Weight < Failure:
		case connection && (f.Class == BackendsDiffer || f.Class == CaptivePortal):
		case connection && p.before:
			r++
		case connection:
			r += 3 // clients judge the certificate before they notice
		default:
			r += 2
		}
		return r
	}
	type ranked struct {
		Finding
		rank int
	}
	var all []ranked
	for _, f := range d.Findings {
		if f.Class != OK || len(p.findings) == 0 {
			all = append(all, ranked{f, rank(&f, false)})
		}
	}
	for _, f := range p.findings {
		if f.Class != "" {
			all = append(all, ranked{f, rank(&f, true)})
		}
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(a.rank, b.rank) })
	d.Findings = []Finding{}
	for _, f := range all {
		d.Findings = append(d.Findings, f.Finding)
	}
}

// reserved are top-level names under which no public CA certifies (RFC 2606, 6761,
// 6762, 8375; ICANN's "internal").
var reserved = []string{"test", "example", "invalid", "localhost", "local", "internal", "onion", "home.arpa", "lan", "corp", "home", "intranet", "private"}

// publicName reports whether public CAs could certify a name or an address.
func publicName(name string) bool {
	if a, err := netip.ParseAddr(name); err == nil {
		return new(guard).check(a) == nil
	}
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	return dnsName(name) && strings.Contains(name, ".") && !slices.ContainsFunc(reserved, func(r string) bool { return strings.HasSuffix(name, "."+r) })
}

// built is when this program was built, the zero value when it does not say.
var built = sync.OnceValue(func() (t time.Time) {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.time" {
				t, _ = time.Parse(time.RFC3339, s.Value)
			}
		}
	}
	return t
})
