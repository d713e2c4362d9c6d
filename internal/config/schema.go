package config

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
)

// node is one schema; the order of its keys is the order in which they are written.
type node struct {
	Schema      string   `json:"$schema,omitempty"`
	ID          string   `json:"$id,omitempty"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Type        string   `json:"type,omitempty"`
	Enum        []string `json:"enum,omitempty"`
	Pattern     string   `json:"pattern,omitempty"`
	Minimum     *int64   `json:"minimum,omitempty"`
	Maximum     *int64   `json:"maximum,omitempty"`
	Default     any      `json:"default,omitempty"`
	Items       *node    `json:"items,omitempty"`
	Properties  ordered  `json:"properties,omitempty"`
	// Keys and Other describe the entries of a table whose keys are free: Other
	// is a *node or false.
	Keys     *node    `json:"propertyNames,omitempty"`
	Other    any      `json:"additionalProperties,omitempty"`
	Required []string `json:"required,omitempty"`
}

// ordered keeps properties in the order of the struct, which reads better than
// the alphabet.
type ordered []property

type property struct {
	key  string
	node *node
}

func (o ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, p := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(p.key) + ":")
		if err := encode(&b, p.node); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func encode(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// Schema is the JSON Schema (2020-12) of tlslint.toml, for editors.
func Schema() []byte {
	root := schemaOf(reflect.ValueOf(*Default()), field{})
	root.Schema = "https://json-schema.org/draft/2020-12/schema"
	root.Title = "tlslint.toml"
	root.Description = "Configuration of tlslint, a linter for insecure TLS code"
	var compact, indented bytes.Buffer
	if err := encode(&compact, root); err != nil {
		panic("config: the schema of our own struct: " + err.Error())
	}
	if err := json.Indent(&indented, compact.Bytes(), "", "  "); err != nil {
		panic("config: the schema of our own struct: " + err.Error())
	}
	return append(bytes.TrimSpace(indented.Bytes()), '\n')
}

// texts are the patterns of the checks that a regular expression can say. The
// empty text is allowed: it means that the key is not set.
var texts = map[string]string{
	"date":     `^([0-9]{4}-[0-9]{2}-[0-9]{2})?$`,
	"env":      `^([A-Za-z_][A-Za-z0-9_]*)?$`,
	"host":     `^[^/]*$`,
	"rule":     `^(TLS[0-9]{3}|[a-z0-9]+(-[a-z0-9]+)+)$`,
	"selector": `^(TLS[0-9]{0,3}|[a-z0-9]+(-[a-z0-9]+)+)$`,
}

const durationPattern = `^([0-9]+[dw]|([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+|0)?$`

// schemaOf describes a value of the default configuration; the value is the default.
func schemaOf(v reflect.Value, f field) *node {
	n := &node{Description: f.doc}
	if v.Type() == reflect.TypeFor[Duration]() {
		n.Type, n.Pattern, n.Default = "string", durationPattern, v.Interface().(Duration).String()
		return n
	}
	switch v.Kind() {
	case reflect.Struct:
		n.Type, n.Other = "object", false
		for _, inner := range fields(v.Type()) {
			n.Properties = append(n.Properties, property{inner.key, schemaOf(v.Field(inner.index), inner)})
			if inner.required {
				n.Required = append(n.Required, inner.key)
			}
		}
	case reflect.Map:
		n.Type = "object"
		if v.Type().Elem().Kind() == reflect.Interface {
			return n
		}
		n.Keys = &node{Pattern: texts[f.keyIs]}
		n.Other = schemaOf(reflect.Zero(v.Type().Elem()), field{})
	case reflect.Slice:
		n.Type = "array"
		element := f
		element.doc = ""
		n.Items = schemaOf(reflect.Zero(v.Type().Elem()), element)
		n.Items.Default = nil
		if v.Type().Elem().Kind() == reflect.String {
			n.Default = append([]string{}, v.Interface().([]string)...)
		}
	case reflect.String:
		n.Type, n.Pattern = "string", texts[f.is]
		if !f.required {
			n.Default = v.String()
		}
		n.Enum = f.enum
	case reflect.Bool:
		n.Type, n.Default = "boolean", v.Bool()
	case reflect.Int:
		low, high := bound(f.min), bound(f.max)
		n.Type, n.Default, n.Minimum, n.Maximum = "integer", v.Int(), &low, &high
	}
	return n
}
