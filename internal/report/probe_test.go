package report

import (
	"bytes"
	"encoding/json"
	"encoding/pem"

	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlslint/tlslint/probe"
)

var probedAt = time.Date(2026, 11, 24, 1, 40, 0, 0, time.UTC)

// wireText is what a certificate may carry, made inert as package probe does it.
var wireText = probe.Clean("a\x1b[2J\r\nVerify return code: 0 (ok)\u202e|`]`](https://evil.example)<script>alert(1)</script> www.evil.example @octocat #1 $x$")

// testCertificate describes a certificate of testdata/probe.pem: a leaf, its
// intermediate, their root, and a root of somebody else.
func testCertificate(n int, from string) probe.Certificate {
	rest, err := os.ReadFile("testdata/probe.pem")
	if err != nil {
		panic(err)
	}
	var block *pem.Block
	for range n + 1 {
		block, rest = pem.Decode(rest)
	}
	return probe.Describe(block.Bytes, from)
}

// incomplete is a server that leaves its intermediate out.
func incomplete() Probed {
	leaf, inter, root := testCertificate(0, "server"), testCertificate(1, "aia"), testCertificate(2, "store")
	return Probed{Result: &probe.Result{
		Host: "pay.corp.example", Port: 443, Time: probedAt, Took: 210 * time.Millisecond, Resolver: "system", Store: "system",
		Attempts: []probe.Attempt{{
			Address: netip.MustParseAddrPort("203.0.113.7:443"), SNI: "pay.corp.example", Why: "first", Stage: "read",
			Alert: -1, Version: 0x0304, Cipher: "TLS_AES_128_GCM_SHA256", Chain: [][]byte{leaf.DER}, Took: 40 * time.Millisecond,
		}},
		Diagnosis: probe.Diagnosis{
			Code: 20, Text: "unable to get local issuer certificate",
			SClientCode: 21, SClientText: "unable to verify the first certificate",
			Findings: []probe.Finding{
				{
					Class: probe.IncompleteChain, Weight: probe.Failure, Depth: 1, Subject: "CN=Example R11", Code: 20,
					Text: "unable to get local issuer certificate", Liability: probe.Server,
					Message:   "the server does not send the intermediate certificate CN=Example R11,O=Example Trust Services",
					Proof:     "http://r11.ca.example/ gives it, and with it the chain ends at Example Root X1, which the store has",
					Action:    "send the whole chain: fullchain.pem instead of cert.pem",
					Meanwhile: "give clients a CA file that holds the intermediate (--write-bundle DIR)",
				},
				{Class: probe.ExtraCertificate, Weight: probe.Note, Depth: -1, Liability: probe.Nobody, Message: "one."},
				{Class: probe.FewSCTs, Weight: probe.Note, Depth: 0, Liability: probe.Nobody, Message: "two."},
				{Class: probe.LongValidity, Weight: probe.Note, Depth: 0, Liability: probe.Nobody, Message: "three."},
			},
			Clients: map[probe.Client]probe.Verdict{
				probe.OpenSSL:   {Says: "error 20 at 0 depth lookup: unable to get local issuer certificate"},
				probe.Curl:      {Says: "curl: (60) SSL certificate problem: unable to get local issuer certificate"},
				probe.Python:    {Says: "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate"},
				probe.Python313: {Says: "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate"},
				probe.Node:      {Says: "UNABLE_TO_VERIFY_LEAF_SIGNATURE"},
				probe.Java:      {Says: "PKIX path building failed"},
				probe.Go:        {OK: true},
			},
			Path: []probe.Certificate{leaf},
		},
		Stores: []probe.StoreVerdict{
			{Store: "certifi", Path: "/venv/cacert.pem", Roots: 120, Code: 20, Text: "unable to get local issuer certificate"},
			{Store: "mozilla", Roots: 117, OK: true},
		},
		Environment: []probe.Variable{{
			Name: "SSL_CERT_FILE", Value: "/gone.pem", Effect: "OpenSSL and Go read their roots from it", Fault: "there is no such file",
			Clients: []string{"openssl", "go"},
		}},
		Fetches: []probe.Fetch{{URL: "http://r11.ca.example/", DER: [][]byte{inter.DER}, Form: "der"}},
	}, Complete: []probe.Certificate{leaf, inter, root}}
}

