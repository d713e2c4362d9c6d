package probe

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

const (
	// maxStoreFile is the largest file that is read as a trust store, in bytes.
	maxStoreFile = 16 << 20
	// maxStoreFolder is how many files of a folder are looked at.
	maxStoreFolder = 8192
)

// storeError is a file or a folder that is no trust store. Its text is one line:
// the path and the reason.
type storeError struct {
	path, reason string
	err          error // may be nil
}

func (e *storeError) Error() string { return Clean(e.path) + ": " + e.reason }
func (e *storeError) Unwrap() error { return e.err }

// readStoreFile reads a file of at most 16 MiB. Whatever is no plain file, such as a
// pipe or a device, is refused without opening it.
func readStoreFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &storeError{path, fileReason(err), err}
	}
	switch {
	case info.IsDir():
		return nil, &storeError{path, "is a folder, not a file", nil}
	case !info.Mode().IsRegular():
		return nil, &storeError{path, "is no plain file", nil}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &storeError{path, fileReason(err), err}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxStoreFile+1))
	switch {
	case err != nil:
		return nil, &storeError{path, fileReason(err), err}
	case len(data) > maxStoreFile:
		return nil, &storeError{path, "is larger than 16 MiB, too large for a bundle of certificates", nil}
	case len(bytes.TrimSpace(data)) == 0:
		return nil, &storeError{path, "is empty", nil}
	}
	return data, nil
}

// fileReason puts the error of a file into words.
func fileReason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read by this user"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return "cannot be read: " + Clean(err.Error())
}

// add puts certificates into a store that are not in it yet, and reports how many
// were new.
func (s *Store) add(certs ...[]byte) (n int) {
	seen := make(map[[32]byte]bool, len(s.Roots)+len(certs))
	for _, r := range s.Roots {
		seen[sha256.Sum256(r.DER)] = true
	}
	for _, der := range certs {
		if sum := sha256.Sum256(der); !seen[sum] {
			seen[sum] = true
			s.Roots = append(s.Roots, Root{DER: der})
			n++
		}
	}
	return n
}

// FileStore reads the trust anchors of a file, or of a folder of files: bundles in
// PEM, with OpenSSL's TRUSTED CERTIFICATE blocks, one certificate in DER, PKCS#7,
// and the keystores of Java in JKS and PKCS#12 under their usual password. In a
// folder that holds files with the names that OpenSSL's rehash gives, such as
// 5ed36f99.0, these alone are read, as OpenSSL does; in another one all files are.
// A certificate that is there twice counts once.
//
// The error is one line: the path and why it is no store.
func FileStore(path string) (*Store, error) {
	s := &Store{Name: filepath.Base(path), Path: path}
	info, err := os.Stat(path)
	if err != nil {
		return nil, &storeError{path, fileReason(err), err}
	}
	if info.IsDir() {
		certs, err := readFolder(path, true)
		if err != nil {
			return nil, err
		}
		if len(certs) == 0 {
			return nil, &storeError{path, "is a folder without a certificate", nil}
		}
		s.add(certs...)
		return s, nil
	}
	data, err := readStoreFile(path)
	if err != nil {
		return nil, err
	}
	c := readContents(data)
	if why := c.unusable(); why != "" {
		return nil, &storeError{path, why, nil}
	}
	s.add(c.certs...)
	return s, nil
}

// hashedName is the name that openssl-rehash(1) gives to a certificate.
var hashedName = regexp.MustCompile(`^[0-9a-f]{8}\.[0-9]+$`)

// readFolder gives the certificates of the files of a folder; files without one are
// passed over. With hashed set, files that are named by their hash are read alone
// when there are any.
func readFolder(dir string, hashed bool) ([][]byte, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, &storeError{dir, fileReason(err), err}
	}
	isHashed := func(e fs.DirEntry) bool { return hashedName.MatchString(e.Name()) }
	if hashed && slices.ContainsFunc(entries, isHashed) {
		entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return !isHashed(e) })
	}
	var certs [][]byte
	for _, e := range entries[:min(len(entries), maxStoreFolder)] {
		if e.IsDir() {
			continue
		}
		data, err := readStoreFile(filepath.Join(dir, e.Name()))
		if err != nil {
			continue
		}
		// Clients read PEM only from a folder.
		if c := readContents(data); c.form == "pem" {
			certs = append(certs, c.certs...)
		}
	}
	return certs, nil
}

