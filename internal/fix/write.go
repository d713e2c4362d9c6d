package fix

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrChanged says that a file is no longer what was read from it.
var ErrChanged = errors.New("changed while tlslint was running")

// Write replaces the content old of the file at path by new, all or nothing: a
// temporary file beside it is written, synced and renamed over it. Mode bits are
// kept, owner and group where the system lets us. A symbolic link is followed,
// so it stays a link and its target gets the new content. Because the file is
// replaced, other hard links keep the old content, and extended attributes are
// not carried over.
//
// The error is ErrChanged (wrapped) if the file does not hold old any more, and
// otherwise says in one line which file could not be written and why. After an
// error the file is as it was and the temporary one is gone. Nothing is touched
// if old and new are equal.
func Write(path string, old, new []byte) error {
	if bytes.Equal(old, new) {
		return nil
	}
	if err := replace(path, old, new); err != nil {
		return fmt.Errorf("cannot write %s: %w", path, cause(err))
	}
	return nil
}

func replace(path string, old, new []byte) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	if err := writable(target, info); err != nil {
		return err
	}
	if err := unchanged(target, old); err != nil {
		return err
	}
	temp, err := writeTemp(filepath.Dir(target), info, new)
	if err != nil {
		return err
	}
	// Somebody may have saved the file while the temporary one was synced, which
	// can take long: look once more, as late as possible.
	if err = unchanged(target, old); err == nil {
		err = os.Rename(temp, target)
	}
	if err != nil {
		os.Remove(temp)
		return err
	}
	syncDir(filepath.Dir(target))
	return nil
}

// writable reports why the file may not be replaced. A rename would also
// replace a read-only file, which is not what its owner meant.
func writable(target string, info fs.FileInfo) error {
	if info.IsDir() {
		return errors.New("it is a directory")
	}
	if !info.Mode().IsRegular() {
		return errors.New("not a regular file")
	}
	if info.Mode().Perm()&0o222 == 0 {
		return errors.New("the file is read-only")
	}
	f, err := os.OpenFile(target, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	return f.Close()
}

func unchanged(target string, old []byte) error {
	now, err := os.ReadFile(target)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, old) {
		return ErrChanged
	}
	return nil
}

// writeTemp writes data to a new file in dir with the mode and owner of info,
// and returns its name.
func writeTemp(dir string, info fs.FileInfo, data []byte) (name string, err error) {
	f, err := os.CreateTemp(dir, ".tlslint-*.tmp")
	if err != nil {
		return "", fmt.Errorf("no temporary file in %s: %w", dir, cause(err))
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(data); err != nil {
		return "", err
	}
	keepOwner(f, info) // before the mode: changing the owner clears set-id bits
	if err = f.Chmod(info.Mode() & (fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky)); err != nil {
		return "", err
	}
	if err = f.Sync(); err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// syncDir makes the rename last. Some systems cannot sync a directory; the file
// itself is complete either way.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		d.Close()
	}
}

// cause drops the operation and the path, maybe a temporary one, from an error
// of package os: Write names the file itself.
func cause(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &l):
		return l.Err
	case errors.As(err, &p) && err == error(p):
		return p.Err
	default:
		return err
	}
}
