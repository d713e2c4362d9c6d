package pattern

import (
	"testing"

	"github.com/tlslint/tlslint/ir"
)

// FuzzParse reads arbitrary bytes as a file of rows. Nothing may panic, and what
// was accepted can be indexed, searched for and matched.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"",
		"[[pattern]]\nid = \"a-b\"\nrule = \"TLS101\"\nlang = \"go\"\ntitle = \"t\"\nat = [ { member = \"p.{A,B.{c,d}}.X\" } ]\nbad = [\"true\"]\n",
		"[[pattern]]\nid = \"a-b\"\nrule = \"TLS101\"\ntitle = \"t\"\nat = [ { call = \"p.f()\", arg = 1, key = \"k\", where = { 0 = \"x\" } }, { dsn = \"mysql\", param = \"tls\" } ]\nbad = [\"<TLS1.2\", \"=x\", \"other-than:a|b\", \"absent\"]\nwhen = [ { version = \"go<1.x\", host = \"local\" } ]\nunless = [ { sibling = { member = \"m\", is = \"checks\" } } ]\n",
		"[[pattern]]\nid = \"a-b\"\nrule = \"TLS101\"\ntitle = \"t\"\nat = [ { impl = \"i\", method = \"m\" }, { env = \"E.x\" }, { ref = \"*.r\" }, { cmd = \"c\" }, { doc = \"d\", key = \"a.b[]\" } ]\nbad = [\"result-unused\"]\nfix = [ { class = \"safe\", style = \"bundle\", replace = \"{ca_bundle}\" }, { class = \"display\", recipe = \"r\" } ]\n",
		"[[doc]]\nname = \"d\"\nany = [ { key = \"a\", is = \"b\" } ]\n[[stub]]\npath = \"p\"\nsource = \"package p\"\n",
		"[[pattern]]\nat = [ {} ]\n", "[[pattern]]\nat = [ { member = \"{{{\" } ]\n", "pattern = 1", "[[pattern",
	} {
		f.Add([]byte(seed))
	}
	values := []*ir.Value{nil, {}, {Known: true, Const: ir.Const{Kind: ir.Bool, Bool: true}}, {Known: true, Const: ir.Const{Kind: ir.Int, Int: 1}}}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		file, err := Parse("fuzz.toml", "go", data)
		if err != nil {
			return
		}
		set, err := New(file)
		if err != nil {
			return
		}
		if err := set.SetMinVersion("1.3"); err != nil {
			t.Fatal(err)
		}
		set.Drivers()
		for _, n := range set.Needles() {
			if n.Anchor == "" {
				t.Errorf("%s has an empty anchor: it stands in every file", n.Row.ID)
			}
		}
		for _, row := range set.Rows {
			for i := range row.At {
				kind, name := row.At[i].key()
				for _, v := range values {
					for _, name := range Expand(name) {
						node := &ir.Node{Kind: kind, Name: name, Value: v, Args: []ir.Arg{{Value: v}}, Version: "go1.x", Hosts: []ir.Host{{Name: "127.x"}}}
						set.Match(node)
						set.Why(node)
					}
				}
			}
		}
	})
}
