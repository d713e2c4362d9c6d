package scan_test

import (
	"context"
	"os"
	"testing"

	"github.com/tlslint/tlslint/internal/scan"
	_ "github.com/tlslint/tlslint/languages/golang"
)

func TestZZ(t *testing.T) {
	d := os.Getenv("ZZ")
	if d == "" {
		t.Skip()
	}
	if _, err := scan.Run(context.Background(), scan.Options{Root: d, NoGitignore: true}); err != nil {
		t.Fatal(err)
	}
}
