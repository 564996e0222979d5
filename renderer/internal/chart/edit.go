package chart

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// edit puts text in place of the bytes from start to end.
type edit struct {
	start, end int
	text       string
}

// applied makes all edits, which do not overlap.
func applied(text string, edits []edit) string {
	if len(edits) == 0 {
		return text
	}
	slices.SortFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	var changed strings.Builder
	done := 0
	for _, one := range edits {
		changed.WriteString(text[done:one.start])
		changed.WriteString(one.text)
		done = one.end
	}
	changed.WriteString(text[done:])
	return changed.String()
}

var (
	errAnchor = errors.New("it stands where an anchor or a tag is")
	errPlace  = errors.New("the place of its metadata is not found")
)

// namespaceEdit answers the change that gives an object its namespace; nil: it has one, or is no object for kustomize,
// which says so.
func (d *document) namespaceEdit(object *yaml.Node, namespace string) (*edit, error) {
	metadata := field(object, "metadata")
	if resolved(metadata) == nil || resolved(metadata).Kind != yaml.MappingNode {
		return nil, nil
	}
	present := resolved(field(metadata, "namespace"))
	if present != nil && present.Value != "" && present.ShortTag() != yaml.NodeTagNull {
		return nil, nil
	}
	quoted, err := json.Marshal(namespace)
	if err != nil {
		return nil, err
	}
	value := string(quoted)
	if metadata.Kind == yaml.AliasNode {
		start, err := d.offset(metadata)
		if err != nil {
			return nil, err
		}
		alias := "*" + metadata.Value
		return d.replacing(start, alias, `{<<: `+alias+` , "namespace": `+value+`}`)
	}
	if key, own := member(metadata, "namespace"); own != nil {
		return d.fillNamespace(key, own, value)
	}
	if metadata.Style&yaml.FlowStyle != 0 {
		return d.insertIntoFlow(metadata, value)
	}
	return d.insertIntoBlock(metadata, value)
}

// fillNamespace replaces a namespace that is empty: two quotes, a word for null, or nothing.
func (d *document) fillNamespace(key, own *yaml.Node, value string) (*edit, error) {
	if own.Kind != yaml.ScalarNode || own.Anchor != "" || own.Style&yaml.TaggedStyle != 0 {
		return nil, errAnchor
	}
	if own.Value == "" && own.Style == 0 {
		after, err := d.offset(key)
		if err != nil {
			return nil, err
		}
		colon := strings.IndexByte(d.text[after:], ':')
		if colon < 0 || strings.Trim(d.text[after:after+colon], `"' `) != key.Value {
			return nil, errPlace
		}
		at := after + colon + 1
		return &edit{at, at, " " + value}, nil
	}
	start, err := d.offset(own)
	if err != nil {
		return nil, err
	}
	for _, written := range []string{`""`, `''`, own.Value} {
		if found, _ := d.replacing(start, written, value); found != nil {
			return found, nil
		}
	}
	return nil, errPlace
}

func (d *document) insertIntoFlow(metadata *yaml.Node, value string) (*edit, error) {
	start, err := d.offset(metadata)
	if err != nil {
		return nil, err
	}
	// Anchors and tags stand before the brace and have none.
	brace := strings.IndexByte(d.text[start:], '{')
	if brace < 0 || strings.ContainsAny(d.text[start:start+brace], "#\"'[]}") {
		return nil, errPlace
	}
	at, text := start+brace+1, `"namespace": `+value
	if len(metadata.Content) > 0 {
		text += ", "
	}
	return &edit{at, at, text}, nil
}

// insertIntoBlock writes a line of its own before the first key.
func (d *document) insertIntoBlock(metadata *yaml.Node, value string) (*edit, error) {
	first := metadata
	if metadata.Anchor != "" || metadata.Style&yaml.TaggedStyle != 0 {
		first = metadata.Content[0]
	}
	at, err := d.offset(first)
	if err != nil {
		return nil, err
	}
	indent := first.Column - 1
	if at < indent || strings.Trim(d.text[at-indent:at], " ") != "" {
		return nil, errAnchor
	}
	return &edit{at, at, "namespace: " + value + "\n" + strings.Repeat(" ", indent)}, nil
}

func (d *document) replacing(start int, written, text string) (*edit, error) {
	if written == "" || !strings.HasPrefix(d.text[start:], written) {
		return nil, errPlace
	}
	return &edit{start, start + len(written), text}, nil
}

// offset is where a node begins in the text.
func (d *document) offset(node *yaml.Node) (int, error) {
	if d.lines == nil {
		d.lines = lineStarts(d.text)
	}
	if node.Line < 1 || node.Line > len(d.lines) {
		return 0, errPlace
	}
	at, column := d.lines[node.Line-1], 1
	// Columns count characters.
	for index := range d.text[at:] {
		if column == node.Column {
			return at + index, nil
		}
		column++
	}
	return 0, errPlace
}

// lineStarts are the offsets at which lines begin for the parser, which knows more ends of lines than `\n`.
func lineStarts(text string) []int {
	starts := []int{0}
	for at, char := range text {
		switch char {
		case '\r':
			if !strings.HasPrefix(text[at+1:], "\n") {
				starts = append(starts, at+1)
			}
		case '\n':
			starts = append(starts, at+1)
		case '\u0085':
			starts = append(starts, at+2)
		case '\u2028', '\u2029':
			starts = append(starts, at+3)
		}
	}
	return starts
}
