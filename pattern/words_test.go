package pattern

import (
	"testing"

	"github.com/tlslint/tlslint/ir"
)

// TestWordTests: tests that look at the words of a text or the elements of a list.
func TestWordTests(t *testing.T) {
	text := func(s string) ir.Const { return ir.Const{Kind: ir.String, Str: s} }
	list := func(words ...string) ir.Const {
		c := ir.Const{Kind: ir.List}
		for _, w := range words {
			c.Elems = append(c.Elems, ir.Elem{Const: text(w)})
		}
		return c
	}
	for _, tt := range []struct {
		test string
		c    ir.Const
		want bool
	}{
		{"lists:TLSv1|SSLv3", text("TLSv1,TLSv1.2"), true},
		{"lists:TLSv1|SSLv3", text("TLSv1.2, SSLv3"), true},
		{"lists:TLSv1|SSLv3", text("TLSv1.2:TLSv1.3"), false},
		{"lists:TLSv1|SSLv3", list("TLSv1.2", "TLSv1"), true},
		{"lists:TLSv1|SSLv3", list("TLSv1.3"), false},
		{"lists:TLSv1|SSLv3", ir.Const{Kind: ir.Null}, false},
		{"lacks:RC4|NULL", text("RC4, NULL, x"), false},
		{"lacks:RC4|NULL", text("RC4"), true},
		{"lacks:RC4|NULL", text(""), false},
		{"cipher:jsse", list("TLS_AES_128_GCM_SHA256"), false},
		{"cipher:jsse", list("TLS_AES_128_GCM_SHA256", "SSL_RSA_WITH_RC4_128_MD5"), true},
		{"cipher:jsse", text("TLS_DH_anon_WITH_AES_128_CBC_SHA"), true},
		{"cipher:jsse", text("MY_NULL_OBJECT"), false},
	} {
		test, err := parseTest(tt.test)
		if err != nil {
			t.Fatal(err)
		}
		if got := test.holds(tt.c, &ir.Node{}); got != tt.want {
			t.Errorf("%s of %+v: %v, want %v", tt.test, tt.c, got, tt.want)
		}
	}
}
