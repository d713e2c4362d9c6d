// Package config reads tlslint.toml.
//
// Bytes of a file, or KEY=VALUE of a flag, come in; a Config with every default
// filled in goes out, which remembers where each of its values came from. The
// struct is the only description of the file: decoding, validation, the JSON
// Schema and the printed configuration all walk it, so a new key is one field.
package config

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tlslint/tlslint"
)

// Config is a whole tlslint.toml. Struct tags say how a field is written and checked:
//
//	toml      its key
//	doc       one line about it, for the schema and for people
//	enum      the words it may hold, separated by |; a leading | allows the empty text
//	is        a check of validate.go: glob, host, date, rule, selector, env, file, text
//	key       the same, for the keys of a map
//	required  the key may not be empty
//	min, max  bounds of a number or a duration, inclusive
type Config struct {
	Extends      string       `toml:"extends" doc:"a tlslint.toml to start from; a path relative to this file, never a URL; this file wins key by key, lists replace"`
	Lint         Lint         `toml:"lint" doc:"what is looked for and what is shown"`
	Fix          Fix          `toml:"fix" doc:"how findings are repaired"`
	Hosts        []Host       `toml:"host" doc:"what is known about a server that the code talks to"`
	Suppressions Suppressions `toml:"suppressions" doc:"what a suppression must say"`
	Suppress     []Suppress   `toml:"suppress" doc:"a suppression that cannot stand in the source"`
	Baseline     Baseline     `toml:"baseline" doc:"findings that were there before"`
	Diff         Diff         `toml:"diff" doc:"what counts as new"`
	Probe        Probe        `toml:"probe" doc:"limits of probing; whether and whom to probe is never decided here"`
	Output       Output       `toml:"output" doc:"how findings are printed"`
	Report       Report       `toml:"report" doc:"the report for security review"`

	// Pattern and Doc are the team's own rows, decoded without any check.
	Pattern []map[string]any `toml:"pattern" doc:"a pattern of your own, in the same form as the built-in ones"`
	Doc     []map[string]any `toml:"doc" doc:"how a data file of your own is recognised"`

	// Patterns are the bytes of the file that Pattern or Doc came from, nil when
	// no file has any; PatternsFile is that file's name.
	Patterns     []byte `toml:"-"`
	PatternsFile string `toml:"-"`

	origins map[string]origin
	files   []string
}

// Lint says what is looked for and what is shown.
type Lint struct {
	Select        []string              `toml:"select" is:"selector" doc:"rule ids, prefixes of them (TLS1) or pattern ids to look for; empty means all"`
	Ignore        []string              `toml:"ignore" is:"selector" doc:"rule ids, prefixes or pattern ids that are not looked for"`
	FailOn        string                `toml:"fail-on" enum:"low|medium|high|critical" doc:"a finding of this severity or above makes the exit code 1"`
	Severity      string                `toml:"severity" enum:"low|medium|high|critical" doc:"findings below this severity are only counted"`
	MinConfidence string                `toml:"min-confidence" enum:"low|medium|high" doc:"findings below this confidence are only counted"`
	Exclude       []string              `toml:"exclude" is:"glob" doc:"globs (** crosses folders) of files that are never looked at"`
	Tests         Tests                 `toml:"tests" doc:"findings in test code"`
	PerFile       map[string]PerFile    `toml:"per-file" key:"glob" doc:"exceptions for the files that a glob matches"`
	Rules         map[string]RuleConfig `toml:"rules" key:"rule" doc:"settings of one rule"`
}

// Tests says how findings in test code count.
type Tests struct {
	Level    string   `toml:"level" enum:"note|same|off" doc:"note: at most low; same: like any other code; off: not looked for"`
	Patterns []string `toml:"patterns" is:"glob" doc:"globs of files that are test code, beside the ones that tlslint knows"`
}

// PerFile is an exception for the files that a glob matches.
type PerFile struct {
	Ignore   []string `toml:"ignore" is:"selector" doc:"rule ids, prefixes or pattern ids that are not looked for in these files"`
	Severity string   `toml:"severity" enum:"|low|medium|high|critical" doc:"findings in these files count as this severity at most; empty means no cap"`
}

