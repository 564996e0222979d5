package chart

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	release "helm.sh/helm/v4/pkg/release/v1"
	"sigs.k8s.io/yaml"

	"fairlead.dev/renderer/internal/protocol"
)

const (
	keep = "keep"
	drop = "drop"
)

// applied are the events at which Helm applies a hook while it brings a release to the cluster. A hook of other events
// alone (a test, or what cleans up at a deletion) is never a part of what is deployed.
var appliedAt = []release.HookEvent{release.HookPreInstall, release.HookPostInstall, release.HookPreUpgrade, release.HookPostUpgrade}

// running are the kinds of Kubernetes that run something.
var running = []string{"Job", "CronJob", "Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController"}

// hookName names a hook as helm.yaml does.
func hookName(hook *release.Hook) string { return hook.Kind + " " + hook.Name }

// isApplied tells whether an install or an upgrade applies a hook. As for `helm template --skip-tests`, what is a test at
// all is a test alone.
func isApplied(hook *release.Hook) bool {
	return !slices.Contains(hook.Events, release.HookTest) &&
		slices.ContainsFunc(hook.Events, func(event release.HookEvent) bool { return slices.Contains(appliedAt, event) })
}

// runs tells whether a hook may do something when it is applied. What Kubernetes' own kinds of other sorts say (RBAC,
// ServiceAccounts, ConfigMaps, Secrets, definitions, policies) is true or not, and may be said again and for good. What a
// custom resource makes its operator do, nobody can tell from its kind.
func runs(hook *release.Hook) bool {
	var head struct {
		APIVersion string `json:"apiVersion"`
	}
	if yaml.Unmarshal([]byte(hook.Manifest), &head) != nil || slices.Contains(running, hook.Kind) {
		return true
	}
	group, _, grouped := strings.Cut(head.APIVersion, "/")
	return grouped && strings.Contains(group, ".") && !strings.HasSuffix(group, ".k8s.io")
}

// keptHooks answers the hooks that are applied as ordinary objects: those that run nothing, unless all are dropped; of the
// others those that are answered with keep. One without an answer is an error, because Flux would run it at any time.
func keptHooks(hooks []*release.Hook, request *protocol.ChartRequest) ([]*release.Hook, error) {
	if err := checkAnswers(hooks, request.HookAnswers); err != nil {
		return nil, err
	}
	var kept, unanswered []*release.Hook
	for _, hook := range hooks {
		if !isApplied(hook) {
			continue
		}
		switch answer := answerTo(hook, request); {
		case answer == keep, answer == "" && !runs(hook):
			kept = append(kept, hook)
		case answer == "":
			unanswered = append(unanswered, hook)
		}
	}
	if len(unanswered) > 0 {
		return nil, refusedHooks(unanswered, kept)
	}
	return kept, nil
}

func answerTo(hook *release.Hook, request *protocol.ChartRequest) string {
	for _, one := range request.HookAnswers {
		if one.Object == hookName(hook) {
			return one.Answer
		}
	}
	return request.Hooks
}

// checkAnswers refuses an answer to a question that nobody asks.
func checkAnswers(hooks []*release.Hook, answers []protocol.HookAnswer) error {
	var names []string
	for _, hook := range hooks {
		if isApplied(hook) && !slices.Contains(names, hookName(hook)) {
			names = append(names, hookName(hook))
		}
	}
	slices.Sort(names)
	for _, one := range answers {
		if slices.Contains(names, one.Object) {
			continue
		}
		has := "It has none that an install or an upgrade applies"
		if len(names) > 0 {
			has = "It has " + strings.Join(names, ", ")
		}
		return protocol.Errorf(protocol.Chart, "%s: hooks: the chart has no hook %q. %s. Correct the name (kind, space, name), or remove the line.",
			one.Place, one.Object, has)
	}
	return nil
}

// refusedHooks asks once, and says in a line each what the two answers do.
func refusedHooks(unanswered, kept []*release.Hook) error {
	slices.SortFunc(unanswered, func(a, b *release.Hook) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Name, b.Name))
	})
	var asked []string
	for _, hook := range unanswered {
		var events []string
		for _, event := range hook.Events {
			events = append(events, event.String())
		}
		asked = append(asked, fmt.Sprintf("%s (%s in %s)", hookName(hook), strings.Join(events, ", "), hook.Path))
	}
	return protocol.Errorf(protocol.Chart,
		"the chart has hooks that run something, when and in which order only Helm knows: %s. Answer in helm.yaml, for all, or for each (`hooks: {%s: drop}`):\n"+
			"`hooks: drop` applies none of the chart's hooks%s: right where what they do is done otherwise, or by hand.\n"+
			"`hooks: keep` applies them as ordinary objects: they run once, when they are new, beside everything else. A Job's spec cannot be changed, "+
			"so the next change of it fails until the Job is deleted, unless a patch gives it the annotation kustomize.toolkit.fluxcd.io/force: enabled.",
		strings.Join(asked, "; "), hookName(unanswered[0]), butFor(kept))
}

// butFor names what would be dropped besides.
func butFor(kept []*release.Hook) string {
	var names []string
	for _, hook := range kept {
		if name := hookName(hook); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return ", " + strings.Join(names, ", ") + " included"
}
