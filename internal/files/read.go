package files

import (
	"bytes"
	"io"
	"slices"
)

const (
	// sniffLen is how many bytes are searched for a NUL byte, git's own measure
	// of what is binary.
	sniffLen = 8000
	// firstRead is how many bytes are read, at most, before a file is known to
	// be text; most source files are smaller.
	firstRead = 64 << 10
	// maxRead bounds one step of reading, and so what a wrong size can allocate.
	maxRead = 64 << 20
)

// Read is ReadInto with a buffer of its own.
func Read(f File, limit int64) ([]byte, *Skip) { return ReadInto(f, limit, nil) }

// ReadInto returns the contents of a file, in buf if they fit; what buf held is
// lost. Without a limit (limit <= 0) a file of any size is read.
//
// Instead of contents there is a Skip for what is no regular file (it is not
// opened), larger than limit bytes, binary (a NUL byte in the first 8000), UTF-16
// text, or unreadable; then the bytes returned are empty and only good as the
// next buffer. A file that was listed but is gone, as is one that git tracks
// and somebody has deleted, is empty and not skipped: there is nothing to say
// about it. A named one is unreadable.
func ReadInto(f File, limit int64, buf []byte) ([]byte, *Skip) {
	buf = buf[:0]
	in, err := openRegular(f.Path, f.Named)
	if err != nil {
		return buf, f.failed(err)
	}
	defer in.Close()
	if limit > 0 && in.size > limit {
		return buf, f.skipped(tooLarge(in.size))
	}
	for first := true; ; {
		old := len(buf)
		want := nextLen(old, in.size)
		buf = slices.Grow(buf, want-old)[:want]
		n, err := in.Read(buf[old:])
		buf = buf[:old+max(n, 0)]
		if err != nil && err != io.EOF {
			return buf[:0], f.failed(err)
		}
		// A short read at the size that the file said is its end, and saves the
		// read that would return nothing. Files of the kernel's say 0.
		end := n <= 0 || in.size > 0 && len(buf) < want && int64(len(buf)) >= in.size
		if first && (end || len(buf) >= sniffLen) {
			first = false
			if why := notText(buf); why != "" {
				return buf[:0], f.skipped(why)
			}
		}
		if limit > 0 && int64(len(buf)) > limit { // it grew since it was opened
			return buf[:0], f.skipped(tooLarge(int64(len(buf))))
		}
		if end {
			return buf, nil
		}
	}
}

// nextLen returns how many bytes to have after the next read, one more than
// the file should have so that a file that is longer is noticed.
func nextLen(have int, size int64) int {
	step := int64(maxRead)
	if have < firstRead {
		step = int64(firstRead - have)
	}
	if missing := size + 1 - int64(have); missing > 0 {
		step = min(step, missing)
	}
	return have + int(step)
}

func (f File) skipped(why string) *Skip { return &Skip{Path: f.Rel, Reason: why} }

// failed judges an error of opening or reading; nil for a listed file that is gone.
func (f File) failed(err error) *Skip {
	if _, other := err.(notRegularError); other {
		return f.skipped(err.Error())
	}
	if isAbsent(err) && !f.Named {
		return nil
	}
	return &Skip{Path: f.Rel, Reason: reason(err), Unreadable: true}
}

// notText says why the start of a file is not text that can be searched.
func notText(start []byte) string {
	if bytes.HasPrefix(start, []byte{0xFF, 0xFE}) || bytes.HasPrefix(start, []byte{0xFE, 0xFF}) {
		return "UTF-16 text"
	}
	if bytes.IndexByte(start[:min(len(start), sniffLen)], 0) >= 0 {
		return "binary"
	}
	return ""
}
