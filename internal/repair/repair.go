// Package repair applies the fixes of findings until nothing is left to apply,
// and proves each one before it is kept.
//
// Findings of a scan come in; new contents of files go out, nothing is written.
// After every edit the file must parse, its package must not get a type error
// that it did not have, the finding must be gone and no other may have come.
package repair

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/files"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
)

// maxPasses bounds how often the files are scanned again for fixes that another
// one had kept out.
const maxPasses = 10

// File is a file with its repairs.
type File struct {
	Path     string // absolute
	Rel      string
	Old, New []byte
	Fixed    []*finding.Finding
}

// Refused is a fix that did not stand the proof.
type Refused struct {
	Finding *finding.Finding
	Reason  string
}

// Result is what a repair would change.
type Result struct {
	Files   []File
	Refused []Refused
	// Hosts are the hosts whose certificates will be verified from now on.
	Hosts []string
}

// Run repairs the findings that accept says yes to. prepare runs on the result
// of every scan (suppressions, fingerprints).
func Run(ctx context.Context, o scan.Options, first *scan.Result, want fix.Options, prepare func(*scan.Result)) (*Result, error) {
	r := &repairer{ctx: ctx, o: o, want: want, prepare: prepare, original: map[string][]byte{}, current: map[string][]byte{}, fixed: map[string][]*finding.Finding{}, refused: map[string]string{}}
	now := first
	for range maxPasses {
		changed, err := r.pass(now)
		if err != nil {
			return nil, err
		}
		if len(changed) == 0 {
			break
		}
		if now, err = r.rescan(changed); err != nil {
			return nil, err
		}
	}
	return r.result(), nil
}

type repairer struct {
	ctx      context.Context
	o        scan.Options
	want     fix.Options
	prepare  func(*scan.Result)
	original map[string][]byte // by absolute path
	current  map[string][]byte
	fixed    map[string][]*finding.Finding
	refused  map[string]string // by fingerprint
	refusals []Refused
}

func (r *repairer) abs(rel string) string { return filepath.Join(r.o.Root, filepath.FromSlash(rel)) }

// pass applies one round of fixes, file by file, and returns the changed paths.
func (r *repairer) pass(now *scan.Result) ([]string, error) {
	all := now.Findings()
	open := slices.DeleteFunc(slices.Clone(all), func(f *finding.Finding) bool { return r.refused[f.Fingerprint] != "" })
	chosen, _ := fix.Select(open, r.want)
	byFile := map[string][]fix.Chosen{}
	for _, c := range chosen {
		byFile[c.Finding.Path] = append(byFile[c.Finding.Path], c)
	}
	var changed []string
	for _, rel := range slices.Sorted(maps.Keys(byFile)) {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		abs := r.abs(rel)
		old, why := r.text(abs, rel)
		if why != "" {
			r.refuse(byFile[rel], why)
			continue
		}
		before := inFile(all, rel)
		edited, done := r.try(rel, old, before, byFile[rel])
		if len(done) == 0 {
			continue
		}
		r.current[abs] = edited
		r.fixed[abs] = append(r.fixed[abs], done...)
		changed = append(changed, rel)
	}
	return changed, nil
}

// text is a file as it is now; why says why it cannot be read. Standard input
// stands in the place of a file and is never read from disk.
func (r *repairer) text(abs, rel string) (text []byte, why string) {
	if text = r.current[abs]; text != nil {
		return text, ""
	}
	text = r.o.Overlay[abs]
	if text == nil {
		var skip *files.Skip
		if text, skip = files.Read(files.File{Path: abs, Rel: rel, Named: true}, scan.MaxBytes); skip != nil {
			return nil, skip.Reason
		}
	}
	r.original[abs] = text
	return text, ""
}

// overlay is every file that differs from what is on disk.
func (r *repairer) overlay() map[string][]byte {
	out := map[string][]byte{}
	maps.Copy(out, r.o.Overlay)
	maps.Copy(out, r.current)
	return out
}

func inFile(fs []*finding.Finding, rel string) []*finding.Finding {
	var out []*finding.Finding
	for _, f := range fs {
		if f.Path == rel {
			out = append(out, f)
		}
	}
	return out
}

// try applies all chosen fixes of a file at once and, when that does not stand
// the proof, one by one, so that a wrong one does not keep the others out.
func (r *repairer) try(rel string, old []byte, before []*finding.Finding, chosen []fix.Chosen) ([]byte, []*finding.Finding) {
	edited, err := r.prove(rel, old, before, chosen)
	if err == nil {
		return edited, findingsOf(chosen)
	}
	if len(chosen) == 1 {
		r.refuse(chosen, err.Error())
		return nil, nil
	}
	for _, c := range chosen {
		if edited, err := r.prove(rel, old, before, []fix.Chosen{c}); err == nil {
			// The others get their turn in the next pass, on the new text.
			return edited, []*finding.Finding{c.Finding}
		} else {
			r.refuse([]fix.Chosen{c}, err.Error())
		}
	}
	return nil, nil
}

