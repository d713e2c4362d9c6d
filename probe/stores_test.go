package probe

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"software.sslmate.com/src/go-pkcs12"
)

// issuedBy is a certificate of these tests with its key.
type issuedBy struct {
	*x509.Certificate
	key *ecdsa.PrivateKey
}

// newIssued makes a certificate; parent nil makes it sign itself.
func newIssued(t testing.TB, name string, parent *issuedBy, change func(*x509.Certificate)) *issuedBy {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, _ := rand.Int(rand.Reader, big.NewInt(1<<62))
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	if change != nil {
		change(template)
	}
	by := &issuedBy{template, key}
	if parent != nil {
		by = parent
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.Certificate, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &issuedBy{c, key}
}

func pemOf(kind string, ders ...[]byte) []byte {
	var b bytes.Buffer
	for _, der := range ders {
		pem.Encode(&b, &pem.Block{Type: kind, Bytes: der})
	}
	return b.Bytes()
}

func (i *issuedBy) keyPEM(t testing.TB) []byte {
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		t.Fatal(err)
	}
	return pemOf("PRIVATE KEY", der)
}

// putFile makes a file in a folder and gives its path.
func putFile(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// pkcs7Of makes a degenerate SignedData, as RFC 5652, 5.1 describes it.
func pkcs7Of(ders ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2}) })
		b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
			b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(cbasn1.SET, func(*cryptobyte.Builder) {})
				b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1(cbasn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes([]byte{0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1}) })
				})
				b.AddASN1(cbasn1.Tag(0).ContextSpecific().Constructed(), func(b *cryptobyte.Builder) {
					for _, der := range ders {
						b.AddBytes(der)
					}
				})
				b.AddASN1(cbasn1.SET, func(*cryptobyte.Builder) {})
			})
		})
	})
	return b.BytesOrPanic()
}

// jksOf makes a Java keystore of trusted certificates, with a private key first when
// chain is not nil.
func jksOf(version uint32, chain []byte, ders ...[]byte) []byte {
	var b bytes.Buffer
	u32 := func(n int) { binary.Write(&b, binary.BigEndian, uint32(n)) }
	utf := func(s string) {
		binary.Write(&b, binary.BigEndian, uint16(len(s)))
		b.WriteString(s)
	}
	certificate := func(der []byte) {
		if version == 2 {
			utf("X.509")
		}
		u32(len(der))
		b.Write(der)
	}
	u32(jksMagic)
	u32(int(version))
	n := len(ders)
	if chain != nil {
		n++
	}
	u32(n)
	if chain != nil {
		u32(1)
		utf("key")
		b.Write(make([]byte, 8))
		u32(4)
		b.WriteString("hide")
		u32(1)
		certificate(chain)
	}
	for _, der := range ders {
		u32(2)
		utf("alias")
		b.Write(make([]byte, 8))
		certificate(der)
	}
	b.Write(make([]byte, 20)) // the digest, which is not checked
	return b.Bytes()
}

// auxOf adds what OpenSSL's TRUSTED CERTIFICATE says about trust.
func auxOf(cert []byte, trust, reject []byte) []byte {
	var b cryptobyte.Builder
	b.AddBytes(cert)
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for tag, oid := range map[cbasn1.Tag][]byte{cbasn1.SEQUENCE: trust, cbasn1.Tag(0).ContextSpecific().Constructed(): reject} {
			if oid != nil {
				b.AddASN1(tag, func(b *cryptobyte.Builder) {
					b.AddASN1(cbasn1.OBJECT_IDENTIFIER, func(b *cryptobyte.Builder) { b.AddBytes(oid) })
				})
			}
		}
	})
	return b.BytesOrPanic()
}

var (
	purposeServer = []byte{0x2b, 6, 1, 5, 5, 7, 3, 1}
	purposeMail   = []byte{0x2b, 6, 1, 5, 5, 7, 3, 4}
)

