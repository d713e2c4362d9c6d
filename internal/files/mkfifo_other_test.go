//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package files

import "errors"

func mkfifo(string) error { return errors.ErrUnsupported }
