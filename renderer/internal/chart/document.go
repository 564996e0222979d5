package chart

import (
	"errors"
	"io"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"fairlead.dev/renderer/internal/duplicates"
	"fairlead.dev/renderer/internal/protocol"
)

// document is a manifest as it stands in the stream, with the objects in it.
type document struct {
	manifest
	// The content, ended as Helm ends it.
	text string
	// The mapping of each object; lines and columns are those of text.
	objects []*yaml.Node
	// Where the lines of text begin; nil: nobody has asked yet.
	lines []int
}

func parse(one manifest) (*document, error) {
	// kustomize begins by doing the same to the line ends.
	parsed := &document{manifest: one, text: strings.ReplaceAll(one.content, "\r\n", "\n") + "\n"}
	decoder := yaml.NewDecoder(strings.NewReader(parsed.text))
	for {
		var node yaml.Node
		err := decoder.Decode(&node)
		if errors.Is(err, io.EOF) {
			return parsed, nil
		}
		if err != nil {
			return nil, protocol.Errorf(protocol.Chart, "%s: the template's output is not YAML: %v", one.source, err)
		}
		if yaml.IsYNodeEmptyDoc(&node) || yaml.IsYNodeTaggedNull(node.Content[0]) {
			continue
		}
		object := node.Content[0]
		if err := checkObject(one.source, object); err != nil {
			return nil, err
		}
		parsed.objects = append(parsed.objects, object)
	}
}

func checkObject(source string, object *yaml.Node) error {
	node := yaml.NewRNode(object)
	if object.Kind != yaml.MappingNode || node.GetKind() == "" || node.GetApiVersion() == "" {
		return protocol.Errorf(protocol.Chart, "%s: the template's output is no Kubernetes object: apiVersion or kind is missing.", source)
	}
	if key := duplicates.Find(object); key != nil {
		return protocol.Errorf(protocol.Chart, "%s: %s %s: the key %s stands there twice. Remove one of them from the template.",
			source, node.GetKind(), node.GetName(), key)
	}
	return nil
}

// mostMerges is how deep merges may lie in each other: an anchor may hold its own alias.
const mostMerges = 20

// field finds the value of a key in a mapping, also one that a merge brings; nil: there is none.
func field(mapping *yaml.Node, key string) *yaml.Node { return fieldWithin(mapping, key, mostMerges) }

func fieldWithin(mapping *yaml.Node, key string, merges int) *yaml.Node {
	mapping = resolved(mapping)
	if mapping == nil || mapping.Kind != yaml.MappingNode || merges == 0 {
		return nil
	}
	if _, value := member(mapping, key); value != nil {
		return value
	}
	_, merged := member(mapping, "<<")
	if merged = resolved(merged); merged == nil {
		return nil
	}
	if merged.Kind != yaml.SequenceNode {
		return fieldWithin(merged, key, merges-1)
	}
	for _, one := range merged.Content {
		if found := fieldWithin(one, key, merges-1); found != nil {
			return found
		}
	}
	return nil
}

// member finds a key that a mapping itself has, and its value.
func member(mapping *yaml.Node, key string) (name, value *yaml.Node) {
	for at := 0; at+1 < len(mapping.Content); at += 2 {
		if mapping.Content[at].Value == key {
			return mapping.Content[at], mapping.Content[at+1]
		}
	}
	return nil, nil
}

// resolved follows an alias.
func resolved(node *yaml.Node) *yaml.Node {
	if node != nil && node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}
