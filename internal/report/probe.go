package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tlslint/tlslint/probe"
)

// Outcome is what a probe of one host comes to.
type Outcome string

// The outcomes. Without a verdict nothing was judged: the host was not reached, or
// it went away before it said anything.
const (
	Verified  Outcome = "verified"
	Failed    Outcome = "failed"
	NoVerdict Outcome = "no-verdict"
)

// Probes are the results of one run of "tlslint probe".
type Probes struct {
	Tool     Tool
	ExitCode int
	Hosts    []Probed // in the order in which they were asked for
}

// Probed is one host.
type Probed struct {
	*probe.Result
	// Complete is the path as it would be if the server sent its whole chain, nil
	// when that is not known or makes no difference.
	Complete []probe.Certificate
	// Bundle is the file that was written for it, "" for none; NoBundle says why
	// there is none although one was asked for.
	Bundle, NoBundle string
}

// unreached are the classes that leave nothing to judge when no certificate came.
var unreached = []probe.Class{
	probe.Closed, probe.Reset, probe.Timeout, probe.Refused, probe.Unreachable,
	probe.NameNotFound, probe.ResolverFailed, probe.ProxyRefused, probe.AddressForbidden,
}

// ProbeOutcome says what a result comes to. A server that answers and whose answer
// no TLS client can use has failed, even if no certificate came.
func ProbeOutcome(r *probe.Result) Outcome {
	switch {
	case len(sentChain(r)) == 0 && (!r.Diagnosis.Failed() || slices.Contains(unreached, r.Diagnosis.Verdict())):
		return NoVerdict
	case r.Diagnosis.Failed():
		return Failed
	default:
		return Verified
	}
}

// probeSink writes results in one format.
type probeSink func(b *bytes.Buffer, p *Probes, o Options) error

var probeSinks = map[string]probeSink{
	"json":     writeProbeJSON,
	"markdown": writeProbeMarkdown,
	"text":     writeProbeText,
}

// ProbeFormats returns the names that [WriteProbes] knows, sorted.
func ProbeFormats() []string {
	names := make([]string, 0, len(probeSinks))
	for name := range probeSinks {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// WriteProbes writes p in a format of [ProbeFormats]. Nothing is written before
// the whole output is ready.
func WriteProbes(w io.Writer, format string, p *Probes, o Options) error {
	write, ok := probeSinks[format]
	if !ok {
		return fmt.Errorf("unknown format %q: want %s", format, strings.Join(ProbeFormats(), ", "))
	}
	var b bytes.Buffer
	if err := write(&b, p, o); err != nil {
		return fmt.Errorf("writing %s: %w", format, err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing %s: %w", format, err)
	}
	return nil
}

// ProbeSummary writes how many hosts came to what, when there is more than one.
func ProbeSummary(w io.Writer, p *Probes) {
	if len(p.Hosts) < 2 {
		return
	}
	count := map[Outcome]int{}
	for _, h := range p.Hosts {
		count[ProbeOutcome(h.Result)]++
	}
	parts := []string{}
	for _, o := range []struct {
		outcome Outcome
		words   string
	}{{Verified, "verified"}, {Failed, "failed"}, {NoVerdict, "without a verdict"}} {
		if n := count[o.outcome]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, o.words))
		}
	}
	fmt.Fprintf(w, "%s: %s\n", plural(len(p.Hosts), "host"), strings.Join(parts, ", "))
}

// address is the host of a result as a person writes it.
func address(r *probe.Result) string { return net.JoinHostPort(r.Host, strconv.Itoa(r.Port)) }

// sentChain is what the server sent on the first connection that got so far.
func sentChain(r *probe.Result) [][]byte {
	for _, a := range r.Attempts {
		if len(a.Chain) > 0 {
			return a.Chain
		}
	}
	return nil
}

// describeAll describes certificates that came from one place.
func describeAll(chain [][]byte, from string) []probe.Certificate {
	out := []probe.Certificate{}
	for _, der := range chain {
		out = append(out, probe.Describe(der, from))
	}
	return out
}

