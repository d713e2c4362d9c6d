package cli

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tlslint/tlslint/finding"
	"github.com/tlslint/tlslint/internal/config"
	"github.com/tlslint/tlslint/internal/scan"
	"github.com/tlslint/tlslint/languages"
	"github.com/tlslint/tlslint/pattern"
	"github.com/tlslint/tlslint/rules"
)

// configs are the configurations of a run. top is the one of the folder that the
// run starts in, with flags on it: it decides what is printed and what gates.
// What is looked for in a file is decided by the nearest configuration above it.
type configs struct {
	top      *config.Config
	root     string
	nearest  bool // look for further files below root
	override func(*config.Config) error

	mu    sync.Mutex
	byDir map[string]*config.Config
	base  map[*config.Config]string // the folder that a configuration's globs count from
	bad   map[string]error
	// unused are configurations below the root whose [[pattern]] tables are not in
	// force: patterns are those of the folder that a run starts in.
	unused []string
}

func loadConfigs(cmd *cobra.Command, f *flags, root string) (*configs, error) {
	c := &configs{root: root, byDir: map[string]*config.Config{}, base: map[*config.Config]string{}, bad: map[string]error{}}
	var file string
	var sets [][2]string
	for _, item := range f.config {
		if key, value, ok := strings.Cut(item, "="); ok && !fileExists(item) {
			sets = append(sets, [2]string{key, value})
		} else if file == "" {
			file = item
		} else {
			return nil, usageError("--config %s: a second file; one can extend the other", item)
		}
	}
	if file == "" && !f.isolated {
		file = os.Getenv("TLSLINT_CONFIG")
	}
	c.nearest = file == "" && !f.isolated
	if c.nearest {
		var err error
		if file, err = config.Find(root, ""); err != nil {
			return nil, err
		}
	}
	c.override = func(conf *config.Config) error {
		for _, kv := range sets {
			if err := conf.Set(kv[0], kv[1]); err != nil {
				return err
			}
		}
		return flagsInto(conf, cmd.Flags())
	}
	top, err := c.load(file)
	if err != nil {
		return nil, err
	}
	if c.nearest && file != "" {
		c.base[top] = filepath.Dir(file)
	}
	c.top = top
	c.byDir[root] = top
	return c, nil
}

func fileExists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// flagsInto puts the flags that were given over the configuration.
func flagsInto(conf *config.Config, fs *pflag.FlagSet) error {
	for _, fk := range flagKeys {
		flag := fs.Lookup(fk.flag)
		if flag == nil || !flag.Changed {
			continue
		}
		value := flag.Value.String()
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			quoted := make([]string, 0)
			for _, item := range list.GetSlice() {
				quoted = append(quoted, fmt.Sprintf("%q", item))
			}
			value = "[" + strings.Join(quoted, ", ") + "]"
		} else if flag.Value.Type() == "string" {
			value = fmt.Sprintf("%q", value)
		}
		if err := conf.SetFrom("--"+fk.flag, fk.key, value); err != nil {
			return err
		}
	}
	return nil
}

func (c *configs) load(file string) (*config.Config, error) {
	conf := config.Default()
	if file != "" {
		var err error
		if conf, err = config.Load(display(c.root, file)); err != nil {
			return nil, err
		}
	}
	if err := c.override(conf); err != nil {
		return nil, err
	}
	if err := conf.Validate(c.knows(conf)); err != nil {
		return nil, err
	}
	return conf, nil
}

// display is a path as a message should show it: relative when it is below root.
func display(root, file string) string {
	if rel, err := filepath.Rel(root, file); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return file
}

// knows reports whether an id is a rule or a pattern, built in or the team's own.
func (c *configs) knows(conf *config.Config) func(string) bool {
	var ids map[string]bool
	return func(id string) bool {
		if _, ok := rules.Get(id); ok {
			return true
		}
		if ids == nil {
			ids = map[string]bool{}
			for _, l := range languages.All() {
				file, err := l.Rows()
				if err != nil {
					continue
				}
				for _, r := range file.Rows {
					ids[r.ID] = true
				}
			}
			for _, row := range conf.Pattern {
				if s, ok := row["id"].(string); ok {
					ids[s] = true
				}
			}
		}
		return ids[id]
	}
}

// rows are the team's own patterns, from the configuration of the root.
func (c *configs) rows() (pattern.File, error) {
	if c.top.Patterns == nil {
		return pattern.File{}, nil
	}
	file, err := pattern.Parse(c.top.PatternsFile, "", c.top.Patterns)
	if err != nil {
		return file, err
	}
	for _, r := range file.Rows {
		if languages.Named(r.Lang) == nil {
			return file, fmt.Errorf("%s: pattern %s: lang %q: this build knows %s", c.top.PatternsFile, r.ID, r.Lang, strings.Join(langNames(), ", "))
		}
		if _, ok := rules.Get(r.Rule); !ok {
			return file, fmt.Errorf("%s: pattern %s: rule %q: no such rule", c.top.PatternsFile, r.ID, r.Rule)
		}
	}
	return file, nil
}

