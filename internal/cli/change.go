package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/internal/repair"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/internal/scope"
	"github.com/tlslint/tlslint/internal/suppress"
)

// change is what a run is about when it is not about whole files: what differs
// from a base. The zero value is a run about whole files.
type change struct {
	scope *scope.Scope
	// whole are the options of the scan before it was restricted to the change.
	whole scan.Options
	// against says that there is a base; old are then the findings that it has.
	against bool
	old     map[*finding.Finding]bool
	told    int // unscanned files of the base that were named
}

func (c *change) close() { c.scope.Close() }

// openChange reads the flags about a base and about the index, and restricts the
// scan to what they name.
func (r *run) openChange(ctx context.Context, fs *pflag.FlagSet) error {
	f := r.f
	var given []string
	for _, name := range []string{"new-from-merge-base", "new-from-rev", "new-from-patch"} {
		if fs.Changed(name) {
			given = append(given, "--"+name)
			if fs.Lookup(name).Value.String() == "" {
				return usageError("--%s: nothing to compare with is named", name)
			}
		}
	}
	switch {
	case len(given) > 1:
		return usageError("%s and %s: a run compares with one base", given[0], given[1])
	case len(given) == 0 && fs.Changed("new-mode"):
		return usageError("--new-mode needs a base: --new-from-merge-base, --new-from-rev or --new-from-patch")
	case len(given) == 0 && !f.staged:
		return nil
	case f.stdinName != "" && f.staged:
		return usageError("--staged and --stdin-filename: a run looks at the index or at standard input")
	case f.stdinName != "":
		return usageError("%s and --stdin-filename: standard input has no history", given[0])
	case f.staged && f.newPatch != "":
		return usageError("--staged and --new-from-patch: a patch is compared with the work tree")
	}
	opt := scope.Options{
		Dir: r.root, Rev: f.newRev, MergeBase: f.newMergeBase, Staged: f.staged,
		Mode: r.configs.top.Diff.Mode, Whole: f.types == "full",
	}
	if f.newPatch != "" {
		var err error
		if opt.PatchName, opt.Patch, err = r.readPatch(); err != nil {
			return err
		}
	}
	c := &r.change
	c.against = len(given) > 0
	var err error
	if c.scope, err = scope.New(ctx, opt); err != nil {
		if len(given) > 0 {
			err = fmt.Errorf("%s: %w", given[0], err)
		}
		return err
	}
	c.whole = r.scan
	if err := c.scope.Restrict(&r.scan); err != nil {
		c.close()
		return err
	}
	return nil
}

func (r *run) readPatch() (name string, data []byte, err error) {
	in := r.s.in
	if name = r.f.newPatch; name == "-" {
		name = "standard input"
	} else {
		file, err := os.Open(name)
		if err != nil {
			return "", nil, fmt.Errorf("--new-from-patch: %s: %w", name, unwrapPath(err))
		}
		defer file.Close()
		in = file
	}
	data, err = io.ReadAll(io.LimitReader(in, scan.MaxBytes+1))
	if err == nil && len(data) > scan.MaxBytes {
		err = fmt.Errorf("larger than %d bytes", scan.MaxBytes)
	}
	if err != nil {
		return "", nil, fmt.Errorf("--new-from-patch: %s: %w", name, unwrapPath(err))
	}
	return name, data, nil
}

// keepStaged drops the findings of files that were only looked at because a
// staged file is lowered together with them. With a base they are not dropped:
// the change may have brought them.
func (c *change) keepStaged(res *scan.Result) {
	if c.scope == nil || c.against {
		return
	}
	res.Judged = slices.DeleteFunc(res.Judged, func(j judge.Judged) bool { return !c.scope.Staged(j.Finding.Path) })
}

