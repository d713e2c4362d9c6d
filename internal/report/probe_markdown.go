package report

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tlslint/tlslint/probe"
)

// writeProbeMarkdown writes what fits into an issue, a wiki or the summary of a
// job, in GitHub's dialect.
func writeProbeMarkdown(b *bytes.Buffer, p *Probes, _ Options) error {
	for i, h := range p.Hosts {
		if i > 0 {
			b.WriteByte('\n')
		}
		markdownHost(b, h)
	}
	return nil
}

func markdownHost(b *bytes.Buffer, h Probed) {
	d, r := &h.Diagnosis, h.Result
	outcome := ProbeOutcome(r)
	fmt.Fprintf(b, "## %s: %s\n\n", code(address(r)), strings.ReplaceAll(string(outcome), "-", " "))
	if outcome == Verified {
		text := "The certificate verifies."
		if len(d.Path) > 0 {
			text = "The certificate verifies for another " + words(earliest(d.Path), r.Time) + "; " + ending(d, r.Store) + "."
		}
		fmt.Fprintf(b, "%s\n\n", prose(text))
	}
	markdownFindings(b, d)
	path := h.shownPath()
	more := besides(describeAll(sentChain(r), "server"), path)
	markdownChain(b, slices.Concat(path, more), len(path), r.Time)
	markdownActions(b, h)
	markdownClients(b, d)
	if len(r.Stores) > 0 {
		markdownHead(b, "store", "roots", "verdict")
		for _, s := range r.Stores {
			verdict := "verifies"
			if !s.OK {
				verdict = fmt.Sprintf("%d (%s)", s.Code, s.Text)
			}
			markdownRow(b, prose(s.Store), fmt.Sprint(s.Roots), prose(verdict))
		}
		b.WriteByte('\n')
	}
	for _, v := range r.Environment {
		fmt.Fprintf(b, "- %s: %s\n", code(v.Name+"="+v.Value), prose(effect(v)))
	}
	if len(r.Environment) > 0 {
		b.WriteByte('\n')
	}
	if len(path) > 0 {
		fmt.Fprintf(b, "Codes of %s.\n\n", prose(numbers(d)))
	}
	if s := seen(r); s != "" {
		fmt.Fprintf(b, "Seen %s.\n", prose(s))
		return
	}
	for _, a := range r.Attempts {
		fmt.Fprintf(b, "- %s\n", prose(attempt(a)))
	}
}

// markdownFindings lists everything that is wrong, or worth knowing.
func markdownFindings(b *bytes.Buffer, d *probe.Diagnosis) {
	for _, f := range d.Findings {
		fmt.Fprintf(b, "- **%s** %s: %s", level(f.Weight), code(string(f.Class)), prose(blame(f)))
		if f.Proof != "" {
			fmt.Fprintf(b, ". Proof: %s", prose(f.Proof))
		}
		b.WriteByte('\n')
	}
	if len(d.Findings) > 0 {
		b.WriteByte('\n')
	}
}

// markdownChain writes the path; the certificates from index n on were sent too.
func markdownChain(b *bytes.Buffer, certs []probe.Certificate, n int, now time.Time) {
	if len(certs) == 0 {
		return
	}
	markdownHead(b, "#", "subject", "issuer", "valid", "key", "signature", "where", "SHA-256")
	for i, c := range certs {
		depth, where := fmt.Sprint(i), source(c.From)
		if i >= n {
			depth, where = "", "also sent"
		}
		valid := c.NotBefore.UTC().Format(time.DateOnly) + " to " + c.NotAfter.UTC().Format(time.DateOnly) + " (" + left(c, now) + ")"
		markdownRow(b, depth, cellCode(c.Subject), cellCode(c.Issuer), valid, prose(c.Key), prose(c.Signature), prose(where), cellCode(c.SHA256))
	}
	b.WriteByte('\n')
	if names := certs[0].Names; len(names) > 0 {
		var parts []string
		for i, name := range names {
			if i == maxMarkdownNames {
				parts = append(parts, fmt.Sprintf("and %d more", len(names)-i))
				break
			}
			parts = append(parts, code(name))
		}
		fmt.Fprintf(b, "Names of the leaf: %s\n\n", strings.Join(parts, ", "))
	}
}

