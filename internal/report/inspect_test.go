package report

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/tlslint/tlslint/probe"
)

// inspections are a file that was listed, one that verifies and one that does not.
func inspections() map[string]*Inspection {
	list := &Inspection{
		Tool: Tool{Name: "tlslint", Version: "1.2.3"}, File: "full\x1bchain.pem", Time: probedAt,
		Certificates: []probe.Certificate{testCertificate(0, "the file"), testCertificate(1, "the file")},
		Skipped:      []string{"line 3: a private key (EC PRIVATE KEY), not read"},
	}
	good, bad := *list, *list
	good.Store, good.Name, good.Diagnosis = "system", "pay.corp.example", &verified().Diagnosis
	bad.Store, bad.ExitCode, bad.Diagnosis = "roots.pem", 1, &private().Diagnosis
	return map[string]*Inspection{"list": list, "verified": &good, "failed": &bad}
}

func TestInspectionGoldenFiles(t *testing.T) {
	for name, in := range inspections() {
		for _, format := range []string{"text", "json"} {
			var b bytes.Buffer
			if err := WriteInspection(&b, format, in, Options{Width: 80}); err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(b.String(), "\x1b\r\u202e") {
				t.Errorf("%s as %s is not inert", name, format)
			}
			t.Run(name+" "+format, func(t *testing.T) { compareGolden(t, "inspect_"+name+"_"+format, b.String()) })
		}
	}
}

func TestInspectionFollowsItsSchema(t *testing.T) {
	text, err := os.ReadFile("schema/inspect.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	schema := compileSchema(t, "inspect.schema.json", text)
	for _, in := range inspections() {
		var b bytes.Buffer
		if err := WriteInspection(&b, "json", in, Options{}); err != nil {
			t.Fatal(err)
		}
		validate(t, schema, b.String())
	}
}

func TestInspectionFormats(t *testing.T) {
	in := inspections()["list"]
	if err := WriteInspection(&bytes.Buffer{}, "markdown", in, Options{}); err == nil {
		t.Error("a format that does not exist is written")
	}
	if err := WriteInspection(brokenWriter{}, "json", in, Options{}); err == nil {
		t.Error("the error of the writer is lost")
	}
}
