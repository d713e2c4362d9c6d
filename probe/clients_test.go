package probe_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/idna"

	"github.com/tlslint/tlslint/internal/faultlab"
	"github.com/tlslint/tlslint/probe"
)

// target is a case of the lab that runs, for other clients.
type target struct {
	ID    string `json:"id"` // the name of the test
	Port  int    `json:"port"`
	Name  string `json:"name"`
	Roots string `json:"roots"` // PEM
	// Ciphers sets OpenSSL's security level.
	Ciphers string `json:"ciphers"`

	rootsFile, sentFile string
	starttls            string
	at                  time.Time
	wrongClock          bool
	got                 *probe.Result
}

// said is what a real client made of a target.
type said struct {
	ID   string `json:"id"`
	OK   bool   `json:"ok"`
	Code int    `json:"code"` // OpenSSL's first error
	Says string `json:"says"`

	last int // s_client's last error
}

// TestRealClients compares what the probe says of the lab's faults with what the
// clients of this machine say. A client that is not installed is skipped.
func TestRealClients(t *testing.T) {
	if testing.Short() {
		t.Skip("starts other programs")
	}
	plainEnvironment(t)
	var targets []*target
	for _, row := range faultlab.Rows() {
		for _, c := range row.Cases {
			id := strings.TrimSuffix(fmt.Sprintf("%02d-%s/%s", row.Number, row.Name, c.Name), "/")
			if r := startTarget(t, id, c); r != nil {
				targets = append(targets, r)
			}
		}
	}
	clients := []struct {
		name    string
		program func(t *testing.T) string
		ask     func(ctx context.Context, program string, targets []*target) (map[string]said, error)
		compare func(t *testing.T, r *target, s said)
	}{
		{"openssl-s_client", installed("openssl", "version", "OpenSSL 3.0."), sClient, compareSClient},
		{"openssl-verify", installed("openssl", "version", "OpenSSL 3.0."), opensslVerify, compareVerify},
		{"curl", installed("curl", "--version", " OpenSSL/3.0."), curl, compareWith(probe.Curl)},
		{"python", python(3, 10, 12), pythonClient, comparePython(probe.Python)},
		{"python3.13", python(3, 13, 99), pythonClient, comparePython(probe.Python313)},
		{"node", installed("node", "--version", "v20."), nodeClient, compareWith(probe.Node)},
		{"java", installed("java", "--version", "openjdk 17."), javaClient, compareWith(probe.Java)},
	}
	for _, client := range clients {
		t.Run(client.name, func(t *testing.T) {
			program := client.program(t)
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			answers, err := client.ask(ctx, program, targets)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range targets {
				if s, ok := answers[r.ID]; ok {
					t.Run(r.ID, func(t *testing.T) { client.compare(t, r, s) })
				}
			}
		})
	}
}

// startTarget starts a case that other clients can be compared on, nil for others.
func startTarget(t *testing.T, id string, c faultlab.Case) *target {
	dir := t.TempDir()
	lab := faultlab.New(time.Now(), dir)
	t.Cleanup(lab.Close)
	setup := c.Start(lab)
	if setup.Skip != "" || !setup.TLS || setup.Options.Trust == nil {
		return nil
	}
	name := setup.Name()
	if net.ParseIP(name) == nil {
		ascii, err := idna.Lookup.ToASCII(name)
		if err != nil {
			t.Fatal(err)
		}
		name = ascii
	}
	r := &target{
		ID: id, Port: setup.Target.Port, Name: name, Roots: encodePEM(setup.Roots()), starttls: setup.Target.STARTTLS, Ciphers: level,
		at: lab.Now, wrongClock: !setup.ClientTime.IsZero(),
		rootsFile: filepath.Join(dir, "roots.pem"), got: probe.Probe(t.Context(), setup.Target, setup.Options),
	}
	if r.wrongClock {
		r.at = setup.ClientTime
	}
	writeFile(t, r.rootsFile, r.Roots)
	if setup.Sent != nil {
		r.sentFile = filepath.Join(dir, "sent.pem")
		writeFile(t, r.sentFile, encodePEM(setup.Sent))
	}
	return r
}

