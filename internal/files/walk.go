package files

import (
	"context"
	"os"
	"path/filepath"
)

// skippedDirs are not walked into: other people's code and version control.
// A directory that is itself an argument is walked whatever its name.
var skippedDirs = map[string]bool{
	".git": true, ".hg": true, ".svn": true, "node_modules": true, "vendor": true,
}

// walk adds the files below a directory without git's help. Symbolic links are
// not followed, so it ends. An error means that ctx ended.
func (l *lister) walk(ctx context.Context, dir, dirRel string) error {
	var ig *ignores
	if !l.opt.NoGitignore {
		ig = outerIgnores(dir)
	}
	return l.walkDir(ctx, dir, dirRel, ig)
}

func (l *lister) walkDir(ctx context.Context, dir, dirRel string, ig *ignores) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !isAbsent(err) {
		l.skip(dirRel, reason(err), true)
	}
	if !l.opt.NoGitignore {
		ig = ig.enter(dir)
	}
	for _, e := range entries { // what could be read, if not all
		name := e.Name()
		path, rel := filepath.Join(dir, name), l.relIn(dir, dirRel, name)
		switch {
		case e.IsDir():
			if skippedDirs[name] || l.exclude.dir(rel) || ig.match(path, true) {
				continue
			}
			if err := l.walkDir(ctx, path, rel, ig); err != nil {
				return err
			}
		case e.Type().IsRegular():
			if l.wanted(rel) && !ig.match(path, false) {
				l.files = append(l.files, File{Path: path, Rel: rel})
			}
		}
	}
	return nil
}
