package report

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tlslint/tlslint/finding"
)

// SARIF 2.1.0 (OASIS Standard, 27 March 2020, with errata 01), as much of it as
// GitHub's code scanning and other viewers read. Optional numbers are left out
// instead of being written as -1, and empty arrays are left out too.
const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	sourceRoot   = "%SRCROOT%"
	// GitHub refuses a run with more results than this.
	sarifMaxResults = 25000
	// GitHub cuts descriptions after this many characters.
	sarifMaxDescription = 1024
	// A longer snippet is left out: the lines are in the file anyway, and one
	// region may be a whole minified file.
	sarifMaxSnippet = 4096
	cweName         = "CWE"
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool               sarifTool                        `json:"tool"`
	Invocations        []sarifInvocation                `json:"invocations"`
	AutomationDetails  sarifAutomation                  `json:"automationDetails"`
	OriginalURIBaseIDs map[string]sarifArtifactLocation `json:"originalUriBaseIds"`
	ColumnKind         string                           `json:"columnKind"`
	Taxonomies         []sarifComponent                 `json:"taxonomies,omitempty"`
	Results            []sarifResult                    `json:"results"`
}

type sarifTool struct {
	Driver sarifComponent `json:"driver"`
}

type sarifComponent struct {
	Name                string                  `json:"name"`
	Organization        string                  `json:"organization,omitempty"`
	Version             string                  `json:"version,omitempty"`
	SemanticVersion     string                  `json:"semanticVersion,omitempty"`
	InformationURI      string                  `json:"informationUri,omitempty"`
	ShortDescription    *sarifText              `json:"shortDescription,omitempty"`
	IsComprehensive     *bool                   `json:"isComprehensive,omitempty"`
	Rules               []sarifRule             `json:"rules,omitempty"`
	Notifications       []sarifRule             `json:"notifications,omitempty"`
	Taxa                []sarifRule             `json:"taxa,omitempty"`
	SupportedTaxonomies []sarifComponentPointer `json:"supportedTaxonomies,omitempty"`
}

type sarifComponentPointer struct {
	Name  string `json:"name"`
	Index int    `json:"index"`
}

// sarifRule is SARIF's reportingDescriptor: a rule, a kind of notification or a
// class of a taxonomy.
type sarifRule struct {
	ID                   string               `json:"id"`
	Name                 string               `json:"name,omitempty"`
	ShortDescription     *sarifText           `json:"shortDescription,omitempty"`
	FullDescription      *sarifText           `json:"fullDescription,omitempty"`
	Help                 *sarifText           `json:"help,omitempty"`
	HelpURI              string               `json:"helpUri,omitempty"`
	DefaultConfiguration *sarifConfiguration  `json:"defaultConfiguration,omitempty"`
	Relationships        []sarifRelationship  `json:"relationships,omitempty"`
	Properties           *sarifRuleProperties `json:"properties,omitempty"`
}

type sarifConfiguration struct {
	Level string `json:"level"`
}

type sarifRelationship struct {
	Target sarifDescriptorPointer `json:"target"`
	Kinds  []string               `json:"kinds"`
}

type sarifDescriptorPointer struct {
	ID            string                 `json:"id"`
	Index         int                    `json:"index"`
	ToolComponent *sarifComponentPointer `json:"toolComponent,omitempty"`
}

