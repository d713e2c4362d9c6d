package metamorph

import (
	"bytes"
	"strings"

	"github.com/tlslint/tlslint/languages/syntax"
)

var pythonLayouts = []Transform{
	python("crlf", Same, func(s *script) bool {
		s.src = bytes.ReplaceAll(s.src, []byte("\n"), []byte("\r\n"))
		return true
	}),
	python("byte-order-mark", Same, func(s *script) bool {
		s.src = append([]byte("\xef\xbb\xbf"), s.src...)
		return true
	}),
	python("no-final-newline", Same, func(s *script) bool {
		s.src = bytes.TrimRight(s.src, "\n")
		return true
	}),
	python("encoding-comment", Same, func(s *script) bool {
		if bytes.HasPrefix(s.src, []byte("#!")) {
			return false
		}
		s.insert(0, "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# Prüft Zertifikate. 日本語\n")
		return true
	}),
	python("python-2", Same, func(s *script) bool {
		s.foot("if __name__ == \"__main__\":\n    print \"ready\"")
		return true
	}),
	python("comments-between-statements", Same, func(s *script) bool {
		return s.statements(func(n *syntax.Node) { s.before(n, "# verify=True, später\n") })
	}),
	python("comments-behind-statements", Same, func(s *script) bool {
		return s.statements(func(n *syntax.Node) {
			if !n.Is("if_statement", "for_statement", "while_statement", "try_statement", "with_statement", "function_definition", "class_definition", "decorated_definition") && s.lineEnd(n.End) == n.End {
				s.insert(n.End, "  # see the notes")
			}
		})
	}),
	python("tabs", Same, func(s *script) bool { return s.reindent("\t") }),
	python("two-spaces", Same, func(s *script) bool { return s.reindent("  ") }),
	python("eight-spaces", Same, func(s *script) bool { return s.reindent("        ") }),
	python("semicolons", Same, (*script).semicolons),
	python("quotes-swapped", Same, (*script).swapQuotes),
	python("docstrings", Same, func(s *script) bool {
		const doc = "\"\"\"Talks to the service.\n\nCall it with verify=True.\n\"\"\""
		if first := s.tree.Root.Kids[0]; !first.Is("comment", "future_import_statement") && s.head() == 0 {
			s.insert(0, doc+"\n\n")
		}
		s.walk(func(n *syntax.Node) {
			body := n.Child("body")
			if body == nil || len(body.Kids) == 0 || !s.alone(body.Kids[0]) || body.Kids[0].Is("comment") || holds(body.Kids[0], "string") {
				return
			}
			s.before(body.Kids[0], strings.ReplaceAll(strings.ReplaceAll(doc, "\n", "\n"+s.indent(body.Kids[0])), "\n"+s.indent(body.Kids[0])+"\n", "\n\n"))
		}, "function_definition", "class_definition")
		return len(s.edits) > 0
	}),
}

// statements calls f for the statements that have their lines to themselves.
func (s *script) statements(f func(n *syntax.Node)) bool {
	future := s.head()
	s.tree.Root.Walk(func(n *syntax.Node) bool {
		if n.Up.Is("block", "module") && !n.Is("comment") && n.Start >= future && s.alone(n) {
			f(n)
		}
		return true
	})
	return len(s.edits) > 0
}

// reindent changes the white space of four that a level has.
func (s *script) reindent(level string) bool {
	for at := 0; at < len(s.src); at = s.lineEnd(at) + 1 {
		line := string(s.src[at:s.lineEnd(at)])
		spaces := len(line) - len(strings.TrimLeft(line, " "))
		if spaces == 0 || s.inText(at) {
			continue
		}
		if spaces%4 != 0 || strings.HasPrefix(line[spaces:], "\t") {
			if n := s.tree.Root.At(at+spaces, at+spaces); n.Above("argument_list", "dictionary", "list", "tuple", "parameters", "parenthesized_expression") != nil {
				continue
			}
			return false
		}
		s.edits = append(s.edits, edit{at, at + spaces, strings.Repeat(level, spaces/4)})
	}
	return len(s.edits) > 0
}

// semicolons puts simple statements that follow each other on one line.
func (s *script) semicolons() bool {
	simple := func(n *syntax.Node) bool {
		return n.Is("expression_statement", "import_statement", "import_from_statement", "return_statement", "raise_statement", "pass_statement", "assert_statement") && s.alone(n) && s.lineEnd(n.End) == n.End
	}
	s.walk(func(block *syntax.Node) {
		for i := 1; i < len(block.Kids); i++ {
			a, b := block.Kids[i-1], block.Kids[i]
			if simple(a) && simple(b) {
				s.edits = append(s.edits, edit{a.End, b.Start, "; "})
			}
		}
	}, "module", "block")
	return len(s.edits) > 0
}

// swapQuotes writes strings in the other quotes.
func (s *script) swapQuotes() bool {
	swap := strings.NewReplacer(`"`, `'`, `'`, `"`)
	s.walk(func(n *syntax.Node) {
		if n.Above("interpolation") != nil || holds(n, "interpolation") || len(n.Kids) < 2 {
			return
		}
		start, end := n.Kids[0], n.Kids[len(n.Kids)-1]
		if start.Is("string_start") && end.Is("string_end") && !bytes.ContainsAny(s.src[start.End:end.Start], "'\"\\") {
			s.replace(start, swap.Replace(s.text(start)))
			s.replace(end, swap.Replace(s.text(end)))
		}
	}, "string")
	return len(s.edits) > 0
}
