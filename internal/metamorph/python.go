package metamorph

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/tlslint/tlslint/languages/syntax"
	"github.com/tlslint/tlslint/languages/treesitter"
)

// Python rewrites Python 2 and 3.
type Python struct{}

// Name implements Language.
func (Python) Name() string { return "python" }

// Parses implements Language.
func (Python) Parses(src []byte) error {
	tree, err := treesitter.Python.Parse(src)
	if err != nil {
		return err
	}
	if tree.Errors == 0 {
		return nil
	}
	at := len(src)
	tree.Root.Walk(func(n *syntax.Node) bool {
		if n.Is("ERROR") || n.Start == n.End && len(n.Kids) == 0 && n.Up != nil {
			at = min(at, n.Start)
		}
		return true
	})
	return fmt.Errorf("line %d: syntax error", 1+bytes.Count(src[:at], []byte("\n")))
}

// Transforms implements Language.
func (Python) Transforms() []Transform {
	return slices.Concat(pythonLayouts, pythonRenames, pythonValues, pythonArguments, pythonDictionaries, pythonObjects, pythonWraps, pythonOptions)
}

// script is a parsed snippet and the edits to make in it.
type script struct {
	src   []byte
	sinks []Span
	tree  *syntax.Tree
	edits []edit
	bound []*name // see names
}

// python is a transformation of a script.
func python(name string, effect Effect, f func(*script) bool) Transform {
	return Transform{name, effect, func(src []byte, sinks []Span) ([]byte, bool) {
		s := load(src)
		s.sinks = sinks
		ok := s.tree != nil && f(s) && s.apply()
		return s.src, ok
	}}
}

// loaded is the snippet that is being rewritten: every transformation begins with
// the same tree.
var loaded struct {
	sync.Mutex
	script
}

func load(src []byte) *script {
	loaded.Lock()
	defer loaded.Unlock()
	if !bytes.Equal(loaded.src, src) {
		loaded.script = script{src: slices.Clone(src)}
		loaded.parse()
		loaded.names()
	}
	s := loaded.script
	return &s
}

// parse makes the tree; it is nil where there is none.
func (s *script) parse() {
	s.tree, _ = treesitter.Python.Parse(s.src)
	s.bound = nil
}

// step makes the edits and parses what they give, for further ones.
func (s *script) step() bool {
	if !s.apply() {
		return false
	}
	s.parse()
	return s.tree != nil
}

// apply makes the edits; the sinks move along. It fails where edits overlap.
func (s *script) apply() bool {
	slices.SortStableFunc(s.edits, func(a, b edit) int { return a.start - b.start })
	var out []byte
	at := 0
	for _, e := range s.edits {
		if e.start < at {
			return false
		}
		out = append(append(out, s.src[at:e.start]...), e.text...)
		at = e.end
	}
	out = append(out, s.src[at:]...)
	move := func(offset int, end bool) int {
		shift := 0
		for _, e := range s.edits {
			if e.end < offset || e.end == offset && (!end || e.start < e.end) {
				shift += len(e.text) - (e.end - e.start)
			}
		}
		return offset + shift
	}
	sinks := make([]Span, len(s.sinks))
	for i, k := range s.sinks {
		sinks[i] = Span{move(k.Start, false), move(k.End, true)}
	}
	s.src, s.sinks, s.edits = out, sinks, nil
	return true
}

func (s *script) text(n *syntax.Node) string { return s.tree.Text(n) }

// flat is the text of an expression that may stand outside brackets.
func (s *script) flat(n *syntax.Node) string {
	text := s.text(n)
	if strings.Contains(text, "\n") && !n.Is("string", "dictionary", "list", "tuple", "parenthesized_expression") {
		return "(" + text + ")"
	}
	return text
}

func (s *script) replace(n *syntax.Node, text string) {
	s.edits = append(s.edits, edit{n.Start, n.End, text})
}

func (s *script) insert(at int, text string) { s.edits = append(s.edits, edit{at, at, text}) }

// walk calls f for every node of one of the kinds.
func (s *script) walk(f func(*syntax.Node), kinds ...string) {
	s.tree.Root.Walk(func(n *syntax.Node) bool {
		if n.Is(kinds...) {
			f(n)
		}
		return true
	})
}

// holds reports whether n or something below it is of one of the kinds.
func holds(n *syntax.Node, kinds ...string) bool {
	found := false
	n.Walk(func(k *syntax.Node) bool {
		found = found || k.Is(kinds...)
		return !found
	})
	return found
}

// crosses reports whether a node of one of the kinds stands between n and outer.
func crosses(n, outer *syntax.Node, kinds ...string) bool {
	for p := n.Up; p != nil && p != outer; p = p.Up {
		if p.Is(kinds...) {
			return true
		}
	}
	return false
}

// mentions reports whether a word stands anywhere in the file.
func (s *script) mentions(words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(s.src, []byte(w)) })
}

// free reports whether no variable of the file is called so.
func (s *script) free(names ...string) bool {
	for _, n := range s.names() {
		if slices.Contains(names, s.text(n.id)) {
			return false
		}
	}
	return len(s.names()) > 0
}

