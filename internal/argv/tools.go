package argv

import "strings"

// sameAs are other names of tools whose words are read in one way.
var sameAs = map[string]string{
	"pypy": "python", "sys.executable": "python", "micromamba": "conda", "mamba": "conda", "dnf5": "dnf", "microdnf": "dnf",
	"apt": "apt-get", "aptitude": "apt-get", "kubectl.exe": "kubectl", "mariadb-dump": "mysqldump", "chromium-browser": "chromium",
	"google-chrome-stable": "google-chrome", "nodejs": "node", "ts-node": "node", "mvnw": "mvn", "kafkacat": "kcat", "powershell": "pwsh", "pwsh-preview": "pwsh",
	"kafka-console-producer.sh": "kafka", "kafka-console-consumer.sh": "kafka", "kafka-console-producer": "kafka", "kafka-console-consumer": "kafka", "kafka-topics.sh": "kafka",
	"ldapmodify": "ldapsearch", "ldapadd": "ldapsearch", "ldapdelete": "ldapsearch", "ldapwhoami": "ldapsearch", "ldappasswd": "ldapsearch", "ldapcompare": "ldapsearch",
	"pg_dump": "psql", "pg_dumpall": "psql", "pg_restore": "psql", "pg_isready": "psql", "pgbench": "psql", "createdb": "psql", "dropdb": "psql", "vacuumdb": "psql", "pgcli": "psql", "https": "http", "xhs": "xh", "mosquitto_rr": "mosquitto_sub",
}

var shells = map[string]bool{"sh": true, "bash": true, "dash": true, "ash": true, "zsh": true, "ksh": true, "su": true, "runuser": true}

// wrappers run the command that follows them.
var wrappers = map[string]wrapper{
	"sudo":        {short: "ugpCRTDrthU", long: "--user --group --host --prompt --chdir --close-from --role --type --chroot --other-user --command-timeout", not: "-e -l -v --list --edit --validate"},
	"doas":        {short: "uC"},
	"env":         {short: "uC", long: "--unset --chdir", not: "-S --split-string"},
	"nice":        {short: "n", long: "--adjustment"},
	"ionice":      {short: "cnp", long: "--class --classdata"},
	"time":        {short: "fo", long: "--format --output"},
	"timeout":     {short: "sk", long: "--signal --kill-after", operands: 1},
	"gtimeout":    {short: "sk", long: "--signal --kill-after", operands: 1},
	"exec":        {short: "a"},
	"command":     {not: "-v -V"},
	"builtin":     {},
	"nohup":       {},
	"setsid":      {},
	"eatmydata":   {},
	"chronic":     {},
	"busybox":     {},
	"unbuffer":    {},
	"torsocks":    {},
	"proxychains": {short: "f"}, "proxychains4": {short: "f"},
	"stdbuf":  {short: "ioe", long: "--input --output --error"},
	"strace":  {short: "eopsPuE"},
	"xargs":   {short: "adEILnPs", long: "--arg-file --delimiter --max-args --max-procs --max-lines --replace --max-chars"},
	"chroot":  {operands: 1, long: "--userspec --groups"},
	"flock":   {short: "wE", long: "--wait --timeout", operands: 1, not: "-c --command -u"},
	"watch":   {short: "n", long: "--interval"},
	"unshare": {short: "SG"},
	"uvx":     {long: "--from --with --python"},
	"npx":     {short: "pc", long: "--package --call"}, "cross-env": {}, "cross-env-shell": {},
}

// evaluators run the text that their words make together, here or elsewhere.
var evaluators = map[string]wrapper{
	"ssh":  {short: "BbcDEeFIiJLlmOopQRSWw", operands: 1},
	"eval": {},
}

// kube is what the clients of Kubernetes share.
const kube = "namespace context cluster kubeconfig server user token request-timeout tls-server-name as as-group certificate-authority client-certificate client-key output filename selector"

// container is what clients that start containers share.
const container = "env build-arg target tag volume name network workdir user entrypoint publish label env-file mount hostname memory cpus platform add-host log-driver log-opt restart gpus device cap-add cap-drop security-opt host config context tlscacert tlscert tlskey file project-name profile"

