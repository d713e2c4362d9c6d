// Package pattern describes libraries as rows of data: where a library's
// insecure switch stands, which values are bad, and how to repair them.
//
// TOML goes in, a Set comes out. A Set tells the search which needles to look
// for, and matches the ir nodes that a language lowered. A row names only the
// library's facts; what a row cannot say, the language's lowering must know.
package pattern

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
)

// Row is one insecure switch of one library.
type Row struct {
	ID      string `toml:"id"`
	Rule    string `toml:"rule"`
	Library string `toml:"library"`
	Title   string `toml:"title"`
	// Lang is the language whose nodes the row matches; built-in rows get it from
	// the folder that they stand in.
	Lang   string   `toml:"lang"`
	At     []Sink   `toml:"at"`
	Bad    []string `toml:"bad"`
	When   []Cond   `toml:"when"`
	Unless []Cond   `toml:"unless"`
	// Severity and Confidence are given only where they differ from the rule's.
	Severity   string `toml:"severity"`
	Confidence string `toml:"confidence"`
	CA         CA     `toml:"ca"`
	Fix        []Fix  `toml:"fix"`
	// Context overrides the derived context needle; [""] means none is needed.
	Context []string `toml:"context"`
	// Stub is Go source with the few declarations that type the switches.
	Stub string `toml:"stub"`
	// Since, Versions and Source are facts for people; Verified "memory" caps the
	// confidence at medium.
	Since    string `toml:"since"`
	Versions string `toml:"versions"`
	Source   string `toml:"source"`
	Verified string `toml:"verified"`

	// Examples of a user's own row; built-in rows have them in examples.toml.
	Insecure []string `toml:"insecure"`
	Safe     []string `toml:"safe"`
	Fixed    []string `toml:"fixed"`

	// Learned is set for a row that was learned from the code of a run.
	Learned *Learned `toml:"-"`

	tests []test
	order int
}

// Learned says how a function of the scanned code leads to a switch.
type Learned struct {
	// Pattern is the row of the switch that the way ends at.
	Pattern string
	// Word is the name that calls are written with; Near are texts of which one stands
	// in every file that can mean the function by it.
	Word string
	Near []string
	// Way are the places from the function to that switch.
	Way []finding.Related
}

// Sink is where the switch stands. Exactly one of the naming keys is set.
type Sink struct {
	Call   string `toml:"call"`
	Member string `toml:"member"`
	Env    string `toml:"env"`
	Ref    string `toml:"ref"`
	Impl   string `toml:"impl"`
	Cmd    string `toml:"cmd"`
	Doc    string `toml:"doc"`
	DSN    string `toml:"dsn"`

	// Arg is a keyword, a 0-based position, or a list of such names of one
	// argument; Key an entry inside that argument.
	Arg any    `toml:"arg"`
	Key string `toml:"key"`
	// Where are other arguments (by position or name) that must be this constant.
	Where   map[string]string `toml:"where"`
	Into    []string          `toml:"into"`
	Scope   string            `toml:"scope"`
	Method  string            `toml:"method"`
	Opt     []string          `toml:"opt"`
	Grammar string            `toml:"grammar"`
	Param   string            `toml:"param"`
	Driver  string            `toml:"driver"`

	row  *Row
	args []string
}

// Cond is a condition on the node; all keys that are set must hold.
type Cond struct {
	Role string `toml:"role"` // "client" or "server"
	// Host is "local" (loopback or a unix socket), "remote" (a literal that is
	// neither) or "unknown".
	Host    string   `toml:"host"`
	Into    []string `toml:"into"`
	Sibling *Sibling `toml:"sibling"`
	Driver  string   `toml:"driver"`
	Doc     string   `toml:"doc"`
	// Version is a bound such as "go<1.22"; it never holds when unknown.
	Version string `toml:"version"`
	// Resolved false holds where the owner's type is unknown.
	Resolved *bool `toml:"resolved"`
}

