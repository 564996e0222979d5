package corpus

// cspell:ignore subpop subchart testcharts

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/leaf"
	"fairlead.dev/renderer/internal/protocol"
	"fairlead.dev/renderer/internal/released"
)

// modules with charts: Helm's own tests, and some that people use.
var chartModules = []string{
	"helm.sh/helm/v4", "sigs.k8s.io/kwok@v0.8.0", "sigs.k8s.io/metrics-server@v0.9.0", "sigs.k8s.io/descheduler@v0.36.0",
	"sigs.k8s.io/kueue@v0.17.0", "github.com/open-policy-agent/gatekeeper/v3@v3.23.1", "github.com/external-secrets/external-secrets@v1.3.2",
}

// refused are the charts that Helm renders and we do not, with a part of the reason.
var refused = map[string]string{
	"helm.sh/helm/v4/pkg/action/testdata/charts/chart-with-compressed-dependencies":                  "Secret x-mariadb, data.mariadb-root-password",
	"helm.sh/helm/v4/pkg/action/testdata/charts/chart-with-uncompressed-dependencies":                "Secret x-mariadb, data.mariadb-root-password",
	"helm.sh/helm/v4/pkg/action/testdata/charts/chart-with-uncompressed-dependencies/charts/mariadb": "Secret x-mariadb, data.mariadb-root-password",
	"helm.sh/helm/v4/pkg/chart/v2/lint/rules/testdata/v3-fail":                                       "crd-install is unknown to Helm",
}

// subjects are the charts with a RoleBinding for a ServiceAccount in the namespace default, which kustomize takes for the
// one that it has moved: Helm and we leave it as the template has it.
var subjects = []string{
	"helm.sh/helm/v4/pkg/chart/v2/util/testdata/subpop", "helm.sh/helm/v4/pkg/chart/v2/util/testdata/subpop/charts/subchart1",
	"helm.sh/helm/v4/pkg/cmd/testdata/testcharts/subchart",
}

var subject = regexp.MustCompile(`(subjects:\n- kind: ServiceAccount\n  name: \S+\n  namespace: )` + released.Namespace)

// leastCharts is how many charts both render, byte for byte the same.
const leastCharts = 101

// kubeVersion is what charts see: the libraries' own one is not known to a test.
const kubeVersion = "1.33.0"

func TestChartsOfOthersComeOutAsByHand(t *testing.T) {
	if testing.Short() {
		t.Skip("it fetches modules")
	}
	compared := 0
	for _, module := range chartModules {
		directory := moduleFiles(t, module)
		for _, chart := range directoriesWith(t, directory, "Chart.yaml") {
			relative, _ := filepath.Rel(directory, chart)
			name := strings.Split(module, "@")[0] + "/" + filepath.ToSlash(relative)
			t.Run(name, func(t *testing.T) {
				if compareChart(t, name, chart) {
					compared++
				}
			})
		}
	}
	if compared < leastCharts {
		t.Errorf("%d charts were rendered by both, and %d are expected at least", compared, leastCharts)
	}
}

// compareChart answers whether both rendered the chart.
func compareChart(t *testing.T, name, chart string) bool {
	t.Helper()
	output, failure := leaf.Render(chartOf(filesBelow(t, chart)))
	byHand, err := released.Template(t, chart, "--no-hooks", "--kube-version", kubeVersion)
	if slices.Contains(subjects, name) {
		byHand = subject.ReplaceAllString(byHand, "${1}default")
	}
	switch {
	case failure != nil && failure.Kind == protocol.Internal:
		t.Error(failure)
	case failure != nil && err == nil:
		if reason, known := refused[name]; !known || !strings.Contains(failure.Message, reason) {
			t.Errorf("refused: %s", failure)
		}
	case failure == nil && err != nil:
		t.Errorf("rendered, but by hand it fails: %v", err)
	case failure == nil && output.YAML != byHand:
		t.Errorf("rendered:\n%s\nby hand:\n%s", output.YAML, byHand)
	case failure == nil && refused[name] != "":
		t.Error("it is rendered now: take it off the list")
	}
	return failure == nil && err == nil
}

// A popular chart whose hooks are Jobs, with what these may do.
func TestAPopularChartAsksForItsJobsAlone(t *testing.T) {
	if testing.Short() {
		t.Skip("it fetches modules")
	}
	chart := filepath.Join(moduleFiles(t, "github.com/open-policy-agent/gatekeeper/v3@v3.23.1"), "charts/gatekeeper")
	request := chartOf(filesBelow(t, chart))
	request.Chart.Hooks = ""
	const jobs = "Job gatekeeper-update-namespace-label (post-install in gatekeeper/templates/namespace-post-install.yaml); Job gatekeeper-update-crds-hook"
	if _, failure := leaf.Render(request); failure == nil || !strings.Contains(failure.Message, jobs) {
		t.Fatal(failure)
	}
	request = chartOf(filesBelow(t, chart))
	request.Chart.Hooks = ""
	request.Chart.HookAnswers = []protocol.HookAnswer{
		{Object: "Job gatekeeper-update-namespace-label", Answer: "drop"}, {Object: "Job gatekeeper-update-crds-hook", Answer: "drop"},
	}
	output, failure := leaf.Render(request)
	if failure != nil || strings.Contains(output.YAML, "helm.sh/hook") || !strings.Contains(output.YAML, "name: gatekeeper-update-namespace-label") {
		t.Fatal(failure)
	}
}
