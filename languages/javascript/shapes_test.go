package javascript_test

import (
	"strings"
	"testing"
)

// TestShapes are ways to write a switch, and who decides it. The first line of a
// file is its head; findings are given as line, rule and exposure.
func TestShapes(t *testing.T) {
	const (
		h   = "const https = require('https'), tls = require('tls');\n"
		on2 = "2 TLS101 always"
		op2 = "2 TLS101 optional note"
		de2 = "2 TLS101 default"
	)
	for _, tt := range []struct{ name, file, src, want string }{
		{"a computed key", "a.js", h + "https.get({ ['rejectUnauthorized']: false });\n", on2},
		{"a quoted key", "a.js", h + "tls.connect(443, 'h', { 'rejectUnauthorized': false }, cb);\n", on2},
		{"minified", "a.js", h + "https.get({host:h,rejectUnauthorized:!1});\n", on2},
		{"Object.assign", "a.js", h + "Object.assign(o, { rejectUnauthorized: false });\n", on2},
		{"a later spread wins", "a.js", h + "https.get({ ...{ rejectUnauthorized: false }, rejectUnauthorized: true });\n", ""},
		{"options laid over it", "a.js", h + "exports.f = (o) => https.get({ rejectUnauthorized: false, ...o });\n", de2},
		{"options merged over it", "a.js", h + "exports.f = (o) => https.get(Object.assign({ rejectUnauthorized: false }, o));\n", de2},
		{"options below it", "a.js", h + "exports.f = (o) => https.get({ ...o, rejectUnauthorized: false });\n", on2},
		{"an unknown condition", "a.js", h + "const o = isIPv6(x) ? { rejectUnauthorized: false } : {};\nhttps.get(o);\n", on2},
		{"a spread under an option", "a.js", h + "exports.f = (u, insecure) => https.get({ ...(insecure && { rejectUnauthorized: false }) });\n", op2},
		{"axios defaults", "a.js", h + "require('axios').defaults.httpsAgent = new https.Agent({ rejectUnauthorized: false });\n", on2},
		{"env by a variable", "a.js", "const { env } = process;\nenv.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n", "2 TLS105 always"},
		{"env by an alias", "a.js", "const e = process.env;\ne['NODE_TLS_REJECT_UNAUTHORIZED'] = 0;\n", "2 TLS105 always"},
		{"env of global", "a.js", "\nglobal.process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n", "2 TLS105 always"},
		{"env as a whole", "a.js", "\nprocess.env = { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: '0' };\n", "2 TLS105 always"},
		{"env with a cast", "a.ts", "\nprocess.env.NODE_TLS_REJECT_UNAUTHORIZED = 0 as any;\n", "2 TLS105 always"},
		{"env by an option", "a.js", "\nexports.f = (insecure) => { process.env.NODE_TLS_REJECT_UNAUTHORIZED = insecure ? '0' : '1'; };\n", "2 TLS105 optional note"},
		{"env in development", "a.js", "\nif (process.env.NODE_ENV === 'development') process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n", "2 TLS105 optional note"},
		{"env unless production", "a.js", "\nif (process.env.NODE_ENV !== 'production') process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';\n", "2 TLS105 default"},
		{"env of a switch", "a.js", "switch (process.env.STAGE) { case 'lab':\n process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; }\n", "2 TLS105 optional note"},
		{"a child's environment", "a.js", "const cp = require('child_process');\ncp.fork('x.js', [], { env: Object.assign({}, process.env, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }) });\n", "2 TLS105 always"},
		{"yargs", "a.js", h + "https.get({ rejectUnauthorized: !require('yargs').option('insecure', { type: 'boolean' }).argv.insecure });\n", op2},
		{"yargs, insecure by default", "a.js", h + "https.get({ rejectUnauthorized: !argv.insecure });\nvar argv = require('yargs').option('insecure', { default: true }).argv;\n", de2},
		{"minimist", "a.js", "const argv = require('minimist')(process.argv.slice(2)), https = require('https');\nhttps.get({ rejectUnauthorized: !argv.k });\n", op2},
		{"commander", "a.js", "const { program } = require('commander'), https = require('https'); program.option('-k, --insecure', 'x');\nhttps.get({ rejectUnauthorized: !program.opts().insecure });\n", op2},
		{"commander, verify off by default", "a.js", "const { program } = require('commander'), https = require('https'); program.option('--verify', 'x');\nhttps.get({ rejectUnauthorized: !!program.opts().verify });\n", de2},
		{"process.argv", "a.js", h + "https.get({ rejectUnauthorized: !process.argv.includes('--insecure') });\n", op2},
		{"env not false", "a.js", h + "https.get({ rejectUnauthorized: process.env.TLS_VERIFY !== 'false' });\n", op2},
		{"env is true", "a.js", h + "https.get({ rejectUnauthorized: process.env.TLS_VERIFY === 'true' });\n", de2},
		{"env negated", "a.js", h + "https.get({ rejectUnauthorized: !process.env.INSECURE });\n", op2},
		{"env in a list", "a.js", h + "https.get({ rejectUnauthorized: !['1', 'true'].includes(process.env.INSECURE) });\n", op2},
		{"env as it is", "a.js", h + "https.get({ rejectUnauthorized: process.env.TLS_VERIFY });\n", ""},
		{"production only", "a.js", "const https = require('https'), prod = process.env.NODE_ENV === 'production';\nhttps.get({ rejectUnauthorized: prod });\n", de2},
		{"a function that returns options", "a.js", "const https = require('https'); const o = () => (\n{ rejectUnauthorized: false }); https.get(o());\n", on2},
		{"a class field", "a.ts", "import https from 'https'; class A {\nprivate readonly agent = new https.Agent({ rejectUnauthorized: false }); }\n", on2},
		{"a framework's module", "a.ts", "import { TypeOrmModule } from '@nestjs/typeorm';\nTypeOrmModule.forRoot({ type: 'postgres', ssl: { rejectUnauthorized: false } });\n", on2},
		{"a Vue component", "a.vue", "<template><p>{{ a }}</p></template>\n<script>import https from 'https'; https.get({ rejectUnauthorized: false })</script>\n", on2},
		{"a typed Svelte component", "a.svelte", "<script lang=\"ts\">import https from 'https';\nlet x: https.AgentOptions = { rejectUnauthorized: false };</script>\n<p>rejectUnauthorized: false</p>\n", on2},
		{"an Astro component", "a.astro", "---\nconst r = await fetch(u, { dispatcher: new Agent({ connect: { rejectUnauthorized: false } }) });\n---\n<p/>\n", on2},
		{"JSX", "a.jsx", "const A = () =>\n<Socket options={{ rejectUnauthorized: false }} />;\n", on2},
		{"TSX", "a.tsx", "const A = (p: Props) =>\n<Socket<string> options={{ rejectUnauthorized: false as boolean }} />;\n", on2},
		{"Flow", "a.js", "/* @flow */ import type { A } from 'a';\nconst f = (x: number): A => https.get({ rejectUnauthorized: false });\n", on2},
		{"optional chaining", "a.js", h + "exports.f = (o) => https.get({ rejectUnauthorized: !o?.insecure });\n", op2},
		{"or false", "a.js", h + "exports.f = (o) => https.get({ rejectUnauthorized: o.verify || false });\n", de2},
		{"or true", "a.js", h + "exports.f = (o) => https.get({ rejectUnauthorized: o.verify || true });\n", ""},
		{"nullish true", "a.js", h + "exports.f = (o) => https.get({ rejectUnauthorized: o.verify ?? true });\n", op2},
		{"handed on", "a.js", h + "exports.f = (o) => https.get({ rejectUnauthorized: o.rejectUnauthorized });\n", op2},
		{"a type test", "a.js", h + "exports.f = (o) => https.get({ rejectUnauthorized: typeof o.x === 'boolean' ? o.x : true });\n", op2},
		{"a value that is refused", "a.js", h + "exports.f = (o) => { if (o.verify === false) throw Error(); return https.get({ rejectUnauthorized: o.verify }); };\n", ""},
		{"an unknown call", "a.js", h + "https.get({ rejectUnauthorized: shouldVerify() });\n", ""},
		{"a setting", "a.js", "const config = require('config'), https = require('https');\nhttps.get({ rejectUnauthorized: config.get('tls.verify') });\n", op2},
		{"an error is no option", "a.js", h + "exports.f = (e) => { if (e.code === 'CERT_HAS_EXPIRED') https.get({ rejectUnauthorized: false }); };\n", on2},
		{"a platform is no option", "a.js", h + "if (process.platform === 'win32') https.get({ rejectUnauthorized: false });\n", on2},
		{"an empty CA file", "a.js", h + "exports.f = (o) => { if (!o.caFile) https.get({ rejectUnauthorized: false }); };\n", de2},
		{"both branches", "a.js", h + "exports.f = (k) => k ? https.get({ rejectUnauthorized: false }) : https.get({ a: 1, rejectUnauthorized: false });\n", "2 TLS101 always; 2 TLS101 always"},
		{"a branch that leaves", "a.js", h + "exports.f = (insecure) => { if (!insecure) return; https.get({ rejectUnauthorized: false }); };\n", op2},
		{"a function that is the option", "a.js", h + "exports.disableVerification = (o) => { o.rejectUnauthorized = false; };\n", op2},
		{"a class that is the option", "a.js", "const https = require('https'); class InsecureAgent extends https.Agent { constructor(o) {\nsuper({ ...o, rejectUnauthorized: false }); } }\n", op2},
		{"only printed", "a.js", h + "console.log({ rejectUnauthorized: false });\n", ""},
		{"printed and used", "a.js", h + "const o = { rejectUnauthorized: false }; console.log(o); https.get(o);\n", on2},
		{"only compared", "a.js", h + "assert.deepStrictEqual(o, { rejectUnauthorized: false });\n", ""},
		{"a server", "a.js", h + "tls.createServer({ requestCert: true, rejectUnauthorized: false });\n", ""},
		{"a server's options by a variable", "a.js", h + "const o = { key, rejectUnauthorized: false }; https.createServer(o, app);\n", ""},
		{"a server's framework", "a.js", "const o = { https: { key, requestCert: true, rejectUnauthorized: false } };\nrequire('fastify')(o);\n", ""},
		{"a schema", "a.js", h + "const s = { rejectUnauthorized: { type: 'boolean', default: false } };\n", ""},
		{"loopback behind a scheme that is not known", "a.js", "const WebSocket = require('ws'); exports.f = (o, tls) => { const options = {\nrejectUnauthorized: false };\nvar url = (tls ? 'wss' : 'ws') + '://localhost:' + o.port + '/'; if (o.q) { url += o.q; }\nreturn new WebSocket(url, options); };\n", "2 TLS101 always note"},
		{"loopback in a template", "a.js", h + "exports.f = (port) => https.get(`https://127.0.0.1:${port}/x`, { rejectUnauthorized: false });\n", "2 TLS101 always note"},
		{"a query that names loopback", "a.js", h + "exports.f = (base) => https.get(`${base}/x?to=http://localhost:1/`, { rejectUnauthorized: false });\n", on2},
		{"an address that is replaced", "a.js", h + "exports.f = (o) => { let u = `https://localhost:${o.port}/`; if (o.u) { u = o.u; } https.get(u, {\n rejectUnauthorized: false }); };\n", "3 TLS101 always"},
		{"a client that wants no certificate", "a.js", h + "tls.connect({ socket, isServer: false, requestCert: false, rejectUnauthorized: false });\n", on2},
		{"a side that is not said", "a.js", "const o = { https: { key, requestCert: false, rejectUnauthorized: false } };\nrequire('fastify')(o);\n", ""},
		{"a setting of an unknown object", "a.js", h + "if (obj.config.smtp.tlscertcheck === false) { o.rejectUnauthorized = false; }\nhttps.get(o);\n", op2},
		{"strict or not", "a.js", "const tls = require('tls'), strict = require('./strict'); exports.f = (h) => { const strictHttpsChecks = strict(h);\n return { servername: h, minVersion: strictHttpsChecks ? tls.DEFAULT_MIN_VERSION : 'TLSv1' }; };\n", "2 TLS201 optional note"},
		{"TLS 1.0 on demand", "a.js", h + "const o = {}; if (webargs.tls1only == 1) { o.secureProtocol = 'TLSv1_method'; }\ntls.connect(o);\n", "2 TLS201 optional note"},
		{"plain text by the address's scheme", "a.js", "const grpc = require('@grpc/grpc-js'), url = require('url'); exports.f = (u) => { const p = url.parse(u); if (p.protocol === 'grpc:') {\nreturn grpc.credentials.createInsecure(); } return grpc.credentials.createSsl(); };\n", "2 TLS301 optional note"},
		{"plain text unless the scheme is secure", "a.js", "const grpc = require('@grpc/grpc-js'); exports.f = (u) => { if (new URL(u).protocol !== 'grpcs:')\nreturn grpc.credentials.createInsecure(); return grpc.credentials.createSsl(); };\n", "2 TLS301 optional note"},
		{"plain text where it is not secure", "a.js", "const grpc = require('@grpc/grpc-js'); exports.f = (u) => { const isSecureConnection = ['grpcs'].some((s) => u.startsWith(s)); if (!isSecureConnection)\nreturn grpc.credentials.createInsecure(); return grpc.credentials.createSsl(); };\n", "2 TLS301 optional note"},
		{"plain text whatever the scheme", "a.js", "const grpc = require('@grpc/grpc-js'); exports.f = (u) => { if (new URL(u).protocol === 'grpcs:')\nreturn grpc.credentials.createInsecure(); return grpc.credentials.createSsl(); };\n", "2 TLS301 always"},
		{"unverified where it is TLS", "a.js", h + "const isSecure = look(u); if (isSecure) { o.rejectUnauthorized = false; }\nhttps.get(o);\n", on2},
		{"options for a look at the certificate", "a.js", h + "const o = () => ({\nagent: false, rejectUnauthorized: false });\nfunction ask(x) { return new Promise((ok) => https.get(x, (res) => ok(res.socket.getPeerCertificate()))); }\nexports.f = () => ask(o());\n", "3 TLS101 always note"},
		{"a look at the certificate, and a use", "a.js", h + "const o = () => ({\n rejectUnauthorized: false });\nexports.f = () => https.get(o(), (res) => log(res.socket.getPeerCertificate()));\nexports.g = () => https.get(o(), read);\n", "3 TLS101 always"},
		{"a default that no call leaves", "a.js", "const grpc = require('@grpc/grpc-js'); class A {\n#get(h, creds = grpc.credentials.createInsecure()) { return new Client(h, creds); } get(h) { return this.#get(h, grpc.credentials.createSsl()); } }\n", ""},
		{"a default that one call leaves", "a.js", "const grpc = require('@grpc/grpc-js'); class A {\n#get(h, creds = grpc.credentials.createInsecure()) { return new Client(h, creds); } a(h, c) { this.#get(h, c); } b(h) { this.#get(h); } }\n", "2 TLS301 always"},
		{"a websocket client that does not read it", "a.js", "const websocket = require('websocket');\nnew websocket.client({ rejectUnauthorized: false });\n", ""},
		{"a websocket client that reads it", "a.js", "const websocket = require('websocket');\nnew websocket.client({ tlsOptions: { rejectUnauthorized: false } });\n", on2},
		{"loopback", "a.js", h + "https.get('https://localhost:8443/', { rejectUnauthorized: false });\n", "2 TLS101 always note"},
		{"loopback of an agent", "a.js", h + "https.get('https://127.0.0.1/', { agent: new https.Agent({ rejectUnauthorized: false }) });\n", "2 TLS101 always note"},
		{"a test", "a.js", h + "it('works', () => { https.get({ rejectUnauthorized: false }); });\n", "2 TLS101 always note"},
		{"lodash's noop", "a.js", "const _ = require('lodash'), tls = require('tls');\ntls.connect({ checkServerIdentity: _.noop });\n", "2 TLS102 always"},
		{"a name check under an option", "a.js", h + "exports.f = (o) => tls.connect({ checkServerIdentity: o.skipName ? () => undefined : undefined });\n", "2 TLS102 optional note"},
		{"a name check that logs", "a.js", h + "tls.connect({ checkServerIdentity: (h, c) => { console.log(h); } });\n", "2 TLS102 always"},
		{"a name check that throws", "a.js", h + "tls.connect({ checkServerIdentity: (h, c) => { if (c.subject.CN !== h) throw new Error('no'); } });\n", ""},
		{"a name check that swallows", "a.js", h + "tls.connect({ checkServerIdentity: (h, c) => { const err = tls.checkServerIdentity(h, c); if (err) console.warn(err); return undefined; } });\n", "2 TLS102 always"},
		{"a pinned certificate", "a.js", h + "const s = tls.connect({ rejectUnauthorized: false }, () => { if (s.getPeerCertificate().fingerprint256 !== pin) s.destroy(); });\n", ""},
		{"a transpiled default", "a.js", "var _https = _interopRequireDefault(require('https'));\nnew _https.default.Agent({ rejectUnauthorized: false });\n", on2},
		{"dynamic import", "a.mjs", "const { Agent } = await import('node:https');\nnew Agent({ rejectUnauthorized: false });\n", on2},
		{"curl in exec", "a.js", "const { exec } = require('child_process');\nexec(`curl -fsSk ${url} -o out`);\n", on2},
		{"curl in spawn", "a.js", "const cp = require('child_process');\ncp.spawn('curl', ['-s', '--insecure', url]);\n", on2},
		{"curl with words added", "a.js", "const cp = require('child_process'), words = ['-s'];\nwords.push('-k', url); cp.spawnSync('curl', words);\n", on2},
		{"zx", "a.mjs", "import { $ } from 'zx';\nawait $`git -c http.sslVerify=false clone ${url}`;\n", on2},
		{"echoed", "a.js", "const { exec } = require('child_process');\nconsole.log('curl -k https://x.example.com'); exec('echo curl -k');\n", ""},
		{"a shell in spawn", "a.js", "const cp = require('child_process');\ncp.spawn('sh', ['-c', 'NODE_TLS_REJECT_UNAUTHORIZED=0 node a.js']);\n", on2},
		{"npm scripts", "package.json", "{ \"name\": \"a\", \"scripts\": {\n\"start\": \"NODE_TLS_REJECT_UNAUTHORIZED=0 node .\" } }\n", on2},
		{"npm scripts, cross-env", "package.json", "{ \"name\": \"a\", \"scripts\": {\n\"start\": \"cross-env NODE_TLS_REJECT_UNAUTHORIZED=0 NODE_ENV=dev node .\" } }\n", on2},
		{"npm scripts, Windows", "package.json", "{ \"name\": \"a\", \"scripts\": {\n\"start\": \"set NODE_TLS_REJECT_UNAUTHORIZED=0&& node .\" } }\n", "2 TLS105 always"},
		{"npm scripts, curl", "package.json", "{ \"name\": \"a\", \"scripts\": { \"a\": \"x\",\n\"get\": \"curl -k \\\"https://x.example.com\\\" | tar x\" } }\n", on2},
		{"npm's description", "package.json", "{ \"description\": \"NODE_TLS_REJECT_UNAUTHORIZED=0\", \"config\": { \"scripts\": {\n\"a\": \"curl -k https://x\" } } }\n", ""},
		{"a DSN", "a.js", "\nconst url = `mongodb://${user}:${encodeURIComponent(p)}@db.example.com/a?tls=true&tlsInsecure=true`;\n", on2},
		{"a cookie", "a.js", "const proxy = true;\napp.use(session({ cookie: { secure: false, target: undefined } }));\n", ""},
		{"a proxy table by a variable", "a.js", "const proxy = { '/api': { target: 'https://x.example.com', changeOrigin: true,\nsecure: false } }; module.exports = { proxy };\n", on2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(found(t, map[string]string{tt.file: tt.src}), "; ")
			got = strings.ReplaceAll(got, tt.file+":", "")
			if got != tt.want {
				t.Errorf("got  %q\nwant %q\n%s", got, tt.want, tt.src)
			}
		})
	}
}
