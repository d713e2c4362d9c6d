package probe

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
)

// clients fills in what each client makes of the chain. The engine is run with the
// flags that the client sets; Go's own verdict comes from crypto/x509. What clients
// print is recorded from OpenSSL 3.0, curl 7.88, Python 3.11, Node 20 and OpenJDK 17.
func (d *diagnosing) clients() {
	sent := d.sent
	name := d.in.Name
	run := func(name string, p profile) *verification { return d.run(name, sent, d.roots, p) }
	out := d.d.Clients

	v := run(name, profile{level: OpenSSLLevel})
	out[OpenSSL] = verdict(v.first().Code, fmt.Sprintf("Verify return code: %d (%s)", v.last().Code, v.last().Code))

	// curl compares the name itself, after the chain.
	v = run("", profile{level: OpenSSLLevel, partial: true})
	out[Curl] = verdict(v.first().Code, fmt.Sprintf("curl: (60) SSL certificate problem: %s", v.first().Code))
	if out[Curl].OK && name != "" && sent[0].matchesUndotted(name, true) != 0 {
		out[Curl] = Verdict{Says: fmt.Sprintf("curl: (60) SSL: no alternative certificate subject name matches target host name '%s'", Clean(name))}
	}

	out[Python] = d.python(run(name, profile{level: OpenSSLLevel, fullWildcards: true}))
	out[Python313] = d.python(run(name, profile{level: OpenSSLLevel, fullWildcards: true, strict: true, partial: true}))

	// Node looks at the name after the chain, and at the last error.
	v = run("", profile{level: 1})
	out[Node] = verdict(v.first().Code, nodeCode(v.last().Code))
	if out[Node].OK && name != "" && sent[0].matchesUndotted(name, false) != 0 {
		out[Node] = Verdict{Says: "ERR_TLS_CERT_ALTNAME_INVALID"}
	}

	out[Java] = d.java()
	out[Go] = d.goVerdict()

	if len(d.roots) == 0 {
		out[Curl] = Verdict{Says: "curl: (77) error setting certificate verify locations"}
		out[Java] = Verdict{Says: "InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty"}
	}
	for i := range d.in.Chain {
		if d.broken[i] != nil { // no client reads the message to its end
			for _, c := range Clients {
				out[c] = Verdict{Says: unreadable[c]}
			}
		}
	}
}

func verdict(c code, says string) Verdict {
	if c == 0 {
		return Verdict{OK: true}
	}
	return Verdict{Says: says}
}

func (d *diagnosing) python(v *verification) Verdict {
	e := v.first().Code
	text := e.String()
	switch e {
	case errHostname:
		text = fmt.Sprintf("Hostname mismatch, certificate is not valid for '%s'", Clean(d.in.Name))
	case errAddress:
		text = fmt.Sprintf("IP address mismatch, certificate is not valid for '%s'", Clean(d.in.Name))
	}
	return verdict(e, "SSLCertVerificationError: certificate verify failed: "+text)
}

// nodeCodes are Node's names for OpenSSL's errors (X509Pointer::ErrorCode); it has
// none for the others.
var nodeCodes = map[code]string{
	errNoIssuer: "UNABLE_TO_GET_ISSUER_CERT", errSignature: "CERT_SIGNATURE_FAILURE", errNotYetValid: "CERT_NOT_YET_VALID", errExpired: "CERT_HAS_EXPIRED",
	errNotBefore: "ERROR_IN_CERT_NOT_BEFORE_FIELD", errNotAfter: "ERROR_IN_CERT_NOT_AFTER_FIELD", errSelfSigned: "DEPTH_ZERO_SELF_SIGNED_CERT",
	errSelfSignedInChain: "SELF_SIGNED_CERT_IN_CHAIN", errNoLocalIssuer: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", errLeafSignature: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
	errTooLong: "CERT_CHAIN_TOO_LONG", errPathLength: "PATH_LENGTH_EXCEEDED", errPurpose: "INVALID_PURPOSE",
}

func nodeCode(c code) string {
	if n := nodeCodes[c]; n != "" {
		return n
	}
	return "UNSPECIFIED (" + c.String() + ")"
}