// tools are the grammars of the tools that have switches about TLS: which
// options take a value, so that nothing else is taken for an option.
var tools = map[string]*grammar{
	"curl": {
		short: "EKCbcdDFPHmoxUQreXYytzTuAw",
		long: "abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to " +
			"continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw data- " +
			"urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header egd-file engine " +
			"etag-compare etag-save expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method ftp- " +
			"port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms header help hostpubmd5 hostpubsha256 hsts interface json " +
			"keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt max- " +
			"filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir parallel-max pass pinnedpubkey " +
			"preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy- " +
			"ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name " +
			"proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote random- " +
			"file range rate referer request request-target resolve retry retry-delay retry-max-time sasl-authzid service- " +
			"name socks4 socks4a socks5 socks5-gssapi-service socks5-hostname speed-limit speed-time stderr telnet-option " +
			"tftp-blksize time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii unix-socket " +
			"upload-file url url-query user user-agent write-out",
		flags: "anyauth append basic cert-status compressed compressed-ssh create-dirs crlf digest disable disable-eprt " +
			"disable-epsv disallow-username-in-url doh-cert-status doh-insecure fail fail-early fail-with-body false-start " +
			"form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control get globoff " +
			"haproxy-protocol head http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only ignore-content- " +
			"length include insecure ipv4 ipv6 junk-session-cookies list-only location location-trusted mail-rcpt- " +
			"allowfails manual metalink negotiate netrc netrc-optional next no-alpn no-buffer no-clobber no-keepalive no- " +
			"npn no-progress-meter no-sessionid ntlm ntlm-wb parallel parallel-immediate path-as-is post301 post302 post303 " +
			"progress-bar proxy-anyauth proxy-basic proxy-digest proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow- " +
			"beast proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel raw remote-header-name remote-name remote-name-all " +
			"remote-time remove-on-error retry-all-errors retry-connrefused sasl-ir show-error silent socks5-basic " +
			"socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke- " +
			"best-effort sslv2 sslv3 styled-output suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options tlsv1 " +
			"tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-time use-ascii verbose version xattr" + " ftp-ssl ftp-ssl-reqd",
		abbrev: true,
	},
	"wget": {
		short: "eoaiBtOTwQPUlARDIX",
		long: "execute output-file append-output report-speed input-file base config rejected-log tries retry-on-http-error " +
			"output-document start-pos progress timeout dns-timeout connect-timeout read-timeout wait waitretry quota bind- " +
			"address limit-rate restrict-file-names prefer-family user password use-askpass local-encoding remote-encoding " +
			"directory-prefix cut-dirs http-user http-password default-page header compression max-redirect proxy-user " +
			"proxy-password referer user-agent load-cookies save-cookies post-data post-file method body-data body-file " +
			"secure-protocol certificate certificate-type private-key private-key-type ca-certificate ca-directory crl-file " +
			"pinnedpubkey ciphers hsts-file ftp-user ftp-password warc-file warc-header warc-max-size warc-dedup warc- " +
			"tempdir level backups accept reject accept-regex reject-regex regex-type domains exclude-domains follow-tags " +
			"ignore-tags include-directories exclude-directories",
		flags: "check-certificate check-hostname no-check-hostname version help background debug quiet verbose no-verbose " +
			"force-html no-config retry-connrefused no-clobber no-netrc continue show-progress timestamping no-if-modified- " +
			"since no-use-server-timestamps server-response spider random-wait no-proxy no-dns-cache ignore-case inet4-only " +
			"inet6-only ask-password no-iri unlink xattr no-directories force-directories no-host-directories protocol- " +
			"directories no-cache adjust-extension ignore-length save-headers no-http-keep-alive no-cookies keep-session- " +
			"cookies content-disposition content-on-error auth-no-challenge https-only no-check-certificate no-hsts no- " +
			"remove-listing no-glob no-passive-ftp preserve-permissions retr-symlinks ftps-implicit ftps-resume-ssl ftps- " +
			"clear-data-connection ftps-fallback-to-ftp warc-cdx no-warc-compression no-warc-digests no-warc-keep-log " +
			"recursive delete-after convert-links convert-file-only backup-converted mirror page-requisites strict-comments " +
			"follow-ftp span-hosts relative trust-server-names no-parent",
		abbrev: true, keyed: "-e --execute", key: wgetKey,
	},
	"pip": {
		short: "rcetCif",
		long: "requirement constraint editable target platform python-version implementation abi root prefix src upgrade- " +
			"strategy config-settings global-option no-binary only-binary progress-bar root-user-action report index-url " +
			"extra-index-url find-links python log keyring-provider proxy retries timeout exists-action trusted-host cert " +
			"client-cert cache-dir use-feature use-deprecated",
		abbrev: true, settings: []string{"config set"}, key: lastPart,
	},
	"uv": {short: "iprcfe", long: "allow-insecure-host index-url extra-index-url index default-index find-links python requirement constraint target prefix cache-dir directory project"},
	"git": {
		short: "CcbomFjuOS", long: "git-dir work-tree namespace exec-path config-env config branch depth origin reference template file type default jobs message",
		keyed: "-c --config", early: "clone", settings: []string{"config"}, scoped: true, key: gitKey,
		reads: "--get --get-all --get-regexp --get-urlmatch --unset --unset-all --list -l --edit -e --remove-section --rename-section",
	},
	"kubectl":            {short: "nfoslcuL", long: kube, inner: map[string]int{"exec": behindDashes, "run": behindDashes, "debug": behindDashes}, settings: []string{"config set"}, key: clusterKey},
	"oc":                 {short: "nfoslcuLp", long: kube + " username password", inner: map[string]int{"exec": behindDashes, "rsh": 1, "run": behindDashes, "debug": behindDashes}},
	"helm":               {short: "nfo", long: "namespace kube-context kubeconfig version values set set-string set-file output ca-file cert-file key-file kube-ca-file kube-apiserver kube-token username password repo repository-config"},
	"velero":             {short: "n", long: "namespace kubecontext kubeconfig provider bucket secret-file plugins image"},
	"istioctl":           {short: "nifc", long: kube},
	"npm":                {short: "cCw", long: "registry prefix cache userconfig globalconfig cafile location workspace loglevel tag otp", settings: []string{"config set", "c set", "set"}, key: npmKey},
	"pnpm":               {short: "CF", long: "registry dir filter cafile loglevel reporter", settings: []string{"config set", "c set", "set"}, key: npmKey},
	"yarn":               {short: "", long: "registry cwd cafile network-timeout cache-folder", settings: []string{"config set"}},
	"docker":             {short: "evwupnlHcmhf", long: container, inner: map[string]int{"exec": 1, "run": 1}},
	"docker-compose":     {short: "evwupnlHcf", long: container, inner: map[string]int{"exec": 1, "run": 1}},
	"dockerd":            {short: "HGgl", long: "insecure-registry registry-mirror host data-root exec-root config-file storage-driver storage-opt log-driver log-opt tlscacert tlscert tlskey bridge bip dns group label pidfile mtu add-runtime exec-opt"},
	"podman":             {short: "evwupnlHcmhfa", long: container + " authfile cert-dir creds arch os", inner: map[string]int{"exec": 1, "run": 1}},
	"buildah":            {short: "fteuv", long: "file tag env user volume authfile cert-dir creds build-arg arch os"},
	"skopeo":             {short: "f", long: "authfile src-authfile dest-authfile creds src-creds dest-creds cert-dir src-cert-dir dest-cert-dir format override-arch override-os policy tmpdir username password"},
	"nerdctl":            {short: "evwupnlHcmhf", long: container + " address snapshotter hosts-dir", inner: map[string]int{"exec": 1, "run": 1}},
	"ctr":                {short: "anu", long: "address namespace snapshotter user platform hosts-dir tlscacert tlscert tlskey"},
	"crane":              {long: "platform format"},
	"oras":               {short: "upod", long: "username password config output ca-file registry-config artifact-type"},
	"trivy":              {short: "fos", long: "format output severity cache-dir timeout ignorefile template scanners username password"},
	"cosign":             {short: "a", long: "key certificate certificate-identity certificate-oidc-issuer output signature"},
	"grype":              {short: "ocf", long: "output config file"},
	"aws":                {long: "endpoint-url profile region output query ca-bundle cli-read-timeout cli-connect-timeout color"},
	"http":               {short: "asopA", long: "verify auth auth-type session output print style proxy cert cert-key timeout ssl ciphers max-redirects"},
	"xh":                 {short: "asopA", long: "verify auth auth-type session output print style proxy cert cert-key timeout ssl max-redirects"},
	"lftp":               {short: "ecfup", long: "user port rcfile", script: "-e -c"},
	"mysql":              {short: "hPuDeSG", long: mysqlLong, flags: mysqlFlags, abbrev: true},
	"mysqldump":          {short: "hPuBSrw", long: mysqlLong, flags: mysqlFlags, abbrev: true},
	"mysqladmin":         {short: "hPuS", long: mysqlLong, flags: mysqlFlags, abbrev: true},
	"mariadb":            {short: "hPuDeSG", long: mysqlLong, flags: mysqlFlags, abbrev: true},
	"mongosh":            {short: "up", long: mongo, flags: mongoFlags},
	"mongo":              {short: "up", long: mongo, flags: mongoFlags},
	"mongodump":          {short: "hupdco", long: mongo, flags: mongoFlags},
	"mongorestore":       {short: "hupdc", long: mongo, flags: mongoFlags},
	"mongoexport":        {short: "hupdcqo", long: mongo, flags: mongoFlags},
	"mongoimport":        {short: "hupdcf", long: mongo, flags: mongoFlags},
	"redis-cli":          {short: "hpasnruidD", long: "cacert cacertdir cert key sni user pass tls-ciphers"},
	"sqlcmd":             {short: "SUPdQqiohwsvtlaAHKMWy"},
	"apt-get":            {short: "octa", long: "option config-file target-release default-release", keyed: "-o --option", key: aptKey},
	"yum":                {short: "cexRd", long: "setopt config installroot enablerepo disablerepo repo releasever exclude", keyed: "--setopt", key: lastPart},
	"dnf":                {short: "cexRd", long: "setopt config installroot enablerepo disablerepo repo releasever exclude", keyed: "--setopt", key: lastPart},
	"yum-config-manager": {long: "setopt add-repo", keyed: "--setopt", key: lastPart},
	"apk":                {short: "ptX", long: "root virtual repository arch keys-dir cache-dir wait"},
	"svn":                {short: "rmFcx", long: "username password revision message file depth config-dir config-option trust-server-cert-failures targets"},
	"hg":                 {short: "RrubeBm", long: "repository rev updaterev branch ssh config cwd"},
	"conda":              {short: "ncp", long: "name channel prefix file solver", settings: []string{"config set"}, two: "--set"},
	"poetry":             {short: "CP", long: "directory project", settings: []string{"config"}, key: poetryKey, reads: "--unset --list"},
	"gcloud":             {long: "project account configuration format region zone", settings: []string{"config set"}},
	"gsutil":             {short: "ohiu", keyed: "-o"},
	"bundle":             {long: "gemfile path jobs", settings: []string{"config set", "config"}},
	"composer":           {short: "df", long: "working-dir file", settings: []string{"config"}, scoped: true, reads: "--unset --list -l"},
	"vault":              {single: true, long: "address ca-cert ca-path client-cert client-key method path namespace format field mount tls-server-name"},
	"nomad":              {single: true, long: "address region namespace token ca-cert ca-path client-cert client-key tls-server-name"},
	"grpcurl":            {single: true, long: "d H cacert cert key proto protoset import-path max-time connect-timeout servername authority rpc-header reflect-header user-agent"},
	"mosquitto_pub":      {short: "hptmiuPqfLkAVDx", long: "cafile capath cert key host port topic message username pw id tls-version ciphers psk psk-identity will-topic will-payload url tls-alpn"},
	"mosquitto_sub":      {short: "hptiuPqLkAVDxCFRTUW", long: "cafile capath cert key host port topic username pw id tls-version ciphers psk psk-identity will-topic will-payload url tls-alpn"},
	"ansible-galaxy":     {short: "sprn", long: "server token api-key roles-path collections-path role-file requirements-file timeout"},
	"influx":             {short: "otf", long: "host token org org-id bucket active-config file"},
	"etcdctl":            {long: "endpoints cacert cert key user password command-timeout dial-timeout write-out"},
	"argocd":             {short: "", long: "server auth-token config username password name server-crt client-crt client-crt-key header core-context"},
	"mc":                 {short: "C", long: "config-dir limit-upload limit-download"},
	"rclone":             {long: "config ca-cert client-cert client-key transfers checkers bwlimit log-file log-level include exclude filter"},
	"restic":             {short: "rpo", long: "repo password-file password-command cacert tls-client-cert cache-dir option tag exclude host"},
	"s3cmd":              {short: "cPf", long: "config access_key secret_key host host-bucket ca-certs region"},
	"aria2c":             {short: "xskjdoiltU", long: "dir out input-file log split max-connection-per-server header user-agent ca-certificate certificate private-key min-tls-version"},
	"websocat":           {short: "HsBU"},
	"logcli":             {long: "addr username password bearer-token ca-cert cert key limit since from to output org-id"},
	"deno":               {short: "cLr"},
	"step":               {long: "roots servername format bundle"},
	"google-chrome":      {}, "chromium": {}, "chrome": {}, "electron": {},
	"java":       {short: "D", keyed: "-D"},
	"mvn":        {short: "DPplfsTt", keyed: "-D --define", long: "define file settings activate-profiles projects threads"},
	"node":       {short: "rep", long: "require import eval print"},
	"socat":      {params: "OPENSSL OPENSSL-CONNECT SSL"},
	"kcat":       {short: "btopXFGscCKDZHJ", keyed: "-X"},
	"kafka":      {long: "bootstrap-server broker-list topic group property producer-property consumer-property command-config producer.config consumer.config", keyed: "--producer-property --consumer-property --property"},
	"ldapsearch": {short: "bDHlsSUwyYzdefFopTEORXa", twice: "Z"},
	"go":         {single: true, long: "w o ldflags tags", keyed: "-w", runs: "run tool test generate"},
	"pwsh":       {single: true, long: "c command Command C f file File", text: "-c -command"},
	"psql":       {short: "cdfhpUvAFLoPRT", long: "command dbname file host port username set output"},
}

