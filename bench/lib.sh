# What the measuring scripts share; they source it. It sets:
#   bench  this folder        work  a scratch folder, removed at the end
#   tlslint, measure          programs, built once (TLSLINT=FILE: that tlslint)
# and leaves the shell strict.
set -euo pipefail
export LC_ALL=C
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
PATH=$PATH:$(go env GOPATH)/bin

measure=$work/measure
(cd "$bench" && go build -o "$measure" ./measure)

# The tlslint to measure.
build_tlslint() {
	tlslint=${TLSLINT:-$work/tlslint}
	[ -n "${TLSLINT:-}" ] || (cd "$bench/.." && go build -o "$tlslint" ./cmd/tlslint)
}

# The modules that the scripts measure on by default, pinned.
modules=(
	github.com/prometheus/common@v0.73.1
	github.com/hashicorp/vault/api@v1.23.0
	github.com/minio/mc@v0.0.0-20250313080218-cf909e1063a9
)
# Further ones, for a large tree.
large=(
	github.com/grafana/loki/v3@v3.7.8
	github.com/influxdata/telegraf@v1.37.2
	github.com/rclone/rclone@v1.76.0
	github.com/argoproj/argo-cd/v2@v2.14.21
	github.com/traefik/traefik/v3@v3.7.13
)

# copy_module MODULE DIR copies a module out of the module cache, where nothing
# can be written; it is downloaded first when it is not there.
copy_module() {
	local from
	from=$(cd "$bench" && go mod download -json "$1" | sed -n 's/^\t*"Dir": "\(.*\)",*$/\1/p')
	mkdir -p "$2"
	cp -R "$from/." "$2"
	chmod -R u+w "$2"
}

# row NAME UNIT OURS THEIRS TARGET prints a line of the table. With THEIRS the
# target is for OURS / THEIRS, without it (-) for OURS itself.
row() {
	awk -v name="$1" -v unit="$2" -v a="$3" -v b="$4" -v t="$5" 'BEGIN {
		x = b == "-" ? a : a / (b > 0 ? b : 0.0001)
		printf "%-34s %10s %10s %8s %10s  %s\n", name, a " " unit, b == "-" ? "-" : b " " unit,
			b == "-" ? "-" : sprintf("%.3f", x), "<= " t (b == "-" ? " " unit : ""), x <= t ? "ok" : "MISSED"
	}'
}

# skipped NAME REASON prints a line for what could not be measured.
skipped() { printf '%-34s skipped: %s\n' "$1" "$2"; }

header() { printf '%-34s %10s %10s %8s %10s\n' name ours theirs ratio target; }
