package chart

import (
	"strings"

	"sigs.k8s.io/kustomize/kyaml/openapi"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// groupKind identifies what a CustomResourceDefinition defines, whatever its version.
type groupKind struct{ group, kind string }

// scopes tells which kinds have no namespace: what kustomize's schema says, else the CRDs of the same chart, else
// namespaced.
type scopes struct{ clusterScoped map[groupKind]bool }

func (s *scopes) learn(node *yaml.RNode) {
	if node.GetKind() != "CustomResourceDefinition" {
		return
	}
	defined := groupKind{text(node, "spec", "group"), text(node, "spec", "names", "kind")}
	s.clusterScoped[defined] = text(node, "spec", "scope") == "Cluster"
}

func (s *scopes) namespaced(node *yaml.RNode) bool {
	apiVersion, kind := node.GetApiVersion(), node.GetKind()
	if namespaced, known := openapi.IsNamespaceScoped(yaml.TypeMeta{APIVersion: apiVersion, Kind: kind}); known {
		return namespaced
	}
	group, _, hasGroup := strings.Cut(apiVersion, "/")
	return !hasGroup || !s.clusterScoped[groupKind{group, kind}]
}

func text(node *yaml.RNode, path ...string) string {
	found, err := node.Pipe(yaml.Lookup(path...))
	if err != nil || found == nil {
		return ""
	}
	return yaml.GetValue(found)
}
