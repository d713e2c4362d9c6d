package probe

import (
	"bytes"
	"net"
	"strings"
)

// matches compares a name that a client wants with those of a certificate, as
// OpenSSL's X509_check_host and X509_check_ip do: 0, or the error.
func (c *cert) matches(name string, fullWildcards bool) code {
	return c.matchesAs(name, func(pattern, name string) bool { return matchesPattern(pattern, name, fullWildcards) })
}

// matchesUndotted is matches for clients that leave out the dot at the end of names.
func (c *cert) matchesUndotted(name string, fullWildcards bool) code {
	return c.matchesAs(strings.TrimSuffix(name, "."), func(pattern, name string) bool {
		return matchesPattern(strings.TrimSuffix(pattern, "."), name, fullWildcards)
	})
}

func (c *cert) matchesAs(name string, same func(pattern, name string) bool) code {
	if ip := net.ParseIP(name); ip != nil {
		for _, n := range c.x.names {
			if n.Kind != nameIP {
				continue
			}
			if four := ip.To4(); four != nil && bytes.Equal(n.Data, four) || four == nil && bytes.Equal(n.Data, ip) {
				return 0
			}
		}
		return errAddress
	}
	names := c.dnsNames()
	for _, pattern := range names {
		if same(pattern, name) {
			return 0
		}
	}
	if len(names) == 0 {
		as, _ := attributes(c.Subject)
		for _, a := range as {
			if a.OID == oidCommonName && a.Chars && same(a.Text, name) {
				return 0
			}
		}
	}
	return errHostname
}

// matchesPattern matches a name against one that may hold a wildcard (RFC 6125,
// 6.4.3, with the liberties that OpenSSL takes).
func matchesPattern(pattern, name string, fullWildcards bool) bool {
	at := star(pattern, fullWildcards)
	if at < 0 {
		return lowerASCII(pattern) == lowerASCII(name) && !strings.Contains(pattern, "\x00")
	}
	before, after := lowerASCII(pattern[:at]), lowerASCII(pattern[at+1:])
	lower := lowerASCII(name)
	if len(name) < len(before)+len(after) || !strings.HasPrefix(lower, before) || !strings.HasSuffix(lower, after) {
		return false
	}
	matched := lower[len(before) : len(lower)-len(after)]
	whole := before == "" && strings.HasPrefix(after, ".")
	if whole && matched == "" || !whole && strings.HasPrefix(lower, "xn--") {
		return false
	}
	if matched == "*" {
		return true
	}
	for i := range len(matched) {
		if c := matched[i]; !letterOrDigit(c) && c != '-' {
			return false
		}
	}
	return true
}

func letterOrDigit(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' }

// star is where the wildcard of a pattern stands, -1 when it has none that counts:
// in the first label only, at the begin or the end of it, not in an A-label, with
// two labels after it.
func star(pattern string, full bool) int {
	at := -1
	labels := strings.Split(pattern, ".")
	if len(labels) < 3 {
		return -1
	}
	for i, l := range labels {
		if l == "" || strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-") {
			return -1
		}
		alabel := len(l) >= 4 && lowerASCII(l[:4]) == "xn--"
		for j := range len(l) {
			c := l[j]
			switch {
			case c == '*':
				if at >= 0 || i > 0 || alabel || full && l != "*" || j != 0 && j != len(l)-1 {
					return -1
				}
				at = j
			case !letterOrDigit(c) && c != '-':
				return -1
			}
		}
	}
	return at
}
