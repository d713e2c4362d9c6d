package shell_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
)

// check runs everything on one file: its findings as "line rule exposure severity",
// and the file with the first edit of each of them.
func check(t *testing.T, name, src string) (found []string, fixed string) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(src), 0o644); err != nil {
		t.Fatal(err)
	}
	res, err := scan.Run(t.Context(), scan.Options{Root: dir, NoGitignore: true, Tests: "same"})
	if err != nil {
		t.Fatal(err)
	}
	var edits []finding.Edit
	for _, f := range res.Findings() {
		found = append(found, fmt.Sprintf("%d %s %s %s", f.Span.Start.Line, f.Rule, f.Exposure, f.Severity))
		for _, x := range f.Fixes {
			if len(x.Edits) > 0 {
				for _, e := range x.Edits {
					if !slices.Contains(edits, e) {
						edits = append(edits, e)
					}
				}
				break
			}
		}
	}
	slices.SortFunc(edits, func(a, b finding.Edit) int { return a.Start - b.Start })
	out, err := fix.Apply([]byte(src), edits)
	if err != nil {
		t.Fatalf("%v\n%+v", err, edits)
	}
	if lang := languages.For(name); lang != nil {
		if err := lang.Check(t.Context(), path, []byte(src), out, nil); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
	return found, string(out)
}

const high = "TLS101 always high"

