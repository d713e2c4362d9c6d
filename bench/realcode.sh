#!/usr/bin/env bash
# Checks well-known modules at fixed versions and prints the table of
# docs/real-code.md: files, loud findings (warnings and errors), notes.
# usage: bench/realcode.sh [--list]   (--list prints the loud findings as well)
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$(mktemp -d)/tlslint
go build -o "$bin" ./cmd/tlslint
list=${1:-}
modules="
github.com/prometheus/common@v0.73.1
github.com/minio/mc@v0.0.0-20250313080218-cf909e1063a9
github.com/hashicorp/vault/api@v1.23.0
github.com/hashicorp/vault@v1.21.4
github.com/rclone/rclone@v1.76.0
github.com/traefik/traefik/v3@v3.7.13
github.com/argoproj/argo-cd/v2@v2.14.21
github.com/grafana/loki/v3@v3.7.8
helm.sh/helm/v3@v3.22.0
github.com/influxdata/telegraf@v1.37.2
github.com/containers/image/v5@v5.36.2
github.com/jaegertracing/jaeger@v1.76.0
go.etcd.io/etcd/server/v3@v3.7.3
go.k6.io/k6@v1.8.1
code.gitea.io/gitea@v1.27.3
github.com/gravitational/teleport@v1.3.3-0.20240109093301-f31c91231698
github.com/nats-io/nats-server/v2@v2.15.2
github.com/cilium/cilium@v1.20.2
istio.io/istio@v0.0.0-20260827124520-eed52ebb66ad
github.com/zeromicro/go-zero@v1.10.3
github.com/prometheus/prometheus@v0.316.0
k8s.io/kubernetes@v1.37.2
sigs.k8s.io/controller-runtime@v0.25.2
github.com/dapr/dapr@v1.14.0
github.com/docker/cli@v29.9.3+incompatible
github.com/moby/buildkit@v0.34.2
github.com/distribution/distribution/v3@v3.1.2
"
printf '%-62s %7s %6s %6s\n' module files loud notes
for m in $modules; do
  dir=$(cd / && go mod download -json "$m" 2>/dev/null | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  if [ -z "$dir" ]; then
    printf '%-62s not available here\n' "$m"
    continue
  fi
  out=$(mktemp)
  (cd "$dir" && "$bin" check --isolated --exit-zero -q -f json --severity low . >"$out")
  python3 - "$m" "$out" "$list" <<'PY'
import json, sys
name, path, want = sys.argv[1:]
r = json.load(open(path))
fs = [f for f in r["findings"] if not f.get("suppressed") and f["confidence"] != "low"]
loud = [f for f in fs if f["level"] != "note"]
print(f"{name:62} {r['summary']['files']:7} {len(loud):6} {len(fs) - len(loud):6}")
if want == "--list":
    for f in loud:
        print(f"    {f['path']}:{f['span']['start']['line']} {f['rule']} {f['exposure']} {f['message']}")
PY
  rm -f "$out"
done