// java follows OpenJDK's PKIX: an anchor needs to be neither self-signed nor valid,
// intermediates' extKeyUsage is not looked at, SHA-1 and RSA 1024 are taken from
// anchors that are not Java's own.
func (d *diagnosing) java() Verdict {
	size := d.messageSize()
	if size > javaMessage {
		return Verdict{Says: fmt.Sprintf("SSLProtocolException: The size of the handshake message (%d) exceeds the maximum allowed size (%d)", size-4, javaMessage)}
	}
	c := d.sent[0]
	v := d.run("", d.sent, d.roots, profile{partial: true})
	for _, e := range v.errs {
		at := v.chain[e.Depth]
		switch e.Code {
		case errExpired, errNotYetValid:
			if e.Depth >= v.untrusted {
				continue
			}
			if e.Code == errExpired {
				return Verdict{Says: "PKIX path validation failed: CertificateExpiredException: NotAfter: " + at.NotAfter.UTC().Format("Mon Jan 02 15:04:05 MST 2006")}
			}
			return Verdict{Says: "PKIX path validation failed: CertificateNotYetValidException: NotBefore: " + at.NotBefore.UTC().Format("Mon Jan 02 15:04:05 MST 2006")}
		case errPurpose:
			if e.Depth > 0 {
				continue
			}
			if at.serves(false) == "keyUsage" {
				return Verdict{Says: "ValidatorException: KeyUsage does not allow digital signatures"}
			}
			return Verdict{Says: "ValidatorException: Extended key usage does not permit use for TLS server authentication"}
		case errSignature:
			return Verdict{Says: "PKIX path validation failed: signature check failed"}
		case errPermitted, errExcluded:
			return Verdict{Says: "PKIX path validation failed: name constraints check failed"}
		case errPathLength:
			return Verdict{Says: "PKIX path validation failed: basic constraints check failed: pathLenConstraint violated"}
		case errNoCertSign:
			return Verdict{Says: "PKIX path validation failed: CA key usage check failed: keyCertSign bit is not set"}
		case errInvalidCA:
			if at.x.hasUsage && !at.x.usage[kuCertSign] {
				return Verdict{Says: "PKIX path validation failed: CA key usage check failed: keyCertSign bit is not set"}
			}
			return Verdict{Says: "PKIX path validation failed: basic constraints check failed: this is not a CA certificate"}
		case errCritical:
			return Verdict{Says: "PKIX path validation failed: unrecognized critical extension(s)"}
		default:
			// Java takes an issuer by its name, whatever the key identifiers say.
			top := v.chain[len(v.chain)-1]
			for _, x := range append(slices.Clone(d.sent), d.roots...) {
				if x.canonSubject == top.canonIssuer && !contains(v.chain, x) && !top.selfIssued() && !x.x.invalid && !top.x.invalid {
					return Verdict{Says: "PKIX path validation failed: signature check failed"}
				}
			}
			return Verdict{Says: "PKIX path building failed: unable to find valid certification path to requested target"}
		}
	}
	for i, x := range v.chain {
		if i >= v.untrusted {
			break
		}
		s, _ := x.signatureOf()
		if strings.HasPrefix(s.name, "MD") || x.pub.kind == "RSA" && x.pub.bits < 1024 {
			return Verdict{Says: "PKIX path validation failed: Algorithm constraints check failed"}
		}
	}
	if name := d.in.Name; name != "" && c.matches(name, false) != 0 {
		switch {
		case net.ParseIP(name) != nil && len(c.x.names) > 0:
			return Verdict{Says: fmt.Sprintf("CertificateException: No subject alternative names matching IP address %s found", Clean(name))}
		case net.ParseIP(name) != nil:
			return Verdict{Says: "CertificateException: No subject alternative names present"}
		case len(c.dnsNames()) > 0:
			return Verdict{Says: fmt.Sprintf("CertificateException: No subject alternative DNS name matching %s found.", Clean(name))}
		}
		return Verdict{Says: fmt.Sprintf("CertificateException: No name matching %s found", Clean(name))}
	}
	return Verdict{OK: true}
}

// goVerdict asks crypto/x509 itself.
func (d *diagnosing) goVerdict() Verdict {
	var leaf *x509.Certificate
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for i, der := range d.in.Chain {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return Verdict{Says: "tls: failed to parse certificate from server: " + Clean(err.Error())}
		}
		if i == 0 {
			leaf = c
		} else {
			between.AddCert(c)
		}
	}
	if d.in.Store != nil {
		for _, r := range d.in.Store.Roots {
			if c, err := x509.ParseCertificate(r.DER); err == nil {
				roots.AddCert(c)
			}
		}
	}
	o := x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: d.now, DNSName: d.in.Name}
	if net.ParseIP(d.in.Name) != nil && strings.Contains(d.in.Name, ":") {
		o.DNSName = "[" + d.in.Name + "]"
	}
	if d.in.Name == "" {
		o.KeyUsages = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
	}
	_, err := leaf.Verify(o)
	if err == nil {
		return Verdict{OK: true}
	}
	var invalid x509.CertificateInvalidError
	text := err.Error()
	if errors.As(err, &invalid) && invalid.Reason == x509.Expired {
		text = "x509: certificate has expired or is not yet valid"
	}
	return Verdict{Says: Clean(text)}
}
