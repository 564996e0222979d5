package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
	"fairlead.dev/renderer/internal/released"
)

const managedByLabel = "testdata/managed-by-label"

func managed(t *testing.T) protocol.LeafRequest {
	t.Helper()
	read := func(name string) string {
		content, err := os.ReadFile(filepath.Join(managedByLabel, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	return leafOf(read("kustomization.yaml"), map[string]string{"a.yaml": read("a.yaml")})
}

func TestTheLabelManagedByNamesTheReleaseOfTheCommandLine(t *testing.T) {
	wanted, err := released.Run(released.Kustomize(t), "", "build", managedByLabel)
	if err != nil {
		t.Fatal(err)
	}
	expected, err := os.ReadFile(filepath.Join(managedByLabel, "expected.yaml"))
	if err != nil || string(expected) != wanted {
		t.Fatalf("%v: the command line prints\n%s", err, wanted)
	}
	version, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "sigs.k8s.io/kustomize/kustomize/v5").Output()
	if err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "fairlead-renderer")
	linked := "-ldflags=-X sigs.k8s.io/kustomize/api/provenance.version=" + strings.TrimSpace(string(version))
	if said, err := exec.Command("go", "build", linked, "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	answer := startBinary(t, binary).render(managed(t))
	if answer.Output == nil || answer.Output.YAML != wanted {
		t.Fatalf("%+v", answer)
	}
}

func TestWithoutAReleaseTheLabelManagedByIsRefused(t *testing.T) {
	answer := start(t).render(managed(t))
	if answer.Error == nil || answer.Error.Kind != protocol.Internal || !strings.Contains(answer.Error.Message, "npm run build:renderer") {
		t.Fatalf("%+v", answer)
	}
}
