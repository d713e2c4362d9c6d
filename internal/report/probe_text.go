package report

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tlslint/tlslint/probe"
)

const (
	maxNotes    = 2  // notes of a verified host that are shown unasked
	maxAttempts = 4  // connections that are listed unasked
	maxNamed    = 3  // variables of the environment that are named unasked
	maxSays     = 64 // columns of a client's words that are shown unasked
)

// writeProbeText writes a screen a host: the verdict, the chain, what to do, and
// who else sees it so.
func writeProbeText(b *bytes.Buffer, p *Probes, o Options) error {
	for i, h := range p.Hosts {
		if i > 0 {
			b.WriteByte('\n')
		}
		newProbeText(b, o).host(h)
	}
	return nil
}

// probeText writes a diagnosis. Everything that is printed goes through field,
// line or the table, which make it inert.
type probeText struct{ textWriter }

func newProbeText(b *bytes.Buffer, o Options) probeText {
	t := probeText{textWriter{b: b, o: o, width: defaultWidth}}
	if o.Width > 0 {
		t.width = max(o.Width, minWidth)
	}
	return t
}

func (t probeText) host(h Probed) {
	d := &h.Diagnosis
	outcome := ProbeOutcome(h.Result)
	t.verdict(d, outcome, address(h.Result), h.Store, h.Time)
	if s := seen(h.Result); s != "" {
		t.paragraph("seen", s)
	}
	t.attempts(h.Result, outcome)
	path := h.shownPath()
	t.table(path, besides(describeAll(sentChain(h.Result), "server"), path), h.Time, d.Findings)
	t.actions(d)
	t.bundle(h)
	t.environment(h.Environment)
	if outcome != NoVerdict || t.o.Verbose > 0 {
		t.clients(d)
	}
	t.stores(h.Stores)
	if len(path) > 0 {
		t.paragraph("numbers", numbers(d))
	}
}

// verdict writes what matters most, and everything else that is wrong.
func (t probeText) verdict(d *probe.Diagnosis, outcome Outcome, what, store string, now time.Time) {
	rest := d.Findings
	if outcome == Verified {
		text := "verified"
		if len(d.Path) > 0 {
			text += ", valid for another " + words(earliest(d.Path), now) + "; " + ending(d, store)
		}
		t.line("", styleGreen, "ok", what+": "+text)
	} else if len(rest) > 0 {
		label := "error"
		if outcome == NoVerdict {
			label = "no verdict"
		}
		text := blame(rest[0])
		if !strings.HasPrefix(text, what+" ") { // some begin with the address themselves
			text = what + ": " + text
		}
		t.line("", levelStyle["error"], label+"["+string(rest[0].Class)+"]", text)
		t.proof(rest[0])
		rest = rest[1:]
	} else {
		t.line("", levelStyle["error"], "no verdict", what+": nothing was learnt")
	}
	var notes []string
	shown := 0
	for _, f := range rest {
		if f.Weight == probe.Note && t.o.Verbose < 1 && (outcome != Verified || shown == maxNotes) {
			notes = append(notes, string(f.Class))
			continue
		}
		if f.Weight == probe.Note {
			shown++
		}
		level := level(f.Weight)
		t.line("  ", levelStyle[level], level+"["+string(f.Class)+"]", blame(f))
		if f.Weight > probe.Note || t.o.Verbose > 0 {
			t.proof(f)
		}
	}
	if len(notes) > 0 {
		t.paragraph("notes", strings.Join(notes, ", ")+" (-v explains)")
	}
}

// level is the word for a weight that the other formats use too.
func level(w probe.Weight) string {
	if w == probe.Failure {
		return "error"
	}
	return w.String()
}

// blame is a finding's message with whose fault it is.
func blame(f probe.Finding) string {
	text := strings.TrimSuffix(f.Message, ".")
	if fault := faultOf(f.Liability); fault != "" && f.Weight > probe.Note {
		text += " -> " + fault
	}
	return text
}

func (t probeText) proof(f probe.Finding) {
	if f.Proof != "" {
		t.paragraph("proof", f.Proof)
	}
}

