// Package variables holds the rows about variables of the environment that files
// set for the programs that they start: workflows, containers, files of variables.
package variables

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
var examples = map[string][]byte{"yaml": yamlExamples, "env": envExamples}

// Rows returns the rows for a language.
func Rows(lang string) (pattern.File, error) {
	return pattern.Parse("languages/variables/patterns.toml", lang, patterns)
}

// Examples returns the snippets in a language, none where nobody wrote any.
func Examples(lang string) ([]pattern.Example, error) {
	data, ok := examples[lang]
	if !ok {
		return nil, nil
	}
	return pattern.ParseExamples(fmt.Sprintf("languages/variables/examples-%s.toml", lang), data)
}
