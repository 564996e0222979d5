package chart

import (
	"slices"
	"strings"

	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/yaml"

	"fairlead.dev/renderer/internal/reads"
)

// origins tells where an object comes from whose output is another one in every run.
type origins struct {
	first, second *outcome
	called        map[string]bool
	templates     *reads.Templates
}

// Explain says which template an object comes from, which functions make its output change, and which values it reads:
// `grafana/templates/secret.yaml calls randAlphaNum and reads .Values.adminPassword`; empty: it is not known.
func (r *Rendered) Explain(kind, name string) string {
	if r.origins == nil {
		return ""
	}
	source := r.origins.sourceOf(kind, name)
	if source == "" {
		return ""
	}
	found := r.origins.parsed().In(source)
	words := source
	calls := slices.DeleteFunc(found.Functions, func(function string) bool { return !r.origins.called[function] })
	if len(calls) > 0 {
		words += " calls " + strings.Join(calls, ", ")
	}
	switch {
	case len(found.Values) == 0:
		return words
	case len(calls) > 0:
		return words + " and reads " + strings.Join(found.Values, ", ")
	}
	return words + " reads " + strings.Join(found.Values, ", ")
}

func (o *origins) parsed() *reads.Templates {
	if o.templates == nil {
		unstable := map[string]bool{}
		for function := range (&variant{called: map[string]bool{}}).functions() {
			unstable[function] = function != "keys" && function != "values"
		}
		o.templates = reads.Parse(o.first.chart, o.first.values, unstable)
	}
	return o.templates
}

// sourceOf finds the template of an object. kustomize may have put something around its name.
func (o *origins) sourceOf(kind, name string) string {
	closest, length := "", 0
	for _, one := range o.changed() {
		var head releaseutil.SimpleHead
		if yaml.Unmarshal([]byte(one.content), &head) != nil || head.Metadata == nil || head.Kind != kind {
			continue
		}
		if own := head.Metadata.Name; strings.Contains(name, own) && len(own) > length {
			closest, length = one.source, len(own)
		}
	}
	return closest
}

// changed are the manifests that only one of the renders has so.
func (o *origins) changed() []manifest {
	var changed []manifest
	for _, one := range [][2][]manifest{{o.first.manifests, o.second.manifests}, {o.second.manifests, o.first.manifests}} {
		for _, each := range one[0] {
			if !slices.Contains(one[1], each) {
				changed = append(changed, each)
			}
		}
	}
	return changed
}
