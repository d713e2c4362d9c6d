#!/usr/bin/env bash
# Checks the YAML of well-known projects at fixed versions and prints a table: files,
# files parsed, loud findings (warnings and errors), notes. Nothing of them is run:
# Go modules hold charts, manifests, workflows and configuration; wheels and source
# archives hold playbooks and roles.
#
#   bench/realcode-yaml.sh [--list] [DIR]
#                                --list: print the loud findings with their source
#                                DIR: a folder with a project in each subfolder
#
# pip looks into source archives before it keeps them: those of pbr need pbr,
# setuptools and wheel where python3 finds them.
. "$(dirname "$0")/lib.sh"
build_tlslint
list=
if [ "${1:-}" = --list ]; then
	list=$1
	shift
fi
charts="
code.gitea.io/gitea@v1.27.3
github.com/argoproj/argo-cd/v2@v2.14.21
github.com/cert-manager/cert-manager@v1.21.2
github.com/cilium/cilium@v1.20.2
github.com/dapr/dapr@v1.14.0
github.com/dexidp/dex@v2.13.0+incompatible
github.com/elastic/cloud-on-k8s/v3@v3.5.0
github.com/envoyproxy/gateway@v1.9.1
github.com/external-secrets/external-secrets@v1.3.2
github.com/fluxcd/flux2/v2@v2.9.5
github.com/grafana/loki/v3@v3.7.8
github.com/grafana/mimir@v1.3.1-0.20260423142704-aced80d74930
github.com/gravitational/teleport@v1.3.3-0.20240109093301-f31c91231698
github.com/hashicorp/vault@v1.21.4
github.com/influxdata/telegraf@v1.37.2
github.com/jaegertracing/jaeger@v1.76.0
github.com/kedacore/keda/v2@v2.21.0
github.com/kyverno/kyverno@v1.19.1
github.com/projectcontour/contour@v1.33.8
github.com/prometheus-operator/prometheus-operator@v0.85.0
github.com/prometheus/prometheus@v0.316.0
github.com/traefik/traefik/v3@v3.7.13
istio.io/istio@v0.0.0-20260827124520-eed52ebb66ad
k8s.io/ingress-nginx@v0.0.0-20240708192948-52c50467d67d
k8s.io/kubernetes@v1.37.2
sigs.k8s.io/cluster-api@v1.14.2
sigs.k8s.io/metrics-server@v0.9.0
"
wheels="
ansible==14.5.0
homeassistant==2026.11.0
kolla-ansible==23.0.0
"
archives="
openstack-heat==27.0.1
tripleo-ansible==6.0.0
zuul==14.3.0
"
tree=${1:-$work/tree}
if [ $# -eq 0 ]; then
	mkdir -p "$tree"
	for m in $charts; do
		from=$(cd "$bench" && go mod download -json "$m" 2>/dev/null | sed -n 's/^\t*"Dir": "\(.*\)",*$/\1/p')
		if [ -z "$from" ]; then
			skipped "$m" "not available here"
			continue
		fi
		ln -s "$from" "$tree/${m//\//_}"
	done
	for p in $wheels $archives; do
		dir=$tree/${p/==/@}
		mkdir -p "$dir" "$work/dist"
		case $archives in
		*"$p"*) how=(--no-binary :all: --no-build-isolation) ;;
		*) how=(--only-binary :all:) ;;
		esac
		if python3 -m pip download -q --no-deps "${how[@]}" --ignore-requires-python -d "$work/dist" "$p" 2>"$work/pip.log"; then
			case $(echo "$work"/dist/*) in
			*.whl) python3 -m zipfile -e "$work"/dist/*.whl "$dir" ;;
			*) tar xzf "$work"/dist/*.tar.gz -C "$dir" --strip-components=1 ;;
			esac
		else
			skipped "$p" "$(tail -n 1 "$work/pip.log")"
			rmdir "$dir"
		fi
		rm -rf "$work/dist"
	done
fi
printf '%-66s %7s %6s %6s %6s\n' project files parsed loud notes
for dir in "$tree"/*/; do
	dir=${dir%/}
	(cd "$dir/" && "$tlslint" check --isolated --lang yaml --exit-zero -q -f json --severity low . >"$work/out.json")
	python3 - "${dir##*/}" "$dir" "$work/out.json" "$list" <<'PY'
import json, sys
name, root, path, want = sys.argv[1:]
r = json.load(open(path))
fs = [f for f in r["findings"] if not f.get("suppressed") and f["confidence"] != "low"]
loud = [f for f in fs if f["level"] != "note"]
print(f"{name:66} {r['summary']['files']:7} {r['summary']['parsed']:6} {len(loud):6} {len(fs) - len(loud):6}")
for f in loud if want else []:
    line = f["span"]["start"]["line"]
    print(f"\n{name}/{f['path']}:{line} {f['rule']} {f['severity']} {f['exposure']} {f['confidence']} {f['pattern']}: {f['message']}")
    text = open(f"{root}/{f['path']}", errors="replace").read().split("\n")
    for n in range(max(1, line - 3), min(len(text), line + 3) + 1):
        print(f"  {n:5} {'>' if n == line else '|'} {text[n - 1][:160]}")
PY
done
