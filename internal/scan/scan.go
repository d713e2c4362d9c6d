// Package scan is the run itself: files -> needles -> lower -> match -> judge.
//
// Paths and a configuration come in; findings in a fixed order go out, with
// everything that was not looked at. Workers are bounded, the order of the
// result does not depend on them, and a cancelled context ends the run soon.
package scan

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/files"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/internal/learn"
	"github.com/tlslint/tlslint/internal/needle"
	"github.com/tlslint/tlslint/internal/search"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

// MaxBytes is the largest file that is searched, in bytes. A language may parse
// less: a larger file in which a needle stands is incomplete, never clean.
const MaxBytes = 64 << 20

// Options is one run.
type Options struct {
	Root  string // absolute
	Paths []string
	// Langs are the names of the languages to look at; empty = all.
	Langs       []string
	Exclude     []string
	NoGitignore bool
	CI          bool
	Jobs        int // 0 = as many as there are processors
	// Types is "stub" or "full", see languages.Input.
	Types string
	// Own are a team's own rows; they win over built-in ones of the same id.
	Own pattern.File
	// MinTLS is the oldest protocol version that is no finding: "1.2".
	MinTLS string
	// Select keeps findings: rule, pattern id, path. nil keeps all.
	Select func(rule, pattern, rel string) bool
	// Severity is a rule's severity in place of its own, 0 to keep it. May be nil.
	Severity func(rule, rel string) finding.Severity
	Tests    string // note, same or off
	// TestPath says why a path is only test code, "" when it is not; nil means
	// what TestPath knows by itself.
	TestPath func(rel string) string
	// Excluded reports whether a configuration leaves a file out, beside Exclude.
	// May be nil.
	Excluded func(rel string) bool
	Vars     languages.Vars
	// Stdin is the absolute path that stands for standard input, "" for none; its
	// bytes are in Overlay and nothing else is looked at.
	Stdin string
	// Overlay replaces files on disk, by absolute path.
	Overlay map[string][]byte
	// Progress is called from several goroutines as files are done. May be nil.
	Progress func(done, total int)
}

// Result is what a run saw.
type Result struct {
	Judged  []judge.Judged
	Skipped []Skip
	// Files were looked at, Parsed of them were parsed.
	Files, Parsed int
	// Sources are the bytes of every file with a finding, by relative path.
	Sources  map[string][]byte
	Comments map[string][]languages.Comment // of the parsed files, by relative path
	// Nodes are all lowered nodes, for explain; only kept when a single file was asked for.
	Nodes []*ir.Node
	// Sets are the rows in force, by language.
	Sets map[string]*pattern.Set
	// Learned are the rows that the code itself taught, by language: functions whose
	// parameters throw a switch.
	Learned map[string][]*pattern.Row
	// Rel turns a node's path into a finding's.
	Rel func(string) string
}

// Skip is a file that was not checked. Incomplete: it could have had findings.
type Skip struct {
	Path, Reason string
	Incomplete   bool
}

// Findings are the findings without their nodes.
func (r *Result) Findings() []*finding.Finding {
	out := make([]*finding.Finding, len(r.Judged))
	for i, j := range r.Judged {
		out[i] = j.Finding
	}
	return out
}

// matcher is what a run needs of one language.
type matcher struct {
	lang   languages.Language
	set    *pattern.Set
	search *search.Search
}

// newMatcher compiles the rows of a language.
func newMatcher(l languages.Language, o Options) (*matcher, error) {
	builtin, err := l.Rows()
	if err != nil {
		return nil, err
	}
	own := pattern.File{Docs: o.Own.Docs, Stubs: o.Own.Stubs}
	for _, r := range o.Own.Rows {
		if r.Lang == l.Name() {
			own.Rows = append(own.Rows, r)
		}
	}
	set, err := pattern.New(builtin, own)
	if err != nil {
		return nil, err
	}
	if o.MinTLS != "" {
		if err := set.SetMinVersion(o.MinTLS); err != nil {
			return nil, err
		}
	}
	// A suppression must be seen where nothing is left to suppress.
	find, err := search.Compile(set, "tlslint:ignore")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.Name(), err)
	}
	return &matcher{lang: l, set: set, search: find}, nil
}

