package probe

import (
	"crypto/tls"
	"fmt"
	"strconv"
	"strings"
)

// says is what each client says to a fault of a connection; "" is a client that
// notices nothing. {host}, {port} and {at} stand for the target, {proxy} for the
// answer of a proxy. The texts were measured with OpenSSL 3.0.19, curl 7.88.1, Python
// 3.11, Node 20, OpenJDK 17 and Go 1.26.
type says struct{ openssl, curl, python, node, java, golang string }

var noTLS = says{
	openssl: "error:0A00010B:SSL routines::wrong version number",
	curl:    "curl: (35) error:0A00010B:SSL routines::wrong version number",
	python:  "[SSL: WRONG_VERSION_NUMBER] wrong version number",
	node:    "EPROTO: wrong version number",
	java:    "javax.net.ssl.SSLException: Unsupported or unrecognized SSL message",
	golang:  "tls: first record does not look like a TLS handshake",
}

var badKey = says{
	openssl: "error:0A00007B:SSL routines::bad signature",
	curl:    "curl: (35) error:0A00007B:SSL routines::bad signature",
	python:  "[SSL: BAD_SIGNATURE] bad signature",
	node:    "EPROTO: bad signature",
	java:    "javax.net.ssl.SSLHandshakeException: Invalid CertificateVerify signature",
	golang:  "tls: invalid signature by the server certificate",
}

// demanded is a TLS 1.3 server that wants a client certificate: the handshake is
// complete for the client, the refusal comes with the first read.
var demanded = says{
	openssl: "",
	curl:    "curl: (56) OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required",
	python:  "[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required",
	node:    "",
	java:    "java.net.SocketException: Broken pipe",
	golang:  "remote error: tls: certificate required",
}

var connectionSays = map[Class]says{
	PlainHTTP:     noTLS,
	OtherProtocol: noTLS,
	NotTLS:        noTLS,
	KeyMismatch:   badKey,
	Closed: {
		openssl: "error:0A000126:SSL routines::unexpected eof while reading",
		curl:    "curl: (35) OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to {host}:{port}",
		python:  "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol",
		node:    "ECONNRESET: Client network socket disconnected before secure TLS connection was established",
		java:    "javax.net.ssl.SSLHandshakeException: Remote host terminated the handshake",
		golang:  "EOF",
	},
	Reset: {
		openssl: "write:errno=104",
		curl:    "curl: (35) Recv failure: Connection reset by peer",
		python:  "ConnectionResetError: [Errno 104] Connection reset by peer",
		node:    "ECONNRESET: read ECONNRESET",
		java:    "java.net.SocketException: Connection reset",
		golang:  "read: connection reset by peer",
	},
	Timeout: {
		openssl: "waits",
		curl:    "curl: (28) Connection timed out",
		python:  "TimeoutError: The handshake operation timed out",
		node:    "waits (ETIMEDOUT when the connection is not accepted)",
		java:    "java.net.SocketTimeoutException: Read timed out",
		golang:  "net/http: TLS handshake timeout",
	},
	Refused: {
		openssl: "connect:errno=111",
		curl:    "curl: (7) Failed to connect to {host} port {port}: Couldn't connect to server",
		python:  "ConnectionRefusedError: [Errno 111] Connection refused",
		node:    "ECONNREFUSED: connect ECONNREFUSED {at}",
		java:    "java.net.ConnectException: Connection refused",
		golang:  "dial tcp {at}: connect: connection refused",
	},
	Unreachable: {
		openssl: "connect:errno=113",
		curl:    "curl: (7) Failed to connect to {host} port {port}: Couldn't connect to server",
		python:  "OSError: [Errno 113] No route to host",
		node:    "EHOSTUNREACH: connect EHOSTUNREACH {at}",
		java:    "java.net.NoRouteToHostException: No route to host",
		golang:  "dial tcp {at}: connect: no route to host",
	},
	NameNotFound: {
		openssl: "BIO_lookup_ex: Name or service not known",
		curl:    "curl: (6) Could not resolve host: {host}",
		python:  "socket.gaierror: [Errno -2] Name or service not known",
		node:    "ENOTFOUND: getaddrinfo ENOTFOUND {host}",
		java:    "java.net.UnknownHostException: {host}",
		golang:  "dial tcp: lookup {host}: no such host",
	},
	ResolverFailed: {
		openssl: "BIO_lookup_ex: Temporary failure in name resolution",
		curl:    "curl: (6) Could not resolve host: {host}",
		python:  "socket.gaierror: [Errno -3] Temporary failure in name resolution",
		node:    "EAI_AGAIN: getaddrinfo EAI_AGAIN {host}",
		java:    "java.net.UnknownHostException: {host}: Temporary failure in name resolution",
		golang:  "dial tcp: lookup {host}: server misbehaving",
	},
	ProxyRefused: {
		openssl: "s_client: HTTP CONNECT failed: {proxy}",
		curl:    "curl: (56) CONNECT tunnel failed: {proxy}",
		python:  "ProxyError: Tunnel connection failed: {proxy}",
		node:    "does not use HTTPS_PROXY unless it is told to",
		java:    "java.io.IOException: Unable to tunnel through proxy. Proxy returns \"{proxy}\"",
		golang:  "{proxy}",
	},
	TooLarge: {
		openssl: "error:0A000098:SSL routines::excessive message size",
		curl:    "curl: (35) error:0A000098:SSL routines::excessive message size",
		python:  "[SSL: EXCESSIVE_MESSAGE_SIZE] excessive message size",
		node:    "EPROTO: excessive message size",
		java:    "javax.net.ssl.SSLProtocolException: The size of the handshake message exceeds the maximum allowed size (32768)",
		golang:  "tls: handshake message exceeds maximum of 262144 bytes",
	},
	STARTTLSRefused: {
		openssl: "s_client: Didn't find STARTTLS in server response, trying anyway...",
		curl:    "curl: (64) STARTTLS not available.",
		python:  "SMTPNotSupportedError: STARTTLS extension not supported by server.",
		node:    "the mail library's own error",
		java:    "javax.mail.MessagingException: STARTTLS is required but host does not support STARTTLS",
		golang:  "the library's own error",
	},
}

