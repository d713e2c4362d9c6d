package python

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/tlslint/tlslint/languages/treesitter"
)

// notebook is the Python of a Jupyter notebook as one source: its code cells in
// their order, a line break behind each, as a kernel would have run them. Every
// byte of the source knows where it stands in the file.
type notebook struct {
	path string
	file []byte
	src  []byte
	// from and to are the range of the file that holds a byte of the source: one
	// byte of it, or a whole escape.
	from, to []int32
	parts    []part
	// blanked are the ranges of the source that do not say what the file says.
	blanked []blankedRange
	lines   []int // where the lines of src begin
}

// part is one text of a cell in the notebook: a line of a list, or the whole
// cell. end does not count the line break that stands behind a cell.
type part struct {
	start, end int // in the source
	from, to   int // in the file, without the quotes
	cell       int
	list       bool
	sep        string // what stands between two texts of this list, quotes left out
}

type blankedRange struct{ start, end int }

func isNotebook(path string) bool { return strings.HasSuffix(path, ".ipynb") }

// readNotebook reads the code of a notebook. It is nil where the notebook is in
// another language; the error says in one line what is wrong with the file.
func readNotebook(path string, data []byte) (*notebook, error) {
	r := &reader{data: data, base: len(data) - len(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))}
	r.dec = json.NewDecoder(bytes.NewReader(data[r.base:]))
	if err := r.read(); err != nil {
		return nil, err
	}
	if r.cellLists == 0 {
		return nil, errors.New("not a notebook: it has no cells")
	}
	if !isPython(r.kernel) || r.kernel == "" && !isPython(r.info) {
		return nil, nil
	}
	nb := &notebook{path: path, file: data}
	for i, c := range r.cells {
		if c.kind == "code" && isPython(c.language) {
			if err := nb.add(i, c); err != nil {
				return nil, err
			}
		}
	}
	nb.lines = append(nb.lines, 0)
	for i, b := range nb.src {
		if b == '\n' {
			nb.lines = append(nb.lines, i+1)
		}
	}
	return nb, nil
}

// isPython takes what kernels and editors call it; nothing said means Python.
func isPython(language string) bool {
	l := strings.ToLower(language)
	return l == "" || strings.HasPrefix(l, "python") || strings.HasPrefix(l, "ipython") || l == "pyspark" || l == "sage"
}

// add appends the source of a cell.
func (nb *notebook) add(number int, c rawCell) error {
	if len(c.texts) == 0 {
		return nil
	}
	first := len(nb.src)
	for i, t := range c.texts {
		p := part{start: len(nb.src), from: t.from, to: t.to, cell: number, list: c.list, sep: c.sep(nb.file, i)}
		nb.decode(t)
		p.end = len(nb.src)
		nb.parts = append(nb.parts, p)
		if len(nb.src) > treesitter.MaxBytes {
			return fmt.Errorf("too large to parse (more than %d bytes of code)", treesitter.MaxBytes)
		}
	}
	for _, b := range blankMagics(nb.src[first:]) {
		nb.blanked = append(nb.blanked, blankedRange{first + b.start, first + b.end})
	}
	// The line break behind the cell stands for the closing quote.
	end := c.texts[len(c.texts)-1].to
	nb.put('\n', end, end+1)
	return nil
}

func (nb *notebook) put(b byte, from, to int) {
	nb.src = append(nb.src, b)
	nb.from, nb.to = append(nb.from, int32(from)), append(nb.to, int32(to))
}

// decode appends the text of a JSON string that is known to be well formed.
func (nb *notebook) decode(t rawText) {
	f := nb.file
	for i := t.from; i < t.to; {
		if f[i] != '\\' {
			nb.put(f[i], i, i+1)
			i++
			continue
		}
		n := 2
		r := rune(f[i+1])
		switch r {
		case 'n':
			r = '\n'
		case 't':
			r = '\t'
		case 'r':
			r = '\r'
		case 'b':
			r = '\b'
		case 'f':
			r = '\f'
		case 'u':
			n = 6
			r = hex4(f[i+2:])
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if i+12 <= t.to && f[i+6] == '\\' && f[i+7] == 'u' {
					low = hex4(f[i+8:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					n = 12
				}
			}
		}
		for _, b := range utf8.AppendRune(nil, r) {
			nb.put(b, i, i+n)
		}
		i += n
	}
}

func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c >= 'a':
			c -= 'a' - 10
		case c >= 'A':
			c -= 'A' - 10
		default:
			c -= '0'
		}
		r = r<<4 | rune(c)
	}
	return r
}

// rawCell is a cell as the notebook has it. Its texts are ranges of the file.
type rawCell struct {
	kind, language string
	texts          []rawText
	list           bool
	open           int // behind the bracket of the list
}

type rawText struct{ from, to int }

// sep is what stands between the i-th text of a list and the one before or
// behind it; where there is only one, what stands in front of it says how lists
// are written here.
func (c rawCell) sep(file []byte, i int) string {
	switch {
	case !c.list:
		return ""
	case i > 0:
		return string(file[c.texts[i-1].to+1 : c.texts[i].from-1])
	case len(c.texts) > 1:
		return string(file[c.texts[0].to+1 : c.texts[1].from-1])
	}
	return "," + string(file[c.open:c.texts[0].from-1])
}

