package probe

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// labProxy is an HTTP proxy that notes what it is asked and answers CONNECT with a
// text; with 200 it leads to a loopback port.
type labProxy struct {
	mu            sync.Mutex
	asked, header []string
	onward        int
	answer        string
}

func (p *labProxy) serve(c net.Conn) {
	r := bufio.NewReader(c)
	request, err := http.ReadRequest(r)
	if err != nil {
		return
	}
	p.mu.Lock()
	p.asked = append(p.asked, request.Method+" "+request.Host)
	p.header = append(p.header, request.Header.Get("Proxy-Authorization"))
	p.mu.Unlock()
	if p.answer == "" {
		io.Copy(io.Discard, c)
		return
	}
	io.WriteString(c, p.answer)
	if p.onward == 0 {
		c.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, c)
		return
	}
	o, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", p.onward))
	if err != nil {
		return
	}
	defer o.Close()
	go func() {
		io.Copy(o, r)
		o.Close()
	}()
	io.Copy(c, o)
}

const labConnected = "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n"

func TestProxy(t *testing.T) {
	ca := labCA()
	server := serve(t, "127.0.0.1:0", speakTLS(&tls.Config{Certificates: []tls.Certificate{ca.leaf(labHost, true, newECDSA())}}))
	p := &labProxy{answer: labConnected, onward: server}
	port := serve(t, "127.0.0.1:0", p.serve)

	t.Run("by name", func(t *testing.T) {
		r := probeLab(t, 443, func(_ *Target, o *Options) {
			o.Proxy = fmt.Sprintf("http://me:s3cret@127.0.0.1:%d", port)
			o.Resolver = labNames{} // only the proxy knows the name
		})
		if r.Diagnosis.Verdict() != OK {
			t.Fatal(dump(r))
		}
		if want := fmt.Sprintf("http://127.0.0.1:%d", port); r.Proxy != want {
			t.Errorf("proxy %q, want %q", r.Proxy, want)
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.asked[0] != "CONNECT host.test:443" || p.header[0] != "Basic bWU6czNjcmV0" {
			t.Errorf("asked %q with %q", p.asked[0], p.header[0])
		}
	})

	t.Run("by checked address", func(t *testing.T) {
		p := &labProxy{answer: labConnected, onward: server}
		port := serve(t, "127.0.0.1:0", p.serve)
		probeLab(t, 443, func(target *Target, o *Options) {
			o.Proxy, target.Untrusted = fmt.Sprintf("http://127.0.0.1:%d", port), true
		})
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.asked) == 0 || p.asked[0] != "CONNECT 127.0.0.1:443" {
			t.Errorf("asked %q", p.asked)
		}
	})

	t.Run("environment", func(t *testing.T) {
		t.Setenv("HTTPS_PROXY", fmt.Sprintf("http://me:s3cret@127.0.0.1:%d", port))
		t.Setenv("https_proxy", "")
		t.Setenv("NO_PROXY", "direct.test")
		t.Setenv("no_proxy", "")
		if r := probeLab(t, server, func(_ *Target, o *Options) { o.Proxy = "env" }); r.Proxy == "" || r.Diagnosis.Verdict() != OK {
			t.Error(dump(r))
		}
		if r := probeLab(t, server, nil); r.Proxy != "" {
			t.Error("the environment's proxy was used without being asked for")
		}
		if p, err := findProxy("env", "direct.test", 443, 0); p != nil || err != nil {
			t.Errorf("NO_PROXY: %v, %v", p, err)
		}
	})
}

func TestProxyRefusals(t *testing.T) {
	for _, test := range []struct {
		name, answer string
		says         string
	}{
		{"407", "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n", "407 Proxy Authentication Required"},
		{"403", "HTTP/1.1 403 Forbidden\r\n\r\nno", "403 Forbidden"},
		{"502", "HTTP/1.0 502 Bad Gateway\r\n\r\n", "502 Bad Gateway"},
		{"plain", "what do you want?\r\n", "does not answer as an HTTP proxy"},
		{"binary", "\x00\x01\x02\x03", "closed the connection"},
		{"escapes", "HTTP/1.1 403 \x1b[2J\r\n\r\n", `\x1b[2J`},
		{"hang", "", "did not answer in time"},
		{"more", labConnected + "<html>", "text of its own"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			port := serve(t, "127.0.0.1:0", (&labProxy{answer: test.answer}).serve)
			r := probeLab(t, 443, func(_ *Target, o *Options) {
				o.Proxy, o.Handshake = fmt.Sprintf("http://me:s3cret@127.0.0.1:%d", port), 300*time.Millisecond
			})
			f := r.Diagnosis.Findings[0]
			if f.Class != ProxyRefused || f.Liability != Network || !strings.Contains(f.Message+f.Proof, test.says) {
				t.Error(dump(r))
			}
			all, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(all), "s3cret") || strings.Contains(string(all), "bWU6") {
				t.Errorf("the password is told: %s", all)
			}
		})
	}
}

func TestProxySettings(t *testing.T) {
	for _, test := range []struct{ setting, name, err string }{
		{"", "", ""},
		{"proxy.test:3128", "http://proxy.test:3128", ""},
		{"http://u:p@proxy.test", "http://proxy.test:80", ""},
		{"https://proxy.test", "https://proxy.test:443", ""},
		{"http://[2001:db8::1]:8080/x?y", "http://[2001:db8::1]:8080", ""},
		{"socks5://u:s3cret@proxy.test", "", "socks5"},
		{"http://u:s3cret@proxy.test:99999", "", "port"},
		{"http://u:s3cret@", "", "no host"},
		{"http://u:s3cret%zz@proxy.test", "", "no URL"},
	} {
		p, err := findProxy(test.setting, labHost, 443, 0)
		switch {
		case test.err != "":
			if err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%q: %v", test.setting, err)
			}
		case err != nil:
			t.Errorf("%q: %v", test.setting, err)
		case test.name == "" && p != nil, test.name != "" && (p == nil || p.name != test.name):
			t.Errorf("%q: %+v", test.setting, p)
		}
	}
}

func FuzzReadConnect(f *testing.F) {
	for _, s := range []string{labConnected, "HTTP/1.1 407 x\r\n\r\n", "HTTP/1.1 200\r\n", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_, code, err := readConnect(bufio.NewReaderSize(strings.NewReader(s), maxLine))
		if err == nil && (code < 100 || code > 599) {
			t.Errorf("%q: %d", s, code)
		}
	})
}
