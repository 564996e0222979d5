package chart

import (
	"strings"

	"helm.sh/helm/v4/pkg/chart/common"
	helmchart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/engine"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"

	"fairlead.dev/renderer/internal/protocol"
)

// manifest is one YAML document of a chart's output, with the template or CRD file that it comes from.
type manifest struct {
	source  string
	content string
	hook    bool
}

// templated renders the templates: the path of each, and its output.
func templated(loaded *helmchart.Chart, top common.Values, v *variant) (map[string]string, error) {
	rendered, err := engine.Engine{CustomTemplateFuncs: v.functions()}.Render(loaded, top)
	if err != nil {
		return nil, &protocol.Error{Kind: protocol.Chart, Message: err.Error()}
	}
	for name := range rendered {
		if strings.HasSuffix(name, "NOTES.txt") {
			delete(rendered, name)
		}
	}
	return rendered, nil
}

// manifests returns what `helm template` prints of the output of templates, in its order: CRDs if asked for, objects in
// install order, hooks if they are kept.
func manifests(loaded *helmchart.Chart, rendered map[string]string, request *protocol.ChartRequest) ([]manifest, error) {
	hooks, objects, err := releaseutil.SortManifests(rendered, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, &protocol.Error{Kind: protocol.Chart, Message: err.Error()}
	}
	if err := refuseUnknownHooks(rendered); err != nil {
		return nil, err
	}
	kept, err := keptHooks(hooks, request)
	if err != nil {
		return nil, err
	}
	var all []manifest
	if request.IncludeCRDs {
		all = crds(loaded)
	}
	for _, object := range objects {
		all = append(all, manifest{source: object.Name, content: object.Content})
	}
	for _, hook := range kept {
		all = append(all, manifest{source: hook.Path, content: hook.Manifest, hook: true})
	}
	return all, nil
}

func crds(loaded *helmchart.Chart) []manifest {
	var all []manifest
	for _, crd := range loaded.CRDObjects() {
		all = append(all, manifest{source: crd.Filename, content: string(crd.File.Data)})
	}
	return all
}
