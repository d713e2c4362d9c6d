// Package tls401 hides nothing: Go's libraries warn about nothing, so no pattern
// for Go belongs to this rule yet.
package tls401

import "crypto/tls"

func config() *tls.Config { return &tls.Config{} }
