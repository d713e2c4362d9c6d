// Package pq stands for github.com/lib/pq.
package pq
