package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Names are the names under which a configuration is found, the first wins.
var Names = []string{"tlslint.toml", ".tlslint.toml"}

// Find looks for a configuration in startDir and upward from it, and returns
// the nearest. It stops behind stopDir ("" for none), behind the root of the git
// work tree that startDir is in, and at the root of the file system. No file
// found is "" without an error.
func Find(startDir, stopDir string) (string, error) {
	dir, err := filepath.Abs(startDir)
	if err != nil {
		return "", fmt.Errorf("%s: %w", startDir, err)
	}
	if stopDir != "" {
		if stopDir, err = filepath.Abs(stopDir); err != nil {
			return "", fmt.Errorf("%s: %w", stopDir, err)
		}
	}
	for {
		for _, name := range Names {
			file := filepath.Join(dir, name)
			switch info, err := os.Stat(file); {
			case err == nil && !info.IsDir():
				return file, nil
			case err != nil && !errors.Is(err, fs.ErrNotExist):
				return "", fmt.Errorf("%s: %w", file, cause(err))
			}
		}
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return "", nil
		}
		parent := filepath.Dir(dir)
		if dir == stopDir || parent == dir {
			return "", nil
		}
		dir = parent
	}
}

// Load reads a file and the files that it extends. Every error is an *Error.
func Load(name string) (*Config, error) {
	data, err := readFile(name)
	if err != nil {
		return nil, &Error{Path: name, Msg: err.Error()}
	}
	return ParseWith(name, data, readFile)
}

// Parse reads a configuration that is at hand; name is for error messages and
// for the files that it extends, which are read from disk. Every error is an *Error.
func Parse(name string, data []byte) (*Config, error) {
	return ParseWith(name, data, readFile)
}

// ParseWith is Parse with another way to read the extended files, for instance
// from a revision instead of the work tree. read gets the path that name's
// folder and the value of extends make.
func ParseWith(name string, data []byte, read func(path string) ([]byte, error)) (*Config, error) {
	c := Default()
	l := loader{config: c, read: read}
	if err := l.load(name, data); err != nil {
		return nil, err
	}
	return c, nil
}

type loader struct {
	config *Config
	read   func(string) ([]byte, error)
	open   []string // the files between the first one and this one
}

// maxExtends bounds how many files extend each other in a row. It also ends a
// cycle that symbolic links hide.
const maxExtends = 16

func (l *loader) load(name string, data []byte) error {
	doc, err := decode(name, data)
	if err != nil {
		return err
	}
	l.open = append(l.open, filepath.Clean(name))
	if base, ok := doc.tree["extends"].(string); ok && base != "" {
		if err := l.extend(doc, base); err != nil {
			return err
		}
	}
	if errs := l.config.bind(doc); len(errs) > 0 {
		return errs[0]
	}
	l.config.files = append(l.config.files, name)
	if len(rows(doc.tree)) > 0 {
		l.config.Patterns, l.config.PatternsFile = data, name
	}
	return nil
}

// rows are the team's own patterns and documents of a file.
func rows(tree map[string]any) []any {
	var all []any
	for _, key := range []string{"pattern", "doc"} {
		if v, ok := tree[key]; ok {
			all = append(all, v)
		}
	}
	return all
}

var (
	urlLike   = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]+:|//|\\\\|[^/\\]+@[^/\\]+:)`)
	driveLike = regexp.MustCompile(`^[A-Za-z]:`)
)

func (l *loader) extend(doc *document, base string) error {
	fail := func(format string, args ...any) error {
		return doc.errorAt(doc.values["extends"], "extends: "+fmt.Sprintf(format, args...), "")
	}
	switch {
	case urlLike.MatchString(base):
		return fail("%q looks like a URL: want the path of a file", base)
	case filepath.IsAbs(base), path.IsAbs(base), driveLike.MatchString(base):
		return fail("%q is absolute: want a path relative to this file", base)
	case !strings.HasSuffix(base, ".toml"):
		// An error shows lines of the file that it is about. No configuration
		// may make it show a file that is none.
		return fail("%q is not a .toml file", base)
	case len(l.open) > maxExtends:
		return fail("more than %d files extend each other", maxExtends)
	}
	file := filepath.Join(filepath.Dir(doc.path), filepath.FromSlash(base))
	if i := slices.Index(l.open, file); i >= 0 {
		return fail("cycle %s -> %s", strings.Join(l.open[i:], " -> "), file)
	}
	data, err := l.read(file)
	if err != nil {
		reason, _, _ := strings.Cut(cause(err).Error(), "\n")
		return fail("cannot read %s: %s", file, printable(reason))
	}
	return l.load(file, data)
}

// readFile reads a regular file of at most maxSize bytes: a link to a device or
// a pipe must not make the tool wait.
func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, cause(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, cause(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, cause(err)
	}
	return data, nil
}

// cause takes the path off an error of the os package: our messages have it already.
func cause(err error) error {
	var withPath *fs.PathError
	if errors.As(err, &withPath) {
		return withPath.Err
	}
	return err
}
