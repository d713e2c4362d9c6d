package pattern

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tlslint/tlslint/ir"
)

// test is one TEST of a row: what makes a value bad.
type test struct {
	text string
	// boolean says that the test is about true and false, so that a value which
	// somebody decides can fail it whatever its constants are.
	boolean bool
	holds   func(c ir.Const, n *ir.Node) bool
}

var verdictTests = map[string]ir.Verdict{
	"accepts-always": ir.AcceptsAlways, "accepts-in-branch": ir.AcceptsInBranch,
	"expiry-only": ir.ExpiryOnly, "no-host": ir.NoHost, "verified-chains": ir.VerifiedChains,
	"delegates": ir.Delegates, "checks": ir.Checks, "returns-constant": ir.ReturnsConstant,
}

// versions are TLS protocol numbers as they stand on the wire.
var versions = map[string]int64{"SSL3": 0x0300, "TLS1.0": 0x0301, "TLS1.1": 0x0302, "TLS1.2": 0x0303, "TLS1.3": 0x0304}

func parseTest(text string) (test, error) {
	t := test{text: text}
	if v, ok := verdictTests[text]; ok {
		t.holds = func(c ir.Const, _ *ir.Node) bool { return c.Kind == ir.Function && c.Verdict == v }
		return t, nil
	}
	switch text {
	case "true":
		t.boolean = true
		t.holds = func(c ir.Const, n *ir.Node) bool { return c.Kind != ir.Absent && n.TruthOf(c) == ir.Yes }
	case "false":
		t.boolean = true
		t.holds = func(c ir.Const, n *ir.Node) bool {
			return c.Kind != ir.Absent && c.Kind != ir.Null && n.TruthOf(c) == ir.No
		}
	case "falsy":
		t.boolean = true
		t.holds = func(c ir.Const, n *ir.Node) bool { return c.Kind != ir.Absent && n.TruthOf(c) == ir.No }
	case "empty":
		t.holds = func(c ir.Const, _ *ir.Node) bool { return c.Kind == ir.String && c.Str == "" }
	case "null":
		t.holds = func(c ir.Const, _ *ir.Node) bool { return c.Kind == ir.Null }
	case "absent":
		t.holds = func(c ir.Const, _ *ir.Node) bool { return c.Kind == ir.Absent }
	case "present":
		t.holds = func(c ir.Const, _ *ir.Node) bool { return c.Kind != ir.Absent && c.Kind != ir.Null }
	case "result-unused":
		t.holds = func(ir.Const, *ir.Node) bool { return false } // asked of the node, not of a value
	case "cipher:weak":
		t.holds = func(c ir.Const, _ *ir.Node) bool { return len(WeakCiphers(c)) > 0 }
	case "cipher:openssl":
		t.holds = func(c ir.Const, _ *ir.Node) bool { return c.Kind == ir.String && weakCipherString(c.Str) }
	case "cipher:jsse":
		t.holds = func(c ir.Const, _ *ir.Node) bool { return anyWord(c, weakSuiteName) }
	case "cipher:seclevel1":
		t.holds = func(c ir.Const, _ *ir.Node) bool {
			return c.Kind == ir.String && strings.Contains(strings.ToUpper(c.Str), "@SECLEVEL=1")
		}
	default:
		switch {
		case text == "==true" || text == "==false":
			// The boolean itself: text and numbers that look like it are something else.
			want := text == "==true"
			t.boolean = true
			t.holds = func(c ir.Const, _ *ir.Node) bool { return c.Kind == ir.Bool && c.Bool == want }
		case strings.HasPrefix(text, "="):
			want := text[1:]
			t.boolean = want == "true" || want == "false"
			t.holds = func(c ir.Const, n *ir.Node) bool { return equals(c, want, n.Fold) }
		case strings.HasPrefix(text, "other-than:"):
			want := strings.Split(text[len("other-than:"):], "|")
			t.holds = func(c ir.Const, n *ir.Node) bool {
				if c.Kind == ir.Absent || c.Kind == ir.Unknown {
					return false
				}
				for _, w := range want {
					if equals(c, w, n.Fold) {
						return false
					}
				}
				return true
			}
		case strings.HasPrefix(text, "lacks:"):
			// A text that names something, but not all of these.
			want := strings.Split(text[len("lacks:"):], "|")
			t.holds = func(c ir.Const, _ *ir.Node) bool {
				return c.Kind == ir.String && strings.TrimSpace(c.Str) != "" && slices.ContainsFunc(want, func(w string) bool {
					return !anyWord(c, func(x string) bool { return x == w })
				})
			}
		case strings.HasPrefix(text, "lists:"):
			want := strings.Split(text[len("lists:"):], "|")
			t.holds = func(c ir.Const, _ *ir.Node) bool {
				return anyWord(c, func(w string) bool { return slices.Contains(want, w) })
			}
		case strings.HasPrefix(text, "<"):
			bound, ok := versions[text[1:]]
			if !ok {
				return t, fmt.Errorf("test %q: unknown protocol version", text)
			}
			t.holds = func(c ir.Const, _ *ir.Node) bool { return c.Kind == ir.Int && c.Int > 0 && c.Int < bound }
		default:
			return t, fmt.Errorf("unknown test %q", text)
		}
	}
	return t, nil
}

