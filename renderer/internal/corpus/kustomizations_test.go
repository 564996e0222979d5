package corpus

// cspell:ignore kedacore helmify

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/leaf"
	"fairlead.dev/renderer/internal/protocol"
	"fairlead.dev/renderer/internal/released"
)

// kustomizationModules are kustomize's own examples and tests, and what others deploy their programs with.
var kustomizationModules = []string{
	"sigs.k8s.io/kustomize/api", "sigs.k8s.io/kustomize/v3@v3.3.1", "sigs.k8s.io/kwok@v0.8.0", "github.com/fluxcd/kustomize-controller@v1.7.3",
	"sigs.k8s.io/metrics-server@v0.9.0", "sigs.k8s.io/descheduler@v0.36.0", "sigs.k8s.io/kueue@v0.17.0",
	"sigs.k8s.io/cluster-api@v1.11.3", "sigs.k8s.io/node-feature-discovery@v0.18.3", "sigs.k8s.io/jobset@v0.10.1",
	"sigs.k8s.io/lws@v0.7.0", "github.com/kedacore/keda/v2@v2.18.1", "github.com/open-policy-agent/gatekeeper/v3@v3.23.1",
}

// largeModules take minutes, and are rendered where FAIRLEAD_CORPUS is "whole".
var largeModules = []string{"github.com/argoproj/argo-cd/v3@v3.2.0", "github.com/argoproj/argo-workflows/v3@v3.7.4"}

// leastCompared is how many directories of kustomizationModules both render, byte for byte the same.
const leastCompared = 162

// refusals are what may be refused although kustomize would build it: it asks a network, runs a program, or cannot be
// what a cluster takes. A directory is named where the reason holds for that one alone.
var refusals = []struct{ directory, reason string }{
	{"", "is remote, and rendering has no network."},
	{"sigs.k8s.io/cluster-api/hack/observability/", "not supported, as kustomize would run the helm program."},
	{"github.com/argoproj/argo-cd/v3/test/e2e/testdata/kustomize-", "not supported, as kustomize would run the helm program."},
	{"github.com/fluxcd/kustomize-controller/internal/controller/testdata/invalid/overlay", `"" is no apiVersion.`},
	{"github.com/fluxcd/kustomize-controller/internal/controller/testdata/sops", "is encrypted with SOPS, and the render would change"},
	{"github.com/open-policy-agent/gatekeeper/v3/cmd/build/helmify", "{{ .Release.Namespace }}"},
}

func TestKustomizationsOfOthersComeOutAsByHand(t *testing.T) {
	if testing.Short() {
		t.Skip("it fetches modules")
	}
	modules, compared := kustomizationModules, 0
	if os.Getenv("FAIRLEAD_CORPUS") == "whole" {
		modules = slices.Concat(modules, largeModules)
	}
	for _, module := range modules {
		directory := moduleFiles(t, module)
		files := filesBelow(t, directory)
		for _, one := range directoriesWith(t, directory, "kustomization.yaml", "kustomization.yml", "Kustomization") {
			relative, _ := filepath.Rel(directory, one)
			name := strings.Split(module, "@")[0] + "/" + filepath.ToSlash(relative)
			t.Run(name, func(t *testing.T) {
				request := &protocol.LeafRequest{Files: map[string]string{}, Root: path.Join(root, filepath.ToSlash(relative))}
				for file, content := range files {
					request.Files[file] = content
				}
				if compareKustomization(t, name, one, request) {
					compared++
				}
			})
		}
	}
	if compared < leastCompared {
		t.Errorf("%d directories were rendered by both, and %d are expected at least", compared, leastCompared)
	}
}

// compareKustomization answers whether both rendered the directory.
func compareKustomization(t *testing.T, name, directory string, request *protocol.LeafRequest) bool {
	t.Helper()
	output, failure := leaf.Render(request)
	if failure != nil && failure.Kind == protocol.Refused {
		for _, refusal := range refusals {
			if strings.HasPrefix(name, refusal.directory) && strings.Contains(failure.Message, refusal.reason) {
				return false
			}
		}
		t.Errorf("refused for a reason that is not listed: %s", failure)
		return false
	}
	byHand, err := released.Build(t, directory)
	switch {
	case failure != nil && failure.Kind == protocol.Internal, failure != nil && err == nil:
		t.Errorf("refused: %s", failure)
	case failure == nil && err != nil:
		t.Errorf("rendered, but by hand it fails: %v", err)
	case failure == nil && output.YAML != byHand:
		t.Errorf("rendered:\n%s\nby hand:\n%s", output.YAML, byHand)
	}
	return failure == nil && err == nil
}
