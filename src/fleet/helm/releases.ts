import { expectedAmong } from '../coverage/expected.ts';
import { fluxObjectsIn } from '../coverage/flux-objects.ts';
import { helmGroup, inventoryId, type ObjectIdentity } from '../coverage/identity.ts';
import type { Finding } from '../kustomization.ts';
import type { ClusterExpectation, ClusterObservation, KustomizationEvidence } from '../types.ts';
import { listNames } from '../words.ts';
import { judgeRelease, releaseTrouble } from './judge-release.ts';
import type { HelmReleaseEvidence } from './types.ts';

type Reached = Extract<ClusterObservation, { readonly kind: 'reached' }>;

/** What the HelmReleases of a group say about the expected commit. */
export interface ReleaseFindings {
  readonly findings: readonly Finding[];
  /** What is named and not waited for, in sentences. */
  readonly warnings: readonly string[];
  /** Those that have not failed, as Flux names them: `HelmRelease/shop/web`. */
  readonly sound?: ReadonlySet<string>;
}

/**
 * Judges the HelmReleases that the group's leaves contain, and those of the Kustomizations that a leaf brings. Which ones
 * these are is what the inventories say: there a name is the one on the cluster.
 */
export function judgeReleases({ helm, kustomizations }: Reached, expectation: ClusterExpectation): ReleaseFindings {
  const wanted = wantedReleases(kustomizations, expectation);
  if (wanted.size === 0) return { findings: [], warnings: [] };
  const { releases = [], unread } = helm ?? {};
  if (unread !== undefined) return { findings: [pending(`HelmReleases cannot be read: ${unread}`)], warnings: [] };
  const found = new Map(releases.map((each) => [idOf(each), each]));
  const isSound = ([id, owner]: [string, KustomizationEvidence]) => {
    const release = found.get(id);
    return release !== undefined && judgeRelease(release, { owner, expectation })?.state !== 'failed';
  };
  return {
    sound: new Set([...wanted].filter(isSound).map(([id]) => `HelmRelease/${namesIn(id)}`)),
    findings: [...wanted].flatMap(([id, owner]) => {
      const release = found.get(id);
      if (release !== undefined) return judgeRelease(release, { owner, expectation }) ?? [];
      return pending(
        `HelmRelease ${namesIn(id)} is not there, and Kustomization ${owner.namespace}/${owner.name} has applied it`,
      );
    }),
    warnings: untoldCharts([...wanted.keys()].flatMap((id) => found.get(id) ?? [])),
  };
}

/** Says what got worse with a HelmRelease that was healthy at the expected commit; undefined: nothing did. */
export function releaseRegression(
  { helm, kustomizations }: Reached,
  expectation: ClusterExpectation,
): string | undefined {
  const found = new Map(helm?.releases.map((each) => [idOf(each), each]));
  for (const [id, owner] of wantedReleases(kustomizations, expectation)) {
    const release = found.get(id);
    const trouble = release && releaseTrouble(release, { owner, expectation });
    if (trouble !== undefined) return `HelmRelease ${namesIn(id)} was healthy, and now ${trouble}`;
  }
  return undefined;
}

/** Answers the inventory ids of the HelmReleases that count, and who has applied each. */
function wantedReleases(
  kustomizations: readonly KustomizationEvidence[],
  { leaves }: ClusterExpectation,
): ReadonlyMap<string, KustomizationEvidence> {
  const { releases, kustomizations: brought } = fluxObjectsIn(leaves);
  const wanted = new Map<string, KustomizationEvidence>();
  if (releases.length === 0 && brought.length === 0) return wanted;
  const isOfLeaf = expectedAmong(releases);
  const children = new Set(brought.map(({ namespace, name }) => `${namespace}/${name}`));
  for (const kustomization of kustomizations.filter(({ remote }) => !remote)) {
    const isChild = children.has(`${kustomization.namespace}/${kustomization.name}`);
    for (const id of kustomization.inventory ?? []) {
      if (!id.endsWith(END)) continue;
      if (isChild || isOfLeaf(identityIn(id), kustomization.changes)) wanted.set(id, kustomization);
    }
  }
  return wanted;
}

const END = `_${helmGroup}_HelmRelease`;

function identityIn(id: string): ObjectIdentity {
  const [namespace = '', name = ''] = namesIn(id).split('/');
  return { group: helmGroup, kind: 'HelmRelease', namespace, name };
}

function idOf({ namespace, name }: HelmReleaseEvidence): string {
  return inventoryId({ group: helmGroup, kind: 'HelmRelease', namespace, name });
}

/** Reads the name in an inventory id, as people write it: neither a namespace nor a HelmRelease's name has a "_". */
function namesIn(id: string): string {
  return id.slice(0, -END.length).replace('_', '/');
}

function untoldCharts(releases: readonly HelmReleaseEvidence[]): readonly string[] {
  const untold = releases.filter(({ chart }) => chart?.untold);
  if (untold.length === 0) return [];
  const names = untold.map(({ namespace, name, chart }) => `${namespace}/${name} from ${chart?.name}`);
  return [
    `Some HelmReleases have a chart of which nobody can tell the commit or the version, so it is not covered: ${listNames(names)}.`,
  ];
}

function pending(says: string): Finding {
  return { state: 'pending', says, failedAtRevision: false };
}
