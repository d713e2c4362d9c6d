package probe_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/faultlab"
	"github.com/tlslint/tlslint/probe"
)

var update = flag.Bool("update", false, "rewrite docs/faults.md")

const faultsPage = "../docs/faults.md"

// TestFaultsPage compares docs/faults.md with what the probe says of the lab.
func TestFaultsPage(t *testing.T) {
	plainEnvironment(t)
	old, err := os.ReadFile(faultsPage)
	if err != nil && !*update {
		t.Fatal(err)
	}
	// On a machine that is very busy the probe makes fewer connections, and says less.
	var page string
	for range 3 {
		if page = faults(t); *update || page == string(old) {
			break
		}
	}
	if *update {
		if err := os.WriteFile(faultsPage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if page != string(old) {
		t.Errorf("docs/faults.md is out of date: go test ./probe -run TestFaultsPage -update%s", firstDifference(string(old), page))
	}
}

// faults is the page. The test is skipped where a fault cannot be had.
func faults(t *testing.T) string {
	var b strings.Builder
	b.WriteString(`# Faults

What the probe says about each fault of its lab: whose fault it is, what to do, and
what the clients say. The code is the one that ` + "`openssl verify`" + `, curl and Python print;
where ` + "`openssl s_client`" + ` ends with another one, that stands behind it. A finding is a
failure when it stops common clients, a warning when it stops some, and a note when
it stops nobody.

This page is written by ` + "`go test ./probe -run TestFaultsPage -update`" + `. "…" stands for
what differs from run to run.
`)
	skipped := false
	for _, row := range faultlab.Rows() {
		fmt.Fprintf(&b, "\n## %d. %s\n\n%s\n", row.Number, title(row.Name), row.Wrong)
		for _, c := range row.Cases {
			t.Run(fmt.Sprintf("%02d-%s/%s", row.Number, row.Name, c.Name), func(t *testing.T) {
				t.Cleanup(func() { skipped = skipped || t.Skipped() })
				lab, setup, result := run(t, c)
				if c.Name != "" {
					fmt.Fprintf(&b, "\n### %s\n", title(c.Name))
				}
				if c.Wrong != "" {
					fmt.Fprintf(&b, "\n%s\n", c.Wrong)
				}
				b.WriteString(steady(section(&c.Expect, result), lab, setup))
			})
		}
	}
	if skipped {
		t.Skip("not every fault can be had on this machine")
	}
	return b.String()
}

func firstDifference(old, now string) string {
	a, b := strings.Split(old, "\n"), strings.Split(now, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("\nline %d:\n- %s\n+ %s", i+1, a[i], b[i])
		}
	}
	return ""
}

// spellings are words that are not written in small letters.
var spellings = map[string]string{"sni": "SNI", "ca": "CA", "tls": "TLS", "http": "HTTP", "ipv6": "IPv6", "html": "HTML", "pem": "PEM", "pkcs7": "PKCS#7",
	"smtp": "SMTP", "imap": "IMAP", "pop3": "POP3", "ftp": "FTP", "xmpp": "XMPP", "ldap": "LDAP", "postgres": "PostgreSQL", "mysql": "MySQL",
	"sha1": "SHA-1", "md5": "MD5", "caddy": "Caddy", "kubernetes": "Kubernetes"}

// title makes a heading of a name.
func title(name string) string {
	words := strings.Split(name, "-")
	for i, w := range words {
		if proper, ok := spellings[w]; ok {
			words[i] = proper
		}
	}
	all := strings.Join(words, " ")
	return strings.ToUpper(all[:1]) + all[1:]
}

var whose = map[probe.Liability]string{
	probe.Nobody: "nobody's fault", probe.Server: "the server's fault", probe.ClientSide: "the client's fault", probe.Network: "the network's fault",
	probe.Issuer: "the CA's fault", probe.CannotTell: "whose fault cannot be told",
}

// section says what a probe found.
func section(want *faultlab.Expect, got *probe.Result) string {
	var b strings.Builder
	d := &got.Diagnosis
	if d.Verdict() == probe.OK && len(d.Findings) == 0 {
		b.WriteString("\nNothing is found.\n")
	}
	for _, f := range d.Findings {
		fmt.Fprintf(&b, "\n**%s** (%s, %s, `%s`)\n", sentence(inline(f.Message)), f.Weight, whose[f.Liability], f.Class)
		for _, line := range []struct{ label, text string }{{"Proof", f.Proof}, {"What to do", f.Action}, {"Until then", f.Meanwhile}} {
			if line.text != "" {
				fmt.Fprintf(&b, "- %s: %s\n", line.label, inline(line.text))
			}
		}
	}
	switch {
	case want.Codes == nil:
	case d.Code == 0 && d.SClientCode == 0:
		b.WriteString("\nOpenSSL: 0 (ok).\n")
	case d.Code == d.SClientCode:
		fmt.Fprintf(&b, "\nOpenSSL: %d (%s).\n", d.Code, d.Text)
	default:
		fmt.Fprintf(&b, "\nOpenSSL: %d (%s); s_client: %d (%s).\n", d.Code, d.Text, d.SClientCode, d.SClientText)
	}
	if len(d.Clients) > 0 {
		b.WriteString("\n" + clientLine(d) + "\n")
	}
	return b.String()
}

var clientNames = map[probe.Client]string{probe.OpenSSL: "openssl", probe.Curl: "curl", probe.Python: "Python", probe.Python313: "Python 3.13",
	probe.Node: "Node", probe.Java: "Java", probe.Go: "Go"}

// clientLine says which clients connect, and what the others say.
func clientLine(d *probe.Diagnosis) string {
	var content, refused, said []string
	names := map[string][]string{}
	for _, c := range probe.Clients {
		v := d.Clients[c]
		if v.OK {
			content = append(content, clientNames[c])
			continue
		}
		refused = append(refused, clientNames[c])
		if names[v.Says] == nil {
			said = append(said, v.Says)
		}
		names[v.Says] = append(names[v.Says], clientNames[c])
	}
	var b strings.Builder
	switch {
	case len(refused) == 0:
		return "Works with all clients."
	case len(content) == 0:
		b.WriteString("Fails with all clients:\n")
	default:
		fmt.Fprintf(&b, "Works with %s; fails with:\n", strings.Join(content, ", "))
	}
	for _, says := range said {
		fmt.Fprintf(&b, "\n- %s", strings.Join(names[says], ", "))
		if says != "" {
			fmt.Fprintf(&b, ": `%s`", strings.ReplaceAll(says, "`", "'"))
		}
	}
	return b.String()
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	if !strings.HasPrefix(s, "xn--") {
		s = strings.ToUpper(s[:1]) + s[1:]
	}
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// inline makes a text show as it is in Markdown.
func inline(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, "`", "\\`", "[", `\[`, "|", `\|`).Replace(s)
}

// changing is what differs from run to run.
var changing = []struct {
	from *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`(127\.0\.0\.1):\d+->`), "$1->"},
	{regexp.MustCompile(`\b[0-9A-F]{2}(:[0-9A-F]{2}){4,}…?`), "…"},
	{regexp.MustCompile(`\b[0-9a-f]{16,}…?`), "…"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d(T[0-9:]+Z| [0-9:]+ UTC)?`), "…"},
	{regexp.MustCompile(`\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d [0-9:]{8} UTC \d{4}`), "…"},
	{regexp.MustCompile(`(handshake message \()\d+`), "$1…"},
	{regexp.MustCompile(`\b\d{4,} bytes`), "… bytes"},
	{regexp.MustCompile(`\b(\d+ms|\d\.\d+s)\b`), "…"},
}

// steady takes away what differs from run to run.
func steady(s string, lab *faultlab.Lab, setup *faultlab.Setup) string {
	for _, port := range lab.Ports() {
		usual := ""
		if port == setup.Target.Port {
			usual = "${1}443"
		}
		s = regexp.MustCompile(fmt.Sprintf(`(:|\b)%d\b`, port)).ReplaceAllString(s, usual)
	}
	for name, value := range setup.Env {
		s = strings.ReplaceAll(s, inline(value), "/etc/ssl/"+strings.ToLower(name)+value[strings.LastIndexByte(value, '/'):])
	}
	for _, c := range changing {
		s = c.from.ReplaceAllString(s, c.to)
	}
	return s
}
