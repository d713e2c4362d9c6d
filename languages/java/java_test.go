package java

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/languages/treesitter"
	"github.com/tlslint/tlslint/pattern"
)

func rowsOf(t testing.TB) *pattern.Set {
	t.Helper()
	if !treesitter.Available() {
		t.Skip("this build has no grammar")
	}
	file, err := Java{}.Rows()
	if err != nil {
		t.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// lowered lowers and judges one file with the built-in rows. Every place must lie in
// the file, and every fix must be one that can be made.
func lowered(t testing.TB, set *pattern.Set, name string, data []byte) (languages.Output, []judge.Judged) {
	t.Helper()
	in := languages.Input{Set: set, Files: []languages.File{{Path: name, Rel: name, Data: data}}}
	out, err := Java{}.Lower(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	within := func(what string, s ir.Span) {
		if s.Start < 0 || s.Start > s.End || s.End > len(data) {
			t.Errorf("%s at %d to %d of %d bytes", what, s.Start, s.End, len(data))
		}
	}
	value := func(v *ir.Value) {
		if v == nil {
			return
		}
		within("a value", v.Span)
		within("a pair", v.Pair)
		for _, c := range consts(*v) {
			within("a constant", c.At.Span)
		}
	}
	for _, n := range out.Nodes {
		within("a node", n.Span)
		value(n.Value)
		for _, a := range n.Args {
			within("an argument", a.Span)
			value(a.Value)
		}
		for _, v := range n.Siblings {
			value(v)
		}
		for _, h := range n.Hosts {
			within("a host", ir.Span{Start: h.Offset, End: h.Offset})
		}
	}
	for _, c := range out.Comments {
		within("a comment", ir.Span{Start: c.Start, End: c.End})
	}
	judged := judge.Findings(out.Nodes, set, judge.Options{
		Rel: func(p string) string { return p }, Source: func(string) []byte { return data },
		Tests: "note", Lang: Java{}, Vars: languages.Vars{CABundle: "/etc/ca.pem"},
	})
	checks := 0
	for _, j := range judged {
		f := j.Finding
		within(f.Rule, ir.Span{Start: f.Span.Start.Offset, End: f.Span.End.Offset})
		for _, x := range f.Fixes {
			if len(x.Edits) == 0 {
				continue
			}
			edited, err := fix.Apply(data, x.Edits)
			if err != nil {
				t.Errorf("%s: %v", f.Pattern, err)
				continue
			}
			if checks++; checks <= 5 && len(data) < 64<<10 {
				_ = Java{}.Check(t.Context(), name, data, edited, nil)
			}
		}
	}
	return out, judged
}

const (
	head     = "import javax.net.ssl.*;\n\nclass A {\n"
	insecure = "    void a(HttpsURLConnection c) { c.setHostnameVerifier((h, s) -> true); }\n"
)

func many(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
	}
	return b.String()
}

// TestBadInput: source that is broken, odd or made to be hard is checked as far as it
// can be read, in a time that grows with its size.
func TestBadInput(t *testing.T) {
	set := rowsOf(t)
	for _, tt := range []struct {
		name, in string
		found    int // at least
	}{
		{"empty", "", 0},
		{"only comments", "// c.setHostnameVerifier((h, s) -> true);\n/* x", 0},
		{"no line end", head + strings.TrimSpace(insecure), 1},
		{"line ends of Windows", strings.ReplaceAll(head+insecure+"}\n", "\n", "\r\n"), 1},
		{"NUL bytes", head + insecure + "\x00\n" + insecure, 1},
		{"bytes that are no UTF-8", head + "    String s = \"\xff\xfe\";\n" + insecure + "}\n", 1},
		{"an open string", head + insecure + "    String s = \"open\n" + insecure + "}\n", 1},
		{"an error in the middle", head + insecure + "    void f( { = = 3 }\n" + insecure + "}\n", 1},
		{"nested parentheses", head + "    int x = " + strings.Repeat("(", 50_000) + "1" + strings.Repeat(")", 50_000) + ";\n" + insecure + "}\n", 1},
		{"open brackets", head + insecure + "    Object x = " + strings.Repeat("[{(", 20_000), 0},
		{"nested lambdas", head + "    Object x = " + strings.Repeat("a -> ", 2000) + "1;\n" + insecure + "}\n", 1},
		{"nested classes", strings.Repeat("class A {\n", 300) + head + insecure, 0},
		{"nested conditions", head + "    void f(boolean a) {" + strings.Repeat(" if (a) {", 300) + strings.Repeat("}", 301) + insecure + "}\n", 1},
		{"a long chain", head + "    Object x = new X()" + strings.Repeat(".b()", 10_000) + ";\n" + insecure + "}\n", 1},
		{"a long sum", head + "    String x = \"a\"" + strings.Repeat(" + \"a\"", 10_000) + ";\n" + insecure + "}\n", 1},
		{"many operands", head + "    boolean v = a" + strings.Repeat(" || a", 10_000) + ";\n" + insecure + "}\n", 1},
		{"many methods", head + many(3000, "    void a#(HttpsURLConnection c) { c.setHostnameVerifier((h, s) -> true); }\n") + "}\n", 3000},
		{"many uses of a name", head + "    HostnameVerifier v = (h, s) -> true;\n    void a(HttpsURLConnection c) {\n" + many(5000, "        c.setHostnameVerifier(v);\n") + "    }\n}\n", 1},
		{"many variables of a name", head + many(3000, "    void a#(HttpsURLConnection c, boolean v) { v = !v; if (v) { c.setHostnameVerifier((h, s) -> v); } }\n") + insecure + "}\n", 1},
		{"many imports", many(5000, "import a.b.C#;\n") + head + insecure + "}\n", 1},
		{"a class that extends itself", head + "    class B extends B implements HostnameVerifier { public boolean verify(String h, SSLSession s) { return true; } }\n}\n", 1},
		{"classes that extend each other", head + "    class B extends C {}\n    class C extends B implements HostnameVerifier { public boolean verify(String h, SSLSession s) { return B(); } }\n}\n", 0},
		{"a value that is itself", head + "    boolean a = b, b = a;\n    void f(HttpsURLConnection c) { if (a) { c.setHostnameVerifier((h, s) -> a); } }\n" + insecure + "}\n", 1},
		{"methods that call each other", head + "    class B implements HostnameVerifier { public boolean verify(String h, SSLSession s) { return x(h); } boolean x(String h) { return y(h); } boolean y(String h) { return x(h); } }\n}\n", 0},
		{"many conditions before", head + "    void f(HttpsURLConnection c, boolean a) {\n" + many(4000, "        if (a) { return; }\n") + "        c.setHostnameVerifier((h, s) -> true);\n    }\n}\n", 1},
		{"many words of a command", head + "    Object o = new ProcessBuilder(\"curl\"" + strings.Repeat(", \"-k\"", 20_000) + ");\n" + insecure + "}\n", 1},
		{"a long text", head + "    String s = \"" + strings.Repeat("jdbc:mysql://", 30_000) + "\";\n" + insecure + "}\n", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			begin := time.Now()
			_, judged := lowered(t, set, "A.java", []byte(tt.in))
			if len(judged) < tt.found {
				t.Errorf("%d findings, want at least %d", len(judged), tt.found)
			}
			if took := time.Since(begin); took > 40*time.Second {
				t.Errorf("took %s for %d bytes", took, len(tt.in))
			}
		})
	}
}

// TestTruncated: every beginning of a file is checked without harm.
func TestTruncated(t *testing.T) {
	set := rowsOf(t)
	for _, name := range []string{"examples.toml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		ex, err := pattern.ParseExamples(name, data)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range ex {
			src := e.Insecure[0]
			for percent := range 100 {
				lowered(t, set, "A.java", []byte(src[:len(src)*percent/100]))
			}
		}
	}
}

