// Package tls201 allows protocol versions below 1.2.
package tls201

import "crypto/tls"

func symbol() *tls.Config { return &tls.Config{MinVersion: tls.VersionTLS10} } // want `^TLS201: `

func number() *tls.Config { return &tls.Config{MinVersion: 0x0301} } // want `^TLS201: `

func assigned() *tls.Config {
	c := &tls.Config{}
	c.MinVersion = tls.VersionTLS11 // want `^TLS201: `
	return c
}

func capped() *tls.Config {
	return &tls.Config{MaxVersion: tls.VersionTLS11} // want `^TLS201: `
}

func safe() *tls.Config { return &tls.Config{MinVersion: tls.VersionTLS12} }

// The default of a client has been 1.2 since Go 1.18.
func unset() *tls.Config { return &tls.Config{} }

func zero() *tls.Config { return &tls.Config{MinVersion: 0} }

func cap12() *tls.Config { return &tls.Config{MaxVersion: tls.VersionTLS12} }

func name(v uint16) string {
	switch v {
	case tls.VersionTLS10:
		return "TLS 1.0"
	}
	return "other"
}

func option(v uint16) *tls.Config { return &tls.Config{MinVersion: v} }
