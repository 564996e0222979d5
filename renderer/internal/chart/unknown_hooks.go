package chart

import (
	"maps"
	"slices"
	"strings"

	release "helm.sh/helm/v4/pkg/release/v1"
	releaseutil "helm.sh/helm/v4/pkg/release/v1/util"
	"sigs.k8s.io/yaml"

	"fairlead.dev/renderer/internal/protocol"
)

var knownHooks = []string{
	"pre-install", "post-install", "pre-delete", "post-delete", "pre-upgrade", "post-upgrade", "pre-rollback",
	"post-rollback", "test", "test-success",
}

// refuseUnknownHooks names objects with a hook that Helm does not know (such as Helm 2's crd-install): its sorter drops
// them without a word.
func refuseUnknownHooks(rendered map[string]string) error {
	for _, source := range slices.Sorted(maps.Keys(rendered)) {
		if !strings.Contains(rendered[source], release.HookAnnotation) {
			continue
		}
		for _, content := range releaseutil.SplitManifests(rendered[source]) {
			var head releaseutil.SimpleHead
			if yaml.Unmarshal([]byte(content), &head) != nil || head.Metadata == nil {
				continue
			}
			events, isHook := head.Metadata.Annotations[release.HookAnnotation]
			for event := range strings.SplitSeq(events, ",") {
				if event = strings.ToLower(strings.TrimSpace(event)); isHook && !slices.Contains(knownHooks, event) {
					return protocol.Errorf(protocol.Chart, "%s: %s %s: helm.sh/hook: %s is unknown to Helm, which would drop the object.",
						source, head.Kind, head.Metadata.Name, event)
				}
			}
		}
	}
	return nil
}