func FuzzLower(f *testing.F) {
	set := rowsOf(f)
	data, err := os.ReadFile("examples.toml")
	if err != nil {
		f.Fatal(err)
	}
	ex, err := pattern.ParseExamples("examples.toml", data)
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range ex {
		for _, s := range append(e.Insecure, e.Safe...) {
			f.Add([]byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) < 1<<14 {
			lowered(t, set, "A.java", src)
		}
	})
}

// TestExposure: who decides that a switch is thrown.
func TestExposure(t *testing.T) {
	set := rowsOf(t)
	const trust = "c.setHostnameVerifier((h, s) -> true);"
	for _, tt := range []struct {
		name, in string
		want     string // exposure of the only finding, "" for none
	}{
		{"always", "void f(HttpsURLConnection c) { " + trust + " }", "always"},
		{"parameter", "void f(HttpsURLConnection c, boolean lax) { if (lax) { " + trust + " } }", "optional"},
		{"negated parameter", "void f(HttpsURLConnection c, boolean strict) { if (!strict) " + trust + " }", "optional"},
		{"else", "void f(HttpsURLConnection c, boolean strict) { if (strict) { } else { " + trust + " } }", "optional"},
		{"early return", "void f(HttpsURLConnection c, boolean strict) { if (strict) { return; } " + trust + " }", "optional"},
		{"null test", "void f(HttpsURLConnection c) { if (c != null) { " + trust + " } }", "always"},
		{"type test", "void f(Object o, HttpsURLConnection c) { if (o instanceof HttpsURLConnection) { " + trust + " } }", "always"},
		{"environment", "void f(HttpsURLConnection c) { if (System.getenv(\"LAX\") != null) { " + trust + " } }", "always"},
		{"environment compared", "void f(HttpsURLConnection c) { if (\"1\".equals(System.getenv(\"LAX\"))) { " + trust + " } }", "optional"},
		{"not production", "void f(HttpsURLConnection c) { if (!\"production\".equals(System.getenv(\"APP_ENV\"))) { " + trust + " } }", "default"},
		{"property with an insecure default", "void f(HttpsURLConnection c) { if (Boolean.parseBoolean(System.getProperty(\"lax\", \"true\"))) { " + trust + " } }", "default"},
		{"property", "void f(HttpsURLConnection c) { if (Boolean.getBoolean(\"lax\")) { " + trust + " } }", "optional"},
		{"field with an insecure default", "private boolean lax = true; void setLax(boolean b) { lax = b; } void f(HttpsURLConnection c) { if (lax) { " + trust + " } }", "default"},
		{"field that nobody writes", "private boolean lax; void f(HttpsURLConnection c) { if (lax) { " + trust + " } }", ""},
		{"constant", "static final boolean LAX = true; void f(HttpsURLConnection c) { if (LAX) { " + trust + " } }", "always"},
		{"injected with an insecure default", "@Value(\"${http.lax:true}\") boolean lax; void f(HttpsURLConnection c) { if (lax) { " + trust + " } }", "default"},
		{"injected with a secure default", "@Value(\"${http.lax:false}\") boolean lax; void f(HttpsURLConnection c) { if (lax) { " + trust + " } }", "optional"},
		{"settings object", "void f(HttpsURLConnection c, Settings settings) { if (settings.isLax()) { " + trust + " } }", "optional"},
		{"settings map", "void f(HttpsURLConnection c, java.util.Properties props) { if (\"true\".equals(props.getProperty(\"lax\"))) { " + trust + " } }", "optional"},
		{"object that says so", "Builder that; void f(HttpsURLConnection c) { if (that.isTrustManagerDisabled()) { " + trust + " } }", "optional"},
		{"build type", "void f(HttpsURLConnection c) { if (BuildConfig.DEBUG) { " + trust + " } }", "optional"},
		{"case of a switch", "void f(HttpsURLConnection c, Policy p) { switch (p) { case ANY: " + trust + " break; default: } }", "optional"},
		{"arrow of a switch", "void f(HttpsURLConnection c, Policy p) { switch (p) { case ANY -> { " + trust + " } default -> { } } }", "optional"},
		{"default of a switch", "void f(HttpsURLConnection c, Policy p) { switch (p) { case STRICT: break; default: " + trust + " } }", "always"},
		{"case that a field begins with", "private String mode = \"any\"; void setMode(String s) { mode = s; } void f(HttpsURLConnection c) { switch (mode) { case \"any\": " + trust + " } }", "default"},
		{"class in a private method under an option", "void f(HttpsURLConnection c, boolean lax) { if (lax) { open(c); } } private void open(HttpsURLConnection c) { c.setHostnameVerifier(new All()); } private static class All implements HostnameVerifier { public boolean verify(String h, SSLSession s) { return true; } }", "optional"},
		{"class in a private class under an option", "Object f(boolean lax) { return lax ? new Lax() : null; } private static class Lax { void open(HttpsURLConnection c) { c.setHostnameVerifier(new All()); } } private static class All implements HostnameVerifier { public boolean verify(String h, SSLSession s) { return true; } }", "optional"},
		{"class in a class that others may make", "Object f(boolean lax) { return lax ? new Lax() : null; } static class Lax { void open(HttpsURLConnection c) { c.setHostnameVerifier(new All()); } } private static class All implements HostnameVerifier { public boolean verify(String h, SSLSession s) { return true; } }", "always"},
		{"version that stands in for a name", "okhttp3.TlsVersion f(String s) { return s != null ? okhttp3.TlsVersion.forJavaName(s) : okhttp3.TlsVersion.SSL_3_0; }", ""},
		{"version behind an option", "okhttp3.TlsVersion f(boolean old) { return old ? okhttp3.TlsVersion.TLS_1_0 : okhttp3.TlsVersion.TLS_1_2; }", "optional"},
		{"setting read by a method of its own", "static final String LAX = \"lax\"; static boolean isLax(Ctx c) { return \"TRUE\".equals(c.getAttribute(LAX)); } void f(HttpsURLConnection c, Ctx x) { if (isLax(x)) { " + trust + " } }", "optional"},
		{"a method of its own that looks at what it is given", "static boolean isIt(String h) { return h.equals(\"a\"); } void f(HttpsURLConnection c, String h) { if (isIt(h)) { " + trust + " } }", "always"},
		{"both branches", "void f(HttpsURLConnection c, boolean a) { if (a) { " + trust + " } else { " + trust + " } }", "always"},
		{"catch", "void f(HttpsURLConnection c) { try { c.connect(); } catch (Exception e) { " + trust + " } }", "always"},
		{"private method under an option", "void f(HttpsURLConnection c, boolean lax) { if (lax) { open(c); } } private void open(HttpsURLConnection c) { " + trust + " }", "optional"},
		{"dead", "void f(HttpsURLConnection c) { if (false) { " + trust + " } }", ""},
		{"test class", "static class NamesTest { void f(HttpsURLConnection c) { " + trust + " } }", "always"},
		{"class under an option", "private static class All implements HostnameVerifier { public boolean verify(String h, SSLSession s) { return true; } } void f(HttpsURLConnection c, boolean lax) { if (lax) { c.setHostnameVerifier(new All()); } }", "optional"},
		{"class in a private method under an option", "private static class All implements HostnameVerifier { public boolean verify(String h, SSLSession s) { return true; } } private void open(HttpsURLConnection c) { c.setHostnameVerifier(new All()); } void f(HttpsURLConnection c, boolean lax) { if (lax) { open(c); } }", "optional"},
		{"private methods that call each other", "private void a(HttpsURLConnection c) { b(c); " + trust + " } private void b(HttpsURLConnection c) { a(c); }", "always"},
		{"case of a mode", "void f(HttpsURLConnection c, String mode) { switch (mode) { case \"lax\": " + trust + " break; default: } }", "optional"},
		{"arrow of a mode", "void f(HttpsURLConnection c, String mode) { switch (mode) { case \"lax\" -> { " + trust + " } default -> { } } }", "optional"},
		{"assigned under an option", "void f(HttpsURLConnection c, boolean lax) { HostnameVerifier v = HttpsURLConnection.getDefaultHostnameVerifier(); if (lax) v = (h, s) -> true; c.setHostnameVerifier(v); }", "optional"},
		{"class in one free use", "private static class All implements HostnameVerifier { public boolean verify(String h, SSLSession s) { return true; } } void f(HttpsURLConnection c, boolean lax) { if (lax) { c.setHostnameVerifier(new All()); } c.setHostnameVerifier(new All()); }", "always"},
		{"option inside the verifier", "private boolean lax; void setLax(boolean b) { lax = b; } void f(HttpsURLConnection c, HostnameVerifier real) { c.setHostnameVerifier((h, s) -> lax || real.verify(h, s)); }", "optional"},
		{"another verifier's method", "void f(Names n) { n.setVerifier((h, s) -> true); }", ""},
		{"a lambda of another shape", "void f(java.util.function.BiPredicate<String, String> p) { p = (a, b) -> true; }", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, judged := lowered(t, set, "A.java", []byte(head+tt.in+"\n}\n"))
			got := map[finding.Exposure]bool{}
			for _, j := range judged {
				got[j.Finding.Exposure] = true
			}
			if tt.want == "" && len(judged) > 0 || tt.want != "" && (len(got) != 1 || !got[finding.Exposure(tt.want)]) {
				t.Errorf("exposures %v, want %q", got, tt.want)
			}
		})
	}
}

