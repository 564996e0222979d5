package chart

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	helmchart "helm.sh/helm/v4/pkg/chart/v2"

	"fairlead.dev/renderer/internal/protocol"
)

const schemaURL = "file:///values.schema.json"

// validate checks values against values.schema.json of the chart and of its dependencies, as Helm does. Helm's own
// check is not used because it fetches the schemas that a schema refers to, from files and over HTTP.
func validate(loaded *helmchart.Chart, values map[string]any) error {
	var problems strings.Builder
	collectSchemaProblems(&problems, loaded, values)
	if problems.Len() == 0 {
		return nil
	}
	return protocol.Errorf(protocol.Chart,
		"values don't meet the specifications of the schema(s) in the following chart(s):\n%s", strings.TrimSpace(problems.String()))
}

func collectSchemaProblems(problems *strings.Builder, loaded *helmchart.Chart, values map[string]any) {
	if loaded.Schema != nil {
		if err := validateOne(loaded.Schema, values); err != nil {
			details := strings.TrimPrefix(err.Error(), "jsonschema validation failed with '"+schemaURL+"#'\n")
			fmt.Fprintf(problems, "%s:\n%s\n", loaded.Name(), details)
		}
	}
	for _, dependency := range loaded.Dependencies() {
		switch own := values[dependency.Name()].(type) {
		case nil:
		case map[string]any:
			collectSchemaProblems(problems, dependency, own)
		default:
			fmt.Fprintf(problems, "%s:\ninvalid type for values: expected object (map), got %T\n", dependency.Name(), own)
		}
	}
}

func validateOne(schema []byte, values map[string]any) error {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		return err
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(jsonschema.SchemeURLLoader{"file": closed{}, "http": closed{}, "https": closed{}, "urn": permissive{}})
	if err := compiler.AddResource(schemaURL, document); err != nil {
		return err
	}
	compiled, err := compiler.Compile(schemaURL)
	if err != nil {
		return err
	}
	return compiled.Validate(values)
}

// closed loads nothing: a schema must be whole.
type closed struct{}

func (closed) Load(url string) (any, error) {
	return nil, fmt.Errorf("refers to %s, and rendering reads neither other files nor the network; move it into the schema's $defs", url)
}

// permissive accepts anything where Helm does: URNs that nobody resolves.
type permissive struct{}

func (permissive) Load(string) (any, error) { return true, nil }
