package probe

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"testing"
)

func TestDevelopmentCA(t *testing.T) {
	tests := []struct{ subject, issuer, tool string }{
		{"O=mkcert development certificate, OU=me@laptop (Me)", "O=mkcert development CA, OU=me@laptop (Me), CN=mkcert me@laptop (Me)", "mkcert"},
		{"", "CN=Caddy Local Authority - ECC Intermediate", "Caddy"},
		{"CN=Caddy Local Authority - ECC Intermediate", "CN=Caddy Local Authority - 2026 ECC Root", "Caddy"},
		{"CN=localhost", "O=Smallstep, CN=Smallstep Intermediate CA", "step-ca"},
		{"CN=kube-apiserver", "CN=kubernetes", "Kubernetes"},
		{"O=system:masters, CN=minikube", "CN=minikubeCA", "minikube"},
		{"O=k3s, CN=k3s", "CN=k3s-server-ca@1690000000", "K3s"},
		{"CN=Vault server", "CN=Vault CA", "HashiCorp Vault"},
		{"CN=app.test", "O=Developer Certificate, CN=Puma-dev CA", "puma-dev"},
		{"CN=app.test", "CN=Laravel Valet CA Self Signed CN, O=Laravel Valet CA Self Signed Organization", "Laravel Valet"},
		{"CN=MySQL_Server_8.0.35_Auto_Generated_Server_Certificate", "CN=MySQL_Server_8.0.35_Auto_Generated_CA_Certificate", "MySQL"},
		{"CN=localhost", "CN=localhost", "a tool for localhost (dotnet dev-certs, IIS Express, XAMPP)"},
	}
	for _, tt := range tests {
		tool, where, ok := developmentCA(tt.subject, tt.issuer)
		if !ok || tool != tt.tool || where == "" {
			t.Errorf("%s from %s: got %q at %q, want %q", tt.subject, tt.issuer, tool, where, tt.tool)
		}
	}
	for _, name := range []string{
		"", "CN=kubernetes.example.org", "CN=www.kubernetes.io", "O=mkcert", "CN=My mkcert development CA", "CN=Vault CA of a bank", "O=Acme Co Ltd",
		"CN=R12, O=Let's Encrypt, C=US", "CN=localhost.example.org", "O=Smallstep Labs, CN=smallstep.com", "CN=Amazon RSA 2048 M02, O=Amazon",
	} {
		if tool, _, ok := developmentCA(name, "CN=R12, O=Let's Encrypt, C=US"); ok {
			t.Errorf("%q was taken for %s", name, tool)
		}
		if tool, _, ok := developmentCA("CN=example.org", name); ok {
			t.Errorf("the issuer %q was taken for %s", name, tool)
		}
	}
}

func TestPlaceholder(t *testing.T) {
	tests := []struct{ subject, issuer, what string }{
		{"O=Acme Co, CN=Kubernetes Ingress Controller Fake Certificate", "O=Acme Co, CN=Kubernetes Ingress Controller Fake Certificate", "the placeholder of ingress-nginx"},
		{"CN=TRAEFIK DEFAULT CERT", "CN=TRAEFIK DEFAULT CERT", "the placeholder of Traefik"},
		{"O=cert-manager, CN=cert-manager.local", "O=cert-manager, CN=cert-manager.local", "a temporary certificate of cert-manager"},
		{"CN=SSL_Self_Signed_Fallback", "CN=SSL_Self_Signed_Fallback", "SQL Server's own certificate, made when it started"},
		{"CN=example.org", "C=US, O=(STAGING) Let's Encrypt, CN=(STAGING) Riddling Rhubarb R12", "one of Let's Encrypt's staging service, for tests"},
		{"O=Acme Co", "O=Acme Co", "a certificate for tests, of Go's generate_cert.go"},
	}
	for _, tt := range tests {
		if what, need, ok := placeholder(tt.subject, tt.issuer); !ok || what != tt.what || need == "" {
			t.Errorf("%s: got %q, want %q", tt.subject, what, tt.what)
		}
		if tool, _, ok := developmentCA(tt.subject, tt.issuer); ok {
			t.Errorf("%s was taken for the CA of %s", tt.issuer, tool)
		}
	}
	if what, _, ok := placeholder("CN=example.org", "C=US, O=Let's Encrypt, CN=R12"); ok {
		t.Errorf("a real certificate was taken for %s", what)
	}
}

