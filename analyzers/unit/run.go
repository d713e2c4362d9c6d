package unit

import (
	"archive/zip"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/scanner"
	"go/token"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/tlslint/tlslint/analyzers/pass"
)

// unit analyses the package that a file describes.
func (t *tool) unit(name string) int {
	d, err := readDescription(name)
	if err != nil {
		return t.fail(err)
	}
	if err := d.writeFacts(); err != nil {
		return t.fail(err)
	}
	if d.VetxOnly {
		return 0
	}
	code, err := t.report(d)
	if err != nil {
		return t.failUnit(err)
	}
	return code
}

// failUnit prints syntax errors as the compiler does, an editor jumps to them.
func (t *tool) failUnit(err error) int {
	var list scanner.ErrorList
	if errors.As(err, &list) {
		for _, e := range list {
			fmt.Fprintln(t.stderr, e)
		}
		return 1
	}
	return t.fail(err)
}

func (t *tool) report(d *description) (code int, err error) {
	out := t.stdout
	if d.Stdout != "" {
		f, err := os.Create(d.Stdout)
		if err != nil {
			return 1, err
		}
		defer func() { err = cmp.Or(err, f.Close()) }()
		out = f
	}
	sources, err := d.read()
	if err != nil {
		return 1, err
	}
	needed, err := t.needed(d, sources)
	if err != nil {
		return 1, err
	}
	if !needed {
		return 0, t.nothing(d, out)
	}
	c := newChecker(d, t.chosen())
	found, err := c.check(sources)
	if d.SucceedOnTypecheckFailure && (err != nil || len(found.errors) > 0) {
		return 0, t.nothing(d, out)
	}
	if err != nil {
		return 1, err
	}
	switch {
	case t.fix:
		return 0, t.repair(c, sources, found, out)
	case t.json:
		return 0, printJSON(out, c.fset, d.ID, found)
	}
	return printPlain(t.stderr, c.fset, found, t.context), nil
}

func (d *description) read() (map[string][]byte, error) {
	sources := make(map[string][]byte, len(d.GoFiles))
	for _, name := range d.GoFiles {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		sources[name] = data
	}
	return sources, nil
}

// needed searches the text of the package for what rows match.
func (t *tool) needed(d *description, sources map[string][]byte) (bool, error) {
	if !t.configured { // Bazel and others name the configuration by the flag
		path, err := configFor(d.Dir)
		if err != nil {
			return false, err
		}
		if err := pass.Analyzer.Flags.Set("config", path); err != nil {
			return false, err
		}
	}
	texts := make([][]byte, 0, len(sources))
	for _, data := range sources {
		texts = append(texts, data)
	}
	return pass.Needed(texts)
}

// nothing writes what a package without diagnostics has to say. The go command
// caches an archive of fixes only if it exists.
func (t *tool) nothing(d *description, out io.Writer) error {
	switch {
	case t.fix && d.FixArchive != "":
		return writeArchive(d.FixArchive, d.ID, nil)
	case t.json && !t.fix:
		_, err := io.WriteString(out, "{}\n")
		return err
	}
	return nil
}

// writeArchive writes repaired files for the go command, which puts them in
// place when the whole build is done.
func writeArchive(name, id string, files map[string][]byte) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = cmp.Or(err, f.Close()) }()
	z := zip.NewWriter(f)
	if err := z.SetComment(id); err != nil {
		return err
	}
	for _, path := range sortedKeys(files) {
		w, err := z.Create(path)
		if err != nil {
			return err
		}
		if _, err := w.Write(files[path]); err != nil {
			return err
		}
	}
	return z.Close()
}

// printPlain prints file:line:col: message and returns the exit code.
func printPlain(w io.Writer, fset *token.FileSet, found *outcome, context int) int {
	var all []analysis.Diagnostic
	for _, name := range sortedKeys(found.diagnostics) {
		all = append(all, found.diagnostics[name]...)
	}
	slices.SortStableFunc(all, func(a, b analysis.Diagnostic) int { return cmp.Compare(a.Pos, b.Pos) })
	for _, d := range all {
		printOne(w, fset, d.Pos, d.End, d.Message, context)
		for _, r := range d.Related {
			printOne(w, fset, r.Pos, r.End, "\t"+r.Message, context)
		}
	}
	if len(all) > 0 {
		return 1
	}
	return 0
}

func printOne(w io.Writer, fset *token.FileSet, pos, end token.Pos, message string, context int) {
	at := fset.Position(pos)
	fmt.Fprintf(w, "%s: %s\n", at, message)
	if context < 0 {
		return
	}
	last := at.Line
	if end.IsValid() {
		last = fset.Position(end).Line
	}
	data, err := os.ReadFile(at.Filename)
	if err != nil {
		return // the message is what counts
	}
	lines := strings.Split(string(data), "\n")
	for i := max(1, at.Line-context); i <= min(len(lines), last+context); i++ {
		fmt.Fprintf(w, "%d\t%s\n", i, lines[i-1])
	}
}

// What follows are the shapes of the JSON that the go command reads: package id
// -> analyzer -> diagnostics.
type jsonDiagnostic struct {
	Category string        `json:"category,omitempty"`
	Posn     string        `json:"posn"`
	End      string        `json:"end"`
	Message  string        `json:"message"`
	URL      string        `json:"url,omitempty"`
	Fixes    []jsonFix     `json:"suggested_fixes,omitempty"`
	Related  []jsonRelated `json:"related,omitempty"`
}

type jsonFix struct {
	Message string     `json:"message"`
	Edits   []jsonEdit `json:"edits"`
}

// jsonEdit replaces the bytes [Start, End) of a file.
type jsonEdit struct {
	Filename string `json:"filename"`
	Start    int    `json:"start"`
	End      int    `json:"end"`
	New      string `json:"new"`
}

type jsonRelated struct {
	Posn    string `json:"posn"`
	End     string `json:"end"`
	Message string `json:"message"`
}

func printJSON(w io.Writer, fset *token.FileSet, id string, found *outcome) error {
	byName := map[string][]jsonDiagnostic{}
	for name, ds := range found.diagnostics {
		for _, d := range ds {
			byName[name] = append(byName[name], asJSON(fset, d))
		}
	}
	tree := map[string]map[string][]jsonDiagnostic{}
	if len(byName) > 0 {
		tree[id] = byName
	}
	data, err := json.MarshalIndent(tree, "", "\t")
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

func asJSON(fset *token.FileSet, d analysis.Diagnostic) jsonDiagnostic {
	at := func(p, instead token.Pos) string { return fset.Position(cmp.Or(p, instead)).String() }
	out := jsonDiagnostic{Category: d.Category, Posn: at(d.Pos, d.Pos), End: at(d.End, d.Pos), Message: d.Message, URL: d.URL}
	for _, fix := range d.SuggestedFixes {
		f := jsonFix{Message: fix.Message}
		for _, e := range fix.TextEdits {
			tok := fset.File(e.Pos)
			f.Edits = append(f.Edits, jsonEdit{Filename: tok.Name(), Start: tok.Offset(e.Pos), End: tok.Offset(e.End), New: string(e.NewText)})
		}
		out.Fixes = append(out.Fixes, f)
	}
	for _, r := range d.Related {
		out.Related = append(out.Related, jsonRelated{Posn: at(r.Pos, r.Pos), End: at(r.End, r.Pos), Message: r.Message})
	}
	return out
}