// TestLowered: what is there, and is not loud.
func TestLowered(t *testing.T) {
	set := rowsOf(t)
	const off = "void f(SSLParameters p) { p.setEndpointIdentificationAlgorithm(null); } "
	for _, tt := range []struct {
		name, in string
		want     finding.Severity
	}{
		{"nobody compares the name", off, finding.High},
		{"the class compares the name itself", off + "HostnameVerifier v; void g(String h, SSLSession s) throws Exception { boolean ok = false; if (!ok && !v.verify(h, s)) { throw new Exception(); } }", finding.Low},
		{"it compares and goes on", off + "HostnameVerifier v; void g(String h, SSLSession s) { if (!v.verify(h, s)) { System.out.println(h); } }", finding.High},
		{"what serves tests", "static class StoreTestUtil { " + off + " }", finding.Low},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, judged := lowered(t, set, "A.java", []byte(head+tt.in+"\n}\n"))
			for _, j := range judged {
				if j.Finding.Pattern == "java-endpoint-identification-off" {
					if j.Finding.Severity != tt.want {
						t.Errorf("severity %v, want %v", j.Finding.Severity, tt.want)
					}
					return
				}
			}
			t.Error("no finding")
		})
	}
}

// TestVerdict: what a body decides, and why.
func TestVerdict(t *testing.T) {
	for _, tt := range []struct {
		body string
		want ir.Verdict
		why  string
	}{
		{"", ir.AcceptsAlways, "its body is empty"},
		{"return;", ir.AcceptsAlways, "its body is empty"},
		{"LOG.info(\"trusting \" + c[0]);", ir.AcceptsAlways, "nothing in its body refuses"},
		{"c[0].checkValidity();", ir.ExpiryOnly, "it looks at dates only"},
		{"if (new Date().after(c[0].getNotAfter())) throw new CertificateException();", ir.ExpiryOnly, ""},
		{"if (c == null || c.length == 0) throw new IllegalArgumentException();", ir.AcceptsAlways, ""},
		{"real.checkServerTrusted(c, t);", ir.Checks, ""},
		{"for (X509TrustManager m : all) { try { m.checkServerTrusted(c, t); return; } catch (CertificateException e) { last = e; } } throw last;", ir.Checks, ""},
		{"try { real.checkServerTrusted(c, t); } catch (CertificateException e) { }", ir.AcceptsAlways, "what the real check throws is caught and ignored"},
		{"try { real.checkServerTrusted(c, t); } catch (CertificateException e) { if (!ask(c)) { throw e; } }", ir.Checks, ""},
		{"try { real.checkServerTrusted(c, t); } catch (CertificateException e) { other.checkServerTrusted(c, t); }", ir.Checks, ""},
		{"try { real.checkServerTrusted(c, t); } catch (RuntimeException e) { }", ir.Checks, ""},
		{"if (!lax) { real.checkServerTrusted(c, t); }", ir.AcceptsInBranch, "it accepts everything if not (!lax)"},
		{"if (lax) { return; } real.checkServerTrusted(c, t);", ir.AcceptsInBranch, "it accepts everything if lax"},
		{"if (c.length == 1) { c[0].checkValidity(); } else { real.checkServerTrusted(c, t); }", ir.AcceptsInBranch, "any single certificate passes"},
		{"try { c[0].checkValidity(); } catch (CertificateExpiredException e) { if (!lax) { throw e; } }", ir.ExpiryOnly, ""},
		{"try { c[0].checkValidity(); } catch (CertificateExpiredException | CertificateNotYetValidException e) { throw e; } real.checkServerTrusted(c, t);", ir.Checks, ""},
		{"if (!Arrays.equals(pin, c[0].getEncoded())) { throw new CertificateException(); }", ir.Checks, ""},
		{"if (Arrays.equals(pin, c[0].getEncoded())) { return; } throw new CertificateException();", ir.Checks, ""},
		{"throw new UnsupportedOperationException();", ir.Checks, ""},
		{"check(c);", ir.Checks, ""},
		{"none(c);", ir.AcceptsAlways, ""},
	} {
		src := "import java.security.cert.*;\nimport javax.net.ssl.*;\nclass A implements X509TrustManager {\n boolean lax; void setLax(boolean b) { lax = b; }\n void none(X509Certificate[] c) { }\n public void checkServerTrusted(X509Certificate[] c, String t) throws CertificateException { " + tt.body + " }\n}\n"
		out, _ := lowered(t, rowsOf(t), "A.java", []byte(src))
		got := false
		for _, n := range out.Nodes {
			if n.Kind != ir.Func {
				continue
			}
			got = true
			for _, c := range consts(*n.Value) {
				if c.Verdict != tt.want || tt.why != "" && c.Why != tt.why {
					t.Errorf("%s: %v (%s), want %v (%s)", tt.body, c.Verdict, c.Why, tt.want, tt.why)
				}
			}
		}
		if !got {
			t.Errorf("%s: no function", tt.body)
		}
	}
	for _, tt := range []struct {
		body string
		want ir.Verdict
	}{
		{"return true;", ir.AcceptsAlways},
		{"boolean ok = true; return ok;", ir.AcceptsAlways},
		{"if (h == null) { return false; } return true;", ir.AcceptsAlways},
		{"return h.length() > 0;", ir.AcceptsAlways},
		{"return !h.isEmpty();", ir.AcceptsAlways},
		{"return false;", ir.Checks},
		{"return real.verify(h, s);", ir.Checks},
		{"real.verify(h, s); return true;", ir.AcceptsAlways},
		{"if (real.verify(h, s)) { return true; } return h.equals(\"db.internal\");", ir.Checks},
		{"if (h.matches(\"[0-9.]+\")) { return true; } return real.verify(h, s);", ir.AcceptsInBranch},
		{"if (IP_PATTERN.matcher(h).matches()) { return true; } return real.verify(h, s);", ir.AcceptsInBranch},
		{"for (String ipAddress : all) { if (ipAddress.equals(h)) { return true; } } return false;", ir.Checks},
		{"if (h.equals(\"db.internal\")) { return true; } if (isIP(h)) { return true; } return real.verify(h, s);", ir.AcceptsInBranch},
		{"if (real.verify(h, s)) { return true; } return true;", ir.AcceptsAlways},
		{"if (real.verify(h, s)) { return true; } return false;", ir.Checks},
		{"return isIpAddress(h) || real.verify(h, s);", ir.AcceptsInBranch},
		{"return verifyAsIpAddress(h) ? verifyIpAddress(h, s) : verifyHostName(h, s);", ir.Checks},
		{"if (h.equals(\"db.internal\")) { return true; } return real.verify(h, s);", ir.Checks},
		{"return NAMES.contains(h);", ir.Checks},
		{"try { return real.verify(h, s); } catch (Exception e) { return true; }", ir.AcceptsInBranch},
		{"try { compare(h, s.getPeerCertificates()); verifyName(h); return true; } catch (SSLException e) { return false; }", ir.Checks},
		{"return lax ? true : real.verify(h, s);", ir.AcceptsInBranch},
	} {
		src := "import javax.net.ssl.*;\nclass A implements HostnameVerifier {\n boolean lax; HostnameVerifier real; void setLax(boolean b) { lax = b; }\n public boolean verify(String h, SSLSession s) { " + tt.body + " }\n}\n"
		out, _ := lowered(t, rowsOf(t), "A.java", []byte(src))
		for _, n := range out.Nodes {
			if n.Kind != ir.Func {
				continue
			}
			for _, c := range consts(*n.Value) {
				if c.Verdict != tt.want {
					t.Errorf("%s: %v (%s), want %v", tt.body, c.Verdict, c.Why, tt.want)
				}
			}
		}
	}
}

