package faultlab

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// patience bounds how long a server of the lab talks to one client.
const patience = 15 * time.Second

// config is a server's configuration that sends the certificates, leaf first.
func config(certs ...*Cert) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{chain(certs...)}}
}

// listen is a listener on a loopback address; port 0 is a free one.
func (l *Lab) listen(address string, port int) (net.Listener, error) {
	ln, err := net.Listen("tcp", net.JoinHostPort(address, fmt.Sprint(port)))
	if err == nil {
		l.keep(ln)
		l.mu.Lock()
		l.ports = append(l.ports, ln.Addr().(*net.TCPAddr).Port)
		l.mu.Unlock()
	}
	return ln, err
}

// raw serves each connection with talk and returns the port.
func (l *Lab) raw(talk func(net.Conn)) int {
	ln, err := l.listen("127.0.0.1", 0)
	must(err)
	l.accept(ln, talk)
	return port(ln)
}

func (l *Lab) accept(ln net.Listener, talk func(net.Conn)) {
	l.running.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			l.keep(conn)
			l.running.Go(func() {
				defer l.release(conn)
				defer conn.Close()
				conn.SetDeadline(time.Now().Add(patience))
				talk(conn)
			})
		}
	})
}

// serve stands up a TLS server and returns its port.
func (l *Lab) serve(c *tls.Config) int {
	return l.raw(talkTLS(c))
}

func talkTLS(c *tls.Config) func(net.Conn) {
	return func(conn net.Conn) { secure(conn, c) }
}

// secure is the TLS part of a connection: a web server that says "ok".
func secure(conn net.Conn, c *tls.Config) {
	server := tls.Server(conn, c)
	defer server.Close()
	if server.Handshake() != nil {
		drain(conn)
		return
	}
	request, err := http.ReadRequest(bufio.NewReader(server))
	if err == nil && request != nil {
		io.WriteString(server, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n")
	}
}

// drain reads what the client still sends, so that closing does not reset the
// connection and take the alert away before it is read.
func drain(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.CloseWrite()
	}
	conn.SetReadDeadline(time.Now().Add(time.Second))
	io.Copy(io.Discard, conn)
}

// web serves each path with what stands in files, 404 for others, and returns the
// URL of the server without a path.
func (l *Lab) web(files map[string][]byte) string {
	return l.webFor(func(string) map[string][]byte { return files })
}

// webFor is web for files that depend on the URL.
func (l *Lab) webFor(make func(url string) map[string][]byte) string {
	ln, err := l.listen("127.0.0.1", 0)
	must(err)
	url := fmt.Sprintf("http://pki.lab.test:%d", port(ln))
	files := make(url)
	server := &http.Server{
		ReadTimeout: patience,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			data, ok := files[r.URL.Path]
			if !ok {
				http.NotFound(w, r)
				return
			}
			if strings.HasPrefix(r.URL.Path, "/ocsp") {
				w.Header().Set("Content-Type", "application/ocsp-response")
			}
			w.Write(data)
		}),
	}
	l.keep(server)
	l.running.Go(func() {
		if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			ln.Close()
		}
	})
	return url
}

// says answers the first bytes of a client with a text; a server that speaks first
// greets before.
func says(greeting, answer string) func(net.Conn) {
	return func(conn net.Conn) {
		io.WriteString(conn, greeting)
		if n, _ := conn.Read(make([]byte, 4096)); n > 0 {
			io.WriteString(conn, answer)
		}
		drain(conn)
	}
}

// starttls stands up a server of a protocol that begins in plain text.
func (l *Lab) starttls(protocol string, c *tls.Config) int {
	preamble := preambles[protocol]
	return l.raw(func(conn net.Conn) {
		r := bufio.NewReader(conn)
		if preamble(r, conn) == nil {
			secure(buffered{conn, r}, c)
		}
	})
}

// buffered is a connection of which something was read ahead: a client of MySQL does
// not wait for an answer before its ClientHello.
type buffered struct {
	net.Conn
	r *bufio.Reader
}

func (b buffered) Read(p []byte) (int, error) { return b.r.Read(p) }

