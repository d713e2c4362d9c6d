package faultlab

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	"crypto/x509/pkix"

	"github.com/tlslint/tlslint/probe"
)

// connections are the faults before, or instead of, TLS.
var connections = []Row{
	{48, "plain-http", "The port speaks HTTP without TLS.", only(
		func(l *Lab) *Setup {
			return l.speaks(says("", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n400 Bad Request"))
		},
		Expect{Class: probe.PlainHTTP, Weight: probe.Failure, Says: "HTTP/1.1 400", Action: "http://|port|scheme",
			Not: connectionOnly})},

	{49, "other-protocol", "The port speaks a protocol that begins in plain text.", []Case{
		{"smtp", "It is SMTP.", func(l *Lab) *Setup {
			return l.speaks(says("220 mail.lab.test ESMTP ready\r\n", ""))
		}, otherProtocol("smtp")},
		{"imap", "It is IMAP.", func(l *Lab) *Setup {
			return l.speaks(says("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", ""))
		}, otherProtocol("imap")},
		{"pop3", "It is POP3.", func(l *Lab) *Setup {
			return l.speaks(says("+OK POP3 ready\r\n", ""))
		}, otherProtocol("pop3")},
		{"ftp", "It is FTP.", func(l *Lab) *Setup {
			return l.speaks(says("220 (vsFTPd 3.0.5)\r\n", ""))
		}, otherProtocol("ftp")},
		{"mysql", "It is MySQL.", func(l *Lab) *Setup {
			return l.speaks(says(mysqlGreeting, ""))
		}, otherProtocol("mysql")},
		{"ldap", "It is LDAP.", func(l *Lab) *Setup {
			// The notice of disconnection of RFC 4511, section 4.4.1: protocolError.
			notice := element(0x30, marshal(0), element(0x78, element(0x0a, []byte{2}), element(4), element(4, []byte("bad request")),
				element(0x8a, []byte("1.3.6.1.4.1.1466.20036"))))
			return l.speaks(says("", string(notice)))
		}, otherProtocol("ldap")},
		{"postgres", "It is PostgreSQL before version 17, which hangs up without a word.", func(l *Lab) *Setup {
			return l.speaks(func(conn net.Conn) {
				if preambles["postgres"](bufio.NewReader(conn), conn) == nil {
					drain(conn)
				}
			})
		}, otherProtocol("postgres")},
	}},

	{50, "starttls", "A server that is asked for TLS by STARTTLS does not send the intermediate.", func() (cases []Case) {
		for _, protocol := range []string{"smtp", "imap", "pop3", "ftp", "xmpp", "postgres", "mysql", "ldap"} {
			cases = append(cases, Case{protocol, "It is " + protocolNames[protocol] + ".", func(l *Lab) *Setup {
				root, ca := l.family()
				url := l.web(map[string][]byte{"/ca.crt": ca.DER}) + "/ca.crt"
				leaf := l.leaf(ca, host, aia(url))
				s := l.setup(host, l.starttls(protocol, config(leaf)), root)
				s.Target.STARTTLS = protocol
				s.Options.AIA = true
				s.TLS, s.Sent = true, [][]byte{leaf.DER}
				return s
			}, completed})
		}
		return cases
	}()},

	{51, "no-tls-at-all", "Something answers, but it does not complete a TLS handshake.", []Case{
		{"garbage", "It sends bytes that mean nothing.", func(l *Lab) *Setup {
			return l.speaks(says("", "\x00\xde\xad\xbe\xef\x01\x02\x03\x04\x05\x06\x07"))
		}, broken(probe.NotTLS)},
		{"closed", "It closes the connection.", func(l *Lab) *Setup {
			return l.speaks(says("", ""))
		}, broken(probe.Closed)},
		{"reset", "It resets the connection.", func(l *Lab) *Setup {
			return l.speaks(func(conn net.Conn) {
				conn.Read(make([]byte, 1))
				conn.(*net.TCPConn).SetLinger(0)
			})
		}, broken(probe.Reset)},
		{"hang", "It never answers.", func(l *Lab) *Setup {
			return l.speaks(func(conn net.Conn) { io.Copy(io.Discard, conn) }).hurried()
		}, broken(probe.Timeout)},
		{"slow", "It sends one byte at a time.", func(l *Lab) *Setup {
			return l.speaks(func(conn net.Conn) {
				for _, b := range []byte("\x16\x03\x03\x40\x00\x02\x00\x3f\xfc\x03\x03abcdefghijklmnopqrstuvwxyz") {
					if _, err := conn.Write([]byte{b}); err != nil {
						return
					}
					time.Sleep(100 * time.Millisecond)
				}
			}).hurried()
		}, broken(probe.Timeout)},
		{"endless", "Its first message of the handshake never ends.", func(l *Lab) *Setup {
			return l.speaks(func(conn net.Conn) {
				// A ServerHello of 16 MiB less one byte, in records that look right.
				record := append([]byte{22, 3, 3, 0x40, 0, 2, 0xff, 0xff, 0xff}, make([]byte, 1<<14-4)...)
				for {
					if _, err := conn.Write(record); err != nil {
						return
					}
					record = binary.BigEndian.AppendUint16([]byte{22, 3, 3}, 1<<14)
					record = append(record, make([]byte, 1<<14)...)
				}
			}).hurried()
		}, Expect{Class: probe.NotTLS, Weight: probe.Failure, Or: classes(probe.HandshakeFailed, probe.TooLarge), Not: connectionOnly}},
	}},

	{52, "unreachable", "There is no connection at all.", []Case{
		{"refused", "Nothing listens on the port.", func(l *Lab) *Setup {
			ln, err := l.listen("127.0.0.1", 0)
			must(err)
			ln.Close()
			return l.setup(host, port(ln))
		}, broken(probe.Refused)},
		{"no-such-name", "The name does not exist.", func(l *Lab) *Setup {
			l.failures["nowhere.test"] = &net.DNSError{Err: "no such host", Name: "nowhere.test", Server: "192.0.2.53:53", IsNotFound: true}
			return l.setup("nowhere.test", 443)
		}, noName(probe.NameNotFound)},
		{"resolver-timeout", "The name server does not answer.", func(l *Lab) *Setup {
			l.failures["nowhere.test"] = &net.DNSError{Err: "i/o timeout", Name: "nowhere.test", Server: "192.0.2.53:53", IsTimeout: true, IsTemporary: true}
			return l.setup("nowhere.test", 443)
		}, noName(probe.ResolverFailed)},
	}},

	{57, "proxy", "The proxy of the environment does not let the connection through.", []Case{
		{"407", "It asks for a password.", func(l *Lab) *Setup {
			return l.through(l.proxy("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"lab\"\r\nContent-Length: 0\r\n\r\n"))
		}, proxyRefused("407 Proxy Authentication Required")},
		{"403", "It forbids the host.", func(l *Lab) *Setup {
			return l.through(l.proxy("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"))
		}, proxyRefused("403 Forbidden")},
		{"timeout", "It never answers.", func(l *Lab) *Setup {
			at := l.raw(func(conn net.Conn) { io.Copy(io.Discard, conn) })
			return l.through(net.JoinHostPort("127.0.0.1", strconv.Itoa(at))).hurried()
		}, Expect{Class: probe.ProxyRefused, Weight: probe.Failure, Liability: probe.Network, Says: "proxy",
			Or: classes(probe.Timeout), Not: connectionOnly}},
		{"no-proxy", "It is not an HTTP proxy.", func(l *Lab) *Setup {
			return l.through(net.JoinHostPort("127.0.0.1", strconv.Itoa(l.raw(says("", "-ERR what\r\n")))))
		}, proxyRefused("")},
		{"lets-through", "Nothing is wrong: the proxy opens the tunnel.", func(l *Lab) *Setup {
			root, ca := l.family()
			s := l.through(l.proxy("HTTP/1.1 200 Connection established\r\n\r\n"))
			s.Options.Trust = store("lab", root)
			s.Target.Port = l.serve(config(l.leaf(ca, host), ca))
			return s
		}, Expect{Class: probe.OK, Codes: codes(0, 0)}},
	}},

	{58, "captive-portal", "The login page of a network answers instead of the server.", []Case{
		{"one-certificate", "It has one self-signed certificate, and sends it for every host.", func(l *Lab) *Setup {
			portal := l.portal("login.hotspot.test")
			return l.everywhere(func(string) []*Cert { return []*Cert{portal} })
		}, captivePortal(18, 62)},
		{"one-for-every-name", "It signs a certificate for any name that it is asked for.", func(l *Lab) *Setup {
			s := l.everywhere(func(name string) []*Cert { return []*Cert{l.portal(name)} })
			s.Options.Compare = ""
			return s
		}, captivePortal(18, 18)},
	}},
}

// portal is a self-signed certificate of a login page.
func (l *Lab) portal(name string) *Cert {
	return l.leaf(nil, name, subject(pkix.Name{Organization: []string{"Hotspot"}, CommonName: name}))
}

func captivePortal(first, sclient int) Expect {
	return Expect{Class: probe.CaptivePortal, Weight: probe.Failure, Liability: probe.Network, Codes: codes(first, sclient),
		Action: "log in", Innocent: probe.Server, Not: classes(probe.IncompleteChain), Clients: everybody(false)}
}

var protocolNames = map[string]string{"smtp": "SMTP", "imap": "IMAP", "pop3": "POP3", "ftp": "FTP", "xmpp": "XMPP",
	"postgres": "PostgreSQL", "mysql": "MySQL", "ldap": "LDAP"}

// connectionOnly are classes about certificates: there was none.
var connectionOnly = append(accusing, probe.PrivateCA, probe.IssuerUnknown, probe.NameMismatch, probe.Expired)

func otherProtocol(protocol string) Expect {
	return Expect{Class: probe.OtherProtocol, Weight: probe.Failure, Says: protocolNames[protocol], Action: "--starttls " + protocol,
		Not: connectionOnly}
}

func broken(class probe.Class) Expect {
	return Expect{Class: class, Weight: probe.Failure, Not: connectionOnly}
}

func noName(class probe.Class) Expect {
	return Expect{Class: class, Weight: probe.Failure, Says: "nowhere.test", Not: connectionOnly}
}

func proxyRefused(says string) Expect {
	return Expect{Class: probe.ProxyRefused, Weight: probe.Failure, Liability: probe.Network, Says: says, Not: connectionOnly}
}

// speaks is a server that is no TLS server.
func (l *Lab) speaks(talk func(net.Conn)) *Setup {
	return l.setup(host, l.raw(talk), l.root("Lab Root CA"))
}

// through is a target that is reached by a proxy whose password must not be shown.
func (l *Lab) through(proxy string) *Setup {
	s := l.setup(host, 443)
	s.Options.Proxy = fmt.Sprintf("http://user:%s@%s", ProxyPassword, proxy)
	return s
}

// ProxyPassword must not stand in anything that a probe says.
const ProxyPassword = "correct-horse"

// hurried shortens the limits, so that a server that hangs does not hold up the lab.
func (s *Setup) hurried() *Setup {
	s.Options.Dial, s.Options.Handshake, s.Options.Total = 400*time.Millisecond, 400*time.Millisecond, 1500*time.Millisecond
	return s
}