type sarifRuleProperties struct {
	Tags             []string `json:"tags"`
	Precision        string   `json:"precision"`
	ProblemSeverity  string   `json:"problem.severity"`
	SecuritySeverity string   `json:"security-severity"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifInvocation struct {
	Arguments           []string            `json:"arguments,omitempty"`
	StartTimeUTC        string              `json:"startTimeUtc,omitempty"`
	ExitCode            int                 `json:"exitCode"`
	ExecutionSuccessful bool                `json:"executionSuccessful"`
	Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
}

type sarifNotification struct {
	Descriptor sarifDescriptorPointer `json:"descriptor"`
	Level      string                 `json:"level"`
	Message    sarifText              `json:"message"`
	Locations  []sarifLocation        `json:"locations,omitempty"`
}

type sarifAutomation struct {
	ID string `json:"id"`
}

type sarifResult struct {
	RuleID              string                `json:"ruleId"`
	RuleIndex           int                   `json:"ruleIndex"`
	Level               string                `json:"level"`
	BaselineState       string                `json:"baselineState,omitempty"`
	Message             sarifText             `json:"message"`
	Locations           []sarifLocation       `json:"locations"`
	RelatedLocations    []sarifLocation       `json:"relatedLocations,omitempty"`
	CodeFlows           []sarifCodeFlow       `json:"codeFlows,omitempty"`
	PartialFingerprints map[string]string     `json:"partialFingerprints,omitempty"`
	Suppressions        []sarifSuppression    `json:"suppressions,omitempty"`
	Fixes               []sarifFix            `json:"fixes,omitempty"`
	Properties          sarifResultProperties `json:"properties"`
}

type sarifCodeFlow struct {
	ThreadFlows []sarifThreadFlow `json:"threadFlows"`
}

type sarifThreadFlow struct {
	Locations []sarifFlowLocation `json:"locations"`
}

type sarifFlowLocation struct {
	Location sarifLocation `json:"location"`
}

type sarifResultProperties struct {
	Pattern      string   `json:"pattern"`
	Library      string   `json:"library,omitempty"`
	Exposure     string   `json:"exposure"`
	Options      []string `json:"options,omitempty"`
	Confidence   string   `json:"confidence"`
	Severity     string   `json:"severity"`
	BaseSeverity string   `json:"baseSeverity"`
	Because      []string `json:"because,omitempty"`
	Hosts        []string `json:"hosts,omitempty"`
}

type sarifLocation struct {
	ID               *int                  `json:"id,omitempty"`
	PhysicalLocation sarifPhysicalLocation `json:"physicalLocation"`
	LogicalLocations []sarifLogical        `json:"logicalLocations,omitempty"`
	Message          *sarifText            `json:"message,omitempty"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
}

type sarifPhysicalLocation struct {
	ArtifactLocation sarifArtifactLocation `json:"artifactLocation"`
	Region           *sarifRegion          `json:"region,omitempty"`
}

type sarifArtifactLocation struct {
	URI         string     `json:"uri,omitempty"`
	URIBaseID   string     `json:"uriBaseId,omitempty"`
	Description *sarifText `json:"description,omitempty"`
}

type sarifRegion struct {
	StartLine   int        `json:"startLine,omitempty"`
	StartColumn int        `json:"startColumn,omitempty"`
	EndLine     int        `json:"endLine,omitempty"`
	EndColumn   int        `json:"endColumn,omitempty"`
	ByteOffset  *int       `json:"byteOffset,omitempty"`
	ByteLength  *int       `json:"byteLength,omitempty"`
	Snippet     *sarifText `json:"snippet,omitempty"`
}

type sarifSuppression struct {
	Kind          string                     `json:"kind"`
	Status        string                     `json:"status"`
	Justification string                     `json:"justification,omitempty"`
	Location      *sarifLocation             `json:"location,omitempty"`
	Properties    sarifSuppressionProperties `json:"properties"`
}

type sarifSuppressionProperties struct {
	Kind  string `json:"kind"`
	Until string `json:"until,omitempty"`
	Owner string `json:"owner,omitempty"`
}

type sarifFix struct {
	Description     sarifText          `json:"description"`
	ArtifactChanges []sarifChange      `json:"artifactChanges"`
	Properties      sarifFixProperties `json:"properties"`
}

type sarifFixProperties struct {
	Class string `json:"class"`
	Style string `json:"style,omitempty"`
}

type sarifChange struct {
	ArtifactLocation sarifArtifactLocation `json:"artifactLocation"`
	Replacements     []sarifReplacement    `json:"replacements"`
}

type sarifReplacement struct {
	DeletedRegion   sarifRegion `json:"deletedRegion"`
	InsertedContent *sarifText  `json:"insertedContent,omitempty"`
}

// Kinds of notifications, in the order in which the driver lists them.
const (
	noteSkipped = iota
	noteLimit
)

var sarifNotes = []sarifRule{
	noteSkipped: {ID: "file-skipped", ShortDescription: &sarifText{Text: "A file was not checked."}},
	noteLimit:   {ID: "result-limit", ShortDescription: &sarifText{Text: "There were more results than one run may hold."}},
}

