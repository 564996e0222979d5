package kustomize

import (
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

func TestNamesOfObjects(t *testing.T) {
	accepted := []protocol.ObjectID{
		{APIVersion: "v1", Kind: "ConfigMap", Namespace: "shop-1", Name: "web.config_1"},
		{APIVersion: "rbac.authorization.k8s.io/v1", Kind: "ClusterRole", Name: "system:node"},
		{APIVersion: "v1", Kind: "Namespace", Name: strings.Repeat("n", 253)},
		{APIVersion: "example.org/v1alpha1", Kind: "Thing", Name: "thé"},
	}
	if err := checkIDs(accepted); err != nil {
		t.Errorf("refused: %v", err)
	}
	refused := map[string]protocol.ObjectID{
		`no kind`:                {APIVersion: "v1", Kind: "Foo**\n\n## APPROVED by @team", Name: "a"},
		`is no kind`:             {APIVersion: "v1", Kind: strings.Repeat("K", 64), Name: "a"},
		`no apiVersion`:          {APIVersion: "v1\nv2", Kind: "ConfigMap", Name: "a"},
		`"a b" is no name`:       {APIVersion: "v1", Kind: "ConfigMap", Name: "a b"},
		`"a\nb" is no name`:      {APIVersion: "v1", Kind: "ConfigMap", Name: "a\nb"},
		`"a/b" is no name`:       {APIVersion: "v1", Kind: "ConfigMap", Name: "a/b"},
		`"a%2fb" is no name`:     {APIVersion: "v1", Kind: "ConfigMap", Name: "a%2fb"},
		`"a\u202eb" is no name`:  {APIVersion: "v1", Kind: "ConfigMap", Name: "a\u202eb"},
		`"\u200b" is no name`:    {APIVersion: "v1", Kind: "ConfigMap", Name: "\u200b"},
		`253 bytes`:              {APIVersion: "v1", Kind: "ConfigMap", Name: strings.Repeat("n", 254)},
		`is no name for a`:       {APIVersion: "v1", Kind: "ConfigMap", Name: ".."},
		`"Shop" is no namespace`: {APIVersion: "v1", Kind: "ConfigMap", Namespace: "Shop", Name: "a"},
		`is no namespace (of`:    {APIVersion: "v1", Kind: "ConfigMap", Namespace: "a.b", Name: "a"},
	}
	for words, id := range refused {
		err := checkIDs([]protocol.ObjectID{accepted[0], id})
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%+v: got %v, want a message with %q", id, err, words)
		} else if len(err.Error()) > 500 {
			t.Errorf("%+v: a message of %d bytes", id, len(err.Error()))
		}
	}
}
