package probe

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net"
	"strings"

	"golang.org/x/crypto/chacha20poly1305"
	"golang.org/x/crypto/cryptobyte"
)

// maxRead is how many bytes of one connection are read. A chain of certificates has
// a few thousand.
const maxRead = 256 << 10

var errTooMuch = errors.New("more than 256 KiB came before the handshake was done")

// wire is a connection that keeps what was read from it, and stops at 256 KiB.
//
// crypto/tls gives a certificate that it cannot parse to nobody, so it is cut out of
// the records: up to TLS 1.2 they are plain, and for TLS 1.3 the key of the server's
// handshake records is kept. Both concern nothing but the certificates of a server
// to which no data is ever sent.
type wire struct {
	net.Conn
	seen    []byte
	secrets bytes.Buffer // lines of the NSS key log
}

func (w *wire) Read(p []byte) (int, error) {
	room := maxRead - len(w.seen)
	if room <= 0 {
		return 0, errTooMuch
	}
	n, err := w.Conn.Read(p[:min(len(p), room)])
	w.seen = append(w.seen, p[:n]...)
	return n, err
}

// secret is the key that the server's handshake records are under, nil before TLS
// 1.3.
func (w *wire) secret() []byte {
	for line := range strings.Lines(w.secrets.String()) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "SERVER_HANDSHAKE_TRAFFIC_SECRET" {
			secret, _ := hex.DecodeString(f[2])
			return secret
		}
	}
	return nil
}

// The types of records and of handshake messages that a server's answer is read
// for: RFC 5246 (6.2.1, 7.4) and RFC 8446 (4, 5.1).
const (
	recordChangeCipherSpec = 20
	recordAlert            = 21
	recordHandshake        = 22
	recordData             = 23

	messageServerHello        = 2
	messageCertificate        = 11
	messageCertificateRequest = 13
	messageServerHelloDone    = 14
	messageCertificateStatus  = 22
)

// flight is what the records of a server tell before the handshake is done.
type flight struct {
	version uint16 // 0 when there was no ServerHello
	cipher  uint16
	chain   [][]byte
	staple  []byte
	request bool // a client certificate was asked for
	alert   int  // -1 for none
	done    bool // the server has said all it says before the client answers
	partial byte // the type of a handshake message that is not complete, 0 for none
}

// readFlight reads the records of a server, which may be cut anywhere. secret is the
// key of the encrypted ones, nil when there is none.
func readFlight(seen, secret []byte) flight {
	f := flight{alert: -1}
	var messages []byte
	var open *opener
	taken := 0 // of messages
records:
	for s := cryptobyte.String(seen); !s.Empty(); {
		var kind uint8
		var version uint16
		var body cryptobyte.String
		header := s
		if !s.ReadUint8(&kind) || !s.ReadUint16(&version) {
			break
		}
		if !s.ReadUint16LengthPrefixed(&body) {
			if kind == recordHandshake && len(header) > 5 && len(messages) == taken {
				f.partial = header[5]
			}
			break
		}
		plain := []byte(body)
		if kind == recordData && f.version == tls.VersionTLS13 {
			if open == nil {
				if open = newOpener(f.cipher, secret); open == nil {
					break
				}
			}
			var ok bool
			if kind, plain, ok = open.record(header[:5], plain); !ok {
				break
			}
		}
		switch kind {
		case recordChangeCipherSpec:
			if f.version != tls.VersionTLS13 {
				break records // what follows is encrypted
			}
		case recordAlert:
			if len(plain) == 2 {
				f.alert = int(plain[1])
			}
		case recordHandshake:
			messages = append(messages, plain...)
			taken += f.messages(messages[taken:])
			f.partial = 0
			if taken < len(messages) {
				f.partial = messages[taken]
			}
		}
	}
	return f
}

// messages reads all complete handshake messages and says how many bytes they have.
func (f *flight) messages(b []byte) (taken int) {
	s := cryptobyte.String(b)
	for {
		var kind uint8
		var body cryptobyte.String
		if !s.ReadUint8(&kind) || !s.ReadUint24LengthPrefixed(&body) {
			return taken
		}
		f.message(kind, body)
		taken = len(b) - len(s)
	}
}

