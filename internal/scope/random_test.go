package scope

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/scan"

	_ "github.com/tlslint/tlslint/languages/golang"
)

// program is Go source of which the test knows every switch.
type program struct{ files []*sourceFile }

type sourceFile struct {
	name  string
	style int // how it is formatted
	funcs []*fn
}

type fn struct {
	name    string
	indent  bool
	comment string
	stmts   []*stmt
}

// stmt is a statement with a switch; its number is who it is, and stands nowhere
// in the source.
type stmt struct {
	id     int
	name   string
	bad    bool
	server string
}

func (p *program) clone() *program {
	out := &program{}
	for _, f := range p.files {
		g := &sourceFile{name: f.name, style: f.style}
		for _, fun := range f.funcs {
			h := *fun
			h.stmts = nil
			for _, s := range fun.stmts {
				c := *s
				h.stmts = append(h.stmts, &c)
			}
			g.funcs = append(g.funcs, &h)
		}
		out.files = append(out.files, g)
	}
	return out
}

// print writes the source, and which statement every bad line belongs to.
func (f *sourceFile) print() (text string, ids map[int]int) {
	var b strings.Builder
	line := 1
	ids = map[int]int{}
	put := func(format string, args ...any) {
		s := fmt.Sprintf(format, args...)
		b.WriteString(s)
		line += strings.Count(s, "\n")
	}
	put("package p\n\nimport \"crypto/tls\"\n\nfunc use(...any) {}\n")
	for _, fun := range f.funcs {
		put("\n%sfunc %s() {\n", fun.comment, fun.name)
		tab := "\t"
		if fun.indent {
			put("\t{\n")
			tab = "\t\t"
		}
		for _, s := range fun.stmts {
			var fields []string
			if s.server != "" {
				fields = append(fields, fmt.Sprintf("ServerName: %q", s.server))
			}
			if s.bad {
				fields = append(fields, "InsecureSkipVerify: true")
			}
			if f.style == 1 {
				put("%s%s := &tls.Config{\n", tab, s.name)
				for _, field := range fields {
					if strings.HasPrefix(field, "Insecure") {
						ids[line] = s.id
					}
					put("%s\t%s,\n", tab, field)
				}
				put("%s}\n", tab)
			} else {
				if s.bad {
					ids[line] = s.id
				}
				put("%s%s := &tls.Config{%s}\n", tab, s.name, strings.Join(fields, ", "))
			}
			put("%suse(%s)\n", tab, s.name)
		}
		if fun.indent {
			put("\t}\n")
		}
		put("}\n")
	}
	return b.String(), ids
}

