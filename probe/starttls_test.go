package probe

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// script is a server that greets and answers each read with the next text.
func script(texts ...string) func(net.Conn) error {
	return func(c net.Conn) error {
		for i, text := range texts {
			if i > 0 {
				if _, err := c.Read(make([]byte, 512)); err != nil {
					return err
				}
			}
			if _, err := io.WriteString(c, text); err != nil {
				return err
			}
		}
		return nil
	}
}

const (
	labMySQL = "\x4a\x00\x00\x00\x0a8.0.36\x00\x0b\x00\x00\x00abcdefgh\x00\xff\xff\xff\x02\x00\xff\xdf\x15" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00abcdefghijkl\x00mysql_native_password\x00"
	labFeatures = "<?xml version='1.0'?><stream:stream from='host.test' version='1.0'><stream:features>" +
		"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>"
	labLDAP = "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"
)

// labPreambles are servers that go on with TLS.
var labPreambles = map[string][]string{
	"smtp":     {"220-mail.test\r\n220 ready\r\n", "250-mail.test\r\n250-SIZE 1\r\n250 STARTTLS\r\n", "220 go ahead\r\n"},
	"imap":     {"* OK ready\r\n", "* CAPABILITY IMAP4\r\na1 OK begin\r\n"},
	"pop3":     {"+OK ready\r\n", "+OK begin\r\n"},
	"ftp":      {"220 ready\r\n", "234 begin\r\n"},
	"ldap":     {"", labLDAP},
	"postgres": {"", "S"},
	"mysql":    {labMySQL},
	"xmpp":     {"", labFeatures, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"},
}

func TestSTARTTLS(t *testing.T) {
	ca := labCA()
	good, bad := ca.leaf(labHost, true, newECDSA()), ca.leaf(labHost, false, newECDSA())
	for protocol, texts := range labPreambles {
		for name, cert := range map[string]tls.Certificate{"good": good, "incomplete": bad} {
			t.Run(protocol+" "+name, func(t *testing.T) {
				t.Parallel()
				port := serve(t, "127.0.0.1:0", func(c net.Conn) {
					err := script(texts...)(c)
					if protocol == "mysql" { // the client goes on without an answer
						_, err = io.ReadFull(c, make([]byte, 36))
					}
					if err == nil {
						speakTLS(&tls.Config{Certificates: []tls.Certificate{cert}})(c)
					}
				})
				r := probeLab(t, port, func(target *Target, _ *Options) { target.STARTTLS = protocol })
				if a := r.Attempts[0]; len(a.Chain) != len(cert.Certificate) {
					t.Fatal(dump(r))
				}
				if (r.Diagnosis.Verdict() == OK) != (name == "good") {
					t.Error(dump(r))
				}
			})
		}
	}
}

func TestSTARTTLSRefusals(t *testing.T) {
	for _, test := range []struct {
		name, protocol string
		texts          []string
		class          Class
		liability      Liability
		says           string
	}{
		{"not offered", "smtp", []string{"220 x\r\n", "250-x\r\n250 SIZE 1\r\n"}, STARTTLSRefused, Server, "does not offer"},
		{"refused", "smtp", []string{"220 x\r\n", "250 STARTTLS\r\n", "454 not now\r\n"}, STARTTLSRefused, Server, "454 not now"},
		{"unwelcome", "smtp", []string{"554 go away\r\n"}, STARTTLSRefused, Server, "554 go away"},
		{"imap", "imap", []string{"* OK x\r\n", "a1 BAD no\r\n"}, STARTTLSRefused, Server, "a1 BAD no"},
		{"pop3", "pop3", []string{"+OK\r\n", "-ERR no\r\n"}, STARTTLSRefused, Server, "-ERR no"},
		{"ftp", "ftp", []string{"220 x\r\n", "502 no\r\n"}, STARTTLSRefused, Server, "502 no"},
		{"postgres", "postgres", []string{"", "N"}, STARTTLSRefused, Server, "switched off"},
		{"mysql", "mysql", []string{strings.Replace(labMySQL, "\xff\xff\xff\x02", "\xff\xf7\xff\x02", 1)}, STARTTLSRefused, Server, "switched off"},
		{"mysql error", "mysql", []string{"\x10\x00\x00\x00\xff\x10\x04Too many conns"}, STARTTLSRefused, Server, "Too many"},
		{"ldap", "ldap", []string{"", "\x30\x0e\x02\x01\x01\x78\x09\x0a\x01\x02\x04\x00\x04\x02no"}, STARTTLSRefused, Server, "result 2"},
		{"xmpp", "xmpp", []string{"", "<stream:stream><stream:features></stream:features>"}, STARTTLSRefused, Server, "does not offer"},
		{"xmpp failure", "xmpp", []string{"", labFeatures, "<failure/>"}, STARTTLSRefused, Server, "failure"},
		{"other protocol", "smtp", []string{"* OK IMAP4\r\n"}, OtherProtocol, ClientSide, "--starttls imap"},
		{"http", "ldap", []string{"", "HTTP/1.1 400 Bad Request\r\n"}, PlainHTTP, ClientSide, "HTTP/1.1 400"},
		{"implicit TLS", "ldap", []string{"", alertRecord(10)}, STARTTLSRefused, ClientSide, "from the first byte"},
		{"injection", "smtp", []string{"220 x\r\n", "250 STARTTLS\r\n", "220 go\r\n250 injected\r\n"}, STARTTLSRefused, CannotTell, "250 injected"},
		{"injection imap", "imap", []string{"* OK x\r\n", "a1 OK go\r\n* OK injected\r\n"}, STARTTLSRefused, CannotTell, "injected"},
		{"injection postgres", "postgres", []string{"", "Sinjected"}, STARTTLSRefused, CannotTell, "injected"},
		{"long line", "smtp", []string{"220 " + strings.Repeat("x", 8000) + "\r\n"}, STARTTLSRefused, Server, "4 KiB"},
		{"many lines", "smtp", []string{strings.Repeat("220-x\r\n", 500)}, STARTTLSRefused, Server, "too many lines"},
		{"unknown", "gopher", []string{""}, STARTTLSRefused, Server, "gopher"},
		{"escape", "smtp", []string{"220 x\r\n", "500 \x1b[2J\u202e\r\n"}, STARTTLSRefused, Server, `\x1b[2J\u202e`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			port := serve(t, "127.0.0.1:0", func(c net.Conn) {
				script(test.texts...)(c)
				c.(*net.TCPConn).CloseWrite()
				io.Copy(io.Discard, c)
			})
			r := probeLab(t, port, func(target *Target, _ *Options) { target.STARTTLS = test.protocol })
			f := r.Diagnosis.Findings[0]
			if f.Class != test.class || f.Liability != test.liability || !strings.Contains(f.Message+f.Proof+f.Action, test.says) {
				t.Error(dump(r))
			}
			if len(r.Attempts[0].Chain) > 0 {
				t.Error("a certificate was read from plain text")
			}
		})
	}
}

