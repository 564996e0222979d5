package kustomize

import (
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// hookAnnotation begins the names of the annotations that make a hook of an object.
const hookAnnotation = "helm.sh/hook"

// WithoutHookAnnotations makes ordinary objects of a chart's hooks that are kept: Flux does not look at the annotations,
// but Helm and Argo CD would run such an object as a hook, and delete it by its delete policy.
func WithoutHookAnnotations(objects resmap.ResMap) error {
	for _, object := range objects.Resources() {
		names := slices.DeleteFunc(annotationNames(&object.RNode), func(name string) bool {
			return name != hookAnnotation && !strings.HasPrefix(name, hookAnnotation+"-")
		})
		if len(names) == 0 {
			continue
		}
		for _, name := range names {
			if err := object.PipeE(yaml.ClearAnnotation(name)); err != nil {
				return err
			}
		}
		if err := yaml.ClearEmptyAnnotations(&object.RNode); err != nil {
			return err
		}
	}
	return nil
}

func annotationNames(object *yaml.RNode) []string {
	annotations, err := object.Pipe(yaml.Lookup(yaml.MetadataField, yaml.AnnotationsField))
	if err != nil || annotations.IsNilOrEmpty() || annotations.YNode().Kind != yaml.MappingNode {
		return nil
	}
	names, err := annotations.Fields()
	if err != nil {
		return nil
	}
	return names
}
