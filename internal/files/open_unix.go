//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package files

import (
	"io/fs"
	"syscall"
)

// regular is an open regular file. It is a bare descriptor: os.File registers
// each file with the poller and a finalizer, which costs as much as the reading
// of a small file.
type regular struct {
	fd   int
	size int64 // bytes, when it was opened
}

// openRegular opens a regular file, and nothing else: looking comes before
// opening, since the opening of a pipe may wait and that of a device may act.
func openRegular(path string, follow bool) (regular, error) {
	flags := syscall.O_RDONLY | syscall.O_CLOEXEC
	look := syscall.Stat
	if !follow {
		look = syscall.Lstat
		flags |= syscall.O_NOFOLLOW
	}
	var st syscall.Stat_t
	if err := retry(func() error { return look(path, &st) }); err != nil {
		return regular{}, err
	}
	if err := checkRegular(uint32(st.Mode)); err != nil {
		return regular{}, err
	}
	// Should a pipe have taken the file's place by now, do not wait for it.
	flags |= syscall.O_NONBLOCK | syscall.O_NOCTTY
	var fd int
	err := retry(func() (err error) {
		fd, err = syscall.Open(path, flags, 0)
		return err
	})
	if err != nil {
		return regular{}, err
	}
	err = retry(func() error { return syscall.Fstat(fd, &st) })
	if err == nil {
		err = checkRegular(uint32(st.Mode))
	}
	if err != nil {
		syscall.Close(fd)
		return regular{}, err
	}
	return regular{fd, st.Size}, nil
}

func checkRegular(mode uint32) error {
	var m fs.FileMode
	switch mode & syscall.S_IFMT {
	case syscall.S_IFREG:
		return nil
	case syscall.S_IFDIR:
		m = fs.ModeDir
	case syscall.S_IFLNK:
		m = fs.ModeSymlink
	case syscall.S_IFIFO:
		m = fs.ModeNamedPipe
	case syscall.S_IFSOCK:
		m = fs.ModeSocket
	case syscall.S_IFCHR, syscall.S_IFBLK:
		m = fs.ModeDevice
	default:
		m = fs.ModeIrregular
	}
	return notRegularError{m}
}

// Read is io.Reader's, except that it returns 0 and no error at the end.
func (r regular) Read(p []byte) (n int, err error) {
	err = retry(func() (err error) {
		n, err = syscall.Read(r.fd, p)
		return err
	})
	return n, err
}

func (r regular) Close() { syscall.Close(r.fd) }

// retry repeats a system call that a signal interrupted.
func retry(call func() error) error {
	for {
		if err := call(); err != syscall.EINTR {
			return err
		}
	}
}
