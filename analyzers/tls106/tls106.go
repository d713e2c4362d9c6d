// Package tls106 is the analyzer of rule TLS106: a certificate check does not always run, or its result is ignored.
package tls106

import "github.com/tlslint/tlslint/analyzers/pass"

// Analyzer reports the findings of TLS106; its documentation is the rule's.
var Analyzer = pass.NewRule("TLS106")