// preambles play the server's part up to the point where TLS begins.
var preambles = map[string]func(*bufio.Reader, io.Writer) error{
	// RFC 3207
	"smtp": lines("220 mail.lab.test ESMTP ready\r\n", "STARTTLS", "220 go ahead\r\n", map[string]string{
		"EHLO": "250-mail.lab.test\r\n250-SIZE 1000000\r\n250 STARTTLS\r\n",
	}),
	// RFC 2595
	"imap": func(r *bufio.Reader, w io.Writer) error {
		io.WriteString(w, "* OK IMAP4rev1 ready\r\n")
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return err
			}
			tag, command, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch strings.ToUpper(command) {
			case "CAPABILITY":
				fmt.Fprintf(w, "* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK done\r\n", tag)
			case "STARTTLS":
				_, err := fmt.Fprintf(w, "%s OK begin\r\n", tag)
				return err
			default:
				fmt.Fprintf(w, "%s BAD what\r\n", tag)
			}
		}
	},
	"pop3": lines("+OK ready\r\n", "STLS", "+OK begin\r\n", map[string]string{
		"CAPA": "+OK\r\nSTLS\r\n.\r\n",
	}),
	// RFC 4217
	"ftp": lines("220 ready\r\n", "AUTH", "234 begin\r\n", map[string]string{
		"FEAT": "211-Features:\r\n AUTH TLS\r\n211 End\r\n",
	}),
	// RFC 6120, section 5
	"xmpp": func(r *bufio.Reader, w io.Writer) error {
		for {
			text, err := r.ReadString('>')
			if err != nil {
				return err
			}
			switch {
			case strings.Contains(text, "<stream:stream"):
				io.WriteString(w, "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "+
					"xmlns:stream='http://etherx.jabber.org/streams' id='1' from='lab.test' version='1.0'>"+
					"<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>")
			case strings.Contains(text, "<starttls"):
				_, err := io.WriteString(w, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
				return err
			}
		}
	},
	// SSLRequest of PostgreSQL's protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html
	"postgres": func(r *bufio.Reader, w io.Writer) error {
		request := make([]byte, 8)
		if _, err := io.ReadFull(r, request); err != nil {
			return err
		}
		if string(request) != "\x00\x00\x00\x08\x04\xd2\x16\x2f" {
			return errors.New("no SSLRequest")
		}
		_, err := io.WriteString(w, "S")
		return err
	},
	// Protocol::HandshakeV10: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html
	"mysql": func(r *bufio.Reader, w io.Writer) error {
		io.WriteString(w, mysqlGreeting)
		header := make([]byte, 4)
		if _, err := io.ReadFull(r, header); err != nil {
			return err
		}
		_, err := io.CopyN(io.Discard, r, int64(header[0])|int64(header[1])<<8)
		return err
	},
	// StartTLS of RFC 4511, section 4.14
	"ldap": func(r *bufio.Reader, w io.Writer) error {
		header := make([]byte, 2)
		if _, err := io.ReadFull(r, header); err != nil {
			return err
		}
		if header[0] != 0x30 || header[1] >= 0x80 {
			return errors.New("no LDAP message")
		}
		message := make([]byte, header[1])
		if _, err := io.ReadFull(r, message); err != nil {
			return err
		}
		// The message begins with its number, which the answer repeats.
		id := message[:2+int(message[1])]
		_, err := w.Write(element(0x30, id, element(0x78, element(0x0a, []byte{0}), element(4), element(4))))
		return err
	},
}

// lines is a protocol of lines: a greeting, answers by the first word, and the word
// that begins TLS.
func lines(greeting, begin, proceed string, answers map[string]string) func(*bufio.Reader, io.Writer) error {
	return func(r *bufio.Reader, w io.Writer) error {
		io.WriteString(w, greeting)
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return err
			}
			word, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
			if word == begin {
				_, err := io.WriteString(w, proceed)
				return err
			}
			answer, ok := answers[word]
			if !ok {
				answer = "500 what\r\n"
			}
			io.WriteString(w, answer)
		}
	}
}

// mysqlGreeting is the first packet of a server that can do TLS.
var mysqlGreeting = func() string {
	const body = "\x0a8.0.36\x00\x0b\x00\x00\x00abcdefgh\x00\xff\xff\xff\x02\x00\xff\xdf\x15" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00abcdefghijkl\x00mysql_native_password\x00"
	return string([]byte{byte(len(body)), 0, 0, 0}) + body
}()

// proxy is an HTTP proxy that answers CONNECT with a status line; with 200 it
// tunnels to the port of the name. It returns its host and port.
func (l *Lab) proxy(answer string) string {
	at := l.raw(func(conn net.Conn) {
		r := bufio.NewReader(conn)
		request, err := http.ReadRequest(r)
		if err != nil || answer == "" {
			drain(conn)
			return
		}
		if request.Method != http.MethodConnect || !strings.HasPrefix(answer, "HTTP/1.1 200 Connection") {
			io.WriteString(conn, answer)
			drain(conn)
			return
		}
		_, port, _ := net.SplitHostPort(request.Host)
		var d net.Dialer
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		onward, err := d.DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			io.WriteString(conn, "HTTP/1.1 502 Bad Gateway\r\n\r\n")
			return
		}
		l.keep(onward)
		defer l.release(onward)
		defer onward.Close()
		io.WriteString(conn, answer)
		l.running.Go(func() {
			io.Copy(onward, r)
			onward.Close()
		})
		io.Copy(conn, onward)
	})
	return fmt.Sprintf("127.0.0.1:%d", at)
}
