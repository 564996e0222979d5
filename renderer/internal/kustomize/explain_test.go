package kustomize

import (
	"strings"
	"testing"
)

func TestAKeyThatStandsTwiceIsToldWithFileObjectAndLines(t *testing.T) {
	given := files{
		"kustomization.yaml": "resources: [b]", "b/kustomization.yaml": "resources: [many.yaml]",
		"b/many.yaml": configMap + "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  paused: false\n  parts:\n  - {a: 1}\n  - a: 1\n    a: 2\n",
	}
	if _, err := commandLine(t, given); err == nil {
		t.Fatal("the command line takes it")
	}
	_, err := Build(given.inMemory(t), root, nil)
	if err == nil {
		t.Fatal("it is taken")
	}
	for _, part := range []string{"/config/west/b/many.yaml", "Deployment web", "spec.parts.1.a", "lines 13 and 14"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is missing: %v", part, err)
		}
	}
}
