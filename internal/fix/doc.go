// Package fix turns the fixes of findings into changed files.
//
// Findings with edits come in; which fixes can be applied together, the new
// contents, a unified diff and safely replaced files go out. The package knows
// no language: an edit is a byte range and its replacement, and whether the
// result still parses and is no longer a finding is for the caller to check
// before it calls Write.
//
// The usual order is Select, Files, then for each file Apply, Diff or Write;
// Dirty says beforehand which files hold work that git could not give back.
package fix
