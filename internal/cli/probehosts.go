package cli

import (
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/tlslint/tlslint/probe"
)

// parseTarget reads a host as a person types it: HOST, HOST:PORT, [v6]:PORT, a bare
// IPv6 address or an https URL. dropped names the parts of a URL that are not
// used; none of them is ever sent or printed. Port 0 stands for the default.
func parseTarget(arg string) (t probe.Target, dropped []string, err error) {
	bad := func(format string, a ...any) (probe.Target, []string, error) {
		return probe.Target{}, nil, usageError(format, a...)
	}
	rest := arg
	if scheme, _, ok := strings.Cut(arg, "://"); ok {
		if !strings.EqualFold(scheme, "https") {
			return bad("%q: want HOST, HOST:PORT or an https URL", withoutSecrets(arg))
		}
		u, err := url.Parse(arg)
		if err != nil {
			return bad("%q: not a URL: want https://HOST or https://HOST:PORT", withoutSecrets(arg))
		}
		if u.User != nil {
			dropped = append(dropped, "user name")
		}
		if u.Path != "" && u.Path != "/" {
			dropped = append(dropped, "path")
		}
		if u.RawQuery != "" || u.ForceQuery {
			dropped = append(dropped, "query")
		}
		if u.Fragment != "" {
			dropped = append(dropped, "fragment")
		}
		rest = u.Host
	} else if strings.Contains(arg, "@") {
		return bad("%q: a user name stands before it: want HOST or HOST:PORT", withoutSecrets(arg))
	} else if strings.ContainsAny(arg, "/?#") {
		return bad("%q: want a host without a path", withoutSecrets(arg))
	}
	host, port, err := splitPort(rest)
	if err != nil {
		return bad("%q: %v", withoutSecrets(rest), err)
	}
	return probe.Target{Host: strings.ToLower(host), Port: port}, dropped, nil
}

// withoutSecrets is a host argument for a message: without what stands before an
// "@", and without path and query.
func withoutSecrets(arg string) string {
	scheme, rest, ok := strings.Cut(arg, "://")
	if ok {
		scheme += "://"
	} else {
		scheme, rest = "", arg
	}
	rest = rest[strings.LastIndex(rest, "@")+1:]
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	return scheme + rest
}

// splitPort splits HOST:PORT; without a port it is 0.
func splitPort(s string) (host string, port int, err error) {
	host, text := s, ""
	switch {
	case strings.HasPrefix(s, "["):
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return "", 0, fmt.Errorf("a bracket is not closed: want [ADDRESS]:PORT")
		}
		host, text = s[1:end], s[end+1:]
		if a, err := netip.ParseAddr(host); err != nil || !a.Is6() {
			return "", 0, fmt.Errorf("no IPv6 address between the brackets")
		}
		if text != "" && text[0] != ':' {
			return "", 0, fmt.Errorf("want [ADDRESS]:PORT")
		}
		if text != "" {
			text = text[1:]
			if text == "" {
				return "", 0, fmt.Errorf("no port after the colon")
			}
		}
	case strings.Count(s, ":") > 1:
		if _, err := netip.ParseAddr(s); err != nil {
			return "", 0, fmt.Errorf("want HOST:PORT, or [ADDRESS]:PORT for IPv6")
		}
	case strings.Contains(s, ":"):
		host, text, _ = strings.Cut(s, ":")
		if text == "" {
			return "", 0, fmt.Errorf("no port after the colon")
		}
	}
	if text != "" {
		if port, err = strconv.Atoi(text); err != nil || port < 1 || port > 65535 {
			return "", 0, fmt.Errorf("port %s: want a number from 1 to 65535", text)
		}
	}
	switch {
	case host == "":
		return "", 0, fmt.Errorf("no host in it")
	case len(host) > 253:
		return "", 0, fmt.Errorf("longer than a host name can be")
	case strings.ContainsFunc(host, func(r rune) bool {
		return r == unicode.ReplacementChar || unicode.IsSpace(r) || !unicode.IsGraphic(r) || strings.ContainsRune(`/\?#@%"'<>|`+"`", r)
	}):
		return "", 0, fmt.Errorf("not a host name")
	}
	return host, port, nil
}
