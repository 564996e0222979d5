// Package unstable settles what of a leaf's objects differs between two renders of its chart: by what helm.yaml says of it.
package unstable

import (
	"maps"
	"reflect"
	"slices"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
)

// object is an object as kustomize built it, in the first render or, where only that has it, in the second.
type object struct {
	resource *resource.Resource
	content  map[string]any
	// What differs in the second render. An empty path: the object itself is not in both.
	differences []difference
	second      map[string]any
}

// difference is a field that the two renders give different values, or that only one of them has.
type difference struct {
	path          fieldPath
	first, second any
}

// identity tells objects apart.
type identity struct{ apiVersion, kind, namespace, name string }

func identityOf(one *resource.Resource) identity {
	return identity{one.GetApiVersion(), one.GetKind(), one.GetNamespace(), one.GetName()}
}

// String names the object as helm.yaml does.
func (o *object) String() string { return o.resource.GetKind() + " " + o.resource.GetName() }

// compared pairs the objects of two renders; second is nil where both are the same.
func compared(first, second resmap.ResMap) ([]*object, error) {
	objects := make([]*object, 0, first.Size())
	others := map[identity]map[string]any{}
	var added []*object
	if second != nil {
		known := map[identity]bool{}
		for _, one := range first.Resources() {
			known[identityOf(one)] = true
		}
		for _, one := range second.Resources() {
			content, err := one.Map()
			if err != nil {
				return nil, err
			}
			others[identityOf(one)] = content
			if !known[identityOf(one)] {
				added = append(added, &object{resource: one, content: content, differences: []difference{{}}})
			}
		}
	}
	for _, one := range first.Resources() {
		content, err := one.Map()
		if err != nil {
			return nil, err
		}
		next := &object{resource: one, content: content}
		objects = append(objects, next)
		if second == nil {
			continue
		}
		if other, found := others[identityOf(one)]; found {
			next.second = other
			next.collect(nil, content, other)
		} else {
			next.differences = []difference{{}}
		}
	}
	return append(objects, added...), nil
}

// collect notes the smallest fields that differ.
func (o *object) collect(path fieldPath, first, second any) {
	switch first := first.(type) {
	case map[string]any:
		if other, alike := second.(map[string]any); alike {
			o.collectFields(path, first, other)
			return
		}
	case []any:
		if other, alike := second.([]any); alike && len(first) == len(other) {
			for index, next := range itemSteps(first) {
				o.collect(path.with(next), first[index], other[index])
			}
			return
		}
	}
	if !reflect.DeepEqual(first, second) {
		o.differences = append(o.differences, difference{path, first, second})
	}
}

func (o *object) collectFields(path fieldPath, first, second map[string]any) {
	all := maps.Clone(first)
	maps.Copy(all, second)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		one, inFirst := first[key]
		other, inSecond := second[key]
		if next := path.with(step{key: key}); inFirst && inSecond {
			o.collect(next, one, other)
		} else {
			o.differences = append(o.differences, difference{next, one, other})
		}
	}
}
