// Package generic has its own generic helpers.
package generic

import (
	"crypto/tls"
	"net/http"
)

type box[T any] struct{ value T }

func (b *box[T]) get() T { return b.value }

func ptr[T any](v T) *T { return &v }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Config asks its helpers.
func Config() []*tls.Config {
	b := box[*tls.Config]{value: &tls.Config{}}
	b.value.InsecureSkipVerify = true
	b.get().InsecureSkipVerify = *ptr(true)
	skip := must(true, nil)
	c := ptr(tls.Config{InsecureSkipVerify: skip})
	return []*tls.Config{b.value, c}
}

// Sanitize is about a field of another type with the same name.
type Sanitize struct{ InsecureSkipVerify, Insecure bool }

var _ = Sanitize{InsecureSkipVerify: true, Insecure: true}

var transport = func() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	if t.TLSClientConfig == nil {
		t.TLSClientConfig = &tls.Config{}
	}
	t.TLSClientConfig.InsecureSkipVerify = true
	return t
}()

var _ = transport
