// Package callbacks has verifiers that accept everything, and some that do not.
package callbacks

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log"
	"time"

	"github.com/spiffe/go-spiffe/v2/spiffetls/tlsconfig"
)

func acceptAll() *tls.Config {
	return &tls.Config{
		InsecureSkipVerify:    true, // want `^TLS101: `
		VerifyPeerCertificate: func([][]byte, [][]*x509.Certificate) error { return nil },
	}
}

func acceptConnection() *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true, // want `^TLS101: `
		VerifyConnection:   func(tls.ConnectionState) error { return nil },
	}
}

func acceptNamed(rawCerts [][]byte, _ [][]*x509.Certificate) error {
	for range rawCerts {
	}
	return nil
}

func named() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, VerifyPeerCertificate: acceptNamed} // want `^TLS101: `
}

func logOnly() *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true, // want `^TLS101: `
		VerifyConnection: func(cs tls.ConnectionState) error {
			_, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{})
			if err != nil {
				log.Println("bad certificate:", err)
			}
			return nil
		},
	}
}

func expiryOnly() *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true, // want `^TLS101: `
		VerifyConnection: func(cs tls.ConnectionState) error {
			if time.Now().After(cs.PeerCertificates[0].NotAfter) {
				return errors.New("expired")
			}
			return nil
		},
	}
}

func pinned(pin [32]byte) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection: func(cs tls.ConnectionState) error {
			if sha256.Sum256(cs.PeerCertificates[0].Raw) != pin {
				return errors.New("pin mismatch")
			}
			return nil
		},
	}
}

func spiffe(source tlsconfig.Source) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection: func(cs tls.ConnectionState) error {
			var raw [][]byte
			for _, c := range cs.PeerCertificates {
				raw = append(raw, c.Raw)
			}
			return tlsconfig.VerifyPeerCertificate(source, tlsconfig.AuthorizeAny())(raw, nil)
		},
	}
}

// The normal check runs first, the callback only observes.
func observes() *tls.Config {
	return &tls.Config{VerifyPeerCertificate: func([][]byte, [][]*x509.Certificate) error { return nil }}
}
