// Package kustomize builds a kustomization from files in memory, as the kustomize command would.
package kustomize

import (
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"

	"fairlead.dev/renderer/internal/protocol"
)

// Build returns what `kustomize build --load-restrictor LoadRestrictionsNone` prints of root, byte for byte.
//
// It must not run twice at once in a process: kustomize's OpenAPI state is global.
func Build(fs filesys.FileSystem, root string) (*protocol.LeafOutput, error) {
	tree, err := inspect(fs, root)
	if err != nil {
		return nil, err
	}
	if err := tree.checkLabel(); err != nil {
		return nil, err
	}
	defer isolateSchema(tree.changesSchema)()
	objects, err := krusty.MakeKustomizer(options()).Run(fs, root)
	if err != nil {
		return nil, tree.explain(err)
	}
	found := ids(objects)
	if err := checkIDs(found); err != nil {
		return nil, err
	}
	yaml, err := objects.AsYaml()
	if err != nil {
		return nil, tree.explain(err)
	}
	return &protocol.LeafOutput{YAML: string(yaml), Objects: found}, nil
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
