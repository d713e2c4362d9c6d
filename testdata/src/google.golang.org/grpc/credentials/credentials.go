// Package credentials stands for google.golang.org/grpc/credentials.
package credentials

import "crypto/tls"

type TransportCredentials interface{}

func NewTLS(c *tls.Config) TransportCredentials { return c }
