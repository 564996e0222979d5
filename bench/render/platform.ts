/** How large the generated platform is. */
export interface PlatformSize {
  readonly bases: number;
  readonly groups: number;
}

export type LeafStyle = 'kustomize' | 'chart' | 'plain';

export interface BenchLeaf {
  readonly group: string;
  /** The path of its base. */
  readonly path: string;
  readonly style: LeafStyle;
  /** The namespace of a chart's release. */
  readonly namespace: string;
}

export interface GeneratedPlatform {
  readonly main: ReadonlyMap<string, string>;
  readonly config: ReadonlyMap<string, string>;
  readonly leaves: readonly BenchLeaf[];
}

/** Stands in the kustomizations where the reference to main belongs: a URL in git, a path for the shell loop. */
export const mainReference = '<main>';

const teamCount = 20;

/**
 * Makes a platform: half of its bases are kustomize's with a patch in every group, a quarter charts, a quarter plain
 * manifests.
 */
export function generatePlatform({ bases, groups }: PlatformSize): GeneratedPlatform {
  const main = new Map<string, string>();
  const config = new Map<string, string>();
  const leaves: BenchLeaf[] = [];
  const groupNames = Array.from({ length: groups }, (_, index) => `region-${index + 1}`);
  main.set('fairlead.yaml', fairleadYaml);
  for (let index = 0; index < bases; index++) {
    const team = `team-${String(index % teamCount).padStart(2, '0')}`;
    const name = `app-${String(index).padStart(3, '0')}`;
    const path = `apps/${team}/${name}`;
    const style = (['kustomize', 'chart', 'kustomize', 'plain'] as const)[index % 4] ?? 'plain';
    const base = { path, name, team, style };
    addBase(main, base);
    for (const group of groupNames) {
      addLeaf(config, base, group);
      leaves.push({ group, path, style, namespace: team });
    }
  }
  for (const group of groupNames) config.set(`${group}/values.yaml`, `region: ${group}\n`);
  return { main, config, leaves };
}

/** Answers the file of main that changes one base for the `turn`th time. */
export function oneBaseChange({ main }: GeneratedPlatform, turn: number): ReadonlyMap<string, string> {
  const [path, content] = [...main].find(([name]) => name.endsWith('app-000/deployment.yaml')) ?? [];
  if (path === undefined || content === undefined) throw new Error('The platform has no app-000.');
  const next = content.replace('registry.example.com/app-000:1.0.0', `registry.example.com/app-000:1.0.${turn}`);
  return new Map([[path, next]]);
}

const fairleadYaml = `apiVersion: fairlead.dev/v1
kind: Platform
name: bench
gitops: { repository: https://git.example.com/acme/gitops }
source: { repository: https://git.example.com/acme/platform-src }
stages: [dev]
`;

/** One base of the generated platform. */
interface GeneratedBase {
  readonly path: string;
  readonly name: string;
  readonly team: string;
  readonly style: LeafStyle;
}

function addBase(main: Map<string, string>, { path, name, team, style }: GeneratedBase): void {
  if (style === 'chart') {
    main.set(`${path}/Chart.yaml`, `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`);
    main.set(`${path}/helm.yaml`, `namespace: ${team}\n`);
    main.set(`${path}/values.yaml`, 'replicas: 1\nregion: none\nimage: { tag: 1.0.0 }\nconfig: { level: info }\n');
    main.set(`${path}/templates/_helpers.tpl`, helpers);
    main.set(`${path}/templates/deployment.yaml`, deploymentTemplate);
    main.set(`${path}/templates/service.yaml`, serviceTemplate);
    main.set(`${path}/templates/configmap.yaml`, configMapTemplate);
    return;
  }
  const namespace = style === 'plain' ? team : undefined;
  main.set(`${path}/deployment.yaml`, deployment(name, namespace));
  main.set(`${path}/service.yaml`, service(name, namespace));
  main.set(`${path}/configmap.yaml`, configMap(name, namespace));
  if (style === 'kustomize') {
    main.set(
      `${path}/kustomization.yaml`,
      `namespace: ${team}\nresources:\n- deployment.yaml\n- service.yaml\n- configmap.yaml\n`,
    );
  }
}

function addLeaf(config: Map<string, string>, { path, name, style }: GeneratedBase, group: string): void {
  const leaf = `${group}/${path}`;
  if (style === 'plain') config.set(`${leaf}/.gitkeep`, '');
  if (style === 'chart')
    config.set(
      `${leaf}/values.yaml`,
      `replicas: 3\nconfig: { level: warn, endpoint: https://${group}.example.com/${name} }\n`,
    );
  if (style !== 'kustomize') return;
  config.set(`${leaf}/kustomization.yaml`, `resources:\n- ${mainReference}${path}\npatches:\n- path: patch.yaml\n`);
  config.set(`${leaf}/patch.yaml`, patch(name, group));
}

function deployment(name: string, namespace: string | undefined): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}${namespaceLine(namespace)}
  labels: { app: ${name} }
spec:
  replicas: 1
  selector:
    matchLabels: { app: ${name} }
  template:
    metadata:
      labels: { app: ${name} }
    spec:
      containers:
      - name: app
        image: registry.example.com/${name}:1.0.0
        ports: [{ containerPort: 8080 }]
        envFrom: [{ configMapRef: { name: ${name} } }]
        resources:
          requests: { cpu: 100m, memory: 128Mi }
          limits: { memory: 256Mi }
`;
}

function service(name: string, namespace: string | undefined): string {
  return `apiVersion: v1
kind: Service
metadata:
  name: ${name}${namespaceLine(namespace)}
spec:
  selector: { app: ${name} }
  ports: [{ port: 80, targetPort: 8080 }]
`;
}

function configMap(name: string, namespace: string | undefined): string {
  return `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}${namespaceLine(namespace)}
data:
  LEVEL: info
  ENDPOINT: https://example.com/${name}
`;
}

function patch(name: string, group: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 3
  template:
    spec:
      containers:
      - name: app
        env: [{ name: REGION, value: ${group} }]
`;
}

function namespaceLine(namespace: string | undefined): string {
  return namespace === undefined ? '' : `\n  namespace: ${namespace}`;
}

const helpers = `{{- define "labels" }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
`;

const deploymentTemplate = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
  labels: {{- include "labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {{- include "labels" . | nindent 6 }}
  template:
    metadata:
      labels: {{- include "labels" . | nindent 8 }}
    spec:
      containers:
        - name: app
          image: "registry.example.com/{{ .Chart.Name }}:{{ .Values.image.tag }}"
          envFrom: [{ configMapRef: { name: {{ .Release.Name }} } }]
`;

const serviceTemplate = `apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  selector: {{- include "labels" . | nindent 4 }}
  ports: [{ port: 80, targetPort: 8080 }]
`;

const configMapTemplate = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
data:
  REGION: {{ .Values.region | quote }}
  {{- range $key, $value := .Values.config }}
  {{ $key | upper }}: {{ $value | quote }}
  {{- end }}
`;
