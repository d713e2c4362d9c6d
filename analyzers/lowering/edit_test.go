package lowering_test

import (
	"bytes"
	"go/format"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/analyzers/lowering"
	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// edit makes one operation on the first hit of a source and returns the edited
// text; ok is false where the operation cannot be right.
func edit(t testing.TB, set *pattern.Set, src string, f pattern.Fix) (string, bool) {
	t.Helper()
	p := lower(t, set, src)
	for _, n := range p.nodes {
		hits := set.Match(n)
		if len(hits) == 0 {
			continue
		}
		edits, ok := lowering.Edit([]languages.Op{{Hit: hits[0], Fix: f}}, languages.Vars{CAEnv: "SSL_CERT_FILE", CABundle: `C:\ca "x".pem`})
		if !ok {
			return src, false
		}
		return applied(t, src, edits), true
	}
	t.Fatalf("nothing is found in\n%s", src)
	return "", false
}

// applied makes the edits and checks what holds for all of them: the result
// parses, and is in gofmt's format where the source was.
func applied(t testing.TB, src string, edits []finding.Edit) string {
	t.Helper()
	out, err := fix.Apply([]byte(src), edits)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.ParseFile(token.NewFileSet(), "", out, parser.ParseComments); err != nil {
		t.Errorf("does not parse: %v\n%s", err, out)
	}
	if was, err := format.Source([]byte(src)); err == nil && bytes.Equal(was, []byte(src)) {
		if now, err := format.Source(out); err != nil || !bytes.Equal(now, out) {
			t.Errorf("is no longer in gofmt's format:\n%s", out)
		}
	}
	return string(out)
}

// TestDropMember drops the switch in every form in which a literal or a
// statement can stand. $ is a newline in the tables, to keep them narrow.
func TestDropMember(t *testing.T) {
	set := newSet(t, rows)
	lit := func(inner string) string {
		return "package app\n\nimport \"crypto/tls\"\n\nvar c = tls.Config{" + inner + "}\n"
	}
	fn := func(body string) string {
		return "package app\n\nimport \"crypto/tls\"\n\nfunc f(c *tls.Config, on bool) {\n" + body + "}\n"
	}
	for _, tt := range []struct{ name, src, want string }{
		{"only one", lit("InsecureSkipVerify: true"), lit("")},
		{"only one, with a comma", lit("\n\tInsecureSkipVerify: true,\n"), lit("")},
		{"only one, with a directive", lit("\n\tInsecureSkipVerify: true, //nolint:gosec\n"), lit("")},
		{"only one, with a comment", lit("\n\tInsecureSkipVerify: true, // the appliance\n"), lit("\n\t// the appliance\n")},
		{"first", lit(`InsecureSkipVerify: true, ServerName: "x"`), lit(`ServerName: "x"`)},
		{"last", lit(`ServerName: "x", InsecureSkipVerify: true`), lit(`ServerName: "x"`)},
		{"between", lit(`ServerName: "x", InsecureSkipVerify: true, MinVersion: 1`), lit(`ServerName: "x", MinVersion: 1`)},
		{"last, trailing comma on one line", lit(`ServerName: "x", InsecureSkipVerify: true,`), lit(`ServerName: "x",`)},
		{"line of its own", lit("\n\tInsecureSkipVerify: true,\n\tServerName:         \"x\",\n"), lit("\n\tServerName: \"x\",\n")},
		{"last line", lit("\n\tServerName:         \"x\",\n\tInsecureSkipVerify: true,\n"), lit("\n\tServerName: \"x\",\n")},
		{"last line, brace behind it", lit("\n\tServerName:         \"x\",\n\tInsecureSkipVerify: true"), lit("\n\tServerName: \"x\"")},
		{"aligned anew", lit("\n\tMaxVersion:         1,\n\tInsecureSkipVerify: true,\n\tServerName:         \"x\",\n"), lit("\n\tMaxVersion: 1,\n\tServerName: \"x\",\n")},
		{"a comment stays", lit("\n\tInsecureSkipVerify: true, // the appliance has no name\n\tServerName:         \"x\",\n"), lit("\n\t// the appliance has no name\n\tServerName: \"x\",\n")},
		{"a directive goes", lit("\n\tInsecureSkipVerify: true, //nolint:gosec // known\n\tServerName:         \"x\",\n"), lit("\n\tServerName: \"x\",\n")},
		{"nosec goes", lit("\n\tInsecureSkipVerify: true, // #nosec G402\n\tServerName:         \"x\",\n"), lit("\n\tServerName: \"x\",\n")},
		{"a suppression goes", lit("\n\tInsecureSkipVerify: true, //tlslint:ignore TLS101 -- known\n\tServerName:         \"x\",\n"), lit("\n\tServerName: \"x\",\n")},
		{"several on a line", lit("\n\tServerName: \"x\", InsecureSkipVerify: true,\n\tMinVersion: 1,\n"), lit("\n\tServerName: \"x\",\n\tMinVersion: 1,\n")},
		{"several on a line, with a comment", lit("\n\tServerName: \"x\", InsecureSkipVerify: true, // both\n\tMaxVersion: 1,\n"), lit("\n\tServerName: \"x\", // both\n\tMaxVersion: 1,\n")},
		{"comment above stays", lit("\n\t// Why.\n\tInsecureSkipVerify: true,\n\tServerName:         \"x\",\n"), lit("\n\t// Why.\n\tServerName: \"x\",\n")},
		{"value over two lines", lit("\n\tInsecureSkipVerify: true ||\n\t\tfalse,\n\tServerName: \"x\",\n"), lit("\n\tServerName: \"x\",\n")},
		{"statement", fn("\tc.InsecureSkipVerify = true\n"), fn("\tc.InsecureSkipVerify = false\n")},
		{"statement on a fresh object", fn("\td := &tls.Config{}\n\td.InsecureSkipVerify = true\n\t_ = d\n"), fn("\td := &tls.Config{}\n\t_ = d\n")},
		{"statement on a fresh variable", fn("\tvar d tls.Config\n\td.InsecureSkipVerify = true\n\t_ = d\n"), fn("\tvar d tls.Config\n\t_ = d\n")},
		{"statement on a new object", fn("\td := new(tls.Config)\n\td.InsecureSkipVerify = true\n\t_ = d\n"), fn("\td := new(tls.Config)\n\t_ = d\n")},
		{"statement with a comment", fn("\td := new(tls.Config)\n\td.InsecureSkipVerify = true // why\n\t_ = d\n"), fn("\td := new(tls.Config)\n\t// why\n\t_ = d\n")},
		{"one of a tuple", fn("\tc.ServerName, c.InsecureSkipVerify = \"x\", true\n"), fn("\tc.ServerName, c.InsecureSkipVerify = \"x\", false\n")},
		{"entry of a map of anything", "package app\n\nimport \"example.com/kafka\"\n\nfunc f(m kafka.ConfigMap) { m[\"enable.ssl\"] = false }\n", "package app\n\nimport \"example.com/kafka\"\n\nfunc f(m kafka.ConfigMap) { m[\"enable.ssl\"] = true }\n"},
		{"constant elsewhere", "package app\n\nimport \"crypto/tls\"\n\nconst skip = true\n\nvar c = tls.Config{InsecureSkipVerify: skip}\n", "package app\n\nimport \"crypto/tls\"\n\nconst skip = false\n\nvar c = tls.Config{InsecureSkipVerify: skip}\n"},
		{"constant with other uses", "package app\n\nimport \"crypto/tls\"\n\nconst skip = true\n\nvar c, d = tls.Config{InsecureSkipVerify: skip}, skip\n", "package app\n\nimport \"crypto/tls\"\n\nconst skip = true\n\nvar c, d = tls.Config{}, skip\n"},
		{"negated constant", "package app\n\nimport \"crypto/tls\"\n\nconst verify = false\n\nvar c = tls.Config{InsecureSkipVerify: !verify}\n", "package app\n\nimport \"crypto/tls\"\n\nconst verify = false\n\nvar c = tls.Config{}\n"},
		{"nested literal", "package app\n\nimport (\n\t\"crypto/tls\"\n\t\"net/http\"\n)\n\nvar t = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}\n", "package app\n\nimport (\n\t\"crypto/tls\"\n\t\"net/http\"\n)\n\nvar t = &http.Transport{TLSClientConfig: &tls.Config{}}\n"},
		{"CRLF", strings.ReplaceAll(lit("\n\tInsecureSkipVerify: true,\n\tServerName: \"x\",\n"), "\n", "\r\n"), strings.ReplaceAll(lit("\n\tServerName: \"x\",\n"), "\n", "\r\n")},
		{"CRLF, with a comment", strings.ReplaceAll(lit("\n\tInsecureSkipVerify: true, // why\n\tServerName: \"x\",\n"), "\n", "\r\n"), strings.ReplaceAll(lit("\n\t// why\n\tServerName: \"x\",\n"), "\n", "\r\n")},
		{"BOM", "\ufeff" + lit("InsecureSkipVerify: true"), "\ufeff" + lit("")},
		{"not formatted", "package app\nimport \"crypto/tls\"\nvar  a   =  1\nvar c = tls.Config{ InsecureSkipVerify : true , ServerName:\"x\"}\nvar b=2", "package app\nimport \"crypto/tls\"\nvar  a   =  1\nvar c = tls.Config{ ServerName:\"x\"}\nvar b=2"},
		{"no newline at the end", "package app\n\nimport \"crypto/tls\"\n\nvar c = tls.Config{InsecureSkipVerify: true}", "package app\n\nimport \"crypto/tls\"\n\nvar c = tls.Config{}"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := edit(t, set, tt.src, pattern.Fix{Drop: "member"})
			if !ok {
				t.Fatalf("no edit for\n%s", tt.src)
			}
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestDropOther drops what is no member: arguments, links of a chain, list
// elements, parameters, lines.
func TestDropOther(t *testing.T) {
	set := newSet(t, rows)
	for _, tt := range []struct{ name, op, src, want string }{
		{"variadic argument", "arg", "package app\n\nimport \"example.com/otlp/trace\"\n\nvar _ = trace.New(\"x\", trace.WithInsecure(), trace.WithEndpoint(\"y\"))\n", "package app\n\nimport \"example.com/otlp/trace\"\n\nvar _ = trace.New(\"x\", trace.WithEndpoint(\"y\"))\n"},
		{"last variadic argument", "arg", "package app\n\nimport \"example.com/otlp/trace\"\n\nvar _ = trace.New(\"x\", trace.WithInsecure())\n", "package app\n\nimport \"example.com/otlp/trace\"\n\nvar _ = trace.New(\"x\")\n"},
		{"argument on a line", "arg", "package app\n\nimport \"example.com/otlp/trace\"\n\nvar _ = trace.New(\n\t\"x\",\n\ttrace.WithInsecure(), // nolint\n)\n", "package app\n\nimport \"example.com/otlp/trace\"\n\nvar _ = trace.New(\n\t\"x\",\n)\n"},
		{"element of a slice", "arg", "package app\n\nimport \"example.com/otlp/trace\"\n\nvar _ = []trace.Option{trace.WithInsecure(), trace.WithEndpoint(\"y\")}\n", "package app\n\nimport \"example.com/otlp/trace\"\n\nvar _ = []trace.Option{trace.WithEndpoint(\"y\")}\n"},
		{"appended", "arg", "package app\n\nimport \"example.com/otlp/trace\"\n\nfunc f(o []trace.Option) []trace.Option {\n\to = append(o, trace.WithInsecure(), trace.WithEndpoint(\"y\"))\n\treturn o\n}\n", "package app\n\nimport \"example.com/otlp/trace\"\n\nfunc f(o []trace.Option) []trace.Option {\n\to = append(o, trace.WithEndpoint(\"y\"))\n\treturn o\n}\n"},
		{"reference", "arg", "package app\n\nimport \"example.com/crane\"\n\nvar _ = crane.Pull(\"x\", crane.Insecure)\n", "package app\n\nimport \"example.com/crane\"\n\nvar _ = crane.Pull(\"x\")\n"},
		{"link of a chain", "call", "package app\n\nimport \"example.com/builder\"\n\nvar _ = builder.New().SkipVerify().Timeout(3)\n", "package app\n\nimport \"example.com/builder\"\n\nvar _ = builder.New().Timeout(3)\n"},
		{"link over lines", "call", "package app\n\nimport \"example.com/builder\"\n\nvar _ = builder.New().\n\tSkipVerify().\n\tTimeout(3)\n", "package app\n\nimport \"example.com/builder\"\n\nvar _ = builder.New().\n\tTimeout(3)\n"},
		{"call that is a statement", "call", "package app\n\nimport \"example.com/builder\"\n\nfunc f(c *builder.Client) {\n\tc.SkipVerify()\n\tc.Timeout(3)\n}\n", "package app\n\nimport \"example.com/builder\"\n\nfunc f(c *builder.Client) {\n\tc.Timeout(3)\n}\n"},
		{"weak elements", "elements", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}\n", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}\n"},
		{"last weak element", "elements", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_RC4_128_SHA}}\n", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}\n"},
		{"two last weak elements", "elements", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA}}\n", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}\n"},
		{"weak elements around a good one", "elements", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA}}\n", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}\n"},
		{"weak elements on lines", "elements", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{CipherSuites: []uint16{\n\ttls.TLS_RSA_WITH_RC4_128_SHA, // old\n\ttls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,\n}}\n", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{CipherSuites: []uint16{\n\ttls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,\n}}\n"},
		{"only weak elements", "elements", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}, ServerName: \"x\"}\n", "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{ServerName: \"x\"}\n"},
		{"directive", "line", "//go:debug tls10server=1\n\npackage main\n", "package main\n"},
		{"one of several directives", "line", "//go:debug http2client=0\n//go:debug tls10server=1\n\npackage main\n", "//go:debug http2client=0\n\npackage main\n"},
		{"first parameter", "param", "package app\n\nvar _ = \"postgres://u@db/x?sslmode=disable&timeout=3\"\n", "package app\n\nvar _ = \"postgres://u@db/x?timeout=3\"\n"},
		{"last parameter", "param", "package app\n\nvar _ = \"postgres://u@db/x?timeout=3&sslmode=disable\"\n", "package app\n\nvar _ = \"postgres://u@db/x?timeout=3\"\n"},
		{"only parameter", "param", "package app\n\nvar _ = \"postgres://u@db/x?sslmode=disable\"\n", "package app\n\nvar _ = \"postgres://u@db/x\"\n"},
		{"parameter of words", "param", "package app\n\nvar _ = \"host=db user=u sslmode=disable\"\n", "package app\n\nvar _ = \"host=db user=u\"\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := edit(t, set, tt.src, pattern.Fix{Drop: tt.op})
			if !ok {
				t.Fatalf("no edit for\n%s", tt.src)
			}
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestWrite writes values, symbols and whole members.
func TestWrite(t *testing.T) {
	set := newSet(t, rows)
	const head = "package app\n\nimport \"crypto/tls\"\n\n"
	for _, tt := range []struct {
		name string
		fix  pattern.Fix
		src  string
		want string
	}{
		{"value", pattern.Fix{Value: "false"}, head + "var _ = tls.Config{InsecureSkipVerify: true}\n", head + "var _ = tls.Config{InsecureSkipVerify: false}\n"},
		{"value, assigned", pattern.Fix{Value: "false"}, head + "func f(c *tls.Config) { c.InsecureSkipVerify = (true) }\n", head + "func f(c *tls.Config) { c.InsecureSkipVerify = false }\n"},
		{"value where the literal stands", pattern.Fix{Value: "false"}, head + "const skip = true\n\nvar _ = tls.Config{InsecureSkipVerify: skip}\n", head + "const skip = false\n\nvar _ = tls.Config{InsecureSkipVerify: skip}\n"},
		{"value of a parameter", pattern.Fix{Value: "verify-full"}, "package app\n\nvar _ = \"postgres://u@db/x?sslmode=disable\"\n", "package app\n\nvar _ = \"postgres://u@db/x?sslmode=verify-full\"\n"},
		{"symbol", pattern.Fix{Symbol: "crypto/tls.VersionTLS12"}, head + "var _ = tls.Config{MinVersion: tls.VersionTLS10}\n", head + "var _ = tls.Config{MinVersion: tls.VersionTLS12}\n"},
		{"symbol by an alias", pattern.Fix{Symbol: "crypto/tls.VersionTLS12"}, "package app\n\nimport t \"crypto/tls\"\n\nvar _ = t.Config{MinVersion: 0x301}\n", "package app\n\nimport t \"crypto/tls\"\n\nvar _ = t.Config{MinVersion: t.VersionTLS12}\n"},
		{"symbol by a dot import", pattern.Fix{Symbol: "crypto/tls.VersionTLS12"}, "package app\n\nimport . \"crypto/tls\"\n\nvar _ = Config{MinVersion: 0x301}\n", "package app\n\nimport . \"crypto/tls\"\n\nvar _ = Config{MinVersion: VersionTLS12}\n"},
		{"symbol of a package with a version", pattern.Fix{Value: "{sym:example.com/otlp/trace.Secure}"}, "package app\n\nimport (\n\t\"crypto/tls\"\n\t\"example.com/otlp/v2/trace\"\n)\n\nvar _ = trace.New\nvar _ = tls.Config{InsecureSkipVerify: true}\n", "package app\n\nimport (\n\t\"crypto/tls\"\n\t\"example.com/otlp/v2/trace\"\n)\n\nvar _ = trace.New\nvar _ = tls.Config{InsecureSkipVerify: trace.Secure}\n"},
		{"replaced member", pattern.Fix{Replace: `ServerName: "x"`}, head + "var _ = tls.Config{InsecureSkipVerify: true}\n", head + "var _ = tls.Config{ServerName: \"x\"}\n"},
		{"replaced assignment", pattern.Fix{Replace: `ServerName: "x"`}, head + "func f(c *tls.Config) {\n\tc.InsecureSkipVerify = true\n}\n", head + "func f(c *tls.Config) {\n\tc.ServerName = \"x\"\n}\n"},
		{"replaced where an empty one stands", pattern.Fix{Replace: `ServerName: "x"`}, head + "var _ = tls.Config{InsecureSkipVerify: true, ServerName: \"\"}\n", head + "var _ = tls.Config{ServerName: \"x\"}\n"},
		{"replaced by the host", pattern.Fix{Replace: `ServerName: {host}`}, head + "func f(host string) any {\n\treturn &tls.Config{InsecureSkipVerify: true}\n}\n", head + "func f(host string) any {\n\treturn &tls.Config{ServerName: host}\n}\n"},
		{"replaced call", pattern.Fix{Replace: `trace.WithEndpoint("{ca_bundle}")`}, "package app\n\nimport \"example.com/otlp/trace\"\n\nvar _ = trace.New(\"x\", trace.WithInsecure())\n", "package app\n\nimport \"example.com/otlp/trace\"\n\nvar _ = trace.New(\"x\", trace.WithEndpoint(\"C:\\\\ca \\\"x\\\".pem\"))\n"},
		{"replaced reference", pattern.Fix{Replace: `nil`}, "package app\n\nimport \"example.com/crane\"\n\nvar _ = []crane.Option{crane.Insecure, crane.Verbose}\n", "package app\n\nimport \"example.com/crane\"\n\nvar _ = []crane.Option{nil, crane.Verbose}\n"},
		{"added member", pattern.Fix{Add: "MinVersion: 2"}, "package app\n\nimport \"example.com/srv\"\n\nvar _ = srv.Options{}\n", "package app\n\nimport \"example.com/srv\"\n\nvar _ = srv.Options{MinVersion: 2}\n"},
		{"added member behind another", pattern.Fix{Add: "MinVersion: 2"}, "package app\n\nimport \"example.com/srv\"\n\nvar _ = srv.Options{Addr: \":1\"}\n", "package app\n\nimport \"example.com/srv\"\n\nvar _ = srv.Options{Addr: \":1\", MinVersion: 2}\n"},
		{"added member on a line", pattern.Fix{Add: "MinVersion: 2"}, "package app\n\nimport \"example.com/srv\"\n\nvar _ = srv.Options{\n\tAddr: \":1\",\n}\n", "package app\n\nimport \"example.com/srv\"\n\nvar _ = srv.Options{\n\tAddr:       \":1\",\n\tMinVersion: 2,\n}\n"},
		{"added member on a line, CRLF", pattern.Fix{Add: "MinVersion: 2"}, "package app\r\n\r\nimport \"example.com/srv\"\r\n\r\nvar _ = srv.Options{\r\n\tAddr: \":1\",\r\n}\r\n", "package app\r\n\r\nimport \"example.com/srv\"\r\n\r\nvar _ = srv.Options{\r\n\tAddr: \":1\",\r\n\tMinVersion: 2,\r\n}\r\n"},
		{"added member with a comment behind the last", pattern.Fix{Add: "MinVersion: 2"}, "package app\n\nimport \"example.com/srv\"\n\nvar _ = srv.Options{\n\tAddr: \":1\", // all\n}\n", "package app\n\nimport \"example.com/srv\"\n\nvar _ = srv.Options{\n\tAddr:       \":1\", // all\n\tMinVersion: 2,\n}\n"},
		{"added symbol and import", pattern.Fix{Add: "MinVersion: {sym:crypto/tls.VersionTLS12}"}, "package app\n\nimport (\n\t\"example.com/srv\"\n)\n\nvar _ = srv.Options{}\n", "package app\n\nimport (\n\t\"crypto/tls\"\n\n\t\"example.com/srv\"\n)\n\nvar _ = srv.Options{MinVersion: tls.VersionTLS12}\n"},
		{"declared helper", pattern.Fix{Value: "skip()", Decl: "func skip() bool { return false }"}, head + "var _ = tls.Config{InsecureSkipVerify: true}\n", head + "var _ = tls.Config{InsecureSkipVerify: skip()}\n\nfunc skip() bool { return false }\n"},
		{"declared once", pattern.Fix{Value: "skip()", Decl: "func skip() bool { return false }"}, head + "var _ = tls.Config{InsecureSkipVerify: true}\n\nfunc skip() bool { return false }\n", head + "var _ = tls.Config{InsecureSkipVerify: skip()}\n\nfunc skip() bool { return false }\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := edit(t, set, tt.src, tt.fix)
			if !ok {
				t.Fatalf("no edit for\n%s", tt.src)
			}
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestImports: an edit brings the imports that its text needs, and takes those
// along that nothing uses any more.
func TestImports(t *testing.T) {
	set := newSet(t, rows)
	const use = "\n\nvar _ = tls.Config{InsecureSkipVerify: true}\n"
	pkg := func(imports string) string { return "package app\n\n" + imports }
	value := pattern.Fix{Value: "corp.Skip()", Imports: []string{"example.com/corp"}}
	std := pattern.Fix{Value: "len(os.Args) > 9", Imports: []string{"os"}}
	const used = "\n\nvar _ = tls.Config{InsecureSkipVerify: corp.Skip()}\n"
	const usedStd = "\n\nvar _ = tls.Config{InsecureSkipVerify: len(os.Args) > 9}\n"
	for _, tt := range []struct {
		name      string
		fix       pattern.Fix
		src, want string
	}{
		{"into a block", std, pkg("import (\n\t\"crypto/tls\"\n\t\"time\"\n)\n\nvar _ time.Time" + use), pkg("import (\n\t\"crypto/tls\"\n\t\"os\"\n\t\"time\"\n)\n\nvar _ time.Time" + usedStd)},
		{"first of a block", pattern.Fix{Value: "bytes.Equal(nil, nil)", Imports: []string{"bytes"}}, pkg("import (\n\t\"crypto/tls\"\n)" + use), pkg("import (\n\t\"bytes\"\n\t\"crypto/tls\"\n)\n\nvar _ = tls.Config{InsecureSkipVerify: bytes.Equal(nil, nil)}\n")},
		{"last of a block", std, pkg("import (\n\t\"crypto/tls\"\n)" + use), pkg("import (\n\t\"crypto/tls\"\n\t\"os\"\n)" + usedStd)},
		{"a new group", value, pkg("import (\n\t\"crypto/tls\"\n)" + use), pkg("import (\n\t\"crypto/tls\"\n\n\t\"example.com/corp\"\n)" + used)},
		{"into its group", value, pkg("import (\n\t\"crypto/tls\"\n\n\t\"example.com/z\"\n)\n\nvar _ = z.Z" + use), pkg("import (\n\t\"crypto/tls\"\n\n\t\"example.com/corp\"\n\t\"example.com/z\"\n)\n\nvar _ = z.Z" + used)},
		{"behind a single import", std, pkg("import \"crypto/tls\"" + use), pkg("import \"crypto/tls\"\nimport \"os\"" + usedStd)},
		{"it is there", std, pkg("import (\n\t\"crypto/tls\"\n\t\"os\"\n)\n\nvar _ = os.Args" + use), pkg("import (\n\t\"crypto/tls\"\n\t\"os\"\n)\n\nvar _ = os.Args" + usedStd)},
		{"two at once", pattern.Fix{Value: "len(os.Args) > len(time.Now().String())", Imports: []string{"os", "time"}}, pkg("import \"crypto/tls\"" + use), pkg("import \"crypto/tls\"\nimport \"os\"\nimport \"time\"\n\nvar _ = tls.Config{InsecureSkipVerify: len(os.Args) > len(time.Now().String())}\n")},
		{"into a package without imports", pattern.Fix{Value: `" + os.Args[0] + "`, Imports: []string{"os"}}, "package app\n\nvar _ = \"postgres://u@db/x?sslmode=disable\"\n", "package app\n\nimport \"os\"\n\nvar _ = \"postgres://u@db/x?sslmode=\" + os.Args[0] + \"\"\n"},
		{"the last use goes", pattern.Fix{Value: "false"}, pkg("import (\n\t\"crypto/tls\"\n\t\"os\"\n)\n\nvar _ = tls.Config{InsecureSkipVerify: true || os.Args == nil}\n"), pkg("import (\n\t\"crypto/tls\"\n)\n\nvar _ = tls.Config{InsecureSkipVerify: false}\n")},
		{"a single import goes", pattern.Fix{Drop: "arg"}, pkg("import \"example.com/crane\"\n\nvar options = []any{crane.Insecure}\n"), "package app\n\nvar options = []any{}\n"},
		{"another use stays", pattern.Fix{Value: "false"}, pkg("import (\n\t\"crypto/tls\"\n\t\"os\"\n)\n\nvar _ = os.Args\nvar _ = tls.Config{InsecureSkipVerify: true || os.Args == nil}\n"), pkg("import (\n\t\"crypto/tls\"\n\t\"os\"\n)\n\nvar _ = os.Args\nvar _ = tls.Config{InsecureSkipVerify: false}\n")},
		{"a blank import stays", pattern.Fix{Value: "false"}, pkg("import (\n\t\"crypto/tls\"\n\t_ \"embed\"\n)" + use), pkg("import (\n\t\"crypto/tls\"\n\t_ \"embed\"\n)\n\nvar _ = tls.Config{InsecureSkipVerify: false}\n")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := edit(t, set, tt.src, tt.fix)
			if !ok {
				t.Fatalf("no edit for\n%s", tt.src)
			}
			if got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// TestNoEdit: where an operation would break the program or is not in scope,
// there is none.
func TestNoEdit(t *testing.T) {
	set := newSet(t, rows)
	for _, tt := range []struct {
		name string
		fix  pattern.Fix
		src  string
	}{
		{"false is no pointer", pattern.Fix{Drop: "member"}, "package app\n\nimport \"example.com/ptr\"\n\nvar on = true\n\nfunc f(in *ptr.Input) { in.Insecure = &on }\n\nvar _ = on\n"},
		{"a local would be left unused", pattern.Fix{Value: "false"}, "package app\n\nimport \"crypto/tls\"\n\nfunc f() any {\n\tx := true\n\treturn tls.Config{InsecureSkipVerify: x || x}\n}\n"},
		{"no host in scope", pattern.Fix{Replace: "ServerName: {host}"}, "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{InsecureSkipVerify: true}\n"},
		{"the literal has it already", pattern.Fix{Replace: `ServerName: "y"`}, "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{InsecureSkipVerify: true, ServerName: \"x\"}\n"},
		{"no variadic argument", pattern.Fix{Drop: "arg"}, "package app\n\nimport \"example.com/crane\"\n\nfunc g(f func()) {}\n\nfunc f() { g(crane.Insecure) }\n"},
		{"the call is all there is", pattern.Fix{Drop: "call"}, "package app\n\nimport \"example.com/otlp/trace\"\n\nvar _ = trace.WithInsecure()\n"},
		{"text that does not parse", pattern.Fix{Value: "("}, "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{InsecureSkipVerify: true}\n"},
		{"an unknown operation", pattern.Fix{Drop: "option"}, "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{InsecureSkipVerify: true}\n"},
		{"no list", pattern.Fix{Drop: "elements"}, "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{InsecureSkipVerify: true}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, ok := edit(t, set, tt.src, tt.fix); ok {
				t.Errorf("got\n%s", got)
			}
		})
	}
}

// TestFlip turns the default of an option round, where it stands.
func TestFlip(t *testing.T) {
	set := newSet(t, rows)
	for _, tt := range []struct{ name, src, from, to string }{
		{"flag", "package app\n\nimport (\n\t\"crypto/tls\"\n\t\"flag\"\n)\n\nvar skip = flag.Bool(\"skip\", true, \"\")\n\nvar _ = func() any { return tls.Config{InsecureSkipVerify: *skip} }\n", "true, \"\"", "false, \"\""},
		{"variable", "package app\n\nimport \"crypto/tls\"\n\nvar Skip = true\n\nvar _ = func() any { return tls.Config{InsecureSkipVerify: Skip} }\n", "Skip = true", "Skip = false"},
		{"inverted flag", "package app\n\nimport (\n\t\"crypto/tls\"\n\t\"flag\"\n)\n\nvar verify = flag.Bool(\"verify\", false, \"\")\n\nvar _ = func() any { return tls.Config{InsecureSkipVerify: !*verify} }\n", "false, \"\"", "true, \"\""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := lower(t, set, tt.src)
			n := p.node(t, skipName)
			hits := set.Match(n)
			if len(hits) != 1 || hits[0].Value.Default == nil {
				t.Fatalf("got %d hits", len(hits))
			}
			edits, ok := lowering.Flip(hits[0], hits[0].Value.Default.At)
			if !ok {
				t.Fatal("no edit")
			}
			if got, want := applied(t, tt.src, edits), strings.Replace(tt.src, tt.from, tt.to, 1); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
	p := lower(t, set, "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{InsecureSkipVerify: true}\n")
	hit := set.Match(p.node(t, skipName))[0]
	if edits, ok := lowering.Flip(hit, hit.Node.Value.Const.At); !ok || len(edits) != 1 {
		t.Error("a literal at its own place is not flipped")
	}
	elsewhere := hit.Node.Value.Const.At
	elsewhere.Path = "other.go"
	if _, ok := lowering.Flip(hit, elsewhere); ok {
		t.Error("a literal of another file is flipped here")
	}
	elsewhere = hit.Node.Value.Const.At
	elsewhere.Span.End = 1 << 30
	if _, ok := lowering.Flip(hit, elsewhere); ok {
		t.Error("a place outside of the file is flipped")
	}
}

// TestEditWithoutSyntax: a node of another language is nobody's.
func TestEditWithoutSyntax(t *testing.T) {
	set := newSet(t, rows)
	n := *lower(t, set, "package app\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{InsecureSkipVerify: true}\n").node(t, skipName)
	n.Syntax = nil
	hit := set.Match(&n)[0]
	if _, ok := lowering.Edit([]languages.Op{{Hit: hit, Fix: pattern.Fix{Drop: "member"}}}, languages.Vars{}); ok {
		t.Error("edited")
	}
	if _, ok := lowering.Flip(hit, n.Value.Const.At); ok {
		t.Error("flipped")
	}
}
