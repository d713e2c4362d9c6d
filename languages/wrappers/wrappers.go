// Package wrappers finds out, for any language, what the parameters of a file's
// functions do to its nodes: nodes go in, and where a parameter decides one, what it
// becomes when the parameter is given is written into its Through. A function with
// such a parameter is a way to the switch.
//
// Nothing is worked out backwards: the language lowers the places again with the
// parameter taken to be true, and then to be false.
package wrappers

import (
	"slices"

	"github.com/tlslint/tlslint/ir"
)

// Finder is what a language knows of parameters of type P.
type Finder[P comparable] struct {
	// Most bounds the parameters that are tried.
	Most int
	// Giver is the parameter that an option of a node is; false when it is none that
	// callers give.
	Giver func(n *ir.Node, o ir.Option) (P, bool)
	// Param says how callers give a parameter; false where that cannot be told.
	Param func(P) (ir.Param, bool)
	// Again lowers the places of nodes with a parameter set to a constant.
	Again func(p P, given ir.Const, nodes []*ir.Node) []*ir.Node
}

// Fill sets Through of the nodes that a parameter decides. Test code teaches nothing.
func (f Finder[P]) Fill(nodes []*ir.Node) {
	decided := map[P][]*ir.Node{}
	var order []P
	for _, n := range nodes {
		if n.TestCode != "" || n.Syntax == nil {
			continue
		}
		for _, o := range options(n) {
			p, ok := f.Giver(n, o)
			if !ok || slices.Contains(decided[p], n) {
				continue
			}
			if decided[p] == nil {
				order = append(order, p)
			}
			decided[p] = append(decided[p], n)
		}
	}
	for _, p := range order[:min(f.Most, len(order))] {
		param, ok := f.Param(p)
		if !ok {
			continue
		}
		for _, given := range []bool{true, false} {
			c := ir.Const{Kind: ir.Bool, Bool: given, At: param.At}
			again := f.Again(p, c, decided[p])
			for _, n := range decided[p] {
				i := slices.IndexFunc(again, func(a *ir.Node) bool {
					return a.Kind == n.Kind && a.Path == n.Path && a.Span == n.Span && a.Name == n.Name && !a.Dead
				})
				if i >= 0 {
					n.Through = append(n.Through, ir.Through{Param: param, Given: c, Node: again[i]})
				}
			}
		}
	}
}

// options are all options that have a say in a node.
func options(n *ir.Node) []ir.Option {
	var out []ir.Option
	add := func(list []ir.Option) {
		for _, o := range list {
			if !slices.Contains(out, o) {
				out = append(out, o)
			}
		}
	}
	if n.Value != nil {
		add(n.Value.Options)
	}
	for _, a := range n.Args {
		if a.Value != nil {
			add(a.Value.Options)
		}
	}
	for _, g := range n.Guards {
		add(g.Options)
	}
	return out
}
