package probe

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/idna"
)

const (
	// maxAddresses is how many addresses of one name are looked at.
	maxAddresses = 8
	// defaultDial bounds one connection and one look-up.
	defaultDial = 3 * time.Second
)

// guard decides which hosts may be reached. It is asked before a name is looked up,
// about every address that came out, and once more about the peer of the socket, so
// that no second look-up can lead elsewhere.
type guard struct {
	private     bool          // loopback and private addresses are permitted
	untrusted   bool          // the host comes out of a repository
	resolver    Resolver      // nil for the system's
	dialTimeout time.Duration // 0 for 3 s
}

// forbidden is the error of a rule that denies a host, an address or a port.
type forbidden struct {
	what string // inert
	why  string
}

func (f *forbidden) Error() string { return f.what + " is not probed: " + f.why }

func forbid(what, why string) error { return &forbidden{Clean(what), why} }

// blocks is a set of address blocks and the reason why they are denied.
type blocks struct {
	why      string
	prefixes []netip.Prefix
}

func block(why string, prefixes ...string) blocks {
	b := blocks{why: why}
	for _, p := range prefixes {
		b.prefixes = append(b.prefixes, netip.MustParsePrefix(p))
	}
	return b
}

// never are addresses that are denied whatever was asked for, closed those that are
// denied unless private addresses were. The blocks are those of the IANA registries
// of special-purpose addresses (RFC 6890), with the metadata services of clouds.
var (
	never = []blocks{
		block("it is a metadata service", "169.254.169.254/32", "fd00:ec2::254/128", "168.63.129.16/32"),
		block("it is no address of a host", "0.0.0.0/8", "::/128", "240.0.0.0/4"),
		block("it is a link-local address", "169.254.0.0/16", "fe80::/10"),
		block("it is a multicast address", "224.0.0.0/4", "ff00::/8"),
	}
	closed = []blocks{
		block("it is this machine", "127.0.0.0/8", "::1/128"),
		block("it is a metadata service", "100.100.100.200/32"),
		block("it is a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
			"100.64.0.0/10", "fc00::/7", "fec0::/10"),
		block("it is a reserved address", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15",
			"198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "100::/64"),
	}
)

// embedded gives the IPv4 addresses that an IPv6 address carries: IPv4-mapped and
// IPv4-compatible (RFC 4291), translated (RFC 2765), 6to4 (RFC 3056), NAT64 (RFC
// 6052, RFC 8215), Teredo (RFC 4380: the server, and the client with its bits turned
// over) and ISATAP (RFC 5214).
func embedded(a netip.Addr) []netip.Addr {
	if !a.Is6() {
		return nil
	}
	b := a.As16()
	at := func(i int) netip.Addr { return netip.AddrFrom4([4]byte(b[i : i+4])) }
	in := func(p string) bool { return netip.MustParsePrefix(p).Contains(a.WithZone("")) }
	switch {
	case a.Is4In6(), in("::/96") && !a.IsUnspecified() && !a.IsLoopback(),
		in("::ffff:0:0:0/96"), in("64:ff9b::/96"):
		return []netip.Addr{at(12)}
	case in("64:ff9b:1::/48"):
		// The length of the prefix is the network's own choice from 48 to 96.
		return []netip.Addr{
			netip.AddrFrom4([4]byte{b[6], b[7], b[9], b[10]}),
			netip.AddrFrom4([4]byte{b[7], b[9], b[10], b[11]}),
			at(9), at(12),
		}
	case in("2002::/16"):
		return []netip.Addr{at(2)}
	case in("2001::/32"):
		return []netip.Addr{at(4), netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]})}
	case b[8]&^2 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe:
		return []netip.Addr{at(12)}
	}
	return nil
}

// check gives the error that denies an address, nil when it may be reached.
func (g *guard) check(a netip.Addr) error {
	if a.Zone() != "" {
		return forbid(a.String(), "it is a link-local address")
	}
	sets := never
	if !g.private {
		sets = slices.Concat(never, closed)
	}
	for _, inner := range append(embedded(a), a.Unmap()) {
		for _, set := range sets {
			if slices.ContainsFunc(set.prefixes, func(p netip.Prefix) bool { return p.Contains(inner) }) {
				return forbid(a.String(), set.why+g.hint(set.why))
			}
		}
	}
	return nil
}

// hint says how a denial can be lifted, for those that can.
func (g *guard) hint(why string) string {
	if g.untrusted || g.private || !slices.ContainsFunc(closed, func(b blocks) bool { return b.why == why }) {
		return ""
	}
	return " (private addresses are looked at only on request)"
}

// untrustedPorts are the ports that a host out of a repository may be probed on.
var untrustedPorts = []int{443, 8443, 465, 993, 995, 636, 25, 587, 143, 110, 389, 5432, 3306, 5222}