// verified is a host without a fault.
func verified() Probed {
	h := incomplete()
	h.Fetches, h.Environment = nil, nil
	d := &h.Diagnosis
	d.Code, d.Text, d.SClientCode, d.SClientText, d.Findings = 0, "ok", 0, "ok", nil
	for c := range d.Clients {
		d.Clients[c] = probe.Verdict{OK: true}
	}
	d.Path, d.Trusted, h.Complete = h.Complete, true, nil
	d.Path[1].From = "server"
	h.Attempts[0].Chain = [][]byte{d.Path[0].DER, d.Path[1].DER}
	return h
}

// refused is a host that cannot be reached.
func refused() Probed {
	return Probed{Result: &probe.Result{
		Host: "2001:db8::1", Port: 8443, Time: probedAt, Store: "system",
		Attempts: []probe.Attempt{{
			Address: netip.MustParseAddrPort("[2001:db8::1]:8443"), Why: "first", Stage: "dial", Alert: -1,
			Fault: probe.Refused, Err: "connect: connection refused", Took: time.Millisecond,
		}},
		Diagnosis: probe.Diagnosis{Findings: []probe.Finding{{
			Class: probe.Refused, Weight: probe.Failure, Depth: -1, Liability: probe.Network,
			Message: "nothing listens on port 8443 of 2001:db8::1", Action: "look at the port, and at firewalls on the way",
		}}},
	}}
}

// private is a server with a CA of its own, whose root it sends; every text of it
// is wireText.
func private() Probed {
	h := verified()
	d := &h.Diagnosis
	h.Host, h.Proxy, h.Store = "127.0.0.1", wireText, wireText
	d.Code, d.Text, d.SClientCode, d.SClientText = 19, wireText, 19, wireText
	root, leaf := testCertificate(3, "server"), testCertificate(0, "server")
	root.Subject, root.Issuer = "CN="+wireText, "CN="+wireText
	leaf.Subject, leaf.Issuer, leaf.NotAfter = "CN="+wireText+",O="+wireText, "CN="+wireText, probedAt.AddDate(0, 0, -3)
	leaf.Names, leaf.Broken = []string{wireText, "b.example"}, wireText
	d.Path, d.Trusted = []probe.Certificate{leaf, root}, false
	h.Attempts[0].Chain = [][]byte{leaf.DER, root.DER}
	h.Attempts[0].Err, h.Attempts[0].First, h.Attempts[0].AcceptedCAs = wireText, wireText, []string{wireText}
	d.Findings = []probe.Finding{
		{
			Class: probe.PrivateCA, Weight: probe.Failure, Depth: 1, Subject: wireText, Code: 19, Text: wireText, Liability: probe.ClientSide,
			Message: wireText, Proof: wireText, Action: "do " + wireText, Meanwhile: "meanwhile " + wireText,
		},
		{Class: probe.Expired, Weight: probe.Failure, Depth: 0, Liability: probe.Server, Message: "expired " + wireText, Action: "renew"},
		{Class: probe.WeakKey, Weight: probe.Warning, Depth: 0, Liability: probe.CannotTell, Message: "weak " + wireText},
	}
	d.Clients[probe.Go] = probe.Verdict{Says: wireText}
	h.Stores = []probe.StoreVerdict{{Store: wireText, Path: wireText, Text: wireText, Code: 19}}
	h.Environment = []probe.Variable{{Name: wireText, Value: wireText, Effect: wireText, Fault: wireText}}
	h.Fetches = []probe.Fetch{{URL: "http://" + wireText, Err: wireText}}
	return h
}

