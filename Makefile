# Short names for what the README and CONTRIBUTING.md say.
.PHONY: demo test build fuzz bench

# The main job, on the demo folder: find, explain, and show the repairs.
demo:
	go run ./cmd/tlslint --exit-zero demo
	go run ./cmd/tlslint fix --diff demo || true

# All tests.
test:
	go test ./...

build:
	go build -o tlslint ./cmd/tlslint

# Every fuzz target for a minute.
fuzz:
	@for pkg in $$(go list ./...); do \
	  for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "== $$pkg $$target"; go test -run '^$$' -fuzz "^$$target$$" -fuzztime 60s $$pkg || exit 1; \
	  done; \
	done

bench:
	go test -run '^$$' -bench . -benchmem ./...
