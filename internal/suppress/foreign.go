package suppress

import (
	"regexp"
	"slices"
	"strings"
)

// tool is another linter's suppression comment.
type tool struct {
	name string
	// form matches a comment; its group, if it took part, is the list of ids.
	form *regexp.Regexp
	// about says whether an id is, or may be, about TLS.
	about func(id string) bool
	// sameLine: the tool reads it only on the line that it is about.
	sameLine bool
	// file: it is about the whole file.
	file bool
}

// tools are tried in order; the first that matches has the comment.
var tools = []tool{
	// gosec and bandit share the word; both want the # in front of it.
	{
		name:  "#nosec",
		form:  regexp.MustCompile(signs + `#\s*nosec\b(?:\s*:?\s*((?:[GB]\d{3}|` + banditNames + `)(?:[\s,]+(?:[GB]\d{3}|` + banditNames + `))*)\b)?`),
		about: anyOf(append(strings.Split(banditNames, "|"), "G402", "B323", "B501", "B502", "B503", "B504")...),
	},
	{
		name:  "nolint",
		form:  regexp.MustCompile(signs + `nolint\b(?::\s*([\w.-]+(?:\s*,\s*[\w.-]+)*))?`),
		about: anyOf("gosec", "tlslint", "all"),
	},
	{
		name:     "noqa",
		form:     regexp.MustCompile(signs + `(?:ruff|flake8):\s*(?i:noqa)\b(?:\s*:\s*([A-Z]+[0-9]*(?:[\s,]+[A-Z]+[0-9]+)*))?`),
		about:    ruffCode,
		sameLine: true,
		file:     true,
	},
	{
		name:     "noqa",
		form:     regexp.MustCompile(signs + `(?i:noqa)\b(?:\s*:\s*([A-Za-z]+[0-9]*(?:[\s,]+[A-Za-z]+[0-9]+)*))?`),
		about:    ruffCode,
		sameLine: true,
	},
	{
		name:  "nosemgrep",
		form:  regexp.MustCompile(signs + `nosem(?:grep)?\b(?:\s*:\s*([\w./-]+(?:\s*,\s*[\w./-]+)*))?`),
		about: soundsLikeTLS,
	},
	{
		name:     "NOSONAR",
		form:     regexp.MustCompile(`^.*?\bNOSONAR\b(?:\s*\(([^)]*)\))?`),
		about:    sonarKey,
		sameLine: true,
	},
	{
		name:  "codeql",
		form:  regexp.MustCompile(signs + `codeql\s*\[([^\]]*)\]`),
		about: soundsLikeTLS,
	},
	{
		name:     "lgtm",
		form:     regexp.MustCompile(signs + `lgtm\s*\[([^\]]*)\]`),
		about:    soundsLikeTLS,
		sameLine: true,
	},
	{
		name:  "DevSkim",
		form:  regexp.MustCompile(signs + `DevSkim:\s*ignore\s+((?:DS\d+|all)(?:\s*,\s*DS\d+)*)`),
		about: func(string) bool { return true },
	},
}

// banditNames are bandit's TLS tests by name; B323 is part of its blacklist.
const banditNames = `request_with_no_cert_validation|ssl_with_bad_version|ssl_with_bad_defaults|ssl_with_no_version`

func anyOf(ids ...string) func(string) bool {
	return func(id string) bool { return slices.Contains(ids, id) }
}

// ruffCode knows the flake8-bandit codes about TLS. A shorter code stands for
// all that begin with it.
func ruffCode(id string) bool {
	return slices.ContainsFunc([]string{"S323", "S501", "S502", "S503", "S504"}, func(code string) bool {
		return strings.HasPrefix(code, strings.ToUpper(id))
	})
}

// sonarKey: certificates, host names, weak protocols, clear text; the language
// may stand in front, as in java:S4830.
func sonarKey(id string) bool {
	_, key, found := strings.Cut(id, ":")
	if !found {
		key = id
	}
	return slices.Contains([]string{"S4830", "S5527", "S4423", "S5332"}, key)
}

// soundsLikeTLS is for tools whose ids are words and whose rules anybody can
// add: there is no list to look into.
func soundsLikeTLS(id string) bool {
	id = strings.ToLower(id)
	return slices.ContainsFunc([]string{
		"tls", "ssl", "cert", "x509", "hostname", "host-name", "trust", "verif",
		"insecure-transport", "insecure-protocol", "insecure-default-protocol", "insecure-connection", "cleartext", "https",
	}, func(word string) bool { return strings.Contains(id, word) })
}

// parseForeign reads another tool's comment. One that names only rules which
// are not about TLS is none of our business.
func parseForeign(text string) (Directive, bool) {
	for _, t := range tools {
		m := t.form.FindStringSubmatchIndex(text)
		if m == nil {
			continue
		}
		d := Directive{Foreign: t.name, File: t.file, sameLine: t.sameLine}
		if m[2] >= 0 {
			d.Rules = strings.FieldsFunc(text[m[2]:m[3]], func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
			if len(d.Rules) > 0 && !slices.ContainsFunc(d.Rules, t.about) {
				return Directive{}, false
			}
		}
		d.Reason = plain(strings.Trim(text[m[1]:], " \t\r-–—:/#,;|"))
		return d, true
	}
	return Directive{}, false
}
