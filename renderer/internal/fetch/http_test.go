package fetch

import (
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func write0600(t *testing.T, file, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheCredentialOfARegistryIsThatOfHelmAndDocker(t *testing.T) {
	for _, place := range []string{"helm/registry/config.json", "docker/config.json"} {
		registry := newRegistry(t)
		registry.push("hello", "1.0.0", packed("hello", chartFiles("hello", "1.0.0", nil)))
		registry.login = "ada:hunter2"
		order := Order{Source: "oci://" + registry.host + "/charts/hello", Version: "1.0.0"}
		refusal(t, order, Unauthorized, "helm registry login", "401")
		auth := base64.StdEncoding.EncodeToString([]byte(registry.login))
		write0600(t, filepath.Join(os.Getenv("HOME"), place), `{"auths":{"`+registry.host+`":{"auth":"`+auth+`"}}}`)
		if _, _, err := fetchInto(t, order); err != nil {
			t.Errorf("%s: %v", place, err)
		}
		write0600(t, filepath.Join(os.Getenv("HOME"), place), `{"auths":{"`+registry.host+`":{"auth":"`+auth[:8]+`"}}}`)
		if _, _, err := fetchInto(t, order); err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), auth[:8]) {
			t.Errorf("%s: %v", place, err)
		}
	}
}

func TestTheCredentialOfARepositoryIsThatOfHelmOrNetrc(t *testing.T) {
	for place, content := range map[string]string{
		"helm/repositories.yaml": "repositories:\n- { name: acme, url: URL/, username: ada, password: hunter2 }\n",
		".netrc":                 "machine 127.0.0.1 login ada password hunter2\n",
	} {
		repository := newRepository(t)
		repository.publish("hello", "1.0.0", packed("hello", chartFiles("hello", "1.0.0", nil)))
		repository.login = "ada:hunter2"
		order := Order{Source: repository.url + "/hello", Version: "1.0.0"}
		refusal(t, order, Unauthorized, "~/.netrc", "401")
		write0600(t, filepath.Join(os.Getenv("HOME"), place), strings.ReplaceAll(content, "URL", repository.url))
		if _, _, err := fetchInto(t, order); err != nil {
			t.Errorf("%s: %v", place, err)
		}
	}
}

func TestACredentialDoesNotGoToAHostThatTheIndexNames(t *testing.T) {
	own, foreign := newRepository(t), newRepository(t)
	archive := packed("hello", chartFiles("hello", "1.0.0", nil))
	own.publish("hello", "1.0.0", archive)
	own.entries["hello"][0] = strings.Replace(own.entries["hello"][0], "urls: [", "urls: ["+foreign.url+"/", 1)
	own.login = "ada:hunter2"
	foreign.files["hello-1.0.0.tgz"] = archive
	write0600(t, filepath.Join(os.Getenv("HOME"), "helm/repositories.yaml"), "repositories:\n- { name: acme, url: "+own.url+", username: ada, password: hunter2 }\n")
	if _, _, err := fetchInto(t, Order{Source: own.url + "/hello", Version: "1.0.0"}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(foreign.seen, []string{""}) {
		t.Errorf("the other host was sent %q", foreign.seen)
	}
}

func TestARedirectTakesNoCredentialAlongAndNotWithoutTLS(t *testing.T) {
	foreign := newRepository(t)
	archive := packed("hello", chartFiles("hello", "1.0.0", nil))
	foreign.files["hello-1.0.0.tgz"] = archive
	target := foreign.url
	own := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		http.Redirect(writer, request, target+request.URL.Path+"?signature=hunter2", http.StatusFound)
	}))
	defer own.Close()
	write0600(t, filepath.Join(os.Getenv("HOME"), ".netrc"), "machine 127.0.0.1 login ada password hunter2\n")
	order := Order{Source: own.URL + "/hello-1.0.0.tgz", Version: "1.0.0"}
	if _, _, err := fetchInto(t, order); err != nil || !slices.Equal(foreign.seen, []string{""}) {
		t.Errorf("%v: the other host was sent %q", err, foreign.seen)
	}
	target = "http://192.0.2.1"
	refusal(t, order, Refused, "without TLS", "--plain-http 192.0.2.1")
	if _, err := Fetch(order); strings.Contains(err.Error(), "hunter2") {
		t.Errorf("it repeats the signature: %v", err)
	}
}

func TestAnAuthorityOfOnesOwnIsTrusted(t *testing.T) {
	inner := newRepository(t)
	inner.publish("hello", "1.0.0", packed("hello", chartFiles("hello", "1.0.0", nil)))
	server := httptest.NewTLSServer(inner)
	defer server.Close()
	order := Order{Source: server.URL + "/charts/hello", Version: "1.0.0"}
	refusal(t, order, Unavailable, "certificate", "NODE_EXTRA_CA_CERTS")
	file := filepath.Join(t.TempDir(), "authority.pem")
	write0600(t, file, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	t.Setenv("NODE_EXTRA_CA_CERTS", file)
	if _, _, err := fetchInto(t, order); err != nil {
		t.Error(err)
	}
	write0600(t, file, "nothing")
	refusal(t, order, InvalidInput, "NODE_EXTRA_CA_CERTS", file)
}

func TestTheProxyOfTheEnvironmentIsAsked(t *testing.T) {
	isolate(t)
	var asked []string
	proxy := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		asked = append(asked, request.Method+" "+request.Host)
		writer.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer proxy.Close()
	t.Setenv("HTTPS_PROXY", strings.Replace(proxy.URL, "http://", "http://ada:hunter2@", 1))
	for _, source := range []string{"https://charts.example.com/charts/hello", "oci://charts.example.com/charts/hello"} {
		asked = nil
		_, err := Fetch(Order{Source: source, Version: "1.0.0", Into: t.TempDir()})
		if err == nil || !strings.Contains(err.Error(), "Proxy Authentication Required") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", source, err)
		}
		if len(asked) == 0 || asked[0] != "CONNECT charts.example.com:443" {
			t.Errorf("%s: the proxy was asked %v", source, asked)
		}
	}
}
