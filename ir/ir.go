// Package ir is what every language lowers into: a handful of node kinds that
// are enough for every insecure use of TLS that we know of.
//
// A language's lowering produces nodes at the places that could matter; rows of
// package pattern match them. Nothing here knows a language, a library or an
// output format.
package ir

// Span is the half-open byte range [Start, End) of a file.
type Span struct{ Start, End int }

// IsZero reports whether the span was never set.
func (s Span) IsZero() bool { return s == Span{} }

// Contains reports whether o lies within s.
func (s Span) Contains(o Span) bool { return s.Start <= o.Start && o.End <= s.End }

// Place is a span of a named file. Path is as the language was given it.
type Place struct {
	Path string
	Span Span
}

// Kind says what a node is.
type Kind uint8

const (
	Call    Kind = iota + 1 // a call of a resolved callee
	Member                  // an assignment, an entry of a literal, a keyword of a typed constructor
	Env                     // an environment variable or a setting of the process being set
	Func                    // a function, what it implements and what its body decides
	Ref                     // a resolved symbol
	Command                 // the words of a command line
	Entry                   // a key path of a data file
	Text                    // text that has a meaning of its own, such as a connection string
)

var kindNames = [...]string{"", "call", "member", "env", "func", "ref", "command", "entry", "text"}

func (k Kind) String() string { return kindNames[k] }

// Node is one place of a program that a row may match.
type Node struct {
	Kind Kind
	// Name is the canonical name: callee, owner and member, variable, symbol, key
	// path. Owners are separated by dots; Go import paths lose their major version.
	Name string
	// Alt are further names of the same thing: the embedded type that a promoted
	// field really belongs to, an alias.
	Alt []string
	// Resolved is false where the owner's type is unknown: Name is then only the
	// last segment with "?." before it.
	Resolved bool
	// Likely says that the owner is not known but named so that Alt is what it is.
	Likely bool
	// Path is the file; Span the tokens that a report underlines.
	Path string
	Span Span
	// Symbol is the enclosing function or declaration.
	Symbol string

	// Value is what is assigned (Member, Env, Entry) or the text's parameter.
	Value *Value
	// Args are a call's arguments; Open says that more may come from a spread.
	Args []Arg
	Open bool
	// Unused says that a call's result is thrown away.
	Unused bool

	// Object identifies the object that a member belongs to, "" when unknown:
	// switches on one object are repaired together.
	Object string
	// Into are the calls, types and variables that the object around a member
	// flows to; Siblings the other members of that object, by last segment.
	Into     []string
	Siblings map[string]*Value
	// Role is "client", "server" or "" for unknown.
	Role string
	// Hosts are the literal hosts near by; HostExpr is source text in scope that
	// evaluates to the host's name, "" when there is none.
	Hosts    []Host
	HostExpr string

	// Guards are the conditions around the node, outermost first.
	Guards []Guard
	// SelfOption is the name of the function that does nothing but throw this
	// switch: calling it is the option.
	SelfOption string
	// Through says what the node becomes when the callers of the function around it
	// give a parameter a value: that function is then a way to the switch.
	Through []Through
	// Dead says that the write is undone before anybody uses it, or that a guard
	// and the value contradict each other.
	Dead bool

	// Inspects says that the code around the node reads the peer's certificates
	// itself after the handshake: it looks at them, or checks them in its own way.
	Inspects bool
	// TestCode says why the code around the node is only a test, "" when it is not.
	TestCode string
	// Lines are the 1-based first and last lines of the node and of the statement
	// or element around it: a suppression binds to them.
	Lines [4]int

	// Driver is what reads a text.
	Driver string
	// Fold says that names and values of this node ignore case.
	Fold bool
	// Strict says that text is true unless it is empty, as in Python: "false" is.
	Strict bool
	// Version is the language version in force ("go1.21"), "" when unknown.
	Version string

	// Syntax belongs to the language that made the node: its editor needs it.
	Syntax any
}

// Arg is an argument of a call. Name is "" for a positional one.
type Arg struct {
	Name  string
	Value *Value
	Span  Span
	// Own says that a finding about the argument stands on it, not on the call.
	Own bool
	// Keys are the entries of an argument that is a literal map or options object.
	Keys map[string]*Value
}

