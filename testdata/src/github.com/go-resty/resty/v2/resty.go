// Package resty stands for github.com/go-resty/resty/v2.
package resty

import "crypto/tls"

type Client struct{ config *tls.Config }

func New() *Client { return &Client{} }

func (c *Client) SetTLSClientConfig(config *tls.Config) *Client {
	c.config = config
	return c
}

func (c *Client) SetBaseURL(url string) *Client { return c }
