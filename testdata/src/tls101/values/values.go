// Package values writes true in several ways.
package values

import "crypto/tls"

const skip = true

func constant() *tls.Config { return &tls.Config{InsecureSkipVerify: skip} } // want `^TLS101: `

func variable() *tls.Config {
	insecure := true
	return &tls.Config{InsecureSkipVerify: insecure} // want `^TLS101: `
}

func negated() *tls.Config {
	const verify = false
	return &tls.Config{InsecureSkipVerify: !verify} // want `^TLS101: `
}

func negatedSafe() *tls.Config {
	const verify = true
	return &tls.Config{InsecureSkipVerify: !verify}
}
