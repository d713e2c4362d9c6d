package lowering_test

import (
	"slices"
	"strings"
	"testing"
)

const skipName = "crypto/tls.Config.InsecureSkipVerify"

// file is a package with the usual imports of a client.
func file(body string) string {
	return "package app\n\nimport (\n\t\"crypto/tls\"\n\t\"net\"\n\t\"net/http\"\n\t\"net/smtp\"\n)\n\nvar _ = []any{tls.Dial, net.Dial, http.Get, smtp.Dial}\n\n" + body + "\n"
}

// TestInto: where the object around a switch ends up.
func TestInto(t *testing.T) {
	set := newSet(t, rows)
	for _, tt := range []struct{ name, body, into, role string }{
		{"argument", `func f(c net.Conn) { tls.Client(c, &tls.Config{InsecureSkipVerify: true}) }`, "crypto/tls.Client", "client"},
		{"variable", `func f(c net.Conn) { cfg := &tls.Config{InsecureSkipVerify: true}; tls.Client(c, cfg) }`, "crypto/tls.Client", "client"},
		{"two variables", `func f(c net.Conn) { cfg := &tls.Config{InsecureSkipVerify: true}; other := cfg; tls.Client(c, other) }`, "crypto/tls.Client", "client"},
		{"value, then its address", `func f(c net.Conn) { cfg := tls.Config{InsecureSkipVerify: true}; tls.Client(c, &cfg) }`, "crypto/tls.Client", "client"},
		{"assignment", `func f(c net.Conn) { cfg := &tls.Config{}; cfg.InsecureSkipVerify = true; tls.Client(c, cfg) }`, "crypto/tls.Client", "client"},
		{"member of a literal", `var _ = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}`, "net/http.Transport.TLSClientConfig", "client"},
		{"member, assigned", `func f(tr *http.Transport) { tr.TLSClientConfig = &tls.Config{InsecureSkipVerify: true} }`, "net/http.Transport.TLSClientConfig", "client"},
		{"member of a member", `func f(tr *http.Transport) { tr.TLSClientConfig.InsecureSkipVerify = true }`, "net/http.Transport.TLSClientConfig", "client"},
		{"server", `var _ = &http.Server{TLSConfig: &tls.Config{InsecureSkipVerify: true}}`, "net/http.Server.TLSConfig", "server"},
		{"listener", `func f(l net.Listener) { cfg := &tls.Config{InsecureSkipVerify: true}; tls.NewListener(l, cfg) }`, "crypto/tls.NewListener", "server"},
		{"both sides", `func f(c net.Conn) { cfg := &tls.Config{InsecureSkipVerify: true}; tls.Client(c, cfg); tls.Server(c, cfg) }`, "crypto/tls.Server", ""},
		{"process-wide", `func f() { http.DefaultTransport.(*http.Transport).TLSClientConfig = &tls.Config{InsecureSkipVerify: true} }`, "net/http.DefaultTransport", "client"},
		{"process-wide, by a variable", `func f() { tr := http.DefaultTransport.(*http.Transport); tr.TLSClientConfig.InsecureSkipVerify = true }`, "net/http.DefaultTransport", "client"},
		{"package variable", "var cfg = &tls.Config{InsecureSkipVerify: true}\nfunc f(c net.Conn) { tls.Client(c, cfg) }", "example.com/app.cfg", "client"},
		{"method", `func f(c *smtp.Client) { c.StartTLS(&tls.Config{InsecureSkipVerify: true}) }`, "net/smtp.Client.StartTLS", "client"},
		{"returned", `func f() *tls.Config { return &tls.Config{InsecureSkipVerify: true} }`, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := lower(t, set, file(tt.body)).node(t, skipName)
			if tt.into != "" && !slices.Contains(n.Into, tt.into) {
				t.Errorf("flows into %v, want %s", n.Into, tt.into)
			}
			if tt.into == "" && len(n.Into) > 0 {
				t.Errorf("flows into %v, want nothing", n.Into)
			}
			if n.Role != tt.role {
				t.Errorf("role %q, want %q", n.Role, tt.role)
			}
		})
	}
}

