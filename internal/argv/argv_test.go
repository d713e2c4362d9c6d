package argv_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/internal/argv"
)

// describe writes the options of a command line: name, "=value" when there is
// one, and the words that it stands in.
func describe(words []string) string {
	var out []string
	for _, c := range argv.Parse(words) {
		s := c.Tool
		for _, o := range c.Options {
			s += " " + o.Name
			if !o.Flag {
				s += "=" + o.Value
				if at := words[o.At]; !strings.HasPrefix(at[o.From:], o.Value) {
					s += "!value is elsewhere"
				}
			}
			s += fmt.Sprintf("[%d:%d", o.First, o.Last)
			if o.Letter > 0 {
				s += fmt.Sprintf("@%d", o.Letter)
			}
			s += "]"
		}
		out = append(out, s)
	}
	return strings.Join(out, "; ")
}

func TestParse(t *testing.T) {
	tests := []struct{ line, want string }{
		{"curl -k https://a", "curl -k[1:2]"},
		{"curl -fsSk https://a", "curl -f[1:2@1] -s[1:2@2] -S[1:2@3] -k[1:2@4]"},
		{"curl -ok https://a", "curl -o=k[1:2]"},
		{"curl -dk https://a", "curl -d=k[1:2]"},
		{"curl -H -k https://a", "curl -H=-k[1:3]"},
		{"curl -sHk https://a", "curl -s[1:2@1] -H=k[1:2@2]"},
		{"curl --insec https://a", "curl --insecure[1:2]"},
		{"curl --insecure --no-insecure https://a", "curl --no-insecure[2:3]"},
		{"curl -k --no-insecure https://a", "curl --no-insecure[2:3]"},
		{"curl -- -k", "curl"},
		{"curl --ciphers DEFAULT@SECLEVEL=0 https://a", "curl --ciphers=DEFAULT@SECLEVEL=0[1:3]"},
		{"/usr/bin/curl -k", "curl -k[1:2]"},
		{"sudo -u root curl -k", "curl -k[4:5]"},
		{"sudo -H -E env A=1 timeout -s KILL 10 nice -n 5 curl -k", "curl -k[13:14]"},
		{"xargs -n 1 curl -k", "curl -k[4:5]"},
		{"command -v curl -k", ""},
		{"grep -k x", ""},
		{"\x01 -k", ""},
		{"curl \x01 -k", "curl -k[2:3]"},
		{"curl -\x01k -k\x01", "curl -k[2:3@1]"},
		{"wget --no-check-cert https://a", "wget --no-check-certificate[1:2]"},
		{"wget -k https://a", "wget -k[1:2]"},
		{"wget --check-certificate=off https://a", "wget --check-certificate=off[1:2]"},
		{"wget -e check_certificate=off https://a", "wget -e check_certificate=off[1:3]"},
		{"wget -e checkcertificate=off https://a", "wget -e check_certificate=off[1:3]"},
		{"pip3.9 install --trusted-host=h x", "pip --trusted-host=h[2:3]"},
		{"python3 -m pip install --trusted-host h x", "pip --trusted-host=h[4:6]"},
		{"python -c -m pip --trusted-host h", ""},
		{"pip config set global.trusted-host h", "pip config trusted-host=h[3:5]"},
		{"git -c http.sslVerify=false clone u", "git -c http.sslverify=false[1:3]"},
		{"git -c http.https://h.corp/.sslVerify=0 clone u", "git -c http.sslverify=0[1:3]"},
		{"git -c http.sslVerify fetch", "git -c http.sslverify[1:3]"},
		{"git clone --config http.sslVerify=false u", "git --config http.sslverify=false[2:4]"},
		{"git commit -c http.sslVerify=false", "git"},
		{"git config http.sslVerify false", "git config http.sslverify=false[2:4]"},
		{"git config --global http.sslVerify false", "git --global[2:3] config-global http.sslverify=false[3:5]"},
		{"git config set --system http.sslVerify false", "git --system[3:4] config-global http.sslverify=false[4:6]"},
		{"git config --get http.sslVerify", "git --get[2:3]"},
		{"git config --unset http.sslVerify x", "git --unset[2:3]"},
		{"kubectl --insecure-skip-tls-verify=true get pods", "kubectl --insecure-skip-tls-verify=true[1:2]"},
		{"kubectl -n x exec pod -- curl -k https://a", "kubectl -n=x[1:3]; curl -k[7:8]"},
		{"docker exec -e A=b web curl -k https://a", "docker -e=A=b[2:4]; curl -k[6:7]"},
		{"docker exec web ls -k", "docker"},
		{"npm config set strict-ssl false", "npm config strict-ssl=false[3:5]"},
		{"npm config set strict-ssl=false --global", "npm --global[4:5] config strict-ssl=false[3:4]"},
		{"conda config --set ssl_verify false", "conda config ssl_verify=false[2:5]"},
		{"apt-get -o Acquire::https::Verify-Peer=false update", "apt-get -o acquire::https::verify-peer=false[1:3]"},
		{"yum-config-manager --save --setopt=corp.sslverify=false", "yum-config-manager --save[1:2] --setopt sslverify=false[2:3]"},
		{"vault login -tls-skip-verify -method=oidc", "vault -tls-skip-verify[2:3] -method=oidc[3:4]"},
		{"grpcurl --insecure h:443 list", "grpcurl -insecure[1:2]"},
		{"http --verify no GET u", "http --verify=no[1:3]"},
		{"mysql --skip-ssl -h db", "mysql --skip-ssl[1:2] -h=db[2:4]"},
		{"go get -insecure h/m", "go -insecure[2:3]"},
		{"go run ./cmd -insecure", "go"},
		{"socat - OPENSSL:h:443,verify=0,cafile=x", "socat param verify=0[2:3] param cafile=x[2:3]"},
		{"socat OPENSSL-LISTEN:443,verify=0 -", "socat"},
		{"ldapsearch -Z -x", "ldapsearch -Z[1:2] -x[2:3]"},
		{"ldapsearch -ZZ -x", "ldapsearch -ZZ[1:2@2] -x[2:3]"},
		{"ldapsearch -Z -Z -x", "ldapsearch -ZZ[2:3] -x[3:4]"},
		{"java -Da.b=c -jar x", "java -D a.b=c[1:2] -j[2:3@1] -a[2:3@2] -r[2:3@3]"},
		{"find . -name x -exec curl -k {} ;", "curl -k[6:7]"},
		{"poetry config certificates.corp.cert false", "poetry config certificates.=false[2:4]"},
	}
	for _, tt := range tests {
		if got := describe(strings.Split(tt.line, " ")); got != tt.want {
			t.Errorf("%q\n got %s\nwant %s", tt.line, got, tt.want)
		}
	}
	if got := describe([]string{"lftp", "-e", "set net:timeout 5; set ssl:verify-certificate no; ls", "h"}); !strings.Contains(got, "-e ssl:verify-certificate=no[1:3]") || strings.Contains(got, "!") {
		t.Errorf("lftp: %s", got)
	}
}

