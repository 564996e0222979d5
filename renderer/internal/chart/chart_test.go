package chart

import (
	"errors"
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

const directory = "/main/infra/log"

// shipper is a chart that has a bit of everything; tests add or replace files.
func shipper(changes map[string]string) Files {
	all := map[string]string{
		"Chart.yaml":           "apiVersion: v2\nname: shipper\nversion: 1.0.0\n",
		"values.yaml":          "level: info\nregion: {name: none, zones: [a]}\n",
		"templates/_names.tpl": `{{ define "name" }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}`,
		"templates/cm.yaml":    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ include \"name\" . }}'}\ndata: {{ .Values | toYaml | nindent 2 }}\n",
		"templates/NOTES.txt":  "Thank you at {{ now }}",
		".helmignore":          "*.bak\nprivate/\n",
		"templates/x.yaml.bak": "{{ fail \"ignored\" }}",
		"private/secret.txt":   "secret",
	}
	for name, content := range changes {
		all[name] = content
	}
	files := Files{}
	for name, content := range all {
		if !strings.HasPrefix(name, "/") {
			name = directory + "/" + name
		}
		files[name] = []byte(content)
	}
	return files
}

func request(change func(*protocol.ChartRequest)) *protocol.ChartRequest {
	asked := &protocol.ChartRequest{Directory: directory, OutputFile: "/config/west/chart.yaml", ReleaseName: "log", Namespace: "logging"}
	if change != nil {
		change(asked)
	}
	return asked
}

func render(t *testing.T, changes map[string]string, change func(*protocol.ChartRequest)) string {
	t.Helper()
	output, err := Render(shipper(changes), request(change))
	if err != nil {
		t.Fatal(err)
	}
	if output.Second != "" {
		t.Fatalf("it changes from run to run:\n%s\n%s", output.First, output.Second)
	}
	return output.First
}

func refusal(t *testing.T, changes map[string]string, change func(*protocol.ChartRequest)) *protocol.Error {
	t.Helper()
	output, err := Render(shipper(changes), request(change))
	failure, typed := errors.AsType[*protocol.Error](err)
	if !typed {
		t.Fatalf("not refused: %v\n%+v", err, output)
	}
	return failure
}

func contains(t *testing.T, output string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(output, part) {
			t.Errorf("%q is missing in:\n%s", part, output)
		}
	}
}

func lacks(t *testing.T, output string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(output, part) {
			t.Errorf("%q should not be in:\n%s", part, output)
		}
	}
}

func TestValuesFilesApplyOutermostFirstOverTheCharts(t *testing.T) {
	output := render(t, map[string]string{
		"/config/values.yaml":      "level: debug\nregion: {name: eu}\n",
		"/config/west/values.yaml": "region: {name: west, zones: null}\n",
	}, func(asked *protocol.ChartRequest) {
		asked.ValuesFiles = []string{"/config/values.yaml", "/config/west/values.yaml"}
	})
	contains(t, output, "# Source: shipper/templates/cm.yaml", "log-shipper", "level: debug", "name: west", "\"namespace\": \"logging\"")
	lacks(t, output, "zones", "Thank you")
}

func TestCapabilitiesComeFromTheRequest(t *testing.T) {
	template := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {v: '{{ .Capabilities.KubeVersion.Version }}', m: '{{ .Capabilities.APIVersions.Has \"example.org/v1\" }}', n: '{{ .Release.Namespace }}'}\n"
	output := render(t, map[string]string{"templates/c.yaml": template}, func(asked *protocol.ChartRequest) {
		asked.KubeVersion, asked.APIVersions = "1.31.4", []string{"example.org/v1"}
	})
	contains(t, output, "v1.31.4", `m: 'true'`, "n: 'logging'")
}

func TestCRDsAreIncludedWhenAskedFor(t *testing.T) {
	crd := map[string]string{"crds/thing.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: things.example.org}\nspec: {group: example.org, scope: Cluster, names: {kind: Thing}}\n"}
	lacks(t, render(t, crd, nil), "CustomResourceDefinition")
	contains(t, render(t, crd, func(asked *protocol.ChartRequest) { asked.IncludeCRDs = true }), "CustomResourceDefinition")
}

func TestObjectsComeInInstallOrder(t *testing.T) {
	output := render(t, map[string]string{
		"templates/a.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\n",
		"templates/z.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s}\n",
	}, nil)
	account, config, workload := strings.Index(output, "ServiceAccount"), strings.Index(output, "ConfigMap"), strings.Index(output, "Deployment")
	if account < 0 || account > config || config > workload {
		t.Fatal(output)
	}
}

func TestSubchartsAreVendoredAndSeeTheirValues(t *testing.T) {
	output := render(t, map[string]string{
		"Chart.yaml":                  "apiVersion: v2\nname: shipper\nversion: 1.0.0\ndependencies: [{name: sub, version: 1.0.0, repository: 'https://example.org'}]\n",
		"charts/sub/Chart.yaml":       "apiVersion: v2\nname: sub\nversion: 1.0.0\n",
		"charts/sub/templates/s.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {name: '{{ .Values.called }}-{{ .Values.global.zone }}'}\n",
		"/config/west/values.yaml":    "sub: {called: inner}\nglobal: {zone: z1}\n",
	}, func(asked *protocol.ChartRequest) { asked.ValuesFiles = []string{"/config/west/values.yaml"} })
	contains(t, output, "# Source: shipper/charts/sub/templates/s.yaml", "inner-z1")
}
