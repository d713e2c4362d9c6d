package probe

import (
	"net/netip"
	"sync"
	"time"
)

// Class says what is wrong, in one word that scripts can rely on.
type Class string

// The classes, by what they are about.
const (
	OK Class = "ok"

	// Trust: from the leaf to an anchor.
	IncompleteChain   Class = "incomplete-chain"   // the server does not send an intermediate: proved
	IssuerUnknown     Class = "issuer-unknown"     // an incomplete chain or a private CA: cannot be told
	PrivateCA         Class = "private-ca"         // the chain ends at a CA that the store does not have
	SelfSigned        Class = "self-signed"        // the leaf signed itself
	EmptyStore        Class = "empty-store"        // the client has no trust anchors
	OutdatedStore     Class = "outdated-store"     // the root is public and newer than the store
	DistrustedRoot    Class = "distrusted-root"    // the store trusts a root that Mozilla's does not
	PartialChain      Class = "partial-chain"      // the anchor is not self-signed: some clients refuse
	ExpiredRoot       Class = "expired-root"       // the trust anchor of the client has expired
	BrokenAIA         Class = "broken-aia"         // the CA's address of its own certificate does not give it
	WrongIssuerKey    Class = "wrong-issuer-key"   // the intermediate is another one of the same name
	BadSignature      Class = "bad-signature"      // a signature does not verify
	Intercepted       Class = "intercepted"        // a proxy answers with certificates of its own
	CaptivePortal     Class = "captive-portal"     // a login page of the network answers
	DevelopmentCA     Class = "development-ca"     // mkcert, Caddy, step-ca, Kubernetes
	CrossSigned       Class = "cross-signed"       // a note: an old root beside a new one
	BrokenEnvironment Class = "broken-environment" // a variable names a file that is no CA bundle

	// The certificate.
	Expired           Class = "expired"
	NotYetValid       Class = "not-yet-valid"
	WrongClock        Class = "wrong-clock"
	NameMismatch      Class = "name-mismatch"
	AddressMismatch   Class = "address-mismatch"
	CommonNameOnly    Class = "common-name-only"
	WeakSignature     Class = "weak-signature"
	WeakKey           Class = "weak-key"
	WrongPurpose      Class = "wrong-purpose"
	NotACA            Class = "not-a-ca"
	PathLength        Class = "path-length"
	ChainTooLong      Class = "chain-too-long"
	NameConstraint    Class = "name-constraint"
	CriticalExtension Class = "critical-extension"
	Malformed         Class = "malformed"
	StrictProfile     Class = "strict-profile" // Python >= 3.13 refuses it
	LongValidity      Class = "long-validity"
	Revoked           Class = "revoked"
	MustStaple        Class = "must-staple"
	FewSCTs           Class = "few-scts"

	// What the server sends, apart from trust.
	ChainOrder       Class = "chain-order"
	LeafNotFirst     Class = "leaf-not-first"
	ExtraCertificate Class = "extra-certificate"
	TooLarge         Class = "too-large"
	KeyMismatch      Class = "key-mismatch"
	BackendsDiffer   Class = "backends-differ"

	// The handshake.
	NeedsSNI          Class = "needs-sni"
	NameUnrecognized  Class = "name-unrecognized"
	ClientCertificate Class = "client-certificate"
	OldProtocol       Class = "old-protocol"
	NoSharedCipher    Class = "no-shared-cipher"
	ALPNRefused       Class = "alpn-refused"
	HandshakeFailed   Class = "handshake-failed"

	// The connection.
	PlainHTTP        Class = "plain-http"
	OtherProtocol    Class = "other-protocol" // speaks first, or wants STARTTLS
	NotTLS           Class = "not-tls"
	Closed           Class = "closed"
	Reset            Class = "reset"
	Timeout          Class = "timeout"
	Refused          Class = "refused"
	Unreachable      Class = "unreachable"
	NameNotFound     Class = "name-not-found"
	ResolverFailed   Class = "resolver-failed"
	ProxyRefused     Class = "proxy-refused"
	STARTTLSRefused  Class = "starttls-refused"
	AddressForbidden Class = "address-forbidden" // this tool's own safety rules
)

// Liability says who can mend it.
type Liability string

// The liabilities. CannotTell is an answer: nobody is accused without proof.
const (
	Nobody     Liability = "nobody"
	Server     Liability = "server"
	ClientSide Liability = "client"
	Network    Liability = "network"
	Issuer     Liability = "ca"
	CannotTell Liability = "cannot-tell"
)

