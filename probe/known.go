package probe

import (
	"regexp"
	"slices"
	"strings"

	"github.com/tlslint/tlslint/internal/lazyregexp"
)

// Names of CAs are recognised by whole values of the organisation (O), the unit (OU)
// or the common name (CN), or by the fixed words that a common name begins with when
// the rest is a date or the name of a machine. They are claims: whoever makes a
// certificate can write any name into it.

// caName describes the name of a CA. Every part that is set must fit.
type caName struct {
	o  string             // whole organisation, without case
	ou string             // whole unit, without case
	cn *lazyregexp.Regexp // whole common name
}

func named(cn string) caName    { return caName{cn: lazyregexp.New(`^(?:` + cn + `)$`)} }
func organised(o string) caName { return caName{o: o} }
func both(o, cn string) caName {
	n := named(cn)
	n.o = o
	return n
}

func (n caName) fits(name map[string][]string) bool {
	has := func(key, want string) bool {
		return want == "" || slices.ContainsFunc(name[key], func(s string) bool { return strings.EqualFold(s, want) })
	}
	return has("O", n.o) && has("OU", n.ou) && (n.cn == nil || slices.ContainsFunc(name["CN"], n.cn.MatchString))
}

// attributeStart is where an attribute begins in the text of a name.
var attributeStart = regexp.MustCompile(`(?:^|, )([A-Za-z]+|[0-9]+(?:\.[0-9]+)+)=`)

// splitName takes the text of a name ("CN=x, O=y, Inc.") apart again.
func splitName(text string) map[string][]string {
	out := make(map[string][]string)
	at := attributeStart.FindAllStringSubmatchIndex(text, -1)
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		key := text[m[2]:m[3]]
		out[key] = append(out[key], text[m[1]:end])
	}
	return out
}

