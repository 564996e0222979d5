import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const mainDirectory = fileURLToPath(new URL('./main/', import.meta.url));

/** Reads the files of the sample platform's main from demo/sample/main. */
export async function mainFiles(): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(mainDirectory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return new Map(
    await Promise.all(
      files.map(async (file) => [relative(mainDirectory, file), await readFile(file, 'utf8')] as const),
    ),
  );
}

/** Answers a change of main that becomes healthy everywhere. */
export async function fresherShop(): Promise<ReadonlyMap<string, string>> {
  const path = 'apps/blue/shop/source.yaml';
  const source = (await mainFiles()).get(path) ?? '';
  return new Map([[path, source.replace('interval: 1m', 'interval: 30s')]]);
}

/**
 * How a commit breaks the forwarder in qa. Stand-in clusters know it by an annotation. On real ones the forwarder gets a
 * gateway on the host network, which the admission policy of qa's clusters refuses.
 */
export type ForwarderFault = 'annotation' | 'host network';

/**
 * Answers a change of main that cannot become healthy in qa: the forwarder's new version asks for a permission that qa's
 * clusters do not give.
 */
export function brokenForwarder(fault: ForwarderFault = 'annotation'): Promise<ReadonlyMap<string, string>> {
  const version = { chart: '2.0.0', app: '2.0' };
  if (fault === 'host network') return forwarder(version, 'gateway: { hostNetwork: true }', [gateway]);
  return forwarder(version, 'annotations:\n  demo.fairlead.dev/unhealthy-in: qa');
}

/** Answers the change that mends it: a version that does without the permission. */
export function mendedForwarder(fault: ForwarderFault = 'annotation'): Promise<ReadonlyMap<string, string>> {
  const version = { chart: '2.0.1', app: '2.0.1' };
  if (fault === 'host network') return forwarder(version, 'gateway: { hostNetwork: false }', [gateway]);
  return forwarder(version, 'annotations: {}');
}

const chart = 'infra/logging/log-forwarder';

async function forwarder(
  version: { readonly chart: string; readonly app: string },
  values: string,
  more: readonly (readonly [string, string])[] = [],
): Promise<ReadonlyMap<string, string>> {
  const main = await mainFiles();
  const read = (file: string) => main.get(`${chart}/${file}`) ?? '';
  return new Map([
    [
      `${chart}/Chart.yaml`,
      read('Chart.yaml').replace('version: 1.4.0', `version: ${version.chart}`).replace('"1.4"', `"${version.app}"`),
    ],
    [`${chart}/values.yaml`, read('values.yaml').replace('annotations: {}', values)],
    ...more,
  ]);
}

/** The deadline is short, so that Kubernetes soon says that a rollout does not get on. */
const gateway = [
  `${chart}/templates/gateway.yaml`,
  `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-gateway
spec:
  progressDeadlineSeconds: 15
  selector:
    matchLabels:
      app.kubernetes.io/name: {{ .Release.Name }}-gateway
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {{ .Release.Name }}-gateway
        app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
    spec:
      hostNetwork: {{ .Values.gateway.hostNetwork }}
      containers:
      - name: gateway
        image: "{{ .Values.image }}-gateway:{{ .Chart.AppVersion }}"
`,
] as const;
