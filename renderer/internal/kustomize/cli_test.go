package kustomize

import (
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/filesys"

	"fairlead.dev/renderer/internal/memory"
	"fairlead.dev/renderer/internal/released"
)

type files map[string]string

const root = "/config/west"

func (f files) absolute() map[string][]byte {
	all := map[string][]byte{}
	for name, content := range f {
		if !path.IsAbs(name) {
			name = path.Join(root, name)
		}
		all[name] = []byte(content)
	}
	return all
}

func (f files) inMemory(t *testing.T) filesys.FileSystem {
	t.Helper()
	fs, err := memory.New(f.absolute())
	if err != nil {
		t.Fatal(err)
	}
	return fs
}

// commandLine runs the kustomize program itself, on a disk.
func commandLine(t *testing.T, given files) (string, error) {
	t.Helper()
	disk := t.TempDir()
	for name, content := range given.absolute() {
		place := filepath.Join(disk, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(place), 0o755), os.WriteFile(place, content, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	printed, err := released.Run(released.Kustomize(t), "", "build", filepath.Join(disk, root), "--load-restrictor", "LoadRestrictionsNone")
	if err != nil {
		said := strings.TrimPrefix(strings.ReplaceAll(err.Error(), disk, ""), "Error: ")
		return "", errors.New(strings.TrimSuffix(said, " (exit status 1)"))
	}
	return printed, nil
}

func TestPrintsWhatTheCommandLinePrints(t *testing.T) {
	for name, given := range commandLineCases {
		t.Run(name, func(t *testing.T) {
			wanted, err := commandLine(t, given)
			if err != nil {
				t.Fatalf("the command line fails: %v", err)
			}
			if wanted == "" {
				t.Fatal("the command line prints nothing")
			}
			for _, state := range []string{"fresh", "used"} {
				got, err := Build(given.inMemory(t), root, nil)
				if err != nil {
					t.Fatalf("%s: %v", state, err)
				}
				if got.YAML != wanted {
					t.Fatalf("%s:\n%s\nwanted:\n%s", state, got.YAML, wanted)
				}
				WarmUp()
			}
		})
	}
}

func TestFailsWhereTheCommandLineFails(t *testing.T) {
	for name, given := range map[string]files{
		"same object twice":    {"kustomization.yaml": "resources: [a.yaml, b.yaml]", "a.yaml": configMap, "b.yaml": configMap},
		"missing resource":     {"kustomization.yaml": "resources: [gone.yaml]"},
		"unknown field":        {"kustomization.yaml": "resourcez: [a.yaml]", "a.yaml": configMap},
		"patch without target": {"kustomization.yaml": "resources: [a.yaml]\npatches: [{path: p.yaml}]", "a.yaml": configMap, "p.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: x}"},
		"not yaml":             {"kustomization.yaml": "resources: [a.yaml]", "a.yaml": "a: b: c"},
		"empty kustomization":  {"kustomization.yaml": ""},
		"no kustomization":     {"a.yaml": configMap},
		"component as base":    {"kustomization.yaml": "resources: [c]", "c/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n"},
		"missing directory":    {"kustomization.yaml": "resources: [../../main/apps/gone]"},
		"file as directory":    {"kustomization.yaml": "components: [a.yaml]", "a.yaml": configMap},
		"below a file":         {"kustomization.yaml": "components: [a.yaml/b]", "a.yaml": configMap},
		"cycle":                {"kustomization.yaml": "resources: [sub]", "sub/kustomization.yaml": "resources: [../../west]"},
	} {
		t.Run(name, func(t *testing.T) {
			_, wanted := commandLine(t, given)
			if wanted == nil {
				t.Fatal("the command line does not fail")
			}
			_, err := Build(given.inMemory(t), root, nil)
			if err == nil || err.Error() != wanted.Error() {
				t.Fatalf("%v\nwanted:\n%v", err, wanted)
			}
		})
	}
}
