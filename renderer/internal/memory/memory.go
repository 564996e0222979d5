// Package memory is a read-only file system of files in memory for kustomize. Unlike kyaml's own it takes every name
// that git takes, and its errors read like those of a disk, so that messages are the command line's.
package memory

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"syscall"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// FS implements filesys.FileSystem as far as a build reads.
type FS struct {
	unsupported
	files       map[string][]byte
	directories map[string]bool
}

var _ filesys.FileSystem = (*FS)(nil)

// New makes a file system of files by clean absolute path. A path that is both a file and above another is an error.
func New(files map[string][]byte) (*FS, error) {
	system := &FS{files: files, directories: map[string]bool{"/": true}}
	for name := range files {
		for above := path.Dir(name); !system.directories[above]; above = path.Dir(above) {
			if _, isFile := files[above]; isFile {
				return nil, fmt.Errorf("%s cannot be a file: %s lies below it", above, name)
			}
			system.directories[above] = true
		}
	}
	return system, nil
}

// ReadFile returns the content of a file; callers must not change it.
func (f *FS) ReadFile(name string) ([]byte, error) {
	name = clean(name)
	if content, found := f.files[name]; found {
		return content, nil
	}
	if f.directories[name] {
		return nil, &fs.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
	}
	_, reason := f.missing(name)
	return nil, &fs.PathError{Op: "open", Path: name, Err: reason}
}

// Exists is true of files and directories.
func (f *FS) Exists(name string) bool {
	_, isFile := f.files[clean(name)]
	return isFile || f.IsDir(name)
}

// IsDir is true of everything above a file.
func (f *FS) IsDir(name string) bool { return f.directories[clean(name)] }

// CleanedAbs splits a path into its directory and, where it is one, its file.
func (f *FS) CleanedAbs(name string) (filesys.ConfirmedDir, string, error) {
	absolute := clean(name)
	if f.directories[absolute] {
		return filesys.ConfirmedDir(absolute), "", nil
	}
	if _, isFile := f.files[absolute]; isFile {
		return filesys.ConfirmedDir(path.Dir(absolute)), path.Base(absolute), nil
	}
	first, reason := f.missing(absolute)
	if errors.Is(reason, syscall.ENOENT) {
		reason = &fs.PathError{Op: "lstat", Path: first, Err: reason}
	}
	return "", "", fmt.Errorf("evalsymlink failure on '%s' : %w", name, reason)
}

// missing finds the first part of a path that is not there, and why.
func (f *FS) missing(name string) (string, error) {
	first := name
	for above := path.Dir(name); !f.directories[above]; above = path.Dir(above) {
		if _, isFile := f.files[above]; isFile {
			return above, syscall.ENOTDIR
		}
		first = above
	}
	return first, syscall.ENOENT
}

func clean(name string) string { return path.Join("/", name) }
