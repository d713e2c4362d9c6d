// Package tls102 is the analyzer of rule TLS102: the host name in the certificate is not checked.
package tls102

import "github.com/tlslint/tlslint/analyzers/pass"

// Analyzer reports the findings of TLS102; its documentation is the rule's.
var Analyzer = pass.NewRule("TLS102")
