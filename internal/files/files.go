// Package files decides which files a run looks at, and reads them.
//
// Command line arguments come in: files, directories and Go's "dir/..."; a
// sorted list of files goes out, with a reason for everything that was asked
// for and is not on it. Inside a git work tree the list is git's own (tracked,
// and untracked but not ignored), elsewhere a walk that honours .gitignore
// files. Reading is apart from listing, so that listing costs no system call a
// file: what a path turns out to be (too large, binary, a pipe, gone) is said
// by Read.
//
// The tree that is listed is not trusted: nothing in it is executed, no
// symbolic link leads out of it, and nothing but regular files is opened.
package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Options says where a run starts and what it leaves out.
type Options struct {
	// Root is the absolute directory that the run starts in: relative arguments
	// start there, and File.Rel and the globs count from there. "" means the
	// current directory.
	Root string
	// Exclude are doublestar globs on slash paths relative to Root. A glob that
	// matches a directory excludes all that is in it. They hold for files named
	// on the command line too, because hooks name every changed file.
	Exclude []string
	// NoGitignore makes every directory a walk that looks at ignored files too.
	NoGitignore bool
	// CI leaves out the files that git does not track: what a build leaves
	// behind is not part of the change. It has no effect where git is not asked.
	CI bool
	// MaxBytes is the size above which a named file is skipped; 0 = no limit.
	// Sizes of other files are not known before they are read: pass the same
	// limit to Read.
	MaxBytes int64
	// Want says whether a language handles a path, given as a slash path
	// relative to Root. nil = every path.
	Want func(slashPath string) bool
}

// File is a file to look at.
type File struct {
	// Path is what to open: an absolute path in the system's own form.
	Path string
	// Rel is the slash path relative to Root, the one to print; for a file
	// outside Root it starts with "../".
	Rel string
	// Named means that the command line names this very file, so it is judged
	// as itself. Named symbolic links are followed, others are not.
	Named bool
	// Size is in bytes, 0 when not known yet.
	Size int64
}

// Skip is a path that is not looked at although it was asked for.
type Skip struct {
	// Path is like File.Rel.
	Path string
	// Reason is a few words: "binary", "too large (N bytes)", "permission denied".
	Reason string
	// Unreadable means that something is there which could not be read, so that
	// the run is not complete.
	Unreadable bool
}

// List returns the files that args stand for, each once and sorted by Rel, and
// what it skips, sorted by Path. "dir/..." is the same as "dir", and no args
// are the same as ".".
//
// A missing path is an error, "path: no such file or directory"; all of them
// are joined, and the other files are returned nevertheless. So is an invalid
// glob, but then nothing else is returned, as when ctx ends.
func List(ctx context.Context, args []string, opt Options) ([]File, []Skip, error) {
	l, err := newLister(opt)
	if err != nil {
		return nil, nil, err
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	var missing []error
	for _, arg := range args {
		if err := l.add(ctx, arg); err != nil {
			missing = append(missing, err)
		}
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
	}
	return l.sortedFiles(), l.sortedSkips(), errors.Join(missing...)
}

// lister collects the files of one run.
type lister struct {
	opt     Options
	root    string // Options.Root, absolute and clean
	exclude excluder
	files   []File
	skips   []Skip
}

func newLister(opt Options) (*lister, error) {
	root, err := filepath.Abs(opt.Root) // "" is the current directory
	if err != nil {
		return nil, fmt.Errorf("finding the current directory: %w", err)
	}
	exclude, err := newExcluder(opt.Exclude)
	if err != nil {
		return nil, err
	}
	return &lister{opt: opt, root: root, exclude: exclude}, nil
}

// add takes one argument of the command line. The error names the argument.
func (l *lister) add(ctx context.Context, arg string) error {
	name, tree := cutPattern(arg)
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(l.root, path)
	}
	path = filepath.Clean(path)
	rel := l.rel(path)
	info, err := os.Stat(path)
	switch {
	case arg == "":
		return errors.New(`"": no such file or directory`)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("%s: no such file or directory", name)
	case err != nil:
		l.skip(rel, reason(err), true)
	case info.IsDir():
		return l.addDir(ctx, path, rel)
	case tree:
		return fmt.Errorf("%s: not a directory", name)
	case !info.Mode().IsRegular():
		l.skip(rel, notRegularError{info.Mode()}.Error(), false)
	default:
		l.addNamed(path, rel, info.Size())
	}
	return nil
}