// TestLocalHost: who talks to this machine only is told quietly.
func TestLocalHost(t *testing.T) {
	for host, want := range map[string]finding.Severity{"localhost:8443": finding.Low, "api.example.com": finding.High} {
		src := head + "    void f() throws Exception {\n        HttpsURLConnection c = (HttpsURLConnection) new java.net.URL(\"https://" + host + "/\").openConnection();\n        c.setHostnameVerifier((h, s) -> true);\n    }\n}\n"
		_, judged := lowered(t, rowsOf(t), "A.java", []byte(src))
		if len(judged) != 1 || judged[0].Finding.Severity != want {
			t.Errorf("%s: %v", host, judged)
		}
	}
}

// TestCommands: the ways in which Java runs commands, and texts that only look so.
func TestCommands(t *testing.T) {
	set := rowsOf(t)
	for _, tt := range []struct{ in, want string }{
		{`new ProcessBuilder("curl", "-fsSk", u).start();`, "cmd-curl-insecure"},
		{`new ProcessBuilder(new String[] {"curl", "-k", u}).start();`, "cmd-curl-insecure"},
		{`new ProcessBuilder(java.util.Arrays.asList("curl", "--insecure", u)).start();`, "cmd-curl-insecure"},
		{`new ProcessBuilder().command("curl", "-k", u).start();`, "cmd-curl-insecure"},
		{`Runtime.getRuntime().exec("curl -k " + u);`, "cmd-curl-insecure"},
		{`String[] cmd = {"/bin/sh", "-c", "curl -k " + u + " | sh"}; Runtime.getRuntime().exec(cmd);`, "cmd-curl-insecure"},
		{`java.util.List<String> cmd = java.util.List.of("wget", "--no-check-certificate", u); new ProcessBuilder(cmd).start();`, "cmd-wget-no-check-certificate"},
		{`ProcessBuilder pb = new ProcessBuilder("git", "fetch"); pb.environment().put("GIT_SSL_NO_VERIFY", "1");`, "cmd-git-ssl-no-verify-once"},
		{`ProcessBuilder pb = new ProcessBuilder("git", "fetch"); java.util.Map<String, String> env = pb.environment(); env.put("GIT_SSL_NO_VERIFY", "1");`, "cmd-git-ssl-no-verify-once"},
		{`new ProcessBuilder("curl", "-ok", u).start();`, ""},
		{`new ProcessBuilder("echo", "curl", "-k").start();`, ""},
		{`System.out.println("curl -k " + u);`, ""},
		{`java.util.Map<String, String> env = new java.util.HashMap<>(); env.put("GIT_SSL_NO_VERIFY", "1");`, ""},
	} {
		_, judged := lowered(t, set, "A.java", []byte("class A {\n    void f(String u) throws Exception {\n        "+tt.in+"\n    }\n}\n"))
		got := ""
		for _, j := range judged {
			got += j.Finding.Pattern
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", tt.in, got, tt.want)
		}
	}
}

