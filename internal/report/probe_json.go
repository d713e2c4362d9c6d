package report

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"time"

	"github.com/tlslint/tlslint/probe"
)

// probeSchemaVersion changes when a reader of the old form would go wrong; fields
// that are added do not change it. docs/probe.md describes the form.
const probeSchemaVersion = "1"

type jsonProbes struct {
	SchemaVersion string      `json:"schema_version"`
	Tool          jsonTool    `json:"tool"`
	ExitCode      int         `json:"exit_code"`
	Hosts         []jsonProbe `json:"hosts"`
}

type jsonProbe struct {
	Host       string  `json:"host"`
	Port       int     `json:"port"`
	ServerName string  `json:"server_name"`
	STARTTLS   string  `json:"starttls"`
	Time       string  `json:"time"`
	TookMS     int64   `json:"took_ms"`
	Resolver   string  `json:"resolver"`
	Proxy      string  `json:"proxy"`
	Store      string  `json:"store"`
	Outcome    Outcome `json:"outcome"`
	jsonDiagnosis
	Chain       []jsonCertificate `json:"chain"`
	Complete    []jsonCertificate `json:"complete_path"`
	Stores      []jsonStore       `json:"stores"`
	Environment []jsonVariable    `json:"environment"`
	Attempts    []jsonAttempt     `json:"attempts"`
	Fetches     []jsonFetch       `json:"fetches"`
	Bundle      string            `json:"bundle"`
}

// jsonDiagnosis is what probe and "inspect --verify" have in common.
type jsonDiagnosis struct {
	Verdict     probe.Class            `json:"verdict"`
	Liability   probe.Liability        `json:"liability"`
	Code        int                    `json:"openssl_code"`
	Text        string                 `json:"openssl_text"`
	Depth       int                    `json:"depth"`
	SClientCode int                    `json:"s_client_code"`
	SClientText string                 `json:"s_client_text"`
	Findings    []jsonProbeFinding     `json:"findings"`
	Clients     map[string]jsonVerdict `json:"clients"`
	Path        []jsonCertificate      `json:"path"`
	Trusted     bool                   `json:"trusted"`
}

type jsonProbeFinding struct {
	Class     probe.Class     `json:"class"`
	Weight    string          `json:"weight"`
	Depth     int             `json:"depth"`
	Subject   string          `json:"subject"`
	Code      int             `json:"openssl_code"`
	Text      string          `json:"openssl_text"`
	Liability probe.Liability `json:"liability"`
	Message   string          `json:"message"`
	Proof     string          `json:"proof"`
	Action    string          `json:"action"`
	Meanwhile string          `json:"meanwhile"`
}

type jsonVerdict struct {
	OK   bool   `json:"ok"`
	Says string `json:"says"`
}

type jsonCertificate struct {
	Subject   string   `json:"subject"`
	Issuer    string   `json:"issuer"`
	Serial    string   `json:"serial"`
	Names     []string `json:"names"`
	NotBefore string   `json:"not_before"`
	NotAfter  string   `json:"not_after"`
	DaysLeft  int64    `json:"days_left"`
	Key       string   `json:"key"`
	Signature string   `json:"signature"`
	CA        bool     `json:"ca"`
	SHA256    string   `json:"sha256"`
	From      string   `json:"from"`
	Broken    string   `json:"broken"`
}

type jsonStore struct {
	Store string `json:"store"`
	Path  string `json:"path"`
	Roots int    `json:"roots"`
	OK    bool   `json:"ok"`
	Code  int    `json:"openssl_code"`
	Text  string `json:"openssl_text"`
}

type jsonVariable struct {
	Name    string   `json:"name"`
	Value   string   `json:"value"`
	Effect  string   `json:"effect"`
	Fault   string   `json:"fault"`
	Clients []string `json:"clients"`
}

type jsonAttempt struct {
	Address     string      `json:"address"`
	SNI         string      `json:"sni"`
	Why         string      `json:"why"`
	Stage       string      `json:"stage"`
	Fault       probe.Class `json:"fault"`
	Error       string      `json:"error"`
	Alert       int         `json:"alert"`
	MaxVersion  string      `json:"max_version"`
	Version     string      `json:"version"`
	Cipher      string      `json:"cipher"`
	ALPN        string      `json:"alpn"`
	Chain       []string    `json:"chain_sha256"`
	Raw         bool        `json:"raw"`
	Stapled     bool        `json:"stapled"`
	SCTs        int         `json:"scts"`
	Wants       bool        `json:"wants_client_certificate"`
	Demanded    bool        `json:"demanded_client_certificate"`
	AcceptedCAs []string    `json:"accepted_cas"`
	First       string      `json:"first_bytes"`
	TookMS      int64       `json:"took_ms"`
}

type jsonFetch struct {
	For   string   `json:"for_sha256"`
	URL   string   `json:"url"`
	Form  string   `json:"form"`
	Found []string `json:"found_sha256"`
	Error string   `json:"error"`
}

