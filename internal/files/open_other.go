//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package files

import "os"

// regular is an open regular file.
type regular struct {
	*os.File
	size int64 // bytes, when it was opened
}

// openRegular opens a regular file, and nothing else: looking comes before
// opening, since the opening of a pipe may wait and that of a device may act.
func openRegular(path string, follow bool) (regular, error) {
	look := os.Stat
	if !follow {
		look = os.Lstat
	}
	info, err := look(path)
	if err != nil {
		return regular{}, err
	}
	if !info.Mode().IsRegular() {
		return regular{}, notRegularError{info.Mode()}
	}
	file, err := os.Open(path)
	if err != nil {
		return regular{}, err
	}
	return regular{file, info.Size()}, nil
}
