package chart

import (
	"maps"
	"slices"
	"strings"

	"fairlead.dev/renderer/internal/protocol"
)

// Render returns the chart's output as one YAML stream, in the order of `helm template`, namespaces filled in.
//
// The chart is rendered twice, with clocks and random numbers that differ; an output that differs is refused, because
// the same commit must always give the same files.
func Render(files Files, request *protocol.ChartRequest) (string, error) {
	if request.Namespace == "" {
		return "", protocol.Errorf(protocol.BadRequest, "the chart request has no namespace")
	}
	called := map[string]bool{}
	first, definitions, err := renderOnce(files, request, &variant{called: called})
	if err != nil {
		return "", err
	}
	second, _, err := renderOnce(files, request, &variant{called: called, second: true})
	if err != nil {
		return "", err
	}
	if source := difference(first, second); source != "" {
		return "", unstable(source, called)
	}
	return withNamespace(first, definitions, request.Namespace)
}

// renderOnce loads everything anew: templates can change the values that they are given.
func renderOnce(files Files, request *protocol.ChartRequest, v *variant) (output, definitions []manifest, err error) {
	loaded, err := load(files, request.Directory)
	if err != nil {
		return nil, nil, err
	}
	values, err := mergeValues(files, request.ValuesFiles)
	if err != nil {
		return nil, nil, err
	}
	top, err := topLevel(loaded, values, request)
	if err != nil {
		return nil, nil, err
	}
	output, err = manifests(loaded, top, v, request)
	return output, crds(loaded), err
}

func difference(first, second []manifest) string {
	for at, one := range first {
		if at >= len(second) || one != second[at] {
			return one.source
		}
	}
	if len(second) > len(first) {
		return second[len(first)].source
	}
	return ""
}

func unstable(source string, called map[string]bool) error {
	functions := "a function whose result changes"
	if len(called) > 0 {
		functions = strings.Join(slices.Sorted(maps.Keys(called)), ", ")
	}
	return protocol.Errorf(protocol.Unstable,
		"%s: the output changes from run to run (the chart calls %s), so the same commit would not give the same files. Set the value that the chart would make up, in a values.yaml.",
		source, functions)
}
