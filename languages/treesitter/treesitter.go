//go:build cgo

// Package treesitter parses source with tree-sitter grammars: bytes go in, a
// syntax.Tree of plain Go values comes out, and nothing of C is left behind.
//
// It is the one place that knows the binding. Measured on it: a cancellable
// context leaves a parser that fails silently, so time is limited by
// SetOperationLimit; Node.String overflows the C stack on deep nesting and is
// never called; a tree takes some 73 bytes of memory a byte of source.
package treesitter

import (
	"context"
	"fmt"
	"strings"
	"sync"

	sitter "github.com/smacker/go-tree-sitter"
	"github.com/smacker/go-tree-sitter/java"
	"github.com/smacker/go-tree-sitter/python"

	"github.com/tlslint/tlslint/languages/syntax"
)

const (
	// MaxBytes is the largest file that is parsed.
	MaxBytes = 1 << 20
	// bigBytes is the size above which files are parsed one at a time.
	bigBytes = 256 << 10
	// limit is how long one file may take, in microseconds.
	limit = 10_000_000
)

// Grammar is one language's grammar. It is safe for concurrent use.
type Grammar struct {
	load  func() *sitter.Language
	once  sync.Once
	lang  *sitter.Language
	names []string
	named []bool
	// skip are unnamed tokens that stand in no field that anybody asks for.
	skip    []bool
	parsers sync.Pool
}

// Python is the grammar of Python 2 and 3.
var Python = &Grammar{load: python.GetLanguage}

// Java is the grammar of Java up to 21.
var Java = &Grammar{load: java.GetLanguage}

var big sync.Mutex

func (g *Grammar) init() {
	g.lang = g.load()
	n := int(g.lang.SymbolCount())
	g.names, g.named = make([]string, n), make([]bool, n)
	g.skip = make([]bool, n)
	for i := range n {
		name := g.lang.SymbolName(sitter.Symbol(i))
		g.names[i] = name
		g.named[i] = g.lang.SymbolType(sitter.Symbol(i)) == sitter.SymbolTypeRegular
		// Operators stand in fields; brackets, separators and most keywords do not.
		g.skip[i] = !g.named[i] && (len(name) == 1 && strings.Contains("()[]{},:;.=@", name) || keyword[name])
	}
	g.parsers.New = func() any {
		p := sitter.NewParser()
		p.SetLanguage(g.lang)
		p.SetOperationLimit(limit)
		return p
	}
}

// Available reports whether this build has the grammars.
func Available() bool { return true }

// Parse parses src. The error says why there is no tree; source with errors in
// it has one.
func (g *Grammar) Parse(src []byte) (*syntax.Tree, error) {
	if len(src) > MaxBytes {
		return nil, fmt.Errorf("too large to parse (%d bytes)", len(src))
	}
	if len(src) > bigBytes {
		big.Lock()
		defer big.Unlock()
	}
	g.once.Do(g.init)
	p := g.parsers.Get().(*sitter.Parser)
	tree, err := p.ParseCtx(context.Background(), nil, src)
	if err != nil || tree == nil {
		p.Reset()
		p.Close()
		return nil, fmt.Errorf("took longer than %d s to parse", limit/1_000_000)
	}
	defer g.parsers.Put(p)
	defer tree.Close()
	out := &syntax.Tree{Source: src}
	g.copy(tree.RootNode(), out)
	return out, nil
}

var (
	keyword = words("def class return import from as if elif else for while with try except finally raise assert del pass global nonlocal async await lambda yield print exec")
	leaf    = words("identifier integer float true false none string_start string_end comment pass_statement break_statement continue_statement ellipsis")
)

func words(text string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(text) {
		out[w] = true
	}
	return out
}

const (
	errorSymbol = 65535
	// maxDepth bounds what a lowering recurses through; deeper nodes are left out.
	maxDepth = 400
)

// copy walks the C tree once.
func (g *Grammar) copy(root *sitter.Node, out *syntax.Tree) {
	c := sitter.NewTreeCursor(root)
	defer c.Close()
	var up *syntax.Node
	depth := 0
	for {
		n, keep := g.node(c, out)
		descend := false
		if keep {
			n.Up = up
			if up == nil {
				out.Root = n
			} else {
				up.Kids = append(up.Kids, n)
			}
			if depth < maxDepth && !leaf[n.Kind] && c.GoToFirstChild() {
				up, descend = n, true
				depth++
			}
		}
		for !descend {
			if up == nil {
				return
			}
			if c.GoToNextSibling() {
				break
			}
			c.GoToParent()
			up = up.Up
			depth--
		}
	}
}

// node copies the node under the cursor; keep is false for punctuation.
func (g *Grammar) node(c *sitter.TreeCursor, out *syntax.Tree) (n *syntax.Node, keep bool) {
	cur := c.CurrentNode()
	sym := cur.Symbol()
	if sym != errorSymbol && g.skip[sym] {
		return nil, false
	}
	n = &syntax.Node{Kind: "ERROR"}
	named := true
	if sym == errorSymbol {
		out.Errors++
	} else {
		n.Kind, named = g.names[sym], g.named[sym]
	}
	n.Field = c.CurrentFieldName()
	if !named && n.Field == "" {
		return nil, false
	}
	n.Start, n.End = int(cur.StartByte()), int(cur.EndByte())
	if n.Start == n.End && cur.IsMissing() {
		out.Errors++
	}
	return n, true
}
