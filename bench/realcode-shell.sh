#!/usr/bin/env bash
# Checks the scripts, makefiles and Dockerfiles of well-known projects at fixed
# versions and prints a table: files, loud findings (warnings and errors), notes.
# Nothing of them is run: modules, source packages, wheels and tarballs are
# downloaded and unpacked. Source packages need a deb-src line for apt-get.
#
#   bench/realcode-shell.sh [--list] [DIR]
#                                --list: print the loud findings with their source
#                                DIR: a folder with a project in each subfolder
. "$(dirname "$0")/lib.sh"
build_tlslint
list=
if [ "${1:-}" = --list ]; then
	list=$1
	shift
fi
go_modules="
github.com/Checkmarx/kics/v2@v2.2.0
github.com/anchore/syft@v1.57.0
github.com/argoproj/argo-cd/v2@v2.14.21
github.com/chaos-mesh/chaos-mesh@v0.9.1-0.20260902003049-47411975a8cb
github.com/cilium/cilium@v1.20.2
github.com/containerd/containerd@v1.7.35
github.com/dapr/dapr@v1.14.0
github.com/docker/docker@v28.5.2+incompatible
github.com/ethereum/go-ethereum@v1.17.10
github.com/grafana/loki/v3@v3.7.8
github.com/gravitational/teleport@v1.3.3-0.20240109093301-f31c91231698
github.com/hashicorp/consul@v0.0.0-20171026175957-610f3c86a089
github.com/hashicorp/terraform@v1.13.3
github.com/hashicorp/vault@v1.21.4
github.com/influxdata/telegraf@v1.37.2
github.com/jaegertracing/jaeger@v1.76.0
github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c
github.com/moby/buildkit@v0.34.2
github.com/projectcalico/calico@v1.11.0-cni-plugin.0.20250813170300-a0db560f0520
github.com/rclone/rclone@v1.76.0
github.com/smallstep/certificates@v0.30.2
github.com/snapcore/snapd@v0.0.0-20201005140838-501d14ac146e
github.com/vmware-tanzu/velero@v1.18.3
github.com/vmware/govmomi@v0.18.0
go.etcd.io/etcd/v3@v3.6.8
istio.io/istio@v0.0.0-20260827124520-eed52ebb66ad
k8s.io/ingress-nginx@v0.0.0-20240708192948-52c50467d67d
k8s.io/kubernetes@v1.37.2
knative.dev/serving@v0.51.0
sigs.k8s.io/cluster-api@v1.14.2
sigs.k8s.io/kind@v0.33.0
"
debian="
apache2=2.4.68-1~deb12u1
apt=2.6.1
autopkgtest=5.28
bind9=1:9.18.49-1~deb12u1
cloud-init=22.4.2-1+deb12u4
curl=7.88.1-10+deb12u15
debian-installer=20230607+deb12u15
designate=1:15.0.0-4
devscripts=2.23.4+deb12u2
docker.io=20.10.24+dfsg1-1+deb12u1
dracut=059-4
etcd=3.4.23-4
exim4=4.96-15+deb12u10
fai=6.0.3+deb12u1
git=1:2.39.5-0+deb12u3
gnutls28=3.7.9-2+deb12u7
haproxy=2.6.12-1+deb12u3
ironic=1:21.4.4-0+deb12u1
keystone=2:22.0.2-0+deb12u3
kubernetes=1.20.5+really1.20.2-1.1+deb12u1
libpod=4.3.1+ds1-8+deb12u1
lxd=5.0.2-5+deb12u6
mariadb=1:10.11.18-0+deb12u1
mosquitto=2.0.11-1.2+deb12u2
nagios-plugins-contrib=42.20230308+deb12u1
neutron=2:21.0.0-7
nginx=1.22.1-9+deb12u9
octavia=11.0.0-2
openldap=2.5.13+dfsg-5
pacemaker=2.1.5-1+deb12u1
php8.2=8.2.32-1~deb12u1
prometheus=2.42.0+ds-5+deb12u1
rabbitmq-server=3.10.8-1.1+deb12u1
skopeo=1.9.3+ds1-1
slurm-wlm=22.05.8-4+deb12u3
stunnel4=3:5.68-2+deb12u1
swift=2.30.1-0+deb12u1
systemd=252.39-1~deb12u2
unbound=1.17.1-2+deb12u4
wget=1.21.3-1+deb12u1
zabbix=1:6.0.14+dfsg-1
"
wheels="
ansible==14.5.0
diskimage-builder==3.43.0
ironic==39.0.0
jupyter-repo2docker==2026.4.0
kolla-ansible==23.0.0
kolla==23.0.0
octavia==19.0.0
tripleo-common==18.0.0
"
npm="
@sap/cds-dk@10.1.2
bats@1.13.0
generator-jhipster@8.11.0
meshcentral@1.1.55
n@10.2.0
nave@3.5.6
node-rdkafka@v3.6.1
redis-commander@0.9.0
"
tree=${1:-$work/tree}
if [ $# -eq 0 ]; then
	mkdir -p "$tree"
	for m in $go_modules; do
		dir=$tree/go:${m//\//_}
		copy_module "$m" "$dir" 2>"$work/log" || {
			skipped "$m" "$(tail -n 1 "$work/log")"
			rm -rf "$dir"
		}
	done
	for p in $debian; do
		dir=$tree/debian:${p%%=*}
		mkdir -p "$work/deb"
		if (cd "$work/deb" && apt-get source -qq "$p") >"$work/log" 2>&1; then
			mv "$work"/deb/*/ "$dir"
		else
			skipped "$p" "$(tail -n 1 "$work/log")"
		fi
		rm -rf "$work/deb"
	done
	for p in $wheels; do
		dir=$tree/python:${p/==/@}
		mkdir -p "$work/wheel"
		if python3 -m pip download -q --no-deps --only-binary :all: --ignore-requires-python -d "$work/wheel" "$p" 2>"$work/log"; then
			mkdir -p "$dir"
			python3 -m zipfile -e "$work"/wheel/*.whl "$dir"
		else
			skipped "$p" "$(tail -n 1 "$work/log")"
		fi
		rm -rf "$work/wheel"
	done
	for p in $npm; do
		dir=$tree/npm:${p//\//_}
		mkdir -p "$work/npm"
		if (cd "$work/npm" && npm pack --silent --ignore-scripts "$p") >"$work/log" 2>&1; then
			mkdir -p "$dir"
			tar xzf "$work"/npm/*.tgz -C "$dir"
		else
			skipped "$p" "$(tail -n 1 "$work/log")"
		fi
		rm -rf "$work/npm"
	done
fi
printf '%-60s %-10s %7s %6s %6s %6s\n' project language files parsed loud notes
for dir in "$tree"/*/; do
	dir=${dir%/}
	for lang in shell dockerfile; do
		(cd "$dir" && "$tlslint" check --isolated --lang "$lang" --exit-zero -q -f json --severity low . >"$work/out.json")
		python3 - "${dir##*/}" "$dir" "$work/out.json" "$lang" "$list" <<'PY'
import json, sys
name, root, path, lang, want = sys.argv[1:]
r = json.load(open(path))
s = r["summary"]
fs = [f for f in r["findings"] if not f.get("suppressed") and f["confidence"] != "low"]
loud = [f for f in fs if f["level"] != "note"]
if s["files"]:
    print(f"{name:60} {lang:10} {s['files']:7} {s.get('parsed', 0):6} {len(loud):6} {len(fs) - len(loud):6}")
for f in loud if want else []:
    line = f["span"]["start"]["line"]
    print(f"\n{name}/{f['path']}:{line} {f['rule']} {f['severity']} {f['exposure']} {f['confidence']} {f['pattern']}: {f['message']}")
    text = open(f"{root}/{f['path']}", errors="replace").read().split("\n")
    for n in range(max(1, line - 3), min(len(text), line + 3) + 1):
        print(f"  {n:5} {'>' if n == line else '|'} {text[n - 1][:160]}")
PY
	done
done
