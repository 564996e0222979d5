package kustomize

import (
	"bytes"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"fairlead.dev/renderer/internal/duplicates"
	"fairlead.dev/renderer/internal/protocol"
)

// explain keeps kustomize's message, but for what that leaves out. A reference that only kustomize recognised as remote
// failed because the sandbox has neither git nor a network; say that instead of "no git". A key that stands twice is told
// with a line, and without the file that has it.
func (t *tree) explain(err error) error {
	message := err.Error()
	if strings.Contains(message, "no 'git' program on path") {
		return protocol.Errorf(protocol.Refused, "a remote reference is refused: rendering has no network (%s)", message)
	}
	if strings.Contains(message, "already defined at line") {
		if found := t.duplicateKey(); found != "" {
			message = found
		}
	}
	return &protocol.Error{Kind: protocol.Kustomize, Message: message}
}

// duplicateKey names the first key that stands twice in a file of objects; "" where there is none.
func (t *tree) duplicateKey() string {
	for _, file := range t.resources {
		content, err := t.fs.ReadFile(file)
		if err != nil {
			continue
		}
		decoder := yaml.NewDecoder(bytes.NewReader(content))
		for {
			var document yaml.Node
			if decoder.Decode(&document) != nil {
				break
			}
			if key := duplicates.Find(&document); key != nil {
				node := yaml.NewRNode(&document)
				return protocol.Errorf(protocol.Kustomize, "%s: %s %s: the key %s stands there twice, on lines %d and %d. Remove one of them.",
					file, node.GetKind(), node.GetName(), key, key.First, key.Second).Message
			}
		}
	}
	return ""
}
