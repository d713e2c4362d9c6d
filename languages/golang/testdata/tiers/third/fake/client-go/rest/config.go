package rest

import "net/http"

type TLSClientConfig struct {
	Insecure                  bool
	ServerName                string
	CertFile, KeyFile, CAFile string
	CertData, KeyData, CAData []byte
	NextProtos                []string
}

type ContentConfig struct{ AcceptContentTypes string }

type Config struct {
	Host, APIPath string
	ContentConfig
	BearerToken string
	TLSClientConfig
	UserAgent string
	Transport http.RoundTripper
}

func InClusterConfig() (*Config, error) { return &Config{}, nil }
