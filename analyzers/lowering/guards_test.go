package lowering_test

import "testing"

// sink is the statement whose guards the tests look at.
const sink = `cfg := &tls.Config{InsecureSkipVerify: true}; use(cfg)`

const guardPrelude = `
type options struct{ Insecure, Verify bool; Mode string; Level int; Name string }
func use(*tls.Config) {}
`

// TestGuards: which conditions around a switch are options, and which side of
// them the switch stands on.
func TestGuards(t *testing.T) {
	f := func(body string) string {
		return guardPrelude + "func f(opt options, err error, xs []int, done chan bool, v any) {\n" + body + "\n}\n"
	}
	runBehaviours(t, newSet(t, rows), []behaviour{
		{"none", f(sink), "skip always"},
		{"if", f(`if opt.Insecure { ` + sink + ` }`), "skip optional (field opt.Insecure)"},
		{"negated", f(`if !opt.Verify { ` + sink + ` }`), "skip optional (field opt.Verify)"},
		{"else", f(`if opt.Verify { use(nil) } else { ` + sink + ` }`), "skip optional (field opt.Verify)"},
		{"else if", f(`if opt.Verify { use(nil) } else if opt.Insecure { ` + sink + ` }`), "skip optional (field opt.Verify, field opt.Insecure)"},
		{"both branches", f(`if opt.Insecure { ` + sink + ` } else { ` + sink + ` }`), "skip always; skip always"},
		{"early return", f(`if opt.Verify { return }; ` + sink), "skip optional (field opt.Verify)"},
		{"early return in the else", f(`if opt.Insecure { use(nil) } else { return }; ` + sink), "skip optional (field opt.Insecure)"},
		{"both branches return", f(`if opt.Insecure { return } else { return }; ` + sink), "skip always"},
		{"panic", f(`if opt.Verify { panic("x") }; ` + sink), "skip optional (field opt.Verify)"},
		{"log.Fatal", f(`if opt.Verify { log.Fatal("x") }; ` + sink), "skip optional (field opt.Verify)"},
		{"os.Exit", f(`if opt.Verify { os.Exit(1) }; ` + sink), "skip optional (field opt.Verify)"},
		{"a branch that goes on", f(`if opt.Verify { fmt.Sprint("x") }; ` + sink), "skip always"},
		{"continue", f(`for range xs { if opt.Verify { continue }; ` + sink + ` }`), "skip optional (field opt.Verify)"},
		{"labelled break", f("outer:\nfor { for range xs { if opt.Verify { break outer }; " + sink + " } }"), "skip optional (field opt.Verify)"},
		{"goto end", f("if opt.Verify { goto end }\n{ " + sink + " }\nend:\nreturn"), "skip optional (field opt.Verify)"},
		{"labelled statement", f("if opt.Insecure { l: for { " + sink + "; break l } }"), "skip optional (field opt.Insecure)"},
		{"nested", f(`if opt.Insecure { if err != nil { ` + sink + ` } }`), "skip optional (field opt.Insecure)"},
		{"and", f(`if err == nil && opt.Insecure { ` + sink + ` }`), "skip optional (field opt.Insecure)"},
		{"or of options", f(`if opt.Insecure || !opt.Verify { ` + sink + ` }`), "skip optional (field opt.Insecure, field opt.Verify)"},
		{"or with true", f(`if opt.Insecure || true { ` + sink + ` }`), "skip always"},
		{"and with false", f(`if opt.Insecure && false { ` + sink + ` }`), ""},
		{"constant false", f(`const on = false; if on { ` + sink + ` }`), ""},
		{"constant true, else", f(`if true { use(nil) } else { ` + sink + ` }`), ""},
		{"short circuit and", guardPrelude + "func g(c *tls.Config) bool { return true }\nfunc f(opt options) { _ = opt.Insecure && g(&tls.Config{InsecureSkipVerify: true}) }", "skip optional (field opt.Insecure)"},
		{"short circuit or", guardPrelude + "func g(c *tls.Config) bool { return true }\nfunc f(opt options) { _ = opt.Verify || g(&tls.Config{InsecureSkipVerify: true}) }", "skip optional (field opt.Verify)"},
		{"init statement", f(`if insecure := opt.Insecure; insecure { ` + sink + ` }`), "skip optional (field opt.Insecure)"},
		{"enum", f(`if opt.Mode == "insecure" { ` + sink + ` }`), "skip optional (field opt.Mode)"},
		{"enum, other side", f(`if opt.Mode != "production" { ` + sink + ` }`), "skip default (field opt.Mode)"},
		{"number", f(`if opt.Level == 3 { ` + sink + ` }`), "skip optional (field opt.Level)"},
		{"switch with a tag", f(`switch opt.Mode { case "insecure", "off": ` + sink + ` }`), "skip optional (field opt.Mode)"},
		{"switch without a tag", f(`switch { case err != nil: return; case opt.Insecure: ` + sink + ` }`), "skip optional (field opt.Insecure)"},
		{"default clause", f(`switch opt.Mode { case "full": return; default: ` + sink + ` }`), "skip default (field opt.Mode)"},
		{"switch true", f(`switch true { case opt.Insecure: ` + sink + ` }`), "skip optional (field opt.Insecure)"},
		{"behind a switch that returns", f(`switch { case opt.Verify: return }; ` + sink), "skip optional (field opt.Verify)"},
		{"behind a tagged switch that returns", f(`switch opt.Mode { case "verify-full": return }; ` + sink), "skip default (field opt.Mode)"},
		{"break out of a switch is no early exit", f(`switch { case opt.Verify: break }; ` + sink), "skip always"},
		{"behind a default clause that returns", f(`switch opt.Mode { case "insecure": fmt.Sprint(1); default: return }; ` + sink), "skip optional (field opt.Mode)"},
		{"type switch", f(`switch v.(type) { case string: ` + sink + ` }`), "skip always"},
		{"select", f(`select { case <-done: ` + sink + ` }`), "skip always"},
		{"nil", f(`if v != nil { ` + sink + ` }`), "skip always"},
		{"error", f(`if err != nil { ` + sink + ` }`), "skip always"},
		{"errors.Is", f(`if errors.Is(err, os.ErrNotExist) { ` + sink + ` }`), "skip always"},
		{"length", f(`if len(xs) > 0 { ` + sink + ` }`), "skip always"},
		{"type assertion", f(`if _, ok := v.(string); ok { ` + sink + ` }`), "skip always"},
		{"platform", f(`if runtime.GOOS == "windows" { ` + sink + ` }`), "skip always"},
		{"platform, by a constant", guardPrelude + "const windows = runtime.GOOS == \"windows\"\nfunc f() { if windows { " + sink + " } }", "skip always"},
		{"not this platform", f(`if runtime.GOOS != "windows" { return }; ` + sink), "skip always"},
		{"fallthrough is no early exit", f(`switch { case opt.Verify: fallthrough; case err != nil: use(nil) }; ` + sink), "skip always"},
		{"loop", f(`for i := 0; i < 3; i++ { ` + sink + ` }`), "skip always"},
		{"map membership", guardPrelude + `func f(m map[string]bool, opt options) { if _, ok := m[opt.Name]; ok { ` + sink + ` } }`, "skip always"},
		{"closure", f(`g := func() { ` + sink + ` }; if opt.Insecure { g() }`), "skip always"},
		{"closure under an option", f(`if opt.Insecure { go func() { ` + sink + ` }() }`), "skip optional (field opt.Insecure)"},
		{"parameter", guardPrelude + `func f(insecure bool) { if insecure { ` + sink + ` } }`, "skip optional (parameter insecure)"},
		{"environment", guardPrelude + `func f() { if os.Getenv("INSECURE") == "1" { ` + sink + ` } }`, "skip optional (environment variable INSECURE)"},
		{"environment, off by a variable", guardPrelude + `func f() { if os.Getenv("VERIFY") != "1" { ` + sink + ` } }`, "skip default (environment variable VERIFY)"},
		{"flag", guardPrelude + `var insecure = flag.Bool("insecure", false, "")` + "\n" + `func f() { if *insecure { ` + sink + ` } }`, "skip optional (flag -insecure)"},
		{"flag that is on", guardPrelude + `var insecure = flag.Bool("insecure", true, "")` + "\n" + `func f() { if *insecure { ` + sink + ` } }`, "skip default (flag -insecure)"},
		{"flag, negated", guardPrelude + `var verify = flag.Bool("verify", false, "")` + "\n" + `func f() { if !*verify { ` + sink + ` } }`, "skip default (flag -verify)"},
		{"scheme is no option", guardPrelude + `func f(scheme string) { if scheme == "https" { ` + sink + ` } }`, "skip always"},
		{"unknown call", guardPrelude + "func f() { if unknown() { " + sink + " } }", "skip always medium"},
	})
}

