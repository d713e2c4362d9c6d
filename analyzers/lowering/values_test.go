package lowering_test

import (
	"testing"

	"github.com/tlslint/tlslint/ir"
)

// TestValues: who decides the value of a switch.
func TestValues(t *testing.T) {
	set := func(expr string) string { return "var _ = &tls.Config{InsecureSkipVerify: " + expr + "}\n" }
	in := func(params, before, expr string) string {
		return "func use(*tls.Config) {}\nfunc f(" + params + ") {\n" + before + "\nuse(&tls.Config{InsecureSkipVerify: " + expr + "})\n}\n"
	}
	runBehaviours(t, newSet(t, rows), []behaviour{
		{"literal", set("true"), "skip always"},
		{"literal false", set("false"), ""},
		{"not false", set("!false"), "skip always"},
		{"parentheses", set("((true))"), "skip always"},
		{"comparison of constants", set("1 == 1"), "skip always"},
		{"constant", "const on = true\n" + set("on"), "skip always"},
		{"constant of a constant", "const yes = true\nconst on = yes\n" + set("on"), "skip always"},
		{"constant false", "const on = false\n" + set("on"), ""},
		{"package variable that nobody writes", "var on = true\n" + set("on"), "skip always"},
		{"package variable that somebody writes", "var on = true\nfunc off() { on = false }\n" + set("on"), "skip default (variable on)"},
		{"package variable that somebody switches on", "var on = false\nfunc f() { on = true }\n" + set("on"), "skip optional (variable on)"},
		{"exported package variable", "var Insecure = false\n" + set("Insecure"), "skip optional (variable Insecure)"},
		{"exported package variable, insecure", "var Insecure = true\n" + set("Insecure"), "skip default (variable Insecure)"},
		{"exported package variable, unset", "var Insecure bool\n" + set("Insecure"), "skip optional (variable Insecure)"},
		{"local", in("", "on := true", "on"), "skip always"},
		{"local var", in("", "var on bool = true", "on"), "skip always"},
		{"local, overwritten", in("", "on := true; on = false", "on"), ""},
		{"local, overwritten by true", in("", "on := false; on = true", "on"), "skip always"},
		{"local, set under an option", in("insecure bool", "on := false; if insecure { on = true }", "on"), "skip optional (parameter insecure)"},
		{"local, unset under an option", in("verify bool", "on := true; if verify { on = false }", "on"), "skip optional (parameter verify)"},
		{"local, set by environment", in("", `on := false; if os.Getenv("X") == "1" { on = true }`, "on"), "skip optional (environment variable X)"},
		{"local, unset by environment", in("", `on := true; if os.Getenv("X") == "1" { on = false }`, "on"), "skip default (environment variable X)"},
		{"local, set on an error", in("err error", "on := false; if err != nil { on = true }", "on"), "skip always"},
		{"local, written later", in("", "on := false; defer func() { _ = on }()", "on") + "func g() { on := false; use(&tls.Config{InsecureSkipVerify: on}); on = true; _ = on }\n", ""},
		{"tuple", in("", "on, off := true, false; _ = off", "on"), "skip always"},
		{"tuple, the other", in("", "on, off := true, false; _ = on", "off"), ""},
		{"shadowed", in("on bool", "on2 := on; { on2 := false; _ = on2 }", "on2"), "skip optional (parameter on)"},
		{"parameter", in("insecure bool", "", "insecure"), "skip optional (parameter insecure)"},
		{"parameter, inverted", in("verify bool", "", "!verify"), "skip optional (parameter verify)"},
		{"parameter, compared", in("verify bool", "", "verify == false"), "skip optional (parameter verify)"},
		{"mode", in("mode string", "", `mode == "insecure"`), "skip optional (parameter mode)"},
		{"mode, inverted", in("mode string", "", `mode != "verify-full"`), "skip optional (parameter mode)"},
		{"and", in("a, b bool", "", "a && b"), "skip optional (parameter a, parameter b)"},
		{"or true", in("a bool", "", "a || true"), "skip always"},
		{"field", "type o struct{ Skip bool }\n" + in("x o", "", "x.Skip"), "skip optional (field x.Skip)"},
		{"embedded field", "type o struct{ Skip bool }\ntype p struct{ o }\n" + in("x p", "", "x.Skip"), "skip optional (field x.Skip)"},
		{"field with a constructor's default", "type o struct{ Skip bool }\nfunc NewO() *o { return &o{Skip: true} }\n" + in("x o", "", "x.Skip"), "skip default (field x.Skip)"},
		{"field with a safe default", "type o struct{ Skip bool }\nfunc NewO() *o { return &o{Skip: false} }\n" + in("x o", "", "x.Skip"), "skip optional (field x.Skip)"},
		{"field with a default in a setter", "type o struct{ Verify bool }\nfunc (x *o) setDefaults() { x.Verify = true }\n" + in("x o", "", "!x.Verify"), "skip optional (field x.Verify)"},
		{"field that is decoded", "type o struct{ Verify bool }\nfunc unmarshal(b []byte, v any) error { return nil }\nfunc load() (x o) { unmarshal(nil, &x); return x }\n" + in("x o", "", "!x.Verify"), "skip default (field x.Verify)"},
		{"struct tag", "type o struct{ Skip bool `env:\"SKIP\" envDefault:\"true\"` }\n" + in("x o", "", "x.Skip"), "skip default (field x.Skip)"},
		{"struct tag, safe", "type o struct{ Skip bool `default:\"false\"` }\n" + in("x o", "", "x.Skip"), "skip optional (field x.Skip)"},
		{"flag", "var skip = flag.Bool(\"skip\", false, \"\")\n" + in("", "", "*skip"), "skip optional (flag -skip)"},
		{"flag that is on", "var skip = flag.Bool(\"skip\", true, \"\")\n" + in("", "", "*skip"), "skip default (flag -skip)"},
		{"flag, inverted", "var verify = flag.Bool(\"verify\", true, \"\")\n" + in("", "", "!*verify"), "skip optional (flag -verify)"},
		{"flag variable", "var skip bool\nfunc init() { flag.BoolVar(&skip, \"skip\", true, \"\") }\n" + in("", "", "skip"), "skip default (flag -skip)"},
		{"flag into a field", "type o struct{ Skip bool }\nfunc reg(x *o) { flag.BoolVar(&x.Skip, \"skip\", true, \"\") }\n" + in("x o", "", "x.Skip"), "skip default (flag -skip)"},
		{"flag whose default is a variable", "var def = true\nvar skip = flag.Bool(\"skip\", def, \"\")\n" + in("", "", "*skip"), "skip default (flag -skip)"},
		{"flag into the switch itself", "func f() *tls.Config { c := &tls.Config{}; flag.BoolVar(&c.InsecureSkipVerify, \"k\", false, \"\"); return c }", "skip optional (flag -k)"},
		{"flag into the switch itself, on", "func f() *tls.Config { c := &tls.Config{}; flag.BoolVar(&c.InsecureSkipVerify, \"k\", true, \"\"); return c }", "skip default (flag -k)"},
		{"environment", in("", "", `os.Getenv("SKIP") == "true"`), "skip optional (environment variable SKIP)"},
		{"environment, on unless", in("", "", `os.Getenv("VERIFY") != "true"`), "skip default (environment variable VERIFY)"},
		{"environment, empty", in("", "", `os.Getenv("VERIFY") == ""`), "skip default (environment variable VERIFY)"},
		{"environment, parsed", in("", `skip, _ := strconv.ParseBool(os.Getenv("SKIP"))`, "skip"), "skip optional (environment variable SKIP)"},
		{"environment, lower case", in("", "", `strings.ToLower(os.Getenv("SKIP")) == "true"`), "skip optional (environment variable SKIP)"},
		{"environment, any case", in("", "", `strings.EqualFold(os.Getenv("SKIP"), "true")`), "skip optional (environment variable SKIP)"},
		{"environment, there at all", in("", `_, skip := os.LookupEnv("SKIP")`, "skip"), "skip optional (environment variable SKIP)"},
		{"environment with a default helper", "func getenv(key, def string) string { if v := os.Getenv(key); v != \"\" { return v }; return def }\n" + in("", "", `getenv("SKIP", "true") == "true"`), "skip default (environment variable SKIP)"},
		{"environment with a safe default helper", "func getenv(key, def string) string { if v := os.Getenv(key); v != \"\" { return v }; return def }\n" + in("", "", `getenv("SKIP", "false") == "true"`), "skip optional (environment variable SKIP)"},
		{"environment with a bool helper", "func envBool(key string, def bool) bool { v, err := strconv.ParseBool(os.Getenv(key)); if err != nil { return def }; return v }\n" + in("", "", `envBool("SKIP", true)`), "skip default (environment variable SKIP)"},
		{"environment, an error means on", in("", `skip, err := strconv.ParseBool(os.Getenv("SKIP")); if err != nil { skip = true }`, "skip"), "skip default (environment variable SKIP)"},
		{"environment, an error means off", in("", `skip, err := strconv.ParseBool(os.Getenv("SKIP")); if err != nil { skip = false }`, "skip"), "skip optional (environment variable SKIP)"},
		{"constant condition", in("", `on := false; if true { on = true }`, "on"), "skip always"},
		{"impossible condition", in("", `const debug = false; on := false; if debug { on = true }`, "on"), ""},
		{"function", "func on() bool { return true }\n" + in("", "", "on()"), "skip always"},
		{"function with a parameter", "func not(b bool) bool { return !b }\n" + in("", "", "not(false)"), "skip always"},
		{"function with several returns", "func on(dev bool) bool { if dev { return true }; return false }\n" + in("dev bool", "", "on(dev)"), "skip optional (parameter dev)"},
		{"function with several returns, bound", "func on(dev bool) bool { if dev { return true }; return false }\n" + in("", "", "on(true)"), "skip always"},
		{"function with several returns, bound to safe", "func on(dev bool) bool { if dev { return true }; return false }\n" + in("", "", "on(false)"), ""},
		{"function with two results", "func on() (bool, error) { return true, nil }\n" + in("", "v, _ := on()", "v"), "skip always"},
		{"recursion", "func on(n int) bool { return on(n - 1) }\n" + in("", "", "on(1)"), "skip optional low"},
		{"map of modes", "var modes = map[string]bool{\"a\": true, \"b\": false}\n" + in("", "", `modes["a"]`), "skip always"},
		{"map of modes, safe", "var modes = map[string]bool{\"a\": true, \"b\": false}\n" + in("", "", `modes["b"]`), ""},
		{"map of modes, unknown key", "var modes = map[string]bool{\"a\": true, \"b\": false}\n" + in("k string", "", `modes[k]`), "skip optional (setting modes[k])"},
		{"slice", "var modes = []bool{false, true}\n" + in("", "", `modes[1]`), "skip always"},
		{"conversion", "type flagBool bool\n" + in("", "", "bool(flagBool(true))"), "skip always"},
		{"generic function", "func must[T any](v T) T { return v }\n" + in("", "", "must(true)"), "skip always"},
		{"generic function, instantiated", "func must[T any](v T) T { return v }\n" + in("", "", "must[bool](true)"), "skip always"},
		{"generic field", "type box[T any] struct{ Skip T }\n" + in("b box[bool]", "", "b.Skip"), "skip optional (field b.Skip)"},
		{"pointer", in("skip *bool", "", "*skip"), "skip optional (parameter skip)"},
		{"copied", in("c *tls.Config", "", "c.InsecureSkipVerify"), ""},
		{"getter of another package's settings", "type settings interface{ SkipVerify() bool }\n" + in("s settings", "", "s.SkipVerify()"), "skip optional (setting s.SkipVerify())"},
		{"a loop", in("", "on := false; for i := 0; i < 2; i++ { use(&tls.Config{InsecureSkipVerify: on}); on = true }", "false"), "skip always"},
		{"closure writes", in("", "on := false; func() { on = true }()", "on"), "skip always"},
		{"environment written to the map", in("", `m := map[string]bool{"k": os.Getenv("X") == "1"}`, `m["k"]`), "skip optional (environment variable X)"},
	})
}

