package chart

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"fairlead.dev/renderer/internal/protocol"
)

// withNamespace writes the manifests as one stream, as `helm template` does, in which every namespaced object has a
// namespace: its own, or namespace. It is written into the text; every other byte stays, because a text that is parsed
// and printed again is another one: block scalars at its end lose their newline, and folded ones gain lines.
func withNamespace(all []manifest, definitions []manifest, namespace string) (string, error) {
	known := &scopes{clusterScoped: map[groupKind]bool{}}
	for _, definition := range definitions {
		if parsed, err := parse(definition); err == nil {
			parsed.teach(known)
		}
	}
	documents := make([]*document, 0, len(all))
	for _, one := range all {
		parsed, err := parse(one)
		if err != nil {
			return "", err
		}
		parsed.teach(known)
		documents = append(documents, parsed)
	}
	var stream, hooks strings.Builder
	for _, one := range documents {
		content, err := one.namespaced(known, namespace)
		if err != nil {
			return "", err
		}
		part := &stream
		if one.hook {
			part = &hooks
		}
		part.WriteString("---\n# Source: " + one.source + "\n" + content)
	}
	// As `helm template` trims it: what a `|+` at the end would keep goes.
	if objects := strings.TrimSpace(stream.String()); objects != "" {
		return objects + "\n" + hooks.String(), nil
	}
	return hooks.String(), nil
}

// target says which objects get which namespace, and how many lists may still lie in each other.
type target struct {
	known     *scopes
	namespace string
	lists     int
}

func (d *document) teach(known *scopes) {
	for _, node := range d.objects {
		known.learn(yaml.NewRNode(node))
	}
}

func (d *document) namespaced(known *scopes, namespace string) (string, error) {
	var edits []edit
	for _, object := range d.objects {
		if err := d.collectEdits(&edits, object, target{known, namespace, mostLists}); err != nil {
			return "", err
		}
	}
	return applied(d.text, edits), nil
}

// mostLists is how deep lists may lie in each other: an anchor may hold its own alias.
const mostLists = 20

// collectEdits also goes into lists, which kustomize takes apart.
func (d *document) collectEdits(edits *[]edit, object *yaml.Node, wanted target) error {
	node := yaml.NewRNode(object)
	if items := resolved(field(object, "items")); items != nil && strings.HasSuffix(node.GetKind(), "List") {
		for _, item := range items.Content {
			if resolved(item).Kind != yaml.MappingNode || wanted.lists == 0 {
				continue // kustomize says what is wrong with it.
			}
			if err := d.collectEdits(edits, resolved(item), target{wanted.known, wanted.namespace, wanted.lists - 1}); err != nil {
				return err
			}
		}
		return nil
	}
	if !wanted.known.namespaced(node) {
		return nil
	}
	found, err := d.namespaceEdit(object, wanted.namespace)
	if err != nil {
		return protocol.Errorf(protocol.Chart,
			"%s: %s %s: its namespace cannot be set, because %v. Write `metadata` plainly in the template, or its `namespace` there.",
			d.source, node.GetKind(), node.GetName(), err)
	}
	// Two items may be the same alias.
	if found != nil && !slices.Contains(*edits, *found) {
		*edits = append(*edits, *found)
	}
	return nil
}
