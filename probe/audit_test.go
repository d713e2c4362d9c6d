package probe

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

func TestAuditTellsEffectAndFault(t *testing.T) {
	dir := t.TempDir()
	root := newIssued(t, "root", nil, nil)
	old := newIssued(t, "old", nil, func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = time.Now().Add(-48*time.Hour), time.Now().Add(-24*time.Hour)
	})
	p12, err := pkcs12.LegacyRC2.EncodeTrustStore([]*x509.Certificate{root.Certificate}, "another")
	if err != nil {
		t.Fatal(err)
	}
	good := putFile(t, dir, "good.pem", pemOf("CERTIFICATE", root.Raw))
	both := putFile(t, dir, "both.pem", pemOf("CERTIFICATE", old.Raw, root.Raw))
	expired := putFile(t, dir, "expired.pem", pemOf("CERTIFICATE", old.Raw))
	der := putFile(t, dir, "root.der", root.Raw)
	key := putFile(t, dir, "key.pem", root.keyPEM(t))
	empty := putFile(t, dir, "empty.pem", nil)
	trusted := putFile(t, dir, "trusted.pem", pemOf("TRUSTED CERTIFICATE", root.Raw))
	mark := putFile(t, dir, "mark.pem", append([]byte("\xef\xbb\xbf"), pemOf("CERTIFICATE", root.Raw)...))
	p7 := putFile(t, dir, "root.p7b", pkcs7Of(root.Raw))
	jks := putFile(t, dir, "cacerts", jksOf(2, nil, root.Raw))
	locked := putFile(t, dir, "locked.p12", p12)
	putFile(t, dir, "hashed/5ed36f99.0", pemOf("CERTIFICATE", root.Raw))
	putFile(t, dir, "plain/root.pem", pemOf("CERTIFICATE", root.Raw))
	hashed, plain, none := filepath.Join(dir, "hashed"), filepath.Join(dir, "plain"), filepath.Join(dir, "none")

	tests := []struct {
		entry         string
		value         string // "" for what stands in the entry
		effect, fault string // parts; "" for none
	}{
		{entry: "SSL_CERT_FILE=" + good, effect: "Replaces the system's bundle file"},
		{entry: "SSL_CERT_FILE=" + both, effect: "Replaces"},
		{entry: "SSL_CERT_FILE=" + none, effect: "Replaces", fault: "the file does not exist: curl stops with exit code 77"},
		{entry: "SSL_CERT_FILE=" + empty, effect: "Replaces", fault: "the file is empty"},
		{entry: "SSL_CERT_FILE=" + key, effect: "Replaces", fault: "the file is a private key, not a certificate"},
		{entry: "SSL_CERT_FILE=" + expired, effect: "Replaces", fault: "every certificate in the file has expired"},
		{entry: "SSL_CERT_FILE=" + der, effect: "Replaces", fault: "the file is in DER, and PEM is needed"},
		{entry: "SSL_CERT_FILE=" + p7, effect: "Replaces", fault: "the file is a PKCS#7, and PEM is needed"},
		{entry: "SSL_CERT_FILE=" + jks, effect: "Replaces", fault: "the file is a keystore, and PEM is needed"},
		{entry: "SSL_CERT_FILE=" + trusted, effect: "Replaces", fault: "TRUSTED CERTIFICATE blocks, which OpenSSL reads, but Go and Node.js do not"},
		{entry: "SSL_CERT_FILE=" + mark, effect: "Replaces", fault: "begins with a byte order mark, which hides its first certificate from Go"},
		{entry: "REQUESTS_CA_BUNDLE=" + trusted, effect: "Replaces"},
		{entry: "REQUESTS_CA_BUNDLE=" + mark, effect: "Replaces"},
		{entry: "SSL_CERT_FILE=" + dir, effect: "Replaces", fault: "the file is a folder, not a file"},
		{entry: "SSL_CERT_FILE=~/ca.pem", effect: "Replaces", fault: "does not exist (the ~ is not expanded outside of a shell)"},
		{entry: `SSL_CERT_FILE="` + good + `"`, effect: "Replaces", fault: "does not exist (the quotation marks are part of the value)"},
		{entry: "SSL_CERT_FILE=" + good + " ", effect: "Replaces", fault: "white space at its ends"},
		{entry: "SSL_CERT_FILE=$HOME/none", effect: "Replaces", fault: "the variable in it is not expanded"},
		{entry: "SSL_CERT_DIR=" + hashed, effect: "Replaces the system's folder"},
		{entry: "SSL_CERT_DIR=" + none + string(os.PathListSeparator) + hashed, effect: "Replaces the system's folder"},
		{entry: "SSL_CERT_DIR=" + plain, effect: "Replaces", fault: "no file with the name of a hash"},
		{entry: "SSL_CERT_DIR=" + none, effect: "Replaces", fault: "the folder does not exist"},
		{entry: "SSL_CERT_DIR=" + good, effect: "Replaces", fault: "it is a file, not a folder"},
		{entry: "REQUESTS_CA_BUNDLE=" + hashed, effect: "Replaces certifi's bundle"},
		{entry: "REQUESTS_CA_BUNDLE=" + none, effect: "Replaces", fault: "does not exist: requests fails on every connection"},
		{entry: "NODE_EXTRA_CA_CERTS=" + good, effect: "Adds to the roots that are inside Node.js"},
		{entry: "NODE_TLS_REJECT_UNAUTHORIZED=0", effect: "Switches the verification off"},
		{entry: "NODE_TLS_REJECT_UNAUTHORIZED=false", effect: "Changes nothing"},
		{entry: "NODE_OPTIONS=--max-old-space-size=4096 --use-openssl-ca", value: "--use-openssl-ca", effect: "Replaces the roots that are inside Node.js"},
		{entry: "PYTHONHTTPSVERIFY=0", effect: "Python 2.7"},
		{entry: "GIT_SSL_NO_VERIFY=false", effect: "whatever the value is"},
		{entry: "npm_config_strict_ssl=false", effect: "Switches the verification off"},
		{entry: "npm_config_cafile=" + good, effect: "Replaces the roots for requests to the registry"},
		{entry: "CONDA_SSL_VERIFY=false", effect: "Switches the verification off in conda"},
		{entry: "HTTPS_PROXY=http://user:secret@proxy.example:3128/", value: "http://proxy.example:3128", effect: "through a proxy"},
		{entry: "https_proxy=user:secret@proxy.example:3128", value: "http://proxy.example:3128", effect: "through a proxy"},
		{entry: "HTTPS_PROXY=http://user:se/cret@proxy.example", value: "(not shown)", effect: "through a proxy", fault: "no URL of a proxy"},
		{entry: "HTTPS_PROXY=http://user:12/cret@proxy.example", value: "(not shown)", effect: "through a proxy", fault: "no URL of a proxy"},
		{entry: "HTTPS_PROXY=ftp://proxy.example", effect: "through a proxy", fault: "do not know proxies of the scheme ftp"},
		{entry: "NO_PROXY=localhost,.internal", effect: "without the proxy"},
		{entry: "SSLKEYLOGFILE=" + filepath.Join(dir, "keys.log"), effect: "Writes the secrets"},
		{entry: "SSLKEYLOGFILE=" + filepath.Join(none, "keys.log"), effect: "Writes the secrets", fault: "does not exist, so Python fails"},
		{entry: "GODEBUG=http2debug=1,x509negativeserial=1", value: "x509negativeserial=1", effect: "negative serial number"},
		{entry: "JAVA_TOOL_OPTIONS=-Xmx1g -Djavax.net.ssl.trustStore=" + jks + " -Djavax.net.ssl.trustStorePassword=secret",
			value: "-Djavax.net.ssl.trustStore=" + jks, effect: "Replaces Java's cacerts"},
		{entry: "JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=" + locked, effect: "Replaces Java's cacerts", fault: "trustStorePassword is not set"},
		{entry: "JAVA_TOOL_OPTIONS=-Djavax.net.ssl.trustStore=" + locked + " -Djavax.net.ssl.trustStorePassword=another", value: "-Djavax.net.ssl.trustStore=" + locked, effect: "Replaces Java's cacerts"},
		{entry: "MAVEN_OPTS=-Djavax.net.ssl.trustStore=" + none, effect: "Replaces Java's cacerts", fault: "the trust store does not exist: Java goes on with cacerts"},
		{entry: "MAVEN_OPTS=-Djavax.net.ssl.trustStore=" + good, effect: "Replaces Java's cacerts", fault: "no Java keystore and no PKCS#12"},
		{entry: "JAVA_OPTS=-Djavax.net.ssl.trustStoreType=Windows-ROOT -Djavax.net.ssl.trustStore=NUL", effect: "kind of Java's trust store"},
		{entry: "SSL_CERT_FILE=/x\x1b[2J\nVerify return code: 0 (ok)", value: `/x\x1b[2J\x0aVerify return code: 0 (ok)`, effect: "Replaces", fault: "does not exist"},
	}
	for _, tt := range tests {
		t.Run(strings.Map(func(r rune) rune {
			if r < ' ' {
				return '_'
			}
			return r
		}, tt.entry), func(t *testing.T) {
			got := Audit([]string{"HOME=/root", tt.entry, "BROKEN"})
			if len(got) != 1 {
				t.Fatalf("got %+v, want one variable", got)
			}
			v := got[0]
			name, value, _ := strings.Cut(tt.entry, "=")
			if tt.value != "" {
				value = tt.value
			}
			if v.Name != name || v.Value != Clean(value) || len(v.Clients) == 0 {
				t.Errorf("got %s=%s for %v, want %s", v.Name, v.Value, v.Clients, value)
			}
			if !strings.Contains(v.Effect, tt.effect) {
				t.Errorf("effect %q, want %q in it", v.Effect, tt.effect)
			}
			if (tt.fault == "") != (v.Fault == "") || !strings.Contains(v.Fault, tt.fault) {
				t.Errorf("fault %q, want %q in it", v.Fault, tt.fault)
			}
		})
	}
}

