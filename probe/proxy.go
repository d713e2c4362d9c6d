package probe

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// proxy is an HTTP proxy that is asked to CONNECT (RFC 9110, 9.3.6).
type proxy struct {
	name  string // inert, without credentials
	host  string
	port  int
	tls   bool
	auth  string // the value of Proxy-Authorization, "" for none
	guard *guard
}

// findProxy reads a setting: "" for none, "env" for HTTPS_PROXY with NO_PROXY, or the
// URL of a proxy. It gives nil when none is to be used. The error never repeats the
// setting, which may hold a password.
func findProxy(setting, host string, port int, dial time.Duration) (*proxy, error) {
	if setting == "" {
		return nil, nil
	}
	var u *url.URL
	var err error
	if setting == "env" {
		u, err = httpproxy.FromEnvironment().ProxyFunc()(&url.URL{Scheme: "https", Host: joinHostPort(host, port)})
		if err != nil {
			return nil, errors.New("HTTPS_PROXY is no URL")
		}
		if u == nil {
			return nil, nil
		}
	} else {
		if !strings.Contains(setting, "://") {
			setting = "http://" + setting
		}
		if u, err = url.Parse(setting); err != nil {
			return nil, errors.New("the proxy is no URL")
		}
	}
	if u.Hostname() == "" {
		return nil, errors.New("the proxy's URL names no host")
	}
	p := &proxy{host: u.Hostname()}
	switch u.Scheme {
	case "http":
		p.port = 80
	case "https":
		p.port, p.tls = 443, true
	default:
		return nil, fmt.Errorf("proxies of the kind %s are not supported, only http and https", Clean(u.Scheme))
	}
	if s := u.Port(); s != "" {
		if p.port, err = strconv.Atoi(s); err != nil || p.port < 1 || p.port > 65535 {
			return nil, errors.New("the proxy's URL has no port between 1 and 65535")
		}
	}
	if u.User != nil {
		password, _ := u.User.Password()
		p.auth = "Basic " + base64.StdEncoding.EncodeToString([]byte(u.User.Username()+":"+password))
	}
	p.name = Clean(u.Scheme + "://" + joinHostPort(p.host, p.port))
	// The address of a proxy is the user's own word and mostly a private one.
	p.guard = &guard{private: true, dialTimeout: dial}
	return p, nil
}

// fault is a failure on the way to or at a proxy.
func (p *proxy) fault(why, answer string) error {
	return &refusal{class: ProxyRefused, why: "proxy " + p.name + " " + why, answer: answer}
}

// connect asks the proxy for a connection to an authority. The error is a *refusal of
// the class proxy-refused whatever went wrong. The proxy's own certificate is
// verified as any client does.
func (p *proxy) connect(ctx context.Context, limit time.Duration, authority string) (net.Conn, error) {
	addrs, err := p.guard.addresses(ctx, p.host)
	if err != nil {
		return nil, p.fault("cannot be reached: "+Clean(err.Error()), "")
	}
	var conn net.Conn
	for _, a := range addrs {
		if conn, err = p.guard.dial(ctx, netip.AddrPortFrom(a, uint16(p.port))); err == nil {
			break
		}
	}
	if err != nil {
		return nil, p.fault("cannot be reached: "+Clean(err.Error()), "")
	}
	conn.SetDeadline(time.Now().Add(limit))
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if p.tls {
		secure := tls.Client(conn, &tls.Config{ServerName: p.host, MinVersion: tls.VersionTLS12})
		if err := secure.HandshakeContext(ctx); err != nil {
			conn.Close()
			return nil, p.fault("cannot be reached over TLS: "+Clean(err.Error()), "")
		}
		conn = secure
	}
	if err := p.ask(conn, authority); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

func (p *proxy) ask(conn net.Conn, authority string) error {
	request := "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n"
	if p.auth != "" {
		request += "Proxy-Authorization: " + p.auth + "\r\n"
	}
	if err := send(conn, request+"\r\n"); err != nil {
		return p.fault("closed the connection", "")
	}
	r := bufio.NewReaderSize(io.LimitReader(conn, maxPreamble), maxLine)
	status, code, err := readConnect(r)
	switch {
	case isTimeout(err):
		return p.fault("did not answer in time", "")
	case isReset(err), isEOF(err):
		return p.fault("closed the connection", "")
	case err != nil:
		return p.fault("does not answer as an HTTP proxy does", Clean(status))
	case code < 200 || code > 299:
		return p.fault("answered", Clean(status))
	case r.Buffered() > 0:
		more, _ := r.Peek(min(r.Buffered(), maxFirst))
		return p.fault("sent text of its own after its answer", Clean(string(more)))
	}
	return nil
}

var errNoHTTP = errors.New("no HTTP")

// readConnect reads the status line of an answer to CONNECT and, when it is a success,
// all of its header.
func readConnect(r *bufio.Reader) (status string, code int, err error) {
	if status, err = readLine(r); err != nil {
		var long *refusal
		if errors.As(err, &long) {
			err = errNoHTTP
		}
		return "", 0, err
	}
	version, rest, _ := strings.Cut(status, " ")
	number, _, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	code, err = strconv.Atoi(number)
	if !strings.HasPrefix(version, "HTTP/1.") || err != nil || code < 100 || code > 599 {
		return status, 0, errNoHTTP
	}
	if code < 200 || code > 299 {
		return status, code, nil
	}
	for range maxLines {
		line, err := readLine(r)
		if err != nil {
			return status, code, err
		}
		if line == "" {
			return status, code, nil
		}
	}
	return status, code, errNoHTTP
}

func joinHostPort(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(port)) }
