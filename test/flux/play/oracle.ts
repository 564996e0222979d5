import type { KubeClient } from '../kubernetes/client.ts';
import { type KubeObject, nameOf, type ObjectRef } from '../kubernetes/objects.ts';
import { whereDifferent } from '../kubernetes/subset.ts';

/** What a commit makes of a cluster. */
export interface CommitContent {
  readonly objects: readonly KubeObject[];
  /** What earlier commits had, and this one has not. */
  readonly gone: readonly ObjectRef[];
}

interface Workload extends KubeObject {
  readonly spec: { readonly replicas?: number };
  readonly status?: Readonly<Record<string, number | undefined>>;
}

/**
 * Looks at the cluster itself, past Flux and the product, and says why it is not as one of the commits wants it; empty: it
 * is. Every object of the commit must be there with the commit's content and not be going, its workloads must be available
 * in their present generation, and what the commit no longer has must be gone.
 */
export async function whyNotAsCommitted(
  client: KubeClient,
  commits: readonly CommitContent[],
): Promise<readonly string[]> {
  let complaints: readonly string[] = ['there is no commit'];
  for (const commit of commits) {
    complaints = await complaintsAbout(client, commit);
    if (complaints.length === 0) return [];
  }
  return complaints;
}

async function complaintsAbout(client: KubeClient, { objects, gone }: CommitContent): Promise<readonly string[]> {
  const required = objects.filter((object) => !leavesItToOthers(object));
  const wrong = required.map(async (object) => whatIsWrong(object, await client.get(object)));
  const left = gone.map(async (ref) =>
    (await client.get(ref)) ? `${nameOf(ref)} was removed and is still there` : '',
  );
  return (await Promise.all([...wrong, ...left])).filter((each) => each !== '');
}

/** An object whose own manifest tells Flux not to keep it as it is written is nobody's loss. */
function leavesItToOthers({ metadata: { annotations = {} } }: KubeObject): boolean {
  const ssa = annotations['kustomize.toolkit.fluxcd.io/ssa'];
  return (
    ssa === 'IfNotPresent' || ssa === 'Ignore' || annotations['kustomize.toolkit.fluxcd.io/reconcile'] === 'disabled'
  );
}

function whatIsWrong(wanted: KubeObject, actual: KubeObject | undefined): string {
  const name = nameOf(wanted);
  if (!actual) return `${name} is not there`;
  if (actual.metadata.deletionTimestamp) return `${name} is being deleted`;
  const difference = whereDifferent(wanted, actual);
  if (difference !== undefined) return `${name} differs from the commit at ${difference}`;
  return wanted.kind === 'Deployment' ? whyNotAvailable(name, actual as Workload) : '';
}

function whyNotAvailable(name: string, { metadata, spec, status = {} }: Workload): string {
  const wanted = spec.replicas ?? 1;
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (observedGeneration < (metadata.generation ?? 0)) return `${name} has not been looked at by its controller`;
  if (updatedReplicas < wanted || replicas > updatedReplicas) return `${name} has not been rolled out`;
  return availableReplicas < wanted ? `${name} has ${availableReplicas} of ${wanted} replicas available` : '';
}
