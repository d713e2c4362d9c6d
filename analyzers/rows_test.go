package analyzers_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"iter"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/analyzers"
	"github.com/tlslint/tlslint/analyzers/lowering"
	"github.com/tlslint/tlslint/pattern"
	"github.com/tlslint/tlslint/rules"
)

func allRows(t *testing.T) pattern.File {
	t.Helper()
	file, err := analyzers.Rows()
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Rows) == 0 {
		t.Fatal("no rows")
	}
	return file
}

func TestRowsAreNamedAndBelongToARule(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range allRows(t).Rows {
		if seen[r.ID] {
			t.Errorf("%s: the id stands twice: the later row would hide the earlier one", r.ID)
		}
		seen[r.ID] = true
		if !strings.HasPrefix(r.ID, "go-") {
			t.Errorf("%s: does not start with go-", r.ID)
		}
		if _, ok := rules.Get(r.Rule); !ok {
			t.Errorf("%s: rule %s has no document", r.ID, r.Rule)
		}
		if r.Library == "" {
			t.Errorf("%s: names no library", r.ID)
		}
		switch r.Verified {
		case "source", "docs", "memory":
		default:
			t.Errorf("%s: verified = %q, want source, docs or memory", r.ID, r.Verified)
		}
		if r.Verified == "source" && r.Source == "" {
			t.Errorf("%s: says that its source was read, but not which", r.ID)
		}
	}
}

// names are all canonical names of a row, with the place that each stands in.
func names(r *pattern.Row) iter.Seq2[string, string] {
	return func(yield func(string, string) bool) {
		conds := func(place string, cs []pattern.Cond) bool {
			for _, c := range cs {
				for _, n := range c.Into {
					if !yield(place, n) {
						return false
					}
				}
			}
			return true
		}
		for _, k := range r.At {
			for _, n := range append([]string{k.Call, k.Member, k.Ref}, k.Into...) {
				if n != "" && !yield("at", n) {
					return
				}
			}
		}
		for _, b := range r.Bad {
			if n, ok := strings.CutPrefix(b, "="); ok && strings.Contains(n, "/") && !yield("bad", n) {
				return
			}
		}
		if !conds("when", r.When) || !conds("unless", r.Unless) {
			return
		}
		for _, f := range r.Fix {
			if f.Symbol != "" && !yield("fix", f.Symbol) {
				return
			}
			if !conds("fix", f.When) || !conds("fix", f.Unless) {
				return
			}
		}
	}
}

var majorVersion = regexp.MustCompile(`/v[0-9]+([./{]|$)|\.v[0-9]+\.`)

// A name with a major version would match nothing: lowering drops them.
func TestNamesAreCanonical(t *testing.T) {
	for _, r := range allRows(t).Rows {
		for place, name := range names(r) {
			for _, n := range pattern.Expand(name) {
				if majorVersion.MatchString(n) {
					t.Errorf("%s: %s: %s carries a major version", r.ID, place, n)
				}
			}
		}
	}
	for _, s := range allRows(t).Stubs {
		if s.Path != lowering.CanonicalPath(s.Path) {
			t.Errorf("stub %s: want %s", s.Path, lowering.CanonicalPath(s.Path))
		}
	}
}

var (
	template   = regexp.MustCompile(`\{([a-z_]+)(:[^}]*)?\}`)
	known      = []string{"ca_env", "ca_bundle", "host", "sym"}
	knownDrops = []string{"member", "arg", "param", "line", "call", "elements"}
	// ".Name" is a symbol of the package that the sink's own name belongs to.
	symbolShape = regexp.MustCompile(`^[\w./-]*\.[A-Za-z_]\w*$`)
)

func TestFixesAreWellFormed(t *testing.T) {
	file := allRows(t)
	ids := map[string]bool{}
	for _, r := range file.Rows {
		ids[r.ID] = true
	}
	for _, r := range file.Rows {
		if len(r.Fix) == 0 {
			t.Errorf("%s: no fix, not even a recipe", r.ID)
		}
		for i, f := range r.Fix {
			if f.Drop != "" && !slices.Contains(knownDrops, f.Drop) {
				t.Errorf("%s: fix %d: drop = %q, want one of %v", r.ID, i+1, f.Drop, knownDrops)
			}
			if f.Symbol != "" && !symbolShape.MatchString(f.Symbol) {
				t.Errorf("%s: fix %d: symbol = %q is no canonical name", r.ID, i+1, f.Symbol)
			}
			for _, id := range f.Also {
				if !ids[id] {
					t.Errorf("%s: fix %d: also names %q, which is no row", r.ID, i+1, id)
				}
			}
			for _, text := range []string{f.Value, f.Add, f.Replace} {
				for _, m := range template.FindAllStringSubmatch(text, -1) {
					if !slices.Contains(known, m[1]) {
						t.Errorf("%s: fix %d: unknown template {%s}", r.ID, i+1, m[1])
					}
				}
			}
			if f.Decl != "" {
				if _, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+f.Decl, 0); err != nil {
					t.Errorf("%s: fix %d: decl: %v", r.ID, i+1, err)
				}
			}
		}
	}
}

