package cli

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tlslint/tlslint/internal/report"
	"github.com/tlslint/tlslint/probe"
)

// probeAtOnce is how many hosts are probed at a time.
const probeAtOnce = 4

// starttlsProtocols are the protocols that begin in plain text and go on in TLS.
var starttlsProtocols = []string{"smtp", "imap", "pop3", "ftp", "ldap", "postgres", "mysql", "xmpp"}

type probeFlags struct {
	flags

	evidence, bundles   string
	trust               string
	connect, serverName string
	starttls, proxy     string
	compare             string
	private             bool
	aia, noAIA, ocsp    bool
}

func newProbe(s streams) *cobra.Command {
	f := &probeFlags{}
	cmd := &cobra.Command{
		Use: "probe HOST[:PORT]...", Short: "why a server's certificate does not verify, and whose fault that is",
		Long: `probe connects to each host, looks at the certificates that it sends, and says
why a client refuses them, whose fault that is (the server's, this machine's, the
network's, the CA's) and what to do. It says which clients fail and which do not,
and compares the trust stores of this machine.

Nothing is sent but a TLS ClientHello: no request, no path, no cookie, no
password. What a certificate names (--aia) is fetched to prove that a server
leaves out an intermediate; --no-aia fetches nothing.

A host is HOST, HOST:PORT, [IPv6]:PORT or an https URL. Exit codes: 0 every host
verified, 1 one did not, 2 usage, 3 no verdict (DNS, no connection, timeout).`,
		Example: `  tlslint probe pay.corp.example
  tlslint probe --write-bundle ca/ pay.corp.example:8443
  tlslint probe --starttls smtp mail.corp.example
  tlslint probe --probe-private --trust corp-ca.pem 10.1.2.3:443
  tlslint probe -f json https://pay.corp.example/api | jq '.hosts[].verdict'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError("no host: want tlslint probe HOST[:PORT]...")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runProbe(cmd, args, f, s) },
	}
	f.add(cmd.Flags())
	return cmd
}

func (f *probeFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.trust, "trust", "", "judge by the CA file, or folder, at this path instead of the system's store")
	fs.StringVar(&f.connect, "connect", "", "connect to this address instead of looking the host up: ADDR or ADDR:PORT")
	fs.StringVar(&f.serverName, "servername", "", "ask for this name and verify it, instead of HOST")
	fs.StringVar(&f.starttls, "starttls", "", "begin in plain text: "+strings.Join(starttlsProtocols, ", "))
	fs.StringVar(&f.proxy, "proxy", "", "go through a proxy: env (HTTPS_PROXY, NO_PROXY) or its http URL")
	fs.BoolVar(&f.private, "probe-private", false, "permit loopback and private addresses")
	fs.BoolVar(&f.aia, "aia", true, "fetch the certificates whose addresses the server's certificates name")
	fs.BoolVar(&f.noAIA, "no-aia", false, "fetch nothing")
	fs.BoolVar(&f.ocsp, "ocsp", false, "ask the CA whether the certificate is revoked")
	fs.StringVar(&f.compare, "compare", "", "an unrelated public host: the same issuer there means an intercepting proxy")
	fs.String("probe-timeout", "10s", "how long one host may take (1ms to 2m)")
	fs.Int("probe-max", 20, "how many hosts one run may probe")
	fs.StringVar(&f.evidence, "evidence", "", "write certificates, probe.json and a transcript into a new folder a host below `DIR`")
	fs.StringVar(&f.bundles, "write-bundle", "", "write the CA file that is missing, a file a host, into `DIR`; nothing is overwritten")
	fs.StringArrayVarP(&f.formats, "format", "f", nil, "FORMAT or FORMAT=FILE, repeatable: "+strings.Join(report.ProbeFormats(), ", "))
	fs.StringVar(&f.color, "color", "", "auto, always or never (default auto)")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "no summary and no progress")
	fs.CountVarP(&f.verbose, "verbose", "v", "say more: every connection, note, subject and fingerprint")
	addConfigFlags(fs, &f.flags)
}

func runProbe(cmd *cobra.Command, args []string, f *probeFlags, s streams) error {
	root, err := workingDir()
	if err != nil {
		return failure(err)
	}
	conf, err := loadConfigs(cmd, &f.flags, root)
	if err != nil {
		return failure(err)
	}
	outputs, err := probeOutputs(f.formats, report.ProbeFormats())
	if err != nil {
		return err
	}
	if err := f.checkValues(len(args)); err != nil {
		return err
	}
	targets, err := f.targets(args, s.err)
	if err != nil {
		return err
	}
	limits := conf.top.Probe
	if len(targets) > limits.Max {
		return usageError("%d hosts: probe.max is %d: --probe-max %d permits them", len(targets), limits.Max, len(targets))
	}
	opt, err := f.options(root, time.Duration(limits.Timeout))
	if err != nil {
		return failure(err)
	}
	out, err := openProbeFolders(f.evidence, f.bundles, targets)
	if err != nil {
		return failure(err)
	}
	defer out.close()

	p := &report.Probes{Tool: tool()}
	if p.Hosts, err = probeAll(cmd.Context(), targets, opt, f.progress(s.err, len(targets))); err != nil {
		return failure(err)
	}
	for i := range p.Hosts {
		p.Hosts[i].Complete = report.CompletePath(p.Hosts[i].Result, opt.Trust)
	}
	p.ExitCode = probeExit(p.Hosts)
	writeErr := out.write(p)
	if err := printTo(outputs, s.out, func(w io.Writer, format string, file bool) error {
		return report.WriteProbes(w, format, p, f.show(conf.top.Output.Color, s.out, file))
	}); err != nil {
		return failure(err)
	}
	if !f.quiet {
		report.ProbeSummary(s.err, p)
		hintPrivate(s.err, p)
	}
	if writeErr != nil {
		return failure(writeErr)
	}
	return exit(p.ExitCode)
}

func tool() report.Tool {
	return report.Tool{Name: "tlslint", Version: version(), InfoURI: "https://github.com/tlslint/tlslint"}
}

// show is how a person sees the result.
func (f *flags) show(color string, w io.Writer, file bool) report.Options {
	opt := report.Options{Verbose: f.verbose, Quiet: f.quiet, Width: probeWidth()}
	opt.Color = !file && useColor(f.color, color, w, f.isolated)
	return opt
}

// probeWidth is the terminal's width. One screen of the classic size must do where
// nothing is known of it: a table that is too wide cannot be read at all.
func probeWidth() int {
	if os.Getenv("COLUMNS") == "" {
		return 80
	}
	return width()
}

// checkValues refuses values that a flag does not take.
func (f *probeFlags) checkValues(hosts int) error {
	if err := checkColor(f.color); err != nil {
		return err
	}
	if f.starttls != "" && !slices.Contains(starttlsProtocols, f.starttls) {
		return usageError("--starttls %s: want %s", f.starttls, strings.Join(starttlsProtocols, ", "))
	}
	for _, one := range []struct{ flag, value string }{{"connect", f.connect}, {"servername", f.serverName}} {
		if one.value != "" && hosts > 1 {
			return usageError("--%s is for one host, and there are %d", one.flag, hosts)
		}
	}
	if f.connect != "" {
		if _, err := netip.ParseAddr(strings.Trim(f.connect, "[]")); err != nil {
			if _, err := netip.ParseAddrPort(f.connect); err != nil {
				return usageError("--connect %q: want an IP address, or one with a port as 192.0.2.1:443 or [2001:db8::1]:443", f.connect)
			}
		}
	}
	if f.serverName != "" {
		if _, port, err := splitPort(f.serverName); err != nil || port != 0 {
			return usageError("--servername %q: want a host name without a port", f.serverName)
		}
	}
	if f.compare != "" {
		if _, _, err := splitPort(f.compare); err != nil {
			return usageError("--compare %q: %v", f.compare, err)
		}
	}
	if f.proxy != "" && f.proxy != "env" {
		// The URL may hold a password: it is not repeated.
		text := f.proxy
		if !strings.Contains(text, "://") {
			text = "http://" + text
		}
		if u, err := url.Parse(text); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
			return usageError("--proxy: want env, or a URL like http://proxy.example:3128")
		}
	}
	return nil
}

// targets reads the hosts. The same host twice is probed once.
func (f *probeFlags) targets(args []string, errs io.Writer) ([]probe.Target, error) {
	var out []probe.Target
	for _, arg := range args {
		t, dropped, err := parseTarget(arg)
		if err != nil {
			return nil, err
		}
		if len(dropped) > 0 && !f.quiet {
			fmt.Fprintf(errs, "tlslint: %s: only the host is used: %s dropped\n", escape(withoutSecrets(arg)), strings.Join(dropped, ", "))
		}
		t.ServerName, t.Connect, t.STARTTLS = f.serverName, f.connect, f.starttls
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out, nil
}

// options are those of every host of a run.
func (f *probeFlags) options(root string, timeout time.Duration) (probe.Options, error) {
	opt := probe.Options{
		Private: f.private, AIA: f.aia && !f.noAIA, OCSP: f.ocsp, Proxy: f.proxy,
		Compare: f.compare, Audit: true, Total: timeout,
		Others: probe.LocalStores(root),
	}
	var err error
	if f.trust != "" {
		if opt.Trust, err = chosenStore(f.trust); err != nil {
			return opt, fmt.Errorf("--trust: %w", err)
		}
	} else if opt.Trust, err = probe.SystemStore(); err != nil {
		return opt, fmt.Errorf("%w; --trust FILE names another one", err)
	}
	return opt, nil
}

// chosenStore reads the trust store that the user named.
func chosenStore(path string) (*probe.Store, error) {
	store, err := probe.FileStore(path)
	if err != nil {
		return nil, err
	}
	store.Chosen = true
	return store, nil
}

// probeAll probes the hosts, some at a time; the results have the order of targets.
func probeAll(ctx context.Context, targets []probe.Target, opt probe.Options, progress progressFunc) ([]report.Probed, error) {
	out := make([]report.Probed, len(targets))
	done, stop := progress()
	defer stop()
	slots := make(chan struct{}, probeAtOnce)
	var wg sync.WaitGroup
	for i, t := range targets {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			out[i].Result = probe.Probe(ctx, t, opt)
			done()
		})
	}
	wg.Wait()
	return out, ctx.Err()
}

type progressFunc func() (done, stop func())

// progress says how many hosts are done.
func (f *probeFlags) progress(w io.Writer, total int) progressFunc {
	return func() (func(), func()) {
		var done atomic.Int64
		stop := func() {}
		if !f.quiet {
			stop = progressLine(w, func() string { return fmt.Sprintf("%d/%d hosts", done.Load(), total) })
		}
		return func() { done.Add(1) }, stop
	}
}

// probeExit is 1 when a host failed, else 3 when one has no verdict.
func probeExit(hosts []report.Probed) int {
	code := 0
	for _, h := range hosts {
		switch report.ProbeOutcome(h.Result) {
		case report.Failed:
			return 1
		case report.NoVerdict:
			code = 3
		}
	}
	return code
}

// hintPrivate names the flag that lifts the rule about private addresses.
func hintPrivate(w io.Writer, p *report.Probes) {
	if slices.ContainsFunc(p.Hosts, func(h report.Probed) bool { return h.Diagnosis.Verdict() == probe.AddressForbidden }) {
		fmt.Fprintln(w, "tlslint: --probe-private permits loopback and private addresses")
	}
}

// probeOutputs is outputs for commands with formats of their own.
func probeOutputs(list, formats []string) ([]output, error) {
	if len(list) == 0 {
		list = []string{"text"}
	}
	return parseOutputs(list, formats)
}

// printTo writes every output to where it goes.
func printTo(outputs []output, stdout io.Writer, write func(w io.Writer, format string, file bool) error) error {
	for _, o := range outputs {
		if o.path == "" {
			if err := write(stdout, o.format, false); err != nil {
				return err
			}
			continue
		}
		var buf bytes.Buffer
		if err := write(&buf, o.format, true); err != nil {
			return err
		}
		if err := writeFile(o.path, buf.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// probeFolders are where evidence and bundles go. They are opened before the first
// packet is sent, so that a folder that cannot be used is an error at once; nothing
// is written outside of them, and nothing that exists is touched.
type probeFolders struct {
	evidence, bundles *os.Root
	names             []string // a host's, in the order of the targets
}

func openProbeFolders(evidence, bundles string, targets []probe.Target) (*probeFolders, error) {
	out := &probeFolders{}
	for _, t := range targets {
		out.names = append(out.names, hostFileName(t))
	}
	var err error
	if out.evidence, err = openNewIn(evidence, out.names); err == nil {
		var files []string
		for _, n := range out.names {
			files = append(files, n+".pem")
		}
		out.bundles, err = openNewIn(bundles, files)
	}
	if err != nil {
		out.close()
		return nil, err
	}
	return out, nil
}

// openNewIn opens a folder, which is made where it is missing, and in which none of
// these names may exist. "" opens none.
func openNewIn(dir string, names []string) (*os.Root, error) {
	if dir == "" {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, unwrapPath(err))
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, unwrapPath(err))
	}
	for _, n := range names {
		if _, err := root.Lstat(n); err == nil {
			root.Close()
			return nil, fmt.Errorf("%s: exists already: nothing is overwritten", filepath.Join(dir, n))
		} else if !errors.Is(err, os.ErrNotExist) {
			root.Close()
			return nil, fmt.Errorf("%s: %w", filepath.Join(dir, n), unwrapPath(err))
		}
	}
	return root, nil
}

func (d *probeFolders) close() {
	for _, r := range []*os.Root{d.evidence, d.bundles} {
		if r != nil {
			r.Close()
		}
	}
}

// write writes what every host leaves behind, and notes in p where its bundle is.
func (d *probeFolders) write(p *report.Probes) error {
	for i := range p.Hosts {
		h := &p.Hosts[i]
		if d.bundles != nil {
			data, why := report.ProbeBundle(p.Tool, *h)
			h.NoBundle = why
			if data != nil {
				name := d.names[i] + ".pem"
				if err := writeNew(d.bundles, name, data); err != nil {
					return err
				}
				h.Bundle = filepath.Join(d.bundles.Name(), name)
			}
		}
		if d.evidence == nil {
			continue
		}
		files, err := report.ProbeEvidence(p.Tool, *h, probeExit(p.Hosts[i:i+1]))
		if err != nil {
			return err
		}
		if err := d.evidence.Mkdir(d.names[i], 0o755); err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(d.evidence.Name(), d.names[i]), unwrapPath(err))
		}
		for _, file := range files {
			if err := writeNew(d.evidence, d.names[i]+"/"+file.Name, file.Data); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeNew writes a file that does not exist yet. O_EXCL follows no symbolic link
// at the name, and the root lets none lead outside.
func writeNew(root *os.Root, name string, data []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		_, err = f.Write(data)
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(root.Name(), name), unwrapPath(err))
	}
	return nil
}

// hostFileName is a file name made of a host and its port: letters, digits, dots
// and hyphens stay. Hosts that differ in anything else get names that differ.
func hostFileName(t probe.Target) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, strings.ToLower(t.Host))
	if len(safe) > 100 {
		safe = safe[:100]
	}
	safe = strings.TrimLeft(safe, ".-")
	if safe != t.Host {
		sum := sha256.Sum256([]byte(t.Host))
		safe += "-" + hex.EncodeToString(sum[:4])
	}
	port := t.Port
	if port == 0 {
		port = 443
		if t.STARTTLS != "" {
			return safe + "_" + t.STARTTLS
		}
	}
	return safe + "_" + strconv.Itoa(port)
}
