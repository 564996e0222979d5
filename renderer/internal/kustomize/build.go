// Package kustomize builds a kustomization from files in memory, as the kustomize command would.
package kustomize

import (
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"fairlead.dev/renderer/internal/protocol"
)

// Change is what is done to the objects after the build and before they are checked and printed.
type Change func(objects resmap.ResMap) error

// Build returns what `kustomize build --load-restrictor LoadRestrictionsNone` prints of root, byte for byte, but for
// what change does, which may be nil.
//
// It must not run twice at once in a process: kustomize's OpenAPI state is global.
func Build(fs filesys.FileSystem, root string, change Change) (*protocol.LeafOutput, error) {
	tree, objects, restore, err := build(fs, root)
	if err != nil {
		return nil, err
	}
	defer restore()
	if change != nil {
		if err := change(objects); err != nil {
			return nil, err
		}
	}
	found := ids(objects)
	if err := checkIDs(found); err != nil {
		return nil, err
	}
	if err := tree.checkEncrypted(objects); err != nil {
		return nil, err
	}
	yaml, err := printed(objects)
	if err != nil {
		return nil, tree.explain(err)
	}
	return &protocol.LeafOutput{YAML: yaml, Objects: found}, nil
}

// Objects returns what Build prints, before it is checked.
func Objects(fs filesys.FileSystem, root string) (resmap.ResMap, error) {
	_, objects, restore, err := build(fs, root)
	if err != nil {
		return nil, err
	}
	restore()
	return objects, nil
}

// build also answers what must be called when the objects are printed: until then kustomize's schema is that of the leaf.
func build(fs filesys.FileSystem, root string) (*tree, resmap.ResMap, func(), error) {
	tree, err := inspect(fs, root)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := tree.checkLabel(); err != nil {
		return nil, nil, nil, err
	}
	restore := isolateSchema(tree.changesSchema)
	objects, err := krusty.MakeKustomizer(options()).Run(fs, root)
	if err != nil {
		restore()
		return nil, nil, nil, tree.explain(err)
	}
	return tree, objects, restore, nil
}

// options are those of the command line: what its flags leave alone, and no load restrictions. The files in memory
// are the restriction.
func options() *krusty.Options {
	options := krusty.MakeDefaultOptions()
	options.Reorder = krusty.ReorderOptionUnspecified
	options.LoadRestrictions = types.LoadRestrictionsNone
	return options
}

func ids(objects resmap.ResMap) []protocol.ObjectID {
	found := make([]protocol.ObjectID, 0, objects.Size())
	for _, object := range objects.Resources() {
		found = append(found, protocol.ObjectID{
			APIVersion: object.GetApiVersion(),
			Kind:       object.GetKind(),
			Namespace:  object.GetNamespace(),
			Name:       object.GetName(),
		})
	}
	return found
}
