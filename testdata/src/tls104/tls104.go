// Package tls104 encrypts without knowing to whom.
package tls104

import (
	"database/sql"
	_ "github.com/lib/pq"
)

func require() (*sql.DB, error) {
	return sql.Open("postgres", "postgres://app@db.example.org/app?sslmode=require") // want `^TLS104: `
}

func full() (*sql.DB, error) {
	return sql.Open("postgres", "postgres://app@db.example.org/app?sslmode=verify-full")
}

func local() (*sql.DB, error) {
	return sql.Open("postgres", "postgres://app@localhost/app?sslmode=require")
}
