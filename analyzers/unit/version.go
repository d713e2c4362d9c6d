package unit

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"os"
	"time"
)

// printVersion answers -V=full. The go command caches what this tool says about
// a package for as long as the build id is the same, and knows nothing of our
// configuration: so the id is a hash of everything that a result depends on
// beside the package itself. Today's date is part of it, because suppressions
// expire.
func printVersion(w io.Writer, now time.Time) error {
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	h := sha256.New()
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	if err := hashFile(h, exe); err != nil {
		return err
	}
	fmt.Fprintf(h, "date %s\n", now.Format(time.DateOnly))
	configs, err := configsFrom(dir)
	if err != nil {
		return err
	}
	for _, path := range configs {
		files, err := filesOf(path)
		if err != nil {
			return err
		}
		for _, file := range files {
			fmt.Fprintf(h, "file %q\n", file)
			if err := hashFile(h, file); err != nil {
				return err
			}
		}
	}
	// The word "devel" makes the go command look at the build id.
	_, err = fmt.Fprintf(w, "tlslint version devel buildID=%x\n", h.Sum(nil))
	return err
}

func hashFile(h hash.Hash, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.Copy(h, f)
	fmt.Fprintf(h, "\nsize %d\n", n)
	return err
}
