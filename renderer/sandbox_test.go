package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

// outside notices whoever gets there: a server, and programs on the PATH.
type outside struct {
	url     string
	hits    atomic.Int64
	marker  string
	binPath string
}

func watchOutside(t *testing.T) *outside {
	t.Helper()
	watched := &outside{marker: filepath.Join(t.TempDir(), "ran"), binPath: t.TempDir()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		watched.hits.Add(1)
		_, _ = w.Write([]byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fetched}\n"))
	}))
	t.Cleanup(server.Close)
	watched.url = server.URL
	script := "#!/bin/sh\n: > " + watched.marker + "\nexit 1\n"
	for _, name := range []string{"git", "helm", "docker", "run.sh", "go"} {
		if err := os.WriteFile(filepath.Join(watched.binPath, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return watched
}

func (o *outside) mustBeUntouched(t *testing.T, by string) {
	t.Helper()
	if hits := o.hits.Swap(0); hits > 0 {
		t.Errorf("%s: %d requests went out", by, hits)
	}
	if os.Remove(o.marker) == nil {
		t.Errorf("%s: a program was run", by)
	}
}

func TestNothingReachesANetworkOrAProgram(t *testing.T) {
	watched := watchOutside(t)
	p := start(t, "PATH="+watched.binPath, "HOME="+t.TempDir(), "XDG_CONFIG_HOME="+t.TempDir())
	host := strings.TrimPrefix(watched.url, "http://")
	script := filepath.Join(watched.binPath, "run.sh")
	for _, kustomization := range []string{
		"resources: ['" + watched.url + "/x.yaml']",
		"resources: ['" + watched.url + "/o/r.git//base']",
		"resources: ['git::" + watched.url + "/o/r']",
		"resources: ['ssh://git@" + host + "/o/r']",
		"resources: ['git@" + host + ":o/r']",
		"resources: ['file:///tmp//x']",
		"components: ['github.com/o/r']",
		"patches: [{path: '" + watched.url + "/p'}]",
		"configMapGenerator: [{name: a, files: ['" + watched.url + "/f']}]",
		// What the inspection before the build does not know: kustomize itself must fail.
		"transformers:\n- |-\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: p}\n  path: " + watched.url + "/p.yaml\n",
		"generators:\n- |-\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n  metadata: {name: p}\n  files: ['" + watched.url + "/f']\n",
		"transformers:\n- |-\n  apiVersion: builtin\n  kind: ReplacementTransformer\n  metadata: {name: p}\n  replacements: [{path: '" + watched.url + "/r'}]\n",
		"resources: ['user@dir/o/r/deep']", // A directory of that name is there: kustomize takes it for a repository.
		"helmCharts: [{name: x, repo: '" + watched.url + "'}]",
		"generators:\n- |-\n  apiVersion: builtin\n  kind: HelmChartInflationGenerator\n  metadata: {name: h}\n  name: x\n  repo: " + watched.url + "\n",
		"transformers:\n- |-\n  apiVersion: v1\n  kind: E\n  metadata: {name: e, annotations: {config.kubernetes.io/function: 'exec: {path: " + script + "}'}}\n",
		"generators:\n- |-\n  apiVersion: v1\n  kind: C\n  metadata: {name: c, annotations: {config.kubernetes.io/function: 'container: {image: x}'}}\n",
		"transformers:\n- |-\n  apiVersion: example.org/v1\n  kind: Plugin\n  metadata: {name: p}\n",
	} {
		answer := p.render(leafOf(kustomization, map[string]string{
			"a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}", "user@dir/o/r/deep/kustomization.yaml": "namePrefix: x",
		}))
		if answer.Error == nil {
			t.Errorf("%s: not refused: %+v", kustomization, answer.Output)
		}
		watched.mustBeUntouched(t, kustomization)
	}
	p.mustStillWork()
}

func TestReadsNeitherEnvironmentNorDisk(t *testing.T) {
	p := start(t, "SECRET_TOKEN=visible", "TZ=Asia/Tokyo")
	answer := p.render(leafOf("configMapGenerator: [{name: a, envs: [e.env]}]", map[string]string{"e.env": "SECRET_TOKEN\n"}))
	if answer.Output == nil || strings.Contains(answer.Output.YAML, "visible") {
		t.Errorf("%+v", answer)
	}
	outside := filepath.Join(t.TempDir(), "cm.yaml")
	if err := os.WriteFile(outside, []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: disk}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{outside, "../../.." + outside} {
		if answer := p.render(leafOf("resources: ['"+path+"']", nil)); answer.Error == nil {
			t.Errorf("%s was read: %+v", path, answer.Output)
		}
	}
	zone := p.render(chartOf("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: z}\ndata: {z: '{{ date \"15:04 MST\" 0 }}', b: '{{ dateInZone \"15:04\" 0 \"Europe/Berlin\" }}'}"))
	if zone.Output == nil || !strings.Contains(zone.Output.YAML, "z: 00:00 UTC") || !strings.Contains(zone.Output.YAML, `b: "01:00"`) {
		t.Errorf("%+v", zone)
	}
}

func TestNoDescriptorCanBeOpenedAfterTheStart(t *testing.T) {
	p := start(t)
	p.mustStillWork()
	process := filepath.Join("/proc", strconv.Itoa(p.command.Process.Pid))
	limits, err := os.ReadFile(filepath.Join(process, "limits"))
	if err != nil {
		t.Skip("no /proc here")
	}
	_, after, _ := strings.Cut(string(limits), "Max open files")
	soft, hard := strings.Fields(after)[0], strings.Fields(after)[1]
	limit, err := strconv.Atoi(hard)
	if err != nil || soft != hard {
		t.Fatalf("limits %s and %s", soft, hard)
	}
	// All below the limit are taken (inherited ones may lie above), and a new one always takes the lowest number.
	for descriptor := range limit {
		if _, err := os.Lstat(filepath.Join(process, "fd", strconv.Itoa(descriptor))); err != nil {
			t.Errorf("descriptor %d is free below the limit of %d", descriptor, limit)
		}
	}
}

func chartOf(template string) protocol.LeafRequest {
	leaf := leafOf("resources: [chart.yaml]", nil)
	leaf.Files["/main/c/Chart.yaml"] = "apiVersion: v2\nname: c\nversion: 1.0.0\n"
	leaf.Files["/main/c/templates/t.yaml"] = template
	leaf.Chart = &protocol.ChartRequest{Directory: "/main/c", OutputFile: "/config/west/chart.yaml", ReleaseName: "c", Namespace: "n"}
	return leaf
}