// TestLibraryValues: flags and settings of libraries, whose types only a row's
// stub knows, and pointers to switches.
func TestLibraryValues(t *testing.T) {
	head := func(imports string) string {
		return "package app\n\nimport (\n\"crypto/tls\"\n" + imports + ")\n\nfunc use(*tls.Config) {}\n"
	}
	set := newSet(t, rows)
	for _, tt := range []behaviour{
		{"pflag", head("\"github.com/spf13/pflag\"\n") + `var skip = pflag.Bool("skip", true, "")
var _ = tls.Config{InsecureSkipVerify: *skip}`, "skip default (flag -skip)"},
		{"pflag with a shorthand", head("\"github.com/spf13/pflag\"\n") + `var skip = pflag.BoolP("skip", "k", true, "")
var _ = tls.Config{InsecureSkipVerify: *skip}`, "skip default (flag -skip)"},
		{"pflag variable", head("flag \"github.com/spf13/pflag\"\n") + `func f(fs *flag.FlagSet) { var skip bool; fs.BoolVarP(&skip, "skip", "k", false, ""); use(&tls.Config{InsecureSkipVerify: skip}) }`, "skip optional (flag -skip)"},
		{"cobra", head("\"github.com/spf13/cobra\"\n") + `var skip bool
var cmd = &cobra.Command{}
func init() { cmd.PersistentFlags().BoolVarP(&skip, "skip", "k", true, "") }
var _ = tls.Config{InsecureSkipVerify: skip}`, "skip default (flag -skip)"},
		{"cobra, read by name", head("\"github.com/spf13/cobra\"\n") + `func run(cmd *cobra.Command) { skip, _ := cmd.Flags().GetBool("skip"); use(&tls.Config{InsecureSkipVerify: skip}) }
func reg(cmd *cobra.Command) { cmd.Flags().Bool("skip", true, "") }`, "skip default (setting skip)"},
		{"urfave", head("\"github.com/urfave/cli/v2\"\n") + `var flags = []cli.Flag{&cli.BoolFlag{Name: "skip", Value: true}}
func run(c *cli.Context) { use(&tls.Config{InsecureSkipVerify: c.Bool("skip")}) }`, "skip default (setting skip)"},
		{"urfave without a default", head("\"github.com/urfave/cli/v2\"\n") + `func run(c *cli.Context) { use(&tls.Config{InsecureSkipVerify: c.Bool("skip")}) }`, "skip optional (setting skip)"},
		{"viper", head("\"github.com/spf13/viper\"\n") + `var _ = tls.Config{InsecureSkipVerify: viper.GetBool("tls.skip")}`, "skip optional (setting tls.skip)"},
		{"viper, inverted", head("\"github.com/spf13/viper\"\n") + `var _ = tls.Config{InsecureSkipVerify: !viper.GetBool("tls.verify")}`, "skip default (setting tls.verify)"},
		{"viper with a default", head("\"github.com/spf13/viper\"\n") + `func init() { viper.SetDefault("tls.verify", true) }
var _ = tls.Config{InsecureSkipVerify: !viper.GetBool("tls.verify")}`, "skip optional (setting tls.verify)"},
		{"another package's variable", head("\"example.com/settings\"\n") + `var _ = tls.Config{InsecureSkipVerify: settings.SkipVerify}`, "skip optional (setting settings.SkipVerify)"},
		{"pointer helper", "package app\nimport \"example.com/ptr\"\nvar _ = ptr.Input{Insecure: ptr.Bool(true)}", "pointer always"},
		{"pointer helper, false", "package app\nimport \"example.com/ptr\"\nvar _ = ptr.Input{Insecure: ptr.Bool(false)}", ""},
		{"generic pointer helper", "package app\nimport \"example.com/ptr\"\nvar _ = ptr.Input{Insecure: ptr.To(true)}", "pointer always"},
		{"generic pointer helper, instantiated", "package app\nimport \"example.com/ptr\"\nvar _ = ptr.Input{Insecure: ptr.To[bool](true)}", "pointer always"},
		{"own pointer helper", "package app\nimport \"example.com/ptr\"\nfunc p(b bool) *bool { return &b }\nvar _ = ptr.Input{Insecure: p(true)}", "pointer always"},
		{"unknown pointer helper", "package app\nimport (\"example.com/ptr\"; \"example.com/aws\")\nvar _ = ptr.Input{Insecure: aws.Bool(true)}", "pointer always"},
		{"address of a variable", "package app\nimport \"example.com/ptr\"\nfunc f() any { on := true; return ptr.Input{Insecure: &on} }", "pointer always"},
		{"new of a value", "package app\nimport \"example.com/ptr\"\nvar _ = ptr.Input{Insecure: new(true)}", "pointer always"},
		{"new of a type", "package app\nimport \"example.com/ptr\"\nvar _ = ptr.Input{Insecure: new(bool)}", ""},
		{"a flag is given the pointer", "package app\nimport (\"flag\"; \"example.com/ptr\")\nfunc f() any { on := new(bool); flag.BoolVar(on, \"k\", false, \"\"); return ptr.Input{Insecure: on} }", "pointer optional (flag -k)"},
		{"nil pointer", "package app\nimport \"example.com/ptr\"\nvar _ = ptr.Input{Insecure: nil}", ""},
		{"written through a pointer", "package app\nimport \"example.com/ptr\"\nfunc f() any { on := new(bool); *on = true; return ptr.Input{Insecure: on} }", "pointer always"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := say(lower(t, set, tt.body).findings()); got != tt.want {
				t.Errorf("got %q, want %q\n%s", got, tt.want, tt.body)
			}
		})
	}
}

