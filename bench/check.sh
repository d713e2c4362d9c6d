#!/usr/bin/env bash
# Prints what a whole check costs compared with gosec's rule for the same thing:
# CPU seconds (user and system, with all child processes) of "tlslint check" and
# of "gosec -include=G402" on the same module.
#
#   bench/check.sh [DIR...]      folders with a go.mod; default: three pinned modules
#   RUNS=n                       runs of each, default 3; the least counts
#   COLD=all                     measure gosec with an empty build cache on every
#                                module, which takes minutes; default: on the first;
#                                0: on none
#
# gosec takes the types of a module's dependencies from the go command, which
# compiles them unless they are in its build cache. So there are two kinds of
# lines: gosec with everything cached, as on a developer's second run, and gosec
# with an empty build cache (one run), as in a fresh container. The modules'
# sources are downloaded before either. tlslint has no cache and is the same in
# both.
. "$(dirname "$0")/lib.sh"
build_tlslint
runs=${RUNS:-3}
cold=${COLD:-first}

if [ $# -eq 0 ]; then
	for m in "${modules[@]}"; do
		dir=$work/src/${m%@*}
		copy_module "$m" "$dir"
		set -- "$@" "$dir"
	done
fi

# run_gosec DIR RUNS prints its CPU seconds.
run_gosec() {
	"$measure" -n "$2" -dir "$1" gosec -quiet -no-fail -include=G402 ./... | cut -d ' ' -f 1
}

for dir; do
	name="check ${dir#"$work"/src/github.com/}"
	ours=$("$measure" -n "$runs" -dir "$dir" "$tlslint" check --isolated --exit-zero -q . | cut -d ' ' -f 1)
	if ! command -v gosec >/dev/null; then
		skipped "$name" "no gosec on PATH (tlslint: $ours s)"
		continue
	fi
	(cd "$dir" && go mod download)
	run_gosec "$dir" 1 >"$work/warm" # fills the build cache
	row "$name, cached" s "$ours" "$(run_gosec "$dir" "$runs")" 0.05
	if [ "$cold" != 0 ]; then
		mkdir "$work/cache"
		row "$name, no cache" s "$ours" "$(GOCACHE=$work/cache run_gosec "$dir" 1)" 0.05
		rm -rf "$work/cache"
		[ "$cold" = all ] || cold=0
	fi
done
