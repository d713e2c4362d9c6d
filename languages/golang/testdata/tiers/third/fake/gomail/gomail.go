package gomail

import "crypto/tls"

type Auth interface{ Start() }

type Dialer struct {
	Host, Username, Password string
	Port                     int
	Auth                     Auth
	SSL                      bool
	TLSConfig                *tls.Config
	LocalName                string
}

func NewDialer(host string, port int, username, password string) *Dialer {
	return &Dialer{Host: host, Port: port, Username: username, Password: password}
}

func (d *Dialer) DialAndSend() error { return nil }