func TestFileStoreReadsEveryForm(t *testing.T) {
	a, b := newIssued(t, "root a", nil, nil), newIssued(t, "root b", nil, nil)
	p12, err := pkcs12.LegacyRC2.EncodeTrustStore([]*x509.Certificate{a.Certificate, b.Certificate}, "changeit")
	if err != nil {
		t.Fatal(err)
	}
	passwordless, err := pkcs12.Passwordless.EncodeTrustStore([]*x509.Certificate{a.Certificate}, "")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		data []byte
		want int
	}{
		{"PEM", pemOf("CERTIFICATE", a.Raw, b.Raw), 2},
		{"PEM with a duplicate", pemOf("CERTIFICATE", a.Raw, b.Raw, a.Raw), 2},
		{"PEM with text around", append([]byte("# Subject: root a\n"), pemOf("CERTIFICATE", a.Raw)...), 1},
		{"PEM with a byte order mark", append([]byte("\xef\xbb\xbf"), pemOf("CERTIFICATE", a.Raw)...), 1},
		{"PEM of the old name", pemOf("X509 CERTIFICATE", a.Raw), 1},
		{"TRUSTED CERTIFICATE without a purpose", pemOf("TRUSTED CERTIFICATE", a.Raw), 1},
		{"TRUSTED CERTIFICATE for servers", pemOf("TRUSTED CERTIFICATE", auxOf(a.Raw, purposeServer, nil)), 1},
		{"TRUSTED CERTIFICATE for mail", append(pemOf("TRUSTED CERTIFICATE", auxOf(a.Raw, purposeMail, nil)), pemOf("CERTIFICATE", b.Raw)...), 1},
		{"TRUSTED CERTIFICATE rejected for servers", append(pemOf("TRUSTED CERTIFICATE", auxOf(a.Raw, nil, purposeServer)), pemOf("CERTIFICATE", b.Raw)...), 1},
		{"key beside the certificate", append(a.keyPEM(t), pemOf("CERTIFICATE", a.Raw)...), 1},
		{"DER", a.Raw, 1},
		{"PKCS#7 in DER", pkcs7Of(a.Raw, b.Raw), 2},
		{"PKCS#7 in PEM", pemOf("PKCS7", pkcs7Of(a.Raw)), 1},
		{"JKS", jksOf(2, nil, a.Raw, b.Raw), 2},
		{"JKS of version 1", jksOf(1, nil, a.Raw), 1},
		{"JKS with a key", jksOf(2, b.Raw, a.Raw), 1},
		{"PKCS#12", p12, 2},
		{"PKCS#12 without a password", passwordless, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := putFile(t, t.TempDir(), "roots", tt.data)
			s, err := FileStore(path)
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Roots) != tt.want || s.Path != path {
				t.Errorf("%d roots from %s, want %d", len(s.Roots), s.Path, tt.want)
			}
		})
	}
}

