// Package rest stands for k8s.io/client-go/rest.
package rest

type TLSClientConfig struct {
	Insecure   bool
	ServerName string
	CAFile     string
}

type Config struct {
	Host string
	TLSClientConfig
}
