package files

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestRead(t *testing.T) {
	long := strings.Repeat("0123456789abcdef", 20000) // several reads
	tests := []struct {
		name, text, reason string
		limit              int64
	}{
		{name: "empty"},
		{name: "text", text: "verify = False\r\n"},
		{name: "bom", text: "\xef\xbb\xbfverify"},
		{name: "not utf8", text: "caf\xe9"},
		{name: "long", text: long},
		{name: "as long as the limit", text: "12345", limit: 5},
		{name: "longer than the limit", text: "123456", limit: 5, reason: "too large (6 bytes)"},
		{name: "first read exactly", text: long[:firstRead]},
		{name: "one less", text: long[:firstRead-1]},
		{name: "one more", text: long[:firstRead+1]},
		{name: "nul", text: "\x7fELF\x00", reason: "binary"},
		{name: "nul at the last byte searched", text: long[:sniffLen-1] + "\x00", reason: "binary"},
		{name: "nul after the bytes searched", text: long[:sniffLen] + "\x00"},
		{name: "utf16 little", text: "\xff\xfea\x00", reason: "UTF-16 text"},
		{name: "utf16 big", text: "\xfe\xff\x00a", reason: "UTF-16 text"},
	}
	dir := t.TempDir()
	buf := make([]byte, 0, 10)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			write(t, dir, "f", tt.text)
			f := File{Path: filepath.Join(dir, "f"), Rel: "sub/f"}
			var skip *Skip
			buf, skip = ReadInto(f, tt.limit, buf)
			if tt.reason == "" {
				if string(buf) != tt.text || skip != nil {
					t.Errorf("got %d bytes, %+v; want %d", len(buf), skip, len(tt.text))
				}
			} else if skip == nil || *skip != (Skip{Path: "sub/f", Reason: tt.reason}) || len(buf) != 0 {
				t.Errorf("got %d bytes, %+v; want %q", len(buf), skip, tt.reason)
			}
		})
	}
}

func TestReadReusesTheBuffer(t *testing.T) {
	dir := tree(t, "a.go")
	f := File{Path: filepath.Join(dir, "a.go")}
	buf := bytes.Repeat([]byte{'x'}, 1000)
	got, skip := ReadInto(f, 0, buf)
	if string(got) != "a.go" || skip != nil || &got[0] != &buf[0] {
		t.Errorf("got %q, %+v", got, skip)
	}
	if got, _ := ReadInto(File{Path: dir}, 0, buf); cap(got) != cap(buf) || len(got) != 0 {
		t.Error("a skip lost the buffer")
	}
}

func TestReadWhatIsNoFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such files")
	}
	dir := tree(t, "a.go", "dir.go/")
	must(t, mkfifo(filepath.Join(dir, "fifo.go")))
	socket, err := net.Listen("unix", filepath.Join(dir, "s.go"))
	must(t, err)
	defer socket.Close()
	must(t, os.Symlink("a.go", filepath.Join(dir, "link.go")))
	for _, tt := range []struct {
		path  string
		named bool
		want  string
	}{
		{filepath.Join(dir, "dir.go"), false, "directory"},
		{filepath.Join(dir, "dir.go"), true, "directory"},
		{filepath.Join(dir, "fifo.go"), false, "named pipe"},
		{filepath.Join(dir, "fifo.go"), true, "named pipe"},
		{filepath.Join(dir, "s.go"), false, "socket"},
		{filepath.Join(dir, "link.go"), false, "symbolic link"},
		{os.DevNull, true, "device"},
	} {
		text, skip := Read(File{Path: tt.path, Named: tt.named}, 0)
		if skip == nil || skip.Reason != tt.want || skip.Unreadable || len(text) > 0 {
			t.Errorf("Read(%s) = %q, %+v; want %q", tt.path, text, skip, tt.want)
		}
	}
	// The listings leave them out, or leave it to Read; named ones are skipped.
	git(t, dir, "init", "-q")
	for _, opt := range []Options{{Root: dir}, {Root: dir, NoGitignore: true}} {
		files, _, err := List(t.Context(), nil, opt)
		must(t, err)
		for _, f := range files {
			if text, skip := Read(f, 0); skip == nil && f.Rel != "a.go" {
				t.Errorf("%s was read: %q", f.Rel, text)
			}
		}
	}
	_, skips := list(t, Options{Root: dir}, "fifo.go", "s.go")
	if len(skips) != 2 || skips[0].Reason != "named pipe" || skips[1].Reason != "socket" {
		t.Errorf("skips %+v", skips)
	}
}

func TestReadUnreadable(t *testing.T) {
	dir := tree(t, "a.go")
	below := filepath.Join(dir, "a.go", "b.go")
	if _, skip := Read(File{Path: below, Rel: "a.go/b.go"}, 0); skip == nil || !skip.Unreadable || skip.Reason != "not a directory" && runtime.GOOS != "windows" {
		t.Errorf("below a file: %+v", skip)
	}
	gone := File{Path: filepath.Join(dir, "gone.go")}
	if text, skip := Read(gone, 0); skip != nil || len(text) != 0 {
		t.Errorf("a listed file that is gone: %q, %+v", text, skip)
	}
	gone.Named = true
	if _, skip := Read(gone, 0); skip == nil || !skip.Unreadable || strings.ContainsAny(skip.Reason, "/\n") {
		t.Errorf("a named file that is gone: %+v", skip)
	}
	if _, skip := Read(File{Path: dir + "/\x00"}, 0); skip == nil || !skip.Unreadable {
		t.Errorf("a path with a NUL byte: %+v", skip)
	}
}

// A file of the kernel's says that it is empty and is not.
func TestReadUnknownSize(t *testing.T) {
	const path = "/proc/self/status"
	if _, err := os.Stat(path); err != nil {
		t.Skip("no /proc here")
	}
	if text, skip := Read(File{Path: path}, 0); skip != nil || !bytes.Contains(text, []byte("Threads:")) {
		t.Errorf("got %q, %+v", text, skip)
	}
	const pages = "/proc/kallsyms" // comes in pieces, and the same each time
	if want, err := os.ReadFile(pages); err == nil {
		if text, skip := Read(File{Path: pages}, 0); skip != nil || !bytes.Equal(text, want) {
			t.Errorf("got %d bytes of %d, %+v", len(text), len(want), skip)
		}
	}
	if _, skip := Read(File{Path: path}, 10); skip == nil || !strings.HasPrefix(skip.Reason, "too large") {
		t.Errorf("over the limit: %+v", skip)
	}
}
