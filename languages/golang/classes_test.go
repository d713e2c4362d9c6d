package golang_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/scan"
)

var wantComment = regexp.MustCompile(`// want: (\S+) (\S+) (\S+)$`)

// TestClasses holds the shapes that reading real code has brought up. A line that
// ends in "// want: RULE EXPOSURE LEVEL" is found so; no other line is found.
func TestClasses(t *testing.T) {
	for name, src := range map[string]string{
		"guard on another object's switch": `package p
import "crypto/tls"
type TLSConfig struct{ Insecure, InsecureSkipVerify bool }
func f(t *TLSConfig, cfg *tls.Config) {
	if t.Insecure {
		cfg.InsecureSkipVerify = true // want: TLS101 optional note
	}
}
func g(from, to *tls.Config) {
	to.InsecureSkipVerify = from.InsecureSkipVerify
}`,
		"flag whose default is its own variable": `package p
import ("crypto/tls"; "flag"; "os"; "strconv")
type settings struct{ Insecure bool }
func (s *settings) flags(fs *flag.FlagSet) {
	fs.BoolVar(&s.Insecure, "insecure", s.Insecure, "")
}
func newSettings() *settings {
	s := &settings{}
	s.Insecure, _ = strconv.ParseBool(os.Getenv("INSECURE"))
	return s
}
func (s *settings) tls() *tls.Config {
	return &tls.Config{InsecureSkipVerify: s.Insecure} // want: TLS101 optional note
}
var skip bool
func init() { flag.BoolVar(&skip, "skip", skip, "") }
func h() *tls.Config {
	return &tls.Config{InsecureSkipVerify: skip} // want: TLS101 optional note
}`,
		"constructor that sets the field only under a condition": `package p
import "crypto/tls"
type options struct{ Insecure bool }
type client struct{ Insecure bool }
func newClient(o options) *client {
	c := &client{}
	if o.Insecure {
		c.Insecure = true
	}
	return c
}
func (c *client) tls() *tls.Config {
	var cfg tls.Config
	if c.Insecure {
		cfg.InsecureSkipVerify = true // want: TLS101 optional note
	}
	return &cfg
}`,
		"settings read from a table": `package p
import ("crypto/tls"; "strconv")
func f(conf map[string]string, cfg *tls.Config) error {
	if v, ok := conf["tls_skip_verify"]; ok {
		skip, err := strconv.Atoi(v)
		if err != nil {
			return err
		}
		if skip == 0 {
			cfg.InsecureSkipVerify = false
		} else {
			cfg.InsecureSkipVerify = true // want: TLS101 optional note
		}
	}
	return nil
}`,
		"callback that accepts under an option": `package p
import ("crypto/tls"; "crypto/x509")
type facade struct{ insecure bool; roots *x509.CertPool }
func (f *facade) config(host string) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true, // want: TLS101 optional note
		VerifyConnection: func(cs tls.ConnectionState) error {
			if f.insecure {
				return nil
			}
			_, err := cs.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: f.roots, DNSName: host})
			return err
		},
	}
}`,
		"function whose every call is guarded": `package p
import "crypto/tls"
func Config(mode string, skipVerify bool) *tls.Config {
	switch mode {
	case "insecure":
		return insecureConfig()
	}
	if skipVerify {
		return insecureConfig()
	}
	return &tls.Config{}
}
func insecureConfig() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true} // want: TLS101 optional note
}`,
		"function with an unguarded call": `package p
import "crypto/tls"
func Config(skipVerify bool) *tls.Config {
	if skipVerify {
		return insecureConfig()
	}
	return &tls.Config{}
}
var other = insecureConfig()
func insecureConfig() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true} // want: TLS101 always error
}`,
		"guard that only chooses whether to connect": `package p
import "crypto/tls"
func Start(useTracing bool) {
	if useTracing {
		dialTracer()
	}
}
func dialTracer() {
	_, _ = tls.Dial("tcp", "trace.example.org:443", &tls.Config{InsecureSkipVerify: true}) // want: TLS101 always error
}`,
		"only towards this machine": `package p
import ("crypto/tls"; "net/url")
func isLoopback(h string) bool { return h == "localhost" }
func f(u *url.URL) *tls.Config {
	return &tls.Config{InsecureSkipVerify: isLoopback(u.Hostname())}
}
func g(host string, cfg *tls.Config) {
	if host == "localhost" {
		cfg.InsecureSkipVerify = true // want: TLS101 always note
	}
}
func h(host string, cfg *tls.Config) {
	if host != "localhost" {
		cfg.InsecureSkipVerify = true // want: TLS101 always error
	}
}`,
		"looks at the certificates itself": `package p
import ("crypto/tls"; "crypto/x509")
func peer(addr string) ([]*x509.Certificate, error) {
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) // want: TLS101 always note
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates, nil
}`,
		"a configuration that another package makes": `package p
import "example.com/app/utils"
func f() {
	tlsConfig := utils.TLSConfig()
	tlsConfig.InsecureSkipVerify = true // want: TLS101 always error
	utils.Use(tlsConfig)
}
func g() {
	thing := utils.Thing()
	thing.InsecureSkipVerify = true // want: TLS101 always warning
	utils.Use(thing)
}`,
		"a mode that another package knows": `package p
import ("crypto/tls"; "example.com/app/lib")
func f() *tls.Config {
	cfg := &tls.Config{}
	if lib.IsInsecureDevMode() {
		cfg.InsecureSkipVerify = true // want: TLS101 optional note
	}
	return cfg
}`,
		"a pin checked after the connection": `package p
import ("crypto/tls"; "example.com/app/utils")
func f(addr string, pins []string) error {
	conn, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) // want: TLS101 always note
	if err != nil {
		return err
	}
	return utils.CheckSPKI(pins, conn)
}`,
		"callbacks that other packages make": `package p
import ("crypto/tls"; "example.com/app/authz")
func f() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, VerifyConnection: authz.Authorize("db")}
}
func g() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, VerifyPeerCertificate: authz.Callback}
}
func h() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true, VerifyConnection: nil} // want: TLS101 always error
}`,
		"a client's own fingerprint is no pin": `package p
import "crypto/tls"
func f(addr string) error {
	cfg := &tls.Config{InsecureSkipVerify: true} // want: TLS101 always error
	fingerprint := helloChrome()
	return dial(addr, cfg, fingerprint)
}
func helloChrome() int { return 1 }
func dial(addr string, cfg *tls.Config, hello int) error { return nil }`,
		"helpers of tests": `package p
import "crypto/tls"
func TestConnection(addr string) error {
	_, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) // want: TLS101 always error
	return err
}
func MakeTestClientConfig() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true} // want: TLS101 always note
}
func latestConfig() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true} // want: TLS101 always error
}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, src)
		})
	}
}

// What a test writes into a struct decides nothing for the program.
func TestTestsDecideNothing(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "creds.go", `package p
import "crypto/tls"
type Creds struct{ Skip bool }
func config(c Creds) *tls.Config {
	return &tls.Config{InsecureSkipVerify: c.Skip} // want: TLS101 optional note
}`)
	write(t, dir, "creds_test.go", `package p
func newDefaultCreds() Creds { return Creds{Skip: true} }`)
	compare(t, dir, "creds.go")
}

func check(t *testing.T, src string) {
	t.Helper()
	dir := t.TempDir()
	write(t, dir, "p.go", src)
	compare(t, dir, "p.go")
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, dir, name string) {
	t.Helper()
	res, err := scan.Run(t.Context(), scan.Options{Root: dir, NoGitignore: true, Tests: "note"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[int]string{}
	for _, f := range res.Findings() {
		if f.Path == name {
			got[f.Span.Start.Line] = fmt.Sprintf("%s %s %s", f.Rule, f.Exposure, f.Severity.Level())
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(data), "\n") {
		want := ""
		if m := wantComment.FindStringSubmatch(line); m != nil {
			want = strings.Join(m[1:], " ")
		}
		if got[i+1] != want {
			t.Errorf("line %d: %s\n\tfound %q, want %q", i+1, strings.TrimSpace(line), got[i+1], want)
		}
	}
}
