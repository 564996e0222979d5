package main

import (
	"fmt"
	"strings"
	"testing"
)

// largeDefinition is a CustomResourceDefinition of about 1.5 MB, as those of workflow engines are.
func largeDefinition(name string) string {
	var text strings.Builder
	fmt.Fprintf(&text, "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: %ss.example.org}\nspec:\n"+
		"  group: example.org\n  names: {kind: %s, plural: %ss}\n  scope: Namespaced\n  versions:\n  - name: v1\n    served: true\n    storage: true\n"+
		"    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n", name, strings.ToUpper(name), name)
	writeProperties(&text, 3, "          ")
	return text.String()
}

func writeProperties(text *strings.Builder, depth int, indent string) {
	for field := range 10 {
		kind := "string"
		if depth > 0 {
			kind = "object"
		}
		fmt.Fprintf(text, "%[1]sf%[2]d:\n%[1]s  description: A field of the schema with a sentence of text in it.\n%[1]s  type: %[3]s\n", indent, field, kind)
		if depth > 0 {
			text.WriteString(indent + "  properties:\n")
			writeProperties(text, depth-1, indent+"    ")
		}
	}
}

// kustomize itself takes 230 MiB for it. What an address space holds beside what is used must not count, garbage
// neither, and what was printed is not kept.
func TestLargeDefinitionsNeedNoMoreMemoryThanForTheCommandLine(t *testing.T) {
	p := start(t)
	answer := p.render(leafOf("resources: [base]\nlabels: [{pairs: {a: b}}]", map[string]string{
		"base/kustomization.yaml": "resources: [x.yaml, y.yaml]\nlabels: [{pairs: {c: d}}]",
		"base/x.yaml":             largeDefinition("x"), "base/y.yaml": largeDefinition("y"),
	}))
	if answer.Output == nil || len(answer.Output.Objects) != 2 {
		t.Fatalf("%+v", answer.Error)
	}
	p.mustStillWork()
}
