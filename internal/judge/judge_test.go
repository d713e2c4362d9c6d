package judge

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

const rows = `
[[pattern]]
id = "skip"
rule = "TLS101"
title = "no verification"
at = [ { member = "p.Config.Skip" } ]
bad = ["true"]
ca = { env = ["LIB_CA"], member = "RootCAs" }
fix = [
  { style = "env", class = "safe", add = "read {ca_env}", needs = ["ca-env"] },
  { style = "env", class = "safe", drop = "member", also = ["version"] },
  { style = "env", class = "safe", value = "false" },
  { style = "bundle", class = "unsafe", add = "CA: {ca_bundle}" },
  { class = "display", recipe = "read {ca_env}" },
]

[[pattern]]
id = "skip-client"
rule = "TLS101"
title = "no verification by a client"
at = [ { member = "p.Config.Skip" } ]
bad = ["true"]
when = [ { role = "client" } ]

[[pattern]]
id = "any-skip"
rule = "TLS101"
title = "no verification of something"
at = [ { member = "*.Skip" } ]
bad = ["true"]

[[pattern]]
id = "version"
rule = "TLS201"
severity = "high"
title = "old version"
at = [ { member = "p.Config.Version" } ]
bad = ["<TLS1.2"]
fix = [ { class = "safe", title = "use 1.2", value = "1.2" } ]

[[pattern]]
id = "recalled"
rule = "TLS101"
title = "from memory"
at = [ { member = "p.Config.Recalled" } ]
bad = ["true"]
verified = "memory"

[[pattern]]
id = "guessed"
rule = "TLS101"
title = "guessed"
at = [ { member = "p.Config.Guessed" } ]
bad = ["true", "absent"]
confidence = "low"
fix = [ { class = "display", recipe = "ask somebody" } ]
`

