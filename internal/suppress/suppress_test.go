package suppress

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/config"
)

// comment is a comment that begins at the start of line 1.
func comment(text string) Comment {
	return Comment{Text: text, Path: "a.go", Span: finding.Span{
		Start: finding.Position{Line: 1, Column: 1},
		End:   finding.Position{Offset: len(text), Line: 1 + strings.Count(text, "\n"), Column: 1},
	}}
}

func TestParseOurs(t *testing.T) {
	rules := func(ids ...string) []string { return ids }
	full := Directive{Rules: rules("TLS101"), Until: "2027-03-31", Owner: "@pay", Reason: "no CA support, SEC-812"}
	one := Directive{Rules: rules("TLS101"), Reason: "r"}
	tests := []struct {
		name, text string
		want       Directive
	}{
		{"everything", "//tlslint:ignore TLS101 until=2027-03-31 owner=@pay -- no CA support, SEC-812", full},
		{"blank behind the sign", "// tlslint:ignore TLS101 until=2027-03-31 owner=@pay -- no CA support, SEC-812", full},
		{"other order", "# tlslint:ignore owner=@pay until=2027-03-31 TLS101 -- no CA support, SEC-812", full},
		{"two rules, comma and blank", "# tlslint:ignore TLS101, TLS201 -- r", Directive{Rules: rules("TLS101", "TLS201"), Reason: "r"}},
		{"two rules, comma", "# tlslint:ignore TLS101,TLS201 -- r", Directive{Rules: rules("TLS101", "TLS201"), Reason: "r"}},
		{"two rules, blank", "# tlslint:ignore TLS101 TLS201 -- r", Directive{Rules: rules("TLS101", "TLS201"), Reason: "r"}},
		{"twice the same", "# tlslint:ignore TLS101 TLS101 -- r", one},
		{"pattern", "// tlslint:ignore go-tls-skip-verify -- r", Directive{Rules: rules("go-tls-skip-verify"), Reason: "r"}},
		{"file", "// tlslint:ignore-file TLS301 -- generated", Directive{Rules: rules("TLS301"), Reason: "generated", File: true}},
		{"no reason", "# tlslint:ignore TLS101", Directive{Rules: rules("TLS101")}},
		{"nothing behind the dashes", "# tlslint:ignore TLS101 -- ", Directive{Rules: rules("TLS101")}},
		{"reason without a blank", "# tlslint:ignore TLS101 --r", one},
		{"reason with dashes", "# tlslint:ignore TLS101 -- a -- b", Directive{Rules: rules("TLS101"), Reason: "a -- b"}},
		{"reason with a URL", "// tlslint:ignore TLS101 -- see https://x.example/#1", Directive{Rules: rules("TLS101"), Reason: "see https://x.example/#1"}},
		{"dash that XML allows", "<!-- tlslint:ignore TLS101 — r -->", one},
		{"markup", "<!-- tlslint:ignore TLS101 -- r -->", one},
		{"markup without a reason", "<!--tlslint:ignore TLS101-->", Directive{Rules: rules("TLS101")}},
		{"block", "/* tlslint:ignore TLS101 -- r */", one},
		{"block of documentation", "/** tlslint:ignore TLS101 -- r */", one},
		{"SQL, Lua", "-- tlslint:ignore TLS101 -- r", one},
		{"INI", "; tlslint:ignore TLS101 -- r", one},
		{"Rust's documentation", "/// tlslint:ignore TLS101 -- r", one},
		{"Rust's inner documentation", "//! tlslint:ignore TLS101 -- r", one},
		{"batch", "REM tlslint:ignore TLS101 -- r", one},
		{"PowerShell", "<# tlslint:ignore TLS101 -- r #>", one},
		{"template", "{{/* tlslint:ignore TLS101 -- r */}}", one},
		{"CRLF", "# tlslint:ignore TLS101 -- r\r", one},
		{"line break within the comment", "// tlslint:ignore TLS101 -- r\n", one},
		{"malformed day stays", "# tlslint:ignore TLS101 until=31.3.2027 -- r", Directive{Rules: rules("TLS101"), Until: "31.3.2027", Reason: "r"}},

		{"no rule", "# tlslint:ignore", Directive{Malformed: "suppression names no rule"}},
		{"no rule, but a reason", "# tlslint:ignore -- r", Directive{Reason: "r", Malformed: "suppression names no rule"}},
		{"prefix", "# tlslint:ignore TLS1 -- r", Directive{Reason: "r", Malformed: `"TLS1" is not a rule id: name each rule exactly, as in TLS101`}},
		{"reason without dashes", "# tlslint:ignore TLS101 because", Directive{Rules: rules("TLS101"), Malformed: `"because" is no rule; a reason stands behind --`}},
		{"unknown option", "# tlslint:ignore TLS101 untill=2027-01-01", Directive{Rules: rules("TLS101"), Malformed: "no option untill=: want until= or owner="}},
		{"option twice", "# tlslint:ignore TLS101 until=2027-01-01 until=2037-01-01", Directive{Rules: rules("TLS101"), Until: "2037-01-01", Malformed: "until= is given twice"}},
		{"no day", "# tlslint:ignore TLS101 until= -- r", Directive{Rules: rules("TLS101"), Reason: "r", Malformed: "until= names no day"}},
		{"another verb", "# tlslint:disable TLS101", Directive{Malformed: "no directive tlslint:disable: want tlslint:ignore or tlslint:ignore-file"}},
		{"colon", "# tlslint:ignore:TLS101", Directive{Malformed: "no directive tlslint:ignore:TLS101: want tlslint:ignore or tlslint:ignore-file"}},
		{"blank behind the colon", "# tlslint: ignore TLS101", Directive{Malformed: "no blank may stand behind tlslint:"}},
		{"escape sequence", "# tlslint:ignore \x1b[2J", Directive{Malformed: "\"\uFFFD[2J\" is no rule; a reason stands behind --"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := Parse(comment(test.text))
			if len(got) != 1 {
				t.Fatalf("%d directives", len(got))
			}
			d := got[0]
			if d.Path != "a.go" || d.Span.Start.Line != 1 {
				t.Errorf("place: %+v", d)
			}
			d.Path, d.Span = "", finding.Span{}
			if !reflect.DeepEqual(d, test.want) {
				t.Errorf("\ngot  %+v\nwant %+v", d, test.want)
			}
		})
	}
}

