package credentials

import "crypto/tls"

type TransportCredentials interface{ Info() string }

type tlsCreds struct{ config *tls.Config }

func (c tlsCreds) Info() string { return "tls" }

func NewTLS(c *tls.Config) TransportCredentials { return tlsCreds{c} }
