package chart

import (
	"encoding/base64"
	"maps"
	"slices"
	"strings"
	"text/template"
)

// variant makes every function whose result changes from run to run give clearly different results in two renders, and
// notes which of them a chart calls. What then differs in the output is what a chart must not depend on.
type variant struct {
	second bool
	called map[string]bool
}

func (v *variant) note(name string) { v.called[name] = true }

// letter fills what should be random.
func (v *variant) letter(first, second string) string {
	if v.second {
		return second
	}
	return first
}

// functions replace Helm's own of the same names. Those that generate keys are also by far the slowest of all.
func (v *variant) functions() template.FuncMap {
	all := template.FuncMap{"keys": sortedKeys, "values": sortedValues}
	maps.Copy(all, v.clockFunctions())
	maps.Copy(all, v.randomFunctions())
	maps.Copy(all, v.keyFunctions())
	return all
}

func (v *variant) randomFunctions() template.FuncMap {
	repeated := func(name, first, second string) func(int) string {
		return func(count int) string {
			v.note(name)
			return strings.Repeat(v.letter(first, second), max(count, 0))
		}
	}
	return template.FuncMap{
		"randAlphaNum": repeated("randAlphaNum", "a", "b"),
		"randAlpha":    repeated("randAlpha", "a", "b"),
		"randAscii":    repeated("randAscii", "a", "b"),
		"randNumeric":  repeated("randNumeric", "1", "2"),
		"randBytes": func(count int) (string, error) {
			v.note("randBytes")
			return base64.StdEncoding.EncodeToString([]byte(strings.Repeat(v.letter("a", "b"), max(count, 0)))), nil
		},
		"randInt": func(from, to int) int {
			v.note("randInt")
			if v.second && to > from {
				return to - 1
			}
			return from
		},
		"shuffle": v.shuffle,
		"uuidv4": func() string {
			v.note("uuidv4")
			return v.letter("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")
		},
	}
}

// shuffle turns the text by one place in the second render: equal only where all letters are.
func (v *variant) shuffle(text string) string {
	v.note("shuffle")
	letters := []rune(text)
	if v.second && len(letters) > 1 {
		letters = append(letters[1:], letters[0])
	}
	return string(letters)
}

// sortedKeys and sortedValues give one of the orders that Helm's give, always the same, so that a chart that ranges
// over them has a stable output.
func sortedKeys(dictionaries ...map[string]any) []string {
	keys := []string{}
	for _, dictionary := range dictionaries {
		keys = append(keys, slices.Sorted(maps.Keys(dictionary))...)
	}
	return keys
}

func sortedValues(dictionary map[string]any) []any {
	values := []any{}
	for _, key := range slices.Sorted(maps.Keys(dictionary)) {
		values = append(values, dictionary[key])
	}
	return values
}