func newSet(t *testing.T) *pattern.Set {
	t.Helper()
	file, err := pattern.Parse("test.toml", "toy", []byte(rows))
	if err != nil {
		t.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

const src = "first line\nsecond Skip: true line\nthird\n"

// toy is a language that edits nothing but says what it would.
type toy struct{ languages.Language }

func (toy) Edit(ops []languages.Op, v languages.Vars) ([]finding.Edit, bool) {
	op := ops[0].Fix.Op()
	for _, other := range ops[1:] {
		op += "+" + other.Fix.Op()
	}
	return []finding.Edit{{Path: "a.toy", New: op + " " + v.CAEnv + v.CABundle}}, ops[0].Fix.Op() != "drop" || ops[0].Hit.Node.Symbol != "keep"
}

func (toy) Flip(_ pattern.Hit, at ir.Place) ([]finding.Edit, bool) {
	return []finding.Edit{{Path: at.Path, Start: at.Span.Start, End: at.Span.End, New: "flipped"}}, !at.Span.IsZero()
}

func (toy) Check(context.Context, string, []byte, []byte, map[string][]byte) error { return nil }

// member is a node that throws the switch with a literal.
func member(change func(*ir.Node)) *ir.Node {
	n := &ir.Node{
		Kind: ir.Member, Name: "p.Config.Skip", Resolved: true, Path: "a.toy", Span: ir.Span{Start: 18, End: 28},
		Value: &ir.Value{Known: true, Const: ir.Const{Kind: ir.Bool, Bool: true}},
	}
	if change != nil {
		change(n)
	}
	return n
}

func options() Options {
	return Options{
		Rel: func(p string) string { return "sub/" + p }, Source: func(string) []byte { return []byte(src) },
		Lang: toy{}, TestPath: func(rel string) string {
			if strings.Contains(rel, "test") {
				return "test file"
			}
			return ""
		},
	}
}

func TestWhoDecides(t *testing.T) {
	param := []ir.Option{{Kind: "parameter", Name: "insecure"}}
	yes, no := ir.Const{Kind: ir.Bool, Bool: true}, ir.Const{Kind: ir.Bool}
	guard := func(g ir.Guard) func(*ir.Node) {
		return func(n *ir.Node) { n.Guards = append(n.Guards, g) }
	}
	value := func(v ir.Value) func(*ir.Node) { return func(n *ir.Node) { n.Value = &v } }
	tests := []struct {
		name     string
		change   func(*ir.Node)
		exposure finding.Exposure
		severity finding.Severity
		because  string
		options  string
	}{
		{"a literal", nil, finding.Always, finding.High, "", ""},
		{"a parameter", value(ir.Value{Options: param}), finding.Optional, finding.Low, "optional: decided by parameter insecure", "parameter insecure"},
		{"a parameter that is off by default", value(ir.Value{Options: param, Default: &no}), finding.Optional, finding.Low, "optional: decided by parameter insecure", "parameter insecure"},
		{"a parameter that is on by default", value(ir.Value{Options: param, Default: &yes}), finding.Default, finding.High, "", "parameter insecure"},
		{"one of two constants, by option", value(ir.Value{Options: param, May: []ir.Const{yes, no}, Closed: true}), finding.Optional, finding.Low, "optional: decided by parameter insecure", "parameter insecure"},
		{"one of two constants, by nobody", value(ir.Value{May: []ir.Const{yes, no}, Closed: true}), finding.Always, finding.High, "", ""},
		{"only good constants", value(ir.Value{Options: param, Default: &no, May: []ir.Const{no}, Closed: true}), "", 0, "", ""},
		{"a good literal", value(ir.Value{Known: true, Const: no}), "", 0, "", ""},
		{"an option's branch", guard(ir.Guard{Options: param, Default: ir.No, Cond: "1", Text: "opts.Insecure"}), finding.Optional, finding.Low, "optional: guarded by opts.Insecure", "parameter insecure"},
		{"an option's branch, default unknown", guard(ir.Guard{Options: param, Cond: "1", Text: "o"}), finding.Optional, finding.Low, "optional: guarded by o", "parameter insecure"},
		{"the branch that runs by default", guard(ir.Guard{Options: param, Default: ir.Yes, Cond: "1", Text: "!opts.Verify"}), finding.Default, finding.High, "", "parameter insecure"},
		{"a branch that no option decides", guard(ir.Guard{Cond: "1", Text: "err != nil"}), finding.Always, finding.High, "", ""},
		{"an option inside a default", func(n *ir.Node) {
			guard(ir.Guard{Options: param, Default: ir.Yes, Cond: "1", Text: "a"})(n)
			guard(ir.Guard{Options: []ir.Option{{Kind: "flag", Name: "-k"}}, Default: ir.No, Cond: "2", Text: "b"})(n)
		}, finding.Optional, finding.Low, "optional: guarded by b", "parameter insecure, flag -k"},
		{"the function is the option", func(n *ir.Node) { n.SelfOption = "WithInsecure" }, finding.Optional, finding.Low, "optional: WithInsecure is itself the option", ""},
		{"dead code", func(n *ir.Node) { n.Dead = true }, "", 0, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Findings([]*ir.Node{member(tt.change)}, newSet(t), options())
			if tt.exposure == "" {
				if len(got) != 0 {
					t.Fatalf("found %v, want nothing", got[0].Finding)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("%d findings, want 1", len(got))
			}
			f := got[0].Finding
			if f.Exposure != tt.exposure || f.Severity != tt.severity || strings.Join(f.Because, "|") != tt.because || strings.Join(f.Options, ", ") != tt.options {
				t.Errorf("%s, %s, because %q, options %q", f.Exposure, f.Severity, f.Because, f.Options)
			}
			if f.Base != finding.High {
				t.Errorf("base %s changed", f.Base)
			}
		})
	}
}

func TestBothBranches(t *testing.T) {
	branch := func(at int, guards ...ir.Guard) *ir.Node {
		return member(func(n *ir.Node) { n.Guards, n.Span = guards, ir.Span{Start: at, End: at + 1} })
	}
	g := func(cond string, side bool) ir.Guard {
		return ir.Guard{Options: []ir.Option{{Kind: "flag", Name: cond}}, Default: ir.No, Cond: cond, Branch: side, Text: cond}
	}
	tests := []struct {
		name  string
		nodes []*ir.Node
		want  []finding.Exposure
	}{
		{"one side", []*ir.Node{branch(0, g("a", true))}, []finding.Exposure{finding.Optional}},
		{"both sides: nothing is decided", []*ir.Node{branch(0, g("a", true)), branch(1, g("a", false))}, []finding.Exposure{finding.Always, finding.Always}},
		{"the same side twice", []*ir.Node{branch(0, g("a", true)), branch(1, g("a", true))}, []finding.Exposure{finding.Optional, finding.Optional}},
		{"sides of two conditions", []*ir.Node{branch(0, g("a", true)), branch(1, g("b", false))}, []finding.Exposure{finding.Optional, finding.Optional}},
		{"both sides inside another option", []*ir.Node{branch(0, g("o", true), g("a", true)), branch(1, g("o", true), g("a", false))}, []finding.Exposure{finding.Optional, finding.Optional}},
		{"the other side has a further condition", []*ir.Node{branch(0, g("a", true)), branch(1, g("a", false), g("b", true))}, []finding.Exposure{finding.Optional, finding.Optional}},
		{"the other side is itself an option", []*ir.Node{branch(0, g("a", true)), func() *ir.Node {
			n := branch(1, g("a", false))
			n.Value = &ir.Value{Options: []ir.Option{{Kind: "flag", Name: "b"}}}
			return n
		}()}, []finding.Exposure{finding.Optional, finding.Optional}},
		{"in another file", []*ir.Node{branch(0, g("a", true)), func() *ir.Node { n := branch(1, g("a", false)); n.Path = "b.toy"; return n }()}, []finding.Exposure{finding.Optional, finding.Optional}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []finding.Exposure
			for _, j := range Findings(tt.nodes, newSet(t), options()) {
				got = append(got, j.Finding.Exposure)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("exposures %v, want %v", got, tt.want)
			}
		})
	}
}

func TestLowerings(t *testing.T) {
	tests := []struct {
		name     string
		change   func(*ir.Node)
		opt      func(*Options)
		severity finding.Severity
		because  string
	}{
		{"loopback", func(n *ir.Node) { n.Hosts = []ir.Host{{Name: "127.0.0.1", Port: "443", How: "literal", Offset: 12}} }, nil, finding.Low, "local: talks to 127.0.0.1 only"},
		{"loopback and another", func(n *ir.Node) { n.Hosts = []ir.Host{{Name: "localhost"}, {Name: "pay.corp"}} }, nil, finding.High, ""},
		{"a branch for loopback", func(n *ir.Node) { n.Guards = []ir.Guard{{Local: true, Text: "host == \"localhost\""}} }, nil, finding.Low, "local: only if host == \"localhost\""},
		{"inspection", func(n *ir.Node) { n.Inspects = true }, nil, finding.Low, "inspects: the function reads the peer's certificates itself"},
		{"inspection does not excuse old versions", func(n *ir.Node) {
			n.Inspects, n.Name, n.Value = true, "p.Config.Version", &ir.Value{Known: true, Const: ir.Const{Kind: ir.Int, Int: 0x0301}}
		}, nil, finding.High, ""},
		{"test by path", func(n *ir.Node) { n.Path = "a_test.toy" }, nil, finding.Low, "test: test file"},
		{"test by content", func(n *ir.Node) { n.TestCode = "imports testing" }, nil, finding.Low, "test: imports testing"},
		{"tests like any other code", func(n *ir.Node) { n.TestCode = "imports testing" }, func(o *Options) { o.Tests = "same" }, finding.High, ""},
		{"tests off", func(n *ir.Node) { n.TestCode = "imports testing" }, func(o *Options) { o.Tests = "off" }, 0, ""},
		{"a value that nobody knows", func(n *ir.Node) { n.Value = &ir.Value{} }, nil, finding.Low, "optional: the value is decided elsewhere|confidence low: the value is not known"},
		{"an object that nobody knows", func(n *ir.Node) { n.Resolved, n.Name = false, "?.Skip" }, nil, finding.Medium, "confidence low: the type of the object is not known"},
		{"a pattern that is not sure", func(n *ir.Node) { n.Name = "p.Config.Guessed" }, nil, finding.Medium, "confidence low: the pattern itself is not sure"},
		{"something is left out", func(n *ir.Node) {
			n.Name, n.Value = "p.Config.Guessed", &ir.Value{Known: true, Const: ir.Const{Kind: ir.Absent}}
		}, nil, finding.Medium, "confidence low: insecure only by what is left out"},
		{"the team's severity", nil, func(o *Options) {
			o.Severity = func(rule, rel string) finding.Severity {
				if rule != "TLS101" || rel != "sub/a.toy" {
					return finding.Low
				}
				return finding.Critical
			}
		}, finding.Critical, ""},
		{"no severity of the team's", nil, func(o *Options) { o.Severity = func(string, string) finding.Severity { return 0 } }, finding.High, ""},
		{"several reasons: the lowest counts", func(n *ir.Node) {
			n.TestCode, n.SelfOption = "imports testing", "WithInsecure"
		}, nil, finding.Low, "optional: WithInsecure is itself the option|test: imports testing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options()
			if tt.opt != nil {
				tt.opt(&o)
			}
			got := Findings([]*ir.Node{member(tt.change)}, newSet(t), o)
			if tt.severity == 0 {
				if len(got) != 0 {
					t.Fatalf("found %v, want nothing", got[0].Finding)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("%d findings, want 1", len(got))
			}
			if f := got[0].Finding; f.Severity != tt.severity || strings.Join(f.Because, "|") != tt.because {
				t.Errorf("severity %s because %q, want %s because %q", f.Severity, f.Because, tt.severity, tt.because)
			}
		})
	}
}

func TestConfidence(t *testing.T) {
	tests := []struct {
		name   string
		change func(*ir.Node)
		want   finding.Confidence
	}{
		{"resolved and known", nil, finding.ConfidenceHigh},
		{"a row from memory", func(n *ir.Node) { n.Name = "p.Config.Recalled" }, finding.ConfidenceMedium},
		{"a row that says so", func(n *ir.Node) { n.Name = "p.Config.Guessed" }, finding.ConfidenceLow},
		{"a condition of unknown origin", func(n *ir.Node) { n.Guards = []ir.Guard{{Unsure: true, Text: "x"}} }, finding.ConfidenceMedium},
		{"an unknown object", func(n *ir.Node) { n.Resolved, n.Name = false, "?.Skip" }, finding.ConfidenceLow},
		{"any owner", func(n *ir.Node) { n.Name = "q.Other.Skip" }, finding.ConfidenceLow},
	}
	for _, tt := range tests {
		got := Findings([]*ir.Node{member(tt.change)}, newSet(t), options())
		if len(got) != 1 || got[0].Finding.Confidence != tt.want {
			t.Errorf("%s: %v, want one finding of confidence %s", tt.name, got, tt.want)
		}
	}
}

func TestOneFindingASpan(t *testing.T) {
	client := member(func(n *ir.Node) { n.Role = "client" })
	wild := member(func(n *ir.Node) { n.Name = "q.Other.Skip" })
	got := Findings([]*ir.Node{wild, client, member(nil)}, newSet(t), options())
	if len(got) != 1 || got[0].Finding.Pattern != "skip-client" {
		t.Fatalf("%d findings, the first by %s; want one by the most specific row", len(got), got[0].Finding.Pattern)
	}
	if f := got[0].Finding; f.Path != "sub/a.toy" || f.Span.Start.Line != 2 || f.Span.Start.Column != 8 || f.Span.End.Column != 18 || f.Tokens != "Skip:true" {
		t.Errorf("stands at %s %+v as %q", f.Path, f.Span, f.Tokens)
	}
}

func TestFindingsAreInOrder(t *testing.T) {
	at := func(path string, start int) *ir.Node {
		return member(func(n *ir.Node) { n.Path, n.Span = path, ir.Span{Start: start, End: start + 1} })
	}
	var got []string
	for _, j := range Findings([]*ir.Node{at("b", 1), at("a", 9), at("a", 2)}, newSet(t), options()) {
		got = append(got, fmt.Sprint(j.Finding.Path, " ", j.Finding.Span.Start.Offset))
	}
	if want := []string{"sub/a 2", "sub/a 9", "sub/b 1"}; !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
}

// repairs are the fixes in one line each.
func repairs(fixes []finding.Fix) []string {
	var out []string
	for _, x := range fixes {
		text := string(x.Class) + " " + string(x.Style)
		for _, e := range x.Edits {
			text += " " + e.Path + ":" + e.New
		}
		if x.Recipe != "" {
			text += " " + x.Recipe
		}
		out = append(out, text)
	}
	return out
}

func TestFixes(t *testing.T) {
	yes := ir.Const{Kind: ir.Bool, Bool: true, At: ir.Place{Path: "a.toy", Span: ir.Span{Start: 3, End: 7}}}
	nowhere := ir.Const{Kind: ir.Bool, Bool: true}
	flag := []ir.Option{{Kind: "flag", Name: "-k"}}
	optional := "keep the switch off by default and print a warning when it is used; offer a CA option beside it (RootCAs), so that nobody needs the switch"
	turn := "turn the default round, so that verification is on unless somebody switches it off"
	tests := []struct {
		name   string
		change func(*ir.Node)
		opt    func(*Options)
		want   []string
	}{
		{"the first that fits of every style", nil, func(o *Options) { o.Vars.CABundle = "/ca.pem" },
			[]string{"safe env sub/a.toy:drop LIB_CA/ca.pem", "unsafe bundle sub/a.toy:add LIB_CA/ca.pem"}},
		{"no bundle without a path", nil, nil, []string{"safe env sub/a.toy:drop LIB_CA"}},
		{"a variable of the team's own has to be read", nil, func(o *Options) { o.Vars.CAEnv = "CORP_CA" }, []string{"safe env sub/a.toy:add CORP_CA"}},
		{"one that the library reads has not", nil, func(o *Options) { o.Vars.CAEnv = "LIB_CA" }, []string{"safe env sub/a.toy:drop LIB_CA"}},
		{"the next when the first does not fit", func(n *ir.Node) { n.Symbol = "keep" }, nil, []string{"safe env sub/a.toy:value LIB_CA"}},
		{"safe ones only", nil, func(o *Options) { o.SafeOnly, o.Vars.CABundle = true, "/ca.pem" }, []string{"safe env sub/a.toy:drop LIB_CA/ca.pem"}},
		{"no language, no fixes", nil, func(o *Options) { o.Lang = nil }, nil},
		{"a recipe", func(n *ir.Node) { n.Name = "p.Config.Guessed" }, nil, []string{"display env ask somebody"}},
		{"no recipes where only safe ones count", func(n *ir.Node) { n.Name = "p.Config.Guessed" }, func(o *Options) { o.SafeOnly = true }, nil},
		{"an option gets advice", func(n *ir.Node) { n.Value = &ir.Value{Options: flag} }, nil, []string{"display env " + optional}},
		{"a default is flipped", func(n *ir.Node) { n.Value = &ir.Value{Options: flag, Default: &yes} }, nil, []string{"unsafe env sub/a.toy:flipped"}},
		{"a default that stands nowhere", func(n *ir.Node) { n.Value = &ir.Value{Options: flag, Default: &nowhere} }, nil, []string{"display env " + turn}},
		{"a default is not flipped by go vet", func(n *ir.Node) { n.Value = &ir.Value{Options: flag, Default: &yes} }, func(o *Options) { o.SafeOnly = true }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options()
			if tt.opt != nil {
				tt.opt(&o)
			}
			got := Findings([]*ir.Node{member(tt.change)}, newSet(t), o)
			if len(got) != 1 {
				t.Fatalf("%d findings, want 1", len(got))
			}
			if have := repairs(got[0].Finding.Fixes); !slices.Equal(have, tt.want) {
				t.Errorf("fixes\n%q, want\n%q", have, tt.want)
			}
		})
	}
}

