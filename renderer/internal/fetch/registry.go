package fetch

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"

	"github.com/Masterminds/semver/v3"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"helm.sh/helm/v4/pkg/helmpath"
	"helm.sh/helm/v4/pkg/registry"
	"oras.land/oras-go/v2/errdef"
)

// fromRegistry finds out which digest a version names now, and fetches that digest.
func (f *fetcher) fromRegistry(from source, version string) (*fetched, error) {
	client, err := f.registryClient(from)
	if err != nil {
		return nil, err
	}
	repository := from.address.Host + from.address.Path
	if _, err := semver.NewVersion(version); err != nil {
		return nil, f.notExact(from, version)
	}
	described, err := client.Resolve(repository + ":" + strings.ReplaceAll(version, "+", "_"))
	if errors.Is(err, errdef.ErrNotFound) {
		return nil, f.notExact(from, version)
	}
	asked := from.text + " " + version
	if err != nil {
		return nil, explain(err, asked)
	}
	archive, err := pull(client, repository, described, asked)
	if err != nil {
		return nil, err
	}
	return &fetched{archive: archive, version: version, digest: described.Digest.String()}, nil
}

// pull fetches what a digest names: the library checks each part against the digest by which it asks.
func pull(client *registry.Client, repository string, described ocispec.Descriptor, asked string) ([]byte, error) {
	// What a registry says of a size is believed by whoever makes room for it.
	if described.Size > mostManifest {
		return nil, failureOf(Refused, "%s: its manifest has %d bytes, and %d MiB are the most.", asked, described.Size, mostManifest/mebibyte)
	}
	pulled, err := client.Generic().PullGeneric(repository+"@"+described.Digest.String(), registry.GenericPullOptions{
		AllowedMediaTypes: []string{ocispec.MediaTypeImageIndex, ocispec.MediaTypeImageManifest, registry.ChartLayerMediaType, registry.LegacyChartLayerMediaType},
		PreCopy: func(_ context.Context, part ocispec.Descriptor) error {
			if part.Size > mostArchive {
				return failureOf(Refused, "%s: its archive has more than %d MiB.", asked, mostArchive/mebibyte)
			}
			return nil
		},
	})
	if err != nil {
		return nil, explain(err, asked)
	}
	for _, part := range pulled.Descriptors {
		if part.MediaType == registry.ChartLayerMediaType || part.MediaType == registry.LegacyChartLayerMediaType {
			archive, err := client.Generic().GetDescriptorData(pulled.MemoryStore, part)
			if err != nil {
				return nil, explain(err, asked)
			}
			return archive, nil
		}
	}
	return nil, failureOf(Refused, "%s: that is no Helm chart: its manifest has no layer %s.", asked, registry.ChartLayerMediaType)
}

// registryClient signs in as `helm registry login` and `docker login` have it, credential helpers included.
func (f *fetcher) registryClient(from source) (*registry.Client, error) {
	file := os.Getenv("HELM_REGISTRY_CONFIG")
	if file == "" {
		file = helmpath.ConfigPath(registry.CredentialsFileBasename)
	}
	options := []registry.ClientOption{registry.ClientOptHTTPClient(f.client), registry.ClientOptCredentialsFile(file), registry.ClientOptEnableCache(true)}
	plain := *from.address
	plain.Scheme = "http"
	if isPlain(&plain, f.plainHTTP) && !f.speaksTLS(plain.Host) {
		options = append(options, registry.ClientOptPlainHTTP())
	}
	client, err := registry.NewClient(options...)
	if err != nil {
		return nil, failureOf(InvalidInput, "The credentials for registries cannot be read: %v.", err)
	}
	return client, nil
}

// speaksTLS asks a registry that may be asked without TLS whether it has it all the same.
func (f *fetcher) speaksTLS(host string) bool {
	response, err := f.client.Get("https://" + host + "/v2/")
	if err != nil {
		return !errors.Is(err, http.ErrSchemeMismatch)
	}
	response.Body.Close()
	return true
}

// notExact says which version to write.
func (f *fetcher) notExact(from source, version string) error {
	known, err := f.versions(from)
	if err != nil {
		return err
	}
	return noVersion(from, version, known)
}

// versions lists all versions of a chart.
func (f *fetcher) versions(from source) ([]string, error) {
	if from.kind == inRepository {
		found, err := f.index(from.address)
		if err != nil {
			return nil, err
		}
		var names []string
		for _, entry := range found.Entries[from.name] {
			names = append(names, entry.Version)
		}
		return names, nil
	}
	client, err := f.registryClient(from)
	if err != nil {
		return nil, err
	}
	tags, err := client.Tags(from.address.Host + from.address.Path)
	if err != nil {
		return nil, explain(err, from.text)
	}
	return tags, nil
}

func noVersion(from source, version string, known []string) error {
	remedy := "Write one of those that there are."
	if best := newest(version, known); best != "" {
		remedy = "Write the version itself, so that everybody gets the same chart. Now that is: version: " + best
	} else if last := newest("*", known); last != "" {
		remedy = "The newest one is: version: " + last
	}
	return failureOf(NotFound, "%s: there is no version %q. %s", from.text, version, remedy)
}
