package grpc

import (
	"context"

	"google.golang.org/grpc/credentials"
)

type dialOptions struct {
	creds credentials.TransportCredentials
}

type DialOption interface{ apply(*dialOptions) }

type funcOption func(*dialOptions)

func (f funcOption) apply(o *dialOptions) { f(o) }

type ClientConn struct{ target string }

func (c *ClientConn) Close() error { return nil }

func WithInsecure() DialOption { return funcOption(func(*dialOptions) {}) }

func WithTransportCredentials(c credentials.TransportCredentials) DialOption {
	return funcOption(func(o *dialOptions) { o.creds = c })
}

func WithBlock() DialOption { return funcOption(func(*dialOptions) {}) }

func NewClient(target string, opts ...DialOption) (*ClientConn, error) {
	return &ClientConn{target}, nil
}

func DialContext(_ context.Context, target string, opts ...DialOption) (*ClientConn, error) {
	return NewClient(target, opts...)
}
