import type { KubeObject } from '../kubernetes/objects.ts';

export const helmReleaseKind = { apiVersion: 'helm.toolkit.fluxcd.io/v2', kind: 'HelmRelease' };

/** A HelmRelease, as far as the rig knows it. */
export interface HelmRelease extends KubeObject {
  readonly spec: {
    readonly suspend?: boolean;
    readonly chart?: {
      readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
      readonly spec: { readonly chart: string; readonly sourceRef: { readonly namespace?: string } };
    };
    readonly chartRef?: { readonly kind: string; readonly name: string; readonly namespace?: string };
    readonly upgrade?: { readonly remediation?: { readonly retries?: number } };
    readonly values?: { readonly value?: string; readonly fail?: string; readonly broken?: boolean };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly failures?: number;
    readonly lastAttemptedGeneration?: number;
    readonly lastAttemptedRevision?: string;
    readonly lastAttemptedRevisionDigest?: string;
    readonly lastAttemptedReleaseAction?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** What the rig's chart makes of a HelmRelease: past all status, it shows what was released. */
export function releaseObject(
  { metadata, spec }: HelmRelease,
  { version, content }: { readonly version: string; readonly content: string },
): KubeObject {
  const { namespace = '', name } = metadata;
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: releasedName(name), namespace },
    data: { value: `${spec.values?.value}`, version, content },
  };
}

export function releasedName(release: string): string {
  return `${release}-release`;
}

/** A pod that never becomes ready. */
const brokenPod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'broken' },
  spec: { nodeSelector: { nowhere: 'at-all' }, containers: [{ name: 'main', image: 'registry.example.org/web:1' }] },
};

/**
 * A chart that makes the same as `releaseObject`. With the value `fail` it cannot be rendered, and with `broken` what it
 * installs does not become ready.
 */
export function chartFiles(folder: string, content: string, version = '1.0.0'): Readonly<Record<string, string>> {
  const template = [
    '{{ if .Values.fail }}{{ fail .Values.fail }}{{ end }}',
    'apiVersion: v1',
    'kind: ConfigMap',
    'metadata: { name: {{ .Release.Name }}-release }',
    'data: { value: {{ .Values.value | quote }}, version: {{ .Chart.Version | quote }}, content: {{ .Values.content | quote }} }',
    '{{ if .Values.broken }}',
    '---',
    JSON.stringify(brokenPod),
    '{{ end }}',
    '',
  ];
  return {
    [`${folder}/Chart.yaml`]: JSON.stringify({ apiVersion: 'v2', name: 'web', version }),
    [`${folder}/values.yaml`]: JSON.stringify({ content }),
    [`${folder}/templates/release.yaml`]: template.join('\n'),
  };
}
