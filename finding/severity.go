package finding

import "fmt"

// Severity is how much a finding matters. The zero value is not a severity.
type Severity int

const (
	Low Severity = iota + 1
	Medium
	High
	Critical
)

var severityNames = [...]string{"", "low", "medium", "high", "critical"}

func (s Severity) String() string {
	if s < Low || s > Critical {
		return "unknown"
	}
	return severityNames[s]
}

// ParseSeverity reads "low", "medium", "high" or "critical".
func ParseSeverity(text string) (Severity, error) {
	for i, name := range severityNames {
		if i > 0 && name == text {
			return Severity(i), nil
		}
	}
	return 0, fmt.Errorf("unknown severity %q: want low, medium, high or critical", text)
}

// Level is the severity in SARIF's words: error, warning or note.
func (s Severity) Level() string {
	switch {
	case s >= High:
		return "error"
	case s == Medium:
		return "warning"
	default:
		return "note"
	}
}

// SecurityScore is the number that GitHub shows as security-severity, 0 to 10.
func (s Severity) SecurityScore() string {
	switch s {
	case Critical:
		return "9.5"
	case High:
		return "8.1"
	case Medium:
		return "5.5"
	default:
		return "2.0"
	}
}

// Confidence is how sure tlslint is that the code means what the row says.
type Confidence int

const (
	ConfidenceLow Confidence = iota + 1
	ConfidenceMedium
	ConfidenceHigh
)

var confidenceNames = [...]string{"", "low", "medium", "high"}

func (c Confidence) String() string {
	if c < ConfidenceLow || c > ConfidenceHigh {
		return "unknown"
	}
	return confidenceNames[c]
}

// ParseConfidence reads "low", "medium" or "high".
func ParseConfidence(text string) (Confidence, error) {
	for i, name := range confidenceNames {
		if i > 0 && name == text {
			return Confidence(i), nil
		}
	}
	return 0, fmt.Errorf("unknown confidence %q: want low, medium or high", text)
}

// Lower lowers the effective severity to at most to and records why. A reason
// that lowers nothing is recorded all the same: it would have.
func (f *Finding) Lower(to Severity, because string) {
	if f.Severity == 0 || to < f.Severity {
		f.Severity = to
	}
	f.Because = append(f.Because, because)
}
