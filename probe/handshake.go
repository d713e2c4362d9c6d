package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"os"
	"reflect"
	"strings"
	"syscall"
	"time"
)

const (
	defaultHandshake = 5 * time.Second
	defaultTotal     = 10 * time.Second

	// afterwards is how long a TLS 1.3 server may take to refuse what was a complete
	// handshake for the client; demanding is that time for a server that has asked
	// for a client certificate: its alert needs one way through the network.
	afterwards = 30 * time.Millisecond
	demanding  = 250 * time.Millisecond

	maxAcceptedCAs = 32
	maxFirst       = 96 // bytes of an answer that is no TLS
)

// shake makes one handshake and writes into a what came of it. patient waits after
// a TLS 1.3 handshake for an alert, also when no client certificate was asked for.
func shake(ctx context.Context, conn net.Conn, port int, alpn []string, patient bool, a *Attempt) {
	w := &wire{Conn: conn}
	a.Stage = "handshake"
	err := look(ctx, w, alpn, patient, a)
	f := readFlight(w.seen, w.secret())
	if a.Chain == nil && f.chain != nil {
		a.Chain, a.Raw = f.chain, true
	}
	a.WantsClientCertificate = a.WantsClientCertificate || f.request
	if len(a.Staple) == 0 {
		a.Staple = f.staple
	}
	if a.Version == 0 {
		a.Version = f.version
	}
	if a.Cipher == "" && f.cipher != 0 {
		a.Cipher = suiteName(f.cipher)
	}
	if err == nil {
		return
	}
	if a.Alert = remoteAlert(err); a.Alert < 0 && a.Version < tls.VersionTLS13 {
		a.Alert = f.alert
	}
	explain(err, w.seen, f, port, a)
}

// look is the only place where a certificate is accepted whatever it is: a chain
// that does not verify can be seen in no other way. No data is sent over the
// connection and what is read is thrown away.
func look(ctx context.Context, w *wire, alpn []string, patient bool, a *Attempt) error {
	c := tls.Client(w, &tls.Config{
		ServerName: a.SNI,
		MinVersion: tls.VersionTLS12,
		MaxVersion: a.MaxVersion,
		NextProtos: alpn,
		//tlslint:ignore TLS101 -- the chain is judged by Diagnose; the connection carries no data
		InsecureSkipVerify: true,
		KeyLogWriter:       &w.secrets, // stays in memory; see wire
		VerifyPeerCertificate: func(chain [][]byte, _ [][]*x509.Certificate) error {
			for _, der := range chain {
				a.Chain = append(a.Chain, bytes.Clone(der))
			}
			return nil
		},
		GetClientCertificate: func(r *tls.CertificateRequestInfo) (*tls.Certificate, error) {
			a.WantsClientCertificate = true
			for _, name := range r.AcceptableCAs[:min(len(r.AcceptableCAs), maxAcceptedCAs)] {
				a.AcceptedCAs = append(a.AcceptedCAs, distinguished(name))
			}
			return new(tls.Certificate), nil
		},
	})
	begun := time.Now()
	err := c.HandshakeContext(ctx)
	state := c.ConnectionState()
	a.Staple, a.SCTs = state.OCSPResponse, state.SignedCertificateTimestamps
	a.Version, a.ALPN = state.Version, Clean(state.NegotiatedProtocol)
	if err != nil {
		return err
	}
	a.Cipher = suiteName(state.CipherSuite)
	wait := afterwards
	if a.WantsClientCertificate {
		wait = max(demanding, 3*time.Since(begun))
	}
	if a.Version < tls.VersionTLS13 || !a.WantsClientCertificate && !patient {
		return nil
	}
	a.Stage = "read"
	w.SetReadDeadline(time.Now().Add(wait))
	_, err = c.Read(make([]byte, 1))
	if remoteAlert(err) > 0 || a.WantsClientCertificate && (isReset(err) || errors.Is(err, io.EOF)) {
		return err
	}
	return nil
}

// distinguished writes a name that a server accepts certificates of.
func distinguished(der []byte) string {
	var rdns pkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &rdns); err != nil || len(rest) > 0 {
		return Clean(hex.EncodeToString(der[:min(len(der), 64)]))
	}
	return Clean(rdns.String())
}

// remoteAlert gives the number of the alert that the peer sent, -1 when an error is
// none. The type of crypto/tls for it has no name outside of that package.
func remoteAlert(err error) int {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return -1
	}
	if v := reflect.ValueOf(op.Err); v.Kind() == reflect.Uint8 {
		return int(v.Uint())
	}
	return -1
}