// of is the configuration nearest above a file; "" stands for the run itself.
func (c *configs) of(rel string) *config.Config {
	if !c.nearest || rel == "" {
		return c.top // about the run, and not about a file
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dir(filepath.Dir(filepath.Join(c.root, filepath.FromSlash(rel))))
}

func (c *configs) dir(dir string) *config.Config {
	if conf := c.byDir[dir]; conf != nil {
		return conf
	}
	var conf *config.Config
	file := ""
	for _, name := range config.Names {
		if p := filepath.Join(dir, name); fileExists(p) {
			file = p
			break
		}
	}
	switch parent := filepath.Dir(dir); {
	case file != "":
		var err error
		if conf, err = c.load(file); err != nil {
			c.bad[file] = err
			conf = c.top
		} else {
			c.base[conf] = dir
			if conf.Patterns != nil {
				c.unused = append(c.unused, display(c.root, file))
			}
		}
	case parent == dir || fileExists(filepath.Join(dir, ".git")):
		conf = c.top
	default:
		conf = c.dir(parent)
	}
	c.byDir[dir] = conf
	return conf
}

// err is the first of the configurations below the root that could not be read,
// in the order of their names: a run does not depend on scheduling.
func (c *configs) err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, file := range slices.Sorted(maps.Keys(c.bad)) {
		return c.bad[file]
	}
	return nil
}

// ownPatterns are the configurations below the root whose patterns are not used.
func (c *configs) ownPatterns() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := slices.Clone(c.unused)
	slices.Sort(out)
	return out
}

// relTo is a path as the globs of a configuration count it: from the folder that
// its file stands in.
func (c *configs) relTo(conf *config.Config, rel string) string {
	c.mu.Lock()
	base := c.base[conf]
	c.mu.Unlock()
	if base == "" || base == c.root {
		return rel
	}
	out, err := filepath.Rel(base, filepath.Join(c.root, filepath.FromSlash(rel)))
	if err != nil {
		return rel
	}
	return filepath.ToSlash(out)
}

// excluded reports whether the configuration of a file leaves it out. A glob
// that matches a folder leaves out all that is in it.
func (c *configs) excluded(rel string) bool {
	conf := c.of(rel)
	if len(conf.Lint.Exclude) == 0 {
		return false
	}
	for at := c.relTo(conf, rel); at != "." && at != "/" && at != ".."; at = path.Dir(at) {
		for _, glob := range conf.Lint.Exclude {
			if ok, err := doublestar.Match(glob, at); err == nil && ok {
				return true
			}
		}
	}
	return false
}

// testPath says why a path is only test code, by what tlslint knows and by the
// globs of its configuration.
func (c *configs) testPath(rel string) string {
	if why := scan.TestPath(rel, nil); why != "" {
		return why
	}
	conf := c.of(rel)
	at := c.relTo(conf, rel)
	for _, glob := range conf.Lint.Tests.Patterns {
		if scan.MatchGlob(glob, at) {
			return "matches " + glob
		}
	}
	return ""
}

// selected reports whether a finding is looked for in its file.
func (c *configs) selected(rule, id, rel string) bool {
	conf := c.of(rel)
	if len(conf.Lint.Select) > 0 && !selects(conf.Lint.Select, rule, id) || selects(conf.Lint.Ignore, rule, id) {
		return false
	}
	at := c.relTo(conf, rel)
	for glob, per := range conf.Lint.PerFile {
		if scan.MatchGlob(glob, at) && selects(per.Ignore, rule, id) {
			return false
		}
	}
	return true
}

// selects reports whether a list names a rule, a prefix of one, or a pattern.
func selects(list []string, rule, id string) bool {
	return slices.ContainsFunc(list, func(s string) bool {
		return s == id || strings.HasPrefix(s, "TLS") && strings.HasPrefix(rule, s) || strings.EqualFold(s, "all")
	})
}

// severity is a rule's severity in a file, 0 for its own.
func (c *configs) severity(rule, rel string) finding.Severity {
	conf := c.of(rel)
	out, _ := finding.ParseSeverity(conf.Lint.Rules[rule].Severity)
	at := c.relTo(conf, rel)
	for glob, per := range conf.Lint.PerFile {
		most, err := finding.ParseSeverity(per.Severity)
		if err != nil || !scan.MatchGlob(glob, at) {
			continue
		}
		if out == 0 {
			r, _ := rules.Get(rule)
			out = r.Severity
		}
		out = min(out, most)
	}
	return out
}
