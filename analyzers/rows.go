// Package analyzers holds the rows that describe Go's libraries. The packages
// below it are go/analysis analyzers, one a rule, over one shared lowering pass;
// none of them needs cgo.
package analyzers

import (
	_ "embed"
	"sync"

	"github.com/tlslint/tlslint/pattern"
)

//go:embed patterns.toml
var rowsTOML []byte

//go:embed examples.toml
var examplesTOML []byte

var rows = sync.OnceValues(func() (pattern.File, error) {
	return pattern.Parse("analyzers/patterns.toml", "go", rowsTOML)
})

var examples = sync.OnceValues(func() ([]pattern.Example, error) {
	return pattern.ParseExamples("analyzers/examples.toml", examplesTOML)
})

var set = sync.OnceValues(func() (*pattern.Set, error) {
	file, err := Rows()
	if err != nil {
		return nil, err
	}
	return pattern.New(file)
})

// Rows returns the built-in rows of Go, parsed once.
func Rows() (pattern.File, error) { return rows() }

// Set returns the built-in rows, indexed once.
func Set() (*pattern.Set, error) { return set() }

// Examples returns the snippets that document and test the rows. They are
// decoded only when somebody asks: a check never does.
func Examples() ([]pattern.Example, error) { return examples() }
