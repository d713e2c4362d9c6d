package javascript

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/pattern"
)

// project finds the other modules of the program that a file belongs to. It serves
// one lowering.
type project struct {
	set     *pattern.Set
	overlay map[string][]byte
	modules map[string]*module // by path; nil where there is none
	steps   int                // expressions that were evaluated
	cuts    int                // questions that were left open
}

const (
	maxModules   = 24
	maxOtherSize = 256 << 10
	// maxSteps bounds how many expressions a file's lowering evaluates.
	maxSteps = 400_000
)

func newProject(set *pattern.Set, overlay map[string][]byte) *project {
	return &project{set: set, overlay: overlay, modules: map[string]*module{}}
}

// resolve is what a module of this program exports under a name, "*" for all of
// it; nil when the module is not of this program, or exports nothing of that name.
func (p *project) resolve(from *module, spec, name string, depth int) (*module, *syntax.Node) {
	if !isRelative(spec) || depth > 4 || p == nil {
		return nil, nil
	}
	m := p.load(p.locate(from.path, spec))
	if m == nil || m == from {
		return nil, nil
	}
	if e, ok := m.exports[name]; ok {
		if e.source != "" {
			return p.resolve(m, e.source, e.name, depth+1)
		}
		return m, e.value
	}
	all, ok := m.exports["*"]
	switch {
	case name == "default" && ok, name == "*" && ok:
		return m, all.value
	case name == "*" || name == "default":
		return nil, nil
	case ok && all.value != nil:
		if lit := m.literalOf(all.value); lit != nil {
			if v := m.pairOf(lit, name); v != nil {
				return m, v
			}
			for _, k := range lit.Kids {
				if k.Is("shorthand_property_identifier") && m.text(k) == name {
					return m, k
				}
			}
		}
	}
	for _, s := range m.stars {
		if mod, v := p.resolve(m, s, name, depth+1); v != nil {
			return mod, v
		}
	}
	return nil, nil
}

var endings = []string{"", ".js", ".ts", ".mjs", ".cjs", ".tsx", ".jsx", ".mts", ".cts", "/index.js", "/index.ts", "/index.mjs"}

// locate is the path of the file that a relative specifier means, "" without one.
func (p *project) locate(from, spec string) string {
	if strings.HasPrefix(spec, "/") || !strings.HasPrefix(spec, ".") {
		return ""
	}
	base := filepath.Join(filepath.Dir(from), filepath.FromSlash(spec))
	for _, end := range endings {
		if path := base + filepath.FromSlash(end); p.file(path) {
			return path
		}
	}
	// TypeScript writes the ending that the file will have.
	for js, ts := range map[string]string{".js": ".ts", ".mjs": ".mts", ".cjs": ".cts", ".jsx": ".tsx"} {
		if stem, ok := strings.CutSuffix(base, js); ok && p.file(stem+ts) {
			return stem + ts
		}
	}
	return ""
}

func (p *project) file(path string) bool {
	if !handles(path) || strings.HasSuffix(path, ".json") {
		return false
	}
	if p.overlay[path] != nil {
		return true
	}
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() <= maxOtherSize
}

func (p *project) load(path string) *module {
	if path == "" {
		return nil
	}
	if m, ok := p.modules[path]; ok {
		return m
	}
	if len(p.modules) >= maxModules {
		return nil
	}
	p.modules[path] = nil
	data := p.overlay[path]
	if data == nil {
		var err error
		if data, err = os.ReadFile(path); err != nil {
			return nil
		}
	}
	tree, err := parse(path, data)
	if err != nil {
		return nil
	}
	m := newModule(path, tree, p.set, p)
	p.modules[path] = m
	return m
}
