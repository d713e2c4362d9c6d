package client

import (
	"crypto/tls"
	"testing"
)

func TestAlways(t *testing.T) {
	t.Setenv("GODEBUG", "tls10server=1")
	_ = &tls.Config{InsecureSkipVerify: true}
}
