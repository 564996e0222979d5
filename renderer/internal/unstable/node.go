package unstable

import (
	"fmt"
	"slices"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// place is where a value stands in a mapping or a sequence; value is nil where it is missing.
type place struct {
	holder, value *yaml.Node
	last          step
}

// locate finds the place of a field; false: what should hold it is not there.
func locate(root *yaml.Node, path fieldPath) (place, bool) {
	found := place{value: root}
	for _, one := range path {
		found = place{holder: found.value, last: one}
		if found.holder == nil {
			return place{}, false
		}
		switch {
		case !one.item && found.holder.Kind == yaml.MappingNode:
			for at := 0; at+1 < len(found.holder.Content); at += 2 {
				if found.holder.Content[at].Value == one.key {
					found.value = found.holder.Content[at+1]
				}
			}
		case one.item && found.holder.Kind == yaml.SequenceNode && one.index < len(found.holder.Content):
			found.value = found.holder.Content[one.index]
		default:
			return place{}, false
		}
	}
	return found, true
}

// setField writes a value in the place of a field.
func setField(root *yaml.Node, path fieldPath, value any) error {
	found, there := locate(root, path)
	if !there {
		return fmt.Errorf("%s is not found where it should be", path)
	}
	var written yaml.Node
	if err := written.Encode(value); err != nil {
		return fmt.Errorf("%s cannot be written", path)
	}
	if found.value == nil {
		key := &yaml.Node{Kind: yaml.ScalarNode, Tag: yaml.NodeTagString, Value: found.last.key}
		found.holder.Content = append(found.holder.Content, key, &written)
		return nil
	}
	*found.value = written
	return nil
}

// dropFields takes fields out of an object, and maps that are empty then.
func dropFields(root *yaml.Node, paths []fieldPath) {
	var places []place
	for _, path := range paths {
		if found, there := locate(root, path); there && found.value != nil {
			places = append(places, found)
		}
	}
	// Places are taken by what stands there, so that indexes may change meanwhile.
	for _, one := range places {
		at := slices.Index(one.holder.Content, one.value)
		if one.last.item {
			one.holder.Content = slices.Delete(one.holder.Content, at, at+1)
		} else {
			one.holder.Content = slices.Delete(one.holder.Content, at-1, at+1)
		}
	}
	for _, path := range paths {
		above := path[:len(path)-1]
		found, there := locate(root, above)
		if there && len(above) > 0 && !found.last.item && found.value != nil && found.value.Kind == yaml.MappingNode && len(found.value.Content) == 0 {
			at := slices.Index(found.holder.Content, found.value)
			found.holder.Content = slices.Delete(found.holder.Content, at-1, at+1)
		}
	}
}