// line writes "label: text", with its continuation two columns further in.
func (t probeText) line(indent, style, label, text string) {
	label, text = visible(label, ""), visible(text, "")
	bold := styleBold
	if indent != "" {
		bold = ""
	}
	lines := wrap(label+": "+text, max(t.width-len(indent)-2, minWidth/2))
	for i, l := range lines {
		if i > 0 {
			fmt.Fprintf(t.b, "%s  %s\n", indent, t.paint(bold, l))
			continue
		}
		// A label such as "no verdict[...]" may itself have been wrapped at its space
		// only on a terminal that is narrower than any.
		if tail, ok := strings.CutPrefix(l, label+":"); ok {
			fmt.Fprintf(t.b, "%s%s:%s\n", indent, t.paint(style, label), t.paint(bold, tail))
		} else {
			fmt.Fprintf(t.b, "%s%s\n", indent, l)
		}
	}
}

// seen says what was connected to, how and when, so that it can be repeated.
func seen(r *probe.Result) string {
	i := slices.IndexFunc(r.Attempts, func(a probe.Attempt) bool { return len(a.Chain) > 0 })
	if i < 0 {
		return ""
	}
	a := r.Attempts[i]
	parts := []string{r.Time.UTC().Format("2006-01-02 15:04 MST"), a.Address.String()}
	if r.Proxy != "" {
		parts = append(parts, "proxy "+r.Proxy)
	}
	if r.STARTTLS != "" {
		parts = append(parts, "STARTTLS "+r.STARTTLS)
	}
	if a.Version != 0 {
		parts = append(parts, tls.VersionName(a.Version))
	}
	if r.ServerName != "" && r.ServerName != r.Host {
		parts = append(parts, "as "+r.ServerName)
	}
	if r.Store != "" {
		parts = append(parts, "store "+r.Store)
	}
	return strings.Join(parts, ", ")
}

// attempts lists the connections where they are what there is to say, and all of
// them in a verbose run.
func (t probeText) attempts(r *probe.Result, outcome Outcome) {
	if (outcome != NoVerdict || len(r.Attempts) == 1) && t.o.Verbose < 1 {
		return // the finding has said it
	}
	list := r.Attempts
	if t.o.Verbose < 1 && len(list) > maxAttempts {
		list = list[:maxAttempts]
	}
	for _, a := range list {
		t.paragraph("tried", attempt(a))
	}
	if n := len(r.Attempts) - len(list); n > 0 {
		fmt.Fprintf(t.b, "  and %s (-v lists them)\n", plural(n, "more connection"))
	}
}

// attempt is one connection in a line.
func attempt(a probe.Attempt) string {
	text := a.Why
	if a.Address.IsValid() {
		text = a.Address.String() + " (" + a.Why + ")"
	}
	if a.SNI != "" {
		text += " SNI " + a.SNI
	}
	switch {
	case a.Fault != "" || a.Err != "":
		text += ": " + a.Stage + ": " + string(a.Fault)
		if a.Err != "" {
			text += ": " + a.Err
		}
	case a.Version != 0:
		text += ": " + tls.VersionName(a.Version) + " " + a.Cipher
		if a.ALPN != "" {
			text += " " + a.ALPN
		}
	}
	if len(a.Chain) > 0 {
		text += ", " + plural(len(a.Chain), "certificate")
	}
	if a.First != "" {
		text += ", it said " + a.First
	}
	return text + ", " + a.Took.Round(time.Millisecond).String()
}

