package leaf

import (
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

// admission makes certificates: in a Secret, and in a webhook that trusts them.
var admission = map[string]string{"templates/all.yaml": `{{ $ca := genCA "ca" 3650 }}{{ $cert := genSignedCert "svc" nil nil 3650 $ca }}apiVersion: v1
kind: Secret
metadata: {name: admission}
type: kubernetes.io/tls
data: {ca.crt: {{ $ca.Cert | b64enc }}, tls.crt: {{ $cert.Cert | b64enc }}, tls.key: {{ $cert.Key | b64enc }}}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: admission}
webhooks:
- {name: first.example.org, clientConfig: {caBundle: {{ $ca.Cert | b64enc }}, service: {name: svc, namespace: n}}}
- {name: second.example.org, clientConfig: {caBundle: {{ $ca.Cert | b64enc }}, service: {name: svc, namespace: n}}}
`}

const (
	certificatesHeld = "apiVersion: v1\nkind: Secret\nmetadata: {name: admission, namespace: test-ns}\ndata: {ca.crt: Y2E=, tls.crt: Y3J0, tls.key: a2V5}\n"
	webhookHeld      = "apiVersion: admissionregistration.k8s.io/v1beta1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: admission}\nwebhooks:\n- {name: second.example.org, clientConfig: {caBundle: c2Vjb25k}}\n- {name: new.example.org}\n- {name: first.example.org, clientConfig: {caBundle: Zmlyc3Q=}}\n"
)

func holding(request *protocol.LeafRequest, held ...string) *protocol.LeafRequest {
	request.Chart.Kept = held
	return request
}

func TestWhatTheBranchHoldsIsKept(t *testing.T) {
	output := settled(t, holding(leafOf(grafana, dropRollme, dropBuild, keepSecret), secretHeld))
	if got := line(t, output.YAML, passwordLine); got != "b2xkLXBhc3N3b3Jk" || len(output.Placeholders) > 0 {
		t.Error(got, output.Placeholders)
	}
	sum := line(t, output.YAML, "checksum/secret: ")
	again := settled(t, holding(leafOf(grafana, dropRollme, dropBuild, keepSecret), secretHeld))
	mustMatch(t, "again", again.YAML, output.YAML)
	other := settled(t, holding(leafOf(grafana, dropRollme, dropBuild, keepSecret), strings.ReplaceAll(secretHeld, "b2xk", "bmV3")))
	if sum == line(t, other.YAML, "checksum/secret: ") {
		t.Error("the checksum stays where another password is held")
	}
}

// The first render has the value from helm.yaml, and the next one keeps it: nothing may change between the two.
func TestKeepingWhatWasGivenChangesNothing(t *testing.T) {
	given := settled(t, leafOf(grafana, dropRollme, dropBuild, password("value", "cGFzcw==")))
	secret, _, _ := strings.Cut(given.YAML, "---\n")
	kept := settled(t, holding(leafOf(grafana, dropRollme, dropBuild, password("keep", "")), secret))
	mustMatch(t, "kept", kept.YAML, given.YAML)
}

func TestItemsOfListsAreKeptByTheirNames(t *testing.T) {
	output := settled(t, holding(leafOf(admission, protocol.UnstableAnswer{Object: "Secret admission", Answer: "keep"},
		protocol.UnstableAnswer{Object: "ValidatingWebhookConfiguration admission", Field: "webhooks", Answer: "keep"}), certificatesHeld, webhookHeld))
	for _, wanted := range []string{"ca.crt: Y2E=\n", "tls.key: a2V5\n", "caBundle: Zmlyc3Q=\n", "caBundle: c2Vjb25k\n"} {
		if strings.Count(output.YAML, wanted) != 1 {
			t.Errorf("%q is not there once:\n%s", wanted, output.YAML)
		}
	}
	if strings.Index(output.YAML, "Zmlyc3Q") > strings.Index(output.YAML, "c2Vjb25k") {
		t.Error(output.YAML)
	}
}

func TestWhatTheBranchDoesNotHoldIsAskedFor(t *testing.T) {
	placeholderHeld := settled(t, placeholders(leafOf(grafana, dropRollme, dropBuild, keepSecret))).YAML
	for name, held := range map[string][]string{
		"nothing":             nil,
		"another object":      {strings.ReplaceAll(secretHeld, "name: grafana", "name: other")},
		"another namespace":   {strings.ReplaceAll(secretHeld, "test-ns", "other")},
		"no such field":       {strings.ReplaceAll(secretHeld, "admin-password", "password")},
		"something else":      {strings.ReplaceAll(secretHeld, "b2xkLXBhc3N3b3Jk", "{a: b}")},
		"nothing readable":    {"a: [", "- a", ""},
		"a placeholder there": strings.Split(placeholderHeld, "---\n"),
	} {
		t.Run(name, func(t *testing.T) {
			refusedAs(t, holding(leafOf(grafana, dropRollme, dropBuild, keepSecret), held...),
				"helm.yaml, line 4: unstable: Secret grafana is to be kept (Secret grafana, data.admin-password).", "holds nothing there yet", "`value: ")
		})
	}
	message := refusedAs(t, holding(leafOf(admission, protocol.UnstableAnswer{Object: "Secret admission", Answer: "keep", Place: "helm.yaml, line 1"},
		protocol.UnstableAnswer{Object: "ValidatingWebhookConfiguration admission", Answer: "drop"})), `data["ca.crt"]`, `data["tls.crt"]`, `data["tls.key"]`)
	if strings.Contains(message, "AAAA") {
		t.Error(message)
	}
}

func placeholders(request *protocol.LeafRequest) *protocol.LeafRequest {
	request.Chart.Placeholders = true
	return request
}

func TestWithoutTheBranchAPlaceholderStandsForWhatIsKept(t *testing.T) {
	output := settled(t, placeholders(leafOf(grafana, dropRollme, dropBuild, keepSecret)))
	if got := line(t, output.YAML, passwordLine); got != "UExBQ0VIT0xERVI6IHRoZSBHaXRPcHMgYnJhbmNoIGhvbGRzIHRoZSB2YWx1ZQ==" {
		t.Error(got)
	}
	if len(output.Placeholders) != 1 || output.Placeholders[0] != "Secret grafana, data.admin-password" {
		t.Error(output.Placeholders)
	}
	known := settled(t, placeholders(holding(leafOf(grafana, dropRollme, dropBuild, keepSecret), secretHeld)))
	if got := line(t, known.YAML, passwordLine); got != "b2xkLXBhc3N3b3Jk" || len(known.Placeholders) > 0 {
		t.Error(got, known.Placeholders)
	}
}
