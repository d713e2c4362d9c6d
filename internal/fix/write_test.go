package fix_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
)

func put(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func wantContent(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Fatalf("%s holds %q, %v; want %q", path, got, err, want)
	}
}

// wantOnly checks that no temporary file was left behind.
func wantOnly(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Fatalf("the folder holds %q, want %q", got, names)
	}
}

func TestWriteKeepsModeMarkAndLineEnds(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.sh")
	old := "\xef\xbb\xbfcurl -k https://a\r\n# end"
	put(t, path, old, 0o751)
	new, err := fix.Apply([]byte(old), []finding.Edit{{Path: "run.sh", Start: 8, End: 11, New: ""}})
	if err != nil {
		t.Fatal(err)
	}
	if err := fix.Write(path, []byte(old), new); err != nil {
		t.Fatal(err)
	}
	wantContent(t, path, "\xef\xbb\xbfcurl https://a\r\n# end")
	wantOnly(t, dir, "run.sh")
	if info, _ := os.Stat(path); runtime.GOOS != "windows" && info.Mode().Perm() != 0o751 {
		t.Fatalf("mode %v, want 0751", info.Mode())
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, tc := range []struct {
		name  string
		setup func(t *testing.T, path string)
		err   string
		left  string
	}{
		{"changed content", func(t *testing.T, p string) { put(t, p, "somebody else's", 0o644) }, "changed while tlslint was running", "somebody else's"},
		{"read-only file", func(t *testing.T, p string) { put(t, p, "old", 0o444) }, "read-only", "old"},
		{"folder", func(t *testing.T, p string) {
			if err := os.Mkdir(p, 0o755); err != nil {
				t.Fatal(err)
			}
		}, "it is a directory", ""},
		{"no file", func(t *testing.T, p string) {}, "no such file", ""},
		{"link to nothing", func(t *testing.T, p string) {
			if err := os.Symlink("nowhere", p); err != nil {
				t.Skip(err)
			}
		}, "no such file", ""},
		{"link to itself", func(t *testing.T, p string) {
			if err := os.Symlink(filepath.Base(p), p); err != nil {
				t.Skip(err)
			}
		}, "too many links", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && (strings.HasPrefix(tc.err, "no such") || strings.HasPrefix(tc.err, "too many")) {
				t.Skip("the system words it differently")
			}
			path := filepath.Join(t.TempDir(), "f")
			tc.setup(t, path)
			before, _ := os.ReadDir(filepath.Dir(path))
			err := fix.Write(path, []byte("old"), []byte("new"))
			if err == nil || !strings.Contains(err.Error(), tc.err) {
				t.Fatalf("error %v, want one with %q", err, tc.err)
			}
			if strings.Contains(err.Error(), "\n") || strings.Count(err.Error(), path) != 1 {
				t.Errorf("want one line that names the file once: %q", err)
			}
			if tc.left != "" {
				wantContent(t, path, tc.left)
			}
			if after, _ := os.ReadDir(filepath.Dir(path)); len(after) != len(before) {
				t.Errorf("left behind: %v", after)
			}
		})
	}
	t.Run("changed is a known error", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "f")
		put(t, path, "x", 0o644)
		if err := fix.Write(path, []byte("old"), []byte("new")); !errors.Is(err, fix.ErrChanged) {
			t.Fatalf("got %v, want ErrChanged", err)
		}
	})
}

func TestWriteInAReadOnlyFolder(t *testing.T) {
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("folder permissions do not bind this user")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	put(t, path, "old", 0o644)
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(dir, 0o755)
	err := fix.Write(path, []byte("old"), []byte("new"))
	if err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Fatalf("got %v, want permission denied", err)
	}
	wantContent(t, path, "old")
}

func TestWriteOfNoChangeTouchesNothing(t *testing.T) {
	if err := fix.Write(filepath.Join(t.TempDir(), "missing"), []byte("same"), []byte("same")); err != nil {
		t.Fatal(err)
	}
}

func TestWriteGoesThroughALink(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o755); err != nil {
		t.Fatal(err)
	}
	target := filepath.Join(dir, "real", "f")
	put(t, target, "old", 0o640)
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join("real", "f"), link); err != nil {
		t.Skip(err)
	}
	if err := fix.Write(link, []byte("old"), []byte("new")); err != nil {
		t.Fatal(err)
	}
	wantContent(t, target, "new")
	if to, err := os.Readlink(link); err != nil || to != filepath.Join("real", "f") {
		t.Fatalf("the link is now %q, %v", to, err)
	}
	wantOnly(t, dir, "link", "real")
	wantOnly(t, filepath.Join(dir, "real"), "f")
}
