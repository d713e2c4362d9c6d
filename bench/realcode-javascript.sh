#!/usr/bin/env bash
# Checks well-known JavaScript and TypeScript projects at fixed versions and prints a
# table: files, loud findings (warnings and errors), notes. Nothing of them is run or
# installed: packages are downloaded with npm and unpacked.
#
#   bench/realcode-javascript.sh [--list] [DIR]
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
actionhero@29.3.5
anyproxy@4.1.3
apn@2.2.0
autocannon@9.0.0
axios@1.21.1
azure-devops-node-api@17.0.1
@backstage/backend-defaults@0.18.0
backstopjs@6.3.25
browser-sync@3.0.4
@budibase/backend-core@3.46.0
@budibase/server@3.38.1
cassandra-driver@4.10.0
castv2@0.1.10
@directus/api@23.3.2
fabric-ca-client@2.2.20
fabric-client@1.4.20
fabric-common@2.2.20
firebase-tools@15.34.2
flowise@3.1.2
flowise-components@3.1.4
got@14.6.6
@hoppscotch/cli@0.31.4
http-mitm-proxy@1.1.0
http-proxy@1.18.1
imapflow@2.10.2
iobroker.admin@7.8.20
iobroker.proxmox@2.6.3
kafkajs@2.2.4
@kubernetes/client-node@2.0.1
loadtest@8.2.1
meshcentral@1.1.55
mockttp@4.6.5
mongodb@7.9.0
mqtt@5.16.0
mysql2@3.24.6
n8n@2.8.4
n8n-nodes-base@2.41.2
nats@2.29.3
needle@3.5.0
newman@6.2.2
node-hue-api@4.0.11
@node-red/nodes@5.0.7
node-unifi@2.5.1
node-vault@0.12.0
nodebb@1.4.0
nodemailer@10.6.0
npm-check-updates@22.2.9
@opensearch-project/opensearch@3.9.0
pa11y@9.1.1
parse-server@9.10.0
particle-cli@3.43.1
pg@8.23.1
@pnpm/network.agent@2.0.3
postman-request@2.88.1-postman.8-beta.1
postman-runtime@7.56.1
renovate@39.264.1
request@2.88.2
@salesforce/core@8.32.6
@sap-cloud-sdk/connectivity@4.9.1
selenium-webdriver@4.46.0
sequelize@6.37.8
@shopify/cli-kit@3.94.3
sitespeed.io@40.5.0
smtp-server@3.21.6
snowflake-sdk@3.3.0
snyk@1.1307.4
splunk-logging@0.11.1
splunk-sdk@2.0.2
@strapi/strapi@5.55.1
superagent@10.4.2
tedious@19.2.2
testcafe@15.1.317922
@theia/core@1.75.0
@theia/request@1.75.0
total.js@3.4.20
total4@0.0.99
truffle@5.11.5
typed-rest-client@3.1.2
typeorm@1.1.1
undici@7.30.2
unifi-protect@4.28.0
@usebruno/cli@4.1.0
@usebruno/requests@0.20.0
verdaccio@6.8.0
whistle@2.10.10
whistle.script@1.2.10
xen-api@4.7.6
@xen-orchestra/xapi@8.10.5
zigbee2mqtt@2.14.1
@zowe/cli@8.37.1
@zowe/imperative@8.37.1
"
tree=${1:-$work/tree}
if [ $# -eq 0 ]; then
	for p in $packages; do
		dir=$tree/${p//\//-}
		mkdir -p "$dir" "$work/package"
		if npm pack --silent --ignore-scripts --pack-destination "$work/package" "$p" >"$work/npm.log" 2>&1; then
			tar -xzf "$work"/package/*.tgz -C "$dir" --strip-components=1
		else
			skipped "$p" "$(tail -n 1 "$work/npm.log")"
			rmdir "$dir"
		fi
		rm -rf "$work/package"
	done
fi
printf '%-50s %7s %6s %6s\n' project files loud notes
for dir in "$tree"/*/; do
	dir=${dir%/}
	(cd "$dir" && "$tlslint" check --isolated --lang javascript --exit-zero -q -f json --severity low . >"$work/out.json")
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
