package stubs_test

import (
	"fmt"
	"go/constant"
	"go/types"
	"strings"
	"sync"
	"testing"

	"github.com/tlslint/tlslint/analyzers/stubs"
)

// canon drops a /vN element, as lowering.CanonicalPath does.
func canon(path string) string { return strings.ReplaceAll(path, "/v2", "") }

func importer(sources map[string][]string) *stubs.Importer {
	return stubs.New(canon, func(path string) []string { return sources[path] })
}

func load(t testing.TB, im *stubs.Importer, path string) *types.Package {
	t.Helper()
	p, err := im.Import(path)
	if err != nil || p == nil {
		t.Fatalf("Import(%q) = %v, %v", path, p, err)
	}
	return p
}

func TestGuessName(t *testing.T) {
	for path, want := range map[string]string{
		"crypto/tls":                            "tls",
		"net/http":                              "http",
		"gopkg.in/yaml.v3":                      "yaml",
		"gopkg.in/mgo.v2-unstable":              "mgo",
		"gopkg.in/square/go-jose.v2":            "jose",
		"github.com/eclipse/paho.mqtt.golang":   "mqtt",
		"github.com/nats-io/nats.go":            "nats",
		"github.com/nats-io/nats.go/jetstream":  "jetstream",
		"k8s.io/client-go/rest":                 "rest",
		"k8s.io/api/core/v1":                    "core",
		"github.com/go-ldap/ldap/v3":            "ldap",
		"github.com/redis/go-redis/v9":          "redis",
		"github.com/go-resty/resty/v2":          "resty",
		"github.com/mattn/go-isatty":            "isatty",
		"github.com/minio/minio-go/v7":          "minio",
		"github.com/go-sql-driver/mysql":        "mysql",
		"github.com/jackc/pgx/v5":               "pgx",
		"github.com/emersion/go-imap/client":    "client",
		"github.com/quic-go/quic-go":            "quic",
		"github.com/BurntSushi/toml":            "toml",
		"github.com/hashicorp/go-retryablehttp": "retryablehttp",
		"go.mongodb.org/mongo-driver/v2/mongo":  "mongo",
		"gopkg.in/ini.v1":                       "ini",
		"example.com/x-y":                       "xy",
		"main":                                  "main",
	} {
		if got := stubs.GuessName(path); got != want {
			t.Errorf("GuessName(%q) = %q, want %q", path, got, want)
		}
	}
}

// TestStandardLibrary: the embedded declarations have the types that matter.
func TestStandardLibrary(t *testing.T) {
	im := importer(nil)
	for path, names := range map[string][]string{
		"crypto/tls":    {"Config", "Dial", "VersionTLS10", "InsecureCipherSuites", "Dialer"},
		"crypto/x509":   {"Certificate", "CertPool", "VerifyOptions", "ParseCertificate", "SystemCertPool"},
		"net/http":      {"Transport", "Client", "Server", "DefaultTransport", "DefaultClient"},
		"net/smtp":      {"Client", "Dial"},
		"flag":          {"Bool", "BoolVar", "FlagSet"},
		"os":            {"Getenv", "Setenv", "LookupEnv", "Args"},
		"strconv":       {"ParseBool"},
		"time":          {"Time", "Now", "Duration", "UTC"},
		"net/url":       {"URL"},
		"database/sql":  {"Open"},
		"runtime":       {"GOOS"},
		"crypto/sha256": {"Sum256"},
	} {
		p := load(t, im, path)
		for _, name := range names {
			if p.Scope().Lookup(name) == nil {
				t.Errorf("%s has no %s", path, name)
			}
		}
		if p.Name() != stubs.GuessName(path) || p.Path() != path || !p.Complete() {
			t.Errorf("%s: package %s of %s, complete %v", path, p.Name(), p.Path(), p.Complete())
		}
	}
	config := load(t, im, "crypto/tls").Scope().Lookup("Config").Type()
	transport := load(t, im, "net/http").Scope().Lookup("Transport").Type()
	field, _, _ := types.LookupFieldOrMethod(transport, true, nil, "TLSClientConfig")
	if field == nil || !types.Identical(field.Type(), types.NewPointer(config)) {
		t.Errorf("http.Transport.TLSClientConfig is %v, not the tls.Config of the same importer", field)
	}
}

