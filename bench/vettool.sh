#!/usr/bin/env bash
# Prints what tlslint costs as a vet tool compared with a vet tool made of
# golang.org/x/tools' driver and one small analyzer: the CPU seconds of all
# calls of the tool under "go vet ./...", with nothing cached of the analysis and
# everything cached of the build. The go command's and the compiler's own time
# do not count.
#
#   bench/vettool.sh [DIR]       a folder with a go.mod; default: a pinned module
#   RUNS=n                       runs of each, default 2; the least counts
. "$(dirname "$0")/lib.sh"
build_tlslint
(cd "$bench" && go build -o "$work/" ./vetcost ./unitchecker)

dir=${1:-}
if [ -z "$dir" ]; then
	m=${modules[0]}
	dir=$work/src/${m%@*}
	copy_module "$m" "$dir"
fi
(cd "$dir" && go mod download && go vet ./... >/dev/null 2>&1) || true # fills the build cache

cost() { # TOOL: the least CPU seconds of all its calls
	for i in $(seq "${RUNS:-2}"); do
		log=$work/log.$(basename "$1").$i
		# 1 is what findings are; anything else would leave packages out.
		code=0
		(cd "$dir" && VETCOST_TOOL=$1 VETCOST_LOG=$log go vet -vettool="$work/vetcost" ./... >"$log.out" 2>&1) || code=$?
		if [ "$code" -gt 1 ] || ! [ -s "$log" ]; then
			echo "vettool: go vet with $(basename "$1") exits $code: $(tail -n 1 "$log.out")" >&2
			exit 1
		fi
		awk '{ s += $1 } END { printf "%.3f %d\n", s, NR }' "$log"
	done | sort -n | head -n 1
}
read -r ours _ < <(cost "$tlslint")
read -r theirs _ < <(cost "$work/unitchecker")
row "vettool ${dir#"$work"/src/github.com/}" s "$ours" "$theirs" 0.5