// maxMarkdownNames is how many names of a leaf are listed: some have thousands.
const maxMarkdownNames = 50

func markdownActions(b *bytes.Buffer, h Probed) {
	d, start := &h.Diagnosis, b.Len()
	said := map[string]bool{}
	for _, f := range d.Findings {
		who := doer(f.Liability)
		if who == "" {
			who = "do"
		}
		if f.Action != "" && !said[f.Action] {
			fmt.Fprintf(b, "- **%s**: %s\n", who, prose(f.Action))
			said[f.Action] = true
		}
		if f.Meanwhile != "" && !said[f.Meanwhile] {
			fmt.Fprintf(b, "- **meanwhile**: %s\n", prose(f.Meanwhile))
			said[f.Meanwhile] = true
		}
	}
	file := "FILE"
	if h.Bundle != "" {
		file = shellWord(h.Bundle)
		fmt.Fprintf(b, "- **bundle**: %s\n", code(h.Bundle))
	} else if h.NoBundle != "" {
		fmt.Fprintf(b, "- **bundle**: not written: %s\n", prose(h.NoBundle))
	}
	if b.Len() > start {
		b.WriteByte('\n')
	}
	if !wantsCAFile(d) {
		return
	}
	markdownHead(b, "runtime", "setting", "the file")
	for _, s := range trustSettings {
		how := "replaces the store"
		if s.adds {
			how = "is added to the store"
		}
		markdownRow(b, prose(strings.ReplaceAll(s.runtime, "{file}", file)), cellCode(s.name+"="+cmp.Or(s.value, file)), how)
	}
	b.WriteByte('\n')
}

func markdownClients(b *bytes.Buffer, d *probe.Diagnosis) {
	if len(d.Clients) == 0 {
		return
	}
	markdownHead(b, "client", "verdict", "says")
	for _, c := range probe.Clients {
		v, ok := d.Clients[c]
		if !ok {
			continue
		}
		verdict, says := "works", ""
		if !v.OK {
			verdict = "fails"
		}
		if v.Says != "" {
			says = cellCode(v.Says)
		}
		markdownRow(b, prose(clientNames[c]), verdict, says)
	}
	b.WriteByte('\n')
}

func markdownHead(b *bytes.Buffer, cells ...string) {
	markdownRow(b, cells...)
	fmt.Fprintf(b, "|%s\n", strings.Repeat(" --- |", len(cells)))
}

// markdownRow writes cells that are escaped already.
func markdownRow(b *bytes.Buffer, cells ...string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

// proseEscapes make a text inert inside a line of Markdown: no link, image, HTML,
// emphasis, mathematics or cell comes of it. "@" and "#" stand in code, because
// GitHub looks for mentions and issues after it has undone every escape.
var proseEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", "&#124;", "~", `\~`, "$", `\$`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;", "://", `\://`, "www.", `www\.`, "@", "`@`", "#", "`#`",
)

// prose is a text for a paragraph, a list or a cell of a table.
func prose(s string) string { return proseEscapes.Replace(visible(s, "")) }

// code is a text as a span of code, in which nothing has a meaning: its fence is
// longer than every run of backticks in it.
func code(s string) string {
	s = visible(s, "")
	longest, run := 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	// A space at both ends is taken off again, and keeps a backtick of the text away
	// from the fence.
	if s == "" || strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") || strings.HasPrefix(s, " ") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// cellCode is code inside a table, where a bar ends a cell even in code and a
// backslash before it is taken off.
func cellCode(s string) string { return strings.ReplaceAll(code(s), "|", `\|`) }