// Client is a TLS client whose verdict is told.
type Client string

// The clients, in the order in which they are shown.
const (
	OpenSSL   Client = "openssl"    // OpenSSL 3, at security level 2
	Curl      Client = "curl"       // with OpenSSL
	Python    Client = "python"     // up to 3.12
	Python313 Client = "python3.13" // 3.13 and later: strict, partial chains
	Node      Client = "node"
	Java      Client = "java"
	Go        Client = "go"
)

// Clients are all clients in the order in which they are shown.
var Clients = []Client{OpenSSL, Curl, Python, Python313, Node, Java, Go}

// Verdict is what one client does with the server.
type Verdict struct {
	OK bool `json:"ok"`
	// Says is what the client prints or raises, "" when it is content.
	Says string `json:"says,omitempty"`
}

// Weight ranks findings.
type Weight int

// The weights: a failure stops common clients, a warning stops some or soon, a
// note stops nobody.
const (
	Note Weight = iota
	Warning
	Failure
)

func (w Weight) String() string { return [...]string{"note", "warning", "failure"}[w] }

// MarshalText writes the weight as its word.
func (w Weight) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// Finding is one fault, or one thing worth knowing.
type Finding struct {
	Class  Class  `json:"class"`
	Weight Weight `json:"weight"`
	// Depth is the place of the certificate in the path, 0 for the leaf; -1 when
	// the finding is about no certificate.
	Depth int `json:"depth"`
	// Subject names the certificate; it is inert.
	Subject string `json:"subject,omitempty"`
	// Code and Text are OpenSSL's verification error, 0 when it has none for this.
	Code      int       `json:"openssl_code,omitempty"`
	Text      string    `json:"openssl_text,omitempty"`
	Liability Liability `json:"liability"`
	// Message says in one sentence what is wrong.
	Message string `json:"message"`
	// Proof says what the liability rests on.
	Proof string `json:"proof,omitempty"`
	// Action says what whoever is liable does about it.
	Action string `json:"action,omitempty"`
	// Meanwhile says what the other side can do until then.
	Meanwhile string `json:"meanwhile,omitempty"`
}

// Diagnosis is all that can be said about one chain.
type Diagnosis struct {
	// Code, Text and Depth are OpenSSL's first error: what openssl verify, curl and
	// Python print. Code is 0 when it has none.
	Code  int    `json:"openssl_code"`
	Text  string `json:"openssl_text"`
	Depth int    `json:"depth"`
	// SClientCode is OpenSSL's last error: what s_client prints.
	SClientCode int    `json:"s_client_code"`
	SClientText string `json:"s_client_text"`
	// Findings are all findings, what matters most first.
	Findings []Finding `json:"findings"`
	// Clients are the verdicts of the common clients.
	Clients map[Client]Verdict `json:"clients"`
	// Path is the path that was built, leaf first; its end is an anchor when
	// Trusted is set.
	Path    []Certificate `json:"path"`
	Trusted bool          `json:"trusted"`
}

// Verdict is the class of the finding that matters most, [OK] when there are notes
// only.
func (d *Diagnosis) Verdict() Class {
	if len(d.Findings) == 0 || d.Findings[0].Weight < Warning {
		return OK
	}
	return d.Findings[0].Class
}

// Failed reports whether something stops common clients.
func (d *Diagnosis) Failed() bool {
	return len(d.Findings) > 0 && d.Findings[0].Weight == Failure
}

// Certificate describes one certificate. All texts are inert.
type Certificate struct {
	Subject   string    `json:"subject"`
	Issuer    string    `json:"issuer"`
	Serial    string    `json:"serial"` // hexadecimal
	Names     []string  `json:"names,omitempty"`
	NotBefore time.Time `json:"not_before"`
	NotAfter  time.Time `json:"not_after"`
	Key       string    `json:"key"`       // "ECDSA P-256", "RSA 2048"
	Signature string    `json:"signature"` // "ECDSA-SHA256"
	CA        bool      `json:"ca"`
	SHA256    string    `json:"sha256"` // of the DER, hexadecimal
	// From is "server", "store", "aia" or "stapled": where it was found.
	From string `json:"from"`
	// Broken says which field cannot be read, "" for none.
	Broken string `json:"broken,omitempty"`
	DER    []byte `json:"-"`
}