// TestSelfOption: a function that does nothing but throw the switch, and whose
// name says so, is the option.
func TestSelfOption(t *testing.T) {
	pre := "type client struct{ tls tls.Config }\ntype opt func(*tls.Config)\ntype optionFunc func(*tls.Config)\n"
	runBehaviours(t, newSet(t, rows), []behaviour{
		{"functional option", pre + "func WithInsecure() opt { return func(c *tls.Config) { c.InsecureSkipVerify = true } }", "skip optional"},
		{"wrapped closure", pre + "func WithInsecure() opt { return opt(func(c *tls.Config) { c.InsecureSkipVerify = true }) }", "skip optional"},
		{"setter", pre + "func (c *client) SkipVerify() { c.tls.InsecureSkipVerify = true }", "skip optional"},
		{"setter with a nil check", pre + "func (c *client) SkipVerify(t *tls.Config) *client { if t == nil { t = &tls.Config{} }; t.InsecureSkipVerify = true; return c }", "skip optional"},
		{"a name that says nothing", pre + "func WithDefaults() opt { return func(c *tls.Config) { c.InsecureSkipVerify = true } }", "skip always"},
		{"more than a switch", pre + "func SkipVerify(c *tls.Config) { for { fmt.Sprint(1) }; c.InsecureSkipVerify = true }", "skip always"},
	})
}
