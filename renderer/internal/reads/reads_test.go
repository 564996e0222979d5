package reads

import (
	"fmt"
	"slices"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	helmchart "helm.sh/helm/v4/pkg/chart/v2"
)

func chartOf(name string, templates map[string]string, dependencies ...*helmchart.Chart) *helmchart.Chart {
	made := &helmchart.Chart{Metadata: &helmchart.Metadata{Name: name}}
	for file, content := range templates {
		made.Templates = append(made.Templates, &common.File{Name: "templates/" + file, Data: []byte(content)})
	}
	made.SetDependencies(dependencies...)
	return made
}

var unstable = map[string]bool{"randAlphaNum": true, "genCA": true, "now": true}

// helpers are those of bitnami's common chart, in short.
const helpers = `{{- define "passwords.manage" -}}
{{- $given := "" }}
{{- range .providedValues }}{{ $given = get $.context.Values . }}{{ end -}}
{{- if $given }}{{ $given | b64enc }}{{ else }}{{ randAlphaNum (int .length) | b64enc }}{{ end -}}
{{- end -}}
{{- define "fullname" -}}{{ default .Chart.Name .Values.nameOverride }}{{- end -}}
{{- define "password" -}}{{ if .Values.auth.password }}{{ .Values.auth.password }}{{ else }}{{ randAlphaNum 10 }}{{ end }}{{- end -}}`

func TestTheValuesNextToWhatIsMadeUpAreFound(t *testing.T) {
	values := map[string]any{"token": "", "auth": map[string]any{"password": "", "user": "u"}, "global": map[string]any{"redis": map[string]any{"password": ""}}}
	for name, given := range map[string]struct {
		template          string
		values, functions []string
	}{
		"a default":                {`a: {{ .Values.region }}` + "\n" + `p: {{ .Values.auth.password | default (randAlphaNum 9) }}`, []string{".Values.auth.password"}, []string{"randAlphaNum"}},
		"a condition":              {`{{ if .Values.auth.existing }}x{{ else }}{{ randAlphaNum 9 }}{{ end }}{{ .Values.other }}`, []string{".Values.auth.existing"}, []string{"randAlphaNum"}},
		"with":                     {`{{ with .Values.auth }}{{ default (randAlphaNum 9) .password }}{{ end }}`, []string{".Values.auth.password"}, []string{"randAlphaNum"}},
		"the root in a range":      {`{{ range .Values.users }}{{ $.Values.length | int | randAlphaNum }}{{ end }}`, []string{".Values.length", ".Values.users"}, []string{"randAlphaNum"}},
		"a variable":               {`{{ $auth := .Values.auth }}{{ $auth.password | default (randAlphaNum 9) }}`, []string{".Values.auth.password"}, []string{"randAlphaNum"}},
		"index":                    {`{{ index .Values "auth" "password" | default (randAlphaNum 9) }}`, []string{".Values.auth.password"}, []string{"randAlphaNum"}},
		"an included template":     {`n: {{ include "fullname" . }}` + "\n" + `p: {{ include "password" . | b64enc }}`, []string{".Values.auth.password"}, []string{"randAlphaNum"}},
		"a template by its action": {`{{ template "password" . }}`, []string{".Values.auth.password"}, []string{"randAlphaNum"}},
		"names that are texts": {
			`p: {{ include "passwords.manage" (dict "providedValues" (list "global.redis.password" "auth.password") "length" 10 "context" $) }}`,
			[]string{".Values.global.redis.password", ".Values.auth.password"}, []string{"randAlphaNum"},
		},
		"what makes a name is left out": {
			`{{ if .Values.create }}p: {{ include "passwords.manage" (dict "providedValues" (list "token") "secret" (include "fullname" .) "context" $) }}{{ end }}`,
			[]string{".Values.token", ".Values.create"}, []string{"randAlphaNum"},
		},
		"a template in a condition": {`{{ define "has" }}{{ .Values.auth.existing }}{{ end }}{{ if include "has" . }}{{ now }}{{ end }}`, []string{".Values.auth.existing"}, []string{"now"}},
		"nothing made up here":      {`a: {{ .Values.region }}`, []string{".Values.region"}, nil},
		"recursion":                 {`{{ define "again" }}{{ include "again" . }}{{ now }}{{ .Values.zone }}{{ end }}{{ include "again" . }}`, []string{".Values.zone"}, []string{"now"}},
	} {
		t.Run(name, func(t *testing.T) {
			found := Parse(chartOf("c", map[string]string{"_helpers.tpl": helpers, "s.yaml": given.template}), values, unstable).In("c/templates/s.yaml")
			if !slices.Equal(found.Values, given.values) || !slices.Equal(found.Functions, given.functions) {
				t.Errorf("%v", found)
			}
		})
	}
}

func TestTheValuesOfADependencyAreNamedAsTheReleaseHasThem(t *testing.T) {
	inner := chartOf("inner", map[string]string{"s.yaml": `{{ .Values.key | default .Values.global.key | default (genCA "a" 1) }}`})
	outer := chartOf("outer", nil, chartOf("middle", nil, inner))
	found := Parse(outer, nil, unstable).In("outer/charts/middle/charts/inner/templates/s.yaml")
	if !slices.Equal(found.Values, []string{".Values.middle.inner.key", ".Values.global.key"}) {
		t.Errorf("%v", found)
	}
}

func TestManyValuesAreCut(t *testing.T) {
	found := Parse(chartOf("c", map[string]string{"s.yaml": `{{ if or .Values.a .Values.b .Values.c .Values.d .Values.e .Values.f .Values.g .Values.h .Values.i }}{{ now }}{{ end }}`}), nil, unstable).In("c/templates/s.yaml")
	if len(found.Values) != 9 || found.Values[8] != "…" {
		t.Errorf("%v", found)
	}
}

func TestTemplatesThatIncludeEachOtherWithoutAnEndAreLeftAtSomePoint(t *testing.T) {
	all := ""
	for level := range 28 {
		all += fmt.Sprintf(`{{ define "t%d" }}{{ include "t%d" . }}{{ include "t%d" . }}{{ end }}`, level, level+1, level+1)
	}
	found := Parse(chartOf("c", map[string]string{"s.yaml": all + `{{ default now .Values.first }}{{ include "t0" . }}`}), nil, unstable).In("c/templates/s.yaml")
	if !slices.Equal(found.Values, []string{".Values.first"}) {
		t.Errorf("%v", found)
	}
}
