package pattern

import (
	"testing"

	"github.com/tlslint/tlslint/ir"
)

func parse(t *testing.T, text string) *Set {
	t.Helper()
	file, err := Parse("test.toml", "python", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	set, err := New(file)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestCanonical(t *testing.T) {
	set := parse(t, `
[[alias]]
name = "requests.Session"
also = ["requests.{session,sessions.Session}", "cloudscraper.create_scraper"]
[[alias]]
name = "urllib3"
also = ["requests.packages.urllib3"]
[[alias]]
name = "kube.Configuration()"
also = ["kube.Configuration.get_default_copy()"]
`)
	for name, want := range map[string]string{
		"requests.session":                      "requests.Session",
		"requests.session().get":                "requests.Session().get",
		"requests.sessions.Session().verify":    "requests.Session().verify",
		"requests.packages.urllib3.PoolManager": "urllib3.PoolManager",
		"requests.sessionsX":                    "requests.sessionsX",
		"kube.Configuration.get_default_copy()": "kube.Configuration()",
		"":                                      "",
	} {
		if got := set.Canonical(name); got != want {
			t.Errorf("Canonical(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestAliasesThatMeetEachOther: two aliases that name each other must not hang.
func TestAliasesThatMeetEachOther(t *testing.T) {
	set := parse(t, `
[[alias]]
name = "a"
also = ["b"]
[[alias]]
name = "b"
also = ["a"]
`)
	set.Canonical("a.x")
}

func TestArgumentByNameOrPosition(t *testing.T) {
	set := parse(t, `
[[pattern]]
id = "x"
rule = "TLS101"
title = "x"
at = [ { call = "ssl.SSLContext", arg = [0, "protocol"] } ]
bad = ["absent", "=ssl.PROTOCOL_TLS"]
`)
	bad := &ir.Value{Known: true, Const: ir.Const{Kind: ir.Symbol, Sym: "ssl.PROTOCOL_TLS"}}
	good := &ir.Value{Known: true, Const: ir.Const{Kind: ir.Symbol, Sym: "ssl.PROTOCOL_TLS_CLIENT"}}
	for name, c := range map[string]struct {
		args []ir.Arg
		want int
	}{
		"absent":       {nil, 1},
		"by position":  {[]ir.Arg{{Value: bad}}, 1},
		"by name":      {[]ir.Arg{{Name: "protocol", Value: bad, Own: true, Span: ir.Span{Start: 4, End: 9}}}, 1},
		"another":      {[]ir.Arg{{Name: "protocol", Value: good}}, 0},
		"another by 0": {[]ir.Arg{{Value: good}}, 0},
	} {
		hits := set.Match(&ir.Node{Kind: ir.Call, Name: "ssl.SSLContext", Resolved: true, Args: c.args})
		if len(hits) != c.want {
			t.Errorf("%s: %d hits, want %d", name, len(hits), c.want)
		}
		if name == "by name" && len(hits) == 1 && hits[0].Span != (ir.Span{Start: 4, End: 9}) {
			t.Errorf("%s: the hit stands at %v, want the argument", name, hits[0].Span)
		}
	}
}

func TestArgumentThatIsNone(t *testing.T) {
	_, err := Parse("t.toml", "python", []byte("[[pattern]]\nid = \"x\"\nrule = \"TLS101\"\ntitle = \"x\"\nat = [ { call = \"a.b\", arg = [[1]] } ]\nbad = [\"true\"]\n"))
	if err == nil {
		t.Fatal("want an error for a list in a list")
	}
}

// TestStrict: in Python the text "false" is true, and an empty one false.
func TestStrict(t *testing.T) {
	set := parse(t, `
[[pattern]]
id = "x"
rule = "TLS101"
title = "x"
at = [ { call = "requests.get", arg = "verify" } ]
bad = ["false"]
`)
	for text, want := range map[string]int{"false": 0, "": 1, "/etc/ca.pem": 0} {
		v := &ir.Value{Known: true, Const: ir.Const{Kind: ir.String, Str: text}}
		n := &ir.Node{Kind: ir.Call, Name: "requests.get", Resolved: true, Strict: true, Args: []ir.Arg{{Name: "verify", Value: v}}}
		if got := len(set.Match(n)); got != want {
			t.Errorf("verify=%q: %d hits, want %d", text, got, want)
		}
	}
}

func TestCipherStrings(t *testing.T) {
	for text, want := range map[string]bool{
		"ALL:@SECLEVEL=0":      true,
		"DEFAULT@SECLEVEL=1":   false,
		"RC4-SHA:DES-CBC3-SHA": true,
		"HIGH:!DH:!aNULL:RC4":  true,
		"aNULL":                true,
		"ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!eNULL:!RC4:!3DES": false,
		"HIGH:!aNULL:!MD5:!3DES":                               false,
		"HIGH:-aNULL":                                          false,
		"ALL:!aNULL":                                           false,
		"ALL":                                                  true,
		"TLS_AES_256_GCM_SHA384":                               false,
		"":                                                     false,
	} {
		if got := weakCipherString(text); got != want {
			t.Errorf("weakCipherString(%q) = %v, want %v", text, got, want)
		}
	}
}
