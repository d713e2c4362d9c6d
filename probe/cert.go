package probe

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net"
	"strings"
)

// Describe reads one certificate as far as it can be read. from says where it was
// found.
func Describe(der []byte, from string) Certificate {
	c, err := parse(der)
	if err != nil {
		d := Certificate{From: from, Broken: Clean(err.Error()), DER: der}
		d.Subject, d.Issuer, d.SHA256 = "(unreadable)", "(unreadable)", sha256Hex(der)
		return d
	}
	return c.describe(from)
}

func sha256Hex(der []byte) string {
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

func (c *cert) describe(from string) Certificate {
	s, _ := c.signatureOf()
	d := Certificate{
		Subject: nameText(c.Subject), Issuer: nameText(c.Issuer), Serial: c.SerialHex(), NotBefore: c.NotBefore, NotAfter: c.NotAfter,
		Key: Clean(c.pub.String()), Signature: Clean(s.name), CA: c.isCA() != 0, SHA256: hex.EncodeToString(c.sum[:]), From: from, DER: c.Raw,
	}
	d.Names = c.nameTexts()
	if why := c.broken(); why != "" {
		d.Broken = why
	}
	return d
}

// nameTexts are the names that the certificate is for, inert.
func (c *cert) nameTexts() (out []string) {
	for _, n := range c.x.names {
		switch n.Kind {
		case nameDNS:
			out = append(out, Clean(string(n.Data)))
		case nameIP:
			if len(n.Data) == 4 || len(n.Data) == 16 {
				out = append(out, net.IP(n.Data).String())
			} else {
				out = append(out, "IP:"+hex.EncodeToString(n.Data))
			}
		case nameEmail:
			out = append(out, "email:"+Clean(string(n.Data)))
		case nameURI:
			out = append(out, "URI:"+Clean(string(n.Data)))
		}
	}
	return out
}

// broken says which field is not as it must be, "" when crypto/x509 reads it all.
func (c *cert) broken() string {
	_, err := x509.ParseCertificate(c.Raw)
	if err == nil && !c.x.invalid {
		return ""
	}
	var faults []string
	for _, f := range c.bad {
		faults = append(faults, f.String())
	}
	if len(faults) > 0 {
		return Clean(strings.Join(faults, "; "))
	}
	if err == nil {
		return ""
	}
	return Clean(strings.TrimPrefix(strings.TrimPrefix(err.Error(), "x509: "), "crypto/x509: "))
}

// title is what a certificate is called in a sentence.
func (c *cert) title() string { return shortName(c.Subject) }
