package fetch

import (
	"net/url"
	"path"
	"strings"

	"github.com/Masterminds/semver/v3"
	"helm.sh/helm/v4/pkg/registry"
)

// kind says how a chart is asked for.
type kind int

const (
	inRegistry kind = iota
	inRepository
	asArchive
)

// source is the address of a chart, taken apart.
type source struct {
	kind kind
	text string
	// address is that of the repository without the chart's name, of the archive, or of the registry's repository.
	address *url.URL
	name    string
}

const forms = "Write oci://HOST/PATH/NAME for a registry, https://HOST/PATH/NAME for a chart repository at https://HOST/PATH, or the URL of a .tgz."

func parseSource(text string) (source, error) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" || parsed.Opaque != "" {
		return source{}, failureOf(InvalidInput, "chart: it is not the address of a chart. %s", forms)
	}
	if parsed.User != nil {
		return source{}, failureOf(InvalidInput, "chart: %s: an address has no credentials in it. Remove them, and sign in with `helm registry login`, `docker login` or ~/.netrc.", parsed.Redacted())
	}
	if parsed.RawQuery != "" || parsed.Fragment != "" {
		return source{}, failureOf(InvalidInput, "chart: %s: an address has no ? and no #. %s", withoutQuery(parsed), forms)
	}
	name := path.Base(parsed.Path)
	if name == "/" || name == "." || strings.HasSuffix(parsed.Path, "/") {
		return source{}, failureOf(InvalidInput, "chart: %s: the last part of the path is the chart's name. %s", text, forms)
	}
	switch parsed.Scheme {
	case registry.OCIScheme:
		if strings.ContainsAny(name, ":@") {
			return source{}, failureOf(InvalidInput, "chart: %s: the version stands in `version`, and the digest is recorded. Write the address alone.", text)
		}
		return source{kind: inRegistry, text: text, address: parsed, name: name}, nil
	case "https", "http":
		if strings.HasSuffix(name, ".tgz") {
			return source{kind: asArchive, text: text, address: parsed, name: name}, nil
		}
		address := *parsed
		address.Path = strings.TrimSuffix(parsed.Path, "/"+name)
		address.RawPath = ""
		return source{kind: inRepository, text: text, address: &address, name: name}, nil
	}
	return source{}, failureOf(InvalidInput, "chart: %s: %s:// is not known. %s", text, parsed.Scheme, forms)
}

func withoutQuery(address *url.URL) string {
	bare := *address
	bare.User, bare.RawQuery, bare.Fragment = nil, "", ""
	return bare.String()
}

// exactVersion is nil for a range.
func exactVersion(text string) *semver.Version {
	version, err := semver.StrictNewVersion(strings.TrimPrefix(text, "v"))
	if err != nil {
		return nil
	}
	return version
}

func sameVersion(a, b string) bool {
	one, other := exactVersion(a), exactVersion(b)
	if one == nil || other == nil {
		return a == b
	}
	return one.Equal(other) && one.Metadata() == other.Metadata()
}

// newest is the highest of the versions that fit a range; empty: none does, or it is no range.
func newest(wanted string, versions []string) string {
	constraint, err := semver.NewConstraint(wanted)
	if err != nil {
		return ""
	}
	var best *semver.Version
	for _, text := range versions {
		version, err := semver.NewVersion(text)
		if err == nil && constraint.Check(version) && (best == nil || version.GreaterThan(best)) {
			best = version
		}
	}
	if best == nil {
		return ""
	}
	return best.Original()
}
