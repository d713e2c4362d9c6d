// Package probe says why the verification of a TLS server's certificate failed,
// whose fault that is, and what to do.
//
// Its heart, [Diagnose], is pure: a chain of certificates, a trust store, a name
// and a time go in, and every finding comes out, with the numbers that OpenSSL
// would give and the verdict of every common client. [Probe] gathers what
// Diagnose needs from a live host: nothing is sent but a ClientHello, and the
// preamble of a protocol that begins in plain text.
//
// Everything that a server sends is hostile. Texts of certificates and of errors
// are made inert by [Clean] before they leave this package.
package probe
