package probe

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

const (
	// ehloName is how the probe calls itself: a name that cannot exist (RFC 6761),
	// so that it tells nothing about this machine.
	ehloName = "probe.invalid"

	maxLine     = 4 << 10  // bytes of one line of an answer
	maxLines    = 128      // lines of one answer
	maxPreamble = 64 << 10 // bytes of all answers
)

// preamble is how a protocol that begins in plain text is asked to go on with TLS.
type preamble struct {
	port int // where it is usually spoken
	// start asks. Whatever it sends is fixed, but for the domain.
	start func(r *bufio.Reader, w io.Writer, domain string) error
}

var preambles = map[string]preamble{
	"smtp":     {25, startSMTP},
	"imap":     {143, startIMAP},
	"pop3":     {110, startPOP3},
	"ftp":      {21, startFTP},
	"ldap":     {389, startLDAP},
	"postgres": {5432, startPostgres},
	"mysql":    {3306, startMySQL},
	"xmpp":     {5222, startXMPP},
}

// startTLS asks a server to go on with TLS. The error is a *refusal when the server
// answered something else, also when it sent more than its answer: what came in
// plain text after it could pass for text of the TLS session (CVE-2011-0411).
func startTLS(conn net.Conn, protocol, domain string, port int) error {
	p, ok := preambles[protocol]
	if !ok {
		return refuse("there is no STARTTLS protocol "+Clean(protocol), "")
	}
	first := &head{r: conn}
	r := bufio.NewReaderSize(io.LimitReader(first, maxPreamble), maxLine)
	err := p.start(r, conn, domain)
	switch {
	case err == nil && r.Buffered() > 0:
		more, _ := r.Peek(min(r.Buffered(), maxFirst))
		return refuse("plain text came after the answer to STARTTLS", string(more))
	case err == nil:
		return nil
	}
	// A server of another protocol did not refuse: it was asked the wrong thing.
	if len(first.seen) > 0 {
		if first.seen[0] == recordAlert && looksLikeTLS(first.seen) {
			return refuse("the server speaks TLS from the first byte on this port, without STARTTLS", "")
		}
		replies := (protocol == "smtp" || protocol == "ftp") && strings.HasPrefix(string(first.seen), "220") // alike
		if s := sniff(first.seen, port); s.class != NotTLS && s.starttls != protocol && !replies {
			line, _, _ := bytes.Cut(first.seen, []byte("\n"))
			return &refusal{s.class, fmt.Sprintf("the server speaks %s, not %s", s.protocol, protocol), Clean(strings.TrimSpace(string(line))), s}
		}
	}
	return err
}

// head keeps the first bytes that are read.
type head struct {
	r    io.Reader
	seen []byte
}

func (h *head) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	h.seen = append(h.seen, p[:min(n, max(0, maxFirst-len(h.seen)))]...)
	return n, err
}

func refuse(why, answer string) error {
	return &refusal{class: STARTTLSRefused, why: why, answer: Clean(strings.TrimSpace(answer))}
}

// readLine reads one line of at most 4 KiB.
func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", refuse("the answer has a line of more than 4 KiB", "")
	}
	if err != nil {
		return "", err
	}
	return strings.TrimRight(string(line), "\r\n"), nil
}

// readReply reads an answer of SMTP or FTP: lines that begin with the same three
// digits, a hyphen behind them in all but the last (RFC 5321, 4.2.1; RFC 959, 4.2).
func readReply(r *bufio.Reader) (code string, lines []string, err error) {
	for range maxLines {
		line, err := readLine(r)
		if err != nil {
			return code, lines, err
		}
		if code == "" {
			if len(line) < 3 || strings.Trim(line[:3], "0123456789") != "" {
				return "", nil, refuse("the answer has no code", line)
			}
			code = line[:3]
		}
		lines = append(lines, line)
		if strings.HasPrefix(line, code) && (len(line) == 3 || line[3] == ' ') {
			return code, lines, nil
		}
	}
	return code, lines, refuse("the answer has too many lines", "")
}

// last is the last line of an answer.
func last(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return lines[len(lines)-1]
}

// startSMTP follows RFC 3207.
func startSMTP(r *bufio.Reader, w io.Writer, _ string) error {
	if code, lines, err := readReply(r); err != nil || code != "220" {
		return cmpErr(err, refuse("the greeting is no welcome", last(lines)))
	}
	if err := send(w, "EHLO "+ehloName+"\r\n"); err != nil {
		return err
	}
	code, lines, err := readReply(r)
	if err != nil || code != "250" {
		return cmpErr(err, refuse("EHLO was refused", last(lines)))
	}
	if !slices.ContainsFunc(lines, func(l string) bool { return len(l) > 4 && strings.EqualFold(strings.TrimSpace(l[4:]), "STARTTLS") }) {
		return refuse("the server does not offer STARTTLS", "")
	}
	if err := send(w, "STARTTLS\r\n"); err != nil {
		return err
	}
	if code, lines, err = readReply(r); err != nil || code != "220" {
		return cmpErr(err, refuse("STARTTLS was refused", last(lines)))
	}
	return nil
}

