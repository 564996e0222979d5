package kustomize

import (
	"fmt"

	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/fn/runtime/runtimeutil"
	"sigs.k8s.io/kustomize/kyaml/kio"
	"sigs.k8s.io/kustomize/kyaml/yaml"

	"fairlead.dev/renderer/internal/protocol"
)

// plugins refuses generators, transformers and validators that are not kustomize's own: they run programs or
// containers.
func (t *tree) plugins(file string, k *types.Kustomization) error {
	lists := []struct {
		field   string
		entries []string
	}{{"generators", k.Generators}, {"transformers", k.Transformers}, {"validators", k.Validators}}
	for _, list := range lists {
		for _, entry := range list.entries {
			content, where := []byte(entry), fmt.Sprintf("%s: %s", file, list.field)
			if !isInline(entry) {
				place := t.resolve(file, entry)
				read, err := t.fs.ReadFile(place)
				if err != nil {
					continue // A directory, or kustomize says what is wrong with it.
				}
				content, where = read, fmt.Sprintf("%s: %s: %s", file, list.field, place)
			}
			if err := refusePlugins(where, content); err != nil {
				return err
			}
		}
	}
	return nil
}

func refusePlugins(where string, content []byte) error {
	nodes, err := kio.FromBytes(content)
	if err != nil {
		return nil // kustomize's message is better.
	}
	for _, node := range nodes {
		if problem := pluginProblem(node); problem != "" {
			return protocol.Errorf(protocol.Refused, "%s: %s %s: %s. Rendering runs no programs; use a patch, a component or one of kustomize's built-in transformers.",
				where, node.GetKind(), node.GetName(), problem)
		}
	}
	return nil
}

func pluginProblem(node *yaml.RNode) string {
	if node.GetApiVersion() == konfig.BuiltinPluginApiVersion {
		if node.GetKind() == "HelmChartInflationGenerator" {
			return "would run the helm program"
		}
		return ""
	}
	spec, err := runtimeutil.GetFunctionSpec(node)
	switch {
	case err != nil:
		return "a function that cannot be read: " + err.Error()
	case spec == nil:
		return fmt.Sprintf("apiVersion %s names an external plugin", node.GetApiVersion())
	case spec.Exec.Path != "":
		return "would run the program " + spec.Exec.Path
	case spec.Container.Image != "":
		return "would run the container " + spec.Container.Image
	default:
		return "would run a function"
	}
}
