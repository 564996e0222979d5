package kustomize

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: endpoints}\ndata: {region: none}\n"

const workload = `apiVersion: v1
kind: Service
metadata: {name: shop, labels: {tier: front}}
spec: {selector: {app: shop}, ports: [{port: 80, name: http}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - name: shop
        image: example.org/shop:1
        env: [{name: A, value: "1"}, {name: B, value: "two"}]
        envFrom: [{configMapRef: {name: endpoints}}]
---
apiVersion: v1
kind: Namespace
metadata: {name: blue}
`

const base = "/main/apps/shop/"

var commandLineCases = map[string]files{
	"plain resources in legacy order": {"kustomization.yaml": "resources: [w.yaml, cm.yaml]", "w.yaml": workload, "cm.yaml": configMap},
	"fifo order":                      {"kustomization.yaml": "resources: [w.yaml, cm.yaml]\nsortOptions: {order: fifo}", "w.yaml": workload, "cm.yaml": configMap},
	"base on main with patches": {
		base + "kustomization.yaml": "resources: [w.yaml, cm.yaml]", base + "w.yaml": workload, base + "cm.yaml": configMap,
		"kustomization.yaml": "resources: [../../main/apps/shop]\npatches: [{path: p.yaml}, {target: {kind: Service}, patch: '[{\"op\": \"replace\", \"path\": \"/spec/ports/0/port\", \"value\": 81}]'}]",
		"p.yaml":             "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {replicas: 3, template: {spec: {containers: [{name: shop, env: [{name: A, $patch: delete}, {name: R, value: west}]}]}}}",
	},
	"deprecated fields": {
		base + "kustomization.yaml": "resources: [w.yaml, cm.yaml]", base + "w.yaml": workload, base + "cm.yaml": configMap,
		"kustomization.yaml": "bases: [../../main/apps/shop]\ncommonLabels: {region: west}\nimageTags: [{name: example.org/shop, newTag: '2'}]\npatchesStrategicMerge: [p.yaml]\npatchesJson6902: [{target: {version: v1, kind: Service, name: shop}, path: j.yaml}]\nvars: [{name: SVC, objref: {kind: Service, name: shop, apiVersion: v1}}]",
		"p.yaml":             "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {template: {spec: {containers: [{name: shop, args: [$(SVC)]}]}}}",
		"j.yaml":             "- {op: add, path: /metadata/annotations, value: {a: b}}",
	},
	"components and shared patches": {
		base + "kustomization.yaml": "resources: [w.yaml, cm.yaml]", base + "w.yaml": workload, base + "cm.yaml": configMap,
		"/config/_shared/kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches: [{path: r.yaml, target: {kind: Deployment}}]",
		"/config/_shared/r.yaml":             "- {op: replace, path: /spec/replicas, value: 5}",
		"kustomization.yaml":                 "resources: [../../main/apps/shop]\ncomponents: [../_shared]",
	},
	"generators and hashes": {
		"kustomization.yaml": "resources: [w.yaml]\nconfigMapGenerator: [{name: endpoints, literals: [a=b], files: [f.txt, key=f.txt], envs: [e.env]}]\nsecretGenerator: [{name: s, literals: [x=y]}]\ngeneratorOptions: {labels: {g: 'yes'}}",
		"w.yaml":             workload, "f.txt": "line\nline two\n", "e.env": "FROM=file\n# comment\nEMPTY=\n",
	},
	"prefix, suffix, namespace, labels, annotations, images, replicas": {
		"kustomization.yaml": "resources: [w.yaml, cm.yaml]\nnamePrefix: a-\nnameSuffix: -z\nnamespace: blue\nlabels: [{pairs: {l: m}, includeSelectors: true}]\ncommonAnnotations: {note: o}\nimages: [{name: example.org/shop, newName: r/s, digest: 'sha256:abc'}]\nreplicas: [{name: shop, count: 4}]",
		"w.yaml":             workload, "cm.yaml": configMap,
	},
	"replacements": {
		"kustomization.yaml": "resources: [w.yaml, cm.yaml]\nreplacements: [{path: r.yaml}]", "w.yaml": workload, "cm.yaml": configMap,
		"r.yaml": "source: {kind: ConfigMap, name: endpoints, fieldPath: data.region}\ntargets: [{select: {kind: Deployment}, fieldPaths: ['spec.template.spec.containers.[name=shop].env.[name=A].value']}]",
	},
	"build metadata": {
		"kustomization.yaml": "resources: [w.yaml]\nbuildMetadata: [originAnnotations, transformerAnnotations]\nnamePrefix: p-", "w.yaml": workload,
	},
	"lists, documents, comments, odd scalars": {
		"kustomization.yaml": "resources: [l.yaml]",
		"l.yaml":             "# head\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {on: 'yes', n: '012', e: \"1e3\", long: 'word word word word word word word word word word word word word word word word word word word word word'}}\n---\n# only a comment\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, annotations: {t: \"2020-01-01\"}}\ndata:\n  block: |\n    one\n      two\n\n  folded: >-\n    three\n    four\n  emoji: \"\\u2603 snow\"\n",
	},
	"custom resources with their schema": {
		"kustomization.yaml": "resources: [t.yaml]\nopenapi: {path: schema.json}\npatches: [{path: p.yaml}]",
		"t.yaml":             "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: t}\nspec: {parts: [{name: a, n: 1}, {name: b, n: 2}]}",
		"p.yaml":             "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: t}\nspec: {parts: [{name: b, n: 3}]}",
		"schema.json":        thingSchema,
	},
	"custom resources without a schema": {
		"kustomization.yaml": "resources: [t.yaml]\npatches: [{path: p.yaml}]",
		"t.yaml":             "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: t}\nspec: {parts: [{name: a, n: 1}, {name: b, n: 2}]}",
		"p.yaml":             "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: t}\nspec: {parts: [{name: b, n: 3}]}",
	},
	"crds that refer to config maps": {
		"kustomization.yaml": "resources: [t.yaml, cm.yaml]\ncrds: [crd.json]\nnamePrefix: p-", "cm.yaml": configMap,
		"t.yaml":   "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: t}\nspec: {config: {name: endpoints}}",
		"crd.json": `{"example.org/v1.Thing":{"Schema":{"description":"d","properties":{"spec":{"$ref":"example.org/v1.ThingSpec"}}}},"example.org/v1.ThingSpec":{"Schema":{"properties":{"config":{"x-kubernetes-object-ref-api-version":"v1","x-kubernetes-object-ref-kind":"ConfigMap","$ref":"x.Ref"}}}}}`,
	},
	"built-in transformers and generators": {
		"kustomization.yaml": "resources: [w.yaml]\ntransformers: [t.yaml]\ngenerators:\n- |-\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n  metadata: {name: g}\n  literals: [a=b]\n",
		"w.yaml":             workload, "t.yaml": "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\nprefix: t-\nfieldSpecs: [{path: metadata/name}]",
	},
	"names that only some file systems take": {
		"kustomization.yaml": "resources: ['a b.yaml', 'team@blue', 'a+b~ü.yaml', 'v1..2.yaml']", "a b.yaml": configMap,
		"team@blue/kustomization.yaml": "resources: [x.yaml]\nnamePrefix: x-", "team@blue/x.yaml": configMap,
		"a+b~ü.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: u}", "v1..2.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}",
	},
	"transformer configurations": {
		"kustomization.yaml": "resources: [t.yaml]\nconfigurations: [c.yaml]\nimages: [{name: i, newTag: '9'}]",
		"t.yaml":             "apiVersion: example.org/v1\nkind: Thing\nmetadata: {name: t}\nspec: {run: {image: 'i:1'}}", "c.yaml": "images: [{path: spec/run/image, kind: Thing}]",
	},
}

const thingSchema = `{"definitions":{"v1.Thing":{"type":"object","x-kubernetes-group-version-kind":[{"group":"example.org","kind":"Thing","version":"v1"}],"properties":{"spec":{"type":"object","properties":{"parts":{"type":"array","x-kubernetes-patch-merge-key":"name","x-kubernetes-patch-strategy":"merge","items":{"type":"object"}}}}}}}}`
