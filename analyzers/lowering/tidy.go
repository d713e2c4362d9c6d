package lowering

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"

	"github.com/aymanbagabas/go-udiff"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
)

// tidy checks that the edited file parses, and keeps what was in gofmt's format
// in gofmt's format. It looks at no more of the file than the edits can reach.
func (e *editor) tidy() bool {
	src := e.fi.src
	if bytes.IndexByte(src, '\r') >= 0 || bytes.HasPrefix(src, []byte("\xef\xbb\xbf")) {
		// gofmt would change every line of it.
		_, err := parser.ParseFile(token.NewFileSet(), "", apply(src, e.edits), parser.SkipObjectResolution)
		return err == nil
	}
	part, own := e.part()
	old := src[part.Start:part.End]
	local := slices.Clone(e.edits)
	for i := range local {
		local[i].Start -= part.Start
		local[i].End -= part.Start
	}
	edited := apply(old, local)
	if costly(old) {
		_, err := parser.ParseFile(token.NewFileSet(), "", apply(src, e.edits), parser.SkipObjectResolution)
		return err == nil
	}
	want, err := format.Source(edited)
	if err != nil {
		return false
	}
	if bytes.Equal(want, edited) || !e.formatted(old, own) {
		return true
	}
	e.edits = nil
	for _, d := range udiff.Bytes(old, want) {
		e.edits = append(e.edits, finding.Edit{Path: e.fi.name, Start: part.Start + d.Start, End: part.Start + d.End, New: d.New})
	}
	return true
}

// maxTidy and maxNesting bound the text, in bytes and in nested brackets, that is
// formatted for every edit in it: gofmt's time grows with the cube of the depth.
const (
	maxTidy    = 64 << 10
	maxNesting = 100
)

// costly reports whether text is too much to format again and again. Nobody
// writes such a declaration by hand.
func costly(text []byte) bool {
	if len(text) > maxTidy {
		return true
	}
	depth := 0
	for _, c := range text {
		switch c {
		case '(', '[', '{':
			if depth++; depth > maxNesting {
				return true
			}
		case ')', ']', '}':
			depth--
		}
	}
	return false
}

// formatted reports whether gofmt has nothing to change in text, a declaration of
// its own or all of the file.
func (e *editor) formatted(text []byte, own bool) bool {
	if own {
		clean, err := format.Source(text)
		return err == nil && bytes.Equal(clean, text)
	}
	if e.fi.gofmt == nil {
		clean, err := format.Source(text)
		same := err == nil && bytes.Equal(clean, text)
		e.fi.gofmt = &same
	}
	return *e.fi.gofmt
}

// part is the text that decides about the format of the edits: the lines of the
// declaration that holds them all, where it stands apart from the others (own),
// else the whole file. Imports are sorted by file.
func (e *editor) part() (s ir.Span, own bool) {
	whole := ir.Span{End: len(e.fi.src)}
	if len(e.edits) == 0 {
		return whole, false
	}
	first, last := e.edits[0].Start, e.edits[0].End
	for _, ed := range e.edits {
		first, last = min(first, ed.Start), max(last, ed.End)
	}
	for _, d := range e.fi.file.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		at := e.fi.span(d)
		if at.Start >= first || last > at.End {
			continue
		}
		from, to, _ := lineOf(e.fi.src, at)
		if from == at.Start && apart(e.fi.src, at.End, from, to) {
			return ir.Span{Start: from, End: to}, true
		}
		break
	}
	return whole, false
}

// apart reports whether the lines src[from:to] of a declaration that ends at end
// stand alone: gofmt aligns what stands on neighbouring lines.
func apart(src []byte, end, from, to int) bool {
	tail := bytes.TrimSpace(src[end:to])
	if len(tail) > 0 && !bytes.HasPrefix(tail, []byte("//")) {
		return false
	}
	next, _, _ := bytes.Cut(src[to:], []byte("\n"))
	if len(bytes.TrimSpace(next)) > 0 {
		return false
	}
	if from == 0 {
		return true
	}
	before := src[bytes.LastIndexByte(src[:from-1], '\n')+1 : from-1]
	before = bytes.TrimSpace(before)
	return len(before) == 0 || bytes.HasPrefix(before, []byte("//")) || bytes.HasSuffix(before, []byte("*/"))
}
