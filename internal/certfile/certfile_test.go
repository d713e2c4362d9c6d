package certfile

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
)

// der is a SEQUENCE that begins with a SEQUENCE, which is all that is asked of a
// certificate here.
var der = []byte{0x30, 0x04, 0x30, 0x02, 0x05, 0x00}

func block(kind string, data []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: data}))
}

func TestParse(t *testing.T) {
	cert, key := block("CERTIFICATE", der), block("EC PRIVATE KEY", []byte("secret"))
	tests := []struct {
		name, in string
		certs    int
		skipped  []Skipped
		err      string
	}{
		{"one certificate", cert, 1, nil, ""},
		{"DER", string(der), 1, nil, ""},
		{"two, with comments", "# leaf\n" + cert + "\nsubject=CN=x\n" + cert, 2, nil, ""},
		{"a key between", cert + key + cert, 2, []Skipped{{4, "a private key (EC PRIVATE KEY), not read"}}, ""},
		{"an encrypted key first", block("ENCRYPTED PRIVATE KEY", der) + cert, 1, []Skipped{{1, "a private key (ENCRYPTED PRIVATE KEY), not read"}}, ""},
		{"CRLF", strings.ReplaceAll(cert+cert, "\n", "\r\n"), 2, nil, ""},
		{"a byte order mark", "\ufeff" + cert + cert, 2, nil, ""},
		{"the old label", block("X509 CERTIFICATE", der), 1, nil, ""},
		{"OpenSSL's trusted certificate", block("TRUSTED CERTIFICATE", append(bytes.Clone(der), 0x30, 0x00)), 1, nil, ""},
		{"a broken trusted certificate", block("TRUSTED CERTIFICATE", []byte{0x30, 0x10}), 0, nil, "line 1: a trusted certificate that is broken"},
		{"other blocks", cert + block("X509 CRL", der) + block("CERTIFICATE REQUEST", der) + block("DH PARAMETERS", der), 1,
			[]Skipped{{4, "a list of revoked certificates"}, {7, "a certificate request"}, {10, "a block of the type DH PARAMETERS"}}, ""},
		{"only a key", key, 0, nil, "no certificate in it: a private key (EC PRIVATE KEY), not read"},
		{"PKCS#7", block("PKCS7", der), 0, nil, "no certificate in it: a PKCS#7 file (openssl pkcs7 -print_certs makes PEM of it)"},
		{"a block that is cut off", cert + cert[:len(cert)-5], 0, nil, "line 4: a PEM block that is cut off or broken"},
		{"a broken block before a good one", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n" + cert, 0, nil, "line 1: a PEM block that is cut off or broken"},
		{"a block within a line", "x -----BEGIN CERTIFICATE-----", 0, nil, "no certificate in it: no PEM block begins a line"},
		{"empty", "", 0, nil, "empty"},
		{"spaces", " \n\t", 0, nil, "empty"},
		{"text", "hello", 0, nil, "no certificate in it: neither PEM nor DER"},
		{"PKCS#7 in DER", "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 0, nil, "no certificate in it: a PKCS#7 file (openssl pkcs7 -inform der -print_certs makes PEM of it)"},
		{"PKCS#12", "\x30\x05\x02\x01\x03\x30\x00", 0, nil, "no certificate in it: a PKCS#12 file (openssl pkcs12 -nokeys makes PEM of it)"},
		{"a key in DER", "\x30\x05\x02\x01\x00\x30\x00", 0, nil, "no certificate in it: a private key, or DER of something else"},
		{"JKS", "\xfe\xed\xfe\xed\x00\x00\x00\x02", 0, nil, "no certificate in it: a Java key store (keytool -exportcert -rfc makes PEM of it)"},
		{"other DER", "\x30\x02\x05\x00", 0, nil, "no certificate in it: DER of something else"},
		{"another object", "\x30\x03\x06\x01\x2a", 0, nil, "no certificate in it: DER of something else"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			certs, skipped, err := Parse([]byte(tt.in))
			text := ""
			if err != nil {
				text = err.Error()
			}
			if len(certs) != tt.certs && err == nil || text != tt.err {
				t.Fatalf("%d certificates, error %q, want %d and %q", len(certs), text, tt.certs, tt.err)
			}
			for _, c := range certs {
				if !bytes.Equal(c, der) {
					t.Errorf("%x, want %x", c, der)
				}
			}
			if err == nil && len(skipped) != len(tt.skipped) {
				t.Fatalf("skipped %v, want %v", skipped, tt.skipped)
			}
			for i := range tt.skipped {
				if skipped[i] != tt.skipped[i] {
					t.Errorf("skipped %v, want %v", skipped[i], tt.skipped[i])
				}
			}
		})
	}
}

// Whatever comes in, no key goes out, and what is said to be skipped has a line.
func FuzzParse(f *testing.F) {
	f.Add([]byte(block("CERTIFICATE", der) + block("RSA PRIVATE KEY", []byte("secret"))))
	f.Add(der)
	f.Add([]byte("-----BEGIN -----BEGIN CERTIFICATE-----\n-----END -----"))
	f.Fuzz(func(t *testing.T, data []byte) {
		certs, skipped, err := Parse(data)
		if err != nil && (len(certs) > 0 || len(skipped) > 0) {
			t.Fatal("an error, and certificates")
		}
		if err == nil && len(certs) == 0 {
			t.Fatal("neither a certificate nor an error")
		}
		for _, s := range skipped {
			if s.Line < 1 || s.Line > 1+bytes.Count(data, []byte("\n")) {
				t.Fatalf("line %d", s.Line)
			}
			if strings.Contains(s.What, base64.StdEncoding.EncodeToString([]byte("secret"))) {
				t.Fatal("a key is printed")
			}
		}
	})
}
