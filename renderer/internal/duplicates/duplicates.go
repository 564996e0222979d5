// Package duplicates finds keys that stand twice in one mapping. The parser takes them, and kustomize then fails
// without saying where they are.
package duplicates

import (
	"slices"
	"strconv"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// Key is a key that stands twice in a mapping.
type Key struct {
	// The way to it from the innermost name outwards: keys, and indices of lists.
	inward []string
	// First and Second are the lines of the two.
	First, Second int
}

// String is the path of the key, with dots between its names.
func (k *Key) String() string {
	names := slices.Clone(k.inward)
	slices.Reverse(names)
	return strings.Join(names, ".")
}

// fewKeys are compared one by one, which needs no memory.
const fewKeys = 16

// Find answers the first key that stands twice in a mapping at or below node; nil: there is none.
func Find(node *yaml.Node) *Key {
	switch node.Kind {
	case yaml.MappingNode:
		if first, second := repeated(node); second != nil {
			return &Key{inward: []string{second.Value}, First: first.Line, Second: second.Line}
		}
		for at := 1; at < len(node.Content); at += 2 {
			if found := findBelow(node.Content[at]); found != nil {
				found.inward = append(found.inward, node.Content[at-1].Value)
				return found
			}
		}
	case yaml.SequenceNode:
		for index, item := range node.Content {
			if found := findBelow(item); found != nil {
				found.inward = append(found.inward, strconv.Itoa(index))
				return found
			}
		}
	case yaml.DocumentNode:
		return Find(node.Content[0])
	}
	return nil
}

func findBelow(node *yaml.Node) *Key {
	if len(node.Content) == 0 {
		return nil
	}
	return Find(node)
}

func repeated(mapping *yaml.Node) (first, second *yaml.Node) {
	if len(mapping.Content) > 2*fewKeys {
		return repeatedAmongMany(mapping)
	}
	for at := 2; at < len(mapping.Content); at += 2 {
		for before := 0; before < at; before += 2 {
			if same(mapping.Content[before], mapping.Content[at]) {
				return mapping.Content[before], mapping.Content[at]
			}
		}
	}
	return nil, nil
}

func repeatedAmongMany(mapping *yaml.Node) (first, second *yaml.Node) {
	seen := make(map[string]*yaml.Node, len(mapping.Content)/2)
	for at := 0; at < len(mapping.Content); at += 2 {
		key := mapping.Content[at]
		if earlier, found := seen[key.Value]; found && same(earlier, key) {
			return earlier, key
		}
		seen[key.Value] = key
	}
	return nil, nil
}

// same tells what the parser takes for the same key, which is its text; kustomize resolves merges before.
func same(a, b *yaml.Node) bool {
	return a.Value == b.Value && a.Kind == yaml.ScalarNode && b.Kind == yaml.ScalarNode && a.Value != "<<"
}