func TestShapes(t *testing.T) {
	tests := []struct{ src, found, fixed string }{
		// Words of one command.
		{"curl -fsSLk https://a", "1 " + high, "curl -fsSL https://a"},
		{"curl -ok https://a", "", ""},
		{"curl --insec https://a", "1 " + high, "curl https://a"},
		{"curl --insecure=false https://a", "", ""},
		{"curl -- -k", "", ""},
		{"curl -s '-k' https://a", "1 " + high, "curl -s https://a"},
		{"curl \\\n  -s \\\n  -k \\\n  https://a", "3 " + high, "curl \\\n  -s \\\n  https://a"},
		{"curl \\\n  https://a \\\n  -k", "3 " + high, "curl \\\n  https://a"},
		{"podman pull --tls-verify=${V:-false} r", "1 TLS101 default high", "podman pull --tls-verify=${V:-true} r"},
		// Commands in commands.
		{"x=$(curl -k https://a)", "1 " + high, "x=$(curl https://a)"},
		{"x=`curl -k https://a`", "1 " + high, "x=`curl https://a`"},
		{"diff <(curl -k https://a) b", "1 " + high, "diff <(curl https://a) b"},
		{"bash -c \"curl -k https://a/$X\"", "1 " + high, "bash -c \"curl https://a/$X\""},
		{"sh -c 'sh -c \"curl -k https://a\"'", "1 " + high, "sh -c 'sh -c \"curl https://a\"'"},
		{"ssh h 'curl -k https://a'", "1 " + high, "ssh h 'curl https://a'"},
		{"ssh -p 22 h curl -k https://a", "1 " + high, "ssh -p 22 h curl https://a"},
		{"ssh h <<'E'\ncurl -k https://a\nE", "2 " + high, "ssh h <<'E'\ncurl https://a\nE"},
		{"sudo -u x bash <<-E\n\tcurl -k https://a\n\tE", "2 " + high, "sudo -u x bash <<-E\n\tcurl https://a\n\tE"},
		{"cat <<E\ncurl -k https://a\nE", "", ""},
		{"echo 'curl -k https://a' | sh", "1 " + high, "echo 'curl https://a' | sh"},
		{"echo 'curl -k https://a'", "", ""},
		{"# curl -k https://a\ntrue", "", ""},
		{"trap 'curl -k https://a' EXIT", "1 " + high, "trap 'curl https://a' EXIT"},
		{"alias get='curl -k'", "1 " + high, "alias get='curl'"},
		{"find . -exec curl -k {} +", "1 " + high, "find . -exec curl {} +"},
		{"su - u -c 'curl -k https://a'", "1 " + high, "su - u -c 'curl https://a'"},
		{"eval \"curl -k $U\"", "1 " + high, "eval \"curl $U\""},
		{"retry 3 curl -k https://a", "1 " + high, "retry 3 curl https://a"},
		{"man curl -k", "", ""},
		// Variables, arrays, functions.
		{"O='-s -k'\ncurl $O https://a", "1 " + high, "O='-s'\ncurl $O https://a"},
		{"O='-s -k'\ncurl \"$O\" https://a", "", ""},
		{"O=-k\ncurl \"$O\" https://a", "1 " + high, "O=-k\ncurl \"$O\" https://a"},
		{"O=-k\nO=\ncurl $O https://a", "", ""},
		{"O=-s\nO=\"$O -k\"\ncurl $O https://a", "2 " + high, "O=-s\nO=\"$O\"\ncurl $O https://a"},
		{"A=(-s -k)\ncurl \"${A[@]}\" https://a", "1 " + high, "A=(-s)\ncurl \"${A[@]}\" https://a"},
		{"A=('-k')\ncurl \"${A[@]}\" https://a", "1 " + high, "A=()\ncurl \"${A[@]}\" https://a"},
		{"A=(-s)\nA+=(-k)\ncurl \"${A[@]}\" https://a", "2 " + high, "A=(-s)\nA+=()\ncurl \"${A[@]}\" https://a"},
		{"C='curl -k'\n$C https://a", "1 " + high, "C='curl'\n$C https://a"},
		{"f() { curl \"$@\"; }\nf -k https://a", "2 " + high, "f() { curl \"$@\"; }\nf https://a"},
		{"f() { n=$1; shift; \"$@\"; }\nf 3 curl -k https://a", "2 " + high, "f() { n=$1; shift; \"$@\"; }\nf 3 curl https://a"},
		{"f() { curl \"$@\"; }\nf -o k https://a", "", ""},
		// Variables of the environment.
		{"export GIT_SSL_NO_VERIFY=1", "1 TLS105 always high", "unset GIT_SSL_NO_VERIFY"},
		{"GIT_SSL_NO_VERIFY=1", "", ""},
		{"GIT_SSL_NO_VERIFY=1\nexport GIT_SSL_NO_VERIFY", "1 TLS105 always high", "unset GIT_SSL_NO_VERIFY\nexport GIT_SSL_NO_VERIFY"},
		{"GIT_SSL_NO_VERIFY=1 A=b git fetch", "1 " + high, "A=b git fetch"},
		{"env A=b GIT_SSL_NO_VERIFY=1 git fetch", "1 " + high, "env A=b git fetch"},
		{"docker run -e GIT_SSL_NO_VERIFY=1 x", "1 TLS105 always high", "docker run x"},
		{"export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.sslVerify GIT_CONFIG_VALUE_0=false", "1 " + high, "export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=http.sslVerify GIT_CONFIG_VALUE_0=true"},
		{"echo 'export GIT_SSL_NO_VERIFY=1' >> ~/.bashrc", "1 TLS105 always high", "echo 'unset GIT_SSL_NO_VERIFY' >> ~/.bashrc"},
		{"echo 'export GIT_SSL_NO_VERIFY=1'", "", ""},
		// Files.
		{"cat > ~/.curlrc <<E\ninsecure\nsilent\nE", "2 " + high, "cat > ~/.curlrc <<E\nsilent\nE"},
		{"echo 'check_certificate = off' | sudo tee -a /etc/wgetrc", "1 " + high, "echo 'check_certificate = on' | sudo tee -a /etc/wgetrc"},
		{"echo 'check_certificate = off' > notes.txt", "", ""},
		// Who decides.
		{"if [ \"$DEBUG\" = 1 ]; then curl -k https://a; fi", "1 TLS101 optional low", ""},
		{"if [ \"$DEBUG\" = 1 ]; then curl https://a; else curl -k https://a; fi", "1 TLS101 default high", ""},
		{"if [ -f x ]; then curl -k https://a; fi", "1 " + high, "if [ -f x ]; then curl https://a; fi"},
		{"[ -z \"$U\" ] && exit 1\ncurl -k https://a", "2 " + high, "[ -z \"$U\" ] && exit 1\ncurl https://a"},
		{"[ \"$MODE\" = lab ] || exit 0\ncurl -k https://a", "2 TLS101 optional low", ""},
		{"case $1 in install) curl -k https://a;; esac", "1 " + high, "case $1 in install) curl https://a;; esac"},
		{"case $1 in --insecure) curl -k https://a;; esac", "1 TLS101 optional low", ""},
		{"curl ${O:--k} https://a", "1 TLS101 default high", "curl ${O:-} https://a"},
		{"curl ${O:+-k} https://a", "1 TLS101 optional low", ""},
		{"f() { O=-k; }\n[ \"$LAB\" ] && f\ncurl $O https://a", "1 TLS101 optional low", ""},
		{"curl -k https://localhost:8443/", "1 TLS101 always low", "curl https://localhost:8443/"},
		{"H=127.0.0.1\ncurl -k https://$H:8443/", "2 TLS101 always low", "H=127.0.0.1\ncurl https://$H:8443/"},
		{"curl -k https://a || (curl -k https://b", "", ""},
		// A script with an error in the middle is read on both sides of it.
		{"curl -k https://a\nfoo ( ) )\ncurl -k https://b", "1 " + high + "|3 " + high, "curl https://a\nfoo ( ) )\ncurl https://b"},
	}
	for _, tt := range tests {
		found, fixed := check(t, "a.sh", tt.src)
		if got := strings.Join(found, "|"); got != tt.found {
			t.Errorf("%s\n got %s\nwant %s", tt.src, got, tt.found)
		}
		want := tt.fixed
		if want == "" {
			want = tt.src
		}
		if fixed != want {
			t.Errorf("%s\nis fixed to\n%s\nwant\n%s", tt.src, fixed, want)
		}
	}
}

