// Package tls104 is the analyzer of rule TLS104: the connection is encrypted but the server is not authenticated.
package tls104

import "github.com/tlslint/tlslint/analyzers/pass"

// Analyzer reports the findings of TLS104; its documentation is the rule's.
var Analyzer = pass.NewRule("TLS104")
