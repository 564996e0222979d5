package kustomize

import "sigs.k8s.io/kustomize/kyaml/openapi"

// isolateSchema makes sure that a build with its own OpenAPI schema starts from nothing, as in a process of its own,
// and leaves nothing to the next: SetSchema alone keeps a custom schema and what was parsed of it
// (kubernetes-sigs/kustomize issue 4824). Other builds share the parsed built-in schema, which is worth 50 ms each.
func isolateSchema(changesSchema bool) (restore func()) {
	if changesSchema {
		openapi.ResetOpenAPI()
	}
	standard := openapi.GetSchemaVersion()
	return func() {
		if changesSchema || openapi.GetSchemaVersion() != standard {
			openapi.ResetOpenAPI()
		}
	}
}

// WarmUp parses the built-in schema, so that the first leaf does not pay for it.
func WarmUp() {
	openapi.Schema()
}

// Forget drops all schema state, after a build of which nobody knows how far it came.
func Forget() {
	openapi.ResetOpenAPI()
}
