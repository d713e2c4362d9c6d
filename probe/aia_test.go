package probe

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// issuersAt makes a leaf that names addresses of its issuer.
func issuersAt(t testing.TB, by *issuedBy, urls ...string) *issuedBy {
	return newIssued(t, "leaf", by, func(c *x509.Certificate) {
		c.IsCA, c.IssuingCertificateURL = false, urls
	})
}

// served answers each path with a body, and counts.
func served(t *testing.T, bodies map[string][]byte) (base string, count *atomic.Int32) {
	t.Helper()
	count = new(atomic.Int32)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count.Add(1)
		if body, ok := bodies[r.URL.Path]; ok {
			w.Write(body)
			return
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, count
}

func TestFetchIssuersTakesEveryForm(t *testing.T) {
	root := newIssued(t, "root", nil, nil)
	bodies := map[string][]byte{
		"/der":        root.Raw,
		"/pem":        pemOf("CERTIFICATE", root.Raw),
		"/pkcs7":      pkcs7Of(newIssued(t, "other", nil, nil).Raw, root.Raw),
		"/pkcs7.pem":  pemOf("PKCS7", pkcs7Of(root.Raw)),
		"/html":       []byte("<html><body>Moved</body></html>"),
		"/wrong":      newIssued(t, "other", nil, nil).Raw,
		"/wrong-key":  newIssued(t, "root", nil, nil).Raw,
		"/empty":      {},
		"/long":       make([]byte, maxFetchBody+1),
		"/key":        root.keyPEM(t),
		"/\x1b[2Jpem": nil,
	}
	base, _ := served(t, bodies)
	tests := []struct{ path, form, err string }{
		{"/der", "der", ""},
		{"/pem", "pem", ""},
		{"/pkcs7", "pkcs7", ""},
		{"/pkcs7.pem", "pkcs7", ""},
		{"/html", "", "the answer is a page of HTML or XML, not a certificate"},
		{"/wrong", "", "the answer is the certificate of other, not of the issuer root"},
		{"/wrong-key", "", "the answer is a certificate of root with another key: it does not verify the signature of leaf"},
		{"/empty", "", "the answer is empty"},
		{"/long", "", "the answer is longer than 64 KiB"},
		{"/key", "", "the answer is a private key, not a certificate"},
		{"/none", "", "the server answered with status 404"},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			leaf := issuersAt(t, root, base+tt.path)
			got := fetchIssuers(context.Background(), &guard{private: true}, [][]byte{leaf.Raw})
			if len(got) != 1 {
				t.Fatalf("%d fetches, want 1", len(got))
			}
			f := got[0]
			if f.Form != tt.form || f.Err != tt.err || f.URL != base+tt.path || (len(f.DER) > 0) != (tt.form != "") {
				t.Errorf("got %q, %q, %d certificates from %s", f.Form, f.Err, len(f.DER), f.URL)
			}
			if c, _ := parse(leaf.Raw); f.For != c.sum {
				t.Error("the fetch is for another certificate")
			}
		})
	}
}

func TestFetchIssuersGoesUp(t *testing.T) {
	bodies := make(map[string][]byte)
	base, count := served(t, bodies)
	var chain []*issuedBy
	var by *issuedBy
	for i := range 8 {
		c := newIssued(t, fmt.Sprintf("ca %d", i), by, func(c *x509.Certificate) {
			if i > 0 {
				c.IssuingCertificateURL = []string{fmt.Sprintf("%s/%d", base, i-1)}
			}
		})
		bodies[fmt.Sprintf("/%d", i)] = c.Raw
		chain, by = append(chain, c), c
	}
	g := &guard{private: true}
	t.Run("to the self-signed and no further", func(t *testing.T) {
		got := fetchIssuers(context.Background(), g, [][]byte{chain[2].Raw})
		if len(got) != 2 || got[0].Err != "" || got[1].Err != "" {
			t.Errorf("got %+v", got)
		}
	})
	t.Run("four steps at most", func(t *testing.T) {
		if got := fetchIssuers(context.Background(), g, [][]byte{chain[7].Raw}); len(got) != maxFetchDepth {
			t.Errorf("%d fetches", len(got))
		}
	})
	t.Run("not for an issuer that is there", func(t *testing.T) {
		count.Store(0)
		got := fetchIssuers(context.Background(), g, [][]byte{chain[2].Raw, chain[1].Raw, chain[0].Raw})
		if len(got) != 0 || count.Load() != 0 {
			t.Errorf("got %+v after %d requests", got, count.Load())
		}
	})
	t.Run("over what cannot be read", func(t *testing.T) {
		if got := fetchIssuers(context.Background(), g, [][]byte{chain[1].Raw, []byte("rubbish"), nil}); len(got) != 1 {
			t.Errorf("got %+v", got)
		}
	})
}

