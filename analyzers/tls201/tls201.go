// Package tls201 is the analyzer of rule TLS201: a TLS version below 1.2 is allowed or forced.
package tls201

import "github.com/tlslint/tlslint/analyzers/pass"

// Analyzer reports the findings of TLS201; its documentation is the rule's.
var Analyzer = pass.NewRule("TLS201")
