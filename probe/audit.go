package probe

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"software.sslmate.com/src/go-pkcs12"
)

// reading is what the value of a variable is.
type reading int

const (
	aText    reading = iota
	aBundle          // a file with certificates in PEM
	aPlace           // such a file, or a folder
	aFolders         // folders, with the separator of PATH between them
	aLog             // a file that is written
	aProxy           // the URL of a proxy
	javaArgs         // arguments of a Java virtual machine
	nodeArgs         // arguments of node
	goDebug          // settings of Go
)

// setting is a variable of the environment that changes what TLS clients trust. What
// OpenSSL 3.0, curl 7.88, Python 3.11, requests 2.34, pip 23.2, Node.js 20, git 2.39
// with GnuTLS and Java 17 and 25 do with the variables of their own was measured; of
// other clients only the effect is told, and that was not measured.
type setting struct {
	name    string
	reading reading
	clients []string
	// effect is one sentence; effectOf gives it by the value instead, "" for a value
	// that changes nothing worth telling.
	effect   string
	effectOf func(value string) string
	// unusable says what the clients do when they find no certificate in the file; ""
	// when that is not known.
	unusable string
}

// off gives one sentence for the values that clients understand as no, and nothing
// for others.
func off(sentence string) func(string) string {
	return func(v string) string {
		if slices.Contains([]string{"0", "false", "no", "off"}, strings.ToLower(v)) {
			return sentence
		}
		return ""
	}
}

// on is off for the values that clients understand as yes.
func on(sentence string) func(string) string {
	return func(v string) string {
		if slices.Contains([]string{"1", "true", "yes", "on"}, strings.ToLower(v)) {
			return sentence
		}
		return ""
	}
}

var javaClients = []string{"Java"}

