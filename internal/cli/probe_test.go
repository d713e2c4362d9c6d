package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/report"
	"github.com/tlslint/tlslint/probe"
)

func TestParseTarget(t *testing.T) {
	tests := []struct {
		arg     string
		host    string
		port    int
		dropped string
		err     string
	}{
		{"pay.example", "pay.example", 0, "", ""},
		{"pay.example:8443", "pay.example", 8443, "", ""},
		{"192.0.2.1:443", "192.0.2.1", 443, "", ""},
		{"[2001:db8::1]:8443", "2001:db8::1", 8443, "", ""},
		{"[2001:db8::1]", "2001:db8::1", 0, "", ""},
		{"2001:db8::1", "2001:db8::1", 0, "", ""},
		{"bücher.example", "bücher.example", 0, "", ""},
		{"https://pay.example", "pay.example", 0, "", ""},
		{"HTTPS://PAY.example/", "pay.example", 0, "", ""},
		{"https://pay.example:8443/api?key=1#x", "pay.example", 8443, "path, query, fragment", ""},
		{"https://user:pass@pay.example/api", "pay.example", 0, "user name, path", ""},
		{"https://[2001:db8::1]:8443/", "2001:db8::1", 8443, "", ""},
		{"http://pay.example", "", 0, "", `"http://pay.example": want HOST, HOST:PORT or an https URL`},
		{"ftp://user:secret@pay.example/secret", "", 0, "", `"ftp://pay.example": want HOST, HOST:PORT or an https URL`},
		{"https://", "", 0, "", `"": no host in it`},
		{"https:///secret", "", 0, "", `"": no host in it`},
		{"https://user:secret@pay.example:99999/secret", "", 0, "", `"pay.example:99999": port 99999: want a number from 1 to 65535`},
		{"https://user:%zz@pay.example/secret", "", 0, "", `"https://pay.example": not a URL: want https://HOST or https://HOST:PORT`},
		{"secret@pay.example", "", 0, "", `"pay.example": a user name stands before it: want HOST or HOST:PORT`},
		{"pay.example:", "", 0, "", `"pay.example:": no port after the colon`},
		{"pay.example:https", "", 0, "", `"pay.example:https": port https: want a number from 1 to 65535`},
		{"pay.example:0", "", 0, "", `"pay.example:0": port 0: want a number from 1 to 65535`},
		{"pay.example:-1", "", 0, "", `"pay.example:-1": port -1: want a number from 1 to 65535`},
		{":443", "", 0, "", `":443": no host in it`},
		{"", "", 0, "", `"": no host in it`},
		{"a:b:c", "", 0, "", `"a:b:c": want HOST:PORT, or [ADDRESS]:PORT for IPv6`},
		{"[2001:db8::1", "", 0, "", `"[2001:db8::1": a bracket is not closed: want [ADDRESS]:PORT`},
		{"[pay.example]:443", "", 0, "", `"[pay.example]:443": no IPv6 address between the brackets`},
		{"[2001:db8::1]443", "", 0, "", `"[2001:db8::1]443": want [ADDRESS]:PORT`},
		{"[2001:db8::1]:", "", 0, "", `"[2001:db8::1]:": no port after the colon`},
		{"pay.example/api", "", 0, "", `"pay.example": want a host without a path`},
		{"a b", "", 0, "", `"a b": not a host name`},
		{"a\x1b[31m", "", 0, "", `"a\x1b[31m": not a host name`},
		{strings.Repeat("a", 254), "", 0, "", `"` + strings.Repeat("a", 254) + `": longer than a host name can be`},
	}
	for _, tt := range tests {
		got, dropped, err := parseTarget(tt.arg)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if got.Host != tt.host || got.Port != tt.port || strings.Join(dropped, ", ") != tt.dropped || text != tt.err {
			t.Errorf("%q: %q port %d, dropped %q, error %q\nwant %q port %d, dropped %q, error %q",
				tt.arg, got.Host, got.Port, dropped, text, tt.host, tt.port, tt.dropped, tt.err)
		}
		if strings.Contains(text, "secret") {
			t.Errorf("%q: a secret is repeated: %s", tt.arg, text)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"a:1", "[::1]:2", "https://u:p@h:1/p?q#f", "::1", "[", "https://[::1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, arg string) {
		got, _, err := parseTarget(arg)
		if err != nil {
			return
		}
		if got.Host == "" || got.Port < 0 || got.Port > 65535 || strings.ContainsAny(got.Host, "/@?#\\ \n\x1b") {
			t.Errorf("%q gives the host %q, port %d", arg, got.Host, got.Port)
		}
		name := hostFileName(got)
		if name != filepath.Base(name) || strings.HasPrefix(name, ".") || len(name) > 130 || strings.ContainsAny(name, `/\:`) {
			t.Errorf("%q gives the file %q", arg, name)
		}
	})
}

