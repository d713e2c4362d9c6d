//go:debug tlsrsakex=1

// The server listens.
package main

import (
	"crypto/tls"
	"log"
	"net/http"

	"example.org/std/client"
)

type server struct {
	http.Server
	dev bool
}

func main() {
	s := &server{}
	s.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS10, InsecureSkipVerify: true}
	if s.dev {
		s.TLSConfig.ClientAuth = tls.RequestClientCert
	}
	http.DefaultClient = client.Always()
	log.Fatal(s.ListenAndServeTLS("", ""))
}
