package config

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// Set changes one value as `--config KEY=VALUE` does: key is dotted, value is a
// TOML value or a bare string ("a,b" for a list). It wins over every file. Every
// error is an *Error; after one the configuration is not to be used.
func (c *Config) Set(key, value string) error { return c.SetFrom("--config", key, value) }

// SetFrom is Set with the name that Show and errors give to where the value came
// from: "--fail-on", "$TLSLINT_...".
func (c *Config) SetFrom(origin, key, value string) error {
	doc := &document{path: origin}
	path, err := splitKey(key)
	if err != nil {
		return &Error{Path: origin, Msg: fmt.Sprintf("%q is not a dotted key", key)}
	}
	switch path[0] {
	case "extends", "pattern", "doc":
		return &Error{Path: origin, Msg: path[0] + " can only stand in a file"}
	}
	var leaf any = readValue(value, typeAt(reflect.TypeFor[Config](), path))
	for i := len(path) - 1; i > 0; i-- {
		leaf = map[string]any{path[i]: leaf}
	}
	doc.tree = map[string]any{path[0]: leaf}
	if errs := c.bind(doc); len(errs) > 0 {
		return errs[0]
	}
	return nil
}

// splitKey reads a dotted key, some parts of which may be quoted.
func splitKey(key string) ([]string, error) {
	s := scanner{src: []byte(key)}
	var path []string
	for _, p := range s.key() {
		path = append(path, p.name)
	}
	if len(path) == 0 || s.i != len(key) {
		return nil, errors.New("something else stands in it")
	}
	// The scanner trusts its input; the library knows what a key may hold.
	if _, err := decode("", []byte(key+" = 0")); err != nil {
		return nil, err
	}
	return path, nil
}

// typeAt is the type of the value at a path, nil for an unknown one.
func typeAt(t reflect.Type, path []string) reflect.Type {
	for _, key := range path {
		switch t.Kind() {
		case reflect.Struct:
			next := reflect.Type(nil)
			for _, f := range fields(t) {
				if f.key == key {
					next = t.Field(f.index).Type
				}
			}
			if next == nil {
				return nil
			}
			t = next
		case reflect.Map:
			t = t.Elem()
		default:
			return nil
		}
	}
	return t
}

// readValue reads a TOML value. Where a string is wanted and the text is not a
// quoted one, the text itself is meant: min-version=1.2 is no number.
func readValue(text string, want reflect.Type) any {
	value, ok := tomlValue(text)
	if want == nil {
		if ok {
			return value
		}
		return text
	}
	isText := want.Kind() == reflect.String || want == reflect.TypeFor[Duration]()
	isList := want.Kind() == reflect.Slice && want.Elem().Kind() == reflect.String
	switch {
	case isText:
		if s, quoted := value.(string); ok && quoted {
			return s
		}
		return text
	case isList:
		if _, bracketed := value.([]any); ok && bracketed {
			return value
		}
		if s, quoted := value.(string); ok && quoted {
			return []any{s}
		}
		var words []any
		for word := range strings.SplitSeq(text, ",") {
			if word = strings.TrimSpace(word); word != "" {
				words = append(words, word)
			}
		}
		return words
	case ok:
		return value
	default:
		return text
	}
}

// tomlValue reads text as exactly one TOML value.
func tomlValue(text string) (any, bool) {
	doc, err := decode("", []byte("v = "+text))
	if err != nil || len(doc.tree) != 1 || strings.TrimSpace(text) == "" {
		return nil, false
	}
	return doc.tree["v"], true
}
