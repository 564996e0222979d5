package chart

import (
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

const hook = "apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate, annotations: {helm.sh/hook: 'KIND'}}\n"

func TestRefusesChartsThatCannotBeRenderedByThemselves(t *testing.T) {
	for name, given := range map[string]struct {
		changes map[string]string
		change  func(*protocol.ChartRequest)
		wanted  []string
	}{
		"missing dependencies": {
			changes: map[string]string{"Chart.yaml": "apiVersion: v2\nname: shipper\nversion: 1.0.0\ndependencies: [{name: redis, version: 1.2.3, repository: 'https://x'}, {name: nats, version: 4.x.x, repository: 'https://x'}]\n"},
			wanted:  []string{directory, "redis 1.2.3, nats 4.x.x", "`fairlead vendor`", "helm dependency build"},
		},
		"library chart":    {changes: map[string]string{"Chart.yaml": "apiVersion: v2\nname: shipper\nversion: 1.0.0\ntype: library\n"}, wanted: []string{directory, "library"}},
		"apiVersion":       {changes: map[string]string{"Chart.yaml": "apiVersion: v3\nname: shipper\nversion: 1.0.0\n"}, wanted: []string{directory, "v3"}},
		"no version":       {changes: map[string]string{"Chart.yaml": "apiVersion: v2\nname: shipper\n"}, wanted: []string{directory, "version"}},
		"template error":   {changes: map[string]string{"templates/t.yaml": "a: {{ required \"say which\" .Values.none }}"}, wanted: []string{"shipper/templates/t.yaml:1", "say which"}},
		"unknown function": {changes: map[string]string{"templates/t.yaml": "a: {{ env \"HOME\" }}"}, wanted: []string{"templates/t.yaml:1", "env"}},
		"output not yaml":  {changes: map[string]string{"templates/t.yaml": "a: b: c"}, wanted: []string{"shipper/templates/t.yaml"}},
		"output no object": {changes: map[string]string{"templates/t.yaml": "a: b"}, wanted: []string{"shipper/templates/t.yaml", "apiVersion or kind"}},
		"kubeVersion":      {changes: map[string]string{"Chart.yaml": "apiVersion: v2\nname: shipper\nversion: 1.0.0\nkubeVersion: '>=1.99.0'\n"}, wanted: []string{">=1.99.0", "helm.yaml"}},
		"bad kube version": {change: func(asked *protocol.ChartRequest) { asked.KubeVersion = "latest" }, wanted: []string{"latest"}},
		"release name":     {change: func(asked *protocol.ChartRequest) { asked.ReleaseName = "Not_Valid" }, wanted: []string{"Not_Valid"}},
		"values not a map": {changes: map[string]string{"/v.yaml": "- a"}, change: func(asked *protocol.ChartRequest) { asked.ValuesFiles = []string{"/v.yaml"} }, wanted: []string{"/v.yaml"}},
		"schema":           {changes: map[string]string{"values.schema.json": `{"properties":{"level":{"enum":["debug"]}}}`}, wanted: []string{"shipper", "level", "debug"}},
		"schema over http": {changes: map[string]string{"values.schema.json": `{"$ref":"https://example.org/s.json"}`}, wanted: []string{"https://example.org/s.json", "network"}},
		"schema from disk": {changes: map[string]string{"values.schema.json": `{"$ref":"file:///etc/hostname"}`}, wanted: []string{"file:///etc/hostname"}},
		"hook":             {changes: map[string]string{"templates/h.yaml": replaceKind("pre-install,pre-upgrade")}, wanted: []string{"Job migrate", "pre-install, pre-upgrade", "shipper/templates/h.yaml", "hooks: keep", "hooks: drop"}},
		"unknown hook":     {changes: map[string]string{"templates/h.yaml": replaceKind("crd-install")}, wanted: []string{"Job migrate", "crd-install", "shipper/templates/h.yaml"}},
	} {
		t.Run(name, func(t *testing.T) {
			failure := refusal(t, given.changes, given.change)
			if failure.Kind != protocol.Chart {
				t.Errorf("kind %s", failure.Kind)
			}
			contains(t, failure.Message, given.wanted...)
		})
	}
}

func TestALargeFileOfGitIsToldUnlessItIsIgnored(t *testing.T) {
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:" + strings.Repeat("3", 64) + "\nsize 4096\n"
	for _, name := range []string{"templates/t.yaml", "values.yaml", "charts/redis-1.0.0.tgz", "crds/a.yaml", "licence.bin"} {
		failure := refusal(t, map[string]string{name: pointer}, nil)
		contains(t, failure.Message, directory+"/"+name, "Git LFS", ".helmignore")
	}
	render(t, map[string]string{"private/photo.png": pointer, "templates/x.bak": pointer}, nil)
}