func TestFileStoreSaysWhyAFileIsNoStore(t *testing.T) {
	a := newIssued(t, "root a", nil, nil)
	p12, err := pkcs12.LegacyRC2.EncodeTrustStore([]*x509.Certificate{a.Certificate}, "another")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	tests := []struct {
		name string
		data []byte
		want string
	}{
		{"empty", nil, "is empty"},
		{"blank", []byte(" \n"), "is empty"},
		{"key", a.keyPEM(t), "is a private key, not a certificate"},
		{"key.der", mustPKCS8(t, a), "is a private key, not a certificate"},
		{"text", []byte("hello"), "is no certificate in PEM or DER"},
		{"page", []byte("<!DOCTYPE html><html>"), "is a page of HTML or XML, not a certificate"},
		{"utf16", []byte("\xff\xfe-\x00-\x00"), "is text in UTF-16, which TLS libraries do not read: save it as UTF-8 or ASCII"},
		{"cut", pemOf("CERTIFICATE", a.Raw)[:100], "has lines of PEM, but no certificate that can be read between them"},
		{"rubbish", pemOf("CERTIFICATE", []byte("rubbish")), "holds a block that is not a certificate in DER"},
		{"rejected", pemOf("TRUSTED CERTIFICATE", auxOf(a.Raw, nil, purposeServer)), "holds only certificates that are marked as not trusted for servers"},
		{"p12", p12, "is a PKCS#12 file that is no trust store, or has a password other than the usual one"},
		{"jks", jksOf(2, nil), "is a keystore without a trusted certificate"},
		{"keys.jks", jksOf(2, a.Raw), "is a Java keystore with keys, but without a trusted certificate"},
		{"cut.jks", jksOf(2, nil, a.Raw)[:60], "is a Java keystore that ends in its entry 1 of 1"},
		{"version.jks", jksOf(7, nil, a.Raw), "is a Java keystore of an unknown version"},
		{"large", make([]byte, maxStoreFile+1), "is larger than 16 MiB, too large for a bundle of certificates"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := putFile(t, dir, tt.name, tt.data)
			_, err := FileStore(path)
			if err == nil || err.Error() != path+": "+tt.want {
				t.Errorf("got %v, want %s: %s", err, path, tt.want)
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		_, err := FileStore(filepath.Join(dir, "none\x1b[2J"))
		if !errors.Is(err, fs.ErrNotExist) || !strings.HasSuffix(err.Error(), `none\x1b[2J: does not exist`) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("no plain file", func(t *testing.T) {
		if runtime.GOOS == "windows" {
			t.Skip("there is no such device")
		}
		if _, err := FileStore("/dev/zero"); err == nil || err.Error() != "/dev/zero: is no plain file" {
			t.Errorf("got %v", err)
		}
	})
	t.Run("may not be read", func(t *testing.T) {
		path := putFile(t, dir, "secret", pemOf("CERTIFICATE", a.Raw))
		os.Chmod(path, 0)
		if _, err := os.ReadFile(path); err == nil {
			t.Skip("this user may read everything")
		}
		if _, err := FileStore(path); err == nil || err.Error() != path+": may not be read by this user" {
			t.Errorf("got %v", err)
		}
	})
}

func mustPKCS8(t testing.TB, i *issuedBy) []byte {
	der, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestFileStoreReadsFolders(t *testing.T) {
	a, b := newIssued(t, "root a", nil, nil), newIssued(t, "root b", nil, nil)
	plain := t.TempDir()
	putFile(t, plain, "a.pem", pemOf("CERTIFICATE", a.Raw))
	putFile(t, plain, "b.crt", pemOf("CERTIFICATE", b.Raw, a.Raw))
	putFile(t, plain, "README", []byte("no certificate"))
	putFile(t, plain, "below/c.pem", pemOf("CERTIFICATE", b.Raw))
	hashed := t.TempDir()
	putFile(t, hashed, "5ed36f99.0", pemOf("CERTIFICATE", a.Raw))
	putFile(t, hashed, "b.pem", pemOf("CERTIFICATE", b.Raw))
	for dir, want := range map[string]int{plain: 2, hashed: 1} {
		s, err := FileStore(dir)
		if err != nil || len(s.Roots) != want {
			t.Errorf("%s: %v, %v, want %d roots", dir, s, err, want)
		}
	}
	empty := t.TempDir()
	if _, err := FileStore(empty); err == nil || err.Error() != empty+": is a folder without a certificate" {
		t.Errorf("got %v", err)
	}
}

func TestMozillaStoreHasRootsAndADate(t *testing.T) {
	s := MozillaStore()
	if s.Name != "mozilla" || len(s.Roots) < 100 {
		t.Fatalf("%s has %d roots", s.Name, len(s.Roots))
	}
	for _, r := range s.Roots {
		if _, err := parse(r.DER); err != nil {
			t.Error(err)
		}
	}
}

func TestDistrustAfterFindsTheDate(t *testing.T) {
	day := time.Date(2025, 4, 15, 23, 59, 59, 0, time.UTC)
	got := distrustAfter(func(chain []*x509.Certificate) error {
		if chain[0].NotBefore.After(day) {
			return errors.New("too late")
		}
		return nil
	})
	if !got.Equal(day) {
		t.Errorf("got %v, want %v", got, day)
	}
	if got := distrustAfter(nil); !got.IsZero() {
		t.Errorf("got %v for no constraint", got)
	}
	if got := distrustAfter(func([]*x509.Certificate) error { return nil }); !got.IsZero() {
		t.Errorf("got %v for a constraint without a date", got)
	}
}

func TestSystemStoreFollowsTheEnvironment(t *testing.T) {
	a, b, c := newIssued(t, "root a", nil, nil), newIssued(t, "root b", nil, nil), newIssued(t, "root c", nil, nil)
	dir := t.TempDir()
	first := putFile(t, dir, "first.pem", pemOf("CERTIFICATE", a.Raw))
	second := putFile(t, dir, "second.pem", pemOf("CERTIFICATE", b.Raw))
	putFile(t, dir, "certs/c.pem", pemOf("CERTIFICATE", c.Raw))
	folder := filepath.Join(dir, "certs")
	empty := putFile(t, dir, "empty.pem", nil)
	tests := []struct {
		name, file, folder string
		files, folders     []string
		wantName           string
		want               int
	}{
		{"the first file and all folders", "", "", []string{dir + "/none", first, second}, []string{folder, dir + "/none"}, "system", 2},
		{"SSL_CERT_FILE replaces the file", second, "", []string{first}, nil, "SSL_CERT_FILE", 1},
		{"and leaves the folders", second, "", []string{first}, []string{folder}, "SSL_CERT_FILE", 2},
		{"SSL_CERT_DIR replaces the folders", "", dir, []string{first}, []string{folder}, "SSL_CERT_DIR", 2},
		{"a missing SSL_CERT_FILE is passed over", dir + "/none", "", []string{first}, []string{folder}, "SSL_CERT_FILE", 1},
		{"an empty one is an empty store", empty, dir + "/none", []string{first}, []string{folder}, "SSL_CERT_FILE", 0},
		{"nothing at all is an empty store", "", "", nil, nil, "system", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			env := map[string]string{"SSL_CERT_FILE": tt.file, "SSL_CERT_DIR": tt.folder}
			s, err := systemStore(func(n string) string { return env[n] }, tt.files, tt.folders, "linux")
			if err != nil {
				t.Fatal(err)
			}
			if s.Name != tt.wantName || len(s.Roots) != tt.want {
				t.Errorf("%s with %d roots of %s, want %s with %d", s.Name, len(s.Roots), s.Path, tt.wantName, tt.want)
			}
		})
	}
	for _, system := range []string{"darwin", "windows"} {
		none := func(string) string { return "" }
		if _, err := systemStore(none, []string{first}, nil, system); err == nil || !strings.Contains(err.Error(), "roots.pem") {
			t.Errorf("%s: got %v, want an error that says how to export", system, err)
		}
	}
}

func TestLocalStoresFindsWhatADeveloperHas(t *testing.T) {
	for _, name := range []string{"SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "PIP_CERT", "AWS_CA_BUNDLE", "GIT_SSL_CAINFO",
		"CARGO_HTTP_CAINFO", "NIX_SSL_CERT_FILE", "CONDA_PREFIX", "XDG_CONFIG_HOME", "APPDATA", "VIRTUAL_ENV", "PIP_CONFIG_FILE"} {
		t.Setenv(name, "")
	}
	root := func(name string) []byte { return pemOf("CERTIFICATE", newIssued(t, name, nil, nil).Raw) }
	home, project, java := t.TempDir(), t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	t.Setenv("JAVA_HOME", java)
	t.Setenv("CORPORATE", "company")
	requests := putFile(t, home, "requests.pem", root("requests"))
	t.Setenv("REQUESTS_CA_BUNDLE", requests)
	t.Setenv("CURL_CA_BUNDLE", requests)
	t.Setenv("AWS_CA_BUNDLE", filepath.Join(home, "none"))
	t.Setenv("NODE_EXTRA_CA_CERTS", putFile(t, home, "node.pem", root("node")))
	putFile(t, java, "lib/security/cacerts", jksOf(2, nil, newIssued(t, "java", nil, nil).Raw))
	putFile(t, project, ".venv/lib/python3.12/site-packages/certifi/cacert.pem", root("certifi"))
	putFile(t, project, "venv/lib/python3.12/site-packages/pip/_vendor/certifi/cacert.pem", root("pip"))
	putFile(t, project, ".npmrc", []byte("registry=https://example.com/\ncafile=${CORPORATE}/npm.pem\n"))
	putFile(t, project, "company/npm.pem", root("npm"))
	putFile(t, home, ".gitconfig", []byte("[core]\n\tsslCAInfo = /nowhere\n[http \"https://git.example.com/\"]\n\tsslCAInfo = ~/git.pem\n"))
	putFile(t, home, "git.pem", root("git"))
	putFile(t, home, ".config/pip/pip.conf", []byte("[global]\ncert = \""+putFile(t, home, "pip.pem", root("pip"))+"\"\n"))

	got := make(map[string]*Store)
	for _, s := range LocalStores(project) {
		ours := func(dir string) bool { return strings.HasPrefix(s.Path, dir) }
		if s.Path != "" && !ours(home) && !ours(project) && !ours(java) {
			continue // what this machine has besides
		}
		if got[s.Name] != nil {
			t.Errorf("%s is there twice", s.Name)
		}
		got[s.Name] = s
	}
	for _, name := range []string{"REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE", "Java (JAVA_HOME)", "certifi (.venv)", "pip (venv)",
		".npmrc cafile", "git http.sslCAInfo", "pip.conf cert"} {
		if s := got[name]; s == nil || len(s.Roots) != 1 {
			t.Errorf("%s: %+v, want a store of one root", name, s)
		}
	}
	node, mozilla := got["Node.js (Mozilla's roots and NODE_EXTRA_CA_CERTS)"], got["mozilla"]
	if node == nil || mozilla == nil || len(node.Roots) != len(mozilla.Roots)+1 {
		t.Errorf("node has %v, mozilla %v", node, mozilla)
	}
	if got["AWS_CA_BUNDLE"] != nil {
		t.Error("a missing file became a store")
	}
}

func FuzzPKCS7(f *testing.F) {
	a := newIssued(f, "root a", nil, nil)
	f.Add(pkcs7Of(a.Raw))
	f.Add(pkcs7Of())
	f.Add([]byte{0x30, 0x80})
	f.Fuzz(func(t *testing.T, data []byte) {
		certs, err := parsePKCS7(data)
		if (err == nil) != (len(certs) > 0) {
			t.Errorf("%d certificates and the error %v", len(certs), err)
		}
		for _, der := range certs {
			if _, err := parse(der); err != nil {
				t.Error(err)
			}
		}
	})
}

func FuzzKeystore(f *testing.F) {
	a := newIssued(f, "root a", nil, nil)
	f.Add(jksOf(2, a.Raw, a.Raw))
	f.Add(jksOf(1, nil, a.Raw, a.Raw))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c := readKeystore(data); len(c.certs) == 0 && c.unusable() == "" {
			t.Error("a store of nothing is usable")
		}
	})
}

func FuzzCertificates(f *testing.F) {
	a := newIssued(f, "root a", nil, nil)
	f.Add(pemOf("CERTIFICATE", a.Raw))
	f.Add(pemOf("TRUSTED CERTIFICATE", auxOf(a.Raw, purposeServer, purposeMail)))
	f.Add(a.Raw)
	f.Fuzz(func(t *testing.T, data []byte) {
		c := readCertificates(data)
		if (c.unusable() == "") != (len(c.certs) > 0) {
			t.Errorf("%d certificates, but %q", len(c.certs), c.unusable())
		}
	})
}
