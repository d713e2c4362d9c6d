package lowering_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/analyzers/lowering"
	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/pattern"
)

// rows are the few switches that the tests of this package throw.
const rows = `
[[pattern]]
id = "skip"
rule = "TLS101"
title = "no verification"
at = [ { member = "crypto/tls.Config.InsecureSkipVerify" } ]
bad = ["true"]

[[pattern]]
id = "version"
rule = "TLS201"
title = "old version"
at = [ { member = "crypto/tls.Config.MinVersion" } ]
bad = ["<TLS1.2"]

[[pattern]]
id = "ciphers"
rule = "TLS202"
title = "weak ciphers"
at = [ { member = "crypto/tls.Config.CipherSuites" } ]
bad = ["cipher:weak"]

[[pattern]]
id = "server-version"
rule = "TLS201"
title = "old default version"
at = [ { member = "example.com/srv.Options.MinVersion" } ]
bad = ["absent"]
stub = '''package srv
type Options struct { MinVersion uint16; Addr string }
func Serve(o Options) error
'''

[[pattern]]
id = "trace"
rule = "TLS101"
title = "insecure option"
at = [ { call = "example.com/otlp/trace.WithInsecure" } ]
bad = ["present"]
stub = '''package trace
type Option struct{}
func WithInsecure() Option
func WithEndpoint(addr string) Option
func New(name string, opts ...Option) error
'''

[[pattern]]
id = "builder"
rule = "TLS101"
title = "insecure builder"
at = [ { call = "example.com/builder.Client.SkipVerify" }, { call = "example.com/builder.Client.SetVerify", arg = 0 } ]
bad = ["present", "false"]
stub = '''package builder
type Client struct{}
func New() *Client
func (c *Client) SkipVerify() *Client
func (c *Client) SetVerify(on bool) *Client
func (c *Client) Timeout(n int) *Client
'''

[[pattern]]
id = "ref"
rule = "TLS101"
title = "insecure reference"
at = [ { ref = "example.com/crane.Insecure" } ]
bad = ["present"]
stub = '''package crane
type Option func()
func Insecure()
func Pull(src string, opt ...Option) error
'''

[[pattern]]
id = "env"
rule = "TLS105"
title = "switched off by the environment"
at = [ { env = "CORP_TLS_SKIP" } ]
bad = ["true"]

[[pattern]]
id = "godebug"
rule = "TLS203"
title = "old protocol by GODEBUG"
at = [ { env = "GODEBUG.tls10server" } ]
bad = ["=1"]

[[pattern]]
id = "postgres"
rule = "TLS301"
title = "plaintext database"
at = [ { dsn = "postgres", param = "sslmode" } ]
bad = ["=disable"]

[[pattern]]
id = "mapkey"
rule = "TLS101"
title = "insecure map"
at = [ { member = "example.com/kafka.ConfigMap.enable.ssl" }, { call = "example.com/kafka.Open", arg = 0, key = "verify" } ]
bad = ["false"]
stub = '''package kafka
type ConfigMap map[string]any
func Open(m map[string]any) error
'''

[[pattern]]
id = "pointer"
rule = "TLS101"
title = "insecure pointer"
at = [ { member = "example.com/ptr.Input.Insecure" } ]
bad = ["true"]
stub = '''package ptr
type Input struct { Insecure *bool }
func Bool(b bool) *bool
func To[T any](v T) *T
'''

[[stub]]
path = "github.com/spf13/viper"
source = '''package viper
func GetBool(key string) bool
func GetString(key string) string
func SetDefault(key string, value any)
'''

[[stub]]
path = "github.com/spf13/pflag"
source = '''package pflag
type FlagSet struct{}
func (f *FlagSet) BoolVarP(p *bool, name, shorthand string, value bool, usage string)
func (f *FlagSet) Bool(name string, value bool, usage string) *bool
func Bool(name string, value bool, usage string) *bool
func BoolP(name, shorthand string, value bool, usage string) *bool
'''
`

// callbackRows are one row a verdict, so that a finding's pattern is the verdict.
func callbackRows() string {
	var b strings.Builder
	for _, v := range []string{"accepts-always", "accepts-in-branch", "expiry-only", "no-host", "verified-chains", "delegates", "checks", "returns-constant"} {
		fmt.Fprintf(&b, "[[pattern]]\nid = %q\nrule = \"TLS103\"\ntitle = \"t\"\nbad = [%q]\nat = [ { member = \"crypto/tls.Config.VerifyPeerCertificate\" }, { member = \"crypto/tls.Config.VerifyConnection\" }, { member = \"crypto/tls.Config.Time\" } ]\n\n", v, v)
	}
	return b.String()
}

