#!/usr/bin/env bash
# Prints what a check of Python costs: CPU seconds (user and system) of "tlslint
# check --lang python", of ruff's two rules for the same thing and of bandit on
# one tree, the share of its files that tlslint had to parse, and the CPU of a
# hook's run on one file with a finding.
#
#   bench/python.sh [DIR]        a tree of Python files; default: the sources of a
#                                pinned Home Assistant, downloaded with pip
#   RUNS=n                       runs of tlslint and ruff, default 5; the least
#                                counts
#   BANDIT=0                     without bandit, which takes minutes; it runs once
. "$(dirname "$0")/lib.sh"
build_tlslint
runs=${RUNS:-5}

tree=${1:-$work/tree}
if [ $# -eq 0 ]; then
	mkdir "$tree"
	python3 -m pip download -q --no-deps --only-binary :all: --ignore-requires-python -d "$work" homeassistant==2026.2.3
	python3 -m zipfile -e "$work"/homeassistant-*.whl "$tree"
fi
tree=$(cd "$tree" && pwd)
count=$(find "$tree" -name '*.py' | wc -l | tr -d ' ')
name="python, $count files"

# cpu RUNS COMMAND... prints the CPU seconds of a command in the tree.
cpu() {
	local n=$1
	shift
	"$measure" -n "$n" -codes 0,1 -dir "$tree" "$@" | cut -d ' ' -f 1
}

ours=$(cpu "$runs" "$tlslint" check --lang python --isolated --exit-zero -q .)
if command -v ruff >/dev/null; then
	row "$name, ruff" s "$ours" "$(cpu "$runs" ruff check --select S501,S323 --isolated --no-cache --exit-zero -q .)" 1.5
else
	skipped "$name, ruff" "no ruff on PATH (tlslint: $ours s)"
fi
if [ "${BANDIT:-1}" = 0 ]; then
	skipped "$name, bandit" "BANDIT=0"
elif command -v bandit >/dev/null; then
	row "$name, bandit" s "$ours" "$(cpu 1 bandit -r -q .)" 0.1
else
	skipped "$name, bandit" "no bandit on PATH (tlslint: $ours s)"
fi

parsed=$(cd "$tree" && "$tlslint" check --lang python --isolated --exit-zero -q -f json . |
	sed -n 's/.*"parsed": *\([0-9]*\).*/\1/p' | head -1)
if [ -n "$parsed" ]; then
	row "python, files parsed" % "$(awk -v a="$parsed" -v b="$count" 'BEGIN { printf "%.2f", 100 * a / b }')" - 5
else
	skipped "python, files parsed" "this tlslint does not say"
fi

# One file of about 300 lines, as a hook names it.
mkdir "$work/one"
{
	printf 'import json\n\nimport requests\n\nSESSION = requests.Session()\n'
	for i in $(seq 32); do
		cat <<PY


def fetch_$i(url, page=0):
    """Return the rows of page $i."""
    reply = SESSION.get(url, params={"page": page}, timeout=10)
    reply.raise_for_status()
    rows = json.loads(reply.text)
    return [row for row in rows if row["page"] == $i]
PY
	done
	printf '\n\ndef ping(url):\n    return requests.get(url, verify=False, timeout=10)\n'
} >"$work/one/client.py"
(cd "$work/one" && git init -q)
one=$("$measure" -n "${RUNS:-20}" -codes 1 -dir "$work/one" "$tlslint" check --allow-incomplete client.py | cut -d ' ' -f 1)
row "python, hook on one file, CPU" ms "$(awk -v s="$one" 'BEGIN { printf "%.1f", s * 1000 }')" - 60
