package needle

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
)

func exact(texts ...string) []Needle {
	var ns []Needle
	for _, t := range texts {
		ns = append(ns, Needle{Text: t})
	}
	return ns
}

func mustCompile(t testing.TB, ns []Needle) *Set {
	t.Helper()
	s, err := Compile(ns)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// foldASCII is the reference for Fold, written independently of the search.
func foldASCII(b []byte) []byte {
	b = slices.Clone(b)
	for i := range b {
		if strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZ", b[i]) >= 0 {
			b[i] |= 0x20
		}
	}
	return b
}

func contains(src []byte, n Needle) bool {
	if n.Fold {
		return bytes.Contains(foldASCII(src), foldASCII([]byte(n.Text)))
	}
	return bytes.Contains(src, []byte(n.Text))
}

// check compares one search with the reference, needle by needle.
func check(t *testing.T, ns []Needle, src []byte) {
	t.Helper()
	s := mustCompile(t, ns)
	var hits Hits
	s.Find(src, &hits)
	count := 0
	seen := map[int]bool{}
	for _, n := range ns {
		i := s.IndexOf(n)
		want := contains(src, n)
		if got := hits.Has(i); got != want {
			t.Errorf("%+v in %d bytes %.200q: found %v, want %v", n, len(src), src, got, want)
		}
		if want && !seen[i] {
			count++
		}
		seen[i] = true
	}
	if hits.Count() != count || hits.Any() != (count > 0) {
		t.Errorf("Count() = %d, Any() = %v; want %d", hits.Count(), hits.Any(), count)
	}
}

func TestFind(t *testing.T) {
	tests := []struct {
		name    string
		needles []Needle
		src     string
	}{
		{"nothing to find", nil, "some text"},
		{"empty text", exact("verify", "ab", "x"), ""},
		{"text is the needle", exact("verify"), "verify"},
		{"one byte too short", exact("verify"), "verif"},
		{"at the start", exact("verify", "requests"), "verify=False"},
		{"at the end", exact("verify", "requests"), "import requests"},
		{"case matters", exact("verify"), "Verify VERIFY"},
		{"case folded", []Needle{{"ReJect-1", true}, {"verify", true}}, "REJECT-1 reject_1 vErIfY"},
		{"folding leaves other bytes alone", []Needle{{"a[b@c", true}}, "a{b`c A[B@C"},
		{"both spellings of one text", []Needle{{"Curl", false}, {"Curl", true}}, "CURL"},
		{"prefix of another", exact("verify", "verify_mode", "verify_m"), "x.verify_mode"},
		{"inside another", exact("erif", "verify"), "verify"},
		{"overlapping", exact("abcabc", "cabca"), "abcabcabc"},
		{"repetitions", exact("aaaa", "aaab", "baaa"), strings.Repeat("a", 999) + "b"},
		{"one byte", exact("x", "y", "verify"), "a verify x"},
		{"two and three bytes", exact("ab", "abc", "bcd", "bc"), "zabcd"},
		{"more short ones than are searched one by one", exact("a", "bb", "cc", "ddd", "eee", "f", "abc"), "xbb ddd ab"},
		{"short and folded", []Needle{{"tls", true}, {"a-", true}}, "TLS A-"},
		{"zero bytes and high bytes", exact("\x00\x00\x00\x00", "\xff\xfe\xfd\xfc\xfb"), "a\x00\x00\x00\x00\xff\xfe\xfd\xfc\xfb"},
		{"not UTF-8 folded", []Needle{{"\xc3É\xffZ", true}}, "\xc3É\xffz"},
		{"long needle", exact(strings.Repeat("0123456789", 300)), strings.Repeat("0123456789", 301)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { check(t, tt.needles, []byte(tt.src)) })
	}
}

// Every alignment to the step and to the rounds, with the needle at every place
// up to the end of the text.
func TestFindAtEveryOffset(t *testing.T) {
	for length := 1; length <= 24; length++ {
		text := "qwertyuiopasdfghjklzxcvbnm"[:length]
		s := mustCompile(t, exact(text, strings.Repeat("#", 30)))
		var hits Hits
		for size := length; size < length+70; size++ {
			for at := 0; at+length <= size; at++ {
				src := bytes.Repeat([]byte("."), size)
				copy(src[at:], text)
				if s.Find(src, &hits); !hits.Has(0) || hits.Count() != 1 {
					t.Fatalf("needle of %d bytes at %d of %d: not found", length, at, size)
				}
			}
		}
	}
}

// A small alphabet makes needles overlap, share blocks and share buckets.
func TestFindRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func(max int) string {
		b := make([]byte, 1+r.IntN(max))
		for i := range b {
			b[i] = "abAB_"[r.IntN(5)]
		}
		return string(b)
	}
	for range 3000 {
		var ns []Needle
		for range r.IntN(40) {
			ns = append(ns, Needle{word(12), r.IntN(3) == 0})
		}
		var src []byte
		for range r.IntN(30) {
			src = append(src, word(20)...)
			if len(ns) > 0 && r.IntN(3) == 0 {
				src = append(src, ns[r.IntN(len(ns))].Text...)
			}
		}
		check(t, ns, src)
	}
}

