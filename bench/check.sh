#!/usr/bin/env bash
# Prints what a whole check costs compared with gosec's rule for the same thing:
# CPU seconds (user and system, with all child processes, the least of some runs)
# of "tlslint check" and of "gosec -include=G402" on the same module.
#
#   bench/check.sh [DIR...]      folders with a go.mod; default: three pinned modules
#   RUNS=n                       runs of each, default 3
#
# gosec type-checks with the go command: it gets the module's dependencies
# downloaded and one run to fill the build cache before it is measured.
. "$(dirname "$0")/lib.sh"
build_tlslint
runs=${RUNS:-3}

if [ $# -eq 0 ]; then
	for m in "${modules[@]}"; do
		name=${m%@*}
		copy_module "$m" "$work/src/${name#github.com/}"
		set -- "$@" "$work/src/${name#github.com/}"
	done
fi
for dir; do
	name="check ${dir#"$work"/src/}"
	ours=$("$measure" -n "$runs" -dir "$dir" "$tlslint" check --isolated --exit-zero -q . | cut -d ' ' -f 1)
	if ! command -v gosec >/dev/null; then
		skipped "$name" "no gosec on PATH (tlslint: $ours s)"
		continue
	fi
	(cd "$dir" && go mod download)
	theirs() { "$measure" -n "$1" -dir "$dir" gosec -quiet -no-fail -include=G402 ./...; }
	theirs 1 >"$work/warm"
	theirs=$(theirs "$runs" | cut -d ' ' -f 1)
	row "$name" s "$ours" "$theirs" 0.05
done
