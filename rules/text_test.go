package rules

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tlslint/tlslint/finding"
)

const sample = "# TLS000 sample\n\n## What it does\n\nOne two `go vet -x` three **four five**, see [TLS101](TLS101.md).\nSix.\n\n" +
	"- first item that is\n  long\n- second\n\n```go\nif x {\n\n\treturn // a very long line that is never wrapped, whatever the width may be\n}\n```\n\n" +
	"## References\n\n- Docs: <https://example.com/a/very/long/address/that/stays/whole>\n"

func sampleRule() Rule {
	return Rule{ID: "TLS000", Severity: finding.High, CWE: "CWE-295", ASVS5: []string{"12.3.2", "12.3.4"}, Body: sample}
}

func TestTextWithoutWrapping(t *testing.T) {
	want := "TLS000 sample\n" +
		"severity high | CWE-295 | ASVS 5.0: 12.3.2, 12.3.4\n\n" +
		"What it does\n" +
		"One two `go vet -x` three four five, see TLS101 (TLS101.md). Six.\n\n" +
		"  - first item that is long\n  - second\n\n" +
		"    if x {\n\n    \treturn // a very long line that is never wrapped, whatever the width may be\n    }\n\n" +
		"References\n" +
		"  - Docs: https://example.com/a/very/long/address/that/stays/whole\n"
	if got := Text(sampleRule(), 0, false); got != want {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextWraps(t *testing.T) {
	want := "TLS000 sample\n" +
		"severity high |\nCWE-295 | ASVS 5.0:\n12.3.2, 12.3.4\n\n" +
		"What it does\n" +
		"One two `go vet -x`\nthree four five, see\nTLS101 (TLS101.md).\nSix.\n\n" +
		"  - first item that\n    is long\n  - second\n\n"
	got := Text(sampleRule(), 20, false)
	if !strings.HasPrefix(got, want) {
		t.Fatalf("got\n%s\nwant\n%s", got, want)
	}
	if !strings.Contains(got, "\n    https://example.com/a/very/long/address/that/stays/whole\n") {
		t.Errorf("the address is broken:\n%s", got)
	}
}

func TestTextColours(t *testing.T) {
	got := Text(sampleRule(), 0, true)
	for _, want := range []string{
		"\x1b[1mTLS000 sample\x1b[0m\n",
		"\x1b[36mgo vet -x\x1b[0m three \x1b[1mfour\x1b[0m \x1b[1mfive\x1b[0m, see",
		"    \x1b[2mif x {\x1b[0m\n\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%q", want, got)
		}
	}
}

func TestColourChangesNoWord(t *testing.T) {
	for _, r := range All() {
		plain := Text(r, 0, false)
		if strings.Contains(plain, "\x1b") {
			t.Errorf("%s: escape sequence without color", r.ID)
		}
		bare := escape.ReplaceAllString(Text(r, 0, true), "")
		if strings.ReplaceAll(bare, "`", "") != strings.ReplaceAll(plain, "`", "") {
			t.Errorf("%s: the coloured text differs", r.ID)
		}
	}
}

func TestTextKeepsTheWidthAndLosesNothing(t *testing.T) {
	for _, r := range All() {
		for _, width := range []int{40, 80, 100} {
			text := Text(r, width, false)
			for line := range strings.Lines(text) {
				line = strings.TrimSuffix(line, "\n")
				// Code, addresses and single long words may stand over.
				if utf8.RuneCountInString(line) > width && !strings.HasPrefix(line, "    ") && strings.Count(strings.TrimSpace(line), " ") > 5 {
					t.Errorf("%s at %d columns: %q", r.ID, width, line)
				}
			}
			for _, b := range blocks(r.Body) {
				if b.kind != code {
					continue
				}
				for _, line := range b.lines {
					if !strings.Contains(text, line+"\n") {
						t.Errorf("%s at %d columns lost the code %q", r.ID, width, line)
					}
				}
			}
			// Words, whatever the line ends are, come out in the same order.
			if got, want := strings.Fields(text), strings.Fields(Text(r, 0, false)); strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%s at %d columns lost words", r.ID, width)
			}
		}
		text := Text(r, 80, false)
		for line := range strings.Lines(text) {
			isCode := strings.HasPrefix(line, "    ")
			if !isCode && (strings.Contains(line, "**") || strings.HasPrefix(line, "#") || strings.Contains(line, "](")) {
				t.Errorf("%s: Markdown is left: %q", r.ID, line)
			}
		}
		if strings.Contains(text, "\n\n\n") || !strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\n\n") {
			t.Errorf("%s: empty lines are not single:\n%s", r.ID, text)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add(sample, 20, true)
	f.Add("```\nopen", 1, false)
	f.Add("**a `b", -1, true)
	f.Fuzz(func(t *testing.T, body string, width int, color bool) {
		text := Text(Rule{Body: body}, width, color)
		if !strings.HasSuffix(text, "\n") {
			t.Fatalf("%q does not end in a line end", text)
		}
	})
}