// development are the CAs that developers' tools and servers make for themselves.
// where says where the root of that CA is.
var development = []struct {
	tool, where string
	names       []caName // any of them, in the subject or the issuer
}{
	// Tools for a developer's machine.
	{"mkcert", "rootCA.pem in the folder that `mkcert -CAROOT` prints, on the machine where the certificate was made",
		[]caName{organised("mkcert development CA"), organised("mkcert development certificate")}},
	{"Caddy", "pki/authorities/local/root.crt in Caddy's data folder (~/.local/share/caddy, /data/caddy in its container image)",
		[]caName{named(`Caddy Local Authority - (?:\d{4} )?ECC (?:Root|Intermediate)`)}},
	{"step-ca", "$(step path)/certs/root_ca.crt on the machine of the CA; `step ca root` fetches it",
		[]caName{named(`Smallstep (?:Root|Intermediate) CA`)}},
	{"minica", "minica.pem in the folder where minica ran",
		[]caName{named(`minica root ca [0-9a-f]{6}`)}},
	{"puma-dev", "~/.puma-dev-ssl/cert.pem, on macOS in ~/Library/Application Support/io.puma.dev",
		[]caName{named(`Puma-dev CA`)}},
	{"Laravel Valet", "~/.config/valet/CA/LaravelValetCASelfSigned.pem, with Herd in ~/Library/Application Support/Herd",
		[]caName{named(`Laravel Valet CA Self Signed CN`), organised("Laravel Valet CA Self Signed Organization")}},
	{"Office Add-ins", "~/.office-addin-dev-certs/ca.crt",
		[]caName{named(`Developer CA for Microsoft Office Add-ins`)}},
	{"Pebble", "test/certs/pebble.minica.pem for its API, and https://localhost:15000/roots/0 for what it issues",
		[]caName{named(`Pebble (?:Root|Intermediate) CA [0-9a-f]{6}`)}},

	// Kubernetes and what runs in it.
	{"minikube", "~/.minikube/ca.crt",
		[]caName{named(`minikubeCA`)}},
	{"K3s", "/var/lib/rancher/k3s/server/tls/server-ca.crt on the server, certificate-authority-data of the kubeconfig, /var/run/secrets/kubernetes.io/serviceaccount/ca.crt in a pod",
		[]caName{named(`k3s-(?:server|client|request-header)-ca@\d+`)}},
	{"RKE2", "/var/lib/rancher/rke2/server/tls/server-ca.crt on the server, certificate-authority-data of the kubeconfig, /var/run/secrets/kubernetes.io/serviceaccount/ca.crt in a pod",
		[]caName{named(`rke2-(?:server|client|request-header)-ca@\d+`)}},
	{"Kubernetes", "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt in a pod, certificate-authority-data of the kubeconfig, /etc/kubernetes/pki/ca.crt on a control plane node (kubeadm, kind)",
		[]caName{named(`kubernetes|kubernetes-ca|kube-ca|kube-apiserver-(?:lb|localhost|service-network)-signer|etcd-ca|front-proxy-ca|kubernetes-front-proxy-ca`)}},
	{"OpenShift", "the config map default-ingress-cert of the namespace openshift-config-managed",
		[]caName{named(`ingress-operator@\d+|openshift-service-serving-signer@\d+`)}},
	{"Linkerd", "the config map linkerd-identity-trust-roots",
		[]caName{named(`(?:root|identity)\.linkerd\.cluster\.local`)}},
	{"cert-manager", "ca.crt of the secret that its CA issuer names",
		[]caName{named(`cert-manager-webhook-ca`)}},

	// Servers that make a CA for themselves.
	{"HashiCorp Consul", "consul-agent-ca.pem where `consul tls ca create` ran",
		[]caName{named(`Consul Agent CA \d+`)}},
	{"HashiCorp Nomad", "nomad-agent-ca.pem where `nomad tls ca create` ran",
		[]caName{named(`Nomad Agent CA \d+`)}},
	{"HashiCorp Vault", "the answer of /v1/pki/ca/pem of the Vault server; with `vault server -dev-tls` the file vault-ca.pem that it names when it starts",
		[]caName{named(`Vault CA`)}},
	{"Elasticsearch", "config/certs/http_ca.crt in Elasticsearch's folder (/etc/elasticsearch/certs/http_ca.crt of a package)",
		[]caName{named(`Elasticsearch security auto-configuration HTTP CA|Elastic Certificate Tool Autogenerated CA`)}},
	{"CockroachDB", "certs/ca.crt in the folder of `cockroach cert create-ca`",
		[]caName{both("Cockroach", `Cockroach CA`)}},
	{"MySQL", "ca.pem in MySQL's data folder (/var/lib/mysql)",
		[]caName{named(`MySQL_Server_[0-9A-Za-z.-]+_Auto_Generated_CA_Certificate`)}},
	{"Proxmox VE", "/etc/pve/pve-root-ca.pem on a node",
		[]caName{organised("PVE Cluster Manager CA")}},
	{"Docker Swarm", "`docker swarm ca` on a manager",
		[]caName{named(`swarm-ca`)}},
}

// localhostName is the whole name of a certificate that dotnet dev-certs, IIS
// Express, XAMPP and many others make for this machine.
const localhostName = "CN=localhost"

// developmentCA recognises certificates of a CA that a developer's tool or a server
// made for itself, which no store of roots has, by the texts of the subject and the
// issuer as [Certificate] holds them. where says where its root is.
func developmentCA(subject, issuer string) (tool, where string, ok bool) {
	names := []map[string][]string{splitName(issuer), splitName(subject)}
	for _, name := range names {
		for _, d := range development {
			if slices.ContainsFunc(d.names, func(n caName) bool { return n.fits(name) }) {
				return d.tool, d.where, true
			}
		}
	}
	if subject == localhostName && issuer == localhostName {
		return "a tool for localhost (dotnet dev-certs, IIS Express, XAMPP)",
			"the certificate itself; `dotnet dev-certs https --trust` trusts the one of .NET, `dotnet dev-certs https --export-path localhost.pem --format PEM` writes it to a file", true
	}
	return "", "", false
}

