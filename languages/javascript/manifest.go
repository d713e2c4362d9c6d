package javascript

import (
	"encoding/json"
	"errors"

	"github.com/tlslint/tlslint/internal/argv"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/pattern"
)

// lowerPackage lowers the scripts of a package.json: each is a line of shell text.
func lowerPackage(f languages.File, set *pattern.Set) []*ir.Node {
	tree := &syntax.Tree{Source: f.Data, Root: &syntax.Node{Kind: "program", End: len(f.Data)}}
	packageScripts(f.Data, tree.Root)
	m := newModule(f.Path, tree, set, newProject(set, nil))
	l := &lowerer{m: m, owners: map[string]bool{}}
	for _, stmt := range tree.Root.Kids {
		str := stmt.Kids[0]
		text := m.fragment(str)
		for _, s := range argv.Shell(string(text.text)) {
			l.simple(s, &text, str)
			l.windowsSet(s, &text, str)
		}
	}
	return l.out
}

// windowsSet lowers "set NAME=value &&", which is how cmd.exe sets a variable.
func (l *lowerer) windowsSet(s argv.Simple, f *fragment, at *syntax.Node) {
	if len(s.Words) != 2 || s.Words[0].Text != "set" {
		return
	}
	w := s.Words[1]
	for i := range len(w.Text) {
		if w.Text[i] == '=' && w.Plain >= 0 {
			whole := f.part(w.Plain, w.Plain+len(w.Text))
			l.commandEnv(w.Text[:i], w.Text[i+1:], f.part(w.Plain+i+1, w.Plain+len(w.Text)), whole, at, false)
			return
		}
	}
}

// packageScripts adds the values of "scripts" to a program, as strings with their
// pieces, in the form in which a parser gives them.
func packageScripts(data []byte, root *syntax.Node) {
	depth, key, in := 0, "", ""
	value := false // what follows is a value
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			depth++
			if depth == 2 {
				in = key
			}
			value = data[i] == '['
		case '}', ']':
			depth--
			value = false
		case ':':
			value = true
		case ',':
			value = false
		case '"':
			str := &syntax.Node{Kind: "string", Start: i}
			end := i + 1
			from := end
			piece := func(kind string, a, b int) {
				if b > a {
					str.Kids = append(str.Kids, &syntax.Node{Kind: kind, Start: a, End: b, Up: str})
				}
			}
			for end < len(data) && data[end] != '"' && data[end] != '\n' {
				if data[end] == '\\' && end+1 < len(data) {
					piece("string_fragment", from, end)
					size := 2
					if data[end+1] == 'u' {
						size = 6
					}
					size = min(size, len(data)-end)
					piece("escape_sequence", end, end+size)
					end += size
					from = end
					continue
				}
				end++
			}
			end = min(end, len(data))
			piece("string_fragment", min(from, end), end)
			str.End = min(end+1, len(data))
			switch {
			case !value:
				key = ""
				if str.End-1 > i {
					key = string(data[i+1 : str.End-1])
				}
			case depth == 2 && in == "scripts":
				stmt := &syntax.Node{Kind: "expression_statement", Start: i, End: str.End, Up: root, Kids: []*syntax.Node{str}}
				str.Up = stmt
				root.Kids = append(root.Kids, stmt)
			}
			i = end
		}
	}
}

func checkPackage(old, edited []byte) error {
	if json.Valid(old) && !json.Valid(edited) {
		return errors.New("the edited file is no JSON")
	}
	return nil
}