// alerts are the names of TLS alerts: those of the RFCs, which Java prints, and
// OpenSSL's.
var alerts = map[int][2]string{
	10:  {"unexpected_message", "sslv3 alert unexpected message"},
	20:  {"bad_record_mac", "sslv3 alert bad record mac"},
	22:  {"record_overflow", "tlsv1 alert record overflow"},
	40:  {"handshake_failure", "sslv3 alert handshake failure"},
	42:  {"bad_certificate", "sslv3 alert bad certificate"},
	43:  {"unsupported_certificate", "sslv3 alert unsupported certificate"},
	44:  {"certificate_revoked", "sslv3 alert certificate revoked"},
	45:  {"certificate_expired", "sslv3 alert certificate expired"},
	46:  {"certificate_unknown", "sslv3 alert certificate unknown"},
	47:  {"illegal_parameter", "sslv3 alert illegal parameter"},
	48:  {"unknown_ca", "tlsv1 alert unknown ca"},
	49:  {"access_denied", "tlsv1 alert access denied"},
	50:  {"decode_error", "tlsv1 alert decode error"},
	51:  {"decrypt_error", "tlsv1 alert decrypt error"},
	70:  {"protocol_version", "tlsv1 alert protocol version"},
	71:  {"insufficient_security", "tlsv1 alert insufficient security"},
	80:  {"internal_error", "tlsv1 alert internal error"},
	86:  {"inappropriate_fallback", "tlsv1 alert inappropriate fallback"},
	90:  {"user_canceled", "tlsv1 alert user cancelled"},
	109: {"missing_extension", "tlsv13 alert missing extension"},
	110: {"unsupported_extension", "tlsv1 unsupported extension"},
	112: {"unrecognized_name", "tlsv1 unrecognized name"},
	113: {"bad_certificate_status_response", "tlsv1 bad certificate status response"},
	116: {"certificate_required", "tlsv13 alert certificate required"},
	120: {"no_application_protocol", "tlsv1 alert no application protocol"},
}

