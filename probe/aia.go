package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// What is fetched from the addresses that a server's certificate names is bounded,
// because whoever made the certificate chose them.
const (
	maxFetchBody  = 64 << 10
	maxFetchURLs  = 3 // of one certificate
	maxFetchDepth = 4
	maxFetches    = 12 // of one chain
	fetchTimeout  = 5 * time.Second
)

// notFetched begins the error of an address that this tool does not go to. It says
// nothing about the CA.
const notFetched = "not fetched: "

// fetchIssuers gets the certificates of issuers that a chain does not hold from
// where its certificates say that they are (caIssuers, RFC 5280, 4.2.2.1), and those
// of their issuers in turn, up to 4 steps. At most 3 addresses of a certificate are
// tried, until one gives a certificate that has the issuer's name and verifies the
// signature.
//
// What comes back is one Fetch for each address, in the order in which they were
// tried. Form is set only when the issuer was there; else Err says what was found
// instead, and begins with "not fetched: " when a rule of this tool forbade to look.
// None of it is to be trusted for having been fetched, the self-signed above all.
func fetchIssuers(ctx context.Context, g *guard, chain [][]byte) []Fetch {
	var known []*cert
	for _, der := range chain {
		if c, err := parse(der); err == nil {
			known = append(known, c)
		}
	}
	var fetches []Fetch
	asked := make(map[[32]byte]bool)
	level := known
	for range maxFetchDepth {
		var next []*cert
		for _, child := range level {
			if asked[child.sum] || issued(child, child) || hasIssuer(child, known) {
				continue
			}
			asked[child.sum] = true
			urls := child.issuerURLs()
			for _, u := range urls[:min(len(urls), maxFetchURLs)] {
				if len(fetches) == maxFetches {
					return fetches
				}
				f, found := fetchIssuer(ctx, g, child, u)
				fetches = append(fetches, f)
				if len(found) > 0 {
					next = append(next, found...)
					break
				}
			}
		}
		known, level = append(known, next...), next
	}
	return fetches
}

// fetchIssuer looks at one address. found are the certificates there that issued the
// child.
func fetchIssuer(ctx context.Context, g *guard, child *cert, address string) (f Fetch, found []*cert) {
	f = Fetch{For: child.sum, URL: Clean(address)}
	body, err := fetch(ctx, g, address, "", nil)
	if err != nil {
		f.Err = Clean(err.Error())
		return f, nil
	}
	c := readCertificates(body)
	if why := c.unusable(); why != "" {
		f.Err = "the answer " + why
		return f, nil
	}
	other := ""
	for _, der := range c.certs {
		p, err := parse(der)
		if err != nil {
			continue
		}
		if issued(p, child) {
			found = append(found, p)
		} else if other == "" || p.canonSubject == child.canonIssuer {
			other = wrongIssuer(p, child)
		}
	}
	if len(found) == 0 {
		f.Err = other
		return f, nil
	}
	f.Form, f.DER = c.form, c.certs
	return f, found
}

// wrongIssuer says why a certificate is not the issuer of a child.
func wrongIssuer(p, child *cert) string {
	if p.canonSubject != child.canonIssuer {
		return Clean(fmt.Sprintf("the answer is the certificate of %s, not of the issuer %s", shortName(p.Subject), shortName(child.Issuer)))
	}
	return Clean(fmt.Sprintf("the answer is a certificate of %s with another key: it does not verify the signature of %s",
		shortName(p.Subject), shortName(child.Subject)))
}

// issued reports whether a certificate has the name and the key of a child's issuer.
// Where the signature is of a kind that cannot be checked, the name decides.
func issued(p, child *cert) bool {
	if p.canonSubject != child.canonIssuer {
		return false
	}
	ok, checked := child.signedBy(p.pub)
	return ok || !checked
}

func hasIssuer(child *cert, among []*cert) bool {
	for _, p := range among {
		if issued(p, child) {
			return true
		}
	}
	return false
}

// fetch makes one request by HTTP to an address that a certificate names, a POST
// when there is something to send. It takes http:// alone and no user name in it,
// follows no redirect, uses no proxy, connects only to what the guard permits, and
// reads at most 64 KiB within 5 seconds. An address that is not gone to gives an
// error that begins with "not fetched: ".
func fetch(ctx context.Context, g *guard, address, contentType string, send []byte) ([]byte, error) {
	u, port, err := fetchable(g, address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	addresses, err := g.addresses(ctx, u.Hostname())
	if err != nil {
		return nil, fetchError(err)
	}
	client := http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				var last error
				for _, a := range addresses {
					conn, err := g.dial(ctx, netip.AddrPortFrom(a, port))
					if err == nil {
						return conn, nil
					}
					last = err
				}
				return nil, last
			},
			DisableKeepAlives:      true,
			DisableCompression:     true,
			MaxResponseHeaderBytes: 16 << 10,
		},
	}
	method := http.MethodGet
	if send != nil {
		method = http.MethodPost
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), bytes.NewReader(send))
	if err != nil {
		return nil, errors.New(notFetched + "the address is no URL")
	}
	req.Header.Set("User-Agent", "") // sends none
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fetchError(err)
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode >= 300 && resp.StatusCode < 400:
		return nil, fmt.Errorf("%sthe server redirects elsewhere (status %d)", notFetched, resp.StatusCode)
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("the server answered with status %d", resp.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxFetchBody+1))
	switch {
	case err != nil:
		return nil, fetchError(err)
	case len(body) > maxFetchBody:
		return nil, errors.New("the answer is longer than 64 KiB")
	case len(body) == 0:
		return nil, errors.New("the answer is empty")
	}
	return body, nil
}

// fetchable takes an address of a certificate apart and denies what is not fetched.
func fetchable(g *guard, address string) (*url.URL, uint16, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return nil, 0, errors.New(notFetched + "the address is no URL")
	case u.Scheme != "http":
		scheme, _, _ := strings.Cut(address, ":")
		return nil, 0, fmt.Errorf("%saddresses that begin with %q are not followed, http alone is", notFetched, Clean(scheme))
	case u.User != nil:
		return nil, 0, errors.New(notFetched + "the address has a user name in it")
	case u.Hostname() == "" || u.Opaque != "":
		return nil, 0, errors.New(notFetched + "the address names no host")
	}
	u.Fragment, u.RawFragment = "", ""
	port := uint64(80)
	if p := u.Port(); p != "" {
		if port, err = strconv.ParseUint(p, 10, 16); err != nil || port == 0 {
			return nil, 0, errors.New(notFetched + "the address has no valid port")
		}
	}
	// Another port than that of HTTP could be any service of a host.
	if port != 80 && !g.private {
		return nil, 0, fmt.Errorf("%sport %d is not the port of HTTP", notFetched, port)
	}
	return u, uint16(port), nil
}

// fetchError puts an error of the network into one inert line without the address.
func fetchError(err error) error {
	var denied *forbidden
	if errors.As(err, &denied) {
		return errors.New(notFetched + Clean(denied.Error()))
	}
	var e *url.Error
	if errors.As(err, &e) {
		err = e.Err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.New("there was no whole answer in time")
	}
	return errors.New(Clean(err.Error()))
}
