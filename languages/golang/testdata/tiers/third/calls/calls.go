// Package calls dials everything else.
package calls

import (
	"crypto/tls"

	vault "github.com/hashicorp/vault/api"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	gomail "gopkg.in/gomail.v2"
)

type wrapper struct {
	*vault.TLSConfig
	opts []grpc.DialOption
}

// Vault is always off.
func Vault(addr string) (*vault.Client, error) {
	c := vault.DefaultConfig()
	c.Address = addr
	if err := c.ConfigureTLS(&vault.TLSConfig{Insecure: true}); err != nil {
		return nil, err
	}
	w := wrapper{TLSConfig: &vault.TLSConfig{}}
	w.Insecure = true
	return vault.NewClient(c)
}

// GRPC has three ways.
func GRPC(plain bool) (*grpc.ClientConn, error) {
	var w wrapper
	switch {
	case plain:
		w.opts = append(w.opts, grpc.WithInsecure())
	default:
		w.opts = append(w.opts, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{InsecureSkipVerify: true})))
	}
	if c, err := grpc.NewClient("localhost:9090", grpc.WithTransportCredentials(insecure.NewCredentials())); err == nil {
		return c, nil
	}
	return grpc.NewClient("grpc.example.net:443", w.opts...)
}

// Mail hands a configuration on.
func Mail() error {
	d := gomail.NewDialer("smtp.example.net", 587, "u", "p")
	d.TLSConfig = &tls.Config{InsecureSkipVerify: true, ServerName: d.Host}
	return d.DialAndSend()
}

const dsn = "postgres://app@db.example.net/app?sslmode=disable"

var _ = dsn
