// Package tls203 is the analyzer of rule TLS203: safe defaults of the TLS library are weakened.
package tls203

import "github.com/tlslint/tlslint/analyzers/pass"

// Analyzer reports the findings of TLS203; its documentation is the rule's.
var Analyzer = pass.NewRule("TLS203")
