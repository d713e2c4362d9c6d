package probe

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/ocsp"
)

// revocation is what a CA says about one of its certificates (RFC 6960).
type revocation struct {
	Status string // "good", "revoked" or "unknown"
	// RevokedAt and Reason are set for a revoked certificate; Reason is a word of RFC
	// 5280, 5.3.1.
	RevokedAt time.Time
	Reason    string
	// ProducedAt is when the response was signed; it holds from ThisUpdate until
	// NextUpdate, which may be zero.
	ProducedAt, ThisUpdate, NextUpdate time.Time
	// Stale is set when it does not hold at the time that was asked about. That a
	// certificate was revoked stays true all the same.
	Stale bool
}

// revocationReasons are the words of RFC 5280, 5.3.1.
var revocationReasons = map[int]string{
	ocsp.Unspecified:          "unspecified",
	ocsp.KeyCompromise:        "keyCompromise",
	ocsp.CACompromise:         "cACompromise",
	ocsp.AffiliationChanged:   "affiliationChanged",
	ocsp.Superseded:           "superseded",
	ocsp.CessationOfOperation: "cessationOfOperation",
	ocsp.CertificateHold:      "certificateHold",
	ocsp.RemoveFromCRL:        "removeFromCRL",
	ocsp.PrivilegeWithdrawn:   "privilegeWithdrawn",
	ocsp.AACompromise:         "aACompromise",
}

// clockSkew is how far in the future a response may begin to hold.
const clockSkew = 5 * time.Minute

// readStaple reads an OCSP response about a leaf and verifies that the issuer, or
// somebody whom it gave that task, signed it. The error, inert, says why the
// response proves nothing.
func readStaple(staple, leaf, issuer []byte, now time.Time) (*revocation, error) {
	if len(staple) == 0 {
		return nil, errors.New("the OCSP response is empty")
	}
	l, i, err := ocspPair(leaf, issuer)
	if err != nil {
		return nil, err
	}
	r, err := ocsp.ParseResponseForCert(staple, l, i)
	if err != nil {
		return nil, fmt.Errorf("the OCSP response cannot be used: %s", Clean(err.Error()))
	}
	// RFC 6960, 4.2.2.2: an ordinary certificate of the same CA must not answer for it.
	if d := r.Certificate; d != nil && !bytes.Equal(d.Raw, i.Raw) && !slices.Contains(d.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) {
		return nil, errors.New("the OCSP response is signed by a certificate that may not sign such responses")
	}
	out := &revocation{ProducedAt: r.ProducedAt, ThisUpdate: r.ThisUpdate, NextUpdate: r.NextUpdate}
	switch r.Status {
	case ocsp.Good:
		out.Status = "good"
	case ocsp.Revoked:
		out.Status, out.RevokedAt = "revoked", r.RevokedAt
		if out.Reason = revocationReasons[r.RevocationReason]; out.Reason == "" {
			out.Reason = fmt.Sprintf("reason %d", r.RevocationReason)
		}
	default:
		out.Status = "unknown"
	}
	out.Stale = r.ThisUpdate.After(now.Add(clockSkew)) || !r.NextUpdate.IsZero() && r.NextUpdate.Before(now)
	return out, nil
}

// ocspPair reads the two certificates that a response is about, strictly: a response
// is to be verified with them.
func ocspPair(leaf, issuer []byte) (l, i *x509.Certificate, err error) {
	if len(issuer) == 0 {
		return nil, nil, errors.New("an OCSP response cannot be verified without the certificate of the issuer")
	}
	if l, err = x509.ParseCertificate(leaf); err != nil {
		return nil, nil, fmt.Errorf("the certificate cannot be read: %s", Clean(err.Error()))
	}
	if i, err = x509.ParseCertificate(issuer); err != nil {
		return nil, nil, fmt.Errorf("the certificate of the issuer cannot be read: %s", Clean(err.Error()))
	}
	return l, i, nil
}

// fetchOCSP asks the CA of a leaf about its revocation, at most at 3 of the addresses
// that the leaf names, under the rules of fetch. The answer is one that readStaple
// takes. The error is inert; it is nil with a nil answer when the leaf names no
// address.
func fetchOCSP(ctx context.Context, g *guard, leaf, issuer []byte) ([]byte, error) {
	l, i, err := ocspPair(leaf, issuer)
	if err != nil {
		return nil, err
	}
	// SHA-1 names the issuer here and protects nothing; responders need not know
	// another one (RFC 5019, 2.1.1).
	request, err := ocsp.CreateRequest(l, i, &ocsp.RequestOptions{Hash: crypto.SHA1})
	if err != nil {
		return nil, fmt.Errorf("making an OCSP request: %s", Clean(err.Error()))
	}
	c, err := parse(leaf)
	if err != nil {
		return nil, err
	}
	var last error
	urls := c.ocspURLs()
	for _, address := range urls[:min(len(urls), maxFetchURLs)] {
		body, err := fetch(ctx, g, address, "application/ocsp-request", request)
		if err == nil {
			if _, err = readStaple(body, leaf, issuer, time.Now()); err == nil {
				return body, nil
			}
		}
		last = fmt.Errorf("asking %s: %w", Clean(address), err)
	}
	return nil, last
}
