package config

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// document is one source of values: a file, or a flag (then without places).
// The TOML library does not say where a key stands, so the document does.
type document struct {
	path   string
	src    []byte
	starts []int            // offset of every line, filled on demand
	keys   map[string]place // where the key of a path was first written
	values map[string]place // where its value begins
	tree   map[string]any
}

const (
	// maxSize bounds a file in bytes: a configuration that large is a mistake.
	maxSize = 1 << 20
	// maxNesting bounds brackets in brackets and the parts of a dotted key. The
	// TOML library takes more than quadratic time and memory in both.
	maxNesting = 64
)

// bom is the mark that some editors write in front of UTF-8.
var bom = []byte("\xef\xbb\xbf")

// decode reads TOML and notes where everything stands.
func decode(path string, data []byte) (*document, *Error) {
	d := &document{path: path, src: data, keys: map[string]place{}, values: map[string]place{}}
	if len(data) > maxSize {
		return nil, &Error{Path: path, Msg: "larger than 1 MB"}
	}
	if at := tooDeep(data); at >= 0 {
		return nil, d.errorAt(d.placeOf(at, 1), "nested too deeply", "")
	}
	if _, err := toml.Decode(string(data), &d.tree); err != nil {
		return nil, d.syntaxError(err)
	}
	s := scanner{document: d, src: data, arrays: map[string]int{}}
	s.statements()
	return d, nil
}

func (d *document) syntaxError(err error) *Error {
	var parse toml.ParseError
	if !errors.As(err, &parse) {
		return &Error{Path: d.path, Msg: printable(strings.TrimPrefix(err.Error(), "toml: "))}
	}
	offset := parse.Position.Start
	if bytes.HasPrefix(d.src, bom) {
		offset += len(bom) // the library counts from behind it
	}
	p := d.placeOf(offset, parse.Position.Len)
	msg, _, _ := strings.Cut(parse.Message, "\n")
	return d.errorAt(p, printable(strings.TrimSuffix(msg, ".")), "")
}

// placeOf turns a byte offset into a place; an offset outside the file is its end.
func (d *document) placeOf(offset, length int) place {
	d.index()
	offset = min(max(offset, d.starts[0]), len(d.src))
	n, exact := slices.BinarySearch(d.starts, offset)
	if !exact {
		n--
	}
	return place{
		line:   n + 1,
		col:    offset - d.starts[n] + 1,
		length: min(length, max(0, d.end(n+1)-offset)),
	}
}

// index notes where every line begins. An editor's mark in front of the first
// line is not part of it.
func (d *document) index() {
	if d.starts != nil {
		return
	}
	d.starts = []int{0}
	if bytes.HasPrefix(d.src, bom) {
		d.starts[0] = len(bom)
	}
	for i, c := range d.src {
		if c == '\n' {
			d.starts = append(d.starts, i+1)
		}
	}
}

// line is the text of a 1-based line without its line break, "" behind the end.
func (d *document) line(n int) string {
	d.index()
	if n < 1 || n > len(d.starts) {
		return ""
	}
	return string(d.src[d.starts[n-1]:d.end(n)])
}

// end is the offset at which the text of a 1-based line ends.
func (d *document) end(n int) int {
	end := len(d.src)
	if n < len(d.starts) {
		end = d.starts[n] - 1
	}
	if end > d.starts[n-1] && d.src[end-1] == '\r' {
		end--
	}
	return end
}

// tooDeep is the offset at which brackets or a dotted key nest too deeply, or
// -1. It lexes as TOML does up to the first mistake, behind which the library
// does not read either.
func tooDeep(src []byte) int {
	depth, dots := 0, 0
	for i := 0; i < len(src); {
		switch c := src[i]; c {
		case '#':
			i = lineEnd(src, i)
			continue
		case '"', '\'':
			i = stringEnd(src, i)
			continue
		case '[', '{':
			depth++
			dots = 0
		case ']', '}':
			depth--
			dots = 0
		case '\n', '=', ',':
			dots = 0
		case '.':
			dots++
		}
		if depth > maxNesting || dots >= maxNesting {
			return i
		}
		i++
	}
	return -1
}

