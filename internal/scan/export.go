package scan

// TestPath says why a slash path, relative to the root of a project, is test,
// example or documentation code; "" when it is not. patterns are further globs
// of test code. Drivers that list the files themselves ask it.
func TestPath(rel string, patterns []string) string { return testPath(rel, patterns) }
