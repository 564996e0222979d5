import { createHash, randomUUID } from 'node:crypto';
import { renderedObjects } from '../../../src/activities/verify/rendered-objects.ts';
import { reachOf } from '../../../src/fleet/coverage/reach.ts';
import { createFluxFleet } from '../../../src/fleet/flux/fleet.ts';
import { judgeInTime } from '../../../src/fleet/judging/in-time.ts';
import { clusterRegression } from '../../../src/fleet/regression.ts';
import type { NamedVerdict } from '../../../src/fleet/summary.ts';
import type {
  ClusterExpectation,
  ClusterObservation,
  ClusterVerdict,
  FailureMemory,
} from '../../../src/fleet/types.ts';
import { isUnasked } from '../../../src/fleet/unasked.ts';
import { hasCustom, judgeApplied, kindsToRead } from '../../../src/fleet/verify/applied.ts';
import { judgeObjects } from '../../../src/fleet/verify/judge-objects.ts';
import { leftovers, wantedOf } from '../../../src/fleet/verify/leftovers.ts';
import type { GitRepository, TreeFile } from '../../../src/git/repository.ts';
import { leavesAt } from '../../../src/gitops/leaves/leaves.ts';
import { objectsGone } from '../../../src/gitops/leaves/removed.ts';
import type { CoveragePolicy } from '../../../src/platform/types.ts';
import type { ObjectReference } from '../../../src/platform/verify/verify-check.ts';
import type { Files } from '../source/remote.ts';

/** The rollout as production code sees it at a look. */
export interface RolloutState {
  /** The ids of the commits that count. */
  readonly acceptable: ReadonlySet<string>;
  /** The newest of them. */
  readonly files: Files;
  /** What the branch had before, newest first, back to the last commit at which a promotion ended healthy. */
  readonly earlier: readonly Files[];
  readonly phase: 'rollout' | 'soak' | 'after soak';
  readonly soakEnds?: string;
  readonly deadlinePassed: boolean;
  /** When the commit was merged, ISO 8601. */
  readonly mergedAt: string;
}

type Phase = RolloutState['phase'];

/** What the scenes need of the product, and the only place where they meet its types. */
export interface Product {
  look(rollout: RolloutState): Promise<NamedVerdict>;
  /** Makes a check of `verify`, whatever the rollout says. */
  check(rollout: RolloutState, object: ObjectReference): Promise<ClusterVerdict>;
  /** Begins a round of asking, as a promotion does after a merge and at the end of a soak. */
  ask(phase: Phase, options: { readonly mayAsk: boolean }): Promise<void>;
}

/** Where the product finds the cluster of a scene, and what Flux follows there. */
export interface ProductOptions {
  readonly kubeconfigPath: string;
  readonly context: string;
  readonly group: string;
  /** The folders below the group's. */
  readonly categories: readonly string[];
  readonly repository: string;
  readonly branch: string;
  readonly coverage: CoveragePolicy;
}

const timeoutMs = 10_000;
const askAgainMs = 60_000;

