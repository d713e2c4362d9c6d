// Package grpc stands for google.golang.org/grpc.
package grpc

import "google.golang.org/grpc/credentials"

type ClientConn struct{}

type DialOption interface{}

func WithTransportCredentials(c credentials.TransportCredentials) DialOption { return c }

func WithInsecure() DialOption { return nil }

func Dial(target string, options ...DialOption) (*ClientConn, error) { return nil, nil }

func NewClient(target string, options ...DialOption) (*ClientConn, error) { return nil, nil }
