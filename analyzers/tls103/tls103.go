// Package tls103 is the analyzer of rule TLS103: a certificate verifier accepts everything.
package tls103

import "github.com/tlslint/tlslint/analyzers/pass"

// Analyzer reports the findings of TLS103; its documentation is the rule's.
var Analyzer = pass.NewRule("TLS103")
