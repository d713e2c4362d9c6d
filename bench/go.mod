module github.com/tlslint/tlslint/bench

go 1.26.0

require github.com/tlslint/tlslint v0.0.0

require github.com/bmatcuk/doublestar/v4 v4.10.4 // indirect

replace github.com/tlslint/tlslint => ..
