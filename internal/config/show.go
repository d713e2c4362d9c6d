package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Show prints the whole effective configuration as TOML, every value with a
// comment that says where it came from: "default", FILE:LINE or the flag. What
// it prints can be read again; the team's own patterns are only counted.
func Show(c *Config) string {
	p := printer{config: c}
	for _, f := range c.files {
		fmt.Fprintf(&p.out, "# read: %s\n", printable(f))
	}
	p.table(reflect.ValueOf(*c), "")
	if n := len(c.Pattern) + len(c.Doc); n > 0 {
		fmt.Fprintf(&p.out, "\n# %d own patterns and documents: %s\n", n, printable(c.PatternsFile))
	}
	return strings.TrimPrefix(p.out.String(), "\n")
}

type printer struct {
	config *Config
	out    strings.Builder
}

// table prints the values of a struct and then the tables in it: TOML has no
// way back from a table to the one around it.
func (p *printer) table(v reflect.Value, path string) {
	for _, f := range fields(v.Type()) {
		if x := v.Field(f.index); !isTable(x.Type()) && path+f.key != "extends" {
			at := child(path, f.key)
			fmt.Fprintf(&p.out, "%s = %s # %s\n", f.key, literal(x), p.origin(at))
		}
	}
	for _, f := range fields(v.Type()) {
		if x := v.Field(f.index); isTable(x.Type()) {
			p.tables(x, child(path, f.key))
		}
	}
}

func (p *printer) tables(x reflect.Value, path string) {
	switch x.Kind() {
	case reflect.Struct:
		fmt.Fprintf(&p.out, "\n[%s]\n", path)
		p.table(x, path)
	case reflect.Map:
		for _, key := range sortedKeys(x) {
			p.tables(x.MapIndex(reflect.ValueOf(key)), child(path, key))
		}
	case reflect.Slice:
		if x.Type().Elem().Kind() != reflect.Struct {
			return
		}
		for i := range x.Len() {
			fmt.Fprintf(&p.out, "\n[[%s]]\n", path)
			p.table(x.Index(i), element(path, i))
		}
	}
}

func isTable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct, reflect.Map:
		return true
	case reflect.Slice:
		return isTable(t.Elem())
	default:
		return false
	}
}

func (p *printer) origin(path string) string {
	o, ok := p.config.origins[path]
	switch {
	case !ok:
		return "default"
	case o.at.line == 0:
		return printable(o.doc.path)
	default:
		return printable(o.doc.path) + ":" + strconv.Itoa(o.at.line)
	}
}

func literal(v reflect.Value) string {
	if s, ok := v.Interface().(fmt.Stringer); ok {
		return quote(s.String())
	}
	switch v.Kind() {
	case reflect.String:
		return quote(v.String())
	case reflect.Slice:
		all := make([]string, v.Len())
		for i := range all {
			all[i] = literal(v.Index(i))
		}
		return "[" + strings.Join(all, ", ") + "]"
	default:
		return fmt.Sprint(v.Interface())
	}
}

// quote writes a TOML string. JSON's strings are TOML's but for one character.
func quote(text string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(text); err != nil {
		return `""`
	}
	return strings.ReplaceAll(strings.TrimSuffix(b.String(), "\n"), "\x7f", `\u007F`)
}
