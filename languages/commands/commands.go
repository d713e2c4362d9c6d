// Package commands holds the rows about command lines: the switches of curl,
// git, pip and their like, which stand in programs of every language.
//
// A language asks for the rows and lowers the commands that it finds with
// package argv; their examples are written in that language.
package commands

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/tlslint/tlslint/pattern"
)

//go:embed patterns.toml
var patterns []byte

//go:embed examples-python.toml
var pythonExamples []byte

//go:embed examples-javascript.toml
var javascriptExamples []byte

//go:embed examples-java.toml
var javaExamples []byte

// examples are the snippets by language.
var examples = map[string][]byte{"python": pythonExamples, "javascript": javascriptExamples, "java": javaExamples}

// Rows returns the rows for a language. What can be searched for in a file are
// the long options with their tool beside them. A short option may hide among
// others, so that its tool is searched for, and beside it one of runners: the
// words by which the language's files run commands.
func Rows(lang string, runners ...string) (pattern.File, error) {
	file, err := pattern.Parse("languages/commands/patterns.toml", lang, patterns)
	if err != nil {
		return file, err
	}
	for _, row := range file.Rows {
		if row.Context == nil {
			row.Context = context(row, runners)
		}
	}
	return file, nil
}

func context(row *pattern.Row, runners []string) []string {
	var tools, dashed []string
	for _, k := range row.At {
		if k.Cmd == "" {
			return nil
		}
		tools = append(tools, pattern.Expand(k.Cmd)...)
		for _, opt := range k.Opt {
			switch {
			case len(opt) == 2:
				return runners
			case strings.HasPrefix(opt, "-") && !strings.HasPrefix(opt, "--") && !strings.Contains(opt, " "):
				dashed = append(dashed, opt)
			}
		}
	}
	if dashed != nil {
		return dashed // the anchor is the tool
	}
	return tools
}

// Examples returns the snippets in a language, none where nobody wrote any.
func Examples(lang string) ([]pattern.Example, error) {
	data, ok := examples[lang]
	if !ok {
		return nil, nil
	}
	return pattern.ParseExamples(fmt.Sprintf("languages/commands/examples-%s.toml", lang), data)
}
