package golang

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/analyzers"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/internal/needle"
	"github.com/tlslint/tlslint/internal/search"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// TestTiersAgree: the same findings with the embedded stubs as with the types of
// the real packages, on modules that load without a network.
func TestTiersAgree(t *testing.T) {
	for _, module := range []string{"std", "third"} {
		t.Run(module, func(t *testing.T) {
			dir, err := filepath.Abs(filepath.Join("testdata", "tiers", module))
			if err != nil {
				t.Fatal(err)
			}
			folders, found := compareTiers(t, dir)
			if folders == 0 || found == 0 {
				t.Errorf("%d findings in %d folders", found, folders)
			}
		})
	}
}

// TestTiersOfModules does the same on real modules:
//
//	TLSLINT_TIERS=DIR1:DIR2 go test ./languages/golang -run TestTiersOfModules -v
//
// where each DIR is the root of a module whose dependencies are in the module
// cache (`go mod download` there, or a module that lies in the cache itself).
// Folders that the go command cannot load are named and left out.
func TestTiersOfModules(t *testing.T) {
	list := os.Getenv("TLSLINT_TIERS")
	if list == "" {
		t.Skip("TLSLINT_TIERS names no modules")
	}
	for _, dir := range filepath.SplitList(list) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			folders, found := compareTiers(t, dir)
			t.Logf("%d findings in %d folders", found, folders)
		})
	}
}

// compareTiers lowers every folder of a module in which an anchor stands with
// stubs and with full types, and reports what differs.
func compareTiers(t *testing.T, root string) (folders, found int) {
	t.Helper()
	set, err := analyzers.Set()
	if err != nil {
		t.Fatal(err)
	}
	find, err := search.Compile(set)
	if err != nil {
		t.Fatal(err)
	}
	g := &Go{}
	for _, dir := range goFolders(t, root) {
		in := languages.Input{Set: set, Types: "stub"}
		wanted, sources := map[string]bool{}, map[string][]byte{}
		var hits needle.Hits
		anchored := false
		names, _ := filepath.Glob(filepath.Join(dir, "*.go"))
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			anchored = anchored || find.Anchored(find.Find(data, &hits))
			in.Files = append(in.Files, languages.File{Path: name, Rel: name, Data: data})
			wanted[name], sources[name] = true, data
		}
		if !anchored {
			continue
		}
		out, err := g.Lower(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		nodes, seen := g.full(t.Context(), dir, g.moduleOf(dir), in, wanted)
		if len(seen) == 0 {
			t.Logf("not loaded: %s", dir)
			continue
		}
		// What is not built here has no full types.
		stub := slices.DeleteFunc(out.Nodes, func(n *ir.Node) bool { return !seen[n.Path] })
		a, b := describe(stub, set, sources, root), describe(nodes, set, sources, root)
		folders++
		found += len(a)
		for _, f := range a {
			if !slices.Contains(b, f) {
				t.Errorf("only with stubs: %s", f)
			}
		}
		for _, f := range b {
			if !slices.Contains(a, f) {
				t.Errorf("only with full types: %s", f)
			}
		}
		if len(a) != len(b) {
			t.Errorf("%s: %d findings with stubs, %d with full types", dir, len(a), len(b))
		}
	}
	return folders, found
}

// goFolders are the folders of one module with Go files.
func goFolders(t *testing.T, root string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if _, err := os.Stat(filepath.Join(p, "go.mod")); p != root && (err == nil || d.Name() == "vendor" || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_")) {
				return filepath.SkipDir
			}
			return nil
		}
		if dir := filepath.Dir(p); strings.HasSuffix(p, ".go") && !slices.Contains(out, dir) {
			out = append(out, dir)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// describe judges nodes and says of every finding what both tiers must agree on.
func describe(nodes []*ir.Node, set *pattern.Set, sources map[string][]byte, root string) []string {
	var out []string
	for _, j := range judge.Findings(nodes, set, judge.Options{
		Rel:    func(p string) string { rel, _ := filepath.Rel(root, p); return rel },
		Source: func(p string) []byte { return sources[p] }, Tests: "same",
	}) {
		f := j.Finding
		out = append(out, fmt.Sprintf("%s:%d %s %s %s", f.Path, f.Span.Start.Line, f.Rule, f.Pattern, f.Exposure))
	}
	return out
}

// TestMissingModules: where the go command cannot find a dependency, the stubs
// know more, and nothing that they found is lost.
func TestMissingModules(t *testing.T) {
	set, err := analyzers.Set()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	const src = "package app\n\nimport (\n\t\"google.golang.org/grpc\"\n\t\"google.golang.org/grpc/credentials/insecure\"\n)\n\nvar o = grpc.WithTransportCredentials(insecure.NewCredentials())\n"
	name := filepath.Join(dir, "app.go")
	for p, text := range map[string]string{name: src, filepath.Join(dir, "go.mod"): "module example.org/app\n\ngo 1.22\n\nrequire google.golang.org/grpc v1.0.0\n"} {
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	g := &Go{}
	in := languages.Input{Set: set, Types: "full", Files: []languages.File{{Path: name, Rel: "app.go", Data: []byte(src)}}}
	if _, seen := g.full(t.Context(), dir, g.moduleOf(dir), in, map[string]bool{name: true}); len(seen) > 0 {
		t.Errorf("lowered without the module: %v", seen)
	}
	out, err := g.Lower(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if got := describe(out.Nodes, set, map[string][]byte{name: []byte(src)}, dir); len(got) != 1 {
		t.Errorf("found %v", got)
	}
}

// TestFullTypesKeepOtherFiles: a file that is not built on this machine keeps
// its findings, and nothing of the scanned module is written.
func TestFullTypesKeepOtherFiles(t *testing.T) {
	file, err := pattern.Parse("test.toml", "go", []byte(`[[pattern]]
id = "skip"
rule = "TLS101"
title = "t"
at = [ { member = "crypto/tls.Config.InsecureSkipVerify" }, { member = "*.AllowInsecure" } ]
bad = ["true"]
`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := map[string]string{
		"go.mod":        "module example.org/app\n",
		"app.go":        "package app\n\nimport \"crypto/tls\"\n\nfunc f() { unknown().AllowInsecure = true }\n\nvar c = tls.Config{InsecureSkipVerify: true}\n",
		"app_plan9.go":  "package app\n\nimport \"crypto/tls\"\n\nvar d = tls.Config{InsecureSkipVerify: true}\n",
		"ignored.go":    "//go:build ignore\n\npackage main\n\nimport \"crypto/tls\"\n\nvar d = tls.Config{InsecureSkipVerify: true}\n",
		"app_linux.go":  "package app\n",
		"app_darwin.go": "package app\n",
	}
	in := languages.Input{Set: set, Types: "full"}
	for name, text := range files {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		in.Files = append(in.Files, languages.File{Path: p, Rel: name, Data: []byte(text)})
	}
	out, err := new(Go).Lower(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	at, unresolved := map[string]int{}, 0
	for _, n := range out.Nodes {
		if n.Resolved {
			at[filepath.Base(n.Path)]++
		} else {
			unresolved++
		}
	}
	if unresolved == 0 {
		t.Error("nothing was unresolved: full types were not asked for")
	}
	for _, name := range []string{"app.go", "app_plan9.go", "ignored.go"} {
		if at[name] != 1 {
			t.Errorf("%s: %d nodes, want 1", name, at[name])
		}
	}
	if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err != nil || string(data) != files["go.mod"] {
		t.Errorf("go.mod is now %q (%v)", data, err)
	}
}
