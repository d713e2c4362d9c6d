//go:build !cgo

// Package treesitter parses source with tree-sitter grammars. This build has no
// C compiler behind it and therefore no grammars: it says so for every file.
package treesitter

import "github.com/tlslint/tlslint/languages/syntax"

// MaxBytes is the largest file that is parsed.
const MaxBytes = 1 << 20

// Grammar is one language's grammar.
type Grammar struct{}

// Python is the grammar of Python 2 and 3.
var Python = &Grammar{}

// JavaScript is the grammar of JavaScript with JSX.
var JavaScript = &Grammar{}

// TypeScript and TSX are the grammars of TypeScript.
var (
	TypeScript = &Grammar{}
	TSX        = &Grammar{}
)

// Java is the grammar of Java up to 21.
var Java = &Grammar{}

// Available reports whether this build has the grammars.
func Available() bool { return false }

// Parse reports that there is no grammar.
func (*Grammar) Parse([]byte) (*syntax.Tree, error) { return nil, syntax.ErrNoGrammar }
