package faultlab

import (
	"slices"

	"github.com/tlslint/tlslint/probe"
)

// Rows is the table of all faults, by number.
func Rows() []Row {
	rows := slices.Concat(trust, certificates, chains, handshakes, connections, environments)
	slices.SortFunc(rows, func(a, b Row) int { return a.Number - b.Number })
	return rows
}

// host is the name of the lab's server. public is a name that a public CA could
// certify; the lab answers for it itself.
const (
	host   = "shop.test"
	public = "www.example.com"
)

// only is the one case of a row.
func only(start func(l *Lab) *Setup, e Expect) []Case { return []Case{{Start: start, Expect: e}} }

// codes are OpenSSL's first error and what s_client prints.
func codes(first, sclient int) *Codes { return &Codes{first, sclient} }

func classes(c ...probe.Class) []probe.Class { return c }

// accusing are the classes that say of a server that it is wrong about its chain.
var accusing = classes(probe.IncompleteChain, probe.SelfSigned, probe.WrongIssuerKey)

// everybody is the verdict of all clients; except turns some of them round.
func everybody(ok bool, except ...probe.Client) map[probe.Client]bool {
	verdicts := map[probe.Client]bool{}
	for _, c := range probe.Clients {
		verdicts[c] = ok != slices.Contains(except, c)
	}
	return verdicts
}

// family is the usual PKI of a row: a root and an intermediate.
func (l *Lab) family(options ...option) (root, ca *Cert) {
	root = l.root("Lab Root CA")
	return root, l.ca(root, "Lab Issuing CA", options...)
}
