// Package kube talks to an API server.
package kube

import "k8s.io/client-go/rest"

// Flags are the command's.
type Flags struct{ SkipTLS bool }

// Promoted sets a promoted field.
func Promoted() (*rest.Config, error) {
	cfg, err := rest.InClusterConfig()
	if err != nil {
		return nil, err
	}
	cfg.Insecure = true
	return cfg, nil
}

// Spelled sets it through the embedded struct.
func Spelled(f *Flags) *rest.Config {
	cfg := &rest.Config{Host: "https://10.0.0.1:6443", TLSClientConfig: rest.TLSClientConfig{Insecure: f.SkipTLS}}
	if f.SkipTLS {
		cfg.TLSClientConfig = rest.TLSClientConfig{Insecure: true}
	}
	cfg.TLSClientConfig.Insecure = true
	return cfg
}
