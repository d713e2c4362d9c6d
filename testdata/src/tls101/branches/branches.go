// Package branches is insecure whichever way a condition goes.
package branches

import "crypto/tls"

func both(debug bool, host string) *tls.Config {
	if debug {
		return &tls.Config{InsecureSkipVerify: true} // want `^TLS101: `
	} else {
		return &tls.Config{InsecureSkipVerify: true, ServerName: host} // want `^TLS101: `
	}
}

func onError(err error) *tls.Config {
	if err != nil {
		return &tls.Config{InsecureSkipVerify: true} // want `^TLS101: `
	}
	return nil
}
