package fetch

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	helm "helm.sh/helm/v4/pkg/registry"
)

var wholeChart = []string{".helmignore", "Chart.yaml", "templates/config.yaml", "values.yaml"}

func TestAChartOfARegistryIsFetchedByDigest(t *testing.T) {
	registry := newRegistry(t)
	digest := registry.push("hello", "1.2.3+build.4", packed("hello", chartFiles("hello", "1.2.3+build.4", nil)))
	chart, files, err := fetchInto(t, Order{Source: "oci://" + registry.host + "/charts/hello", Version: "1.2.3+build.4"})
	if err != nil {
		t.Fatal(err)
	}
	if chart.Name != "hello" || chart.Version != "1.2.3+build.4" || chart.Digest != digest || len(chart.Dependencies) > 0 {
		t.Errorf("fetched %+v, wanted %s", chart, digest)
	}
	if names := slices.Sorted(maps.Keys(files)); !slices.Equal(names, wholeChart) {
		t.Errorf("files %v", names)
	}
}

func TestAChartOfARepositoryIsFetched(t *testing.T) {
	repository := newRepository(t)
	archive := packed("hello", chartFiles("hello", "v1.2.3", nil))
	repository.publish("hello", "v1.2.3", archive)
	for _, version := range []string{"v1.2.3", "1.2.3"} {
		chart, files, err := fetchInto(t, Order{Source: repository.url + "/hello", Version: version})
		if err != nil {
			t.Fatal(err)
		}
		if chart.Version != "v1.2.3" || chart.Digest != digestOf(archive) || len(files) != len(wholeChart) {
			t.Errorf("%s: fetched %+v", version, chart)
		}
	}
	chart, _, err := fetchInto(t, Order{Source: repository.url + "/hello-v1.2.3.tgz", Version: "1.2.3"})
	if err != nil || chart.Digest != digestOf(archive) {
		t.Errorf("by its own address: %+v, %v", chart, err)
	}
}

func TestTheSameChartGivesTheSameFilesAgain(t *testing.T) {
	registry := newRegistry(t)
	registry.push("hello", "1.0.0", packed("hello", chartFiles("hello", "1.0.0", nil)))
	order := Order{Source: "oci://" + registry.host + "/charts/hello", Version: "1.0.0"}
	_, first, err := fetchInto(t, order)
	_, second, again := fetchInto(t, order)
	if err != nil || again != nil || !reflect.DeepEqual(first, second) {
		t.Errorf("%v, %v: %v and %v", err, again, first, second)
	}
}

func TestAVersionIsNamedExactly(t *testing.T) {
	registry := newRegistry(t)
	repository := newRepository(t)
	for _, version := range []string{"1.2.3", "1.10.0", "2.0.0"} {
		archive := packed("hello", chartFiles("hello", version, nil))
		registry.push("hello", version, archive)
		repository.publish("hello", version, archive)
	}
	for _, source := range []string{"oci://" + registry.host + "/charts/hello", repository.url + "/hello"} {
		refusal(t, Order{Source: source, Version: "^1.2.0"}, NotFound, source, `"^1.2.0"`, "version: 1.10.0")
		refusal(t, Order{Source: source, Version: "latest"}, NotFound, "version: 2.0.0")
		refusal(t, Order{Source: source, Version: ""}, NotFound, "2.0.0")
		refusal(t, Order{Source: source, Version: "3.0.0"}, NotFound, `"3.0.0"`, "The newest one is: version: 2.0.0")
	}
}

func TestWhatIsNotThereIsNamed(t *testing.T) {
	registry := newRegistry(t)
	repository := newRepository(t)
	repository.publish("hello", "1.0.0", packed("hello", chartFiles("hello", "1.0.0", nil)))
	refusal(t, Order{Source: "oci://" + registry.host + "/charts/none", Version: "1.0.0"}, NotFound, "/charts/none")
	refusal(t, Order{Source: repository.url + "/none", Version: "1.0.0"}, NotFound, "has no chart none")
	refusal(t, Order{Source: repository.url + "/below/none", Version: "1.0.0"}, NotFound, "/charts/below/index.yaml", "404")
	refusal(t, Order{Source: "oci://127.0.0.1:1/charts/hello", Version: "1.0.0"}, Unavailable, "127.0.0.1:1", "refused")
}

func TestAnArchiveOtherThanThatOfTheIndexIsRefused(t *testing.T) {
	repository := newRepository(t)
	archive := packed("hello", chartFiles("hello", "1.0.0", nil))
	other := "sha256:" + strings.Repeat("ab", 32)
	repository.publish("hello", "1.0.0", archive, other)
	refusal(t, Order{Source: repository.url + "/hello", Version: "1.0.0"}, Refused, other, digestOf(archive))
}

func TestAChartThatCallsItselfOtherwiseIsRefused(t *testing.T) {
	repository := newRepository(t)
	repository.publish("hello", "1.0.1", packed("hello", chartFiles("hello", "1.0.0", nil)))
	refusal(t, Order{Source: repository.url + "/hello", Version: "1.0.1"}, Refused, "hello 1.0.0")
}

func TestWhatARegistrySaysOfSizesIsNotBelieved(t *testing.T) {
	isolate(t)
	layer := `{"mediaType":"` + helm.ChartLayerMediaType + `","digest":"sha256:` + strings.Repeat("ab", 32) + `","size":1099511627776}`
	for name, manifest := range map[string]string{
		"archive has more than 32 MiB": `{"schemaVersion":2,"config":{},"layers":[` + layer + `]}`,
		"its manifest has":             `{"schemaVersion":2}` + strings.Repeat(" ", mostManifest),
		"no Helm chart":                `{"schemaVersion":2,"config":{},"layers":[]}`,
	} {
		server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			writer.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
			writer.Header().Set("Docker-Content-Digest", digestOf([]byte(manifest)))
			writer.Header().Set("Content-Length", strconv.Itoa(len(manifest)))
			if request.Method == http.MethodGet {
				writer.Write([]byte(manifest))
			}
		}))
		order := Order{Source: "oci://" + strings.TrimPrefix(server.URL, "http://") + "/charts/hello", Version: "1.0.0"}
		refusal(t, order, Refused, name)
		server.Close()
	}
}

func TestAddressesThatAreNoneAreRefused(t *testing.T) {
	isolate(t)
	for source, words := range map[string][]string{
		"":                                     {"oci://HOST/PATH/NAME"},
		"podinfo":                              {"oci://HOST/PATH/NAME"},
		"git://example.com/charts/podinfo":     {"git://"},
		"oci://example.com/charts/podinfo:1.0": {"`version`"},
		"oci://example.com/charts/podinfo@sha256:" + strings.Repeat("0", 64): {"`version`"},
		"https://example.com/charts/":                                        {"last part"},
		"https://example.com/charts/podinfo?x=1":                             {"no ?"},
		"https://ada:hunter2@example.com/charts/podinfo":                     {"credentials", "xxxxx"},
	} {
		refusal(t, Order{Source: source, Version: "1.0.0"}, InvalidInput, words...)
	}
	_, err := Fetch(Order{Source: "https://ada:hunter2@example.com/charts/podinfo", Version: "1.0.0"})
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("it repeats the password: %v", err)
	}
}
