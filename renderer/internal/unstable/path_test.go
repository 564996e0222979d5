package unstable

import "testing"

var object1 = map[string]any{
	"data": map[string]any{"tls.crt": "a", "tls": map[string]any{"crt": "b"}, "a[0]": "c", "plain": "d"},
	"spec": map[string]any{
		"args":       []any{"one", "two"},
		"containers": []any{map[string]any{"name": "web", "env": []any{map[string]any{"name": "A B", "value": "1"}, map[string]any{"name": "2", "value": "3"}}}},
		"twice":      []any{map[string]any{"name": "same"}, map[string]any{"name": "same"}},
	},
	"metadata": map[string]any{"annotations": map[string]any{"checksum/secret": "e", "a.example/b.c": "f"}},
}

func TestFieldsAreFoundAsPeopleWriteThem(t *testing.T) {
	for written, wanted := range map[string]string{
		"data.plain":                         "data.plain",
		"data.tls.crt":                       `data["tls.crt"]`, // The longest key is the one that is meant.
		`data["tls.crt"]`:                    `data["tls.crt"]`,
		"data.tls":                           "data.tls",
		"data.a[0]":                          `data["a[0]"]`,
		"metadata.annotations.a.example/b.c": `metadata.annotations["a.example/b.c"]`,
		`metadata.annotations["checksum/secret"]`: `metadata.annotations["checksum/secret"]`,
		"spec.args[1]":                        "spec.args[1]",
		"spec.containers[web].env[A B].value": `spec.containers[web].env["A B"].value`,
		"spec.containers[0].env[1].value":     `spec.containers[web].env["2"].value`,
		`spec.containers["web"].env["2"]`:     `spec.containers[web].env["2"]`,
		"spec.twice[1].name":                  "spec.twice[1].name",
		"":                                    "",
	} {
		found, known := resolve(object1, written)
		if !known || found.String() != wanted {
			t.Errorf("%s: %v, %s", written, known, found)
		}
		// What a message says can be written.
		if again, known := resolve(object1, found.String()); !known || again.String() != wanted {
			t.Errorf("%s: %v, %s", found, known, again)
		}
	}
	for _, written := range []string{"data.other", "data.pla", "data.plain.more", "spec.args[2]", "spec.args.1", "spec.twice[same]x", "[0]", "data.", "spec.containers[]"} {
		if found, known := resolve(object1, written); known {
			t.Errorf("%s: %s", written, found)
		}
	}
}

func TestWhatBothRendersHaveAlikeMustBeInAText(t *testing.T) {
	for name, given := range map[string]struct {
		first, second, held string
		is                  bool
	}{
		"all made up":             {"aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "x", true},
		"a short start":           {"id-aaaa", "id-bbbb", "other", true},
		"the same start":          {"the same start aaaa", "the same start bbbb", "the same start 12345", true},
		"another start":           {"the same start aaaa", "the same start bbbb", "another start 12345", false},
		"another end":             {"aaaa is the end of it", "bbbb is the end of it", "cccc was the end of it", false},
		"between":                 {"aaaa stands between aaaa", "bbbb stands between bbbb", "1 stands between 2", true},
		"not between":             {"aaaa stands between aaaa", "bbbb stands between bbbb", "1 stood between 2", false},
		"of other lengths":        {"the same start a the same end", "the same start bb the same end", "the same start ccc the same end", true},
		"start and end overlap":   {"the same text a the same text", "the same text b the same text", "the same text ", false},
		"equal from the far side": {"aaaaaaaaaaaaaaaab", "aaaaaaaaaaaaaaaac", "aaaaaaaaaaaaaaaad", true},
	} {
		if alike(given.first, given.second).isIn(given.held) != given.is {
			t.Error(name)
		}
	}
}