// placeholders are certificates that stand in for one that is missing. No client is
// to be made to trust them: what is needed is said of the server.
var placeholders = []struct {
	what, need string
	names      []caName
}{
	{"the placeholder of ingress-nginx", "no TLS secret fits this host: correct spec.tls of the Ingress, or the secret that it names",
		[]caName{named(`Kubernetes Ingress Controller Fake Certificate`)}},
	{"the placeholder of Traefik", "no certificate fits this host: correct the tls section of the router, or the certificate resolver",
		[]caName{named(`TRAEFIK DEFAULT CERT`)}},
	{"a temporary certificate of cert-manager", "the real one was not issued: kubectl describe certificate says why",
		[]caName{named(`cert-manager\.local`)}},
	{"SQL Server's own certificate, made when it started", "configure a certificate in SQL Server",
		[]caName{named(`SSL_Self_Signed_Fallback`)}},
	{"one of Let's Encrypt's staging service, for tests", "ask the production service (https://acme-v02.api.letsencrypt.org/directory) for one",
		[]caName{organised("(STAGING) Let's Encrypt"), organised("(STAGING) Internet Security Research Group"), named(`Fake LE (?:Root|Intermediate) X1`)}},
	// Last, because other tools took its organisation over.
	{"a certificate for tests, of Go's generate_cert.go", "serve a real certificate",
		[]caName{organised("Acme Co")}},
}

// placeholder recognises certificates that stand in for one that is missing, by the
// texts of the subject and the issuer. what names it ("the certificate is …"), need
// says what the server needs.
func placeholder(subject, issuer string) (what, need string, ok bool) {
	for _, name := range []map[string][]string{splitName(issuer), splitName(subject)} {
		for _, p := range placeholders {
			if slices.ContainsFunc(p.names, func(n caName) bool { return n.fits(name) }) {
				return p.what, p.need, true
			}
		}
	}
	return "", "", false
}

// services are well-known ones with a CA of their own that common stores do not
// have.
var services = []struct {
	service, where string
	names          []caName
}{
	{"Amazon RDS", "its roots are in https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
		[]caName{{o: "Amazon Web Services, Inc.", ou: "Amazon RDS"}, named(`Amazon RDS [a-z0-9-]+ (?:Root|Subordinate) CA [A-Z0-9.]+(?: G\d)?`)}},
	{"Google Cloud SQL", "gcloud sql instances describe INSTANCE --format='value(serverCaCert.cert)' prints its root",
		[]caName{named(`Google Cloud SQL Server CA`)}},
	{"Cloudflare's origin CA", "only Cloudflare itself trusts it: reach the host through Cloudflare, or take its root from https://developers.cloudflare.com/ssl/origin-configuration/origin-ca/",
		[]caName{{o: "CloudFlare, Inc.", ou: "CloudFlare Origin SSL Certificate Authority"}, {o: "CloudFlare, Inc.", ou: "CloudFlare Origin SSL ECC Certificate Authority"}}},
}

// serviceCA recognises the CA of a well-known service by the text of an issuer.
// where says where its root is.
func serviceCA(issuer string) (service, where string, ok bool) {
	name := splitName(issuer)
	for _, s := range services {
		if slices.ContainsFunc(s.names, func(n caName) bool { return n.fits(name) }) {
			return s.service, s.where, true
		}
	}
	return "", "", false
}

