package probe

import (
	"crypto/tls"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// fault is how a fault of a connection is told. {at} stands for the address, {name}
// for the name that was sent, {host} and {port} for the target, {error} for what
// stopped the connection, {first} for what the server said instead of TLS, {limit}
// for the time that was waited and {resolver} for who was asked.
type fault struct {
	liability                         Liability
	message, proof, action, meanwhile string
}

var faults = map[Class]fault{
	NameNotFound: {
		Network, "The name {host} does not exist, says the resolver: {resolver}.",
		"{error}",
		"Check the spelling of the name. A name of an internal network needs that network's resolver, mostly a VPN.",
		"",
	},
	ResolverFailed: {
		Network, "The name {host} could not be looked up; the resolver is {resolver}.",
		"{error}",
		"Check the resolver of this machine: it gave no answer, which says nothing about the server.",
		"",
	},
	Refused: {
		Network, "{at} refuses the connection: nothing listens on port {port}, or a firewall answers for it.",
		"{error}",
		"Check the port, and that the server runs and listens on this address.",
		"",
	},
	Unreachable: {
		Network, "There is no way from this machine to {at}.",
		"{error}",
		"Check the route, the VPN and the firewall of this machine's network.",
		"",
	},
	Reset: {
		CannotTell, "{at} takes the connection and resets it when TLS begins.",
		"{error}",
		"Look into the server's log: a server that never saw the connection was cut off by a firewall or a load balancer on the way.",
		"",
	},
	Closed: {
		CannotTell, "{at} takes the connection and closes it when TLS begins, without a word.",
		"{error}",
		"Check that the port is one for TLS: PostgreSQL and LDAP hang up like this on a client that does not ask first (--starttls postgres, --starttls ldap). If it is, look into the server's log: a load balancer without a healthy server does the same.",
		"",
	},
	NotTLS: {
		CannotTell, "What answers on {at} speaks no TLS, nor any protocol that is known here.",
		"Its first bytes: {first}",
		"Check the port.",
		"",
	},
	PlainHTTP: {
		ClientSide, "{at} speaks plain HTTP, without TLS: the scheme or the port is wrong.",
		"It answered the TLS handshake with: {first}",
		"Use the port that has TLS, or http:// with this one where that is enough. If this port is meant to have it, switch it on in the server (nginx: listen {port} ssl).",
		"",
	},
	OtherProtocol: {
		ClientSide, "{at} does not begin with TLS: it speaks another protocol.",
		"Its first bytes: {first}",
		"Check the port.",
		"",
	},
	NameUnrecognized: {
		Server, "The server at {at} has nothing for the name {name} and refuses the handshake.",
		"",
		"Add {name} to the server's configuration (virtual host, ingress, certificate), or point the name at the server that has it.",
		"",
	},
	NeedsSNI: {
		ClientSide, "The server at {at} refuses a handshake that names no host.",
		"",
		"Connect by the name of the host instead of its address, with a client that sends it (SNI).",
		"",
	},
	ClientCertificate: {
		ClientSide, "The server at {at} wants a certificate of the client; this is no fault of trust.",
		"",
		"Give the client a certificate and its key (curl --cert --key, Python's load_cert_chain, Node's cert and key, Go's tls.Config.Certificates).",
		"",
	},
	OldProtocol: {
		Server, "The server at {at} speaks no TLS version that clients of today take.",
		"",
		"Switch on TLS 1.2 and 1.3 in the server, after an update where it has neither.",
		"",
	},
	NoSharedCipher: {
		CannotTell, "The server at {at} finds no cipher suite in what the client offers.",
		"",
		"Compare the server's cipher suites with its certificate: an ECDSA certificate needs ECDSA suites, an RSA one RSA suites.",
		"",
	},
	ALPNRefused: {
		Server, "The server at {at} takes none of the application protocols that were offered.",
		"",
		"Add the protocol to the server's list (ALPN), or offer what it has: http/1.1 and h2 for the web.",
		"Switch ALPN off in the client (curl --no-alpn).",
	},
	KeyMismatch: {
		Server, "The private key of the server at {at} does not belong to its certificate.",
		"The certificate's key does not verify the signature that the server made in the handshake: {error}",
		"Configure the key that the certificate was issued for, or have a certificate issued for the key. Compare with: openssl x509 -noout -pubkey -in CERT; openssl pkey -pubout -in KEY",
		"",
	},
	TooLarge: {
		Server, "The server at {at} sends more certificates than clients take: over 256 KiB.",
		"{error}",
		"Serve the leaf and its intermediates only.",
		"",
	},
	HandshakeFailed: {
		CannotTell, "The handshake with {at} fails.",
		"{error}",
		"Look into the server's log at the time of this probe.",
		"",
	},
	STARTTLSRefused: {
		Server, "The server at {at} does not go on with TLS after STARTTLS.",
		"{error}",
		"Switch TLS on in the server's configuration.",
		"",
	},
	ProxyRefused: {
		Network, "The proxy does not let the connection through.",
		"{error}",
		"Ask those who run the proxy for access to {host}:{port}, or name the host in NO_PROXY where it can be reached directly.",
		"",
	},
	AddressForbidden: {
		Nobody, "{error}.",
		"",
		"",
		"",
	},
}

// finding tells the fault of an attempt.
func (p *prober) finding(a *Attempt) Finding {
	f := faults[a.Fault]
	finding := Finding{
		Class: a.Fault, Weight: Failure, Depth: -1, Liability: f.liability,
		Message: f.message, Proof: f.proof, Action: f.action, Meanwhile: f.meanwhile,
	}
	alert := ""
	if a.Alert >= 0 {
		alert = "The server sent the TLS alert " + alertName(a.Alert) + "."
		if finding.Proof == "" || finding.Proof == "{error}" {
			finding.Proof = alert
		}
	}
	switch a.Fault {
	case Timeout:
		p.tellTimeout(a, &finding)
	case PlainHTTP, OtherProtocol:
		p.tellProtocol(a, &finding)
	case ClientCertificate:
		if len(a.AcceptedCAs) > 0 {
			finding.Message += " It takes those issued by " + listed(a.AcceptedCAs) + "."
		} else {
			finding.Message += " It does not say from which CA."
		}
		finding.Proof = strings.TrimSpace("It asked for one in the handshake and went no further without. " + alert)
	case ALPNRefused:
		if len(p.o.ALPN) > 0 {
			finding.Message = "The server at {at} takes none of the application protocols that were offered: " + Clean(strings.Join(p.o.ALPN, ", ")) + "."
		}
	case ProxyRefused:
		if strings.Contains(a.Err, " 407") {
			finding.Message = "The proxy wants a user and a password."
			finding.Action = "Put the user and the password into HTTPS_PROXY, or use the proxy that needs none."
		}
	case STARTTLSRefused:
		p.tellSTARTTLS(a, &finding)
	case Malformed:
		return Finding{}
	}
	fill := strings.NewReplacer(
		"{at}", p.where(a), "{name}", a.SNI, "{host}", p.res.Host, "{port}", strconv.Itoa(p.res.Port),
		"{error}", a.Err, "{first}", a.First, "{resolver}", p.res.Resolver)
	for _, s := range []*string{&finding.Message, &finding.Proof, &finding.Action, &finding.Meanwhile} {
		*s = fill.Replace(*s)
	}
	return finding
}

// where is the address of an attempt, with the proxy that was between.
func (p *prober) where(a *Attempt) string {
	at := a.Address.String()
	if !a.Address.IsValid() {
		at = Clean(joinHostPort(p.t.Host, p.res.Port))
	}
	if p.res.Proxy != "" {
		at += " behind the proxy " + p.res.Proxy
	}
	return at
}

func (p *prober) tellTimeout(a *Attempt, f *Finding) {
	f.Liability = CannotTell
	limit := p.handshake
	switch a.Stage {
	case "dial":
		limit = p.guard.timeout()
		f.Liability = Network
		f.Message = "{at} does not answer within " + limit.String() + "."
		f.Action = "A firewall that drops packets does this, and so does an address where no machine is: check the address, the port and the firewalls on the way."
	case "starttls":
		f.Message = "The server at {at} does not answer within " + limit.String() + ", before STARTTLS."
		f.Action = "Check the port: on one that has TLS from the first byte, STARTTLS is not used."
	default:
		f.Message = "The server at {at} takes the connection, but the handshake is not done within " + limit.String() + "."
		f.Action = "Look into the server's log: it is overloaded, waits for something else than TLS, or large packets are lost on the way (MTU)."
		if u := usualProtocol(p.res.Port); u.starttls != "" {
			f.Action = "Port " + strconv.Itoa(p.res.Port) + " is that of " + u.protocol + ", which begins without TLS: use --starttls " + u.starttls + "."
		}
	}
	f.Proof = "Waited " + a.Took.Round(10*time.Millisecond).String() + "."
}

// tellProtocol names the protocol of a server that speaks no TLS, or not yet.
func (p *prober) tellProtocol(a *Attempt, f *Finding) {
	s := a.spoken
	if a.Fault == PlainHTTP {
		if p.res.Port == 443 || p.res.Port == 8443 {
			f.Liability = Server
			f.Action = "Switch TLS on for port {port} in the server (nginx: listen {port} ssl): the port is registered for it."
		}
		return
	}
	if s.protocol != "" {
		f.Message = "{at} speaks " + s.protocol + ", which does not begin with TLS on this port."
	}
	if s.starttls != "" {
		f.Action = "Use --starttls " + s.starttls + ", and STARTTLS in the client, or the port that has TLS from the first byte."
	}
	if a.First == "" {
		f.Proof = a.Err
	}
}

func (p *prober) tellSTARTTLS(a *Attempt, f *Finding) {
	switch {
	case strings.Contains(a.Err, "plain text came after"):
		f.Liability = CannotTell
		f.Message = "Plain text came from {at} after the answer to STARTTLS. It is not part of the TLS session; clients that take it for that can be deceived."
		f.Action = "Update the server; if it is up to date, somebody between adds text to the connection."
	case strings.Contains(a.Err, "from the first byte"):
		f.Liability = ClientSide
		f.Message = "{at} speaks TLS from the first byte; STARTTLS is not used on this port."
		f.Action = "Leave --starttls away, and use implicit TLS in the client."
	}
}

// listed joins a few texts.
func listed(all []string) string {
	const most = 5
	if len(all) <= most {
		return strings.Join(all, "; ")
	}
	return strings.Join(all[:most], "; ") + fmt.Sprintf(" and %d more", len(all)-most)
}

// offering names the clients that offer an old cipher suite.
func offering(suite string) (out []string) {
	for _, c := range Clients {
		if takesSuite(c, suite) {
			out = append(out, string(c))
		}
	}
	return out
}

// tellOld says what an old ClientHello found out about a server that refused a new
// one.
func (p *prober) tellOld(lead, old *Attempt, f *Finding) {
	switch {
	case old.Version == 0:
		if lead.Fault == OldProtocol {
			f.Message = "The server at " + p.where(lead) + " refuses every version from SSL 3.0 to TLS 1.3."
			f.Liability = CannotTell
		}
	case old.Version < tls.VersionTLS12:
		f.Message = "The server at " + p.where(lead) + " speaks " + tls.VersionName(old.Version) + " at most; clients of today need TLS 1.2."
		f.Proof = "Asked for anything up to TLS 1.2 it chose " + tls.VersionName(old.Version) + " with " + old.Cipher + ". " + f.Proof
	case lead.Fault == NoSharedCipher:
		f.Liability = Server
		f.Message = "The server at " + p.where(lead) + " has no cipher suite in common with modern clients: it takes " + old.Cipher + " in " + tls.VersionName(old.Version) + "."
		if takers := offering(old.Cipher); len(takers) > 0 {
			f.Message = "The server at " + p.where(lead) + " takes " + old.Cipher + " in " + tls.VersionName(old.Version) + ", which of the common clients only " + strings.Join(takers, ", ") + " still offer."
		}
		f.Proof = "Offered every suite since SSL 3.0, it chose that one. " + f.Proof
		f.Action = "Switch on suites with ECDHE in the server, such as ECDHE-ECDSA-AES128-GCM-SHA256 and ECDHE-RSA-AES128-GCM-SHA256."
	default:
		f.Message = "The server at " + p.where(lead) + " does not take the ClientHello of new clients, but takes an older and smaller one."
		f.Proof = "A ClientHello without TLS 1.3 was answered with " + tls.VersionName(old.Version) + " and " + old.Cipher + "; one with TLS 1.3 and a post-quantum key was not: " + lead.Err
		f.Liability = CannotTell
		f.Action = "Update the server, or the firewall in front of it, that does not take a ClientHello in two packets or does not know TLS 1.3."
		f.Meanwhile = "Leave the post-quantum key away in the client (Go: GODEBUG=tlsmlkem=0)."
	}
	f.Proof = strings.TrimSpace(f.Proof)
}
