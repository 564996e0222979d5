package chart

import (
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"fairlead.dev/renderer/internal/protocol"
)

type document struct {
	manifest
	nodes []*yaml.RNode
}

// withNamespace writes the manifests as one stream in which every namespaced object has a namespace: its own, or
// namespace. Documents that need no change keep their bytes.
func withNamespace(all []manifest, definitions []manifest, namespace string) (string, error) {
	known := &scopes{clusterScoped: map[groupKind]bool{}}
	for _, definition := range definitions {
		if nodes, err := parse(definition); err == nil {
			learn(known, nodes)
		}
	}
	documents := make([]document, 0, len(all))
	for _, one := range all {
		nodes, err := parse(one)
		if err != nil {
			return "", err
		}
		learn(known, nodes)
		documents = append(documents, document{one, nodes})
	}
	var stream strings.Builder
	for _, one := range documents {
		content, err := one.namespaced(known, namespace)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&stream, "---\n# Source: %s\n%s\n", one.source, strings.TrimSuffix(content, "\n"))
	}
	return stream.String(), nil
}

func learn(known *scopes, nodes []*yaml.RNode) {
	for _, node := range nodes {
		known.learn(node)
	}
}

func parse(one manifest) ([]*yaml.RNode, error) {
	reader := &kio.ByteReader{
		Reader: strings.NewReader(one.content), OmitReaderAnnotations: true, DisableUnwrapping: true,
	}
	nodes, err := reader.Read()
	if err != nil {
		return nil, protocol.Errorf(protocol.Chart, "%s: the template's output is not YAML: %v", one.source, err)
	}
	for _, node := range nodes {
		if node.YNode().Kind != yaml.MappingNode || node.GetKind() == "" || node.GetApiVersion() == "" {
			return nil, protocol.Errorf(protocol.Chart, "%s: the template's output is no Kubernetes object: apiVersion or kind is missing.", one.source)
		}
	}
	return nodes, nil
}

func (d *document) namespaced(known *scopes, namespace string) (string, error) {
	changed := false
	for _, node := range d.nodes {
		one, err := setNamespace(known, node, namespace)
		if err != nil {
			return "", protocol.Errorf(protocol.Chart, "%s: %v", d.source, err)
		}
		changed = changed || one
	}
	if !changed {
		return d.content, nil
	}
	return kio.StringAll(d.nodes)
}

// setNamespace also goes into lists, which kustomize takes apart.
func setNamespace(known *scopes, node *yaml.RNode, namespace string) (bool, error) {
	if items := node.Field("items"); items != nil && strings.HasSuffix(node.GetKind(), "List") {
		changed := false
		err := items.Value.VisitElements(func(item *yaml.RNode) error {
			one, err := setNamespace(known, item, namespace)
			changed = changed || one
			return err
		})
		return changed, err
	}
	if node.GetNamespace() != "" || !known.namespaced(node) {
		return false, nil
	}
	return true, node.SetNamespace(namespace)
}
