package python

import (
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/languages/syntax"
)

// imports adds what the new text names, each once, in the file's own style.
func (e *editor) imports() bool {
	slices.Sort(e.need)
	for _, mod := range slices.Compact(e.need) {
		if !e.bound(mod) && !e.importModule(mod) {
			return false
		}
	}
	done := map[*syntax.Node]bool{}
	for mod, names := range e.names {
		if mod == "=" || len(names) == 0 {
			continue
		}
		slices.Sort(names)
		stmt := e.fromStatement(mod)
		if stmt == nil {
			return false
		}
		done[stmt] = true
		e.rewriteFrom(stmt, slices.Compact(names))
	}
	for _, n := range e.dropped {
		if !done[n.Up] {
			done[n.Up] = true
			e.rewriteFrom(n.Up, nil)
		}
	}
	return true
}

// bound reports whether the module itself is imported for the whole file.
func (e *editor) bound(mod string) bool {
	for _, b := range e.m.scopes[e.m.root()].binds[mod] {
		if b.kind == bindImport && b.target == mod {
			return true
		}
	}
	return false
}

// tidy takes names out of "from x import a, b" that nothing uses any more once
// the edits are made. "import x" stays: others may count on it.
func (e *editor) tidy() {
	if strings.HasSuffix(e.m.path, "__init__.py") {
		return
	}
	gone := func(n *syntax.Node) bool {
		return slices.ContainsFunc(e.edits, func(x finding.Edit) bool {
			return x.Start <= n.Start && n.End <= x.End && !slices.Contains(words(x.New), e.m.text(n))
		})
	}
	unused := map[*syntax.Node][]*syntax.Node{} // by import statement
	for name, bs := range e.m.scopes[e.m.root()].binds {
		uses := e.m.uses[name]
		if len(bs) != 1 || bs[0].kind != bindImport || !bs[0].stmt.Is("import_from_statement") || len(uses) == 0 {
			continue
		}
		at := bs[0].id
		if at.Up.Is("aliased_import") {
			at = at.Up
		}
		if !gone(at) && !slices.ContainsFunc(uses, func(u *syntax.Node) bool { return !gone(u) }) {
			unused[bs[0].stmt] = append(unused[bs[0].stmt], at)
		}
	}
	for stmt, names := range unused {
		if mod := squeeze(e.m.text(stmt.Child("module_name"))); len(names) < len(stmt.Children("name")) || len(e.names[mod]) > 0 {
			e.dropped = append(e.dropped, names...)
		} else if stmt.Up == e.m.root() {
			e.dropStatement(stmt)
		}
	}
	slices.SortFunc(e.dropped, func(a, b *syntax.Node) int { return a.Start - b.Start })
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool {
		return !(r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 127)
	})
}

// rewriteFrom writes the names of "from mod import ..." anew: less those that
// nothing uses, and with new ones.
func (e *editor) rewriteFrom(stmt *syntax.Node, add []string) {
	names := stmt.Children("name")
	var keep []string
	inOrder := sorted(e, names)
	for _, n := range names {
		if !slices.Contains(e.dropped, n) {
			keep = append(keep, e.m.text(n))
		}
	}
	for _, a := range add {
		if !slices.Contains(keep, a) {
			keep = append(keep, a)
		}
	}
	if inOrder {
		slices.Sort(keep)
	}
	start, end := names[0].Start, names[len(names)-1].End
	if strings.Contains(string(e.m.src[start:end]), "\n") || strings.Contains(string(e.m.src[start:end]), "#") {
		// One name a line: the others stay as they are.
		for _, n := range names {
			if slices.Contains(e.dropped, n) {
				e.dropItem(n)
			}
		}
		for _, a := range add {
			sep := ", "
			if before := string(e.m.src[:names[0].Start]); strings.HasSuffix(strings.TrimRight(before, " \t"), "\n") {
				sep = ",\n" + e.indent(names[0].Start)
			}
			e.put(start, start, a+sep)
		}
		return
	}
	e.put(start, end, strings.Join(keep, ", "))
}

// fromStatement is the first "from mod import ..." of the file.
func (e *editor) fromStatement(mod string) *syntax.Node {
	for _, stmt := range e.m.root().Kids {
		if stmt.Is("import_from_statement") && squeeze(e.m.text(stmt.Child("module_name"))) == mod && len(stmt.Children("name")) > 0 {
			return stmt
		}
	}
	return nil
}

func sorted(e *editor, names []*syntax.Node) bool {
	return slices.IsSortedFunc(names, func(a, b *syntax.Node) int { return strings.Compare(e.m.text(a), e.m.text(b)) })
}