// table writes the path, two lines a certificate: a terminal of 80 columns has no
// room for subject and issuer side by side.
func (t probeText) table(path, more []probe.Certificate, now time.Time, findings []probe.Finding) {
	if len(path) == 0 {
		return
	}
	rows := [][3]string{{"valid until", "key", "signature"}}
	for _, c := range path {
		rows = append(rows, [3]string{c.NotAfter.UTC().Format(time.DateOnly) + " (" + left(c, now) + ")", c.Key, c.Signature})
	}
	var widths [3]int
	for i := range rows {
		for k := range widths {
			rows[i][k] = visible(rows[i][k], "")
			widths[k] = max(widths[k], min(textWidth(rows[i][k]), 24))
		}
	}
	name := t.width - len("  00 ") - widths[0] - widths[1] - widths[2] - 6
	longest := textWidth("certificate")
	for _, c := range path {
		longest = max(longest, textWidth(visible(shortName(c.Subject), "")))
	}
	name = max(min(name, longest), 12)
	row := func(depth, subject string, cells [3]string, style string) {
		line := fmt.Sprintf("  %-2s %s  %s  %s  %s", depth, fit(subject, name), fit(cells[0], widths[0]), fit(cells[1], widths[1]), fit(cells[2], widths[2]))
		fmt.Fprintln(t.b, t.paint(style, strings.TrimRight(line, " ")))
	}
	t.b.WriteByte('\n')
	row("#", "certificate", rows[0], styleCyan)
	detail := func(text string) { // one line, cut at the terminal's edge
		fmt.Fprintf(t.b, "       %s\n", strings.TrimRight(fit(visible(text, ""), t.width-7), " "))
	}
	for i, c := range path {
		style := ""
		if c.From == "aia" || slices.ContainsFunc(findings, func(f probe.Finding) bool { return f.Depth == i && f.Weight == probe.Failure }) {
			style = styleRed
		}
		row(fmt.Sprint(i), visible(shortName(c.Subject), ""), rows[i+1], style)
		detail(issuer(c, i == len(path)-1) + "; " + source(c.From))
		if i == 0 && len(c.Names) > 0 {
			detail("for " + someNames(c.Names, t.width-11))
		}
		if c.Broken != "" {
			detail("cannot be read: " + c.Broken)
		}
		if t.o.Verbose > 0 {
			t.certificate(c)
		}
	}
	for _, c := range more {
		detail("not on the path: " + shortName(c.Subject) + ", " + issuer(c, true))
		if t.o.Verbose > 0 {
			t.certificate(c)
		}
	}
	t.b.WriteByte('\n')
}

// certificate writes what only a verbose run shows. Nothing of it is cut.
func (t probeText) certificate(c probe.Certificate) {
	for _, text := range []string{
		"subject " + c.Subject, "issuer " + c.Issuer, "serial " + c.Serial,
		"valid " + stamp(c.NotBefore) + " to " + stamp(c.NotAfter),
		"SHA-256 " + c.SHA256,
	} {
		for _, l := range wrap(visible(text, ""), max(t.width-10, minWidth/2)) {
			fmt.Fprintf(t.b, "          %s\n", l)
		}
	}
}

// issuer says who signed a certificate: in full where the table goes no further.
func issuer(c probe.Certificate, full bool) string {
	switch {
	case c.Issuer == c.Subject:
		return "self-signed"
	case full:
		return "issued by " + shortName(c.Issuer)
	default:
		return "issued by " + commonName(c.Issuer)
	}
}

// source says where a certificate was found.
func source(from string) string {
	switch from {
	case "server":
		return "sent by the server"
	case "store":
		return "in the store"
	case "aia":
		return "NOT sent: fetched from the CA"
	case "stapled":
		return "in the stapled response"
	default:
		return "from " + from
	}
}

// someNames joins as many names as there is room for.
func someNames(names []string, columns int) string {
	used := 0
	for i, n := range names {
		if used += textWidth(n) + 2; i > 0 && used > columns-len(", and 10000 more") {
			return strings.Join(names[:i], ", ") + fmt.Sprintf(", and %d more", len(names)-i)
		}
	}
	return strings.Join(names, ", ")
}

// actions says who does what, in the order of the findings.
func (t probeText) actions(d *probe.Diagnosis) {
	said := map[string]bool{}
	say := func(name, text string) {
		if text != "" && !said[text] {
			t.paragraph(name, text)
			said[text] = true
		}
	}
	for _, f := range d.Findings {
		if f.Weight == probe.Note && t.o.Verbose < 1 {
			continue
		}
		name := "do"
		if who := doer(f.Liability); who != "" {
			name = "do (" + who + ")"
		}
		say(name, f.Action)
		say("meanwhile", f.Meanwhile)
	}
}