func testProbes(hosts ...Probed) *Probes {
	return &Probes{Tool: Tool{Name: "tlslint", Version: "1.2.3", InfoURI: "https://tlslint.example"}, ExitCode: 1, Hosts: hosts}
}

func renderProbes(t testing.TB, format string, p *Probes, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteProbes(&b, format, p, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestProbeGoldenFiles(t *testing.T) {
	withBundle := private()
	withBundle.Bundle = "ca/it's.pem"
	noBundle := incomplete()
	noBundle.NoBundle = "the certificate that is missing was not found"
	all := testProbes(incomplete(), verified(), refused(), withBundle)
	for name, out := range map[string]string{
		"probe_text":         renderProbes(t, "text", all, Options{Width: 80}),
		"probe_text_verbose": renderProbes(t, "text", testProbes(noBundle, refused()), Options{Width: 100, Verbose: 1}),
		"probe_text_color":   renderProbes(t, "text", testProbes(incomplete(), verified()), Options{Width: 80, Color: true}),
		"probe_json":         renderProbes(t, "json", all, Options{}),
		"probe_markdown":     renderProbes(t, "markdown", all, Options{}),
	} {
		t.Run(name, func(t *testing.T) { compareGolden(t, name, out) })
	}
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test ./internal/report -run Golden -update, and review):\n%s", file, got)
	}
}

// A host with one fault fits the screen that every terminal has.
func TestProbeTextFitsTheScreen(t *testing.T) {
	out := renderProbes(t, "text", testProbes(incomplete()), Options{Width: 80})
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) > 32 {
		t.Errorf("%d lines", len(lines))
	}
	for _, l := range lines {
		if textWidth(l) > 80 {
			t.Errorf("%d columns: %s", textWidth(l), l)
		}
	}
}

func TestHostileTextIsInert(t *testing.T) {
	for format := range probeSinks {
		for _, o := range []Options{{Width: 80}, {Verbose: 2}} {
			out := renderProbes(t, format, testProbes(private()), o)
			for _, bad := range []string{"\x1b", "\r", "\u202e"} {
				if strings.Contains(out, bad) {
					t.Errorf("%s has %q", format, bad)
				}
			}
			for _, l := range strings.Split(out, "\n") {
				if strings.HasPrefix(strings.TrimSpace(l), "Verify return code: 0") {
					t.Errorf("%s: a line of the certificate's own: %q", format, l)
				}
			}
		}
	}
}

// outsideCode is Markdown without its spans of code, as CommonMark finds them.
func outsideCode(t *testing.T, line string) string {
	var out strings.Builder
	for i := 0; i < len(line); {
		if line[i] == '\\' && i+1 < len(line) {
			out.WriteString(`\.`)
			i += 2
			continue
		}
		if line[i] != '`' {
			out.WriteByte(line[i])
			i++
			continue
		}
		n := 1
		for i+n < len(line) && line[i+n] == '`' {
			n++
		}
		end := -1
		for j := i + n; j < len(line); {
			if line[j] != '`' {
				j++
				continue
			}
			m := 1
			for j+m < len(line) && line[j+m] == '`' {
				m++
			}
			if m == n {
				end = j + m
				break
			}
			j += m
		}
		if end < 0 {
			t.Errorf("a span of code does not end: %s", line)
			return out.String()
		}
		i = end
	}
	return out.String()
}

func TestHostileTextIsInertInMarkdown(t *testing.T) {
	out := renderProbes(t, "markdown", testProbes(private()), Options{})
	columns := 0
	for _, line := range strings.Split(out, "\n") {
		text := strings.ReplaceAll(outsideCode(t, line), "&#124;", "")
		for _, bad := range []string{"<script", "](", "[", "@", "#1", "://", "www.", "$"} {
			if strings.Contains(text, bad) {
				t.Errorf("%q stands outside of code: %s", bad, line)
			}
		}
		if !strings.HasPrefix(line, "|") {
			columns = 0
			continue
		}
		n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		if columns != 0 && n != columns {
			t.Errorf("a row with %d bars in a table with %d: %s", n, columns, line)
		}
		columns = n
	}
}

