package dsn

import (
	"regexp"
	"strings"

	"github.com/tlslint/tlslint/ir"
)

// Hole is a part of a text that is filled in when the program runs: a verb of
// printf, a variable of a shell or of a template, a placeholder.
var Hole = regexp.MustCompile(`%[-+# 0-9.]*[a-zA-Z]\b|\$\{?[A-Za-z_(]|\{\{|<[A-Za-z_]+>|\{[A-Za-z_][\w.]*\}|[\x01]|<%`)

// Nodes lowers a connection string to a node for each parameter that has reports a
// row about: none when the text is none. place says where a part of the text stands
// in the file; parameters that do not stand in one stretch of it are left out.
func Nodes(text, path string, place func(start, end int) (ir.Span, bool), has func(name string) bool) []*ir.Node {
	if len(text) > 4096 || !strings.Contains(text, "=") {
		return nil
	}
	d, ok := Parse(text)
	if !ok {
		return nil
	}
	siblings := map[string]*ir.Value{}
	for _, p := range d.Params {
		siblings[p.Name] = &ir.Value{Known: true, Const: ir.Const{Kind: ir.String, Str: p.Value}}
	}
	var out []*ir.Node
	for _, p := range d.Params {
		name := d.Driver + ":" + p.Name
		if !has(strings.ToLower(name)) {
			continue
		}
		at, ok := place(p.ValueStart, p.ValueEnd)
		pair, whole := place(p.Start, p.End)
		if !ok || !whole {
			continue
		}
		n := &ir.Node{Kind: ir.Text, Name: name, Path: path, Resolved: true, Fold: true, Span: pair, Siblings: siblings}
		n.Driver = d.Library()
		n.Value = &ir.Value{
			Known: !Hole.MatchString(p.Value),
			Const: ir.Const{Kind: ir.String, Str: p.Value, At: ir.Place{Path: path, Span: at}},
			Span:  at, Pair: pair,
		}
		n.Value.Closed = !n.Value.Known
		for _, h := range d.Hosts {
			if h.Name != "" && !Hole.MatchString(h.Name) {
				n.Hosts = append(n.Hosts, ir.Host{Name: h.Name, Port: h.Port, How: "literal", Offset: pair.Start})
			}
		}
		out = append(out, n)
	}
	return out
}

// Library is what reads the string, as far as its scheme says so: "jdbc-mysql" for
// a URL of Java's, what stands behind the plus of SQLAlchemy's and its like, "odbc"
// and "ado" for lists with semicolons, "" when any library of the driver may.
func (d DSN) Library() string {
	switch {
	case d.JDBC:
		return "jdbc-" + d.Scheme
	case d.Scheme == "":
		return d.Form
	}
	_, library, _ := strings.Cut(d.Scheme, "+")
	return library
}

// Cut is what of src must go with a parameter, so that the rest is still a
// connection string: its separator goes too.
func Cut(src []byte, pair ir.Span) ir.Span {
	start, end := pair.Start, pair.End
	before, behind := byte(0), byte(0)
	if start > 0 {
		before = src[start-1]
	}
	if end < len(src) {
		behind = src[end]
	}
	switch {
	case before == '?' && behind == '&', before != ';' && behind == ';':
		return ir.Span{Start: start, End: end + 1}
	case before == '?' || before == '&' || before == ';':
		return ir.Span{Start: start - 1, End: end}
	case before == ' ':
		return ir.Span{Start: start - 1, End: end}
	case behind == ' ':
		return ir.Span{Start: start, End: end + 1}
	}
	return pair
}