// noImports makes every import of a stub foreign: what it declares must stand by
// itself, and what it takes from elsewhere is of no interest.
type noImports struct{}

var errForeign = errors.New("foreign")

func (noImports) Import(string) (*types.Package, error) { return nil, errForeign }

func TestStubsTypeCheck(t *testing.T) {
	file := allRows(t)
	texts := map[string]string{}
	for _, r := range file.Rows {
		if r.Stub == "" {
			continue
		}
		texts["row "+r.ID] = r.Stub
		if len(lowering.StubPaths(r)) == 0 {
			t.Errorf("%s: no sink says which package the stub is", r.ID)
		}
	}
	for _, s := range file.Stubs {
		texts["stub "+s.Path] = s.Source
	}
	for name, text := range texts {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		conf := types.Config{Importer: noImports{}, IgnoreFuncBodies: true, Error: func(err error) {
			if !strings.Contains(err.Error(), errForeign.Error()) && !declaredElsewhere(f, err.Error(), texts, name) {
				t.Errorf("%s: %v", name, err)
			}
		}}
		_, _ = conf.Check("p", fset, []*ast.File{f}, nil)
	}
}

var undefined = regexp.MustCompile(`undefined: (\w+)$`)

// declaredElsewhere reports whether an undefined name is declared by another
// stub of a package with the same name: stubs of one path are merged.
func declaredElsewhere(f *ast.File, msg string, texts map[string]string, self string) bool {
	m := undefined.FindStringSubmatch(msg)
	if m == nil {
		return false
	}
	declares := regexp.MustCompile(`(?m)^(type|var|const|func) ` + m[1] + `\b`)
	for name, text := range texts {
		other, err := parser.ParseFile(token.NewFileSet(), "", text, parser.PackageClauseOnly)
		if name != self && err == nil && other.Name.Name == f.Name.Name && declares.MatchString(text) {
			return true
		}
	}
	return false
}

// Every switch must be declared by a stub: lowering could not name it otherwise.
// A function of a package without any stub is named by its import alone.
func TestSwitchesAreDeclared(t *testing.T) {
	set, err := analyzers.Set()
	if err != nil {
		t.Fatal(err)
	}
	im := lowering.StubImporter(set)
	for _, r := range set.Rows {
		for _, k := range r.At {
			for _, name := range pattern.Expand(k.Call + k.Member + k.Ref) {
				if name == "" || strings.HasPrefix(name, "*.") {
					continue
				}
				if !declared(im, name) {
					t.Errorf("%s: no stub declares %s", r.ID, name)
				}
			}
		}
	}
}

// declared looks a canonical name up: the path ends at one of the dots behind its
// last slash, and behind the symbol may stand a field, a method or the key of a map.
func declared(im types.Importer, name string) bool {
	for i := strings.LastIndexByte(name, '/') + 1; i < len(name); i++ {
		if name[i] != '.' {
			continue
		}
		pkg, err := im.Import(name[:i])
		if err != nil {
			continue
		}
		symbol, member, _ := strings.Cut(name[i+1:], ".")
		obj := pkg.Scope().Lookup(symbol)
		switch {
		case obj == nil && member == "" && len(pkg.Scope().Names()) == 0:
			return true
		case obj == nil:
			continue
		case member == "":
			return true
		}
		if _, isMap := obj.Type().Underlying().(*types.Map); isMap && !strings.HasPrefix(member, "Set") {
			return true
		}
		found, _, _ := types.LookupFieldOrMethod(obj.Type(), true, pkg, member)
		return found != nil
	}
	return false
}

func TestEveryRowHasExamples(t *testing.T) {
	examples, err := analyzers.Examples()
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]pattern.Example{}
	for _, ex := range examples {
		if _, twice := byID[ex.ID]; twice {
			t.Errorf("%s: examples stand twice", ex.ID)
		}
		byID[ex.ID] = ex
	}
	for _, r := range allRows(t).Rows {
		ex, ok := byID[r.ID]
		delete(byID, r.ID)
		switch {
		case !ok:
			t.Errorf("%s: no examples", r.ID)
		case len(ex.Insecure) == 0:
			t.Errorf("%s: no insecure example", r.ID)
		case len(ex.Safe) == 0:
			t.Errorf("%s: no safe example", r.ID)
		}
		for kind, texts := range map[string][]string{"insecure": ex.Insecure, "safe": ex.Safe, "fixed": ex.Fixed} {
			for i, text := range texts {
				if strings.TrimSpace(text) == "" && kind == "fixed" {
					continue
				}
				if _, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution); err != nil {
					t.Errorf("%s: %s[%d]: %v", r.ID, kind, i, err)
				}
			}
		}
	}
	for id := range byID {
		t.Errorf("%s: examples of no row", id)
	}
}
