package client_test

import (
	"crypto/tls"
	"testing"

	"example.org/std/client"
)

func TestOption(t *testing.T) {
	var c tls.Config
	client.WithInsecureSkipVerify()(&c)
	c.InsecureSkipVerify = true
}
