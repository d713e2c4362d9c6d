// Package client dials with and without verification.
package client

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"net"
	"net/http"
	"net/smtp"
	"os"
	"strconv"
	"time"
)

var (
	insecure = flag.Bool("insecure", false, "do not verify")
	legacy   = flag.Bool("legacy", true, "talk to old servers")
	verify   bool
)

func init() { flag.BoolVar(&verify, "verify", false, "verify") }

// Always is off for everybody.
func Always() *http.Client {
	return &http.Client{
		Timeout: time.Second,
		Transport: &http.Transport{
			Proxy:           http.ProxyFromEnvironment,
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		},
	}
}

// ByFlag asks flags.
func ByFlag() []*tls.Config {
	cfg := &tls.Config{InsecureSkipVerify: *insecure}
	old := tls.Config{InsecureSkipVerify: *legacy}
	third := new(tls.Config)
	third.InsecureSkipVerify = !verify
	return []*tls.Config{cfg, &old, third}
}

// ByEnv asks the environment.
func ByEnv() (*tls.Config, error) {
	skip, err := strconv.ParseBool(os.Getenv("SKIP_VERIFY"))
	if err != nil {
		skip = true
	}
	cfg := &tls.Config{InsecureSkipVerify: skip}
	if os.Getenv("APP_ENV") != "production" {
		cfg.MinVersion = tls.VersionTLS10
	}
	return cfg, nil
}

// Mail upgrades.
func Mail(host string) error {
	c, err := smtp.Dial(host + ":25")
	if err != nil {
		return err
	}
	return c.StartTLS(&tls.Config{InsecureSkipVerify: true, ServerName: host})
}

// Pinned checks in its own way.
func Pinned(pin string) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyConnection: func(cs tls.ConnectionState) error {
			if string(cs.PeerCertificates[0].RawSubjectPublicKeyInfo) != pin {
				return errors.New("another key")
			}
			return nil
		},
	}
}

// Pretends to check.
func Pretends() *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			leaf, err := x509.ParseCertificate(raw[0])
			if err != nil {
				return err
			}
			if time.Now().After(leaf.NotAfter) {
				return errors.New("expired")
			}
			return nil
		},
	}
}

// Everybody changes the process.
func Everybody() {
	http.DefaultTransport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
}

// Raw speaks to this machine.
func Raw() (net.Conn, error) {
	return tls.Dial("tcp", "127.0.0.1:8443", &tls.Config{InsecureSkipVerify: true})
}
