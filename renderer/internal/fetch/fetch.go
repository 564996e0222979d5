package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"os"
	"path/filepath"

	helmchart "helm.sh/helm/v4/pkg/chart/v2"
)

// fetched is an archive with the version and the digest that the source gives it.
type fetched struct {
	archive []byte
	version string
	digest  string
}

// fetcher asks registries and repositories; what one run has asked for, it does not ask again.
type fetcher struct {
	client    *http.Client
	plainHTTP []string
	indexes   map[string]*index
}

// Fetch puts a chart with all of its dependencies into the order's directory, and says what it is. On a failure the
// directory holds nothing that may be used.
func Fetch(order Order) (*Chart, error) {
	client, err := newClient(order.PlainHTTP)
	if err != nil {
		return nil, err
	}
	fetcher := &fetcher{client: client, plainHTTP: order.PlainHTTP, indexes: map[string]*index{}}
	from, err := parseSource(order.Source)
	if err != nil {
		return nil, err
	}
	found, err := fetcher.get(from, order.Version)
	if err != nil {
		return nil, err
	}
	files, metadata, err := fetcher.open(from, found)
	if err != nil {
		return nil, err
	}
	recorded := order.Recorded
	if found.digest != order.RecordedDigest {
		recorded = nil
	}
	completing := &completion{fetcher: fetcher, files: files, recorded: recorded}
	if err := completing.chart("", 0); err != nil {
		return nil, err
	}
	if err := refuseFiles(files); err != nil {
		return nil, failureOf(Refused, "%s %s: %v", from.text, found.version, err)
	}
	if err := write(files, order.Into); err != nil {
		return nil, failureOf(Internal, "%s: %v", order.Into, err)
	}
	return &Chart{Name: metadata.Name, Version: metadata.Version, Digest: found.digest, Dependencies: completing.added}, nil
}

// get fetches the archive of exactly this version.
func (f *fetcher) get(from source, version string) (*fetched, error) {
	switch from.kind {
	case inRegistry:
		return f.fromRegistry(from, version)
	case inRepository:
		return f.fromRepository(from, version)
	}
	return f.fromArchive(from, version)
}

// open unpacks an archive, and checks that it holds what was asked for.
func (f *fetcher) open(from source, found *fetched) (map[string][]byte, *helmchart.Metadata, error) {
	files, err := unpack(found.archive)
	if err != nil {
		return nil, nil, failureOf(Refused, "%s %s: %v", from.text, found.version, err)
	}
	loaded, err := load(files, "")
	if err != nil {
		return nil, nil, failureOf(Refused, "%s %s: %v", from.text, found.version, err)
	}
	if !sameVersion(loaded.Metadata.Version, found.version) {
		return nil, nil, failureOf(Refused, "%s %s: its Chart.yaml says that it is %s %s. Tell whoever publishes it, and name another version.",
			from.text, found.version, loaded.Metadata.Name, loaded.Metadata.Version)
	}
	return files, loaded.Metadata, nil
}

func write(files map[string][]byte, directory string) error {
	for name, content := range files {
		file := filepath.Join(directory, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return "sha256:" + hex.EncodeToString(sum[:])
}