// Input is what Diagnose judges.
type Input struct {
	// Chain is what the server sent, in DER, leaf first. Nothing in it needs to be
	// a certificate.
	Chain [][]byte
	// Store holds the trust anchors of the client. nil is an empty one.
	Store *Store
	// Name is the DNS name or the IP address that the client wanted; "" checks none.
	Name string
	// Time is when, the zero value for now.
	Time time.Time
	// MaxDepth bounds the intermediates of a path when it is not nil.
	MaxDepth *int
	// Level is OpenSSL's security level, 0 to 5, that the diagnosis' codes are given
	// for: openssl verify has 0, TLS clients have [OpenSSLLevel]. The findings are
	// those of TLS clients at any rate.
	Level int

	// What was found out besides; all of it may be left empty.

	// Extra are certificates that are known but were not sent.
	Extra []Found
	// AIA are the fetches of issuers' certificates.
	AIA []Fetch
	// Others are further stores, to compare.
	Others []*Store
	// Staple is the stapled OCSP response, SCTs what came in the handshake.
	Staple []byte
	SCTs   [][]byte
	// Hints are what the network around it tells, such as that a host that has
	// nothing to do with this one is answered by the same issuer.
	Hints Hints
}

// Found is a certificate that was not sent by the server.
type Found struct {
	DER  []byte
	From string // "aia", or the name of a collection
	URL  string // where it was fetched
}

// Fetch is one attempt to get a certificate's issuer from the address that the
// certificate names.
type Fetch struct {
	For  [32]byte // SHA-256 of the certificate that names the address
	URL  string
	DER  [][]byte // what was there
	Form string   // "der", "pem", "pkcs7", "" when it was no certificate
	Err  string   // inert
}

// Hints are facts about the network and this machine.
type Hints struct {
	// Public is set when the name is one that public CAs could certify.
	Public bool
	// SameIssuer names an unrelated public host that the same issuer answers for.
	SameIssuer string
	// Now is what other evidence says about the time, such as the time at which a
	// stapled response was made; the zero value for none.
	Now time.Time
	// Built is when this program was built: the clock cannot be earlier.
	Built time.Time
}

// Store is a named set of trust anchors.
type Store struct {
	// Name says whose it is: "system", "certifi", "mozilla".
	Name string
	// Path is the file or folder that it was read from.
	Path  string
	Roots []Root
	// Chosen is set when the user named the store: then it need not be like others.
	Chosen bool

	once  sync.Once
	certs []*cert
}

// anchors are the roots that can be read.
func (s *Store) anchors() []*cert {
	if s == nil {
		return nil
	}
	s.once.Do(func() {
		for _, r := range s.Roots {
			if c, err := parse(r.DER); err == nil {
				s.certs = append(s.certs, c)
			}
		}
	})
	return s.certs
}

// Root is one trust anchor.
type Root struct {
	DER []byte
	// NotAfterIssued is the time from which the store trusts no certificate newly
	// issued under it; the zero value for none.
	NotAfterIssued time.Time
}

// Target is the host to probe.
type Target struct {
	Host string // a DNS name or an IP address, without brackets
	Port int    // 0 is the port of the STARTTLS protocol, or 443
	// ServerName is sent and verified instead of Host when it is not empty.
	ServerName string
	// Connect is the address to connect to instead of resolving Host.
	Connect string
	// STARTTLS is "", "smtp", "imap", "pop3", "ftp", "ldap", "postgres", "mysql" or
	// "xmpp".
	STARTTLS string
	// Untrusted is set for hosts that come out of a repository: stricter rules for
	// ports apply.
	Untrusted bool
}

// Options are how to probe. The zero value follows every safety rule.
type Options struct {
	// Private permits loopback and private addresses.
	Private bool
	// AIA permits fetching issuers' certificates from where the server's own
	// certificates say that they are; OCSP the same for revocation.
	AIA  bool
	OCSP bool
	// Proxy is "" for none, "env" for the one of the environment, or a URL.
	Proxy string
	// Trust is the store to judge by; nil is this machine's.
	Trust *Store
	// Others are further stores to compare.
	Others []*Store
	// ALPN are protocols to offer.
	ALPN []string
	// Compare is an unrelated public host, HOST or HOST:PORT, to look for an
	// intercepting proxy with; "" for none.
	Compare string
	// Audit adds what the environment of this process does to clients.
	Audit bool
	// Dial, Handshake and Total bound the time; zero values are 3 s, 5 s and 10 s.
	Dial, Handshake, Total time.Duration
	// Now is the clock, nil for the real one.
	Now func() time.Time
	// Resolver looks names up, nil for the system's.
	Resolver Resolver
}

