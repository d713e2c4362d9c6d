package metamorph_test

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"
)

// compiler reads pairs of programs and writes the places of those that do not
// compile although the program that they were made of does.
const compiler = `
import json, sys

def fault(text):
    try:
        compile(text.encode(), "app.py", "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as e:
        return str(e)

known, out = {}, {}
pairs = json.load(sys.stdin) if sys.version_info >= (3, 9) else []
for i, (original, variant) in enumerate(pairs):
    why = fault(variant)
    if why and original not in known:
        known[original] = fault(original)
    if why and not known[original]:
        out[i] = why
json.dump(out, sys.stdout)
`

// compile has Python itself read the variants, where it is installed. It works
// while others do; the function that it returns reports what it found.
func compile(t *testing.T, language string, variants []*snippet) func() {
	python, err := exec.LookPath("python3")
	if language != "python" || err != nil {
		return func() {}
	}
	var pairs [][2]string
	for _, v := range variants {
		original := string(v.original.src)
		if v.transform == "python-2" {
			original = string(v.src) // Python 3 is not asked
		}
		pairs = append(pairs, [2]string{original, string(v.src)})
	}
	in, err := json.Marshal(pairs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, "-I", "-W", "ignore", "-c", compiler)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(in), &out, &errs
	if err := cmd.Start(); err != nil {
		t.Logf("not compiled: %v", err)
		return func() {}
	}
	return func() {
		t.Helper()
		faults := map[int]string{}
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, errs.String())
		} else if err := json.Unmarshal(out.Bytes(), &faults); err != nil {
			t.Error(err)
		}
		for i, why := range faults {
			t.Errorf("%s: %s: Python says %s\n%s", variants[i], variants[i].transform, why, variants[i].src)
		}
	}
}
