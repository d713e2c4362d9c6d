package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/languages/treesitter"
)

const pythonClient = `import requests


def fetch(url):
    return requests.get(url, verify=False, timeout=3)


def retries(code):
    if code >= 500:
        return 3
    return 0
`

const pythonAlike = `import requests


class Alpha:
    def get(self, url):
        return requests.get(url, verify=False)


class Beta:
    def get(self, url):
        return requests.get(url, verify=False)


class Gamma:
    def get(self, url):
        return requests.get(url)
`

func pythonSteps() []step {
	return []step{
		{"a client without verification is written", func(h *history) { h.write("pay/client.py", pythonClient) },
			[]string{"pay/client.py:5 TLS101"}},
		{"lines are put above it, an import among them", func(h *history) {
			h.edit("pay/client.py", "import requests\n", "import logging\n\nimport requests\n\nlog = logging.getLogger(__name__)\n")
		}, nil},
		{"the function moves to the end of the file", func(h *history) {
			text := h.cut("pay/client.py", "def fetch", "def retries")
			h.write("pay/client.py", h.read("pay/client.py")+"\n\n"+strings.TrimSpace(text)+"\n")
		}, nil},
		{"the call is formatted over several lines, with a comma at its end", func(h *history) {
			h.edit("pay/client.py", "requests.get(url, verify=False, timeout=3)", "requests.get(\n        url,\n        verify=False,\n        timeout=3,\n    )")
		}, nil},
		{"the arguments change places", func(h *history) {
			h.edit("pay/client.py", "        verify=False,\n        timeout=3,\n", "        timeout=3,\n        verify=False,\n")
		}, nil},
		{"the body is indented by a with", func(h *history) {
			h.edit("pay/client.py", "    return requests.get(\n        url,\n        timeout=3,\n        verify=False,\n    )", "    with log_time():\n        return requests.get(\n            url,\n            timeout=3,\n            verify=False,\n        )")
		}, nil},
		{"the function and its parameter are renamed", func(h *history) {
			h.edit("pay/client.py", "def fetch(url)", "def download(address)", "            url,", "            address,")
		}, nil},
		{"the function becomes a method", func(h *history) {
			text := h.cut("pay/client.py", "def download", "verify=False,\n        )\n") + "verify=False,\n        )\n"
			h.edit("pay/client.py", "verify=False,\n        )\n", "")
			h.write("pay/client.py", h.read("pay/client.py")+"class Client:\n    "+strings.TrimSpace(strings.ReplaceAll(strings.Replace(text, "(address)", "(self, address)", 1), "\n", "\n    "))+"\n")
		}, nil},
		{"the file is renamed and edited", func(h *history) {
			h.git("mv", "pay/client.py", "pay/http.py")
			h.edit("pay/http.py", "code >= 500", "code > 499")
		}, nil},
		{"the folder is renamed", func(h *history) { h.git("mv", "pay", "payments") }, nil},
		{"a copy of the file", func(h *history) { h.write("refunds/http.py", h.read("payments/http.py")) },
			[]string{"refunds/http.py:20 TLS101"}},
		{"the copy is repaired", func(h *history) { h.edit("refunds/http.py", "verify=False", "verify=True") }, nil},
		{"it is broken again", func(h *history) { h.edit("refunds/http.py", "verify=True", "verify=False") }, []string{"refunds/http.py:20 TLS101"}},
		{"comments around it are edited", func(h *history) {
			h.edit("refunds/http.py", "verify=False,", "verify=False,  # the appliance has no certificate")
		}, nil},
		{"the file gets other line ends", func(h *history) {
			h.write("refunds/http.py", strings.ReplaceAll(h.read("refunds/http.py"), "\n", "\r\n"))
		}, nil},
		{"three classes that look alike", func(h *history) { h.write("alike.py", pythonAlike) }, []string{"alike.py:6 TLS101", "alike.py:11 TLS101"}},
		{"swap: Alpha is repaired and Gamma broken", func(h *history) {
			h.edit("alike.py", ", verify=False)", ")")
			h.write("alike.py", strings.TrimSuffix(h.read("alike.py"), "(url)\n")+"(url, verify=False)\n")
		}, []string{"alike.py:16 TLS101"}},
		{"swap: Beta is deleted, Delta with the same body comes at the end", func(h *history) {
			h.cut("alike.py", "class Beta", "class Gamma")
			h.write("alike.py", h.read("alike.py")+"\n\nclass Delta:\n    def get(self, url):\n        return requests.get(url, verify=False)\n")
		}, []string{"alike.py:16 TLS101"}},
		{"swap: in one function, from one call to another", func(h *history) {
			h.write("one.py", "import requests\n\n\ndef both(a, b):\n    requests.get(a, verify=False)\n    requests.get(b)\n")
			h.commit("one")
			h.write("one.py", "import requests\n\n\ndef both(a, b):\n    requests.get(a)\n    requests.get(b, verify=False)\n")
		}, []string{"one.py:6 TLS101"}},
		{"a script of top-level calls", func(h *history) {
			h.write("script.py", "import requests\n\nrequests.get(\"https://a.example.com\", verify=False)\nrequests.get(\"https://b.example.com\", verify=False)\n")
		}, []string{"script.py:3 TLS101", "script.py:4 TLS101"}},
		{"swap: its first call goes, another comes at the end", func(h *history) {
			h.write("script.py", "import requests\n\nrequests.get(\"https://b.example.com\", verify=False)\nrequests.get(\"https://c.example.com\", verify=False)\n")
		}, []string{"script.py:4 TLS101"}},
		{"the script gets a main function", func(h *history) {
			h.write("script.py", "import requests\n\n\ndef main():\n    requests.get(\"https://b.example.com\", verify=False)\n    requests.get(\"https://c.example.com\", verify=False)\n\n\nmain()\n")
		}, nil},
		{"a parameter that is safe by default", func(h *history) {
			h.write("option.py", "import requests\n\n\ndef call(url, verify=True):\n    return requests.get(url, verify=verify)\n")
		}, nil},
		{"the default is flipped", func(h *history) { h.edit("option.py", "verify=True", "verify=False") }, []string{"option.py:5 TLS101"}},
		{"a setting in another file, verifying", func(h *history) {
			h.write("app/__init__.py", "")
			h.write("app/settings.py", "VERIFY = True\n")
			h.write("app/client.py", "import requests\n\nfrom .settings import VERIFY\n\n\ndef call(url):\n    return requests.get(url, verify=VERIFY)\n")
		}, nil},
		{"the setting is switched off, in the other file", func(h *history) { h.edit("app/settings.py", "True", "False") }, []string{"app/client.py:7 TLS101"}},
		{"an unrelated line beside the setting", func(h *history) { h.edit("app/settings.py", "VERIFY", "NAME = \"app\"\nVERIFY") }, nil},
		{"the file with the setting is renamed", func(h *history) {
			h.git("mv", "app/settings.py", "app/conf.py")
			h.edit("app/client.py", ".settings", ".conf")
		}, nil},
		{"a branch adds a finding and is merged", func(h *history) {
			h.git("checkout", "-q", "-b", "topic")
			h.write("topic.py", "import ssl\n\ncontext = ssl._create_unverified_context()\n")
			h.commit("topic")
			h.git("checkout", "-q", "main")
			h.write("README.md", "Payments.\n")
			h.commit("readme")
			h.git("merge", "-q", "--no-ff", "--no-commit", "topic")
		}, []string{"topic.py:3 TLS101"}},
		{"the file is deleted", func(h *history) { h.remove("topic.py") }, nil},
		{"the file is there again", func(h *history) { h.git("checkout", "-q", "HEAD~1", "--", "topic.py") }, []string{"topic.py:3 TLS101"}},
		{"the class moves to another file", func(h *history) {
			h.write("moved.py", "import requests\n\n\n"+strings.TrimSpace(h.cut("alike.py", "class Gamma", "class Delta"))+"\n")
		}, nil},
		{"a class is copied to another file", func(h *history) { h.write("copied.py", h.read("moved.py")) }, []string{"copied.py:6 TLS101"}},
	}
}

func TestHistoryInPython(t *testing.T) {
	if !treesitter.Available() {
		t.Skip("this build has no grammar")
	}
	page, err := filepath.Abs("../../docs/new-findings.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := play(t, pythonSteps())
	document(t, page, "history in Python", rows)
}
