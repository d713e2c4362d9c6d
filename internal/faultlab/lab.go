// Package faultlab stands up TLS servers with faults that are known in advance.
//
// [Rows] is the table of all faults. Each case of a row starts its servers on the
// loopback interface with a PKI that is made on the spot, and says what a probe of
// them has to find. Nothing of it leaves the machine, and no name of it is looked
// up anywhere but in the [Lab] itself.
package faultlab

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/tlslint/tlslint/probe"
)

// Row is one fault, in one or more variants.
type Row struct {
	Number int
	Name   string // words joined by hyphens
	Wrong  string // what is wrong, in one sentence
	Cases  []Case
}

// Case is one variant of a fault.
type Case struct {
	Name  string // "" for the only one
	Wrong string // what is special about it, "" for nothing
	// Start stands the servers up.
	Start  func(l *Lab) *Setup
	Expect Expect
}

// Setup is a case that runs.
type Setup struct {
	// Skip says why the case cannot be had on this machine, "" for no reason.
	Skip    string
	Target  probe.Target
	Options probe.Options
	// Env are variables of the environment that the probe has to be run with.
	Env map[string]string
	// TLS is set when a client that connects to Target gets as far as a handshake, so
	// that other clients can be compared.
	TLS bool
	// ClientTime is what the clock of the client shows, the zero value for the time of
	// the lab.
	ClientTime time.Time
	// Sent is the chain of the server, leaf first; nil when it sends none or several.
	Sent [][]byte
}

// Roots are the trust anchors of the case in DER.
func (s *Setup) Roots() [][]byte {
	var all [][]byte
	if s.Options.Trust != nil {
		for _, root := range s.Options.Trust.Roots {
			all = append(all, root.DER)
		}
	}
	return all
}

// Name is the name that clients verify.
func (s *Setup) Name() string {
	if s.Target.ServerName != "" {
		return s.Target.ServerName
	}
	return s.Target.Host
}

// Expect is what a probe has to find. The zero value of a field asks for nothing,
// but for Class.
type Expect struct {
	// Class is that of a finding that is there. It, or one of Also, comes first. Or are
	// classes that are as right.
	Class  probe.Class
	Or     []probe.Class
	Weight probe.Weight
	// Subject is a part of the certificate's subject, Depth its place.
	Subject   string
	Depth     int
	Liability probe.Liability
	// Innocent must not be blamed by any failure.
	Innocent probe.Liability
	// Action and Says are words, without regard to case, of what is to be done and of
	// the whole finding; "a|b" asks for one of them.
	Action, Says string
	// Codes are OpenSSL's first error and the one that s_client prints.
	Codes *Codes
	// Also are classes of further findings that must be there, Not of ones that must
	// not.
	Also, Not []probe.Class
	// Clients are the verdicts of clients that are known, true for content.
	Clients map[probe.Client]bool
}

// Codes are two verification errors of OpenSSL.
type Codes struct{ First, SClient int }

// Lab runs the servers of one case.
type Lab struct {
	// Now is the time at which the certificates of the lab are what they are said to
	// be.
	Now time.Time
	// Dir is a folder for files.
	Dir string

	mu        sync.Mutex
	closers   []io.Closer
	running   sync.WaitGroup
	closed    bool
	addresses map[string][]netip.Addr
	failures  map[string]error
	ports     []int
}

// New is a lab whose certificates are made for the time now. Dir is an empty folder
// that it may write to.
func New(now time.Time, dir string) *Lab {
	return &Lab{
		Now: now.UTC().Truncate(time.Second), Dir: dir,
		addresses: map[string][]netip.Addr{}, failures: map[string]error{},
	}
}

// Close ends all servers and waits for them.
func (l *Lab) Close() {
	l.mu.Lock()
	l.closed = true
	closers := l.closers
	l.closers = nil
	l.mu.Unlock()
	for _, c := range closers {
		c.Close()
	}
	l.running.Wait()
}

// keep closes c with the lab, at once when that is over.
func (l *Lab) keep(c io.Closer) {
	l.mu.Lock()
	closed := l.closed
	if !closed {
		l.closers = append(l.closers, c)
	}
	l.mu.Unlock()
	if closed {
		c.Close()
	}
}

// release forgets what keep was given.
func (l *Lab) release(c io.Closer) {
	l.mu.Lock()
	l.closers = slices.DeleteFunc(l.closers, func(k io.Closer) bool { return k == c })
	l.mu.Unlock()
}

// LookupNetIP knows the names that the case has announced, and answers every other
// one with the first loopback address: names of the lab are all on this machine.
func (l *Lab) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	l.mu.Lock()
	err, addresses := l.failures[host], l.addresses[host]
	l.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if addresses == nil {
		addresses = []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	}
	return slices.Clone(addresses), nil
}

// Ports are the ports that servers of the lab were given.
func (l *Lab) Ports() []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.ports)
}

// file writes a file of the lab and returns its path.
func (l *Lab) file(name string, data []byte) string {
	path := filepath.Join(l.Dir, name)
	must(os.WriteFile(path, data, 0o600))
	return path
}

// store is a trust store of the certificates.
func store(name string, roots ...*Cert) *probe.Store {
	s := &probe.Store{Name: name}
	for _, r := range roots {
		s.Roots = append(s.Roots, probe.Root{DER: r.DER})
	}
	return s
}

// setup is a target at a port of this machine, judged by the given roots.
func (l *Lab) setup(name string, port int, roots ...*Cert) *Setup {
	return &Setup{
		Target:  probe.Target{Host: name, Port: port},
		Options: probe.Options{Private: true, Trust: store("lab", roots...), Resolver: l, Now: func() time.Time { return l.Now }},
	}
}

// sends is a setup of one server that sends the certificates.
func (l *Lab) sends(name string, sent []*Cert, roots ...*Cert) *Setup {
	return l.run(l.setup(name, 0, roots...), config(sent...))
}

// run stands up the server of a setup that other clients can connect to as well.
func (l *Lab) run(s *Setup, c *tls.Config) *Setup {
	s.Target.Port = l.serve(c)
	s.TLS = true
	if len(c.Certificates) == 1 {
		s.Sent = c.Certificates[0].Certificate
	}
	return s
}

// cannotCompare marks a setup where each client sees something else.
func (s *Setup) cannotCompare() *Setup {
	s.TLS = false
	return s
}

// port is the port of a listener.
func port(ln net.Listener) int { return ln.Addr().(*net.TCPAddr).Port }
