package probe

import (
	"encoding/json"
	"encoding/pem"
	"os"
	"testing"
	"time"
)

// limboCase is one case of x509-limbo with the verdict of a real OpenSSL.
type limboCase struct {
	ID       string   `json:"id"`
	Chain    []string `json:"chain"`
	Roots    []string `json:"roots"`
	Kind     string   `json:"name_kind"`
	Name     string   `json:"name"`
	Time     string   `json:"time"`
	MaxDepth *int     `json:"max_chain_depth"`
	Code     int      `json:"openssl_code"`
	Text     string   `json:"openssl_text"`
	SClient  int      `json:"s_client_code"`
	Strict   int      `json:"strict_code"`
	Level2   int      `json:"security_level2_code"`
	Partial  int      `json:"partial_chain_code"`
	Depth    *int     `json:"depth"`
}

func fromPEM(t *testing.T, list []string) (out [][]byte) {
	t.Helper()
	for _, text := range list {
		b, _ := pem.Decode([]byte(text))
		if b == nil {
			t.Fatal("no PEM")
		}
		out = append(out, b.Bytes)
	}
	return out
}

// TestLimbo compares the numbers with those of OpenSSL 3.0.19 on the
// cases of x509-limbo, which TLSLINT_LIMBO names.
func TestLimbo(t *testing.T) {
	path := os.Getenv("TLSLINT_LIMBO")
	if path == "" {
		t.Skip("TLSLINT_LIMBO names no file")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []limboCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	total := map[string]int{}
	check := func(c limboCase, what string, got, want int, more any) {
		if got == want {
			total[what]++
		} else {
			t.Errorf("%s: %s is %d, OpenSSL says %d: %v", c.ID, what, got, want, more)
		}
	}
	for _, c := range cases {
		in := Input{Chain: fromPEM(t, c.Chain), Store: &Store{Name: "limbo"}, Name: c.Name, MaxDepth: c.MaxDepth}
		if c.Time != "" {
			if in.Time, err = time.Parse(time.RFC3339, c.Time); err != nil {
				t.Fatal(err)
			}
		}
		for _, der := range fromPEM(t, c.Roots) {
			in.Store.Roots = append(in.Store.Roots, Root{DER: der})
		}
		d := Diagnose(in)
		check(c, "first", d.Code, c.Code, d.Findings)
		check(c, "s_client", d.SClientCode, c.SClient, d.Findings)
		if c.Code != 0 && (len(d.Findings) == 0 || !d.Failed()) {
			t.Errorf("%s: OpenSSL says %d (%s), and no finding tells of it", c.ID, c.Code, c.Text)
		}
		if c.Depth != nil {
			check(c, "depth", d.Depth, *c.Depth, d.Findings)
		}
		ask := func(p profile) int {
			p.depth, p.purpose = standardDepth, c.Name != ""
			if c.MaxDepth != nil {
				p.depth = *c.MaxDepth
			}
			v := &verification{profile: p, now: in.Time, name: c.Name, roots: in.Store.anchors(), cache: signatureCache{}}
			if in.Time.IsZero() {
				v.now = time.Now()
			}
			for _, der := range in.Chain {
				if x, err := parse(der); err == nil {
					v.sent = append(v.sent, x)
				}
			}
			v.verify()
			return int(v.first().Code)
		}
		check(c, "strict", ask(profile{strict: true}), c.Strict, d.Findings)
		check(c, "level 2", ask(profile{level: 2}), c.Level2, d.Findings)
		check(c, "partial chain", ask(profile{partial: true}), c.Partial, d.Findings)
	}
	n := len(cases)
	t.Logf("first %d/%d s_client %d/%d", total["first"], n, total["s_client"], n)
	t.Logf("depth %d strict %d/%d level 2 %d/%d partial chain %d/%d", total["depth"], total["strict"], n, total["level 2"], n, total["partial chain"], n)
}
