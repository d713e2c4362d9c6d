package suppress

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
)

// Directive is one suppression that stands in a comment.
type Directive struct {
	// Rules are rule ids (TLSnnn) and pattern ids. Of a foreign directive they are
	// the other tool's ids, and none means all of them.
	Rules []string
	// Until is the last day, YYYY-MM-DD if it is well formed; "" means for ever.
	Until  string
	Owner  string
	Reason string
	// File says that it is about the whole file.
	File bool
	Span finding.Span
	Path string
	// Foreign is the other tool's word ("#nosec", "noqa", ...), "" for ours.
	Foreign string
	// Malformed says what is wrong with it, "" if nothing is. A malformed
	// directive suppresses nothing.
	Malformed string
	// GroupEnd is the comment's: the last line of its group, 0 beside code.
	GroupEnd int

	// sameLine: the other tool reads it only beside the code it is about.
	sameLine bool
}

// fileLines is how far down a directive about the whole file may stand, so that
// a reader of the file's head knows about it.
const fileLines = 20

// signs are what may stand in front of a directive: the signs of any language's
// comments, and the star of a block comment's lines.
const signs = `^[\s/*#;%!<({'|-]*(?i:rem\s)?[\s-]*`

var (
	// chained finds a further directive behind another one in the same comment, as
	// people write nolint and a directive of ours side by side. A sign alone does
	// not end a directive: reasons hold URLs and issue numbers.
	chained = regexp.MustCompile(`\s(?:/\*|//|#|--|;)[\s#]*(?:tlslint:|nolint\b|nosec\b|nosem|(?i:noqa)\b|NOSONAR\b|codeql\[|lgtm\b|DevSkim:)`)

	ours      = regexp.MustCompile(signs + `tlslint:(\s*)([a-z]\S*)?`)
	separator = regexp.MustCompile(`(?:^|\s)(?:--+|—|–)\s*`)
	ruleID    = regexp.MustCompile(`^TLS[0-9]{3}$`)
	patternID = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)+$`)
)

// closers are the ends of comments over lines, by their beginnings.
var closers = []struct{ open, close string }{
	{"/*", "*/"}, {"<!--", "-->"}, {"(*", "*)"}, {"{-", "-}"}, {"<#", "#>"}, {"{#", "#}"}, {"{{/*", "*/}}"}, {"--[[", "]]"},
}

// Parse finds the directives in one comment: ours, malformed ones included, and
// those of other tools that are, or may be, about TLS.
func Parse(c Comment) []Directive {
	text := c.trimmed()
	for _, pair := range closers {
		if strings.HasPrefix(text, pair.open) {
			text = strings.TrimSuffix(text, pair.close)
		}
	}
	var all []Directive
	offset := 0
	for n, line := range strings.Split(text, "\n") {
		for _, s := range segments(line) {
			d, ok := parseSegment(line[s.from:s.to])
			if !ok {
				continue
			}
			d.Path, d.GroupEnd = c.Path, c.GroupEnd
			d.Span = c.at(n, offset, s)
			if d.File && d.Foreign == "" && d.Malformed == "" && d.Span.Start.Line > fileLines {
				d.Malformed = fmt.Sprintf("tlslint:ignore-file must stand in the first %d lines", fileLines)
			}
			all = append(all, d)
		}
		offset += len(line) + 1
	}
	return all
}

// segment is a stretch of a line that may hold one directive.
type segment struct{ from, to int }

func segments(line string) []segment {
	all := []segment{{0, len(line)}}
	for _, m := range chained.FindAllStringIndex(line, -1) {
		all[len(all)-1].to = m[0]
		all = append(all, segment{m[0] + 1, len(line)})
	}
	for i, s := range all {
		all[i].to = s.from + len(strings.TrimRight(line[s.from:s.to], " \t\r"))
	}
	return all
}

// at is the span of a segment on the n-th line of the comment, which begins
// offset bytes into it.
func (c Comment) at(n, offset int, s segment) finding.Span {
	from := c.Span.Start
	from.Offset += offset + s.from
	from.Line += n
	if n > 0 {
		from.Column = 1
	}
	from.Column += s.from
	to := from
	to.Offset += s.to - s.from
	to.Column += s.to - s.from
	return finding.Span{Start: from, End: to}
}

func parseSegment(text string) (Directive, bool) {
	m := ours.FindStringSubmatch(text)
	if m == nil {
		return parseForeign(text)
	}
	gap, verb, rest := m[1], m[2], text[len(m[0]):]
	switch {
	case verb == "":
		return Directive{}, false // prose: "tlslint: see the wiki"
	case gap != "" && !strings.HasPrefix(verb, "ignore"):
		return Directive{}, false
	case gap != "":
		return Directive{Malformed: "no blank may stand behind tlslint:"}, true
	case verb != "ignore" && verb != "ignore-file":
		return Directive{Malformed: fmt.Sprintf("no directive tlslint:%s: want tlslint:ignore or tlslint:ignore-file", plain(verb))}, true
	}
	d := parseArguments(rest)
	d.File = verb == "ignore-file"
	return d, true
}

// parseArguments reads RULES [until=DAY] [owner=WHO] [-- REASON].
func parseArguments(text string) Directive {
	var d Directive
	if m := separator.FindStringIndex(text); m != nil {
		d.Reason = plain(strings.TrimSpace(text[m[1]:]))
		text = text[:m[0]]
	}
	given := map[string]bool{}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\r' }) {
		key, value, isOption := strings.Cut(word, "=")
		if isOption && given[key] {
			d.complain("%s= is given twice", plain(key))
		}
		given[key] = true
		switch {
		case isOption && key == "until":
			if d.Until = plain(value); value == "" {
				d.complain("until= names no day")
			}
		case isOption && key == "owner":
			d.Owner = plain(value)
		case isOption:
			d.complain("no option %s=: want until= or owner=", plain(key))
		case ruleID.MatchString(word) || patternID.MatchString(word):
			if !slices.Contains(d.Rules, word) {
				d.Rules = append(d.Rules, word)
			}
		case strings.HasPrefix(word, "TLS"):
			d.complain("%q is not a rule id: name each rule exactly, as in TLS101", plain(word))
		default:
			d.complain("%q is no rule; a reason stands behind --", plain(word))
		}
	}
	if len(d.Rules) == 0 {
		d.complain("suppression names no rule")
	}
	return d
}

// complain keeps the first complaint: the others often follow from it.
func (d *Directive) complain(format string, args ...any) {
	if d.Malformed == "" {
		d.Malformed = fmt.Sprintf(format, args...)
	}
}

// plain takes out what could move the cursor of a terminal.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, text)
}

// String is the directive in a few words: "#nosec G402", "tlslint:ignore TLS101".
func (d Directive) String() string {
	word := d.Foreign
	switch {
	case word == "" && d.File:
		word = "tlslint:ignore-file"
	case word == "":
		word = "tlslint:ignore"
	}
	return strings.TrimSpace(word + " " + strings.Join(d.Rules, ","))
}
