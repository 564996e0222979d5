package unstable

import (
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"regexp"
	"strings"
)

var (
	digests      = regexp.MustCompile(`^[0-9a-f]{8,128}$`)
	checksumKeys = regexp.MustCompile(`(?i)checksum|hash|digest|sha\d*sum`)
)

// isChecksum tells whether a field is an annotation that only says that something else has changed, so that Pods are made
// anew.
func (f field) isChecksum() bool {
	if !f.isAnnotation() || !checksumKeys.MatchString(f.path[len(f.path)-1].key) {
		return false
	}
	return isDigest(f.first) && isDigest(f.second)
}

func isDigest(value any) bool {
	text, isText := value.(string)
	// What random letters are replaced by is all the same letter.
	return isText && digests.MatchString(text) && strings.Trim(text, text[:1]) != ""
}

// follow gives checksums a value that changes with what they are of: the chart's own one in the first render, which has
// everything but what is made up, together with what was kept or given in its place.
func (s *settlement) follow(checksums []field) error {
	for _, one := range checksums {
		of, err := json.Marshal([]any{one.first, s.settled})
		if err != nil {
			return err
		}
		sum := sha512.Sum512(of)
		if err := setField(one.object.resource.YNode(), one.path, hex.EncodeToString(sum[:])[:len(one.first.(string))]); err != nil {
			return err
		}
	}
	return nil
}
