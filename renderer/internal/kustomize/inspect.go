package kustomize

import (
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"fairlead.dev/renderer/internal/protocol"
)

// tree is what inspect learns of all kustomizations that a build will read.
type tree struct {
	fs            filesys.FileSystem
	seen          map[string]bool
	changesSchema bool
	namesManager  bool
	// The files of objects, in the order in which they are read.
	resources []string
}

// inspect walks the kustomizations below root before kustomize does and refuses, by file and value, what would leave
// the files in memory. What it cannot read it leaves to kustomize, whose message is better. It is for the clear error:
// the sandbox is what makes the refusal certain.
func inspect(fs filesys.FileSystem, root string) (*tree, error) {
	t := &tree{fs: fs, seen: map[string]bool{}}
	return t, t.visit(root)
}

func (t *tree) visit(directory string) error {
	if t.seen[directory] {
		return nil
	}
	t.seen[directory] = true
	file, k := t.read(directory)
	if k == nil {
		return nil
	}
	if len(k.OpenAPI) > 0 {
		t.changesSchema = true
	}
	if slices.Contains(k.BuildMetadata, types.ManagedByLabelOption) {
		t.namesManager = true
	}
	for _, check := range []func(string, *types.Kustomization) error{refuseHelm, refuseRemoteFiles, t.references, t.plugins} {
		if err := check(file, k); err != nil {
			return err
		}
	}
	return nil
}

func (t *tree) read(directory string) (string, *types.Kustomization) {
	for _, name := range konfig.RecognizedKustomizationFileNames() {
		file := path.Join(directory, name)
		content, err := t.fs.ReadFile(file)
		if err != nil {
			continue
		}
		return file, kustomizations.of(content)
	}
	return "", nil
}

// references refuses remote directories and goes on into local ones.
func (t *tree) references(file string, k *types.Kustomization) error {
	lists := []struct {
		field   string
		entries []string
	}{
		{"resources", k.Resources},
		{"components", k.Components},
		{"generators", k.Generators},
		{"transformers", k.Transformers},
		{"validators", k.Validators},
	}
	for _, list := range lists {
		for _, entry := range list.entries {
			if isInline(entry) {
				continue
			}
			place := t.resolve(file, entry)
			if isRemoteFile(entry) || (isRemoteDirectory(entry) && !t.fs.Exists(place)) {
				return remote(file, list.field, entry)
			}
			if !t.fs.IsDir(place) {
				if list.field == "resources" {
					t.resources = append(t.resources, place)
				}
				continue
			}
			if err := t.visit(place); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *tree) resolve(file, entry string) string {
	if path.IsAbs(entry) {
		return path.Clean(entry)
	}
	return path.Join(path.Dir(file), entry)
}

func isInline(entry string) bool { return strings.Contains(entry, "\n") }

func remote(file, field, value string) error {
	return protocol.Errorf(protocol.Refused,
		"%s: %s: %s is remote, and rendering has no network. Copy it into the repository and refer to it by its path.",
		file, field, value)
}
