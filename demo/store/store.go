// Package store reads the catalogue from the warehouse.
package store

import (
	"crypto/tls"
	"flag"
	"net/http"
)

var insecure = flag.Bool("insecure", false, "do not verify the warehouse's certificate")

// Client returns the warehouse client. The operator decides by -insecure.
func Client() *http.Client {
	return &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: *insecure},
	}}
}

// DSN is the warehouse's database.
const DSN = "postgres://shop@db.warehouse.example/stock?sslmode=require"
