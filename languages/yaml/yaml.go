// Package yaml lets tlslint read YAML: objects of Kubernetes, charts and their
// templates, workflows, playbooks, and the configuration of servers and tools.
//
// Files come in; ir nodes go out. What a key means depends on the document that it
// stands in, which [[doc]] rows recognise. Variables of the environment, connection
// strings and commands are found wherever they stand. Every place is exact to the
// byte, also in texts that are documents themselves.
package yaml

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/connections"
	"github.com/tlslint/tlslint/languages/shell"
	"github.com/tlslint/tlslint/pattern"
)

func init() { languages.Register(&YAML{}) }

//go:embed patterns.toml
var patterns []byte

//go:embed examples.toml
var examples []byte

// MaxBytes is the largest file that is parsed.
const MaxBytes = 4 << 20

// maxBeside is the largest file beside another that is read for its defaults.
const maxBeside = 1 << 20

// YAML is the language. It is safe for concurrent use.
type YAML struct{ index atomic.Pointer[index] }

// Name implements languages.Language.
func (*YAML) Name() string { return "yaml" }

// Handles implements languages.Language: YAML by its ending, and the dotfiles of
// tools that are YAML.
func (*YAML) Handles(p string) bool {
	switch path.Ext(p) {
	case ".yaml", ".yml", ".kubeconfig", ".eyaml":
		return true
	}
	base := path.Base(p)
	switch base {
	case ".gemrc", "gemrc", "kubeconfig":
		return true
	case "config":
		return path.Base(path.Dir(p)) == ".kube"
	}
	for _, ending := range []string{".yaml.tpl", ".yml.tpl", ".yaml.j2", ".yml.j2", ".yaml.gotmpl", ".yml.gotmpl", ".yaml.tmpl", ".yml.tmpl", ".yaml.erb", ".yml.erb", ".yaml.example", ".yml.example", ".yaml.dist", ".yml.dist", ".yaml.sample", ".yml.sample"} {
		if strings.HasSuffix(base, ending) {
			return true
		}
	}
	return false
}

// Unit implements languages.Language: every file is looked at alone.
func (*YAML) Unit(p string) string { return p }

// Rows implements languages.Language.
func (*YAML) Rows() (pattern.File, error) {
	file, err := pattern.Parse("languages/yaml/patterns.toml", "yaml", patterns)
	if err != nil {
		return file, err
	}
	shared, err := shell.Rows("yaml")
	for _, row := range shared.Rows {
		// The configuration files of tools are only met where a script writes them, by
		// their names.
		if words := writtenBy[row.At[0].Doc]; words != nil && row.Context == nil {
			row.Context = words
		}
	}
	file.Rows = append(file.Rows, shared.Rows...)
	return file, err
}

// writtenBy are words that stand in a script that writes a configuration file.
var writtenBy = map[string][]string{
	"curlrc": {"curlrc"}, "wgetrc": {"wgetrc"}, "npmrc": {"npmrc", "yarnrc"}, "gitconfig": {"gitconfig", "git/config"}, "pipconf": {"pip.conf", "pip.ini"},
	"condarc": {"condarc"}, "ldapconf": {"ldap.conf", "ldaprc"}, "yumconf": {"yum", "dnf", ".repo"}, "aptconf": {"apt"},
}

// Examples implements languages.Language.
func (*YAML) Examples() ([]pattern.Example, error) {
	out, err := pattern.ParseExamples("languages/yaml/examples.toml", examples)
	if err != nil {
		return nil, err
	}
	shared, err := shell.Examples(inStep)
	if err != nil {
		return nil, err
	}
	strings, err := connections.Examples("settings.yaml", inSetting)
	return append(append(out, shared...), strings...), err
}

