package pattern

import (
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for key, want := range map[string]string{
		"insecureSkipTLSVerify": "insecure skip tls verify", "insecure-skip-tls-verify": "insecure skip tls verify", "ssl_verify": "ssl verify",
		"skipSslValidation": "skip ssl validation", "SSL": "ssl", "verifySSL": "verify ssl", "": "", "__a--b": "a b",
	} {
		if got := strings.Join(Words(key), " "); got != want {
			t.Errorf("Words(%q) = %q, want %q", key, got, want)
		}
	}
}

// TestRelaxedNeedles: a key of a relaxed document is looked for in all spellings.
func TestRelaxedNeedles(t *testing.T) {
	file, err := Parse("test.toml", "x", []byte("[[doc]]\nname = \"d\"\nrelaxed = true\n[[pattern]]\nid = \"a\"\nrule = \"TLS101\"\ntitle = \"a\"\nat = [ { doc = \"d\", key = \"x.{skipTlsVerify,off}\" } ]\nbad = [\"true\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	set, err := New(file)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range set.Needles() {
		if !n.Fold {
			t.Errorf("%q does not ignore case", n.Anchor)
		}
		got = append(got, n.Anchor)
	}
	if want := []string{"skiptlsverify", "skip-tls-verify", "skip_tls_verify", "off"}; !slices.Equal(got, want) {
		t.Errorf("needles %q, want %q", got, want)
	}
}

func TestDocErrors(t *testing.T) {
	for _, text := range []string{
		"[[doc]]\nany = [ { key = \"a\" } ]\n", "[[doc]]\nname = \"d\"\nany = [ {} ]\n",
		"[[doc]]\nname = \"d\"\nall = [ { key = \"a\", path = \"b\" } ]\n", "[[doc]]\nname = \"d\"\nnone = [ { path = \"b\", is = \"c\" } ]\n",
	} {
		if _, err := Parse("test.toml", "x", []byte(text)); err == nil {
			t.Errorf("no error for %q", text)
		}
	}
}
