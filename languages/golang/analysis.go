package golang

import (
	"go/ast"
	"go/token"

	"github.com/tlslint/tlslint/languages"
)

// TestCode says why the content of the file called name makes it test code, ""
// when it does not. The name is the one that fset knows.
func TestCode(files []*ast.File, fset *token.FileSet, name string) string {
	return testCode(files, fset, name)
}

// Comments returns the comments of a parsed file.
func Comments(fset *token.FileSet, f *ast.File, name string, src []byte) []languages.Comment {
	var out languages.Output
	comments(fset, f, name, src, &out)
	return out.Comments
}
