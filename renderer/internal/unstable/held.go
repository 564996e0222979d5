package unstable

import (
	"strings"

	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// heldObjects are those that the GitOps branch holds, by what they are, whatever the version of their API.
type heldObjects map[identity]map[string]any

// readHeld reads objects as far as they can be read: what a person has broken there holds nothing.
func readHeld(texts []string) heldObjects {
	held := heldObjects{}
	for _, text := range texts {
		node, err := yaml.Parse(text)
		if err != nil {
			continue
		}
		content, err := node.Map()
		if err != nil {
			continue
		}
		held[identity{groupOf(node.GetApiVersion()), node.GetKind(), node.GetNamespace(), node.GetName()}] = content
	}
	return held
}

func (h heldObjects) get(one *resource.Resource) map[string]any {
	return h[identity{groupOf(one.GetApiVersion()), one.GetKind(), one.GetNamespace(), one.GetName()}]
}

func groupOf(apiVersion string) string {
	if group, _, grouped := strings.Cut(apiVersion, "/"); grouped {
		return group
	}
	return ""
}

// scalarOf reads a text as YAML does: `5` is a number.
func scalarOf(text string) any {
	var value any
	if strings.TrimSpace(text) == "" || yaml.Unmarshal([]byte(text), &value) != nil || isCollection(value) {
		return text
	}
	return value
}
