package released

import (
	"os"
	"path/filepath"
	"testing"
)

const (
	// ReleaseName is the name of the release of Template.
	ReleaseName = "x"
	// Namespace is that of the release of Template.
	Namespace = "test-ns"
)

// namespaced gives a namespace to objects without one.
const namespaced = "resources: [output.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: NamespaceTransformer\n" +
	"  metadata: {name: n, namespace: " + Namespace + "}\n  unsetOnly: true\n  fieldSpecs: [{path: metadata/namespace, create: true}]\n"

// Build answers what `kustomize build` prints of a directory.
func Build(t *testing.T, directory string) (string, error) {
	t.Helper()
	return Run(Kustomize(t), "", "build", directory, "--load-restrictor", "LoadRestrictionsNone")
}

// Template answers what people run for a chart: `helm template | kustomize build`, with a transformer that gives the
// namespace to objects without one.
func Template(t *testing.T, chart string, flags ...string) (string, error) {
	t.Helper()
	arguments := append([]string{"template", ReleaseName, chart, "--namespace", Namespace, "--include-crds"}, flags...)
	templated, err := Run(Helm(t), "", arguments...)
	if err != nil {
		return "", err
	}
	directory := t.TempDir()
	for name, content := range map[string]string{"output.yaml": templated, "kustomization.yaml": namespaced} {
		if err := os.WriteFile(filepath.Join(directory, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return Build(t, directory)
}
