package report

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/tlslint/tlslint/probe"
)

// Inspection is what "tlslint inspect" found in one file.
type Inspection struct {
	Tool     Tool
	ExitCode int
	File     string
	Store    string // "" when nothing was verified
	Name     string // the name that was asked for
	Time     time.Time
	// Certificates are those of the file in its order; Skipped names everything else.
	Certificates []probe.Certificate
	Skipped      []string
	// Diagnosis is nil when nothing was to be verified.
	Diagnosis *probe.Diagnosis
}

type jsonInspection struct {
	SchemaVersion string   `json:"schema_version"`
	Tool          jsonTool `json:"tool"`
	ExitCode      int      `json:"exit_code"`
	File          string   `json:"file"`
	Store         string   `json:"store"`
	Name          string   `json:"name"`
	Time          string   `json:"time"`
	*jsonDiagnosis
	Certificates []jsonCertificate `json:"certificates"`
	Skipped      []string          `json:"skipped"`
}

// WriteInspection writes an inspection as "text" or "json".
func WriteInspection(w io.Writer, format string, in *Inspection, o Options) error {
	var b bytes.Buffer
	switch format {
	case "text":
		writeInspectionText(&b, in, o)
	case "json":
		out := jsonInspection{
			SchemaVersion: probeSchemaVersion, Tool: jsonTool{in.Tool.Name, in.Tool.Version, in.Tool.InfoURI}, ExitCode: in.ExitCode,
			File: in.File, Store: in.Store, Name: in.Name, Time: stamp(in.Time),
			Certificates: newJSONCertificates(in.Certificates, in.Time), Skipped: list(in.Skipped),
		}
		if in.Diagnosis != nil {
			d := newJSONDiagnosis(in.Diagnosis, in.Time)
			out.jsonDiagnosis = &d
		}
		if err := encodeJSON(&b, out); err != nil {
			return fmt.Errorf("writing %s: %w", format, err)
		}
	default:
		return fmt.Errorf("unknown format %q: want json, text", format)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing %s: %w", format, err)
	}
	return nil
}

func writeInspectionText(b *bytes.Buffer, in *Inspection, o Options) {
	t := newProbeText(b, o)
	d := in.Diagnosis
	if d == nil {
		fmt.Fprintf(b, "%s: %s\n", visible(in.File, ""), plural(len(in.Certificates), "certificate"))
		t.skipped(in.Skipped)
		t.table(in.Certificates, nil, in.Time, nil)
		return
	}
	outcome := Verified
	if d.Failed() {
		outcome = Failed
	}
	t.verdict(d, outcome, in.File, in.Store, in.Time)
	asked := in.Time.UTC().Format("2006-01-02 15:04 MST")
	if in.Name != "" {
		asked += ", for " + in.Name
	}
	t.paragraph("judged at", asked+", by the store "+in.Store)
	t.skipped(in.Skipped)
	path := d.Path
	if len(path) == 0 {
		path = in.Certificates
	}
	t.table(path, besides(in.Certificates, path), in.Time, d.Findings)
	t.actions(d)
	t.clients(d)
	t.paragraph("numbers", numbers(d))
}

func (t probeText) skipped(list []string) {
	for _, s := range list {
		t.paragraph("skipped", s)
	}
}
