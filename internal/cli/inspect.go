package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tlslint/tlslint/internal/certfile"
	"github.com/tlslint/tlslint/internal/report"
	"github.com/tlslint/tlslint/probe"
)

type inspectFlags struct {
	flags
	verify          bool
	trust, name, at string
	maxDepth, level int
}

var inspectFormats = []string{"json", "text"}

func newInspect(s streams) *cobra.Command {
	f := &inspectFlags{}
	cmd := &cobra.Command{
		Use: "inspect FILE|-", Short: "the certificates of a file, and whether a client would take them as a chain",
		Long: `inspect lists the certificates of a PEM or DER file. With --verify it judges them as
the chain that a server sends, leaf first, and says what probe would say: nothing
is connected to. A private key in the file is named and never printed.

Exit codes: 0 listed or verified, 1 verification failed, 2 usage or unreadable.`,
		Example: `  tlslint inspect fullchain.pem
  tlslint inspect --verify --trust corp-ca.pem --name pay.corp.example fullchain.pem
  tlslint inspect --verify --at 2027-01-01T00:00:00Z -f json fullchain.pem | jq .openssl_code`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usageError("%d files: want tlslint inspect FILE, or - for standard input", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runInspect(cmd, args[0], f, s) },
	}
	fs := cmd.Flags()
	fs.BoolVar(&f.verify, "verify", false, "judge the file as a server's chain, leaf first")
	fs.StringVar(&f.trust, "trust", "", "judge by the CA file, or folder, at this path instead of the system's store")
	fs.StringVar(&f.name, "name", "", "the DNS name or IP address that the client wants (default: none is checked)")
	fs.StringVar(&f.at, "at", "", "the time to judge at, as 2027-01-31T12:00:00Z (default now)")
	fs.IntVar(&f.maxDepth, "max-depth", -1, "how many intermediates a path may have (default: the client's own limit)")
	fs.IntVar(&f.level, "level", 0, "OpenSSL's security level for the codes, 0 to 5: openssl verify has 0, TLS clients 2")
	fs.StringArrayVarP(&f.formats, "format", "f", nil, "FORMAT or FORMAT=FILE, repeatable: "+strings.Join(inspectFormats, ", "))
	fs.StringVar(&f.color, "color", "", "auto, always or never (default auto)")
	fs.CountVarP(&f.verbose, "verbose", "v", "say more: subjects, serial numbers, fingerprints, every note")
	return cmd
}

func runInspect(cmd *cobra.Command, file string, f *inspectFlags, s streams) error {
	outputs, err := probeOutputs(f.formats, inspectFormats)
	if err != nil {
		return err
	}
	now, err := f.checkValues(cmd)
	if err != nil {
		return err
	}
	data, err := readCertificates(file, s.in)
	if err != nil {
		return failure(err)
	}
	chain, skipped, err := certfile.Parse(data)
	if err != nil {
		return failure(fmt.Errorf("%s: %w", file, err))
	}
	in := &report.Inspection{Tool: tool(), File: file, Name: f.name, Time: now}
	for _, der := range chain {
		in.Certificates = append(in.Certificates, probe.Describe(der, inFile))
	}
	for _, x := range skipped {
		in.Skipped = append(in.Skipped, fmt.Sprintf("line %d: %s", x.Line, probe.Clean(x.What)))
	}
	if f.verify {
		if err := f.diagnose(in, chain); err != nil {
			return failure(err)
		}
	}
	if err := printTo(outputs, s.out, func(w io.Writer, format string, file bool) error {
		return report.WriteInspection(w, format, in, f.show("", w, file))
	}); err != nil {
		return failure(err)
	}
	return exit(in.ExitCode)
}

// inFile is where the certificates of an inspected file are said to be.
const inFile = "the file"

// diagnose judges the chain. Mozilla's roots tell a private CA from a store that is
// too old.
func (f *inspectFlags) diagnose(in *report.Inspection, chain [][]byte) error {
	store, err := probe.SystemStore()
	if f.trust != "" {
		store, err = chosenStore(f.trust)
	}
	if err != nil {
		return fmt.Errorf("--trust: %w", err)
	}
	input := probe.Input{
		Chain: chain, Store: store, Name: f.name, Time: in.Time, Level: f.level,
		Others: []*probe.Store{probe.MozillaStore()},
	}
	if f.maxDepth >= 0 {
		input.MaxDepth = &f.maxDepth
	}
	in.Store, in.Diagnosis = store.Name, probe.Diagnose(input)
	for i := range in.Diagnosis.Path {
		if c := &in.Diagnosis.Path[i]; c.From == "server" {
			c.From = inFile
		}
	}
	if in.Diagnosis.Failed() {
		in.ExitCode = 1
	}
	return nil
}

// checkValues refuses values that a flag does not take, and returns the time.
func (f *inspectFlags) checkValues(cmd *cobra.Command) (time.Time, error) {
	now := time.Now()
	if err := checkColor(f.color); err != nil {
		return now, err
	}
	if !f.verify {
		for _, flag := range []string{"trust", "name", "max-depth", "level"} {
			if cmd.Flags().Changed(flag) {
				return now, usageError("--%s needs --verify", flag)
			}
		}
	}
	if cmd.Flags().Changed("max-depth") && f.maxDepth < 0 {
		return now, usageError("--max-depth %d: want a number from 0 up", f.maxDepth)
	}
	if f.level < 0 || f.level > 5 {
		return now, usageError("--level %d: want a number from 0 to 5", f.level)
	}
	if f.at != "" {
		var err error
		if now, err = time.Parse(time.RFC3339, f.at); err != nil {
			return now, usageError("--at %q: want a time as 2027-01-31T12:00:00Z", f.at)
		}
	}
	return now, nil
}

// readCertificates reads a file, or standard input for "-".
func readCertificates(file string, stdin io.Reader) ([]byte, error) {
	r := stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, unwrapPath(err))
		}
		defer f.Close()
		if info, err := f.Stat(); err == nil && info.IsDir() {
			return nil, fmt.Errorf("%s: is a directory", file)
		}
		r = f
	}
	data, err := io.ReadAll(io.LimitReader(r, certfile.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, unwrapPath(err))
	}
	if len(data) > certfile.MaxBytes {
		return nil, fmt.Errorf("%s: larger than %d bytes", file, certfile.MaxBytes)
	}
	return data, nil
}
