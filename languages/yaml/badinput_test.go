package yaml

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

var lang = &YAML{}

func rows(t testing.TB) *pattern.Set {
	t.Helper()
	file, err := lang.Rows()
	if err != nil {
		t.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// lowerAll lowers a source, makes every edit of every hit, and holds all places to
// the file.
func lowerAll(t testing.TB, set *pattern.Set, src []byte) []*ir.Node {
	t.Helper()
	out, err := lang.Lower(t.Context(), languages.Input{Set: set, Files: []languages.File{{Path: "app.yaml", Rel: "app.yaml", Data: src}}})
	if err != nil {
		t.Fatal(err)
	}
	inside := func(what string, s ir.Span) {
		if s.Start < 0 || s.End < s.Start || s.End > len(src) {
			t.Fatalf("%s at %v of %d bytes", what, s, len(src))
		}
	}
	edits := 0
	for _, n := range out.Nodes {
		inside(n.Name, n.Span)
		if n.Value != nil {
			inside(n.Name, n.Value.Span)
			inside(n.Name, n.Value.Const.At.Span)
		}
		if edits > 400 {
			continue
		}
		for _, h := range set.Match(n) {
			for _, f := range h.Row.Fix {
				edits++
				made, ok := lang.Edit([]languages.Op{{Hit: h, Fix: f}}, languages.Vars{CAEnv: "CA", CABundle: "/ca.pem"})
				if !ok || f.Class == finding.Display {
					continue
				}
				for _, e := range made {
					inside("an edit of "+n.Name, ir.Span{Start: e.Start, End: e.End})
				}
			}
		}
	}
	for _, c := range out.Comments {
		if c.Start < 0 || c.End > len(src) || c.Start >= c.End || src[c.Start] != '#' {
			t.Fatalf("comment %q at %d", c.Text, c.Start)
		}
	}
	return out.Nodes
}

const everything = `# a file with a bit of everything
apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cm, labels: {a: b}}
data:
  oidc.tls.insecure.skip.verify: "true" # not good
  dex.config: |
    connectors:
      - type: ldap
        config:
          host: ldap.corp:636
          insecureSkipVerify: true
  app.toml: |-
    [server]
    ssl_insecure_skip_verify = true
---
{{- if .Values.tls.insecure }}
- hosts: all
  environment: &env
    GIT_SSL_NO_VERIFY: 'true'
  tasks:
    - name: "fetch"
      get_url: url=https://a.corp/x dest=/x validate_certs=no
      when: insecure_fetch | default(false)
    - shell: |
        curl -k https://a.corp/x \
          -o /tmp/x
        wget --no-check-certificate "https://b.corp"
    - uri: {url: https://a.corp, validate_certs: "{{ verify | default(false) }}"}
{{- else }}
jobs:
  a:
    env: {NODE_TLS_REJECT_UNAUTHORIZED: "${X:-0}", DATABASE_URL: 'postgres://a@db.corp/x?sslmode=disable'}
    steps:
      - run: >-
          curl
          --insecure https://a.corp
      - command: ["sh", "-c", "curl -k https://a.corp"]
      - args: [--tls-skip-verify, --x]
        env:
          - name: VAULT_SKIP_VERIFY
            value: yes
          - PGSSLMODE=require
    <<: *env
{{- end }}
`

func TestTruncated(t *testing.T) {
	set := rows(t)
	if n := len(lowerAll(t, set, []byte(everything))); n < 15 {
		t.Errorf("%d nodes in the whole file", n)
	}
	for i := range 101 {
		lowerAll(t, set, []byte(everything[:len(everything)*i/100]))
		lowerAll(t, set, []byte(everything[len(everything)*i/100:]))
	}
	crlf := strings.ReplaceAll(everything, "\n", "\r\n")
	if a, b := len(lowerAll(t, set, []byte(crlf))), len(lowerAll(t, set, []byte(everything))); a != b {
		t.Errorf("%d nodes with carriage returns, %d without", a, b)
	}
}

func TestBadInput(t *testing.T) {
	set := rows(t)
	for _, src := range []string{
		"", "\n", "\xef\xbb\xbf", "\x00", "\xff\xfe", ":", "-", "?", "? ", "{", "[", "}", "]", "\"", "'", "|", ">", "&", "*", "!", "%", "@", "`", "#",
		"- ", "a:", "a: &", "a: *", "a: !", "a: |", "a: |9", "a: >+\n", "? a\n: b", "{a", "{a:", "{a: [", "[a, {b", "a: {b: c", "\"a", "\"a\\", "a: 'b\nc: d",
		"{{", "{{ a", "}}", "{{}}", "{{ if }}", "{{ end }}", "{{ else }}", "{% if", "<%= x", "a: {{ b }}: {{ c }}", "- {{ x }}\n  - y", "<<: *a", "a: &a *a", "a: &a {<<: *a}",
		"a: &a\n  <<: *a\n  insecure_skip_verify: true", "---\n---\n...\n---", "\t\ta: b", "a:\tb", "a: b\r\rc: d", "insecure_skip_verify:", "insecure_skip_verify: *x", "insecure_skip_verify: [true, {a: b}]",
		"env: {NODE_TLS_REJECT_UNAUTHORIZED}", "env: [NODE_TLS_REJECT_UNAUTHORIZED=0", "env:\n- NODE_TLS_REJECT_UNAUTHORIZED=", "- name: GIT_SSL_NO_VERIFY\n  value: ", "run: curl -k", "run: |\n", "run: \"curl \\\n -k x\"",
		"command: [curl, -k, ", "command: [[[", "get_url: validate_certs=", "get_url: \"validate_certs='no", "a: |\n  {\"b\": [", "config: |\n  tls_skip_verify = ",
	} {
		lowerAll(t, set, []byte(src))
		lowerAll(t, set, []byte(strings.Repeat(src, 3)))
		lowerAll(t, set, []byte("kind: Config\nclusters:\n- cluster:\n    "+src))
	}
}

// TestCost holds the time to the size: source that was made to be slow takes no
// longer than its length explains.
func TestCost(t *testing.T) {
	set := rows(t)
	for name, unit := range map[string]string{
		"open brackets": "[", "open braces": "{a: ", "dashes": "- ", "actions": "{{ a }} ", "open actions": "{{", "quotes": "\"", "keys": "a: ", "dots": "a.", "anchors": "&a ",
		"settings": "validate_certs: no\n", "items": "- NODE_TLS_REJECT_UNAUTHORIZED=0\n", "tasks": "- uri: {validate_certs: no}\n  when: a\n", "ifs": "{{ if .a }}\nssl_verify: false\n",
		"lines": "a\n", "merges": "a: &a\n  <<: *a\n", "words": "x: a=b c=d ssl_verify=no\n", "comments": "# a\n", "flow": "{ssl_verify: no}, ", "deep": " a:\n", "strings": "url: postgres://a@b/c?sslmode=require\n",
	} {
		for _, head := range []string{"", "a: |\n  ", "config: |\n  "} {
			text := strings.Repeat(unit, 300_000/len(unit))
			if head != "" {
				text = strings.ReplaceAll(text, "\n", "\n  ")
			}
			start := time.Now()
			lowerAll(t, set, []byte(head+text))
			if d := time.Since(start); d > 8*time.Second {
				t.Errorf("%s behind %q: %s", name, head, d)
			} else if d > time.Second {
				t.Logf("%s behind %q: %s", name, head, d)
			}
		}
	}
}

func FuzzLower(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte("a: {b: [c, 'd']}\n"))
	f.Add([]byte("run: |\n  curl -k x\n"))
	set := rows(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 1<<16 {
			return
		}
		lowerAll(t, set, src)
		check(t, parse(src))
	})
}

// TestEditsKeepTheRest repairs everything and looks at what has changed.
func TestEditsKeepTheRest(t *testing.T) {
	set := rows(t)
	src := []byte("# head\nscrape_configs: # all\n  - job_name: \"a\" # first\n    tls_config: {insecure_skip_verify: true, server_name: a} # tls\n    # tail\n")
	for _, n := range lowerAll(t, set, src) {
		for _, h := range set.Match(n) {
			edits, ok := lang.Edit([]languages.Op{{Hit: h, Fix: h.Row.Fix[0]}}, languages.Vars{})
			if !ok || len(edits) != 1 {
				t.Fatalf("%s: %v", h.Row.ID, edits)
			}
			got := string(src[:edits[0].Start]) + edits[0].New + string(src[edits[0].End:])
			if want := string(bytes.Replace(src, []byte("verify: true"), []byte("verify: false"), 1)); got != want {
				t.Errorf("got %s", got)
			}
		}
	}
}