// TestReason: the message says from what the verdict follows.
func TestReason(t *testing.T) {
	_, judged := lowered(t, rowsOf(t), "A.java", []byte(head+insecure+"}\n"))
	if len(judged) != 1 || judged[0].Finding.Message != "a verifier that accepts every host name: it always returns true" {
		t.Errorf("findings %v", judged)
	}
}

// TestClientKeysStay: a socket factory with a client's certificate is not dropped.
func TestClientKeysStay(t *testing.T) {
	const src = "import javax.net.ssl.*;\nimport okhttp3.OkHttpClient;\nclass A {\n    OkHttpClient f(SSLContext tls, KeyManager[] keys, X509TrustManager real) throws Exception {\n        X509TrustManager all = new X509TrustManager() {\n            public void checkServerTrusted(java.security.cert.X509Certificate[] c, String t) { }\n        };\n        tls.init(%s, new TrustManager[] {all}, null);\n        return new OkHttpClient.Builder().sslSocketFactory(tls.getSocketFactory(), all).build();\n    }\n}\n"
	for keys, want := range map[string]bool{"null": true, "keys": false} {
		_, judged := lowered(t, rowsOf(t), "A.java", []byte(fmt.Sprintf(src, keys)))
		if len(judged) != 1 {
			t.Fatalf("%s: %d findings", keys, len(judged))
		}
		got := false
		for _, f := range judged[0].Finding.Fixes {
			got = got || len(f.Edits) > 0
		}
		if got != want {
			t.Errorf("%s: an edit %v, want %v", keys, got, want)
		}
	}
}