// environment are the variables that Audit knows, in the order in which it tells
// them.
var environment = []setting{
	// OpenSSL's, which many take over.
	{"SSL_CERT_FILE", aBundle, []string{"OpenSSL", "Python (ssl, httpx, aiohttp)", "Go (not on macOS and Windows)", "curl", "Ruby", "PHP", ".NET on Linux", "uv", "Rust (rustls-native-certs)"},
		"Replaces the system's bundle file; OpenSSL, curl and Go still read the folder of SSL_CERT_DIR or /etc/ssl/certs besides, and requests, Node.js, Java and git do not look at it.", nil,
		"curl stops with exit code 77, OpenSSL and Go go on with the folder alone and say nothing"},
	{"SSL_CERT_DIR", aFolders, []string{"OpenSSL", "Python (ssl, aiohttp)", "Go (not on macOS and Windows)", "curl", "Ruby", "PHP", ".NET on Linux", "uv"},
		"Replaces the system's folder of certificates; OpenSSL finds only files in it that openssl rehash has named.", nil,
		""},
	{"NIX_SSL_CERT_FILE", aBundle, []string{"programs from Nixpkgs (OpenSSL, curl, git, Go)"},
		"Replaces the system's bundle file in programs that Nix built.", nil, ""},
	{"CURL_CA_BUNDLE", aPlace, []string{"curl", "requests", "pip"},
		"Replaces curl's bundle file, before SSL_CERT_FILE, and certifi's in requests when REQUESTS_CA_BUNDLE is not set; libcurl in other programs does not look at it.", nil,
		"curl stops with exit code 77, requests fails on every connection"},
	{"SSLKEYLOGFILE", aLog, []string{"curl", "Python (ssl)", "Firefox", "Chrome"},
		"Writes the secrets of every TLS connection into a file, with which a recording of it can be decrypted.", nil, ""},

	// Python.
	{"REQUESTS_CA_BUNDLE", aPlace, []string{"requests", "pip", "Poetry", "Azure CLI", "AWS CLI and boto3", "conda"},
		"Replaces certifi's bundle; it also wins over verify=False that is set on a session.", nil,
		"requests fails on every connection"},
	{"PIP_CERT", aPlace, []string{"pip"}, "Replaces pip's own bundle and the system's store.", nil, "pip fails on every connection"},
	{"PIP_TRUSTED_HOST", aText, []string{"pip"}, "Switches the verification off for the hosts that it lists.", nil, ""},
	{"PYTHONHTTPSVERIFY", aText, []string{"Python 2.7"}, "", func(v string) string {
		if v == "0" {
			return "Switches the verification off in Python 2.7; Python 3 does not look at it."
		}
		return ""
	}, ""},
	{"HTTPLIB2_CA_CERTS", aBundle, []string{"httplib2"}, "Replaces certifi's bundle in httplib2, as in Google's API client.", nil, ""},
	{"WEBSOCKET_CLIENT_CA_BUNDLE", aPlace, []string{"websocket-client"}, "Replaces the roots of Python's websocket-client.", nil, ""},
	{"CONDA_SSL_VERIFY", aText, []string{"conda"}, "", func(v string) string {
		if s := off("Switches the verification off in conda.")(v); s != "" {
			return s
		}
		return "Sets the roots of conda: truststore is the system's store, a path a bundle in place of certifi's."
	}, ""},
	{"UV_SYSTEM_CERTS", aText, []string{"uv"}, "", on("Replaces uv's bundled Mozilla roots with the system's store."), ""},
	{"UV_NATIVE_TLS", aText, []string{"uv"}, "", on("Replaces uv's bundled Mozilla roots with the system's store; UV_SYSTEM_CERTS is its newer name."), ""},
	{"UV_INSECURE_HOST", aText, []string{"uv"}, "Switches the verification off for the hosts that it lists.", nil, ""},

	// Node.js and its relatives.
	{"NODE_EXTRA_CA_CERTS", aBundle, []string{"Node.js", "npm", "yarn", "pnpm", "Bun", "Deno 2.8 and later"},
		"Adds to the roots that are inside Node.js; it is read when the process starts, and not used where code or npm's cafile sets roots of its own.", nil,
		"Node.js goes on without it, with a warning at most"},
	{"NODE_TLS_REJECT_UNAUTHORIZED", aText, []string{"Node.js", "npm", "Bun"}, "", func(v string) string {
		if v == "0" {
			return "Switches the verification off in the whole process."
		}
		return "Changes nothing: only the value 0 switches the verification off."
	}, ""},
	{"NODE_USE_SYSTEM_CA", aText, []string{"Node.js 22.19, 24.6 and later"}, "", func(v string) string {
		if v == "1" {
			return "Adds the system's store to the roots that are inside Node.js; older versions do not look at it."
		}
		return ""
	}, ""},
	{"NODE_OPTIONS", nodeArgs, []string{"Node.js"}, "", nil, ""},
	{"NPM_CONFIG_CAFILE", aBundle, []string{"npm", "pnpm", "yarn 1"}, "Replaces the roots for requests to the registry; NODE_EXTRA_CA_CERTS is not used for them then.", nil, ""},
	{"NPM_CONFIG_STRICT_SSL", aText, []string{"npm", "pnpm", "yarn 1"}, "", off("Switches the verification off for requests to the registry."), ""},
	{"YARN_HTTPS_CA_FILE_PATH", aBundle, []string{"yarn 2 and later"}, "Replaces the roots for requests to the registry.", nil, ""},
	{"YARN_ENABLE_STRICT_SSL", aText, []string{"yarn 2 and later"}, "", off("Switches the verification off for requests to the registry."), ""},
	{"DENO_TLS_CA_STORE", aText, []string{"Deno"}, "Chooses the roots of Deno, in the order in which they are listed: mozilla, which is the default, and system.", nil, ""},
	{"DENO_CERT", aBundle, []string{"Deno"}, "Adds to the roots of Deno.", nil, ""},

	// git and package managers.
	{"GIT_SSL_NO_VERIFY", aText, []string{"git"}, "Switches the verification off in git, whatever the value is: 0 and false do too.", nil, ""},
	{"GIT_SSL_CAINFO", aBundle, []string{"git"}, "Replaces git's bundle file, before http.sslCAInfo of its configuration.", nil, "git fails on every connection"},
	{"GIT_SSL_CAPATH", aFolders, []string{"git"}, "Replaces git's folder of certificates.", nil, ""},
	{"CARGO_HTTP_CAINFO", aBundle, []string{"cargo"}, "Replaces the bundle file of cargo.", nil, ""},
	{"BUNDLE_SSL_CA_CERT", aPlace, []string{"Bundler"}, "Replaces the roots of Ruby's Bundler.", nil, ""},
	{"COMPOSER_CAFILE", aBundle, []string{"Composer"}, "Replaces the bundle file of PHP's Composer.", nil, ""},
	{"HEX_CACERTS_PATH", aBundle, []string{"Hex (mix)"}, "Replaces the roots that are inside Elixir's Hex.", nil, ""},
	{"HEX_UNSAFE_HTTPS", aText, []string{"Hex (mix)"}, "", on("Switches the verification off in Elixir's Hex."), ""},
	{"PERL_LWP_SSL_CA_FILE", aBundle, []string{"Perl (LWP)"}, "Replaces the bundle file of Perl's LWP.", nil, ""},
	{"PERL_LWP_SSL_CA_PATH", aFolders, []string{"Perl (LWP)"}, "Replaces the folder of certificates of Perl's LWP.", nil, ""},
	{"PERL_LWP_SSL_VERIFY_HOSTNAME", aText, []string{"Perl (LWP)"}, "", off("Switches the verification off in Perl's LWP."), ""},

	// Clouds, databases and other programs.
	{"AWS_CA_BUNDLE", aBundle, []string{"AWS CLI", "boto3", "AWS SDK for Go"}, "Replaces the roots of AWS's tools, before REQUESTS_CA_BUNDLE.", nil, ""},
	{"CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", aBundle, []string{"gcloud"}, "Replaces the roots of Google's gcloud.", nil, ""},
	{"GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", aBundle, []string{"gRPC (C++, Python, Ruby, PHP, Node.js)"}, "Replaces the roots of gRPC, other than that of Go and Java.", nil, ""},
	{"VAULT_CACERT", aBundle, []string{"HashiCorp Vault"}, "Replaces the roots of Vault's client.", nil, ""},
	{"VAULT_SKIP_VERIFY", aText, []string{"HashiCorp Vault"}, "", on("Switches the verification off in Vault's client."), ""},
	{"CONSUL_CACERT", aBundle, []string{"HashiCorp Consul"}, "Replaces the roots of Consul's client.", nil, ""},
	{"NOMAD_CACERT", aBundle, []string{"HashiCorp Nomad"}, "Replaces the roots of Nomad's client.", nil, ""},
	{"PGSSLROOTCERT", aText, []string{"libpq (psql, psycopg)"}, "Sets the roots for PostgreSQL's clients; they verify the host only with sslmode=verify-full.", nil, ""},
	{"PGSSLMODE", aText, []string{"libpq (psql, psycopg)"}, "", func(v string) string {
		switch v {
		case "disable":
			return "Switches TLS off in PostgreSQL's clients."
		case "allow", "prefer", "require":
			return "Lets PostgreSQL's clients connect without verifying the name of the server; verify-full verifies all."
		}
		return ""
	}, ""},

	// Java.
	{"JAVA_TOOL_OPTIONS", javaArgs, javaClients, "", nil, ""},
	{"JDK_JAVA_OPTIONS", javaArgs, javaClients, "", nil, ""},
	{"_JAVA_OPTIONS", javaArgs, javaClients, "", nil, ""},
	{"JAVA_OPTS", javaArgs, []string{"scripts that start Java"}, "", nil, ""},
	{"CATALINA_OPTS", javaArgs, []string{"Tomcat"}, "", nil, ""},
	{"MAVEN_OPTS", javaArgs, []string{"Maven"}, "", nil, ""},
	{"GRADLE_OPTS", javaArgs, []string{"Gradle"}, "", nil, ""},
	{"SBT_OPTS", javaArgs, []string{"sbt"}, "", nil, ""},

	// Go, and the way to the server.
	{"GODEBUG", goDebug, []string{"Go"}, "", nil, ""},
	{"HTTPS_PROXY", aProxy, []string{"curl", "Go", "Python", "pip", "git", "npm", "most others (not Java, Node.js only when told to)"},
		"Sends connections to HTTPS servers through a proxy, which answers in their place when it inspects TLS.", nil, ""},
	{"ALL_PROXY", aProxy, []string{"curl", "git", "Python (requests, httpx)"}, "Sends connections through a proxy where no other variable does.", nil, ""},
	{"NO_PROXY", aText, []string{"curl", "Go", "Python", "git", "npm"}, "Lists hosts that are reached without the proxy; how clients read it differs.", nil, ""},
}

