// Package tls301 speaks plaintext where TLS is to be had.
package tls301

import (
	"database/sql"

	_ "github.com/lib/pq"
	"github.com/minio/minio-go/v7"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func database() (*sql.DB, error) {
	return sql.Open("postgres", "postgres://app@db.example.org/app?sslmode=disable") // want `^TLS301: `
}

func rpc() (*grpc.ClientConn, error) {
	return grpc.NewClient("rpc.example.org:443", grpc.WithTransportCredentials(insecure.NewCredentials())) // want `^TLS301: `
}

func storage() (*minio.Client, error) {
	return minio.New("s3.example.org", &minio.Options{Secure: false}) // want `^TLS301: `
}

func local() (*grpc.ClientConn, error) {
	return grpc.NewClient("localhost:443", grpc.WithTransportCredentials(insecure.NewCredentials()))
}
