package probe

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
)

var errNotTLS = errors.New("the answer is no TLS")

// looksLikeTLS reports whether bytes are, or may become, a TLS record: a handshake
// or an alert, in a version of 3.x.
func looksLikeTLS(b []byte) bool {
	return (len(b) == 0 || b[0] == recordHandshake || b[0] == recordAlert) && (len(b) < 2 || b[1] == 3)
}

// sniffed is what the first bytes of a server that speaks no TLS are.
type sniffed struct {
	class    Class
	protocol string // as people call it
	starttls string // the STARTTLS protocol that would work, "" for none
}

// sniff recognises the protocol of the first bytes that a server sent. port decides
// between protocols that greet alike.
func sniff(b []byte, port int) sniffed {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	text := strings.ToUpper(string(line))
	switch {
	case strings.HasPrefix(text, "HTTP/"), isHTML(b):
		return sniffed{PlainHTTP, "HTTP", ""}
	case strings.HasPrefix(text, "SSH-"):
		return sniffed{OtherProtocol, "SSH", ""}
	case strings.HasPrefix(text, "220 "), strings.HasPrefix(text, "220-"),
		strings.HasPrefix(text, "421 "), strings.HasPrefix(text, "554 "):
		mail := strings.Contains(text, "SMTP") || strings.Contains(text, "MAIL") || port == 25 || port == 587 || port == 2525
		if !mail && (strings.Contains(text, "FTP") || port == 21) {
			return sniffed{OtherProtocol, "FTP", "ftp"}
		}
		return sniffed{OtherProtocol, "SMTP", "smtp"}
	case strings.HasPrefix(text, "* OK"), strings.HasPrefix(text, "* PREAUTH"), strings.HasPrefix(text, "* BYE"):
		return sniffed{OtherProtocol, "IMAP", "imap"}
	case strings.HasPrefix(text, "+OK"), strings.HasPrefix(text, "-ERR") && port == 110:
		return sniffed{OtherProtocol, "POP3", "pop3"}
	case strings.HasPrefix(text, "-ERR"), strings.HasPrefix(text, "-DENIED"):
		return sniffed{OtherProtocol, "Redis", ""}
	case strings.Contains(text, "JABBER:"), strings.Contains(text, "ETHERX.JABBER.ORG"):
		return sniffed{OtherProtocol, "XMPP", "xmpp"}
	case strings.HasPrefix(text, "<?XML"):
		return sniffed{OtherProtocol, "XMPP", "xmpp"}
	case isMySQL(b):
		return sniffed{OtherProtocol, "MySQL", "mysql"}
	case isPostgres(b):
		return sniffed{OtherProtocol, "PostgreSQL", "postgres"}
	case bytes.Contains(b[:min(len(b), 64)], []byte("1.3.6.1.4.1.1466.20036")):
		return sniffed{OtherProtocol, "LDAP", "ldap"}
	case strings.HasPrefix(text, "RFB 00"):
		return sniffed{OtherProtocol, "VNC", ""}
	case strings.HasPrefix(text, "AMQP"):
		return sniffed{OtherProtocol, "AMQP", ""}
	}
	return sniffed{NotTLS, "", ""}
}

func isHTML(b []byte) bool {
	text := strings.ToLower(string(bytes.TrimLeft(b[:min(len(b), 64)], " \r\n\t")))
	return strings.HasPrefix(text, "<html") || strings.HasPrefix(text, "<!doctype html") || strings.HasPrefix(text, "<head")
}

// isMySQL recognises the first packet of a MySQL or MariaDB server: a length in
// three bytes, the number 0, and a greeting of version 10 or an error.
func isMySQL(b []byte) bool {
	if len(b) < 6 || b[3] != 0 {
		return false
	}
	size := int(b[0]) | int(b[1])<<8 | int(b[2])<<16
	if size < 4 || size > 4096 {
		return false
	}
	version, _, found := bytes.Cut(b[5:], []byte{0})
	return b[4] == 10 && found && len(version) > 0 && len(version) < 80 || b[4] == 0xff
}

// isPostgres recognises a PostgreSQL server's error: 'E', a length in four bytes,
// and the field S of the severity.
func isPostgres(b []byte) bool {
	return len(b) > 6 && b[0] == 'E' && b[5] == 'S' && binary.BigEndian.Uint32(b[1:]) < 4096
}

// usualProtocol is what a port is registered for, when that begins without TLS.
func usualProtocol(port int) sniffed {
	switch port {
	case 80, 8080:
		return sniffed{PlainHTTP, "HTTP", ""}
	case 25, 587:
		return sniffed{OtherProtocol, "SMTP", "smtp"}
	case 143:
		return sniffed{OtherProtocol, "IMAP", "imap"}
	case 110:
		return sniffed{OtherProtocol, "POP3", "pop3"}
	case 21:
		return sniffed{OtherProtocol, "FTP", "ftp"}
	case 389:
		return sniffed{OtherProtocol, "LDAP", "ldap"}
	case 5432:
		return sniffed{OtherProtocol, "PostgreSQL", "postgres"}
	case 3306:
		return sniffed{OtherProtocol, "MySQL", "mysql"}
	case 5222:
		return sniffed{OtherProtocol, "XMPP", "xmpp"}
	}
	return sniffed{}
}
