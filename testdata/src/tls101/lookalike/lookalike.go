// Package lookalike has the names, but not the types. It imports crypto/tls and
// mentions InsecureSkipVerify, so it is analysed.
package lookalike

import "crypto/tls"

type options struct{ InsecureSkipVerify bool }

func own() options { return options{InsecureSkipVerify: true} }

// &tls.Config{InsecureSkipVerify: true} only in a comment.
const doc = `use &tls.Config{InsecureSkipVerify: true} never`

func set(o *options) { o.InsecureSkipVerify = true }

func config() *tls.Config { return &tls.Config{} }
