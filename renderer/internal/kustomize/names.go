package kustomize

import (
	"regexp"
	"strings"
	"unicode"

	"fairlead.dev/renderer/internal/protocol"
)

const (
	longestName  = 253
	longestLabel = 63
	// Of a name that is refused, what a message quotes.
	quoted = 80
)

var (
	apiVersions = regexp.MustCompile(`^([A-Za-z0-9.-]+/)?[A-Za-z0-9]+$`)
	kinds       = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*$`)
	labels      = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
)

// checkIDs refuses what no API server accepts as the name of an object: people read it in requests and on terminals.
func checkIDs(objects []protocol.ObjectID) error {
	for _, id := range objects {
		switch {
		case !apiVersions.MatchString(id.APIVersion) || len(id.APIVersion) > longestName:
			return protocol.Errorf(protocol.Refused, "%.*q is no apiVersion. Write group/version, such as apps/v1.", quoted, id.APIVersion)
		case !kinds.MatchString(id.Kind) || len(id.Kind) > longestLabel:
			return protocol.Errorf(protocol.Refused, "%.*q is no kind of an object. A kind has letters and digits, %d at most.", quoted, id.Kind, longestLabel)
		case !isName(id.Name):
			return protocol.Errorf(protocol.Refused,
				"%.*q is no name for a %s. A name has no white space, control character, / or %%, and %d bytes at most.", quoted, id.Name, id.Kind, longestName)
		case id.Namespace != "" && (!labels.MatchString(id.Namespace) || len(id.Namespace) > longestLabel):
			return protocol.Errorf(protocol.Refused,
				"%.*q is no namespace (of %s %s). A namespace has lower-case letters, digits and -, %d at most.", quoted, id.Namespace, id.Kind, id.Name, longestLabel)
		}
	}
	return nil
}

// isName takes what any kind may have for a name: RBAC's system:x is one.
func isName(name string) bool {
	if name == "" || name == "." || name == ".." || len(name) > longestName {
		return false
	}
	return !strings.ContainsFunc(name, func(char rune) bool {
		return char == '/' || char == '%' || char == unicode.ReplacementChar || !unicode.IsPrint(char) || unicode.IsSpace(char)
	})
}