func TestCodeSpans(t *testing.T) {
	for in, want := range map[string]string{
		"":          "`  `",
		"a":         "`a`",
		"a`b":       "``a`b``",
		"`":         "`` ` ``",
		"a``b`c":    "```a``b`c```",
		" a":        "`  a `",
		"a\nb":      "`a\\x0ab`",
		"a\x1b[31m": "`a\\x1b[31m`",
	} {
		if got := code(in); got != want {
			t.Errorf("code(%q) = %s, want %s", in, got, want)
		}
	}
	if got, want := cellCode("a|b"), "`a\\|b`"; got != want {
		t.Errorf("cellCode: %s, want %s", got, want)
	}
}

func TestProbeJSONFollowsItsSchema(t *testing.T) {
	text, err := os.ReadFile("schema/probe.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	schema := compileSchema(t, "probe.schema.json", text)
	validate(t, schema, renderProbes(t, "json", testProbes(incomplete(), verified(), refused(), private()), Options{}))
	validate(t, schema, renderProbes(t, "json", testProbes(), Options{}))
	validate(t, schema, renderProbes(t, "json", testProbes(Probed{Result: &probe.Result{}}), Options{}))
}

// What a parser reads back is what was put in.
func TestProbeJSONKeepsTexts(t *testing.T) {
	var back struct {
		Hosts []struct{ Findings []struct{ Message string } }
	}
	if err := json.Unmarshal([]byte(renderProbes(t, "json", testProbes(private()), Options{})), &back); err != nil {
		t.Fatal(err)
	}
	if got := back.Hosts[0].Findings[0].Message; got != wireText {
		t.Errorf("%q, want %q", got, wireText)
	}
}

func TestProbeOutcomes(t *testing.T) {
	with := func(class probe.Class, weight probe.Weight, chain bool) *probe.Result {
		r := &probe.Result{Diagnosis: probe.Diagnosis{Findings: []probe.Finding{{Class: class, Weight: weight}}}}
		if chain {
			r.Attempts = []probe.Attempt{{}, {Chain: [][]byte{{1}}}}
		}
		return r
	}
	tests := []struct {
		name string
		r    *probe.Result
		want Outcome
	}{
		{"nothing at all", &probe.Result{}, NoVerdict},
		{"a note", with(probe.ExtraCertificate, probe.Note, true), Verified},
		{"a warning", with(probe.WeakKey, probe.Warning, true), Verified},
		{"expired", with(probe.Expired, probe.Failure, true), Failed},
		{"refused", with(probe.Refused, probe.Failure, false), NoVerdict},
		{"no such name", with(probe.NameNotFound, probe.Failure, false), NoVerdict},
		{"a rule of ours", with(probe.AddressForbidden, probe.Failure, false), NoVerdict},
		{"a note and no certificate", with(probe.CrossSigned, probe.Note, false), NoVerdict},
		{"another protocol", with(probe.PlainHTTP, probe.Failure, false), Failed},
		{"an alert", with(probe.OldProtocol, probe.Failure, false), Failed},
		{"reset after the certificate", with(probe.Reset, probe.Failure, true), Failed},
	}
	for _, tt := range tests {
		if got := ProbeOutcome(tt.r); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestBundles(t *testing.T) {
	const inter, root = 1, 2 // in testdata/probe.pem
	privateRoot := func(h *Probed, from string) {
		h.Diagnosis.Findings[0].Class = probe.PrivateCA
		h.Diagnosis.Path, h.Complete = h.Complete, nil
		h.Diagnosis.Path[2].From = from
	}
	tests := []struct {
		name  string
		edit  func(*Probed)
		certs []int  // in the bundle
		says  string // in its head, or why there is none
	}{
		{"the intermediate and the trusted root", func(*Probed) {}, []int{inter, root}, "\n#   from http://r11.ca.example/\n"},
		{"a verified host", func(h *Probed) { *h = verified() }, nil, "nothing is missing"},
		{"a host that was not reached", func(h *Probed) { *h = refused() }, nil, "sent no certificate"},
		{"a private root", func(h *Probed) { privateRoot(h, "server") }, []int{root}, "# VERIFY OUT OF BAND"},
		{"a root that was fetched", func(h *Probed) { privateRoot(h, "aia") }, nil, "was not found"},
		{"an intermediate without a root", func(h *Probed) {
			h.Diagnosis.Path, h.Complete = h.Complete[:2], nil
		}, nil, "was not found"},
		{"a proxy between", func(h *Probed) { h.Diagnosis.Findings[0].Class = probe.Intercepted }, nil, "take its root from whoever runs the proxy"},
		{"a bad signature beside it", func(h *Probed) {
			h.Diagnosis.Findings = append(h.Diagnosis.Findings, probe.Finding{Class: probe.BadSignature, Weight: probe.Failure})
		}, nil, "does not verify"},
		{"only expired", func(h *Probed) { h.Diagnosis.Findings[0].Class = probe.Expired }, nil, "no CA file would change the verdict"},
		{"a self-signed leaf", func(h *Probed) {
			privateRoot(h, "server")
			h.Diagnosis.Path = h.Diagnosis.Path[2:]
		}, []int{root}, "# VERIFY OUT OF BAND"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := incomplete()
			tt.edit(&h)
			data, why := ProbeBundle(Tool{Name: "tlslint", Version: "1.2.3"}, h)
			if (data == nil) != (why != "") {
				t.Fatalf("a bundle of %d bytes, and the reason %q", len(data), why)
			}
			if !strings.Contains(why+string(data), tt.says) {
				t.Errorf("%q is not said: %s%s", tt.says, why, data)
			}
			var got, want []string
			for rest := data; ; {
				var block *pem.Block
				if block, rest = pem.Decode(rest); block == nil {
					break
				}
				c := probe.Describe(block.Bytes, "")
				got = append(got, c.SHA256)
				if !strings.Contains(string(data), c.SHA256) {
					t.Errorf("the fingerprint of %s is not in the head", c.Subject)
				}
			}
			for _, n := range tt.certs {
				want = append(want, testCertificate(n, "").SHA256)
			}
			if !slices.Equal(got, want) {
				t.Errorf("certificates %q, want %q", got, want)
			}
		})
	}
}

func TestCompletePaths(t *testing.T) {
	root := probe.Root{DER: testCertificate(2, "").DER}
	store, empty := &probe.Store{Name: "system", Roots: []probe.Root{root}}, &probe.Store{Name: "empty"}
	h := incomplete()
	var from []string
	for _, c := range CompletePath(h.Result, store) {
		from = append(from, c.From)
	}
	if want := []string{"server", "aia", "store"}; !slices.Equal(from, want) {
		t.Errorf("%q, want %q", from, want)
	}
	if path := CompletePath(h.Result, empty); path != nil {
		t.Errorf("a path to a root that nobody trusts: %d certificates", len(path))
	}
	h.Fetches[0].DER = [][]byte{root.DER, {1, 2, 3}}
	if path := CompletePath(h.Result, store); path != nil {
		t.Errorf("a path without the intermediate: %d certificates", len(path))
	}
	for _, h := range []Probed{verified(), refused()} {
		if path := CompletePath(h.Result, store); path != nil {
			t.Errorf("%s: %d certificates", h.Host, len(path))
		}
	}
}

func TestEvidence(t *testing.T) {
	h := private()
	h.Attempts = append(h.Attempts, h.Attempts[0])
	h.Attempts = append(h.Attempts, probe.Attempt{Chain: [][]byte{{1, 2}}, Staple: []byte{3}})
	files, err := ProbeEvidence(Tool{Name: "tlslint"}, h, 1)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.Name)
		if bytes.ContainsAny(f.Data, "\x1b\r") {
			t.Errorf("%s is not inert", f.Name)
		}
		if strings.HasSuffix(f.Name, ".pem") && !bytes.HasPrefix(f.Data, []byte("# ")) {
			t.Errorf("%s has no head", f.Name)
		}
	}
	want := []string{"chain.pem", "chain-2.pem", "chain-2-ocsp.der", "path.pem", "probe.json", "transcript.txt"}
	if !slices.Equal(names, want) {
		t.Errorf("%q, want %q", names, want)
	}
}

