// Package reads finds which values the templates of a chart read, as far as that can be told without running them.
package reads

import (
	"path"
	"slices"
	"strings"
	"text/template/parse"

	helmchart "helm.sh/helm/v4/pkg/chart/v2"
)

// Templates are the parsed templates of a chart and its dependencies, by name.
type Templates struct {
	trees map[string]*parse.Tree
	// Of each file: where the values of its chart lie in those of the release.
	prefixes map[string][]string
	// The values of the release.
	values map[string]any
	// The functions that give another result in every run.
	unstable map[string]bool
}

// Parse parses what it can: a chart that has rendered has no template that Helm cannot parse. Unstable are the functions
// in whose neighbourhood values matter most.
func Parse(loaded *helmchart.Chart, values map[string]any, unstable map[string]bool) *Templates {
	all := &Templates{trees: map[string]*parse.Tree{}, prefixes: map[string][]string{}, values: values, unstable: unstable}
	all.add(loaded, nil)
	return all
}

func (t *Templates) add(loaded *helmchart.Chart, prefix []string) {
	for _, dependency := range loaded.Dependencies() {
		t.add(dependency, append(slices.Clone(prefix), dependency.Name()))
	}
	for _, file := range loaded.Templates {
		name := path.Join(loaded.ChartFullPath(), file.Name)
		tree := parse.New(name)
		tree.Mode = parse.SkipFuncCheck
		found := map[string]*parse.Tree{}
		if _, err := tree.Parse(string(file.Data), "", "", found); err != nil {
			continue
		}
		t.trees[name] = tree
		t.prefixes[name] = prefix
		for defined, definition := range found {
			// A name that is defined twice is what was parsed last, as it is for Helm: those of dependencies come first.
			if defined != name {
				t.trees[defined] = definition
			}
		}
	}
}

// Found is what a template reads.
type Found struct {
	// Values are paths such as `.Values.auth.password`: those that may take the place of what is made up, then those that
	// decide about it; where there are none, all others.
	Values []string
	// Functions are the unstable ones that it may call.
	Functions []string
}

// In finds what the template of a file reads, with those that it includes.
func (t *Templates) In(file string) Found {
	tree, known := t.trees[file]
	if !known || tree.Root == nil {
		return Found{}
	}
	left := mostNodes
	walk := &walk{templates: t, prefix: t.prefixes[file], variables: map[string]abstract{}, left: &left}
	seen := walk.list(tree.Root, abstract{kind: root})
	values := append(seen.beside, seen.deciding...)
	if len(values) == 0 {
		values = append(seen.others, seen.apart...)
	}
	return Found{Values: t.written(values), Functions: slices.Compact(slices.Sorted(slices.Values(seen.functions)))}
}

const (
	// How many values are named.
	most = 8
	// How many nodes of templates are looked at.
	mostNodes = 100_000
)

// written names values for people, without those that only hold others of them.
func (t *Templates) written(paths [][]string) []string {
	var names []string
	for _, one := range paths {
		holds := slices.ContainsFunc(paths, func(other []string) bool {
			return len(other) > len(one) && slices.Equal(other[:len(one)], one)
		})
		name := ".Values." + strings.Join(one, ".")
		if !holds && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > most {
		return append(names[:most], "…")
	}
	return names
}

// isSingle tells whether the values have something at a path that holds no others.
func (t *Templates) isSingle(keys []string) bool {
	var value any = t.values
	for _, key := range keys {
		holder, isMap := value.(map[string]any)
		if !isMap {
			return false
		}
		next, found := holder[key]
		if !found {
			return false
		}
		value = next
	}
	_, isMap := value.(map[string]any)
	return !isMap
}
