package leaf

// cspell:ignore Zmlyc Fzcw

import (
	"encoding/base64"
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

// A text of which only a part is made up may change around that part, which must not stay as it was without a word.
func TestKeepingATextHidesNoChangeAroundWhatIsMadeUp(t *testing.T) {
	render := func(host, held string) (*protocol.LeafOutput, *protocol.Error) {
		files := map[string]string{"/v.yaml": "host: " + host + "\n", "templates/a.yaml": `apiVersion: v1
kind: Secret
metadata: {name: a}
stringData:
  url: "redis://:{{ randAlphaNum 12 }}@{{ .Values.host }}:6379/0"
data:
  conf: {{ printf "listen: 4222\nuser: app\npassword: %s\nhost: %s\n" (randAlphaNum 9) .Values.host | b64enc }}
  tls.key: {{ genPrivateKey "rsa" | b64enc }}
  htpasswd: {{ htpasswd "administrator" "x" | b64enc }}
  since: {{ now | date "2006-01-02T15:04:05" | b64enc }}
`}
		request := holding(leafOf(files, protocol.UnstableAnswer{Object: "Secret a", Answer: "keep", Place: "helm.yaml, line 7"}), held)
		request.Chart.ValuesFiles = []string{"/v.yaml"}
		return Render(request)
	}
	held := func(host, password string) string {
		encoded := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
		return "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: test-ns}\nstringData: {url: 'redis://:" + password + "@" + host + ":6379/0'}\ndata:\n" +
			"  conf: " + encoded("listen: 4222\nuser: app\npassword: "+password+"\nhost: "+host+"\n") +
			"\n  tls.key: " + encoded("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n") +
			"\n  htpasswd: " + encoded("administrator:$2y$05$other") + "\n  since: " + encoded("1999-12-31T23:59:59") + "\n"
	}
	for _, password := range []string{"abcdefghijkl", "longer-than-what-is-made-up", "x"} {
		output, failure := render("redis-master", held("redis-master", password))
		if failure != nil || !strings.Contains(output.YAML, "redis://:"+password+"@redis-master") {
			t.Errorf("%s: %v %+v", password, failure, output)
		}
	}
	_, failure := render("another-host", held("redis-master", "hunter2-word"))
	if failure == nil || failure.Kind != protocol.Unstable || strings.Contains(failure.Message, "hunter2") || strings.Contains(failure.Message, "redis-master") {
		t.Fatal(failure)
	}
	for _, part := range []string{"helm.yaml, line 7: unstable: Secret a", "would hide that change", "`value: "} {
		if !strings.Contains(failure.Message, part) {
			t.Errorf("%q is missing: %s", part, failure.Message)
		}
	}
}