// CompletePath judges the chain once more, with what was fetched, and gives the path
// when it then ends at an anchor of the store. Certificates that were not sent are
// said to come from "aia".
func CompletePath(r *probe.Result, store *probe.Store) []probe.Certificate {
	if r.Diagnosis.Trusted || len(r.Fetches) == 0 {
		return nil
	}
	sent := sentChain(r)
	chain := slices.Clone(sent)
	for _, f := range r.Fetches {
		for _, der := range f.DER {
			// A root is an anchor only because it is in the store.
			if c := probe.Describe(der, ""); c.Subject != c.Issuer {
				chain = append(chain, der)
			}
		}
	}
	if len(sent) == 0 || len(chain) == len(sent) {
		return nil
	}
	d := probe.Diagnose(probe.Input{Chain: chain, Store: store, Time: r.Time})
	if !d.Trusted {
		return nil
	}
	for i := range d.Path {
		c := &d.Path[i]
		if c.From == "server" && !slices.ContainsFunc(sent, func(der []byte) bool { return bytes.Equal(der, c.DER) }) {
			c.From = "aia"
		}
	}
	return d.Path
}

// shownPath is the path that is worth showing: the complete one, the one that was
// built, or what was sent where none was.
func (h Probed) shownPath() []probe.Certificate {
	switch {
	case len(h.Complete) > 0:
		return h.Complete
	case len(h.Diagnosis.Path) > 0:
		return h.Diagnosis.Path
	default:
		return describeAll(sentChain(h.Result), "server")
	}
}

// besides are the certificates of sent that are not on path.
func besides(sent, path []probe.Certificate) []probe.Certificate {
	var out []probe.Certificate
	for _, c := range sent {
		if !slices.ContainsFunc(path, func(p probe.Certificate) bool { return p.SHA256 == c.SHA256 }) {
			out = append(out, c)
		}
	}
	return out
}

// faultOf says whose fault a finding is; "" where nobody is to blame.
func faultOf(l probe.Liability) string {
	switch l {
	case probe.Server:
		return "the SERVER's fault"
	case probe.ClientSide:
		return "the CLIENT's fault"
	case probe.Network:
		return "the NETWORK's fault"
	case probe.Issuer:
		return "the CA's fault"
	case probe.CannotTell:
		return "whose fault it is cannot be told from here"
	}
	return ""
}

// doer says who an action is for.
func doer(l probe.Liability) string {
	switch l {
	case probe.Server:
		return "server"
	case probe.ClientSide:
		return "here"
	case probe.Network:
		return "network"
	case probe.Issuer:
		return "CA"
	}
	return ""
}

// clientNames are the clients as people call them.
var clientNames = map[probe.Client]string{
	probe.OpenSSL: "OpenSSL", probe.Curl: "curl", probe.Python: "Python <= 3.12", probe.Python313: "Python >= 3.13",
	probe.Node: "Node", probe.Java: "Java", probe.Go: "Go",
}

// trustSettings are the ways in which a runtime is given a CA file. Where adds is
// not set, the file takes the place of the default store.
//
// Sources: openssl-env(7), crypto/x509 root_unix.go, requests "SSL Cert
// Verification", curl(1) --cacert, git-config(1) http.sslCAInfo, Node's
// "NODE_EXTRA_CA_CERTS=file", the JSSE Reference Guide and keytool(1).
var trustSettings = []struct {
	runtime, name string
	value         string // "" for the file itself
	adds          bool
}{
	{"OpenSSL, Go, Python ssl", "SSL_CERT_FILE", "", false},
	{"Python requests", "REQUESTS_CA_BUNDLE", "", false},
	{"curl", "CURL_CA_BUNDLE", "", false},
	{"git", "GIT_SSL_CAINFO", "", false},
	{"Node", "NODE_EXTRA_CA_CERTS", "", true},
	{"Java, after keytool -importcert -file {file} -keystore ca.p12", "JAVA_TOOL_OPTIONS", "-Djavax.net.ssl.trustStore=ca.p12", false},
}

// takesCAFile are the faults that a CA file on the client's side mends, or bridges
// until somebody else has mended them.
var takesCAFile = []probe.Class{
	probe.IncompleteChain, probe.IssuerUnknown, probe.PrivateCA, probe.SelfSigned, probe.DevelopmentCA,
	probe.OutdatedStore, probe.PartialChain, probe.ExpiredRoot, probe.Intercepted,
}

