package python

import (
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/pattern"
)

// project finds the other modules of the program that a file belongs to. It
// serves one lowering at a time, and lets each look into maxModules files.
type project struct {
	set     *pattern.Set
	overlay map[string][]byte
	modules map[string]*module // by path; nil where there is none
	exists  map[string]bool    // by path: a regular file is there
	size    int                // bytes of source in modules

	// Of the lowering at hand:
	used  map[string]bool // modules that it looked into, by path
	steps int             // expressions that it evaluated
	cuts  int             // questions that were left open because they led back to themselves
}

// projects are those that no lowering uses at the moment, by the rows that they
// were read for: what one file's lowering has parsed, the next need not.
type projects struct {
	mu   sync.Mutex
	free map[*pattern.Set][]*project
}

// maxCached is how many bytes of source a project keeps parsed.
const maxCached = 4 << 20

func (ps *projects) take(set *pattern.Set, overlay map[string][]byte) *project {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if list := ps.free[set]; len(list) > 0 && overlay == nil {
		p := list[len(list)-1]
		ps.free[set] = list[:len(list)-1]
		return p
	}
	return newProject(set, overlay)
}

func newProject(set *pattern.Set, overlay map[string][]byte) *project {
	return &project{set: set, overlay: overlay, modules: map[string]*module{}, exists: map[string]bool{}, used: map[string]bool{}}
}

// give takes a project back from the lowering of m. The module goes on by itself:
// its fixes are made while other lowerings use the project.
func (ps *projects) give(p *project, m *module) {
	delete(p.modules, m.path)
	p.size -= len(m.src)
	m.proj = newProject(p.set, p.overlay)
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if p.overlay != nil || p.size > maxCached {
		return
	}
	if ps.free[p.set] == nil {
		// Every run has rows of its own; the ones of the last run are gone.
		ps.free = map[*pattern.Set][]*project{}
	}
	ps.free[p.set] = append(ps.free[p.set], p)
}

// begin makes the project ready for a lowering of the file at path.
func (p *project) begin(path string, tree *syntax.Tree) *module {
	p.used, p.steps, p.cuts = map[string]bool{path: true}, 0, 0
	m := newModule(path, tree, p.set, p)
	p.modules[path] = m
	p.size += len(tree.Source)
	return m
}

const (
	maxModules   = 24
	maxOtherSize = 256 << 10
)

// absolute turns the name of a relative import into a dotted path from the root
// of the package; other names stay as they are.
func (p *project) absolute(path, name string) string {
	dots := len(name) - len(strings.TrimLeft(name, "."))
	if dots == 0 {
		return name
	}
	dir := filepath.Dir(path)
	for range dots - 1 {
		dir = filepath.Dir(dir)
	}
	// "." as a prefix: a module of the program, never of a library.
	out := "./" + filepath.ToSlash(dir)
	if rest := name[dots:]; rest != "" {
		out += "." + rest
	}
	return out
}

// find is the module that a dotted name means as seen from the file at path, and
// what is left of the name behind it; nil when it is not of this program.
func (p *project) find(from *module, name string) (*module, string) {
	path, rest := p.locate(from, name)
	if path == "" {
		return nil, ""
	}
	m := p.load(path)
	if m == from {
		return nil, ""
	}
	return m, rest
}

// locate is find without reading the file: its path, "" when there is none.
func (p *project) locate(from *module, name string) (path, left string) {
	if p == nil {
		return "", ""
	}
	if rest, ok := strings.CutPrefix(name, "./"); ok {
		// The folder may hold dots: the longest one that exists is meant.
		for end := len(rest); end > 0; end-- {
			if end < len(rest) && rest[end] != '.' {
				continue
			}
			if info, err := os.Stat(filepath.FromSlash(rest[:end])); err == nil && info.IsDir() {
				return p.below(filepath.FromSlash(rest[:end]), strings.TrimPrefix(rest[end:], "."))
			}
		}
		return "", ""
	}
	// An absolute import: from the folder of the file or one above it.
	first, _, _ := strings.Cut(name, ".")
	dir := filepath.Dir(from.path)
	for range maxUp {
		if p.holds(dir, first) {
			if path, rest := p.below(dir, name); path != "" && path != from.path {
				return path, rest
			}
		}
		up := filepath.Dir(dir)
		if up == dir || p.root(dir) {
			break
		}
		dir = up
	}
	return "", ""
}

// maxUp is how many folders above a file its imports are looked for in.
const maxUp = 8

// holds reports whether a folder has a module or a package of this name.
func (p *project) holds(dir, name string) bool {
	path := filepath.Join(dir, name)
	return p.file(path+".py") || p.there(path)
}

// root reports whether a folder is where a program begins: nothing above it
// belongs to it.
func (p *project) root(dir string) bool {
	return p.there(filepath.Join(dir, ".git")) || p.there(filepath.Join(dir, "pyproject.toml")) || p.there(filepath.Join(dir, "setup.py"))
}

func (p *project) there(path string) bool {
	is, ok := p.exists["/"+path]
	if !ok {
		_, err := os.Stat(path)
		is = err == nil
		p.exists["/"+path] = is
	}
	return is
}

// file reports whether a regular file is there.
func (p *project) file(path string) bool {
	is, ok := p.exists[path]
	if !ok {
		info, err := os.Stat(path)
		is = err == nil && info.Mode().IsRegular() || p.overlay[path] != nil
		p.exists[path] = is
	}
	return is
}

// below looks for a module of a dotted name under a folder.
func (p *project) below(dir, name string) (path, left string) {
	for name != "" {
		part, rest, _ := strings.Cut(name, ".")
		next := filepath.Join(dir, part)
		if p.file(next + ".py") {
			return next + ".py", rest
		}
		if info, err := os.Stat(next); err != nil || !info.IsDir() {
			break
		}
		dir, name = next, rest
	}
	if init := filepath.Join(dir, "__init__.py"); name != "" && p.file(init) {
		return init, name
	}
	return "", ""
}

func (p *project) load(path string) *module {
	if !p.used[path] && len(p.used) >= maxModules {
		return nil
	}
	p.used[path] = true
	if m, ok := p.modules[path]; ok {
		return m
	}
	p.modules[path] = nil
	data := p.overlay[path]
	if data == nil {
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxOtherSize {
			return nil
		}
		if data, err = os.ReadFile(path); err != nil {
			return nil
		}
	}
	tree, err := parseOther(data, p.set)
	if err != nil {
		return nil
	}
	m := newModule(path, tree, p.set, p)
	p.modules[path] = m
	p.size += len(data)
	return m
}

// exported is what a module binds under a name, seen through imports of its own.
func (p *project) exported(m *module, name string, depth int) (*module, []*binding) {
	first, rest, _ := strings.Cut(name, ".")
	bs := m.scopes[m.tree.Root].binds[first]
	if len(bs) == 0 || rest != "" || depth > 4 {
		return nil, nil
	}
	if b := bs[len(bs)-1]; b.kind == bindImport {
		if other, left := p.find(m, b.target); other != nil && left != "" {
			return p.exported(other, left, depth+1)
		}
	}
	return m, bs
}

// root is the module's tree.
func (m *module) root() *syntax.Node { return m.tree.Root }
