package yaml

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/languages"
)

// findings says for each finding of a source its line, pattern and exposure.
func findings(t *testing.T, path, rel, src string) string {
	t.Helper()
	set := rows(t)
	out, err := lang.Lower(t.Context(), languages.Input{Set: set, Files: []languages.File{{Path: path, Rel: rel, Data: []byte(src)}}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, j := range judge.Findings(out.Nodes, set, judge.Options{
		Rel: func(string) string { return rel }, Source: func(string) []byte { return []byte(src) }, Lang: lang,
	}) {
		said := j.Finding.Pattern + " " + string(j.Finding.Exposure)
		if slices.ContainsFunc(j.Finding.Because, func(b string) bool { return strings.HasPrefix(b, "local: ") }) {
			said += " local"
		}
		got = append(got, said)
	}
	return strings.Join(got, ", ")
}

func TestWhoDecides(t *testing.T) {
	const ansible, node = "yaml-ansible-validate-certs", "shell-node-tls-reject-unauthorized-env"
	for _, c := range []struct{ name, src, want string }{
		{"a literal", "- uri: {validate_certs: no}\n", ansible + " always"},
		{"a variable", "- uri:\n    validate_certs: '{{ x }}'\n", ansible + " optional"},
		{"a safe default", "- uri:\n    validate_certs: '{{ x | default(true) }}'\n", ansible + " optional"},
		{"an insecure default", "- uri:\n    validate_certs: '{{ x | default(false) | bool }}'\n", ansible + " default"},
		{"a variable of the play", "- vars: {x: no}\n  tasks:\n  - uri:\n      validate_certs: '{{ x }}'\n", ansible + " default"},
		{"a variable of the play, negated", "- vars: {x: no}\n  tasks:\n  - uri:\n      validate_certs: '{{ not x }}'\n", ansible + " optional"},
		{"a condition", "- uri: {validate_certs: no}\n  when: lab\n", ansible + " optional"},
		{"a condition that holds", "- uri: {validate_certs: no}\n  when: lab | default(true)\n", ansible + " default"},
		{"a condition around", "- block:\n  - uri: {validate_certs: no}\n  when: [lab | bool]\n", ansible + " optional"},
		{"a condition about a result", "- stat: {path: a}\n  register: st\n- uri: {validate_certs: no}\n  when: st.stat.exists\n", ansible + " always"},
		{"a condition about the platform", "- uri: {validate_certs: no}\n  when: ansible_os_family == 'Debian'\n", ansible + " always"},
		{"a condition about a result of another file", "- uri: {validate_certs: no}\n  when: login.json.Messages.0.state == 'up' and not ansible_check_mode\n", ansible + " always"},
		{"a condition about what is there", "- uri: {validate_certs: no}\n  when: [volumes is defined, 'volumes != []', 'users | default([]) | length > 0', (lifs | length) > 0]\n", ansible + " always"},
		{"a condition about a CA that is there", "- uri: {validate_certs: no}\n  when: ca_file is not defined\n", ansible + " default"},
		{"a condition about one that may be there", "- uri: {validate_certs: no}\n  when: session is undefined or not session\n", ansible + " default"},
		{"a condition about an option that is there", "- uri: {validate_certs: no}\n  when: lab is defined and lab\n", ansible + " optional"},
		{"a variable that is reported itself", "- vars: {validate_certs: no}\n  tasks:\n  - uri:\n      validate_certs: '{{ validate_certs }}'\n", ansible + " always"},
		{"an input called like a result", "steps:\n- if: inputs.changed\n  env: {NODE_TLS_REJECT_UNAUTHORIZED: 0}\n", node + " optional"},
		{"a time", "job:\n  when: always\n  variables: {NODE_TLS_REJECT_UNAUTHORIZED: 0}\n", node + " always"},
		{"a branch", "job:\n  if: $CI_COMMIT_BRANCH == \"main\"\n  variables: {NODE_TLS_REJECT_UNAUTHORIZED: 0}\n", node + " always"},
		{"a fallback", "a:\n  environment:\n    NODE_TLS_REJECT_UNAUTHORIZED: ${X:-0}\n", node + " default"},
		{"a safe fallback", "a:\n  environment:\n    NODE_TLS_REJECT_UNAUTHORIZED: ${X:-1}\n", node + " optional"},
		{"an expression", "env:\n  NODE_TLS_REJECT_UNAUTHORIZED: ${{ vars.X == 'a' && '0' || '1' }}\n", node + " optional"},
		{"an expression, turned round", "env:\n  NODE_TLS_REJECT_UNAUTHORIZED: ${{ vars.X != 'a' && '0' || '1' }}\n", node + " default"},
		{"a template's condition", "a:\n{{- if .Values.lab }}\n  ssl_verify: false\n{{- end }}\n", "yaml-name-verify-off optional"},
		{"whether a part is wanted", "a:\n{{- if .Values.metrics.enabled }}\n  ssl_verify: false\n{{- end }}\n", "yaml-name-verify-off always"},
		{"both sides", "a:\n{{- if .Values.lab }}\n  ssl_verify: false\n{{- else }}\n  verify_ssl: false\n{{- end }}\n", "yaml-name-verify-off always, yaml-name-verify-off always"},
		{"an alias", "x: &off false\na: {ssl_verify: *off}\n", "yaml-name-verify-off always"},
		{"an anchor nobody has", "a: {ssl_verify: *off}\n", ""},
		{"a merge", "base: &b {adapter: postgresql, sslmode: disable}\nproduction:\n  <<: *b\n  host: db.corp\n", "yaml-database-sslmode-disable always"},
		{"text for people", "a:\n  description: 'postgres://a@db.corp/x?sslmode=disable'\n  help: |\n    ssl_verify: false\n", ""},
		{"plain HTTP by its address", "exporters:\n  otlp:\n    endpoint: http://a:4318\n    tls:\n      insecure_skip_verify: true\n", ""},
		{"a schema", "openapi: 3.1.0\nx:\n  ssl_verify: false\n", ""},
		{"an image of this machine", "steps:\n- run: for i in $x; do crane pull --insecure \"localhost:5000/${i}\" o; done\n", "cmd-registry-insecure always local"},
		{"an image of another machine", "steps:\n- run: for i in $x; do crane pull --insecure \"reg.corp:5000/${i}\" o; done\n", "cmd-registry-insecure always"},
		{"a dashboard", "api:\n  insecure: true\n", ""},
	} {
		if got := findings(t, "app.yml", "app.yml", c.src); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

// TestDefaultsBeside reads what a chart and a role say of the names in their files.
func TestDefaultsBeside(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"chart/values.yaml":         "tls:\n  verify: false\n  lab: true\n",
		"roles/a/defaults/main.yml": "a_verify: false\na_lab: false\n",
	} {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ rel, src, want string }{
		{"chart/templates/a.yaml", "a:\n  ssl_verify: {{ .Values.tls.verify }}\n", "yaml-name-verify-off default"},
		{"chart/templates/a.yaml", "{{- if .Values.tls.lab }}\na:\n  ssl_verify: no\n{{- end }}\n", "yaml-name-verify-off default"},
		{"chart/templates/sub/a.yaml", "a:\n  ssl_verify: {{ not .Values.tls.verify }}\n", "yaml-name-verify-off optional"},
		{"roles/a/tasks/main.yml", "- uri:\n    validate_certs: '{{ a_verify }}'\n", "yaml-ansible-validate-certs default"},
		{"roles/a/tasks/main.yml", "- uri:\n    validate_certs: no\n  when: a_lab\n", "yaml-ansible-validate-certs optional"},
	} {
		if got := findings(t, filepath.Join(dir, filepath.FromSlash(c.rel)), c.rel, c.src); got != c.want {
			t.Errorf("%s %q:\n got %s\nwant %s", c.rel, c.src, got, c.want)
		}
	}
}

func TestHandles(t *testing.T) {
	for p, want := range map[string]bool{
		"a.yaml": true, "a/b.yml": true, ".github/workflows/ci.yml": true, ".kube/config": true, "x/.gemrc": true, "a.yaml.j2": true, "config": false, "a.json": false, "a.yamlx": false,
	} {
		if lang.Handles(p) != want {
			t.Errorf("Handles(%q) = %t", p, !want)
		}
	}
}
