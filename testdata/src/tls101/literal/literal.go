// Package literal switches verification off in composite literals.
package literal

import (
	"crypto/tls"
	"net/http"
)

func nested() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // want `^TLS101: .*\(fix: `
}

var global = tls.Config{InsecureSkipVerify: true} // want `^TLS101: `

func lines() *tls.Config {
	return &tls.Config{
		ServerName:         "db.internal",
		InsecureSkipVerify: true, // want `^TLS101: `
		MinVersion:         tls.VersionTLS12,
	}
}

func elided() map[string]*tls.Config {
	return map[string]*tls.Config{"a": {InsecureSkipVerify: true}} // want `^TLS101: `
}

func elidedValue() []tls.Config {
	return []tls.Config{{InsecureSkipVerify: (true)}} // want `^TLS101: `
}

type alias = tls.Config

func aliased() *alias { return &alias{InsecureSkipVerify: !false} } // want `^TLS101: `

type wrapper struct{ *tls.Config }

func embedded() wrapper {
	return wrapper{Config: &tls.Config{InsecureSkipVerify: true}} // want `^TLS101: `
}

func safe() *tls.Config { return &tls.Config{InsecureSkipVerify: false} }

func unset() *tls.Config { return &tls.Config{MinVersion: tls.VersionTLS13} }
