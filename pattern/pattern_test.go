package pattern_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/analyzers"
	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/needle"
	"github.com/tlslint/tlslint/internal/search"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/pattern"
)

// row is a row with the given lines behind what every row needs.
func row(lines string) string {
	return "[[pattern]]\nid = \"x\"\nrule = \"TLS101\"\ntitle = \"t\"\n" + lines + "\n"
}

func set(t testing.TB, toml ...string) *pattern.Set {
	t.Helper()
	file, err := pattern.Parse("test.toml", "go", []byte(strings.Join(toml, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	s, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestExpand(t *testing.T) {
	for in, want := range map[string][]string{
		"a.b":               {"a.b"},
		"a.{b,c}":           {"a.b", "a.c"},
		"a.{b,c}.d":         {"a.b.d", "a.c.d"},
		"{a,b}.{c,d}":       {"a.c", "a.d", "b.c", "b.d"},
		"a.{b,c{d,e}}":      {"a.b", "a.cd", "a.ce"},
		"a.{b,{c,d}.e}.f":   {"a.b.f", "a.c.e.f", "a.d.e.f"},
		"a.{b}":             {"a.b"},
		"a.{,x}b":           {"a.b", "a.xb"},
		"a.{b":              {"a.{b"},
		"":                  {""},
		"p.{Session()}.get": {"p.Session().get"},
	} {
		if got := pattern.Expand(in); !slices.Equal(got, want) {
			t.Errorf("Expand(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestParseErrors: what a person has written wrong is said in one line with the
// file and, where there is one, the row.
func TestParseErrors(t *testing.T) {
	const at, bad = "at = [ { call = \"a.b\" } ]\n", "bad = [\"true\"]\n"
	ok := at + bad
	for _, tt := range []struct{ name, toml, want string }{
		{"no TOML", "[[pattern\n", "test.toml:2:"},
		{"a wrong type", row(ok + "when = 3"), "test.toml"},
		{"unknown key", row(ok + "colour = 3"), `unknown key "pattern.colour"`},
		{"unknown key of a sink", row("at = [ { cal = \"a.b\" } ]\n" + bad), `unknown key "pattern.at.cal"`},
		{"unknown key of a doc", "[[doc]]\nname = \"x\"\nglob = \"y\"\n", `unknown key "doc.glob"`},
		{"no id", "[[pattern]]\nrule = \"TLS101\"\ntitle = \"t\"\n" + ok, "pattern 1 (): no id"},
		{"upper case", "[[pattern]]\nid = \"X\"\nrule = \"TLS101\"\ntitle = \"t\"\n" + ok, `id "X": want lower-case words`},
		{"spaces", "[[pattern]]\nid = \"x y\"\nrule = \"TLS101\"\ntitle = \"t\"\n" + ok, `id "x y": want lower-case words`},
		{"rule", "[[pattern]]\nid = \"x\"\nrule = \"G402\"\ntitle = \"t\"\n" + ok, `rule "G402": want TLSnnn`},
		{"title", "[[pattern]]\nid = \"x\"\nrule = \"TLS101\"\n" + ok, "no title"},
		{"sinks", row(bad), "no sink: at is empty"},
		{"tests", row(at), "no test: bad is empty"},
		{"severity", row(ok + "severity = \"loud\""), "loud"},
		{"confidence", row(ok + "confidence = \"sure\""), "sure"},
		{"nameless sink", row("at = [ { arg = \"x\" } ]\n" + bad), "sink 1 names none of call, member"},
		{"unknown test", row(at + "bad = [\"yes\"]"), `unknown test "yes"`},
		{"unknown version", row(at + "bad = [\"<TLS9\"]"), `test "<TLS9": unknown protocol version`},
		{"sibling", row(ok + "when = [ { sibling = { member = \"m\", is = \"odd\" } } ]"), `sibling m: unknown test "odd"`},
		{"host", row(ok + "unless = [ { host = \"near\" } ]"), `host "near": want local, remote or unknown`},
		{"fix without operation", row(ok + "fix = [ { class = \"safe\" } ]"), "fix 1 has no operation"},
		{"class", row(ok + "fix = [ { class = \"good\", drop = \"member\" } ]"), `fix 1: class "good"`},
		{"display without recipe", row(ok + "fix = [ { class = \"display\", drop = \"member\" } ]"), "fix 1: a display fix has a recipe"},
		{"recipe that is no display", row(ok + "fix = [ { class = \"safe\", recipe = \"x\" } ]"), "fix 1: a display fix has a recipe"},
		{"style", row(ok + "fix = [ { class = \"safe\", style = \"mine\", drop = \"member\" } ]"), `fix 1: style "mine"`},
		{"condition of a fix", row(ok + "fix = [ { class = \"safe\", drop = \"member\", when = [ { host = \"x\" } ] } ]"), `fix 1: host "x"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := pattern.Parse("test.toml", "go", []byte(tt.toml))
			if err == nil {
				t.Fatal("no error")
			}
			if msg := err.Error(); !strings.Contains(msg, tt.want) || !strings.HasPrefix(msg, "test.toml") || strings.Contains(msg, "\n") {
				t.Errorf("got %q, want %q in one line", msg, tt.want)
			}
		})
	}
	if _, err := pattern.Parse("test.toml", "", []byte(row(ok))); err == nil || !strings.Contains(err.Error(), "no lang") {
		t.Errorf("a row of no language: %v", err)
	}
	if _, err := pattern.Parse("test.toml", "go", []byte("[lint]\nselect = []\n"+row(ok))); err != nil {
		t.Errorf("tables of others are not its business: %v", err)
	}
	if _, err := pattern.ParseExamples("e.toml", []byte("[[example]]\nid = \"x\"\nunsafe = []\n")); err == nil || !strings.Contains(err.Error(), `unknown key "example.unsafe"`) {
		t.Errorf("examples: %v", err)
	}
}

// TestNeedles: which text must stand in a file, and which beside it, before the
// file is parsed for a sink.
func TestNeedles(t *testing.T) {
	for _, tt := range []struct{ name, row, want string }{
		{"call", `at = [ { call = "github.com/redis/go-redis/extra.Open" } ]` + "\nbad = [\"present\"]", "Open + github.com/redis/go-redis"},
		{"call with an argument", `at = [ { call = "requests.{get,post}", arg = "verify" } ]` + "\nbad = [\"falsy\"]", "verify + requests"},
		{"call with a key", `at = [ { call = "example.com/kafka.Open", arg = 0, key = "ssl.verify" } ]` + "\nbad = [\"false\"]", "ssl.verify + example.com/kafka"},
		{"member", `at = [ { member = "k8s.io/client-go/rest.TLSClientConfig.Insecure" } ]` + "\nbad = [\"true\"]", "Insecure + k8s.io/client-go"},
		{"member of the standard library", `at = [ { member = "crypto/tls.Config.InsecureSkipVerify" } ]` + "\nbad = [\"true\"]", "InsecureSkipVerify + crypto/tls"},
		{"member without a major version", `at = [ { member = "gopkg.in/mail.Dialer.StartTLSPolicy" } ]` + "\nbad = [\"=x\"]", "StartTLSPolicy + gopkg.in/mail"},
		{"member of an instance", `at = [ { member = "requests.{Session,session}().verify" } ]` + "\nbad = [\"falsy\"]", "verify + requests"},
		{"any owner", `at = [ { member = "*.rejectUnauthorized" } ]` + "\nbad = [\"false\"]", "rejectUnauthorized"},
		{"absent", `at = [ { member = "crypto/tls.Config.MinVersion" } ]` + "\nbad = [\"absent\"]", "Config + crypto/tls"},
		{"absent or wrong", `at = [ { member = "example.com/m.Options.Secure" } ]` + "\nbad = [\"absent\", \"false\"]", "Options + example.com/m; Secure + example.com/m"},
		{"environment", `at = [ { env = "NODE_TLS_REJECT_UNAUTHORIZED" } ]` + "\nbad = [\"=0\"]", "NODE_TLS_REJECT_UNAUTHORIZED"},
		{"setting of an environment variable", `at = [ { env = "GODEBUG.tls10server" } ]` + "\nbad = [\"=1\"]", "tls10server + GODEBUG"},
		{"reference", `at = [ { ref = "ssl._create_unverified_context" } ]` + "\nbad = [\"present\"]", "_create_unverified_context + ssl"},
		{"implementation", `at = [ { impl = "javax.net.ssl.X509TrustManager", method = "checkServerTrusted" } ]` + "\nbad = [\"accepts-always\"]", "X509TrustManager + javax"},
		{"command", `at = [ { cmd = "curl", opt = ["-k"] } ]` + "\nbad = [\"present\"]", "curl +  -|\"-|'-"},
		{"long option", `at = [ { cmd = "curl", opt = ["--insecure"] } ]` + "\nbad = [\"present\"]", "--insecure"},
		{"setting of a command", `at = [ { cmd = "git", opt = ["-c http.sslverify"] } ]` + "\nbad = [\"false\"]", "http.sslverify"},
		{"entry of what flows somewhere", `at = [ { member = "*.cert_reqs", into = ["websocket.{connect,run}.sslopt", "settings.BROKER*"] } ]` + "\nbad = [\"null\"]", "cert_reqs + BROKER|websocket"},
		{"entry of anything", `at = [ { member = "*.verify", into = ["a.b", "?"] } ]` + "\nbad = [\"false\"]", "verify"},
		{"further names", `at = [ { call = "requests.Session().get", arg = "verify" } ]` + "\nbad = [\"false\"]\n[[alias]]\nname = \"requests.Session\"\nalso = [\"cloudscraper.create_scraper\", \"requests.session\"]", "verify + cloudscraper|requests"},
		{"document", `at = [ { doc = "kubeconfig", key = "clusters[].cluster.insecure-skip-tls-verify" } ]` + "\nbad = [\"true\"]", "insecure-skip-tls-verify"},
		{"connection string", `at = [ { dsn = "postgres", param = "sslmode" } ]` + "\nbad = [\"=disable\"]", "sslmode="},
		{"own context", `at = [ { member = "crypto/tls.Config.InsecureSkipVerify" } ]` + "\nbad = [\"true\"]\ncontext = [\"a\", \"b\"]", "InsecureSkipVerify + a|b"},
		{"no context", `at = [ { member = "crypto/tls.Config.InsecureSkipVerify" } ]` + "\nbad = [\"true\"]\ncontext = [\"\"]", "InsecureSkipVerify"},
		{"twice the same", `at = [ { member = "a/b.T.x" }, { call = "a/b.x" } ]` + "\nbad = [\"true\"]", "x + a/b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, n := range set(t, row(tt.row)).Needles() {
				text := n.Anchor
				if len(n.Contexts) > 0 {
					text += " + " + strings.Join(n.Contexts, "|")
				}
				got = append(got, text)
			}
			if got := strings.Join(got, "; "); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func known(c ir.Const) *ir.Value { return &ir.Value{Known: true, Const: c} }

func member(v *ir.Value) *ir.Node {
	return &ir.Node{Kind: ir.Member, Name: "lib.T.x", Resolved: true, Value: v}
}

// TestTests: which values fail which test.
func TestTests(t *testing.T) {
	yes, no := ir.Const{Kind: ir.Bool, Bool: true}, ir.Const{Kind: ir.Bool}
	str := func(s string) ir.Const { return ir.Const{Kind: ir.String, Str: s} }
	num := func(i int64) ir.Const { return ir.Const{Kind: ir.Int, Int: i} }
	null, absent := ir.Const{Kind: ir.Null}, ir.Const{Kind: ir.Absent}
	sym := ir.Const{Kind: ir.Int, Int: 2, Sym: "lib.Two"}
	for _, tt := range []struct {
		test      string
		bad, good []ir.Const
	}{
		{"true", []ir.Const{yes, str("true"), str("1"), str("YES"), num(1)}, []ir.Const{no, str("false"), str(""), str("maybe"), null, absent, num(0)}},
		{"false", []ir.Const{no, str("false"), str("0"), str("off"), str(""), num(0)}, []ir.Const{yes, str("true"), null, absent}},
		{"falsy", []ir.Const{no, num(0), str(""), null}, []ir.Const{yes, absent, str("x")}},
		{"empty", []ir.Const{str("")}, []ir.Const{str("x"), null, absent, no}},
		{"null", []ir.Const{null}, []ir.Const{absent, str("")}},
		{"absent", []ir.Const{absent}, []ir.Const{null, no}},
		{"present", []ir.Const{no, yes, str("")}, []ir.Const{null, absent}},
		{"=disable", []ir.Const{str("disable")}, []ir.Const{str("DISABLE"), str("require"), absent}},
		{"=0", []ir.Const{num(0), str("0")}, []ir.Const{num(1), no}},
		{"=false", []ir.Const{no, str("false")}, []ir.Const{yes, num(0)}},
		{"=lib.Two", []ir.Const{sym}, []ir.Const{num(2)}},
		{"other-than:a|b", []ir.Const{str("c"), no}, []ir.Const{str("a"), str("b"), absent}},
		{"<TLS1.2", []ir.Const{num(0x0300), num(0x0301), num(0x0302)}, []ir.Const{num(0), num(0x0303), str("0x0301")}},
		{"<TLS1.3", []ir.Const{num(0x0303)}, []ir.Const{num(0x0304)}},
		{"cipher:weak", []ir.Const{{Kind: ir.List, Elems: []ir.Elem{{Const: num(0x1301)}, {Const: num(0x0005)}}}, {Kind: ir.List, Elems: []ir.Elem{{Const: ir.Const{Sym: "crypto/tls.InsecureCipherSuites"}}}}}, []ir.Const{{Kind: ir.List, Elems: []ir.Elem{{Const: num(0x1301)}}}, {Kind: ir.List}}},
		{"accepts-always", []ir.Const{{Kind: ir.Function, Verdict: ir.AcceptsAlways}}, []ir.Const{{Kind: ir.Function, Verdict: ir.Checks}, null}},
		{"no-host", []ir.Const{{Kind: ir.Function, Verdict: ir.NoHost}}, []ir.Const{{Kind: ir.Function, Verdict: ir.Delegates}}},
	} {
		s := set(t, row(fmt.Sprintf("at = [ { member = \"lib.T.x\" } ]\nbad = [%q]", tt.test)))
		for _, c := range tt.bad {
			if len(s.Match(member(known(c)))) != 1 {
				t.Errorf("%s: %+v passes", tt.test, c)
			}
		}
		for _, c := range tt.good {
			if len(s.Match(member(known(c)))) != 0 {
				t.Errorf("%s: %+v fails", tt.test, c)
			}
		}
	}
}

// TestExposure: who decides a value decides who is exposed.
func TestExposure(t *testing.T) {
	s := set(t, row("at = [ { member = \"lib.T.x\" } ]\nbad = [\"true\"]"))
	yes, no := ir.Const{Kind: ir.Bool, Bool: true}, ir.Const{Kind: ir.Bool}
	opts := []ir.Option{{Kind: "flag", Name: "-x"}}
	for _, tt := range []struct {
		name  string
		value *ir.Value
		want  finding.Exposure // "" = no hit
		sure  bool
	}{
		{"constant", known(yes), finding.Always, true},
		{"safe constant", known(no), "", true},
		{"on by default", &ir.Value{Options: opts, Default: &yes}, finding.Default, true},
		{"off by default", &ir.Value{Options: opts, Default: &no}, finding.Optional, true},
		{"no default", &ir.Value{Options: opts}, finding.Optional, true},
		{"may be on", &ir.Value{Options: opts, Default: &no, May: []ir.Const{no, yes}, Closed: true}, finding.Optional, true},
		{"is never on", &ir.Value{Options: opts, Default: &no, May: []ir.Const{no}, Closed: true}, "", true},
		{"on in a branch that no option decides", &ir.Value{May: []ir.Const{yes, no}}, finding.Always, true},
		{"unknown", &ir.Value{}, finding.Optional, false},
		{"copied", &ir.Value{Closed: true}, "", true},
	} {
		hits := s.Match(member(tt.value))
		switch {
		case tt.want == "" && len(hits) > 0:
			t.Errorf("%s: found %s", tt.name, hits[0].Exposure)
		case tt.want != "" && (len(hits) != 1 || hits[0].Exposure != tt.want || hits[0].Unsure == tt.sure):
			t.Errorf("%s: %+v", tt.name, hits)
		}
	}
	dead := member(known(yes))
	dead.Dead = true
	if len(s.Match(dead)) > 0 {
		t.Error("a dead write is found")
	}
}

// TestConditions: every condition, as when and as unless.
func TestConditions(t *testing.T) {
	yes := ir.Const{Kind: ir.Bool, Bool: true}
	with := func(f func(*ir.Node)) *ir.Node {
		n := member(known(yes))
		f(n)
		return n
	}
	host := func(names ...string) func(*ir.Node) {
		return func(n *ir.Node) {
			for _, name := range names {
				n.Hosts = append(n.Hosts, ir.Host{Name: name})
			}
		}
	}
	sibling := func(v *ir.Value) func(*ir.Node) {
		return func(n *ir.Node) { n.Siblings = map[string]*ir.Value{"m": v} }
	}
	nothing := func(*ir.Node) {}
	for _, tt := range []struct {
		cond   string
		on     func(*ir.Node)
		off    func(*ir.Node)
		detail string
	}{
		{`role = "server"`, func(n *ir.Node) { n.Role = "server" }, func(n *ir.Node) { n.Role = "client" }, ""},
		{`role = "client"`, func(n *ir.Node) { n.Role = "client" }, nothing, "unknown is neither"},
		{`host = "local"`, host("localhost", "127.0.0.1", "::1"), host("localhost", "db.example.com"), ""},
		{`host = "local"`, host("/var/run/x.sock"), nothing, ""},
		{`host = "remote"`, host("localhost", "db.example.com"), host("127.1.2.3"), ""},
		{`host = "unknown"`, nothing, host("x"), ""},
		{`into = ["a.{b,c}"]`, func(n *ir.Node) { n.Into = []string{"z", "a.c"} }, func(n *ir.Node) { n.Into = []string{"a.d"} }, ""},
		{`into = ["a.*"]`, func(n *ir.Node) { n.Into = []string{"a.c"} }, func(n *ir.Node) { n.Into = []string{"b.c"} }, ""},
		{`into = ["?"]`, nothing, func(n *ir.Node) { n.Into = []string{"a"} }, ""},
		{`sibling = { member = "m", is = "absent" }`, nothing, sibling(known(yes)), ""},
		{`sibling = { member = "m", is = "true" }`, sibling(known(yes)), sibling(known(ir.Const{Kind: ir.Bool})), ""},
		{`sibling = { member = "m", is = "present" }`, sibling(&ir.Value{}), nothing, "a value that nobody knows is there"},
		{`sibling = { member = "m", is = "true" }`, sibling(known(yes)), sibling(&ir.Value{}), "a value that nobody knows is not true"},
		{`sibling = { member = "m", is = "checks" }`, sibling(known(ir.Const{Kind: ir.Function, Verdict: ir.Checks})), nothing, ""},
		{`driver = "pq"`, func(n *ir.Node) { n.Driver = "pq" }, nothing, ""},
		{`version = "go<1.22"`, func(n *ir.Node) { n.Version = "go1.21" }, func(n *ir.Node) { n.Version = "go1.22" }, ""},
		{`version = "go<1.22"`, func(n *ir.Node) { n.Version = "go1.9.7" }, nothing, "unknown never holds"},
		{`version = "go<1.22"`, func(n *ir.Node) { n.Version = "go1" }, func(n *ir.Node) { n.Version = "go1.23rc1" }, ""},
		{`version = "go<1.22"`, func(n *ir.Node) { n.Version = "go1.21rc2" }, func(n *ir.Node) { n.Version = "go2" }, ""},
		{`version = "go<1.22"`, func(n *ir.Node) { n.Version = "go1.21" }, func(n *ir.Node) { n.Version = "odd" }, ""},
		{`resolved = false`, func(n *ir.Node) { n.Resolved = false }, nothing, ""},
	} {
		when := set(t, row("at = [ { member = \"lib.T.x\" } ]\nbad = [\"true\"]\nwhen = [ { "+tt.cond+" } ]"))
		unless := set(t, row("at = [ { member = \"lib.T.x\" } ]\nbad = [\"true\"]\nunless = [ { "+tt.cond+" } ]"))
		if len(when.Match(with(tt.on))) != 1 || len(when.Match(with(tt.off))) != 0 {
			t.Errorf("when %s %s", tt.cond, tt.detail)
		}
		if len(unless.Match(with(tt.on))) != 0 || len(unless.Match(with(tt.off))) != 1 {
			t.Errorf("unless %s %s", tt.cond, tt.detail)
		}
	}
}

// TestSinks: calls with arguments, keys and further conditions.
func TestSinks(t *testing.T) {
	yes, no := known(ir.Const{Kind: ir.Bool, Bool: true}), known(ir.Const{Kind: ir.Bool})
	call := func(args ...ir.Arg) *ir.Node {
		return &ir.Node{Kind: ir.Call, Name: "lib.f", Resolved: true, Args: args}
	}
	open := call()
	open.Open = true
	unused := call()
	unused.Unused = true
	text := &ir.Node{Kind: ir.Text, Name: "postgres:SSLMode", Fold: true, Resolved: true, Value: known(ir.Const{Kind: ir.String, Str: "Disable"})}
	for _, tt := range []struct {
		name, sink, bad string
		node            *ir.Node
		want            bool
	}{
		{"call", `call = "lib.f"`, "present", call(), true},
		{"another call", `call = "lib.g"`, "present", call(), false},
		{"position", `call = "lib.f", arg = 1`, "true", call(ir.Arg{Value: no}, ir.Arg{Value: yes}), true},
		{"another position", `call = "lib.f", arg = 0`, "true", call(ir.Arg{Value: no}, ir.Arg{Value: yes}), false},
		{"keyword", `call = "lib.f", arg = "verify"`, "false", call(ir.Arg{Name: "verify", Value: no}), true},
		{"a keyword at a position is not that position", `call = "lib.f", arg = 0`, "false", call(ir.Arg{Name: "verify", Value: no}), false},
		{"left out", `call = "lib.f", arg = "verify"`, "absent", call(), true},
		{"may be left out", `call = "lib.f", arg = "verify"`, "absent", open, false},
		{"key", `call = "lib.f", arg = 0, key = "k"`, "false", call(ir.Arg{Value: &ir.Value{}, Keys: map[string]*ir.Value{"k": no}}), true},
		{"no such key", `call = "lib.f", arg = 0, key = "k"`, "false", call(ir.Arg{Value: &ir.Value{}}), false},
		{"where", `call = "lib.f", arg = 1, where = { 0 = "x" }`, "true", call(ir.Arg{Value: known(ir.Const{Kind: ir.String, Str: "x"})}, ir.Arg{Value: yes}), true},
		{"where not", `call = "lib.f", arg = 1, where = { 0 = "x" }`, "true", call(ir.Arg{Value: known(ir.Const{Kind: ir.String, Str: "y"})}, ir.Arg{Value: yes}), false},
		{"where unknown", `call = "lib.f", arg = 1, where = { 0 = "x" }`, "true", call(ir.Arg{Value: &ir.Value{}}, ir.Arg{Value: yes}), false},
		{"unused", `call = "lib.f"`, "result-unused", unused, true},
		{"used", `call = "lib.f"`, "result-unused", call(), false},
		{"text folds case", `dsn = "postgres", param = "sslmode"`, "=disable", text, true},
		{"any owner", `member = "*.x"`, "true", member(yes), true},
		{"into", `member = "lib.T.x", into = ["a"]`, "true", member(yes), false},
	} {
		s := set(t, row(fmt.Sprintf("at = [ { %s } ]\nbad = [%q]", tt.sink, tt.bad)))
		hits := s.Match(tt.node)
		if (len(hits) == 1) != tt.want {
			t.Errorf("%s: %d hits", tt.name, len(hits))
		}
		if tt.want && strings.Contains(tt.sink, "*.") != hits[0].Wild {
			t.Errorf("%s: wild %v", tt.name, hits[0].Wild)
		}
	}
}

// TestWeight: of several rows the one that says most comes first.
func TestWeight(t *testing.T) {
	named := func(id, more string) string {
		return "[[pattern]]\nid = \"" + id + "\"\nrule = \"TLS101\"\ntitle = \"t\"\nat = [ { member = \"lib.T.x\" } ]\nbad = [\"true\"]\n" + more + "\n"
	}
	s := set(t,
		named("plain", ""), named("later", ""),
		named("unless", `unless = [ { role = "server" } ]`),
		named("when", `when = [ { host = "unknown" } ]`),
		named("two", `when = [ { host = "unknown" }, { resolved = true } ]`),
		strings.Replace(named("any", `when = [ { host = "unknown" } ]`), "lib.T.x", "*.x", 1),
	)
	var got []string
	for _, h := range s.Match(member(known(ir.Const{Kind: ir.Bool, Bool: true}))) {
		got = append(got, h.Row.ID)
	}
	if want := "two when unless plain later"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// TestAlternativeNames: a promoted field is matched by either of its names, and
// once by a row that names both.
func TestAlternativeNames(t *testing.T) {
	s := set(t, row("at = [ { member = \"lib.{T,U}.x\" } ]\nbad = [\"true\"]"))
	n := member(known(ir.Const{Kind: ir.Bool, Bool: true}))
	n.Alt = []string{"lib.U.x"}
	if hits := s.Match(n); len(hits) != 1 {
		t.Errorf("%d hits", len(hits))
	}
	n.Name = "other.V.x"
	if hits := s.Match(n); len(hits) != 1 {
		t.Errorf("by the alternative name: %d hits", len(hits))
	}
}

// TestReplacedRow: a later row of the same id wins, and the file that it was in
// is left as it was.
func TestReplacedRow(t *testing.T) {
	parse := func(bad string) pattern.File {
		f, err := pattern.Parse("test.toml", "go", []byte(row("at = [ { member = \"lib.T.x\" } ]\nbad = ["+bad+"]")))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	first, second := parse(`"true"`), parse(`"false"`)
	both, err := pattern.New(first, second)
	if err != nil {
		t.Fatal(err)
	}
	alone, err := pattern.New(first)
	if err != nil {
		t.Fatal(err)
	}
	on := member(known(ir.Const{Kind: ir.Bool, Bool: true}))
	if len(both.Rows) != 1 || len(both.Match(on)) != 0 || len(alone.Match(on)) != 1 || both.Row("x") == alone.Row("x") {
		t.Error("the rows of two sets are mixed")
	}
}

// TestSetMinVersion moves the bound of one set only.
func TestSetMinVersion(t *testing.T) {
	text := row("at = [ { member = \"lib.T.x\" } ]\nbad = [\"<TLS1.2\", \"=old\"]")
	file, err := pattern.Parse("test.toml", "go", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	version := func(v int64) *ir.Node { return member(known(ir.Const{Kind: ir.Int, Int: v})) }
	for _, tt := range []struct {
		min       string
		bad, good int64
	}{
		{"1.0", 0x0300, 0x0301}, {"1.1", 0x0301, 0x0302}, {"1.2", 0x0302, 0x0303}, {"1.3", 0x0303, 0x0304},
	} {
		s, err := pattern.New(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.SetMinVersion(tt.min); err != nil {
			t.Fatal(err)
		}
		if len(s.Match(version(tt.bad))) != 1 || len(s.Match(version(tt.good))) != 0 {
			t.Errorf("%s: the bound is elsewhere", tt.min)
		}
		if len(s.Match(member(known(ir.Const{Kind: ir.String, Str: "old"})))) != 1 {
			t.Errorf("%s: the other tests of the row are gone", tt.min)
		}
		if s.Row("x") == nil || len(s.Rows) != 1 || s.Rows[0] != s.Row("x") {
			t.Errorf("%s: the row is no longer found by its id", tt.min)
		}
	}
	s, _ := pattern.New(file)
	if err := s.SetMinVersion("2.0"); err == nil {
		t.Error("a version that does not exist")
	}
}

func TestIsLocal(t *testing.T) {
	for host, want := range map[string]bool{
		"localhost": true, "LOCALHOST": true, "api.localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "[::1]": true,
		"/tmp/x.sock": true, "@abstract": true, "unix:/tmp/x": true, "localhost.example.com": false, "127.example.com": false,
		"10.0.0.1": false, "0.0.0.0": false, "example.com": false, "": false, "128.0.0.1": false,
	} {
		if got := pattern.IsLocal(host); got != want {
			t.Errorf("IsLocal(%q) = %v", host, got)
		}
	}
}

// TestWhy explains a row that does not match.
func TestWhy(t *testing.T) {
	s := set(t, row("at = [ { member = \"lib.T.x\" } ]\nbad = [\"true\"]\nunless = [ { role = \"server\" } ]"))
	n := member(known(ir.Const{Kind: ir.Bool}))
	if got := strings.Join(s.Why(n), ""); !strings.Contains(got, "passes the test for true") {
		t.Errorf("got %q", got)
	}
	n = member(known(ir.Const{Kind: ir.Bool, Bool: true}))
	n.Role = "server"
	if got := strings.Join(s.Why(n), ""); !strings.Contains(got, "not if on the server's side") {
		t.Errorf("got %q", got)
	}
}

// TestSharesOfTree prints how many files of a real tree are parsed for each row:
//
//	TLSLINT_TREE=DIR go test ./pattern -run TestSharesOfTree -v
//
// A row above 2% of the files wants a better context.
func TestSharesOfTree(t *testing.T) {
	root := os.Getenv("TLSLINT_TREE")
	if root == "" {
		t.Skip("TLSLINT_TREE names no folder")
	}
	file, err := analyzers.Rows()
	if err != nil {
		t.Fatal(err)
	}
	type counted struct {
		id     string
		find   *search.Search
		parsed int
	}
	var rows []*counted
	for _, r := range file.Rows {
		s, err := pattern.New(pattern.File{Rows: []*pattern.Row{r}})
		if err != nil {
			t.Fatal(err)
		}
		find, err := search.Compile(s)
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, &counted{id: r.ID, find: find})
	}
	total := 0
	folder := map[string][][]byte{}
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.HasSuffix(p, ".go") {
			if data, err := os.ReadFile(p); err == nil {
				folder[filepath.Dir(p)] = append(folder[filepath.Dir(p)], data)
				total++
			}
		}
		return nil
	})
	if err != nil || total == 0 {
		t.Fatalf("%d files, %v", total, err)
	}
	var hits needle.Hits
	for _, r := range rows {
		for _, files := range folder {
			bits := make([]search.Bits, len(files))
			var context search.Bits
			for i, data := range files {
				bits[i] = r.find.Find(data, &hits)
				if bits[i] != nil {
					context = search.Or(context, bits[i])
				}
			}
			for _, b := range bits {
				if b != nil && r.find.Matters(b, context) {
					r.parsed++
				}
			}
		}
	}
	slices.SortFunc(rows, func(a, b *counted) int { return b.parsed - a.parsed })
	for _, r := range rows {
		if r.parsed > 0 {
			t.Logf("%5.2f%%  %5d of %d  %s", 100*float64(r.parsed)/float64(total), r.parsed, total, r.id)
		}
	}
}
