package fix_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/fix"
)

func TestStyle(t *testing.T) {
	for _, tc := range []struct {
		name, src string
		bom, crlf bool
	}{
		{name: "empty"},
		{name: "one line", src: "a"},
		{name: "unix", src: "a\nb\n"},
		{name: "dos", src: "a\r\nb\r\n", crlf: true},
		{name: "mostly dos", src: "a\r\nb\r\nc\n", crlf: true},
		{name: "half and half", src: "a\r\nb\n"},
		{name: "lone CR is no line end", src: "a\rb\rc\n"},
		{name: "mark", src: "\xef\xbb\xbfa\n", bom: true},
		{name: "mark and dos", src: "\xef\xbb\xbfa\r\n", bom: true, crlf: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if bom, crlf := fix.Style([]byte(tc.src)); bom != tc.bom || crlf != tc.crlf {
				t.Fatalf("got %v, %v; want %v, %v", bom, crlf, tc.bom, tc.crlf)
			}
		})
	}
}

func TestAdapt(t *testing.T) {
	for _, tc := range []struct {
		text string
		crlf bool
		want string
	}{
		{"a\nb\n", false, "a\nb\n"},
		{"a\nb\n", true, "a\r\nb\r\n"},
		{"a\r\nb\n", true, "a\r\nb\r\n"},
		{"a\r\nb\n", false, "a\r\nb\n"},
		{"none", true, "none"},
	} {
		if got := fix.Adapt(tc.text, tc.crlf); got != tc.want {
			t.Errorf("Adapt(%q, %v) = %q, want %q", tc.text, tc.crlf, got, tc.want)
		}
	}
}

func TestDiff(t *testing.T) {
	for _, tc := range []struct{ name, path, old, new, want string }{
		{name: "equal", path: "a.py", old: "x\n", new: "x\n"},
		{
			name: "one line", path: "src/a.py", old: "a\nverify=False\nb\n", new: "a\nverify=True\nb\n",
			want: "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,3 +1,3 @@\n a\n-verify=False\n+verify=True\n b\n",
		},
		{
			name: "CR LF stays", path: "a", old: "a\r\nb\r\n", new: "a\r\nc\r\n",
			want: "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n",
		},
		{
			name: "no last line end", path: "a", old: "a\nb", new: "a\nc",
			want: "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n",
		},
		{
			name: "space in the name", path: "my file", old: "a\n", new: "b\n",
			want: "--- a/my file\t\n+++ b/my file\t\n@@ -1 +1 @@\n-a\n+b\n",
		},
		{
			name: "line end in the name", path: "a\nb\x01", old: "a\n", new: "b\n",
			want: "--- \"a/a\\nb\\001\"\n+++ \"b/a\\nb\\001\"\n@@ -1 +1 @@\n-a\n+b\n",
		},
		{
			name: "not UTF-8", path: "a", old: "\xff\n", new: "\xfe\n",
			want: "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-\xff\n+\xfe\n",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := fix.Diff(tc.path, []byte(tc.old), []byte(tc.new)); got != tc.want {
				t.Fatalf("got\n%q\nwant\n%q", got, tc.want)
			}
		})
	}
}

func TestGitAppliesTheDiff(t *testing.T) {
	git, err := exec.LookPath("git")
	if err != nil {
		t.Skip("no git")
	}
	r := rand.New(rand.NewPCG(3, 4))
	dir := t.TempDir()
	name := "a file\twith \"odd\" name"
	path := filepath.Join(dir, name)
	for range 40 {
		old := lines(r)
		new := lines(r)
		if r.IntN(3) > 0 {
			new = strings.Replace(old, "b", "x", 2)
		}
		if old == new {
			continue
		}
		if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(git, "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir))
		diff := fix.Diff(name, []byte(old), []byte(new))
		cmd.Stdin = strings.NewReader(diff)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git apply: %v %s\n%s", err, out, diff)
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, []byte(new)) {
			t.Fatalf("got %q, %v; want %q\n%s", got, err, new, diff)
		}
	}
}

// lines makes a small text of few different lines, some ended by CR LF and the
// last one sometimes by nothing. It is never empty: git takes that for deletion.
func lines(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("first")
	for range r.IntN(25) {
		b.WriteString([]string{"\n", "\n", "\r\n"}[r.IntN(3)])
		b.WriteString([]string{"a", "b", "c", "dd"}[r.IntN(4)])
	}
	if r.IntN(2) == 0 {
		b.WriteString("\n")
	}
	return b.String()
}
