import type { NewCluster, NewFiles } from './types.ts';

/*
 * A platform to begin with: two bases and a chart. It runs on any cluster, and shows what a platform is made of: a base that
 * each environment changes, a chart with values, and a base that is taken as it is.
 */

const helloImage = 'ghcr.io/stefanprodan/podinfo:6.9.2';

/** Answers the bases of main. */
export function sampleBases(): NewFiles {
  return new Map([
    ['infra/namespaces/namespaces.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: hello\n'],
    [
      'apps/hello/kustomization.yaml',
      `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: hello
resources:
- deployment.yaml
- service.yaml
`,
    ],
    ['apps/hello/deployment.yaml', deployment],
    ['apps/hello/service.yaml', service],
    [
      'apps/greeting/Chart.yaml',
      'apiVersion: v2\nname: greeting\ndescription: What the hello page says.\nversion: 0.1.0\n',
    ],
    ['apps/greeting/values.yaml', 'message: Hello\n'],
    ['apps/greeting/helm.yaml', 'namespace: hello\n'],
    [
      'apps/greeting/templates/configmap.yaml',
      `apiVersion: v1
kind: ConfigMap
metadata:
  name: greeting
data:
  PODINFO_UI_MESSAGE: {{ .Values.message | quote }}
`,
    ],
  ]);
}

/** Answers what an environment assigns to its groups, and with which values. */
export function sampleLeaves(environment: string, clusters: readonly NewCluster[]): NewFiles {
  const groups = [...new Set(clusters.map(({ group }) => group))];
  return new Map(
    groups.flatMap((group) => [
      [`${group}/infra/namespaces/.gitkeep`, ''] as const,
      [`${group}/apps/hello/kustomization.yaml`, helloLeaf] as const,
      [`${group}/apps/greeting/values.yaml`, `message: Hello from ${environment}\n`] as const,
    ]),
  );
}

const helloLeaf = `apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
# The base apps/hello of main is the first resource by itself.
replicas:
- name: hello
  count: 1
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hello
spec:
  replicas: 1
  selector:
    matchLabels:
      app: hello
  template:
    metadata:
      labels:
        app: hello
    spec:
      containers:
      - name: hello
        image: ${helloImage}
        envFrom:
        - configMapRef:
            name: greeting
        ports:
        - name: http
          containerPort: 9898
        readinessProbe:
          httpGet:
            path: /readyz
            port: http
`;

const service = `apiVersion: v1
kind: Service
metadata:
  name: hello
spec:
  selector:
    app: hello
  ports:
  - name: http
    port: 80
    targetPort: http
`;
