// Package pay talks to the payment provider.
package pay

import (
	"crypto/tls"
	"net/http"
	"time"
)

// NewClient returns the client for the provider's API.
func NewClient() *http.Client {
	return &http.Client{
		Timeout: 10 * time.Second,
		Transport: &http.Transport{
			TLSClientConfig: &tls.Config{
				MinVersion:         tls.VersionTLS12,
				InsecureSkipVerify: true, // the sandbox has a self-signed certificate
			},
		},
	}
}

// Endpoint is where the provider listens.
const Endpoint = "https://pay.example.com/v2"
