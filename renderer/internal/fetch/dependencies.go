package fetch

import (
	"path"
	"slices"
	"strings"

	helmchart "helm.sh/helm/v4/pkg/chart/v2"
)

const mostDependencies = 200

// completion adds to a chart the dependencies that it names and does not hold; most charts hold theirs.
type completion struct {
	fetcher  *fetcher
	files    map[string][]byte
	recorded []Dependency
	added    []Dependency
}

// chart completes the chart at a path, and then those in its charts/.
func (c *completion) chart(at string, depth int) error {
	if depth > mostDepth {
		return failureOf(Refused, "%s: dependencies lead more than %d levels deep.", at, mostDepth)
	}
	loaded, err := load(c.files, at)
	if err != nil {
		return failureOf(Refused, "%s: %v", path.Join(at, "Chart.yaml"), err)
	}
	for _, dependency := range loaded.Metadata.Dependencies {
		if has(loaded, dependency.Name) {
			continue
		}
		if err := c.add(at, loaded, dependency); err != nil {
			return err
		}
	}
	for _, below := range chartsBelow(c.files, at) {
		if err := c.chart(below, depth+1); err != nil {
			return err
		}
	}
	return nil
}

func has(loaded *helmchart.Chart, name string) bool {
	return slices.ContainsFunc(loaded.Dependencies(), func(each *helmchart.Chart) bool { return each.Name() == name })
}

func (c *completion) add(at string, parent *helmchart.Chart, dependency *helmchart.Dependency) error {
	if len(c.added) >= mostDependencies {
		return failureOf(Refused, "It has more than %d dependencies.", mostDependencies)
	}
	from, err := dependencySource(parent, dependency)
	if err != nil {
		return err
	}
	into := path.Join(at, "charts", dependency.Name)
	found, err := c.fetch(from, into, versionOf(parent, dependency))
	if err != nil {
		return err
	}
	files, metadata, err := c.fetcher.open(from, found)
	if err != nil {
		return err
	}
	if metadata.Name != dependency.Name {
		return failureOf(Refused, "%s: %s is called %s in its Chart.yaml.", into, from.text, metadata.Name)
	}
	for name, content := range files {
		c.files[path.Join(into, name)] = content
	}
	c.added = append(c.added, Dependency{Path: into, Source: from.text, Version: found.version, Digest: found.digest})
	return checkTotal(c.files)
}

// fetch takes what was recorded, where that still fits; else what the chart locks, else the newest version that fits.
func (c *completion) fetch(from source, into, wanted string) (*fetched, error) {
	for _, before := range c.recorded {
		if before.Path != into || before.Source != from.text {
			continue
		}
		found, err := c.fetcher.get(from, before.Version)
		if err != nil {
			return nil, err
		}
		if found.digest != before.Digest {
			return nil, failureOf(Refused, "%s: %s %s was %s when it was recorded, and is %s now: other content was published under the same version. "+
				"If that is right, run it once with --accept-digest.", into, from.text, before.Version, before.Digest, found.digest)
		}
		return found, nil
	}
	if exactVersion(wanted) != nil || from.kind == asArchive {
		return c.fetcher.get(from, wanted)
	}
	versions, err := c.fetcher.versions(from)
	if err != nil {
		return nil, err
	}
	if best := newest(wanted, versions); best != "" {
		return c.fetcher.get(from, best)
	}
	return nil, noVersion(from, wanted, versions)
}

// versionOf answers the version that the chart's lock names, else the range of its Chart.yaml.
func versionOf(parent *helmchart.Chart, dependency *helmchart.Dependency) string {
	if parent.Lock != nil {
		for _, locked := range parent.Lock.Dependencies {
			if locked.Name == dependency.Name && locked.Repository == dependency.Repository {
				return locked.Version
			}
		}
	}
	return dependency.Version
}

func dependencySource(parent *helmchart.Chart, dependency *helmchart.Dependency) (source, error) {
	named := parent.Name() + ": its dependency " + dependency.Name
	address := strings.TrimSuffix(dependency.Repository, "/")
	for _, prefix := range []string{"@", "alias:"} {
		if alias, found := strings.CutPrefix(address, prefix); found {
			if address = strings.TrimSuffix(addressOfAlias(alias), "/"); address == "" {
				return source{}, failureOf(NotFound, "%s names the repository %s, which is a name on the machine of whoever made the chart. Add it with `helm repo add %s URL`.", named, dependency.Repository, alias)
			}
		}
	}
	if address == "" || strings.HasPrefix(address, "file:") {
		return source{}, failureOf(Refused, "%s is missing in its charts/, and lies nowhere that can be fetched from (repository: %q). Tell whoever publishes it.", named, dependency.Repository)
	}
	from, err := parseSource(address + "/" + dependency.Name)
	if err != nil {
		return source{}, failureOf(Refused, "%s: %v", named, err)
	}
	return from, nil
}

// chartsBelow lists the directories directly in charts/ that hold a chart.
func chartsBelow(files map[string][]byte, at string) []string {
	var found []string
	for name := range files {
		inside, isBelow := cutDirectory(name, path.Join(at, "charts"))
		if !isBelow || !strings.HasSuffix(inside, "/Chart.yaml") || strings.Count(inside, "/") != 1 {
			continue
		}
		if strings.IndexAny(inside, "_.") != 0 {
			found = append(found, path.Join(at, "charts", path.Dir(inside)))
		}
	}
	slices.Sort(found)
	return found
}