// startFTP follows RFC 4217.
func startFTP(r *bufio.Reader, w io.Writer, _ string) error {
	if code, lines, err := readReply(r); err != nil || code != "220" {
		return cmpErr(err, refuse("the greeting is no welcome", last(lines)))
	}
	if err := send(w, "AUTH TLS\r\n"); err != nil {
		return err
	}
	if code, lines, err := readReply(r); err != nil || code != "234" {
		return cmpErr(err, refuse("AUTH TLS was refused", last(lines)))
	}
	return nil
}

// startIMAP follows RFC 3501, 6.2.1.
func startIMAP(r *bufio.Reader, w io.Writer, _ string) error {
	if line, err := readLine(r); err != nil || !hasPrefixFold(line, "* OK") {
		return cmpErr(err, refuse("the greeting is no welcome", line))
	}
	if err := send(w, "a1 STARTTLS\r\n"); err != nil {
		return err
	}
	for range maxLines {
		line, err := readLine(r)
		switch {
		case err != nil:
			return err
		case hasPrefixFold(line, "a1 OK"):
			return nil
		case !strings.HasPrefix(line, "* "):
			return refuse("STARTTLS was refused", line)
		}
	}
	return refuse("the answer has too many lines", "")
}

// startPOP3 follows RFC 2595, 4.
func startPOP3(r *bufio.Reader, w io.Writer, _ string) error {
	if line, err := readLine(r); err != nil || !hasPrefixFold(line, "+OK") {
		return cmpErr(err, refuse("the greeting is no welcome", line))
	}
	if err := send(w, "STLS\r\n"); err != nil {
		return err
	}
	if line, err := readLine(r); err != nil || !hasPrefixFold(line, "+OK") {
		return cmpErr(err, refuse("STLS was refused", line))
	}
	return nil
}

// ldapStartTLS is the request of RFC 4511, 4.14.1, with the message number 1.
var ldapStartTLS = append([]byte{0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16}, "1.3.6.1.4.1.1466.20037"...)

// startLDAP follows RFC 4511, 4.14.
func startLDAP(r *bufio.Reader, w io.Writer, _ string) error {
	if err := send(w, string(ldapStartTLS)); err != nil {
		return err
	}
	header, err := r.Peek(2)
	if err != nil {
		return err
	}
	size, skip := int(header[1]), 2
	if size >= 0x80 {
		skip += size & 0x7f
		if skip == 2 || skip > 6 {
			return refuse("the answer is no LDAP", "")
		}
		if header, err = r.Peek(skip); err != nil {
			return err
		}
		size = 0
		for _, b := range header[2:] {
			size = size<<8 | int(b)
		}
	}
	if header[0] != 0x30 || size > maxLine {
		return refuse("the answer is no LDAP", "")
	}
	r.Discard(skip)
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return err
	}
	return readLDAP(body)
}

// readLDAP reads the inside of an LDAPMessage: a number, an ExtendedResponse
// (application 24), in it a result code (0 is success), a name and a text. Lengths
// are read by hand because BER allows longer ones than DER.
func readLDAP(body []byte) error {
	s := cryptobyte.String(body)
	kind, _, ok := readBER(&s)
	kind2, response, ok2 := readBER(&s)
	if !ok || !ok2 || kind != asn1.INTEGER || kind2 != 0x78 {
		return refuse("the answer is no LDAP", "")
	}
	kind, code, ok := readBER(&response)
	if !ok || kind != asn1.ENUM || len(code) == 0 {
		return refuse("the answer is no LDAP", "")
	}
	if len(code) == 1 && code[0] == 0 {
		return nil
	}
	readBER(&response) // the matched name
	_, text, _ := readBER(&response)
	return refuse(fmt.Sprintf("StartTLS was refused with LDAP's result %d", code[len(code)-1]), string(text))
}

func readBER(s *cryptobyte.String) (kind asn1.Tag, value cryptobyte.String, ok bool) {
	var tag, size uint8
	if !s.ReadUint8(&tag) || !s.ReadUint8(&size) {
		return 0, nil, false
	}
	n := int(size)
	if size >= 0x80 {
		n = 0
		var b uint8
		for range size & 0x7f {
			if n > maxPreamble || !s.ReadUint8(&b) {
				return 0, nil, false
			}
			n = n<<8 | int(b)
		}
	}
	var out []byte
	if n > len(*s) || !s.ReadBytes(&out, n) {
		return 0, nil, false
	}
	return asn1.Tag(tag), out, true
}

