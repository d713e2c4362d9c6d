package yaml

import (
	"path/filepath"
	"strings"

	"github.com/tlslint/tlslint/ir"
)

// around are the values that files beside one give to the names in it: those of the
// chart that a template belongs to, and of the role that a list of tasks belongs to.
// Their places are not kept: an edit of this file's finding stays in this file.
func around(path, rel string, read func(string) []byte) map[string]ir.Const {
	out := map[string]ir.Const{}
	if read == nil {
		return out
	}
	dir := filepath.Dir(path)
	parts := strings.Split(filepath.ToSlash(rel), "/")
	for i := len(parts) - 2; i >= 0 && i >= len(parts)-4; i-- {
		root := filepath.Dir(dir)
		switch parts[i] {
		case "templates":
			values(out, "Values.", read(filepath.Join(root, "values.yaml")))
			return out
		case "tasks", "handlers":
			for _, name := range []string{"defaults/main.yml", "defaults/main.yaml", "vars/main.yml", "vars/main.yaml"} {
				values(out, "", read(filepath.Join(root, filepath.FromSlash(name))))
			}
			return out
		}
		dir = root
	}
	return out
}

// values adds the scalars of a file of values by their paths.
func values(out map[string]ir.Const, prefix string, src []byte) {
	if len(src) == 0 {
		return
	}
	var add func(prefix string, v *value, depth int)
	add = func(prefix string, v *value, depth int) {
		for _, p := range v.pairs {
			name := prefix + p.key.text
			switch v := p.val.resolved(); {
			case v == nil || depth > 12:
			case v.kind == scalar && known(v.text):
				out[name] = constant(v.text, v.style, ir.Place{})
			case v.kind == mapping && prefix != "":
				add(name+".", v, depth+1)
			}
		}
	}
	for _, d := range parse(src).docs {
		add(prefix, d, 0)
	}
}
