// Package cli is the command line: it reads flags and configuration, runs a
// scan and prints what came of it. Arguments and streams come in, an exit code
// goes out:
//
//	0  nothing at or above --fail-on
//	1  findings, a non-empty --diff, or an expired suppression
//	2  a bad flag or configuration, something unreadable that was asked for, an internal error
//	3  nothing gates, but a file that could have findings was not analysed
//
// Of probe: 0 every host verified, 1 one did not, 3 one could not be judged.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/tlslint/tlslint/internal/config"
)

// exitError carries an exit code through cobra. An empty message prints nothing.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// streams are what a command line came with: where it reads and writes, and
// its words.
type streams struct {
	in       io.Reader
	out, err io.Writer
	args     []string
}

// Main runs one command line and returns its exit code.
func Main(args []string, in io.Reader, out, errs io.Writer) (code int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(errs, "tlslint: internal error: %v\n", r)
			if os.Getenv("TLSLINT_DEBUG") != "" {
				fmt.Fprintf(errs, "%s\n", debug.Stack())
			}
			code = 2
		}
	}()
	boundMemory()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot(streams{in, out, errs, args})
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	var exit *exitError
	if errors.As(err, &exit) {
		if exit.err != nil {
			printError(errs, exit.err)
		}
		return exit.code
	}
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(errs, "tlslint: interrupted")
		return 2
	}
	printError(errs, err)
	return 2
}

func printError(w io.Writer, err error) {
	for _, line := range strings.Split(strings.TrimRight(err.Error(), "\n"), "\n") {
		fmt.Fprintf(w, "tlslint: %s\n", escape(line))
	}
	var bad *config.Error
	if errors.As(err, &bad) && bad.Detail != "" {
		fmt.Fprintln(w, escape(strings.TrimRight(bad.Detail, "\n")))
	}
}

// escape keeps control bytes of file names and messages away from terminals.
func escape(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return '\ufffd'
		}
		return r
	}, s)
}

func usageError(format string, args ...any) error {
	return &exitError{code: 2, err: fmt.Errorf(format, args...)}
}

func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "tlslint [paths...]",
		Short: "find, explain and repair insecure TLS",
		Long: `tlslint finds code that switches TLS verification off, says why that matters
and repairs it with a CA bundle or an environment variable.

With paths and no command it checks them: tlslint ./...`,
		Example: `  tlslint ./...                        check everything below this folder
  tlslint fix --diff ./...             show the repairs
  tlslint explain TLS101               what a rule means
  tlslint explain client.go:42         why that line is, or is not, a finding
  tlslint probe pay.corp.example       why a server does not verify, and whose fault that is
  go vet -vettool=$(which tlslint) ./...`,
		SilenceErrors: true, SilenceUsage: true,
		Args:              cobra.ArbitraryArgs,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: false},
	}
	check := addCheck(root, s)
	root.RunE = check
	root.AddCommand(newCheck(s), newFix(s), newRules(s), newExplain(s), newProbe(s), newInspect(s), newConfig(s), newInit(s), newVersion(s))
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &exitError{code: 2, err: err} })
	return root
}

// workingDir is where a run starts, with symbolic links resolved as files are.
func workingDir() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return filepath.Clean(dir), nil
}
