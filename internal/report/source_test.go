package report

import (
	"testing"

	"github.com/tlslint/tlslint/finding"
)

func at(offset, line, column int) finding.Position {
	return finding.Position{Offset: offset, Line: line, Column: column}
}

func TestLocate(t *testing.T) {
	type region struct{ startLine, startByte, startColumn, endLine, endByte, endColumn int }
	for _, test := range []struct {
		name, text string
		span       finding.Span
		want       region
		covers     string
	}{
		{"ASCII", "abc\ndef\n", finding.Span{Start: at(5, 2, 2), End: at(7, 2, 4)}, region{2, 2, 2, 2, 4, 4}, "ef"},
		{"two bytes are one column", "äb", finding.Span{Start: at(2, 1, 3), End: at(3, 1, 4)}, region{1, 3, 2, 1, 4, 3}, "b"},
		{"above the BMP are two columns", "😀b", finding.Span{Start: at(4, 1, 5), End: at(5, 1, 6)}, region{1, 5, 3, 1, 6, 4}, "b"},
		{"a broken byte is one column", "\xff\xfeb", finding.Span{Start: at(2, 1, 3), End: at(3, 1, 4)}, region{1, 3, 3, 1, 4, 4}, "b"},
		{"a tab is one column", "\tb", finding.Span{Start: at(1, 1, 2), End: at(2, 1, 3)}, region{1, 2, 2, 1, 3, 3}, "b"},
		{"a byte order mark has no column", "\xef\xbb\xbfab", finding.Span{Start: at(4, 1, 5), End: at(5, 1, 6)}, region{1, 5, 2, 1, 6, 3}, "b"},
		{"a span that begins with the mark", "\xef\xbb\xbfab", finding.Span{Start: at(0, 1, 1), End: at(5, 1, 6)}, region{1, 4, 1, 1, 6, 3}, "ab"},
		{"a line end is left out", "ab\r\ncd", finding.Span{Start: at(0, 1, 1), End: at(4, 2, 1)}, region{1, 1, 1, 1, 3, 3}, "ab"},
		{"empty", "ab", finding.Span{Start: at(1, 1, 2), End: at(1, 1, 2)}, region{1, 2, 2, 1, 2, 2}, ""},
		{"at the end of the file", "ab\ncd", finding.Span{Start: at(5, 2, 3), End: at(5, 2, 3)}, region{2, 3, 3, 2, 3, 3}, ""},
		{"after the last line end", "ab\n", finding.Span{Start: at(3, 2, 1), End: at(3, 2, 1)}, region{2, 1, 1, 2, 1, 1}, ""},
		{"backwards", "abcd", finding.Span{Start: at(3, 1, 4), End: at(1, 1, 2)}, region{1, 4, 4, 1, 4, 4}, ""},
		{"only the line is known", "ab\ncd\n", finding.Span{Start: finding.Position{Line: 2}, End: finding.Position{Line: 2}}, region{2, 1, 1, 2, 1, 1}, ""},
		{"the line wins over a wrong offset", "ab\ncd\n", finding.Span{Start: at(0, 2, 1), End: at(0, 2, 3)}, region{2, 1, 1, 2, 3, 3}, "cd"},
		{"a column beyond the line", "ab\ncd\n", finding.Span{Start: at(0, 2, 99), End: at(0, 2, 99)}, region{2, 3, 3, 2, 3, 3}, ""},
		{"nothing is known", "ab", finding.Span{}, region{1, 1, 1, 1, 1, 1}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := (&Result{Source: files{"f": test.text}.source}).sources().locate("f", test.span)
			got := region{p.startLine, p.startByte, p.startColumn, p.endLine, p.endByte, p.endColumn}
			if got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			if covers := test.text[p.start:p.end]; covers != test.covers {
				t.Errorf("covers %q, want %q", covers, test.covers)
			}
		})
	}
}

func TestLocateInAFileThatChanged(t *testing.T) {
	src := (&Result{Source: files{"f": "short"}.source}).sources()
	p := src.locate("f", finding.Span{Start: at(900, 40, 7), End: at(910, 40, 17)})
	if p.file != nil || p.startLine != 40 || p.startColumn != 7 || p.endColumn != 17 {
		t.Errorf("a span outside of the file: %+v", p)
	}
	p = src.locate("gone", finding.Span{Start: at(0, -1, -5), End: at(0, -2, -9)})
	if p.file != nil || p.startLine != 1 || p.startColumn != 1 || p.endLine != 1 || p.endColumn != 1 {
		t.Errorf("a span that makes no sense: %+v", p)
	}
}

func TestEveryFileIsReadOnce(t *testing.T) {
	reads := 0
	src := (&Result{Source: func(string) []byte { reads++; return nil }}).sources()
	src.file("f")
	src.file("f")
	if reads != 1 {
		t.Errorf("read %d times", reads)
	}
}
