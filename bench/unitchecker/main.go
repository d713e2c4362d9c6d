// Command unitchecker is the yardstick for tlslint as a vet tool: the driver of
// golang.org/x/tools with one analyzer that looks for one thing,
// InsecureSkipVerify: true in a composite literal.
package main

import (
	"go/ast"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/unitchecker"
)

var skipVerify = &analysis.Analyzer{
	Name: "skipverify",
	Doc:  "report InsecureSkipVerify: true in composite literals",
	Run:  run,
}

func main() { unitchecker.Main(skipVerify) }

func run(pass *analysis.Pass) (any, error) {
	for _, file := range pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			kv, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			key, isName := kv.Key.(*ast.Ident)
			value, isConst := kv.Value.(*ast.Ident)
			if isName && isConst && key.Name == "InsecureSkipVerify" && value.Name == "true" {
				pass.Reportf(kv.Pos(), "InsecureSkipVerify: true")
			}
			return true
		})
	}
	return nil, nil
}