// TestSiblings: what else is set on the same object.
func TestSiblings(t *testing.T) {
	set := newSet(t, rows)
	for _, tt := range []struct{ name, body, want string }{
		{"literal", `var _ = tls.Config{InsecureSkipVerify: true, ServerName: "x"}`, "x"},
		{"assigned later", `func f() *tls.Config { c := &tls.Config{InsecureSkipVerify: true}; c.ServerName = "x"; return c }`, "x"},
		{"both assigned", `func f(c *tls.Config) { c.ServerName = "x"; c.InsecureSkipVerify = true }`, "x"},
		{"literal, then the switch", `func f() *tls.Config { c := &tls.Config{ServerName: "x"}; c.InsecureSkipVerify = true; return c }`, "x"},
		{"on a member", `func f(tr *http.Transport) { tr.TLSClientConfig.ServerName = "x"; tr.TLSClientConfig.InsecureSkipVerify = true }`, "x"},
		{"literal on a member", `func f(tr *http.Transport) { tr.TLSClientConfig = &tls.Config{ServerName: "x"}; tr.TLSClientConfig.InsecureSkipVerify = true }`, "x"},
		{"another object", `func f(a, b *tls.Config) { b.ServerName = "x"; a.InsecureSkipVerify = true }`, ""},
		{"none", `var _ = tls.Config{InsecureSkipVerify: true}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := lower(t, set, file(tt.body)).node(t, skipName)
			got := ""
			if v := n.Siblings["ServerName"]; v != nil {
				got = v.Const.Str
			}
			if got != tt.want {
				t.Errorf("ServerName = %q, want %q", got, tt.want)
			}
		})
	}
}

// TestHosts: which literal hosts stand near a switch, and which expression in
// scope names the host.
func TestHosts(t *testing.T) {
	set := newSet(t, rows)
	for _, tt := range []struct{ name, body, hosts, expr string }{
		{"dial", `func f() { tls.Dial("tcp", "db.example.com:443", &tls.Config{InsecureSkipVerify: true}) }`, "db.example.com:443", `"db.example.com"`},
		{"dial a constant", "const addr = \"db.example.com:443\"\nfunc f() { tls.Dial(\"tcp\", addr, &tls.Config{InsecureSkipVerify: true}) }", "db.example.com:443", ""},
		{"local", `func f() { tls.Dial("tcp", "localhost:443", &tls.Config{InsecureSkipVerify: true}) }`, "localhost:443", ""},
		{"host parameter", `func f(host string) { tls.Dial("tcp", host+":443", &tls.Config{InsecureSkipVerify: true}) }`, "", "host"},
		{"host parameter alone", `func f(host string, c net.Conn) { tls.Client(c, &tls.Config{InsecureSkipVerify: true}) }`, "", "host"},
		{"host declared behind the switch", `func f(c net.Conn) { cfg := &tls.Config{InsecureSkipVerify: true}; host := "x"; g(host, cfg) }` + "\nfunc g(string, *tls.Config) {}", "", ""},
		{"only address in the function", `func f() { tr := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}; (&http.Client{Transport: tr}).Get("https://api.example.com/x") }`, "api.example.com:", `"api.example.com"`},
		{"two addresses", `func f() { tr := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}; c := &http.Client{Transport: tr}; c.Get("https://a.example.com"); c.Get("https://b.example.com") }`, "", ""},
		{"member around it", "type opts struct { Addr string; TLS *tls.Config }\nvar _ = opts{Addr: \"redis.example.com:6380\", TLS: &tls.Config{InsecureSkipVerify: true}}", "redis.example.com:6380", ""},
		{"member around a variable", "type opts struct { Addr string; TLS *tls.Config }\nfunc f() opts { cfg := &tls.Config{InsecureSkipVerify: true}; return opts{Addr: \"redis.example.com:6380\", TLS: cfg} }", "redis.example.com:6380", ""},
		{"host is no string", `func f(host int, c net.Conn) { tls.Client(c, &tls.Config{InsecureSkipVerify: true}) }`, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := lower(t, set, file(tt.body)).node(t, skipName)
			var hosts []string
			for _, h := range n.Hosts {
				hosts = append(hosts, h.Name+":"+h.Port)
			}
			if got := strings.Join(hosts, " "); got != tt.hosts {
				t.Errorf("hosts %q, want %q", got, tt.hosts)
			}
			if n.HostExpr != tt.expr {
				t.Errorf("host expression %q, want %q", n.HostExpr, tt.expr)
			}
		})
	}
}

// TestWriteOrder: a write that is undone before anybody uses the object is no
// finding, any other is.
func TestWriteOrder(t *testing.T) {
	set := newSet(t, rows)
	for _, tt := range []struct{ name, body, want string }{
		{"undone", `func f(c *tls.Config) { c.InsecureSkipVerify = true; c.InsecureSkipVerify = false }`, ""},
		{"undone in a literal", `func f() *tls.Config { c := &tls.Config{InsecureSkipVerify: true}; c.InsecureSkipVerify = false; return c }`, ""},
		{"undone in parentheses", `func f(c *tls.Config) { c.InsecureSkipVerify = true; (c.InsecureSkipVerify) = (false) }`, ""},
		{"used in between", `func f(n net.Conn) { c := &tls.Config{InsecureSkipVerify: true}; tls.Client(n, c); c.InsecureSkipVerify = false }`, "skip always"},
		{"undone under a condition", `func f(c *tls.Config, secure bool) { c.InsecureSkipVerify = true; if secure { c.InsecureSkipVerify = false } }`, "skip always"},
		{"thrown again", `func f(c *tls.Config) { c.InsecureSkipVerify = false; c.InsecureSkipVerify = true }`, "skip always"},
		{"another object is mended", `func f(c, d *tls.Config) { c.InsecureSkipVerify = true; d.InsecureSkipVerify = false }`, "skip always"},
		{"undone behind another member", `func f(c *tls.Config) { c.InsecureSkipVerify = true; c.ServerName = "x"; c.InsecureSkipVerify = false }`, ""},
		{"the later value reads the object", `func f(c *tls.Config) { c.InsecureSkipVerify = true; c.InsecureSkipVerify = g(c) }` + "\nfunc g(*tls.Config) bool { return false }", "skip always"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := say(lower(t, set, file(tt.body)).findings()); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// TestSpellings: the same switch in all the ways in which people write it.
func TestSpellings(t *testing.T) {
	set := newSet(t, rows)
	for _, tt := range []struct{ name, src, want string }{
		{"alias", "package app\nimport t \"crypto/tls\"\nvar _ = t.Config{InsecureSkipVerify: true}", "skip always"},
		{"dot import", "package app\nimport . \"crypto/tls\"\nvar _ = Config{InsecureSkipVerify: true}", "skip always"},
		{"type alias", "package app\nimport \"crypto/tls\"\ntype C = tls.Config\nvar _ = C{InsecureSkipVerify: true}", "skip always"},
		{"slice of structs", "package app\nimport \"crypto/tls\"\nvar _ = []tls.Config{{InsecureSkipVerify: true}}", "skip always"},
		{"map of pointers", "package app\nimport \"crypto/tls\"\nvar _ = map[string]*tls.Config{\"a\": {InsecureSkipVerify: true}}", "skip always"},
		{"embedded", "package app\nimport \"crypto/tls\"\ntype T struct{ *tls.Config }\nfunc f(t T) { t.InsecureSkipVerify = true }", "skip always"},
		{"embedded twice", "package app\nimport \"crypto/tls\"\ntype T struct{ *tls.Config }\ntype U struct{ T }\nfunc f(t *U) { t.InsecureSkipVerify = true }", "skip always"},
		{"pointer to the field", "package app\nimport \"crypto/tls\"\nfunc f(c *tls.Config) { p := &c.InsecureSkipVerify; *p = true }", "skip always"},
		{"element", "package app\nimport \"crypto/tls\"\nfunc f(c []*tls.Config) { c[0].InsecureSkipVerify = true }", "skip always"},
		{"result", "package app\nimport \"crypto/tls\"\nfunc g() *tls.Config { return nil }\nfunc f() { g().InsecureSkipVerify = true }", "skip always"},
		{"parenthesised", "package app\nimport \"crypto/tls\"\nfunc f(c *tls.Config) { (c).InsecureSkipVerify = (true) }", "skip always"},
		{"dereferenced", "package app\nimport \"crypto/tls\"\nfunc f(c *tls.Config) { (*c).InsecureSkipVerify = true }", "skip always"},
		{"tuple", "package app\nimport \"crypto/tls\"\nfunc f(c *tls.Config) { c.ServerName, c.InsecureSkipVerify = \"x\", true }", "skip always"},
		{"generic holder", "package app\nimport \"crypto/tls\"\ntype box[T any] struct{ v T }\nfunc f(b box[*tls.Config]) { b.v.InsecureSkipVerify = true }", "skip always"},
		{"another type's field", "package app\ntype Config struct{ InsecureSkipVerify bool }\nvar _ = Config{InsecureSkipVerify: true}", ""},
		{"another package's type", "package app\nimport \"example.com/ws\"\nvar _ = ws.AcceptOptions{InsecureSkipVerify: true}", ""},
		{"in a comment and a string", "package app\nvar _ = `tls.Config{InsecureSkipVerify: true}` // InsecureSkipVerify: true", ""},
		{"declaration of a field", "package app\nimport \"crypto/tls\"\nvar _ tls.Config\ntype t struct{ InsecureSkipVerify bool }", ""},
		{"absent", "package app\nimport \"example.com/srv\"\nfunc f() { srv.Serve(srv.Options{Addr: \":1\"}) }", "server-version always"},
		{"absent from an empty literal", "package app\nimport \"example.com/srv\"\nfunc f() { srv.Serve(srv.Options{}) }", "server-version always"},
		{"not absent", "package app\nimport \"example.com/srv\"\nfunc f() { srv.Serve(srv.Options{MinVersion: 1}) }", ""},
		{"set later", "package app\nimport \"example.com/srv\"\nfunc f() { o := srv.Options{Addr: \":1\"}; o.MinVersion = 1; srv.Serve(o) }", ""},
		{"positional", "package app\nimport \"example.com/srv\"\nfunc f() { srv.Serve(srv.Options{1, \":1\"}) }", ""},
		{"call", "package app\nimport \"example.com/otlp/v2/trace\"\nvar _ = trace.New(\"x\", trace.WithInsecure())", "trace always"},
		{"call under an option", "package app\nimport \"example.com/otlp/trace\"\nfunc f(insecure bool) { var o []trace.Option; if insecure { o = append(o, trace.WithInsecure()) }; trace.New(\"x\", o...) }", "trace optional (parameter insecure)"},
		{"method chain", "package app\nimport \"example.com/builder\"\nvar _ = builder.New().Timeout(3).SkipVerify()", "builder always"},
		{"method with an argument", "package app\nimport \"example.com/builder\"\nvar _ = builder.New().SetVerify(false)", "builder always"},
		{"method value of an interface", "package app\nimport \"example.com/builder\"\nvar _ = builder.New().SetVerify(true)", "builder always"},
		{"reference", "package app\nimport \"example.com/crane\"\nvar _ = crane.Pull(\"x\", crane.Insecure)", "ref always"},
		{"reference that is called", "package app\nimport \"example.com/crane\"\nfunc f() { crane.Insecure() }", ""},
		{"environment", "package app\nimport \"os\"\nfunc f() { os.Setenv(\"CORP_TLS_SKIP\", \"1\") }", "env always"},
		{"environment, no word for true", "package app\nimport \"os\"\nfunc f() { os.Setenv(\"CORP_TLS_SKIP\", \"0\") }", ""},
		{"environment, by a constant", "package app\nimport \"os\"\nconst k = \"CORP_TLS_SKIP\"\nfunc f() { os.Setenv(k, \"on\") }", "env always"},
		{"environment of a test", "package app\nimport \"testing\"\nfunc TestX(t *testing.T) { t.Setenv(\"CORP_TLS_SKIP\", \"yes\") }", "env always"},
		{"GODEBUG", "package app\nimport \"os\"\nfunc f() { os.Setenv(\"GODEBUG\", \"http2client=0,tls10server=1\") }", "godebug always"},
		{"GODEBUG directive", "//go:debug tls10server=1\npackage main\n", "godebug always"},
		{"GODEBUG directive in a library", "//go:debug tls10server=1\npackage app\n", ""},
		{"DSN", "package app\nvar _ = \"postgres://u@db.example.com/x?sslmode=disable\"", "postgres always"},
		{"DSN in a raw string", "package app\nvar _ = `host=db.example.com user=u sslmode=disable`", "postgres always"},
		{"DSN, verified", "package app\nvar _ = \"postgres://u@db.example.com/x?sslmode=verify-full\"", ""},
		{"DSN in a struct tag", "package app\ntype t struct { A string `default:\"postgres://u@db/x?sslmode=disable\"` }", ""},
		{"named map", "package app\nimport \"example.com/kafka\"\nvar _ = kafka.ConfigMap{\"enable.ssl\": false}", "mapkey always"},
		{"named map, assigned", "package app\nimport \"example.com/kafka\"\nfunc f(m kafka.ConfigMap) { m[\"enable.ssl\"] = false }", "mapkey always"},
		{"map argument", "package app\nimport \"example.com/kafka\"\nvar _ = kafka.Open(map[string]any{\"verify\": false})", "mapkey always"},
		{"map argument in a variable", "package app\nimport \"example.com/kafka\"\nfunc f() { m := map[string]any{\"verify\": false}; kafka.Open(m) }", "mapkey always"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := say(lower(t, set, tt.src+"\n").findings()); got != tt.want {
				t.Errorf("got %q, want %q\n%s", got, tt.want, tt.src)
			}
		})
	}
}

