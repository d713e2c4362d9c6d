package config

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/bmatcuk/doublestar/v4"
)

// Validate checks what a type cannot say: words, dates, globs, names, rule ids.
// known says whether a rule id or pattern id exists; nil skips that check. The
// result is nil or the first *Error; Problems gives all of them.
func (c *Config) Validate(known func(id string) bool) error {
	if all := c.Problems(known); len(all) > 0 {
		return all[0]
	}
	return nil
}

// Problems is everything that Validate objects to, by file and line.
func (c *Config) Problems(known func(id string) bool) []*Error {
	v := validator{config: c, known: known}
	v.value(reflect.ValueOf(c).Elem(), field{}, "")
	for i, h := range c.Hosts {
		if h.Match == "" && len(h.Env) == 0 {
			at := element("host", i)
			v.fail(at, at+" needs match or env: it says nothing about which host", "")
		}
	}
	for i, r := range c.Pattern {
		// The rows are checked by the package that reads them; an entry without
		// an id could not even be named there.
		if id, _ := r["id"].(string); id == "" {
			at := element("pattern", i)
			v.fail(at, at+" needs an id", "")
		}
	}
	sortErrors(v.errs)
	return v.errs
}

type validator struct {
	config *Config
	known  func(string) bool
	errs   []*Error
}

// fail reports a value where it came from. A default is never wrong, and a
// value that code has put there is blamed on no file.
func (v *validator) fail(path, msg, hint string) {
	o, ok := v.config.origins[path]
	if !ok {
		o = origin{doc: &document{path: "configuration"}}
	}
	v.errs = append(v.errs, o.doc.errorAt(o.at, msg, hint))
}

func (v *validator) value(x reflect.Value, f field, path string) {
	switch x.Kind() {
	case reflect.Struct:
		for _, inner := range fields(x.Type()) {
			v.value(x.Field(inner.index), inner, child(path, inner.key))
		}
	case reflect.Map:
		if x.Type().Elem().Kind() == reflect.Interface {
			return
		}
		for _, key := range sortedKeys(x) {
			at := child(path, key)
			v.check(f.keyIs, key, at)
			v.value(x.MapIndex(reflect.ValueOf(key)), field{}, at)
		}
	case reflect.Slice:
		f.required = true // an empty element is no element
		for i := range x.Len() {
			v.value(x.Index(i), f, element(path, i))
		}
	case reflect.String:
		v.text(x.String(), f, path)
	case reflect.Int, reflect.Int64:
		v.number(x, f, path)
	}
}

func sortedKeys(m reflect.Value) []string {
	keys := make([]string, 0, m.Len())
	for _, k := range m.MapKeys() {
		keys = append(keys, k.String())
	}
	slices.Sort(keys)
	return keys
}

func (v *validator) text(text string, f field, path string) {
	if text == "" && f.required {
		v.missing(path)
		return
	}
	if f.enum != nil && !slices.Contains(f.enum, text) {
		hint := ""
		if near := suggest(text, f.enum); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		v.fail(path, fmt.Sprintf("%s is %q: want %s", path, text, list(f.enum)), hint)
		return
	}
	if text != "" {
		v.check(f.is, text, path)
	}
}

// missing blames an absent key on the table that it should stand in.
func (v *validator) missing(path string) {
	if _, ok := v.config.origins[path]; ok {
		v.fail(path, path+" is empty", "")
		return
	}
	table := path[:max(0, strings.LastIndexByte(path, '.'))]
	v.fail(table, path+" is missing", "")
}

func (v *validator) check(is, text, path string) {
	if is == "" {
		return
	}
	if err := checks[is](text, v.known); err != nil {
		v.fail(path, path+": "+err.Error(), "")
	}
}

func (v *validator) number(x reflect.Value, f field, path string) {
	low, high := bound(f.min), bound(f.max)
	if n := x.Int(); f.min != "" && n < low || f.max != "" && n > high {
		v.fail(path, fmt.Sprintf("%s is %s: want %s to %s", path, literal(x), f.min, f.max), "")
	}
}

