package pattern

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
)

// Set is the rows of one language, indexed by the names that they match.
// It is immutable after New and safe for concurrent use.
type Set struct {
	Rows  []*Row
	Docs  []Doc
	Stubs []Stub

	byName                        map[ir.Kind]map[string][]*Sink
	anyOf                         map[ir.Kind]map[string][]*Sink // "*.x", by last segment
	byID                          map[string]*Row
	absent                        map[string][]string // owner -> members whose absence a row tests
	last                          map[string]bool     // last segments of every sink
	ending                        map[ir.Kind]map[string][]string
	alias                         map[string]string // further name -> canonical name
	spelling                      Spelling
	keywords, positional, renamed map[string]bool
	heads                         map[string]bool // leading parts of the names of sinks
	learned                       map[string]bool // last segments of functions that were learned
}

// New indexes rows. Of two rows with one id the later one wins, so that a user
// can replace a built-in row.
func New(files ...File) (*Set, error) {
	s := &Set{byID: map[string]*Row{}, alias: map[string]string{}}
	for _, f := range files {
		for _, a := range f.Aliases {
			for _, also := range a.Also {
				for _, name := range Expand(also) {
					s.alias[name] = a.Name
				}
			}
		}
		if len(f.Spelling.Argument) > 0 {
			s.spelling = f.Spelling
		}
		s.Docs = append(s.Docs, f.Docs...)
		s.Stubs = append(s.Stubs, f.Stubs...)
		s.add(f.Rows)
	}
	if err := s.reindex(); err != nil {
		return nil, err
	}
	return s, nil
}

// add takes copies of rows: rows are shared between sets, and sinks point back
// at the row that they belong to.
func (s *Set) add(rows []*Row) {
	for _, r := range rows {
		if old := s.byID[r.ID]; old != nil {
			s.Rows = slices.DeleteFunc(s.Rows, func(x *Row) bool { return x == old })
		}
		c := *r
		c.At = slices.Clone(r.At)
		s.byID[r.ID] = &c
		s.Rows = append(s.Rows, &c)
	}
}

// SetMinVersion makes version the oldest protocol version ("1.0" to "1.3") that
// rows accept, in place of TLS 1.2. It must be called before the set is used.
func (s *Set) SetMinVersion(version string) error {
	if version == "1.2" {
		return nil
	}
	for i, r := range s.Rows {
		j := slices.Index(r.Bad, "<TLS1.2")
		if j < 0 {
			continue
		}
		t, err := parseTest("<TLS" + version)
		if err != nil {
			return err
		}
		// Rows are shared between sets: the changed one is a copy.
		c := *r
		c.tests = slices.Clone(r.tests)
		c.tests[j] = t
		c.At = slices.Clone(r.At)
		s.Rows[i], s.byID[r.ID] = &c, &c
	}
	return s.reindex()
}

func (s *Set) reindex() error {
	s.byName, s.anyOf = map[ir.Kind]map[string][]*Sink{}, map[ir.Kind]map[string][]*Sink{}
	s.absent, s.last = map[string][]string{}, map[string]bool{}
	s.ending = map[ir.Kind]map[string][]string{}
	s.heads, s.learned = map[string]bool{}, map[string]bool{}
	s.keywords, s.positional, s.renamed = map[string]bool{}, map[string]bool{}, map[string]bool{}
	for also, name := range s.alias {
		s.addHeads(also)
		s.renamed[lastSegment(also)] = true
		s.addHeads(name)
	}
	for i, r := range s.Rows {
		r.order = i
		for j := range r.At {
			r.At[j].row = r
			if err := s.index(&r.At[j]); err != nil {
				return fmt.Errorf("pattern %s: %w", r.ID, err)
			}
		}
	}
	return nil
}

// Row returns the row with this id, nil if there is none.
func (s *Set) Row(id string) *Row { return s.byID[id] }

// key says what kind of node a sink matches, and its name pattern.
func (k *Sink) key() (ir.Kind, string) {
	switch {
	case k.Call != "":
		return ir.Call, k.Call
	case k.Member != "":
		return ir.Member, k.Member
	case k.Env != "":
		return ir.Env, k.Env
	case k.Ref != "":
		return ir.Ref, k.Ref
	case k.Impl != "":
		if k.Method != "" {
			return ir.Func, k.Impl + "." + k.Method
		}
		return ir.Func, k.Impl
	case k.Cmd != "":
		return ir.Command, k.Cmd + ":{" + strings.Join(k.Opt, ",") + "}"
	case k.Doc != "":
		return ir.Entry, k.Doc + ":" + k.Key
	case k.DSN != "":
		return ir.Text, k.DSN + ":" + k.Param
	}
	return 0, ""
}

