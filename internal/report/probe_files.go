package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/probe"
)

// File is one file of an evidence folder.
type File struct {
	Name string
	Data []byte
}

// ProbeEvidence is what proves a result: every chain that was sent, what was
// fetched, the path, the stapled response, probe.json and a transcript.
func ProbeEvidence(t Tool, h Probed, exitCode int) ([]File, error) {
	var out []File
	chains := distinctChains(h.Result)
	for i, a := range chains {
		name := "chain.pem"
		if i > 0 {
			name = fmt.Sprintf("chain-%d.pem", i+1)
		}
		out = append(out, File{name, pemFile(
			fmt.Sprintf("What %s sent to %s, leaf first.", address(h.Result), a.Address), describeAll(a.Chain, "server"))})
		if len(a.Staple) > 0 {
			out = append(out, File{strings.TrimSuffix(name, ".pem") + "-ocsp.der", a.Staple})
		}
	}
	if len(h.Complete)+len(h.Diagnosis.Path) > 0 {
		out = append(out, File{"path.pem", pemFile("The path, leaf first.", h.shownPath())})
	}
	if fetched := fetchedCertificates(h.Result); len(fetched) > 0 {
		out = append(out, File{"fetched.pem", pemFile("What the addresses in the certificates gave.", fetched)})
	}
	var b bytes.Buffer
	if err := writeProbeJSON(&b, &Probes{Tool: t, ExitCode: exitCode, Hosts: []Probed{h}}, Options{}); err != nil {
		return nil, err
	}
	return append(out, File{"probe.json", b.Bytes()}, File{"transcript.txt", transcript(t, h)}), nil
}

// distinctChains are the attempts that brought a chain that none before them had.
func distinctChains(r *probe.Result) []probe.Attempt {
	var out []probe.Attempt
	for _, a := range r.Attempts {
		same := func(b probe.Attempt) bool { return slices.EqualFunc(a.Chain, b.Chain, bytes.Equal) }
		if len(a.Chain) > 0 && !slices.ContainsFunc(out, same) {
			out = append(out, a)
		}
	}
	return out
}

func fetchedCertificates(r *probe.Result) []probe.Certificate {
	var out []probe.Certificate
	for _, f := range r.Fetches {
		for _, der := range f.DER {
			out = append(out, probe.Describe(der, f.URL))
		}
	}
	return out
}

// pemFile is a list of certificates with a comment above each.
func pemFile(head string, certs []probe.Certificate) []byte {
	var b bytes.Buffer
	comment(&b, head)
	for _, c := range certs {
		b.WriteByte('\n')
		comment(&b, "subject: "+c.Subject)
		comment(&b, "issuer:  "+c.Issuer)
		comment(&b, "valid:   "+stamp(c.NotBefore)+" to "+stamp(c.NotAfter))
		comment(&b, "SHA-256: "+c.SHA256)
		comment(&b, "found:   "+source(c.From))
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.DER}))
	}
	return b.Bytes()
}

// comment writes a line that readers of PEM skip. A dash that begins a run of
// dashes would let a hostile text pass for the begin of a block.
func comment(b *bytes.Buffer, text string) {
	fmt.Fprintf(b, "# %s\n", strings.ReplaceAll(visible(text, ""), "-----", "- - - "))
}

// transcript is a result the way that openssl s_client would show it, without
// colours and without an edge to wrap at.
func transcript(t Tool, h Probed) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s, %s\n", t.Name, t.Version, stamp(h.Time))
	if h.Resolver != "" {
		fmt.Fprintf(&b, "resolver: %s\n", visible(h.Resolver, ""))
	}
	b.WriteByte('\n')
	for _, a := range h.Attempts {
		fmt.Fprintf(&b, "%s\n", visible(attempt(a), ""))
	}
	for i, a := range distinctChains(h.Result) {
		fmt.Fprintf(&b, "\nCertificate chain %d, from %s\n", i+1, a.Address)
		for depth, c := range describeAll(a.Chain, "server") {
			fmt.Fprintf(&b, " %d s:%s\n   i:%s\n", depth, visible(c.Subject, ""), visible(c.Issuer, ""))
			fmt.Fprintf(&b, "   a:%s; sigalg: %s\n", visible(c.Key, ""), visible(c.Signature, ""))
			fmt.Fprintf(&b, "   v:NotBefore: %s; NotAfter: %s\n   SHA-256: %s\n", stamp(c.NotBefore), stamp(c.NotAfter), c.SHA256)
		}
	}
	for _, f := range h.Fetches {
		fmt.Fprintf(&b, "\nfetched %s: %s", visible(f.URL, ""), visible(cmp.Or(f.Err, plural(len(f.DER), "certificate")+", "+f.Form), ""))
	}
	if len(sentChain(h.Result)) > 0 {
		fmt.Fprintf(&b, "\nVerification error: %s\nVerify return code: %d (%s)\n", visible(numbers(&h.Diagnosis), ""),
			h.Diagnosis.SClientCode, visible(h.Diagnosis.SClientText, ""))
	}
	b.WriteByte('\n')
	newProbeText(&b, Options{Verbose: 1}).host(h)
	return b.Bytes()
}