func encodePEM(certs [][]byte) string {
	var b strings.Builder
	for _, der := range certs {
		b.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	return b.String()
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// installed finds a program of the version that the probe's verdicts were measured
// with: the answer to option has to say it.
func installed(name, option, version string) func(*testing.T) string {
	return func(t *testing.T) string {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Skipf("%s is not installed", name)
		}
		out, err := exec.Command(path, option).CombinedOutput()
		if err != nil || !strings.Contains(string(out), version) {
			t.Skipf("%s is another version than %q: %.80q", name, version, out)
		}
		return path
	}
}

// level is the cipher list that sets the security level of Debian's configuration,
// whatever the one of this machine is.
var level = fmt.Sprintf("DEFAULT@SECLEVEL=%d", probe.OpenSSLLevel)

// python finds a Python between two minor versions, in the path or in pyenv's folder.
func python(major, from, to int) func(*testing.T) string {
	return func(t *testing.T) string {
		candidates := []string{"python3"}
		for minor := min(to, from+5); minor >= from; minor-- {
			candidates = append(candidates, fmt.Sprintf("python%d.%d", major, minor))
		}
		if home, err := os.UserHomeDir(); err == nil {
			more, _ := filepath.Glob(filepath.Join(home, ".pyenv", "versions", "*", "bin", "python3"))
			candidates = append(candidates, more...)
		}
		for _, c := range candidates {
			out, err := exec.Command(c, "-c", "import ssl, sys; assert ssl.OPENSSL_VERSION.startswith('OpenSSL 3.0.'); print(sys.version_info[1])").Output()
			if minor, bad := strconv.Atoi(strings.TrimSpace(string(out))); err == nil && bad == nil && minor >= from && minor <= to {
				return c
			}
		}
		t.Skipf("no Python %d.%d to %d.%d with OpenSSL 3.0 is installed", major, from, major, to)
		return ""
	}
}

// execute runs a program and gives what it wrote, whatever its exit status.
func execute(ctx context.Context, stdin io.Reader, program string, args ...string) (out string, status int, err error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin = stdin
	var both bytes.Buffer
	cmd.Stdout, cmd.Stderr = &both, &both
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return both.String(), exit.ExitCode(), nil
	}
	return both.String(), 0, err
}

// each asks a client about one target after the other.
func each(targets []*target, ask func(*target) (*said, error)) (map[string]said, error) {
	answers := map[string]said{}
	for _, r := range targets {
		s, err := ask(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.ID, err)
		}
		if s != nil {
			answers[r.ID] = *s
		}
	}
	return answers, nil
}

// verifyArgs are what s_client and verify have in common.
func (r *target) verifyArgs() []string {
	args := []string{"-CAfile", r.rootsFile, "-no-CApath", "-no-CAstore", "-attime", strconv.FormatInt(r.at.Unix(), 10)}
	if net.ParseIP(r.Name) != nil {
		return append(args, "-verify_ip", r.Name)
	}
	return append(args, "-verify_hostname", r.Name)
}

var (
	verifyError  = regexp.MustCompile(`verify error:num=(\d+):`)
	returnCode   = regexp.MustCompile(`Verify return code: (\d+) `)
	lookupError  = regexp.MustCompile(`(?m)^error (\d+) at (\d+) depth lookup`)
	handshakeBad = regexp.MustCompile(`(?m)^[0-9A-F]+:error:.*$`)
)

func sClient(ctx context.Context, program string, targets []*target) (map[string]said, error) {
	return each(targets, func(r *target) (*said, error) {
		if r.Roots == "" {
			return nil, nil // s_client does not start without a root
		}
		args := append([]string{"s_client", "-cipher", level, "-connect", fmt.Sprintf("127.0.0.1:%d", r.Port)}, r.verifyArgs()...)
		if net.ParseIP(r.Name) == nil {
			args = append(args, "-servername", r.Name)
		}
		if r.starttls != "" {
			args = append(args, "-starttls", r.starttls, "-name", r.Name)
		}
		out, _, err := execute(ctx, nil, program, args...)
		if err != nil {
			return nil, err
		}
		s := &said{Says: out}
		if m := verifyError.FindStringSubmatch(out); m != nil {
			s.Code, _ = strconv.Atoi(m[1])
		}
		// The last one counts: a certificate may have one in its names.
		if all := returnCode.FindAllStringSubmatch(out, -1); len(all) > 0 {
			s.last, _ = strconv.Atoi(all[len(all)-1][1])
		}
		// Whether it still reads the alert that follows a handshake of TLS 1.3 before it
		// ends is a matter of luck; that is not counted.
		s.OK = s.Code == 0 && (!handshakeBad.MatchString(out) || strings.Contains(out, "alert certificate required"))
		return s, nil
	})
}

func compareSClient(t *testing.T, r *target, s said) {
	d := r.got.Diagnosis
	if d.Code != s.Code || d.SClientCode != s.last {
		t.Errorf("s_client says %d/%d, the probe %d/%d\n%s", s.Code, s.last, d.Code, d.SClientCode, s.Says)
	}
	if d.Clients[probe.OpenSSL].OK != s.OK {
		t.Errorf("s_client is content: %v; the probe says %+v\n%s", s.OK, d.Clients[probe.OpenSSL], s.Says)
	}
}

