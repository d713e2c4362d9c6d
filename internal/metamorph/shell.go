package metamorph

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"github.com/tlslint/tlslint/languages/shell"
)

// Shell rewrites shell scripts.
type Shell struct{}

// Name implements Language.
func (Shell) Name() string { return "shell" }

// Parses implements Language.
func (Shell) Parses(src []byte) error {
	if shell.Faults(string(src)) > 0 {
		return errors.New("a mistake")
	}
	return nil
}

// Transforms implements Language.
func (Shell) Transforms() []Transform {
	around := func(name string, effect Effect, before, behind string) Transform {
		return Transform{name, effect, func(src []byte, _ []Span) ([]byte, bool) {
			head, body := cutShebang(src)
			if strings.HasPrefix(body, "#") && behind != "" && behind[0] != '#' {
				return src, false // a block of comments is none
			}
			return []byte(head + before + strings.TrimRight(body, "\n") + "\n" + behind), true
		}}
	}
	line := func(name string, f func(line string) (string, bool)) Transform {
		return Transform{name, Same, func(src []byte, _ []Span) ([]byte, bool) {
			text := strings.TrimRight(string(src), "\n")
			if strings.Contains(text, "\n") || !simpleLine.MatchString(text) {
				return src, false
			}
			out, ok := f(text)
			return []byte(out + "\n"), ok
		}}
	}
	quoted := func(line string) bool { return strings.Contains(line, "'") }
	return []Transform{
		around("comment-above", Same, "# curl -k, said before\n\n", ""),
		around("comment-behind", Same, "", "# curl -k, said behind\n"),
		around("said-before", Same, "echo 'use curl -k' >&2\n", ""),
		around("strict", Same, "set -euo pipefail\n", ""),
		around("block", Same, "{\n", "}\n"),
		around("subshell", Same, "(\n", ")\n"),
		around("function", Same, "main() {\n", "}\nmain\n"),
		around("loop", Same, "for i in 1 2 3; do\n", "done\n"),
		around("file-test", Same, "if [ -e /etc/hosts ]; then\n", "fi\n"),
		around("both-branches", Same, "if [ -e /etc/hosts ]; then\n:\nelse\n", "fi\n"),
		around("subcommand", Same, "case $1 in\nstart)\n", ";;\nesac\n"),
		around("required", Same, "[ -n \"${URL:-}\" ] || exit 1\n", ""),
		around("option", Optional, "if [ \"${LAB:-}\" = 1 ]; then\n", "fi\n"),
		around("option-test", Optional, "if [[ -n $LAB ]]; then\n", "fi\n"),
		around("option-else", Optional, "if [ \"${STRICT:-1}\" = 1 ]; then\n:\nelse\n", "fi\n"),
		around("option-case", Optional, "case ${1:-} in\n--insecure)\n", ";;\nesac\n"),
		around("option-flag", Optional, "while getopts i o; do case $o in i) lab=1;; esac; done\nif [ \"$lab\" = 1 ]; then\n", "fi\n"),
		around("option-leave", Optional, "[ \"$MODE\" = lab ] || exit 0\n", ""),
		around("option-function", Optional, "lab() {\n", "}\nif [ \"$LAB\" = yes ]; then lab; fi\n"),
		line("command-substitution", func(s string) (string, bool) { return "x=$(" + s + ")", true }),
		line("backquotes", func(s string) (string, bool) { return "x=`" + s + "`", !strings.ContainsAny(s, "$\\`") }),
		line("shell-c", func(s string) (string, bool) { return "bash -c '" + s + "'", !quoted(s) }),
		line("shell-c-double", func(s string) (string, bool) { return "sh -ec \"" + s + "\"", !strings.ContainsAny(s, "\"$\\`") }),
		line("ssh", func(s string) (string, bool) { return "ssh deploy@web.corp.example '" + s + "'", !quoted(s) }),
		line("ssh-heredoc", func(s string) (string, bool) { return "ssh deploy@web.corp.example <<'END'\n" + s + "\nEND", true }),
		line("piped", func(s string) (string, bool) { return "echo '" + s + "' | sh", !quoted(s) }),
		line("negated", func(s string) (string, bool) { return "if ! " + s + "; then exit 1; fi", true }),
		line("or-true", func(s string) (string, bool) { return s + " || true", true }),
		line("background", func(s string) (string, bool) { return s + " &", true }),
		line("timed", func(s string) (string, bool) { return "time timeout 60 " + s, !assigns.MatchString(s) }),
		line("privileged", func(s string) (string, bool) { return "sudo -E -u deploy " + s, !assigns.MatchString(s) }),
		line("retried", func(s string) (string, bool) { return "retry 3 " + s, !assigns.MatchString(s) }),
		line("wrapped", func(s string) (string, bool) {
			return "twice() { \"$@\" || \"$@\"; }\ntwice " + s, !assigns.MatchString(s)
		}),
		line("continued", func(s string) (string, bool) {
			return strings.ReplaceAll(s, " ", " \\\n  "), !strings.ContainsAny(s, "'\"\\$#;")
		}),
		line("array", func(s string) (string, bool) {
			tool, rest, ok := strings.Cut(s, " ")
			return "args=(" + rest + ")\n" + tool + " \"${args[@]}\"", ok && !assigns.MatchString(s) && !strings.ContainsAny(s, "$")
		}),
		line("variable", func(s string) (string, bool) {
			tool, rest, ok := strings.Cut(s, " ")
			return "args='" + rest + "'\n" + tool + " $args", ok && !assigns.MatchString(s) && !strings.ContainsAny(s, "'\"\\$*?")
		}),
		line("tool-variable", func(s string) (string, bool) {
			tool, rest, ok := strings.Cut(s, " ")
			return "tool=/usr/bin/" + tool + "\n\"$tool\" " + rest, ok && !assigns.MatchString(s) && !strings.Contains(tool, "/")
		}),
		{"carriage-returns", Same, func(src []byte, _ []Span) ([]byte, bool) {
			return bytes.ReplaceAll(src, []byte("\n"), []byte("\r\n")), !bytes.Contains(src, []byte("\\\n")) && !bytes.Contains(src, []byte("<<"))
		}},
	}
}

var (
	// simpleLine is one command alone, of a tool.
	simpleLine = regexp.MustCompile(`^[A-Za-z0-9_./-]+( [^|;&<>()\x60]*)?$|^[A-Z][A-Za-z_0-9]*=\S* [^|;&<>()\x60]*$`)
	assigns    = regexp.MustCompile(`^([A-Za-z_][A-Za-z_0-9]*=|export |alias |unset |env |echo |printf |sed |sudo )`)
)

// cutShebang is the first line of a script that names its shell, and what follows.
func cutShebang(src []byte) (head, body string) {
	text := string(src)
	if strings.HasPrefix(text, "#!") {
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			return text[:i+1], text[i+1:]
		}
	}
	return "", text
}
