#!/usr/bin/env bash
# Prints the largest resident set of a check of at least 10,000 Go files: pinned
# modules, copied side by side until there are enough.
#
#   bench/memory.sh [DIR]        DIR: a tree to check instead
#   RUNS=n                       runs, default 3; the largest counts
. "$(dirname "$0")/lib.sh"
build_tlslint
tree=${1:-$work/tree}

count() { find "$tree" -name '*.go' | wc -l; }
if [ $# -eq 0 ]; then
	mkdir -p "$tree"
	for round in 1 2 3 4; do
		for m in "${large[@]}" "${modules[@]}"; do
			[ "$(count)" -ge 10000 ] && break 2
			copy_module "$m" "$tree/$round/${m%@*}"
		done
	done
fi
rss=$("$measure" -n "${RUNS:-3}" -dir "$tree" "$tlslint" check --isolated --exit-zero -q . | cut -d ' ' -f 3)
row "memory, $(count | tr -d ' ') Go files" MB "$rss" - 128