// TestPlaceholder: the default of an injected setting is a connection string.
func TestPlaceholder(t *testing.T) {
	_, judged := lowered(t, rowsOf(t), "A.java", []byte("class A {\n    @Value(\"${db.url:jdbc:postgresql://db.example.com/a?sslmode=disable}\") String url;\n}\n"))
	if len(judged) != 1 || judged[0].Finding.Exposure != finding.Default {
		t.Errorf("findings %v", judged)
	}
}

// TestMaker: a method that only makes a trust manager goes with those who call it.
func TestMaker(t *testing.T) {
	const src = `import javax.net.ssl.*;
class A {
    void f(HttpsURLConnection c) {
        c.setHostnameVerifier(any());
        c.connect();
    }

    private HostnameVerifier any() {
        return (h, s) -> true;
    }
}
`
	_, judged := lowered(t, rowsOf(t), "A.java", []byte(src))
	if len(judged) != 1 || len(judged[0].Finding.Fixes) == 0 {
		t.Fatalf("findings %v", judged)
	}
	got, err := fix.Apply([]byte(src), judged[0].Finding.Fixes[0].Edits)
	const want = "import javax.net.ssl.*;\nclass A {\n    void f(HttpsURLConnection c) {\n        c.connect();\n    }\n}\n"
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
}

// TestNothingInUseIsDeleted: what another file of the package may use stays.
func TestNothingInUseIsDeleted(t *testing.T) {
	const src = "import javax.net.ssl.*;\nclass A {\n    static class All implements HostnameVerifier {\n        public boolean verify(String h, SSLSession s) { return true; }\n    }\n    void f(HttpsURLConnection c) { c.setHostnameVerifier(new All()); }\n}\n"
	dir := t.TempDir()
	path := filepath.Join(dir, "A.java")
	edits := func() int {
		_, judged := lowered(t, rowsOf(t), path, []byte(src))
		n := 0
		for _, j := range judged {
			for _, f := range j.Finding.Fixes {
				n += len(f.Edits)
			}
		}
		return n
	}
	if edits() == 0 {
		t.Error("nobody else uses the class, and there is no fix")
	}
	if err := os.WriteFile(filepath.Join(dir, "B.java"), []byte("class B { Object o = new A.All(); }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if edits() != 0 {
		t.Error("a class that another file uses is deleted")
	}
}
