// Package tls101 is the analyzer of rule TLS101: certificate verification is off.
package tls101

import "github.com/tlslint/tlslint/analyzers/pass"

// Analyzer reports the findings of TLS101; its documentation is the rule's.
var Analyzer = pass.NewRule("TLS101")
