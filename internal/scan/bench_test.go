package scan_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/files"
	"github.com/tlslint/tlslint/internal/needle"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/internal/search"

	_ "github.com/tlslint/tlslint/languages/golang"
)

// benchFiles is the size of the generated module; one file in a hundred has a
// finding, which is what real modules have.
const benchFiles = 300

// writeModule writes a module of benchFiles Go files, ten a package, and returns
// its folder and the bytes of the files.
func writeModule(b *testing.B) (dir string, size int64) {
	b.Helper()
	dir = b.TempDir()
	write := func(rel, text string) {
		name := filepath.Join(dir, rel)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
		if strings.HasSuffix(rel, ".go") {
			size += int64(len(text))
		}
	}
	write("go.mod", "module example.com/bench\n\ngo 1.25\n")
	for i := range benchFiles {
		write(fmt.Sprintf("p%d/f%d.go", i/10, i), source(i))
	}
	return dir, size
}

// source is the file of that number, about 10 KB of code that means nothing.
func source(i int) string {
	var s strings.Builder
	fmt.Fprintf(&s, "package p%d\n\nimport (\n\t\"fmt\"\n\t\"net/http\"\n", i/10)
	if i%100 == 0 {
		s.WriteString("\t\"crypto/tls\"\n")
	}
	s.WriteString(")\n")
	for j := range 25 {
		fmt.Fprintf(&s, `
// Handle%[1]d_%[2]d answers a request with the sum of what it is given.
func Handle%[1]d_%[2]d(w http.ResponseWriter, r *http.Request, numbers map[string][]int) error {
	total := 0
	for name, list := range numbers {
		if name == "" || len(list) == 0 {
			continue
		}
		for i, n := range list {
			total += n * (i + %[2]d)
		}
	}
	_, err := fmt.Fprintf(w, "%%s: %%d\n", r.URL.Path, total)
	return err
}
`, i, j)
	}
	if i%100 == 0 {
		fmt.Fprintf(&s, "\nvar client%d = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}\n", i)
	}
	return s.String()
}

// BenchmarkCheckModule is a whole run: list, read, search, lower, judge.
func BenchmarkCheckModule(b *testing.B) {
	dir, size := writeModule(b)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		res, err := scan.Run(context.Background(), scan.Options{Root: dir, NoGitignore: true})
		if err != nil {
			b.Fatal(err)
		}
		if got, want := len(res.Judged), benchFiles/100; got != want {
			b.Fatalf("%d findings, want %d", got, want)
		}
	}
}

// BenchmarkSearchOnly is the part of it that every file pays for: list, read and
// search, in one goroutine.
func BenchmarkSearchOnly(b *testing.B) {
	dir, size := writeModule(b)
	sets, err := scan.Sets(scan.Options{})
	if err != nil {
		b.Fatal(err)
	}
	find, err := search.Compile(sets["go"])
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	var buf []byte
	var hits needle.Hits
	for b.Loop() {
		list, _, err := files.List(context.Background(), nil, files.Options{Root: dir, NoGitignore: true})
		if err != nil {
			b.Fatal(err)
		}
		matter := 0
		for _, f := range list {
			data, skip := files.ReadInto(f, scan.MaxBytes, buf)
			if skip != nil {
				b.Fatal(skip.Reason)
			}
			buf = data
			if bits := find.Find(data, &hits); find.Matters(bits, bits) {
				matter++
			}
		}
		if want := benchFiles / 100; matter != want {
			b.Fatalf("%d files matter, want %d", matter, want)
		}
	}
}