func (p *program) write(t *testing.T) (dir string, ids map[string]map[int]int) {
	t.Helper()
	dir, ids = t.TempDir(), map[string]map[int]int{}
	for _, f := range p.files {
		text, in := f.print()
		ids[f.name] = in
		if err := os.WriteFile(filepath.Join(dir, f.name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, ids
}

func scanDir(t *testing.T, dir string) *scan.Result {
	t.Helper()
	res, err := scan.Run(context.Background(), scan.Options{Root: dir, NoGitignore: true, Types: "stub"})
	if err != nil {
		t.Fatal(err)
	}
	finding.FingerprintAll(res.Findings())
	return res
}

// editor makes random changes and knows which findings they bring.
type editor struct {
	r     *rand.Rand
	next  int
	names int
}

func (e *editor) newStmt(alike bool) *stmt {
	e.next++
	s := &stmt{id: e.next, name: fmt.Sprintf("c%d", e.r.IntN(3)), bad: e.r.IntN(2) == 0}
	if !alike {
		s.name, s.server = fmt.Sprintf("c%d", e.next), fmt.Sprintf("host%d", e.r.IntN(4))
	}
	return s
}

func (e *editor) newFunc() *fn {
	e.names++
	f := &fn{name: fmt.Sprintf("f%d", e.names)}
	n := 1 + e.r.IntN(3)
	for i := range n {
		s := e.newStmt(false)
		s.name = fmt.Sprintf("v%d", i)
		f.stmts = append(f.stmts, s)
	}
	return f
}

func (e *editor) program() *program {
	p := &program{}
	for i := range 2 {
		f := &sourceFile{name: fmt.Sprintf("a%d.go", i)}
		for range 2 + e.r.IntN(4) {
			f.funcs = append(f.funcs, e.newFunc())
		}
		p.files = append(p.files, f)
	}
	return p
}

// change makes one change and says what it did. touched functions are left alone,
// so that a change stays what it is called.
func (e *editor) change(p *program, touched map[string]bool) string {
	f := p.files[e.r.IntN(len(p.files))]
	if len(f.funcs) == 0 {
		return ""
	}
	i := e.r.IntN(len(f.funcs))
	fun := f.funcs[i]
	if touched[fun.name] {
		return ""
	}
	touched[fun.name] = true
	s := fun.stmts[e.r.IntN(len(fun.stmts))]
	name := fun.name
	switch e.r.IntN(12) {
	case 0:
		f.funcs = slices.Delete(f.funcs, i, i+1)
		at := e.r.IntN(len(f.funcs) + 1)
		f.funcs = slices.Insert(f.funcs, at, fun)
		return "move " + name
	case 1:
		e.names++
		fun.name = fmt.Sprintf("f%d", e.names)
		touched[fun.name] = true
		return "rename " + name + " to " + fun.name
	case 2:
		f.style = 1 - f.style
		return "format " + f.name
	case 3:
		fun.indent = !fun.indent
		return "indent " + name
	case 4:
		fun.comment = fmt.Sprintf("// comment %d\n", e.r.IntN(100))
		return "comment " + name
	case 5:
		if !s.bad {
			return ""
		}
		s.bad = false
		return "repair " + name + "." + s.name
	case 6:
		if s.bad {
			return ""
		}
		e.next++
		s.bad, s.id = true, e.next
		return "break " + name + "." + s.name
	case 7:
		g := e.newFunc()
		touched[g.name] = true
		f.funcs = slices.Insert(f.funcs, e.r.IntN(len(f.funcs)+1), g)
		return "add " + g.name
	case 8:
		f.funcs = slices.Delete(f.funcs, i, i+1)
		return "delete " + name
	case 9: // a copy under another name
		g := *fun
		e.names++
		g.name, g.stmts = fmt.Sprintf("f%d", e.names), nil
		for _, s := range fun.stmts {
			c := *s
			e.next++
			c.id = e.next
			g.stmts = append(g.stmts, &c)
		}
		touched[g.name] = true
		f.funcs = slices.Insert(f.funcs, e.r.IntN(len(f.funcs)+1), &g)
		return "copy " + name + " to " + g.name
	case 10:
		other := p.files[1]
		if f == other {
			other = p.files[0]
		}
		f.funcs = slices.Delete(f.funcs, i, i+1)
		other.funcs = append(other.funcs, fun)
		return "carry " + name + " to " + other.name
	case 11:
		c := *s
		e.next++
		c.id, c.name, c.bad = e.next, fmt.Sprintf("w%d", e.next), true
		fun.stmts = append(fun.stmts, &c)
		return "append " + name + "." + c.name
	}
	return ""
}

// TestRandomChanges makes random changes to programs of which it knows every
// switch, and counts findings that are taken for new or for old by mistake. Some
// changes cannot be told: a function deleted beside one that is renamed.
// TLSLINT_SEEDS says how many programs.
func TestRandomChanges(t *testing.T) {
	seeds := uint64(300)
	if n, err := strconv.ParseUint(os.Getenv("TLSLINT_SEEDS"), 10, 32); err == nil {
		seeds = n
	}
	falseNew, falseOld, total := 0, 0, 0
	for seed := range seeds {
		e := &editor{r: rand.New(rand.NewPCG(seed, 7))}
		before := e.program()
		after := before.clone()
		var did []string
		touched := map[string]bool{}
		for range 1 + e.r.IntN(3) {
			if what := e.change(after, touched); what != "" {
				did = append(did, what)
			}
		}
		old := map[int]bool{}
		dir, ids := before.write(t)
		base := scanDir(t, dir)
		for _, lines := range ids {
			for _, id := range lines {
				old[id] = true
			}
		}
		dir, ids = after.write(t)
		now := scanDir(t, dir)
		s := &Scope{from: map[string]string{}, gone: map[string]bool{}}
		s.base = sites(base, s.fromTop)
		got := map[*finding.Finding]bool{}
		s.byFinding(now, func(*finding.Finding) bool { return true }, got)
		for _, f := range now.Findings() {
			id := ids[f.Path][f.Span.Start.Line]
			if id == 0 {
				t.Fatalf("seed %d: a finding on %s:%d that nobody wrote", seed, f.Path, f.Span.Start.Line)
			}
			total++
			if got[f] == old[id] {
				continue
			}
			if old[id] {
				falseNew++
			} else {
				falseOld++
			}
			t.Logf("seed %d: %s: %s:%d (%s): old %v, want %v", seed, strings.Join(did, ", "), f.Path, f.Span.Start.Line, f.Symbol, got[f], old[id])
		}
	}
	t.Logf("%d findings: %d taken for new, %d taken for old by mistake", total, falseNew, falseOld)
	if falseNew*500 > total || falseOld*1000 > total {
		t.Error("too many mistakes")
	}
}