func TestHostFileNames(t *testing.T) {
	seen := map[string]probe.Target{}
	for _, tt := range []struct {
		target probe.Target
		want   string // a prefix
	}{
		{probe.Target{Host: "pay.example"}, "pay.example_443"},
		{probe.Target{Host: "pay.example", Port: 8443}, "pay.example_8443"},
		{probe.Target{Host: "mail.example", STARTTLS: "smtp"}, "mail.example_smtp"},
		{probe.Target{Host: "2001:db8::1"}, "2001_db8__1-"},
		{probe.Target{Host: "2001:db8:1"}, "2001_db8_1-"},
		{probe.Target{Host: "2001_db8_1"}, "2001_db8_1_443"},
		{probe.Target{Host: ".."}, "-"},
		{probe.Target{Host: "-rf"}, "rf-"},
		{probe.Target{Host: "bücher.example"}, "b_cher.example-"},
		{probe.Target{Host: strings.Repeat("a", 250)}, strings.Repeat("a", 100) + "-"},
		{probe.Target{Host: strings.Repeat("a", 251)}, strings.Repeat("a", 100) + "-"},
	} {
		got := hostFileName(tt.target)
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%+v: %q, want %q...", tt.target, got, tt.want)
		}
		if other, there := seen[got]; there {
			t.Errorf("%+v and %+v share the file %s", tt.target, other, got)
		}
		seen[got] = tt.target
	}
}

func TestNothingIsWrittenOverOrElsewhere(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need rights there")
	}
	dir := t.TempDir()
	outside := filepath.Join(dir, "outside")
	inside := filepath.Join(dir, "in")
	if err := os.MkdirAll(inside, 0o755); err != nil {
		t.Fatal(err)
	}
	target := []probe.Target{{Host: "a.example"}}
	for name, kind := range map[string]func(path string) error{
		"a file":           func(p string) error { return os.WriteFile(p, nil, 0o644) },
		"a folder":         func(p string) error { return os.Mkdir(p, 0o755) },
		"a link":           func(p string) error { return os.Symlink(outside, p) },
		"a link to a file": func(p string) error { return os.Symlink(filepath.Join(dir, "cli.go"), p) },
	} {
		path := filepath.Join(inside, "a.example_443.pem")
		if err := kind(path); err != nil {
			t.Fatal(err)
		}
		if _, err := openProbeFolders("", inside, target); err == nil || err.Error() != path+": exists already: nothing is overwritten" {
			t.Errorf("%s is there: %v", name, err)
		}
		os.RemoveAll(path)
	}

	// What comes into being while hosts are probed is not followed either.
	folders, err := openProbeFolders(inside, inside, target)
	if err != nil {
		t.Fatal(err)
	}
	defer folders.close()
	if err := os.Symlink(outside, filepath.Join(inside, "a.example_443.pem")); err != nil {
		t.Fatal(err)
	}
	if err := writeNew(folders.bundles, "a.example_443.pem", []byte("x")); err == nil {
		t.Error("a link was followed")
	}
	if err := os.Symlink(dir, filepath.Join(inside, "a.example_443")); err != nil {
		t.Fatal(err)
	}
	p := &report.Probes{Hosts: []report.Probed{{Result: &probe.Result{Host: "a.example", Port: 443}}}}
	if err := folders.write(p); err == nil {
		t.Error("a link to a folder was taken for a new folder")
	}
	if err := writeNew(folders.evidence, "a.example_443/x", []byte("x")); err == nil {
		t.Error("a link led outside")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("something was written outside: %v, %v", left, err)
	}
}

func TestFoldersThatCannotBeUsed(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, filepath.Join(file, "x")} {
		if _, err := openProbeFolders(name, "", []probe.Target{{Host: "a"}}); err == nil || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if f, err := openProbeFolders("", "", nil); err != nil || f.bundles != nil || f.evidence != nil {
		t.Errorf("%v, %v", f, err)
	}
}

func TestProbeExitCodes(t *testing.T) {
	chain := []probe.Attempt{{Chain: [][]byte{{1}}}}
	host := func(class probe.Class, attempts []probe.Attempt) report.Probed {
		return report.Probed{Result: &probe.Result{Attempts: attempts, Diagnosis: probe.Diagnosis{
			Findings: []probe.Finding{{Class: class, Weight: probe.Failure}},
		}}}
	}
	ok := report.Probed{Result: &probe.Result{Attempts: chain}}
	bad, gone := host(probe.Expired, chain), host(probe.Refused, nil)
	for _, tt := range []struct {
		hosts []report.Probed
		want  int
	}{
		{nil, 0},
		{[]report.Probed{ok, ok}, 0},
		{[]report.Probed{ok, gone}, 3},
		{[]report.Probed{gone, bad, ok}, 1},
		{[]report.Probed{bad}, 1},
	} {
		if got := probeExit(tt.hosts); got != tt.want {
			t.Errorf("%d hosts: %d, want %d", len(tt.hosts), got, tt.want)
		}
	}
}

func TestProbeFormatsAreKnown(t *testing.T) {
	for _, f := range []string{"json", "markdown", "text"} {
		if !slices.Contains(report.ProbeFormats(), f) {
			t.Errorf("no format %s", f)
		}
	}
}
