package report

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func compileSchema(t testing.TB, url string, text []byte) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(url, doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(url)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validate(t testing.TB, schema *jsonschema.Schema, text string) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Error(err)
	}
}

func jsonSchema(t testing.TB) *jsonschema.Schema {
	text, err := os.ReadFile("schema/tlslint.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return compileSchema(t, "tlslint.schema.json", text)
}

func TestJSONFollowsItsSchema(t *testing.T) {
	schema := jsonSchema(t)
	for name, r := range map[string]*Result{"sample": sample(t), "empty": {}} {
		t.Run(name, func(t *testing.T) { validate(t, schema, render(t, "json", r, Options{})) })
	}
}

// A schema that takes anything would pass the test above.
func TestJSONSchemaRefuses(t *testing.T) {
	schema := jsonSchema(t)
	good := render(t, "json", sample(t), Options{})
	for _, change := range [][2]string{
		{`"schema_version": "1"`, `"schema_version": "2"`},
		{`"severity": "high"`, `"severity": "grave"`},
		{`"rule": "TLS101"`, `"rule": "101"`},
		{`"exposure": "always"`, `"exposure": "sometimes"`},
		{`"class": "safe"`, `"class": "display"`},
		{`"because": []`, `"because": null`},
		{`"fixable": `, `"mendable": `},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
		if err != nil || bad == good {
			t.Fatalf("%q: %v", change, err)
		}
		if schema.Validate(doc) == nil {
			t.Errorf("the schema accepts %s", change[1])
		}
	}
}

func TestJSONHasAllFindings(t *testing.T) {
	r := sample(t)
	var got jsonReport
	if err := json.Unmarshal([]byte(render(t, "json", r, Options{})), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Findings) != len(r.Findings) {
		t.Fatalf("%d findings, want %d", len(got.Findings), len(r.Findings))
	}
	want := jsonSummary{
		Findings: 5, BySeverity: jsonSeverities{High: 4, Medium: 1}, Hidden: 1, Suppressed: 1,
		Fixable: 3, Files: 120, Skipped: 2, Incomplete: 1, ExitCode: 1,
	}
	if got.Summary != want {
		t.Errorf("summary %+v, want %+v", got.Summary, want)
	}
	for i, f := range r.Findings {
		if (got.Findings[i].Suppressed != nil) != (f.Suppressed != nil) || got.Findings[i].Shown != r.shown(f) {
			t.Errorf("finding %d: suppressed or shown is wrong", i)
		}
	}
}

// The edits of the JSON applied to the file give the fixed file.
func TestJSONEditsCountBytes(t *testing.T) {
	r := sample(t)
	var got jsonReport
	if err := json.Unmarshal([]byte(render(t, "json", r, Options{})), &got); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(got.Findings, func(f jsonFinding) bool { return f.Pattern == "py-requests" })
	e := got.Findings[i].Fixes[0].Edits[0]
	src := string(r.Source(e.Path))
	want := strings.Replace(pySource, ", verify=False", "", 1)
	if fixed := src[:e.Start] + e.NewText + src[e.End:]; fixed != want {
		t.Errorf("got %q", fixed)
	}
}

func TestJSONKeepsHostileTextButEscapesIt(t *testing.T) {
	r, path := hostile(t)
	text := render(t, "json", r, Options{})
	var got jsonReport
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.Findings[0].Path != path {
		t.Errorf("path %q, want %q", got.Findings[0].Path, path)
	}
	if want := strings.ToValidUTF8(r.Findings[0].Message, "\ufffd"); got.Findings[0].Message != want {
		t.Errorf("message %q, want %q", got.Findings[0].Message, want)
	}
	for _, escaped := range []string{`\u001b`, `\u202e`, `\u009b`, `\u200b`, `\udb40\udc41`} {
		if !strings.Contains(text, escaped) {
			t.Errorf("no %s", escaped)
		}
	}
}

// docs/json.md names every field.
func TestJSONFieldsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	schema, err := os.ReadFile("schema/tlslint.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	keys := regexp.MustCompile(`"([a-z_]+)":`).FindAllStringSubmatch(render(t, "json", sample(t), Options{}), -1)
	if len(keys) == 0 {
		t.Fatal("no fields")
	}
	seen := map[string]bool{}
	for _, k := range keys {
		if seen[k[1]] {
			continue
		}
		seen[k[1]] = true
		if !strings.Contains(string(doc), "`"+k[1]) {
			t.Errorf("docs/json.md does not name %s", k[1])
		}
		if !strings.Contains(string(schema), `"`+k[1]+`": `) {
			t.Errorf("the schema does not name %s", k[1])
		}
	}
}

func FuzzEncodeJSON(f *testing.F) {
	f.Add("\u202e\x7f\u0085\U000e0041<&>\u2028 ä")
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		if err := encodeJSON(&b, s); err != nil {
			t.Fatal(err)
		}
		if i := strings.IndexFunc(b.String(), dangerous); i >= 0 {
			t.Errorf("%q has %q", s, b.String()[i:])
		}
		var back string
		if err := json.Unmarshal(b.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		if want := string([]rune(s)); back != want {
			t.Errorf("%q came back as %q", s, back)
		}
	})
}
