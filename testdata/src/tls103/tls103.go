// Package tls103 has callbacks that accept everything. Beside the normal check
// they only observe; where they stand in for it, the switch that lets them is
// the finding (TLS101).
package tls103

import (
	"crypto/tls"
	"crypto/x509"
)

func observes() *tls.Config {
	return &tls.Config{VerifyPeerCertificate: func([][]byte, [][]*x509.Certificate) error { return nil }}
}

func replaces() *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection:   func(tls.ConnectionState) error { return nil },
	}
}
