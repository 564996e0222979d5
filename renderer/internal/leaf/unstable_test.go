package leaf

// cspell:ignore Fzcw

import (
	"encoding/base64"
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

// grafana has what popular charts make up: a password that lookup would find, a checksum of it, and something new for
// every release.
var grafana = map[string]string{
	"values.yaml": "admin: {existingSecret: ''}\nadminUser: admin\n",
	"templates/secret.yaml": `{{ if not .Values.admin.existingSecret }}apiVersion: v1
kind: Secret
metadata: {name: grafana}
data:
  admin-user: {{ .Values.adminUser | b64enc }}
{{- $before := lookup "v1" "Secret" .Release.Namespace "grafana" }}
{{- if .Values.adminPassword }}
  admin-password: {{ .Values.adminPassword | b64enc }}
{{- else if $before }}
  admin-password: {{ index $before.data "admin-password" }}
{{- else }}
  admin-password: {{ randAlphaNum 40 | b64enc }}
{{- end }}{{ end }}
`,
	"templates/deployment.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: grafana}
spec:
  selector: {matchLabels: {app: grafana}}
  template:
    metadata:
      labels: {app: grafana}
      annotations:
        checksum/secret: {{ include (print $.Template.BasePath "/secret.yaml") . | sha256sum }}
        rollme: {{ randAlphaNum 5 | quote }}
    spec:
      containers:
      - name: grafana
        image: grafana:1
        env: [{name: BUILD, value: {{ now | unixEpoch | quote }}}, {name: MODE, value: web}]
`,
}

const (
	passwordLine = "admin-password: "
	secretHeld   = "apiVersion: v1\ndata:\n  admin-password: b2xkLXBhc3N3b3Jk\n  admin-user: YWRtaW4=\nkind: Secret\nmetadata:\n  name: grafana\n  namespace: test-ns\n"
)

var (
	dropRollme = protocol.UnstableAnswer{Object: "Deployment grafana", Field: "spec.template.metadata.annotations.rollme", Answer: "drop", Place: "helm.yaml, line 2"}
	dropBuild  = protocol.UnstableAnswer{Object: "Deployment grafana", Field: "spec.template.spec.containers[grafana].env[BUILD]", Answer: "drop", Place: "helm.yaml, line 3"}
	keepSecret = protocol.UnstableAnswer{Object: "Secret grafana", Answer: "keep", Place: "helm.yaml, line 4"}
)

func password(answer, value string) protocol.UnstableAnswer {
	return protocol.UnstableAnswer{Object: "Secret grafana", Field: "data.admin-password", Answer: answer, Value: value, Place: "helm.yaml, line 4"}
}

// leafOf is the leaf of a chart, with answers to what is unstable.
func leafOf(files map[string]string, answers ...protocol.UnstableAnswer) *protocol.LeafRequest {
	request := &protocol.LeafRequest{Root: "/chart", Files: map[string]string{
		"/main/c/Chart.yaml": "apiVersion: v2\nname: grafana\nversion: 1.0.0\n", "/chart/kustomization.yaml": "resources: [output.yaml]\n",
	}}
	for name, content := range files {
		if !strings.HasPrefix(name, "/") {
			name = "/main/c/" + name
		}
		request.Files[name] = content
	}
	request.Chart = &protocol.ChartRequest{Directory: "/main/c", OutputFile: "/chart/output.yaml", ReleaseName: "grafana", Namespace: releaseNamespace, Unstable: answers}
	return request
}

func settled(t *testing.T, request *protocol.LeafRequest) *protocol.LeafOutput {
	t.Helper()
	output, failure := Render(request)
	if failure != nil {
		t.Fatal(failure)
	}
	return output
}

func refusedAs(t *testing.T, request *protocol.LeafRequest, parts ...string) string {
	t.Helper()
	output, failure := Render(request)
	if failure == nil || failure.Kind != protocol.Unstable {
		t.Fatalf("%+v %v", output, failure)
	}
	for _, part := range parts {
		if !strings.Contains(failure.Message, part) {
			t.Errorf("%q is missing: %s", part, failure.Message)
		}
	}
	return failure.Message
}

func line(t *testing.T, yaml, beginning string) string {
	t.Helper()
	for one := range strings.Lines(yaml) {
		if found, begins := strings.CutPrefix(strings.TrimLeft(one, " "), beginning); begins {
			return strings.TrimSpace(found)
		}
	}
	t.Fatalf("no %q in:\n%s", beginning, yaml)
	return ""
}

func TestARefusalNamesObjectFieldAndTheValuesThatDecide(t *testing.T) {
	message := refusedAs(t, leafOf(grafana),
		"Secret grafana, data.admin-password (grafana/templates/secret.yaml calls randAlphaNum and reads .Values.admin.existingSecret, .Values.adminPassword)",
		"Deployment grafana, spec.template.metadata.annotations.rollme (grafana/templates/deployment.yaml calls now, randAlphaNum",
		"Deployment grafana, spec.template.spec.containers[grafana].env[BUILD].value",
		"unstable:\n- {object: ", "`drop: true`", "`keep: true`", "`value: ")
	if strings.Contains(message, "checksum") || strings.Contains(message, "aaaa") || strings.Contains(message, "bbbb") {
		t.Error(message)
	}
}

func TestAValueOfTheChartOrAPatchIsAnAnswerToo(t *testing.T) {
	files := map[string]string{"/v.yaml": "adminPassword: given\n", "/chart/kustomization.yaml": `resources: [output.yaml]
patches:
- patch: |-
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: grafana, namespace: test-ns}
    spec: {template: {metadata: {annotations: {rollme: "1"}}, spec: {containers: [{name: grafana, env: [{name: BUILD, value: "7"}]}]}}}
`}
	for name, content := range grafana {
		files[name] = content
	}
	request := leafOf(files)
	request.Chart.ValuesFiles = []string{"/v.yaml"}
	output := settled(t, request)
	if line(t, output.YAML, passwordLine) != base64.StdEncoding.EncodeToString([]byte("given")) {
		t.Error(output.YAML)
	}
}

func TestDropTakesOutAFieldOrAnObject(t *testing.T) {
	output := settled(t, leafOf(grafana, dropRollme, dropBuild, password("drop", "")))
	for _, gone := range []string{"admin-password", "rollme", "BUILD"} {
		if strings.Contains(output.YAML, gone) {
			t.Errorf("%s is there:\n%s", gone, output.YAML)
		}
	}
	for _, there := range []string{"admin-user: YWRtaW4=", "name: MODE"} {
		if !strings.Contains(output.YAML, there) {
			t.Errorf("%s is missing:\n%s", there, output.YAML)
		}
	}
	without := settled(t, leafOf(grafana, dropRollme, dropBuild, protocol.UnstableAnswer{Object: "Secret grafana", Answer: "drop"}))
	if len(without.Objects) != 1 || strings.Contains(without.YAML, "kind: Secret") {
		t.Error(without.YAML)
	}
}

func TestAMapThatIsEmptyAfterADropGoes(t *testing.T) {
	files := map[string]string{"templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {rollme: '{{ uuidv4 }}'}}\ndata: {b: c}\n"}
	output := settled(t, leafOf(files, protocol.UnstableAnswer{Object: "ConfigMap a", Field: "metadata.annotations.rollme", Answer: "drop"}))
	mustMatch(t, "rendered", output.YAML, "apiVersion: v1\ndata:\n  b: c\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: test-ns\n")
}

func TestAGivenValueStandsWhereTheChartWouldMakeOneUp(t *testing.T) {
	output := settled(t, leafOf(grafana, dropRollme, dropBuild, password("value", "cGFzcw==")))
	if got := line(t, output.YAML, passwordLine); got != "cGFzcw==" {
		t.Error(got)
	}
	files := map[string]string{"templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {id: '{{ uuidv4 }}', port: '{{ randInt 1 9 }}'}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: {{ randInt 1 9 }}}]}\n"}
	output = settled(t, leafOf(files, protocol.UnstableAnswer{Object: "ConfigMap a", Field: "data.id", Answer: "value", Value: "true"},
		protocol.UnstableAnswer{Object: "ConfigMap a", Field: "data.port", Answer: "value", Value: "0080"},
		protocol.UnstableAnswer{Object: "Service a", Field: "spec.ports[0].port", Answer: "value", Value: "80"}))
	for _, wanted := range []string{`id: "true"`, `port: "0080"`, "- port: 80\n"} {
		if !strings.Contains(output.YAML, wanted) {
			t.Errorf("%s is missing:\n%s", wanted, output.YAML)
		}
	}
}

func TestAChecksumFollowsWhatIsGivenForWhatItIsOf(t *testing.T) {
	sum := func(answer protocol.UnstableAnswer, user string) string {
		files := map[string]string{"/v.yaml": "adminUser: " + user + "\n"}
		for name, content := range grafana {
			files[name] = content
		}
		request := leafOf(files, dropRollme, dropBuild, answer)
		request.Chart.ValuesFiles = []string{"/v.yaml"}
		return line(t, settled(t, request).YAML, "checksum/secret: ")
	}
	one := sum(password("value", "cGFzcw=="), "admin")
	if len(one) != 64 || one != sum(password("value", "cGFzcw=="), "admin") {
		t.Error(one)
	}
	if one == sum(password("value", "cGFzc3dk"), "admin") || one == sum(password("value", "cGFzcw=="), "root") || one == sum(password("drop", ""), "admin") {
		t.Error("it is the same for another Secret")
	}
}

func TestAChecksumMayBeAnsweredItself(t *testing.T) {
	checksum := protocol.UnstableAnswer{Object: "Deployment grafana", Field: `spec.template.metadata.annotations["checksum/secret"]`, Answer: "drop"}
	output := settled(t, leafOf(grafana, dropRollme, dropBuild, password("value", "cGFzcw=="), checksum))
	if strings.Contains(output.YAML, "checksum") {
		t.Error(output.YAML)
	}
}

func TestObjectsThatComeAndGoCanOnlyBeDropped(t *testing.T) {
	files := map[string]string{"templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 'a-{{ randAlpha 3 }}'}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n"}
	refusedAs(t, leafOf(files), "ConfigMap a-aaa, as a whole", "{object: ConfigMap a-aaa, drop: true}")
	refusedAs(t, leafOf(files, protocol.UnstableAnswer{Object: "ConfigMap a-aaa", Answer: "keep", Place: "here"}), "here: unstable: ConfigMap a-aaa", "only `drop: true`")
	output := settled(t, leafOf(files, protocol.UnstableAnswer{Object: "ConfigMap a-aaa", Answer: "drop"}, protocol.UnstableAnswer{Object: "ConfigMap a-bbb", Answer: "drop"}))
	if len(output.Objects) != 1 || output.Objects[0].Name != "b" {
		t.Error(output.YAML)
	}
}

func TestAnAnswerToNothingIsAnErrorWithItsPlace(t *testing.T) {
	answer := func(object, field, kind, value string) protocol.UnstableAnswer {
		return protocol.UnstableAnswer{Object: object, Field: field, Answer: kind, Value: value, Place: "helm.yaml, line 9"}
	}
	for name, given := range map[string]struct {
		answers []protocol.UnstableAnswer
		wanted  []string
	}{
		"no such object":   {[]protocol.UnstableAnswer{answer("Secret another", "", "keep", "")}, []string{"Secret another: the leaf renders no such object", "Secret grafana, data.admin-password"}},
		"no such field":    {[]protocol.UnstableAnswer{answer("Secret grafana", "data.password", "keep", "")}, []string{"Secret grafana, data.password: the object has no such field", "data.admin-password"}},
		"a stable field":   {[]protocol.UnstableAnswer{answer("Secret grafana", "data.admin-user", "drop", "")}, []string{"comes out the same in every run", "data.admin-password"}},
		"two answers":      {[]protocol.UnstableAnswer{password("drop", ""), answer("Secret test-ns/grafana", "data[\"admin-password\"]", "keep", "")}, []string{"answered twice, also in helm.yaml, line 4"}},
		"dropped above":    {[]protocol.UnstableAnswer{password("keep", ""), answer("Secret grafana", "data", "drop", "")}, []string{"answered twice"}},
		"a value for all":  {[]protocol.UnstableAnswer{answer("Deployment grafana", "", "value", "x")}, []string{"a value is for one field", "env[BUILD].value"}},
		"a value not data": {[]protocol.UnstableAnswer{dropBuild, dropRollme, password("value", "hunter2!")}, []string{"helm.yaml, line 4", "not base64"}},
	} {
		t.Run(name, func(t *testing.T) {
			message := refusedAs(t, leafOf(grafana, given.answers...), append(given.wanted, "helm.yaml, line ")...)
			if strings.Contains(message, "hunter2") {
				t.Error(message)
			}
		})
	}
	refusedAs(t, leafOf(map[string]string{"templates/a.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"}, answer("ConfigMap a", "", "keep", "")),
		"helm.yaml, line 9", "Nothing of it is unstable: remove the entry")
}
