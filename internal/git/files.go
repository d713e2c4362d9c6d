package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
)

// File is a regular file of a tree or of the index. Path is a slash path from
// the first folder of the work tree.
type File struct {
	Path string
	Blob string
}

// Change is a regular file that differs. Old is "" where there was none, New
// where there is none any more; both are set and differ after a rename.
type Change struct {
	Old, New string
	// OldBlob is the content before, NewBlob the one after; "" where it is only in
	// the work tree.
	OldBlob, NewBlob string
}

// Changes are the files in which the work tree, or only the index, differs from
// a commit. A file that was only touched may be among them. Untracked files
// are not.
func (r *Repo) Changes(ctx context.Context, commit string, index bool) ([]Change, error) {
	args := []string{
		"diff-index", "--raw", "-z", "--no-abbrev", "--find-renames", "-l2000",
		"--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "--no-color",
	}
	if index {
		args = append(args, "--cached", "--ita-invisible-in-index")
	}
	out, err := r.run(ctx, append(args, commit, "--")...)
	if err != nil {
		return nil, err
	}
	return parseRaw(out, index)
}

// parseRaw reads git's raw format: ":MODE MODE BLOB BLOB STATUS", a path, and a
// second path after a rename.
func parseRaw(out []byte, index bool) ([]Change, error) {
	var list []Change
	for len(out) > 0 {
		var head, path, other []byte
		head, out, _ = bytes.Cut(out, []byte{0})
		path, out, _ = bytes.Cut(out, []byte{0})
		f := strings.Fields(strings.TrimPrefix(string(head), ":"))
		if len(f) != 5 || f[4] == "" || len(path) == 0 {
			return nil, fmt.Errorf("git diff-index: cannot read %q", head)
		}
		before, after := string(path), string(path)
		if f[4][0] == 'R' || f[4][0] == 'C' {
			other, out, _ = bytes.Cut(out, []byte{0})
			after = string(other)
		}
		if f[4] == "U" {
			if index {
				return nil, fmt.Errorf("%s is not merged: resolve the conflict and git add it", path)
			}
			continue // the line of the same path that follows says more
		}
		c := Change{}
		if regular(f[0]) && f[4][0] != 'C' {
			c.Old, c.OldBlob = before, f[2]
		}
		if regular(f[1]) {
			c.New, c.NewBlob = after, known(f[3])
		}
		if c.OldBlob == c.NewBlob && c.Old == c.New {
			continue // a mode alone, or nothing that is a file
		}
		if !local(c.Old) || !local(c.New) {
			continue
		}
		list = append(list, c)
	}
	return list, nil
}

// regular reports whether a mode is that of a file: not of a symbolic link, and
// not of a submodule.
func regular(mode string) bool { return strings.HasPrefix(mode, "100") }

// known is an object name, "" for the zeros that stand for the work tree.
func known(blob string) string {
	if strings.Trim(blob, "0") == "" {
		return ""
	}
	return blob
}

// local reports whether a path stays in the tree: what git stores is data of the
// repository and may be anything.
func local(path string) bool {
	return path == "" || filepath.IsLocal(filepath.FromSlash(path))
}

// Tree are the files of a commit.
func (r *Repo) Tree(ctx context.Context, commit string) ([]File, error) {
	out, err := r.run(ctx, "ls-tree", "-r", "-z", "--full-tree", commit)
	if err != nil {
		return nil, err
	}
	return parseList(out, 2), nil
}

// Index are the files of the index.
func (r *Repo) Index(ctx context.Context) ([]File, error) {
	out, err := r.run(ctx, "ls-files", "-z", "--stage")
	if err != nil {
		return nil, err
	}
	return parseList(out, 1), nil
}

// parseList reads "MODE ... BLOB ...\tPATH" records; blob is the field that
// holds the object name.
func parseList(out []byte, blob int) []File {
	var list []File
	for len(out) > 0 {
		var record []byte
		record, out, _ = bytes.Cut(out, []byte{0})
		meta, path, ok := strings.Cut(string(record), "\t")
		f := strings.Fields(meta)
		if !ok || len(f) <= blob || !regular(f[0]) || path == "" || !local(path) {
			continue
		}
		if blob == 1 && len(f) == 3 && f[2] != "0" {
			continue // one side of a conflict
		}
		list = append(list, File{Path: path, Blob: f[blob]})
	}
	return list
}

// Untracked are the files of the work tree that git neither tracks nor ignores.
func (r *Repo) Untracked(ctx context.Context) ([]string, error) {
	out, err := r.run(ctx, "ls-files", "-z", "--others", "--exclude-standard")
	if err != nil {
		return nil, err
	}
	var list []string
	for path := range strings.SplitSeq(string(out), "\x00") {
		if path != "" && !strings.HasSuffix(path, "/") && local(path) {
			list = append(list, path)
		}
	}
	return list, nil
}

// ErrMissing says that an object is not in this clone.
var ErrMissing = errors.New("not in this clone")

// Blobs reads objects and hands each to do, in their order, as it is stored: no
// filter runs. data is nil, with ErrMissing, for an object that is not there, and
// nil for one that is larger than limit.
func (r *Repo) Blobs(ctx context.Context, names []string, limit int64, do func(i int, data []byte, err error) error) error {
	if len(names) == 0 {
		return nil
	}
	until, stop := context.WithCancel(ctx)
	defer stop()
	cmd := r.command(until, "cat-file", "--batch")
	cmd.Stdin = strings.NewReader(strings.Join(names, "\n") + "\n")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	in := bufio.NewReaderSize(pipe, 64<<10)
	for i, name := range names {
		data, err := readBlob(in, name, limit)
		if err != nil && !errors.Is(err, ErrMissing) {
			stop()
			_ = cmd.Wait()
			if stderr.Len() > 0 || ctx.Err() != nil {
				err = r.failure(ctx, stderr.String(), err)
			}
			return err
		}
		if err = do(i, data, err); err != nil {
			stop()
			_ = cmd.Wait() // it was told to stop
			return err
		}
	}
	err = cmd.Wait()
	return r.failure(ctx, stderr.String(), err)
}

// readBlob reads one answer of cat-file --batch: "NAME TYPE SIZE", the bytes and
// a line break, or "NAME missing".
func readBlob(in *bufio.Reader, name string, limit int64) ([]byte, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("git cat-file ended before %s", name)
	}
	f := strings.Fields(line)
	if len(f) == 2 && f[1] == "missing" {
		return nil, ErrMissing
	}
	if len(f) != 3 {
		return nil, fmt.Errorf("git cat-file: cannot read %q", line)
	}
	size, err := strconv.ParseInt(f[2], 10, 64)
	if err != nil || size < 0 {
		return nil, fmt.Errorf("git cat-file: cannot read %q", line)
	}
	if f[1] != "blob" || size > limit {
		_, err = io.CopyN(io.Discard, in, size+1)
		return nil, err
	}
	data := make([]byte, size+1)
	if _, err := io.ReadFull(in, data); err != nil {
		return nil, fmt.Errorf("git cat-file ended within %s", name)
	}
	return data[:size:size], nil
}

// Missing says that a file's content is not in this clone, and how to get it.
func (r *Repo) Missing(ctx context.Context, path string) error {
	return fmt.Errorf("%s as it was is not in this clone: git fetch --refetch --no-filter %s", path, r.remote(ctx))
}
