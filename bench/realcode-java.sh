#!/usr/bin/env bash
# Checks well-known Java projects at fixed versions and prints a table: files,
# loud findings (warnings and errors), notes. Nothing of them is built or run: the
# archives of their sources are copied with Maven and unpacked, those of their tests
# into src/test/java, where they come from.
#
#   bench/realcode-java.sh [--list] [DIR]
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
org.apache.jmeter:ApacheJMeter_core:5.6.3
org.apache.jmeter:ApacheJMeter_http:5.6.3
com.rabbitmq:amqp-client:5.21.0
software.amazon.awssdk:apache-client:2.26.7
org.apache.directory.api:api-ldap-client-api:2.1.6
org.asynchttpclient:async-http-client:2.12.3
com.amazonaws:aws-java-sdk-core:1.12.744
com.azure:azure-core:1.49.1
org.apache.camel:camel-http:3.22.2
org.apache.camel:camel-mail:3.22.2
org.jasig.cas.client:cas-client-core:3.6.4
org.apache.cassandra:cassandra-all:4.1.5
io.kubernetes:client-java:20.0.1
commons-net:commons-net:3.11.1
org.apache.cxf:cxf-rt-transports-http:3.6.4
com.alibaba:druid:1.2.23
org.dspace:dspace-api:7.6.1
org.elasticsearch:elasticsearch:7.17.22
io.gatling:gatling-http-client:3.11.3
org.apache.geode:geode-core:1.15.1
org.gitlab4j:gitlab4j-api:5.5.0
org.apache.hadoop:hadoop-common:3.3.6
org.apache.hadoop:hadoop-common:3.3.6:test-sources
com.hazelcast:hazelcast:5.4.0
org.apache.hive:hive-jdbc:3.1.3
net.sourceforge.htmlunit:htmlunit:2.70.0
org.apache.httpcomponents.client5:httpclient5:5.3.1
org.apache.httpcomponents:httpclient:4.5.14
cn.hutool:hutool-all:5.8.28
org.apache.ignite:ignite-core:2.16.0
com.influxdb:influxdb-client-java:7.1.0
com.sun.mail:jakarta.mail:1.6.7
com.offbytwo.jenkins:jenkins-client:0.3.8
org.eclipse.jetty:jetty-util:9.4.54.v20240208
org.jsoup:jsoup:1.11.3
org.apache.kafka:kafka-clients:3.7.1
org.apache.kafka:kafka-clients:3.7.1:test-sources
org.keycloak:keycloak-adapter-core:24.0.5
org.keycloak:keycloak-services:24.0.5
io.fabric8:kubernetes-client:4.13.3
org.apache.kylin:kylin-core-common:4.0.4
org.apache.logging.log4j:log4j-core:2.23.1
org.mariadb.jdbc:mariadb-java-client:2.7.12
io.minio:minio:8.5.10
org.mock-server:mockserver-core:5.15.0
org.mongodb:mongodb-driver-core:5.1.1
com.microsoft.sqlserver:mssql-jdbc:12.6.2.jre11
com.mysql:mysql-connector-j:8.4.0
com.alibaba.nacos:nacos-common:2.3.2
io.netty:netty-example:4.1.111.Final
io.netty:netty-handler:4.1.111.Final
org.apache.nutch:nutch:1.20
com.squareup.okhttp:okhttp:2.7.5
com.squareup.okhttp3:okhttp:3.14.9
org.postgresql:postgresql:42.7.3
io.prestosql:presto-client:350
org.apache.pulsar:pulsar-client-original:3.2.3
io.rest-assured:rest-assured:5.4.0
org.jboss.resteasy:resteasy-client:4.7.9.Final
org.seleniumhq.selenium:selenium-remote-driver:4.21.0
org.igniterealtime.smack:smack-core:4.4.8
org.apache.solr:solr-core:8.11.3
org.springframework.boot:spring-boot-autoconfigure:2.7.18
org.springframework:spring-web:5.3.37
io.trino:trino-client:449
com.unboundid:unboundid-ldapsdk:6.0.11
com.konghq:unirest-java:3.14.5
io.vertx:vertx-core:4.5.8
com.vmware:vijava:5.1
org.apache.maven.wagon:wagon-http-shared:3.5.3
com.github.binarywang:weixin-java-common:4.6.0
org.wiremock:wiremock:3.6.0
com.xuxueli:xxl-job-core:2.4.1
org.zaproxy:zap:2.15.0
org.apache.zookeeper:zookeeper:3.9.2
"
tree=${1:-$work/tree}
if [ $# -eq 0 ]; then
	mkdir -p "$tree" "$work/mvn"
	# One module for each archive, so that one which is missing stops no other.
	python3 - "$work" $packages <<'PY'
import os, sys
work, packages = sys.argv[1], sys.argv[2:]
def pom(name, body):
    return f"<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>{name}</artifactId><version>1</version><packaging>pom</packaging>{body}</project>"
names = []
for i, p in enumerate(packages):
    group, artifact, version, *classifier = p.split(":")
    name = f"{artifact}@{version}" + ("-tests" if classifier else "")
    item = f"<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version><classifier>{(classifier or ['sources'])[0]}</classifier><destFileName>{name}.jar</destFileName>"
    os.makedirs(f"{work}/mvn/m{i}")
    with open(f"{work}/mvn/m{i}/pom.xml", "w") as f:
        f.write(pom(f"m{i}", f"""<build><plugins><plugin><groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId><version>3.6.1</version>
<executions><execution><phase>validate</phase><goals><goal>copy</goal></goals></execution></executions>
<configuration><artifactItems><artifactItem>{item}</artifactItem></artifactItems><outputDirectory>{work}/jar</outputDirectory></configuration></plugin></plugins></build>"""))
    names.append(name)
with open(f"{work}/mvn/pom.xml", "w") as f:
    f.write(pom("all", "<modules>" + "".join(f"<module>m{i}</module>" for i in range(len(names))) + "</modules>"))
with open(f"{work}/names", "w") as f:
    f.write("\n".join(names) + "\n")
PY
	(cd "$work/mvn" && mvn -q -B -fae validate >"$work/mvn.log" 2>&1) || true
	while read -r name; do
		dir=$tree/$name
		case $name in *-tests) dir=$dir/src/test/java ;; esac
		if [ -f "$work/jar/$name.jar" ]; then
			mkdir -p "$dir"
			python3 -m zipfile -e "$work/jar/$name.jar" "$dir"
		else
			skipped "$name" "no such archive"
		fi
	done <"$work/names"
fi
printf '%-50s %7s %6s %6s\n' project files loud notes
for dir in "$tree"/*/; do
	dir=${dir%/}
	(cd "$dir" && "$tlslint" check --isolated --lang java --exit-zero -q -f json --severity low . >"$work/out.json")
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
