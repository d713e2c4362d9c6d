package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/cli"

	_ "github.com/tlslint/tlslint/languages/golang"
)

const insecure = "package p\n\nimport \"crypto/tls\"\n\nvar C = &tls.Config{InsecureSkipVerify: true}\n"

// in runs the test in a new folder with these files, away from what the
// machine has set.
func in(t *testing.T, files map[string]string) {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(root)
	for _, name := range []string{"CI", "NO_COLOR", "TLSLINT_CONFIG", "COLUMNS"} {
		t.Setenv(name, "")
	}
}

// tlslint runs one command line.
func tlslint(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = cli.Main(args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

func TestTheNumberOfJobsDoesNotShow(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprintf("d%02d/a.go", i)] = insecure
		files[fmt.Sprintf("d%02d/b.go", i)] = strings.ReplaceAll(insecure, "var C", "var D") + "//tlslint:ignore TLS201 -- idle\n"
		files[fmt.Sprintf("d%02d/broken.go", i)] = "InsecureSkipVerify"
	}
	in(t, files)
	for _, format := range []string{"text", "concise", "json", "sarif", "github", "diff"} {
		code, out, errs := tlslint("", "-f", format, "--jobs", "1", "--now", "2030-01-01")
		if code != 1 || !strings.Contains(out, "d39/b.go") {
			t.Fatalf("%s: code %d, %d bytes, %s", format, code, len(out), errs)
		}
		for range 2 {
			c, o, e := tlslint("", "-f", format, "--jobs", "8", "--now", "2030-01-01")
			// The command line itself is part of some formats.
			o = strings.Replace(o, "--jobs 8", "--jobs 1", 1)
			o = strings.Replace(o, `"8"`, `"1"`, 1)
			if c != code || o != out || e != errs {
				t.Errorf("%s: 8 jobs give other bytes than one", format)
			}
		}
	}
}

// full is a file that a disk has no room for.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestOutputThatCannotBeWritten(t *testing.T) {
	in(t, map[string]string{"a.go": insecure})
	for _, args := range [][]string{{"-f", "json"}, {"fix", "--diff"}, {"check"}} {
		var errs bytes.Buffer
		if code := cli.Main(args, strings.NewReader(""), full{}, &errs); code != 2 {
			t.Errorf("%q: code %d, want 2: %s", args, code, errs.String())
		}
		if !strings.Contains(errs.String(), "tlslint: ") {
			t.Errorf("%q: nothing is said: %q", args, errs.String())
		}
	}
}

// failing is standard input that ends with an error.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestInputThatCannotBeRead(t *testing.T) {
	in(t, nil)
	var out, errs bytes.Buffer
	code := cli.Main([]string{"--stdin-filename", "a.go"}, failing{}, &out, &errs)
	if want := "tlslint: standard input: unexpected EOF\n"; code != 2 || errs.String() != want || out.Len() > 0 {
		t.Errorf("code %d, %q, want 2 and %q", code, errs.String(), want)
	}
}

func TestInputThatIsTooLarge(t *testing.T) {
	in(t, nil)
	code, _, errs := tlslint(strings.Repeat("x", 64<<20+1), "--stdin-filename", "a.go")
	if want := "tlslint: standard input: larger than 67108864 bytes\n"; code != 2 || errs != want {
		t.Errorf("code %d, %q, want 2 and %q", code, errs, want)
	}
}

func TestSARIFHasTheCommandLine(t *testing.T) {
	in(t, map[string]string{"a.go": insecure})
	_, out, _ := tlslint("", "check", "-f", "sarif", "--fail-on", "critical")
	if !strings.Contains(out, `"--fail-on"`) && !strings.Contains(out, "--fail-on critical") {
		t.Errorf("the words of the command line are missing:\n%s", out)
	}
}

func TestOneLineErrors(t *testing.T) {
	in(t, map[string]string{"a.go": insecure, "bad.toml": "[[suppress]]\npath = 'x'\n"})
	tests := []struct {
		args []string
		want string
	}{
		{[]string{"nowhere"}, "nowhere: no such file or directory"},
		{[]string{"-f", "x"}, `unknown format "x": want one of concise, diff, github, json, sarif, text`},
		{[]string{"--nope"}, "unknown flag: --nope"},
		{[]string{"--lang", "cobol"}, "--lang cobol: this build knows go"},
		{[]string{"--exclude", "[a"}, `--exclude: lint.exclude[0]: "[a" is not a glob`},
		{[]string{"explain", "a.go:77"}, "a.go has 5 lines"},
		{[]string{"rules", "x"}, `no rule or pattern "x": tlslint rules lists them`},
		{[]string{"rules", "test", "x.toml"}, "x.toml: no such file or directory"},
		{[]string{"init"}, "nothing to write: say what, as in tlslint init --config"},
		{[]string{"--max-until", "soon"}, `--max-until: suppressions.max-until: "soon" is not a duration: want something like 180d, 2w or 10s`},
		{[]string{"no\x1b[31mwhere"}, "no\ufffd[31mwhere: no such file or directory"},
	}
	for _, tt := range tests {
		code, out, errs := tlslint("", tt.args...)
		if want := "tlslint: " + tt.want + "\n"; code != 2 || out != "" || errs != want {
			t.Errorf("%q: code %d, stdout %q, stderr %q, want %q", tt.args, code, out, errs, want)
		}
	}
}