// inStep is a workflow that runs a script, or writes a configuration file.
func inStep(file, script string) (string, bool) {
	if file != "" {
		script = "cat >/etc/" + file + " <<'EOF'\n" + script + "\nEOF"
	}
	if strings.TrimSpace(script) == "" || strings.Contains(script, "\t") || strings.HasPrefix(script, " ") || strings.HasPrefix(script, "#!") {
		return "", false
	}
	return "steps:\n  - name: run\n    run: |\n      " + strings.ReplaceAll(script, "\n", "\n      ") + "\n", true
}

// inSetting is a file of settings with a connection string.
func inSetting(dsn string) (string, bool) {
	return "database:\n  url: '" + dsn + "'\n  pool: 5\n", true
}

// FileName implements languages.Language.
func (*YAML) FileName() string { return "app.yaml" }

// Lower implements languages.Language.
func (y *YAML) Lower(ctx context.Context, in languages.Input) (out languages.Output, err error) {
	ix := y.indexOf(in.Set)
	reader := func(p string) []byte {
		if data := in.Overlay[p]; data != nil {
			return data
		}
		if info, err := os.Stat(p); err != nil || !info.Mode().IsRegular() || info.Size() > maxBeside {
			return nil
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return nil // it is only asked for what it may say
		}
		return data
	}
	for _, f := range in.Files {
		if ctx.Err() != nil {
			return out, ctx.Err()
		}
		if len(f.Data) > MaxBytes {
			out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.Path, Reason: fmt.Sprintf("too large to parse (%d bytes)", len(f.Data))})
			continue
		}
		lowered, nodes := lowerFile(ix, f.Path, f.Rel, f.Data, reader)
		out.Parsed++
		out.Nodes = append(out.Nodes, nodes...)
		out.Comments = append(out.Comments, lowered.comments()...)
	}
	return out, nil
}

// indexOf prepares a set; that of the last run is kept.
func (y *YAML) indexOf(set *pattern.Set) *index {
	if ix := y.index.Load(); ix != nil && ix.set == set {
		return ix
	}
	ix := newIndex(set)
	y.index.Store(ix)
	return ix
}

// Edit implements languages.Language.
func (*YAML) Edit(ops []languages.Op, vars languages.Vars) ([]finding.Edit, bool) {
	edits, ok := shell.Edit(ops, vars)
	return edits, ok && len(edits) > 0
}

// Flip implements languages.Language.
func (*YAML) Flip(hit pattern.Hit, at ir.Place) ([]finding.Edit, bool) {
	if sp, ok := hit.Node.Syntax.(*scriptPlace); ok {
		return sp.flip(hit, at)
	}
	return flip(hit, at)
}

// Check implements languages.Language: an edit must bring no new mistake, and every
// document must still be there.
func (*YAML) Check(_ context.Context, _ string, old, edited []byte, _ map[string][]byte) error {
	before, after := parse(old), parse(edited)
	if after.errors > before.errors || len(after.docs) != len(before.docs) {
		return errors.New("the edited file does not parse")
	}
	return nil
}

// Mistakes counts the places of a file that are no YAML, the actions of templates
// taken for what they are.
func Mistakes(src []byte) int { return parse(src).errors }

// comments are the comments of the file.
func (f *file) comments() []languages.Comment {
	t := f.root
	slices.SortFunc(t.comments, func(a, b span) int { return a.start - b.start })
	var out []languages.Comment
	for i, s := range t.comments {
		if i > 0 && s == t.comments[i-1] {
			continue
		}
		c := languages.Comment{Path: f.path, Text: string(t.src[s.start:s.end]), Start: s.start, End: s.end}
		line := t.lineOf(s.start)
		if len(strings.TrimSpace(string(t.src[t.lines[line]:s.start]))) == 0 {
			c.GroupEnd = line + 1
		}
		out = append(out, c)
	}
	for i := len(out) - 2; i >= 0; i-- {
		if a, b := &out[i], out[i+1]; a.GroupEnd > 0 && b.GroupEnd > 0 && t.lineOf(b.Start) == t.lineOf(a.Start)+1 {
			a.GroupEnd = b.GroupEnd
		}
	}
	return out
}
