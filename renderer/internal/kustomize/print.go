package kustomize

import (
	"fmt"
	"strconv"
	"strings"

	yaml2 "go.yaml.in/yaml/v2"
	"sigs.k8s.io/kustomize/api/resmap"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// printed is what kustomize's AsYaml gives, but each object is let go as soon as its text is there: parsed, it takes
// many times as much.
func printed(objects resmap.ResMap) (string, error) {
	resources := objects.Resources()
	objects.Clear()
	var stream strings.Builder
	for at, object := range resources {
		yaml, err := objectText(object)
		if err != nil {
			// kustomize prints the whole object, which may be a Secret.
			return "", fmt.Errorf("%s %s: %w", object.GetKind(), object.GetName(), err)
		}
		if at > 0 {
			stream.WriteString("---\n")
		}
		stream.Write(yaml)
		resources[at] = nil
	}
	return stream.String(), nil
}

// objectText is the object's AsYAML. That prints the nodes, parses that, writes it as JSON, parses that and prints it again, and
// is a fifth of the time of a render. Of plain values all of this gives the values themselves, which are printed at once.
func objectText(object *resource.Resource) ([]byte, error) {
	if value, plain := plainObject(object.YNode()); plain {
		return yaml2.Marshal(value)
	}
	return object.AsYAML()
}

// plainObject is what an object stands for; false: somebody wrote it in a way in which printing and parsing it again may give
// something else, or nobody has looked at whether it does.
func plainObject(node *yaml.Node) (any, bool) {
	if node == nil || node.Kind != yaml.MappingNode || len(node.Content) == 0 {
		return nil, false
	}
	// What a chart renders begins with the name of its template. kustomize prints no comment.
	object, first := *node, *node.Content[0]
	object.HeadComment, first.HeadComment = "", ""
	object.Content = append([]*yaml.Node{&first}, node.Content[1:]...)
	return plainValue(&object)
}

func plainValue(node *yaml.Node) (any, bool) {
	if node.Anchor != "" || node.HeadComment != "" || node.LineComment != "" || node.FootComment != "" {
		return nil, false
	}
	switch node.Kind {
	case yaml.MappingNode:
		return plainMapping(node)
	case yaml.SequenceNode:
		items := make([]any, len(node.Content))
		for at, item := range node.Content {
			value, plain := plainValue(item)
			if !plain {
				return nil, false
			}
			items[at] = value
		}
		return items, true
	case yaml.ScalarNode:
		return plainScalar(node)
	default:
		return nil, false
	}
}

func plainMapping(node *yaml.Node) (any, bool) {
	// Keys of any kind, as the parser gives them that kustomize prints from.
	fields := make(map[any]any, len(node.Content)/2)
	for at := 0; at+1 < len(node.Content); at += 2 {
		key, plain := plainValue(node.Content[at])
		name, isText := key.(string)
		if !plain || !isText || name == "<<" {
			return nil, false
		}
		if _, repeated := fields[name]; repeated {
			return nil, false
		}
		if fields[name], plain = plainValue(node.Content[at+1]); !plain {
			return nil, false
		}
	}
	return fields, true
}

func plainScalar(node *yaml.Node) (any, bool) {
	switch node.ShortTag() {
	case yaml.NodeTagString:
		return node.Value, node.Style&(yaml.FoldedStyle|yaml.TaggedStyle) == 0 && isPlainText(node.Value)
	case yaml.NodeTagInt:
		number, err := strconv.Atoi(node.Value)
		return number, err == nil && node.Style == 0 && strconv.Itoa(number) == node.Value
	case yaml.NodeTagBool:
		return node.Value == "true", node.Style == 0 && (node.Value == "true" || node.Value == "false")
	case yaml.NodeTagNull:
		return nil, node.Style == 0 && (node.Value == "" || node.Value == "null")
	default:
		return nil, false
	}
}

// isPlainText tells of lines of ASCII whose ends nothing trims or keeps.
func isPlainText(text string) bool {
	for at := range len(text) {
		if char := text[at]; (char < ' ' && char != '\n') || char > '~' {
			return false
		}
	}
	if !strings.Contains(text, "\n") {
		return true
	}
	return text[0] != ' ' && text[0] != '\n' && !strings.HasSuffix(text, "\n\n") && !strings.HasSuffix(text, " ") &&
		!strings.Contains(text, " \n")
}
