//go:build unix

// Command measure runs a command some times and prints what it cost.
//
//	measure [-n RUNS] [-codes 0,1] [-dir DIR] COMMAND [ARGUMENT...]
//
// It prints three numbers, separated by blanks: the least CPU seconds (user and
// system, of the command and of every process that it waited for), the least
// seconds on the clock, and the largest resident set in MB (1 MB = 1,048,576
// bytes) of any one of those processes. All of them come from the kernel's
// account of the finished process. The output of the command is thrown away; an
// exit code that is not in -codes is an error, so that a command that fails
// early is not mistaken for a fast one.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	runs := flag.Int("n", 1, "how often to run the command")
	codes := flag.String("codes", "0", "the exit codes that are no failure, separated by commas")
	dir := flag.String("dir", "", "where to run it (default: here)")
	flag.Parse()
	if err := measure(*runs, *codes, *dir, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(2)
	}
}

// cost is what one run took.
type cost struct {
	cpu, wall time.Duration
	rss       int64 // bytes
}

func measure(runs int, codes, dir string, command []string) error {
	if len(command) == 0 || runs < 1 {
		return errors.New("want a command and at least one run")
	}
	allowed := strings.Split(codes, ",")
	var best cost
	for i := range runs {
		c, err := run(allowed, dir, command)
		if err != nil {
			return err
		}
		if i == 0 {
			best = c
			continue
		}
		best = cost{cpu: min(best.cpu, c.cpu), wall: min(best.wall, c.wall), rss: max(best.rss, c.rss)}
	}
	_, err := fmt.Printf("%.4f %.4f %.1f\n", best.cpu.Seconds(), best.wall.Seconds(), float64(best.rss)/(1<<20))
	return err
}

func run(allowed []string, dir string, command []string) (cost, error) {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	var errs bytes.Buffer
	cmd.Stderr = &errs
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if cmd.ProcessState == nil {
		return cost{}, err
	}
	if !slices.Contains(allowed, strconv.Itoa(cmd.ProcessState.ExitCode())) {
		return cost{}, fmt.Errorf("%s: %v: %s", command[0], err, lastLine(errs.String()))
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return cost{}, errors.New("this system does not say what a process used")
	}
	return cost{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), wall: wall, rss: rssBytes(int64(usage.Maxrss))}, nil
}

// rssBytes is ru_maxrss in bytes: macOS counts bytes, other systems KB.
func rssBytes(n int64) int64 {
	if runtime.GOOS == "darwin" {
		return n
	}
	return n << 10
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}
