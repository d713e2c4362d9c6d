// Command tlslint finds, explains and repairs insecure TLS in source code. One
// binary is the command line and the tool of "go vet -vettool".
package main

import (
	"os"

	"github.com/tlslint/tlslint/analyzers/unit"
	"github.com/tlslint/tlslint/internal/cli"

	_ "github.com/tlslint/tlslint/languages/dockerfile"
	_ "github.com/tlslint/tlslint/languages/golang"
	_ "github.com/tlslint/tlslint/languages/java"
	_ "github.com/tlslint/tlslint/languages/javascript"
	_ "github.com/tlslint/tlslint/languages/python"
	_ "github.com/tlslint/tlslint/languages/shell"
	_ "github.com/tlslint/tlslint/languages/yaml"
)

func main() {
	if args := os.Args[1:]; unit.IsVetTool(args) {
		unit.Main(args)
	}
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