// Audit tells which variables of an environment, written as in [os.Environ], change
// what TLS clients trust: whom, how, and what is wrong with the file that a variable
// names. Files are read, nothing is run. Of a proxy's URL the user and the password
// are left out, and of the arguments of node, Java and Go all that has nothing to do
// with TLS.
func Audit(environ []string) []Variable {
	values := make(map[string]string)
	shown := make(map[string]string) // the spelling in the environment
	for _, entry := range environ {
		name, value, ok := strings.Cut(entry, "=")
		if key := variableKey(name); ok && key != "" {
			// curl and Go prefer the lower-case spelling of a proxy's variable.
			if _, there := values[key]; there && name == strings.ToUpper(name) {
				continue
			}
			values[key], shown[key] = value, name
		}
	}
	var out []Variable
	for _, s := range environment {
		value, ok := values[s.name]
		// Only git minds that a variable is there when it is empty.
		if !ok || value == "" && s.name != "GIT_SSL_NO_VERIFY" {
			continue
		}
		if v, ok := s.read(value); ok {
			v.Name, v.Clients = Clean(shown[s.name]), s.clients
			out = append(out, v)
		}
	}
	return out
}

// variableKey gives the name under which the table has a variable, "" for another
// one. Proxies are spelled in both cases, npm's settings in any.
func variableKey(name string) string {
	upper := strings.ToUpper(name)
	if name == upper || runtime.GOOS == "windows" || strings.HasPrefix(upper, "NPM_CONFIG_") ||
		name == strings.ToLower(name) && strings.HasSuffix(upper, "_PROXY") {
		if slices.ContainsFunc(environment, func(s setting) bool { return s.name == upper }) {
			return upper
		}
	}
	return ""
}