func findingsOf(chosen []fix.Chosen) []*finding.Finding {
	out := make([]*finding.Finding, len(chosen))
	for i, c := range chosen {
		out[i] = c.Finding
	}
	return out
}

func (r *repairer) refuse(chosen []fix.Chosen, reason string) {
	for _, c := range chosen {
		r.refused[c.Finding.Fingerprint] = reason
		r.refusals = append(r.refusals, Refused{Finding: c.Finding, Reason: reason})
	}
}

func (r *repairer) prove(rel string, old []byte, before []*finding.Finding, chosen []fix.Chosen) ([]byte, error) {
	var edits []finding.Edit
	for _, fe := range fix.Files(r.o.Root, chosen) {
		if fe.Path != r.abs(rel) {
			return nil, fmt.Errorf("the fix reaches into %s", fe.Path)
		}
		edits = fe.Edits
	}
	edited, err := fix.Apply(old, edits)
	if err != nil {
		return nil, err
	}
	lang := languages.For(rel)
	if lang == nil {
		return nil, fmt.Errorf("no language for %s", rel)
	}
	overlay := r.overlay()
	if err := lang.Check(r.ctx, r.abs(rel), old, edited, overlay); err != nil {
		return nil, err
	}
	overlay[r.abs(rel)] = edited
	again, err := r.scan([]string{rel}, overlay)
	if err != nil {
		return nil, err
	}
	return edited, compare(before, inFile(again.Findings(), rel), findingsOf(chosen))
}

// compare checks that what was to be fixed is gone and that nothing has come.
// A flipped default leaves its switch behind, as an option that is off: that is
// gone, too. Fingerprints carry an ordinal among equals, so equals are counted.
func compare(before, after, fixed []*finding.Finding) error {
	had, has := count(before), count(after)
	hadOn, isOn := count(on(before)), count(on(after))
	for _, f := range fixed {
		if k := key(f); isOn[k] >= hadOn[k] {
			return fmt.Errorf("%s is still there after the edit", f.Rule)
		}
	}
	for _, f := range after {
		if k := key(f); has[k] > had[k] && f.Severity > finding.Low {
			return fmt.Errorf("the edit brings %s: %s", f.Rule, f.Message)
		}
	}
	return nil
}

// on keeps the findings that somebody does not have to ask for.
func on(fs []*finding.Finding) []*finding.Finding {
	return slices.DeleteFunc(slices.Clone(fs), func(f *finding.Finding) bool { return f.Exposure == finding.Optional })
}

// key is a fingerprint without its ordinal.
func key(f *finding.Finding) string {
	k, _, _ := strings.Cut(f.Fingerprint, ":")
	return k
}

func count(fs []*finding.Finding) map[string]int {
	out := map[string]int{}
	for _, f := range fs {
		out[key(f)]++
	}
	return out
}

func (r *repairer) scan(rels []string, overlay map[string][]byte) (*scan.Result, error) {
	o := r.o
	o.Paths = nil
	for _, rel := range rels {
		o.Paths = append(o.Paths, r.abs(rel))
	}
	o.Overlay, o.Progress = overlay, nil
	// A named file is judged whatever git thinks of it.
	o.Exclude = nil
	res, err := scan.Run(r.ctx, o)
	if err != nil {
		return nil, err
	}
	r.prepare(res)
	return res, nil
}

func (r *repairer) rescan(changed []string) (*scan.Result, error) {
	return r.scan(changed, r.overlay())
}

func (r *repairer) result() *Result {
	out := &Result{Refused: r.refusals}
	for _, abs := range slices.Sorted(maps.Keys(r.current)) {
		rel, err := filepath.Rel(r.o.Root, abs)
		if err != nil {
			rel = abs
		}
		out.Files = append(out.Files, File{Path: abs, Rel: filepath.ToSlash(rel), Old: r.original[abs], New: r.current[abs], Fixed: r.fixed[abs]})
		for _, f := range r.fixed[abs] {
			for _, h := range f.Hosts {
				if !slices.Contains(out.Hosts, h.Name) {
					out.Hosts = append(out.Hosts, h.Name)
				}
			}
		}
	}
	slices.Sort(out.Hosts)
	return out
}
