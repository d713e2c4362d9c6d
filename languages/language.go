// Package languages is the registry of what tlslint can read. A language turns
// the files of a unit into ir nodes and makes the edits that rows ask for;
// everything language-specific stands behind this interface.
package languages

import (
	"context"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/pattern"
)

// Language is one language or data format.
type Language interface {
	// Name is the key of rows and of --lang: "go".
	Name() string
	// Handles reports whether a file is of this language, by its slash path.
	Handles(path string) bool
	// Unit groups files that are lowered together: for Go the folder.
	Unit(path string) string
	// Rows returns the built-in rows and what belongs to them.
	Rows() (pattern.File, error)
	// Examples returns the snippets that document and test the rows.
	Examples() ([]pattern.Example, error)
	// FileName is the name under which a snippet of this language is checked.
	FileName() string
	// Lower lowers the files of one unit.
	Lower(ctx context.Context, in Input) (Output, error)
	// Edit makes the edits of operations on one object, the finding's own first
	// and those that must be made with it behind it; ok is false when they cannot
	// be right there.
	Edit(ops []Op, vars Vars) (edits []finding.Edit, ok bool)
	// Flip turns the literal at a place into its opposite: a default is flipped.
	Flip(hit pattern.Hit, at ir.Place) (edits []finding.Edit, ok bool)
	// Check reports an error that an edited file has and the old one had not.
	// overlay are the other files with edits that are not written yet, by path.
	Check(ctx context.Context, path string, old, edited []byte, overlay map[string][]byte) error
}

// File is a file of a unit. Path opens it, Rel names it in findings.
type File struct {
	Path, Rel string
	Data      []byte
}

// Input is one unit to lower.
type Input struct {
	// Files are the unit's files of the run; a language may read further ones
	// beside them (a Go package is type-checked whole) but reports none there.
	Files []File
	Set   *pattern.Set
	// Overlay replaces files on disk, by path: edits that are not written yet.
	Overlay map[string][]byte
	// Types is "stub" or "full": how much a language may ask of the tool chain.
	Types string
}

// Output is what a unit lowers to.
type Output struct {
	Nodes    []*ir.Node
	Comments []Comment
	// Unlowered are files that could not be lowered at all, with the reason.
	Unlowered []Unlowered
	// Parsed is how many files were parsed.
	Parsed int
	// Sources are files beside the given ones that edits may concern, by path.
	Sources map[string][]byte
}

// Comment is a comment of a source file, with its comment signs.
type Comment struct {
	Path       string
	Text       string
	Start, End int // byte offsets
	// GroupEnd is the 1-based last line of the group of comment-only lines that
	// the comment belongs to, 0 when code stands on its line.
	GroupEnd int
}

// Unlowered is a file that could not be lowered.
type Unlowered struct{ Path, Reason string }

// Op is one operation on a matched node.
type Op struct {
	Hit pattern.Hit
	Fix pattern.Fix
}

// Vars are the values of a fix's templates.
type Vars struct {
	CAEnv    string
	CABundle string
}

var registered []Language

// Register adds a language; it is called from the init functions of the
// packages that a program imports for their languages.
func Register(l Language) {
	registered = append(registered, l)
	slices.SortFunc(registered, func(a, b Language) int { return strings.Compare(a.Name(), b.Name()) })
}

// All returns the registered languages by their names.
func All() []Language { return registered }

// For returns the language that handles a path, nil if there is none.
func For(path string) Language {
	for _, l := range registered {
		if l.Handles(path) {
			return l
		}
	}
	return nil
}

// Named returns the language of that name, nil if there is none.
func Named(name string) Language {
	for _, l := range registered {
		if l.Name() == name {
			return l
		}
	}
	return nil
}
