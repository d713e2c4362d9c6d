// Package hosts reads the server out of a text that code writes as an address.
//
// A URL, host:port, a name or an image reference comes in; a host goes out.
package hosts

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/dsn"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/pattern"
)

var (
	bareHost = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)
	// hostLike is a dotted name that is more likely a host than a file or a version.
	hostLike = regexp.MustCompile(`(?i)^[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|net|io|dev|local|internal|example|test|localhost|lan|corp|cloud|de|eu|uk|fr|app|gov|edu)$`)
)

// Of reads a host. bare accepts a name without a port or scheme, where the place
// says that it is one.
func Of(text string, bare bool) (dsn.Host, bool) {
	h, ok := dsn.HostOf(text)
	switch {
	case ok:
	case text == "localhost" || pattern.IsLocal(text) && !strings.HasPrefix(text, "/") && !strings.HasPrefix(text, "@"):
		h, ok = dsn.Host{Name: text}, true
	case bareHost.MatchString(text) && (bare || hostLike.MatchString(text)):
		h, ok = dsn.Host{Name: text}, true
	case strings.Contains(text, "/") && !strings.Contains(text, "://"):
		// An image or module reference: host[:port]/path.
		first, _, _ := strings.Cut(text, "/")
		if h, ok = dsn.HostOf(first); !ok && hostLike.MatchString(first) {
			h, ok = dsn.Host{Name: first}, true
		}
	}
	return h, ok
}

// Add appends the host of a text to a node's, unless it is there already. how
// says where the text comes from, offset where it stands.
func Add(n *ir.Node, text string, bare bool, how string, offset int) {
	h, ok := Of(text, bare)
	if !ok {
		return
	}
	host := ir.Host{Name: h.Name, Port: h.Port, How: how, Offset: offset}
	if !slices.ContainsFunc(n.Hosts, func(o ir.Host) bool { return o.Name == host.Name && o.Port == host.Port }) {
		n.Hosts = append(n.Hosts, host)
	}
}
