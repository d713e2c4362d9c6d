package metamorph

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/tlslint/tlslint/languages/yaml"
)

// YAML rewrites YAML.
type YAML struct{}

// Name implements Language.
func (YAML) Name() string { return "yaml" }

// Parses implements Language.
func (YAML) Parses(src []byte) error {
	if n := yaml.Mistakes(src); n > 0 {
		return fmt.Errorf("%d places that are no YAML", n)
	}
	return nil
}

// Transforms implements Language.
func (YAML) Transforms() []Transform {
	around := func(name string, effect Effect, before, behind string) Transform {
		return Transform{name, effect, func(src []byte, _ []Span) ([]byte, bool) {
			out := append([]byte(before), src...)
			if len(out) > 0 && out[len(out)-1] != '\n' {
				out = append(out, '\n')
			}
			return append(out, behind...), true
		}}
	}
	return []Transform{
		around("comment-above", Same, "# said before\n\n", ""),
		around("comment-behind", Same, "", "\n# said behind\n"),
		around("document-start", Same, "---\n", ""),
		around("document-before", Same, "first: 1\n---\n", ""),
		around("document-behind", Same, "", "---\nlast: 1\n"),
		around("template-comment", Same, "{{- /* of a chart */}}\n", ""),
		around("template-condition", Optional, "{{- if .Values.lab }}\n", "{{- end }}\n"),
		around("template-else", Optional, "{{- if .Values.strict }}\n{{- else }}\n", "{{- end }}\n"),
		around("template-part", Same, "{{- if .Values.part.enabled }}\n", "{{- end }}\n"),
		{"carriage-returns", Same, func(src []byte, _ []Span) ([]byte, bool) {
			return bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")), bytes.Contains(src, []byte("\n"))
		}},
		entry("comment-on-the-line", func(key, colon, value string) string { return key + colon + value + " # why" }, true),
		entry("quoted-key", func(key, colon, value string) string { return `"` + key + `"` + colon + value }, false),
		entry("spaced", func(key, _, value string) string { return key + ":   " + value }, false),
		entry("anchored", func(key, colon, value string) string { return key + colon + "&flag " + value }, false),
		entry("capital", func(key, colon, value string) string {
			return key + colon + string(bytes.ToUpper([]byte(value[:1]))) + value[1:]
		}, false),
		entry("tagged", func(key, colon, value string) string { return key + colon + "!!bool " + value }, false),
		{"by-alias", Same, func(src []byte, sinks []Span) ([]byte, bool) {
			if !rootMapping.Match(src) {
				return src, false
			}
			for _, s := range sinks {
				if m := plainEntry.FindSubmatch(src[s.Start:s.End]); m != nil {
					at := s.End - len(m[3])
					out := append([]byte("x-flag: &flag "+string(m[3])+"\n"), src[:at]...)
					return append(append(out, "*flag"...), src[s.End:]...), true
				}
			}
			return src, false
		}},
	}
}

var (
	plainEntry  = regexp.MustCompile(`^([A-Za-z_][\w.-]*)(:[ ]+)(true|false)$`)
	rootMapping = regexp.MustCompile(`^[A-Za-z_][\w.-]*:[ \n]`)
)

// entry rewrites the first finding that is an entry true or false; ending says that
// nothing may follow it on its line.
func entry(name string, rewrite func(key, colon, value string) string, ending bool) Transform {
	return Transform{name, Same, func(src []byte, sinks []Span) ([]byte, bool) {
		for _, s := range sinks {
			m := plainEntry.FindSubmatch(src[s.Start:s.End])
			if m == nil || ending && s.End < len(src) && src[s.End] != '\n' {
				continue
			}
			out := append([]byte{}, src[:s.Start]...)
			out = append(out, rewrite(string(m[1]), string(m[2]), string(m[3]))...)
			return append(out, src[s.End:]...), true
		}
		return src, false
	}}
}
