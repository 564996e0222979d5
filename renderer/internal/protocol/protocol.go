// Package protocol holds the messages of docs/renderer-protocol.md: one JSON document a line.
package protocol

import "fmt"

// Version changes when an old caller would misunderstand an answer, or the reverse.
const Version = "1"

// Hello is the first line that the program prints.
type Hello struct {
	Hello Greeting `json:"hello"`
}

// Greeting says what this program speaks and what it renders with.
type Greeting struct {
	Protocol string            `json:"protocol"`
	Versions map[string]string `json:"versions"`
}

// Request asks for one leaf. Requests are independent of each other.
type Request struct {
	ID   string       `json:"id"`
	Leaf *LeafRequest `json:"leaf"`
}

// LeafRequest holds everything that the build may read.
type LeafRequest struct {
	Files       map[string]string `json:"files"`
	BinaryFiles map[string][]byte `json:"binaryFiles"`
	Root        string            `json:"root"`
	Chart       *ChartRequest     `json:"chart"`
}

// ChartRequest is rendered first, into OutputFile, which the kustomization at Root refers to.
type ChartRequest struct {
	Directory   string   `json:"directory"`
	OutputFile  string   `json:"outputFile"`
	ValuesFiles []string `json:"valuesFiles"`
	ReleaseName string   `json:"releaseName"`
	Namespace   string   `json:"namespace"`
	IncludeCRDs bool     `json:"includeCRDs"`
	KubeVersion string   `json:"kubeVersion"`
	APIVersions []string `json:"apiVersions"`
	Hooks       string   `json:"hooks"`
	// HookAnswers are those to single hooks, which win over Hooks.
	HookAnswers []HookAnswer `json:"hookAnswers"`
	// Unstable says what becomes of output that changes from run to run.
	Unstable []UnstableAnswer `json:"unstable"`
	// Kept are objects that the GitOps branch holds, one a text: those of which something is to be kept.
	Kept []string `json:"kept"`
	// Placeholders stand for what is to be kept and not among them.
	Placeholders bool `json:"placeholders"`
}

// HookAnswer says what becomes of one hook: `keep` or `drop`.
type HookAnswer struct {
	// Object is its kind and name.
	Object string `json:"object"`
	Answer string `json:"answer"`
	// Place is where a person wrote it.
	Place string `json:"place"`
}

// UnstableAnswer says what becomes of a field, or of all unstable fields of an object.
type UnstableAnswer struct {
	// Object is its kind and name, with its namespace before the name where that is needed.
	Object string `json:"object"`
	// Field is empty where the object is meant.
	Field string `json:"field"`
	// Answer is `drop`, `keep` or `value`.
	Answer string `json:"answer"`
	Value  string `json:"value"`
	// Place is where a person wrote it.
	Place string `json:"place"`
}

// Answer carries either an output or an error.
type Answer struct {
	ID     string      `json:"id"`
	Output *LeafOutput `json:"output,omitempty"`
	Error  *Error      `json:"error,omitempty"`
}

// LeafOutput is what `kustomize build` prints, and the ids of the objects in it.
type LeafOutput struct {
	YAML    string     `json:"yaml"`
	Objects []ObjectID `json:"objects"`
	// Placeholders are the fields that have one.
	Placeholders []string `json:"placeholders,omitempty"`
}

// ObjectID names an object; Namespace is empty where the object has none.
type ObjectID struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
}

// Kinds of errors.
const (
	BadRequest  = "bad-request"  // The caller's mistake, not the leaf's.
	Refused     = "refused"      // Remote references, plugins, helmCharts: what a render must not do.
	Kustomize   = "kustomize"    // kustomize's own message.
	Chart       = "chart"        // Helm's own message, or what a chart lacks.
	Unstable    = "unstable"     // The chart's output changes from run to run.
	MemoryLimit = "memory-limit" // The last line of a process that then ends.
	Internal    = "internal"     // A panic in one of the tools.
)

// Error costs one leaf, never the process, MemoryLimit aside.
type Error struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Message }

// Errorf makes an Error of a kind.
func Errorf(kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}