func opensslVerify(ctx context.Context, program string, targets []*target) (map[string]said, error) {
	return each(targets, func(r *target) (*said, error) {
		if r.sentFile == "" || r.Roots == "" {
			return nil, nil
		}
		args := append([]string{"verify", "-purpose", "sslserver", "-auth_level", strconv.Itoa(probe.OpenSSLLevel), "-untrusted", r.sentFile}, r.verifyArgs()...)
		out, _, err := execute(ctx, nil, program, append(args, r.sentFile)...)
		if err != nil {
			return nil, err
		}
		s := &said{Says: out}
		if m := lookupError.FindStringSubmatch(out); m != nil {
			s.Code, _ = strconv.Atoi(m[1])
			s.last, _ = strconv.Atoi(m[2])
		}
		return s, nil
	})
}

func compareVerify(t *testing.T, r *target, s said) {
	d := r.got.Diagnosis
	if d.Code != s.Code || d.Code != 0 && d.Depth != s.last {
		t.Errorf("openssl verify says %d at depth %d, the probe %d at %d\n%s", s.Code, s.last, d.Code, d.Depth, s.Says)
	}
}

func curl(ctx context.Context, program string, targets []*target) (map[string]said, error) {
	return each(targets, func(r *target) (*said, error) {
		if r.wrongClock || r.starttls != "" {
			return nil, nil
		}
		out, status, err := execute(ctx, nil, program, "-q", "-sS", "--ciphers", level, "--noproxy", "*", "--max-time", "10", "-o", os.DevNull, "--cacert", r.rootsFile,
			"--resolve", fmt.Sprintf("%s:%d:127.0.0.1", r.Name, r.Port), fmt.Sprintf("https://%s:%d/", r.Name, r.Port))
		return &said{OK: status == 0, Says: out}, err
	})
}

// compareWith compares whether a client is content.
func compareWith(client probe.Client) func(*testing.T, *target, said) {
	return func(t *testing.T, r *target, s said) {
		if v := r.got.Diagnosis.Clients[client]; v.OK != s.OK {
			t.Errorf("%s is content: %v; the probe says %+v\n%s", client, s.OK, v, s.Says)
		} else if !s.OK {
			t.Logf("it says:        %.300q\nthe probe says: %s", s.Says, v.Says)
		}
	}
}

func comparePython(client probe.Client) func(*testing.T, *target, said) {
	return func(t *testing.T, r *target, s said) {
		compareWith(client)(t, r, s)
		if says := r.got.Diagnosis.Clients[client].Says; s.Code != 0 && !strings.Contains(says, strings.TrimSuffix(s.Says, ".")) {
			t.Errorf("it says %q, the probe %q", s.Says, says)
		}
	}
}

func pythonClient(ctx context.Context, program string, targets []*target) (map[string]said, error) {
	return script(ctx, targets, program, "testdata/client.py")
}

func nodeClient(ctx context.Context, program string, targets []*target) (map[string]said, error) {
	return script(ctx, targets, program, "testdata/client.js")
}

// others are the targets for clients that cannot be given a time or a STARTTLS
// protocol.
func others(targets []*target) (list []*target) {
	for _, r := range targets {
		if !r.wrongClock && r.starttls == "" {
			list = append(list, r)
		}
	}
	return list
}

// script asks a program that takes all targets at once.
func script(ctx context.Context, targets []*target, program string, args ...string) (map[string]said, error) {
	list, err := json.Marshal(others(targets))
	if err != nil {
		return nil, err
	}
	out, status, err := execute(ctx, bytes.NewReader(list), program, args...)
	if err == nil && status != 0 {
		err = fmt.Errorf("exit status %d", status)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	answers := map[string]said{}
	for line := range strings.Lines(out) {
		var s said
		if json.Unmarshal([]byte(line), &s) == nil && s.ID != "" {
			answers[s.ID] = s
		}
	}
	return answers, nil
}

func javaClient(ctx context.Context, program string, targets []*target) (map[string]said, error) {
	var list strings.Builder
	for _, r := range others(targets) {
		fmt.Fprintf(&list, "%s\t%d\t%s\t%s\n", r.ID, r.Port, r.Name, r.rootsFile)
	}
	out, status, err := execute(ctx, strings.NewReader(list.String()), program, "testdata/Client.java")
	if err == nil && status != 0 {
		err = fmt.Errorf("exit status %d", status)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	answers := map[string]said{}
	for line := range strings.Lines(out) {
		if parts := strings.SplitN(strings.TrimSpace(line), "\t", 3); len(parts) >= 2 {
			answers[parts[0]] = said{ID: parts[0], OK: parts[1] == "ok", Says: strings.Join(parts[2:], "")}
		}
	}
	return answers, nil
}
