// Package connections holds the rows about connection strings that stand in files
// of any kind, where nothing says which library reads them.
package connections

import (
	_ "embed"
	"fmt"

	"github.com/tlslint/tlslint/pattern"
)

//go:embed patterns.toml
var patterns []byte

//go:embed examples-yaml.toml
var yamlExamples []byte

//go:embed examples-env.toml
var envExamples []byte

// examples are the snippets by language.
var examples = map[string][]byte{"yaml": yamlExamples, "shell": envExamples}

// Rows returns the rows for a language.
func Rows(lang string) (pattern.File, error) {
	return pattern.Parse("languages/connections/patterns.toml", lang, patterns)
}

// Examples returns the snippets in a language, none where nobody wrote any.
func Examples(lang string) ([]pattern.Example, error) {
	data, ok := examples[lang]
	if !ok {
		return nil, nil
	}
	return pattern.ParseExamples(fmt.Sprintf("languages/connections/examples-%s.toml", lang), data)
}