// anyWord reports whether one of the words of a text, separated by commas, colons,
// semicolons or blanks, or an element of a list is like that.
func anyWord(c ir.Const, is func(string) bool) bool {
	switch c.Kind {
	case ir.String:
		return slices.ContainsFunc(strings.FieldsFunc(c.Str, func(r rune) bool { return strings.ContainsRune(",:; \t\n", r) }), is)
	case ir.List:
		return slices.ContainsFunc(c.Elems, func(e ir.Elem) bool { return e.Const.Kind != ir.List && anyWord(e.Const, is) })
	}
	return false
}

// weakSuiteName reports whether the name of a cipher suite, as the TLS registry and
// JSSE spell it, is of one without authentication or encryption, of export grade, or
// with RC4, DES, 3DES or MD5.
func weakSuiteName(name string) bool {
	if !strings.HasPrefix(name, "TLS_") && !strings.HasPrefix(name, "SSL_") {
		return false
	}
	for _, part := range strings.Split(strings.ToUpper(name), "_") {
		switch part {
		case "NULL", "ANON", "RC4", "RC2", "DES", "DES40", "3DES", "EXPORT", "MD5", "KRB5":
			return true
		}
	}
	return false
}

func equals(c ir.Const, want string, fold bool) bool {
	same := func(s string) bool { return s == want || fold && strings.EqualFold(s, want) }
	if c.Sym != "" && c.Sym == want {
		return true
	}
	switch c.Kind {
	case ir.String:
		return same(c.Str)
	case ir.Int:
		return same(strconv.FormatInt(c.Int, 10))
	case ir.Bool:
		return same(strconv.FormatBool(c.Bool))
	case ir.List:
		return slices.ContainsFunc(c.Elems, func(e ir.Elem) bool { return equals(e.Const, want, fold) })
	}
	return false
}

// weakSuites are the suites that this Go's crypto/tls calls insecure, by number.
var weakSuites = sync.OnceValue(func() map[int64]bool {
	weak := map[int64]bool{}
	for _, s := range tls.InsecureCipherSuites() {
		weak[int64(s.ID)] = true
	}
	return weak
})

// WeakCiphers returns the indexes of the elements of a list of cipher suites
// that are weak: members of tls.InsecureCipherSuites of the Go that built
// tlslint, or taken from that list at run time.
func WeakCiphers(c ir.Const) []int {
	var weak []int
	for i, e := range c.Elems {
		if e.Const.Kind == ir.Int && weakSuites()[e.Const.Int] || e.Const.Sym == "crypto/tls.InsecureCipherSuites" {
			weak = append(weak, i)
		}
	}
	return weak
}

// weakCipherString reports whether an OpenSSL cipher string lets weak suites in:
// without authentication or encryption, export grade, RC4, DES, 3DES, MD5, or
// security level 0. A term with "!" or "-" takes suites out, "+" only moves them
// (openssl-ciphers(1)).
func weakCipherString(text string) bool {
	text = strings.ToUpper(text)
	if strings.Contains(text, "@SECLEVEL=0") {
		return true
	}
	out := map[string]bool{}
	for _, term := range strings.FieldsFunc(text, func(r rune) bool { return r == ':' || r == ',' || r == ' ' || r == ';' }) {
		if name, ok := strings.CutPrefix(term, "!"); ok {
			out[name] = true
		}
	}
	for _, term := range strings.FieldsFunc(text, func(r rune) bool { return r == ':' || r == ',' || r == ' ' || r == ';' }) {
		if term[0] == '!' || term[0] == '-' || term[0] == '+' || term[0] == '@' {
			continue
		}
		if term == "ALL" || strings.HasPrefix(term, "COMPLEMENTOF") {
			// ALL is every suite with encryption, the unauthenticated ones too.
			if !out["ANULL"] && !out["ADH"] {
				return true
			}
			continue
		}
		for _, part := range strings.FieldsFunc(term, func(r rune) bool { return r == '+' || r == '-' || r == '_' }) {
			switch part {
			case "NULL", "ENULL", "ANULL", "ADH", "AECDH", "EXP", "EXPORT", "EXPORT40", "EXPORT56", "LOW", "RC2", "RC4", "DES", "3DES", "CBC3", "MD5", "SSLV2":
				if !out[part] && !(part == "CBC3" && out["3DES"]) {
					return true
				}
			}
		}
	}
	return false
}
