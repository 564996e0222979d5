package fetch

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"helm.sh/helm/v4/pkg/repo/v1"
)

// index is the index.yaml of a repository.
type index = repo.IndexFile

// fromRepository looks the version up in the repository's index, and fetches the archive that it names.
func (f *fetcher) fromRepository(from source, version string) (*fetched, error) {
	found, err := f.index(from.address)
	if err != nil {
		return nil, err
	}
	versions, known := found.Entries[from.name]
	if !known {
		return nil, failureOf(NotFound, "%s: the index of %s has no chart %s. %s", from.text, from.address, from.name, forms)
	}
	for _, entry := range versions {
		if entry.Version == version || sameVersion(entry.Version, version) {
			return f.named(from, entry)
		}
	}
	return nil, f.notExact(from, version)
}

// named fetches an archive, which must be the one whose digest the index names.
func (f *fetcher) named(from source, entry *repo.ChartVersion) (*fetched, error) {
	asked := from.text + " " + entry.Version
	if len(entry.URLs) == 0 {
		return nil, failureOf(Refused, "%s: the repository's index names no archive of it.", asked)
	}
	text, err := repo.ResolveReferenceURL(from.address.String(), entry.URLs[0])
	if err != nil {
		return nil, failureOf(Refused, "%s: the repository's index names an archive whose address cannot be read.", asked)
	}
	archive, err := f.download(text, from.address, asked)
	if err != nil {
		return nil, err
	}
	digest := digestOf(archive)
	if entry.Digest != "" && strings.TrimPrefix(entry.Digest, "sha256:") != strings.TrimPrefix(digest, "sha256:") {
		return nil, failureOf(Refused, "%s: the repository's index says that its archive is sha256:%s, but it is %s. Tell whoever publishes it: it was damaged or replaced.",
			asked, strings.TrimPrefix(entry.Digest, "sha256:"), digest)
	}
	return &fetched{archive: archive, version: entry.Version, digest: digest}, nil
}

// fromArchive fetches an archive by its own address.
func (f *fetcher) fromArchive(from source, version string) (*fetched, error) {
	if exactVersion(version) == nil {
		return nil, failureOf(InvalidInput, "version: %q: beside the address of an archive it is the version of the chart in it, such as 1.2.3.", version)
	}
	archive, err := f.download(from.address.String(), from.address, from.text)
	if err != nil {
		return nil, err
	}
	return &fetched{archive: archive, version: version, digest: digestOf(archive)}, nil
}

func (f *fetcher) index(address *url.URL) (*index, error) {
	if found, known := f.indexes[address.String()]; known {
		return found, nil
	}
	where := strings.TrimSuffix(address.String(), "/") + "/index.yaml"
	content, err := f.read(where, address, where)
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp("", "fairlead-index-")
	if err != nil {
		return nil, failureOf(Internal, "%v", err)
	}
	defer os.Remove(file.Name())
	if _, err = file.Write(content); err == nil {
		err = file.Close()
	}
	if err != nil {
		return nil, failureOf(Internal, "%v", err)
	}
	found, err := repo.LoadIndexFile(file.Name())
	if err != nil {
		return nil, failureOf(Refused, "%s is no index of a chart repository: %s. %s", where, strings.ReplaceAll(err.Error(), file.Name(), "index.yaml"), forms)
	}
	f.indexes[address.String()] = found
	return found, nil
}

func (f *fetcher) download(text string, repository *url.URL, asked string) ([]byte, error) {
	content, err := f.read(text, repository, asked)
	if err == nil && int64(len(content)) > mostArchive {
		return nil, failureOf(Refused, "%s: its archive has more than %d MiB.", asked, mostArchive/mebibyte)
	}
	return content, err
}

// read gets an address. The credential of the repository goes to its own host alone.
func (f *fetcher) read(text string, repository *url.URL, asked string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodGet, text, http.NoBody)
	if err != nil {
		return nil, failureOf(Refused, "%s: its address cannot be read.", asked)
	}
	if request.URL.User != nil {
		return nil, failureOf(Refused, "%s: the repository's index names an archive with credentials in its address.", asked)
	}
	if request.URL.Host == repository.Host && request.URL.Scheme == repository.Scheme {
		signIn, err := credentialFor(repository)
		if err != nil {
			return nil, err
		}
		if signIn != nil {
			request.SetBasicAuth(signIn.user, signIn.password)
		}
	}
	response, err := f.client.Do(request)
	if err != nil {
		return nil, explain(err, asked)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, statusFailure(response.StatusCode, asked)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, explain(fmt.Errorf("the answer breaks off: %w", err), asked)
	}
	return content, nil
}
