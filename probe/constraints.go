package probe

import (
	"bytes"
	"net"
	"net/url"
	"strconv"
	"strings"

	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// maxComparisons bounds the names times the constraints that are compared; OpenSSL
// gives up there too.
const maxComparisons = 1 << 20

// constrain checks the names of a certificate against constraints (RFC 5280,
// 4.2.1.10), in OpenSSL's order: the subject, its mail addresses, then the names of
// the subjectAltName one by one.
func constrain(c *cert, x *extensions) code {
	as, _ := attributes(c.Subject)
	names, limits := len(as)+len(c.x.names), len(x.permitted)+len(x.excluded)
	if names > 0 && limits > maxComparisons/names {
		return errUnspecified
	}
	if len(as) > 0 {
		if why := constrainName(generalName{Kind: nameDir, Data: c.Subject}, x); why != 0 {
			return why
		}
		for _, a := range as {
			if a.OID != oidEmail {
				continue
			}
			if a.Tag != cbasn1.IA5String {
				return errNameSyntax
			}
			if why := constrainName(generalName{Kind: nameEmail, Data: []byte(a.Text)}, x); why != 0 {
				return why
			}
		}
	}
	for _, n := range c.x.names {
		if why := constrainName(n, x); why != 0 {
			return why
		}
	}
	return 0
}

// constrainCommonName treats the common name as a DNS name, where it looks like one.
func constrainCommonName(c *cert, x *extensions) code {
	as, _ := attributes(c.Subject)
	for _, a := range as {
		if a.OID != oidCommonName {
			continue
		}
		text := strings.TrimRight(a.Text, "\x00")
		if strings.Contains(text, "\x00") {
			return errNameSyntax
		}
		if !looksLikeHost(text) {
			continue
		}
		if why := constrainName(generalName{Kind: nameDNS, Data: []byte(text)}, x); why != 0 {
			return why
		}
	}
	return 0
}

func looksLikeHost(s string) bool {
	labels := strings.Split(s, ".")
	for _, l := range labels {
		if l == "" || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for i := range len(l) {
			if !letterOrDigit(l[i]) && l[i] != '-' && l[i] != '_' {
				return false
			}
		}
	}
	return len(labels) > 1
}

func constrainName(n generalName, x *extensions) code {
	kind := n.Kind
	if kind == nameOther && n.OID == oidUTF8Mailbox {
		kind = nameEmail
	}
	applies := func(t *subtree) bool { return t.Kind == kind && (kind != nameOther || t.OID == n.OID) }
	found, matched := false, false
	for i := range x.permitted {
		t := &x.permitted[i]
		if !applies(t) {
			continue
		}
		if t.minmax {
			return errSubtreeMinMax
		}
		found = true
		if matched {
			continue
		}
		switch why := inSubtree(n, t.Data); why {
		case 0:
			matched = true
		case errPermitted:
		default:
			return why
		}
	}
	if found && !matched {
		return errPermitted
	}
	for i := range x.excluded {
		t := &x.excluded[i]
		if !applies(t) {
			continue
		}
		if t.minmax {
			return errSubtreeMinMax
		}
		switch why := inSubtree(n, t.Data); why {
		case 0:
			return errExcluded
		case errPermitted:
		default:
			return why
		}
	}
	return 0
}

// inSubtree compares one name with one constraint: 0 when it lies in it,
// errPermitted when not.
func inSubtree(n generalName, base []byte) code {
	in := func(ok bool) code {
		if ok {
			return 0
		}
		return errPermitted
	}
	text, limit := lowerASCII(string(n.Data)), lowerASCII(string(base))
	switch n.Kind {
	case nameDir:
		name, err := canonical(n.Data)
		of, err2 := canonical(base)
		return in(err == nil && err2 == nil && strings.HasPrefix(name, of) && (len(name) == len(of) || name[len(of)] <= 1))
	case nameDNS:
		return in(limit == "" || strings.HasSuffix(text, limit) && (len(text) == len(limit) || limit[0] == '.' || text[len(text)-len(limit)-1] == '.'))
	case nameEmail:
		return emailIn(string(n.Data), string(base), in)
	case nameURI:
		return uriIn(text, limit, in)
	case nameIP:
		if len(n.Data) != 4 && len(n.Data) != 16 || len(base) != 8 && len(base) != 32 {
			return errNameSyntax
		}
		if len(base) != 2*len(n.Data) {
			return errPermitted
		}
		for i := range n.Data {
			if (n.Data[i]^base[i])&base[len(n.Data)+i] != 0 {
				return errPermitted
			}
		}
		return 0
	case nameOther:
		if n.OID == oidUTF8Mailbox && len(n.Data) > 2 && n.Data[0] == byte(cbasn1.UTF8String) {
			mail := string(n.Data[2:])
			at := strings.LastIndexByte(mail, '@')
			if at < 0 {
				return errNameSyntax
			}
			if strings.HasPrefix(limit, ".") {
				return in(len(mail) > len(limit) && strings.HasSuffix(lowerASCII(mail), limit))
			}
			return in(lowerASCII(mail[at+1:]) == limit)
		}
	}
	return errConstraintType
}

func emailIn(mail, limit string, in func(bool) code) code {
	at, limitAt := strings.LastIndexByte(mail, '@'), strings.LastIndexByte(limit, '@')
	if at < 0 {
		return errNameSyntax
	}
	if limitAt < 0 && strings.HasPrefix(limit, ".") {
		return in(len(mail) > len(limit) && strings.HasSuffix(lowerASCII(mail), lowerASCII(limit)))
	}
	if limitAt >= 0 {
		if limitAt > 0 {
			if limitAt != at {
				return errPermitted
			}
			if strings.Contains(limit[:limitAt], "\x00") || strings.Contains(mail[:at], "\x00") {
				return errNameSyntax
			}
			if limit[:limitAt] != mail[:at] {
				return errPermitted
			}
		}
		limit = limit[limitAt+1:]
	}
	return in(lowerASCII(mail[at+1:]) == lowerASCII(limit))
}

// uriIn compares the host of an address (RFC 5280, 4.2.1.10).
func uriIn(text, limit string, in func(bool) code) code {
	_, rest, ok := strings.Cut(text, ":")
	if !ok || !strings.HasPrefix(rest, "//") {
		return errNameSyntax
	}
	host := rest[2:]
	if i := strings.IndexByte(host, ':'); i >= 0 {
		host = host[:i]
	} else if i := strings.IndexByte(host, '/'); i >= 0 {
		host = host[:i]
	}
	if host == "" {
		return errNameSyntax
	}
	if strings.HasPrefix(limit, ".") {
		return in(len(host) > len(limit) && strings.HasSuffix(host, limit))
	}
	return in(host == limit)
}

// text writes a constraint for people.
func (t *subtree) text() string {
	switch t.Kind {
	case nameDir:
		return nameText(t.Data)
	case nameIP:
		if n := len(t.Data) / 2; len(t.Data) == 8 || len(t.Data) == 32 {
			ones, whole := 0, true
			for _, b := range t.Data[n:] {
				for i := 7; i >= 0; i-- {
					if b&(1<<i) == 0 {
						whole = false
					} else if whole {
						ones++
					}
				}
			}
			return net.IP(t.Data[:n]).String() + "/" + strconv.Itoa(ones)
		}
	case nameURI:
		if u, err := url.Parse(string(t.Data)); err == nil && u.Host != "" {
			return Clean(u.Host)
		}
	}
	return Clean(string(bytes.ToValidUTF8(t.Data, []byte("?"))))
}
