package shell_test

import (
	"strings"
	"testing"
)

// TestToolInVariable has commands whose tool, or whose first word, a variable holds.
func TestToolInVariable(t *testing.T) {
	for _, src := range []string{
		"C=$(which curl)\n$C -k https://x.example.org/\n",
		"C=`command -v curl`\n\"$C\" -k https://x.example.org/\n",
		"C=$(type -P curl || true)\n$C -k https://x.example.org/\n",
		": ${C:=/usr/bin/curl}\n$C -k https://x.example.org/\n",
		"# curl\n\"${BIN}/curl\" -k https://x.example.org/\n",
		"# curl\n$CURL -k https://x.example.org/\n",
		"# wget\n\"${WGET_BIN}\" --no-check-certificate https://x.example.org/\n",
		"\n$SUDO curl -k https://x.example.org/\n",
		"\n${SUDO} -E curl -k https://x.example.org/\n",
		"\n$KUBE -n x exec pod -- curl -k https://x.example.org/\n",
		"\neventually curl -k https://x.example.org/\n",
	} {
		if got, _ := check(t, "a.sh", "#!/bin/sh\n"+src); strings.Join(got, "; ") != "3 "+high && strings.Join(got, "; ") != "3 TLS101 default high" {
			t.Errorf("%q: %q", src, got)
		}
	}
	for _, src := range []string{
		"CURL=true\n$CURL -k https://curl.example.org/\n",
		"$ECHO curl -k https://x.example.org/\n",
		"$LOG_INFO curl -k https://x.example.org/\n",
		"$X install curl -k https://x.example.org/\n",
		"C=$(cat curl)\n$C -k https://x.example.org/\n",
		"C=$(curl --version)\n$C -k https://x.example.org/\n",
		"$curl_options -k https://x.example.org/\n",
	} {
		if got, _ := check(t, "a.sh", "#!/bin/sh\n"+src); len(got) > 0 {
			t.Errorf("%q: %q", src, got)
		}
	}
}

// TestQuietRecipes has recipes behind a variable that stands for @.
func TestQuietRecipes(t *testing.T) {
	for _, line := range []string{"$(Q)curl", "$(Q) curl", "$(AM_V_GEN)curl", "${SILENT}curl", "$(SUDO) curl", "$(CURL)", "@$(Q)curl"} {
		if got, _ := check(t, "Makefile", "Q = @\n# curl\na:\n\t"+line+" -k https://x.example.org/\n"); strings.Join(got, "; ") != "4 "+high {
			t.Errorf("%q: %q", line, got)
		}
	}
	for _, line := range []string{"$(NOT_)curling -k", "$(ECHO) curl -k", "$(Q)echo curl -k"} {
		if got, _ := check(t, "Makefile", "Q = @\n# curl\na:\n\t"+line+" https://x.example.org/\n"); len(got) > 0 {
			t.Errorf("%q: %q", line, got)
		}
	}
}

// TestKubeconfig has a script that writes a kubeconfig, whatever it is called.
func TestKubeconfig(t *testing.T) {
	script := func(server string) string {
		return "#!/bin/bash\ncat <<EOF >\"${path}\"\napiVersion: v1\nkind: Config\nclusters:\n- name: local\n  cluster:\n    insecure-skip-tls-verify: true\n    server: " + server + "\nEOF\n"
	}
	for server, want := range map[string]string{"https://k8s.example.org": "8 " + high, "https://${MASTER}": "8 " + high, "https://localhost:443": "8 TLS101 always low"} {
		if got, _ := check(t, "a.sh", script(server)); strings.Join(got, "; ") != want {
			t.Errorf("%q: %q", server, got)
		}
	}
}
