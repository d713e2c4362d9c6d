package probe_test

import (
	"context"
	"crypto/tls"
	"sync"
	"testing"
	"time"

	"github.com/tlslint/tlslint/internal/faultlab"
	"github.com/tlslint/tlslint/probe"
)

// good stands up the server without a fault.
func good(b *testing.B) *faultlab.Setup {
	b.Helper()
	lab := faultlab.New(time.Now(), b.TempDir())
	b.Cleanup(lab.Close)
	setup := faultlab.Rows()[0].Cases[0].Start(lab)
	if setup.Skip != "" {
		b.Skip(setup.Skip)
	}
	return setup
}

// BenchmarkGoodHost compares a probe of a good host with the bare handshakes that it
// makes, one after the other: what is between them is the probe's own time, which
// extra-ms reports.
func BenchmarkGoodHost(b *testing.B) {
	setup := good(b)
	var probed, bare time.Duration
	for b.Loop() {
		start := time.Now()
		result := probe.Probe(b.Context(), setup.Target, setup.Options)
		probed += time.Since(start)
		if result.Diagnosis.Failed() {
			b.Fatal(result.Diagnosis.Findings)
		}
		start = time.Now()
		for _, a := range result.Attempts {
			//tlslint:ignore TLS101 -- a benchmark of handshakes with a server of this test
			conn, err := tls.Dial("tcp", a.Address.String(), &tls.Config{ServerName: a.SNI, InsecureSkipVerify: true})
			if err == nil {
				conn.Close()
			}
		}
		bare += time.Since(start)
	}
	b.ReportMetric(float64((probed-bare).Microseconds())/1000/float64(b.N), "extra-ms")
}

// BenchmarkHosts probes 20 hosts, 4 at a time.
func BenchmarkHosts(b *testing.B) {
	setup := good(b)
	for b.Loop() {
		var wait sync.WaitGroup
		four := make(chan bool, 4)
		for range 20 {
			wait.Go(func() {
				four <- true
				probe.Probe(context.Background(), setup.Target, setup.Options)
				<-four
			})
		}
		wait.Wait()
	}
}

// BenchmarkRefused probes a port that nothing listens on.
func BenchmarkRefused(b *testing.B) {
	for b.Loop() {
		probe.Probe(b.Context(), probe.Target{Host: "127.0.0.1", Port: 1}, probe.Options{Private: true, Trust: &probe.Store{Name: "none"}})
	}
}