// writeSARIF writes one run with what is shown and what is suppressed. Compared
// with a base, what is not new is left out unless somebody wants to know more:
// viewers show all that they are given.
func writeSARIF(b *bytes.Buffer, r *Result, o Options) error {
	findings, left := r.sarifFindings(sarifMaxResults, o.Verbose > 0)
	rules, taxonomies := r.sarifRules(findings)
	w := sarifWriter{src: r.sources(), index: map[string]int{}}
	for i, rule := range rules {
		w.index[rule.ID] = i
	}
	run := sarifRun{
		Tool: sarifTool{Driver: sarifComponent{
			Name: r.Tool.Name, Version: r.Tool.Version, InformationURI: r.Tool.InfoURI, Rules: rules,
		}},
		Invocations:       []sarifInvocation{r.sarifInvocation(left)},
		AutomationDetails: sarifAutomation{ID: automationID(r)},
		OriginalURIBaseIDs: map[string]sarifArtifactLocation{
			sourceRoot: {Description: &sarifText{Text: "The root of the scanned tree."}},
		},
		ColumnKind: "utf16CodeUnits",
		Taxonomies: taxonomies,
		Results:    []sarifResult{},
	}
	driver := &run.Tool.Driver
	if semanticVersion.MatchString(r.Tool.Version) {
		driver.SemanticVersion = strings.TrimPrefix(r.Tool.Version, "v")
	}
	if len(run.Invocations[0].Notifications) > 0 {
		driver.Notifications = sarifNotes
	}
	for i, t := range taxonomies {
		driver.SupportedTaxonomies = append(driver.SupportedTaxonomies, sarifComponentPointer{t.Name, i})
	}
	for _, f := range findings {
		result := w.result(f)
		result.BaselineState = r.state(f)
		run.Results = append(run.Results, result)
	}
	return encodeJSON(b, sarifLog{Schema: sarifSchema, Version: sarifVersion, Runs: []sarifRun{run}})
}

var semanticVersion = regexp.MustCompile(`^v?\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$`)

// automationID names the run. GitHub takes all up to the last slash as the category.
func automationID(r *Result) string {
	id := r.Tool.Name + "/"
	if category := strings.Trim(r.Category, "/"); category != "" {
		id += category + "/"
	}
	return id
}

// state is SARIF's word for whether a finding is new, "" without a base.
func (r *Result) state(f *finding.Finding) string {
	switch {
	case r.New == nil:
		return ""
	case r.New(f):
		return "new"
	}
	return "unchanged"
}

// sarifFindings returns what is reported, at most limit, and how many are left
// out. The most severe stay, and what is suppressed goes first. old adds what is
// not new.
func (r *Result) sarifFindings(limit int, old bool) (findings []*finding.Finding, left int) {
	for _, f := range r.Findings {
		if r.New != nil && !r.New(f) {
			if old && (f.Suppressed != nil || r.Visible(f)) {
				findings = append(findings, f)
			}
			continue
		}
		if f.Suppressed != nil || r.shown(f) {
			findings = append(findings, f)
		}
	}
	if len(findings) <= limit {
		return findings, 0
	}
	order := make([]int, len(findings))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		a, b := findings[i], findings[j]
		switch {
		case a.Suppressed == nil && b.Suppressed != nil:
			return -1
		case a.Suppressed != nil && b.Suppressed == nil:
			return 1
		}
		return cmp.Compare(b.Severity, a.Severity)
	})
	kept := order[:limit]
	slices.Sort(kept)
	out := make([]*finding.Finding, limit)
	for i, k := range kept {
		out[i] = findings[k]
	}
	return out, len(findings) - limit
}