// TestVersionsAndLists: numbers and lists of numbers.
func TestVersionsAndLists(t *testing.T) {
	runBehaviours(t, newSet(t, rows), []behaviour{
		{"symbol", "var _ = tls.Config{MinVersion: tls.VersionTLS10}", "version always"},
		{"number", "var _ = tls.Config{MinVersion: 0x0301}", "version always"},
		{"new enough", "var _ = tls.Config{MinVersion: tls.VersionTLS12}", ""},
		{"zero means the default", "var _ = tls.Config{MinVersion: 0}", ""},
		{"iota", "const (\n_ = iota + 0x300\nten\n)\nvar _ = tls.Config{MinVersion: ten}", "version always"},
		{"map of versions", "var versions = map[string]uint16{\"1.0\": tls.VersionTLS10, \"1.2\": tls.VersionTLS12}\nvar _ = tls.Config{MinVersion: versions[\"1.0\"]}", "version always"},
		{"map of versions, by an option", "var versions = map[string]uint16{\"1.0\": tls.VersionTLS10}\nfunc f(v string) any { return tls.Config{MinVersion: versions[v]} }", ""},
		{"default of a local", "func f(old bool) any { v := uint16(tls.VersionTLS12); if old { v = tls.VersionTLS10 }; return &tls.Config{MinVersion: v} }", "version optional (parameter old)"},
		{"conversion", "var _ = tls.Config{MinVersion: uint16(tls.VersionTLS11)}", "version always"},
		{"ciphers", "var _ = tls.Config{CipherSuites: []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}}", "ciphers always"},
		{"good ciphers", "var _ = tls.Config{CipherSuites: []uint16{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}}", ""},
		{"ciphers in a variable", "var suites = []uint16{tls.TLS_RSA_WITH_RC4_128_SHA}\nvar _ = tls.Config{CipherSuites: suites}", "ciphers always"},
		{"ciphers appended", "func f() any { var s []uint16; s = append(s, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256); s = append(s, tls.TLS_RSA_WITH_RC4_128_SHA); return tls.Config{CipherSuites: s} }", "ciphers always"},
		{"ciphers from the insecure list", "func f() any { var s []uint16; for _, c := range tls.InsecureCipherSuites() { s = append(s, c.ID) }; return tls.Config{CipherSuites: s} }", "ciphers always"},
		{"ciphers from the good list", "func f() any { var s []uint16; for _, c := range tls.CipherSuites() { s = append(s, c.ID) }; return tls.Config{CipherSuites: s} }", ""},
	})
}

// TestConstantsCarryTheirSymbol: a value knows both what it is and what was
// written, and where the literal that decides it stands.
func TestConstantsCarryTheirSymbol(t *testing.T) {
	src := "package app\n\nimport \"crypto/tls\"\n\nconst oldest = tls.VersionTLS10\n\nvar _ = tls.Config{MinVersion: oldest}\n"
	n := lower(t, newSet(t, rows), src).node(t, "crypto/tls.Config.MinVersion")
	c := n.Value.Const
	if c.Kind != ir.Int || c.Int != 0x0301 || c.Sym != "crypto/tls.VersionTLS10" {
		t.Errorf("got %+v", c)
	}
	if at := src[c.At.Span.Start:c.At.Span.End]; at != "tls.VersionTLS10" {
		t.Errorf("the deciding literal is %q", at)
	}
	if at := src[n.Value.Span.Start:n.Value.Span.End]; at != "oldest" {
		t.Errorf("the value at the place is %q", at)
	}
	if at := src[n.Value.Pair.Start:n.Value.Pair.End]; at != "MinVersion: oldest" {
		t.Errorf("the pair is %q", at)
	}
}
