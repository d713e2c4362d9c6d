package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tlslint/tlslint/finding"
)

// snippetOf renders a finding on [from, to) of text and returns the lines with
// a gutter.
func snippetOf(text string, from, to int, o Options) string {
	m := files{"f": text}
	r := &Result{
		Source: m.source, Rules: []Rule{{ID: "TLS101", Why: "why"}},
		Findings: []*finding.Finding{{Rule: "TLS101", Path: "f", Message: "m", Severity: finding.High,
			Span: finding.Span{Start: m.position("f", from), End: m.position("f", to)}}},
	}
	var b strings.Builder
	if err := Write(&b, "text", r, o); err != nil {
		return err.Error()
	}
	var out []string
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, " |") {
			out = append(out, strings.TrimSuffix(line, "\n"))
		}
	}
	return strings.Join(out, "\n")
}

func TestSnippet(t *testing.T) {
	for _, test := range []struct {
		name, text string
		from, to   int
		want       string
	}{
		{"tabs", "\ta\tbc", 3, 5, "    1 |     a    bc\n      |          ^^ why"},
		{"a tab in the span", "a\tb", 0, 3, "    1 | a    b\n      | ^^^^^^ why"},
		{"wide characters", "全て=x", 7, 8, "    1 | 全て=x\n      |      ^ why"},
		{"a combining mark", "e\u0301x", 3, 4, "    1 | e\u0301x\n      |  ^ why"},
		{"escapes are as wide as they print", "\x1b[x", 2, 3, "    1 | \\x1b[x\n      |      ^ why"},
		{"bidi", "\u202ex", 3, 4, "    1 | \\u202ex\n      |       ^ why"},
		{"broken UTF-8", "\xffx", 1, 2, "    1 | \\xffx\n      |     ^ why"},
		{"CRLF", "a\r\nbc\r\n", 3, 5, "    2 | bc\n      | ^^ why"},
		{"the line end only", "ab\ncd", 2, 3, "    1 | ab\n      |   ^ why"},
		{"empty", "abc", 1, 1, "    1 | abc\n      |  ^ why"},
		{"the end of the file", "abc", 3, 3, "    1 | abc\n      |    ^ why"},
		{"an empty file", "", 0, 0, "    1 |\n      | ^ why"},
		{"after the last line", "a\n", 2, 2, "    2 |\n      | ^ why"},
		{"a byte order mark", "\xef\xbb\xbfab", 4, 5, "    1 | ab\n      |  ^ why"},
		{"two lines", "  a(\n    b)", 2, 11, "    1 |   a(\n      |   ^^\n    2 |     b)\n      |     ^^ why"},
		{"three lines", "a(\nb\n)", 0, 6, "    1 | a(\n      | ^^\n  ... |\n    3 | )\n      | ^ why"},
		{"a high line number", strings.Repeat("\n", 123455) + "x", 123455, 123456, "123456 | x\n       | ^ why"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := snippetOf(test.text, test.from, test.to, Options{}); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestLongLinesAreCutAroundTheSpan(t *testing.T) {
	long := strings.Repeat("0123456789", 50_000)
	for _, test := range []struct {
		name     string
		from, to int
		want     string // what the carets stand below
	}{
		{"at the beginning", 0, 5, "01234"},
		{"in the middle", 250_003, 250_007, "3456"},
		{"at the end", len(long) - 2, len(long), "89"},
	} {
		t.Run(test.name, func(t *testing.T) {
			lines := strings.Split(snippetOf(long, test.from, test.to, Options{Width: 60}), "\n")
			source, carets := []rune(lines[0]), lines[1]
			if len(source) > 60 {
				t.Errorf("%d columns, want at most 60", len(source))
			}
			first, last := strings.Index(carets, "^"), strings.LastIndex(carets, "^")
			if got := string(source[first : last+1]); got != test.want {
				t.Errorf("the carets mark %q, want %q:\n%s\n%s", got, test.want, lines[0], lines[1])
			}
		})
	}
	t.Run("a span longer than the line", func(t *testing.T) {
		lines := strings.Split(snippetOf(long, 100, len(long), Options{Width: 60}), "\n")
		if n := strings.Count(lines[1], "^"); n < 30 || utf8.RuneCountInString(lines[0]) > 60 {
			t.Errorf("%d carets below %d columns", n, utf8.RuneCountInString(lines[0]))
		}
	})
}

func TestExposureIsSaid(t *testing.T) {
	for _, test := range []struct {
		exposure finding.Exposure
		options  []string
		want     string
	}{
		{finding.Optional, []string{"opts.Insecure", "--insecure"}, "  when: only if opts.Insecure, --insecure asks for it\n"},
		{finding.Optional, nil, "  when: only if an option asks for it\n"},
		{finding.Default, []string{"PAY_VERIFY"}, "  when: by default, unless PAY_VERIFY says otherwise\n"},
		{finding.Always, []string{"x"}, ""},
	} {
		r := &Result{Findings: []*finding.Finding{{Rule: "TLS101", Severity: finding.High, Exposure: test.exposure, Options: test.options}}}
		got := render(t, "text", r, Options{})
		if test.want == "" && strings.Contains(got, "when:") || !strings.Contains(got, test.want) {
			t.Errorf("%s: want %q in\n%s", test.exposure, test.want, got)
		}
	}
}

func TestVerboseListsWhatLoweredAFinding(t *testing.T) {
	r := sample(t)
	r.Shown, r.MinSeverity = nil, finding.Low
	got := render(t, "text", r, Options{Verbose: 1})
	for _, want := range []string{
		"note[TLS101]: certificate verification can be switched off\n",
		"  because: optional: guarded by opts.Insecure\n",
		"  decided by: opts.Insecure\n",
		"  severity: low (base high), exposure optional, confidence high\n",
		"  pattern: go-tls-config (crypto/tls)\n",
		"  fix (by hand): keep the switch, warn whenever it is used",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestColoursAreOnlyAdded(t *testing.T) {
	colored := render(t, "text", sample(t), Options{Color: true})
	for _, style := range []string{"1", "1;31", "1;33", "1;34", "1;36", "0"} {
		colored = strings.ReplaceAll(colored, "\x1b["+style+"m", "")
	}
	if plain := render(t, "text", sample(t), Options{}); colored != plain {
		t.Errorf("without its colours the text differs:\n%s", colored)
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain ä全😀\u00a0x": "plain ä全😀\u00a0x",
		"\x00\x1b\x7f\n\t": `\x00\x1b\x7f\x0a\x09`,
		"\u0085\u009b":     `\u0085\u009b`,
		"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069": `\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069`,
		"\u2028\u2029\u200b\ufeff":                               `\u2028\u2029\u200b\ufeff`,
		"\U000e0041":                                             `\U000e0041`,
		"a\xc3":                                                  `a\xc3`,
		"\ufffd":                                                 "\ufffd",
	} {
		if got := visible(in, ""); got != want {
			t.Errorf("visible(%q) = %s, want %s", in, got, want)
		}
	}
}

// Any span in any text gives lines of one gutter and as many carets as can be seen.
func FuzzSnippet(f *testing.F) {
	f.Add("a\tb\r\n\x1b全\xff", 1, 4, 60)
	f.Add("", 0, 0, 0)
	f.Fuzz(func(t *testing.T, text string, from, to, width int) {
		m := files{"f": text}
		span := finding.Span{Start: finding.Position{Offset: from, Line: to % 7}, End: finding.Position{Offset: to}}
		r := &Result{Source: m.source, Rules: testRules, Findings: []*finding.Finding{{
			Rule: "TLS101", Path: "f", Message: text, Severity: finding.High, Span: span,
			Fixes: []finding.Fix{{Edits: []finding.Edit{{Path: "f", Start: from, End: to, New: text}}}, {Recipe: text}},
		}}}
		for _, format := range Formats() {
			out := render(t, format, r, Options{Width: width % 300})
			if format == "diff" {
				continue
			}
			if i := strings.IndexFunc(out, dangerous); i >= 0 {
				t.Errorf("%s has %q", format, out[i:min(i+9, len(out))])
			}
			if format == "text" && text != "" && from >= 0 && from <= len(text) && span.Start.Line == 0 && !strings.Contains(out, "^") {
				t.Errorf("no caret in\n%s", out)
			}
		}
	})
}
