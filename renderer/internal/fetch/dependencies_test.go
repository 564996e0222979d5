package fetch

import (
	"strings"
	"testing"
)

func TestDependenciesThatTheArchiveLacksAreFetchedAndNamed(t *testing.T) {
	repository := newRepository(t)
	registry := newRegistry(t)
	for _, version := range []string{"2.0.0", "2.4.0", "3.0.0"} {
		repository.publish("redis", version, packed("redis", chartFiles("redis", version, map[string]string{
			"Chart.yaml": "apiVersion: v2\nname: redis\nversion: " + version + "\ndependencies:\n- { name: common, version: 1.x, repository: 'oci://" + registry.host + "/charts' }\n",
		})))
	}
	commonDigest := registry.push("common", "1.5.0", packed("common", chartFiles("common", "1.5.0", nil)))
	parent := map[string]string{
		"Chart.yaml": "apiVersion: v2\nname: hello\nversion: 1.0.0\ndependencies:\n- { name: redis, version: ^2.0.0, repository: '" + repository.url + "' }\n",
	}
	repository.publish("hello", "1.0.0", packed("hello", chartFiles("hello", "1.0.0", parent)))
	order := Order{Source: repository.url + "/hello", Version: "1.0.0"}
	chart, files, err := fetchInto(t, order)
	if err != nil {
		t.Fatal(err)
	}
	redis := Dependency{Path: "charts/redis", Source: repository.url + "/redis", Version: "2.4.0", Digest: digestOf(repository.files["redis-2.4.0.tgz"])}
	common := Dependency{Path: "charts/redis/charts/common", Source: "oci://" + registry.host + "/charts/common", Version: "1.5.0", Digest: commonDigest}
	if len(chart.Dependencies) != 2 || chart.Dependencies[0] != redis || chart.Dependencies[1] != common {
		t.Errorf("dependencies %+v", chart.Dependencies)
	}
	if files["charts/redis/charts/common/Chart.yaml"] == "" || files["charts/redis/values.yaml"] == "" {
		t.Errorf("they are not there")
	}

	// The same chart has the same dependencies, whatever was published since.
	repository.publish("redis", "2.9.0", packed("redis", chartFiles("redis", "2.9.0", nil)))
	order.Recorded, order.RecordedDigest = chart.Dependencies, chart.Digest
	again, _, err := fetchInto(t, order)
	if err != nil || again.Dependencies[0] != redis {
		t.Errorf("again: %+v, %v", again, err)
	}
	repository.files["redis-2.4.0.tgz"] = packed("redis", chartFiles("redis", "2.4.0", map[string]string{"values.yaml": "x: 1\n"}))
	repository.entries["redis"] = nil
	repository.publish("redis", "2.4.0", repository.files["redis-2.4.0.tgz"])
	refusal(t, order, Refused, "charts/redis", redis.Digest, "--accept-digest")
	order.Recorded = nil
	if again, _, err = fetchInto(t, order); err != nil || again.Dependencies[0].Digest == redis.Digest {
		t.Errorf("accepted: %+v, %v", again, err)
	}
}

func TestTheLockOfAChartNamesTheVersions(t *testing.T) {
	repository := newRepository(t)
	for _, version := range []string{"2.0.0", "2.4.0"} {
		repository.publish("redis", version, packed("redis", chartFiles("redis", version, nil)))
	}
	repository.publish("hello", "1.0.0", packed("hello", chartFiles("hello", "1.0.0", map[string]string{
		"Chart.yaml": "apiVersion: v2\nname: hello\nversion: 1.0.0\ndependencies:\n- { name: redis, version: ^2.0.0, repository: '" + repository.url + "' }\n",
		"Chart.lock": "dependencies:\n- { name: redis, version: 2.0.0, repository: '" + repository.url + "' }\n",
	})))
	chart, _, err := fetchInto(t, Order{Source: repository.url + "/hello", Version: "1.0.0"})
	if err != nil || len(chart.Dependencies) != 1 || chart.Dependencies[0].Version != "2.0.0" {
		t.Errorf("%+v, %v", chart, err)
	}
}

func TestDependenciesThatCannotBeFetchedAreNamed(t *testing.T) {
	for named, words := range map[string]string{
		"repository: 'file://../redis'":           "file://../redis",
		"alias: cache":                            "missing in its charts/",
		"repository: '@stable'":                   "helm repo add stable URL",
		"repository: 'http://192.0.2.1/charts'":   "--plain-http 192.0.2.1",
		"repository: 'git+https://example.com/x'": "git+https://",
	} {
		repository := newRepository(t)
		repository.publish("hello", "1.0.0", packed("hello", chartFiles("hello", "1.0.0", map[string]string{
			"Chart.yaml": "apiVersion: v2\nname: hello\nversion: 1.0.0\ndependencies:\n- { name: redis, version: 2.0.0, " + named + " }\n",
		})))
		_, files, err := fetchInto(t, Order{Source: repository.url + "/hello", Version: "1.0.0"})
		if err == nil || !strings.Contains(err.Error(), words) || len(files) > 0 {
			t.Errorf("%s: %v, %d files", named, err, len(files))
		}
	}
}
