package unit

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"github.com/tlslint/tlslint/internal/config"
)

// description is a package as the go command describes it. The fields are those
// of its JSON that matter here; paths are absolute.
type description struct {
	ID         string // "fmt [fmt.test]" for a test variant
	ImportPath string
	Dir        string
	GoFiles    []string
	// GoVersion is the go line of the package's module, "go1.22".
	GoVersion     string
	ModulePath    string // "" outside modules
	ModuleVersion string
	// ImportMap turns the paths that the source imports into package paths,
	// PackageFile those into files with export data.
	ImportMap   map[string]string
	PackageFile map[string]string
	// VetxOnly: the package is a dependency, only facts are asked for.
	VetxOnly   bool
	VetxOutput string
	// Stdout and FixArchive name files for what is printed and for repaired
	// files; "" is standard output, and the files themselves.
	Stdout     string
	FixArchive string

	SucceedOnTypecheckFailure bool
}

func readDescription(name string) (*description, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	d := new(description)
	if err := json.Unmarshal(data, d); err != nil {
		return nil, fmt.Errorf("%s: not the description of a package: %w", name, err)
	}
	return d, nil
}

// vetxHeader is the whole content of a facts file. No facts go from package to
// package; the file must exist, or the go command does not cache the result.
const vetxHeader = "tlslint facts 1\n"

func (d *description) writeFacts() error {
	if d.VetxOutput == "" {
		return nil
	}
	return os.WriteFile(d.VetxOutput, []byte(vetxHeader), 0o666)
}

// configEnv names a configuration explicitly. Packages are analysed in their own
// folders, so only an absolute path means the same file everywhere.
const configEnv = "TLSLINT_CONFIG"

func explicitConfig() (string, error) {
	path := os.Getenv(configEnv)
	if path != "" && !filepath.IsAbs(path) {
		return "", fmt.Errorf("%s=%s: want an absolute path, since go vet changes folders", configEnv, path)
	}
	return path, nil
}

// configFor finds the configuration for a package: the explicit one, else the
// nearest upward from the root of the package's module. Not from the package's
// folder: the go command's cache asks once a run what results depend on, and
// cannot know the folders of packages then.
func configFor(dir string) (string, error) {
	path, err := explicitConfig()
	if path != "" || err != nil {
		return path, err
	}
	return config.Find(moduleRoot(dir), "")
}

// moduleRoot is the nearest folder at or above dir that holds a go.mod, dir
// itself when there is none.
func moduleRoot(dir string) string {
	for at := dir; ; {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at
		}
		up := filepath.Dir(at)
		if up == at {
			return dir
		}
		at = up
	}
}

// configsFrom are the configurations that a run of the go command in dir may
// meet: the explicit one, else those upward from dir and from the modules of
// the workspace, nearest first.
func configsFrom(dir string) ([]string, error) {
	path, err := explicitConfig()
	if err != nil {
		return nil, err
	}
	if path != "" {
		return []string{path}, nil
	}
	var out []string
	seen := map[string]bool{}
	for _, start := range append([]string{dir}, workspace(dir)...) {
		for at := start; at != ""; {
			path, err := config.Find(at, "")
			if err != nil {
				return nil, err
			}
			if path == "" || seen[path] {
				break
			}
			seen[path] = true
			out = append(out, path)
			up := filepath.Dir(filepath.Dir(path))
			if _, err := os.Lstat(filepath.Join(filepath.Dir(path), ".git")); err == nil || up == filepath.Dir(path) {
				break
			}
			at = up
		}
	}
	return out, nil
}

// workspace are the folders of the modules that the go.work in force names.
func workspace(dir string) []string {
	path := os.Getenv("GOWORK")
	if path == "off" {
		return nil
	}
	for at := dir; path == ""; {
		name := filepath.Join(at, "go.work")
		if _, err := os.Stat(name); err == nil {
			path = name
			break
		}
		up := filepath.Dir(at)
		if up == at {
			return nil
		}
		at = up
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	work, err := modfile.ParseWork(path, data, nil)
	if err != nil {
		return nil // the go command says so itself
	}
	var out []string
	for _, use := range work.Use {
		mod := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(mod) {
			mod = filepath.Join(filepath.Dir(path), mod)
		}
		out = append(out, mod)
	}
	return out
}

// filesOf are the files that a configuration consists of: itself, what it
// extends, and its baseline where there is one.
func filesOf(path string) ([]string, error) {
	c, err := config.Load(path)
	if err != nil {
		return nil, err
	}
	files := append([]string{}, c.Files()...)
	baseline := filepath.FromSlash(c.Baseline.File)
	if baseline == "" {
		return files, nil
	}
	if !filepath.IsAbs(baseline) {
		baseline = filepath.Join(filepath.Dir(path), baseline)
	}
	if _, err := os.Stat(baseline); err == nil {
		files = append(files, baseline)
	} else if !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return files, nil
}