// reader walks over the JSON of a notebook and keeps what is code.
type reader struct {
	data  []byte
	base  int // offset of what dec reads
	dec   *json.Decoder
	cells []rawCell
	// kernel and info are the language as the kernel's description and as the
	// kernel itself said it.
	kernel, info string
	cellLists    int
}

func (r *reader) offset() int { return r.base + int(r.dec.InputOffset()) }

func (r *reader) read() error {
	err := r.object("the notebook", func(key string) error {
		switch key {
		case "cells":
			return r.cellList()
		case "worksheets": // up to version 3
			return r.array("worksheets", func() error {
				return r.object("a worksheet", func(key string) error {
					if key == "cells" {
						return r.cellList()
					}
					return r.skip()
				})
			})
		case "metadata":
			return r.object("metadata", func(key string) error {
				switch key {
				case "kernelspec":
					return r.language(key, "language", &r.kernel)
				case "language_info":
					return r.language(key, "name", &r.info)
				}
				return r.skip()
			})
		}
		return r.skip()
	})
	if err == nil {
		if _, end := r.dec.Token(); end != io.EOF {
			err = fmt.Errorf("not a notebook: text behind the end, at byte %d", r.offset())
		}
	}
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("not a notebook: the JSON ends too early")
	case errors.As(err, &syntax):
		return fmt.Errorf("not a notebook: %v", err)
	}
	return err
}

func (r *reader) cellList() error {
	r.cellLists++
	return r.array("cells", func() error {
		var c rawCell
		sources := 0
		err := r.object("a cell", func(key string) error {
			switch key {
			case "cell_type":
				return r.text(key, &c.kind)
			case "language":
				return r.text(key, &c.language)
			case "source", "input":
				if sources++; sources > 1 {
					return errors.New("not a notebook: a cell with source and input")
				}
				return r.source(&c)
			case "metadata":
				return r.object("metadata of a cell", func(key string) error {
					if key == "vscode" {
						return r.language(key, "languageId", &c.language)
					}
					return r.skip()
				})
			}
			return r.skip()
		})
		r.cells = append(r.cells, c)
		return err
	})
}

// language reads one text of an object, or nothing where it is none.
func (r *reader) language(name, want string, to *string) error {
	return r.object(name, func(key string) error {
		if key == want {
			return r.text(key, to)
		}
		return r.skip()
	})
}

// source reads the text of a cell, or its list of texts.
func (r *reader) source(c *rawCell) error {
	for {
		before := r.offset()
		t, err := r.dec.Token()
		if err != nil {
			return err
		}
		switch t.(type) {
		case json.Delim:
			if c.list { // the end of the list: nothing but text was let in
				if t == json.Delim(']') {
					return nil
				}
				return r.wrong("a line of a cell")
			}
			if t != json.Delim('[') {
				return r.wrong("the source of a cell")
			}
			c.list, c.open = true, r.offset()
			continue
		case string:
			// Nothing but white space, a comma or a colon stands in front of it.
			from := before + bytes.IndexByte(r.data[before:], '"') + 1
			c.texts = append(c.texts, rawText{from, r.offset() - 1})
		default:
			return r.wrong("the source of a cell")
		}
		if !c.list {
			return nil
		}
	}
}

func (r *reader) text(what string, to *string) error {
	t, err := r.dec.Token()
	if err != nil || t == nil {
		return err
	}
	s, ok := t.(string)
	if !ok {
		return r.wrong(what)
	}
	*to = s
	return nil
}

// object calls f for every key; null is an object without any.
func (r *reader) object(what string, f func(key string) error) error {
	t, err := r.dec.Token()
	if err != nil || t == nil {
		return err
	}
	if t != json.Delim('{') {
		return r.wrong(what)
	}
	seen := map[string]bool{}
	for {
		t, err := r.dec.Token()
		if err != nil || t == json.Delim('}') {
			return err
		}
		key, _ := t.(string)
		if seen[key] {
			// Readers do not agree on which of the two counts.
			return fmt.Errorf("not a notebook: %s has two keys %q, at byte %d", what, key, r.offset())
		}
		seen[key] = true
		if err := f(key); err != nil {
			return err
		}
	}
}

// array calls f in front of every element.
func (r *reader) array(what string, f func() error) error {
	t, err := r.dec.Token()
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return r.wrong(what)
	}
	for r.dec.More() {
		if err := f(); err != nil {
			return err
		}
	}
	_, err = r.dec.Token()
	return err
}

// skipped is a value that is not kept: outputs may hold images of many MB.
type skipped struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (skipped) UnmarshalJSON([]byte) error { return nil }

func (r *reader) skip() error { return r.dec.Decode(&skipped{}) }

func (r *reader) wrong(what string) error {
	return fmt.Errorf("not a notebook: %s has the wrong type, at byte %d", what, r.offset())
}