func (s *Set) index(k *Sink) error {
	kind, name := k.key()
	for _, n := range Expand(name) {
		table, key := s.byName, n
		if strings.HasPrefix(n, "*.") {
			table, key = s.anyOf, n[2:]
		}
		if kind == ir.Text {
			key = strings.ToLower(key)
		}
		if table[kind] == nil {
			table[kind] = map[string][]*Sink{}
		}
		table[kind][key] = append(table[kind][key], k)
		s.last[lastSegment(n)] = true
		if s.ending[kind] == nil {
			s.ending[kind] = map[string][]string{}
		}
		if last := lastSegment(n); !slices.Contains(s.ending[kind][last], n) {
			s.ending[kind][last] = append(s.ending[kind][last], n)
		}
		for _, a := range k.args {
			s.last[a] = true
			s.keywords[a] = s.keywords[a] || kind == ir.Call
		}
		if k.row.Learned != nil {
			s.learned[lastSegment(n)] = true
		}
		if kind == ir.Call && k.keyword() == "" {
			s.positional[lastSegment(n)] = true
		}
		if kind == ir.Call || kind == ir.Member || kind == ir.Ref {
			s.addHeads(n)
		}
		if k.Key != "" {
			s.last[k.Key] = true
		}
		if kind == ir.Member && slices.Contains(k.row.Bad, "absent") {
			owner, member := cutLast(n)
			if !slices.Contains(s.absent[owner], member) {
				s.absent[owner] = append(s.absent[owner], member)
			}
		}
	}
	return nil
}

// addHeads records a name and every part of it that ends before a dot or a bracket.
func (s *Set) addHeads(name string) {
	for i := range name {
		if i > 0 && (name[i] == '.' || name[i] == '(') {
			s.heads[name[:i]] = true
		}
	}
	s.heads[name] = true
}

// Expand resolves "{a,b}" alternatives, nested ones too: "x.{a,b}" is x.a and x.b.
func Expand(name string) []string {
	open := strings.IndexByte(name, '{')
	if open < 0 {
		return []string{name}
	}
	depth, start := 0, open+1
	var parts []string
	for i := open; i < len(name); i++ {
		switch name[i] {
		case '{':
			depth++
		case ',':
			if depth == 1 {
				parts = append(parts, name[start:i])
				start = i + 1
			}
		case '}':
			depth--
			if depth > 0 {
				continue
			}
			parts = append(parts, name[start:i])
			var out []string
			for _, p := range parts {
				out = append(out, Expand(name[:open]+p+name[i+1:])...)
			}
			return out
		}
	}
	return []string{name}
}

func cutLast(name string) (owner, last string) {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return "", name
	}
	return name[:i], name[i+1:]
}

func lastSegment(name string) string {
	if i := strings.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	_, last := cutLast(name)
	return strings.TrimSuffix(last, "()")
}

// Anchors is the set of last segments: a language lowers only nodes whose name
// ends in one of them.
func (s *Set) Anchors() map[string]bool { return s.last }

// Ending returns the names of sinks of a kind whose last segment this is.
func (s *Set) Ending(kind ir.Kind, last string) []string { return s.ending[kind][last] }

// Keyword reports whether the argument of some call is tested by this name.
func (s *Set) Keyword(name string) bool { return s.keywords[name] }

// Positional reports whether calls of something whose last segment is word are
// tested by position, by what is left out, or for being made at all.
func (s *Set) Positional(word string) bool { return s.positional[word] }

// Renamed reports whether word is the last segment of a further name of something.
func (s *Set) Renamed(word string) bool { return s.renamed[word] }

// Knows reports whether rows are about a name: about it, something below it, or
// something that it is part of.
func (s *Set) Knows(name string) bool { return s.heads[name] }

// Learned reports whether a word is the last part of the name of a function of the
// scanned code that leads to a switch.
func (s *Set) Learned(word string) bool { return s.learned[word] }

// Canonical is the name that rows use for a dotted name: the longest leading part
// that is an alias is replaced.
func (s *Set) Canonical(name string) string {
	for range 4 {
		to, rest, ok := s.rewrite(name)
		if !ok {
			break
		}
		name = to + rest
	}
	return name
}

