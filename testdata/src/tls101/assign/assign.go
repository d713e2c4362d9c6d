// Package assign switches verification off by assignments.
package assign

import (
	"crypto/tls"
	"net/http"
)

func fresh() *tls.Config {
	c := &tls.Config{ServerName: "db.internal"}
	c.InsecureSkipVerify = true // want `^TLS101: `
	return c
}

func zero() *tls.Config {
	var c tls.Config
	c.InsecureSkipVerify = true // want `^TLS101: `
	return &c
}

func cloned(base *tls.Config) *tls.Config {
	c := base.Clone()
	c.InsecureSkipVerify = true // want `^TLS101: `
	return c
}

func throughTransport(c *http.Client) {
	c.Transport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true // want `^TLS101: `
}

type embedding struct {
	*tls.Config
	name string
}

func promoted(e embedding) {
	e.InsecureSkipVerify = true // want `^TLS101: `
}

func undone() *tls.Config {
	c := &tls.Config{ServerName: "db.internal"}
	c.InsecureSkipVerify = true
	c.InsecureSkipVerify = false
	return c
}

func read(c *tls.Config) bool { return c.InsecureSkipVerify == true }
