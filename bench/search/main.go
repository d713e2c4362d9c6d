// Command search measures the part of tlslint that every file pays for: it
// lists the files of a directory, reads them and searches them for needles, and
// does nothing else.
//
//	search [-print0] [-needles FILE] [DIR]
//
// It prints how many files it searched, their bytes, and how many held a
// needle. With -print0 it prints the names of the searched files instead, each
// followed by a NUL byte, so that another program can search the same ones.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/tlslint/tlslint/internal/files"
	"github.com/tlslint/tlslint/internal/needle"
)

func main() {
	print0 := flag.Bool("print0", false, "print the names of the searched files")
	list := flag.String("needles", "", "file with a needle a line (default: none)")
	flag.Parse()
	dir := flag.Arg(0)
	if err := run(dir, *list, *print0); err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(2)
	}
}

func run(dir, list string, print0 bool) error {
	set, err := readNeedles(list)
	if err != nil {
		return err
	}
	listed, _, err := files.List(context.Background(), nil, files.Options{Root: dir})
	if err != nil {
		return err
	}
	searched := make([]bool, len(listed))
	var next, bytes, hit atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			var buf []byte
			var hits needle.Hits
			for {
				i := int(next.Add(1)) - 1
				if i >= len(listed) {
					return
				}
				text, skip := files.ReadInto(listed[i], 0, buf)
				buf = text
				if skip != nil {
					continue
				}
				searched[i] = true
				bytes.Add(int64(len(text)))
				if set.Find(text, &hits); hits.Any() {
					hit.Add(1)
				}
			}
		})
	}
	wg.Wait()

	out := bufio.NewWriter(os.Stdout)
	count := 0
	for i, ok := range searched {
		if ok {
			count++
			if print0 {
				fmt.Fprintf(out, "%s\x00", listed[i].Path)
			}
		}
	}
	if !print0 {
		fmt.Fprintf(out, "%d files, %d bytes, needles in %d\n", count, bytes.Load(), hit.Load())
	}
	return out.Flush()
}

func readNeedles(list string) (*needle.Set, error) {
	if list == "" {
		return needle.Compile(nil)
	}
	text, err := os.ReadFile(list)
	if err != nil {
		return nil, err
	}
	var needles []needle.Needle
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSuffix(line, "\n"); line != "" {
			needles = append(needles, needle.Needle{Text: line})
		}
	}
	return needle.Compile(needles)
}