func (f *flight) message(kind uint8, body cryptobyte.String) {
	switch kind {
	case messageServerHello:
		f.serverHello(body)
	case messageCertificate:
		if f.chain == nil {
			f.certificate(body)
		}
	case messageCertificateRequest:
		f.request = true
	case messageCertificateStatus:
		var how uint8
		var response cryptobyte.String
		if body.ReadUint8(&how) && body.ReadUint24LengthPrefixed(&response) {
			f.staple = response
		}
	case messageServerHelloDone:
		f.done = true
	}
}

func (f *flight) serverHello(body cryptobyte.String) {
	var version, suite uint16
	var session, extensions cryptobyte.String
	if !body.ReadUint16(&version) || !body.Skip(32) || !body.ReadUint8LengthPrefixed(&session) ||
		!body.ReadUint16(&suite) || !body.Skip(1) {
		return
	}
	f.version, f.cipher = version, suite
	if !body.ReadUint16LengthPrefixed(&extensions) {
		return
	}
	for !extensions.Empty() {
		var kind uint16
		var value cryptobyte.String
		if !extensions.ReadUint16(&kind) || !extensions.ReadUint16LengthPrefixed(&value) {
			return
		}
		if kind == extensionSupportedVersions && value.ReadUint16(&version) {
			f.version = version
		}
	}
}

func (f *flight) certificate(body cryptobyte.String) {
	var list, context cryptobyte.String
	if f.version == tls.VersionTLS13 && !body.ReadUint8LengthPrefixed(&context) || !body.ReadUint24LengthPrefixed(&list) {
		return
	}
	for !list.Empty() {
		var der, extensions cryptobyte.String
		if !list.ReadUint24LengthPrefixed(&der) ||
			f.version == tls.VersionTLS13 && !list.ReadUint16LengthPrefixed(&extensions) {
			return
		}
		f.chain = append(f.chain, bytes.Clone(der))
	}
}

// opener decrypts the handshake records of a TLS 1.3 server (RFC 8446, 5.2, 7.3).
type opener struct {
	aead  cipher.AEAD
	iv    []byte
	count uint64
}

func newOpener(suite uint16, secret []byte) *opener {
	var sum func() hash.Hash = sha256.New
	size := 16
	switch suite {
	case tls.TLS_AES_128_GCM_SHA256:
	case tls.TLS_AES_256_GCM_SHA384:
		sum, size = sha512.New384, 32
	case tls.TLS_CHACHA20_POLY1305_SHA256:
		size = 32
	default:
		return nil
	}
	if len(secret) != sum().Size() {
		return nil
	}
	key, err := expandLabel(sum, secret, "key", size)
	if err != nil {
		return nil
	}
	o := new(opener)
	if o.iv, err = expandLabel(sum, secret, "iv", 12); err != nil {
		return nil
	}
	if suite == tls.TLS_CHACHA20_POLY1305_SHA256 {
		o.aead, err = chacha20poly1305.New(key)
	} else {
		var b cipher.Block
		if b, err = aes.NewCipher(key); err == nil {
			o.aead, err = cipher.NewGCM(b)
		}
	}
	if err != nil {
		return nil
	}
	return o
}

// expandLabel is HKDF-Expand-Label with an empty context (RFC 8446, 7.1).
func expandLabel(sum func() hash.Hash, secret []byte, label string, size int) ([]byte, error) {
	var b cryptobyte.Builder
	b.AddUint16(uint16(size))
	b.AddUint8LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte("tls13 " + label)) })
	b.AddUint8(0)
	return hkdf.Expand(sum, secret, string(b.BytesOrPanic()), size)
}

// record gives the type and the text of one encrypted record.
func (o *opener) record(header, sealed []byte) (kind uint8, plain []byte, ok bool) {
	nonce := bytes.Clone(o.iv)
	var count [8]byte
	binary.BigEndian.PutUint64(count[:], o.count)
	for i, c := range count {
		nonce[4+i] ^= c
	}
	o.count++
	plain, err := o.aead.Open(nil, nonce, sealed, header)
	if err != nil {
		return 0, nil, false
	}
	plain = bytes.TrimRight(plain, "\x00")
	if len(plain) == 0 {
		return 0, nil, false
	}
	return plain[len(plain)-1], plain[:len(plain)-1], true
}

// The extensions that a ClientHello of ours has (RFC 6066, 8422, 5246, 8446).
const (
	extensionServerName          = 0
	extensionStatusRequest       = 5
	extensionSupportedGroups     = 10
	extensionPointFormats        = 11
	extensionSignatureAlgorithms = 13
	extensionSupportedVersions   = 43
)

