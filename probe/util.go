package probe

import (
	"crypto/sha256"
	"net"
	"strconv"
)

func itoa(n int) string { return strconv.Itoa(n) }

func ipText(b []byte) string { return net.IP(b).String() }

func sumOf(b []byte) [32]byte { return sha256.Sum256(b) }
