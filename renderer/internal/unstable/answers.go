package unstable

import (
	"fmt"
	"slices"
	"strings"

	"fairlead.dev/renderer/internal/protocol"
)

// field is a difference of an object, with the answer that was given to it; nil: none was.
type field struct {
	difference
	object *object
	answer *answer
}

// answer is one of helm.yaml, and the field that it names.
type answer struct {
	protocol.UnstableAnswer
	object *object
	path   fieldPath
}

// String is what was named where, for messages.
func (a answer) String() string {
	named := a.Object
	if a.Field != "" {
		named += ", " + a.Field
	}
	return a.Place + ": unstable: " + named
}

// answered finds the fields that differ, each with the answer that names it most closely.
func answered(objects []*object, given []protocol.UnstableAnswer) ([]field, []answer, error) {
	answers := make([]answer, 0, len(given))
	byName := objectsByName(objects)
	for _, one := range given {
		found, err := placed(objects, byName[one.Object], one)
		if err != nil {
			return nil, nil, err
		}
		if err := checkTwice(answers, found); err != nil {
			return nil, nil, err
		}
		answers = append(answers, found)
	}
	var fields []field
	for _, one := range objects {
		for _, each := range one.differences {
			next := field{difference: each, object: one}
			for at, candidate := range answers {
				if candidate.object == one && each.path.within(candidate.path) && (next.answer == nil || len(candidate.path) > len(next.answer.path)) {
					next.answer = &answers[at]
				}
			}
			fields = append(fields, next)
		}
	}
	return fields, answers, nil
}

// objectsByName finds objects by kind and name, and by kind, namespace and name.
func objectsByName(objects []*object) map[string][]*object {
	named := map[string][]*object{}
	for _, one := range objects {
		named[one.String()] = append(named[one.String()], one)
		namespaced := one.resource.GetKind() + " " + one.resource.GetNamespace() + "/" + one.resource.GetName()
		named[namespaced] = append(named[namespaced], one)
	}
	return named
}

// placed finds what an answer names among the objects of that name, and refuses one that names nothing, or nothing that is
// unstable.
func placed(objects, named []*object, given protocol.UnstableAnswer) (answer, error) {
	found := answer{UnstableAnswer: given}
	switch len(named) {
	case 0:
		return found, protocol.Errorf(protocol.Unstable, "%s: the leaf renders no such object. %s.", found, unstableWords(objects))
	case 1:
		found.object = named[0]
	default:
		return found, protocol.Errorf(protocol.Unstable, "%s: several objects have this kind and name. Write the namespace before the name: %s %s/%s.",
			found, named[0].resource.GetKind(), named[0].resource.GetNamespace(), named[0].resource.GetName())
	}
	path, known := resolve(found.object.content, given.Field)
	if !known {
		path, known = resolve(found.object.second, given.Field)
	}
	if !known {
		return found, protocol.Errorf(protocol.Unstable, "%s: the object has no such field. %s.", found, unstableWords([]*object{found.object}))
	}
	found.path = path
	within := slices.DeleteFunc(slices.Clone(found.object.differences), func(each difference) bool { return !each.path.within(path) })
	if len(within) == 0 {
		return found, protocol.Errorf(protocol.Unstable, "%s: it comes out the same in every run, so that there is nothing to answer. %s.",
			found, unstableWords([]*object{found.object}))
	}
	return found, found.check(within)
}

// check refuses what cannot be done with the fields that an answer names.
func (a answer) check(within []difference) error {
	whole := len(within[0].path) == 0
	switch {
	case whole && a.Answer != drop:
		return protocol.Errorf(protocol.Unstable, "%s: its name, or whether it is there, changes from run to run: only `drop: true` can be said of it.", a)
	case a.Answer == giveValue && (len(within) > 1 || len(within[0].path) != len(a.path)):
		return protocol.Errorf(protocol.Unstable, "%s: a value is for one field, and these are unstable: %s. Name one of them.", a, pathWords(within))
	case a.Answer == giveValue && isCollection(within[0].first):
		return protocol.Errorf(protocol.Unstable, "%s: it is a map or a list, and a value is a text. Answer with keep or drop, or set the chart's values.", a)
	}
	return nil
}

// checkTwice refuses two answers to one question: the same field, or one that goes with what another drops.
func checkTwice(before []answer, next answer) error {
	for _, one := range before {
		if one.object != next.object {
			continue
		}
		same := slices.Equal(one.path, next.path)
		inDropped := one.Answer == drop && next.path.within(one.path) || next.Answer == drop && one.path.within(next.path)
		if same || inDropped {
			return protocol.Errorf(protocol.Unstable, "%s: this is answered twice, also in %s. Keep one of the two.", next, one)
		}
	}
	return nil
}

// unstableWords names what there is to answer, in a sentence without its end.
func unstableWords(objects []*object) string {
	var named []string
	for _, one := range objects {
		for _, each := range one.differences {
			named = append(named, namedField(one, each.path))
		}
	}
	if len(named) == 0 {
		return "Nothing of it is unstable: remove the entry"
	}
	if len(named) > most {
		named = append(named[:most], fmt.Sprintf("and %d more", len(named)-most))
	}
	return "Unstable is: " + strings.Join(named, "; ") + ". Correct the entry, or remove it"
}

func pathWords(differences []difference) string {
	var named []string
	for _, one := range differences[:min(len(differences), most)] {
		named = append(named, one.path.String())
	}
	return strings.Join(named, ", ")
}

func isCollection(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}