const (
	mysqlLong  = "host port user database execute socket protocol ssl-mode ssl-ca ssl-capath ssl-cert ssl-key ssl-cipher ssl-crl tls-version defaults-file defaults-extra-file default-character-set result-file where connect-timeout"
	mysqlFlags = "skip-ssl ssl-verify-server-cert disable-ssl-verify-server-cert skip-ssl-verify-server-cert disable-ssl skip-column-names skip-lock-tables"
	mongo      = "host port username password authenticationDatabase db collection uri out eval sslCAFile sslPEMKeyFile tlsCAFile tlsCertificateKeyFile query file type fields"
	mongoFlags = "ssl tls sslAllowInvalidCertificates sslAllowInvalidHostnames tlsAllowInvalidCertificates tlsAllowInvalidHostnames tlsInsecure"
)

// gitKey takes the address out of "http.https://host/.sslVerify".
func gitKey(key string) string {
	first, last := strings.IndexByte(key, '.'), strings.LastIndexByte(key, '.')
	if first < last {
		return key[:first] + key[last:]
	}
	return key
}

// wgetKey: in wget's commands dashes and underscores do not count.
func wgetKey(key string) string {
	switch strings.NewReplacer("-", "", "_", "").Replace(strings.TrimSpace(key)) {
	case "checkcertificate":
		return "check_certificate"
	case "secureprotocol":
		return "secure_protocol"
	}
	return key
}

// lastPart leaves the section or repository before a key's last dot out.
func lastPart(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }

// clusterKey takes the cluster out of "clusters.NAME.insecure-skip-tls-verify".
func clusterKey(key string) string { return lastPart(key) }

// npmKey takes the registry out of "//host/:key".
func npmKey(key string) string { return key[strings.LastIndexByte(key, ':')+1:] }

// poetryKey takes the repository out of "certificates.NAME.cert".
func poetryKey(key string) string {
	if strings.HasPrefix(key, "certificates.") && strings.HasSuffix(key, ".cert") {
		return "certificates."
	}
	return key
}

// aptKey takes the host out of "Acquire::https::Verify-Peer::host".
func aptKey(key string) string {
	for _, name := range []string{"acquire::https::verify-peer", "acquire::https::verify-host"} {
		if strings.HasPrefix(key, name+"::") {
			return name
		}
	}
	return key
}
