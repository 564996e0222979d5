package chart

import (
	"maps"
	"reflect"
	"slices"

	"helm.sh/helm/v4/pkg/chart/common"
	helmchart "helm.sh/helm/v4/pkg/chart/v2"

	"fairlead.dev/renderer/internal/protocol"
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
	loaded, top, err := prepare(files, request)
	if err != nil {
		return nil, err
	}
	// Templates can change the values that they are given.
	again := copied(top)
	called := map[string]bool{}
	output, err := templated(loaded, top, &variant{called: called})
	if err != nil {
		return nil, err
	}
	first, err := outcomeOf(loaded, top, output, request)
	if err != nil {
		return nil, err
	}
	other, err := templated(loaded, again, &variant{called: called, second: true})
	if err != nil {
		return nil, err
	}
	second := first
	if !maps.Equal(output, other) {
		if second, err = outcomeOf(loaded, again, other, request); err != nil {
			return nil, err
		}
	}
	rendered := &Rendered{}
	if rendered.First, err = withNamespace(first.manifests, first.definitions, request.Namespace); err != nil {
		return nil, err
	}
	if !slices.Equal(first.manifests, second.manifests) {
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

// prepare loads a chart, and answers it with what its templates see.
func prepare(files Files, request *protocol.ChartRequest) (*helmchart.Chart, common.Values, error) {
	loaded, err := load(files, request.Directory)
	if err != nil {
		return nil, nil, err
	}
	values, err := mergeValues(files, request.ValuesFiles)
	if err != nil {
		return nil, nil, err
	}
	top, err := topLevel(loaded, values, request)
	return loaded, top, err
}

func outcomeOf(loaded *helmchart.Chart, top common.Values, output map[string]string, request *protocol.ChartRequest) (*outcome, error) {
	sorted, err := manifests(loaded, output, request)
	if err != nil {
		return nil, err
	}
	seen, err := top.Table("Values")
	if err != nil {
		return nil, &protocol.Error{Kind: protocol.Chart, Message: err.Error()}
	}
	return &outcome{manifests: sorted, definitions: crds(loaded), chart: loaded, values: seen}, nil
}

// copied copies what templates see as far as they can change it. What is the same map in several places, such as global
// values, is one in the copy, too.
func copied(top common.Values) common.Values {
	known := map[uintptr]any{}
	var copyOf func(value any) any
	copyOf = func(value any) any {
		switch value := value.(type) {
		case common.Values:
			return common.Values(copyOf(map[string]any(value)).(map[string]any))
		case map[string]any:
			if value == nil {
				return value
			}
			place := reflect.ValueOf(value).Pointer()
			if earlier, found := known[place]; found {
				return earlier
			}
			fresh := make(map[string]any, len(value))
			known[place] = fresh
			for key, item := range value {
				fresh[key] = copyOf(item)
			}
			return fresh
		case []any:
			fresh := slices.Clone(value)
			for at, item := range fresh {
				fresh[at] = copyOf(item)
			}
			return fresh
		case *common.Capabilities:
			// Its address differs, so that a template that prints it is found out.
			return value.Copy()
		default:
			return value
		}
	}
	return copyOf(top).(common.Values)
}