// interceptors are products that answer for other hosts with certificates of their
// own, by the issuer of those.
var interceptors = []struct {
	product string
	names   []caName
}{
	// Gateways of companies and schools.
	{"Zscaler", []caName{organised("Zscaler Inc."), organised("Zscaler, Inc."), organised("Zscaler")}},
	{"Netskope", []caName{organised("Netskope"), organised("Netskope Inc."), organised("Netskope, Inc."),
		named(`(?:[a-z0-9-]+\.)*(?:caadmin\.netskope\.com|goskope\.com)`)}},
	{"Fortinet FortiGate", []caName{organised("Fortinet"), organised("Fortinet Ltd."), named(`FG(?:T|VM|[0-9])[0-9A-Z]{8,16}|FortiGate CA|Fortinet_CA_SSL`)}},
	{"Palo Alto Networks", []caName{organised("Palo Alto Networks"), organised("Palo Alto Networks, Inc."), organised("Palo Alto Networks Inc.")}},
	{"Cisco Umbrella", []caName{named(`Cisco Umbrella (?:Root|Primary|Secondary) (?:Sub)?CA|Cisco Umbrella Secondary SubCA [a-z0-9-]+`), both("Cisco", `Cisco Umbrella .+`)}},
	{"Blue Coat (Symantec, Broadcom)", []caName{organised("Blue Coat"), organised("Blue Coat Systems"), organised("Blue Coat Systems, Inc."), organised("Bluecoat")}},
	{"Forcepoint", []caName{organised("Forcepoint LLC"), organised("Forcepoint"), organised("Websense, Inc."), named(`Forcepoint Cloud CA`)}},
	{"Sophos", []caName{organised("Sophos"), named(`Sophos SSL CA_[0-9A-Za-z]+`)}},
	{"Check Point", []caName{organised("Check Point"), organised("Check Point Software Technologies"), organised("Check Point Software Technologies Ltd.")}},
	{"SonicWall", []caName{named(`(?i)SonicWall Firewall DPI-SSL`), organised("SonicWALL Inc.")}},
	{"WatchGuard", []caName{organised("WatchGuard_Technologies"), organised("WatchGuard Technologies"), named(`Fireware HTTPS Proxy.*`)}},
	{"Cloudflare Gateway", []caName{named(`Gateway CA - Cloudflare Managed G\d+(?: [0-9a-f]+)?|Cloudflare for Teams ECC Certificate Authority`)}},
	{"Cato Networks", []caName{organised("Cato Networks"), named(`Cato Networks Root CA`)}},
	{"McAfee Web Gateway (Skyhigh)", []caName{named(`McAfee Web Gateway(?: Root CA)?`)}},
	{"Barracuda", []caName{organised("Barracuda Networks"), organised("Barracuda Networks, Inc.")}},
	{"Menlo Security", []caName{organised("Menlo Security"), organised("Menlo Security Inc."), organised("Menlo Security, Inc.")}},
	{"iboss", []caName{organised("iboss"), organised("iboss, Inc."), organised("iboss Network Security")}},
	{"Smoothwall", []caName{organised("Smoothwall"), organised("Smoothwall Ltd")}},
	{"Securly", []caName{organised("Securly, Inc"), organised("Securly, Inc.")}},
	{"Lightspeed", []caName{organised("Lightspeed Systems")}},

	// Programs on the machine itself.
	{"Kaspersky", []caName{named(`Kaspersky Anti-Virus Personal Root Certificate|Kaspersky Web Anti-Virus Certification Authority`), organised("AO Kaspersky Lab"), organised("Kaspersky Lab ZAO")}},
	{"ESET", []caName{named(`ESET SSL Filter CA`), organised("ESET, spol. s r. o."), organised("ESET, spol. s r.o.")}},
	{"Avast", []caName{named(`(?i)avast!? Web/Mail Shield (?:Self-signed |Untrusted )?Root`), organised("Avast Web/Mail Shield")}},
	{"AVG", []caName{named(`AVG Web/Mail Shield (?:Self-signed |Untrusted )?Root`), organised("AVG Web/Mail Shield")}},
	{"Norton", []caName{named(`Norton Web/Mail Shield (?:Self-signed |Untrusted )?Root`), organised("Norton Web/Mail Shield")}},
	{"Bitdefender", []caName{named(`Bitdefender Personal CA(?:\.[A-Za-z0-9_-]+)?`)}},
	{"Dr.Web", []caName{named(`DrWeb SpIDer Gate Trusted Root`), organised("Doctor Web")}},
	{"AdGuard", []caName{named(`(?i)AdGuard Personal CA.*`)}},

	// Proxies of developers.
	{"mitmproxy", []caName{named(`mitmproxy`), organised("mitmproxy")}},
	{"Burp Suite", []caName{organised("PortSwigger"), named(`PortSwigger CA`)}},
	{"Charles", []caName{named(`Charles Proxy (?:CA|Custom Root Certificate) \(.+\)|Charles Proxy SSL Proxying`), organised("XK72 Ltd")}},
	{"Fiddler", []caName{named(`DO_NOT_TRUST_FiddlerRoot|Fiddler Root Certificate Authority`)}},
	{"OWASP ZAP", []caName{organised("OWASP Root CA"), named(`OWASP Zed Attack Proxy Root CA|ZAP Root CA`), organised("ZAP Root CA")}},
	{"Proxyman", []caName{organised("Proxyman LLC"), organised("Proxyman"), named(`Proxyman CA(?: \(.+\))?`)}},
	{"HTTP Toolkit", []caName{named(`HTTP Toolkit CA(?: - DO NOT TRUST)?`)}},
}

