// Package unit makes tlslint a tool of "go vet -vettool" and "go fix -fixtool".
//
// The description of one package, a .cfg file that the go command writes, comes
// in; diagnostics on standard error, JSON, a diff or repaired files go out, by
// the protocol that cmd/go speaks with its vet tool:
//
//	-V=full      what the result depends on, for the go command's cache
//	-flags       the flags that the go command may pass on, as JSON
//	[flags] FILE.cfg
//
// Types come from the export data that the compiler has just written; where it
// is missing, stubs stand in. Packages that are only dependencies, and packages
// in whose text no row can match, are answered without parsing.
package unit

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/tools/go/analysis"

	"github.com/tlslint/tlslint/analyzers/pass"
	"github.com/tlslint/tlslint/analyzers/suite"
)

// IsVetTool reports whether command line arguments (without the program's name)
// are those of a vet tool: -V=full, -flags, or flags and the .cfg file of a
// package. A .cfg file that is no JSON object is something else (setup.cfg).
func IsVetTool(args []string) bool {
	if len(args) == 1 && (args[0] == "-V=full" || args[0] == "-flags") {
		return true
	}
	if len(args) == 0 || !strings.HasSuffix(args[len(args)-1], ".cfg") {
		return false
	}
	for _, arg := range args[:len(args)-1] {
		if !strings.HasPrefix(arg, "-") {
			return false
		}
	}
	file := args[len(args)-1]
	f, err := os.Open(file)
	if err != nil {
		return filepath.Base(file) == "vet.cfg"
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head)
	return bytes.HasPrefix(bytes.TrimSpace(head[:n]), []byte("{"))
}

// Main does what the arguments (see IsVetTool) ask for and ends the process: 0
// when there is nothing to say, 1 for diagnostics and for any failure.
func Main(args []string) {
	os.Exit(Run(args, os.Stdout, os.Stderr))
}

// Run is Main without the end of the process.
func Run(args []string, stdout, stderr io.Writer) int {
	t := &tool{stdout: stdout, stderr: stderr, analyzers: suite.Analyzers(), context: -1}
	set := t.flagSet()
	if err := set.Parse(args); err != nil {
		return t.fail(err)
	}
	set.Visit(func(f *flag.Flag) { t.configured = t.configured || f.Name == configFlag })
	var err error
	switch {
	case t.version == "full":
		err = printVersion(stdout, time.Now())
	case t.version != "":
		err = fmt.Errorf("unsupported flag value -V=%s: want -V=full", t.version)
	case t.flags:
		err = printFlags(stdout, set)
	case set.NArg() != 1 || !strings.HasSuffix(set.Arg(0), ".cfg"):
		err = fmt.Errorf("want one .cfg file: this mode is for go vet -vettool and go fix -fixtool")
	default:
		return t.unit(set.Arg(0))
	}
	if err != nil {
		return t.fail(err)
	}
	return 0
}

// tool is one call of the vet tool.
type tool struct {
	stdout, stderr io.Writer
	analyzers      []*analysis.Analyzer

	version         string
	flags           bool
	json, fix, diff bool
	context         int // lines around a diagnostic, -1 = do not print any
	enabled         map[string]*choice
	configured      bool // a flag names the configuration
}

// fail prints an error in one line.
func (t *tool) fail(err error) int {
	fmt.Fprintf(t.stderr, "tlslint: %v\n", err)
	return 1
}

// hidden are flags that the go command does not pass on: it asks for them
// itself, or its cache would not see what they name.
var hidden = map[string]bool{"V": true, "flags": true, "fix": true, configFlag: true}

var configFlag = pass.Analyzer.Name + ".config"

func (t *tool) flagSet() *flag.FlagSet {
	set := flag.NewFlagSet("tlslint", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&t.version, "V", "", "print the version and what results depend on")
	set.BoolVar(&t.flags, "flags", false, "print the flags as JSON")
	set.BoolVar(&t.json, "json", false, "print diagnostics and fixes as JSON")
	set.BoolVar(&t.fix, "fix", false, "apply the safe fix of each diagnostic instead of printing it")
	set.BoolVar(&t.diff, "diff", false, "with -fix, print a diff instead of changing files")
	set.IntVar(&t.context, "c", -1, "print this many lines of context")
	t.enabled = map[string]*choice{}
	for _, a := range t.analyzers {
		c := new(choice)
		t.enabled[a.Name] = c
		title, _, _ := strings.Cut(a.Doc, "\n")
		set.Var(c, a.Name, "enable only this rule, or =false to leave it out: "+title)
	}
	for _, a := range append([]*analysis.Analyzer{pass.Analyzer}, t.analyzers...) {
		a.Flags.VisitAll(func(f *flag.Flag) { set.Var(f.Value, a.Name+"."+f.Name, f.Usage) })
	}
	return set
}

// choice is a boolean flag that knows whether it was given.
type choice struct{ given, on bool }

func (c *choice) IsBoolFlag() bool { return true }

func (c *choice) String() string { return strconv.FormatBool(c == nil || !c.given || c.on) }

func (c *choice) Set(text string) (err error) {
	c.given = true
	c.on, err = strconv.ParseBool(text)
	return err
}

// chosen are the analyzers to run: the enabled ones, if any is, else all that
// are not disabled.
func (t *tool) chosen() []*analysis.Analyzer {
	only := false
	for _, c := range t.enabled {
		only = only || c.given && c.on
	}
	var out []*analysis.Analyzer
	for _, a := range t.analyzers {
		if c := t.enabled[a.Name]; c.given && c.on || !only && !c.given {
			out = append(out, a)
		}
	}
	return out
}

func printFlags(w io.Writer, set *flag.FlagSet) error {
	type description struct {
		Name  string
		Bool  bool
		Usage string
	}
	all := []description{}
	set.VisitAll(func(f *flag.Flag) {
		if hidden[f.Name] {
			return
		}
		b, ok := f.Value.(interface{ IsBoolFlag() bool })
		all = append(all, description{Name: f.Name, Bool: ok && b.IsBoolFlag(), Usage: f.Usage})
	})
	data, err := json.MarshalIndent(all, "", "\t")
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}