// keyType restricts what a ClientHello takes.
type keyType int

const (
	anyKey keyType = iota
	rsaKey
	ecdsaKey
)

// The cipher suites that servers have had since SSL 3, by the key of the
// certificate: those of crypto/tls and, by number, those with finite-field
// Diffie-Hellman, Camellia and DSA that it leaves out.
var (
	rsaSuites = []uint16{
		0xc02f, 0xc030, 0xcca8, 0xc013, 0xc014, 0xc027, 0xc028, 0xc012, 0xc011, // ECDHE
		0x009e, 0x009f, 0xccaa, 0x0033, 0x0039, 0x0067, 0x006b, 0x0016, 0x0045, 0x0088, // DHE
		0x009c, 0x009d, 0x002f, 0x0035, 0x003c, 0x003d, 0x000a, 0x0005, 0x0004, 0x0009, 0x0041, 0x0084, // RSA
	}
	ecdsaSuites = []uint16{0xc02b, 0xc02c, 0xcca9, 0xc009, 0xc00a, 0xc023, 0xc024, 0xc008, 0xc007}
	dsaSuites   = []uint16{0x00a2, 0x00a3, 0x0032, 0x0038, 0x0040, 0x006a, 0x0013}
)

// oldHello is a ClientHello for everything up to TLS 1.2, of which crypto/tls makes
// only the newer half: it asks an old server which version and suite it would take.
// sni is "" for none.
func oldHello(sni string, key keyType) []byte {
	suites := append(append([]uint16{}, ecdsaSuites...), rsaSuites...)
	suites = append(suites, dsaSuites...)
	signatures := []uint16{0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0807, 0x0203, 0x0201, 0x0202}
	switch key {
	case rsaKey:
		suites = rsaSuites
		signatures = []uint16{0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0201}
	case ecdsaKey:
		suites = ecdsaSuites
		signatures = []uint16{0x0403, 0x0503, 0x0603, 0x0203}
	}
	var b cryptobyte.Builder
	list := func(b *cryptobyte.Builder, values []uint16) {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			for _, v := range values {
				b.AddUint16(v)
			}
		})
	}
	extension := func(b *cryptobyte.Builder, kind uint16, value func(*cryptobyte.Builder)) {
		b.AddUint16(kind)
		b.AddUint16LengthPrefixed(value)
	}
	b.AddUint8(recordHandshake)
	b.AddUint16(tls.VersionTLS10)
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
		b.AddUint8(1) // ClientHello
		b.AddUint24LengthPrefixed(func(b *cryptobyte.Builder) {
			b.AddUint16(tls.VersionTLS12)
			random := make([]byte, 32)
			rand.Read(random)
			b.AddBytes(random)
			b.AddUint8(0) // no session
			list(b, append([]uint16{0x00ff}, suites...))
			b.AddUint8(1)
			b.AddUint8(0) // no compression
			b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
				if sni != "" {
					extension(b, extensionServerName, func(b *cryptobyte.Builder) {
						b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
							b.AddUint8(0)
							b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte(sni)) })
						})
					})
				}
				extension(b, extensionStatusRequest, func(b *cryptobyte.Builder) { b.AddBytes([]byte{1, 0, 0, 0, 0}) })
				extension(b, extensionSupportedGroups, func(b *cryptobyte.Builder) { list(b, []uint16{29, 23, 24, 25}) })
				extension(b, extensionPointFormats, func(b *cryptobyte.Builder) { b.AddBytes([]byte{1, 0}) })
				extension(b, extensionSignatureAlgorithms, func(b *cryptobyte.Builder) { list(b, signatures) })
			})
		})
	})
	return b.BytesOrPanic()
}

// ask sends a ClientHello and reads what the server says to it, without going on.
func ask(ctx context.Context, w *wire, hello []byte) (flight, error) {
	stop := context.AfterFunc(ctx, func() { w.Close() })
	defer stop()
	if _, err := w.Write(hello); err != nil {
		return flight{alert: -1}, err
	}
	chunk := make([]byte, 16<<10)
	for {
		_, err := w.Read(chunk)
		f := readFlight(w.seen, nil)
		switch {
		case f.done || f.alert >= 0:
			return f, nil
		case err == io.EOF:
			return f, io.ErrUnexpectedEOF
		case err != nil:
			return f, err
		case !looksLikeTLS(w.seen):
			return f, errNotTLS
		}
	}
}