// Sets compiles the rows of every language, for commands that only read them.
func Sets(o Options) (map[string]*pattern.Set, error) {
	out := map[string]*pattern.Set{}
	for _, l := range languages.All() {
		m, err := newMatcher(l, o)
		if err != nil {
			return nil, err
		}
		out[l.Name()] = m.set
	}
	return out, nil
}

// seenFile is a file after the search. Its bytes are read again when its unit's
// turn comes: an anchor without its context is common, and the bytes of all
// files with an anchor would be most of a run's memory.
type seenFile struct {
	file files.File
	bits search.Bits
}

type unit struct {
	m     *matcher
	files []seenFile
}

// Run does one run. The error is about the run as a whole; a file that cannot
// be checked is a Skip.
func Run(ctx context.Context, o Options) (*Result, error) {
	jobs := o.Jobs
	if jobs <= 0 {
		jobs = runtime.GOMAXPROCS(0)
	}
	of := func(p string) languages.Language {
		for _, l := range languages.All() {
			if (len(o.Langs) == 0 || slices.Contains(o.Langs, l.Name())) && l.Handles(p) {
				return l
			}
		}
		return nil
	}
	list, skips, err := o.list(ctx, func(p string) bool { return of(p) != nil })
	if err != nil {
		return nil, err
	}
	r := newResult(o)
	// Reading the rows of a language costs more than reading most files: only those
	// of the languages that are there.
	ms := map[string]*matcher{}
	for _, f := range list {
		l := of(f.Rel)
		if ms[l.Name()] != nil {
			continue
		}
		m, err := newMatcher(l, o)
		if err != nil {
			return nil, err
		}
		ms[l.Name()], r.Sets[l.Name()] = m, m.set
	}
	for _, s := range skips {
		r.Skipped = append(r.Skipped, Skip{Path: s.Path, Reason: s.Reason, Incomplete: s.Unreadable})
	}
	units, err := find(ctx, list, func(p string) *matcher { return ms[of(p).Name()] }, jobs, o, r)
	if err != nil {
		return nil, err
	}
	if err := lowerAll(ctx, units, jobs, o, r); err != nil {
		return nil, err
	}
	if err := follow(ctx, list, of, ms, jobs, o, r); err != nil {
		return nil, err
	}
	slices.SortFunc(r.Skipped, func(a, b Skip) int { return strings.Compare(a.Path+"\x00"+a.Reason, b.Path+"\x00"+b.Reason) })
	slices.SortStableFunc(r.Judged, judge.Compare)
	return r, nil
}

// list finds the files of a run.
func (o Options) list(ctx context.Context, want func(string) bool) ([]files.File, []files.Skip, error) {
	if o.Stdin == "" {
		list, skips, err := files.List(ctx, o.Paths, files.Options{
			Root: o.Root, Exclude: o.Exclude, NoGitignore: o.NoGitignore, CI: o.CI, MaxBytes: MaxBytes, Want: want,
		})
		if o.Excluded == nil || err != nil {
			return list, skips, err
		}
		return slices.DeleteFunc(list, func(f files.File) bool {
			out := o.Excluded(f.Rel)
			if out && f.Named {
				skips = append(skips, files.Skip{Path: f.Rel, Reason: "excluded"})
			}
			return out
		}), skips, nil
	}
	rel := relative(o.Root, o.Stdin)
	if !want(rel) {
		return nil, []files.Skip{{Path: rel, Reason: "no language reads this kind of file"}}, nil
	}
	return []files.File{{Path: o.Stdin, Rel: rel, Named: true}}, nil, nil
}

func (o Options) testPath(rel string) string {
	if o.TestPath != nil {
		return o.TestPath(rel)
	}
	return TestPath(rel, nil)
}

// relative is the slash path of p below root, "../" for what lies outside.
func relative(root, p string) string {
	rel, err := filepath.Rel(root, p)
	if err != nil {
		return filepath.ToSlash(p)
	}
	return filepath.ToSlash(rel)
}

