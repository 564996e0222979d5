package leaf

// cspell:ignore FOQVJZ FOQVJZMT

import (
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

const secretFile = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {password: Q0FOQVJZMTIzNDU2}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: y}\n"

// What a failure says goes to histories, logs and the status, which people read who may not read Secrets.
func TestAFailureQuotesNoSecret(t *testing.T) {
	head := "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [s.yaml]\nreplacements:\n"
	for name, more := range map[string]string{
		"a source":    "- source: {kind: Secret, name: db, fieldPath: data.password.x}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x]}]\n",
		"a target":    "- source: {kind: ConfigMap, name: a, fieldPath: data.x}\n  targets: [{select: {kind: Secret}, fieldPaths: [data.password.x], options: {create: true}}]\n",
		"a list":      "- source: {kind: ConfigMap, name: a, fieldPath: data.x}\n  targets: [{select: {kind: Secret}, fieldPaths: ['data.password.[a=b].c']}]\n",
		"a delimiter": "- source: {kind: Secret, name: db, fieldPath: data.password, options: {delimiter: x, index: 5}}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [data.x]}]\n",
		"a name":      "- source: {kind: Secret, name: db, fieldPath: data.password}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]\n- source: {kind: ConfigMap, name: Q0FOQVJZMTIzNDU2, fieldPath: data.none}\n  targets: [{select: {kind: Secret}, fieldPaths: [data.x]}]\n",
	} {
		_, failure := Render(&protocol.LeafRequest{Root: "/main/a", Files: map[string]string{"/main/a/kustomization.yaml": head + more, "/main/a/s.yaml": secretFile}})
		if failure == nil {
			t.Errorf("%s: it is no failure", name)
			continue
		}
		if strings.Contains(failure.Message, "Q0FOQVJZ") || strings.Contains(failure.Message, "CANARY") {
			t.Errorf("%s: %s", name, failure.Message)
		}
	}
}

func TestAFailureQuotesNothingThatIsKept(t *testing.T) {
	for _, text := range []string{"it says CANARY123456", "it says Q0FOQVJZMTIzNDU2", "expected MappingNode: node contents:\nQ0FOQVJZ\n"} {
		if got := withoutSecrets(text, nil, []string{secretFile}); !strings.HasSuffix(got, notShown) {
			t.Errorf("%q", got)
		}
	}
	if got := withoutSecrets("a.yaml: no such file", nil, []string{secretFile}); got != "a.yaml: no such file" {
		t.Errorf("%q", got)
	}
}
