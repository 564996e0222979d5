// Package fetch gets a chart and its dependencies from a registry or a repository, by digest. It is no part of the
// renderer, which has no network.
package fetch

import "fmt"

// Order asks for one chart.
type Order struct {
	Source  string `json:"source"`  // oci://host/path/name, https://host/path/name of a repository, or the URL of a .tgz
	Version string `json:"version"` // exactly as the source names it, with or without a leading v
	Into    string `json:"into"`    // an empty directory, which gets the files of the chart
	// Recorded are the dependencies of the last time: they are fetched again as they were, where the chart is the same.
	Recorded []Dependency `json:"recorded"`
	// RecordedDigest is the digest of the chart of which Recorded are the dependencies.
	RecordedDigest string `json:"recordedDigest"`
	// PlainHTTP are hosts that may be asked without TLS; this machine always may.
	PlainHTTP []string `json:"plainHttp"`
}

// Chart says what was fetched.
type Chart struct {
	Name         string       `json:"name"`
	Version      string       `json:"version"`
	Digest       string       `json:"digest"` // of the manifest in a registry, of the archive in a repository
	Dependencies []Dependency `json:"dependencies"`
}

// Dependency is a chart that its parent names and does not bring along.
type Dependency struct {
	Path    string `json:"path"` // from the root of the chart: charts/redis
	Source  string `json:"source"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// Answer carries either a chart or a failure.
type Answer struct {
	Chart *Chart   `json:"chart,omitempty"`
	Error *Failure `json:"error,omitempty"`
}

// Types of failures, which are those of Fairlead's src/failure.ts.
const (
	InvalidInput = "InvalidInput"
	NotFound     = "NotFound"
	Refused      = "Refused"
	Unauthorized = "Unauthorized"
	Unavailable  = "Unavailable"
	Internal     = "Internal"
)

// Failure is told to people as it is: sentences that say what is wrong and what to do, without secrets.
type Failure struct {
	Type    string `json:"type"`
	Message string `json:"message"`
}

func (f *Failure) Error() string { return f.Message }

func failureOf(kind, format string, args ...any) *Failure {
	return &Failure{Type: kind, Message: fmt.Sprintf(format, args...)}
}
