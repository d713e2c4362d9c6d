package shell

import (
	"regexp"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/tlslint/tlslint/internal/argv"
)

// says are names of variables that hold a command which only shows its words.
var says = regexp.MustCompile(`(?i)echo|print|log|msg|message|info|say|warn|debug|usage|help`)

// variableOf is the variable that a word is: "$NAME", "${NAME}"; "" for any other.
func variableOf(w *syntax.Word) string {
	if len(w.Parts) != 1 {
		return ""
	}
	p := w.Parts[0]
	if q, ok := p.(*syntax.DblQuoted); ok && len(q.Parts) == 1 {
		p = q.Parts[0]
	}
	pe, ok := p.(*syntax.ParamExp)
	if !ok || pe.Param == nil || pe.Exp != nil || pe.Length || pe.Excl || pe.Slice != nil || pe.Repl != nil {
		return ""
	}
	return pe.Param.Value
}

// toolOf is the tool that a variable which nobody sets here is named for: CURL,
// WGET_BIN.
func (l *lowerer) toolOf(name string) string {
	if len(l.vars[name]) > 0 || name == "" || strings.ToUpper(name) != name {
		return ""
	}
	tool := strings.ToLower(name)
	for _, end := range []string{"_cmd", "_bin", "_path", "_exe", "_command"} {
		tool = strings.TrimSuffix(tool, end)
	}
	if !argv.Begins(tool) {
		return ""
	}
	return tool
}

// name gives a word whose text only the run knows the text that its place says.
func (w *word) name(text string) {
	w.b, w.src, w.off, w.by = nil, nil, nil, nil
	for i := range len(text) {
		w.add(text[i], nil, 0, nil)
	}
}

// located is the word that $(which WORD) and $(command -v WORD) look for, nil if
// statements do anything else.
func located(stmts []*syntax.Stmt) *syntax.Word {
	if len(stmts) != 1 {
		return nil
	}
	cmd := stmts[0].Cmd
	if b, ok := cmd.(*syntax.BinaryCmd); ok && b.Op == syntax.OrStmt && b.X != nil {
		cmd = b.X.Cmd
	}
	call, ok := cmd.(*syntax.CallExpr)
	if !ok || len(call.Assigns) > 0 || len(call.Args) < 2 || len(call.Args) > 3 {
		return nil
	}
	switch flag := call.Args[1].Lit(); call.Args[0].Lit() {
	case "which":
		if len(call.Args) == 3 && flag != "-a" {
			return nil
		}
	case "command":
		if len(call.Args) != 3 || flag != "-v" {
			return nil
		}
	case "type":
		if len(call.Args) != 3 || flag != "-p" && flag != "-P" {
			return nil
		}
	default:
		return nil
	}
	w := call.Args[len(call.Args)-1]
	if name := w.Lit(); name == "" || !argv.Begins(name) {
		return nil
	}
	return w
}
