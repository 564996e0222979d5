package fetch

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jdx/go-netrc"
	"helm.sh/helm/v4/pkg/helmpath"
	"helm.sh/helm/v4/pkg/repo/v1"
)

type credential struct{ user, password string }

// credentialFor answers what a chart repository is asked with: what `helm repo add` has kept for this address, else the
// user's .netrc; nil: nothing.
func credentialFor(repository *url.URL) (*credential, error) {
	kept, err := keptByHelm(repository)
	if kept != nil || err != nil {
		return kept, err
	}
	return fromNetrc(repository.Hostname())
}

func keptByHelm(repository *url.URL) (*credential, error) {
	file := os.Getenv("HELM_REPOSITORY_CONFIG")
	if file == "" {
		file = helmpath.ConfigPath("repositories.yaml")
	}
	known, err := repo.LoadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		// The parser's own words may hold a line of the file.
		return nil, failureOf(InvalidInput, "%s cannot be read. Correct it: `helm repo list` says what is wrong.", file)
	}
	wanted := strings.TrimSuffix(repository.String(), "/")
	for _, entry := range known.Repositories {
		if strings.TrimSuffix(entry.URL, "/") == wanted && entry.Username != "" {
			return &credential{entry.Username, entry.Password}, nil
		}
	}
	return nil, nil
}

// addressOfAlias answers the address of a repository that `helm repo add` knows by this name; empty: it does not.
func addressOfAlias(name string) string {
	file := os.Getenv("HELM_REPOSITORY_CONFIG")
	if file == "" {
		file = helmpath.ConfigPath("repositories.yaml")
	}
	known, err := repo.LoadFile(file)
	if err != nil || known.Get(name) == nil {
		return ""
	}
	return known.Get(name).URL
}

func fromNetrc(host string) (*credential, error) {
	file := os.Getenv("NETRC")
	if file == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, nil
		}
		file = filepath.Join(home, ".netrc")
	}
	known, err := netrc.Parse(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, failureOf(InvalidInput, "%s cannot be read as a .netrc. Correct it.", file)
	}
	machine := known.Machine(host)
	if machine == nil || machine.Get("login") == "" {
		return nil, nil
	}
	return &credential{machine.Get("login"), machine.Get("password")}, nil
}