// wantsCAFile reports whether one of the failures is such a fault.
func wantsCAFile(d *probe.Diagnosis) bool {
	return slices.ContainsFunc(d.Findings, func(f probe.Finding) bool {
		return f.Weight == probe.Failure && slices.Contains(takesCAFile, f.Class)
	})
}

// left says how long a certificate is valid at a time: "90 d", "5 h", "12 d ago".
func left(c probe.Certificate, now time.Time) string {
	if now.Before(c.NotBefore) {
		return "in " + span(c.NotBefore.Unix()-now.Unix())
	}
	if s := c.NotAfter.Unix() - now.Unix(); s >= 0 {
		return span(s)
	}
	return span(now.Unix()-c.NotAfter.Unix()) + " ago"
}

// words is left in a sentence: "90 days".
func words(c probe.Certificate, now time.Time) string {
	return strings.NewReplacer(" d", " days", " h", " hours").Replace(left(c, now))
}

const hour, day = 3600, 86400

// span is a number of seconds in words. A time.Duration ends after 292 years; some
// certificates do not.
func span(seconds int64) string {
	if seconds < 2*day {
		return fmt.Sprintf("%d h", seconds/hour)
	}
	return fmt.Sprintf("%d d", seconds/day)
}

// daysLeft is the number of whole days until a certificate ends, below 0 when it
// has.
func daysLeft(c probe.Certificate, now time.Time) int64 {
	s := c.NotAfter.Unix() - now.Unix()
	if s < 0 {
		return -1 - (-1-s)/day
	}
	return s / day
}

// stamp is a time in RFC 3339, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// earliest is the certificate that ends first. The list is not empty.
func earliest(path []probe.Certificate) probe.Certificate {
	return slices.MinFunc(path, func(a, b probe.Certificate) int { return a.NotAfter.Compare(b.NotAfter) })
}

// numbers are OpenSSL's verification errors in the words that people search for.
func numbers(d *probe.Diagnosis) string {
	first := fmt.Sprintf("%d (%s)", d.Code, d.Text)
	last := fmt.Sprintf("%d (%s)", d.SClientCode, d.SClientText)
	// curl numbers no wrong names.
	who := "openssl verify / curl / Python"
	if d.Code == 62 || d.Code == 63 || d.Code == 64 {
		who = "openssl verify / Python"
	}
	return who + ": " + first + "; s_client: " + last
}

// ending is the path's end in a few words.
func ending(d *probe.Diagnosis, store string) string {
	if len(d.Path) == 0 {
		return ""
	}
	root := commonName(d.Path[len(d.Path)-1].Subject)
	if d.Trusted && store != "" {
		return "the path ends at " + root + " in the store \"" + store + "\""
	}
	return "the path ends at " + root
}

// shortName is the common name of a distinguished name in the form of RFC 4514,
// with its organisation; the whole name where there is none.
func shortName(dn string) string {
	cn, org := attribute(dn, "CN"), attribute(dn, "O")
	switch {
	case cn == "":
		return dn
	case org == "" || org == cn:
		return cn
	default:
		return cn + " (" + org + ")"
	}
}

// commonName is the common name alone, the whole name where there is none.
func commonName(dn string) string { return cmp.Or(attribute(dn, "CN"), dn) }

// attribute is the first value of an attribute of a distinguished name, "" for
// none. A separator that is escaped or quoted is none: a hostile value must not
// pass for another attribute.
func attribute(dn, name string) string {
	start, quoted := 0, false
	check := func(part string) (string, bool) {
		key, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value), true
		}
		return "", false
	}
	for i := 0; i < len(dn); i++ {
		switch {
		case dn[i] == '\\':
			i++
		case dn[i] == '"':
			quoted = !quoted
		case (dn[i] == ',' || dn[i] == '+') && !quoted:
			if value, ok := check(dn[start:i]); ok {
				return value
			}
			start = i + 1
		}
	}
	value, _ := check(dn[start:])
	return value
}