func TestShell(t *testing.T) {
	tests := []struct{ text, want string }{
		{"cd /tmp && curl -k https://a | sh", "-k"},
		{"curl '-k' \"https://$h/\"", "'-k'"},
		{"x=$(curl -ks u)", "-ks"},
		{"if true; then wget --no-check-certificate u; fi", "--no-check-certificate"},
		{"sh -c 'curl -k u'", "-k"},
		{"su - deploy -c 'curl -k u'", "-k"},
		{"bash -lc \"curl -k u\"", "-k"},
		{"curl \\\n  -k \\\n  u", "-k"},
		{"curl u; curl -k u; )", "-k"},
		{"echo curl -k", ""},
		{"echo 'curl -k'", ""},
		{"# curl -k", ""},
		{"curl $OPTS u", ""},
		{"\x01curl -k", ""},
		{"cat <<E\ncurl -k\nE", ""},
	}
	for _, tt := range tests {
		got := ""
		for _, s := range argv.Shell(tt.text) {
			for _, c := range argv.Parse(s.Texts()) {
				for _, o := range c.Options {
					if o.Name == "-k" || o.Name == "--no-check-certificate" {
						w := s.Words[o.First]
						got += tt.text[w.Start:w.End]
					}
				}
			}
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.text, got, tt.want)
		}
	}
}

func TestShellAssign(t *testing.T) {
	text := "GIT_SSL_NO_VERIFY='1' git fetch; export A=b C; env D=e git x"
	var got []string
	for _, s := range argv.Shell(text) {
		for _, a := range s.Assign {
			got = append(got, fmt.Sprintf("%s=%s %q %v", a.Name, a.Value.Text, text[a.Start:a.End], a.Command))
		}
		for _, c := range argv.Parse(s.Texts()) {
			for _, i := range c.Env {
				got = append(got, s.Words[i].Text)
			}
		}
	}
	want := `GIT_SSL_NO_VERIFY=1 "GIT_SSL_NO_VERIFY='1'" true|A=b "A=b" false|C= "C" false|D=e`
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}

func TestParseText(t *testing.T) {
	if got := describe([]string{"pwsh", "-c", "Invoke-WebRequest -SkipCertificateCheck u"}); !strings.Contains(got, "-c -skipcertificatecheck[1:3]") {
		t.Errorf("pwsh: %s", got)
	}
	for _, line := range []string{"ssh -p 22 u@h curl -k u", "eval curl -k"} {
		c := argv.Parse(strings.Fields(line))
		if len(c) != 1 || !c[0].Joined || strings.Join(strings.Fields(line)[c[0].Script:], " ") != strings.TrimPrefix(strings.TrimPrefix(line, "ssh -p 22 u@h "), "eval ") {
			t.Errorf("%s: %+v", line, c)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("sudo -u x curl -fsSk --insec -- u")
	f.Add("git -c http.a.sslVerify=0 config set --global k v")
	f.Add("lftp -e set\x01a")
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Fields(line)
		for _, c := range argv.Parse(words) {
			for _, o := range c.Options {
				if o.First < 0 || o.Last > len(words) || o.First >= o.Last || o.Letter >= len(words[o.First]) {
					t.Fatalf("%q: option %+v is outside", line, o)
				}
				if !o.Flag && !strings.HasPrefix(words[o.At][o.From:], o.Value) {
					t.Fatalf("%q: the value of %+v is elsewhere", line, o)
				}
			}
			for _, i := range append(c.Operands, c.Env...) {
				_ = words[i]
			}
		}
	})
}

func FuzzShell(f *testing.F) {
	f.Add("a=b curl -k \"$x\" | sh -c 'wget --no-check-certificate u' && export X=1")
	f.Add("sh -c 'sh -c \"curl -k\"'")
	f.Add(" \"")
	f.Add("A=0 \"\"|0 &0\xf9")
	f.Add("curl \\\n -k <<E\nx\nE")
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range argv.Shell(text) {
			for _, w := range s.Words {
				if w.Start < 0 || w.End > len(text) || w.Start > w.End {
					t.Fatalf("%q: word %+v is outside", text, w)
				}
				if w.Plain >= 0 && text[w.Plain:w.Plain+len(w.Text)] != w.Text {
					t.Fatalf("%q: word %+v is not where it says", text, w)
				}
			}
			argv.Parse(s.Texts())
		}
	})
}