func TestFetchIssuersTriesThreeAddresses(t *testing.T) {
	root := newIssued(t, "root", nil, nil)
	base, count := served(t, map[string][]byte{"/root": root.Raw})
	g := &guard{private: true}
	leaf := issuersAt(t, root, base+"/a", base+"/root", base+"/b")
	got := fetchIssuers(context.Background(), g, [][]byte{leaf.Raw})
	if len(got) != 2 || got[0].Err == "" || got[1].Form != "der" {
		t.Errorf("got %+v, want the second address to end the search", got)
	}
	count.Store(0)
	leaf = issuersAt(t, root, base+"/a", base+"/b", base+"/c", base+"/root")
	if got := fetchIssuers(context.Background(), g, [][]byte{leaf.Raw}); len(got) != maxFetchURLs || count.Load() != maxFetchURLs {
		t.Errorf("%d fetches with %d requests", len(got), count.Load())
	}
}

func TestFetchDeniesWhatCertificatesMustNotReach(t *testing.T) {
	root := newIssued(t, "root", nil, nil)
	base, count := served(t, map[string][]byte{"/root": root.Raw})
	elsewhere := httptest.NewServer(http.RedirectHandler(base+"/root", http.StatusFound))
	defer elsewhere.Close()
	host := strings.TrimPrefix(base, "http://")
	_, port, _ := net.SplitHostPort(host)
	open, closed := &guard{private: true}, &guard{}
	tests := []struct {
		name, url string
		g         *guard
		err       string
	}{
		{"another scheme", "ldap:///CN=ca,DC=example?cACertificate", open, `addresses that begin with "ldap" are not followed`},
		{"https", "https://" + host + "/root", open, `addresses that begin with "https" are not followed`},
		{"a file", "file:///etc/passwd", open, `addresses that begin with "file"`},
		{"a user", "http://user:secret@" + host + "/root", open, "has a user name in it"},
		{"no host", "http:///root", open, "names no host"},
		{"no URL", "http://[", open, "is no URL"},
		{"a redirect", elsewhere.URL, open, "redirects elsewhere (status 302)"},
		{"loopback", "http://127.0.0.1/root", closed, "127.0.0.1"},
		{"localhost", "http://localhost/root", closed, "localhost"},
		{"a decimal address", "http://2130706433/root", closed, "2130706433"},
		{"metadata", "http://169.254.169.254/latest/meta-data", open, "169.254.169.254"},
		{"another port", "http://192.0.2.1:" + port + "/root", closed, "is not the port of HTTP"},
		{"an impossible port", "http://127.0.0.1:99999/root", open, "has no valid port"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			count.Store(0)
			leaf := issuersAt(t, root, tt.url)
			got := fetchIssuers(context.Background(), tt.g, [][]byte{leaf.Raw})
			if len(got) != 1 || got[0].Form != "" || !strings.HasPrefix(got[0].Err, notFetched) || !strings.Contains(got[0].Err, tt.err) {
				t.Errorf("got %+v, want %q", got, tt.err)
			}
			if strings.Contains(got[0].Err, "secret") {
				t.Errorf("the error tells the password: %s", got[0].Err)
			}
			if count.Load() > 0 {
				t.Errorf("%d requests were made", count.Load())
			}
		})
	}
}

func TestFetchSendsLittleAndUsesNoProxy(t *testing.T) {
	var headers http.Header
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers = r.Header.Clone()
		w.Write([]byte("answer"))
	}))
	defer srv.Close()
	t.Setenv("HTTP_PROXY", "http://user:secret@192.0.2.1:1")
	t.Setenv("http_proxy", "http://user:secret@192.0.2.1:1")
	body, err := fetch(context.Background(), &guard{private: true}, srv.URL+"/x#fragment", "", nil)
	if err != nil || string(body) != "answer" {
		t.Fatalf("got %q, %v", body, err)
	}
	for name := range headers {
		if !slices.Contains([]string{"Connection"}, name) {
			t.Errorf("the header %s was sent", name)
		}
	}
}

func TestFetchErrorsAreInert(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, _ := w.(http.Hijacker).Hijack()
		conn.Write([]byte("\x1b[2J rubbish\r\n\r\n"))
		conn.Close()
	}))
	defer srv.Close()
	_, err := fetch(context.Background(), &guard{private: true}, srv.URL, "", nil)
	if err == nil || Clean(err.Error()) != err.Error() {
		t.Errorf("got %q", err)
	}
}
