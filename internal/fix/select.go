package fix

import (
	"slices"

	"github.com/tlslint/tlslint/finding"
)

// Options say which fixes are wanted.
type Options struct {
	// Style is tried first; a finding that has no such fix gets its first other one.
	Style finding.Style
	// Unsafe admits fixes of class finding.Unsafe besides the safe ones.
	Unsafe bool
}

// Chosen is a fix that will be applied, and the finding that it repairs.
type Chosen struct {
	Finding *finding.Finding
	Fix     finding.Fix
}

// Reason says why a finding is not repaired.
type Reason string

const (
	// NoFix: the finding has no fix with an edit, and no recipe either.
	NoFix Reason = "no fix is known"
	// DisplayOnly: no edit can be right; the fix is a recipe for a person.
	DisplayOnly Reason = "needs a person"
	// NeedsUnsafe: all fixes are unsafe and unsafe ones were not asked for.
	NeedsUnsafe Reason = "only an unsafe fix"
	// Suppressed: somebody has accepted the finding.
	Suppressed Reason = "suppressed"
	// Conflict: a fix that comes first changes the same bytes; another pass may help.
	Conflict Reason = "overlaps another fix"
	// Invalid: the fix has edits that cannot be made (a bug of the pattern).
	Invalid Reason = "the fix contradicts itself"
)

// Skipped is a finding that is not repaired.
type Skipped struct {
	Finding *finding.Finding
	// Fix is the one that would have been applied, or the first that was in the
	// way of a decision (a recipe, an unsafe fix); nil when there is none.
	Fix    *finding.Fix
	Reason Reason
	// Other is the finding whose fix came first; nil unless Reason is Conflict.
	Other *finding.Finding
}

// Select decides which fixes are applied together. For every finding it takes
// the first fix that fits: with edits, of an admitted class, of the wanted style
// if there is one. Where fixes overlap the finding that stands first (by
// path, then offset) wins, and of the other none of its edits are made, in no
// file. Edits that are the same in range and text (one import added by two
// fixes) do not conflict. The findings are not changed and may be in any order;
// chosen and skipped are in finding.Sort's order.
func Select(findings []*finding.Finding, want Options) (chosen []Chosen, skipped []Skipped) {
	sorted := slices.Clone(findings)
	finding.Sort(sorted)
	taken := claims{}
	for _, f := range sorted {
		fx, reason := pick(f, want)
		if reason != "" {
			skipped = append(skipped, Skipped{Finding: f, Fix: fx, Reason: reason})
			continue
		}
		if !consistent(fx.Edits) {
			skipped = append(skipped, Skipped{Finding: f, Fix: fx, Reason: Invalid})
			continue
		}
		if other := taken.conflict(fx.Edits); other != nil {
			skipped = append(skipped, Skipped{Finding: f, Fix: fx, Reason: Conflict, Other: other})
			continue
		}
		taken.add(f, fx.Edits)
		chosen = append(chosen, Chosen{Finding: f, Fix: *fx})
	}
	return chosen, skipped
}

// pick returns the fix of f that fits best, or why none does.
func pick(f *finding.Finding, want Options) (*finding.Fix, Reason) {
	if f.Suppressed != nil {
		return nil, Suppressed
	}
	var best, unsafe, recipe *finding.Fix
	for i := range f.Fixes {
		fx := &f.Fixes[i]
		switch {
		case fx.Class == finding.Display || len(fx.Edits) == 0:
			if recipe == nil && fx.Recipe != "" {
				recipe = fx
			}
		case fx.Class == finding.Safe, fx.Class == finding.Unsafe && want.Unsafe:
			if best == nil || (best.Style != want.Style && fx.Style == want.Style) {
				best = fx
			}
		case fx.Class == finding.Unsafe && unsafe == nil:
			unsafe = fx
		}
	}
	switch {
	case best != nil:
		return best, ""
	case unsafe != nil:
		return unsafe, NeedsUnsafe
	case recipe != nil:
		return recipe, DisplayOnly
	default:
		return nil, NoFix
	}
}

// consistent reports whether the edits of one fix can be made together.
func consistent(edits []finding.Edit) bool {
	byPath := map[string][]finding.Edit{}
	for _, e := range edits {
		if e.Path == "" {
			return false
		}
		byPath[e.Path] = append(byPath[e.Path], e)
	}
	for _, same := range byPath {
		if check(inOrder(same)) != nil {
			return false
		}
	}
	return true
}

// claims are the edits already chosen, by path.
type claims map[string][]claim

type claim struct {
	edit  finding.Edit
	owner *finding.Finding
}

func (c claims) add(owner *finding.Finding, edits []finding.Edit) {
	for _, e := range edits {
		c[e.Path] = append(c[e.Path], claim{e, owner})
	}
}

// conflict returns a finding one of whose edits is in the way, or nil.
func (c claims) conflict(edits []finding.Edit) *finding.Finding {
	for _, e := range edits {
		for _, have := range c[e.Path] {
			if e != have.edit && clash(e, have.edit) {
				return have.owner
			}
		}
	}
	return nil
}

// clash reports whether two different edits of one file cannot both be made:
// they change a byte in common, one inserts inside of what the other replaces,
// or both insert at one offset, where no order would be the right one.
func clash(a, b finding.Edit) bool {
	if a.Start == a.End && b.Start == b.End {
		return a.Start == b.Start
	}
	return a.Start < b.End && b.Start < a.End
}
