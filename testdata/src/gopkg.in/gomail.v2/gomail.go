// Package gomail stands for gopkg.in/gomail.v2.
package gomail

import "crypto/tls"

type Dialer struct {
	Host      string
	Port      int
	TLSConfig *tls.Config
}

func NewDialer(host string, port int, user, password string) *Dialer {
	return &Dialer{Host: host, Port: port}
}