func TestAuditLeavesOutWhatChangesNothing(t *testing.T) {
	for _, entry := range []string{
		"SSL_CERT_FILE=", "HTTPS_PROXY=", "NODE_USE_SYSTEM_CA=0", "NODE_OPTIONS=--max-old-space-size=4096", "GODEBUG=gctrace=1",
		"JAVA_TOOL_OPTIONS=-Xmx1g", "UV_NATIVE_TLS=false", "NPM_CONFIG_STRICT_SSL=true", "PYTHONHTTPSVERIFY=1", "PGSSLMODE=verify-full", "PATH=/bin",
	} {
		if got := Audit([]string{entry}); len(got) > 0 {
			t.Errorf("%s: got %+v", entry, got)
		}
	}
	if got := Audit([]string{"GIT_SSL_NO_VERIFY="}); len(got) != 1 {
		t.Errorf("git minds an empty GIT_SSL_NO_VERIFY, got %+v", got)
	}
}

func TestAuditPrefersTheLowerCaseProxy(t *testing.T) {
	for _, environ := range [][]string{
		{"https_proxy=http://a:1", "HTTPS_PROXY=http://b:2"},
		{"HTTPS_PROXY=http://b:2", "https_proxy=http://a:1"},
	} {
		got := Audit(environ)
		if len(got) != 1 || got[0].Name != "https_proxy" || got[0].Value != "http://a:1" {
			t.Errorf("%v: got %+v", environ, got)
		}
	}
}

func TestEnvironmentTableIsWhole(t *testing.T) {
	var names []string
	for _, s := range environment {
		if slices.Contains(names, s.name) {
			t.Errorf("%s is there twice", s.name)
		}
		names = append(names, s.name)
		byArgument := s.reading == javaArgs || s.reading == nodeArgs || s.reading == goDebug
		if (s.effect != "") == (s.effectOf != nil || byArgument) || len(s.clients) == 0 {
			t.Errorf("%s needs clients, and one way to tell its effect", s.name)
		}
		if s.effect != "" && !strings.HasSuffix(s.effect, ".") {
			t.Errorf("%s: %q is no sentence", s.name, s.effect)
		}
	}
}
