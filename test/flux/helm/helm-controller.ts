import { parse } from 'yaml';
import type { KubeClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/objects.ts';
import { whereDifferent } from '../kubernetes/subset.ts';
import type { ArtifactServer } from '../source/artifact-server.ts';
import { control, createLateness, type SourceControllerOptions } from '../source/control.ts';
import { type HelmRelease, helmReleaseKind, releaseObject } from './release.ts';
import { type Attempt, failedStatus, readyStatus, runningStatus, waitingStatus } from './status.ts';

/**
 * Plays helm-controller on one cluster, by the status that the v2 API documents: it makes HelmCharts of templates, waits
 * for the chart, installs and upgrades when the spec or the chart is a new one, tries a failed action again as often as
 * `remediation.retries` says, and then is stalled. What cannot be rendered makes no release, and is tried again for ever. What it releases is one ConfigMap of the values and the chart. Answers
 * how to end it.
 */
export function startHelmStandIn({ client, artifacts }: SourceControllerOptions): () => Promise<void> {
  const isDue = createLateness();
  return control(client, helmReleaseKind, async (object) => {
    const release = object as HelmRelease;
    if (release.spec.suspend || release.metadata.deletionTimestamp) return;
    const chart = await chartOf({ client, artifacts }, release);
    if (typeof chart === 'string') return write(client, release, waitingStatus(release, chart));
    const attempt = { version: chart.version, digest: chart.digest };
    const what = JSON.stringify([release.metadata.generation, attempt]);
    if (isAttempted(release, attempt) && !isTriedAgain(release)) return;
    if (!isDue(release, what)) return;
    if (!isRunning(release, attempt)) return write(client, release, runningStatus(release, attempt));
    const { fail, broken } = release.spec.values ?? {};
    if (fail !== undefined)
      return write(client, release, failedStatus(release, { ...attempt, why: fail, made: false }));
    if (broken) {
      const failure = { ...attempt, why: 'resource not ready: Pod/broken', made: true };
      return write(client, release, failedStatus(release, failure));
    }
    await client.apply(releaseObject(release, chart));
    return write(client, release, readyStatus(release, attempt));
  });
}

interface Chart extends Attempt {
  readonly content: string;
}

async function chartOf(
  { client, artifacts }: { readonly client: KubeClient; readonly artifacts: ArtifactServer },
  { metadata, spec }: HelmRelease,
): Promise<Chart | string> {
  const source = sourceOf(metadata, spec);
  if (spec.chart)
    await client.apply({ ...source, metadata: { ...spec.chart.metadata, ...source.metadata }, spec: spec.chart.spec });
  const found = (await client.get(source)) as Source | undefined;
  const name = `${source.kind} '${source.metadata.namespace}/${source.metadata.name}'`;
  if (found === undefined) return `could not get Source object: ${name} not found`;
  if (found.metadata.generation !== found.status?.observedGeneration || !found.status?.artifact)
    return `${name} is not ready: latest generation of object has not been reconciled`;
  const { path, revision } = found.status.artifact;
  const files = Object.entries(artifacts.published(path) ?? {});
  const read = (file: string) =>
    parse(files.find(([each]) => each.endsWith(file))?.[1] ?? '') as Record<string, string>;
  const digest = source.kind === 'OCIRepository' ? revision.split('@')[1] : undefined;
  const { version } = read('Chart.yaml');
  return {
    version: digest === undefined ? `${version}` : `${version}+${digest.slice('sha256:'.length, 19)}`,
    digest,
    content: `${read('values.yaml').content}`,
  };
}

interface Source extends KubeObject {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly artifact?: { readonly path: string; readonly revision: string };
  };
}

function sourceOf(metadata: HelmRelease['metadata'], { chart, chartRef }: HelmRelease['spec']) {
  const { namespace = '' } = metadata;
  return {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: chartRef?.kind ?? 'HelmChart',
    metadata: {
      name: chartRef?.name ?? `${namespace}-${metadata.name}`,
      namespace: chartRef?.namespace ?? chart?.spec.sourceRef.namespace ?? namespace,
    },
  };
}

function isAttempted(release: HelmRelease, attempt: Attempt): boolean {
  return isLatest(release, attempt) && !isUnknown(release);
}

function isRunning(release: HelmRelease, attempt: Attempt): boolean {
  return isLatest(release, attempt) && isUnknown(release);
}

function isLatest({ metadata, status }: HelmRelease, { version, digest }: Attempt): boolean {
  return (
    status?.lastAttemptedGeneration === metadata.generation &&
    status?.lastAttemptedRevision === version &&
    status?.lastAttemptedRevisionDigest === digest
  );
}

function isUnknown({ status }: HelmRelease): boolean {
  return status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'Unknown') === true;
}

/** A failed action is tried again until the release is stalled. */
function isTriedAgain({ status }: HelmRelease): boolean {
  const isTrue = (wanted: string) =>
    status?.conditions?.some(({ type, status: is }) => type === wanted && is === 'True') === true;
  return !isTrue('Ready') && !isTrue('Stalled');
}

/** Writes a status that says something new. */
async function write(client: KubeClient, release: HelmRelease, status: object): Promise<void> {
  const withoutTimes = JSON.parse(
    JSON.stringify(status, (key, value) => (key === 'lastTransitionTime' ? undefined : value)),
  );
  if (whereDifferent(withoutTimes, release.status) !== undefined) await client.patch(release, { status }, 'status');
}
