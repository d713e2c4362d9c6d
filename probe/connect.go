package probe

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"time"
)

// route is the way to a target: every connection of a probe goes over it.
type route struct {
	guard    *guard
	host     string // as it is asked of a proxy
	port     int
	starttls string
	domain   string // what an XMPP stream is opened to
	proxy    *proxy // nil for none
	byName   bool   // the proxy resolves the name
	limit    time.Duration
}

// open connects to an address and goes on until TLS can begin. When that fails it
// gives nil, and a says at which stage and why.
func (r *route) open(ctx context.Context, a *Attempt) net.Conn {
	conn, err := r.connect(ctx, a)
	if err != nil {
		a.Fault, a.Err = netClass(err), Clean(err.Error())
		var refused *refusal
		if errors.As(err, &refused) {
			a.Fault, a.First, a.spoken = refused.class, refused.answer, refused.spoken
		}
		return nil
	}
	return conn
}

func (r *route) connect(ctx context.Context, a *Attempt) (net.Conn, error) {
	a.Stage = "dial"
	var conn net.Conn
	var err error
	if r.proxy != nil {
		a.Stage = "proxy"
		conn, err = r.proxy.connect(ctx, r.limit, r.authority(a.Address))
	} else {
		conn, err = r.guard.dial(ctx, a.Address)
	}
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(r.limit))
	if r.starttls == "" {
		return conn, nil
	}
	a.Stage = "starttls"
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := startTLS(conn, r.starttls, r.domain, r.port); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// authority is what a proxy is asked to connect to. Many proxies decide by name; for
// a host out of a repository it is the address that was checked, so that the proxy
// cannot find another one.
func (r *route) authority(a netip.AddrPort) string {
	if a.IsValid() && !r.byName {
		return a.String()
	}
	return joinHostPort(r.host, r.port)
}

// refusal is an answer that ends the conversation before TLS has begun.
type refusal struct {
	class  Class
	why    string
	answer string // the line of the server, inert
	spoken sniffed
}

func (r *refusal) Error() string {
	if r.answer == "" {
		return r.why
	}
	return r.why + ": " + r.answer
}

// netClass puts an error of a look-up, a dial, a read or a write into a class.
func netClass(err error) Class {
	var rule *forbidden
	var dns *net.DNSError
	switch {
	case errors.As(err, &rule):
		return AddressForbidden
	case errors.As(err, &dns):
		if dns.IsNotFound {
			return NameNotFound
		}
		return ResolverFailed
	case isTimeout(err), errors.Is(err, context.Canceled):
		return Timeout
	case errors.Is(err, syscall.ECONNREFUSED), strings.Contains(err.Error(), "actively refused"):
		return Refused
	case isReset(err):
		return Reset
	case isEOF(err), errors.Is(err, net.ErrClosed):
		return Closed
	}
	return Unreachable
}

// noRoute reports whether this machine itself has no way to an address.
func noRoute(text string) bool {
	return strings.Contains(text, "network is unreachable") || strings.Contains(text, "cannot assign requested address") ||
		strings.Contains(text, "address family not supported")
}

// resolverName names the resolver that look-ups of this process go to.
func resolverName(r Resolver) string {
	if r != nil {
		return "given by the caller"
	}
	f, err := os.Open("/etc/resolv.conf")
	if err != nil {
		return "system"
	}
	defer f.Close()
	var servers []string
	for s := bufio.NewScanner(f); s.Scan() && len(servers) < 4; {
		if f := strings.Fields(s.Text()); len(f) > 1 && f[0] == "nameserver" {
			servers = append(servers, Clean(f[1]))
		}
	}
	if len(servers) == 0 {
		return "system"
	}
	return "system (" + strings.Join(servers, ", ") + ")"
}