// read judges the value of a variable. ok is false when there is nothing to tell.
func (s setting) read(value string) (v Variable, ok bool) {
	v = Variable{Value: Clean(value), Effect: s.effect}
	if s.effectOf != nil {
		v.Effect = s.effectOf(value)
	}
	switch s.reading {
	case aBundle, aPlace:
		v.Fault = s.bundleFault(value)
	case aFolders:
		v.Fault = foldersFault(value)
	case aLog:
		if dir := filepath.Dir(value); !isFolder(dir) {
			v.Fault = "the folder " + Clean(dir) + " does not exist, so Python fails on every connection and others write nothing"
		}
	case aProxy:
		v.Value, v.Fault = proxyText(value)
	case javaArgs:
		v.Value, v.Effect, v.Fault = javaArguments(value)
	case nodeArgs:
		v.Value, v.Effect = arguments(value, nodeFlags)
	case goDebug:
		v.Value, v.Effect = goSettings(value)
	}
	return v, v.Effect != ""
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// spelling says what in a path is meant for a shell and was not taken away by one.
func spelling(path string) string {
	switch {
	case strings.HasPrefix(path, "~"):
		return " (the ~ is not expanded outside of a shell)"
	case strings.ContainsAny(path, `"'`):
		return " (the quotation marks are part of the value)"
	case strings.Contains(path, "$"):
		return " (the variable in it is not expanded outside of a shell)"
	case strings.TrimSpace(path) != path:
		return " (white space at its ends is part of the value)"
	}
	return ""
}

// bundleFault says why a file cannot serve as a bundle in PEM, "" when it can.
func (s setting) bundleFault(path string) string {
	if s.reading == aPlace && isFolder(path) {
		return foldersFault(path)
	}
	useless := func(why string) string {
		if s.unusable != "" {
			why += ": " + s.unusable
		}
		return "the file " + why
	}
	data, err := readStoreFile(path)
	var e *storeError
	if errors.As(err, &e) {
		return useless(e.reason + spelling(path))
	}
	c := readContents(data)
	inGo := slices.ContainsFunc(s.clients, func(c string) bool { return strings.HasPrefix(c, "Go ") })
	inNode := slices.Contains(s.clients, "Node.js")
	switch why := c.unusable(); {
	case why != "":
		return useless(why)
	case c.form == "der":
		return useless("is in DER, and PEM is needed (openssl x509 -inform der writes it)")
	case c.form == "jks", c.form == "pkcs12":
		return useless("is a keystore, and PEM is needed (keytool -exportcert -rfc writes it)")
	case c.form == "pkcs7":
		return useless("is a PKCS#7, and PEM is needed (openssl pkcs7 -print_certs writes it)")
	case expiredAll(c.certs, time.Now().Unix()):
		return "every certificate in the file has expired"
	case c.plain == 0 && (inGo || inNode):
		return "the file holds only TRUSTED CERTIFICATE blocks, which OpenSSL reads, but Go and Node.js do not"
	case c.mark && inGo:
		return "the file begins with a byte order mark, which hides its first certificate from Go"
	}
	return ""
}

// foldersFault says why no folder of a list can serve as a store for OpenSSL, ""
// when one can.
func foldersFault(list string) string {
	first := ""
	for dir := range strings.SplitSeq(list, string(os.PathListSeparator)) {
		why := folderFault(dir)
		if why == "" {
			return ""
		}
		if first == "" {
			first = why
		}
	}
	return first
}

func folderFault(dir string) string {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return "it is a file, not a folder"
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "the folder " + fileReason(err) + spelling(dir)
	}
	hashed := slices.ContainsFunc(entries, func(e os.DirEntry) bool { return hashedName.MatchString(e.Name()) })
	certs, err := readFolder(dir, true)
	switch {
	case err != nil:
		return "the folder " + fileReason(err)
	case len(certs) == 0:
		return "the folder holds no certificate in PEM"
	case !hashed:
		return "the folder has certificates, but no file with the name of a hash, so OpenSSL finds none of them (Go does; openssl rehash makes the names)"
	case expiredAll(certs, time.Now().Unix()):
		return "every certificate in the folder has expired"
	}
	return ""
}

