package api

import (
	"net/http"
	"time"
)

type TLSConfig struct {
	CACert, CAPath string
	CACertBytes    []byte
	TLSServerName  string
	Insecure       bool
}

type Config struct {
	Address    string
	HttpClient *http.Client
	Timeout    time.Duration
	Error      error
}

func DefaultConfig() *Config { return &Config{} }

func (c *Config) ConfigureTLS(t *TLSConfig) error { return c.Error }

type Client struct{ config *Config }

func NewClient(c *Config) (*Client, error) { return &Client{c}, nil }

func (c *Client) Address() string { return c.config.Address }
