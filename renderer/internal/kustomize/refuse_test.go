package kustomize

import (
	"errors"
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

func TestRefusesWhatLeavesTheFilesInMemoryByFileAndValue(t *testing.T) {
	const url = "https://example.org/x.yaml"
	for kustomization, wanted := range map[string][]string{
		"resources: [" + url + "]":                                    {"resources", url},
		"resources: ['https://github.com/o/r//base?ref=v1']":          {"resources", "github.com/o/r//base?ref=v1"},
		"resources: ['git@github.com:o/r.git']":                       {"resources", "git@github.com:o/r.git"},
		"resources: ['ssh://git@host/o/r']":                           {"resources", "ssh://git@host/o/r"},
		"resources: ['git::https://host/o/r']":                        {"resources", "git::https://host/o/r"},
		"resources: ['file:///etc']":                                  {"resources", "file:///etc"},
		"resources: [github.com/o/r]":                                 {"resources", "github.com/o/r"},
		"bases: ['HTTPS://GitHub.com/o/r']":                           {"resources", "HTTPS://GitHub.com/o/r"},
		"components: ['github.com:o/r/c']":                            {"components", "github.com:o/r/c"},
		"crds: [" + url + "]":                                         {"crds", url},
		"configurations: [" + url + "]":                               {"configurations", url},
		"openapi: {path: '" + url + "'}":                              {"openapi.path", url},
		"patches: [{path: '" + url + "'}]":                            {"patches.path", url},
		"patchesStrategicMerge: [" + url + "]":                        {"patchesStrategicMerge", url},
		"patchesJson6902: [{target: {kind: X}, path: '" + url + "'}]": {"patchesJson6902.path", url},
		"replacements: [{path: '" + url + "'}]":                       {"replacements.path", url},
		"configMapGenerator: [{name: a, files: ['k=" + url + "']}]":   {"configMapGenerator.files", url},
		"configMapGenerator: [{name: a, envs: ['" + url + "']}]":      {"configMapGenerator.envs", url},
		"secretGenerator: [{name: a, env: '" + url + "'}]":            {"secretGenerator.envs", url},
		"generators: [" + url + "]":                                   {"generators", url},
		"transformers: ['git@h:o/r']":                                 {"transformers", "git@h:o/r"},
		"validators: [" + url + "]":                                   {"validators", url},
		"helmCharts: [{name: redis, repo: 'https://h'}]":              {"helmCharts", "redis"},
		"helmChartInflationGenerator: [{chartName: old}]":             {"helmCharts", "old"},
		"helmGlobals: {chartHome: charts}":                            {"helmGlobals"},
		"generators: [exec.yaml]":                                     {"generators", "/exec.yaml", "./run.sh"},
		"transformers: [container.yaml]":                              {"transformers", "/container.yaml", "example.org/fn:1"},
		"validators: [plugin.yaml]":                                   {"validators", "/plugin.yaml", "example.org/v1"},
		"generators:\n- |-\n  apiVersion: builtin\n  kind: HelmChartInflationGenerator\n  metadata: {name: h}\n  name: x": {"generators", "HelmChartInflationGenerator"},
	} {
		t.Run(kustomization, func(t *testing.T) {
			// Below the root, to show that references are followed and that the right file is named.
			given := files{
				"kustomization.yaml":     "resources: [sub]",
				"sub/kustomization.yaml": kustomization,
				"sub/exec.yaml":          "apiVersion: example.org/v1\nkind: E\nmetadata: {name: e, annotations: {config.kubernetes.io/function: 'exec: {path: ./run.sh}'}}",
				"sub/container.yaml":     "apiVersion: example.org/v1\nkind: C\nmetadata: {name: c, annotations: {config.kubernetes.io/function: 'container: {image: example.org/fn:1}'}}",
				"sub/plugin.yaml":        "apiVersion: example.org/v1\nkind: P\nmetadata: {name: p}",
			}
			_, err := Build(given.inMemory(t), root, nil)
			failure, typed := errors.AsType[*protocol.Error](err)
			if !typed || failure.Kind != protocol.Refused {
				t.Fatalf("not refused: %v", err)
			}
			for _, part := range append(wanted, "/config/west/sub/kustomization.yaml") {
				if !strings.Contains(failure.Message, part) {
					t.Errorf("%q does not name %q", failure.Message, part)
				}
			}
		})
	}
}

func TestTakesLocalNamesThatLookAlmostRemote(t *testing.T) {
	given := files{
		"kustomization.yaml":                "resources: [team@blue, https.yaml, github.company]\nconfigMapGenerator: [{name: u, literals: ['url=https://example.org']}]",
		"team@blue/kustomization.yaml":      "resources: [a.yaml]",
		"team@blue/a.yaml":                  configMap,
		"https.yaml":                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}",
		"github.company/kustomization.yaml": "namePrefix: x-\nresources: [c.yaml]",
		"github.company/c.yaml":             "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}",
	}
	output, err := Build(given.inMemory(t), root, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(output.Objects) != 4 {
		t.Fatalf("%v", output.Objects)
	}
}