// Sibling is another member of the same object, and the test that it passes.
type Sibling struct {
	Member string `toml:"member"`
	Is     string `toml:"is"`
}

// CA is what the library really reads for its trust store.
type CA struct {
	Env    []string `toml:"env"`
	Arg    string   `toml:"arg"`
	Member string   `toml:"member"`
	Opt    string   `toml:"opt"`
	Param  string   `toml:"param"`
}

// Fix is one way to repair a match: the first that fits the wanted style.
type Fix struct {
	Style finding.Style `toml:"style"`
	Class finding.Class `toml:"class"`
	Title string        `toml:"title"`

	// One operation. Templates: {ca_env} {ca_bundle} {host} {sym:NAME}.
	Value   string `toml:"value"`   // write this where the deciding literal stands
	Symbol  string `toml:"symbol"`  // write this symbol, by the file's import style
	Drop    string `toml:"drop"`    // member, arg, option, param, statement, line, call, elements
	Add     string `toml:"add"`     // a further member or argument
	Replace string `toml:"replace"` // instead of the whole member or argument
	Body    string `toml:"body"`    // a function's new body
	Recipe  string `toml:"recipe"`  // for a person

	Imports []string `toml:"imports"`
	// Also names rows on the same object that must be repaired in the same fix.
	Also []string `toml:"also"`
	// Needs are what the user must have given: "ca-env", a variable that the
	// library does not read by itself.
	Needs []string `toml:"needs"`
	// Decl is a declaration that the fix needs once a package.
	Decl string `toml:"decl"`
	// Exposure is for which findings the fix is: "" for those that nothing decides;
	// "default" or "optional" for those where one variable of the environment is read
	// as it is.
	Exposure finding.Exposure `toml:"exposure"`
	When     []Cond           `toml:"when"`
	Unless   []Cond           `toml:"unless"`
}

// NeedsCAEnv is the need of a fix that reads a variable of the user's own.
const NeedsCAEnv = "ca-env"

// Op names the operation that a fix uses, "" when it has none.
func (f Fix) Op() string {
	for _, op := range []struct{ name, text string }{
		{"recipe", f.Recipe}, {"value", f.Value}, {"symbol", f.Symbol}, {"drop", f.Drop},
		{"add", f.Add}, {"replace", f.Replace}, {"body", f.Body},
	} {
		if op.text != "" {
			return op.name
		}
	}
	return ""
}

// Doc says how a kind of data file is recognised: by every sign of All, by one of
// Any, by none of None. Without any sign it is every document.
type Doc struct {
	Name string    `toml:"name"`
	Any  []DocTest `toml:"any"`
	All  []DocTest `toml:"all"`
	None []DocTest `toml:"none"`
	// Anywhere says that a mapping within a file can be such a document: an object
	// in a list of objects, a task in a playbook.
	Anywhere bool `toml:"anywhere"`
	// Relaxed says that keys are the same in camelCase, kebab-case and snake_case.
	Relaxed bool `toml:"relaxed"`
	// Inert says that nothing in such a document is a setting: it describes others.
	Inert bool `toml:"inert"`
}

// DocTest is one sign of a document kind: the glob of its path, or a key that is
// there and, where Is is given, has this value. In keys "[]" is every item of a
// list, "*" one key, "**" any number of them, and a dot also one within a key; both
// take {a,b}. A trailing "*" of Is stands for anything.
type DocTest struct {
	Key  string `toml:"key"`
	Is   string `toml:"is"`
	Path string `toml:"path"`
}

// Example are the snippets of one row: its tests and its documentation.
// Fixed[i] repairs Insecure[i]; "" where no machine rewrite exists.
type Example struct {
	ID       string   `toml:"id"`
	File     string   `toml:"file"`
	Insecure []string `toml:"insecure"`
	Safe     []string `toml:"safe"`
	Fixed    []string `toml:"fixed"`
}

// Stub gives the declarations of a package that has no switch of its own, but
// whose types lead to one; Path is canonical.
type Stub struct {
	Path   string `toml:"path"`
	Source string `toml:"source"`
}

