// Package connections holds the rows about connection strings that stand in files
// of any kind, where nothing says which library reads them.
//
// A language asks for the rows and lowers the texts that it finds with package dsn;
// the examples are connection strings, which the language puts into its own words.
package connections

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/pattern"
)

//go:embed patterns.toml
var patterns []byte

//go:embed examples.toml
var examples []byte

// Rows returns the rows for a language.
func Rows(lang string) (pattern.File, error) {
	return pattern.Parse("languages/connections/patterns.toml", lang, patterns)
}

// Dialects returns the rows for a language with rows of its own about connection
// strings: those that are about strings which say themselves what reads them, such as
// a URL of Java's that a program hands to Spark.
func Dialects(lang string) (pattern.File, error) {
	file, err := Rows(lang)
	file.Rows = slices.DeleteFunc(file.Rows, func(r *pattern.Row) bool {
		return slices.ContainsFunc(r.At, func(k pattern.Sink) bool {
			return !strings.HasPrefix(k.Driver, "jdbc-") && k.Driver != "npgsql" && k.Driver != "mysql-net"
		})
	})
	return file, err
}

// Examples returns the snippets, each connection string put into a file by wrap; ok
// is false where it cannot stand in one. file is the name of that file, "" for the
// language's own.
func Examples(file string, wrap func(dsn string) (text string, ok bool)) ([]pattern.Example, error) {
	all, err := pattern.ParseExamples("languages/connections/examples.toml", examples)
	if err != nil {
		return nil, err
	}
	for i := range all {
		ex := &all[i]
		ex.File = file
		var insecure, fixed []string
		for j, dsn := range ex.Insecure {
			text, ok := wrap(dsn)
			if !ok {
				continue
			}
			repaired := ""
			if j < len(ex.Fixed) && ex.Fixed[j] != "" {
				if repaired, ok = wrap(ex.Fixed[j]); !ok {
					continue
				}
			}
			insecure, fixed = append(insecure, text), append(fixed, repaired)
		}
		var safe []string
		for _, dsn := range ex.Safe {
			if text, ok := wrap(dsn); ok {
				safe = append(safe, text)
			}
		}
		ex.Insecure, ex.Fixed, ex.Safe = insecure, fixed, safe
	}
	return all, nil
}
