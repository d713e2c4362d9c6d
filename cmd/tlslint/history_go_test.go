package main

import (
	"path/filepath"
	"strings"
	"testing"
)

const clientFile = `package pay

import (
	"crypto/tls"
	"net/http"
)

// Timeout is how long a call may take.
const Timeout = 30

func NewClient() *http.Client {
	config := &tls.Config{ServerName: "pay", InsecureSkipVerify: true}
	return &http.Client{Transport: &http.Transport{TLSClientConfig: config}}
}

func Retries(code int) int {
	if code >= 500 {
		return 3
	}
	return 0
}
`

const configsFile = `package pay

import "crypto/tls"

func alpha() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true}
}

func beta() *tls.Config {
	return &tls.Config{InsecureSkipVerify: true}
}

func gamma(safe bool) *tls.Config {
	if safe {
		return &tls.Config{InsecureSkipVerify: true}
	}
	return &tls.Config{}
}
`

func goSteps() []step {
	const off = "InsecureSkipVerify: true"
	return []step{
		{"a client without verification is written", func(h *history) {
			h.write("go.mod", "module example.com/pay\n\ngo 1.22\n")
			h.write("client.go", clientFile)
		}, []string{"client.go:12 TLS101"}},
		{"lines are put above it, an import among them", func(h *history) {
			h.edit("client.go", "\t\"net/http\"\n", "\t\"net/http\"\n\t\"time\"\n", "const Timeout = 30", "const Timeout = 30 * time.Second\n\n// Pause is the time between two calls.\nconst Pause = time.Second")
		}, nil},
		{"the function moves to the end of the file", func(h *history) {
			text := h.cut("client.go", "func NewClient", "func Retries")
			h.write("client.go", h.read("client.go")+"\n"+strings.TrimSpace(text)+"\n")
		}, nil},
		{"the literal is formatted over several lines", func(h *history) {
			h.edit("client.go", `{ServerName: "pay", `+off+"}", "{\n\t\tServerName:         \"pay\",\n\t\t"+off+",\n\t}")
		}, nil},
		{"the body is indented by a block", func(h *history) {
			h.edit("client.go", "\tconfig := &tls.Config{\n\t\tServerName:         \"pay\",\n\t\t"+off+",\n\t}\n\treturn &http", "\t{\n\t\tconfig := &tls.Config{\n\t\t\tServerName:         \"pay\",\n\t\t\t"+off+",\n\t\t}\n\t\treturn &http", "config}}\n}", "config}}\n\t}\n}")
		}, nil},
		{"the function is renamed, and so is its variable", func(h *history) {
			h.edit("client.go", "func NewClient", "func PaymentClient", "config :=", "conf :=", "TLSClientConfig: config", "TLSClientConfig: conf")
		}, nil},
		{"the file is renamed", func(h *history) { h.git("mv", "client.go", "payment.go") }, nil},
		{"the file is renamed and edited", func(h *history) {
			h.git("mv", "payment.go", "paying.go")
			h.edit("paying.go", "code >= 500", "code > 499", "PaymentClient()", "PaymentClient(retries int)")
		}, nil},
		{"the folder is renamed", func(h *history) {
			h.write("internal/pay/paying.go", h.read("paying.go"))
			h.remove("paying.go")
		}, nil},
		{"a copy of the file", func(h *history) {
			h.write("internal/refund/client.go", strings.Replace(h.read("internal/pay/paying.go"), "package pay", "package refund", 1))
		}, []string{"internal/refund/client.go:26 TLS101"}},
		{"the copy is repaired", func(h *history) { h.edit("internal/refund/client.go", "\t\t\t"+off+",\n", "") }, nil},
		{"it is broken again", func(h *history) {
			h.edit("internal/refund/client.go", "ServerName:         \"pay\",\n", "ServerName:         \"pay\",\n\t\t\t"+off+",\n")
		}, []string{"internal/refund/client.go:26 TLS101"}},
		{"comments around it are edited", func(h *history) {
			h.edit("internal/refund/client.go", off+",", off+", // the appliance has no certificate\n\t\t\t// ask the owner", "// Pause is", "// A pause is")
		}, nil},
		{"the file gets other line ends", func(h *history) {
			h.write("internal/refund/client.go", strings.ReplaceAll(h.read("internal/refund/client.go"), "\n", "\r\n"))
		}, nil},
		{"a second finding of the same words in one function", func(h *history) {
			h.edit("internal/pay/paying.go", "\t{\n", "\t{\n\t\tother := &tls.Config{"+off+"}\n\t\t_ = other\n")
		}, []string{"internal/pay/paying.go:24 TLS101"}},
		{"three functions that look alike", func(h *history) { h.write("configs/configs.go", configsFile) },
			[]string{"configs/configs.go:6 TLS101", "configs/configs.go:10 TLS101"}},
		{"swap: alpha is repaired, a copy of it called delta comes", func(h *history) {
			h.edit("configs/configs.go", off, "")
			h.write("configs/configs.go", h.read("configs/configs.go")+"\nfunc delta() *tls.Config {\n\treturn &tls.Config{"+off+"}\n}\n")
		}, []string{"configs/configs.go:21 TLS101"}},
		{"swap: beta is deleted, epsilon with the same body comes at the end", func(h *history) {
			h.cut("configs/configs.go", "func beta", "func gamma")
			h.write("configs/configs.go", h.read("configs/configs.go")+"\nfunc epsilon() *tls.Config {\n\treturn &tls.Config{"+off+"}\n}\n")
		}, []string{"configs/configs.go:21 TLS101"}},
		{"swap: delta is repaired and alpha broken", func(h *history) {
			h.edit("configs/configs.go", "{}", "{"+off+"}", "func delta() *tls.Config {\n\treturn &tls.Config{"+off+"}", "func delta() *tls.Config {\n\treturn &tls.Config{}")
		}, []string{"configs/configs.go:6 TLS101"}},
		{"delta and epsilon change places", func(h *history) {
			text := h.cut("configs/configs.go", "func delta", "func epsilon")
			h.write("configs/configs.go", h.read("configs/configs.go")+"\n"+strings.TrimSpace(text)+"\n")
		}, nil},
		{"both branches of an if", func(h *history) {
			h.write("branch/branch.go", "package branch\n\nimport \"crypto/tls\"\n\nfunc New(n int) *tls.Config {\n\tif n > 3 {\n\t\treturn &tls.Config{"+off+"}\n\t} else {\n\t\treturn &tls.Config{}\n\t}\n}\n")
		}, []string{"branch/branch.go:7 TLS101"}},
		{"swap: the branches change places", func(h *history) {
			h.edit("branch/branch.go", "{"+off+"}", "{}", "else {\n\t\treturn &tls.Config{}", "else {\n\t\treturn &tls.Config{"+off+"}")
		}, []string{"branch/branch.go:9 TLS101"}},
		{"a switch that is off by default, and its flag in another file", func(h *history) {
			h.write("tool/flags.go", "package main\n\nimport \"flag\"\n\nvar insecure = flag.Bool(\"insecure\", false, \"do not verify\")\n")
			h.write("tool/main.go", "package main\n\nimport \"crypto/tls\"\n\nfunc main() {\n\tconfig := &tls.Config{InsecureSkipVerify: *insecure}\n\t_ = config\n}\n")
		}, nil},
		{"the default is flipped, in the other file", func(h *history) { h.edit("tool/flags.go", "false", "true") },
			[]string{"tool/main.go:6 TLS101"}},
		{"an unrelated line beside the default", func(h *history) {
			h.edit("tool/flags.go", "import \"flag\"\n", "import \"flag\"\n\nconst name = \"tool\"\n")
		}, nil},
		{"a guarded switch", func(h *history) {
			h.write("guard/guard.go", "package guard\n\nimport \"crypto/tls\"\n\ntype Options struct{ Insecure bool }\n\nfunc New(o Options) *tls.Config {\n\tc := &tls.Config{}\n\tif o.Insecure {\n\t\tc.InsecureSkipVerify = true\n\t}\n\treturn c\n}\n")
		}, nil},
		{"the guard goes, the switch stays", func(h *history) {
			h.edit("guard/guard.go", "\tif o.Insecure {\n\t\tc.Ins", "\tc.Ins", "true\n\t}\n", "true\n")
		},
			[]string{"guard/guard.go:9 TLS101"}},
		{"a branch adds a finding and is merged", func(h *history) {
			h.git("checkout", "-q", "-b", "topic")
			h.write("topic/topic.go", "package topic\n\nimport \"crypto/tls\"\n\nvar Config = &tls.Config{MinVersion: tls.VersionTLS11}\n")
			h.commit("topic")
			h.git("checkout", "-q", "main")
			h.write("README.md", "Payments.\n")
			h.commit("readme")
			h.git("merge", "-q", "--no-ff", "--no-commit", "topic")
		}, []string{"topic/topic.go:5 TLS201"}},
		{"the value gets worse", func(h *history) { h.edit("topic/topic.go", "TLS11", "TLS10") }, []string{"topic/topic.go:5 TLS201"}},
		{"a file is deleted", func(h *history) { h.remove("topic/topic.go") }, nil},
		{"the file is there again", func(h *history) { h.git("checkout", "-q", "HEAD~1", "--", "topic/topic.go") }, []string{"topic/topic.go:5 TLS201"}},
		{"a function moves to another file", func(h *history) {
			text := h.cut("configs/configs.go", "func epsilon", "func delta")
			h.write("configs/more.go", "package pay\n\nimport \"crypto/tls\"\n\n"+strings.TrimSpace(text)+"\n")
		}, nil},
		{"a function is copied to another file", func(h *history) {
			h.write("other/more.go", strings.Replace(h.read("configs/more.go"), "package pay", "package other", 1))
		}, []string{"other/more.go:6 TLS101"}},
		{"a suppression", func(h *history) { h.edit("other/more.go", off+"}", off+"} //tlslint:ignore TLS101 -- a demo") }, nil},
		{"the suppression goes, the switch stays", func(h *history) { h.edit("other/more.go", " //tlslint:ignore TLS101 -- a demo", "") },
			[]string{"other/more.go:6 TLS101"}},
		{"a suppression that silences nothing any more: the switch is repaired", func(h *history) {
			h.edit("other/more.go", off+"}", "} //tlslint:ignore TLS101 -- a demo")
		}, []string{"other/more.go:6 TLS901"}},
		{"test code", func(h *history) {
			h.write("server/helper_test.go", strings.Replace(clientFile, "package pay", "package server", 1))
		}, nil},
		{"test code becomes code", func(h *history) { h.git("mv", "server/helper_test.go", "server/helper.go") }, []string{"server/helper.go:12 TLS101"}},
		{"modes, a symbolic link, a binary file", func(h *history) {
			h.git("update-index", "--chmod=+x", "server/helper.go")
			h.write("server/logo.go", "\x00\x01InsecureSkipVerify: true\x00crypto/tls")
		}, nil},
		{"names with blanks and umlauts", func(h *history) { h.git("mv", "server/helper.go", "server/helfer für alle.go") }, nil},
		{"a rename and a further finding", func(h *history) {
			h.git("mv", "server/helfer für alle.go", "server/client.go")
			h.edit("server/client.go", "const Timeout = 30", "const Timeout = 30\n\nvar fast = tls.Config{"+off+"}")
		}, []string{"server/client.go:11 TLS101"}},
		{"go.mod weakens every program", func(h *history) { h.edit("go.mod", "go 1.22\n", "go 1.22\n\ngodebug tlsrsakex=1\n") },
			[]string{"go.mod:5 TLS203"}},
		{"go.mod gets a line above", func(h *history) { h.edit("go.mod", "go 1.22\n", "go 1.22\n\ntoolchain go1.22.3\n") }, nil},
		{"an option that decides nothing is added to the call", func(h *history) {
			h.edit("server/client.go", `ServerName: "pay", `, `ServerName: "pay", MinVersion: tls.VersionTLS12, `)
		}, nil},
		{"the function is rewritten, another weakness in its place", func(h *history) {
			h.cut("server/client.go", "func NewClient", "func Retries")
			h.write("server/client.go", h.read("server/client.go")+"\nfunc Dial(addr string) (*tls.Conn, error) {\n\treturn tls.Dial(\"tcp\", addr, &tls.Config{"+off+"})\n}\n")
		}, []string{"server/client.go:21 TLS101"}},
		{"everything is formatted anew", func(h *history) {
			for _, name := range []string{"configs/configs.go", "server/client.go", "guard/guard.go"} {
				h.write(name, strings.ReplaceAll(strings.ReplaceAll(h.read(name), "\t", "    "), "{"+off+"}", "{\n"+off+",\n}"))
			}
		}, nil},
		{"two files change names", func(h *history) {
			h.git("mv", "configs/configs.go", "configs/x.go")
			h.git("mv", "configs/more.go", "configs/configs.go")
			h.git("mv", "configs/x.go", "configs/more.go")
		}, nil},
	}
}

func TestHistoryInGo(t *testing.T) {
	page, err := filepath.Abs("../../docs/new-findings.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := play(t, goSteps())
	document(t, page, "history in Go", rows)
}