// Result is what a probe of one host found.
type Result struct {
	Host       string `json:"host"`
	Port       int    `json:"port"`
	ServerName string `json:"server_name,omitempty"`
	STARTTLS   string `json:"starttls,omitempty"`
	// Time is when, Took how long; Resolver and Proxy are inert names.
	Time     time.Time     `json:"time"`
	Took     time.Duration `json:"took_ns"`
	Resolver string        `json:"resolver,omitempty"`
	Proxy    string        `json:"proxy,omitempty"`
	Store    string        `json:"store"`
	// Attempts are all connections, in the order in which they were made.
	Attempts []Attempt `json:"attempts"`
	// Diagnosis joins what all attempts say; without a certificate it has findings
	// of the connection only.
	Diagnosis Diagnosis `json:"diagnosis"`
	// Stores are the verdicts of the other stores of this machine.
	Stores []StoreVerdict `json:"stores,omitempty"`
	// Environment is what the variables of this process do to clients.
	Environment []Variable `json:"environment,omitempty"`
	// Fetches are the issuers' certificates that were looked for.
	Fetches []Fetch `json:"-"`
}

// StoreVerdict is what one store makes of the same chain.
type StoreVerdict struct {
	Store string `json:"store"`
	Path  string `json:"path,omitempty"`
	Roots int    `json:"roots"`
	OK    bool   `json:"ok"`
	Code  int    `json:"openssl_code"`
	Text  string `json:"openssl_text,omitempty"`
}

// Variable is one variable of the environment that changes what a client trusts.
type Variable struct {
	Name   string `json:"name"`
	Value  string `json:"value"`  // inert
	Effect string `json:"effect"` // one sentence
	// Fault is set when what it names cannot be used.
	Fault   string   `json:"fault,omitempty"`
	Clients []string `json:"clients"`
}

// Attempt is one connection.
type Attempt struct {
	Address netip.AddrPort `json:"address"`
	// SNI is the name that was sent, "" for none.
	SNI string `json:"sni,omitempty"`
	// MaxVersion is the highest version that was offered, as in crypto/tls; 0 for
	// what Go offers.
	MaxVersion uint16 `json:"max_version,omitempty"`
	// Why says what the attempt was for: "first", "address" (another one of the
	// host), "again", "no-sni", "keys" (a certificate for another kind of key), "old"
	// (an old ClientHello), "starttls" (asking whether there is one), "other-name",
	// "compare" (an unrelated host).
	Why string `json:"why"`
	// Stage is how far it came: "dial", "proxy", "starttls", "handshake", "read".
	Stage string `json:"stage"`
	// Fault is what stopped it, "" for nothing; Err is the text of it, inert.
	Fault Class  `json:"fault,omitempty"`
	Err   string `json:"error,omitempty"`
	// Alert is the TLS alert that the server sent, -1 for none.
	Alert int `json:"alert"`
	// Version, Cipher and ALPN are what was agreed.
	Version uint16 `json:"version,omitempty"`
	Cipher  string `json:"cipher,omitempty"`
	ALPN    string `json:"alpn,omitempty"`
	// Chain is what the server sent, DER; leaf first. Raw is set when it was read
	// from the wire because a certificate in it cannot be parsed.
	Chain [][]byte `json:"-"`
	Raw   bool     `json:"raw,omitempty"`
	// Staple and SCTs came with it.
	Staple []byte   `json:"-"`
	SCTs   [][]byte `json:"-"`
	// WantsClientCertificate is set when the server asked for one, AcceptedCAs are
	// the names that it takes, inert; Demanded when it went on only with one.
	WantsClientCertificate bool     `json:"wants_client_certificate,omitempty"`
	Demanded               bool     `json:"demanded_client_certificate,omitempty"`
	AcceptedCAs            []string `json:"accepted_cas,omitempty"`
	// First are the first bytes that were no TLS, inert and cut.
	First  string        `json:"first_bytes,omitempty"`
	spoken sniffed       // the protocol that they are of
	Took   time.Duration `json:"took_ns"`
}