// More blocks than there are buckets: buckets are shared then.
func TestFindManyNeedles(t *testing.T) {
	var ns []Needle
	var src strings.Builder
	for i := range 3000 {
		ns = append(ns, Needle{fmt.Sprintf("name%dOf", i*i), i%5 == 0})
		if i%3 == 0 {
			fmt.Fprintf(&src, "NAME%dof name%dOf ", i*i, i*i*7)
		}
	}
	check(t, ns, []byte(src.String()))
}

func TestCompile(t *testing.T) {
	s := mustCompile(t, []Needle{{"verify", false}, {"curl", false}, {"verify", false}, {"VERIFY", true}, {"Verify", true}, {"1234", true}, {"1234", false}})
	if s.Len() != 4 {
		t.Errorf("Len() = %d, want 4", s.Len())
	}
	for _, tt := range []struct {
		text string
		want int
	}{{"verify", 0}, {"curl", 1}, {"Verify", 2}, {"1234", 3}, {"wget", -1}, {"", -1}} {
		if got := s.Index(tt.text); got != tt.want {
			t.Errorf("Index(%q) = %d, want %d", tt.text, got, tt.want)
		}
	}
	if got := s.IndexOf(Needle{"VeriFy", true}); got != 2 {
		t.Errorf("IndexOf(folded) = %d, want 2", got)
	}
	if _, err := Compile([]Needle{{"a", false}, {"", true}}); err == nil {
		t.Error("an empty needle was accepted")
	}
}

func TestHits(t *testing.T) {
	var h Hits
	if h.Any() || h.Count() != 0 || h.Has(0) {
		t.Error("the zero value is not empty")
	}
	h.Reset(130)
	h.set(0)
	h.set(129)
	h.set(129)
	if h.Count() != 2 || !h.Has(129) || h.Has(128) || h.Has(-1) || h.Has(1000) {
		t.Errorf("after setting 0 and 129: %+v", h)
	}
	h.Reset(70)
	if h.Any() || h.Has(0) {
		t.Error("Reset kept a bit")
	}
}

// What one file holds is not said of the next.
func TestFindForgets(t *testing.T) {
	s := mustCompile(t, exact("verify", "curl", "ab"))
	var hits Hits
	s.Find([]byte("curl verify ab"), &hits)
	s.Find([]byte("nothing"), &hits)
	if hits.Any() {
		t.Error("hits of the file before are still there")
	}
}

func TestFindDoesNotAllocate(t *testing.T) {
	s := mustCompile(t, append(benchNeedles(), Needle{"tls", true}, Needle{"ab", false}))
	src := []byte(strings.Repeat("x = requests.get(u, verify=False) // TLS\n", 50))
	var hits Hits
	s.Find(src, &hits)
	if n := testing.AllocsPerRun(20, func() { s.Find(src, &hits) }); n != 0 {
		t.Errorf("%v allocations a search", n)
	}
}

func TestFindConcurrently(t *testing.T) {
	s := mustCompile(t, benchNeedles())
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			var hits Hits
			for range 200 {
				src := fmt.Appendf(nil, "%*s", 20+i, s.needles[i].Text)
				if s.Find(src, &hits); !hits.Has(i) {
					t.Errorf("needle %d not found", i)
					return
				}
			}
		})
	}
	wg.Wait()
}

// The window decides speed only, but a window off the needle would lose hits.
func TestRarestWindow(t *testing.T) {
	for _, tt := range []struct {
		text string
		n    int
		want string
	}{
		{"InsecureSkipVerify", 4, "eSki"},
		{"requests", 4, "eque"},
		{"curl", 4, "curl"},
	} {
		at := rarestWindow(tt.text, tt.n)
		if got := tt.text[at : at+tt.n]; got != tt.want {
			t.Errorf("rarestWindow(%q, %d) = %q, want %q", tt.text, tt.n, got, tt.want)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("verify\nrequests\ncurl", "import requests; requests.get(u, verify=False)", uint64(0))
	f.Add("a\nbb\nccc\ndddd\neeeee", "xxddddxeeeeaccc", uint64(5))
	f.Add("\x00\x00\x00\x00\n\xff", "\x00\x00\x00\x00\x00", uint64(1))
	f.Fuzz(func(t *testing.T, words, src string, fold uint64) {
		var ns []Needle
		for i, w := range strings.Split(words, "\n") {
			if w != "" {
				ns = append(ns, Needle{w, fold>>(i%64)&1 != 0})
			}
		}
		check(t, ns, []byte(src))
	})
}