func (s *Set) rewrite(name string) (to, rest string, ok bool) {
	for end := len(name); end > 0; end-- {
		// A part ends before a dot or a bracket, or behind a bracket.
		if end < len(name) && name[end] != '.' && name[end] != '(' {
			continue
		}
		if to, ok := s.alias[name[:end]]; ok {
			return to, name[end:], true
		}
	}
	return "", "", false
}

// AbsentMembers returns the members of owner whose absence some row tests.
func (s *Set) AbsentMembers(owner string) []string { return s.absent[owner] }

// Has reports whether any sink matches nodes of this kind and name.
func (s *Set) Has(kind ir.Kind, name string) bool {
	return len(s.byName[kind][name]) > 0 || len(s.anyOf[kind][lastSegment(name)]) > 0
}

// HasExactly is Has without the sinks that match any owner.
func (s *Set) HasExactly(kind ir.Kind, name string) bool { return len(s.byName[kind][name]) > 0 }

// HasWild reports whether a sink of this kind matches a name of any owner.
func (s *Set) HasWild(kind ir.Kind, name string) bool { return len(s.anyOf[kind][name]) > 0 }

// Drivers returns the DSN drivers that rows know, sorted.
func (s *Set) Drivers() []string {
	seen := map[string]bool{}
	for key := range s.byName[ir.Text] {
		driver, _, _ := strings.Cut(key, ":")
		seen[driver] = true
	}
	out := make([]string, 0, len(seen))
	for d := range seen {
		out = append(out, d)
	}
	slices.Sort(out)
	return out
}

// Hit is a row that matched a node.
type Hit struct {
	Row  *Row
	Sink *Sink
	Node *ir.Node
	// Value is the value that was tested; nil for a sink without one.
	Value *ir.Value
	// Bad is the constant that failed the test, zero when an option decides.
	Bad      ir.Const
	Exposure finding.Exposure
	// Unsure says that nothing is known of the value.
	Unsure bool
	// Wild says that only the last segment of the name matched, and nothing said
	// what the object is for.
	Wild bool
	// Span is where the switch stands: the tested argument, else the node.
	Span ir.Span
}

// Match returns the rows that match a node, the most specific one first.
func (s *Set) Match(n *ir.Node) []Hit {
	if n.Dead {
		return nil
	}
	var hits []Hit
	seen := map[*Row]bool{}
	try := func(sinks []*Sink, wild bool) {
		for _, k := range sinks {
			if seen[k.row] {
				continue
			}
			if h, ok := k.match(n); ok {
				h.Wild = wild && (len(k.Into) == 0 || len(n.Into) == 0)
				seen[k.row] = true
				hits = append(hits, h)
			}
		}
	}
	for _, name := range append([]string{n.Name}, n.Alt...) {
		if n.Kind == ir.Text {
			name = strings.ToLower(name)
		}
		try(s.byName[n.Kind][name], false)
	}
	if len(hits) == 0 {
		if key, ok := strings.CutPrefix(n.Name, "?."); ok {
			try(s.anyOf[n.Kind][key], true)
		}
		try(s.anyOf[n.Kind][lastSegment(n.Name)], true)
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return b.Row.weight() - a.Row.weight() })
	return hits
}

// weight orders rows by how specific they are: a row with conditions says more
// than one without; among equals the earlier row wins.
func (r *Row) weight() int { return (len(r.When)*16+len(r.Unless))*4096 - r.order }

func (k *Sink) match(n *ir.Node) (Hit, bool) {
	h := Hit{Row: k.row, Sink: k, Node: n, Span: n.Span}
	if k.Scope != "" && k.Scope != n.Role && n.Kind == ir.Env {
		return h, false
	}
	if k.Driver != "" && k.Driver != n.Driver {
		return h, false
	}
	if len(k.Into) > 0 && !flowsInto(n, k.Into) {
		return h, false
	}
	for pos, want := range k.Where {
		a := findArg(n, []string{pos})
		if a == nil || a.Value == nil || !a.Value.Known || !equals(a.Value.Const, want, n.Fold) {
			return h, false
		}
	}
	if slices.Contains(k.row.Bad, "result-unused") {
		h.Exposure = finding.Always
		return h, n.Unused && k.row.allows(n)
	}
	h.Value = n.Value
	if n.Kind == ir.Call && (k.Arg != nil || k.Key != "") {
		a := findArg(n, k.args)
		switch {
		case a == nil && n.Open:
			return h, false
		case a == nil:
			h.Value = &ir.Value{Known: true, Const: ir.Const{Kind: ir.Absent}}
		case k.Key != "":
			h.Value = a.Keys[k.Key]
			if h.Value == nil {
				return h, false
			}
		default:
			h.Value = a.Value
			if a.Own || k.row.Learned != nil {
				h.Span = a.Span
			}
		}
	} else if h.Value == nil {
		h.Value = &ir.Value{Known: true, Const: ir.Const{Kind: ir.Symbol, Sym: n.Name}}
	}
	if !k.row.judge(&h) {
		return h, false
	}
	return h, k.row.allows(n)
}

