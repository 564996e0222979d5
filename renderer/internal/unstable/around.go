package unstable

import (
	"encoding/base64"
	"regexp"
	"strings"
)

// What both renders have alike and is shorter may be a coincidence, such as the dashes of a date.
const shortest = 12

// kinds are how keys, certificates and salted hashes begin and end: those that are made up say less than real ones.
var kinds = regexp.MustCompile(`-----(BEGIN|END) [A-Z ]+-----\n?|\$2[a-z]\$\d\d\$`)

// hidesChange tells whether keeping a text would hide that the chart writes something else than before around the part
// that it makes up, such as the host of a URL with a password: what is held must have all that both renders have alike.
func (f field) hidesChange(held any) bool {
	first, second, kept := f.text(f.first), f.text(f.second), f.text(held)
	if first == "" || second == "" || kept == "" {
		return false
	}
	return !alike(kinds.ReplaceAllString(first, ""), kinds.ReplaceAllString(second, "")).isIn(kept)
}

// text is a text as people would write it: that in the data of a Secret is in base64, and so are certificates elsewhere.
func (f field) text(value any) string {
	text, _ := value.(string)
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err == nil && (f.isBase64() || kinds.Match(decoded)) {
		return string(decoded)
	}
	return text
}

// pieces are what two texts have alike, as far as it is long enough to mean something, in their order.
type pieces struct {
	start, end string
	between    []string
}

func alike(first, second string) pieces {
	start := 0
	for start < min(len(first), len(second)) && first[start] == second[start] {
		start++
	}
	end := 0
	for end < min(len(first), len(second))-start && first[len(first)-1-end] == second[len(second)-1-end] {
		end++
	}
	found := pieces{start: ifLong(first[:start]), end: ifLong(first[len(first)-end:])}
	if len(first) != len(second) {
		return found
	}
	begin := start
	for at := start; at <= len(first)-end; at++ {
		if at < len(first)-end && first[at] == second[at] {
			continue
		}
		if one := ifLong(first[begin:at]); one != "" {
			found.between = append(found.between, one)
		}
		begin = at + 1
	}
	return found
}

func ifLong(text string) string {
	if len(text) < shortest {
		return ""
	}
	return text
}

func (p pieces) isIn(text string) bool {
	text, begins := strings.CutPrefix(text, p.start)
	if !begins {
		return false
	}
	text, ends := strings.CutSuffix(text, p.end)
	if !ends {
		return false
	}
	for _, one := range p.between {
		_, after, found := strings.Cut(text, one)
		if !found {
			return false
		}
		text = after
	}
	return true
}