// noBundle are the faults beside which nothing that was seen may be trusted, with
// the reason.
var noBundle = map[probe.Class]string{
	probe.Intercepted:   "a proxy answers for this host: take its root from whoever runs the proxy",
	probe.CaptivePortal: "a login page of the network answers for this host",
	probe.BadSignature:  "a signature in the chain does not verify",
	probe.NotACA:        "a certificate in the chain was signed by one that is no CA",
	probe.KeyMismatch:   "the server has no key for the certificate that it sends",
	probe.Revoked:       "the certificate is revoked",
	probe.Malformed:     "a certificate in the chain is malformed",
}

// ProbeBundle is a CA file with which clients on this side verify the host: the
// intermediates that the server does not send and the trusted root above them, or
// the private root that it does send. Where there is none, why says so. A root
// that was fetched from an address in a certificate is never part of it.
func ProbeBundle(t Tool, h Probed) (data []byte, why string) {
	d := &h.Diagnosis
	switch ProbeOutcome(h.Result) {
	case Verified:
		return nil, "nothing is missing: the host verifies"
	case NoVerdict:
		return nil, "the server sent no certificate"
	}
	for _, f := range d.Findings {
		if reason, bad := noBundle[f.Class]; bad && f.Weight == probe.Failure {
			return nil, reason
		}
	}
	if !wantsCAFile(d) {
		return nil, "no CA file would change the verdict"
	}
	certs, private := bundled(h)
	if len(certs) == 0 {
		return nil, "the certificate that is missing was not found"
	}
	var b bytes.Buffer
	comment(&b, fmt.Sprintf("CA file for %s, written by %s at %s.", address(h.Result), strings.TrimSpace(t.Name+" "+t.Version), stamp(h.Time)))
	if private {
		comment(&b, "VERIFY OUT OF BAND: nobody but the server vouches for this certificate. Ask whoever")
		comment(&b, "runs the CA for its SHA-256 fingerprint, and compare, before anything trusts this file:")
		for _, c := range certs {
			comment(&b, "  "+colons(c.SHA256))
		}
	} else {
		comment(&b, "It bridges the time until the server sends its whole chain. It is no replacement for")
		comment(&b, "the system's store: it knows the CA of this host and no other.")
	}
	for _, f := range h.Fetches {
		for _, der := range f.DER {
			sum := sha256.Sum256(der)
			for _, c := range certs {
				if c.SHA256 == hex.EncodeToString(sum[:]) {
					comment(&b, "Fetched: "+colons(c.SHA256))
					comment(&b, "  from "+f.URL)
				}
			}
		}
	}
	return append(b.Bytes(), pemFile("The certificates:", certs)...), ""
}

// bundled chooses the certificates of a bundle.
func bundled(h Probed) (certs []probe.Certificate, private bool) {
	if len(h.Complete) > 0 {
		for i, c := range h.Complete {
			if i == len(h.Complete)-1 || c.From != "server" {
				certs = append(certs, c)
			}
		}
		return certs, false
	}
	path := h.Diagnosis.Path
	if len(path) == 0 || h.Diagnosis.Trusted {
		return nil, false
	}
	// The private root, or a leaf that signed itself.
	if top := path[len(path)-1]; top.Subject == top.Issuer && top.From == "server" {
		return []probe.Certificate{top}, true
	}
	return nil, false
}

// colons is a fingerprint in the form that people compare: AB:CD:...
func colons(hexadecimal string) string {
	var parts []string
	for i := 0; i+2 <= len(hexadecimal); i += 2 {
		parts = append(parts, hexadecimal[i:i+2])
	}
	return strings.ToUpper(strings.Join(parts, ":"))
}
