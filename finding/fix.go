package finding

// Class is the promise that a fix makes.
type Class string

const (
	// Safe: parses and type-checks, verification is on in every branch, an unset
	// environment means the library's own trust store, only this file changes.
	Safe Class = "safe"
	// Unsafe: right, but it also needs a deploy step or flips a default.
	Unsafe Class = "unsafe"
	// Display: no edit can be right; Recipe says what a person should do.
	Display Class = "display"
)

// Style is the kind of repair that the user asked for.
type Style string

const (
	// StyleEnv: the variable that the library reads by itself decides.
	StyleEnv Style = "env"
	// StyleBundle: the code names a CA bundle.
	StyleBundle Style = "bundle"
	// StyleRemove: the switch goes and nothing is put in its place.
	StyleRemove Style = "remove"
)

// Edit replaces the bytes [Start, End) of the file at Path by New.
type Edit struct {
	Path       string
	Start, End int
	New        string
}

// Fix repairs a finding. Its edits belong together: all of them or none.
type Fix struct {
	Class  Class
	Style  Style
	Title  string // what it does, in the imperative: "drop InsecureSkipVerify"
	Edits  []Edit // sorted by Start, not overlapping; empty for Display
	Recipe string // Display only
}
