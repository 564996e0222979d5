package fetch

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	helm "helm.sh/helm/v4/pkg/registry"
)

// chartFiles is a small chart; `more` is added to it, or takes the place of what has the same name.
func chartFiles(name, version string, more map[string]string) map[string]string {
	files := map[string]string{
		"Chart.yaml":            fmt.Sprintf("apiVersion: v2\nname: %s\nversion: %s\n", name, version),
		"values.yaml":           "greeting: hello\n",
		"templates/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: greeting }\ndata: { greeting: {{ .Values.greeting }} }\n",
	}
	maps.Copy(files, more)
	return files
}

// packed makes an archive as `helm package` does, the same bytes for the same files.
func packed(name string, files map[string]string) []byte {
	return archived(func(tarball *tar.Writer) {
		for _, file := range slices.Sorted(maps.Keys(files)) {
			writeEntry(tarball, &tar.Header{Name: name + "/" + file, Mode: 0o644}, files[file])
		}
	})
}

func archived(fill func(*tar.Writer)) []byte {
	var buffer bytes.Buffer
	zipped := gzip.NewWriter(&buffer)
	tarball := tar.NewWriter(zipped)
	fill(tarball)
	tarball.Close()
	zipped.Close()
	return buffer.Bytes()
}

func writeEntry(tarball *tar.Writer, header *tar.Header, content string) {
	header.Size = int64(len(content))
	if err := tarball.WriteHeader(header); err != nil {
		panic(err)
	}
	if _, err := tarball.Write([]byte(content)); err != nil {
		panic(err)
	}
}

// ociRegistry is a registry on loopback, without TLS.
type ociRegistry struct {
	t    *testing.T
	host string
	// login is asked for where it is set, as user:password.
	login string
}

func newRegistry(t *testing.T) *ociRegistry {
	isolate(t)
	found := &ociRegistry{t: t}
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		user, password, _ := request.BasicAuth()
		if found.login != "" && user+":"+password != found.login {
			writer.Header().Set("WWW-Authenticate", `Basic realm="charts"`)
			writer.WriteHeader(http.StatusUnauthorized)
			return
		}
		handler.ServeHTTP(writer, request)
	}))
	t.Cleanup(server.Close)
	found.host = strings.TrimPrefix(server.URL, "http://")
	return found
}

// push publishes a chart, and answers the digest of its manifest.
func (r *ociRegistry) push(name, version string, archive []byte) string {
	r.t.Helper()
	client, err := helm.NewClient(helm.ClientOptPlainHTTP())
	if err != nil {
		r.t.Fatal(err)
	}
	pushed, err := client.Push(archive, r.host+"/charts/"+name+":"+version, helm.PushOptCreationTime("2026-01-01T00:00:00Z"))
	if err != nil {
		r.t.Fatal(err)
	}
	return pushed.Manifest.Digest
}

// repository is a chart repository on loopback.
type repository struct {
	url     string
	entries map[string][]string // chart → lines of its index
	files   map[string][]byte
	login   string
	// seen are the Authorization headers of all requests.
	seen []string
}

func newRepository(t *testing.T) *repository {
	isolate(t)
	found := &repository{entries: map[string][]string{}, files: map[string][]byte{}}
	server := httptest.NewServer(found)
	t.Cleanup(server.Close)
	found.url = server.URL + "/charts"
	return found
}

func (r *repository) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	user, password, _ := request.BasicAuth()
	r.seen = append(r.seen, request.Header.Get("Authorization"))
	if r.login != "" && user+":"+password != r.login {
		writer.WriteHeader(http.StatusUnauthorized)
		return
	}
	name := strings.TrimPrefix(request.URL.Path, "/charts/")
	if name == "index.yaml" {
		fmt.Fprint(writer, "apiVersion: v1\nentries:\n")
		for chart, lines := range r.entries {
			fmt.Fprintf(writer, "  %s:\n%s", chart, strings.Join(lines, ""))
		}
		return
	}
	content, found := r.files[name]
	if !found {
		writer.WriteHeader(http.StatusNotFound)
		return
	}
	writer.Write(content)
}

// publish adds a chart to the index. The digest is the archive's own unless another is given.
func (r *repository) publish(name, version string, archive []byte, digest ...string) {
	said := digestOf(archive)
	if len(digest) > 0 {
		said = digest[0]
	}
	file := fmt.Sprintf("%s-%s.tgz", name, version)
	r.files[file] = archive
	r.entries[name] = append(r.entries[name],
		fmt.Sprintf("  - { apiVersion: v2, name: %s, version: %s, urls: [%s], digest: %q }\n", name, version, file, strings.TrimPrefix(said, "sha256:")))
}

// isolate keeps the developer's own credentials and settings away.
func isolate(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"HELM_REGISTRY_CONFIG", "HELM_REPOSITORY_CONFIG", "NETRC", "NODE_EXTRA_CA_CERTS", "DOCKER_CONFIG", "HTTPS_PROXY", "HTTP_PROXY"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", home)
	t.Setenv("HELM_CONFIG_HOME", filepath.Join(home, "helm"))
	t.Setenv("DOCKER_CONFIG", filepath.Join(home, "docker"))
}

// fetchInto fetches a chart, and answers what it is and its files.
func fetchInto(t *testing.T, order Order) (*Chart, map[string]string, error) {
	t.Helper()
	order.Into = t.TempDir()
	chart, err := Fetch(order)
	files := map[string]string{}
	walked := filepath.WalkDir(order.Into, func(file string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(file)
		name, _ := filepath.Rel(order.Into, file)
		files[filepath.ToSlash(name)] = string(content)
		return err
	})
	if walked != nil {
		t.Fatal(walked)
	}
	return chart, files, err
}

// refusal checks that an order fails with a type and with these words.
func refusal(t *testing.T, order Order, kind string, words ...string) {
	t.Helper()
	_, files, err := fetchInto(t, order)
	failure, ok := err.(*Failure)
	if !ok || failure.Type != kind {
		t.Fatalf("wanted a failure %s, got %#v", kind, err)
	}
	for _, word := range words {
		if !strings.Contains(failure.Message, word) {
			t.Errorf("%q does not say %q", failure.Message, word)
		}
	}
	if len(files) > 0 {
		t.Errorf("it left files: %v", slices.Sorted(maps.Keys(files)))
	}
}