// startPostgres sends an SSLRequest:
// https://www.postgresql.org/docs/current/protocol-message-formats.html
func startPostgres(r *bufio.Reader, w io.Writer, _ string) error {
	if err := send(w, "\x00\x00\x00\x08\x04\xd2\x16\x2f"); err != nil {
		return err
	}
	answer, err := r.ReadByte()
	switch {
	case err != nil:
		return err
	case answer == 'S':
		return nil
	case answer == 'N':
		return refuse("the server has TLS switched off", "N")
	case answer == 'E':
		return refuse("the server knows no TLS", "E")
	}
	return refuse("the answer is no PostgreSQL", fmt.Sprintf("%q", answer))
}

// The capabilities of MySQL's connection phase:
// https://dev.mysql.com/doc/dev/mysql-server/latest/group__group__cs__capabilities__flags.html
const (
	mysqlProtocol41 = 0x0200
	mysqlSSL        = 0x0800
	mysqlSecure     = 0x8000
)

// startMySQL reads the greeting of a MySQL server and sends an SSLRequest.
func startMySQL(r *bufio.Reader, w io.Writer, _ string) error {
	header := make([]byte, 4)
	if _, err := io.ReadFull(r, header); err != nil {
		return err
	}
	size := int(header[0]) | int(header[1])<<8 | int(header[2])<<16
	if size == 0 || size > maxLine || header[3] != 0 {
		return refuse("the greeting is no MySQL", "")
	}
	greeting := make([]byte, size)
	if _, err := io.ReadFull(r, greeting); err != nil {
		return err
	}
	if err := readMySQL(greeting); err != nil {
		return err
	}
	request := make([]byte, 4+32)
	request[0], request[3] = 32, 1
	binary.LittleEndian.PutUint32(request[4:], mysqlProtocol41|mysqlSSL|mysqlSecure)
	binary.LittleEndian.PutUint32(request[8:], 1<<24-1)
	request[12] = 45 // utf8mb4
	return send(w, string(request))
}

// readMySQL reads a greeting: version 10, the server's version and a NUL, 4 bytes of
// thread, 8 of salt, a NUL and the lower half of the capabilities.
func readMySQL(greeting []byte) error {
	switch greeting[0] {
	case 0xff:
		return refuse("the server answered with an error", string(greeting[min(3, len(greeting)):]))
	case 10:
	default:
		return refuse("the greeting is no MySQL", "")
	}
	_, rest, found := bytes.Cut(greeting[1:], []byte{0})
	if !found || len(rest) < 4+8+1+2 {
		return refuse("the greeting is no MySQL", "")
	}
	if binary.LittleEndian.Uint16(rest[13:])&mysqlSSL == 0 {
		return refuse("the server has TLS switched off", "")
	}
	return nil
}

// startXMPP follows RFC 6120, 5.
func startXMPP(r *bufio.Reader, w io.Writer, domain string) error {
	to := ""
	if dnsName(domain) {
		to = " to='" + domain + "'"
	}
	if err := send(w, "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"+to+" version='1.0'>"); err != nil {
		return err
	}
	features, err := readUntil(r, "</stream:features>", "<stream:features/>", "</stream:stream>", "</stream:error>")
	if err != nil {
		return err
	}
	if !strings.Contains(features, "urn:ietf:params:xml:ns:xmpp-tls") {
		return refuse("the server does not offer STARTTLS", "")
	}
	if err := send(w, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"); err != nil {
		return err
	}
	answer, err := readUntil(r, "/>", ">")
	if err != nil {
		return err
	}
	if !strings.Contains(answer, "<proceed") {
		return refuse("STARTTLS was refused", answer)
	}
	if !strings.HasSuffix(answer, "/>") {
		_, err = readUntil(r, "</proceed>")
	}
	return err
}

// readUntil reads up to the first of some endings, at most 16 KiB.
func readUntil(r *bufio.Reader, endings ...string) (string, error) {
	var b []byte
	for len(b) < 4*maxLine {
		c, err := r.ReadByte()
		if err != nil {
			return string(b), err
		}
		b = append(b, c)
		if c == '>' && slices.ContainsFunc(endings, func(e string) bool { return bytes.HasSuffix(b, []byte(e)) }) {
			return string(b), nil
		}
	}
	return string(b), refuse("the answer is too long", "")
}

func send(w io.Writer, s string) error {
	_, err := io.WriteString(w, s)
	return err
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// cmpErr gives the first error that is not nil.
func cmpErr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