// interceptor recognises the product that an issuer, in the text that [Certificate]
// holds, belongs to: one that opens TLS connections on their way. It says who the
// issuer claims to be, not that the connection was intercepted: a gateway's own
// pages have such an issuer too.
func interceptor(issuer string) (product string, ok bool) {
	name := splitName(issuer)
	for _, i := range interceptors {
		if slices.ContainsFunc(i.names, func(n caName) bool { return n.fits(name) }) {
			return i.product, true
		}
	}
	return "", false
}

// exportInterceptor says how a user gets the root of the product and gives it to the
// runtimes that do not look into the system's store.
func exportInterceptor(product string) string {
	for _, e := range exports {
		if slices.Contains(e.products, product) {
			return e.how
		}
	}
	return exportFromSystem
}

// exportFromSystem is for products whose root an administrator has installed.
const exportFromSystem = "export its root from the system's store, where the administrator or the program put it " +
	"(macOS: Keychain Access, System, Certificates; Windows: certmgr.msc, Trusted Root Certification Authorities, Base-64 encoded; " +
	"Linux: /usr/local/share/ca-certificates or /etc/pki/ca-trust/source/anchors), or ask the administrator for it"

// exports are the products whose root is in a known place.
var exports = []struct {
	products []string
	how      string
}{
	{[]string{"mitmproxy"}, "its root is ~/.mitmproxy/mitmproxy-ca-cert.pem"},
	{[]string{"Burp Suite"}, "its root is at http://burpsuite/cert when reached through the proxy, in DER"},
	{[]string{"Charles"}, "save its root with Help, SSL Proxying, Save Charles Root Certificate"},
	{[]string{"Fiddler"}, "save its root with Tools, Options, HTTPS, Actions, Export Root Certificate to Desktop"},
	{[]string{"OWASP ZAP"}, "save its root with Options, Network, Server Certificates, Save"},
	{[]string{"Proxyman"}, "save its root with Certificate, Export"},
	{[]string{"HTTP Toolkit"}, "its root is ca.pem in HTTP Toolkit's configuration folder (~/.config/httptoolkit, ~/Library/Preferences/httptoolkit)"},
	{[]string{"Fortinet FortiGate"}, "the administrator downloads its root in Security Profiles, SSL/SSH Inspection, beside CA certificate; " + exportFromSystem},
	{[]string{"Avast", "AVG", "Norton"}, "its root is wscert.pem in the folder of the program below C:\\ProgramData (for example C:\\ProgramData\\Avast Software\\Avast); " + exportFromSystem},
	{[]string{"Cloudflare Gateway"}, "download its root from the Zero Trust dashboard (Settings, Resources, Certificates); " + exportFromSystem},
}
