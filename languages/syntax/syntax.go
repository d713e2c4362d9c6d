// Package syntax is the tree that languages with a tree-sitter grammar lower
// from: plain Go values that outlive the parser, so that looking around in them
// costs nothing.
//
// A parser of package treesitter makes a Tree; a language's lowering reads it.
package syntax

import (
	"errors"
	"sort"
)

// ErrNoGrammar says that this build has no parser for a language: it was built
// without a C compiler.
var ErrNoGrammar = errors.New("this build has no grammar for it (built without cgo)")

// Tree is one parsed file.
type Tree struct {
	Root   *Node
	Source []byte
	// Errors is how many ERROR and MISSING nodes there are.
	Errors int
}

// Node is a named node, or an unnamed one that stands in a field (an operator).
// Start and End are byte offsets.
type Node struct {
	Kind  string
	Field string
	Start int
	End   int
	Up    *Node
	Kids  []*Node
}

// Child is the first child in a field, nil if there is none.
func (n *Node) Child(field string) *Node {
	if n == nil {
		return nil
	}
	for _, k := range n.Kids {
		if k.Field == field {
			return k
		}
	}
	return nil
}

// Children are the children in a field.
func (n *Node) Children(field string) []*Node {
	var out []*Node
	for _, k := range n.Kids {
		if k.Field == field {
			out = append(out, k)
		}
	}
	return out
}

// Is reports whether the node is of one of the kinds; a nil node is of none.
func (n *Node) Is(kinds ...string) bool {
	if n == nil {
		return false
	}
	for _, k := range kinds {
		if n.Kind == k {
			return true
		}
	}
	return false
}

// Within reports whether n is outer or stands below it.
func (n *Node) Within(outer *Node) bool {
	for ; n != nil; n = n.Up {
		if n == outer {
			return true
		}
	}
	return false
}

// Above is the nearest node around n that is of one of the kinds.
func (n *Node) Above(kinds ...string) *Node {
	if n == nil {
		return nil
	}
	for p := n.Up; p != nil; p = p.Up {
		if p.Is(kinds...) {
			return p
		}
	}
	return nil
}

// Walk calls f for n and what is below it, in the order of the source; false
// leaves out what is below a node.
func (n *Node) Walk(f func(*Node) bool) {
	// The nesting of hostile source is as deep as the file is long.
	stack := []*Node{n}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if top == nil || !f(top) {
			continue
		}
		for i := len(top.Kids) - 1; i >= 0; i-- {
			stack = append(stack, top.Kids[i])
		}
	}
}

// At is the innermost node that covers the byte range.
func (n *Node) At(start, end int) *Node {
	for {
		i := sort.Search(len(n.Kids), func(i int) bool { return n.Kids[i].End >= end })
		if i == len(n.Kids) || n.Kids[i].Start > start {
			return n
		}
		n = n.Kids[i]
	}
}

// Text is the source of a node.
func (t *Tree) Text(n *Node) string {
	if n == nil {
		return ""
	}
	return string(t.Source[n.Start:n.End])
}
