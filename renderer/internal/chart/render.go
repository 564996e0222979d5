package chart

import (
	"fairlead.dev/renderer/internal/protocol"

	helmchart "helm.sh/helm/v4/pkg/chart/v2"
)

// Rendered is a chart's output: one YAML stream, in the order of `helm template`, namespaces filled in.
type Rendered struct {
	// The output with clocks and random values that never change.
	First string
	// The output with others, where it differs: what then differs in the objects is what the chart must not decide, because
	// the same commit must always give the same files. Empty: it is the same.
	Second  string
	origins *origins
}

// Render renders the chart twice.
func Render(files Files, request *protocol.ChartRequest) (*Rendered, error) {
	if request.Namespace == "" {
		return nil, protocol.Errorf(protocol.BadRequest, "the chart request has no namespace")
	}
	called := map[string]bool{}
	first, err := renderOnce(files, request, &variant{called: called})
	if err != nil {
		return nil, err
	}
	second, err := renderOnce(files, request, &variant{called: called, second: true})
	if err != nil {
		return nil, err
	}
	rendered := &Rendered{}
	if rendered.First, err = withNamespace(first.manifests, first.definitions, request.Namespace); err != nil {
		return nil, err
	}
	if !sameManifests(first.manifests, second.manifests) {
		if rendered.Second, err = withNamespace(second.manifests, second.definitions, request.Namespace); err != nil {
			return nil, err
		}
		rendered.origins = &origins{first: first, second: second, called: called}
	}
	return rendered, nil
}

// outcome is one render, with what it was made of.
type outcome struct {
	manifests, definitions []manifest
	chart                  *helmchart.Chart
	values                 map[string]any
}

// renderOnce loads everything anew: templates can change the values that they are given.
func renderOnce(files Files, request *protocol.ChartRequest, v *variant) (*outcome, error) {
	loaded, err := load(files, request.Directory)
	if err != nil {
		return nil, err
	}
	values, err := mergeValues(files, request.ValuesFiles)
	if err != nil {
		return nil, err
	}
	top, err := topLevel(loaded, values, request)
	if err != nil {
		return nil, err
	}
	output, err := manifests(loaded, top, v, request)
	if err != nil {
		return nil, err
	}
	seen, err := top.Table("Values")
	if err != nil {
		return nil, &protocol.Error{Kind: protocol.Chart, Message: err.Error()}
	}
	return &outcome{manifests: output, definitions: crds(loaded), chart: loaded, values: seen}, nil
}

func sameManifests(first, second []manifest) bool {
	if len(first) != len(second) {
		return false
	}
	for at, one := range first {
		if one != second[at] {
			return false
		}
	}
	return true
}
