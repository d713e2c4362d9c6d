// Package options leaves the decision to somebody else: notes, which are not
// reported.
package options

import (
	"crypto/tls"
	"flag"
	"os"
	"strconv"
)

type config struct {
	Insecure bool
	Verify   bool
}

func field(c config) *tls.Config { return &tls.Config{InsecureSkipVerify: c.Insecure} }

func inverted(c config) *tls.Config { return &tls.Config{InsecureSkipVerify: !c.Verify} }

func parameter(insecure bool) *tls.Config { return &tls.Config{InsecureSkipVerify: insecure} }

func guarded(c config) *tls.Config {
	out := &tls.Config{}
	if c.Insecure {
		out.InsecureSkipVerify = true
	}
	return out
}

var insecure = flag.Bool("insecure", false, "do not verify")

func flagged() *tls.Config { return &tls.Config{InsecureSkipVerify: *insecure} }

func environment() *tls.Config {
	skip, _ := strconv.ParseBool(os.Getenv("SKIP_VERIFY"))
	return &tls.Config{InsecureSkipVerify: skip}
}
