// Package tlsconfig stands for github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig.
package tlsconfig

import "crypto/x509"

type Source interface{}

type Authorizer func(id string) error

func AuthorizeAny() Authorizer { return func(string) error { return nil } }

func VerifyPeerCertificate(bundle Source, authorizer Authorizer) func([][]byte, [][]*x509.Certificate) error {
	return func([][]byte, [][]*x509.Certificate) error { return authorizer("") }
}
