package client

import (
	"crypto/tls"
	"encoding/json"
	"os"
)

// Settings are read from a file.
type Settings struct {
	TLS struct {
		Skip    bool   `json:"skip"`
		Verify  bool   `json:"verify"`
		Version string `json:"version"`
	} `json:"tls"`
	Insecure bool `default:"true"`
}

// Load reads settings.
func Load(name string) (s Settings, err error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(data, &s)
}

// Option changes a configuration.
type Option func(*tls.Config)

// WithInsecureSkipVerify is itself the option.
func WithInsecureSkipVerify() Option {
	return func(c *tls.Config) { c.InsecureSkipVerify = true }
}

var versions = map[string]uint16{"1.0": tls.VersionTLS10, "1.2": tls.VersionTLS12}

// Config asks the settings.
func (s Settings) Config() *tls.Config {
	c := &tls.Config{InsecureSkipVerify: s.TLS.Skip, MinVersion: versions["1.0"]}
	if !s.TLS.Verify {
		c = &tls.Config{InsecureSkipVerify: true}
	}
	switch s.TLS.Version {
	case "old":
		c.MinVersion = tls.VersionTLS11
	default:
		c.MinVersion = tls.VersionTLS12
	}
	c.CipherSuites = []uint16{tls.TLS_RSA_WITH_RC4_128_SHA, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
	return c
}

func helper(skip bool) *tls.Config { return &tls.Config{InsecureSkipVerify: skip} }

var _ = helper
