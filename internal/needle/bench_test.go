package needle

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// benchNeedles are 50 names of the kind that the patterns give, none shorter
// than four bytes.
func benchNeedles() []Needle {
	return exact(strings.Fields(`
		InsecureSkipVerify rejectUnauthorized verify_mode CERT_NONE check_hostname
		CURLOPT_SSL_VERIFYPEER CURLOPT_SSL_VERIFYHOST danger_accept_invalid_certs
		NoopHostnameVerifier checkServerTrusted X509TrustManager HostnameVerifier
		GIT_SSL_NO_VERIFY NODE_TLS_REJECT_UNAUTHORIZED PYTHONHTTPSVERIFY
		_create_unverified_context ServerCertificateValidationCallback
		insecure-skip-tls-verify sslmode sslVerify verify requests curl wget httpx
		aiohttp urllib3 crypto/tls strict-ssl tlsInsecure useSSL
		trustServerCertificate VERIFY_NONE verify_peer SSL_VERIFY_NONE
		allow_self_signed MinVersion TLSv1 trustAllCerts AllowAllHostnameVerifier
		setHostnameVerifier DangerousAcceptAnyServerCertificateValidator ssl_verify
		validate_certs tls_skip_verify insecure_skip_verify disable_warnings
		GRPC_DEFAULT_SSL_ROOTS client-go/rest StrictHostKeyChecking`)...)
}

// corpus is up to 32 MB of real program text, one element a file: Go's own
// sources, or this package's when those are not installed.
func corpus(b *testing.B) (files [][]byte, size int64) {
	b.Helper()
	dir := filepath.Join(build.Default.GOROOT, "src")
	if _, err := os.Stat(dir); err != nil {
		dir = "."
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if size > 32<<20 {
			return filepath.SkipAll
		}
		text, err := os.ReadFile(path)
		files = append(files, text)
		size += int64(len(text))
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return files, size
}

func bench(b *testing.B, search func(src []byte) int) {
	files, size := corpus(b)
	b.SetBytes(size)
	found := 0
	for b.Loop() {
		found = 0
		for _, src := range files {
			found += search(src)
		}
	}
	b.ReportMetric(float64(found), "found")
}

func benchSet(b *testing.B, needles []Needle) {
	s := mustCompile(b, needles)
	var hits Hits
	bench(b, func(src []byte) int {
		s.Find(src, &hits)
		return hits.Count()
	})
}

func BenchmarkFind50(b *testing.B) { benchSet(b, benchNeedles()) }

// The same needles without those below six bytes: the step is wider.
func BenchmarkFindLong(b *testing.B) {
	var long []Needle
	for _, n := range benchNeedles() {
		if len(n.Text) >= 6 {
			long = append(long, n)
		}
	}
	benchSet(b, long)
}

func BenchmarkFindShortToo(b *testing.B) {
	benchSet(b, append(benchNeedles(), exact("tls", "ssl", "-k")...))
}

func BenchmarkFindFolded(b *testing.B) {
	ns := benchNeedles()
	for i := range ns {
		ns[i].Fold = true
	}
	benchSet(b, ns)
}

func BenchmarkFind1000(b *testing.B) {
	ns := benchNeedles()
	for i := range 950 {
		n := ns[i%50].Text
		ns = append(ns, Needle{Text: fmt.Sprintf("%s%c%c%s", n[len(n)/2:], 'a'+i%26, 'A'+i%23, n[:len(n)/2])})
	}
	benchSet(b, ns)
}

// What the package has to beat: one search a needle.
func BenchmarkContainsLoop(b *testing.B) {
	ns := benchNeedles()
	bench(b, func(src []byte) (found int) {
		for _, n := range ns {
			if bytes.Contains(src, []byte(n.Text)) {
				found++
			}
		}
		return found
	})
}

// The textbook's scan, blocks of two bytes and steps from the table, without
// even the verification: the reason for fixed steps.
func BenchmarkVariableSteps(b *testing.B) {
	const m = 4
	var shift [1 << 16]uint8
	for i := range shift {
		shift[i] = m - 1
	}
	for _, n := range benchNeedles() {
		for i := 0; i+2 <= m; i++ {
			block := binary.LittleEndian.Uint16([]byte(n.Text[i:]))
			shift[block] = min(shift[block], uint8(m-2-i))
		}
	}
	bench(b, func(src []byte) (candidates int) {
		for at := m - 2; at+2 <= len(src); {
			d := int(shift[binary.LittleEndian.Uint16(src[at:])])
			if d == 0 {
				candidates++
				d = 1
			}
			at += d
		}
		return candidates
	})
}

// Enough short needles that they are searched in one pass.
func BenchmarkFindManyShort(b *testing.B) {
	benchSet(b, exact("tls", "ssl", "-k", "irc", "ftp", "amq", "pg", "ldp", "k8s", "CA"))
}
