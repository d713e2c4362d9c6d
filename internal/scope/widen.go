package scope

import (
	"bytes"
	"context"
	"path"
	"strings"

	"github.com/tlslint/tlslint/internal/files"
	"github.com/tlslint/tlslint/languages"
)

// maxSteps is how far from a changed file another may be that it decides about:
// it may name it through one file between them.
const maxSteps = 2

// widen adds the files that name a changed one, where a language lowers each file
// for itself: a value that one file decides may make another insecure. What a
// file is called by is its name without the ending, or, where that begins with an
// underscore, as in __init__.py, its folder's.
func (s *Scope) widen(ctx context.Context) error {
	names := map[string]map[string]bool{} // language -> names
	add := func(p string) {
		u, ok := unitOf(p)
		if !ok || u.name != p {
			return
		}
		if names[u.language] == nil {
			names[u.language] = map[string]bool{}
		}
		names[u.language][calledBy(p)] = true
	}
	for _, p := range s.touched {
		add(p)
	}
	if len(names) == 0 {
		return nil
	}
	list, _, err := files.List(ctx, []string{s.top}, files.Options{Root: s.top, Want: func(p string) bool {
		l := languages.For(p)
		return l != nil && names[l.Name()] != nil
	}})
	if err != nil {
		return err
	}
	var buf []byte
	for range maxSteps {
		var found []string
		for _, f := range list {
			u, ok := unitOf(f.Rel)
			if !ok || s.units[u] {
				continue
			}
			data, skip := files.ReadInto(f, maxContext, buf)
			if skip == nil && hasWord(data, names[u.language]) {
				s.units[u] = true
				found = append(found, f.Rel)
			}
			if cap(data) > cap(buf) {
				buf = data[:0]
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		for _, p := range found {
			add(p)
		}
	}
	return nil
}

func calledBy(p string) string {
	name := path.Base(p)
	if strings.HasPrefix(name, "_") && path.Dir(p) != "." {
		return path.Base(path.Dir(p))
	}
	name, _, _ = strings.Cut(name, ".")
	return name
}

// hasWord reports whether any of the words stands in a text.
func hasWord(data []byte, words map[string]bool) bool {
	for i := 0; i < len(data); {
		if !word(data[i]) {
			i++
			continue
		}
		end := bytes.IndexFunc(data[i:], func(r rune) bool { return r < 0x80 && !word(byte(r)) })
		if end < 0 {
			end = len(data) - i
		}
		if words[string(data[i:i+end])] {
			return true
		}
		i += end
	}
	return false
}