// RuleConfig are the settings of one rule.
type RuleConfig struct {
	MinVersion string `toml:"min-version" enum:"|1.0|1.1|1.2|1.3" doc:"the oldest protocol version that is no finding (TLS201 only)"`
	Severity   string `toml:"severity" enum:"|low|medium|high|critical" doc:"the rule's severity in place of its own; empty keeps its own"`
}

// Fix says how findings are repaired.
type Fix struct {
	Style    string `toml:"style" enum:"env|bundle|remove" doc:"env: the variable that the library reads decides; bundle: the code names ca-bundle; remove: only the switch goes"`
	CAEnv    string `toml:"ca-env" is:"env" doc:"the environment variable that names your CA bundle; empty means the library's own"`
	CABundle string `toml:"ca-bundle" is:"text" doc:"the path of the CA bundle that the bundle style writes into the code"`
	Unsafe   bool   `toml:"unsafe" doc:"also apply fixes that need a deploy step or flip a default"`
}

// Host is what a team knows about a server. Match and Env say which: at least one is set.
type Host struct {
	Match    string   `toml:"match" is:"host" doc:"glob of the host's name as the code writes it, without a port"`
	Env      []string `toml:"env" is:"env" doc:"environment variables that hold this host's address"`
	CAEnv    string   `toml:"ca-env" is:"env" doc:"as in [fix], for this host"`
	CABundle string   `toml:"ca-bundle" is:"text" doc:"as in [fix], for this host"`
	Owner    string   `toml:"owner" is:"text" doc:"who runs the server"`
	Note     string   `toml:"note" is:"text" doc:"a line for the report"`
}

// Suppressions says what every suppression must say.
type Suppressions struct {
	RequireReason bool     `toml:"require-reason" doc:"a suppression without a reason is a finding of medium severity"`
	RequireUntil  bool     `toml:"require-until" doc:"a suppression without a last day is a finding"`
	MaxUntil      Duration `toml:"max-until" doc:"how far ahead a last day may lie, as in 180d; empty means any"`
	Foreign       string   `toml:"foreign" enum:"honour|report|ignore" doc:"comments for other tools (nosec, noqa, nolint, ...): honour silences, report lowers to low, ignore does nothing"`
}

// Suppress is one suppression that stands in the configuration.
type Suppress struct {
	Rule   string `toml:"rule" is:"rule" required:"true" doc:"the rule id or pattern id, exactly"`
	Path   string `toml:"path" is:"glob" doc:"glob of the files; empty means any"`
	Host   string `toml:"host" is:"host" doc:"glob that every host of the finding must match; empty means any"`
	Reason string `toml:"reason" is:"text" doc:"why this is accepted"`
	Until  string `toml:"until" is:"date" doc:"the last day (YYYY-MM-DD) on which it holds; empty means for ever"`
	Owner  string `toml:"owner" is:"text" doc:"who answers for it"`

	// File and Line (1-based, 0 when unknown) are where the entry stands.
	File string `toml:"-"`
	Line int    `toml:"-"`
}

// Baseline says where the known findings are kept.
type Baseline struct {
	File string `toml:"file" is:"file" doc:"the baseline, relative to the folder of this file; it need not exist"`
}

// Diff says what counts as new.
type Diff struct {
	Mode string `toml:"mode" enum:"findings|lines|files" doc:"findings: not in the base revision; lines: on a changed line; files: in a changed file"`
}

// Probe limits what a probe may do. There is no key to switch probing on, to
// allow a host or a private address: the repository being checked must not
// decide whom the machine that checks it talks to.
type Probe struct {
	Max     int      `toml:"max" min:"0" max:"1000" doc:"how many hosts one run may probe"`
	Timeout Duration `toml:"timeout" min:"1ms" max:"2m" doc:"how long one host may take"`
}

// Output says how findings are printed. A file to write to is a flag's business.
type Output struct {
	Format []string `toml:"format" enum:"text|concise|json|sarif|rdjsonl|github|gitlab|junit|checkstyle|markdown|csv|diff" doc:"the formats to print"`
	Color  string   `toml:"color" enum:"auto|always|never" doc:"auto: on a terminal, unless NO_COLOR is set"`
}

// Report are the settings of the report for security review.
type Report struct {
	Owners     string   `toml:"owners" is:"file" doc:"a CODEOWNERS file; empty means the usual places, then git blame"`
	Frameworks []string `toml:"frameworks" enum:"cwe|asvs-5.0|asvs-4.0|pci-dss-4.0.1" doc:"the catalogues that the report refers to"`
	History    string   `toml:"history" is:"file" doc:"a file that keeps the counts of every report, for the trend; empty means no trend"`
	SLA        SLA      `toml:"sla" doc:"how old a finding may get before the report calls it overdue, as in 30d; empty means never"`
}

