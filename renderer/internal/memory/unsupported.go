package memory

import (
	"errors"
	"path/filepath"

	"sigs.k8s.io/kustomize/kyaml/filesys"
)

var errUnsupported = errors.New("not possible in a render: its files are read-only, and each is read by its name")

// unsupported are the operations of a file system that no build needs.
type unsupported struct{}

func (unsupported) Create(string) (filesys.File, error)  { return nil, errUnsupported }
func (unsupported) Mkdir(string) error                   { return errUnsupported }
func (unsupported) MkdirAll(string) error                { return errUnsupported }
func (unsupported) RemoveAll(string) error               { return errUnsupported }
func (unsupported) Open(string) (filesys.File, error)    { return nil, errUnsupported }
func (unsupported) ReadDir(string) ([]string, error)     { return nil, errUnsupported }
func (unsupported) Glob(string) ([]string, error)        { return nil, errUnsupported }
func (unsupported) WriteFile(string, []byte) error       { return errUnsupported }
func (unsupported) Walk(string, filepath.WalkFunc) error { return errUnsupported }
