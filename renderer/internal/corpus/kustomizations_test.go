package corpus

import (
	"path"
	"path/filepath"
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
}

func TestKustomizationsOfOthersComeOutAsByHand(t *testing.T) {
	if testing.Short() {
		t.Skip("it fetches modules")
	}
	for _, module := range kustomizationModules {
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
				compareKustomization(t, one, request)
			})
		}
	}
}

func compareKustomization(t *testing.T, directory string, request *protocol.LeafRequest) {
	output, failure := leaf.Render(request)
	if failure != nil && failure.Kind == protocol.Refused {
		// By hand it would ask a network, or run a program.
		t.Skip(failure.Message)
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
}
