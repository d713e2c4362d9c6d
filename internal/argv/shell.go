package argv

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Word is a word of a shell text. Start and End are byte offsets of the whole
// word, quotes included.
type Word struct {
	Text       string
	Start, End int
	// Plain is where Text stands byte by byte in the source, -1 when quotes or
	// escapes are mixed into it.
	Plain int
}

// Simple is a simple command of a shell text with the variables that are set for
// it alone, or that it exports.
type Simple struct {
	Words  []Word
	Assign []Assign
}

// Assign is NAME=value in front of a command, or behind export.
type Assign struct {
	Name       string
	Value      Word
	Start, End int
	// Command says that the variable is set for one command only.
	Command bool
}

// Shell finds the simple commands of a shell text, in order. Text that is no
// shell gives what was understood before the error.
func Shell(text string) []Simple {
	var out []Simple
	shell(text, 0, &out, 0)
	return out
}

// maxText is the longest text that is read: commands inside other languages are short.
const maxText = 64 << 10

func shell(text string, base int, out *[]Simple, depth int) {
	if depth > 3 || len(text) > maxText || strings.Count(text, "$(")+strings.Count(text, "(") > 2000 {
		return
	}
	p := syntax.NewParser(syntax.Variant(syntax.LangBash), syntax.RecoverErrors(5))
	var stmts []*syntax.Stmt
	// What stands before an error is understood. The parser does not bear that its
	// caller stops at one (mvdan.cc/sh 3.14.1).
	for s, err := range p.StmtsSeq(strings.NewReader(text)) {
		if err == nil && s != nil {
			stmts = append(stmts, s)
		}
	}
	for _, s := range stmts {
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.CallExpr:
				call(n, text, base, out, depth)
			case *syntax.DeclClause:
				if n.Variant != nil && (n.Variant.Value == "export" || n.Variant.Value == "declare" || n.Variant.Value == "typeset") {
					var s Simple
					for _, a := range n.Args {
						if as, ok := assign(a, text, base); ok {
							s.Assign = append(s.Assign, as)
						}
					}
					if len(s.Assign) > 0 {
						*out = append(*out, s)
					}
				}
			}
			return true
		})
	}
}

func call(n *syntax.CallExpr, text string, base int, out *[]Simple, depth int) {
	var s Simple
	for _, a := range n.Assigns {
		if as, ok := assign(a, text, base); ok && len(n.Args) > 0 {
			as.Command = true
			s.Assign = append(s.Assign, as)
		}
	}
	for _, w := range n.Args {
		s.Words = append(s.Words, word(w, text, base))
	}
	*out = append(*out, s)
	for _, c := range Parse(s.Texts()) {
		if c.Script >= 0 && s.Words[c.Script].Plain >= 0 {
			shell(s.Words[c.Script].Text, s.Words[c.Script].Plain, out, depth+1)
		}
	}
}

// Texts are the words without their places.
func (s Simple) Texts() []string {
	out := make([]string, len(s.Words))
	for i, w := range s.Words {
		out[i] = w.Text
	}
	return out
}

func assign(a *syntax.Assign, text string, base int) (Assign, bool) {
	if a == nil || a.Name == nil || a.Append || a.Array != nil || a.Index != nil {
		return Assign{}, false
	}
	as := Assign{Name: a.Name.Value, Start: base + offset(a.Pos(), text), End: base + offset(a.End(), text)}
	as.End = max(as.End, as.Start)
	if a.Value != nil {
		as.Value = word(a.Value, text, base)
	} else {
		as.Value = Word{Start: as.End, End: as.End, Plain: as.End}
	}
	return as, true
}

func offset(p syntax.Pos, text string) int { return min(int(p.Offset()), len(text)) }

func word(w *syntax.Word, text string, base int) Word {
	var sb strings.Builder
	out := Word{Start: base + offset(w.Pos(), text), End: base + offset(w.End(), text), Plain: -1}
	lit := func(l *syntax.Lit, quoted bool) {
		sb.WriteString(unescape(text[offset(l.Pos(), text):offset(l.End(), text)], quoted))
	}
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			lit(p, false)
		case *syntax.SglQuoted:
			if p.Dollar {
				sb.WriteByte(Hole)
			} else {
				sb.WriteString(p.Value)
			}
		case *syntax.DblQuoted:
			for _, q := range p.Parts {
				if l, ok := q.(*syntax.Lit); ok {
					lit(l, true)
				} else {
					sb.WriteByte(Hole)
				}
			}
		default:
			sb.WriteByte(Hole)
		}
	}
	out.Text = sb.String()
	out.End = max(out.End, out.Start) // what was missing has no place
	from, to := out.Start-base, out.End-base
	if from > to || to > len(text) {
		return out
	}
	switch raw := text[from:to]; {
	case raw == out.Text:
		out.Plain = out.Start
	case len(raw) == len(out.Text)+2 && raw[1:len(raw)-1] == out.Text:
		out.Plain = out.Start + 1
	}
	return out
}

// unescape takes the backslashes of shell text away.
func unescape(s string, quoted bool) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var sb strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) || quoted && strings.IndexByte("$`\"\\\n", s[i+1]) < 0 {
			sb.WriteByte(s[i])
			continue
		}
		i++
		if s[i] != '\n' {
			sb.WriteByte(s[i])
		}
	}
	return sb.String()
}