// Param is a parameter of a function of the scanned code.
type Param struct {
	// Func is the name under which calls of the function are nodes, Title what people
	// call it, Name the parameter's own name.
	Func, Title, Name string
	// Index is the 0-based position among the arguments of a call, without the
	// receiver; -1 when it can only be named.
	Index int
	// At is where the function is declared.
	At Place
	// Stub is source that declares the function to other units, where a language needs
	// that to know its calls.
	Stub string
}

// Through is a node as it is when a parameter has a value.
type Through struct {
	Param Param
	Given Const
	Node  *Node
}

// Host is a server that the code near a node names.
type Host struct {
	Name, Port string
	How        string
	Offset     int
}

// ConstKind says which field of a Const holds its value.
type ConstKind uint8

const (
	Unknown ConstKind = iota
	Bool
	Int
	String
	Null
	Symbol
	List
	Function
	Absent
)

// Const is a value that does not depend on who runs the program.
type Const struct {
	Kind ConstKind
	Bool bool
	Int  int64
	Str  string
	// Sym is the canonical name of the constant, variable or function that was
	// written, also beside another kind: tls.VersionTLS10 is an Int with a Sym.
	Sym     string
	Elems   []Elem
	Verdict Verdict
	// Why says from what a verdict follows: "its body is empty".
	Why string
	// Options are what a callback that accepts in a branch asks.
	Options []Option
	// At is where the deciding literal stands: fixes edit there.
	At Place
}

// Elem is an element of a list.
type Elem struct {
	Const Const
	Span  Span
}

// Value is what reaches a place, and who decides it.
type Value struct {
	// Known says that Const is the value whenever the code runs.
	Known bool
	Const Const
	// Default is the value while nobody sets any of the Options; nil = unknown.
	Default *Const
	// May are the constants that reach the place in some run.
	May []Const
	// Options decide the value; Closed says that it is one of Default and May.
	Options []Option
	Closed  bool
	// Span is the expression at the place itself, Pair the member with its name.
	Span Span
	Pair Span
}

// Option is a parameter, flag, environment variable, setting or field that
// somebody outside this code decides.
type Option struct {
	Kind string // "parameter", "flag", "environment variable", "setting", "field", "variable"
	Name string
}

func (o Option) String() string { return o.Kind + " " + o.Name }

// Tri is yes, no or unknown.
type Tri uint8

const (
	Maybe Tri = iota
	Yes
	No
)

// Not negates a Tri.
func (t Tri) Not() Tri {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Maybe
}

// TriOf turns a bool into a Tri.
func TriOf(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

// Guard is a condition around a node. Only conditions that read an option are
// kept: nil, error, length, type, platform and loop conditions decide nothing.
type Guard struct {
	Options []Option
	// Default says whether the guarded branch runs while nobody sets the options.
	Default Tri
	// Cond identifies the condition and Branch which side of it this is, so that
	// two findings on both sides of one condition can be told.
	Cond   string
	Branch bool
	// Text is the condition as it is written, negated when the node is in the else.
	Text string
	// Local says that the condition asks whether the other side is this machine.
	Local bool
	// Unsure says that the condition's origin could not be told.
	Unsure bool
}

// Verdict is what a verification callback decides.
type Verdict uint8

const (
	VerdictUnknown Verdict = iota
	AcceptsAlways
	AcceptsInBranch
	ExpiryOnly
	NoHost         // checks the chain, but not that it belongs to the host
	VerifiedChains // looks only at chains that are nil when verification is off
	Delegates      // hands over to something that we cannot see
	Checks
	ReturnsConstant // not a verifier: always the same value
)

var verdictNames = [...]string{"unknown", "accepts-always", "accepts-in-branch", "expiry-only", "no-host", "verified-chains", "delegates", "checks", "returns-constant"}

func (v Verdict) String() string { return verdictNames[v] }

// Truth is whether a constant means true in the way that most libraries read
// booleans: the literal, or the strings that strconv.ParseBool and its peers take.
func (c Const) Truth() Tri {
	switch c.Kind {
	case Bool:
		return TriOf(c.Bool)
	case Int:
		return TriOf(c.Int != 0)
	case Null, Absent:
		return No
	case String:
		switch lower(c.Str) {
		case "1", "t", "true", "y", "yes", "on", "enable", "enabled":
			return Yes
		case "", "0", "f", "false", "n", "no", "off", "disable", "disabled":
			return No
		}
	}
	return Maybe
}

// TruthOf is whether a constant means true where the node stands.
func (n *Node) TruthOf(c Const) Tri {
	if n.Strict && c.Kind == String {
		return TriOf(c.Str != "")
	}
	return c.Truth()
}

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
