// Package released builds the command lines of kustomize and Helm in the very releases whose libraries the renderer has,
// each with its own dependencies, so that tests compare with what people run.
package released

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Kustomize answers the path of the kustomize program.
func Kustomize(t *testing.T) string {
	t.Helper()
	return program(t, "sigs.k8s.io/kustomize/kustomize/v5@"+moduleVersion(t, "sigs.k8s.io/kustomize/kustomize/v5"), "kustomize")
}

// Helm answers the path of the helm program.
func Helm(t *testing.T) string {
	t.Helper()
	return program(t, "helm.sh/helm/v4/cmd/helm@"+moduleVersion(t, "helm.sh/helm/v4"), "helm")
}

// Run runs a program, and answers what it prints or, as an error, what it says is wrong.
func Run(name, stdin string, arguments ...string) (string, error) {
	command := exec.Command(name, arguments...)
	command.Stdin = strings.NewReader(stdin)
	var said strings.Builder
	command.Stderr = &said
	printed, err := command.Output()
	if exit, failed := errors.AsType[*exec.ExitError](err); failed {
		return "", errors.New(strings.TrimSpace(said.String()) + " (" + exit.String() + ")")
	}
	return string(printed), err
}

// moduleVersion is the version of a module that go.mod has.
func moduleVersion(t *testing.T, path string) string {
	t.Helper()
	version, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", path).Output()
	if err != nil {
		t.Fatalf("go list -m %s: %v", path, err)
	}
	return strings.TrimSpace(string(version))
}

// program builds a program once, into the user's cache.
func program(t *testing.T, source, name string) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	directory := filepath.Join(cache, "fairlead", "released")
	place := filepath.Join(directory, strings.NewReplacer("/", "+").Replace(source))
	if _, err := os.Stat(place); err == nil {
		return place
	}
	if err := os.MkdirAll(directory, 0o755); err != nil {
		t.Fatal(err)
	}
	// Packages are tested at once: each builds by itself, and the last one is kept.
	building, err := os.MkdirTemp(directory, "building-")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.RemoveAll(building) }()
	command := exec.Command("go", "install", source)
	command.Env = append(os.Environ(), "GOBIN="+building, "GOFLAGS=")
	command.Dir = building
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s cannot be built: %v\n%s", source, err, said)
	}
	if err := os.Rename(filepath.Join(building, name), place); err != nil {
		t.Fatal(err)
	}
	return place
}
