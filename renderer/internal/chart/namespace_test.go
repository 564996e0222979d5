package chart

import (
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/kyaml/kio"

	"fairlead.dev/renderer/internal/protocol"
)

func replaceKind(kind string) string { return strings.Replace(hook, "KIND", kind, 1) }

func TestNamespacedObjectsWithoutANamespaceGetTheReleases(t *testing.T) {
	output := render(t, map[string]string{
		"templates/all.yaml": `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: cluster-role}
---
apiVersion: v1
kind: Namespace
metadata: {name: a-namespace}
---
apiVersion: v1
kind: Secret
metadata: {name: own, namespace: elsewhere}
---
apiVersion: unknown.example.org/v1
kind: Unknown
metadata: {name: unknown}
---
apiVersion: example.org/v1beta1
kind: Planet
metadata: {name: by-crd}
---
apiVersion: example.org/v1
kind: Moon
metadata: {name: namespaced-by-crd}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Secret, metadata: {name: in-list}}
- {apiVersion: v1, kind: Node, metadata: {name: node-in-list}}
`,
		"crds/c.yaml":      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: planets.example.org}\nspec: {group: example.org, scope: Cluster, names: {kind: Planet}}\n",
		"templates/m.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: moons.example.org}\nspec: {group: example.org, scope: Namespaced, names: {kind: Moon}}\n",
	}, nil)
	nodes, err := kio.FromBytes([]byte(output)) // Takes lists apart, as kustomize does.
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, node := range nodes {
		items, _ := node.Elements()
		if list := node.Field("items"); list != nil {
			items, _ = list.Value.Elements()
		}
		for _, one := range append(items, node) {
			if one.GetKind() != "List" {
				found[one.GetName()] = one.GetNamespace()
			}
		}
	}
	for name, wanted := range map[string]string{
		"cluster-role": "", "a-namespace": "", "own": "elsewhere", "unknown": "logging", "by-crd": "",
		"namespaced-by-crd": "logging", "in-list": "logging", "node-in-list": "", "planets.example.org": "", "log-shipper": "logging",
	} {
		got, present := found[name]
		if name == "planets.example.org" {
			continue // Not included, yet its scope counts.
		}
		if !present || got != wanted {
			t.Errorf("%s: namespace %q (present: %v), wanted %q", name, got, present, wanted)
		}
	}
}

func TestAMissingNamespaceIsTheCallersMistake(t *testing.T) {
	failure := refusal(t, nil, func(asked *protocol.ChartRequest) { asked.Namespace = "" })
	if failure.Kind != protocol.BadRequest {
		t.Fatal(failure)
	}
}

func TestANamespaceThatIsNullCountsAsNone(t *testing.T) {
	for _, written := range []string{"~", "null", "", `""`, "''"} {
		output := render(t, map[string]string{"templates/n.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  namespace: " + written + "\n  name: n\n"}, nil)
		contains(t, output, "metadata:\n  namespace: \"logging\"")
	}
}

func TestANamespaceThatCannotBeWrittenIsToldWithTemplateAndObject(t *testing.T) {
	failure := refusal(t, map[string]string{"templates/n.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: n, namespace: !!str ''}\n"}, nil)
	contains(t, failure.Message, "shipper/templates/n.yaml", "Secret n", "anchor or a tag")
}

// Helm does not parse what lies in crds/.
func TestAliasesThatHoldThemselvesDoNoHarm(t *testing.T) {
	render(t, map[string]string{
		"crds/a.yaml": "x: &x {<<: *x}\napiVersion: v1\nkind: Secret\nmetadata: {<<: *x, name: n}\n",
		"crds/b.yaml": "apiVersion: v1\nkind: List\nitems: &i\n- {apiVersion: v1, kind: List, items: *i}\n",
	}, func(asked *protocol.ChartRequest) { asked.IncludeCRDs = true })
}
