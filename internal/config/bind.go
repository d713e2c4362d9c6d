package config

import (
	"encoding"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"time"
)

// origin says where a value came from.
type origin struct {
	doc *document
	at  place
}

// binder lays the values of one document over a configuration. What the
// document does not say stays as it was.
type binder struct {
	config *Config
	doc    *document
	errs   []*Error
}

// bind puts every value of the document into the configuration and returns the
// mistakes in the order in which they stand in the file.
func (c *Config) bind(doc *document) []*Error {
	if c.origins == nil {
		c.origins = map[string]origin{}
	}
	b := &binder{config: c, doc: doc}
	b.value(reflect.ValueOf(c).Elem(), field{}, doc.tree, "")
	sortErrors(b.errs)
	return b.errs
}

func sortErrors(errs []*Error) {
	slices.SortStableFunc(errs, func(a, b *Error) int {
		if a.Path != b.Path {
			return strings.Compare(a.Path, b.Path)
		}
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
}

// value binds one value of the tree to one place of the configuration.
func (b *binder) value(to reflect.Value, f field, from any, path string) {
	if text, ok := to.Addr().Interface().(encoding.TextUnmarshaler); ok {
		b.text(text, from, path)
		return
	}
	switch to.Kind() {
	case reflect.Struct:
		b.table(to, from, path)
	case reflect.Map:
		b.mapping(to, f, from, path)
	case reflect.Slice:
		b.list(to, f, from, path)
	default:
		b.scalar(to, f, from, path)
	}
}

func (b *binder) table(to reflect.Value, from any, path string) {
	table, ok := from.(map[string]any)
	if !ok {
		b.mismatch("a table", from, path)
		return
	}
	known := fields(to.Type())
	for _, key := range slices.Sorted(maps.Keys(table)) {
		i := slices.IndexFunc(known, func(f field) bool { return f.key == key })
		if i < 0 {
			b.unknown(child(path, key), key, known)
			continue
		}
		b.value(to.Field(known[i].index), known[i], table[key], child(path, key))
	}
	if s, ok := to.Addr().Interface().(*Suppress); ok {
		s.File, s.Line = b.doc.path, b.doc.keys[path].line
	}
}

// mapping merges: the entry of an extended file keeps the keys that this one does not say.
func (b *binder) mapping(to reflect.Value, f field, from any, path string) {
	table, ok := from.(map[string]any)
	if !ok {
		b.mismatch("a table", from, path)
		return
	}
	if to.Type().Elem().Kind() == reflect.Interface {
		to.Set(reflect.ValueOf(table))
		b.note(path)
		return
	}
	if to.IsNil() {
		to.Set(reflect.MakeMap(to.Type()))
	}
	for _, key := range slices.Sorted(maps.Keys(table)) {
		entry := reflect.New(to.Type().Elem()).Elem()
		if old := to.MapIndex(reflect.ValueOf(key)); old.IsValid() {
			entry.Set(old)
		}
		b.note(child(path, key))
		b.value(entry, f, table[key], child(path, key))
		to.SetMapIndex(reflect.ValueOf(key), entry)
	}
}

// list replaces: the elements of an extended file's list are gone.
func (b *binder) list(to reflect.Value, f field, from any, path string) {
	var elements []any
	switch l := from.(type) {
	case []any:
		elements = l
	case []map[string]any:
		for _, e := range l {
			elements = append(elements, e)
		}
	default:
		want := "a list of strings"
		if to.Type().Elem().Kind() != reflect.String {
			want = "a list of tables, [[" + path + "]]"
		}
		b.mismatch(want, from, path)
		return
	}
	maps.DeleteFunc(b.config.origins, func(known string, _ origin) bool {
		return strings.HasPrefix(known, path+"[")
	})
	b.note(path)
	var made reflect.Value
	if len(elements) == 0 {
		made = reflect.Zero(to.Type()) // [] and an absent key mean the same
	} else {
		made = reflect.MakeSlice(to.Type(), len(elements), len(elements))
	}
	for i, e := range elements {
		b.note(element(path, i))
		b.value(made.Index(i), f, e, element(path, i))
	}
	to.Set(made)
}

func (b *binder) scalar(to reflect.Value, f field, from any, path string) {
	b.note(path)
	switch to.Kind() {
	case reflect.String:
		switch v := from.(type) {
		case string:
			to.SetString(v)
			return
		case time.Time:
			// A date without quotes is what TOML users write.
			if f.is == "date" && v.Location().String() == "date-local" {
				to.SetString(v.Format(time.DateOnly))
				return
			}
		}
		b.mismatch("a string", from, path)
	case reflect.Bool:
		if v, ok := from.(bool); ok {
			to.SetBool(v)
			return
		}
		b.mismatch("true or false", from, path)
	case reflect.Int:
		if v, ok := from.(int64); ok && v >= math.MinInt32 && v <= math.MaxInt32 {
			to.SetInt(v)
			return
		}
		b.mismatch("a whole number", from, path)
	default:
		panic("config: no way to read a " + to.Type().String())
	}
}

func (b *binder) text(to encoding.TextUnmarshaler, from any, path string) {
	b.note(path)
	s, ok := from.(string)
	if !ok {
		b.mismatch(`a string such as "30d"`, from, path)
		return
	}
	if err := to.UnmarshalText([]byte(s)); err != nil {
		b.fail(b.doc.values[path], path+": "+err.Error(), "")
	}
}

// note remembers that the value at path comes from this document.
func (b *binder) note(path string) {
	at, ok := b.doc.values[path]
	if !ok {
		at = b.doc.keys[path]
	}
	b.config.origins[path] = origin{doc: b.doc, at: at}
}

func (b *binder) fail(at place, msg, hint string) {
	b.errs = append(b.errs, b.doc.errorAt(at, msg, hint))
}

func (b *binder) mismatch(want string, got any, path string) {
	at, ok := b.doc.values[path]
	if !ok {
		at = b.doc.keys[path]
	}
	b.fail(at, fmt.Sprintf("%s must be %s, not %s", path, want, kindOf(got)), "")
}

func kindOf(v any) string {
	switch v := v.(type) {
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case int64:
		return "the whole number " + fmt.Sprint(v)
	case float64:
		return "a number with a fraction"
	case time.Time:
		return "a date"
	case []any, []map[string]any:
		return "a list"
	default:
		return "a table"
	}
}

// decidedElsewhere are keys that people look for and that must not exist: the
// repository being checked would decide whom the checking machine talks to.
var decidedElsewhere = map[string]string{
	"probe.enable":  "--probe",
	"probe.enabled": "--probe",
	"probe.mode":    "--probe",
	"probe.allow":   "--probe-allow",
	"probe.private": "--probe-private",
}

func (b *binder) unknown(path, key string, siblings []field) {
	at := b.doc.keys[path]
	if flag, ok := decidedElsewhere[path]; ok {
		b.fail(at, path+" cannot be set here: a checked repository must not decide what is probed",
			"use the flag "+flag)
		return
	}
	names := make([]string, len(siblings))
	for i, f := range siblings {
		names[i] = f.key
	}
	hint := "known here: " + strings.Join(names, ", ")
	if near := suggest(key, names); near != "" {
		hint = fmt.Sprintf("did you mean %q?", near)
	} else if elsewhere := pathsOf(reflect.TypeFor[Config](), "", key); len(elsewhere) > 0 {
		hint = fmt.Sprintf("did you mean %q?", elsewhere[0])
	}
	b.fail(at, fmt.Sprintf("unknown key %q", path), hint)
}

// pathsOf lists the dotted paths of the keys of this name below a struct type.
func pathsOf(t reflect.Type, path, key string) []string {
	var found []string
	for _, f := range fields(t) {
		if f.key == key {
			found = append(found, child(path, key))
		}
		if ft := t.Field(f.index).Type; ft.Kind() == reflect.Struct {
			found = append(found, pathsOf(ft, child(path, f.key), key)...)
		}
	}
	return found
}
