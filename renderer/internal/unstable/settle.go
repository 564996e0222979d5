package unstable

import (
	"encoding/base64"
	"fmt"
	"strings"

	"sigs.k8s.io/kustomize/api/resmap"

	"fairlead.dev/renderer/internal/protocol"
)

// The answers of helm.yaml.
const (
	drop      = "drop"
	keep      = "keep"
	giveValue = "value"
)

// Settle gives every field that differs between two renders what helm.yaml says of it, in the objects of the first;
// second is nil where both are the same. It answers the fields that have a placeholder, because nobody knows what the
// GitOps branch holds.
func Settle(first, second resmap.ResMap, request *protocol.ChartRequest, explain Explain) ([]string, error) {
	if second == nil && len(request.Unstable) == 0 {
		return nil, nil
	}
	objects, err := compared(first, second)
	if err != nil {
		return nil, err
	}
	fields, answers, err := answered(objects, request.Unstable)
	if err != nil {
		return nil, err
	}
	var open, checksums []field
	for _, one := range fields {
		switch {
		case one.answer != nil:
		case one.isChecksum():
			checksums = append(checksums, one)
		default:
			open = append(open, one)
		}
	}
	if len(open) > 0 {
		return nil, refused(open, explain)
	}
	work := &settlement{held: readHeld(request.Kept), placeholders: request.Placeholders}
	if err := work.settle(fields); err != nil {
		return nil, err
	}
	if err := work.follow(checksums); err != nil {
		return nil, err
	}
	if err := dropAnswered(first, answers); err != nil {
		return nil, err
	}
	return work.assumed, nil
}

// settlement is the work on one leaf.
type settlement struct {
	held         heldObjects
	placeholders bool
	// The fields that have a placeholder.
	assumed []string
	// What was kept or given, which checksums must follow.
	settled []any
	// What is to be kept, and is not held.
	missing []string
}

// settle writes what is kept, and the values that were given.
func (s *settlement) settle(fields []field) error {
	for _, one := range fields {
		if one.answer == nil || one.answer.Answer == drop {
			continue
		}
		value, err := s.valueOf(one)
		if err != nil {
			return err
		}
		if len(s.missing) > 0 {
			continue
		}
		if err := setField(one.object.resource.YNode(), one.path, value); err != nil {
			return fmt.Errorf("%s: %w", one.object, err)
		}
		s.settled = append(s.settled, []any{one.object.String(), one.path.String(), value})
	}
	if len(s.missing) > 0 {
		return protocol.Errorf(protocol.Unstable,
			"%s\nThe GitOps branch holds nothing there yet that could be kept. Write `value: \"…\"` in place of `keep: true` for the first render, and "+
				"`keep: true` again once it is merged; or set the chart's values.", strings.Join(s.missing, "\n"))
	}
	return nil
}

func (s *settlement) valueOf(one field) (any, error) {
	if one.answer.Answer == giveValue {
		return givenValue(one)
	}
	example := one.first
	if example == nil {
		example = one.second
	}
	held, found := one.path.at(s.held.get(one.object.resource))
	if found && held != nil && isCollection(held) == isCollection(example) && !isPlaceholder(held) {
		if one.hidesChange(held) {
			return nil, hiddenChange(one)
		}
		return held, nil
	}
	if s.placeholders {
		s.assumed = append(s.assumed, namedField(one.object, one.path))
		return placeholderFor(one), nil
	}
	line := fmt.Sprintf("%s is to be kept", one.answer)
	if named := namedField(one.object, one.path); one.answer.Field != one.path.String() {
		line += " (" + named + ")"
	}
	s.missing = append(s.missing, line+".")
	return nil, nil
}

// hiddenChange is the error of a text of which only a part is made up, and the rest is another one now.
func hiddenChange(one field) error {
	return protocol.Errorf(protocol.Unstable,
		"%s: the chart makes up only a part of %s, and writes something else around it than the GitOps branch holds: keeping it would hide that change. "+
			"Set the chart's values, so that it makes up nothing; or write the new text as `value: \"…\"`, and `keep: true` again once it is merged.",
		one.answer, namedField(one.object, one.path))
}

// givenValue is a value of helm.yaml in the type of what the chart writes. No message quotes it.
func givenValue(one field) (any, error) {
	text := one.answer.Value
	if one.isBase64() {
		if _, err := base64.StdEncoding.DecodeString(text); err != nil {
			return nil, protocol.Errorf(protocol.Unstable,
				"%s: the value is not base64, which the data of a Secret is. Write it as it shall stand in the object (`printf %%s … | base64`).", one.answer)
		}
	}
	if _, isText := one.first.(string); isText || one.first == nil {
		return text, nil
	}
	return scalarOf(text), nil
}

// isBase64 tells whether a field is one of the data of a Secret.
func (f field) isBase64() bool {
	return f.object.resource.GetKind() == "Secret" && f.object.resource.GetApiVersion() == "v1" && len(f.path) == 2 && f.path[0].key == "data"
}

// placeholder stands where what the GitOps branch holds is not known.
const placeholder = "PLACEHOLDER: the GitOps branch holds the value"

func placeholderFor(one field) string {
	if one.isBase64() {
		return base64.StdEncoding.EncodeToString([]byte(placeholder))
	}
	return placeholder
}

func isPlaceholder(value any) bool {
	return value == placeholder || value == base64.StdEncoding.EncodeToString([]byte(placeholder))
}

// dropAnswered takes out what helm.yaml drops: objects, and whatever fields it names.
func dropAnswered(first resmap.ResMap, answers []answer) error {
	paths := map[*object][]fieldPath{}
	for _, one := range answers {
		if one.Answer != drop {
			continue
		}
		if len(one.path) > 0 {
			paths[one.object] = append(paths[one.object], one.path)
			continue
		}
		// What only the second render has is not there.
		if one.object.isIn(first) {
			if err := first.Remove(one.object.resource.CurId()); err != nil {
				return err
			}
		}
	}
	for one, dropped := range paths {
		dropFields(one.resource.YNode(), dropped)
	}
	return nil
}

func (o *object) isIn(objects resmap.ResMap) bool {
	for _, one := range objects.Resources() {
		if one == o.resource {
			return true
		}
	}
	return false
}
