package report

import (
	"bytes"
	"sort"
	"unicode/utf8"

	"github.com/tlslint/tlslint/finding"
)

const byteOrderMark = "\xef\xbb\xbf"

// sourceFile is a file's bytes and where its lines begin. A line ends with LF.
type sourceFile struct {
	data   []byte
	starts []int // offset of every line's first byte; starts[0] == 0
	hashes map[int]string
}

func newSourceFile(data []byte) *sourceFile {
	s := &sourceFile{data: data, starts: []int{0}}
	for i := 0; ; {
		n := bytes.IndexByte(data[i:], '\n')
		if n < 0 {
			return s
		}
		i += n + 1
		s.starts = append(s.starts, i)
	}
}

// line returns the 1-based line that holds the byte at offset.
func (s *sourceFile) line(offset int) int {
	return sort.SearchInts(s.starts, offset+1)
}

// bounds returns the first byte of a line and the byte after its last one, the
// line end and, on the first line, a byte order mark left out.
func (s *sourceFile) bounds(line int) (start, end int) {
	start, end = s.starts[line-1], len(s.data)
	if line < len(s.starts) {
		end = s.starts[line] - 1
	}
	if end > start && s.data[end-1] == '\r' {
		end--
	}
	if line == 1 && bytes.HasPrefix(s.data, []byte(byteOrderMark)) {
		start = len(byteOrderMark)
	}
	return start, max(start, end)
}

// column16 returns the 1-based column of offset in UTF-16 code units, the unit
// in which editors and GitHub count. A byte order mark has no column.
func (s *sourceFile) column16(offset int) int {
	line := s.line(offset)
	start := s.starts[line-1]
	if line == 1 && bytes.HasPrefix(s.data, []byte(byteOrderMark)) {
		start = len(byteOrderMark)
	}
	column := 1
	for i := start; i < offset; {
		r, size := utf8.DecodeRune(s.data[i:])
		column++
		if r > 0xffff {
			column++
		}
		i += size
	}
	return column
}

// lineHash returns GitHub's hash of a line, "" when there is no such line.
func (s *sourceFile) lineHash(line int) string {
	if s.hashes == nil {
		s.hashes = lineHashes(s.data)
	}
	return s.hashes[line]
}

// sources reads every file of a result at most once.
type sources struct {
	read  func(path string) []byte
	files map[string]*sourceFile
}

func (r *Result) sources() *sources {
	return &sources{read: r.Source, files: map[string]*sourceFile{}}
}

// file returns the file at path, nil when its bytes are not known.
func (s *sources) file(path string) *sourceFile {
	if f, ok := s.files[path]; ok {
		return f
	}
	var f *sourceFile
	if s.read != nil {
		if data := s.read(path); data != nil {
			f = newSourceFile(data)
		}
	}
	s.files[path] = f
	return f
}

// place is a span that was checked against its file.
type place struct {
	file       *sourceFile // nil: only lines and columns are known, and they are in bytes
	start, end int         // byte offsets, start <= end; 0 when file is nil
	startLine  int
	endLine    int
	// byte columns and UTF-16 columns, 1-based; endColumn is the one after the last.
	startByte, endByte     int
	startColumn, endColumn int
}

// locate checks span against the file at path. Lines and columns come from the
// byte offsets; where the two contradict each other (a finding that knows only
// its line, a file that changed), the line and column win if the file has them,
// and else the file counts as unknown. White space at the end of the span is
// left out, as a region that touches the next line would claim that line too,
// and so is a byte order mark.
func (s *sources) locate(path string, span finding.Span) place {
	file := s.file(path)
	if file == nil {
		return unknownPlace(span)
	}
	start, ok := file.resolve(span.Start)
	if !ok {
		return unknownPlace(span)
	}
	end, ok := file.resolve(span.End)
	if !ok || end < start {
		end = start
	}
	for end > start && isSpace(file.data[end-1]) {
		end--
	}
	if start < len(byteOrderMark) && bytes.HasPrefix(file.data, []byte(byteOrderMark)) {
		start = len(byteOrderMark)
		end = max(start, end)
	}
	return file.place(start, end)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// place describes the bytes [start, end), which must lie inside the file.
func (s *sourceFile) place(start, end int) place {
	p := place{file: s, start: start, end: end, startLine: s.line(start), endLine: s.line(end)}
	p.startByte = start - s.starts[p.startLine-1] + 1
	p.endByte = end - s.starts[p.endLine-1] + 1
	p.startColumn, p.endColumn = s.column16(start), s.column16(end)
	return p
}

// resolve returns the byte offset that p means.
func (s *sourceFile) resolve(p finding.Position) (offset int, ok bool) {
	inside := p.Offset >= 0 && p.Offset <= len(s.data)
	if inside && (p.Line == 0 || s.line(p.Offset) == p.Line) {
		return p.Offset, true
	}
	if p.Line < 1 || p.Line > len(s.starts) {
		return 0, false
	}
	start, end := s.bounds(p.Line)
	return min(s.starts[p.Line-1]+max(p.Column-1, start-s.starts[p.Line-1]), end), true
}

func unknownPlace(span finding.Span) place {
	p := place{
		startLine: max(span.Start.Line, 1), startByte: max(span.Start.Column, 1),
		endLine: max(span.End.Line, 1), endByte: max(span.End.Column, 1),
	}
	if p.endLine < p.startLine || p.endLine == p.startLine && p.endByte < p.startByte {
		p.endLine, p.endByte = p.startLine, p.startByte
	}
	p.startColumn, p.endColumn = p.startByte, p.endByte
	return p
}
