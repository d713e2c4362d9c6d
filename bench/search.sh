#!/usr/bin/env bash
# Prints what searching for needles costs compared with ripgrep: CPU seconds (user
# and system, the least of some runs) for the same files and the same needles.
#
#   bench/search.sh [DIR]        DIR: what to search; default: Go's own sources
#   RUNS=n                       runs of each, default 7
#
# tlslint's side lists the files itself, in one process; ripgrep gets their names.
# Both look for all needles in all of each file: ripgrep counts matching lines
# (-c), so that it does not stop at the first one.
. "$(dirname "$0")/lib.sh"

if ! command -v rg >/dev/null; then
	skipped search "no ripgrep (rg) on PATH"
	exit 0
fi

dir=${1:-$(go env GOROOT)/src}
dir=$(cd "$dir" && pwd)
needles=$bench/search/needles.txt
(cd "$bench" && go build -o "$work/search" ./search)
"$work/search" -print0 "$dir" >"$work/files"

search() { "$work/search" -needles "$needles" "$dir"; }
ripgrep() { xargs -0 -s 1500000 rg --no-config -F -f "$needles" "$@" <"$work/files" || true; } # 1: no match

# cpu COMMAND... prints the least CPU seconds of RUNS runs.
cpu() {
	for _ in $(seq "${RUNS:-7}"); do
		{ time -p "$@" >/dev/null 2>&1; } 2>&1 | awk '/^(user|sys)/ { s += $2 } END { printf "%.2f\n", s }'
	done | sort -n | head -n 1
}

search >"$work/summary" # and the files are in memory from here on
found=$(ripgrep -l | wc -l)
if ! grep -q "needles in $found\$" "$work/summary"; then
	echo "search: no comparison, rg finds needles in $found files: $(cat "$work/summary")" >&2
	exit 1
fi
ours=$(cpu search)
theirs=$(cpu ripgrep -c)
row search s "$ours" "$theirs" 2
