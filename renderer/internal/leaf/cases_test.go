package leaf

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	// The release of the command line, which go.mod pins.
	_ "sigs.k8s.io/kustomize/kustomize/v5/commands/version"

	"fairlead.dev/renderer/internal/protocol"
	"fairlead.dev/renderer/internal/released"
)

const releaseNamespace = released.Namespace

// requestOf makes the request of a case: the kustomization in its directory, or the chart in chart/ as release x.
func requestOf(t *testing.T, directory string) *protocol.LeafRequest {
	t.Helper()
	request := &protocol.LeafRequest{Files: map[string]string{}, Root: "/main/case"}
	err := filepath.WalkDir(directory, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "expected.yaml" {
			return err
		}
		content, err := os.ReadFile(name)
		relative, _ := filepath.Rel(directory, name)
		request.Files[path.Join(request.Root, filepath.ToSlash(relative))] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, isChart := request.Files["/main/case/chart/Chart.yaml"]; isChart {
		request.Files["/chart/kustomization.yaml"] = "resources: [output.yaml]\n"
		request.Root = "/chart"
		request.Chart = &protocol.ChartRequest{
			Directory: "/main/case/chart", OutputFile: "/chart/output.yaml", ReleaseName: released.ReleaseName, Namespace: releaseNamespace, IncludeCRDs: true,
		}
	}
	return request
}

// byHand is what people run.
func byHand(t *testing.T, directory string) string {
	t.Helper()
	chart := filepath.Join(directory, "chart")
	build, of := released.Build, directory
	if _, err := os.Stat(chart); err == nil {
		build, of = func(t *testing.T, chart string) (string, error) { return released.Template(t, chart) }, chart
	}
	printed, err := build(t, of)
	if err != nil {
		t.Fatal(err)
	}
	return printed
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func mustMatch(t *testing.T, what, got, wanted string) {
	t.Helper()
	if got != wanted {
		t.Errorf("%s:\n%s\nwanted:\n%s", what, got, wanted)
	}
}

// Each case was found in the field to come out otherwise than by hand.
func TestCasesFromTheField(t *testing.T) {
	expected, err := filepath.Glob("testdata/*/expected.yaml")
	if err != nil || len(expected) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range expected {
		directory := filepath.Dir(file)
		t.Run(filepath.Base(directory), func(t *testing.T) {
			wanted, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			mustMatch(t, "by hand", byHand(t, directory), string(wanted))
			output, failure := Render(requestOf(t, directory))
			if failure != nil {
				t.Fatal(failure)
			}
			mustMatch(t, "rendered", output.YAML, string(wanted))
		})
	}
}

func TestAKeyThatStandsTwiceIsToldWithTemplateAndObject(t *testing.T) {
	output, failure := Render(requestOf(t, "testdata/chart-duplicate-key"))
	if failure == nil || failure.Kind != protocol.Chart {
		t.Fatalf("%+v %v", output, failure)
	}
	for _, part := range []string{"x/templates/web.yaml", "Deployment web", "spec.paused"} {
		if !strings.Contains(failure.Message, part) {
			t.Errorf("%q is missing: %s", part, failure.Message)
		}
	}
}

// What a namespace can be written into, and what a text must keep while it is.
func TestANamespaceIsWrittenIntoTheTextAndNothingElse(t *testing.T) {
	for name, template := range map[string]string{
		"keep block at the end":             "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: |+\n    x\n\n\n",
		"keep block before another":         "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: |+\n    x\n\n\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: b\n",
		"strip block at the end":            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: |-\n    x\n    y",
		"indented block":                    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: |2\n      x\n    y\n",
		"folded, kept and indented":         "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: >+\n    one\n    two\n\n      three\n    four\n\n  z: end\n",
		"flow with a brace on its own line": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  {name: a,\n   labels: {x: y}}\n",
		"json":                              "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\"}, \"data\": {\"k\": \"x\\ny\"}}",
		"other ends of lines":               "apiVersion: v1\nkind: ConfigMap\n# one\u2028# two\nmetadata:\n  labels: {a: b}\n  name: a\ndata: {k: \"x\u0085y\"}\n",
		"windows":                           "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: a\r\ndata:\r\n  k: |\r\n    x\r\n    y\r\n",
		"letters before the brace":          "{apiVersion: v1, kind: ConfigMap, data: {ü: \"☃ 𝄞\"}, metadata: {name: a}}",
		"comments in the way":               "apiVersion: v1 # v1\nkind: ConfigMap\nmetadata: # here\n  # and here\n  name: a # there\n  labels: {b: c}\ndata: {k: x}\n",
		"empty namespaces": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: \"\"\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  namespace: # none\n  name: b\n" +
			"---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: ''}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {\"namespace\": \"\", name: d}\n",
		"anchors": "apiVersion: v1\nkind: ConfigMap\nmetadata: &m\n  labels: &l {a: b}\n  name: a\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: b}\ndata: &d {a: b}\n" +
			"---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  &k name: c\ndata: {*k : x}\n",
		"merges":           "x: &x {labels: {a: b}}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  <<: *x\n  name: a\n---\nx: &x {namespace: own}\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  <<: *x\n  name: b\n",
		"aliases":          "x: &x {name: a, labels: {b: c}}\napiVersion: v1\nkind: ConfigMap\nmetadata: *x\n",
		"lists":            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: a\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n- apiVersion: v1\n  kind: Node\n  metadata: {name: n}\n",
		"explicit keys":    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  ? name\n  : a\n  ? labels\n  : {b: c}\n",
		"cluster-scoped":   "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: n\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: r}\nrules: []\n",
		"own namespace":    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: other\n",
		"custom resources": "apiVersion: example.org/v1\nkind: Thing\nmetadata:\n  name: t\nspec:\n  metadata:\n    name: inner\n",
	} {
		t.Run(name, func(t *testing.T) {
			directory := t.TempDir()
			write(t, filepath.Join(directory, "chart/Chart.yaml"), "apiVersion: v2\nname: x\nversion: 0.1.0\n")
			write(t, filepath.Join(directory, "chart/templates/a.yaml"), template)
			output, failure := Render(requestOf(t, directory))
			if failure != nil {
				t.Fatal(failure)
			}
			mustMatch(t, "rendered", output.YAML, byHand(t, directory))
		})
	}
}