func TestSwitchesOnOneObjectAreRepairedTogether(t *testing.T) {
	version := func(object, path string) *ir.Node {
		return member(func(n *ir.Node) {
			n.Name, n.Object, n.Path, n.Span = "p.Config.Version", object, path, ir.Span{Start: 30, End: 31}
			n.Value = &ir.Value{Known: true, Const: ir.Const{Kind: ir.Int, Int: 0x0301}}
		})
	}
	for _, tt := range []struct {
		name  string
		other *ir.Node
		want  string
	}{
		{"on the same object", version("1", "a.toy"), "safe env sub/a.toy:drop+value LIB_CA"},
		{"on another one", version("2", "a.toy"), "safe env sub/a.toy:drop LIB_CA"},
		{"of which nothing is known", version("", "a.toy"), "safe env sub/a.toy:drop LIB_CA"},
		{"in another file", version("1", "b.toy"), "safe env sub/a.toy:drop LIB_CA"},
	} {
		got := Findings([]*ir.Node{member(func(n *ir.Node) { n.Object = "1" }), tt.other}, newSet(t), options())
		if len(got) != 2 {
			t.Fatalf("%s: %d findings, want 2", tt.name, len(got))
		}
		if have := repairs(got[0].Finding.Fixes); !slices.Equal(have, []string{tt.want}) {
			t.Errorf("%s: fixes %q, want %q", tt.name, have, tt.want)
		}
	}
}