// talk is a server whose answers are given beforehand.
type talk struct {
	io.Reader
	sent bytes.Buffer
}

func (t *talk) Write(p []byte) (int, error) { return t.sent.Write(p) }

// FuzzSTARTTLS reads any answers in every protocol: it ends, and what is sent is the
// same whatever comes.
func FuzzSTARTTLS(f *testing.F) {
	var protocols []string
	for protocol, texts := range labPreambles {
		protocols = append(protocols, protocol)
		f.Add(strings.Join(texts, ""), uint8(len(protocols)-1))
	}
	slices.Sort(protocols)
	for i := range protocols {
		f.Add(strings.Join(labPreambles[protocols[i]], ""), uint8(i))
	}
	allowed := map[string]bool{}
	for _, protocol := range protocols {
		full := &talk{Reader: strings.NewReader(strings.Join(labPreambles[protocol], ""))}
		if err := preambles[protocol].start(bufio.NewReaderSize(full, maxLine), full, labHost); err != nil {
			f.Fatal(protocol, err)
		}
		for i := range full.sent.Len() + 1 {
			allowed[protocol+full.sent.String()[:i]] = true
		}
	}
	f.Fuzz(func(t *testing.T, text string, which uint8) {
		protocol := protocols[int(which)%len(protocols)]
		c := &talk{Reader: io.LimitReader(strings.NewReader(text), maxPreamble)}
		err := preambles[protocol].start(bufio.NewReaderSize(c, maxLine), c, labHost)
		if !allowed[protocol+c.sent.String()] {
			t.Errorf("%s: sent %q", protocol, c.sent.String())
		}
		var refused *refusal
		if err != nil && !errors.As(err, &refused) && !isEOF(err) {
			t.Errorf("%s: %v", protocol, err)
		}
		if refused != nil && (len(refused.answer) > 8*maxText || strings.ContainsFunc(refused.answer, unicode.IsControl)) {
			t.Errorf("%s: %q is not inert", protocol, refused.answer)
		}
	})
}
