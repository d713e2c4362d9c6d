package dockerfile

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/fix"
	"github.com/tlslint/tlslint/internal/judge"
	"github.com/tlslint/tlslint/ir"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
)

func rowSet(t testing.TB) *pattern.Set {
	t.Helper()
	file, err := Dockerfile{}.Rows()
	if err != nil {
		t.Fatal(err)
	}
	set, err := pattern.New(file)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// check lowers and judges a file: its findings as "line rule exposure severity",
// and the file with the first edit of each.
func check(t testing.TB, set *pattern.Set, src string) (found []string, fixed string) {
	t.Helper()
	const name = "Dockerfile"
	data := []byte(src)
	out, err := Dockerfile{}.Lower(t.Context(), languages.Input{Set: set, Files: []languages.File{{Path: name, Rel: name, Data: data}}})
	if err != nil {
		t.Fatal(err)
	}
	within := func(what string, s ir.Span) {
		if s.Start < 0 || s.Start > s.End || s.End > len(data) {
			t.Fatalf("%s at %d to %d of %d bytes\n%q", what, s.Start, s.End, len(data), src)
		}
	}
	for _, n := range out.Nodes {
		within(n.Name, n.Span)
		if n.Value != nil {
			within("a value", n.Value.Span)
		}
	}
	for _, c := range out.Comments {
		within("a comment", ir.Span{Start: c.Start, End: c.End})
	}
	var edits []finding.Edit
	for _, j := range judge.Findings(out.Nodes, set, judge.Options{
		Rel: func(p string) string { return p }, Source: func(string) []byte { return data }, Tests: "same", Lang: Dockerfile{},
	}) {
		f := j.Finding
		found = append(found, fmt.Sprintf("%d %s %s %s", f.Span.Start.Line, f.Rule, f.Exposure, f.Severity))
		for _, x := range f.Fixes {
			if len(x.Edits) == 0 {
				continue
			}
			edited, err := fix.Apply(data, x.Edits)
			if err != nil {
				t.Fatalf("%v\n%q", err, src)
			}
			if len(edits) < 20 {
				if err := (Dockerfile{}).Check(t.Context(), name, data, edited, nil); err != nil {
					t.Errorf("%v\n%s", err, edited)
				}
			}
			edits = append(edits, x.Edits...)
			break
		}
	}
	slices.SortFunc(edits, func(a, b finding.Edit) int { return a.Start - b.Start })
	result, err := fix.Apply(data, slices.Compact(edits))
	if err != nil {
		return found, "" // two fixes of one place
	}
	return found, string(result)
}

const (
	always = " TLS101 always high"
	envBad = " TLS105 always high"
)

func TestShapes(t *testing.T) {
	set := rowSet(t)
	tests := []struct{ src, found, fixed string }{
		{"RUN curl -k https://a\n", "1" + always, "RUN curl https://a\n"},
		{"run curl -fsk https://a", "1" + always, "run curl -fs https://a"},
		{"RUN a \\\n # why\n\n && curl \\\n      # more\n      -k \\\n      https://a\n", "6" + always, "RUN a \\\n # why\n\n && curl \\\n      # more\n      https://a\n"},
		{"RUN curl \\\r\n  -k \\\r\n  https://a\r\n", "2" + always, "RUN curl \\\r\n  https://a\r\n"},
		{"# escape=`\nRUN curl `\n  -k `\n  https://a\n", "3" + always, "# escape=`\nRUN curl `\n  https://a\n"},
		{"# not a directive\n# escape=`\nRUN a\\\n && curl -k https://a\n", "4" + always, "# not a directive\n# escape=`\nRUN a\\\n && curl https://a\n"},
		{"RUN [\"curl\", \"-k\", \"https://a\"]\n", "1" + always, "RUN [\"curl\", \"https://a\"]\n"},
		{"RUN [\"curl\", \"https://a\", \"-k\"]\n", "1" + always, "RUN [\"curl\", \"https://a\"]\n"},
		{"RUN [\"sh\", \"-c\", \"curl -k \\\"https://a\\\" \\u0026\\u0026 b\"]\n", "1" + always, "RUN [\"sh\", \"-c\", \"curl \\\"https://a\\\" \\u0026\\u0026 b\"]\n"},
		{"RUN <<EOF\nset -e\ncurl -k https://a\nEOF\nRUN curl -k https://b\n", "3" + always + "|5" + always, "RUN <<EOF\nset -e\ncurl https://a\nEOF\nRUN curl https://b\n"},
		{"RUN <<-'E' bash\n\tcurl -k https://a\n\tE\n", "2" + always, "RUN <<-'E' bash\n\tcurl https://a\n\tE\n"},
		{"RUN bash <<'E' && true\ncurl -k https://a\nE\n", "2" + always, "RUN bash <<'E' && true\ncurl https://a\nE\n"},
		{"RUN python3 <<E\nx = 'curl -k'\nE\n", "", ""},
		{"RUN <<E\n#!/usr/bin/env python3\nx = 'curl -k a'\nE\n", "", ""},
		{"COPY <<E /root/.curlrc\ninsecure\nsilent\nE\n", "2" + always, "COPY <<E /root/.curlrc\nsilent\nE\n"},
		{"COPY a b\nLABEL x=\"curl -k\"\nEXPOSE 80\n", "", ""},
		{"RUN --mount=type=cache,target=/x \\\n  --network=host \\\n  curl -k https://a\n", "3" + always, "RUN --mount=type=cache,target=/x \\\n  --network=host \\\n  curl https://a\n"},
		{"HEALTHCHECK --interval=5s CMD curl -fk https://a || exit 1\n", "1" + always, "HEALTHCHECK --interval=5s CMD curl -f https://a || exit 1\n"},
		{"HEALTHCHECK NONE\n", "", ""},
		{"ONBUILD RUN curl -k https://a\n", "1" + always, "ONBUILD RUN curl https://a\n"},
		{"SHELL [\"powershell\"]\nRUN curl -k https://a\nFROM x\nRUN curl -k https://a\n", "4" + always, "SHELL [\"powershell\"]\nRUN curl -k https://a\nFROM x\nRUN curl https://a\n"},
		{"ENV GIT_SSL_NO_VERIFY=1\nRUN a\n", "1" + envBad, "RUN a\n"},
		{"ENV GIT_SSL_NO_VERIFY 1\n", "1" + envBad, ""},
		{"ENV A=1 \\\n    GIT_SSL_NO_VERIFY=\"1\" \\\n    B='2 3'\n", "2" + envBad, "ENV A=1 \\\n    B='2 3'\n"},
		{"ENV A=1 \\\n    # why\n    GIT_SSL_NO_VERIFY=1\n", "3" + envBad, "ENV A=1\n"},
		{"ENV NODE_TLS_REJECT_UNAUTHORIZED=\"0\"\n", "1" + envBad, "ENV NODE_TLS_REJECT_UNAUTHORIZED=\"1\"\n"},
		{"ARG NODE_TLS_REJECT_UNAUTHORIZED=0\n", "1 TLS105 default high", "ARG NODE_TLS_REJECT_UNAUTHORIZED=1\n"},
		{"ARG NODE_TLS_REJECT_UNAUTHORIZED\n", "", ""},
		{"ARG OPTS=-k\nRUN curl $OPTS https://a\n", "1 TLS101 default high", "ARG OPTS=\nRUN curl $OPTS https://a\n"},
		{"ARG OPTS\nRUN curl $OPTS https://a\n", "", ""},
		{"ENV OPTS=\"-s -k\"\nRUN curl $OPTS https://a\n", "1" + always, "ENV OPTS=\"-s\"\nRUN curl $OPTS https://a\n"},
		{"ARG LAB=\nRUN if [ -n \"$LAB\" ]; then curl -k https://a; fi\n", "2 TLS101 optional low", ""},
		{"ENV JAVA_TOOL_OPTIONS=\"-Xmx1g -Djdk.internal.httpclient.disableHostnameVerification=true\"\n", "1 TLS102 always high", "ENV JAVA_TOOL_OPTIONS=\"-Xmx1g\"\n"},
		{"ENTRYPOINT [\"env\", \"GIT_SSL_NO_VERIFY=1\", \"git\", \"fetch\"]\n", "1" + always, "ENTRYPOINT [\"env\", \"git\", \"fetch\"]\n"},
		{"RUN echo 'check_certificate = off' \\\n  >> ~/.wgetrc\n", "1" + always, "RUN echo 'check_certificate = on' \\\n  >> ~/.wgetrc\n"},
	}
	for _, tt := range tests {
		found, fixed := check(t, set, tt.src)
		if got := strings.Join(found, "|"); got != tt.found {
			t.Errorf("%s\n got %s\nwant %s", tt.src, got, tt.found)
		}
		want := tt.fixed
		if want == "" && !strings.Contains(tt.src, "VERIFY 1") {
			want = tt.src
		}
		if fixed != want {
			t.Errorf("%s\nis fixed to\n%s\nwant\n%s", tt.src, fixed, want)
		}
	}
}

func TestPlaces(t *testing.T) {
	src := "# escape=`\nFROM x AS y\nRUN a `\n# c\n\n b `  \n c\nENV X=1 Y=\"a b\"\n"
	list, comments := read(src)
	if len(comments) != 2 || src[comments[1].start:comments[1].end] != "# c" {
		t.Errorf("comments: %v", comments)
	}
	var names []string
	for _, in := range list {
		names = append(names, in.name)
		for i := range len(in.text.S) {
			s := in.text.Span(i, i+1)
			if c := in.text.S[i]; c != '\\' && c != '\n' && src[s.Start:s.End] != string(c) {
				t.Errorf("%s: byte %d is %q, the file has %q", in.name, i, c, src[s.Start:s.End])
			}
		}
	}
	if got := strings.Join(names, " "); got != "FROM RUN ENV" {
		t.Error(got)
	}
	if got := list[1].text.S; got != "a \\\n b \\\n c" {
		t.Errorf("%q", got)
	}
}

const long = `# syntax=docker/dockerfile:1
ARG V=-k
FROM debian:12 AS a
ENV A=1 GIT_SSL_NO_VERIFY=1 \
    # why
    NODE_TLS_REJECT_UNAUTHORIZED="0"
RUN set -ex; \
    # a comment
    curl -fsSk $V \
      --insecure \
      https://a.corp; \
    wget --no-check-certificate https://b.corp
RUN ["sh", "-c", "curl -k \"https://c\" && pip install --trusted-host h x"]
RUN <<-'EOF' bash
	curl -k https://d.corp
	EOF
COPY <<EOF /etc/wgetrc
check_certificate = off
EOF
HEALTHCHECK CMD ["curl", "-k", "https://localhost"]
`

// TestTruncated: a file that ends anywhere is read as far as it goes.
func TestTruncated(t *testing.T) {
	set := rowSet(t)
	for i := range len(long) + 1 {
		check(t, set, long[:i])
	}
}

// TestHard: the time grows with the size.
func TestHard(t *testing.T) {
	set := rowSet(t)
	for name, src := range map[string]string{
		"one instruction": "RUN a" + strings.Repeat(" \\\n # c\n && curl -s https://a", 10000),
		"variables":       "ENV" + strings.Repeat(" A=1 GIT_SSL_NO_VERIFY=1", 1000),
		"a list":          "RUN [" + strings.Repeat("\"curl\", \"-k\", ", 20000) + "\"u\"]",
		"open list":       "RUN [" + strings.Repeat("[\"", 50000),
		"here-documents":  strings.Repeat("RUN <<E\n", 5000),
		"many opened":     "RUN " + strings.Repeat("<<E ", 20000),
		"escapes":         "ENV A=\"" + strings.Repeat("\\\"", 50000),
		"stages":          strings.Repeat("FROM x\nARG A=-k\nRUN curl $A u\n", 2000),
		"flags":           "RUN " + strings.Repeat("--mount=x ", 20000) + "curl -k u",
	} {
		start := time.Now()
		check(t, set, src)
		if d := time.Since(start); d > 15*time.Second {
			t.Errorf("%s: %s for %d bytes", name, d, len(src))
		}
	}
}

func FuzzDockerfile(f *testing.F) {
	set := rowSet(f)
	f.Add([]byte(long))
	f.Add([]byte("# escape=`\nRUN a `\n"))
	f.Add([]byte("RUN [\"a\\u0041\\ud83d\\ude00\", \"-k\"]"))
	f.Add([]byte("ENV A \"b c\" \\\n d\nARG A='x\\'y' B"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 4096 {
			check(t, set, string(data))
		}
	})
}
