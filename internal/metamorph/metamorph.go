// Package metamorph rewrites programs in ways whose effect on the findings is
// known beforehand: a renamed variable changes nothing, an option around the
// switch makes it optional.
//
// A snippet and the places of its findings go in, variants with their expected
// effect come out. The tests of the rows use it: what is found in a row's own
// example must be found in every variant of it, and what is clean must stay so.
// A language takes part by implementing Language.
package metamorph

import "fmt"

// Effect is what a transformation does to the findings of a snippet.
type Effect uint8

const (
	// Same: the same findings, each with its exposure and level.
	Same Effect = iota
	// Optional: the findings are there still, but somebody has to ask for them.
	Optional
)

func (e Effect) String() string { return [...]string{"same findings", "findings become optional"}[e] }

// Span is the half-open byte range of a finding.
type Span struct{ Start, End int }

// Transform is one way to rewrite a program.
type Transform struct {
	Name   string
	Effect Effect
	// Apply rewrites src. sinks are the places of its findings, none for a safe
	// snippet; a transformation about one place takes the first that it can. ok is
	// false where the transformation has nothing to do.
	Apply func(src []byte, sinks []Span) (out []byte, ok bool)
}

// Language is a language whose programs can be rewritten.
type Language interface {
	// Name is that of languages.Language.
	Name() string
	Transforms() []Transform
	// Parses returns the first syntax error of a program, nil if there is none.
	Parses(src []byte) error
}

// Variant is a rewritten program.
type Variant struct {
	Transform string
	Effect    Effect
	Source    []byte
}

// Variants applies the transformations that pick takes to a program that parses. A
// variant that does not parse is an error: the generator is wrong, not the program.
func Variants(l Language, src []byte, sinks []Span, pick func(transform string) bool) ([]Variant, error) {
	if err := l.Parses(src); err != nil {
		return nil, fmt.Errorf("the program itself: %w", err)
	}
	var out []Variant
	for _, t := range l.Transforms() {
		if !pick(t.Name) {
			continue
		}
		text, ok := t.Apply(src, sinks)
		if !ok || string(text) == string(src) {
			continue
		}
		if err := l.Parses(text); err != nil {
			return nil, fmt.Errorf("%s: %w\n%s", t.Name, err, text)
		}
		out = append(out, Variant{Transform: t.Name, Effect: t.Effect, Source: text})
	}
	return out, nil
}