func newSet(t testing.TB, toml string) *pattern.Set {
	t.Helper()
	file, err := pattern.Parse("test.toml", "go", []byte(toml))
	if err != nil {
		t.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// program is a lowered package of the test.
type program struct {
	set   *pattern.Set
	src   map[string]string
	nodes []*ir.Node
	errs  []error
}

// lower type-checks a package against the stubs and lowers it. The first source
// is main.go, further ones are b.go, c.go ...
func lower(t testing.TB, set *pattern.Set, sources ...string) program {
	t.Helper()
	p := program{set: set, src: map[string]string{}}
	fset := token.NewFileSet()
	var files []*ast.File
	for i, src := range sources {
		name := "main.go"
		if i > 0 {
			name = string(rune('a'+i)) + ".go"
		}
		if strings.HasPrefix(src, "//test\n") {
			name = "main_test.go"
		}
		p.src[name] = src
		f, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("the test's own source: %v\n%s", err, src)
		}
		files = append(files, f)
	}
	info := lowering.NewInfo()
	conf := types.Config{Importer: lowering.StubImporter(set), FakeImportC: true, Error: func(err error) { p.errs = append(p.errs, err) }}
	pkg, _ := conf.Check("example.com/app", fset, files, info)
	p.nodes = lowering.Lower(&lowering.Unit{
		Fset: fset, Files: files, Pkg: pkg, Info: info, Set: set, Module: "example.com/app", GoVersion: "go1.21",
		Source: func(name string) []byte { return []byte(p.src[name]) },
	})
	return p
}

func (p program) findings() []*finding.Finding {
	var out []*finding.Finding
	for _, j := range judge.Findings(p.nodes, p.set, judge.Options{
		Rel: func(s string) string { return s }, Source: func(s string) []byte { return []byte(p.src[s]) }, Tests: "same",
	}) {
		out = append(out, j.Finding)
	}
	return out
}

// say is a finding in a few words: pattern, exposure, who decides.
func say(fs []*finding.Finding) string {
	var out []string
	for _, f := range fs {
		s := f.Pattern + " " + string(f.Exposure)
		if f.Exposure != finding.Always && len(f.Options) > 0 {
			s += " (" + strings.Join(f.Options, ", ") + ")"
		}
		if f.Confidence < finding.ConfidenceHigh {
			s += " " + f.Confidence.String()
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

// node returns the only node of that name.
func (p program) node(t testing.TB, name string) *ir.Node {
	t.Helper()
	var found *ir.Node
	for _, n := range p.nodes {
		if n.Name == name {
			if found != nil {
				t.Fatalf("two nodes %s", name)
			}
			found = n
		}
	}
	if found == nil {
		t.Fatalf("no node %s among %s", name, names(p.nodes))
	}
	return found
}

func names(nodes []*ir.Node) string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.Name)
	}
	return strings.Join(out, ", ")
}

func TestCanonicalPath(t *testing.T) {
	for in, want := range map[string]string{
		"crypto/tls":                                 "crypto/tls",
		"gopkg.in/mail.v2":                           "gopkg.in/mail",
		"gopkg.in/square/go-jose.v2/jwt":             "gopkg.in/square/go-jose/jwt",
		"gopkg.in/yaml.v3":                           "gopkg.in/yaml",
		"gopkg.in/mgo.v2-unstable":                   "gopkg.in/mgo",
		"go.mongodb.org/mongo-driver/v2/mongo":       "go.mongodb.org/mongo-driver/mongo",
		"github.com/jackc/pgx/v5":                    "github.com/jackc/pgx",
		"github.com/jackc/pgx/v5/pgxpool":            "github.com/jackc/pgx/pgxpool",
		"k8s.io/api/core/v1":                         "k8s.io/api/core",
		"example.com/app/vendor/github.com/x/y/v2":   "github.com/x/y",
		"vendor/golang.org/x/crypto":                 "golang.org/x/crypto",
		"example.com/p [example.com/p.test]":         "example.com/p",
		"example.com/p/v2 [example.com/p/v2.test]":   "example.com/p",
		"example.com/vault/api":                      "example.com/vault/api",
		"example.com/x.video":                        "example.com/x.video",
		"github.com/hashicorp/vault":                 "github.com/hashicorp/vault",
		"github.com/a/b/v10/c/v2":                    "github.com/a/b/c",
		"v2":                                         "v2",
		"":                                           "",
		"github.com/cloudflare/cloudflare-go/v0/foo": "github.com/cloudflare/cloudflare-go/foo",
	} {
		if got := lowering.CanonicalPath(in); got != want {
			t.Errorf("CanonicalPath(%q) = %q, want %q", in, got, want)
		}
		if again := lowering.CanonicalPath(want); again != want {
			t.Errorf("CanonicalPath(%q) = %q: not idempotent", want, again)
		}
	}
}

// behaviour is a table entry of the tests that ask who decides. Body is put into
// a file behind imports; what it must lower to is in say's words.
type behaviour struct {
	name string
	body string
	want string
}

const imports = `package app

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

var _ = []any{tls.VersionTLS10, x509.ParseCertificate, errors.New, flag.Bool, fmt.Sprint, log.Fatal, os.Exit, runtime.GOOS, strconv.ParseBool, strings.ToLower, time.Now}

`

func runBehaviours(t *testing.T, set *pattern.Set, tests []behaviour) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := lower(t, set, imports+tt.body)
			if got := say(p.findings()); got != tt.want {
				t.Errorf("got %q, want %q\n%s", got, tt.want, tt.body)
			}
		})
	}
}

// lowerBroken lowers a source that may not even parse.
func lowerBroken(set *pattern.Set, src string) []*ir.Node {
	fset := token.NewFileSet()
	f, _ := parser.ParseFile(fset, "main.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if f == nil {
		return nil
	}
	info := lowering.NewInfo()
	conf := types.Config{Importer: lowering.StubImporter(set), FakeImportC: true, Error: func(error) {}}
	pkg, _ := conf.Check("example.com/app", fset, []*ast.File{f}, info)
	return lowering.Lower(&lowering.Unit{
		Fset: fset, Files: []*ast.File{f}, Pkg: pkg, Info: info, Set: set, Module: "example.com/app",
		Source: func(string) []byte { return []byte(src) },
	})
}