// judge decides whether the tested value is bad, and who decides that it is.
func (r *Row) judge(h *Hit) bool {
	v := h.Value
	bad := func(c ir.Const) bool {
		for _, t := range r.tests {
			if t.holds(c, h.Node) {
				h.Bad = c
				return true
			}
		}
		return false
	}
	if v.Known {
		h.Exposure = finding.Always
		if bad(v.Const) {
			return true
		}
		if v.Const.Kind != ir.Unknown {
			return false
		}
	}
	if v.Default != nil && bad(*v.Default) {
		h.Exposure = finding.Default
		return true
	}
	if slices.ContainsFunc(v.May, bad) {
		h.Exposure = finding.Optional
		if len(v.Options) == 0 {
			// Branches that no option decides: it runs sooner or later.
			h.Exposure = finding.Always
		}
		return true
	}
	if r.Learned != nil && len(v.Options) == 0 {
		// Of what a caller gives to a function of this code something must be known.
		return false
	}
	if v.Closed || !slices.ContainsFunc(r.tests, func(t test) bool { return t.boolean }) {
		return false
	}
	h.Exposure = finding.Optional
	h.Unsure = len(v.Options) == 0
	return true
}

// argNames are the names of one argument: keywords, or 0-based positions.
func argNames(arg any) []string {
	switch a := arg.(type) {
	case string:
		return []string{a}
	case int64:
		return []string{strconv.FormatInt(a, 10)}
	case []any:
		var out []string
		for _, x := range a {
			names := argNames(x)
			if _, list := x.([]any); list || names == nil {
				return nil
			}
			out = append(out, names...)
		}
		return out
	}
	return nil
}

// findArg finds an argument by keyword, or by 0-based position.
func findArg(n *ir.Node, names []string) *ir.Arg {
	for _, name := range names {
		i, err := strconv.Atoi(name)
		if err == nil && i >= 0 && i < len(n.Args) && n.Args[i].Name == "" {
			return &n.Args[i]
		}
		for j := range n.Args {
			if err != nil && n.Args[j].Name == name {
				return &n.Args[j]
			}
		}
	}
	return nil
}

// Fails reports whether a constant at a node is one that the row calls bad.
func (r *Row) Fails(c ir.Const, n *ir.Node) bool {
	return slices.ContainsFunc(r.tests, func(t test) bool { return t.holds(c, n) })
}

func (r *Row) allows(n *ir.Node) bool {
	return Allows(n, r.When, r.Unless)
}

// Allows reports whether every condition of when and none of unless holds.
func Allows(n *ir.Node, when, unless []Cond) bool {
	for _, c := range when {
		if !c.holds(n) {
			return false
		}
	}
	for _, c := range unless {
		if c.holds(n) {
			return false
		}
	}
	return true
}

func (c Cond) holds(n *ir.Node) bool {
	if c.Role != "" && c.Role != n.Role {
		return false
	}
	if c.Resolved != nil && *c.Resolved != n.Resolved {
		return false
	}
	if c.Host != "" && c.Host != HostKind(n.Hosts) {
		return false
	}
	if c.Driver != "" && c.Driver != n.Driver {
		return false
	}
	if len(c.Into) > 0 && !flowsInto(n, c.Into) {
		return false
	}
	if c.Version != "" && !olderThan(n.Version, c.Version) {
		return false
	}
	if c.Sibling != nil {
		t, err := parseTest(c.Sibling.Is)
		if err != nil {
			return false
		}
		v := n.Siblings[c.Sibling.Member]
		switch {
		case v == nil:
			return t.holds(ir.Const{Kind: ir.Absent}, n)
		case v.Known && (v.Const.Kind == ir.Symbol || v.Const.Kind == ir.Unknown) && c.Sibling.Is == ir.Delegates.String():
			return true // what another package makes, or a variable of it
		case v.Known:
			return t.holds(v.Const, n)
		default:
			// It is there, and nobody can say what it is: a callback that we cannot
			// see is somebody else's decision.
			return c.Sibling.Is == "present" || c.Sibling.Is == ir.Delegates.String()
		}
	}
	return true
}

