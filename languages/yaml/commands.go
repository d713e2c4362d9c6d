package yaml

import (
	"regexp"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

func commandRows(string) (pattern.File, error)          { return pattern.File{}, nil }
func commandExamples(string) ([]pattern.Example, error) { return nil, nil }
func commandEdit([]languages.Op, languages.Vars) ([]finding.Edit, bool, bool) {
	return nil, false, false
}

var scriptName = regexp.MustCompile(`(?i)^(run|scripts?|(before|after|pre|post)_?(script|install|deploy|build|test|run|start|stop|commands?)|install|deploy|after_(success|failure)|commands?|cmds?|bash|sh|shell|raw|entrypoint|runcmd|bootcmd|test|entry|exec|args|cmdline|user_?data|inline|initscript|preStart|postStart|preStop|setup|build|hooks?|expect|win_shell|win_command)$`)

func scriptKey(key string) bool { return scriptName.MatchString(last(key)) }

// isScript reports whether a text is shell.
func isScript(v *value) bool {
	return v.up != nil && (scriptKey(v.up.key.text) || strings.HasSuffix(v.up.key.text, ".sh")) || strings.HasPrefix(v.text, "#!")
}

func (f *file) commands(m *value) {
	for _, p := range m.pairs {
		v := p.val
		if v.kind == sequence && argsKey.MatchString(p.key.text) {
			for _, it := range v.items {
				if it.val.kind == scalar {
					f.flag(it)
				}
			}
		}
	}
}