/** Opens the production code on one cluster. What it does at a look is what the step `awaitRollout` does. */
export function openProduct(options: ProductOptions): Product {
  const { kubeconfigPath, context, group, categories, coverage, ...source } = options;
  const fleet = createFluxFleet({ kubeconfig: { files: kubeconfigPath } });
  const cluster = { name: context, context };
  let remembered: FailureMemory | undefined;
  let round = { token: '', mayAsk: true, askedAgainAt: 0 };
  const request = (phase: Phase) => {
    const ask = phase === 'after soak' ? 'reconcile' : 'fetch';
    return fleet.requestReconciliation(cluster, source, { timeoutMs, token: round.token, ask });
  };
  const expectationOf = async (rollout: RolloutState): Promise<ClusterExpectation> => {
    const { leaves, folders } = await leavesAt(asRepository(rollout.files), '', new Map([[group, categories]]));
    const { acceptable, deadlinePassed, phase, soakEnds } = rollout;
    const after = phase === 'after soak' && soakEnds !== undefined;
    const ofGroup = leaves.get(group) ?? [];
    return {
      group,
      leaves: ofGroup,
      removed: ofGroup.length === 0,
      coverage,
      reach: reachOf(folders),
      acceptable: (revision) => acceptable.has(revision),
      now: Date.now(),
      remembered,
      deadlinePassed,
      reconciledSince: after ? { time: soakEnds, token: round.token } : undefined,
    };
  };
  const withRemovals = async (verdict: ClusterVerdict, rollout: RolloutState): Promise<ClusterVerdict> => {
    if (verdict.state !== 'healthy' || rollout.phase === 'soak') return verdict;
    const leavesOf = async (files: Files) =>
      (await leavesAt(asRepository(files), '', new Map([[group, categories]]))).leaves.get(group) ?? [];
    const removed = objectsGone(await Promise.all(rollout.earlier.map(leavesOf)), await leavesOf(rollout.files));
    const observation = await fleet.observeObjects(cluster, { source, wanted: wantedOf(removed) }, { timeoutMs });
    if (observation.kind === 'unreachable') return { state: 'unknown', awaited: observation.why };
    const acceptable = (revision: string) => rollout.acceptable.has(revision);
    const left = leftovers(observation, { removed, acceptable });
    return left === undefined ? verdict : { ...verdict, state: 'pending', awaited: left };
  };
  const withApplied = async (verdict: ClusterVerdict, { leaves }: ClusterExpectation, { phase }: RolloutState) => {
    const isNeeded = verdict.notAwaited || hasCustom(leaves);
    if (verdict.state !== 'healthy' || phase === 'soak' || !isNeeded) return verdict;
    const query = { source, kindsFor: kindsToRead.bind(undefined, leaves) };
    const observation = await fleet.observeApplied(cluster, query, { timeoutMs });
    if (observation.kind === 'unreachable') return { ...verdict, state: 'unknown', awaited: observation.why } as const;
    const { awaited, warnings } = judgeApplied(observation, leaves);
    const all = [...(verdict.warnings ?? []), ...warnings];
    return awaited === ''
      ? { ...verdict, warnings: all }
      : ({ ...verdict, state: 'pending', awaited, warnings: all } as const);
  };
  return {
    async look(rollout) {
      const expectation = await expectationOf(rollout);
      const observation = await fleet.observe(cluster, source, { timeoutMs });
      const judged = judge(observation, expectation, rollout.phase);
      const verdict =
        coverage === 'strict' ? await withApplied(await withRemovals(judged, rollout), expectation, rollout) : judged;
      remembered = verdict.remembered;
      const mustHear =
        verdict.state === 'pending' && isUnasked(observation, { phase: rollout.phase, token: round.token });
      if (mustHear && round.mayAsk && Date.now() - round.askedAgainAt >= askAgainMs) {
        round = { ...round, askedAgainAt: Date.now() };
        await request(rollout.phase);
      }
      return { name: context, ...verdict };
    },
    async check(rollout, object) {
      const { leaves } = await leavesAt(asRepository(rollout.files), '', new Map([[group, categories]]));
      const rendered = renderedObjects(leaves, object);
      const wanted = rendered.get(group) ?? [];
      if (wanted.length === 0) throw new Error(`no leaf has the ${object.kind} ${object.name}`);
      const observation = await fleet.observeObjects(cluster, { source, wanted }, { timeoutMs });
      const acceptable = (revision: string) => rollout.acceptable.has(revision);
      return judgeObjects(observation, { wanted, acceptable, since: rollout.mergedAt });
    },
    async ask(phase, { mayAsk }) {
      round = { token: randomUUID(), mayAsk, askedAgainAt: 0 };
      if (mayAsk) await request(phase);
    },
  };
}

function judge(
  observation: ClusterObservation,
  expectation: ClusterExpectation,
  phase: Phase,
): Omit<NamedVerdict, 'name'> {
  const regression = phase === 'rollout' ? undefined : clusterRegression(observation, expectation);
  return regression === undefined ? judgeInTime(observation, expectation) : { state: 'failed', awaited: regression };
}

/** Lets production read a commit's files. */
function asRepository(files: Files): GitRepository {
  const blobs = new Map(Object.entries(files).map(([path, text]) => [idOf(path, text), Buffer.from(text)]));
  const tree = Object.entries(files).map(([path, text]): [string, TreeFile] => [
    path,
    { oid: idOf(path, text), mode: '100644', size: Buffer.byteLength(text) },
  ]);
  const reading: Pick<GitRepository, 'listFiles' | 'readBlobs'> = {
    listFiles: async () => new Map(tree),
    readBlobs: async () => blobs,
  };
  return reading as GitRepository;
}

function idOf(path: string, text: string): string {
  return createHash('sha1').update(`${path}\0${text}`).digest('hex');
}
