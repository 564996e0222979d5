package kustomize

import (
	"errors"
	"strings"
	"testing"

	"fairlead.dev/renderer/internal/protocol"
)

const sopsSecret = `apiVersion: v1
kind: Secret
metadata: {name: db, namespace: shop}
data:
  password: ENC[AES256_GCM,data:Zm9vYmFy,iv:AAAA=,tag:BBBB==,type:str]
sops:
  age:
  - recipient: age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p
    enc: |
      -----BEGIN AGE ENCRYPTED FILE-----
      YWdlLWVuY3J5cHRpb24ub3JnL3YxCg==
      -----END AGE ENCRYPTED FILE-----
  encrypted_regex: ^(data|stringData)$
  mac: ENC[AES256_GCM,data:bWFj,iv:CCCC=,tag:DDDD==,type:str]
  version: 3.10.2
`

const otherSecrets = `apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: {name: sealed, annotations: {example.org/namespace-wide: "true"}}
spec:
  encryptedData: {password: AgBy3i4==}
  template: {type: Opaque, metadata: {name: sealed}}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: external}
spec:
  refreshInterval: 1h0m0s
  secretStoreRef: {name: vault, kind: SecretStore}
  target: {name: external, template: {data: {url: "postgres://{{ .user }}@db"}}}
  dataFrom: [{extract: {key: shop/db}}]
`

func sopsLeaf(kustomization, secret string) files {
	return files{"kustomization.yaml": "resources: [s.yaml]\n" + kustomization, "s.yaml": secret}
}

func TestWhatSOPSHasEncryptedPassesUnchanged(t *testing.T) {
	onlyEncrypted := strings.Replace(sopsSecret, "  version:", "  mac_only_encrypted: true\n  version:", 1)
	for name, given := range map[string]files{
		"as it is":                       sopsLeaf("", sopsSecret),
		"with its own namespace":         sopsLeaf("namespace: shop\n", sopsSecret),
		"labels where only values count": sopsLeaf("labels: [{pairs: {a: b}}]\nnamePrefix: x-\n", onlyEncrypted),
		"changes of others": {
			"kustomization.yaml": "resources: [s.yaml, a.yaml]\npatches: [{target: {kind: ConfigMap}, patch: '[{\"op\": \"add\", \"path\": \"/data/b\", \"value\": \"c\"}]'}]",
			"s.yaml":             sopsSecret, "a.yaml": configMap,
		},
		"a generator of an encrypted file": {"kustomization.yaml": "secretGenerator: [{name: g, files: [s.yaml]}]\nlabels: [{pairs: {a: b}}]", "s.yaml": sopsSecret},
		"SealedSecret and ExternalSecret":  sopsLeaf("namespace: shop\nlabels: [{pairs: {a: b}}]\n", otherSecrets),
	} {
		t.Run(name, func(t *testing.T) {
			wanted, err := commandLine(t, given)
			if err != nil {
				t.Fatal(err)
			}
			output, err := Build(given.inMemory(t), root, nil)
			if err != nil || output.YAML != wanted {
				t.Fatalf("%v\n%+v\nwanted:\n%s", err, output, wanted)
			}
			if strings.Contains(given["s.yaml"], "sops:") && !strings.Contains(name, "generator") && !strings.Contains(wanted, "ENC[AES256_GCM,data:Zm9vYmFy,iv:AAAA=,tag:BBBB==,type:str]") {
				t.Fatal(wanted)
			}
		})
	}
}

func TestAChangeOfWhatSOPSHasEncryptedIsRefusedWithTheReason(t *testing.T) {
	onlyEncrypted := strings.Replace(sopsSecret, "  version:", "  mac_only_encrypted: true\n  version:", 1)
	for changed, given := range map[string]files{
		"metadata.namespace":   sopsLeaf("namespace: other\n", sopsSecret),
		"metadata.labels.a":    sopsLeaf("labels: [{pairs: {a: b}}]\n", sopsSecret),
		"metadata.name":        sopsLeaf("namePrefix: x-\n", sopsSecret),
		"data.more":            sopsLeaf("patches: [{patch: '{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: shop}, data: {more: eA==}}'}]\n", sopsSecret),
		"data.password":        sopsLeaf("patches: [{patch: '{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: shop}, data: {password: eA==}}'}]\n", onlyEncrypted),
		"sops.encrypted_regex": sopsLeaf("patches: [{patch: '{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: shop}, sops: {encrypted_regex: x}}'}]\n", onlyEncrypted),
	} {
		t.Run(changed, func(t *testing.T) {
			output, err := Build(given.inMemory(t), root, nil)
			failure, typed := errors.AsType[*protocol.Error](err)
			if !typed || failure.Kind != protocol.Refused {
				t.Fatalf("not refused: %v %+v", err, output)
			}
			for _, part := range []string{"Secret", "db", "SOPS", "MAC", changed, "--mac-only-encrypted"} {
				if !strings.Contains(failure.Message, part) {
					t.Errorf("%q is missing: %s", part, failure.Message)
				}
			}
		})
	}
}