// MozillaStore is the set of roots that Mozilla trusts for servers, as it was when
// golang.org/x/crypto/x509roots was last taken into this program.
func MozillaStore() *Store {
	s := &Store{Name: "mozilla"}
	for r := range bundle.Roots() {
		s.Roots = append(s.Roots, Root{DER: r.Certificate, NotAfterIssued: distrustAfter(r.Constraint)})
	}
	return s
}

// distrustAfter asks a constraint from which time on it refuses certificates, to the
// second; the zero value when it refuses none. The bundle gives the date, which it
// has from NSS's CKA_NSS_SERVER_DISTRUST_AFTER, only as a function.
func distrustAfter(constraint func([]*x509.Certificate) error) time.Time {
	if constraint == nil {
		return time.Time{}
	}
	refuses := func(unix int64) bool {
		return constraint([]*x509.Certificate{{NotBefore: time.Unix(unix, 0)}}) != nil
	}
	low, high := int64(0), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	if !refuses(high) {
		return time.Time{}
	}
	for low+1 < high {
		if mid := low + (high-low)/2; refuses(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return time.Unix(low, 0).UTC()
}

// systemFiles are the bundles of distributions, of which the first that is there is
// read, systemFolders the folders that are read besides: crypto/x509, root_linux.go
// and root_bsd.go.
var (
	systemFiles = []string{
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem",
		"/etc/pki/tls/cacert.pem",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
		"/etc/ssl/cert.pem",
		"/usr/local/etc/ssl/cert.pem",
		"/usr/local/share/certs/ca-root-nss.crt",
		"/etc/openssl/certs/ca-certificates.crt",
	}
	systemFolders = []string{
		"/etc/ssl/certs",
		"/etc/pki/tls/certs",
		"/usr/local/share/certs",
		"/etc/openssl/certs",
	}
)

// SystemStore is the store of this machine as Go and OpenSSL find it: the file of
// SSL_CERT_FILE and the folders of SSL_CERT_DIR, each in place of the usual ones of
// the distribution. A store without a root is no error: it is what a container
// without ca-certificates has. On macOS and Windows, where the store belongs to the
// system and is no file, the error says how to get one.
func SystemStore() (*Store, error) {
	return systemStore(os.Getenv, systemFiles, systemFolders, runtime.GOOS)
}

func systemStore(env func(string) string, files, folders []string, system string) (*Store, error) {
	file, folder := env("SSL_CERT_FILE"), env("SSL_CERT_DIR")
	s := &Store{Name: "system"}
	if system == "darwin" || system == "windows" || system == "ios" {
		if file == "" && folder == "" {
			return nil, errors.New(exportHint(system))
		}
		// What OpenSSL reads there; the system's own verifier does not.
		files, folders = nil, nil
	}
	if file != "" {
		s.Name, files = "SSL_CERT_FILE", []string{file}
	}
	if folder != "" {
		folders = strings.Split(folder, string(os.PathListSeparator))
		if file == "" {
			s.Name = "SSL_CERT_DIR"
		}
	}
	var first error
	var paths []string
	note := func(err error) {
		if first == nil && !errors.Is(err, fs.ErrNotExist) {
			first = err
		}
	}
	for _, path := range files {
		data, err := readStoreFile(path)
		if err != nil {
			note(err)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			break
		}
		paths = append(paths, path)
		if c := readContents(data); c.form == "pem" {
			s.add(c.certs...)
		}
		break
	}
	for _, dir := range folders {
		certs, err := readFolder(dir, false)
		if err != nil {
			note(err)
			continue
		}
		if s.add(certs...) > 0 {
			paths = append(paths, dir)
		}
	}
	s.Path = strings.Join(paths, ", ")
	// An empty file is an empty store, as a client sees it; one that this user may not
	// read says nothing about the store.
	if len(s.Roots) == 0 && errors.Is(first, fs.ErrPermission) {
		return nil, fmt.Errorf("reading this machine's trust store: %w", first)
	}
	return s, nil
}

// exportHint says how to make a file of a store that is none.
func exportHint(system string) string {
	if system == "windows" {
		return "the certificate store of Windows is no file and cannot be read from here: in PowerShell, " +
			"Get-ChildItem Cert:\\LocalMachine\\Root | ForEach-Object { '-----BEGIN CERTIFICATE-----'; " +
			"[Convert]::ToBase64String($_.RawData, 'InsertLineBreaks'); '-----END CERTIFICATE-----' } | " +
			"Set-Content -Encoding ascii roots.pem writes one that can"
	}
	return "the keychains of macOS are no file and cannot be read from here: security find-certificate -a -p " +
		"/System/Library/Keychains/SystemRootCertificates.keychain /Library/Keychains/System.keychain > roots.pem writes one that can"
}

// LocalStores are all trust stores of this machine that a program started in a
// folder may use, each under the name that a developer knows it by: the system's,
// those that variables of the environment name, certifi's and pip's of the folder's
// virtual environments, Java's, those of the configurations of git, pip and npm, and
// Mozilla's. What is missing, cannot be read or holds no root is left out; [Audit]
// tells about variables that name such a thing. No program is run.
//
// Node.js has its roots inside, and they are close to Mozilla's; with
// NODE_EXTRA_CA_CERTS its store is shown as Mozilla's and that file together.
func LocalStores(dir string) []*Store {
	home, _ := os.UserHomeDir()
	l := &stores{dir: dir, home: home, env: os.Getenv, at: make(map[string]*Store)}
	l.system()
	l.variables()
	l.certifi()
	l.java()
	l.configurations()
	l.all = append(l.all, MozillaStore())
	return l.all
}

// stores collects the stores of a machine.
type stores struct {
	dir, home string
	env       func(string) string
	all       []*Store
	at        map[string]*Store // by resolved path; nil for what is no store
}

// file adds the store of a file or folder. One that is there already gets the
// further name.
func (l *stores) file(name, path string) {
	if path == "" {
		return
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return
	}
	s, known := l.at[real]
	switch {
	case !known:
		if s, err = FileStore(path); err != nil {
			s = nil
		} else {
			s.Name = name
			l.all = append(l.all, s)
		}
		l.at[real] = s
	case s != nil && !slices.Contains(strings.Split(s.Name, ", "), name):
		s.Name += ", " + name
	}
}

func (l *stores) system() {
	none := func(string) string { return "" }
	if s, err := systemStore(none, systemFiles, systemFolders, runtime.GOOS); err == nil && len(s.Roots) > 0 {
		l.all = append(l.all, s)
	}
	if runtime.GOOS == "darwin" {
		l.file("LibreSSL of macOS (curl, Python)", "/etc/ssl/cert.pem")
	}
}

// variables adds the stores that variables of the environment name, one of each kind.
func (l *stores) variables() {
	for _, name := range []string{
		"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "AWS_CA_BUNDLE", "GIT_SSL_CAINFO",
		"CARGO_HTTP_CAINFO", "NIX_SSL_CERT_FILE",
	} {
		l.file(name, l.env(name))
	}
	if list := l.env("SSL_CERT_DIR"); list != "" {
		s := &Store{Name: "SSL_CERT_DIR", Path: list}
		for dir := range strings.SplitSeq(list, string(os.PathListSeparator)) {
			if certs, err := readFolder(dir, true); err == nil {
				s.add(certs...)
			}
		}
		if len(s.Roots) > 0 {
			l.all = append(l.all, s)
		}
	}
	if path := l.env("NODE_EXTRA_CA_CERTS"); path != "" {
		if extra, err := FileStore(path); err == nil {
			s := MozillaStore()
			s.Name, s.Path = "Node.js (Mozilla's roots and NODE_EXTRA_CA_CERTS)", path
			for _, r := range extra.Roots {
				s.add(r.DER)
			}
			l.all = append(l.all, s)
		}
	}
}

// certifi adds the bundles that Python packages carry.
func (l *stores) certifi() {
	type place struct{ name, root string }
	var places []place
	if v := l.env("VIRTUAL_ENV"); v != "" {
		places = append(places, place{filepath.Base(v), v})
	}
	for _, v := range []string{".venv", "venv", "env"} {
		places = append(places, place{v, filepath.Join(l.dir, v)})
	}
	if v := l.env("CONDA_PREFIX"); v != "" {
		places = append(places, place{"conda", v})
		l.file("OpenSSL of conda", filepath.Join(v, "ssl", "cacert.pem"))
	}
	for _, p := range places {
		packages, _ := filepath.Glob(filepath.Join(globQuote(p.root), "lib*", "python*", "site-packages"))
		packages = append(packages, filepath.Join(p.root, "Lib", "site-packages"))
		for _, dir := range packages {
			l.file("certifi ("+p.name+")", filepath.Join(dir, "certifi", "cacert.pem"))
			l.file("pip ("+p.name+")", filepath.Join(dir, "pip", "_vendor", "certifi", "cacert.pem"))
		}
	}
	l.file("certifi", filepath.Join(l.dir, "site-packages", "certifi", "cacert.pem"))
	l.file("pip", filepath.Join(l.dir, "site-packages", "pip", "_vendor", "certifi", "cacert.pem"))
}

// globQuote takes the meaning from the characters that mean something in a pattern.
func globQuote(path string) string {
	if runtime.GOOS == "windows" {
		return path // there is no quoting there
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// java adds the default trust stores of Java: cacerts of JAVA_HOME, of the
// distribution and of the installed runtimes, most of which are one file.
func (l *stores) java() {
	type place struct{ name, path string }
	places := []place{
		{"Java (Debian)", "/etc/ssl/certs/java/cacerts"},
		{"Java (Fedora)", "/etc/pki/java/cacerts"},
	}
	if h := l.env("JAVA_HOME"); h != "" {
		for _, sub := range []string{"lib", filepath.Join("jre", "lib")} {
			places = append([]place{{"Java (JAVA_HOME)", filepath.Join(h, sub, "security", "cacerts")}}, places...)
		}
	}
	for _, p := range places {
		l.file(p.name, p.path)
	}
	runtimes, _ := filepath.Glob("/usr/lib/jvm/*/lib/security/cacerts")
	for _, path := range runtimes {
		real, err := filepath.EvalSymlinks(path)
		if _, known := l.at[real]; err == nil && !known {
			l.file("Java ("+strings.Split(path, "/")[4]+")", path)
		}
	}
}

// configurations adds the bundles that git, pip and npm are configured with.
func (l *stores) configurations() {
	type configuration struct{ name, path, section, key, base string }
	config := l.env("XDG_CONFIG_HOME")
	if config == "" && l.home != "" {
		config = filepath.Join(l.home, ".config")
	}
	all := []configuration{
		{"git http.sslCAInfo", "/etc/gitconfig", "http", "sslcainfo", "/"},
		{"pip.conf cert", "/etc/pip.conf", "global", "cert", "/"},
		{"git http.sslCAInfo", filepath.Join(l.dir, ".git", "config"), "http", "sslcainfo", l.dir},
		{".npmrc cafile", filepath.Join(l.dir, ".npmrc"), "", "cafile", l.dir},
	}
	if l.home != "" {
		all = append(all,
			configuration{"git http.sslCAInfo", filepath.Join(config, "git", "config"), "http", "sslcainfo", l.home},
			configuration{"git http.sslCAInfo", filepath.Join(l.home, ".gitconfig"), "http", "sslcainfo", l.home},
			configuration{"pip.conf cert", filepath.Join(config, "pip", "pip.conf"), "global", "cert", l.home},
			configuration{"pip.conf cert", filepath.Join(l.home, ".pip", "pip.conf"), "global", "cert", l.home},
			configuration{"pip.conf cert", filepath.Join(l.home, "Library", "Application Support", "pip", "pip.conf"), "global", "cert", l.home},
			configuration{".npmrc cafile", filepath.Join(l.home, ".npmrc"), "", "cafile", l.home})
	}
	for _, pip := range [][2]string{{"APPDATA", "pip/pip.ini"}, {"VIRTUAL_ENV", "pip.conf"}, {"PIP_CONFIG_FILE", ""}} {
		if v := l.env(pip[0]); v != "" {
			all = append(all, configuration{"pip.conf cert", filepath.Join(v, filepath.FromSlash(pip[1])), "global", "cert", l.home})
		}
	}
	for _, c := range all {
		data, err := readStoreFile(c.path)
		if err != nil {
			continue
		}
		for _, v := range settings(data, c.section, c.key) {
			v = os.Expand(v, func(name string) string { return l.env(name) })
			if rest, ok := strings.CutPrefix(v, "~/"); ok {
				v = filepath.Join(l.home, rest)
			}
			if v != "" && !filepath.IsAbs(v) {
				v = filepath.Join(c.base, v)
			}
			l.file(c.name, v)
		}
	}
}

// settings gives the values of a key in a section of a file in the way of git's,
// pip's and npm's configurations. A section may have an argument, as in
// [http "https://example.com/"]; keys are compared without case.
func settings(data []byte, section, key string) (out []string) {
	in := ""
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxStoreFile)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if head, ok := strings.CutPrefix(line, "["); ok {
			head, _, _ = strings.Cut(head, "]")
			in, _, _ = strings.Cut(strings.ToLower(head), " ")
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok || in != section || !strings.EqualFold(strings.TrimSpace(name), key) {
			continue
		}
		value = strings.TrimSpace(value)
		if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
			value = value[1 : n-1]
		}
		out = append(out, value)
	}
	return out
}
