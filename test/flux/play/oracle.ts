import { parse } from 'yaml';
import { type HelmRelease, releasedName, releaseObject } from '../helm/release.ts';
import type { KubeClient } from '../kubernetes/client.ts';
import { type KubeObject, nameOf, type ObjectRef } from '../kubernetes/objects.ts';
import { whereDifferent } from '../kubernetes/subset.ts';
import type { CheckedObject, Coverage } from '../scenes/scene.ts';
import type { Files } from '../source/remote.ts';

/** What a commit makes of a cluster. */
export interface CommitContent {
  readonly objects: readonly KubeObject[];
  /** The files of the commit, which may hold the charts of its HelmReleases. */
  readonly files?: Files;
  /** What earlier commits had, and this one has not. */
  readonly gone: readonly ObjectRef[];
}

interface Workload extends KubeObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: Readonly<Record<string, number | undefined>>;
}

/**
 * Looks at the cluster itself, past Flux and the product, and says why it is not as one of the commits wants it; empty: it
 * is. What must be true depends on the kind of coverage:
 *
 * - `path`: the commit's workloads that are there are available in their present generation.
 * - `inventory`: that, and every object of the commit is there, whatever its content.
 * - `strict`: that, and each has the commit's content and is not going, its HelmReleases have released their values and the
 *   commit's chart, and what the commit no longer has is gone.
 */
export async function whyNotAsCommitted(
  client: KubeClient,
  commits: readonly CommitContent[],
  coverage: Coverage = 'strict',
): Promise<readonly string[]> {
  let complaints: readonly string[] = ['there is no commit'];
  for (const commit of commits) {
    complaints = await complaintsAbout(client, commit, coverage);
    if (complaints.length === 0) return [];
  }
  return complaints;
}

/** What a check of `verify` has found, of a commit that was merged then. */
interface PassedCheck extends CheckedObject {
  readonly namespace: string;
  /** ISO 8601. */
  readonly since: string;
}

/** Says why no Job of the commit has run to its end, though a check of it passed; empty: one has. */
export async function whyCheckIsUntrue(client: KubeClient, check: PassedCheck): Promise<readonly string[]> {
  const { kind, name, namespace, since } = check;
  if (kind !== 'Job') throw new Error(`the oracle knows no ${kind}`);
  const isMeant = ({ metadata }: KubeObject) =>
    metadata.namespace === namespace &&
    (name.endsWith('*') ? metadata.name.startsWith(name.slice(0, -1)) : metadata.name === name);
  // The items of a list do not say what they are.
  const listed = (await client.list({ apiVersion: 'batch/v1', kind })).map((each) => ({ ...each, kind }));
  const jobs = listed.filter(isMeant) as readonly Job[];
  if (jobs.length === 0) return [`there is no Job ${name}`];
  return jobs.flatMap((job) => {
    const { status, metadata } = job;
    if (!status?.conditions?.some((each) => each.type === 'Complete' && each.status === 'True'))
      return [`${nameOf(job)} is not complete`];
    const isOlder = Date.parse(`${metadata.creationTimestamp}`) < Math.floor(Date.parse(since) / 1000) * 1000;
    return isOlder ? [`${nameOf(job)} was made before the merge`] : [];
  });
}

interface Job extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

async function complaintsAbout(
  client: KubeClient,
  { objects, files = {}, gone }: CommitContent,
  coverage: Coverage,
): Promise<readonly string[]> {
  const required = objects.filter((object) => !leavesItToOthers(object));
  const wrong = required.map(async (object) => whatIsWrong(object, await client.get(object), coverage));
  const releases = coverage === 'strict' ? required.filter(({ kind }) => kind === 'HelmRelease') : [];
  const unreleased = releases.map((each) => whyNotReleased(client, each as HelmRelease, files));
  const mustGo = coverage === 'strict' ? gone : [];
  const left = mustGo.map(async (ref) =>
    (await client.get(ref)) ? `${nameOf(ref)} was removed and is still there` : '',
  );
  return (await Promise.all([...wrong, ...unreleased, ...left])).filter((each) => each !== '');
}

/** An object whose own manifest tells Flux not to keep it as it is written is nobody's loss. */
function leavesItToOthers({ metadata: { annotations = {} } }: KubeObject): boolean {
  const ssa = annotations['kustomize.toolkit.fluxcd.io/ssa'];
  return (
    ssa === 'IfNotPresent' || ssa === 'Ignore' || annotations['kustomize.toolkit.fluxcd.io/reconcile'] === 'disabled'
  );
}

function whatIsWrong(wanted: KubeObject, actual: KubeObject | undefined, coverage: Coverage): string {
  const name = nameOf(wanted);
  if (!actual) return coverage === 'path' ? '' : `${name} is not there`;
  const isStrict = coverage === 'strict';
  if (isStrict && actual.metadata.deletionTimestamp) return `${name} is being deleted`;
  const difference = isStrict ? whereDifferent(wanted, actual) : undefined;
  if (difference !== undefined) return `${name} differs from the commit at ${difference}`;
  return wanted.kind === 'Deployment' ? whyNotAvailable(name, actual as Workload) : '';
}

/** Looks at what a HelmRelease released, past what its status says: its values, and its chart where the commit has that. */
async function whyNotReleased(client: KubeClient, release: HelmRelease, files: Files): Promise<string> {
  const { metadata, spec } = release;
  const folder = spec.chart?.spec.chart.replace(/^\.\//, '');
  const values = files[`${folder}/values.yaml`];
  const wanted = releaseObject(release, { version: '', content: '' });
  const difference = whereDifferent(
    { value: `${spec.values?.value}`, ...(values && { content: `${parse(values).content}` }) },
    (
      await client.get({
        ...wanted,
        metadata: { name: releasedName(metadata.name), namespace: metadata.namespace ?? '' },
      })
    )?.data,
  );
  return difference === undefined
    ? ''
    : `${nameOf(release)} has not released the commit's ${difference.slice(1) || 'values'}`;
}

function whyNotAvailable(name: string, { metadata, spec, status = {} }: Workload): string {
  const wanted = spec.replicas ?? 1;
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0)) return `${name} has not been looked at by its controller`;
  if (updatedReplicas < wanted || replicas > updatedReplicas) return `${name} has not been rolled out`;
  return availableReplicas < wanted ? `${name} has ${availableReplicas} of ${wanted} replicas available` : '';
}
