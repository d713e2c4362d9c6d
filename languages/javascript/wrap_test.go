package javascript_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/scan"
)

// found are the findings in a folder of files: path:line, rule, exposure.
func found(t *testing.T, files map[string]string) []string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	r, err := scan.Run(context.Background(), scan.Options{Root: dir, Paths: []string{dir}, NoGitignore: true, Tests: "note", Types: "stub", Langs: []string{"javascript"}})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range r.Findings() {
		word := string(f.Exposure)
		if f.Severity == finding.Low {
			word += " note"
		}
		out = append(out, fmt.Sprintf("%s:%d %s %s", f.Path, f.Span.Start.Line, f.Rule, word))
	}
	return out
}

// TestWrappers: a function of the program whose parameter throws a switch is a way to
// that switch, wherever it is called.
func TestWrappers(t *testing.T) {
	const agent = "const https = require('https');\n"
	const ins = "a.js:2 TLS101 optional note"
	for _, tt := range []struct {
		name, a, b string
		want       string
	}{
		{"the same file", agent + "const mk = (insecure) => new https.Agent({ rejectUnauthorized: !insecure });\nmk(true);\nmk(false);\nmk();\n", "", ins + "|a.js:3 TLS101 always"},
		{"another file, ES module", "import https from 'https';\nexport function makeAgent(insecure = false) { return new https.Agent({ rejectUnauthorized: !insecure }); }\n", "import { makeAgent } from './a.js';\nmakeAgent(true);\nmakeAgent(false);\nmakeAgent();\n", ins + "|b.js:2 TLS101 always"},
		{"another file, CommonJS", agent + "exports.makeAgent = (insecure) => new https.Agent({ rejectUnauthorized: !insecure });\n", "const { makeAgent } = require('./a');\nmakeAgent(true);\n", ins + "|b.js:2 TLS101 always"},
		{"by way of the module", agent + "exports.makeAgent = (insecure) => new https.Agent({ rejectUnauthorized: !insecure });\n", "const lib = require('./a');\nlib.makeAgent(true);\n", ins + "|b.js:2 TLS101 always"},
		{"module.exports of an object", agent + "function makeAgent(insecure) { return new https.Agent({ rejectUnauthorized: !insecure }); }\nmodule.exports = { makeAgent };\n", "const { makeAgent } = require('./a');\nmakeAgent(true);\n", ins + "|b.js:2 TLS101 always"},
		{"module.exports of a function", agent + "module.exports = function makeAgent(insecure) { return new https.Agent({ rejectUnauthorized: !insecure }); };\n", "const makeAgent = require('./a');\nmakeAgent(true);\n", ins + "|b.js:2 TLS101 always"},
		{"renamed on import", "import https from 'https';\nexport function makeAgent(insecure) { return new https.Agent({ rejectUnauthorized: !insecure }); }\n", "import { makeAgent as mk } from './a';\nmk(true);\n", ins + "|b.js:2 TLS101 always"},
		{"a default export", "import https from 'https';\nexport default function makeAgent(insecure) { return new https.Agent({ rejectUnauthorized: !insecure }); }\n", "import makeAgent from './a';\nmakeAgent(true);\n", ins + "|b.js:2 TLS101 always"},
		{"a namespace", "import https from 'https';\nexport function makeAgent(insecure) { return new https.Agent({ rejectUnauthorized: !insecure }); }\n", "import * as lib from './a';\nlib.makeAgent(true);\n", ins + "|b.js:2 TLS101 always"},
		{"a member of an options object", agent + "exports.makeAgent = (o) => new https.Agent({ rejectUnauthorized: !o.insecure });\n", "const { makeAgent } = require('./a');\nmakeAgent({ insecure: true });\nmakeAgent({ insecure: false });\nmakeAgent({});\n", ins + "|b.js:2 TLS101 always"},
		{"options taken apart", agent + "exports.makeAgent = ({ host, insecure = false }) => new https.Agent({ host, rejectUnauthorized: !insecure });\n", "const { makeAgent } = require('./a');\nmakeAgent({ host, insecure: true });\nmakeAgent({ host });\n", ins + "|b.js:2 TLS101 always"},
		{"options built in steps", agent + "exports.makeAgent = (o) => new https.Agent({ rejectUnauthorized: !o.insecure });\n", "const { makeAgent } = require('./a');\nconst o = {};\no.insecure = true;\nmakeAgent(o);\n", ins + "|b.js:3 TLS101 always"},
		{"the positive parameter", agent + "exports.makeAgent = (url, verify = true) => new https.Agent({ rejectUnauthorized: verify });\n", "const { makeAgent } = require('./a');\nmakeAgent(u, false);\nmakeAgent(u, true);\nmakeAgent(u);\n", ins + "|b.js:2 TLS101 always"},
		{"insecure by default", agent + "exports.makeAgent = (url, verify = false) => new https.Agent({ rejectUnauthorized: verify });\n", "const { makeAgent } = require('./a');\nmakeAgent(u);\nmakeAgent(u, true);\n", "a.js:2 TLS101 default"},
		{"a branch", agent + "exports.makeAgent = (insecure) => { const o = {}; if (insecure) o.rejectUnauthorized = false; return new https.Agent(o); };\n", "const { makeAgent } = require('./a');\nmakeAgent(true);\nmakeAgent(false);\n", ins + "|b.js:2 TLS101 always"},
		{"a constructor", agent + "class ApiClient { constructor(insecure) { this.agent = new https.Agent({ rejectUnauthorized: !insecure }); } }\nmodule.exports = { ApiClient };\n", "const { ApiClient } = require('./a');\nnew ApiClient(true);\nnew ApiClient(false);\n", ins + "|b.js:2 TLS101 always"},
		{"a constructor and a method", agent + "exports.ApiClient = class ApiClient { constructor(o) { this.insecure = o.insecure; } agent() { return new https.Agent({ rejectUnauthorized: !this.insecure }); } };\n", "const { ApiClient } = require('./a');\nnew ApiClient({ insecure: true });\n", ins + "|b.js:2 TLS101 always"},
		{"a method", agent + "class Api { agent(insecure) { return new https.Agent({ rejectUnauthorized: !insecure }); } }\nconst api = new Api();\napi.agent(true);\n", "", ins + "|a.js:4 TLS101 always"},
		{"a method of another file's class", agent + "class Api { agent(insecure) { return new https.Agent({ rejectUnauthorized: !insecure }); } }\nexports.Api = Api;\n", "const { Api } = require('./a');\nconst api = new Api();\napi.agent(true);\n", ins + "|b.js:3 TLS101 always"},
		{"a static method", agent + "class Api { static agent(insecure) { return new https.Agent({ rejectUnauthorized: !insecure }); } }\nApi.agent(true);\n", "", ins + "|a.js:3 TLS101 always"},
		{"two hops", agent + "exports.makeAgent = (insecure) => new https.Agent({ rejectUnauthorized: !insecure });\n", "const { makeAgent } = require('./a');\nexports.client = (lax) => ({ agent: makeAgent(lax) });\nexports.client(true);\nconst f = exports.client;\n", ins + "|b.js:2 TLS101 optional note"},
		{"a caller that hands its own option on", agent + "exports.makeAgent = (insecure) => new https.Agent({ rejectUnauthorized: !insecure });\n", "const { makeAgent } = require('./a');\nfunction client(lax = false) { return makeAgent(lax); }\nclient(true);\n", ins + "|b.js:2 TLS101 optional note|b.js:3 TLS101 always"},
		{"recursion", agent + "function makeAgent(insecure, n) { makeAgent(insecure, n - 1); return new https.Agent({ rejectUnauthorized: !insecure }); }\nmakeAgent(true, 3);\n", "", "a.js:2 TLS101 optional note|a.js:2 TLS101 optional note|a.js:3 TLS101 always"},
		{"a shadowed name", agent + "exports.makeAgent = (insecure) => new https.Agent({ rejectUnauthorized: !insecure });\n", "const { other } = require('./a');\nfunction makeAgent(x) { return x; }\nmakeAgent(true);\n", ins},
		{"the same name of another module", agent + "exports.makeAgent = (insecure) => new https.Agent({ rejectUnauthorized: !insecure });\n", "const { makeAgent } = require('elsewhere');\nmakeAgent(true);\n", ins},
		{"another parameter", agent + "exports.makeAgent = (keep, insecure) => new https.Agent({ keepAlive: keep, rejectUnauthorized: !insecure });\n", "const { makeAgent } = require('./a');\nmakeAgent(true, false);\nmakeAgent(true);\n", ins},
		{"exported again", "import https from 'https';\nexport function makeAgent(insecure) { return new https.Agent({ rejectUnauthorized: !insecure }); }\n", "export { makeAgent } from './a';\n", ins},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"a.js": tt.a}
			if tt.b != "" {
				files["b.js"] = tt.b
			}
			if got := strings.Join(found(t, files), "|"); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