// bundle says what was written, and how each runtime is told of a CA file.
func (t probeText) bundle(h Probed) {
	file, label := "FILE", "CA file in"
	switch {
	case h.Bundle != "":
		file, label = shellWord(h.Bundle), "name it in"
		t.paragraph("wrote", h.Bundle+": its head names source and fingerprints")
	case h.NoBundle != "":
		t.paragraph("wrote", "no CA file: "+h.NoBundle)
	}
	if !wantsCAFile(&h.Diagnosis) {
		return
	}
	var names []string
	for _, s := range trustSettings {
		switch {
		case s.value != "" && t.o.Verbose > 0:
			names = append(names, s.name+"="+s.value+" ("+strings.ReplaceAll(s.runtime, "{file}", file)+")")
		case s.value != "":
			runtime, _, _ := strings.Cut(s.runtime, ",")
			names = append(names, "a key store for "+runtime+" (-v)")
		case s.adds && t.o.Verbose > 0:
			names = append(names, s.name+" ("+s.runtime+", which adds it to its store; the others replace theirs)")
		case strings.Contains(s.name, strings.ToUpper(s.runtime)):
			names = append(names, s.name)
		default:
			names = append(names, s.name+" ("+s.runtime+")")
		}
	}
	t.paragraph(label, strings.Join(names, ", "))
}

// shellWord is a file name as one word of a POSIX shell.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/+:@%,", r))
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// environment tells which variables of this process stand in the way; the others
// are named.
func (t probeText) environment(list []probe.Variable) {
	var quiet []string
	for _, v := range list {
		if v.Fault == "" && t.o.Verbose < 1 {
			quiet = append(quiet, v.Name)
			continue
		}
		t.paragraph("environment", variable(v))
	}
	switch n := len(quiet) - maxNamed; {
	case n > 0:
		t.paragraph("environment", strings.Join(quiet[:maxNamed], ", ")+fmt.Sprintf(" and %d more change what clients trust (-v explains)", n))
	case len(quiet) > 0:
		t.paragraph("environment", strings.Join(quiet, ", ")+" (-v explains)")
	}
}

// variable is a variable with what it does.
func variable(v probe.Variable) string {
	return v.Name + "=" + v.Value + ": " + effect(v)
}

// effect is what a variable does, and why it does not.
func effect(v probe.Variable) string {
	parts := []string{}
	for _, s := range []string{v.Effect, v.Fault} {
		if s != "" {
			parts = append(parts, strings.TrimSuffix(s, "."))
		}
	}
	return strings.Join(parts, "; ")
}

// clients says who takes the server and who does not. What says no more than the
// numbers below is left out.
func (t probeText) clients(d *probe.Diagnosis) {
	var works, fails []string
	for _, c := range probe.Clients {
		v, ok := d.Clients[c]
		name := clientNames[c]
		if c == probe.Python && d.Clients[probe.Python313] == v {
			name = "Python"
		} else if c == probe.Python313 && d.Clients[probe.Python] == v {
			continue
		}
		switch {
		case !ok:
		case v.OK:
			works = append(works, name)
		case v.Says == "" || t.o.Verbose < 1 && d.Code != 0 && (strings.Contains(v.Says, d.Text) || strings.Contains(v.Says, d.SClientText)):
			fails = append(fails, name)
		case t.o.Verbose < 1:
			fails = append(fails, name+" ("+strings.TrimRight(fit(v.Says, maxSays), " ")+")")
		default:
			fails = append(fails, name+" ("+v.Says+")")
		}
	}
	if len(fails) > 0 {
		t.paragraph("fails in", strings.Join(fails, ", "))
	}
	if len(works) > 0 {
		t.paragraph("works in", strings.Join(works, ", "))
	}
}

// stores compares what other stores of this machine make of the same chain.
func (t probeText) stores(stores []probe.StoreVerdict) {
	said := map[string][]string{}
	var order []string
	for _, s := range stores {
		verdict := "code " + fmt.Sprint(s.Code)
		if s.OK {
			verdict = "it verifies"
		}
		if said[verdict] == nil {
			order = append(order, verdict)
		}
		// The name of a store may itself be a list.
		said[verdict] = append(said[verdict], fmt.Sprintf("%s (%s)", s.Store, plural(s.Roots, "root")))
	}
	for _, verdict := range order {
		t.paragraph("stores", verdict+" with "+strings.Join(said[verdict], "; "))
	}
}

// fit makes text exactly so many columns wide.
func fit(text string, columns int) string {
	w := textWidth(text)
	if w <= columns {
		return text + strings.Repeat(" ", columns-w)
	}
	var b strings.Builder
	room := columns - textWidth(ellipsis)
	for _, r := range text {
		if width(r) > room {
			break
		}
		room -= width(r)
		b.WriteRune(r)
	}
	return b.String() + ellipsis + strings.Repeat(" ", max(room, 0))
}
