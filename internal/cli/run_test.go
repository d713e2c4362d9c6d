package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	_ "github.com/tlslint/tlslint/languages/golang"
)

// A pipe must not be opened: nobody may ever write to it.
func TestPipesAreNotWaitedFor(t *testing.T) {
	mkfifo, err := exec.LookPath("mkfifo")
	if err != nil {
		t.Skip("there is no mkfifo")
	}
	t.Chdir(t.TempDir())
	if err := exec.Command(mkfifo, "pipe.go").Run(); err != nil {
		t.Skip(err)
	}
	done := make(chan int, 3)
	for _, args := range [][]string{{"explain", "pipe.go:1"}, {"check", "pipe.go"}, {"check", "."}} {
		go func() { done <- Main(args, strings.NewReader(""), new(bytes.Buffer), new(bytes.Buffer)) }()
	}
	for range 3 {
		select {
		case <-done:
		case <-time.After(time.Minute):
			t.Fatal("still waiting for a pipe after a minute")
		}
	}
}

func TestCancelledCommandsEndAtOnce(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	const text = "package p\n\nimport \"crypto/tls\"\n\nvar C = &tls.Config{InsecureSkipVerify: true}\n"
	if err := os.WriteFile("a.go", []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, args := range [][]string{{"check"}, {"fix"}, {"explain", "a.go:5"}} {
		var out, errs bytes.Buffer
		root := newRoot(streams{in: strings.NewReader(""), out: &out, err: &errs, args: args})
		root.SetArgs(args)
		if err := root.ExecuteContext(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%q: error %v, want that of the context", args, err)
		}
		if out.Len() > 0 {
			t.Errorf("%q: half a result is printed: %q", args, out.String())
		}
	}
	if now, err := os.ReadFile("a.go"); err != nil || string(now) != text {
		t.Errorf("the file was changed by a cancelled run: %q, %v", now, err)
	}
}

func TestOutputFilesAreReplacedAsAWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "out.json")
	for _, text := range []string{"first, and longer", "second"} {
		if err := writeFile(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%q, %v, want %q", got, err, text)
		}
	}
	if runtime.GOOS != "windows" {
		// What is no file is written to, and stays what it is.
		if err := writeFile(os.DevNull, []byte("x")); err != nil {
			t.Error(err)
		}
	}
	for name, want := range map[string]string{
		dir:                                dir + ": is a directory",
		filepath.Join(path, "x"):           filepath.Join(path, "x") + ": not a directory",
		filepath.Join(dir, "nowhere", "x"): filepath.Join(dir, "nowhere", "x") + ": no such file or directory",
	} {
		if err := writeFile(name, []byte("x")); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("%d entries are left, want only the output: %v, %v", len(left), left, err)
	}
}

func TestSelects(t *testing.T) {
	tests := []struct {
		list []string
		want bool
	}{
		{nil, false},
		{[]string{"TLS101"}, true},
		{[]string{"TLS1"}, true},
		{[]string{"TLS"}, true},
		{[]string{"TLS2", "TLS102"}, false},
		{[]string{"go-tls-skip-verify"}, true},
		{[]string{"go-tls"}, false},
	}
	for _, tt := range tests {
		if got := selects(tt.list, "TLS101", "go-tls-skip-verify"); got != tt.want {
			t.Errorf("selects(%q) = %v, want %v", tt.list, got, tt.want)
		}
	}
}

func TestExplainArgument(t *testing.T) {
	tests := []struct{ arg, file, line string }{
		{"a.go:3", "a.go", "3"},
		{"a.go:3:7", "a.go", "3"},
		{`C:\src\a.go:3`, `C:\src\a.go`, "3"},
		{"TLS101", "", ""},
		{"a.go:", "", ""},
		{":3", "", ""},
	}
	for _, tt := range tests {
		file, line := "", ""
		if m := fileLine.FindStringSubmatch(tt.arg); m != nil {
			file, line = m[1], m[2]
		}
		if file != tt.file || line != tt.line {
			t.Errorf("%q: file %q, line %q, want %q and %q", tt.arg, file, line, tt.file, tt.line)
		}
	}
}

func TestWidth(t *testing.T) {
	for columns, want := range map[string]int{"": 100, "80": 80, "400": 400, "39": 100, "401": 100, "-5": 100, "wide": 100} {
		t.Setenv("COLUMNS", columns)
		if got := width(); got != want {
			t.Errorf("COLUMNS=%q: %d, want %d", columns, got, want)
		}
	}
}
