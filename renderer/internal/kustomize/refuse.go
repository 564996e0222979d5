package kustomize

import (
	"sigs.k8s.io/kustomize/api/types"

	"fairlead.dev/renderer/internal/protocol"
)

const chartsHint = "kustomize would run the helm program. " +
	"Assign the chart as a base of its own, with a Chart.yaml in its directory on main."

func refuseHelm(file string, k *types.Kustomization) error {
	for _, chart := range k.HelmCharts {
		return protocol.Errorf(protocol.Refused, "%s: helmCharts: %s: not supported, as %s", file, chart.Name, chartsHint)
	}
	if k.HelmGlobals != nil {
		return protocol.Errorf(protocol.Refused, "%s: helmGlobals: not supported, as %s", file, chartsHint)
	}
	return nil
}

type fileReference struct{ field, value string }

// refuseRemoteFiles looks at every field of which kustomize loads a file: it fetches those that are URLs.
func refuseRemoteFiles(file string, k *types.Kustomization) error {
	for _, reference := range fileReferences(k) {
		if remoteSource(reference.value) {
			return remote(file, reference.field, reference.value)
		}
	}
	return nil
}

func fileReferences(k *types.Kustomization) []fileReference {
	var found []fileReference
	add := func(field string, values ...string) {
		for _, value := range values {
			found = append(found, fileReference{field, value})
		}
	}
	add("crds", k.Crds...)
	add("configurations", k.Configurations...)
	add("openapi.path", k.OpenAPI["path"])
	for _, patch := range k.Patches {
		add("patches.path", patch.Path)
	}
	for _, patch := range k.PatchesJson6902 {
		add("patchesJson6902.path", patch.Path)
	}
	for _, patch := range k.PatchesStrategicMerge {
		add("patchesStrategicMerge", string(patch))
	}
	for _, replacement := range k.Replacements {
		add("replacements.path", replacement.Path)
	}
	for _, generator := range k.ConfigMapGenerator {
		addSources(add, "configMapGenerator", generator.KvPairSources)
	}
	for _, generator := range k.SecretGenerator {
		addSources(add, "secretGenerator", generator.KvPairSources)
	}
	return found
}

func addSources(add func(string, ...string), field string, sources types.KvPairSources) {
	add(field+".files", sources.FileSources...)
	add(field+".envs", sources.EnvSources...)
}
