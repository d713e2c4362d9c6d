// Package tlslint embeds the files that stand at the repository's root, so that
// the command line can print and write them without a copy that could go stale.
package tlslint

import _ "embed"

// ConfigExample is config.toml.example: every key of tlslint.toml with its
// default and a line about it.
//
//go:embed config.toml.example
var ConfigExample string
