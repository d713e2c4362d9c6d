// Package tls301 is the analyzer of rule TLS301: TLS is switched off for a client that would speak it.
package tls301

import "github.com/tlslint/tlslint/analyzers/pass"

// Analyzer reports the findings of TLS301; its documentation is the rule's.
var Analyzer = pass.NewRule("TLS301")
