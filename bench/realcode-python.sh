#!/usr/bin/env bash
# Checks well-known Python projects at fixed versions and prints a table: files,
# loud findings (warnings and errors), notes. Nothing of them is run: wheels are
# downloaded with pip and unpacked.
#
#   bench/realcode-python.sh [--list] [DIR]
#                                --list: print the loud findings with their source
#                                DIR: a folder with a project in each subfolder
. "$(dirname "$0")/lib.sh"
build_tlslint
list=
if [ "${1:-}" = --list ]; then
	list=$1
	shift
fi
packages="
ansible-core==2.21.5
apache-airflow-providers-cncf-kubernetes==10.25.0
apache-airflow-providers-elasticsearch==6.10.0
apache-airflow-providers-http==6.3.0
apache-airflow-providers-ssh==7.0.1
apprise==2.2.0
certbot==5.8.0
checkov==3.3.30
elastalert2==2.31.0
esrally==2.13.0
glances==4.5.8
homeassistant==2026.2.3
jira==3.10.5
keystoneauth1==5.18.1
locust==2.47.0
mitmproxy==12.3.1
prowler==5.46.0
python-gitlab==8.6.0
rucio==41.5.1
scrapy==2.19.0
sqlmap==1.10.10
streamlink==8.6.3
weblate==5.14.3
"
tree=${1:-$work/tree}
if [ $# -eq 0 ]; then
	for p in $packages; do
		dir=$tree/${p/==/@}
		mkdir -p "$dir" "$work/wheel"
		if python3 -m pip download -q --no-deps --only-binary :all: --ignore-requires-python -d "$work/wheel" "$p" 2>"$work/pip.log"; then
			python3 -m zipfile -e "$work"/wheel/*.whl "$dir"
		else
			skipped "$p" "$(tail -n 1 "$work/pip.log")"
			rmdir "$dir"
		fi
		rm -rf "$work/wheel"
	done
fi
printf '%-50s %7s %6s %6s\n' project files loud notes
for dir in "$tree"/*/; do
	dir=${dir%/}
	(cd "$dir" && "$tlslint" check --isolated --lang python --exit-zero -q -f json --severity low . >"$work/out.json")
	python3 - "${dir##*/}" "$dir" "$work/out.json" "$list" <<'PY'
import json, sys
name, root, path, want = sys.argv[1:]
r = json.load(open(path))
fs = [f for f in r["findings"] if not f.get("suppressed") and f["confidence"] != "low"]
loud = [f for f in fs if f["level"] != "note"]
print(f"{name:50} {r['summary']['files']:7} {len(loud):6} {len(fs) - len(loud):6}")
for f in loud if want else []:
    line = f["span"]["start"]["line"]
    print(f"\n{name}/{f['path']}:{line} {f['rule']} {f['severity']} {f['exposure']} {f['confidence']} {f['pattern']}: {f['message']}")
    text = open(f"{root}/{f['path']}", errors="replace").read().split("\n")
    for n in range(max(1, line - 3), min(len(text), line + 3) + 1):
        print(f"  {n:5} {'>' if n == line else '|'} {text[n - 1][:160]}")
PY
done
