// Package shell lets tlslint read shell: scripts, and the shell text and command
// lines that stand inside of other files.
//
// A script comes in with a mapping from its bytes to those of the file that it
// stands in; ir nodes and edits with places in the file go out. A Dockerfile's RUN,
// a workflow's run:, the text of "sh -c" and a list ["curl", "-k"] are all read
// here, and repaired here: the document only says where the bytes stand.
package shell

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/pattern"
)

// Dialect is which shell reads a script.
type Dialect uint8

const (
	Bash Dialect = iota // bash, and everything that it understands of sh
	Zsh
	Korn
)

// Var is a variable that the document around a script sets for it.
type Var struct {
	Name  string
	Value Text
	// Option says who else may decide the value; nil when nobody can.
	Option *ir.Option
}

// Document is the file around scripts and command lines.
type Document struct {
	// Path is the file's path as nodes have it; Source its bytes.
	Path   string
	Source []byte
	Set    *pattern.Set
	// Quote writes text as it must stand at a place inside a script; nil or "" with
	// false where it cannot. nil = as it is.
	Quote func(text string) (string, bool)

	lines lineIndex
}

// index finds the lines of the document, once.
func (d *Document) index() {
	if d.lines == nil {
		d.lines = linesOf(d.Source)
	}
}

// Quoting is the document inside of text that writes what is put into it in a way of
// its own: a JSON string.
func (d *Document) Quoting(quote func(text string) (string, bool)) *Document {
	d.index()
	in := *d
	in.Quote = quote
	return &in
}

// Script is shell text in a document.
type Script struct {
	Doc     *Document
	Text    Text
	Dialect Dialect
	// Vars are set before the script runs, in the order of writing.
	Vars []Var
	// Guards are conditions of the document around the script.
	Guards []ir.Guard
	// Symbol names the part of the document: a job, a stage, a target.
	Symbol string
	// Exported says that an assignment is seen by every command: set -a, a file of
	// variables.
	Exported bool
	// Stmt are the 1-based first and last lines of the element that holds the
	// script, 0 when the lines of the commands say enough.
	Stmt [2]int
}

// Argv are the words of one command, as a document lists them: ["curl", "-k"].
type Argv struct {
	Doc   *Document
	Words []Text
	// Items are the places of the words with their quotes.
	Items []ir.Span
	// Remove takes the words [first, last) out of the list; nil = nobody can.
	Remove func(first, last int) (edits []Replacement, ok bool)
	Vars   []Var
	Guards []ir.Guard
	Symbol string
	Stmt   [2]int
}

// Replacement is new text for a place of the file.
type Replacement struct {
	Span ir.Span
	New  string
}

// Lower finds what rows are about in a script. Text that is no shell gives what
// was understood of it.
func Lower(s Script) []*ir.Node {
	l := newLowerer(s.Doc, s.Vars, s.Guards, s.Symbol, s.Stmt)
	l.exported = s.Exported
	l.script(&source{text: s.Text, dialect: s.Dialect}, nil)
	l.run()
	return l.out
}

// LowerWords finds what rows are about in the words of a command.
func LowerWords(a Argv) []*ir.Node {
	l := newLowerer(a.Doc, a.Vars, a.Guards, a.Symbol, a.Stmt)
	var words []word
	for i, t := range a.Words {
		w := word{item: i + 1, list: &a}
		src := &source{text: t, argv: true}
		for j := range len(t.S) {
			w.add(t.S[j], src, j, nil)
		}
		if i < len(a.Items) {
			w.span = a.Items[i]
		} else {
			w.span = t.Span(0, len(t.S))
		}
		words = append(words, w)
	}
	l.words(words, nil, 0)
	l.run()
	return l.out
}

// Setting is a variable that a document sets for processes: ENV, env:.
type Setting struct {
	Doc  *Document
	Name string
	// Value is the text; Span the name with its value.
	Value Text
	Span  ir.Span
	// Role is "command" where the variable is seen by one command only.
	Role string
	// Option says who else may decide the value; nil when nobody can.
	Option *ir.Option
	// Remove takes the variable out of the document; nil = nobody can.
	Remove func() (edits []Replacement, ok bool)
	Vars   []Var
	Guards []ir.Guard
	Symbol string
	Stmt   [2]int
}

// LowerSetting finds what rows are about in a variable: the variable itself, the
// options that it holds for a tool, a connection string.
func LowerSetting(s Setting) []*ir.Node {
	l := newLowerer(s.Doc, s.Vars, s.Guards, s.Symbol, s.Stmt)
	src := &source{text: s.Value, argv: true}
	var by *decider
	if s.Option != nil {
		by = &decider{unset: []option{*s.Option}}
	}
	w := word{home: src, z: len(s.Value.S)}
	for i := range len(s.Value.S) {
		w.add(s.Value.S[i], src, i, by)
	}
	if tool := optionsOf[s.Name]; tool != "" {
		l.optionWords(tool, w, nil)
	}
	if maybeConnection(s.Value.S) {
		l.connection(w, nil)
	}
	if l.setOf(s.Name) {
		l.env(s.Name, w, s.Role, &envPlace{src: src, end: len(s.Value.S), span: s.Span, remove: s.Remove}, nil)
	}
	l.run()
	return l.out
}

// LowerFile finds what rows are about in a file that a document writes, by the name
// of the file: a script, lines of variables, a small configuration file.
func LowerFile(name string, s Script) []*ir.Node {
	l := newLowerer(s.Doc, s.Vars, s.Guards, s.Symbol, s.Stmt)
	src := &source{text: s.Text, argv: true}
	var w word
	for i := range len(s.Text.S) {
		w.add(s.Text.S[i], src, i, nil)
	}
	l.file(name, w, &command{src: src, scope: &scope{}})
	l.run()
	return l.out
}

func newLowerer(d *Document, vars []Var, guards []ir.Guard, symbol string, stmt [2]int) *lowerer {
	d.index()
	l := &lowerer{doc: d, set: d.Set, outer: guards, symbol: symbol, stmt: stmt, funcs: map[string]*function{}, vars: map[string][]*assignment{}, seen: map[seenKey]bool{}}
	for _, v := range vars {
		a := &assignment{name: v.Name, src: &source{text: v.Value, argv: true}, order: -1, scope: &scope{}}
		for j := range len(v.Value.S) {
			a.raw.add(v.Value.S[j], a.src, j, nil)
		}
		a.option = v.Option
		l.vars[v.Name] = append(l.vars[v.Name], a)
	}
	return l
}

// setOf reports whether rows are about the variable.
func (l *lowerer) setOf(name string) bool { return l.set.Has(ir.Env, name) }

// contains reports whether text holds one of words.
func containsAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}