func TestServiceCA(t *testing.T) {
	for issuer, want := range map[string]string{
		"CN=Amazon RDS eu-west-1 Root CA RSA2048 G1, OU=Amazon RDS, O=Amazon Web Services, Inc., ST=WA, L=Seattle, C=US": "Amazon RDS",
		"CN=Amazon RDS Root 2019 CA, OU=Amazon RDS, O=Amazon Web Services, Inc., L=Seattle, ST=Washington, C=US":         "Amazon RDS",
		"C=US, O=Google, Inc, CN=Google Cloud SQL Server CA, 2.5.4.46=68c79386-b63e-4998-8254-ba59729cdf78":              "Google Cloud SQL",
		"C=US, O=CloudFlare, Inc., OU=CloudFlare Origin SSL Certificate Authority, L=San Francisco, ST=California":       "Cloudflare's origin CA",
		"CN=Amazon RSA 2048 M02, O=Amazon, C=US":               "",
		"C=US, O=Cloudflare, Inc., CN=Cloudflare Inc ECC CA-3": "",
		"CN=Amazon RDS, O=Somebody":                            "",
		"C=US, O=Google Trust Services, CN=WR2":                "",
	} {
		if service, where, ok := serviceCA(issuer); service != want || ok != (want != "") || ok && where == "" {
			t.Errorf("%s: got %q, want %q", issuer, service, want)
		}
	}
}

func TestInterceptor(t *testing.T) {
	tests := []struct{ issuer, product string }{
		{"C=US, ST=California, O=Zscaler Inc., OU=Zscaler Inc., CN=Zscaler Intermediate Root CA (zscalertwo.net) (t) ", "Zscaler"},
		{"C=US, ST=California, L=San Jose, O=Zscaler Inc., OU=Zscaler Inc., CN=Zscaler Root CA, emailAddress=support@zscaler.com", "Zscaler"},
		{"CN=ca.company.eu.goskope.com, O=Company", "Netskope"},
		{"CN=caadmin.netskope.com", "Netskope"},
		{"C=US, ST=California, L=Sunnyvale, O=Fortinet, OU=Certificate Authority, CN=FGT70FTK23012743, emailAddress=support@fortinet.com", "Fortinet FortiGate"},
		{"O=Cisco, CN=Cisco Umbrella Root CA", "Cisco Umbrella"},
		{"CN=Cisco Umbrella Primary SubCA, O=Cisco", "Cisco Umbrella"},
		{"CN=Forcepoint Cloud CA, O=Forcepoint LLC", "Forcepoint"},
		{"C=GB, ST=Oxfordshire, O=Sophos, OU=NSG, CN=Sophos SSL CA_9qTYklI48xOlW0E, emailAddress=support@sophos.com", "Sophos"},
		{"CN=SonicWALL Firewall DPI-SSL, O=SonicWALL Inc., ST=CA, C=US", "SonicWall"},
		{"CN=Gateway CA - Cloudflare Managed G1 18ef3246e9f36d1560485ef53889c0ab, OU=www.cloudflare.com, O=Cloudflare, Inc.", "Cloudflare Gateway"},
		{"CN=Cato Networks Root CA, O=Cato Networks, C=IL", "Cato Networks"},
		{"CN=Kaspersky Anti-Virus Personal Root Certificate, O=AO Kaspersky Lab", "Kaspersky"},
		{"C=SK, O=ESET, spol. s r. o., CN=ESET SSL Filter CA", "ESET"},
		{"CN=Avast Web/Mail Shield Root, O=Avast Web/Mail Shield, OU=generated by Avast Antivirus for SSL/TLS scanning", "Avast"},
		{"CN=AVG Web/Mail Shield Root, O=AVG Web/Mail Shield", "AVG"},
		{"CN=Norton Web/Mail Shield Root, O=Norton Web/Mail Shield", "Norton"},
		{"CN=Bitdefender Personal CA.Net-Defender, OU=IDS, O=Bitdefender, C=US", "Bitdefender"},
		{"CN=mitmproxy, O=mitmproxy", "mitmproxy"},
		{"C=PortSwigger, O=PortSwigger, OU=PortSwigger CA, CN=PortSwigger CA", "Burp Suite"},
		{"CN=Charles Proxy CA (7 Dec 2020, MacBook-Pro.local), OU=https://charlesproxy.com/ssl, O=XK72 Ltd, L=Auckland, C=NZ", "Charles"},
		{"CN=DO_NOT_TRUST_FiddlerRoot, O=DO_NOT_TRUST, OU=Created by http://www.fiddler2.com", "Fiddler"},
		{"CN=OWASP Zed Attack Proxy Root CA, L=87b77fe834b0a301, O=OWASP Root CA, OU=OWASP ZAP Root CA, C=XX", "OWASP ZAP"},
	}
	for _, tt := range tests {
		if product, ok := interceptor(tt.issuer); !ok || product != tt.product {
			t.Errorf("%s: got %q, want %q", tt.issuer, product, tt.product)
		}
		if how := exportInterceptor(tt.product); how == "" {
			t.Errorf("%s: no way to export", tt.product)
		}
	}
	for _, issuer := range []string{
		"", "CN=R12, O=Let's Encrypt, C=US", "O=Cloudflare, Inc., CN=Cloudflare Inc ECC CA-3", "CN=Cisco RXC-R2, O=Cisco Systems",
		"O=Sophos Bakery, CN=Sophos Bakery CA", "CN=Charles Bank CA", "O=Eset Import GmbH", "CN=mitmproxy.example.org", "O=Not Zscaler Inc.",
		"CN=goskope.com.example.org", "CN=FGTRAVEL", "O=Fortinet Fan Club", "CN=Example, O=Kaspersky & Sons",
	} {
		if product, ok := interceptor(issuer); ok {
			t.Errorf("%q was taken for %s", issuer, product)
		}
	}
}

