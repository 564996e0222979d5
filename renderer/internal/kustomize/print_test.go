package kustomize

import (
	"math/rand"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/provider"
	"sigs.k8s.io/kustomize/api/resource"
	"sigs.k8s.io/kustomize/kyaml/yaml"
)

// written are fields as people write them, and whether they are printed at once.
var written = map[string]struct {
	fields string
	atOnce bool
}{
	"text":                          {"a: b\nc: 'd e'\nf: \"g: h\"\n", true},
	"text that looks otherwise":     {"a: '123'\nb: \"true\"\nc: 'null'\nd: '~'\ne: 'yes'\nf: y\ng: '<<'\nh: '2001-01-01'\ni: '0x1'\nj: ''\n", true},
	"numbers, truths and nothing":   {"a: 1\nb: -20\nc: 0\nd: true\ne: false\nf: null\ng:\n", true},
	"lists and maps":                {"a: [1, x, {b: c}]\nd: {}\ne: []\nf:\n- - g\n- h: i\n", true},
	"lines":                         {"a: |\n  b\n    c\n\n  d\ne: |-\n  f\n  g\nh: \"i\\nj\\n\"\n", true},
	"marks":                         {"a: 'x<y>&z'\nb: '# no comment'\nc: 'd: e'\nf: '- g'\nh: '@at'\ni: '%'\nj: 'k #l'\nm: \"n'o\\\"p\\\\q\"\n", true},
	"keys in any order":             {"b: 1\na10: 2\na2: 3\n'5': 4\nB: 5\n", true},
	"ends of lines":                 {"a: \"b \\nc\"\n", false},
	"ends of texts":                 {"a: |+\n  b\n\nc: d\n", false},
	"begins of texts":               {"a: |2\n    b\n  c\n", false},
	"folded lines":                  {"a: >\n  b\n  c\n\n    d\n", false},
	"tabs":                          {"a: \"b\\tc\"\n", false},
	"letters beyond ASCII":          {"a: ä\nb: \"\\u2028\"\n", false},
	"comments":                      {"a: b # c\n", false},
	"numbers in other forms":        {"a: 0o7\nb: 0x1F\nc: 1_000\nd: +1\n", false},
	"fractions":                     {"a: 1.50\nb: 1e3\nc: .inf\n", false},
	"times":                         {"a: 2001-01-01\n", false},
	"tags":                          {"a: !!str 1\n", false},
	"binary":                        {"a: !!binary eA==\n", false},
	"other words for truth":         {"a: True\n", false},
	"keys that are no text":         {"1: a\n", false},
	"anchors":                       {"a: &b {c: d}\ne: *b\n", true},
	"numbers larger than computers": {"a: 123456789012345678901234567890\n", false},
}

func TestPrintsObjectsAsKustomizeDoes(t *testing.T) {
	for name, one := range written {
		t.Run(name, func(t *testing.T) {
			text := "# Source: a.yaml\n# and more\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nspec:\n  " + strings.ReplaceAll(strings.TrimSuffix(one.fields, "\n"), "\n", "\n  ") + "\n"
			object := objectOf(t, text)
			if _, atOnce := plainObject(object.YNode()); atOnce != one.atOnce {
				t.Errorf("printed at once: %v", atOnce)
			}
			comparePrinted(t, object)
		})
	}
}

var pieces = []string{
	" ", "  ", "\n", "\n\n", "\t", "a", "b c", ":", ": ", "#", " #", "- ", "-", "'", "\"", "{", "}", "[", "]", ",", "|", ">", "<", "&", "*", "!", "%", "@",
	"`", "\\", "=", "?", "~", "0", "1", "-1", "1.0", "0x1", "1e3", "true", "no", "null", "---", "...", "<<", "é", "\u2028", "\u0085", "\x7f", "2001-01-01",
}

func TestPrintsAnyTextAsKustomizeDoes(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	styles := []yaml.Style{0, 0, yaml.SingleQuotedStyle, yaml.DoubleQuotedStyle, yaml.LiteralStyle, yaml.FoldedStyle}
	atOnce := 0
	for range 2_000 {
		object := objectOf(t, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: b, c: d}\nlist:\n- e\n- f\n")
		for _, node := range []*yaml.Node{
			object.Field("data").Value.YNode().Content[1], object.Field("data").Value.YNode().Content[2], object.Field("list").Value.YNode().Content[0],
		} {
			var text strings.Builder
			for range random.Intn(5) {
				text.WriteString(pieces[random.Intn(len(pieces))])
			}
			node.Value, node.Style = text.String(), styles[random.Intn(len(styles))]
		}
		if _, plain := plainObject(object.YNode()); plain {
			atOnce++
		}
		comparePrinted(t, object)
	}
	if atOnce < 200 {
		t.Fatalf("only %d were printed at once", atOnce)
	}
}

func objectOf(t *testing.T, text string) *resource.Resource {
	t.Helper()
	object, err := provider.NewDefaultDepProvider().GetResourceFactory().FromBytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return object
}

func comparePrinted(t *testing.T, object *resource.Resource) {
	t.Helper()
	wanted, wantedErr := object.AsYAML()
	got, err := objectText(object)
	if string(got) != string(wanted) || (err == nil) != (wantedErr == nil) {
		t.Fatalf("%v\n%s\nwanted: %v\n%s", err, got, wantedErr, wanted)
	}
}
