package main

import (
	"runtime/debug"

	"helm.sh/helm/v4/pkg/chart/common"

	"fairlead.dev/renderer/internal/protocol"
)

// revision grows when this program yields something else of the same request with the same libraries.
const revision = "3"

// versions are everything that decides what the same request yields: the libraries as built in, and the Kubernetes
// version that charts see unless helm.yaml says another.
func versions() map[string]string {
	found := map[string]string{
		"protocol":   protocol.Version,
		"renderer":   revision,
		"kubernetes": common.DefaultCapabilities.KubeVersion.Version,
	}
	names := map[string]string{
		"sigs.k8s.io/kustomize/api": "kustomize",
		"helm.sh/helm/v4":           "helm",
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return found
	}
	for _, module := range info.Deps {
		if name, wanted := names[module.Path]; wanted {
			found[name] = module.Version
		}
	}
	return found
}