// Alias gives further names of one thing: where a library exports it again, what
// it was called before, what behaves like it. Rows say only Name.
type Alias struct {
	Name string   `toml:"name"`
	Also []string `toml:"also"`
}

// Spelling is how a language writes names, "{}" for the name: what the search
// looks for is narrower than the name alone. Empty = the name.
type Spelling struct {
	Argument []string `toml:"argument"` // a keyword argument
	Member   []string `toml:"member"`   // an attribute that is set
	Entry    []string `toml:"entry"`    // a key of a dictionary
}

// File is a file of rows.
type File struct {
	Spelling Spelling `toml:"spelling"`
	Rows     []*Row   `toml:"pattern"`
	Docs     []Doc    `toml:"doc"`
	Stubs    []Stub   `toml:"stub"`
	Aliases  []Alias  `toml:"alias"`
}

// Learn makes a row of a function of the scanned code whose parameter throws the
// switch of base: calls that give one of bad to it are findings of base's rule.
func Learn(base *Row, p ir.Param, bad, near []string, way []finding.Related) (*Row, error) {
	r := &Row{
		Rule: base.Rule, Library: base.Library, Title: base.Title, Lang: base.Lang,
		Severity: base.Severity, Confidence: base.Confidence, CA: base.CA, Bad: bad, Stub: p.Stub, Context: []string{""},
		Learned: &Learned{Pattern: base.ID, Word: lastSegment(p.Func), Near: near, Way: way},
	}
	if base.Learned != nil {
		r.Learned.Pattern = base.Learned.Pattern
	}
	// A function that calls itself teaches nothing new: its id is the same.
	r.ID = r.Learned.Pattern + "@" + p.Func + "/" + p.Name
	arg := []any{p.Name}
	if p.Index >= 0 {
		arg = append(arg, int64(p.Index))
	}
	r.ID = strings.ToLower(strings.Join(strings.Fields(r.ID), "-"))
	r.At = []Sink{{Call: p.Func, Arg: arg}}
	return r, r.init()
}

// Parse reads rows from TOML. name is for messages; lang fills rows that name no
// language. Other tables than those of File are not its business. Errors are one
// line with file, row and reason.
func Parse(name, lang string, data []byte) (File, error) {
	var file File
	meta, err := toml.NewDecoder(bytes.NewReader(data)).Decode(&file)
	if err != nil {
		var perr toml.ParseError
		if errors.As(err, &perr) {
			return file, fmt.Errorf("%s:%d:%d: %s", name, perr.Position.Line, perr.Position.Col, perr.Message)
		}
		return file, fmt.Errorf("%s: %w", name, err)
	}
	for _, key := range meta.Undecoded() {
		switch key[0] {
		case "pattern", "doc", "stub", "alias", "spelling":
			return file, fmt.Errorf("%s: unknown key %q", name, key.String())
		}
	}
	for i, a := range file.Aliases {
		if a.Name == "" || len(a.Also) == 0 {
			return file, fmt.Errorf("%s: alias %d (%s): want name and also", name, i+1, a.Name)
		}
	}
	for i, d := range file.Docs {
		if d.Name == "" {
			return file, fmt.Errorf("%s: doc %d has no name", name, i+1)
		}
		for _, t := range slices.Concat(d.Any, d.All, d.None) {
			if (t.Key == "") == (t.Path == "") || t.Is != "" && t.Key == "" {
				return file, fmt.Errorf("%s: doc %d (%s): a sign is a path, or a key and what it is", name, i+1, d.Name)
			}
		}
	}
	for i, row := range file.Rows {
		if row.Lang == "" {
			row.Lang = lang
		}
		if err := row.init(); err != nil {
			return file, fmt.Errorf("%s: pattern %d (%s): %w", name, i+1, row.ID, err)
		}
	}
	return file, nil
}