// sarifInvocation says how the run went, with a notification for every file
// that was not checked and one when left results did not fit.
func (r *Result) sarifInvocation(left int) sarifInvocation {
	inv := sarifInvocation{
		ExitCode: r.ExitCode,
		// 1 and 3 are verdicts on the code; only 2 says that tlslint failed.
		ExecutionSuccessful: r.ExitCode != 2,
	}
	for _, arg := range r.Args {
		inv.Arguments = append(inv.Arguments, withoutRoot(arg, r.Root))
	}
	if !r.StartTime.IsZero() {
		inv.StartTimeUTC = r.StartTime.UTC().Format(time.RFC3339)
	}
	if left > 0 {
		inv.Notifications = append(inv.Notifications, sarifNotification{
			Descriptor: noteDescriptor(noteLimit), Level: "warning",
			Message: sarifText{Text: fmt.Sprintf(
				"%s left out: a run may hold %d. The most severe results are kept.", plural(left, "result"), sarifMaxResults)},
		})
	}
	for _, s := range r.Skipped {
		level := "note"
		if s.Incomplete {
			level = "warning"
		}
		inv.Notifications = append(inv.Notifications, sarifNotification{
			Descriptor: noteDescriptor(noteSkipped), Level: level,
			Message:   sarifText{Text: "not checked: " + s.Reason},
			Locations: []sarifLocation{{PhysicalLocation: sarifPhysicalLocation{ArtifactLocation: artifact(s.Path)}}},
		})
	}
	return inv
}

func noteDescriptor(kind int) sarifDescriptorPointer {
	return sarifDescriptorPointer{ID: sarifNotes[kind].ID, Index: kind}
}