// alertName is an alert as RFC 8446 calls it, with its number.
func alertName(n int) string {
	if a, ok := alerts[n]; ok {
		return fmt.Sprintf("%s (%d)", a[0], n)
	}
	return strconv.Itoa(n)
}

// alertSays is what the clients say to an alert. OpenSSL numbers its reason 1000 more
// than the alert.
func alertSays(n int) says {
	a, ok := alerts[n]
	if !ok {
		a = [2]string{fmt.Sprintf("alert_%d", n), fmt.Sprintf("reason(%d)", 1000+n)}
	}
	openssl := fmt.Sprintf("error:%08X:SSL routines::%s", 0x0a000000+1000+n, a[1])
	return says{
		openssl: openssl + " (SSL alert number " + strconv.Itoa(n) + ")",
		curl:    "curl: (35) " + openssl,
		python:  "[SSL: " + strings.ToUpper(strings.ReplaceAll(a[1], " ", "_")) + "] " + a[1],
		node:    "EPROTO: " + a[1] + " (SSL alert number " + strconv.Itoa(n) + ")",
		java:    "javax.net.ssl.SSLHandshakeException: Received fatal alert: " + a[0],
		golang:  "remote error: " + tls.AlertError(n).Error(),
	}
}

// connectionVerdicts are the verdicts of the clients on the fault of an attempt, as
// far as they follow from it; nil when nothing does.
func connectionVerdicts(a *Attempt, host string, port int) map[Client]Verdict {
	s, ok := connectionSays[a.Fault]
	switch {
	case a.Fault == ClientCertificate && a.Version == tls.VersionTLS13:
		s, ok = demanded, true
	case a.Fault == OldProtocol:
		s, ok = alertSays(alertProtocolVersion), true
	case a.Alert >= 0:
		s, ok = alertSays(a.Alert), true
	case a.Fault == ClientCertificate || a.Fault == NoSharedCipher:
		s, ok = alertSays(alertHandshakeFailure), true
	}
	if a.Fault == Timeout && a.Stage == "dial" {
		s.openssl, s.java, s.golang = "connect:errno=110", "java.net.SocketTimeoutException: Connect timed out", "dial tcp {at}: i/o timeout"
		s.python, s.node = "TimeoutError: timed out", "ETIMEDOUT: connect ETIMEDOUT {at}"
	}
	if !ok {
		return nil
	}
	if a.Version < tls.VersionTLS13 && a.Fault == KeyMismatch {
		s.java = "javax.net.ssl.SSLHandshakeException: Invalid ECDH ServerKeyExchange signature"
	}
	answer := a.First
	if answer == "" {
		answer = a.Err
	}
	fill := strings.NewReplacer("{host}", Clean(host), "{port}", strconv.Itoa(port), "{at}", a.Address.String(), "{proxy}", answer)
	out := make(map[Client]Verdict, len(Clients))
	for client, text := range map[Client]string{
		OpenSSL: s.openssl, Curl: s.curl, Python: s.python, Python313: s.python,
		Node: s.node, Java: s.java, Go: s.golang,
	} {
		out[client] = Verdict{OK: text == "", Says: fill.Replace(text)}
	}
	return out
}

// takesSuite reports whether a client of today offers an old cipher suite by default.
// OpenSSL 3 and Node still offer those without forward secrecy, Python since 3.10
// does not, nor does Go since 1.22, which has never had finite-field Diffie-Hellman.
func takesSuite(c Client, suite string) bool {
	for _, gone := range []string{"3DES", "RC4", "DES_CBC", "_MD5", "_DSS_"} {
		if strings.Contains(suite, gone) {
			return false
		}
	}
	static := strings.HasPrefix(suite, "TLS_RSA_")
	switch c {
	case Go:
		return false // its own offer was refused
	case Python, Python313:
		return !static && !strings.HasSuffix(suite, "_SHA") && !strings.Contains(suite, "CAMELLIA")
	case Java:
		return !strings.Contains(suite, "CAMELLIA")
	}
	return true
}