func TestParseIsNotFooledByProse(t *testing.T) {
	for _, text := range []string{
		"",
		"//",
		"# see tlslint:ignore in the manual",
		"// write `tlslint:ignore TLS101 -- reason` here",
		"# tlslint: see the wiki",
		"# tlslint ignore TLS101",
		"# atlslint:ignore TLS101",
		"// nosec needs its sign",
		"// nolintlint is another linter",
		"# noqability",
		"# nosecurity",
		"// a NOSONARS",
	} {
		if got := Parse(comment(text)); len(got) != 0 {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}

func TestParseForeign(t *testing.T) {
	tests := []struct {
		text, want, reason string // want = "" is: not about TLS
	}{
		{"#nosec", "#nosec", ""},
		{"// #nosec", "#nosec", ""},
		{"//#nosec G402", "#nosec G402", ""},
		{"// #nosec G402 -- internal CA", "#nosec G402", "internal CA"},
		{"/* #nosec G402 */", "#nosec G402", ""},
		{"// #nosec G101 G402", "#nosec G101,G402", ""},
		{"// #nosec G101", "", ""},
		{"# nosec B501", "#nosec B501", ""},
		{"# nosec: B501, B310", "#nosec B501,B310", ""},
		{"# nosec B105", "", ""},
		{"# nosec request_with_no_cert_validation", "#nosec request_with_no_cert_validation", ""},
		{"# nosec old appliance", "#nosec", "old appliance"},
		{"//nolint", "nolint", ""},
		{"// nolint", "nolint", ""},
		{"//nolint:gosec", "nolint gosec", ""},
		{"//nolint:errcheck,gosec // self-signed", "nolint errcheck,gosec", "self-signed"},
		{"//nolint:errcheck, gosec // self-signed", "nolint errcheck,gosec", "self-signed"},
		{"//nolint:tlslint // later", "nolint tlslint", "later"},
		{"//nolint:all", "nolint all", ""},
		{"//nolint:errcheck", "", ""},
		{"# noqa", "noqa", ""},
		{"# NOQA", "noqa", ""},
		{"# noqa: S501", "noqa S501", ""},
		{"# noqa:S501", "noqa S501", ""},
		{"# noqa: E501, S501 internal CA", "noqa E501,S501", "internal CA"},
		{"# noqa: S323", "noqa S323", ""},
		{"# noqa: S50", "noqa S50", ""},
		{"# noqa: E501", "", ""},
		{"# noqa: S105", "", ""},
		{"# ruff: noqa: S501", "noqa S501", ""},
		{"# flake8: noqa", "noqa", ""},
		{"# nosemgrep", "nosemgrep", ""},
		{"// nosem", "nosemgrep", ""},
		{"# nosemgrep: python.requests.security.disabled-cert-validation", "nosemgrep python.requests.security.disabled-cert-validation", ""},
		{"// nosemgrep: a.bypass-tls-verification, b.c -- reviewed", "nosemgrep a.bypass-tls-verification,b.c", "reviewed"},
		{"// nosemgrep: go.lang.security.audit.sqli", "", ""},
		{"// NOSONAR", "NOSONAR", ""},
		{"// NOSONAR lab only", "NOSONAR", "lab only"},
		{"// checked by hand NOSONAR", "NOSONAR", ""},
		{"// NOSONAR(java:S4830) lab", "NOSONAR java:S4830", "lab"},
		{"// NOSONAR(java:S100)", "", ""},
		{"// codeql[go/disabled-certificate-check]", "codeql go/disabled-certificate-check", ""},
		{"// codeql[go/disabled-certificate-check] lab", "codeql go/disabled-certificate-check", "lab"},
		{"// codeql[go/sql-injection]", "", ""},
		{"# lgtm[py/request-without-cert-validation]", "lgtm py/request-without-cert-validation", ""},
		{"// DevSkim: ignore DS126186", "DevSkim DS126186", ""},
		{"// DevSkim: ignore DS126186,DS440000 until 2027-01-01", "DevSkim DS126186,DS440000", "until 2027-01-01"},
		{"# DevSkim: ignore all", "DevSkim all", ""},
	}
	for _, test := range tests {
		got := Parse(comment(test.text))
		if test.want == "" {
			if len(got) != 0 {
				t.Errorf("%q is read as %q", test.text, got[0])
			}
			continue
		}
		if len(got) != 1 || got[0].Foreign == "" || got[0].String() != test.want || got[0].Reason != test.reason {
			t.Errorf("%q is read as %+v, want %q reason %q", test.text, got, test.want, test.reason)
		}
	}
}

func TestParseChained(t *testing.T) {
	tests := []struct{ text, want string }{
		{"//nolint:gosec // tlslint:ignore TLS101 -- r", "nolint gosec/tlslint:ignore TLS101"},
		{"//tlslint:ignore TLS101 -- r //nolint:gosec", "tlslint:ignore TLS101/nolint gosec"},
		{"# noqa: S501  # nosec B501  # tlslint:ignore TLS101 -- r", "noqa S501/#nosec B501/tlslint:ignore TLS101"},
		{"# internal host  # noqa: S501", "noqa S501"},
		{"/*\n * Text.\n * tlslint:ignore TLS101 -- a\n   tlslint:ignore TLS201 -- b\n */", "tlslint:ignore TLS101/tlslint:ignore TLS201"},
	}
	for _, test := range tests {
		var words []string
		for _, d := range Parse(comment(test.text)) {
			words = append(words, d.String())
			if d.Foreign == "" && (d.Malformed != "" || len(d.Reason) != 1) {
				t.Errorf("%q: %+v", test.text, d)
			}
		}
		if got := strings.Join(words, "/"); got != test.want {
			t.Errorf("%q is read as %q, want %q", test.text, got, test.want)
		}
	}
}

func TestSpansAreTheDirectives(t *testing.T) {
	src := "x = 1  /* one\r\n   tlslint:ignore TLS101 -- r\r\n*/ // #nosec G402\r\n"
	for _, d := range Directives("p", []byte(src), Comments([]byte(src), Slash)) {
		text := src[d.Span.Start.Offset:d.Span.End.Offset]
		line := strings.Split(src, "\n")[d.Span.Start.Line-1]
		column := line[d.Span.Start.Column-1 : d.Span.End.Column-1]
		if text != column || !strings.Contains(text, d.String()) || strings.ContainsAny(text, "\r\n") {
			t.Errorf("%s: %q by offset, %q by column", d, text, column)
		}
	}
}

func TestIgnoreFileStandsInTheHead(t *testing.T) {
	for _, test := range []struct {
		line int
		ok   bool
	}{{1, true}, {20, true}, {21, false}} {
		src := strings.Repeat("\n", test.line-1) + "# tlslint:ignore-file TLS101 -- r\n"
		d := Directives("p", []byte(src), Comments([]byte(src), Hash))[0]
		if d.Span.Start.Line != test.line || (d.Malformed == "") != test.ok {
			t.Errorf("line %d: %+v", test.line, d)
		}
	}
}

func TestComments(t *testing.T) {
	tests := []struct {
		name  string
		style Style
		src   string
		want  string // LINE:COL text, joined by |
	}{
		{"hash", Hash, "# a\nb: c # d\n", "1:1 # a|2:6 # d"},
		{"fragments", Hash, "a: b#c\nurl: 'x #y' # z\n", "2:13 # z"},
		{"apostrophe", Hash, "it's # a\n", "1:6 # a"},
		{"escaped quote", Hash, `a: "\" # b" # c`, "1:13 # c"},
		{"CRLF", Hash, "# a\r\n# b\r\n", "1:1 # a|2:1 # b"},
		{"slash", Slash, "{ // a\n\"u\": \"http://x\",// b\n}", "1:3 // a|2:17 // b"},
		{"unquoted URL", Slash, "a http://x // y", "1:12 // y"},
		{"block", Slash, "a /* b\n c */ d // e", "1:3 /* b\n c */|2:9 // e"},
		{"block that does not end", Slash, "/* a\nb", "1:1 /* a\nb"},
		{"INI", INI, "; a\nb = c ; d\n# e", "1:1 ; a|2:7 ; d|3:1 # e"},
		{"markup", Markup, "<a href='#'><!-- b\n--><!--c--></a>", "1:13 <!-- b\n-->|2:4 <!--c-->"},
		{"both", Both, "a = 'b' # c\nd // e", "1:9 # c|2:3 // e"},
		{"SQL", Dash, "SELECT 'a -- b' -- c", "1:17 -- c"},
		{"nothing", Hash, "", ""},
	}
	for _, test := range tests {
		var got []string
		for _, c := range Comments([]byte(test.src), test.style) {
			got = append(got, fmt.Sprintf("%d:%d %s", c.Span.Start.Line, c.Span.Start.Column, c.Text))
			if test.src[c.Span.Start.Offset:c.Span.End.Offset] != c.Text {
				t.Errorf("%s: the span of %q is wrong", test.name, c.Text)
			}
		}
		if s := strings.Join(got, "|"); s != test.want {
			t.Errorf("%s: got %q, want %q", test.name, s, test.want)
		}
	}
}

func TestGroup(t *testing.T) {
	src := `// a
// b
code() // c
// d
code() /* e
f */ // g

/* h */ /* i
j */
// k

// l
/* m */ code()
// n`
	comments := Comments([]byte(src), Slash)
	comments[0], comments[3] = comments[3], comments[0] // Group sorts
	Group(comments, []byte(src))
	var got []string
	for _, c := range comments {
		got = append(got, fmt.Sprintf("%c%d", strings.Trim(c.Text, "/* ")[0], c.GroupEnd))
	}
	want := "a2 b2 c0 d4 e0 g6 h10 i10 k10 l12 m0 n14"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestGroupSurvivesWrongSpans(t *testing.T) {
	comments := []Comment{
		{Text: "# a", Span: finding.Span{Start: finding.Position{Offset: 100, Line: 9}, End: finding.Position{Offset: 7}}},
		{Text: "# b", Span: finding.Span{Start: finding.Position{Offset: -5}, End: finding.Position{Offset: 1 << 40}}},
	}
	Group(comments, []byte("# a\n"))
}

// now is noon, so that no test depends on the hour.
var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// at makes a finding of TLS101 that spans lines, in a file without an anchor of its own.
func at(start, end int) *finding.Finding {
	return &finding.Finding{
		Rule: "TLS101", Pattern: "go-skip-verify", Path: "p", Severity: finding.High, Base: finding.High,
		Span: finding.Span{Start: finding.Position{Line: start}, End: finding.Position{Line: end}},
	}
}

// summary is what a finding and the findings about suppressions come to.
func summary(f *finding.Finding, meta []*finding.Finding) string {
	var words []string
	switch {
	case f.Suppressed != nil:
		words = append(words, f.Suppressed.Kind)
	default:
		words = append(words, f.Severity.String())
	}
	words = append(words, f.Because...)
	for _, m := range meta {
		words = append(words, m.Rule+" "+m.Severity.String())
	}
	return strings.Join(words, "; ")
}

func TestBinding(t *testing.T) {
	const d = "//tlslint:ignore TLS101 -- r"
	const unused = "high; TLS901 medium"
	tests := []struct {
		name, src string
		anchor    Anchor
		want      string
	}{
		{"same line", "a\nb() " + d, Anchor{2, 2, 2, 2}, "inline"},
		{"another line", "a() " + d + "\nb()", Anchor{2, 2, 2, 2}, unused},
		{"line below", "b()\n" + d, Anchor{1, 1, 1, 1}, unused},
		{"first line of a call of many", "b( " + d + "\n1,\n2)", Anchor{1, 3, 1, 3}, "inline"},
		{"last line of a call of many", "b(\n1,\n2) " + d, Anchor{1, 3, 1, 3}, "inline"},
		{"line within a call", "b(\n1, " + d + "\n2)", Anchor{1, 3, 1, 3}, unused},
		{"argument's own line", "b(\n1, " + d + "\n2)", Anchor{2, 2, 1, 3}, "inline"},
		{"first line of the statement", "x = b( " + d + "\n1,\n2)", Anchor{2, 2, 1, 3}, "inline"},
		{"last line of the statement", "x = b(\n1,\n2) " + d, Anchor{2, 2, 1, 3}, "inline"},
		{"above", d + "\nb()", Anchor{2, 2, 2, 2}, "inline"},
		{"above, in a call", "b(\n" + d + "\n1)", Anchor{3, 3, 1, 3}, "inline"},
		{"above the statement", d + "\nx = b(\n1)", Anchor{3, 3, 2, 3}, "inline"},
		{"first of a group above", d + "\n// other\n//\n// comments\nb()", Anchor{5, 5, 5, 5}, "inline"},
		{"in the middle of a group above", "// text\n" + d + "\n// more\nb()", Anchor{4, 4, 4, 4}, "inline"},
		{"gofmt has moved it to the end of a doc comment", "// F is.\n//\n" + d + "\nvar F = b()", Anchor{4, 4, 4, 4}, "inline"},
		{"blank line between", d + "\n\nb()", Anchor{3, 3, 3, 3}, unused},
		{"group that a blank line splits", d + "\n\n// text\nb()", Anchor{4, 4, 4, 4}, unused},
		{"beside the code above", "a() " + d + "\n// text\nb()", Anchor{3, 3, 3, 3}, unused},
		{"block over lines above", "/* text\n tlslint:ignore TLS101 -- r\n*/\nb()", Anchor{4, 4, 4, 4}, "inline"},
		{"in front of the code", "/* tlslint:ignore TLS101 -- r */ b()", Anchor{1, 1, 1, 1}, "inline"},
		{"CRLF", "// text\r\n" + d + "\r\nb(\r\n1)\r\n", Anchor{3, 4, 3, 4}, "inline"},
		{"no anchor known", d + "\nb()", Anchor{}, "inline"},
		{"whole file", "// tlslint:ignore-file TLS101 -- r\n\n\n\nb()", Anchor{5, 5, 5, 5}, "file"},
		{"another rule", "b() //tlslint:ignore TLS201 -- r", Anchor{1, 1, 1, 1}, unused},
		{"one of two rules", "b() //tlslint:ignore TLS101 TLS201 -- r", Anchor{1, 1, 1, 1}, "inline; TLS901 medium"},
		{"pattern", "b() //tlslint:ignore go-skip-verify -- r", Anchor{1, 1, 1, 1}, "inline"},
		{"two of the same", d + "\nb() " + d, Anchor{2, 2, 2, 2}, "inline"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			lines := strings.Count(test.src, "\n") + 1
			f := at(lines, lines)
			ds := Directives("p", []byte(test.src), Comments([]byte(test.src), Slash))
			anchors := func(*finding.Finding) Anchor { return test.anchor }
			if got := summary(f, Apply([]*finding.Finding{f}, anchors, ds, Policy{}, now)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestApplyPolicy(t *testing.T) {
	tests := []struct {
		name, comment string
		policy        Policy
		want          string
	}{
		{"holds on its last day", "// tlslint:ignore TLS101 until=2026-11-23 -- r", Policy{}, "inline"},
		{"expired yesterday", "// tlslint:ignore TLS101 until=2026-11-22 -- r", Policy{}, "high; suppression expired 1 day ago; TLS903 high"},
		{"expired", "// tlslint:ignore TLS101 until=2026-11-20 -- r", Policy{}, "high; suppression expired 3 days ago; TLS903 high"},
		{"expired over a leap day", "// tlslint:ignore TLS101 until=2024-02-28 -- r", Policy{}, "high; suppression expired 999 days ago; TLS903 high"},
		{"no such day", "// tlslint:ignore TLS101 until=2027-02-30 -- r", Policy{}, `high; suppression expired: "2027-02-30" is not a day (YYYY-MM-DD); TLS903 high`},
		{"other notation", "// tlslint:ignore TLS101 until=31.12.2027 -- r", Policy{}, `high; suppression expired: "31.12.2027" is not a day (YYYY-MM-DD); TLS903 high`},
		{"expired and about nothing", "// tlslint:ignore TLS201 until=2026-11-20 -- r", Policy{}, "high; TLS901 medium"},
		{"expired beside one that holds", "// tlslint:ignore TLS101 until=2026-11-20 -- r // tlslint:ignore TLS101 -- r", Policy{}, "inline; TLS901 medium"},
		{"malformed", "// tlslint:ignore", Policy{}, "high; TLS902 medium"},
		{"no reason", "// tlslint:ignore TLS101", Policy{}, "inline; TLS902 low"},
		{"no reason where one is required", "// tlslint:ignore TLS101", Policy{RequireReason: true}, "inline; TLS902 medium"},
		{"no day where one is required", "// tlslint:ignore TLS101 -- r", Policy{RequireUntil: true}, "inline; TLS902 medium"},
		{"day near enough", "// tlslint:ignore TLS101 until=2026-12-23 -- r", Policy{MaxUntil: 30 * 24 * time.Hour}, "inline"},
		{"day too far", "// tlslint:ignore TLS101 until=2026-12-24 -- r", Policy{MaxUntil: 30 * 24 * time.Hour}, "inline; TLS902 medium"},
		{"unused, and the rule was not looked for", "// tlslint:ignore TLS201 -- r", Policy{Enabled: func(id string) bool { return id == "TLS101" }}, "high"},
		{"no suppressions", "// tlslint:ignore TLS101 -- r", Policy{NoSuppressions: true}, "high"},
		{"foreign is reported", "// #nosec G402 -- lab", Policy{}, "low; foreign suppression: #nosec G402 (lab)"},
		{"foreign without a reason", "// #nosec G402", Policy{Foreign: "report"}, "low; foreign suppression: #nosec G402; TLS905 low"},
		{"foreign is honoured", "// #nosec G402 -- lab", Policy{Foreign: "honour"}, "foreign"},
		{"foreign is honoured without a reason", "// #nosec G402", Policy{Foreign: "honour"}, "foreign; TLS905 low"},
		{"foreign is ignored", "// #nosec G402", Policy{Foreign: "ignore"}, "high"},
		{"foreign, no suppressions", "// #nosec G402", Policy{NoSuppressions: true, Foreign: "honour"}, "high"},
		{"two foreign, one with a reason", "//nolint:gosec // #nosec G402 -- lab", Policy{}, "low; foreign suppression: #nosec G402 (lab)"},
		{"ours before foreign", "//nolint:gosec // tlslint:ignore TLS101 -- r", Policy{}, "inline"},
		{"foreign that is about something else", "//nolint:errcheck", Policy{}, "high"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := "b() " + test.comment
			f := at(1, 1)
			ds := Directives("p", []byte(src), Comments([]byte(src), Slash))
			if got := summary(f, Apply([]*finding.Finding{f}, nil, ds, test.policy, now)); got != test.want {
				t.Errorf("\ngot  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestForeignBindsAsItsToolReadsIt(t *testing.T) {
	for src, want := range map[string]string{
		"// #nosec G402 -- r\nb()":                      "low",
		"// codeql[go/disabled-certificate-check]\nb()": "low",
		"// NOSONAR r\nb()":                             "high",
		"// noqa: S501 r\nb()":                          "high",
		"// ruff: noqa: S501\n\n\nb()":                  "low",
		"a() // #nosec G402\nb()":                       "high",
	} {
		lines := strings.Count(src, "\n") + 1
		f := at(lines, lines)
		Apply([]*finding.Finding{f}, nil, Directives("p", []byte(src), Comments([]byte(src), Slash)), Policy{}, now)
		if f.Severity.String() != want {
			t.Errorf("%q: %s, want %s", src, f.Severity, want)
		}
	}
}

func TestUnusedForeignCommentsAreNotOurBusiness(t *testing.T) {
	src := "b() //nolint"
	if meta := Apply(nil, nil, Directives("p", []byte(src), Comments([]byte(src), Slash)), Policy{}, now); len(meta) != 0 {
		t.Errorf("got %s", meta[0].Message)
	}
}

func TestDirectivesStayInTheirFile(t *testing.T) {
	src := "b() //tlslint:ignore TLS101 -- r"
	f := at(1, 1)
	f.Path = "q"
	meta := Apply([]*finding.Finding{f}, nil, Directives("p", []byte(src), Comments([]byte(src), Slash)), Policy{}, now)
	if got := summary(f, meta); got != "high; TLS901 medium" {
		t.Error(got)
	}
}

func TestDaysAreLocal(t *testing.T) {
	east := time.FixedZone("east", 14*3600)
	west := time.FixedZone("west", -12*3600)
	// One moment: the 23rd in UTC, the 24th in the east, the 22nd in the west.
	moment := time.Date(2026, 11, 23, 11, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		zone    *time.Location
		until   string
		expired bool
	}{
		{time.UTC, "2026-11-22", true},
		{time.UTC, "2026-11-23", false},
		{east, "2026-11-23", true},
		{east, "2026-11-24", false},
		{west, "2026-11-21", true},
		{west, "2026-11-22", false},
	} {
		if got := expiry(test.until, moment.In(test.zone)); (got != "") != test.expired {
			t.Errorf("%s in the %s: %q", test.until, test.zone, got)
		}
	}
}

func TestDaylightSavingDoesNotCount(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip(err)
	}
	// The 29th of March 2026 has 23 hours there.
	late := time.Date(2026, 3, 30, 0, 30, 0, 0, berlin)
	if got := expiry("2026-03-28", late); got != "suppression expired 2 days ago" {
		t.Error(got)
	}
}

func TestMetaFinding(t *testing.T) {
	src := "\n  b() // tlslint:ignore TLS201, TLS301 -- r"
	meta := Apply(nil, nil, Directives("p", []byte(src), Comments([]byte(src), Slash)), Policy{}, now)
	if len(meta) != 1 {
		t.Fatalf("%d findings", len(meta))
	}
	m := meta[0]
	if m.Rule != Unused || m.Pattern != PatternID || m.Path != "p" || m.Confidence != finding.ConfidenceHigh || m.Base != m.Severity {
		t.Errorf("%+v", m)
	}
	if m.Message != "unused suppression: no finding of TLS201, TLS301 here" {
		t.Error(m.Message)
	}
	if m.Span.Start.Line != 2 || m.Span.Start.Column != 7 {
		t.Errorf("%+v", m.Span)
	}
}

func TestSuppressionSaysWho(t *testing.T) {
	src := "b() // tlslint:ignore TLS101 until=2027-01-31 owner=@pay -- why"
	f := at(1, 1)
	Apply([]*finding.Finding{f}, nil, Directives("p", []byte(src), Comments([]byte(src), Slash)), Policy{}, now)
	want := finding.Suppression{Kind: "inline", Reason: "why", Until: "2027-01-31", Owner: "@pay", Path: "p", Line: 1}
	if f.Suppressed == nil || *f.Suppressed != want {
		t.Errorf("%+v", f.Suppressed)
	}
}

func TestApplyTable(t *testing.T) {
	hosts := func(names ...string) []finding.Host {
		var all []finding.Host
		for _, n := range names {
			all = append(all, finding.Host{Name: n})
		}
		return all
	}
	tests := []struct {
		name   string
		row    config.Suppress
		hosts  []finding.Host
		policy Policy
		want   string
	}{
		{"rule", config.Suppress{Rule: "TLS101", Reason: "r"}, nil, Policy{}, "table"},
		{"pattern", config.Suppress{Rule: "go-skip-verify", Reason: "r"}, nil, Policy{}, "table"},
		{"another rule", config.Suppress{Rule: "TLS201"}, nil, Policy{}, "high"},
		{"prefix", config.Suppress{Rule: "TLS1"}, nil, Policy{}, "high"},
		{"no rule", config.Suppress{Path: "**"}, nil, Policy{}, "high"},
		{"path", config.Suppress{Rule: "TLS101", Path: "old/**", Reason: "r"}, nil, Policy{}, "table"},
		{"another path", config.Suppress{Rule: "TLS101", Path: "new/**"}, nil, Policy{}, "high"},
		{"star stays in its folder", config.Suppress{Rule: "TLS101", Path: "*.go"}, nil, Policy{}, "high"},
		{"malformed path", config.Suppress{Rule: "TLS101", Path: "old/[", Reason: "r"}, nil, Policy{}, "high"},
		{"host", config.Suppress{Rule: "TLS101", Host: "*.corp.example", Reason: "r"}, hosts("A.Corp.Example"), Policy{}, "table"},
		{"host that is not known", config.Suppress{Rule: "TLS101", Host: "*"}, nil, Policy{}, "high"},
		{"one of two hosts", config.Suppress{Rule: "TLS101", Host: "a", Reason: "r"}, hosts("a", "b"), Policy{}, "high"},
		{"both hosts", config.Suppress{Rule: "TLS101", Host: "{a,b}", Reason: "r"}, hosts("a", "b"), Policy{}, "table"},
		{"last day", config.Suppress{Rule: "TLS101", Until: "2026-11-23", Reason: "r"}, nil, Policy{}, "table"},
		{"expired", config.Suppress{Rule: "TLS101", Until: "2026-11-20", Reason: "r"}, nil, Policy{}, "high; suppression expired 3 days ago; TLS903 high"},
		{"expired and about nothing", config.Suppress{Rule: "TLS201", Until: "2026-11-20"}, nil, Policy{}, "high"},
		{"no reason", config.Suppress{Rule: "TLS101"}, nil, Policy{}, "table; TLS902 low"},
		{"no reason where one is required", config.Suppress{Rule: "TLS101"}, nil, Policy{RequireReason: true}, "table; TLS902 medium"},
		{"no suppressions", config.Suppress{Rule: "TLS101"}, nil, Policy{NoSuppressions: true}, "high"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := at(1, 1)
			f.Path, f.Hosts = "old/x/a.go", test.hosts
			test.row.File, test.row.Line = "tlslint.toml", 7
			meta := ApplyTable([]*finding.Finding{f}, []config.Suppress{test.row}, test.policy, now)
			if got := summary(f, meta); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			for _, m := range meta {
				if m.Path != "tlslint.toml" || m.Span.Start.Line != 7 {
					t.Errorf("%s at %s:%d", m.Rule, m.Path, m.Span.Start.Line)
				}
			}
			if s := f.Suppressed; s != nil && (s.Path != "tlslint.toml" || s.Line != 7) {
				t.Errorf("%+v", s)
			}
		})
	}
}

func TestInlineWinsOverTable(t *testing.T) {
	f := at(1, 1)
	f.Suppressed = &finding.Suppression{Kind: "inline"}
	if meta := ApplyTable([]*finding.Finding{f}, []config.Suppress{{Rule: "TLS101"}}, Policy{}, now); f.Suppressed.Kind != "inline" || len(meta) != 0 {
		t.Errorf("%+v %v", f.Suppressed, meta)
	}
}

func TestPolicyOf(t *testing.T) {
	got := PolicyOf(config.Suppressions{RequireReason: true, MaxUntil: config.Duration(time.Hour), Foreign: "honour"})
	if !got.RequireReason || got.RequireUntil || got.MaxUntil != time.Hour || got.Foreign != "honour" {
		t.Errorf("%+v", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"//tlslint:ignore TLS101 until=2027-03-31 owner=@pay -- r",
		"# noqa: S501  # nosec B501  # tlslint:ignore TLS101 -- r",
		"/*\r\n * tlslint:ignore-file a-b\r\n * NOSONAR(x:S4830)\n*/",
		"<!-- tlslint:ignore TLS101 — r -->",
		"// codeql[a/tls] // DevSkim: ignore DS1,DS2 // nosemgrep: a.tls",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := comment(text)
		for _, d := range Parse(c) {
			span := d.Span
			if span.Start.Offset < 0 || span.End.Offset < span.Start.Offset || span.End.Offset > len(text) {
				t.Fatalf("span %+v of %q", span, text)
			}
			if d.Foreign == "" && d.Malformed == "" && len(d.Rules) == 0 {
				t.Fatalf("a blanket suppression from %q", text)
			}
			if strings.ContainsFunc(d.Reason+d.Malformed+d.Owner+d.Until, func(r rune) bool { return r < ' ' }) {
				t.Fatalf("control characters from %q: %+v", text, d)
			}
		}
	})
}

func FuzzComments(f *testing.F) {
	f.Add("a # b\n/* c\n*/ 'd' // e", uint8(2))
	styles := []Style{Hash, Slash, Both, INI, Dash, Markup}
	f.Fuzz(func(t *testing.T, src string, n uint8) {
		if !utf8.ValidString(src) {
			return
		}
		comments := Comments([]byte(src), styles[int(n)%len(styles)])
		for _, c := range comments {
			if src[c.Span.Start.Offset:c.Span.End.Offset] != c.Text {
				t.Fatalf("%q is not at its span in %q", c.Text, src)
			}
			if want := 1 + strings.Count(src[:c.Span.Start.Offset], "\n"); c.Span.Start.Line != want {
				t.Fatalf("%q is on line %d, not %d", c.Text, want, c.Span.Start.Line)
			}
		}
		Apply([]*finding.Finding{at(1, 1)}, nil, Directives("p", []byte(src), comments), Policy{}, now)
	})
}