func lineEnd(src []byte, i int) int {
	if n := bytes.IndexByte(src[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(src)
}

// stringEnd is the offset behind the string that begins at i, whichever of
// TOML's four kinds it is. A string of one line that is not closed ends with the line.
func stringEnd(src []byte, i int) int {
	quote := src[i]
	escapes := quote == '"'
	triple := bytes.Repeat([]byte{quote}, 3)
	if bytes.HasPrefix(src[i:], triple) {
		for i += 3; i < len(src); i++ {
			switch {
			case escapes && src[i] == '\\':
				i++
			case bytes.HasPrefix(src[i:], triple):
				// Up to two quotes may stand in front of the closing three.
				for i += 3; i < len(src) && src[i] == quote; i++ {
				}
				return i
			}
		}
		return len(src)
	}
	for i++; i < len(src); i++ {
		switch src[i] {
		case '\n':
			return i
		case '\\':
			if escapes {
				i++
			}
		case quote:
			return i + 1
		}
	}
	return len(src)
}

// scanner walks over a document that the TOML library has accepted and notes
// the place of every key and value. On anything that it does not expect it
// goes on with the next line: a missing place costs a caret, nothing else.
type scanner struct {
	*document
	src    []byte
	i      int
	table  string         // path of the table that the last header opened
	arrays map[string]int // path of an array of tables -> tables so far
}

// part is one name of a dotted key and where it stands.
type part struct {
	name       string
	start, end int
}

func (s *scanner) statements() {
	if bytes.HasPrefix(s.src, bom) {
		s.i = len(bom)
	}
	for s.blanks(true); s.i < len(s.src); s.blanks(true) {
		if s.src[s.i] == '[' {
			s.header()
		} else if !s.pair(s.table) {
			s.i = lineEnd(s.src, s.i)
		}
	}
}

// blanks skips white space and, over lines, comments too.
func (s *scanner) blanks(lines bool) {
	for s.i < len(s.src) {
		switch c := s.src[s.i]; {
		case c == ' ' || c == '\t':
			s.i++
		case lines && (c == '\n' || c == '\r'):
			s.i++
		case lines && c == '#':
			s.i = lineEnd(s.src, s.i)
		default:
			return
		}
	}
}

// header reads [a.b] or [[a.b]].
func (s *scanner) header() {
	double := bytes.HasPrefix(s.src[s.i:], []byte("[["))
	s.i++
	if double {
		s.i++
	}
	parts := s.key()
	path := ""
	for n, p := range parts {
		path = child(path, p.name)
		s.note(path, p)
		switch {
		case double && n == len(parts)-1:
			s.arrays[path]++
			path = element(path, s.arrays[path]-1)
			s.note(path, p)
		case s.arrays[path] > 0:
			path = element(path, s.arrays[path]-1)
		}
	}
	s.table = path
	s.i = lineEnd(s.src, s.i)
}

// pair reads key = value below path and says whether it could.
func (s *scanner) pair(path string) bool {
	parts := s.key()
	if len(parts) == 0 || s.i >= len(s.src) || s.src[s.i] != '=' {
		return false
	}
	s.i++
	for _, p := range parts {
		path = child(path, p.name)
		s.note(path, p)
	}
	s.blanks(false)
	s.value(path)
	return true
}

func (s *scanner) note(path string, p part) {
	if _, ok := s.keys[path]; !ok {
		s.keys[path] = s.placeOf(p.start, p.end-p.start)
	}
}

// key reads a dotted key and the blanks around it.
func (s *scanner) key() []part {
	var parts []part
	for {
		s.blanks(false)
		if s.i >= len(s.src) {
			return parts
		}
		p := part{start: s.i}
		if c := s.src[s.i]; c == '"' || c == '\'' {
			s.i = stringEnd(s.src, s.i)
			p.name = unquote(string(s.src[p.start:s.i]))
		} else {
			for s.i < len(s.src) && isBare(s.src[s.i]) {
				s.i++
			}
			p.name = string(s.src[p.start:s.i])
		}
		p.end = s.i
		if p.end == p.start {
			return nil
		}
		parts = append(parts, p)
		s.blanks(false)
		if s.i >= len(s.src) || s.src[s.i] != '.' {
			return parts
		}
		s.i++
	}
}

// value reads one value and notes where it and what is in it stands.
func (s *scanner) value(path string) {
	if s.i >= len(s.src) {
		return
	}
	start := s.i
	switch s.src[s.i] {
	case '"', '\'':
		s.i = stringEnd(s.src, s.i)
	case '[':
		s.i++
		for n := 0; s.more(']'); n++ {
			s.value(element(path, n))
		}
	case '{':
		s.i++
		for s.more('}') {
			if !s.pair(path) {
				s.i = lineEnd(s.src, s.i)
			}
		}
	default:
		s.i += bareEnd(s.src[s.i:])
	}
	s.values[path] = s.placeOf(start, s.i-start)
	if _, ok := s.keys[path]; !ok {
		s.keys[path] = s.values[path]
	}
}

// more skips to the next entry of an array or inline table; false when it has ended.
func (s *scanner) more(end byte) bool {
	for s.blanks(true); s.i < len(s.src); s.blanks(true) {
		switch s.src[s.i] {
		case ',':
			s.i++
		case end:
			s.i++
			return false
		case ']', '}', '=':
			// Not TOML: the scanner lost its way.
			s.i = len(s.src)
			return false
		default:
			return true
		}
	}
	return false
}

// bareEnd is the length of a number, date or boolean.
func bareEnd(src []byte) int {
	n := bytes.IndexAny(src, ",]}#\n")
	if n < 0 {
		n = len(src)
	}
	return max(1, len(bytes.TrimRight(src[:n], " \t\r")))
}

func isBare(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

func unquote(text string) string {
	if strings.HasPrefix(text, `"`) {
		if s, err := strconv.Unquote(text); err == nil {
			return s
		}
	}
	return strings.Trim(text, `"'`)
}

var bareKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// child is the path of a key in a table, written as TOML writes a dotted key.
func child(path, key string) string {
	if !bareKey.MatchString(key) {
		key = quote(key)
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// element is the path of an element of a list.
func element(path string, n int) string { return path + "[" + strconv.Itoa(n) + "]" }
