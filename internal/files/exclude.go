package files

import (
	"fmt"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// excluder says which paths the exclude globs take out.
type excluder struct {
	globs []string
	dirs  map[string]bool // verdicts on directories, which many files share
}

func newExcluder(globs []string) (excluder, error) {
	e := excluder{dirs: make(map[string]bool)}
	for _, glob := range globs {
		clean := strings.TrimSuffix(strings.TrimPrefix(glob, "./"), "/")
		if clean == "" || !doublestar.ValidatePattern(clean) {
			return e, fmt.Errorf("exclude: invalid glob %q", glob)
		}
		e.globs = append(e.globs, clean)
	}
	return e, nil
}

// file reports whether a slash path, or a directory that it is in, matches.
func (e *excluder) file(rel string) bool {
	return len(e.globs) > 0 && (e.matches(rel) || e.dir(path.Dir(rel)))
}

// dir is file for a path that is going to be asked for again.
func (e *excluder) dir(rel string) bool {
	if len(e.globs) == 0 || rel == "." || rel == "/" {
		return false
	}
	verdict, known := e.dirs[rel]
	if !known {
		verdict = e.matches(rel) || e.dir(path.Dir(rel))
		e.dirs[rel] = verdict
	}
	return verdict
}

func (e *excluder) matches(rel string) bool {
	for _, glob := range e.globs {
		if doublestar.MatchUnvalidated(glob, rel) {
			return true
		}
	}
	return false
}