// olderThan reads a bound such as "go<1.22" against a version such as "go1.21".
func olderThan(have, bound string) bool {
	name, limit, ok := strings.Cut(bound, "<")
	have, found := strings.CutPrefix(have, name)
	if !ok || !found || have == "" {
		return false
	}
	h, l := strings.Split(have, "."), strings.Split(limit, ".")
	for i := range l {
		want, err := strconv.Atoi(l[i])
		if err != nil {
			return false
		}
		got := 0
		if i < len(h) {
			// "21rc2" counts as 21.
			digits := h[i]
			if j := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); j >= 0 {
				digits = digits[:j]
			}
			if got, err = strconv.Atoi(digits); err != nil {
				return false
			}
		}
		if got != want {
			return got < want
		}
	}
	return false
}

func flowsInto(n *ir.Node, want []string) bool {
	for _, w := range want {
		for _, name := range Expand(w) {
			if name == "?" && len(n.Into) == 0 {
				return true
			}
			prefix, wild := strings.CutSuffix(name, "*")
			for _, into := range n.Into {
				if into == name || wild && strings.HasPrefix(into, prefix) {
					return true
				}
			}
		}
	}
	return false
}

// HostKind is "local" when every host is loopback or a unix socket, "remote"
// when some host is neither, "unknown" without hosts.
func HostKind(hosts []ir.Host) string {
	if len(hosts) == 0 {
		return "unknown"
	}
	for _, h := range hosts {
		if !IsLocal(h.Name) {
			return "remote"
		}
	}
	return "local"
}

// IsLocal reports whether a host name stands for this machine: localhost and
// names below it, 127.0.0.0/8, ::1, and the path of a unix socket.
func IsLocal(host string) bool {
	host = strings.ToLower(strings.Trim(host, "[]"))
	switch {
	case host == "localhost", host == "::1", host == "0:0:0:0:0:0:0:1", host == "localhost.localdomain",
		strings.HasSuffix(host, ".localhost"), strings.HasPrefix(host, "/"), strings.HasPrefix(host, "@"), strings.HasPrefix(host, "unix:"):
		return true
	}
	if !strings.HasPrefix(host, "127.") {
		return false
	}
	for _, r := range host {
		if r != '.' && (r < '0' || r > '9') {
			return false
		}
	}
	return true
}

// Why says for every row whose name matches a node why the row does not match.
func (s *Set) Why(n *ir.Node) []string {
	var out []string
	for _, name := range append([]string{n.Name}, n.Alt...) {
		for _, k := range s.byName[n.Kind][name] {
			h := Hit{Row: k.row, Sink: k, Node: n, Value: n.Value, Span: n.Span}
			switch {
			case n.Kind != ir.Call && h.Value != nil && !k.row.judge(&h):
				out = append(out, k.row.ID+": the value passes the test for "+strings.Join(k.row.Bad, ", "))
			case !k.row.allows(n):
				out = append(out, k.row.ID+": a condition of the row does not hold ("+conditions(k.row)+")")
			default:
				out = append(out, k.row.ID+": the arguments do not match")
			}
		}
	}
	return out
}

func conditions(r *Row) string {
	var parts []string
	say := func(word string, c Cond) {
		switch {
		case c.Sibling != nil:
			parts = append(parts, word+" "+c.Sibling.Member+" "+c.Sibling.Is)
		case c.Role != "":
			parts = append(parts, word+" on the "+c.Role+"'s side")
		case c.Host != "":
			parts = append(parts, word+" the host is "+c.Host)
		case len(c.Into) > 0:
			parts = append(parts, word+" it flows into "+strings.Join(c.Into, ", "))
		case c.Version != "":
			parts = append(parts, word+" "+c.Version)
		}
	}
	for _, c := range r.When {
		say("only if", c)
	}
	for _, c := range r.Unless {
		say("not if", c)
	}
	return strings.Join(parts, "; ")
}