// withoutRoot takes the root of the scan out of an argument: a report does not
// tell where on a machine the code lies.
func withoutRoot(arg, root string) string {
	root = strings.TrimRight(root, `/\`)
	if root == "" {
		return arg
	}
	before, path, found := strings.Cut(arg, root)
	if !found || path != "" && path[0] != '/' && path[0] != '\\' ||
		before != "" && !strings.HasSuffix(before, "=") {
		return arg
	}
	return before + "." + path
}

// sarifRules returns the rules that findings refer to, by id, and the weakness
// classes that those rules refer to.
func (r *Result) sarifRules(findings []*finding.Finding) (rules []sarifRule, taxonomies []sarifComponent) {
	used := map[string]bool{}
	for _, f := range findings {
		used[f.Rule] = true
	}
	known := r.ruleIndex()
	var classes []string
	for id := range used {
		if _, ok := known[id]; !ok {
			known[id] = Rule{ID: id}
		}
		classes = append(classes, cweNumbers(known[id].CWE)...)
	}
	slices.SortFunc(classes, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
	classes = slices.Compact(classes)
	for id := range used {
		rules = append(rules, newSARIFRule(known[id], classes))
	}
	slices.SortFunc(rules, func(a, b sarifRule) int { return cmp.Compare(a.ID, b.ID) })
	if len(classes) > 0 {
		taxonomies = append(taxonomies, cweTaxonomy(classes))
	}
	return rules, taxonomies
}

var cwePattern = regexp.MustCompile(`\b(?i:CWE-)?0*([1-9][0-9]{0,5})\b`)

// cweNumbers returns the numbers in "CWE-296, CWE-295".
func cweNumbers(text string) []string {
	var numbers []string
	for _, m := range cwePattern.FindAllStringSubmatch(text, -1) {
		numbers = append(numbers, m[1])
	}
	return numbers
}

func newSARIFRule(rule Rule, classes []string) sarifRule {
	level := rule.Severity.Level()
	problem := level
	if problem == "note" {
		problem = "recommendation"
	}
	short := cmp.Or(rule.Short, rule.Title, rule.Name, rule.ID)
	full := cmp.Or(rule.Full, rule.Why, short)
	out := sarifRule{
		ID: rule.ID, Name: cmp.Or(rule.Name, rule.ID),
		ShortDescription:     &sarifText{Text: cut(short, sarifMaxDescription)},
		FullDescription:      &sarifText{Text: cut(full, sarifMaxDescription)},
		Help:                 &sarifText{Text: full, Markdown: cmp.Or(rule.Markdown, full)},
		HelpURI:              rule.HelpURI,
		DefaultConfiguration: &sarifConfiguration{Level: level},
		Properties: &sarifRuleProperties{
			Tags: []string{"security"}, Precision: "high",
			ProblemSeverity: problem, SecuritySeverity: rule.Severity.SecurityScore(),
		},
	}
	for _, number := range cweNumbers(rule.CWE) {
		// Three digits at least, as GitHub writes these tags.
		out.Properties.Tags = append(out.Properties.Tags, "external/cwe/cwe-"+strings.Repeat("0", max(0, 3-len(number)))+number)
		out.Relationships = append(out.Relationships, sarifRelationship{
			Target: sarifDescriptorPointer{
				ID: number, Index: slices.Index(classes, number),
				ToolComponent: &sarifComponentPointer{Name: cweName},
			},
			Kinds: []string{"superset"},
		})
	}
	return out
}

// cut shortens text to at most limit characters.
func cut(text string, limit int) string {
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + ellipsis
}

// cweTitles has the names of the classes that rules about TLS refer to, after
// MITRE's list (https://cwe.mitre.org/data/index.html).
var cweTitles = map[string]string{
	"295":  "Improper Certificate Validation",
	"296":  "Improper Following of a Certificate's Chain of Trust",
	"297":  "Improper Validation of Certificate with Host Mismatch",
	"298":  "Improper Validation of Certificate Expiration",
	"299":  "Improper Check for Certificate Revocation",
	"312":  "Cleartext Storage of Sensitive Information",
	"319":  "Cleartext Transmission of Sensitive Information",
	"321":  "Use of Hard-coded Cryptographic Key",
	"326":  "Inadequate Encryption Strength",
	"327":  "Use of a Broken or Risky Cryptographic Algorithm",
	"540":  "Inclusion of Sensitive Information in Source Code",
	"757":  "Selection of Less-Secure Algorithm During Negotiation ('Algorithm Downgrade')",
	"778":  "Insufficient Logging",
	"798":  "Use of Hard-coded Credentials",
	"1188": "Initialization of a Resource with an Insecure Default",
}

func cweTaxonomy(classes []string) sarifComponent {
	complete := false
	out := sarifComponent{
		Name: cweName, Organization: "MITRE", InformationURI: "https://cwe.mitre.org/",
		ShortDescription: &sarifText{Text: "The MITRE Common Weakness Enumeration"},
		IsComprehensive:  &complete,
	}
	for _, number := range classes {
		taxon := sarifRule{ID: number, HelpURI: "https://cwe.mitre.org/data/definitions/" + number + ".html"}
		if title := cweTitles[number]; title != "" {
			taxon.ShortDescription = &sarifText{Text: title}
		}
		out.Taxa = append(out.Taxa, taxon)
	}
	return out
}

type sarifWriter struct {
	src   *sources
	index map[string]int // of rules, by id
}

func (w *sarifWriter) result(f *finding.Finding) sarifResult {
	at := w.src.locate(f.Path, f.Span)
	location := sarifLocation{PhysicalLocation: physical(f.Path, at)}
	if f.Symbol != "" {
		location.LogicalLocations = []sarifLogical{{FullyQualifiedName: f.Symbol}}
	}
	out := sarifResult{
		RuleID: f.Rule, RuleIndex: w.index[f.Rule], Level: f.Severity.Level(),
		Message:             sarifText{Text: f.Message},
		Locations:           []sarifLocation{location},
		PartialFingerprints: map[string]string{},
		Properties: sarifResultProperties{
			Pattern: f.Pattern, Library: f.Library, Exposure: string(f.Exposure), Options: f.Options,
			Confidence: f.Confidence.String(), Severity: f.Severity.String(), BaseSeverity: f.Base.String(),
			Because: f.Because,
		},
	}
	for _, h := range f.Hosts {
		out.Properties.Hosts = append(out.Properties.Hosts, hostPort(h))
	}
	if at.file != nil {
		if hash := at.file.lineHash(at.startLine); hash != "" {
			out.PartialFingerprints["primaryLocationLineHash"] = hash
		}
	}
	if f.Fingerprint != "" {
		out.PartialFingerprints["tlslint/v1"] = f.Fingerprint
	}
	for i, rel := range f.Related {
		id := i + 1
		out.RelatedLocations = append(out.RelatedLocations, sarifLocation{
			ID: &id, PhysicalLocation: physical(rel.Path, w.src.locate(rel.Path, rel.Span)),
			Message: &sarifText{Text: rel.Message},
		})
	}
	if f.Way {
		flow := sarifThreadFlow{Locations: []sarifFlowLocation{{out.Locations[0]}}}
		for _, step := range out.RelatedLocations {
			step.ID = nil
			flow.Locations = append(flow.Locations, sarifFlowLocation{step})
		}
		out.CodeFlows = []sarifCodeFlow{{[]sarifThreadFlow{flow}}}
	}
	for _, fix := range editFixes(f) {
		if s, ok := w.fix(fix); ok {
			out.Fixes = append(out.Fixes, s)
		}
	}
	if f.Suppressed != nil {
		out.Suppressions = []sarifSuppression{suppression(*f.Suppressed)}
	}
	return out
}

// fix returns a fix as changes to files, false when an edit does not fit its file.
func (w *sarifWriter) fix(fix finding.Fix) (sarifFix, bool) {
	out := sarifFix{
		Description: sarifText{Text: fix.Title},
		Properties:  sarifFixProperties{Class: string(fix.Class), Style: string(fix.Style)},
	}
	change := map[string]int{}
	for _, e := range fix.Edits {
		region, ok := w.deleted(e)
		if !ok {
			return sarifFix{}, false
		}
		i, ok := change[e.Path]
		if !ok {
			i = len(out.ArtifactChanges)
			change[e.Path] = i
			out.ArtifactChanges = append(out.ArtifactChanges, sarifChange{ArtifactLocation: artifact(e.Path)})
		}
		replacement := sarifReplacement{DeletedRegion: region}
		if e.New != "" {
			replacement.InsertedContent = &sarifText{Text: e.New}
		}
		out.ArtifactChanges[i].Replacements = append(out.ArtifactChanges[i].Replacements, replacement)
	}
	return out, true
}

// deleted returns the region that an edit replaces. Where the file is not known,
// its bytes are all that can be said.
func (w *sarifWriter) deleted(e finding.Edit) (sarifRegion, bool) {
	if e.Start < 0 || e.End < e.Start {
		return sarifRegion{}, false
	}
	length := e.End - e.Start
	region := sarifRegion{ByteOffset: &e.Start, ByteLength: &length}
	file := w.src.file(e.Path)
	if file == nil {
		return region, true
	}
	if e.End > len(file.data) {
		return sarifRegion{}, false
	}
	at := file.place(e.Start, e.End)
	region.StartLine, region.StartColumn = at.startLine, at.startColumn
	region.EndLine, region.EndColumn = at.endLine, at.endColumn
	return region, true
}

func physical(path string, at place) sarifPhysicalLocation {
	region := &sarifRegion{
		StartLine: at.startLine, StartColumn: at.startColumn,
		EndLine: at.endLine, EndColumn: at.endColumn,
	}
	if at.file != nil {
		length := at.end - at.start
		region.ByteOffset, region.ByteLength = &at.start, &length
		if length > 0 && length <= sarifMaxSnippet {
			region.Snippet = &sarifText{Text: string(at.file.data[at.start:at.end])}
		}
	}
	return sarifPhysicalLocation{ArtifactLocation: artifact(path), Region: region}
}

// artifact names a file relative to the root of the scan.
func artifact(path string) sarifArtifactLocation {
	return sarifArtifactLocation{URI: relativeURI(path), URIBaseID: sourceRoot}
}

// relativeURI percent-encodes a slash path. A colon is encoded too: in a first
// segment it would end a scheme.
func relativeURI(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = strings.ReplaceAll(url.PathEscape(s), ":", "%3A")
	}
	return strings.Join(segments, "/")
}

func suppression(s finding.Suppression) sarifSuppression {
	out := sarifSuppression{
		Kind: "inSource", Status: "accepted", Justification: s.Reason,
		Properties: sarifSuppressionProperties{Kind: s.Kind, Until: s.Until, Owner: s.Owner},
	}
	switch s.Kind {
	case "inline", "file", "foreign":
	default:
		out.Kind = "external"
	}
	if s.Path != "" {
		out.Location = &sarifLocation{PhysicalLocation: sarifPhysicalLocation{ArtifactLocation: artifact(s.Path)}}
		if s.Line > 0 {
			out.Location.PhysicalLocation.Region = &sarifRegion{StartLine: s.Line}
		}
	}
	return out
}
