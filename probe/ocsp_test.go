package probe

import (
	"context"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"
)

// respond makes an OCSP response about a leaf, signed by signer in the issuer's name.
func respond(t testing.TB, leaf, issuer, signer *issuedBy, change func(*ocsp.Response)) []byte {
	t.Helper()
	now := time.Now().Truncate(time.Minute)
	r := ocsp.Response{
		Status: ocsp.Good, SerialNumber: leaf.SerialNumber,
		ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour),
	}
	if signer != issuer {
		r.Certificate = signer.Certificate
	}
	if change != nil {
		change(&r)
	}
	out, err := ocsp.CreateResponse(issuer.Certificate, signer.Certificate, r, signer.key)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestReadStaple(t *testing.T) {
	root := newIssued(t, "root", nil, nil)
	stranger := newIssued(t, "root", nil, nil)
	leaf := issuersAt(t, root)
	other := issuersAt(t, root)
	delegate := newIssued(t, "responder", root, func(c *x509.Certificate) {
		c.IsCA, c.ExtKeyUsage = false, []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
	})
	revokedAt := time.Now().Add(-24 * time.Hour).Truncate(time.Second).UTC()
	now := time.Now()
	tests := []struct {
		name   string
		staple []byte
		now    time.Time
		want   revocation // the times of the response are not compared
		err    string
	}{
		{"good", respond(t, leaf, root, root, nil), now, revocation{Status: "good"}, ""},
		{"good from a delegate", respond(t, leaf, root, delegate, nil), now, revocation{Status: "good"}, ""},
		{"revoked", respond(t, leaf, root, root, func(r *ocsp.Response) {
			r.Status, r.RevokedAt, r.RevocationReason = ocsp.Revoked, revokedAt, ocsp.KeyCompromise
		}), now, revocation{Status: "revoked", RevokedAt: revokedAt, Reason: "keyCompromise"}, ""},
		{"unknown", respond(t, leaf, root, root, func(r *ocsp.Response) { r.Status = ocsp.Unknown }), now, revocation{Status: "unknown"}, ""},
		{"too old", respond(t, leaf, root, root, nil), now.Add(48 * time.Hour), revocation{Status: "good", Stale: true}, ""},
		{"of the future", respond(t, leaf, root, root, nil), now.Add(-48 * time.Hour), revocation{Status: "good", Stale: true}, ""},
		{"of another certificate", respond(t, other, root, root, nil), now, revocation{}, "cannot be used"},
		{"signed by a stranger", respond(t, leaf, root, stranger, func(r *ocsp.Response) { r.Certificate = nil }), now, revocation{}, "cannot be used"},
		{"signed by another leaf of the CA", respond(t, leaf, root, other, nil), now, revocation{}, "may not sign such responses"},
		{"an error of the responder", []byte{0x30, 3, 0x0a, 1, 3}, now, revocation{}, "cannot be used"},
		{"rubbish", []byte("rubbish"), now, revocation{}, "cannot be used"},
		{"nothing", nil, now, revocation{}, "is empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readStaple(tt.staple, leaf.Raw, root.Raw, tt.now)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) || Clean(err.Error()) != err.Error() {
					t.Errorf("got %+v, %v, want %q", got, err, tt.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.ProducedAt.IsZero() || got.NextUpdate.IsZero() {
				t.Error("the times are missing")
			}
			if got.Status != tt.want.Status || got.Reason != tt.want.Reason || got.Stale != tt.want.Stale || !got.RevokedAt.Equal(tt.want.RevokedAt) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
	if _, err := readStaple(tests[0].staple, leaf.Raw, nil, now); err == nil {
		t.Error("a response was believed without its issuer")
	}
}

func TestFetchOCSP(t *testing.T) {
	root := newIssued(t, "root", nil, nil)
	bodies := make(map[string][]byte)
	var asked []byte
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked, _ = io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/ocsp-request" {
			http.Error(w, "not a question", http.StatusBadRequest)
			return
		}
		w.Write(bodies[r.URL.Path])
	}))
	defer srv.Close()
	leafAt := func(paths ...string) *issuedBy {
		return newIssued(t, "leaf", root, func(c *x509.Certificate) {
			for _, p := range paths {
				c.OCSPServer = append(c.OCSPServer, srv.URL+p)
			}
		})
	}
	g := &guard{private: true}
	leaf := leafAt("/broken", "/good")
	bodies["/broken"] = []byte("<html>")
	bodies["/good"] = respond(t, leaf, root, root, nil)
	got, err := fetchOCSP(context.Background(), g, leaf.Raw, root.Raw)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := readStaple(got, leaf.Raw, root.Raw, time.Now()); err != nil || r.Status != "good" {
		t.Errorf("got %+v, %v", r, err)
	}
	if q, err := ocsp.ParseRequest(asked); err != nil || q.SerialNumber.Cmp(leaf.SerialNumber) != 0 {
		t.Errorf("asked for %+v, %v", q, err)
	}
	if got, err := fetchOCSP(context.Background(), g, leafAt("/broken").Raw, root.Raw); err == nil || got != nil {
		t.Errorf("got %q, %v for an answer that is none", got, err)
	}
	if got, err := fetchOCSP(context.Background(), g, leafAt().Raw, root.Raw); err != nil || got != nil {
		t.Errorf("got %q, %v for a leaf without an address", got, err)
	}
	if _, err := fetchOCSP(context.Background(), &guard{}, leaf.Raw, root.Raw); err == nil || !strings.Contains(err.Error(), notFetched) {
		t.Errorf("got %v for a private address", err)
	}
}

