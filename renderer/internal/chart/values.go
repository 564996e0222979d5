package chart

import (
	"bytes"

	"helm.sh/helm/v4/pkg/chart/common"
	commonutil "helm.sh/helm/v4/pkg/chart/common/util"
	helmchart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	chartutil "helm.sh/helm/v4/pkg/chart/v2/util"

	"fairlead.dev/renderer/internal/protocol"
)

// mergeValues reads the values files, outermost first, as repeated `--values` would: later ones win, and a null removes
// what an outer file or the chart says.
func mergeValues(files Files, names []string) (map[string]any, error) {
	merged := map[string]any{}
	for _, name := range names {
		content, found := files[name]
		if !found {
			return nil, protocol.Errorf(protocol.BadRequest, "values file %s is not among the files", name)
		}
		values, err := loader.LoadValues(bytes.NewReader(content))
		if err != nil {
			return nil, protocol.Errorf(protocol.Chart, "%s: %v", name, err)
		}
		merged = loader.MergeMaps(merged, values)
	}
	return merged, nil
}

// topLevel is what templates see as `.`: values checked against the schemas, release and capabilities.
func topLevel(loaded *helmchart.Chart, values map[string]any, request *protocol.ChartRequest) (common.Values, error) {
	if err := chartutil.ValidateReleaseName(request.ReleaseName); err != nil {
		return nil, protocol.Errorf(protocol.Chart, "release name %q: %v", request.ReleaseName, err)
	}
	capabilities, err := capabilitiesOf(request)
	if err != nil {
		return nil, err
	}
	if wanted := loaded.Metadata.KubeVersion; wanted != "" && !chartutil.IsCompatibleRange(wanted, capabilities.KubeVersion.String()) {
		return nil, protocol.Errorf(protocol.Chart, "chart requires kubeVersion: %s which is incompatible with Kubernetes %s. Set kubeVersion in helm.yaml to the clusters' version.",
			wanted, capabilities.KubeVersion.Version)
	}
	if err := chartutil.ProcessDependencies(loaded, values); err != nil {
		return nil, protocol.Errorf(protocol.Chart, "chart dependencies processing failed: %v", err)
	}
	release := common.ReleaseOptions{Name: request.ReleaseName, Namespace: request.Namespace, Revision: 1, IsInstall: true}
	top, err := commonutil.ToRenderValuesWithSchemaValidation(loaded, values, release, capabilities, true)
	if err != nil {
		return nil, &protocol.Error{Kind: protocol.Chart, Message: err.Error()}
	}
	coalesced, err := top.Table("Values")
	if err != nil {
		return nil, &protocol.Error{Kind: protocol.Chart, Message: err.Error()}
	}
	return top, validate(loaded, coalesced)
}

func capabilitiesOf(request *protocol.ChartRequest) (*common.Capabilities, error) {
	capabilities := common.DefaultCapabilities.Copy()
	if request.KubeVersion != "" {
		version, err := common.ParseKubeVersion(request.KubeVersion)
		if err != nil {
			return nil, protocol.Errorf(protocol.Chart, "invalid kube version '%s': %v", request.KubeVersion, err)
		}
		capabilities.KubeVersion = *version
	}
	known := append(common.VersionSet{}, capabilities.APIVersions...)
	capabilities.APIVersions = append(known, request.APIVersions...)
	return capabilities, nil
}
