// Package api stands for github.com/hashicorp/vault/api.
package api

type TLSConfig struct {
	CACert        string
	TLSServerName string
	Insecure      bool
}

type Config struct{ Address string }

func DefaultConfig() *Config { return &Config{} }

func (c *Config) ConfigureTLS(t *TLSConfig) error { return nil }
