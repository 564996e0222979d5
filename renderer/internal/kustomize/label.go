package kustomize

import (
	"regexp"

	"sigs.k8s.io/kustomize/api/provenance"

	"fairlead.dev/renderer/internal/protocol"
)

var releases = regexp.MustCompile(`^v\d+\.\d+\.\d+$`)

// checkLabel refuses to write the label app.kubernetes.io/managed-by with a version that is none: `(devel)`, which no
// API server accepts. Whoever builds this program links the release in.
func (t *tree) checkLabel() error {
	version := provenance.GetProvenance().Semver()
	if !t.namesManager || releases.MatchString(version) {
		return nil
	}
	return protocol.Errorf(protocol.Internal,
		"buildMetadata: managedByLabel: this renderer does not know kustomize's release (%s). Build it with `npm run build:renderer`.", version)
}
