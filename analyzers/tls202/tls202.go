// Package tls202 is the analyzer of rule TLS202: a weak cipher suite is enabled.
package tls202

import "github.com/tlslint/tlslint/analyzers/pass"

// Analyzer reports the findings of TLS202; its documentation is the rule's.
var Analyzer = pass.NewRule("TLS202")