// proxyText gives the URL of a proxy without its user and password, and what is
// wrong with it.
func proxyText(value string) (text, fault string) {
	full := value
	if !strings.Contains(value, "://") {
		full = "http://" + value
	}
	u, err := url.Parse(full)
	if err != nil || u.Hostname() == "" || u.User == nil && strings.Contains(full, "@") {
		// What cannot be taken apart may hold a password anywhere.
		return "(not shown)", "it is no URL of a proxy"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host}
	text = Clean(shown.String())
	if !slices.Contains([]string{"http", "https", "socks4", "socks4a", "socks5", "socks5h"}, u.Scheme) {
		fault = "clients do not know proxies of the scheme " + Clean(u.Scheme)
	}
	return text, fault
}

// argument is a flag and the sentence about it.
type argument struct{ flag, effect string }

var nodeFlags = []argument{
	{"--use-openssl-ca", "Replaces the roots that are inside Node.js with OpenSSL's, which SSL_CERT_FILE and SSL_CERT_DIR name."},
	{"--use-system-ca", "Adds the system's store to the roots that are inside Node.js."},
	{"--use-bundled-ca", "Uses the roots that are inside Node.js."},
	{"--tls-keylog", "Writes the secrets of every TLS connection into a file."},
	{"--tls-min-v1.0", "Permits TLS 1.0."},
	{"--tls-min-v1.1", "Permits TLS 1.1."},
}

// arguments keeps the flags of a command line that are known, and says what the
// first of them does.
func arguments(value string, known []argument) (kept, effect string) {
	var all []string
	for _, word := range strings.Fields(value) {
		flag, _, _ := strings.Cut(strings.Trim(word, `"'`), "=")
		for _, a := range known {
			if flag == a.flag {
				all = append(all, strings.Trim(word, `"'`))
				if effect == "" {
					effect = a.effect
				}
			}
		}
	}
	return Clean(strings.Join(all, " ")), effect
}

const javaStoreFlag, javaTypeFlag = "-Djavax.net.ssl.trustStore", "-Djavax.net.ssl.trustStoreType"

var javaFlags = []argument{
	{javaStoreFlag, "Replaces Java's cacerts; nothing of cacerts is trusted besides."},
	{javaTypeFlag, "Sets the kind of Java's trust store: Windows-ROOT and KeychainStore are those of the system."},
	{"-Djdk.internal.httpclient.disableHostnameVerification", "Switches the verification of names off in Java's HttpClient."},
	{"-Dmaven.wagon.http.ssl.insecure", "Switches the verification off in Maven."},
	{"-Dmaven.resolver.transport.https.securityMode", "Sets how Maven verifies; the value insecure switches it off."},
	{"-Dcom.sun.net.ssl.checkRevocation", "Makes Java ask whether certificates were revoked."},
}

