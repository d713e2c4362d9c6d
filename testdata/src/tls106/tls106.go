// Package tls106 has checks that do not always run, or that nobody listens to.
package tls106

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
)

func chains(name string) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true, // want `^TLS106: `
		VerifyPeerCertificate: func(_ [][]byte, chains [][]*x509.Certificate) error {
			for _, chain := range chains {
				if chain[0].Subject.CommonName != name {
					return errors.New("wrong peer")
				}
			}
			return nil
		},
	}
}

func unused(c *tls.Conn) {
	c.VerifyHostname("pay.example.org") // want `^TLS106: `
}

func unusedChain(cert *x509.Certificate, roots *x509.CertPool) {
	cert.Verify(x509.VerifyOptions{Roots: roots, DNSName: "pay.example.org"}) // want `^TLS106: `
}

func used(c *tls.Conn) error { return c.VerifyHostname("pay.example.org") }
