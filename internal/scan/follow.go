package scan

import (
	"context"
	"fmt"
	"path"
	"slices"

	"github.com/tlslint/tlslint/internal/files"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/internal/search"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

const (
	// maxHops is how many functions may stand between a call and the switch.
	maxHops = 5
	// minWord is the length below which a function's name is a word of its own
	// elsewhere, in bytes.
	minWord = 4
	// manyFiles and manyShare: a name that stands in more files, and in a larger share
	// of them, says nothing by itself.
	manyFiles, manyShare = 50, 50 // one in 50 is 2%
)

// follow searches the files again for the functions that the code itself taught,
// until nothing new is learned. Searching costs far less than parsing: where nothing
// is learned it costs nothing.
func follow(ctx context.Context, list []files.File, of func(string) languages.Language, ms map[string]*matcher, jobs int, o Options, r *Result) error {
	seen := map[string]bool{}
	fresh := r.Learned
	for hop := 0; hop < maxHops && len(fresh) > 0; hop++ {
		next := map[string][]*pattern.Row{}
		for _, name := range languageNames(fresh) {
			rows := slices.DeleteFunc(slices.Clone(fresh[name]), func(row *pattern.Row) bool {
				again := seen[name+row.ID]
				seen[name+row.ID] = true
				return again
			})
			if len(rows) == 0 {
				continue
			}
			found, err := followRows(ctx, list, of, ms[name].lang, rows, jobs, o)
			if err != nil {
				return err
			}
			r.merge(found)
			for lang, more := range found.Learned {
				next[lang] = append(next[lang], more...)
				r.Learned[lang] = append(r.Learned[lang], more...)
			}
		}
		fresh = next
	}
	return nil
}

func languageNames(m map[string][]*pattern.Row) []string {
	var out []string
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// followRows runs learned rows over the files of their language.
func followRows(ctx context.Context, list []files.File, of func(string) languages.Language, lang languages.Language, rows []*pattern.Row, jobs int, o Options) (*Result, error) {
	list = slices.DeleteFunc(slices.Clone(list), func(f files.File) bool { return of(f.Rel) != lang })
	builtin, err := lang.Rows()
	if err != nil {
		return nil, err
	}
	// A file beside the function or below may call it by its name alone; one that is
	// further away has to say where it comes from.
	beside := map[string]bool{}
	for _, row := range rows {
		if len(row.Learned.Word) >= minWord {
			beside[path.Dir(row.Learned.Way[0].Path)] = true
		}
	}
	compile := func(near bool) (*matcher, error) {
		for _, row := range rows {
			row.Context = []string{""}
			if near {
				row.Context = row.Learned.Near
			}
		}
		set, err := pattern.New(pattern.File{Spelling: builtin.Spelling, Aliases: builtin.Aliases, Stubs: builtin.Stubs, Rows: rows})
		if err != nil {
			return nil, err
		}
		look, err := search.Compile(set)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", lang.Name(), err)
		}
		return &matcher{lang: lang, set: set, search: look}, nil
	}
	near, err := compile(true)
	if err != nil {
		return nil, err
	}
	loose, err := compile(false)
	if err != nil {
		return nil, err
	}
	of2 := func(rel string) *matcher {
		for dir := path.Dir(rel); ; dir = path.Dir(dir) {
			if beside[dir] {
				return loose
			}
			if dir == "." || dir == "/" {
				return near
			}
		}
	}
	o.Progress = nil
	r := newResult(o)
	units, err := find(ctx, list, of2, jobs, o, r)
	if err != nil {
		return nil, err
	}
	count := 0
	for _, u := range units {
		count += len(u.files)
	}
	if count > manyFiles && count*manyShare > len(list) {
		r = newResult(o)
		if units, err = find(ctx, list, func(string) *matcher { return near }, jobs, o, r); err != nil {
			return nil, err
		}
	}
	r.Skipped = nil // said by the first search
	return r, lowerAll(ctx, units, jobs, o, r)
}

// merge adds what a further search found.
func (r *Result) merge(more *Result) {
	at := map[string][]judge.Judged{}
	for _, j := range r.Judged {
		at[j.Finding.Path] = append(at[j.Finding.Path], j)
	}
	for _, j := range more.Judged {
		f := j.Finding
		if slices.ContainsFunc(at[f.Path], func(old judge.Judged) bool {
			g := old.Finding
			return g.Rule == f.Rule && g.Span.Start.Offset < f.Span.End.Offset && f.Span.Start.Offset < g.Span.End.Offset
		}) {
			continue
		}
		at[f.Path] = append(at[f.Path], j)
		r.Judged = append(r.Judged, j)
	}
	r.Parsed += more.Parsed
	for _, s := range more.Skipped {
		if !slices.Contains(r.Skipped, s) {
			r.Skipped = append(r.Skipped, s)
		}
	}
	for path, src := range more.Sources {
		if r.Sources[path] == nil {
			r.Sources[path] = src
		}
	}
	for path, comments := range more.Comments {
		if len(r.Comments[path]) == 0 {
			r.Comments[path] = comments
		}
	}
}

func newResult(o Options) *Result {
	return &Result{
		Sources: map[string][]byte{}, Comments: map[string][]languages.Comment{}, Sets: map[string]*pattern.Set{}, Learned: map[string][]*pattern.Row{},
		Rel: func(p string) string { return relative(o.Root, p) },
	}
}