// TestInspects: a function that looks at the peer's certificates after the
// handshake says so; its callbacks do not count.
func TestInspects(t *testing.T) {
	set := newSet(t, rows)
	for name, tt := range map[string]struct {
		body string
		want bool
	}{
		"looks":    {`func f() { c, _ := tls.Dial("tcp", "x:1", &tls.Config{InsecureSkipVerify: true}); _ = c.ConnectionState().PeerCertificates }`, true},
		"does not": {`func f() { c, _ := tls.Dial("tcp", "x:1", &tls.Config{InsecureSkipVerify: true}); _ = c }`, false},
		"callback": {`func f() { c, _ := tls.Dial("tcp", "x:1", &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(s tls.ConnectionState) error { _ = s.PeerCertificates; return nil }}); _ = c }`, false},
	} {
		if got := lower(t, set, file(tt.body)).node(t, skipName).Inspects; got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestSymbols: a node names the declaration that it stands in.
func TestSymbols(t *testing.T) {
	set := newSet(t, rows)
	for src, want := range map[string]string{
		"func dial() any { return tls.Config{InsecureSkipVerify: true} }":                                "dial",
		"type c struct{}\nfunc (x *c) dial() any { return tls.Config{InsecureSkipVerify: true} }":        "(*c).dial",
		"type c struct{}\nfunc (c) dial() any { return tls.Config{InsecureSkipVerify: true} }":           "c.dial",
		"type b[T any] struct{}\nfunc (b[T]) dial() any { return tls.Config{InsecureSkipVerify: true} }": "b[T].dial",
		"var client = tls.Config{InsecureSkipVerify: true}":                                              "var client",
		"var client = func() any { return tls.Config{InsecureSkipVerify: true} }":                        "var client",
	} {
		if got := lower(t, set, file(src)).node(t, skipName).Symbol; got != want {
			t.Errorf("%s: symbol %q, want %q", src, got, want)
		}
	}
}

// TestGoVersion: the go line decides unless a //go:debug line says otherwise.
func TestGoVersion(t *testing.T) {
	set := newSet(t, rows)
	for head, want := range map[string]string{
		"":                            "go1.21",
		"//go:debug default=go1.20\n": "go1.20",
		"//go:debug tls10server=0\n":  "go1.22",
	} {
		n := lower(t, set, head+"package main\n\nimport \"crypto/tls\"\n\nvar _ = tls.Config{InsecureSkipVerify: true}\n").node(t, skipName)
		if n.Version != want {
			t.Errorf("%q: version %q, want %q", head, n.Version, want)
		}
	}
}

// TestBrokenSource: what does not type-check is lowered as far as it is known,
// and never panics.
func TestBrokenSource(t *testing.T) {
	set := newSet(t, rows)
	for _, src := range []string{
		"package app\nimport \"crypto/tls\"\nfunc f() { x.y.z = tls.Config{InsecureSkipVerify: undefined} }",
		"package app\nimport \"crypto/tls\"\nfunc f() { tls.Config.InsecureSkipVerify = true }",
		"package app\nimport \"crypto/tls\"\nvar a = b\nvar b = a\nvar _ = tls.Config{InsecureSkipVerify: a}",
		"package app\nimport \"crypto/tls\"\nfunc f(a, b) { tls.Config{InsecureSkipVerify: a[b](c...)} }",
		"package app\nimport \"crypto/tls\"\ntype T struct { T }\nfunc f(t T) { t.InsecureSkipVerify = true; t.T.T.InsecureSkipVerify = true }",
		"package app\nimport \"crypto/tls\"\nfunc f() { for i, c := range { c.InsecureSkipVerify = i } }",
		"package app\nimport \"nowhere\"\nfunc f() { nowhere.X(nowhere.Y{InsecureSkipVerify: true}).InsecureSkipVerify = true }",
		"package app\nimport \"crypto/tls\"\nfunc f() (a, b bool) { a, b = f(); _ = tls.Config{InsecureSkipVerify: a}; return }",
	} {
		func() {
			defer func() {
				if r := recover(); r != nil {
					t.Errorf("%s: %v", src, r)
				}
			}()
			lowerBroken(set, src)
		}()
	}
}
