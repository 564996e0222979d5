// Package chart renders a Helm chart from files in memory, as `helm template` would.
package chart

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"helm.sh/helm/v4/pkg/chart/loader/archive"
	helmchart "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/ignore"

	"fairlead.dev/renderer/internal/protocol"
)

// Files are all files of a leaf by virtual absolute path.
type Files map[string][]byte

var byteOrderMark = []byte{0xEF, 0xBB, 0xBF}

// load reads the chart at directory, honours its .helmignore, and refuses what cannot be rendered by itself.
func load(files Files, directory string) (*helmchart.Chart, error) {
	buffered, err := chartFiles(files, directory)
	if err != nil {
		return nil, err
	}
	loaded, err := loader.LoadFiles(buffered)
	if err != nil {
		return nil, protocol.Errorf(protocol.Chart, "%s: %v", directory, err)
	}
	if version := loaded.Metadata.APIVersion; version != helmchart.APIVersionV1 && version != helmchart.APIVersionV2 {
		return nil, protocol.Errorf(protocol.Chart, "%s/Chart.yaml: apiVersion: %s: Helm takes v1 and v2.", directory, version)
	}
	if kind := loaded.Metadata.Type; kind != "" && kind != "application" {
		return nil, protocol.Errorf(protocol.Chart,
			"%s/Chart.yaml: type: %s: only application charts yield objects; a library chart is used as a dependency.", directory, kind)
	}
	if missing := missingDependencies(loaded); len(missing) > 0 {
		return nil, protocol.Errorf(protocol.Chart,
			"%s: found in Chart.yaml, but missing in charts/: %s. Rendering has no network: have `fairlead vendor` fetch the chart with its dependencies, or run `helm dependency build` and commit charts/.",
			directory, strings.Join(missing, ", "))
	}
	sortDependencies(loaded)
	return loaded, nil
}

// sortDependencies undoes the random order in which Helm loads them.
func sortDependencies(loaded *helmchart.Chart) {
	slices.SortFunc(loaded.Dependencies(), func(a, b *helmchart.Chart) int { return strings.Compare(a.Name(), b.Name()) })
	for _, dependency := range loaded.Dependencies() {
		sortDependencies(dependency)
	}
}

func chartFiles(files Files, directory string) ([]*archive.BufferedFile, error) {
	rules, err := ignoreRules(files, directory)
	if err != nil {
		return nil, err
	}
	var buffered []*archive.BufferedFile
	for name, data := range files {
		inside, found := strings.CutPrefix(name, directory+"/")
		if !found || ignored(rules, inside) {
			continue
		}
		if isPointer(data) {
			return nil, protocol.Errorf(protocol.Chart,
				"%s: it is kept in Git LFS, so that the commit has a pointer in place of its content, and rendering does not fetch that. "+
					"Commit the file itself (`git lfs untrack`, then `git add --renormalize`), or name it in .helmignore where no template reads it.", name)
		}
		buffered = append(buffered, &archive.BufferedFile{Name: inside, Data: bytes.TrimPrefix(data, byteOrderMark)})
	}
	// The order of a walk through directories, in which Helm lists a chart's CRDs.
	slices.SortFunc(buffered, func(a, b *archive.BufferedFile) int {
		return slices.Compare(strings.Split(a.Name, "/"), strings.Split(b.Name, "/"))
	})
	return buffered, nil
}

var pointers = regexp.MustCompile(`^version https://(git-lfs|hawser)\.github\.com/spec/v1\r?\n(?s:.*\n)?oid [a-z0-9]+:`)

// isPointer tells whether a file is what git has in place of one that is kept in Git LFS.
func isPointer(content []byte) bool { return len(content) <= 1024 && pointers.Match(content) }

func ignoreRules(files Files, directory string) (*ignore.Rules, error) {
	rules := ignore.Empty()
	if content, found := files[path.Join(directory, ignore.HelmIgnore)]; found {
		parsed, err := ignore.Parse(bytes.NewReader(content))
		if err != nil {
			return nil, protocol.Errorf(protocol.Chart, "%s/%s: %v", directory, ignore.HelmIgnore, err)
		}
		rules = parsed
	}
	rules.AddDefaults()
	return rules, nil
}

// ignored asks the rules for the file and for each directory above it, as a walk would.
func ignored(rules *ignore.Rules, name string) bool {
	for at, char := range name {
		if char == '/' && rules.Ignore(name[:at], entry{name: path.Base(name[:at]), mode: fs.ModeDir}) {
			return true
		}
	}
	return rules.Ignore(name, entry{name: path.Base(name)})
}

func missingDependencies(loaded *helmchart.Chart) []string {
	var missing []string
	for _, wanted := range loaded.Metadata.Dependencies {
		present := slices.ContainsFunc(loaded.Dependencies(), func(dependency *helmchart.Chart) bool {
			return dependency.Name() == wanted.Name
		})
		if !present {
			missing = append(missing, wanted.Name+" "+wanted.Version)
		}
	}
	return missing
}