// writeProbeJSON writes one object with everything that is known.
func writeProbeJSON(b *bytes.Buffer, p *Probes, _ Options) error {
	out := jsonProbes{
		SchemaVersion: probeSchemaVersion, Tool: jsonTool{p.Tool.Name, p.Tool.Version, p.Tool.InfoURI},
		ExitCode: p.ExitCode, Hosts: []jsonProbe{},
	}
	for _, h := range p.Hosts {
		out.Hosts = append(out.Hosts, newJSONProbe(h))
	}
	return encodeJSON(b, out)
}

func newJSONProbe(h Probed) jsonProbe {
	r := h.Result
	out := jsonProbe{
		Host: r.Host, Port: r.Port, ServerName: r.ServerName, STARTTLS: r.STARTTLS,
		Time: stamp(r.Time), TookMS: r.Took.Milliseconds(), Resolver: r.Resolver, Proxy: r.Proxy, Store: r.Store,
		Outcome: ProbeOutcome(r), jsonDiagnosis: newJSONDiagnosis(&r.Diagnosis, r.Time),
		Chain:    newJSONCertificates(describeAll(sentChain(r), "server"), r.Time),
		Complete: newJSONCertificates(h.Complete, r.Time),
		Stores:   []jsonStore{}, Environment: []jsonVariable{}, Attempts: []jsonAttempt{}, Fetches: []jsonFetch{},
		Bundle: h.Bundle,
	}
	for _, s := range r.Stores {
		out.Stores = append(out.Stores, jsonStore(s))
	}
	for _, v := range r.Environment {
		out.Environment = append(out.Environment, jsonVariable{v.Name, v.Value, v.Effect, v.Fault, list(v.Clients)})
	}
	for _, a := range r.Attempts {
		out.Attempts = append(out.Attempts, newJSONAttempt(a))
	}
	for _, f := range r.Fetches {
		out.Fetches = append(out.Fetches, jsonFetch{
			For: hex.EncodeToString(f.For[:]), URL: f.URL, Form: f.Form, Found: hashes(f.DER), Error: f.Err,
		})
	}
	return out
}

func newJSONAttempt(a probe.Attempt) jsonAttempt {
	out := jsonAttempt{
		SNI: a.SNI, Why: a.Why, Stage: a.Stage, Fault: a.Fault, Error: a.Err, Alert: a.Alert,
		MaxVersion: versionName(a.MaxVersion), Version: versionName(a.Version), Cipher: a.Cipher, ALPN: a.ALPN,
		Chain: hashes(a.Chain), Raw: a.Raw, Stapled: len(a.Staple) > 0, SCTs: len(a.SCTs),
		Wants: a.WantsClientCertificate, Demanded: a.Demanded, AcceptedCAs: list(a.AcceptedCAs),
		First: a.First, TookMS: a.Took.Milliseconds(),
	}
	if a.Address.IsValid() {
		out.Address = a.Address.String()
	}
	return out
}

func newJSONDiagnosis(d *probe.Diagnosis, now time.Time) jsonDiagnosis {
	out := jsonDiagnosis{
		Verdict: d.Verdict(), Liability: probe.Nobody,
		Code: d.Code, Text: d.Text, Depth: d.Depth, SClientCode: d.SClientCode, SClientText: d.SClientText,
		Findings: []jsonProbeFinding{}, Clients: map[string]jsonVerdict{},
		Path: newJSONCertificates(d.Path, now), Trusted: d.Trusted,
	}
	if out.Verdict != probe.OK {
		out.Liability = d.Findings[0].Liability
	}
	for _, f := range d.Findings {
		out.Findings = append(out.Findings, jsonProbeFinding{
			Class: f.Class, Weight: f.Weight.String(), Depth: f.Depth, Subject: f.Subject, Code: f.Code, Text: f.Text,
			Liability: f.Liability, Message: f.Message, Proof: f.Proof, Action: f.Action, Meanwhile: f.Meanwhile,
		})
	}
	for c, v := range d.Clients {
		out.Clients[string(c)] = jsonVerdict(v)
	}
	return out
}

func newJSONCertificates(certs []probe.Certificate, now time.Time) []jsonCertificate {
	out := []jsonCertificate{}
	for _, c := range certs {
		out = append(out, jsonCertificate{
			Subject: c.Subject, Issuer: c.Issuer, Serial: c.Serial, Names: list(c.Names),
			NotBefore: stamp(c.NotBefore), NotAfter: stamp(c.NotAfter), DaysLeft: daysLeft(c, now),
			Key: c.Key, Signature: c.Signature, CA: c.CA, SHA256: c.SHA256, From: c.From, Broken: c.Broken,
		})
	}
	return out
}

// hashes are the SHA-256 of certificates, in hexadecimal.
func hashes(chain [][]byte) []string {
	out := []string{}
	for _, der := range chain {
		sum := sha256.Sum256(der)
		out = append(out, hex.EncodeToString(sum[:]))
	}
	return out
}

// versionName is a TLS version in words, "" for 0.
func versionName(v uint16) string {
	if v == 0 {
		return ""
	}
	return tls.VersionName(v)
}
