package probe_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlslint/tlslint/internal/faultlab"
	"github.com/tlslint/tlslint/probe"
)

// TestLab probes every fault of the lab.
func TestLab(t *testing.T) {
	plainEnvironment(t)
	for _, row := range faultlab.Rows() {
		t.Run(fmt.Sprintf("%02d-%s", row.Number, row.Name), func(t *testing.T) {
			for _, c := range row.Cases {
				if c.Name == "" {
					probeCase(t, c)
				} else {
					t.Run(c.Name, func(t *testing.T) { probeCase(t, c) })
				}
			}
		})
	}
}

func probeCase(t *testing.T, c faultlab.Case) {
	_, _, result := run(t, c)
	for _, complaint := range judge(c.Expect, result) {
		t.Error(complaint)
	}
	if t.Failed() {
		t.Log(summary(result))
	}
}

// run starts a case and probes it.
func run(t *testing.T, c faultlab.Case) (*faultlab.Lab, *faultlab.Setup, *probe.Result) {
	t.Helper()
	lab := faultlab.New(time.Now(), t.TempDir())
	t.Cleanup(lab.Close)
	setup := c.Start(lab)
	if setup.Skip != "" {
		t.Skip(setup.Skip)
	}
	for name, value := range setup.Env {
		t.Setenv(name, value)
	}
	return lab, setup, probe.Probe(t.Context(), setup.Target, setup.Options)
}

// plainEnvironment takes away the variables that change what clients trust, so that
// the lab is the same on every machine.
func plainEnvironment(t *testing.T) {
	for _, v := range probe.Audit(os.Environ()) {
		t.Setenv(v.Name, "")
		os.Unsetenv(v.Name)
	}
}

// judge compares a result with what was expected.
func judge(want faultlab.Expect, got *probe.Result) (complaints []string) {
	complain := func(format string, args ...any) { complaints = append(complaints, fmt.Sprintf(format, args...)) }
	d := &got.Diagnosis

	if want.Class == probe.OK {
		if v := d.Verdict(); v != probe.OK {
			complain("the verdict is %s, want ok", v)
		}
	} else if f := chosen(&want, d); f == nil {
		complain("there is no finding %s", want.Class)
	} else {
		if first := d.Findings[0].Class; first != want.Class && !slices.Contains(want.Also, first) {
			complain("the first finding is %s, want %s", first, want.Class)
		}
		if want.Weight >= 0 && f.Weight != want.Weight {
			complain("%s is a %s, want a %s", f.Class, f.Weight, want.Weight)
		}
		if want.Subject != "" && (f.Depth != want.Depth || !strings.Contains(f.Subject, want.Subject)) {
			complain("%s is about %d %q, want %d %q", f.Class, f.Depth, f.Subject, want.Depth, want.Subject)
		}
		if want.Liability != "" && f.Liability != want.Liability {
			complain("liable is %s, want %s", f.Liability, want.Liability)
		}
		if !anyOf(f.Action+" "+f.Meanwhile, want.Action) {
			complain("the action does not say %q: %s", want.Action, f.Action)
		}
		if !anyOf(text(f), want.Says) {
			complain("the finding does not say %q", want.Says)
		}
	}
	for _, class := range want.Also {
		if find(d, class) == nil {
			complain("there is no finding %s besides", class)
		}
	}
	for _, class := range want.Not {
		if find(d, class) != nil {
			complain("there is a finding %s", class)
		}
	}
	if want.Codes != nil && (d.Code != want.Codes.First || d.SClientCode != want.Codes.SClient) {
		complain("the codes are %d/%d, want %d/%d", d.Code, d.SClientCode, want.Codes.First, want.Codes.SClient)
	}
	for _, client := range probe.Clients {
		if ok, known := want.Clients[client]; known && d.Clients[client].OK != ok {
			complain("%s: ok is %v (%s), want %v", client, d.Clients[client].OK, d.Clients[client].Says, ok)
		}
	}
	for _, f := range d.Findings {
		if want.Innocent != "" && f.Liability == want.Innocent && f.Weight == probe.Failure {
			complain("%s blames the %s, which is innocent: %s", f.Class, f.Liability, f.Message)
		}
		if f.Liability == probe.Server && f.Weight == probe.Failure && f.Proof == "" {
			complain("%s accuses the server without proof", f.Class)
		}
	}
	return append(complaints, unsafe(got)...)
}