// find reads every file and keeps those in which an anchor stands, grouped
// into the units in which some row has anchor and context.
func find(ctx context.Context, list []files.File, of func(string) *matcher, jobs int, o Options, r *Result) ([]*unit, error) {
	type result struct {
		seen *seenFile
		bits search.Bits
		skip *files.Skip
	}
	results := make([]result, len(list))
	var next, done atomic.Int64
	var wg sync.WaitGroup
	for range min(jobs, max(len(list), 1)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var buf []byte
			var hits needle.Hits
			for {
				i := int(next.Add(1)) - 1
				if i >= len(list) || ctx.Err() != nil {
					return
				}
				data, skip := o.Overlay[list[i].Path], (*files.Skip)(nil)
				if data == nil {
					data, skip = files.ReadInto(list[i], MaxBytes, buf)
				}
				if skip != nil {
					results[i].skip = skip
				} else {
					m := of(list[i].Rel)
					results[i].bits = m.search.Find(data, &hits)
					if m.search.Anchored(results[i].bits) {
						results[i].seen = &seenFile{file: list[i], bits: results[i].bits}
					}
					if o.Overlay[list[i].Path] == nil && cap(data) > cap(buf) {
						buf = data[:0]
					}
				}
				if o.Progress != nil {
					o.Progress(int(done.Add(1)), len(list))
				}
			}
		}()
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	// Contexts may stand in any file of the unit.
	type key struct {
		m    *matcher
		unit string
	}
	context := map[key]search.Bits{}
	byUnit := map[key]*unit{}
	var order []key
	for i, res := range results {
		if res.skip != nil {
			r.Skipped = append(r.Skipped, Skip{Path: res.skip.Path, Reason: res.skip.Reason, Incomplete: res.skip.Unreadable})
			continue
		}
		r.Files++
		if res.bits == nil {
			continue
		}
		m := of(list[i].Rel)
		k := key{m, m.lang.Unit(list[i].Rel)}
		context[k] = search.Or(context[k], res.bits)
		if res.seen != nil {
			if byUnit[k] == nil {
				byUnit[k] = &unit{m: m}
				order = append(order, k)
			}
			byUnit[k].files = append(byUnit[k].files, *res.seen)
		}
	}
	var units []*unit
	for _, k := range order {
		u := byUnit[k]
		u.files = slices.DeleteFunc(u.files, func(f seenFile) bool {
			// The siblings of a file that was named alone were not searched: its
			// anchor is enough.
			return !f.file.Named && !k.m.search.Matters(f.bits, context[k])
		})
		if len(u.files) > 0 {
			units = append(units, u)
		}
	}
	return units, nil
}