func TestShortNames(t *testing.T) {
	for dn, want := range map[string]string{
		"CN=a":                        "a",
		"CN=a,O=b,C=c":                "a (b)",
		"O=b,CN=a":                    "a (b)",
		"O=b,OU=c":                    "O=b,OU=c",
		"":                            "",
		`O=x\, CN=bank`:               `O=x\, CN=bank`,
		`O="x, CN=bank"`:              `O="x, CN=bank"`,
		`CN=a\,b,O=c`:                 `a\,b (c)`,
		"CN=a+O=b":                    "a (b)",
		"C = US, O = Org, CN = leaf":  "leaf (Org)",
		`CN=a\`:                       `a\`,
		"1.2.3=x,CN=":                 "1.2.3=x,CN=",
		"OU=CN=bank,O=evil":           "OU=CN=bank,O=evil",
		"emailAddress=CN=x@y,CN=real": "real",
	} {
		if got := shortName(dn); got != want {
			t.Errorf("shortName(%q) = %q, want %q", dn, got, want)
		}
	}
}

func TestTimeLeft(t *testing.T) {
	at := func(before, after time.Duration) probe.Certificate {
		return probe.Certificate{NotBefore: probedAt.Add(before), NotAfter: probedAt.Add(after)}
	}
	const d = 24 * time.Hour
	tests := []struct {
		c    probe.Certificate
		text string
		days int64
	}{
		{at(-d, 90*d), "90 d", 90},
		{at(-d, 5*time.Hour), "5 h", 0},
		{at(-d, 0), "0 h", 0},
		{at(-d, -time.Second), "0 h ago", -1},
		{at(-9*d, -3*d), "3 d ago", -3},
		{at(2*d, 9*d), "in 2 d", 9},
		{probe.Certificate{NotAfter: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}, "2912115 d", 2912115},
	}
	for _, tt := range tests {
		if text, days := left(tt.c, probedAt), daysLeft(tt.c, probedAt); text != tt.text || days != tt.days {
			t.Errorf("until %s: %q and %d, want %q and %d", tt.c.NotAfter, text, days, tt.text, tt.days)
		}
	}
}

func TestShellWords(t *testing.T) {
	for in, want := range map[string]string{
		"ca/pay.example_443.pem": "ca/pay.example_443.pem", "a b": "'a b'", "it's": `'it'\''s'`, "$(x)": "'$(x)'", "": "''", "é": "'é'",
	} {
		if got := shellWord(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestProbeWriters(t *testing.T) {
	for format := range probeSinks {
		if err := WriteProbes(brokenWriter{}, format, testProbes(incomplete()), Options{}); err == nil {
			t.Errorf("%s: the error of the writer is lost", format)
		}
	}
	if err := WriteProbes(brokenWriter{}, "sarif", testProbes(), Options{}); err == nil {
		t.Error("a format that does not exist is written")
	}
	var b bytes.Buffer
	ProbeSummary(&b, testProbes(incomplete(), verified(), refused(), incomplete()))
	if want := "4 hosts: 1 verified, 2 failed, 1 without a verdict\n"; b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
}