func TestTitles(t *testing.T) {
	version := func(n *ir.Node) {
		n.Name, n.Value = "p.Config.Version", &ir.Value{Known: true, Const: ir.Const{Kind: ir.Int, Int: 0x0301}}
	}
	for want, change := range map[string]func(*ir.Node){
		"drop Skip; trust comes from LIB_CA or the system store":         nil,
		"set Skip to false; trust comes from LIB_CA or the system store": func(n *ir.Node) { n.Symbol = "keep" },
		"use 1.2": version,
		"flip the default of flag -k": func(n *ir.Node) {
			n.Value = &ir.Value{Options: []ir.Option{{Kind: "flag", Name: "-k"}}, Default: &ir.Const{Kind: ir.Bool, Bool: true, At: ir.Place{Path: "a.toy", Span: ir.Span{Start: 1, End: 2}}}}
		},
	} {
		got := Findings([]*ir.Node{member(change)}, newSet(t), options())
		if len(got) != 1 || len(got[0].Finding.Fixes) == 0 || got[0].Finding.Fixes[0].Title != want {
			t.Errorf("want a fix with the title %q: %v", want, got)
		}
	}
}

// Places may lie outside of a file that has changed meanwhile.
func TestSpanOutsideOfTheFile(t *testing.T) {
	got := span([]byte("a\nb"), ir.Span{Start: -1, End: 99})
	if got.Start.Line != 1 || got.Start.Column != 1 || got.End.Line != 2 || got.End.Column != 2 {
		t.Errorf("span %+v", got)
	}
	if text := tokens([]byte("ab"), ir.Span{Start: 1, End: 9}); text != "" {
		t.Errorf("tokens %q, want none", text)
	}
}

func TestLinesAgreeWithLineCol(t *testing.T) {
	src := []byte("\nab\r\nc\n\nlast")
	lines := LinesOf(src)
	for i := range len(src) + 1 {
		if got, want := lines.Span(i, i), span(src, ir.Span{Start: i, End: i}); got != want {
			t.Errorf("offset %d: %+v, want %+v", i, got, want)
		}
	}
}
