package reads

import (
	"slices"
	"strings"
)

// kind is what is known of a value before a template runs.
type kind int

const (
	unknown    kind = iota
	root            // What Helm gives a template: `.Values`, `.Release` and so on.
	values          // Something below `.Values`.
	dictionary      // What `dict` makes.
	text            // A text that stands in the template.
)

type abstract struct {
	kind kind
	// Of values: where it lies in those of the release.
	path    []string
	entries map[string]abstract
	text    string
}

// fields goes on by names; prefix is where the values of the template's chart lie.
func (a abstract) fields(names []string, prefix []string) abstract {
	for _, name := range names {
		switch {
		case a.kind == root && name == "Values":
			a = abstract{kind: values, path: slices.Clone(prefix)}
		case a.kind == values && name == "global" && slices.Equal(a.path, prefix):
			a = abstract{kind: values, path: []string{name}}
		case a.kind == values:
			a = abstract{kind: values, path: append(slices.Clone(a.path), name)}
		case a.kind == dictionary:
			a = a.entries[name]
		default:
			return abstract{}
		}
	}
	return a
}

// call is what a function gives of what is known; what it is not told here nobody knows.
func call(name string, arguments []abstract) abstract {
	switch {
	case name == "dict":
		made := abstract{kind: dictionary, entries: map[string]abstract{}}
		for at := 0; at+1 < len(arguments); at += 2 {
			if arguments[at].kind == text {
				made.entries[arguments[at].text] = arguments[at+1]
			}
		}
		return made
	case (name == "index" || name == "get") && len(arguments) > 1:
		value := arguments[0]
		for _, key := range arguments[1:] {
			if key.kind != text {
				return abstract{}
			}
			value = value.fields([]string{key.text}, nil)
		}
		return value
	case (name == "default" || name == "required" || name == "coalesce") && len(arguments) > 0:
		// What is asked for comes last, or is the first of several.
		if name == "coalesce" {
			return arguments[0]
		}
		return arguments[len(arguments)-1]
	}
	return abstract{}
}

// named are the values of the release that texts name, as charts hand such names on in a list: `(list "auth.password")`.
func (w *walk) named(arguments []abstract) [][]string {
	var found [][]string
	for _, one := range arguments {
		if one.kind != text || one.text == "" {
			continue
		}
		keys := strings.Split(one.text, ".")
		if keys[0] != "global" {
			keys = append(slices.Clone(w.prefix), keys...)
		}
		if w.templates.isSingle(keys) {
			found = append(found, keys)
		}
	}
	return found
}
