// Package tls401 is the analyzer of rule TLS401: warnings about unverified connections are hidden.
package tls401

import "github.com/tlslint/tlslint/analyzers/pass"

// Analyzer reports the findings of TLS401; its documentation is the rule's.
var Analyzer = pass.NewRule("TLS401")
