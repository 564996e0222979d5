package kustomize

import (
	"testing"

	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

func TestASchemaOfOneLeafDoesNotReachTheNext(t *testing.T) {
	without := commandLineCases["custom resources without a schema"]
	with := commandLineCases["custom resources with their schema"]
	inSub := files{"kustomization.yaml": "resources: [sub]"}
	for name, content := range with {
		inSub["sub/"+name] = content
	}
	build := func(given files) string {
		output, err := Build(given.inMemory(t), root, nil)
		if err != nil {
			t.Fatal(err)
		}
		return output.YAML
	}
	before := build(without)
	for name, given := range map[string]files{"at the root": with, "below the root": inSub} {
		if build(given) == before {
			t.Fatalf("%s: the schema makes no difference, so this test would prove nothing", name)
		}
		if after := build(without); after != before {
			t.Fatalf("%s: the schema leaked:\n%s", name, after)
		}
	}
}

// Whether the built-in schema was parsed before must not decide what is cluster-scoped.
func TestScopesAreTheSameInAFreshAndInAUsedProcess(t *testing.T) {
	openapi.ResetOpenAPI()
	WarmUp()
	var kinds []yaml.TypeMeta
	for _, definition := range openapi.Schema().Definitions {
		extension, _ := definition.Extensions["x-kubernetes-group-version-kind"].([]any)
		for _, one := range extension {
			fields, _ := one.(map[string]any)
			group, _ := fields["group"].(string)
			version, _ := fields["version"].(string)
			kind, _ := fields["kind"].(string)
			if group != "" {
				version = group + "/" + version
			}
			kinds = append(kinds, yaml.TypeMeta{APIVersion: version, Kind: kind})
		}
	}
	if len(kinds) < 50 {
		t.Fatalf("only %d kinds found", len(kinds))
	}
	type scope struct{ namespaced, known bool }
	used := map[yaml.TypeMeta]scope{}
	for _, kind := range kinds {
		namespaced, known := openapi.IsNamespaceScoped(kind)
		used[kind] = scope{namespaced, known}
	}
	openapi.ResetOpenAPI()
	for _, kind := range kinds {
		namespaced, known := openapi.IsNamespaceScoped(kind)
		if fresh := (scope{namespaced, known}); fresh != used[kind] {
			t.Errorf("%v: fresh %v, used %v", kind, fresh, used[kind])
		}
	}
}
