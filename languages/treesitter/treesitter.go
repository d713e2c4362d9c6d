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
	"errors"
	"fmt"
	"strings"
	"sync"

	sitter "github.com/smacker/go-tree-sitter"
	"github.com/smacker/go-tree-sitter/java"
	"github.com/smacker/go-tree-sitter/javascript"
	"github.com/smacker/go-tree-sitter/python"
	"github.com/smacker/go-tree-sitter/typescript/tsx"
	"github.com/smacker/go-tree-sitter/typescript/typescript"

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
	load   func() *sitter.Language
	once   sync.Once
	lang   *sitter.Language
	names  []string
	fields []string
	// kinds say of every symbol what copy does with it.
	kinds   []byte
	parsers sync.Pool
}

// Python is the grammar of Python 2 and 3.
var Python = &Grammar{load: python.GetLanguage}

// JavaScript is the grammar of JavaScript with JSX.
var JavaScript = &Grammar{load: javascript.GetLanguage}

// TypeScript and TSX are the grammars of TypeScript: what "<T>x" means differs.
var (
	TypeScript = &Grammar{load: typescript.GetLanguage}
	TSX        = &Grammar{load: tsx.GetLanguage}
)

// Java is the grammar of Java up to 21.
var Java = &Grammar{load: java.GetLanguage}

var big sync.Mutex

func (g *Grammar) init() {
	g.lang = g.load()
	n := int(g.lang.SymbolCount())
	g.names, g.kinds = make([]string, n), make([]byte, n)
	for i := range n {
		name := g.lang.SymbolName(sitter.Symbol(i))
		g.names[i] = name
		switch {
		case g.lang.SymbolType(sitter.Symbol(i)) == sitter.SymbolTypeRegular:
			g.kinds[i] = isNamed
			if leaf[name] {
				g.kinds[i] |= isLeaf
			}
		case len(name) == 1 && strings.Contains("()[]{},:;.=@", name) || keyword[name]:
			// Operators stand in fields that somebody asks for; brackets, separators and
			// most keywords do not.
			g.kinds[i] = isSkipped
		}
	}
	g.fields = []string{""}
	for i := 1; ; i++ {
		name := g.lang.FieldName(i)
		if name == "" {
			break
		}
		g.fields = append(g.fields, name)
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
	if !g.copy(tree.RootNode(), out) {
		return nil, errors.New("no memory for its syntax tree")
	}
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

// The bits of Grammar.kinds, as copy.go knows them.
const (
	isSkipped = 1 << iota
	isNamed
	isLeaf
)

// maxDepth bounds what a lowering recurses through; deeper nodes are left out.
const maxDepth = 400
