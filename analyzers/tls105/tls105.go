// Package tls105 is the analyzer of rule TLS105: certificate verification is switched off for more than one connection.
package tls105

import "github.com/tlslint/tlslint/analyzers/pass"

// Analyzer reports the findings of TLS105; its documentation is the rule's.
var Analyzer = pass.NewRule("TLS105")