// The alerts that decide a class (RFC 8446, 6.2; RFC 6066; RFC 7301).
const (
	alertHandshakeFailure     = 40
	alertCertificateUnknown   = 46
	alertProtocolVersion      = 70
	alertInsufficientSecurity = 71
	alertInternalError        = 80
	alertMissingExtension     = 109
	alertUnrecognizedName     = 112
	alertCertificateRequired  = 116
	alertNoProtocol           = 120
)

// explain puts a failed handshake into a class.
func explain(err error, seen []byte, f flight, port int, a *Attempt) {
	a.Err = Clean(err.Error())
	text := err.Error()
	switch {
	case !looksLikeTLS(seen):
		a.First = Clean(string(seen[:min(len(seen), maxFirst)]))
		a.spoken = sniff(seen, port)
		a.Fault = a.spoken.class
		if a.Fault == NotTLS && isTimeout(err) && len(seen) < 5 {
			a.Fault = Timeout
		}
	case a.Alert >= 0:
		a.Fault = alertClass(a)
	case errors.Is(err, errTooMuch), strings.Contains(text, "exceeds maximum of"):
		a.Fault = HandshakeFailed
		if f.partial == messageCertificate || strings.Contains(text, "exceeds maximum of 262144") {
			a.Fault = TooLarge
		}
	case isTimeout(err):
		a.Fault = Timeout
	case a.WantsClientCertificate && len(a.Chain) > 0 && (isReset(err) || isEOF(err)):
		a.Fault, a.Demanded = ClientCertificate, true
	case isReset(err):
		a.Fault = Reset
	case isEOF(err):
		a.Fault = Closed
	case strings.Contains(text, "failed to parse certificate"):
		a.Fault = Malformed
	case strings.Contains(text, "invalid signature by the server certificate") && !strings.Contains(text, "insecure"),
		strings.Contains(text, "certificate used with invalid signature algorithm"):
		a.Fault = KeyMismatch
	case strings.Contains(text, "selected unsupported protocol version"):
		a.Fault = OldProtocol
	case strings.Contains(text, "unconfigured cipher suite"):
		a.Fault = NoSharedCipher
	default:
		a.Fault = HandshakeFailed
	}
}

// alertClass says what an alert means at the point where it came.
func alertClass(a *Attempt) Class {
	certificate := a.Alert >= 41 && a.Alert <= 49 && a.Alert != 47 || a.Alert == alertHandshakeFailure
	switch {
	case a.Alert == alertCertificateRequired,
		a.WantsClientCertificate && len(a.Chain) > 0 && certificate:
		a.Demanded = true
		return ClientCertificate
	case a.Alert == alertUnrecognizedName && a.SNI != "":
		return NameUnrecognized
	case (a.Alert == alertUnrecognizedName || a.Alert == alertMissingExtension) && a.SNI == "":
		return NeedsSNI
	case a.Alert == alertProtocolVersion:
		return OldProtocol
	case a.Alert == alertNoProtocol:
		return ALPNRefused
	case (a.Alert == alertHandshakeFailure || a.Alert == alertInsufficientSecurity) && len(a.Chain) == 0:
		return NoSharedCipher
	}
	return HandshakeFailed
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) ||
		errors.As(err, &n) && n.Timeout()
}

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) ||
		err != nil && strings.Contains(err.Error(), "forcibly closed") // Windows
}

func isEOF(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// oldSuites names the cipher suites that crypto/tls has no name for.
var oldSuites = map[uint16]string{
	0x009e: "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", 0x009f: "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
	0xccaa: "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
	0x0033: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA", 0x0039: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
	0x0067: "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256", 0x006b: "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
	0x0016: "TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA", 0x0045: "TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA",
	0x0088: "TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA", 0x0041: "TLS_RSA_WITH_CAMELLIA_128_CBC_SHA",
	0x0084: "TLS_RSA_WITH_CAMELLIA_256_CBC_SHA", 0x003d: "TLS_RSA_WITH_AES_256_CBC_SHA256",
	0xc028: "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", 0xc024: "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
	0xc008: "TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA",
	0x0004: "TLS_RSA_WITH_RC4_128_MD5", 0x0009: "TLS_RSA_WITH_DES_CBC_SHA",
	0x00a2: "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256", 0x00a3: "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384",
	0x0032: "TLS_DHE_DSS_WITH_AES_128_CBC_SHA", 0x0038: "TLS_DHE_DSS_WITH_AES_256_CBC_SHA",
	0x0040: "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256", 0x006a: "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256",
	0x0013: "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA",
}

func suiteName(id uint16) string {
	if name, ok := oldSuites[id]; ok {
		return name
	}
	return tls.CipherSuiteName(id)
}
