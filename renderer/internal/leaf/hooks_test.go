package leaf

import (
	"path/filepath"
	"testing"
)

// Helm and Argo CD run an object with such an annotation, and delete it by its policy.
func TestAHookThatIsKeptIsNoHookAnyMore(t *testing.T) {
	directory := t.TempDir()
	write(t, filepath.Join(directory, "chart/Chart.yaml"), "apiVersion: v2\nname: x\nversion: 0.1.0\n")
	write(t, filepath.Join(directory, "chart/templates/a.yaml"), `apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: "-5", helm.sh/hook-delete-policy: before-hook-creation, helm.sh/hook-output-log-policy: hook-failed}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: b
  annotations: {helm.sh/hook: pre-install, helm.sh/resource-policy: keep, helm.sh/hooked: "no"}
data:
  text: |
    one
      two
`)
	output, failure := Render(requestOf(t, directory))
	if failure != nil {
		t.Fatal(failure)
	}
	mustMatch(t, "rendered", output.YAML, `apiVersion: v1
kind: ConfigMap
metadata:
  name: a
  namespace: test-ns
---
apiVersion: v1
data:
  text: |
    one
      two
kind: ConfigMap
metadata:
  annotations:
    helm.sh/hooked: "no"
    helm.sh/resource-policy: keep
  name: b
  namespace: test-ns
`)
}