func TestFiles(t *testing.T) {
	tests := []struct{ name, src, found, fixed string }{
		{"get", "#!/bin/sh\ncurl -k https://a\n", "2 " + high, "#!/bin/sh\ncurl https://a\n"},
		{"get", "curl -k https://a\n", "", ""},
		{"get", "#!/usr/bin/env python3\nx = 'curl -k https://a'\n", "", ""},
		{".envrc", "export NODE_TLS_REJECT_UNAUTHORIZED=0\n", "1 TLS105 always high", "export NODE_TLS_REJECT_UNAUTHORIZED=1\n"},
		{".env", "A=b\nGIT_SSL_NO_VERIFY=0\nC=d\n", "2 TLS105 always high", "A=b\nC=d\n"},
		{".env", "# GIT_SSL_NO_VERIFY=0\nexport NODE_TLS_REJECT_UNAUTHORIZED=\"0\"\n", "2 TLS105 always high", "# GIT_SSL_NO_VERIFY=0\nexport NODE_TLS_REJECT_UNAUTHORIZED=\"1\"\n"},
		{"t.bats", "@test \"x\" {\n  curl -k https://a\n}\n", "2 " + high, "@test \"x\" {\n  curl https://a\n}\n"},
		{"Makefile", "O = -s -k\nall:\n\t@curl $(O) https://a\n", "1 " + high, "O = -s\nall:\n\t@curl $(O) https://a\n"},
		{"Makefile", "all:\n\t-curl -fk \\\n\t  https://a/$$X\n", "2 " + high, "all:\n\t-curl -f \\\n\t  https://a/$$X\n"},
		{"Makefile", "all:\n\tif [ -n \"$(LAB)\" ]; then curl -k https://a; fi\n", "2 TLS101 optional low", ""},
		{"Makefile", "export GIT_SSL_NO_VERIFY := 1\nall: ; wget --no-check-certificate https://a\n", "1 TLS105 always high|2 " + high, "all: ; wget https://a\n"},
		{"Makefile", "V := $(shell curl -k https://a)\n# curl -k\nall: ## curl -k\n\t@echo curl -k\n", "1 " + high, "V := $(shell curl https://a)\n# curl -k\nall: ## curl -k\n\t@echo curl -k\n"},
		{"corp.repo", "[a]\nsslverify = 0 \n", "2 " + high, "[a]\nsslverify = 1 \n"},
	}
	for _, tt := range tests {
		found, fixed := check(t, tt.name, tt.src)
		if got := strings.Join(found, "|"); got != tt.found {
			t.Errorf("%s: %s\n got %s\nwant %s", tt.name, tt.src, got, tt.found)
		}
		if want := tt.fixed; want != "" && fixed != want || want == "" && fixed != tt.src {
			t.Errorf("%s: %s\nis fixed to\n%s\nwant\n%s", tt.name, tt.src, fixed, want)
		}
	}
}