// port gives the error that denies a port of a target.
func (g *guard) port(port int) error {
	if port < 1 || port > 65535 {
		return forbid("port "+strconv.Itoa(port), "it is no port")
	}
	if g.untrusted && !slices.Contains(untrustedPorts, port) {
		return forbid("port "+strconv.Itoa(port), "a host that comes out of a repository is probed on the usual ports of TLS only")
	}
	return nil
}

// idnaLookup maps names as browsers do; underscores are left alone because
// certificates and resolvers take them.
var idnaLookup = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// asciiName gives a host in lower-case ASCII without its trailing dot: a name in
// Unicode becomes its A-labels (RFC 5891).
func asciiName(host string) (string, error) {
	for _, r := range host {
		if r >= 0x80 {
			mapped, err := idnaLookup.ToASCII(host)
			if err != nil {
				return "", forbid(host, "it is no name of a host")
			}
			host = mapped
			break
		}
	}
	return strings.TrimSuffix(strings.ToLower(host), "."), nil
}

// dnsName reports whether a host in ASCII is a DNS name that may be sent in a
// ClientHello: labels of 1 to 63 letters, digits, hyphens and underscores, 253
// characters in all.
func dnsName(host string) bool {
	if host == "" || len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, c := range []byte(label) {
			if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
				return false
			}
		}
	}
	return !numeric(host)
}

// numeric reports whether the last label of a host is a number. Then the host is an
// IPv4 address in some spelling (127.1, 0x7f000001, 017700000001, 2130706433) and
// no name: https://url.spec.whatwg.org/#ends-in-a-number-checker.
func numeric(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdefABCDEF") == ""
	}
	return last != "" && strings.Trim(last, "0123456789") == ""
}

// inner reports whether a name is one of this machine, of the local network or of a
// cloud's metadata service.
func inner(name string) bool {
	first, _, _ := strings.Cut(name, ".")
	last := name[strings.LastIndexByte(name, '.')+1:]
	return first == "metadata" || last == "localhost" || last == "local" || last == "internal" ||
		name == "localhost.localdomain"
}

// name gives the host as it is looked up, or the error that denies it. A host that
// is an address gives that address.
func (g *guard) name(host string) (string, netip.Addr, error) {
	ascii, err := asciiName(host)
	if err != nil {
		return "", netip.Addr{}, err
	}
	if a, err := netip.ParseAddr(ascii); err == nil {
		a = a.Unmap()
		return ascii, a, g.check(a)
	}
	switch {
	case ascii == "":
		return "", netip.Addr{}, forbid("a host without a name", "there is nothing to connect to")
	case numeric(ascii):
		return "", netip.Addr{}, forbid(host, "it is an unusual spelling of an address: write it as four decimal numbers")
	case !dnsName(ascii):
		return "", netip.Addr{}, forbid(host, "it is no name of a host")
	case !g.private && inner(ascii):
		return "", netip.Addr{}, forbid(host, "it is a name of this machine or of a private network"+g.hint(closed[0].why))
	}
	return ascii, netip.Addr{}, nil
}

// addresses gives the addresses of a host, at most 8, each of them permitted: one
// that is denied denies the host. The error is a *forbidden when a rule denies, and
// a *net.DNSError when the look-up fails.
func (g *guard) addresses(ctx context.Context, host string) ([]netip.Addr, error) {
	name, a, err := g.name(host)
	if err != nil {
		return nil, err
	}
	if a.IsValid() {
		return []netip.Addr{a}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, g.timeout())
	defer cancel()
	var resolver Resolver = net.DefaultResolver
	if g.resolver != nil {
		resolver = g.resolver
	}
	found, err := resolver.LookupNetIP(ctx, "ip", name)
	if err != nil {
		return nil, fmt.Errorf("looking up %s: %w", name, err)
	}
	var all []netip.Addr
	for _, a := range found {
		a = a.Unmap()
		if err := g.check(a); err != nil {
			f := err.(*forbidden)
			return nil, forbid(name, "its address "+f.what+" is denied: "+f.why)
		}
		if !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("looking up %s: %w", name, &net.DNSError{Err: "no addresses", Name: name, IsNotFound: true})
	}
	return all[:min(len(all), maxAddresses)], nil
}

func (g *guard) timeout() time.Duration {
	if g.dialTimeout > 0 {
		return g.dialTimeout
	}
	return defaultDial
}

// dial connects to an address that addresses gave. The peer of the socket is checked
// again before the connection is made. The error is a *forbidden when a rule denies.
func (g *guard) dial(ctx context.Context, ap netip.AddrPort) (net.Conn, error) {
	if err := g.check(ap.Addr()); err != nil {
		return nil, err
	}
	d := net.Dialer{
		Timeout:   g.timeout(),
		KeepAlive: -1,
		Control: func(_, address string, _ syscall.RawConn) error {
			peer, err := netip.ParseAddrPort(address)
			if err != nil {
				return forbid(address, "it is no address")
			}
			return g.check(peer.Addr())
		},
	}
	return d.DialContext(ctx, "tcp", ap.String())
}