// importModule adds "import mod" where the file's other imports of its kind are.
func (e *editor) importModule(mod string) bool {
	if len(e.m.scopes[e.m.root()].binds[mod]) > 0 {
		return false // the name means something else here
	}
	eol := "\n"
	if strings.Contains(string(e.m.src), "\r\n") {
		eol = "\r\n"
	}
	line := "import " + mod + eol
	var first, afterStd, lastPlain *syntax.Node
	for _, stmt := range e.m.root().Kids {
		switch {
		case stmt.Is("import_statement", "import_from_statement"):
			if first == nil {
				first = stmt
			}
			name := e.importedName(stmt)
			if !standard[top(name)] {
				continue
			}
			if stmt.Is("import_statement") {
				if name > mod {
					e.insert(stmt.Start, line)
					return true
				}
				lastPlain = stmt
			} else if afterStd == nil {
				afterStd = stmt
			}
		}
	}
	switch {
	case lastPlain != nil:
		e.insertBehind(lastPlain, line)
	case afterStd != nil:
		e.insert(afterStd.Start, line)
	case first != nil:
		// A group of its own before the others.
		e.insert(first.Start, line+eol)
	default:
		return e.firstImport(line, eol)
	}
	return true
}

func top(name string) string {
	first, _, _ := strings.Cut(name, ".")
	return first
}

func (e *editor) importedName(stmt *syntax.Node) string {
	if m := stmt.Child("module_name"); m != nil {
		return squeeze(e.m.text(m))
	}
	n := stmt.Child("name")
	if n.Is("aliased_import") {
		n = n.Child("name")
	}
	return squeeze(e.m.text(n))
}

// insert puts a line before the line of an offset.
func (e *editor) insert(offset int, line string) {
	for offset > 0 && e.m.src[offset-1] != '\n' && !(offset == 3 && e.m.src[0] == 0xEF) {
		offset--
	}
	e.put(offset, offset, line)
}

func (e *editor) insertBehind(stmt *syntax.Node, line string) {
	end := stmt.End
	for end < len(e.m.src) && e.m.src[end] != '\n' {
		end++
	}
	if end < len(e.m.src) {
		end++
	} else {
		line = "\n" + strings.TrimRight(line, "\r\n")
	}
	e.put(end, end, line)
}

// firstImport puts the first import of a file behind its head: comments, the
// docstring, imports from the future.
func (e *editor) firstImport(line, eol string) bool {
	for _, stmt := range e.m.root().Kids {
		head := stmt.Is("comment", "future_import_statement") ||
			stmt.Is("expression_statement") && len(stmt.Kids) == 1 && stmt.Kids[0].Is("string")
		if head {
			continue
		}
		e.insert(stmt.Start, line+eol)
		return true
	}
	return false
}

// standard are modules of the standard library: imports of them stand together.
var standard = map[string]bool{
	"__future__": true, "abc": true, "argparse": true, "array": true, "ast": true, "asyncio": true, "atexit": true, "base64": true,
	"binascii": true, "bisect": true, "builtins": true, "bz2": true, "calendar": true, "cgi": true, "cmd": true, "code": true,
	"codecs": true, "collections": true, "concurrent": true, "configparser": true, "contextlib": true, "copy": true, "csv": true,
	"ctypes": true, "dataclasses": true, "datetime": true, "decimal": true, "difflib": true, "dis": true, "email": true, "enum": true,
	"errno": true, "faulthandler": true, "fcntl": true, "filecmp": true, "fnmatch": true, "fractions": true, "ftplib": true,
	"functools": true, "gc": true, "getopt": true, "getpass": true, "glob": true, "grp": true, "gzip": true, "hashlib": true,
	"heapq": true, "hmac": true, "html": true, "http": true, "httplib": true, "imaplib": true, "importlib": true, "inspect": true,
	"io": true, "ipaddress": true, "itertools": true, "json": true, "keyword": true, "linecache": true, "locale": true,
	"logging": true, "lzma": true, "mailbox": true, "math": true, "mimetypes": true, "mmap": true, "multiprocessing": true,
	"netrc": true, "nntplib": true, "numbers": true, "operator": true, "optparse": true, "os": true, "pathlib": true, "pdb": true,
	"pickle": true, "pkgutil": true, "platform": true, "plistlib": true, "poplib": true, "posixpath": true, "pprint": true,
	"pwd": true, "queue": true, "quopri": true, "random": true, "re": true, "readline": true, "resource": true, "runpy": true,
	"sched": true, "secrets": true, "select": true, "selectors": true, "shelve": true, "shlex": true, "shutil": true, "signal": true,
	"site": true, "smtplib": true, "socket": true, "socketserver": true, "sqlite3": true, "ssl": true, "stat": true,
	"statistics": true, "string": true, "struct": true, "subprocess": true, "sys": true, "syslog": true, "tarfile": true,
	"telnetlib": true, "tempfile": true, "textwrap": true, "threading": true, "time": true, "timeit": true, "tkinter": true,
	"token": true, "tokenize": true, "traceback": true, "types": true, "typing": true, "unicodedata": true, "unittest": true,
	"urllib": true, "urllib2": true, "urlparse": true, "uuid": true, "venv": true, "warnings": true, "weakref": true,
	"webbrowser": true, "wsgiref": true, "xml": true, "xmlrpc": true, "xmlrpclib": true, "zipfile": true, "zlib": true, "zoneinfo": true,
}