// bound reads the min or max tag of a number or a duration.
func bound(text string) int64 {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	d, err := ParseDuration(text)
	if err != nil {
		return 0
	}
	return int64(d)
}

// checks are what an `is` or `key` tag may name.
var checks = map[string]func(text string, known func(string) bool) error{
	"glob":     func(text string, _ func(string) bool) error { return checkGlob(text) },
	"host":     func(text string, _ func(string) bool) error { return checkHost(text) },
	"date":     func(text string, _ func(string) bool) error { return checkDate(text) },
	"env":      func(text string, _ func(string) bool) error { return checkEnv(text) },
	"file":     func(text string, _ func(string) bool) error { return checkFile(text) },
	"text":     func(text string, _ func(string) bool) error { return checkText(text) },
	"rule":     checkRule,
	"selector": checkSelector,
}

func checkGlob(text string) error {
	if !doublestar.ValidatePattern(text) {
		return fmt.Errorf("%q is not a glob", text)
	}
	if strings.Contains(text, `\`) && !strings.ContainsAny(text, `*?[{`) {
		return fmt.Errorf("%q: globs are written with forward slashes", text)
	}
	return nil
}

func checkHost(text string) error {
	if strings.Contains(text, "/") {
		return fmt.Errorf("%q is not a host: want a name or a glob of one, without scheme and path", text)
	}
	return checkGlob(text)
}

func checkDate(text string) error {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return fmt.Errorf("%q is not a date: want YYYY-MM-DD", text)
	}
	return nil
}

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// checkEnv matters beyond typing errors: fixes write the name into source code.
func checkEnv(text string) error {
	if !envName.MatchString(text) {
		return fmt.Errorf("%q is not the name of an environment variable", text)
	}
	return nil
}

// checkFile keeps what tlslint writes inside the project and out of git's own
// folder: the configuration may come from somebody else.
func checkFile(text string) error {
	local := filepath.IsLocal(filepath.FromSlash(text)) && !strings.Contains(text, `\`) && !driveLike.MatchString(text)
	if !local {
		return fmt.Errorf("%q leaves the folder of this file: want a relative path with forward slashes", text)
	}
	for dir := range strings.SplitSeq(path.Clean(text), "/") {
		if strings.EqualFold(dir, ".git") {
			return fmt.Errorf("%q is inside git's own folder", text)
		}
	}
	return checkText(text)
}

func checkText(text string) error {
	if strings.ContainsFunc(text, unicode.IsControl) {
		return fmt.Errorf("%q holds a control character", text)
	}
	return nil
}

var (
	ruleID     = regexp.MustCompile(`^TLS[0-9]{3}$`)
	rulePrefix = regexp.MustCompile(`^TLS[0-9]{0,2}$`)
	patternID  = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)
)

func checkRule(text string, known func(string) bool) error {
	if !ruleID.MatchString(text) && !patternID.MatchString(text) {
		if rulePrefix.MatchString(text) {
			return fmt.Errorf("%q is the beginning of many rule ids: name one exactly", text)
		}
		return fmt.Errorf("%q is not a rule id: want TLS101 or a pattern id", text)
	}
	if known != nil && !known(text) {
		return fmt.Errorf("no rule or pattern %q", text)
	}
	return nil
}

func checkSelector(text string, known func(string) bool) error {
	if !rulePrefix.MatchString(text) {
		return checkRule(text, known)
	}
	if known == nil {
		return nil
	}
	digits := 3 - len(strings.TrimPrefix(text, "TLS"))
	for n := range int64(1000) {
		if id := fmt.Sprintf("%0*d", digits, n); len(id) == digits && known(text+id) {
			return nil
		}
	}
	return errors.New("no rule begins with " + strconv.Quote(text))
}
