package chart

import (
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

func hookOf(head, name, events string) string {
	return head + "\nmetadata: {name: " + name + ", annotations: {helm.sh/hook: '" + events + "', helm.sh/hook-delete-policy: hook-succeeded}}\n"
}

// admission is the pattern of ingress-nginx and kube-prometheus-stack: Jobs that make a certificate and write it into
// the webhook, and what they may do.
var admission = map[string]string{
	"templates/a/sa.yaml":     hookOf("apiVersion: v1\nkind: ServiceAccount", "admission", "pre-install,pre-upgrade,post-install,post-upgrade"),
	"templates/a/role.yaml":   hookOf("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole", "admission", "pre-install,pre-upgrade"),
	"templates/a/create.yaml": hookOf("apiVersion: batch/v1\nkind: Job", "admission-create", "pre-install,pre-upgrade"),
	"templates/a/patch.yaml":  hookOf("apiVersion: batch/v1\nkind: Job", "admission-patch", "post-install,post-upgrade"),
	"templates/t.yaml":        hookOf("apiVersion: v1\nkind: Pod", "try-it", "test"),
	"templates/d.yaml":        hookOf("apiVersion: batch/v1\nkind: Job", "clean-up", "pre-delete,post-delete,pre-rollback"),
}

func answered(answers ...protocol.HookAnswer) func(*protocol.ChartRequest) {
	return func(asked *protocol.ChartRequest) { asked.HookAnswers = answers }
}

func TestHooksThatRunNothingAreOrdinaryObjects(t *testing.T) {
	kinds := map[string]string{
		"apiVersion: v1\nkind: ServiceAccount": "a", "apiVersion: v1\nkind: ConfigMap": "b", "apiVersion: v1\nkind: Secret": "c",
		"apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding": "d", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy": "e",
		"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition": "f", "apiVersion: policy/v1\nkind: PodDisruptionBudget": "g",
		"apiVersion: v1\nkind: Namespace": "h", "apiVersion: v1\nkind: Service": "i",
	}
	changes := map[string]string{}
	for head, name := range kinds {
		changes["templates/"+name+".yaml"] = hookOf(head, "hook-"+name, "pre-install")
	}
	output := render(t, changes, nil)
	for _, name := range kinds {
		contains(t, output, "hook-"+name)
	}
	lacks(t, render(t, changes, func(asked *protocol.ChartRequest) { asked.Hooks = "drop" }), "hook-")
}

func TestAHookThatMayRunSomethingIsAskedFor(t *testing.T) {
	for _, head := range []string{
		"apiVersion: batch/v1\nkind: Job", "apiVersion: batch/v1\nkind: CronJob", "apiVersion: v1\nkind: Pod", "apiVersion: apps/v1\nkind: Deployment",
		"apiVersion: argoproj.io/v1alpha1\nkind: Workflow", "apiVersion: cert-manager.io/v1\nkind: Issuer",
	} {
		_, kind, _ := strings.Cut(head, "kind: ")
		failure := refusal(t, map[string]string{"templates/h.yaml": hookOf(head, "asked", "post-install")}, nil)
		contains(t, failure.Message, kind+" asked (post-install in shipper/templates/h.yaml)")
	}
}

func TestTheRefusalSaysInALineEachWhatTheAnswersDo(t *testing.T) {
	failure := refusal(t, admission, nil)
	lines := strings.Split(failure.Message, "\n")
	if len(lines) != 3 {
		t.Fatal(failure.Message)
	}
	contains(t, lines[0], "Job admission-create (pre-install, pre-upgrade in shipper/templates/a/create.yaml); Job admission-patch", "`hooks: {Job admission-create: drop}`")
	contains(t, lines[1], "`hooks: drop`", "ClusterRole admission, ServiceAccount admission included")
	contains(t, lines[2], "`hooks: keep`", "run once", "spec cannot be changed", "kustomize.toolkit.fluxcd.io/force: enabled")
	lacks(t, failure.Message, "try-it", "clean-up")
}

func TestHooksAreAnsweredForAllOrOneByOne(t *testing.T) {
	kept := render(t, admission, func(asked *protocol.ChartRequest) { asked.Hooks = "keep" })
	contains(t, kept, "admission-create", "admission-patch", "kind: ServiceAccount")
	lacks(t, kept, "try-it", "clean-up")
	lacks(t, render(t, admission, func(asked *protocol.ChartRequest) { asked.Hooks = "drop" }), "admission")
	output := render(t, admission, answered(protocol.HookAnswer{Object: "Job admission-create", Answer: "drop"}, protocol.HookAnswer{Object: "Job admission-patch", Answer: "keep"}))
	contains(t, output, "admission-patch", "kind: ServiceAccount")
	lacks(t, output, "admission-create", "try-it", "clean-up")
	failure := refusal(t, admission, answered(protocol.HookAnswer{Object: "Job admission-create", Answer: "drop"}))
	contains(t, failure.Message, "Job admission-patch")
	lacks(t, failure.Message, "Job admission-create")
}

func TestAnAnswerToNoHookIsAnError(t *testing.T) {
	for _, object := range []string{"Job admission", "Pod try-it", "Job clean-up", "ConfigMap log-shipper"} {
		failure := refusal(t, admission, answered(protocol.HookAnswer{Object: object, Answer: "drop", Place: "main 1a2b3c4d, infra/log/helm.yaml, line 3"}))
		contains(t, failure.Message, "main 1a2b3c4d, infra/log/helm.yaml, line 3", `"`+object+`"`, "Job admission-create, Job admission-patch")
	}
}
