package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tlslint/tlslint/internal/search"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// BenchmarkStartup is what a run does before it looks at the first file. The
// rows are decoded once a process, so that part is measured on their text.
func BenchmarkStartup(b *testing.B) {
	b.Run("rows", func(b *testing.B) {
		text, err := os.ReadFile(filepath.Join("..", "..", "analyzers", "patterns.toml"))
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := pattern.Parse("patterns.toml", "go", text); err != nil {
				b.Fatal(err)
			}
		}
	})
	rows, err := languages.Named("go").Rows()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("index", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := pattern.New(rows); err != nil {
				b.Fatal(err)
			}
		}
	})
	set, err := pattern.New(rows)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("needles", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := search.Compile(set, "tlslint:ignore"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
