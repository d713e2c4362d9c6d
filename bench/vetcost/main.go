//go:build unix

// Command vetcost stands between "go vet" and a vet tool and writes down what
// every call of the tool costs:
//
//	VETCOST_TOOL=TOOL VETCOST_LOG=FILE go vet -vettool=vetcost ./...
//
// A line with the CPU seconds (user and system) of each call is appended to
// FILE. The go command keeps a tool's results under the identity that the tool
// gives itself; vetcost gives another one for every FILE, so that a new FILE
// means that every package is analysed anew, while all that the compiler has
// built stays cached.
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

func main() {
	code, err := run(os.Args[1:], os.Getenv("VETCOST_TOOL"), os.Getenv("VETCOST_LOG"))
	if err != nil {
		fmt.Fprintln(os.Stderr, "vetcost:", err)
		os.Exit(2)
	}
	os.Exit(code)
}

func run(args []string, tool, log string) (code int, err error) {
	if tool == "" || log == "" {
		return 0, errors.New("VETCOST_TOOL and VETCOST_LOG must be set")
	}
	cmd := exec.Command(tool, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	identity := len(args) == 1 && args[0] == "-V=full"
	if identity {
		cmd.Stdout = nil
	}
	err = cmd.Run()
	if cmd.ProcessState == nil {
		return 0, err
	}
	if identity {
		sum := sha256.Sum256([]byte(tool + "\x00" + log))
		fmt.Printf("vetcost version devel comments-go-here buildID=%x\n", sum)
	}
	return cmd.ProcessState.ExitCode(), note(log, cmd.ProcessState)
}

// note appends one line; a short write in append mode is not torn by others.
func note(log string, state *os.ProcessState) error {
	f, err := os.OpenFile(log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "%.6f\n", (state.UserTime() + state.SystemTime()).Seconds())
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