// ParseExamples reads an examples.toml.
func ParseExamples(name string, data []byte) ([]Example, error) {
	var file struct {
		Example []Example `toml:"example"`
	}
	meta, err := toml.Decode(string(data), &file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("%s: unknown key %q", name, extra[0].String())
	}
	return file.Example, nil
}

func (r *Row) init() error {
	switch {
	case r.ID == "":
		return fmt.Errorf("no id")
	case strings.ToLower(r.ID) != r.ID || strings.ContainsAny(r.ID, " \t\n"):
		return fmt.Errorf("id %q: want lower-case words joined by dashes", r.ID)
	case !strings.HasPrefix(r.Rule, "TLS"):
		return fmt.Errorf("rule %q: want TLSnnn", r.Rule)
	case r.Title == "":
		return fmt.Errorf("no title")
	case r.Lang == "":
		return fmt.Errorf("no lang")
	case len(r.At) == 0:
		return fmt.Errorf("no sink: at is empty")
	case len(r.Bad) == 0:
		return fmt.Errorf("no test: bad is empty")
	}
	if r.Severity != "" {
		if _, err := finding.ParseSeverity(r.Severity); err != nil {
			return err
		}
	}
	if r.Confidence != "" {
		if _, err := finding.ParseConfidence(r.Confidence); err != nil {
			return err
		}
	}
	for i := range r.At {
		s := &r.At[i]
		s.row = r
		if _, name := s.key(); name == "" {
			return fmt.Errorf("sink %d names none of call, member, env, ref, impl, cmd, doc, dsn", i+1)
		}
		if s.Cmd != "" && len(s.Opt) == 0 {
			return fmt.Errorf("sink %d: cmd %s names no opt", i+1, s.Cmd)
		}
		if s.args = argNames(s.Arg); s.Arg != nil && s.args == nil {
			return fmt.Errorf("sink %d: arg: want a keyword, a position, or a list of them", i+1)
		}
	}
	for _, text := range r.Bad {
		t, err := parseTest(text)
		if err != nil {
			return err
		}
		r.tests = append(r.tests, t)
	}
	for _, conds := range [][]Cond{r.When, r.Unless} {
		if err := checkConds(conds); err != nil {
			return err
		}
	}
	for i, f := range r.Fix {
		if f.Op() == "" {
			return fmt.Errorf("fix %d has no operation", i+1)
		}
		switch f.Class {
		case finding.Safe, finding.Unsafe, finding.Display:
		default:
			return fmt.Errorf("fix %d: class %q: want safe, unsafe or display", i+1, f.Class)
		}
		if (f.Class == finding.Display) != (f.Recipe != "") {
			return fmt.Errorf("fix %d: a display fix has a recipe, and only a display fix", i+1)
		}
		for _, need := range f.Needs {
			if need != NeedsCAEnv {
				return fmt.Errorf("fix %d: needs %q: want %s", i+1, need, NeedsCAEnv)
			}
		}
		switch f.Exposure {
		case "", finding.Default, finding.Optional:
		default:
			return fmt.Errorf("fix %d: exposure %q: want default or optional", i+1, f.Exposure)
		}
		switch f.Style {
		case "", finding.StyleEnv, finding.StyleBundle, finding.StyleRemove:
		default:
			return fmt.Errorf("fix %d: style %q: want env, bundle or remove", i+1, f.Style)
		}
		if err := checkConds(append(f.When, f.Unless...)); err != nil {
			return fmt.Errorf("fix %d: %w", i+1, err)
		}
	}
	return nil
}

func checkConds(conds []Cond) error {
	for _, c := range conds {
		if c.Sibling != nil {
			if _, err := parseTest(c.Sibling.Is); err != nil {
				return fmt.Errorf("sibling %s: %w", c.Sibling.Member, err)
			}
		}
		switch c.Host {
		case "", "local", "remote", "unknown":
		default:
			return fmt.Errorf("host %q: want local, remote or unknown", c.Host)
		}
	}
	return nil
}
