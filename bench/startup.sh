#!/usr/bin/env bash
# Prints what starting costs: "tlslint version", and the check of one small file.
#
#   bench/startup.sh
#   RUNS=n                       runs of each, default 50; the least counts
#
# With hyperfine on PATH its mean and deviation follow on standard error.
. "$(dirname "$0")/lib.sh"
build_tlslint
mkdir "$work/small"
cat >"$work/small/main.go" <<'GO'
package main

import (
	"crypto/tls"
	"net/http"
)

func main() {
	http.DefaultTransport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
}
GO
one() {
	name=$1
	shift
	read -r cpu wall _ < <("$measure" -n "${RUNS:-50}" -dir "$work/small" "$@")
	ms() { awk -v s="$1" 'BEGIN { printf "%.1f", s * 1000 }'; }
	row "$name, CPU" ms "$(ms "$cpu")" - 30
	row "$name, clock" ms "$(ms "$wall")" - 30
	if command -v hyperfine >/dev/null; then
		(cd "$work/small" && hyperfine --shell=none --warmup 5 --style none --export-csv "$work/fine.csv" "$*" >/dev/null 2>&1)
		awk -F , 'END { printf "  hyperfine: mean %.1f ms, deviation %.1f ms\n", $2 * 1000, $3 * 1000 }' "$work/fine.csv" >&2
	fi
}
one "start: version" "$tlslint" version
one "start: check a small file" "$tlslint" check --isolated --exit-zero -q main.go