// listSuppressions adds a note for every suppression of ours in the source. Those
// of the base are notes, too: what is left over is what the change adds.
func (r *run) listSuppressions(res *scan.Result) {
	if !r.change.against || !r.configs.selected(suppress.NewInChange, suppress.PatternID, "") {
		return
	}
	for path, comments := range res.Comments {
		for _, d := range suppress.Directives(path, res.Sources[path], spans(path, res.Sources[path], comments)) {
			if d.Foreign != "" || d.Malformed != "" || !r.configs.selected(suppress.NewInChange, suppress.PatternID, path) {
				continue
			}
			f := &finding.Finding{
				Rule: suppress.NewInChange, Pattern: suppress.PatternID, Message: "this change adds a suppression: " + d.String(),
				Path: path, Span: d.Span, Sink: "tlslint:ignore", NodeKind: "comment",
				Tokens: strings.Join(append([]string{d.Until}, d.Rules...), " "),
				Base:   finding.Low, Severity: finding.Low, Confidence: finding.ConfidenceHigh,
			}
			if own := r.configs.severity(f.Rule, path); own != 0 {
				f.Base, f.Severity = own, own
			}
			res.Judged = append(res.Judged, judge.Judged{Finding: f})
		}
	}
	slices.SortStableFunc(res.Judged, judge.Compare)
}

// markOld finds out which findings of a scan the base has.
func (r *run) markOld(ctx context.Context, res *scan.Result) error {
	c := &r.change
	if !c.against {
		return nil
	}
	base := func(o scan.Options) (*scan.Result, error) {
		res, err := scan.Run(ctx, o)
		if err == nil {
			r.prepare(res)
		}
		return res, err
	}
	old, err := c.scope.Old(ctx, res, base, c.whole, r.visible)
	if err != nil {
		return err
	}
	res.Judged = slices.DeleteFunc(res.Judged, func(j judge.Judged) bool {
		return j.Finding.Rule == suppress.NewInChange && old[j.Finding]
	})
	if c.old == nil {
		c.old = old
	} else {
		for f, is := range old {
			c.old[f] = is
		}
	}
	for ; c.told < len(c.scope.Unscanned); c.told++ {
		if !r.f.quiet {
			fmt.Fprintf(r.s.err, "tlslint: the base could not be analysed, so its findings count as new: %s\n", escape(c.scope.Unscanned[c.told]))
		}
	}
	return nil
}

// isNew tells new findings from others, nil when there is no base.
func (c *change) isNew() func(*finding.Finding) bool {
	if !c.against {
		return nil
	}
	return func(f *finding.Finding) bool { return !c.old[f] }
}

// repairPrepare prepares the scans of a repair: only new findings are repaired.
type repairPrepare struct {
	r   *run
	ctx context.Context
	err error
}

func (r *run) prepareRepair(ctx context.Context) *repairPrepare {
	return &repairPrepare{r: r, ctx: ctx}
}

// first is for the scan that is prepared and marked already.
func (p *repairPrepare) first(res *scan.Result) {
	for _, f := range res.Findings() {
		if p.r.change.old[f] {
			f.Fixes = nil
		}
	}
}

func (p *repairPrepare) again(res *scan.Result) {
	p.r.prepare(res)
	p.err = errors.Join(p.err, p.r.markOld(p.ctx, res))
	p.first(res)
}

// real is where a repaired file is in the work tree.
func (c *change) real(f repair.File) string {
	if c.scope == nil || !c.scope.Indexed() {
		return f.Path
	}
	return c.scope.Real(f.Rel)
}

// write writes a repaired file. The index that was looked at in its place gets
// the repair as well: what is left is judged there.
func (c *change) write(f repair.File) error {
	if err := fix.Write(f.Path, f.Old, f.New); err != nil {
		if errors.Is(err, fix.ErrChanged) && c.scope != nil && c.scope.Indexed() {
			return fmt.Errorf("%s: differs from the git index: stage or stash it", f.Rel)
		}
		return err
	}
	if c.scope != nil && c.scope.Indexed() {
		return os.WriteFile(filepath.Join(c.scope.IndexDir(), filepath.FromSlash(f.Rel)), f.New, 0o600)
	}
	return nil
}
