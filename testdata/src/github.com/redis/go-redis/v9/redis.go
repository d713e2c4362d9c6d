// Package redis stands for github.com/redis/go-redis/v9.
package redis

import "crypto/tls"

type Options struct {
	Addr      string
	TLSConfig *tls.Config
}

type Client struct{ options *Options }

func NewClient(o *Options) *Client { return &Client{options: o} }
