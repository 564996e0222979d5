package unstable

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// step leads from a map or a list to what it holds: by a key, or by an index.
type step struct {
	key   string
	index int
	// Of an item of a list: the name by which it is told from the others; empty: it has none of its own.
	name string
	item bool
}

// fieldPath leads from an object to a field; empty: the object as a whole.
type fieldPath []step

var (
	plainKey  = regexp.MustCompile(`^[A-Za-z_][\w-]*$`)
	plainName = regexp.MustCompile(`^[A-Za-z_./-][\w./:-]*$`)
)

// String names the field as `fairlead diff` does: `spec.containers[shop].env[2]`, `data["tls.crt"]`.
func (p fieldPath) String() string {
	var text strings.Builder
	for _, one := range p {
		switch {
		case one.item && one.name == "":
			text.WriteString("[" + strconv.Itoa(one.index) + "]")
		case one.item && plainName.MatchString(one.name):
			text.WriteString("[" + one.name + "]")
		case one.item:
			text.WriteString("[" + quoted(one.name) + "]")
		case !plainKey.MatchString(one.key):
			text.WriteString("[" + quoted(one.key) + "]")
		default:
			if text.Len() > 0 {
				text.WriteByte('.')
			}
			text.WriteString(one.key)
		}
	}
	return text.String()
}

func quoted(text string) string {
	written, err := json.Marshal(text)
	if err != nil {
		return strconv.Quote(text)
	}
	return string(written)
}

// within tells whether the path leads to what above leads to, or to a part of it.
func (p fieldPath) within(above fieldPath) bool {
	return len(p) >= len(above) && slices.Equal(p[:len(above)], above)
}

func (p fieldPath) with(next step) fieldPath { return append(slices.Clone(p), next) }

// itemNames are the names of a list's items; nil: they have none, or not each its own.
func itemNames(list []any) []string {
	names := make([]string, 0, len(list))
	seen := map[string]bool{}
	for _, item := range list {
		fields, _ := item.(map[string]any)
		name, named := fields["name"].(string)
		if !named || seen[name] {
			return nil
		}
		seen[name] = true
		names = append(names, name)
	}
	return names
}

// itemSteps are those to the items of a list.
func itemSteps(list []any) []step {
	steps := make([]step, len(list))
	names := itemNames(list)
	for index := range list {
		steps[index] = step{index: index, item: true}
		if names != nil {
			steps[index].name = names[index]
		}
	}
	return steps
}

// resolve finds the field of an object that a person has named; dots may also stand in keys, as in `data.tls.crt`.
func resolve(object any, text string) (fieldPath, bool) { return resolveBelow(object, text, nil) }

func resolveBelow(value any, text string, above fieldPath) (fieldPath, bool) {
	if text == "" {
		return above, true
	}
	switch value := value.(type) {
	case map[string]any:
		// The longest key first: what it takes is not left to a shorter one.
		keys := make([]string, 0, len(value))
		for key := range value {
			keys = append(keys, key)
		}
		slices.SortFunc(keys, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
		for _, key := range keys {
			for _, written := range []string{key, "[" + quoted(key) + "]"} {
				rest, begins := strings.CutPrefix(text, written)
				if !begins || rest == "." || (rest != "" && rest[0] != '.' && rest[0] != '[') {
					continue
				}
				if found, ok := resolveBelow(value[key], strings.TrimPrefix(rest, "."), above.with(step{key: key})); ok {
					return found, true
				}
			}
		}
	case []any:
		steps := itemSteps(value)
		for index, item := range value {
			next := steps[index]
			for _, written := range []string{"[" + strconv.Itoa(index) + "]", "[" + next.name + "]", "[" + quoted(next.name) + "]"} {
				rest, begins := strings.CutPrefix(text, written)
				if !begins || rest == "." || written == "[]" {
					continue
				}
				if found, ok := resolveBelow(item, strings.TrimPrefix(rest, "."), above.with(next)); ok {
					return found, true
				}
			}
		}
	}
	return nil, false
}

// at finds what a path leads to in another object, whose lists may have other items before.
func (p fieldPath) at(value any) (any, bool) {
	for _, one := range p {
		switch holder := value.(type) {
		case map[string]any:
			next, found := holder[one.key]
			if one.item || !found {
				return nil, false
			}
			value = next
		case []any:
			index := one.index
			if one.name != "" {
				index = slices.Index(itemNames(holder), one.name)
			}
			if !one.item || index < 0 || index >= len(holder) {
				return nil, false
			}
			value = holder[index]
		default:
			return nil, false
		}
	}
	return value, true
}