// The roots that Mozilla trusts are nobody's proxy and no developer's tool.
func TestPublicRootsAreNotRecognised(t *testing.T) {
	for _, r := range MozillaStore().Roots {
		c, err := parse(r.DER)
		if err != nil {
			t.Fatal(err)
		}
		name := nameText(c.Subject)
		if product, ok := interceptor(name); ok {
			t.Errorf("%s was taken for %s", name, product)
		}
		if tool, _, ok := developmentCA(name, name); ok {
			t.Errorf("%s was taken for %s", name, tool)
		}
		if what, _, ok := placeholder(name, name); ok {
			t.Errorf("%s was taken for %s", name, what)
		}
		if service, _, ok := serviceCA(name); ok {
			t.Errorf("%s was taken for %s", name, service)
		}
	}
}

func TestRecognitionReadsTheTextsOfCertificates(t *testing.T) {
	proxy := newIssued(t, "", nil, func(c *x509.Certificate) {
		c.Subject = pkix.Name{Organization: []string{"ESET, spol. s r. o."}, CommonName: "ESET SSL Filter CA", Country: []string{"SK"}}
	})
	c, err := parse(proxy.Raw)
	if err != nil {
		t.Fatal(err)
	}
	if product, ok := interceptor(nameText(c.Issuer)); !ok || product != "ESET" {
		t.Errorf("%s: got %q", nameText(c.Issuer), product)
	}
}

func TestExportsNameKnownProducts(t *testing.T) {
	known := make(map[string]bool)
	for _, i := range interceptors {
		if known[i.product] {
			t.Errorf("%s is there twice", i.product)
		}
		known[i.product] = true
	}
	for _, e := range exports {
		for _, p := range e.products {
			if !known[p] {
				t.Errorf("%s is exported, but not known", p)
			}
		}
	}
}