func lowerAll(ctx context.Context, units []*unit, jobs int, o Options, r *Result) error {
	var next atomic.Int64
	var mu sync.Mutex
	var wg sync.WaitGroup
	var first error
	for range min(jobs, max(len(units), 1)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				i := int(next.Add(1)) - 1
				if i >= len(units) || ctx.Err() != nil {
					return
				}
				u := units[i]
				units[i] = nil
				sources, skips := u.read(o)
				out, err := bounded(ctx, u, sources, o, r.Rel)
				mu.Lock()
				if err != nil && first == nil && ctx.Err() == nil {
					first = err
				}
				r.Skipped = append(r.Skipped, skips...)
				r.collect(u, sources, out, len(units) == 1)
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return first
}

// read returns the bytes of a unit's files, by path. A file that has changed
// into something else since it was searched is left out of the unit.
func (u *unit) read(o Options) (sources map[string][]byte, skips []Skip) {
	sources = make(map[string][]byte, len(u.files))
	u.files = slices.DeleteFunc(u.files, func(f seenFile) bool {
		data, skip := o.Overlay[f.file.Path], (*files.Skip)(nil)
		if data == nil {
			data, skip = files.Read(f.file, MaxBytes)
		}
		if skip != nil {
			skips = append(skips, Skip{Path: skip.Path, Reason: skip.Reason, Incomplete: skip.Unreadable})
			return true
		}
		if len(data) == 0 {
			return true // it is gone
		}
		sources[f.file.Path] = data
		return false
	})
	return sources, skips
}

// unitLimit is how long one unit may take where nothing has to be built for it;
// seconds are much. It is there for source that was made to hang its reader.
var unitLimit = time.Minute

// bounded is lowerUnit that does not wait for ever. Neither the type checker nor
// the printer of Go can be stopped: what takes too long is left behind.
func bounded(ctx context.Context, u *unit, sources map[string][]byte, o Options, rel func(string) string) (lowered, error) {
	type result struct {
		out lowered
		err error
	}
	done := make(chan result, 1)
	go func() {
		out, err := lowerUnit(ctx, u, sources, o, rel)
		done <- result{out, err}
	}()
	var late <-chan time.Time
	if o.Types != "full" {
		timer := time.NewTimer(unitLimit)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case r := <-done:
		return r.out, r.err
	case <-ctx.Done():
		return lowered{}, ctx.Err()
	case <-late:
		return unlowered(u, fmt.Sprintf("took longer than %s", unitLimit)), nil
	}
}

// unlowered says of every file of a unit that it was not analysed.
func unlowered(u *unit, reason string) (out lowered) {
	for _, f := range u.files {
		out.Unlowered = append(out.Unlowered, languages.Unlowered{Path: f.file.Path, Reason: reason})
	}
	return out
}

// lowered is what came of one unit.
type lowered struct {
	languages.Output
	judged  []judge.Judged
	learned []*pattern.Row
}

// lowerUnit lowers and judges one unit. Where a language panics, its files are
// said to be not analysed: hostile source must not end the run.
func lowerUnit(ctx context.Context, u *unit, sources map[string][]byte, o Options, rel func(string) string) (out lowered, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = unlowered(u, fmt.Sprintf("internal error: %v", r)), nil
		}
	}()
	in := languages.Input{Set: u.m.set, Types: o.Types, Overlay: o.Overlay}
	for _, f := range u.files {
		in.Files = append(in.Files, languages.File{Path: f.file.Path, Rel: f.file.Rel, Data: sources[f.file.Path]})
	}
	if out.Output, err = u.m.lang.Lower(ctx, in); err != nil {
		return out, err
	}
	source := func(p string) []byte { return sources[p] }
	out.judged = judge.Findings(out.Nodes, u.m.set, judge.Options{
		Rel: rel, Source: source,
		Tests: o.Tests, TestPath: o.testPath,
		Severity: o.Severity, Lang: u.m.lang, Vars: o.Vars,
	})
	out.learned = learn.Rows(out.judged, u.m.set, rel, source)
	for _, n := range out.Nodes {
		// They would keep the whole unit in memory; the edits are made.
		n.Syntax, n.Through = nil, nil
	}
	if o.Select != nil {
		out.judged = slices.DeleteFunc(out.judged, func(j judge.Judged) bool {
			return !o.Select(j.Finding.Rule, j.Finding.Pattern, j.Finding.Path)
		})
	}
	return out, nil
}

func (r *Result) collect(u *unit, sources map[string][]byte, out lowered, nodes bool) {
	r.Parsed += out.Parsed
	r.Judged = append(r.Judged, out.judged...)
	if name := u.m.lang.Name(); len(out.learned) > 0 {
		r.Learned[name] = append(r.Learned[name], out.learned...)
	}
	if nodes && r.Nodes == nil {
		r.Nodes = out.Nodes
	}
	for _, x := range out.Unlowered {
		r.Skipped = append(r.Skipped, Skip{Path: r.Rel(x.Path), Reason: x.Reason, Incomplete: true})
	}
	with := map[string]bool{}
	for _, j := range out.judged {
		with[j.Finding.Path] = true
	}
	commented := map[string]bool{}
	for _, c := range out.Comments {
		p := r.Rel(c.Path)
		if strings.Contains(c.Text, "tlslint:") {
			commented[p] = true
		}
		r.Comments[p] = append(r.Comments[p], c)
	}
	for _, f := range u.files {
		// Sources of files without findings or suppressions are not kept.
		if with[f.file.Rel] || commented[f.file.Rel] {
			r.Sources[f.file.Rel] = sources[f.file.Path]
		} else {
			delete(r.Comments, f.file.Rel)
		}
	}
}

// MatchGlob reports whether a slash path matches a doublestar glob, or the glob
// matches the file's name alone when it has no slash.
func MatchGlob(glob, rel string) bool {
	if ok, err := doublestar.Match(glob, rel); err == nil && ok {
		return true
	}
	if !strings.Contains(glob, "/") {
		ok, err := doublestar.Match(glob, path.Base(rel))
		return err == nil && ok
	}
	return false
}
