package scan

import (
	"path"
	"regexp"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// testFolders are folder names under which code is only exercised or shown.
var testFolders = map[string]string{
	"test": "test folder", "tests": "test folder", "testing": "test folder", "testdata": "test data", "__tests__": "test folder",
	"testutil": "test helper", "testutils": "test helper", "testhelper": "test helper", "testhelpers": "test helper", "test-utils": "test helper",
	"e2e": "test folder", "integration": "test folder", "integration_test": "test folder", "integrationtests": "test folder",
	"integration-tests": "test folder", "functional": "test folder", "acceptance": "test folder", "spec": "test folder",
	"fixtures": "test data", "fixture": "test data", "mock": "test helper", "mocks": "test helper", "fakes": "test helper",
	"interop": "test folder", "benchmark": "benchmark", "benchmarks": "benchmark", "fuzz": "test folder",
	"example": "example", "examples": "example", "_examples": "example", "_example": "example", "sample": "example", "samples": "example",
	"tutorial": "example", "tutorials": "example", "snippets": "example",
	"doc": "documentation", "docs": "documentation", "documentation": "documentation",
}

var testFile = regexp.MustCompile(`(?i)(^test_|_test\.|\.test\.|\.spec\.|^conftest\.|_testing\.go$|^tests?\.go$|^testutils?\.|^test_?helpers?\.|-tests?\.(sh|bash|zsh|ksh)$|^test-.*\.(sh|bash|zsh|ksh)$|\.bats$)`)
var exampleFile = regexp.MustCompile(`(?i)(^example_.*|_example)\.[a-z]+$`)

// testYAML are YAML files that test tools keep where it is their custom: scenarios of
// Molecule, and the values that chart-testing installs a chart with.
var testYAML = regexp.MustCompile(`(^|/)molecule/.*\.(ya?ml|j2)$|(^|/)ci/([^/]*-)?values\.ya?ml$`)

// TestPath says why a path, relative to the root of the run, is test, example or
// documentation code; "" when it is not. patterns are further globs for test
// code. What lies above the root never counts: a checkout below a folder named
// "test" is code like any other.
func TestPath(rel string, patterns []string) string {
	for _, glob := range patterns {
		if ok, err := doublestar.Match(glob, rel); err == nil && ok {
			return "matches " + glob
		}
	}
	base := path.Base(rel)
	if testFile.MatchString(base) {
		return "test file"
	}
	if exampleFile.MatchString(base) {
		return "example"
	}
	if strings.HasPrefix(rel, "../") {
		return "" // outside the root: judged as itself
	}
	if testYAML.MatchString(rel) {
		return "test file"
	}
	for dir := path.Dir(rel); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if why := testFolders[strings.ToLower(path.Base(dir))]; why != "" {
			return why + " " + path.Base(dir)
		}
	}
	return ""
}
