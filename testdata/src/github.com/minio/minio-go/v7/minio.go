// Package minio stands for github.com/minio/minio-go/v7.
package minio

type Options struct {
	Secure bool
	Region string
}

type Client struct{ options *Options }

func New(endpoint string, o *Options) (*Client, error) { return &Client{options: o}, nil }