// javaArguments keeps what concerns trust and judges the store that is named.
func javaArguments(value string) (kept, effect, fault string) {
	kept, effect = arguments(value, javaFlags)
	store, kind, password := "", "", false
	for _, word := range strings.Fields(value) {
		flag, v, _ := strings.Cut(strings.Trim(word, `"'`), "=")
		switch flag {
		case javaStoreFlag:
			store = v
		case javaTypeFlag:
			kind = v
		case "-Djavax.net.ssl.trustStorePassword":
			password = v != ""
		}
	}
	// NONE, and the stores of the system, are no files.
	if store == "" || store == "NONE" || strings.HasPrefix(kind, "Windows-") || strings.HasPrefix(kind, "KeychainStore") {
		return kept, effect, ""
	}
	return kept, effect, keystoreFault(store, password)
}

// keystoreFault says why a file cannot serve as Java's trust store, "" when it can.
// password is set when Java is given one.
func keystoreFault(path string, password bool) string {
	data, err := readStoreFile(path)
	var e *storeError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "the trust store does not exist" + spelling(path) + ": Java goes on with cacerts and says nothing"
	case errors.As(err, &e):
		return "the trust store " + e.reason + spelling(path)
	}
	c := readContents(data)
	switch {
	case c.form == "pkcs12" && !password && !opensWithout(data):
		return "the trust store is encrypted and -Djavax.net.ssl.trustStorePassword is not set: Java finds no root in it (\"the trustAnchors parameter must be non-empty\")"
	case c.form == "pkcs12" && len(c.certs) == 0:
		return "" // the password is not looked at
	case c.form != "jks" && c.form != "pkcs12":
		return "the trust store is no Java keystore and no PKCS#12 (keytool -importcert makes one)"
	case c.unusable() != "":
		return "the trust store " + c.unusable()
	case expiredAll(c.certs, time.Now().Unix()):
		return "every certificate in the trust store has expired"
	}
	return ""
}

// opensWithout reports whether the certificates of a PKCS#12 can be read without a
// password.
func opensWithout(data []byte) bool {
	certs, err := pkcs12.DecodeTrustStore(data, "")
	return err == nil && len(certs) > 0
}

// goFlags are the settings of https://go.dev/doc/godebug that concern
// certificates.
var goFlags = []argument{
	{"x509negativeserial", "With 1, lets Go read certificates with a negative serial number."},
	{"x509sha1", "With 1, made Go accept signatures with SHA-1, up to Go 1.23."},
	{"x509ignoreCN", "Changes nothing since Go 1.17: a certificate needs a subject alternative name."},
	{"x509usefallbackroots", "With 1, makes Go use the roots inside a program even when the system has some."},
	{"x509usepolicies", "Sets which field of policies Go writes; it changes no verification."},
	{"tlssha1", "With 1, lets Go take signatures with SHA-1 in handshakes of TLS 1.2."},
	{"tlsrsakex", "With 1, lets Go agree on RSA key exchange."},
	{"tls3des", "With 1, lets Go agree on 3DES."},
	{"tlsmlkem", "With 0, takes the post-quantum key exchange out of Go's ClientHello, which some gateways cannot read."},
	{"tlsmaxrsasize", "Sets the size of RSA keys that Go accepts in a handshake."},
}

// goSettings keeps the settings of GODEBUG that concern TLS.
func goSettings(value string) (kept, effect string) {
	var all []string
	for item := range strings.SplitSeq(value, ",") {
		item = strings.TrimSpace(item)
		key, _, _ := strings.Cut(item, "=")
		if !strings.HasPrefix(key, "x509") && !strings.HasPrefix(key, "tls") {
			continue
		}
		all = append(all, item)
		for _, a := range goFlags {
			if a.flag == key && effect == "" {
				effect = a.effect
			}
		}
	}
	if len(all) > 0 && effect == "" {
		effect = "Changes how Go does TLS."
	}
	return Clean(strings.Join(all, ",")), effect
}