// chosen is the finding that an expectation is about. The expectation gets the class
// of it when another one than the first choice is there.
func chosen(want *faultlab.Expect, d *probe.Diagnosis) *probe.Finding {
	for _, class := range want.Or {
		if find(d, want.Class) == nil && find(d, class) != nil {
			want.Class = class
		}
	}
	for i := range d.Findings {
		if f := &d.Findings[i]; f.Class == want.Class && (want.Subject == "" || f.Depth == want.Depth) {
			return f
		}
	}
	return find(d, want.Class)
}

func find(d *probe.Diagnosis, class probe.Class) *probe.Finding {
	for i := range d.Findings {
		if d.Findings[i].Class == class {
			return &d.Findings[i]
		}
	}
	return nil
}

func text(f *probe.Finding) string {
	return strings.Join([]string{f.Subject, f.Message, f.Proof, f.Action, f.Meanwhile}, " ")
}

// anyOf reports whether s has one of the words that bars separate.
func anyOf(s, words string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(strings.Split(strings.ToLower(words), "|"), func(w string) bool { return strings.Contains(s, w) })
}

// unsafe complains about texts of a result that a terminal would not just show, that
// are very long, or that give a secret away.
func unsafe(got *probe.Result) (complaints []string) {
	encoded, err := json.Marshal(got)
	if err != nil {
		return []string{err.Error()}
	}
	var tree any
	if err := json.Unmarshal(encoded, &tree); err != nil {
		return []string{err.Error()}
	}
	walk(tree, func(s string) {
		if clean := probe.Clean(s[:min(len(s), 200)]); clean != s[:min(len(s), 200)] && !strings.HasPrefix(clean, s[:min(len(s), 190)]) {
			complaints = append(complaints, fmt.Sprintf("a text is not inert: %q", s))
		}
		if len(s) > 4000 {
			complaints = append(complaints, fmt.Sprintf("a text has %d bytes: %.100q…", len(s), s))
		}
		if strings.Contains(s, faultlab.ProxyPassword) {
			complaints = append(complaints, fmt.Sprintf("a text gives the password of the proxy away: %q", s))
		}
	})
	return complaints
}

// walk visits all texts of a JSON value.
func walk(v any, visit func(string)) {
	switch v := v.(type) {
	case string:
		visit(v)
	case []any:
		for _, e := range v {
			walk(e, visit)
		}
	case map[string]any:
		for k, e := range v {
			visit(k)
			walk(e, visit)
		}
	}
}

// summary shows a result to whoever reads a failed test.
func summary(got *probe.Result) string {
	var b strings.Builder
	d := got.Diagnosis
	fmt.Fprintf(&b, "codes %d/%d\n", d.Code, d.SClientCode)
	for _, f := range d.Findings {
		fmt.Fprintf(&b, "%s %s depth %d %q, %s: %s\n  proof: %s\n  action: %s\n", f.Weight, f.Class, f.Depth, f.Subject, f.Liability, f.Message, f.Proof, f.Action)
	}
	for _, c := range probe.Clients {
		fmt.Fprintf(&b, "%s %v %s\n", c, d.Clients[c].OK, d.Clients[c].Says)
	}
	for _, a := range got.Attempts {
		fmt.Fprintf(&b, "attempt %s %s sni %q: %s %s %s alert %d, %d certificates\n", a.Why, a.Address, a.SNI, a.Stage, a.Fault, a.Err, a.Alert, len(a.Chain))
	}
	return b.String()
}
