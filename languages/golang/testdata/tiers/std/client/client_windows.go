package client

import "crypto/tls"

func windows() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }

var _ = windows
