package leaf

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"

	"fairlead.dev/renderer/internal/chart"
	"fairlead.dev/renderer/internal/protocol"
)

// notShown stands in the place of what a message must not say.
const notShown = "(not shown)"

// kustomize ends some of its messages with the value at which it failed, whatever object that is of.
var quotedValues = regexp.MustCompile(`(?s)(: node contents:\n|is out of bounds for value |content summary: ).*`)

const (
	// shortestSecret is what is looked for in messages: a shorter one is often a word, such as the name of a user.
	shortestSecret = 12
	mostSecrets    = 10_000
)

// withoutSecrets takes values out of a message, which goes to histories, logs and people who may not read Secrets.
func withoutSecrets(message string, files chart.Files, kept []string) string {
	message = quotedValues.ReplaceAllString(message, "${1}"+notShown)
	var secrets []string
	for _, content := range files {
		secrets = append(secrets, secretsIn(content)...)
	}
	for _, text := range kept {
		secrets = append(secrets, secretsIn([]byte(text))...)
	}
	slices.SortFunc(secrets, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	secrets = slices.Compact(secrets)
	for _, secret := range secrets[:min(len(secrets), mostSecrets)] {
		message = strings.ReplaceAll(message, secret, notShown)
	}
	return message
}

// secretsIn lists what the Secrets of a file hold, as it stands there and decoded.
func secretsIn(content []byte) []string {
	if !bytes.Contains(content, []byte("Secret")) {
		return nil
	}
	var found []string
	decoder := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var object struct {
			Kind       string         `yaml:"kind"`
			Data       map[string]any `yaml:"data"`
			StringData map[string]any `yaml:"stringData"`
		}
		// What cannot be read as a Secret was refused before any of it was quoted.
		if decoder.Decode(&object) != nil {
			return found
		}
		if object.Kind != "Secret" {
			continue
		}
		for _, values := range []map[string]any{object.Data, object.StringData} {
			for _, value := range values {
				text, isText := value.(string)
				if !isText || len(text) < shortestSecret {
					continue
				}
				found = append(found, text)
				if decoded, err := base64.StdEncoding.DecodeString(text); err == nil && len(decoded) >= shortestSecret {
					found = append(found, string(decoded))
				}
			}
		}
	}
}

// shown is a failure without what it must not say.
func shown(failure *protocol.Error, files chart.Files, kept []string) *protocol.Error {
	copied := *failure
	copied.Message = withoutSecrets(failure.Message, files, kept)
	return &copied
}
