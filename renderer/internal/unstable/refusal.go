package unstable

import (
	"fmt"
	"slices"
	"strings"

	"fairlead.dev/renderer/internal/protocol"
)

// Explain says where an object of this kind and name comes from, and which values the chart reads there; empty: it is
// not known.
type Explain func(kind, name string) string

// most is how many fields a message names.
const most = 20

// namedField is a field of an object, as people name it.
func namedField(one *object, path fieldPath) string {
	if len(path) == 0 {
		return one.String()
	}
	return one.String() + ", " + path.String()
}

// refused names every field without an answer, with its template and the values that it reads, and what the answers are.
func refused(open []field, explain Explain) error {
	var lines []string
	explained := map[string]bool{}
	for at, one := range open {
		if at == most {
			lines = append(lines, fmt.Sprintf("and %d more", len(open)-most))
			break
		}
		line := namedField(one.object, one.path)
		if len(one.path) == 0 {
			line += ", as a whole: its name, or whether it is there, changes"
		}
		// What an object's template reads is said once.
		if name := one.object.String(); !explained[name] {
			explained[name] = true
			if words := explain(one.object.resource.GetKind(), one.object.resource.GetName()); words != "" {
				line += " (" + words + ")"
			}
		}
		lines = append(lines, line)
	}
	return protocol.Errorf(protocol.Unstable,
		"the chart's output changes from run to run, so the same commits would not give the same files:\n%s\n"+
			"Set what the chart would make up in a values.yaml, or answer in helm.yaml, for example:\nunstable:\n%s\n"+
			"`drop: true` leaves it out: an operator or External Secrets supplies it, or nothing needs it. `keep: true` keeps what the GitOps branch holds. "+
			"`value: \"…\"` is what it shall be.",
		strings.Join(lines, "\n"), strings.Join(examples(open), "\n"))
}

// examples are answers that may be taken over as they are: annotations are dropped, because they only have Pods made anew,
// and everything else is kept, of an object with several such fields by one entry.
func examples(open []field) []string {
	var written []string
	add := func(one string) {
		if !slices.Contains(written, one) && len(written) < most {
			written = append(written, one)
		}
	}
	for _, one := range open {
		switch {
		case len(one.path) == 0:
			add(fmt.Sprintf("- {object: %s, drop: true}", one.object))
		case one.isAnnotation():
			add(fmt.Sprintf("- {object: %s, field: %s, drop: true}", one.object, one.path.plain()))
		case severalOf(open, one.object):
			add(fmt.Sprintf("- {object: %s, keep: true}", one.object))
		default:
			add(fmt.Sprintf("- {object: %s, field: %s, keep: true}", one.object, one.path.plain()))
		}
	}
	return written
}

func severalOf(open []field, of *object) bool {
	count := 0
	for _, one := range open {
		if one.object == of && !one.isAnnotation() {
			count++
		}
	}
	return count > 1
}

func (f field) isAnnotation() bool {
	return len(f.path) > 1 && f.path[len(f.path)-2].key == "annotations"
}

// plain writes a path as a scalar of YAML.
func (p fieldPath) plain() string {
	text := p.String()
	if strings.ContainsAny(text, `[]{},"`) {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return text
}