// sinkNodes are the smallest nodes around the findings.
func (s *script) sinkNodes() []*syntax.Node {
	var out []*syntax.Node
	for _, k := range s.sinks {
		n := s.tree.Root.At(k.Start, k.End)
		for n.Is("string_start", "string_content", "string_end", "escape_sequence") {
			n = n.Up
		}
		if n.Up != nil && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

// lineStart is the offset of the line that an offset stands on.
func (s *script) lineStart(at int) int { return bytes.LastIndexByte(s.src[:at], '\n') + 1 }

// lineEnd is the offset of its end, before the line break.
func (s *script) lineEnd(at int) int {
	if i := bytes.IndexByte(s.src[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(s.src)
}

// indent is the white space before a statement.
func (s *script) indent(n *syntax.Node) string {
	return string(s.src[s.lineStart(n.Start):n.Start])
}

// alone reports whether a statement has its lines to itself.
func (s *script) alone(n *syntax.Node) bool {
	rest := strings.TrimSpace(string(s.src[n.End:s.lineEnd(n.End)]))
	return strings.TrimSpace(s.indent(n)) == "" && (rest == "" || rest[0] == '#')
}

// statement is the innermost statement around n that has its lines to itself.
func (s *script) statement(n *syntax.Node) *syntax.Node {
	for ; n != nil && n.Up != nil; n = n.Up {
		if n.Up.Is("block", "module") && s.alone(n) {
			return n
		}
	}
	return nil
}

// function is the function whose body n runs in, nil in a class or a module.
func function(n *syntax.Node) *syntax.Node {
	for child, p := n, n.Up; p != nil; child, p = p, p.Up {
		if p.Is("function_definition") && child.Field == "body" {
			return p
		}
		if p.Is("class_definition") {
			return nil
		}
	}
	return nil
}

// inClass reports whether a statement is part of a class, outside its methods.
func inClass(stmt *syntax.Node) bool {
	return stmt.Up != nil && stmt.Up.Up.Is("class_definition") || stmt.Above("class_definition") != nil && function(stmt) == nil
}

// before puts a line before a statement.
func (s *script) before(stmt *syntax.Node, line string) {
	s.insert(s.lineStart(stmt.Start), s.indent(stmt)+line+"\n")
}

// after puts a line behind a statement.
func (s *script) after(stmt *syntax.Node, line string) {
	s.insert(s.lineEnd(stmt.End), "\n"+s.indent(stmt)+line)
}

// nest indents the lines of statements by depth levels, behind the lines of a
// header and before those of a footer. In these, a tab is one level.
func (s *script) nest(first, last *syntax.Node, depth int, header, footer string) {
	indent := s.indent(first)
	unit := "    "
	if strings.Contains(indent, "\t") {
		unit = "\t"
	}
	lines := func(text string) string {
		text = strings.ReplaceAll(text, "\t", unit)
		return indent + strings.ReplaceAll(strings.ReplaceAll(text, "\n", "\n"+indent), "\n"+indent+"\n", "\n\n")
	}
	s.insert(s.lineStart(first.Start), lines(header)+"\n")
	s.shift(s.lineStart(first.Start), s.lineEnd(last.End), strings.Repeat(unit, depth))
	if footer != "" {
		s.insert(s.lineEnd(last.End), "\n"+lines(footer))
	}
}

// shift indents lines, but not those that begin in a text.
func (s *script) shift(start, end int, by string) {
	for at := start; at < end; at = s.lineEnd(at) + 1 {
		if !s.inText(at) && strings.TrimSpace(string(s.src[at:s.lineEnd(at)])) != "" {
			s.insert(at, by)
		}
	}
}

// inText reports whether an offset lies inside a string.
func (s *script) inText(at int) bool {
	n := s.tree.Root.At(at, at)
	for ; n != nil; n = n.Up {
		if n.Is("string") && n.Start < at && at < n.End {
			return true
		}
	}
	return false
}

// head is the offset behind the module's docstring and its imports from the
// future, where further imports go.
func (s *script) head() int {
	at := 0
	for i, k := range s.tree.Root.Kids {
		doc := i == 0 && k.Is("expression_statement") && len(k.Kids) == 1 && k.Kids[0].Is("string")
		if !k.Is("comment", "future_import_statement") && !doc {
			break
		}
		if !k.Is("comment") || bytes.HasPrefix(s.src[k.Start:], []byte("#!")) || strings.Contains(s.text(k), "coding") {
			at = min(s.lineEnd(k.End)+1, len(s.src))
		}
	}
	return at
}

// imports adds import statements that the file does not have.
func (s *script) imports(modules ...string) {
	for _, m := range modules {
		line := "import " + m + "\n"
		if !bytes.Contains(append([]byte("\n"), s.src...), []byte("\n"+line)) {
			// In front of what else goes there: that may use the module.
			s.edits = slices.Insert(s.edits, 0, edit{s.head(), s.head(), line})
		}
	}
}

// foot appends to the file.
func (s *script) foot(text string) {
	end := len(bytes.TrimRight(s.src, "\n"))
	s.edits = append(s.edits, edit{end, len(s.src), "\n\n\n" + text + "\n"})
}