// sct makes a timestamp of a log.
func sct(log byte) []byte {
	var b cryptobyte.Builder
	b.AddUint8(0)
	id := make([]byte, 32)
	id[0] = log
	b.AddBytes(id)
	b.AddUint64(1)
	b.AddUint16(0)
	b.AddBytes([]byte{4, 3})
	b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes([]byte("signature")) })
	return b.BytesOrPanic()
}

// sctsOf makes the value of an extension with timestamps.
func sctsOf(scts ...[]byte) []byte {
	var b cryptobyte.Builder
	b.AddASN1(cbasn1.OCTET_STRING, func(b *cryptobyte.Builder) {
		b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) {
			for _, s := range scts {
				b.AddUint16LengthPrefixed(func(b *cryptobyte.Builder) { b.AddBytes(s) })
			}
		})
	})
	return b.BytesOrPanic()
}

func TestCountSCTs(t *testing.T) {
	root := newIssued(t, "root", nil, nil)
	oidEmbedded, oidStapled := asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}, asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 5}
	leafWith := func(value []byte) *issuedBy {
		return newIssued(t, "leaf", root, func(c *x509.Certificate) {
			if value != nil {
				c.ExtraExtensions = []pkix.Extension{{Id: oidEmbedded, Value: value}}
			}
		})
	}
	none := leafWith(nil)
	staple := respond(t, none, root, root, func(r *ocsp.Response) {
		r.ExtraExtensions = []pkix.Extension{{Id: oidStapled, Value: sctsOf(sct(7), sct(8))}}
	})
	tests := []struct {
		name      string
		leaf      *issuedBy
		handshake [][]byte
		staple    []byte
		want      int
	}{
		{"none", none, nil, nil, 0},
		{"embedded", leafWith(sctsOf(sct(1), sct(2))), nil, nil, 2},
		{"one log twice", leafWith(sctsOf(sct(1), sct(1))), nil, nil, 1},
		{"handshake", none, [][]byte{sct(1), sct(2), sct(3)}, nil, 3},
		{"stapled", none, nil, staple, 2},
		{"all ways", leafWith(sctsOf(sct(1))), [][]byte{sct(1), sct(2)}, staple, 4},
		{"rubbish", leafWith([]byte{4, 2, 0, 9}), [][]byte{{0, 1}, nil, append(sct(1), 0)}, []byte("rubbish"), 0},
	}
	for _, tt := range tests {
		c, err := parse(tt.leaf.Raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := countSCTs(c, tt.handshake, tt.staple); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestMustStaple(t *testing.T) {
	for name, tt := range map[string]struct {
		value []byte
		want  bool
	}{
		"none":           {nil, false},
		"status_request": {[]byte{0x30, 3, 2, 1, 5}, true},
		"and another":    {[]byte{0x30, 6, 2, 1, 17, 2, 1, 5}, true},
		"another alone":  {[]byte{0x30, 3, 2, 1, 17}, false},
		"rubbish":        {[]byte{0x30, 3, 2, 1}, false},
	} {
		c, err := parse(newIssued(t, "leaf", nil, func(c *x509.Certificate) {
			if tt.value != nil {
				c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: tt.value}}
			}
		}).Raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := mustStaple(c); got != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func FuzzStaple(f *testing.F) {
	root := newIssued(f, "root", nil, nil)
	leaf := issuersAt(f, root)
	c, err := parse(leaf.Raw)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(respond(f, leaf, root, root, nil))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := readStaple(data, leaf.Raw, root.Raw, time.Now())
		if (r == nil) == (err == nil) {
			t.Errorf("got %+v, %v", r, err)
		}
		countSCTs(c, nil, data)
	})
}

func FuzzSCTs(f *testing.F) {
	f.Add(sctsOf(sct(1), sct(2)))
	f.Fuzz(func(_ *testing.T, data []byte) {
		logs := make(map[[32]byte]bool)
		sctList(data, logs)
		readSCT(data, logs)
	})
}