// TestStubsHaveNoErrors: a stub that does not type-check would silently lose the
// types that it is there for. Every name that it uses must be declared.
func TestStubsHaveNoErrors(t *testing.T) {
	im := importer(nil)
	for _, path := range []string{"bytes", "context", "crypto", "crypto/tls", "crypto/x509", "crypto/x509/pkix", "database/sql", "errors", "flag", "fmt", "io", "log", "math/big", "net", "net/http", "net/smtp", "net/url", "os", "strconv", "strings", "time"} {
		p := load(t, im, path)
		for _, name := range p.Scope().Names() {
			if bad := invalid(p.Scope().Lookup(name).Type(), map[types.Type]bool{}); bad {
				t.Errorf("%s.%s has a type that is not declared", path, name)
			}
		}
	}
}

// invalid reports whether a type has a part that could not be resolved.
func invalid(t types.Type, seen map[types.Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	seen[t] = true
	switch t := t.(type) {
	case *types.Basic:
		return t.Kind() == types.Invalid
	case *types.Named:
		for i := range t.NumMethods() {
			if invalid(t.Method(i).Type(), seen) {
				return true
			}
		}
		return invalid(t.Underlying(), seen)
	case *types.Pointer:
		return invalid(t.Elem(), seen)
	case *types.Slice:
		return invalid(t.Elem(), seen)
	case *types.Array:
		return invalid(t.Elem(), seen)
	case *types.Map:
		return invalid(t.Key(), seen) || invalid(t.Elem(), seen)
	case *types.Chan:
		return invalid(t.Elem(), seen)
	case *types.Struct:
		for i := range t.NumFields() {
			if invalid(t.Field(i).Type(), seen) {
				return true
			}
		}
	case *types.Signature:
		return invalid(t.Params(), seen) || invalid(t.Results(), seen)
	case *types.Tuple:
		for i := range t.Len() {
			if invalid(t.At(i).Type(), seen) {
				return true
			}
		}
	case *types.Interface:
		for i := range t.NumExplicitMethods() {
			if invalid(t.ExplicitMethod(i).Type(), seen) {
				return true
			}
		}
	}
	return false
}

// TestMerge: the stubs of several rows for one package become one: fields of a
// struct united, the first declaration of everything else kept.
func TestMerge(t *testing.T) {
	im := importer(map[string][]string{"example.com/lib": {
		"package lib\n\nimport \"crypto/tls\"\n\ntype Options struct {\n\tAddr string\n\tTLS *tls.Config\n}\n\nfunc New(o Options) *Client\n\ntype Client struct{}\n\nfunc (c *Client) A()\n",
		"package lib\n\nimport \"crypto/tls\"\nimport \"time\"\n\ntype Options struct {\n\tAddr, Name string\n\tTLS *tls.Config\n\tTimeout time.Duration\n\tBase\n}\n\ntype Base struct{ Insecure bool }\n\nfunc New() int\n\ntype Client struct{ X int }\n\nfunc (c *Client) A() int\nfunc (c *Client) B()\n",
		"this is no Go",
		"package",
	}})
	p := load(t, im, "example.com/lib/v2")
	if p.Path() != "example.com/lib/v2" || p.Name() != "lib" {
		t.Errorf("package %s at %s", p.Name(), p.Path())
	}
	options := p.Scope().Lookup("Options").Type()
	for _, name := range []string{"Addr", "Name", "TLS", "Timeout", "Base", "Insecure"} {
		if f, _, _ := types.LookupFieldOrMethod(options, true, p, name); f == nil {
			t.Errorf("no field %s", name)
		} else if invalid(f.Type(), map[types.Type]bool{}) {
			t.Errorf("field %s has no type", name)
		}
	}
	if n := options.Underlying().(*types.Struct).NumFields(); n != 5 {
		t.Errorf("%d fields", n)
	}
	if sig := p.Scope().Lookup("New").Type().(*types.Signature); sig.Params().Len() != 1 {
		t.Errorf("New is %v, not the first one", sig)
	}
	for _, name := range []string{"A", "B", "X"} {
		if m, _, _ := types.LookupFieldOrMethod(p.Scope().Lookup("Client").Type(), true, p, name); m == nil {
			t.Errorf("Client has no %s", name)
		}
	}
}

// TestMergeConstants: constants that count go on counting, whatever of them
// another stub has declared already.
func TestMergeConstants(t *testing.T) {
	im := importer(map[string][]string{"example.com/lib": {
		"package lib\n\ntype Policy int\n\nconst Opportunistic Policy = 1\n",
		"package lib\n\ntype Policy int\n\nconst (\n\tMandatory Policy = iota\n\tOpportunistic\n\tNone\n\tOther\n)\n",
		"package lib\n\nconst (\n\tMandatory = iota\n\tOpportunistic\n\tLate\n)\n",
	}})
	p := load(t, im, "example.com/lib")
	for name, want := range map[string]int64{"Mandatory": 0, "Opportunistic": 1, "None": 2, "Other": 3, "Late": 2} {
		c, ok := p.Scope().Lookup(name).(*types.Const)
		if !ok {
			t.Errorf("no constant %s", name)
			continue
		}
		if got, _ := constant.Int64Val(c.Val()); got != want {
			t.Errorf("%s = %d, want %d", name, got, want)
		}
	}
}

// TestUnknown: a package that nobody knows is empty, and found by its guessed name.
func TestUnknown(t *testing.T) {
	im := importer(nil)
	p := load(t, im, "github.com/nats-io/nats.go")
	if p.Name() != "nats" || len(p.Scope().Names()) != 0 || !p.Complete() {
		t.Errorf("got %v", p)
	}
	if load(t, im, "github.com/nats-io/nats.go") != p {
		t.Error("imported twice, two packages")
	}
	if load(t, im, "unsafe") != types.Unsafe {
		t.Error("unsafe is not unsafe")
	}
}

// TestCycles: stubs that import each other end.
func TestCycles(t *testing.T) {
	im := importer(map[string][]string{
		"example.com/a": {"package a\n\nimport \"example.com/b\"\n\ntype A struct{ B *b.B }\n"},
		"example.com/b": {"package b\n\nimport \"example.com/a\"\n\ntype B struct{ A *a.A }\n"},
		"example.com/c": {"package c\n\nimport \"example.com/c\"\n\ntype C struct{ C *c.C }\n"},
	})
	for _, path := range []string{"example.com/a", "example.com/b", "example.com/c"} {
		if p := load(t, im, path); p.Scope().Len() == 0 {
			t.Errorf("%s is empty", path)
		}
	}
}

// TestParallelImports: one importer serves many type checkers, each gets the
// same packages.
func TestParallelImports(t *testing.T) {
	im := importer(map[string][]string{"example.com/lib": {"package lib\n\nimport \"net/http\"\n\ntype T struct{ C *http.Client }\n"}})
	paths := []string{"crypto/tls", "net/http", "example.com/lib", "example.com/lib/v2", "github.com/x/y", "crypto/x509"}
	got := make([][]*types.Package, 8)
	var wg sync.WaitGroup
	for i := range got {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range paths {
				p, err := im.Import(paths[(i+j)%len(paths)])
				if err != nil {
					t.Error(err)
				}
				_ = fmt.Sprint(p.Scope().Names())
				got[i] = append(got[i], p)
			}
		}()
	}
	wg.Wait()
	for i := range got {
		for j, p := range got[i] {
			if q := load(t, im, paths[(i+j)%len(paths)]); p != q {
				t.Errorf("%s: two packages", p.Path())
			}
		}
	}
}
