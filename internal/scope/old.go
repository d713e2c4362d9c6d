package scope

import (
	"context"
	"maps"
	"slices"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/scan"
)

// byChange marks findings that stand in no changed file, or on no changed line.
func (s *Scope) byChange(ctx context.Context, res *scan.Result, old map[*finding.Finding]bool) error {
	t, err := s.baseTree(ctx)
	if err != nil {
		return err
	}
	byFile := map[string][]*finding.Finding{}
	for _, f := range res.Findings() {
		byFile[f.Path] = append(byFile[f.Path], f)
	}
	rels := map[string]string{} // path in the base -> path of the findings
	for rel, fs := range byFile {
		switch before, changed := s.from[s.fromTop(rel)]; {
		case !changed:
			mark(old, fs, func(*finding.Finding) bool { return true })
		case before != "" && res.Sources[rel] != nil:
			rels[before] = rel
		}
	}
	return s.contents(ctx, t, slices.Sorted(maps.Keys(rels)), scan.MaxBytes, func(p string, data []byte, err error) error {
		if err != nil {
			return err
		}
		now := res.Sources[rels[p]]
		if s.opt.Mode == "files" {
			same := sameContent(data, now)
			mark(old, byFile[rels[p]], func(*finding.Finding) bool { return same })
			return nil
		}
		changed := changedLines(data, now)
		mark(old, byFile[rels[p]], func(f *finding.Finding) bool {
			first, last := f.Span.Start.Line, min(f.Span.End.Line, len(changed)-1)
			return !slices.Contains(changed[min(first, last):last+1], true)
		})
		return nil
	})
}

func mark(old map[*finding.Finding]bool, fs []*finding.Finding, is func(*finding.Finding) bool) {
	for _, f := range fs {
		if is(f) {
			old[f] = true
		}
	}
}

// byFinding marks findings that continue one of the base and are not louder.
func (s *Scope) byFinding(res *scan.Result, visible func(*finding.Finding) bool, old map[*finding.Finding]bool) {
	now := sites(res, s.fromTop)
	for _, list := range s.base {
		for _, b := range list {
			b.used = false
		}
	}
	if !s.settled {
		s.adopt(now)
	}
	found := func(n, b *site) {
		louder := n.finding.Severity > b.finding.Severity || visible(n.finding) && !visible(b.finding)
		old[n.finding] = !louder
	}
	var pairs []*pair
	for _, p := range slices.Sorted(maps.Keys(now)) {
		before, changed := s.from[p]
		if !changed {
			before = p
		}
		q := newPair(s.base[before], now[p])
		q.match(found)
		pairs = append(pairs, q)
	}
	if !s.settled {
		s.carried, s.settled = s.left(res), true
	}
	for _, q := range pairs {
		elsewhere := &pair{old: s.carried, new: q.new}
		elsewhere.try(found, carried)
	}
	for _, q := range pairs {
		q.matchRenamed(found)
	}
}

// left are the base findings that nothing continues although their files were
// looked at, or are gone. What is in a file that was not looked at may well be
// there still.
func (s *Scope) left(res *scan.Result) []*site {
	skipped := map[string]bool{}
	for _, skip := range res.Skipped {
		skipped[s.fromTop(skip.Path)] = true
	}
	is := map[string]string{} // path in the base -> path now
	for p, before := range s.from {
		is[before] = p
	}
	var out []*site
	for _, p := range slices.Sorted(maps.Keys(s.base)) {
		at, changed := is[p]
		if !changed {
			at = p
		}
		if !s.gone[p] && (skipped[at] || !s.listed(at)) {
			continue
		}
		for _, b := range s.base[p] {
			if !b.used {
				out = append(out, b)
			}
		}
	}
	return out
}

// adopt pairs new files with findings with those files of the base that are gone
// and most like them: a file that was renamed without git being told.
func (s *Scope) adopt(now map[string][]*site) {
	type candidate struct {
		was, is string
		like    int
	}
	var list []candidate
	for is, fs := range now {
		if before, changed := s.from[is]; !changed || before != "" || fs[0].text == nil {
			continue
		}
		for was := range s.gone {
			if b := s.base[was]; len(b) > 0 && b[0].text != nil {
				if like := similar(b[0].text, fs[0].text); like >= 50 {
					list = append(list, candidate{was, is, like})
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b candidate) int {
		if a.like != b.like {
			return b.like - a.like
		}
		if a.is+"\x00"+a.was < b.is+"\x00"+b.was {
			return -1
		}
		return 1
	})
	for _, c := range list {
		if s.gone[c.was] && s.from[c.is] == "" {
			s.from[c.is] = c.was
			delete(s.gone, c.was)
		}
	}
}
