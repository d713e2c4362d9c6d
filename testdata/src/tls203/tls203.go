// want +2 `^TLS203: `

//go:debug tlsrsakex=1

// Command tls203 weakens defaults of the runtime.
package main

import (
	"crypto/tls"
	"os"
)

func init() {
	os.Setenv("GODEBUG", "tls3des=1") // want `^TLS203: `
}

// A note, which is not reported.
func freely() *tls.Config {
	return &tls.Config{Renegotiation: tls.RenegotiateFreelyAsClient}
}

func never() *tls.Config { return &tls.Config{Renegotiation: tls.RenegotiateNever} }

func main() {}
