package kustomize

import (
	"net/url"
	"regexp"
	"strings"
)

var userAt = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9-]*@`)

// isRemoteFile is kustomize's own test, before it fetches a file over HTTP.
func isRemoteFile(path string) bool {
	parsed, err := url.Parse(path)
	return err == nil && (parsed.Scheme == "http" || parsed.Scheme == "https")
}

// isRemoteDirectory is true for everything that kustomize would clone: the schemes, `user@host` and bare github.com of
// api/internal/git/repospec.go, with or without a leading `git::`.
func isRemoteDirectory(path string) bool {
	bare := strings.ToLower(path)
	bare = strings.TrimPrefix(bare, "git::")
	for _, prefix := range []string{"ssh://", "https://", "http://", "file://", "git://", "github.com/", "github.com:"} {
		if strings.HasPrefix(bare, prefix) {
			return true
		}
	}
	return userAt.MatchString(bare)
}

// remoteSource finds the URL in an entry of a generator's files: `url` or `key=url`.
func remoteSource(entry string) bool {
	if isRemoteFile(entry) {
		return true
	}
	_, path, found := strings.Cut(entry, "=")
	return found && isRemoteFile(path)
}