// SLA is how old an open finding may get; 0 means no limit.
type SLA struct {
	Critical Duration `toml:"critical" doc:"for findings of critical severity"`
	High     Duration `toml:"high" doc:"for findings of high severity"`
	Medium   Duration `toml:"medium" doc:"for findings of medium severity"`
	Low      Duration `toml:"low" doc:"for findings of low severity"`
}

// Default is the configuration of a run without any file.
func Default() *Config {
	return &Config{
		Lint: Lint{
			FailOn:        "high",
			Severity:      "medium",
			MinConfidence: "medium",
			Tests:         Tests{Level: "note"},
			Rules:         map[string]RuleConfig{"TLS201": {MinVersion: "1.2"}},
		},
		Fix:          Fix{Style: "env"},
		Suppressions: Suppressions{Foreign: "report"},
		Baseline:     Baseline{File: ".tlslint-baseline.json"},
		Diff:         Diff{Mode: "findings"},
		Probe:        Probe{Max: 20, Timeout: Duration(10 * time.Second)},
		Output:       Output{Format: []string{"text"}, Color: "auto"},
		Report:       Report{Frameworks: []string{"cwe", "asvs-5.0", "asvs-4.0", "pci-dss-4.0.1"}},
	}
}

// Example is a tlslint.toml that holds every key with its default.
func Example() []byte { return []byte(tlslint.ConfigExample) }

// Files are the files that this configuration was read from, the first one
// extended first and the one that Load was asked for last.
func (c *Config) Files() []string { return c.files }

// Duration is a time.Duration that may be written in days and weeks: "180d",
// "2w", "10s", "1h30m". It is never negative; 0 is written "".
type Duration time.Duration

var (
	_ encoding.TextUnmarshaler = (*Duration)(nil)
	_ encoding.TextMarshaler   = Duration(0)
)

const day = 24 * time.Hour

// longest keeps now+Duration a date that can be computed with and printed.
const longest = 100 * 365 * day

// ParseDuration reads "180d", "2w" or what time.ParseDuration reads. It is an
// error if the text is negative, longer than a hundred years or no duration.
func ParseDuration(text string) (time.Duration, error) {
	for unit, size := range map[string]time.Duration{"d": day, "w": 7 * day} {
		if number, ok := strings.CutSuffix(text, unit); ok {
			n, err := strconv.ParseUint(number, 10, 32)
			if err != nil || n > uint64(longest/size) {
				return 0, badDuration(text)
			}
			return time.Duration(n) * size, nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > longest {
		return 0, badDuration(text)
	}
	return d, nil
}

func badDuration(text string) error {
	return fmt.Errorf("%q is not a duration: want something like 180d, 2w or 10s", text)
}

// UnmarshalText reads what ParseDuration reads; an empty text is 0.
func (d *Duration) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	parsed, err := ParseDuration(string(text))
	*d = Duration(parsed)
	return err
}

// MarshalText writes what UnmarshalText reads.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

func (d Duration) String() string {
	switch t := time.Duration(d); {
	case t == 0:
		return ""
	case t%day == 0:
		return strconv.Itoa(int(t/day)) + "d"
	default:
		return t.String()
	}
}

// field is one field of a configuration struct, as its tags describe it.
type field struct {
	index    int
	key      string
	doc      string
	enum     []string
	is       string
	keyIs    string
	required bool
	min, max string
}

// fields lists the fields of a struct type that have a key, in order.
func fields(t reflect.Type) []field {
	var all []field
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		key := tag.Get("toml")
		if key == "" || key == "-" {
			continue
		}
		f := field{
			index: i, key: key, doc: tag.Get("doc"), is: tag.Get("is"), keyIs: tag.Get("key"),
			required: tag.Get("required") != "", min: tag.Get("min"), max: tag.Get("max"),
		}
		if words := tag.Get("enum"); words != "" {
			f.enum = strings.Split(words, "|")
		}
		all = append(all, f)
	}
	return all
}

// list joins words as people do: "a, b or c".
func list(words []string) string {
	words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