// cutPattern turns Go's "dir/..." into "dir".
func cutPattern(arg string) (name string, tree bool) {
	if arg == "..." {
		return ".", true
	}
	dir, tree := strings.CutSuffix(filepath.ToSlash(arg), "/...")
	switch {
	case !tree:
		return arg, false
	case dir == "":
		return "/", true
	}
	return filepath.FromSlash(dir), true
}

func (l *lister) addNamed(path, rel string, size int64) {
	switch {
	case l.exclude.file(rel):
		l.skip(rel, "excluded", false)
	case l.opt.Want != nil && !l.opt.Want(rel):
		l.skip(rel, "not a kind of file that is checked", false)
	case l.opt.MaxBytes > 0 && size > l.opt.MaxBytes:
		l.skip(rel, tooLarge(size), false)
	default:
		l.files = append(l.files, File{Path: path, Rel: rel, Named: true, Size: size})
	}
}

// addDir adds what is in a directory, found by git or by a walk.
func (l *lister) addDir(ctx context.Context, dir, rel string) error {
	if rel != "." && l.exclude.file(rel) {
		l.skip(rel, "excluded", false)
		return nil
	}
	if !l.opt.NoGitignore {
		if listed, err := l.git(ctx, dir, rel); listed || err != nil {
			return err
		}
	}
	return l.walk(ctx, dir, rel)
}

// wanted reports whether a file that a listing came across is to be looked at.
func (l *lister) wanted(rel string) bool {
	return (l.opt.Want == nil || l.opt.Want(rel)) && !l.exclude.file(rel)
}

func (l *lister) skip(rel, reason string, unreadable bool) {
	l.skips = append(l.skips, Skip{Path: rel, Reason: reason, Unreadable: unreadable})
}

// rel returns the slash path of an absolute path relative to the root. A path
// on another volume has none: it stays as it is.
func (l *lister) rel(path string) string {
	rel, err := filepath.Rel(l.root, path)
	if err != nil {
		rel = path
	}
	return filepath.ToSlash(rel)
}

// relIn is rel for the slash path inner below a directory whose rel is known.
func (l *lister) relIn(dir, dirRel, inner string) string {
	switch {
	case dirRel == ".":
		return inner
	case strings.HasPrefix(dirRel, ".."): // the way back in may be shorter
		return l.rel(filepath.Join(dir, filepath.FromSlash(inner)))
	}
	return dirRel + "/" + inner
}

// sortedFiles drops duplicates; a file that is named and listed is a named one.
func (l *lister) sortedFiles() []File {
	slices.SortFunc(l.files, func(a, b File) int {
		if c := cmp.Compare(a.Rel, b.Rel); c != 0 || a.Named == b.Named {
			return c
		}
		if a.Named {
			return -1
		}
		return 1
	})
	return slices.CompactFunc(l.files, func(a, b File) bool { return a.Rel == b.Rel })
}

func (l *lister) sortedSkips() []Skip {
	slices.SortFunc(l.skips, func(a, b Skip) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Reason, b.Reason))
	})
	return slices.Compact(l.skips)
}

// isAbsent reports whether nothing is there, as opposed to something that
// cannot be reached.
func isAbsent(err error) bool { return errors.Is(err, fs.ErrNotExist) }

// reason is the cause of an error of the file system, without the operation and
// the path around it.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}

func tooLarge(size int64) string { return fmt.Sprintf("too large (%d bytes)", size) }

// notRegularError says what a path is that is not a regular file.
type notRegularError struct{ mode fs.FileMode }

func (e notRegularError) Error() string {
	switch m := e.mode; {
	case m&fs.ModeSymlink != 0:
		return "symbolic link"
	case m.IsDir():
		return "directory"
	case m&fs.ModeNamedPipe != 0:
		return "named pipe"
	case m&fs.ModeSocket != 0:
		return "socket"
	case m&fs.ModeDevice != 0:
		return "device"
	}
	return "not a regular file"
}
