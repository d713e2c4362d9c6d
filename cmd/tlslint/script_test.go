package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tlslint/tlslint/languages/treesitter"

	"github.com/tlslint/tlslint/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"tlslint": func() { os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestScript runs the transcripts: what a person types, what the program says
// and with which code it ends.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireUniqueNames:  true,
		RequireExplicitExec: true,
		Setup:               setup,
		// Writes what cmp saw into the transcripts: review it like code.
		UpdateScripts: os.Getenv("TLSLINT_UPDATE") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"rewrite": rewrite,
			"make":    makeFile,
			"mode":    mode,
			"git":     git,
			"serve":   serve,
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Geteuid() == 0, nil
			case "grammars":
				return treesitter.Available(), nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
	})
}

// setup keeps what the machine has set away from the transcripts, and puts a
// fence above the work folder, so that no repository around it counts.
func setup(env *testscript.Env) error {
	env.Setenv("CI", "")
	env.Setenv("NO_COLOR", "")
	env.Setenv("COLUMNS", "100")
	env.Setenv("TERM", "xterm")
	env.Setenv("TLSLINT_CONFIG", "")
	env.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(env.WorkDir))
	env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	env.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	for _, who := range []string{"AUTHOR", "COMMITTER"} {
		env.Setenv("GIT_"+who+"_NAME", "tester")
		env.Setenv("GIT_"+who+"_EMAIL", "tester@example.com")
	}
	return nil
}

// exits runs a program and compares its exit code: exits 1 tlslint check .
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE program [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	default:
		ts.Check(err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

// rewrite replaces a file by its text in another form: rewrite crlf FILE...
// Forms: crlf, bom, utf16, latin1 (a byte that is no UTF-8 in a comment), nul.
func rewrite(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: rewrite FORM FILE...")
	}
	for _, name := range args[1:] {
		text := ts.ReadFile(name)
		switch args[0] {
		case "crlf":
			text = strings.ReplaceAll(text, "\n", "\r\n")
		case "bom":
			text = "\ufeff" + text
		case "utf16":
			out := []byte{0xff, 0xfe}
			for _, u := range utf16.Encode([]rune(text)) {
				out = append(out, byte(u), byte(u>>8))
			}
			text = string(out)
		case "latin1":
			text = strings.ReplaceAll(text, "LATIN1", "caf\xe9")
		case "nul":
			text = strings.ReplaceAll(text, "NUL", "\x00")
		default:
			ts.Fatalf("no form %q", args[0])
		}
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
	}
}

// makeFile writes a file that a txtar archive cannot hold: make KIND NAME. NAME
// may have Go's escapes, for names with a newline.
func makeFile(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: make KIND NAME")
	}
	name, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	const head = "package x\n\nimport \"crypto/tls\"\n\n"
	const bad = "&tls.Config{InsecureSkipVerify: true}"
	var text string
	switch args[0] {
	case "empty":
	case "finding":
		text = head + "var C = " + bad + "\n"
	case "oneliner": // 5 MB on one line
		text = "package x; import \"crypto/tls\"; var S = \"" + strings.Repeat("x", 5<<20) + "\"; var C = " + bad + "\n"
	case "many": // a finding in every second line
		text = head + strings.Repeat("func _() *tls.Config {\n\treturn "+bad+"\n}\n\n", 500)
	case "nested": // deeper than the parser goes
		text = head + "var N = " + strings.Repeat("(", 100_000) + "1" + strings.Repeat(")", 100_000) + "\nvar C = " + bad + "\n"
	case "deep": // as deep as the parser goes
		text = head + "var N = " + strings.Repeat("(", 90_000) + "1" + strings.Repeat(")", 90_000) + "\nvar C = " + bad + "\n"
	case "functions": // functions within functions, which cost a printer much
		text = head + "var f = " + strings.Repeat("func() any { return ", 2000) + bad + strings.Repeat(" }", 2000) + "\n"
	case "large": // more than is read
		text = head + "// " + strings.Repeat("x", 9<<20) + "\nvar C = " + bad + "\n"
	default:
		ts.Fatalf("no kind %q", args[0])
	}
	ts.Check(os.MkdirAll(filepath.Dir(ts.MkAbs(name)), 0o755))
	ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o644))
}

// mode compares a file's permission bits: mode 640 FILE.
func mode(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: mode OCTAL FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("mode %s, want %s", got, args[0])
	}
}

// git runs git and hides what it prints; the transcript is skipped without one.
func git(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(ts.Exec("git", args...))
}
