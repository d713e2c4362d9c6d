package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// authority is a certificate and its key.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// issue makes a certificate; a nil issuer makes one that signs itself.
func (a *authority) issue(ts *testscript.TestScript, c *x509.Certificate) *authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	c.SerialNumber, err = rand.Int(rand.Reader, big.NewInt(1<<62))
	ts.Check(err)
	if c.NotAfter.IsZero() {
		c.NotAfter = time.Now().AddDate(0, 3, 0).Add(time.Hour)
	}
	c.NotBefore = c.NotAfter.AddDate(0, -6, 0)
	parent, signer := c, key
	if a != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), signer)
	ts.Check(err)
	cert, err := x509.ParseCertificate(der)
	ts.Check(err)
	return &authority{cert, key}
}

func caTemplate(name string) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
}

func leafTemplate(name string) *x509.Certificate {
	return &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
}

// serve starts a server on loopback and puts its address into a variable: serve
// NAME KIND. The certificates of its CA go to NAME-root.pem, NAME-chain.pem and
// NAME-key.pem. Kinds:
//
//	good      leaf and intermediate
//	leaf      the leaf alone
//	fetch     the leaf alone, which names where the intermediate is
//	private   leaf, intermediate and root
//	self      a certificate that signed itself
//	expired   good, but over
//	hostile   private, with a subject that drives terminals and breaks tables
//	http      no TLS
//	hang      accepts, and says nothing
//	closed    nothing listens
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: serve NAME KIND")
	}
	name, kind := args[0], args[1]
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(name, ln.Addr().String())
	ts.Defer(func() { ln.Close() })
	switch kind {
	case "closed":
		ln.Close()
		return
	case "http":
		go http.Serve(ln, http.NotFoundHandler())
		return
	case "hang":
		return // the kernel accepts, and nobody reads
	}

	root := (*authority)(nil).issue(ts, caTemplate("Test Root"))
	inter := root.issue(ts, caTemplate("Test CA 1"))
	leaf := leafTemplate("pay.test")
	switch kind {
	case "expired":
		leaf.NotAfter = time.Now().AddDate(0, 0, -12)
	case "hostile":
		leaf.Subject.CommonName = "x\x1b[2J\r\nok: all is well\u202e|`]`](https://evil.example)<script>"
	case "fetch":
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(inter.cert.Raw) }))
		ts.Defer(web.Close)
		leaf.IssuingCertificateURL = []string{web.URL + "/ca1.cer"}
	}
	server := inter.issue(ts, leaf)
	if kind == "self" {
		server = (*authority)(nil).issue(ts, leaf)
	}
	chain := []*authority{server}
	switch kind {
	case "good", "expired":
		chain = append(chain, inter)
	case "private", "hostile":
		chain = append(chain, inter, root)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{PrivateKey: server.key}}}
	var chainPEM []byte
	for _, c := range chain {
		config.Certificates[0].Certificate = append(config.Certificates[0].Certificate, c.cert.Raw)
		chainPEM = append(chainPEM, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.cert.Raw})...)
	}
	key, err := x509.MarshalPKCS8PrivateKey(server.key)
	ts.Check(err)
	for file, data := range map[string][]byte{
		"-root.pem":  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.cert.Raw}),
		"-chain.pem": chainPEM,
		"-key.pem":   pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		"-leaf.der":  server.cert.Raw,
	} {
		ts.Check(os.WriteFile(ts.MkAbs(name+file), data, 0o644))
	}
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(time.Minute))
				if c := tls.Server(conn, config); c.Handshake() == nil {
					io.Copy(io.Discard, c)
				}
			}()
		}
	}()
}
