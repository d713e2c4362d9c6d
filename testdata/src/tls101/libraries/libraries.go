// Package libraries switches verification off through libraries, whose types
// come from their sources.
package libraries

import (
	"crypto/tls"

	"github.com/go-resty/resty/v2"
	"github.com/hashicorp/vault/api"
	"github.com/redis/go-redis/v9"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"gopkg.in/gomail.v2"
	"k8s.io/client-go/rest"
)

func kubernetes() *rest.Config {
	return &rest.Config{
		Host: "https://cluster.example.org",
		TLSClientConfig: rest.TLSClientConfig{
			Insecure: true, // want `^TLS101: `
		},
	}
}

func kubernetesPromoted(c *rest.Config) {
	c.Insecure = true // want `^TLS101: `
}

func restyClient() *resty.Client {
	return resty.New().SetTLSClientConfig(&tls.Config{InsecureSkipVerify: true}) // want `^TLS101: `
}

func vault(c *api.Config) error {
	return c.ConfigureTLS(&api.TLSConfig{Insecure: true}) // want `^TLS101: `
}

func redisClient() *redis.Client {
	return redis.NewClient(&redis.Options{
		Addr:      "cache.example.org:6379",
		TLSConfig: &tls.Config{InsecureSkipVerify: true}, // want `^TLS101: `
	})
}

func mail() *gomail.Dialer {
	d := gomail.NewDialer("smtp.example.org", 587, "user", "secret")
	d.TLSConfig = &tls.Config{InsecureSkipVerify: true} // want `^TLS101: `
	return d
}

func rpc() (*grpc.ClientConn, error) {
	return grpc.NewClient("rpc.example.org:443", grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
		InsecureSkipVerify: true, // want `^TLS101: `
	})))
}

func local() *redis.Client {
	return redis.NewClient(&redis.Options{Addr: "localhost:6379", TLSConfig: &tls.Config{InsecureSkipVerify: true}})
}
